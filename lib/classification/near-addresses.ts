import { domainOf, localPartOf } from '../address.ts';
import { CARRIERS, carrierOfDomain } from './carriers.ts';
import { MEANT, probablyMeant } from './typo.ts';

/**
 * Addresses that somebody may have meant by one of which nothing is known: guesses to be looked for among what is on
 * record, never to be acted upon.
 */

/** How a guess differs from what was typed. */
export const SLIPS = ['domain', 'carrier-domain', 'other-domain', 'letter', 'separator'] as const;

/** See {@link SLIPS}. `carrier-domain`: another domain of the same carrier; `letter`: one letter of the local part. */
export type Slip = (typeof SLIPS)[number];

/** One guess. */
export interface NearAddress {
  /** Normalised. */
  readonly address: string;
  readonly slip: Slip;
  /** A slip that people often make: it is worth a second question of the database. */
  readonly isCommon: boolean;
}

/** Letters of local parts: the signs that people forget, then the frequent ones. */
const LETTERS = '.-_aeiounkstrhmydgcbjpfzwlvqx0123456789';

/** Signs that are taken for one another, on paper or on the telephone, and neighbours of a keyboard. */
const ALIKE: readonly string[] = [
  '0o',
  '1li',
  '2z',
  '5s',
  '6b',
  '8b',
  '9gq',
  '._-',
  'mn',
  'bd',
  'bv',
  'pb',
  'td',
  'gk',
  'uv',
  'vw',
  'rn',
  'cs',
  'lr',
  'qw',
  'we',
  'er',
  'rt',
  'ty',
  'yu',
  'ui',
  'io',
  'op',
  'as',
  'sd',
  'df',
  'fg',
  'gh',
  'hj',
  'jk',
  'kl',
  'zx',
  'xc',
  'cv',
  'nb',
  'ae',
  'ou',
  'ei',
  '12',
  '23',
  '34',
  '45',
  '56',
  '67',
  '78',
  '89',
  '90',
];
const ALIKE_TO = new Map<string, Set<string>>();
for (const group of ALIKE) {
  for (const sign of group) {
    const others = ALIKE_TO.get(sign) ?? new Set();
    for (const other of group) if (other !== sign) others.add(other);
    ALIKE_TO.set(sign, others);
  }
}

/** Longest address for which guesses are made: those of longer ones would be mostly noise. */
const LONGEST = 320;
/** Regions of Vodafone's domains, which SoftBank's customers still have. */
const VODAFONE = 'dhtckrnsq';

/**
 * Guesses at what was meant by an address, each once, the likeliest first, and endless to nobody: about 40 for each
 * letter. Those within one letter of the local part are all among them. Pure.
 *
 * @param address normalised.
 */
export function* nearAddresses(address: string): Generator<NearAddress, undefined> {
  if (address.length > LONGEST) return;
  const seen = new Set([address]);
  for (const guess of guesses(localPartOf(address), domainOf(address))) {
    if (seen.has(guess.address)) continue;
    seen.add(guess.address);
    yield guess;
  }
}

function* guesses(local: string, domain: string): Generator<NearAddress, undefined> {
  const at = (other: string, slip: Slip, isCommon = true) => ({
    address: `${local}@${other}`,
    slip,
    isCommon,
  });
  const named = (other: string, slip: Slip, isCommon = true) => ({
    address: `${other}@${domain}`,
    slip,
    isCommon,
  });
  const meant = probablyMeant(domain);
  if (meant !== undefined) yield at(meant, 'domain');
  for (const sibling of siblingsOf(meant ?? domain)) yield at(sibling, 'carrier-domain');
  for (const other of commonSlips(local)) yield named(other, 'letter');
  for (const other of withoutSeparators(local)) yield named(other, 'separator');
  for (const other of MEANT) yield at(other, 'other-domain');
  // Of a domain that is not well known no table says what was meant.
  if (carrierOfDomain(domain) === undefined && !MEANT.includes(domain)) {
    for (const other of slipsOfOrder(domain)) yield at(other, 'domain');
  }
  for (const other of otherLetters(local)) yield named(other, 'letter', false);
}

/** The other domains under which a carrier's customers may have their address. */
function siblingsOf(domain: string): string[] {
  const carrier = carrierOfDomain(domain);
  if (carrier === undefined) return [];
  const rows = CARRIERS.find(({ id }) => id === carrier.id)?.domains ?? [];
  const current = rows.filter(({ state, subdomains }) => state === 'current' && subdomains !== 'only');
  const legacy = rows.filter(({ state, subdomains }) => state === 'legacy' && subdomains !== 'only');
  return [
    ...current.map((row) => row.domain),
    ...legacy.flatMap((row) =>
      row.domain === 'vodafone.ne.jp'
        ? [...VODAFONE].map((region) => `${region}.${row.domain}`)
        : [row.domain],
    ),
  ];
}

/** The slips that people make: a letter left out, doubled or typed twice, two swapped, one taken for another. */
function* commonSlips(local: string): Generator<string, undefined> {
  const letters = [...local];
  yield* slipsOfOrder(local);
  for (const [place, letter] of letters.entries()) yield replaced(letters, place, 1, letter, letter);
  for (const [place, letter] of letters.entries()) {
    for (const other of ALIKE_TO.get(letter) ?? []) yield replaced(letters, place, 1, other);
  }
  // A number counted wrong, or one left out at the end.
  for (const digit of '0123456789') yield `${local}${digit}`;
}

/** A letter too many, and two swapped. */
function* slipsOfOrder(text: string): Generator<string, undefined> {
  const letters = [...text];
  for (const place of letters.keys()) if (letters.length > 1) yield replaced(letters, place, 1);
  for (let place = 0; place + 1 < letters.length; place += 1) {
    yield replaced(letters, place, 2, letters[place + 1] ?? '', letters[place] ?? '');
  }
}

/** What is left of a name without the signs that people forget, and without what follows a `+`. */
function* withoutSeparators(local: string): Generator<string, undefined> {
  const [name = '', tag] = local.split('+', 2);
  if (tag !== undefined && name !== '') yield name;
  const joined = local.replace(/[._-]/g, '');
  if (joined !== '') yield joined;
  if (/[._-]/.test(local)) for (const sign of '._-') yield local.replace(/[._-]/g, sign);
}

/** A letter in another's place, and one left out: the common letters first, whichever of the two it is. */
function* otherLetters(local: string): Generator<string, undefined> {
  const letters = [...local];
  for (const other of LETTERS) {
    for (let place = 0; place <= letters.length; place += 1) yield replaced(letters, place, 0, other);
    for (const place of letters.keys()) yield replaced(letters, place, 1, other);
  }
}

/** Letters with some of them replaced by others. */
function replaced(letters: readonly string[], place: number, count: number, ...others: string[]): string {
  return letters.toSpliced(place, count, ...others).join('');
}
