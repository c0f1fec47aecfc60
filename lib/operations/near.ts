import { type NearAddress, nearAddresses, type Slip } from '../classification/near-addresses.ts';
import type { LookupAnswer } from '../contracts/lookup.ts';
import { type KnownAddress, type KnownKey, knownAddresses } from '../store/known-addresses.ts';
import type { Table } from '../store/table.ts';
import type { Bilingual } from '../text.ts';
import { DAY, formatInTokyo } from '../time.ts';

/** Keys read in one look-up: ten calls of BatchGetItem. */
const MAXIMUM_KEYS = 1_000;
/** Guesses made at most: an address has no more that are worth a key. */
const MAXIMUM_GUESSES = 3_000;
/** How long the reading may take unless the caller says so, milliseconds: somebody waits on the telephone. */
const PATIENCE = 800;
/** Matches told; where there are more, the typed address says too little to guess by. */
const MAXIMUM_MATCHES = 10;

/** Near matches as a look-up answers them. */
export type NearAnswer = NonNullable<LookupAnswer['near']>;

/**
 * Addresses on record that may have been meant by one of which nothing is known. Guesses are read by their keys: no
 * scan, no call to SES, an answer within a second. Nothing is done to any of them.
 *
 * @param address normalised.
 * @param patience milliseconds that the reading may take.
 * @returns undefined where there is none, and all could be read.
 */
export async function nearMatches(
  address: string,
  store: Table,
  patience = PATIENCE,
): Promise<NearAnswer | undefined> {
  const guesses: NearAddress[] = [];
  for (const guess of nearAddresses(address)) {
    if (guesses.length >= MAXIMUM_GUESSES) break;
    guesses.push(guess);
  }
  const { known, unread } = await knownAddresses(store, keysOf(guesses, store.now()), patience);
  if (known.length === 0 && unread === 0) return undefined;
  const found = new Map(known.map((each) => [each.address, each]));
  const matches = guesses.flatMap(({ address, slip }) => {
    const match = found.get(address);
    return match ? [matchOf(match, slip)] : [];
  });
  return {
    matches: matches.slice(0, MAXIMUM_MATCHES),
    ...(matches.length > MAXIMUM_MATCHES && { more: matches.length - MAXIMUM_MATCHES }),
    ...(unread > 0 && { incomplete: true }),
    warning: WARNING,
  };
}

/** Days whose deliveries are looked for at least and at most: whoever misses a mail asks within days. */
const DAYS = { least: 2, most: 14 } as const;

/**
 * The keys to read of guesses, likeliest first. Of the common slips the case, whether it is a customer's, and a delivery
 * of each of the last days, as many as leave room for the others; of those the case, then whether it is a customer's.
 *
 * An address of which there are only events has no item that could be asked for, but for its deliveries: one a day is
 * kept, under a key of the day alone.
 */
export function keysOf(guesses: readonly NearAddress[], now: Date): KnownKey[] {
  const common = guesses.filter(({ isCommon }) => isCommon);
  const others = guesses.filter(({ isCommon }) => !isCommon);
  const room = Math.floor((MAXIMUM_KEYS - 2 * common.length - others.length) / Math.max(1, common.length));
  const count = Math.max(DAYS.least, Math.min(DAYS.most, room));
  const days = Array.from({ length: count }, (_, back) =>
    new Date(now.getTime() - back * DAY).toISOString().slice(0, 10),
  );
  const keys: KnownKey[] = [
    ...common.flatMap(({ address }): KnownKey[] => [
      { address, kind: 'case' },
      { address, kind: 'member' },
    ]),
    ...days.flatMap((day) => common.map(({ address }): KnownKey => ({ address, kind: 'delivery', day }))),
    ...others.map(({ address }): KnownKey => ({ address, kind: 'case' })),
    ...others.map(({ address }): KnownKey => ({ address, kind: 'member' })),
  ];
  return keys.slice(0, MAXIMUM_KEYS);
}

function matchOf(
  { address, case: known, member, deliveredAt }: KnownAddress,
  slip: Slip,
): NearAnswer['matches'][number] {
  const isListed = known !== undefined && known.state !== 'closed' && known.state !== 'watching';
  const facts = [
    ...(known ? [isListed ? listed(known.listedAt) : KNOWN] : []),
    ...(member ? [customer(member.since)] : []),
    ...(deliveredAt ? [delivered(deliveredAt)] : []),
    SLIP_TEXTS[slip],
  ];
  return {
    address,
    slip,
    ...(known && { caseState: known.state }),
    ...(known && isListed && { listedAt: known.listedAt }),
    ...(member && { memberSince: member.since }),
    ...(deliveredAt && { deliveredAt }),
    text: {
      ja: facts.map(({ ja }) => ja).join('、'),
      en: facts.map(({ en }) => en).join('; '),
    },
  };
}

const KNOWN: Bilingual = {
  ja: '登録の記録あり（現在は登録なしの見込み）',
  en: 'was on the list; not any more, as last seen',
};

function listed(at: string): Bilingual {
  const day = formatInTokyo(at).slice(0, 10);
  return { ja: `${day}から登録（前回の確認時点）`, en: `on the list since ${day}, as last seen` };
}

function customer(since: string): Bilingual {
  const day = formatInTokyo(since).slice(0, 10);
  return { ja: `${day}からの会員`, en: `customer since ${day}` };
}

function delivered(at: string): Bilingual {
  const day = formatInTokyo(at).slice(0, 10);
  return { ja: `${day}に受信側が受け取ったメールの記録あり`, en: `mail accepted on ${day}` };
}

const SLIP_TEXTS: Readonly<Record<Slip, Bilingual>> = {
  domain: { ja: 'ドメインの違い', en: 'another domain' },
  'carrier-domain': { ja: '同じ携帯会社の別のドメイン', en: 'another domain of the same carrier' },
  'other-domain': { ja: '別の会社のドメイン', en: 'the same name at another company' },
  letter: { ja: '「@」の前が1文字違い', en: 'one letter before the @ differs' },
  separator: { ja: '「@」の前の記号の違い', en: 'dots, hyphens or a "+" before the @ differ' },
};

const WARNING: Bilingual = {
  ja: '入力されたアドレスの記録はありませんが、よく似たアドレスの記録があります。別のお客様のアドレスかもしれません。お名前やご注文で本人と確認できるまで、解除や案内を行わず、記録の内容もお伝えしないでください。',
  en: 'Nothing is recorded of the address as typed, but of ones much like it. They may be other customers’: until name or order shows that it is the same person, change nothing and tell nothing of what is recorded.',
};
