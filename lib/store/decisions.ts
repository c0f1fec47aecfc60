import * as z from 'zod';
import { DECISION_ACTIONS, type Decision, OUTCOMES } from '../cases/records.ts';
import { bilingual } from './bilingual.ts';
import { diagnosisSchema, listingReason } from './cases.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type Item, type Retention } from './items.ts';
import { addressKey, decisionSortKey, type Key, SORT_KEYS } from './keys.ts';
import type { Page, Scan, Table } from './table.ts';
import { readItem } from './unreadable.ts';

/** Decisions: the audit of what was decided about an address, appended to and never changed. */

const decisionSchema = z.object({
  address: z.string(),
  at: z.string(),
  id: z.string(),
  by: z.string(),
  requestId: z.string().optional(),
  action: z.enum(DECISION_ACTIONS),
  rule: z.string(),
  because: bilingual,
  diagnosis: diagnosisSchema.optional(),
  evidence: z
    .array(
      z.object({
        kind: z.string(),
        at: z.string().optional(),
        weight: z.number(),
        source: z.string(),
        text: bilingual,
      }),
    )
    .optional(),
  listing: z.object({ reason: listingReason, at: z.string() }).optional(),
  note: z.string().optional(),
  override: z.boolean().optional(),
  overrides: z.array(z.string()).optional(),
  outcome: z.enum(OUTCOMES).optional(),
});

/** The item of a decision. */
export function decisionItem(decision: Decision, retention: Retention): Item {
  return {
    pk: addressKey(decision.address),
    sk: decisionSortKey(decision),
    ...decision,
    [TTL_ATTRIBUTE]: expiry(decision.at, retention.decisionDays),
  };
}

/** The decision of an item; undefined, and counted, where it cannot be read. */
export function readDecision(item: Item, { unreadable }: Pick<Table, 'unreadable'>): Decision | undefined {
  return readItem(decisionSchema, item, unreadable);
}

/** Which decisions are read; moments are ISO 8601 UTC. */
export interface DecisionFilter {
  readonly since: string;
  readonly until?: string | undefined;
  readonly by?: string | undefined;
  /** Only those that one of these names decided, or only the others. */
  readonly whose?: { readonly names: readonly string[]; readonly isTheirs: boolean };
  readonly rule?: string | undefined;
  readonly action?: string | undefined;
}

/** One page of the decisions over all addresses, in no order: a scan, for an operator's question and not for a run. */
export async function scanDecisions(
  table: Table,
  filter: DecisionFilter,
  from?: Key,
): Promise<Page<Decision>> {
  const { items, next } = await table.scan(decisionsScan(filter), from);
  return { items: items.flatMap((item) => readDecision(item, table) ?? []), ...(next && { next }) };
}

/** See {@link scanDecisions}. */
export function decisionsScan({ since, until, whose, ...words }: DecisionFilter): Scan {
  const equal = Object.entries(words).filter(([, word]) => word !== undefined);
  const names = (whose?.names ?? []).map((name, place) => [`:name${place}`, name] as const);
  return {
    FilterExpression: [
      'begins_with(sk, :decision)',
      '#at >= :since',
      ...(until === undefined ? [] : ['#at < :until']),
      ...equal.map(([name]) => `#${name} = :${name}`),
      ...(whose === undefined
        ? []
        : [`${whose.isTheirs ? '' : 'NOT '}#by IN (${names.map(([name]) => name).join(', ')})`]),
    ].join(' AND '),
    ExpressionAttributeNames: {
      '#at': 'at',
      ...(whose && { '#by': 'by' }),
      ...Object.fromEntries(equal.map(([name]) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ':decision': SORT_KEYS.decision,
      ':since': since,
      ...(until !== undefined && { ':until': until }),
      ...Object.fromEntries(equal.map(([name, word]) => [`:${name}`, word])),
      ...Object.fromEntries(names),
    },
  };
}

/**
 * Appends decisions to the audit, with the invocation that writes them. Repeating a decision (same moment and id) writes
 * it once.
 */
export async function putDecisions(table: Table, decisions: readonly Decision[]): Promise<void> {
  const { requestId, retention } = table;
  const invocation = requestId !== undefined && { requestId };
  await table.putAll(decisions.map((decision) => decisionItem({ ...decision, ...invocation }, retention)));
}
