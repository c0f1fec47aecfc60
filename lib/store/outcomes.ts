import * as z from 'zod';
import { OUTCOMES, type OutcomeRecord } from '../cases/records.ts';
import type { RuleEnabling } from '../policy/track-record.ts';
import { expiry, type Item } from './items.ts';
import { type Key, outcomePartition, outcomeSortKey, RULE_SORT_KEYS, RULES_PARTITION } from './keys.ts';
import { TTL_ATTRIBUTE } from './table.ts';

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

/** The outcome of an item. */
export function outcomeRecordOf(item: Item): OutcomeRecord {
  return outcomeSchema.parse(item);
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
    pk: RULES_PARTITION,
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
  return { pk: RULES_PARTITION, sk: `${RULE_SORT_KEYS.enabling}${at}#${rule}#${carrier ?? '*'}` };
}

/** What the partition of rules holds. */
export interface RuleRecords {
  readonly pairs: readonly RulePair[];
  readonly enablings: readonly RuleEnabling[];
}

/** The rule records of the partition's items. */
export function ruleRecordsOf(items: readonly Item[]): RuleRecords {
  const of = (prefix: string) => items.filter((item) => String(item.sk).startsWith(prefix));
  return {
    pairs: of(RULE_SORT_KEYS.pair).map((item) => pairSchema.parse(item)),
    enablings: of(RULE_SORT_KEYS.enabling).map((item) => enablingSchema.parse(item)),
  };
}
