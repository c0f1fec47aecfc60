import { DAY } from '../../lib/time.ts';
import type { Random } from '../random.ts';
import type { Mailbox } from '../ses/mailboxes.ts';

/**
 * What is really the matter with a customer's mail. The product never sees this: it is what its diagnoses can be
 * compared with.
 */
type Truth =
  | 'receives'
  | 'filters-pc-mail'
  | 'starts-filtering'
  | 'unknown'
  | 'gave-up-address'
  | 'mistyped-domain'
  | 'full-for-a-while'
  | 'complains'
  | 'reports-not-spam'
  | 'out-of-office';

/** A customer of the invented shop. */
export interface Customer {
  readonly address: string;
  readonly truth: Truth;
  /** First order, milliseconds since the epoch. */
  readonly since: number;
  /** When the customer stopped ordering; absent: still does. */
  readonly left?: number;
  /** Whether the shop has an account for them: the rest ordered as guests. */
  readonly member: boolean;
  readonly mailbox: Partial<Mailbox>;
  /** When the mailbox changes, and to what. */
  readonly changes: readonly { readonly at: number; readonly settings: Partial<Mailbox> }[];
}

/** An invented company whose people order at work. */
export const COMPANY_DOMAIN = 'kaisha.example';

/** Where a small Japanese shop's customers have their mail: share of each kind of domain, in parts of 1,000. */
const DOMAINS: readonly (readonly [domain: string, share: number, typo?: string])[] = [
  ['docomo.ne.jp', 220, 'docom.ne.jp'],
  ['ezweb.ne.jp', 95, 'ezwed.ne.jp'],
  ['au.com', 50],
  ['uqmobile.jp', 10],
  ['softbank.ne.jp', 65, 'sofbank.ne.jp'],
  ['i.softbank.jp', 45],
  ['ymobile.ne.jp', 20],
  ['rakumail.jp', 10],
  ['gmail.com', 280, 'gmail.co'],
  ['yahoo.co.jp', 110],
  ['icloud.com', 35],
  ['isp.example', 40],
  ['provider.example.jp', 10],
  [COMPANY_DOMAIN, 10],
];

/** Shares of each truth, in parts of 1,000, by the kind of domain; the rest receives. */
const CARRIER_TRUTHS: readonly (readonly [Truth, number])[] = [
  ['filters-pc-mail', 170],
  ['starts-filtering', 80],
  ['unknown', 20],
  ['gave-up-address', 30],
  ['mistyped-domain', 12],
  ['full-for-a-while', 10],
  ['complains', 4],
];
const OTHER_TRUTHS: readonly (readonly [Truth, number])[] = [
  ['unknown', 15],
  ['gave-up-address', 12],
  ['mistyped-domain', 8],
  ['full-for-a-while', 8],
  ['complains', 6],
  ['reports-not-spam', 3],
  ['out-of-office', 10],
];

const NAMES = [
  'haruka',
  'sora',
  'yui',
  'ren',
  'aoi',
  'minato',
  'hina',
  'itsuki',
  'rin',
  'souta',
  'mei',
  'kaito',
];
const WORDS = [
  'sakura',
  'neko',
  'umi',
  'hoshi',
  'panda',
  'mochi',
  'tsuki',
  'kaze',
  'momo',
  'yuki',
  'sumi',
  'kumo',
];

/** The customers, the same for the same randomness. */
export function customers(random: Random, count: number, from: number, until: number): Customer[] {
  return Array.from({ length: count }, (_, index) => customer(random, index, from, until));
}

function customer(random: Random, index: number, from: number, until: number): Customer {
  const [domain, , typo] = weighted(random, DOMAINS);
  const carrier = isCarrier(domain);
  const truth = drawTruth(random, carrier ? CARRIER_TRUTHS : OTHER_TRUTHS, typo);
  // Seven in ten were customers when the records begin.
  const since = Math.floor(
    from + (random.chance(0.7) ? random.next() * 60 * DAY : random.next() * (until - from - 30 * DAY)),
  );
  const address = `${localPart(random, index, domain)}@${truth === 'mistyped-domain' && typo ? typo : domain}`;
  const left = random.chance(0.2) ? Math.floor(since + random.next() * (until - since)) : undefined;
  return {
    address,
    truth,
    since,
    ...(left === undefined ? {} : { left }),
    member: random.chance(0.85),
    ...mailboxOf(random, truth, carrier, since, until),
  };
}

function mailboxOf(
  random: Random,
  truth: Truth,
  carrier: boolean,
  since: number,
  until: number,
): Pick<Customer, 'mailbox' | 'changes'> {
  const moment = Math.floor(since + (0.2 + random.next() * 0.6) * (until - since));
  const reads: Partial<Mailbox> = random.chance(carrier ? 0.1 : 0.35) ? { reaction: 'opens' } : {};
  switch (truth) {
    case 'receives':
      return { mailbox: reads, changes: [] };
    case 'filters-pc-mail':
      return { mailbox: { ...reads, filtersPcMail: true }, changes: [] };
    case 'starts-filtering':
      return { mailbox: reads, changes: [{ at: moment, settings: { filtersPcMail: true } }] };
    case 'unknown':
      return { mailbox: { exists: false }, changes: [] };
    case 'gave-up-address':
      return { mailbox: reads, changes: [{ at: moment, settings: { exists: false } }] };
    case 'mistyped-domain':
      return { mailbox: { exists: false, domainExists: false }, changes: [] };
    case 'full-for-a-while':
      return {
        mailbox: reads,
        changes: [
          { at: moment, settings: { full: true } },
          { at: moment + 60 * DAY, settings: { full: false } },
        ],
      };
    case 'complains':
      return { mailbox: {}, changes: [{ at: moment, settings: { reaction: 'complains' } }] };
    case 'reports-not-spam':
      return { mailbox: { reaction: 'not-spam' }, changes: [] };
    case 'out-of-office':
      return {
        mailbox: reads,
        changes: [
          { at: moment, settings: { reaction: 'out-of-office' } },
          { at: moment + 14 * DAY, settings: { reaction: 'none' } },
        ],
      };
  }
}

/** An invented local part; the number keeps it unique. A few are of the kinds that break careless code. */
function localPart(random: Random, index: number, domain: string): string {
  const name = random.pick(NAMES);
  const word = random.pick(WORDS);
  const plain = `${name}-${word}${index}`;
  if (!isCarrier(domain)) return random.chance(0.02) ? `${name}+${word}${index}` : `${name}.${word}${index}`;
  const lot = random.below(1000);
  // docomo and KDDI issued addresses that RFC 5321 forbids, until 2009.
  if (lot < 15) return `${name}..${word}${index}.`;
  if (lot < 18) return `${name}/${word}${index}`;
  if (lot < 30) return `${name.charAt(0).toUpperCase()}${name.slice(1)}_${word}${index}`;
  return plain;
}

function isCarrier(domain: string): boolean {
  return DOMAINS.findIndex(([one]) => one === domain) < 8;
}

function drawTruth(
  random: Random,
  shares: readonly (readonly [Truth, number])[],
  typo: string | undefined,
): Truth {
  let lot = random.below(1000);
  for (const [truth, share] of shares) {
    if (lot < share) return truth === 'mistyped-domain' && typo === undefined ? 'receives' : truth;
    lot -= share;
  }
  return 'receives';
}

function weighted<T extends readonly [unknown, number, ...unknown[]]>(random: Random, rows: readonly T[]): T {
  let lot = random.next() * rows.reduce((sum, row) => sum + row[1], 0);
  for (const row of rows) {
    lot -= row[1];
    if (lot < 0) return row;
  }
  return random.pick(rows);
}
