import { normaliseAddress } from '../address.ts';
import type { AddressInsightsAnswer, AddressRecord, Decision, SuppressionCase } from '../cases/records.ts';
import type { Member } from '../classification/types.ts';
import { type Fact, MAXIMUM_DROPPED } from '../mails/fact.ts';
import { addressInsightsOf } from './address-insights.ts';
import { caseOf } from './cases.ts';
import { decisionOf } from './decisions.ts';
import { factOf } from './facts.ts';
import { addressKey, SORT_KEYS } from './keys.ts';
import { memberOf } from './members.ts';
import { partitionQuery, type Query, type Table } from './table.ts';

/** Everything about one address: its partition holds items of several kinds. */

/** What is known of an address, as far as it is read. */
export interface ReadRecord extends AddressRecord {
  /** Of the mails SES dropped because of its list only the newest {@link MAXIMUM_DROPPED} are among the facts. */
  readonly droppedMore?: true;
}

/**
 * Everything known of an address, expired items left out; of the mails SES dropped because of its list the newest
 * {@link MAXIMUM_DROPPED}. One query of the database, or a few where there are more of them than that.
 */
export async function addressRecord(table: Table, address: string): Promise<ReadRecord> {
  const pk = addressKey(normaliseAddress(address));
  const facts: Fact[] = [];
  const decisions: Decision[] = [];
  let dropped: Fact[] = [];
  let known: SuppressionCase | undefined;
  let member: Member | undefined;
  let listedForComplaint: string | undefined;
  let addressInsights: AddressInsightsAnswer | undefined;
  for await (const page of table.pages(partitionQuery(pk))) {
    for (const item of page) {
      const { sk } = item;
      if (sk.startsWith(SORT_KEYS.fact)) facts.push(factOf(item));
      else if (sk.startsWith(SORT_KEYS.dropped)) dropped.push(factOf(item));
      else if (sk.startsWith(SORT_KEYS.decision)) decisions.push(decisionOf(item));
      else if (sk === SORT_KEYS.case) known = caseOf(item);
      else if (sk === SORT_KEYS.member) member = memberOf(item);
      else if (sk === SORT_KEYS.addressInsights) addressInsights = addressInsightsOf(item);
      else if (sk === SORT_KEYS.complaintListing) listedForComplaint = String(item.at);
    }
    // Dropped mails sort last, oldest first: all else has been read, and the newest of them come from the other end.
    if (dropped.length > MAXIMUM_DROPPED) break;
  }
  const droppedMore = dropped.length > MAXIMUM_DROPPED;
  if (droppedMore) dropped = await newestDropped(table, pk);
  return {
    facts: [...facts, ...dropped],
    decisions,
    ...(known && { case: known }),
    ...(member && { member }),
    ...(listedForComplaint && { listedForComplaint }),
    ...(addressInsights && { addressInsights }),
    ...(droppedMore && { droppedMore }),
  };
}

/** The mails to an address that SES dropped because of its list, newest first; `pk` is the address's partition. */
export function droppedQuery(pk: string): Query {
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :dropped)',
    ExpressionAttributeValues: { ':pk': pk, ':dropped': SORT_KEYS.dropped },
    ScanIndexForward: false,
    Limit: MAXIMUM_DROPPED,
  };
}

async function newestDropped(table: Table, pk: string): Promise<Fact[]> {
  const newest: Fact[] = [];
  for await (const page of table.pages(droppedQuery(pk))) {
    newest.push(...page.map(factOf));
    if (newest.length >= MAXIMUM_DROPPED) break;
  }
  return newest.slice(0, MAXIMUM_DROPPED);
}
