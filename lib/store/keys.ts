import { createHash } from 'node:crypto';
import type { CaseState, Decision, Note, SuppressionCase } from '../cases/records.ts';
import type { Fact } from '../mails/fact.ts';

/** The keys of the one table: the only place that knows them. */

/** A primary key. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Kinds so frequent that at most one a day is kept of an address: their key has the day, not the moment. */
const DAILY_KINDS: ReadonlySet<string> = new Set(['delivery', 'open', 'click']);

/** Shards a day's facts are spread over, so that a busy day is not one hot partition of the index. */
export const DAY_SHARDS = 8;

/** Names of the secondary indexes. */
export const INDEXES = {
  /** Cases that wait for something, by state: `stateKey`, `stateSort`. */
  byState: 'cases-by-state',
  /** Bounces, complaints and delays, by day: `dayKey`, `daySort`. */
  byDay: 'facts-by-day',
} as const;

/** The partitions that are not an address's, by what they hold. */
export const PARTITIONS = {
  /** Reports of the cleanup's runs. */
  runs: 'RUN',
  /** What one cleanup leaves for the next: lease, checkpoint, counters, import jobs under way. */
  cleanup: 'CLEANUP',
  /** Which pairs of rule and carrier have outcomes, and what operators said of them. */
  rules: 'RULES',
  /** In which months deliveries were recorded. */
  deliveries: 'DELIVERIES',
  /** The backlog campaign. */
  campaign: 'RESCUE',
  /** How far the backfills are. */
  backfill: 'BACKFILL',
  /** How far the audit of the senders is. */
  senders: 'SENDERS',
  /** Complaints whose address SES refused to list again. */
  putBacks: 'PUT_BACK',
  /** Notices that wait to be told. */
  notices: 'NOTICE',
  /** Months whose report was noted to be told. */
  months: 'MONTH',
  /** Who was forgotten, by keyed hash, and who decided it. */
  forgotten: 'FORGOTTEN',
} as const;

/** Partition of the addresses of one wave of the backlog campaign. */
export function wavePartition(members: string): string {
  return `${PARTITIONS.campaign}#${members}`;
}

/** Partition of what the senders' audit remembers of an identity. */
export function senderPartition(identity: string): string {
  return `SENDER#${identity.toLowerCase()}`;
}

/** Partition of the rows of DMARC reports about a domain. */
export function reportsPartition(domain: string): string {
  return `DMARC#${domain}`;
}

/** Sort keys under an address. */
export const SORT_KEYS = {
  case: 'CASE',
  member: 'MEMBER',
  /** What an operator left beside the case. */
  note: 'NOTE#',
  addressInsights: 'ADDRESS_INSIGHTS',
  complaintListing: 'LISTED#COMPLAINT',
  /** A complaint once more: sorts before all facts, which is thereby read before them. */
  complaint: 'COMPLAINT#',
  decision: 'DECISION#',
  fact: 'EVENT#',
  /** A mail that SES dropped because of its list. Sorts after all else, which is thereby read before it. */
  dropped: 'UNSENT#',
  backfill: 'BACKFILL',
} as const;

/** Partition key of everything about an address. */
export function addressKey(address: string): string {
  return `ADDRESS#${address}`;
}

/** Whether a fact shares its key with the other facts of its kind on that day. */
export function isDaily(fact: Fact): boolean {
  return DAILY_KINDS.has(fact.kind);
}

/**
 * Whether a fact stands among the dropped mails of its address. Frozen: the key of an event never changes with what we
 * think of it, or the same event received again would be a second item. What SES did not send is told by
 * lib/mails/nature.ts.
 */
function hasDroppedKey({ kind, bounceSubType, complaintSubType }: Fact): boolean {
  const subType = { bounce: bounceSubType, complaint: complaintSubType }[kind as string];
  return subType === 'OnAccountSuppressionList';
}

/**
 * The key of a fact, a function of the event: duplicates, retries and both wire formats of one event are one item.
 */
export function factKey(fact: Fact): Key {
  const pk = addressKey(fact.address);
  if (isDaily(fact)) return { pk, sk: `${SORT_KEYS.fact}${fact.at.slice(0, 10)}#${fact.kind}` };
  const prefix = hasDroppedKey(fact) ? SORT_KEYS.dropped : SORT_KEYS.fact;
  return { pk, sk: `${prefix}${fact.at}#${fact.kind}#${fact.id}` };
}

/** The key of the delivery that is kept of an address and day, `YYYY-MM-DD` (UTC): it follows from nothing else. */
export function deliveryKey(address: string, day: string): Key {
  return { pk: addressKey(address), sk: `${SORT_KEYS.fact}${day}#delivery` };
}

/** The key of a complaint's second item, which is found before the other facts of its address. */
export function complaintKey({ address, at, id }: Fact): Key {
  return { pk: addressKey(address), sk: `${SORT_KEYS.complaint}${at}#${id}` };
}

/** Kinds that the day index holds: what is counted by day. */
const INDEXED_KINDS: ReadonlySet<string> = new Set(['bounce', 'complaint', 'deliveryDelay']);

/** Where a fact stands in the day index; absent for kinds that no report counts by day. */
export function dayIndexKeys(fact: Fact): { dayKey: string; daySort: string } | undefined {
  if (!INDEXED_KINDS.has(fact.kind)) return undefined;
  const shard = Number.parseInt(hash(fact.address, 2), 16) % DAY_SHARDS;
  return { dayKey: dayPartition(fact.at.slice(0, 10), shard), daySort: `${fact.at}#${fact.address}` };
}

/** Partition of the day index: `day` as `YYYY-MM-DD` (UTC). */
export function dayPartition(day: string, shard: number): string {
  return `DAY#${day}#${shard}`;
}

/** Partition of the state index. */
export function statePartition(state: CaseState): string {
  return `STATE#${state}`;
}

/**
 * Where a case stands in the state index: proposals by id, the others by when they fall due; absent for a case
 * that waits for nothing.
 */
export function stateIndexKeys(record: SuppressionCase): { stateKey: string; stateSort: string } | undefined {
  if (record.state === 'proposed' && record.proposalId !== undefined) {
    return { stateKey: statePartition(record.state), stateSort: record.proposalId };
  }
  if (record.state === 'removing') {
    return { stateKey: statePartition(record.state), stateSort: `${record.updatedAt}#${record.address}` };
  }
  if (record.dueAt !== undefined) {
    return { stateKey: statePartition(record.state), stateSort: `${record.dueAt}#${record.address}` };
  }
  return undefined;
}

/** Sort key of a decision. */
export function decisionSortKey(decision: Pick<Decision, 'at' | 'id'>): string {
  return `${SORT_KEYS.decision}${decision.at}#${decision.id}`;
}

/** Sort key of a note. */
export function noteSortKey({ at, id }: Pick<Note, 'at' | 'id'>): string {
  return `${SORT_KEYS.note}${at}#${id}`;
}

/** Sort keys in the partition of rules. */
export const RULE_SORT_KEYS = { pair: 'PAIR#', enabling: 'ENABLED#' } as const;

/** Partition of the outcomes of one rule at one carrier. */
export function outcomePartition(rule: string, carrier: string | undefined): { pk: string } {
  return { pk: `OUTCOMES#${rule}#${carrier ?? '-'}` };
}

/** Sort key of an outcome: by removal; the hash tells apart what was removed in one moment and names no person. */
export function outcomeSortKey(removedAt: string, address: string): string {
  return `${removedAt}#${hash(address, 16)}`;
}

/** The first hexadecimal digits of a text's SHA-256: tells texts apart and names no person. */
export function hash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
