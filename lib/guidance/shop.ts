import * as z from 'zod';
import { domainOf, isMailAddress } from '../address.ts';
import type { Bilingual, Language } from '../text.ts';
import { saying } from '../wrong-fields.ts';
import { safeDomain, safeShopName } from './input.ts';

/** A sending domain as a letter shows it. */
const sendingDomain = z.string().transform((text, context) => {
  const domain = safeDomain(text);
  if (domain !== undefined) return domain;
  context.addIssue({
    code: 'custom',
    ...saying({
      ja: 'shop.example のようなドメインで指定してください',
      en: 'must be a domain such as shop.example',
    }),
  });
  return z.NEVER;
});

/** A name that stands in a letter as it was written. */
const shownName = z
  .string()
  .trim()
  .min(1)
  .refine(
    (name) => safeShopName(name) === name,
    saying({
      ja: '改行や制御文字を含まない60文字以内の1行で指定してください',
      en: 'must be one line of at most 60 letters without control characters',
    }),
  );

const shop = z
  .strictObject({
    /** What stands after the `@` of its From addresses; the first where no recorded mail names one. */
    domains: z.array(sendingDomain).min(1).max(20),
    /** As its customers know it. */
    name: shownName.optional(),
    /** For English letters; `name` where absent. */
    nameEn: shownName.optional(),
    /** The From addresses, exactly as customers see them. */
    from: z.array(z.string().trim().refine(isMailAddress)).max(20).default([]),
    /** Whether a letter may promise that an order stands although mail does not arrive. */
    orderStands: z.boolean().default(false),
  })
  .refine(
    ({ domains, from }) =>
      from.every((address) => domains.some((each) => isOrIsBelow(domainOf(address), each))),
    {
      ...saying({
        ja: 'from のアドレスは、domains のドメインのものを指定してください',
        en: 'the addresses in from must be at one of domains',
      }),
      path: ['from'],
    },
  );

/**
 * What letters say of the shops that send through this account, as the deployment's settings hold it: no letter
 * promises in a shop's name, or names it, but in these words.
 */
export const shopsSchema = z
  .array(shop)
  .max(100)
  .refine(
    (shops) =>
      new Set(shops.flatMap(({ domains }) => domains)).size ===
      shops.flatMap(({ domains }) => domains).length,
    {
      ...saying({ ja: '同じドメインが2回指定されています', en: 'a domain is given twice' }),
    },
  );

/** One shop of {@link shopsSchema}. */
export type Shop = z.output<typeof shop>;

/** The shop as a letter names it; what is not known stands in no letter. */
export interface Sender {
  readonly domain?: string;
  /** By language, cleaned. */
  readonly name?: Bilingual;
  /** Its From addresses at the domain. */
  readonly from: readonly string[];
  readonly orderStands: boolean;
}

/** What is known of the sender without the settings, or better than they do. Every string may come from a stranger. */
export interface KnownSender {
  /** Domain of a recorded mail, or as an operator gave it. */
  readonly domain?: string | undefined;
  /** As an operator gave it. */
  readonly name?: string | undefined;
}

/**
 * The sender that a letter speaks for: the shop whose domain it is, or above it; where no domain is known, the only
 * shop there is. Pure; throws nothing.
 */
export function senderOf(shops: readonly Shop[], known: KnownSender): Sender {
  const domain = safeDomain(known.domain);
  const found = domain === undefined ? onlyOne(shops) : shopOfDomain(shops, domain);
  const given = safeShopName(known.name);
  const name = given === undefined ? nameOf(found) : { ja: given, en: given };
  const shown = domain ?? found?.domains[0];
  return {
    ...(shown !== undefined && { domain: shown }),
    ...(name && { name }),
    from: (found?.from ?? []).filter(
      (address) => shown !== undefined && isOrIsBelow(domainOf(address), shown),
    ),
    orderStands: found?.orderStands ?? false,
  };
}

function onlyOne(shops: readonly Shop[]): Shop | undefined {
  return shops.length === 1 ? shops[0] : undefined;
}

function shopOfDomain(shops: readonly Shop[], domain: string): Shop | undefined {
  const rows = shops.flatMap((each) => each.domains.map((its) => ({ each, its })));
  const above = rows.filter(({ its }) => isOrIsBelow(domain, its));
  return above.toSorted((a, b) => b.its.length - a.its.length)[0]?.each;
}

function isOrIsBelow(domain: string, above: string): boolean {
  return domain === above || domain.endsWith(`.${above}`);
}

function nameOf(found: Shop | undefined): Bilingual | undefined {
  const ja = found?.name ?? found?.nameEn;
  return ja === undefined ? undefined : { ja, en: found?.nameEn ?? ja };
}

/**
 * What an operator should set before a letter is sent as it is: it leaves out what is not known. Empty: nothing.
 */
export function unsetOf({ domain, name }: Sender): readonly Bilingual[] {
  return [...(domain === undefined ? [UNSET.domain] : []), ...(name === undefined ? [UNSET.name] : [])];
}

const UNSET = {
  domain: {
    ja: '送信ドメインが分からないため、文面には許可するドメインが入っていません。settings.STAGE.yml の shops に domains を設定するか、--sender-domain で指定してください。',
    en: 'The sending domain is not known, so the text names no domain to allow: set domains under shops in settings.STAGE.yml, or give --sender-domain.',
  },
  name: {
    ja: '店名が分からないため、文面には店名が入っていません。settings.STAGE.yml の shops に name を設定するか、--shop-name で指定してください。',
    en: 'The shop’s name is not known, so the text does not name it: set name under shops in settings.STAGE.yml, or give --shop-name.',
  },
} as const satisfies Record<string, Bilingual>;

/** The name in a language. */
export function nameIn(sender: Sender, language: Language): string | undefined {
  return sender.name?.[language];
}
