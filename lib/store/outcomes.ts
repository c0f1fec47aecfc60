import * as z from 'zod';
import { isSimulator, normaliseAddress } from '../address.ts';
import { OUTCOMES, type OutcomeRecord } from '../cases/records.ts';
import type { RuleEnabling } from '../policy/track-record.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type Item } from './items.ts';
import { type Key, outcomePartition, outcomeSortKey, PARTITIONS, RULE_SORT_KEYS } from './keys.ts';
import { partitionQuery, type Query, type Table } from './table.ts';
import { readItems } from './unreadable.ts';

/**
 * Items of the track record: one outcome a removal, under its rule and carrier, so that the latest of a pair are one
 * query; and one partition that names the pairs and holds what operators said about them.
 */

const outcomeSchema = z.object({
  rule: z.string(),
  carrier: z.string().optional(),
  removedAt: z.string(),
  outcome: z.enum(OUTCOMES),
  at: z.string(),
});

/** The item of an outcome. Its key is a function of the removal, so that writing it again replaces it. */
export function outcomeItem(record: OutcomeRecord, address: string, keptDays: number): Item {
  return {
    ...outcomePartition(record.rule, record.carrier),
    sk: outcomeSortKey(record.removedAt, address),
    rule: record.rule,
    ...(record.carrier && { carrier: record.carrier }),
    removedAt: record.removedAt,
    outcome: record.outcome,
    at: record.at,
    [TTL_ATTRIBUTE]: expiry(record.at, keptDays),
  };
}

/** A rule and carrier of which an outcome is on record. */
export interface RulePair {
  readonly rule: string;
  readonly carrier?: string;
}

const pairSchema = z.object({ rule: z.string(), carrier: z.string().optional() });

/** The item that says a pair exists; it outlives the pair's latest outcome. */
export function pairItem(record: OutcomeRecord, now: Date, keptDays: number): Item {
  return {
    pk: PARTITIONS.rules,
    sk: `${RULE_SORT_KEYS.pair}${record.rule}#${record.carrier ?? '-'}`,
    rule: record.rule,
    ...(record.carrier && { carrier: record.carrier }),
    [TTL_ATTRIBUTE]: expiry(now.toISOString(), keptDays),
  };
}

const enablingSchema = z.object({
  rule: z.string(),
  carrier: z.string().optional(),
  at: z.string(),
  operator: z.string(),
  reason: z.string(),
});

/** The item of an operator's word; appended, never changed. */
export function enablingItem(enabling: RuleEnabling, keptDays: number): Item {
  return {
    ...enablingKey(enabling),
    ...enabling,
    [TTL_ATTRIBUTE]: expiry(enabling.at, keptDays),
  };
}

function enablingKey({ rule, carrier, at }: RuleEnabling): Key {
  return { pk: PARTITIONS.rules, sk: `${RULE_SORT_KEYS.enabling}${at}#${rule}#${carrier ?? '*'}` };
}

/** What the partition of rules holds. */
export interface RuleRecords {
  readonly pairs: readonly RulePair[];
  readonly enablings: readonly RuleEnabling[];
}

/** The rule records of the partition's items. */
function ruleRecordsOf(items: readonly Item[], { unreadable }: Table): RuleRecords {
  const under = (prefix: string) => items.filter((item) => String(item.sk).startsWith(prefix));
  return {
    pairs: readItems(pairSchema, under(RULE_SORT_KEYS.pair), unreadable),
    enablings: readItems(enablingSchema, under(RULE_SORT_KEYS.enabling), unreadable),
  };
}

/**
 * Records what became of a removal, under its rule and carrier. One item a removal, whatever the number of times
 * it is recorded; the last word stands.
 */
export async function putOutcome(
  table: Table,
  record: OutcomeRecord & { readonly address: string },
): Promise<void> {
  // What became of a test says nothing of a rule.
  if (isSimulator(record.address)) return;
  const { decisionDays } = table.retention;
  // The pair first: a crash in between leaves a pair without outcomes, never outcomes that no listing finds.
  await table.put(pairItem(record, table.now(), decisionDays));
  await table.put(outcomeItem(record, normaliseAddress(record.address), decisionDays));
}

/** The outcomes of a rule at a carrier, newest removal first; only removals after `after` when given. */
export function outcomesQuery(rule: string, carrier: string | undefined, after?: string): Query {
  return {
    // `~` sorts after the `#` that follows the moment: a removal in that very moment is not after it.
    KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
    ExpressionAttributeValues: {
      ':pk': outcomePartition(rule, carrier).pk,
      ...(after !== undefined && { ':after': `${after}~` }),
    },
    ScanIndexForward: false,
  };
}

/** The latest `count` outcomes of a rule at a carrier, newest removal first; only removals after `after` when given. */
export async function latestOutcomes(
  table: Table,
  rule: string,
  carrier: string | undefined,
  count: number,
  after?: string,
): Promise<OutcomeRecord[]> {
  const found: OutcomeRecord[] = [];
  for await (const page of table.pages({ ...outcomesQuery(rule, carrier, after), Limit: count })) {
    found.push(...readItems(outcomeSchema, page, table.unreadable));
    if (found.length >= count) break;
  }
  return found.slice(0, count);
}

/** Which rules at which carriers have outcomes on record, and what operators said of them. */
export async function ruleRecords(table: Table): Promise<RuleRecords> {
  return ruleRecordsOf(await table.query(partitionQuery(PARTITIONS.rules)), table);
}

/** Records an operator's word that a rule may remove again. */
export async function putRuleEnabling(table: Table, enabling: RuleEnabling): Promise<void> {
  await table.put(enablingItem(enabling, table.retention.decisionDays));
}
