import {
  getPolicyTags,
  type ParsedDmarcRecord,
  parseDmarcRecord,
} from 'mailauth/lib/dmarc/get-dmarc-record.js';
import { normaliseDomain } from '../../address.ts';
import { plainSigns } from '../dns/records.ts';

/** Reading one DMARC record (RFC 9989 sections 4.7 and 4.8): pure. */

/** What a domain asks for mail that fails, the mildest first. */
export const DMARC_POLICIES = ['none', 'quarantine', 'reject'] as const;

/** See {@link DMARC_POLICIES}. */
export type DmarcPolicy = (typeof DMARC_POLICIES)[number];

/** Tags that RFC 9989 removed (section 9.3: historic). */
const REMOVED_TAGS = ['pct', 'rf', 'ri'];
const KNOWN_TAGS = new Set([
  'v',
  'p',
  'sp',
  'np',
  'adkim',
  'aspf',
  'fo',
  'rua',
  'ruf',
  't',
  'psd',
  ...REMOVED_TAGS,
]);

/** One reporting address of `rua`. */
interface ReportUri {
  readonly uri: string;
  /** Domain the report is mailed to; absent when the URI is not a usable `mailto:`. */
  readonly host?: string;
  /** Carries the obsolete `!10m` size suffix, which reporters ignore. */
  readonly sized: boolean;
}

/** A record, read. */
export interface DmarcRecord {
  readonly text: string;
  /** The tags in order, names in lower case, as written. */
  readonly tags: readonly (readonly [name: string, value: string])[];
  /** Tags that policy is taken from, after the rules for invalid ones; absent when nothing is processed at all. */
  readonly policy?: { readonly p: DmarcPolicy; readonly sp?: DmarcPolicy; readonly np?: DmarcPolicy };
  /** `p`, `sp` or `np` holds something else than a policy, or `p` is missing (section 4.10.1). */
  readonly invalidPolicy: boolean;
  readonly missingPolicy: boolean;
  readonly strictSpf: boolean;
  readonly strictDkim: boolean;
  /** `t=y`: the policy is applied one level lower (section 4.7). */
  readonly testing: boolean;
  readonly psd: 'y' | 'n' | 'u';
  readonly rua: readonly ReportUri[];
  readonly ruf: readonly ReportUri[];
  /** Tags that ran into the one before them, because a ";" is missing or another sign stands there: with that one. */
  readonly swallowed: readonly { readonly name: string; readonly after: string }[];
  /** Pieces that belong to no tag and are ignored. */
  readonly strays: readonly string[];
  /** Tags whose value is none of those that exist: their default applies. */
  readonly unknownValues: readonly string[];
  readonly removedTags: readonly string[];
  readonly unknownTags: readonly string[];
  /**
   * `pct` under 100 with a policy that asks for something: receivers that follow RFC 9989 ignore it, the others
   * still apply the policy to that share of the mail.
   */
  readonly partial?: number;
}

/**
 * Whether a TXT record is a DMARC record: `v=DMARC1` first, the value case-sensitive, white space allowed around
 * `=` and `;` (RFC 9989 section 4.8). One that begins with anything else, be it a space, is discarded (4.10 step 2).
 */
export function isDmarcRecord(text: string): boolean {
  return /^[vV][ \t]{0,16}=[ \t]{0,16}DMARC1[ \t]{0,16}(?:;|$)/.test(text.trimEnd());
}

/** A record at `_dmarc` that was surely meant to be DMARC and is ignored. */
export function looksLikeDmarc(text: string): boolean {
  return (
    !isDmarcRecord(text) &&
    /dmarc1|(?:^|[;\s"])p\s{0,8}=\s{0,8}(?:none|quarantine|reject)/i.test(plainSigns(text))
  );
}

/** Reads a record; `undefined` when a repeated tag makes the whole list invalid (RFC 6376 section 3.2). */
export function parseDmarc(text: string): DmarcRecord | undefined {
  const parsed = parseDmarcRecord(text, { strict: true });
  return parsed === null ? undefined : describe(text, parsed);
}

function describe(text: string, parsed: ParsedDmarcRecord): DmarcRecord {
  const tags = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.includes('='))
    .map((part) => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()] as const;
    });
  const names = tags.map(([name]) => name);
  const value = (name: string): string => tags.find(([tag]) => tag === name)?.[1] ?? '';
  const applied = getPolicyTags(parsed);
  const p = policyOf(applied?.p);
  const sp = policyOf(applied?.sp);
  const np = policyOf(applied?.np);
  const written = ['p', 'sp', 'np'].filter((name) => names.includes(name));
  const pct = Number(value('pct'));
  const psd = value('psd').toLowerCase();
  return {
    text,
    tags,
    ...(applied === null
      ? {}
      : {
          policy: {
            p: p ?? 'none',
            ...(sp === undefined ? {} : { sp }),
            ...(np === undefined ? {} : { np }),
          },
        }),
    invalidPolicy: written.some((name) => policyOf(value(name).toLowerCase()) === undefined),
    missingPolicy: !names.includes('p'),
    strictSpf: value('aspf').toLowerCase() === 's',
    strictDkim: value('adkim').toLowerCase() === 's',
    testing: value('t').toLowerCase() === 'y',
    psd: psd === 'y' || psd === 'n' ? psd : 'u',
    rua: reportUris(value('rua')),
    ruf: reportUris(value('ruf')),
    swallowed: tags.flatMap(([name, written]) => swallowedIn(name, written)),
    strays: text
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '' && !part.includes('=')),
    unknownValues: tags.flatMap(([name, written]) =>
      (Object.hasOwn(VALUES, name) ? VALUES[name] : undefined)?.test(written) === false &&
      swallowedIn(name, written).length === 0
        ? [`${name}=${written}`]
        : [],
    ),
    removedTags: REMOVED_TAGS.filter((name) => names.includes(name)),
    unknownTags: names.filter((name) => !KNOWN_TAGS.has(name)),
    ...(names.includes('pct') && pct >= 0 && pct < 100 && [p, sp, np].some(asksFor) ? { partial: pct } : {}),
  };
}

/** Values of the tags that have a fixed set of them, and a default (RFC 9989 section 4.7). */
const VALUES: Readonly<Record<string, RegExp>> = {
  adkim: /^[rs]$/i,
  aspf: /^[rs]$/i,
  // 0 (all failed) and 1 (any failed) exclude each other.
  fo: /^(?!.*0.*1|.*1.*0)[01ds](?:\s*:\s*[01ds]){0,3}$/i,
  t: /^[yn]$/i,
  psd: /^[ynu]$/i,
};

/** Tags inside the value of another: what parts them is no ";". */
function swallowedIn(tag: string, written: string): { name: string; after: string }[] {
  const plain = plainSigns(written);
  return [...plain.matchAll(/[\s,:;]([a-z]{1,5})\s{0,8}=/gi)].flatMap(({ 1: name = '', index }) =>
    KNOWN_TAGS.has(name.toLowerCase())
      ? [{ name: name.toLowerCase(), after: `${tag}=${plain.slice(0, index).trim()}` }]
      : [],
  );
}

function reportUris(written: string): readonly ReportUri[] {
  return written === '' ? [] : written.split(',').slice(0, 20).map(reportUri);
}

function asksFor(policy: DmarcPolicy | undefined): boolean {
  return policy !== undefined && policy !== 'none';
}

function policyOf(value: unknown): DmarcPolicy | undefined {
  return DMARC_POLICIES.find((policy) => policy === value);
}

function reportUri(text: string): ReportUri {
  const uri = text.trim();
  const bare = uri.replace(/![0-9]{1,20}[kmgt]?$/i, '');
  const address = /^mailto:([^@?\s/]{1,64}@([^@?\s/]{1,253}))(?:\?.{0,500})?$/i.exec(bare);
  const host = address?.[2];
  return {
    uri,
    ...(host === undefined ? {} : { host: normaliseDomain(host) }),
    sized: bare !== uri,
  };
}

/** The policy one level below, as `t=y` applies it (RFC 9989 section 4.7). */
export function lowered(policy: DmarcPolicy): DmarcPolicy {
  return policy === 'reject' ? 'quarantine' : 'none';
}

/**
 * The record with some tags set, removed tags and unknown ones left out, in the order receivers are used to:
 * what a finding asks to publish instead of the present record. A `pct` that spares part of the mail stays unless a
 * change drops it: without it receivers that follow RFC 7489 would apply the policy to all.
 */
export function rewriteDmarc(
  record: DmarcRecord | undefined,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const sparing = record?.partial === undefined ? [] : ['pct'];
  const order = ['p', 'sp', 'np', 't', ...sparing, 'psd', 'adkim', 'aspf', 'fo', 'rua', 'ruf'];
  const tags = new Map<string, string>();
  for (const [name, value] of record?.tags ?? []) if (!tags.has(name)) tags.set(name, value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) tags.delete(name);
    else tags.set(name, value);
  }
  const parts = order.flatMap((name) => (tags.has(name) ? [`${name}=${tags.get(name) ?? ''}`] : []));
  return ['v=DMARC1', ...parts].join('; ');
}
