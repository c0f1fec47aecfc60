import { TTL_ATTRIBUTE } from './definition.ts';
import type { Key } from './keys.ts';

/** What all kinds of items have in common: keys, and an end. */

/** An item as DocumentClient gives and takes it. */
export type Item = Record<string, unknown>;

/** An item as it is read: with its key. */
export type KeyedItem = Item & Key;

/** How long each kind of record is kept, in days. */
export interface Retention {
  /** Facts, counted from the event; complaints are kept for good. */
  readonly factDays: number;
  /** Decisions, counted from the decision; and cases from the moment they wait for nothing. */
  readonly decisionDays: number;
  /** Member records, counted from their import. */
  readonly memberDays: number;
  /** SES's answers on whether a mailbox exists, counted from the question: people close and open mailboxes. */
  readonly addressInsightsDays: number;
}

/** Retention where nothing was set: facts outlast a year of seasonal orders; `serverless.yml` says the same. */
export const DEFAULT_RETENTION: Retention = {
  factDays: 400,
  decisionDays: 1095,
  memberDays: 400,
  addressInsightsDays: 30,
};

const SECONDS_A_DAY = 86_400;

/** Epoch seconds `days` after a moment. DynamoDB's TTL reads seconds; milliseconds would never expire. */
export function expiry(from: string, days: number): number {
  return Math.floor(Date.parse(from) / 1000) + days * SECONDS_A_DAY;
}

/** Whether an item is past its TTL: DynamoDB may deliver it for days after that. */
export function isExpired(item: Item, now: Date): boolean {
  const at = item[TTL_ATTRIBUTE];
  return typeof at === 'number' && at <= now.getTime() / 1000;
}
