import type { Fact } from '../../lib/mails/fact.ts';

/**
 * The scene of the cleanup's bench: a long suppression list of which one entry in a hundred is new since the last
 * walk. Of a hundred new entries 90 are unknown users (kept), 8 are filtered customers (removed), 2 are filtered
 * strangers (proposed): every kind of work is there, in the same share at every size.
 */

/** A list to be filled. */
export interface ListScene {
  /** Entries in all, and how many of them are new. */
  readonly listed: number;
  readonly changed: number;
  /** The bench's present, milliseconds since the epoch. */
  readonly now: number;
}

/** Age of the entries that were there before. */
export const OLD_DAYS = 100;

/** What a run should do with a new entry. */
export type Fate = 'kept' | 'proposed' | 'removed';

/** One new entry. */
export interface NewEntry {
  readonly address: string;
  readonly fate: Fate;
  /** Milliseconds since the epoch: between one hour and 19 hours ago. */
  readonly bouncedAt: number;
  readonly feedbackId: string;
}

/** The nth new entry of a scene. */
export function addressOf(index: number, now: number): NewEntry {
  const place = index % 100;
  const fate: Fate = place < 8 ? 'removed' : place < 10 ? 'proposed' : 'kept';
  const domain = fate === 'kept' ? 'gmail.com' : 'ezweb.ne.jp';
  // Whole seconds, as SES stamps its list.
  const age = 3_600 + ((index * 7) % 64_800);
  return {
    address: `new.${index}@${domain}`,
    fate,
    bouncedAt: (Math.floor(now / 1000) - age) * 1_000,
    feedbackId: `feedback-${index}`,
  };
}

/** How many of the first `changed` entries have each fate. */
export function fates(changed: number): Readonly<Record<Fate, number>> {
  const counts = { kept: 0, proposed: 0, removed: 0 };
  for (let index = 0; index < changed; index += 1) counts[addressOf(index, 0).fate] += 1;
  return counts;
}

/** The bounce that put a new entry on the list, as ingest recorded it. */
export function factOf(index: number, now: number): Fact {
  const { address, fate, bouncedAt, feedbackId } = addressOf(index, now);
  const at = new Date(bouncedAt).toISOString();
  const reply =
    fate === 'kept'
      ? '550-5.1.1 The email account that you tried to reach does not exist.'
      : '550 : User unknown';
  return {
    address,
    kind: 'bounce',
    at,
    id: feedbackId,
    messageId: `m-${index}`,
    sentAt: at,
    senderDomain: 'shop.example',
    bounceType: 'Permanent',
    bounceSubType: 'General',
    status: fate === 'kept' ? '5.1.1' : '5.0.0',
    action: 'failed',
    diagnosticCode: `smtp; ${reply}`,
    reportingMta: 'dns; a8-70.smtp-out.shop.example',
  };
}

/** Calls one invocation of the cleanup function makes to SES and to the table. */
export interface Calls {
  readonly ses: number;
  readonly dynamo: number;
}

/** Entries SES gives in one page. */
const PAGE = 1_000;
/** Partitions that hold the bounces of today and yesterday: two days of eight shards. */
const DAY_PARTITIONS = 16;

/**
 * The formula of docs/scale.md: what a run over `examined` entries costs that ends with these fates. An entry of an
 * earlier walk costs nothing.
 *
 *     SES    = 1 account + 1 a page + 1 for the complaints of several pages + 1 a proposal + 2 a removal
 *     table  = fixed + 3 an entry kept + 4 an entry proposed + 9 an entry removed
 *
 * Fixed: lease taken and given back, what the function reads for the run (the bounces of two days, the rules' record,
 * the months in which deliveries were recorded), checkpoint read and written, one query for each of three states of
 * waiting cases, the report, and two reads for the alarms. A full walk asks what an earlier invocation of it has met; the
 * scan that finds who is gone is counted apart.
 *
 * @param withBounce whether the entries' bounces are on record; without, a proposal asks SES nothing, and its record is
 * not read again after the answer.
 */
export function expectedCalls(
  { kept, proposed, removed }: Readonly<Record<Fate, number>>,
  {
    withBounce,
    invocation,
    full = false,
  }: {
    readonly withBounce: boolean;
    readonly invocation: 'function' | 'operation';
    readonly full?: boolean;
  },
): Calls {
  const examined = kept + proposed + removed;
  const run = 2 + 3 + 1;
  // The operation alone takes the lease, and lets it run out.
  const fixed = run + (invocation === 'function' ? 2 + DAY_PARTITIONS + 1 + 1 + 2 : 1);
  const marks = full ? 1 : 0;
  const pages = Math.max(1, Math.ceil(examined / PAGE));
  // The function alone looks who was forgotten: at its ends, after each page, and before each removal.
  const looks = invocation === 'function' ? 2 + pages + removed : 0;
  // The scene has no complaints: asking for them is one page.
  const complaints = pages > 1 ? 1 : 0;
  return {
    ses: 1 + pages + complaints + (withBounce ? proposed : 0) + 2 * removed,
    dynamo: fixed + looks + marks + 3 * kept + (withBounce ? 4 : 3) * proposed + 9 * removed,
  };
}
