import * as z from 'zod';
import { CASE_STATES, type CaseState, OUTCOMES, type SuppressionCase } from '../cases/records.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { CaseChangedError } from './errors.ts';
import { factSchema } from './facts.ts';
import { expiry, type Item, type Retention } from './items.ts';
import { addressKey, INDEXES, type Key, SORT_KEYS, stateIndexKeys, statePartition } from './keys.ts';
import { type Condition, type Page, type Query, type Scan, type Table, versionIs } from './table.ts';
import { readItem } from './unreadable.ts';

/** Cases: where each address stands, one versioned item an address. */

/** Why an entry is on SES's list. */
export const listingReason = z.enum(['BOUNCE', 'COMPLAINT']);

/** A diagnosis as far as a case or decision keeps it. */
export const diagnosisSchema = z.object({
  // Words of later versions are told as they are: what is decided follows from a diagnosis of the moment.
  reason: z.string(),
  confidence: z.string(),
  rule: z.string(),
  carrier: z.string().optional(),
});

/** A mass event that was undone. */
export const undoneIncidentSchema = z.object({
  id: z.string(),
  receiver: z.string(),
  kind: z.string(),
  sender: z.string().optional(),
  list: z.string().optional(),
  from: z.string(),
  until: z.string(),
});

const caseSchema = z.object({
  address: z.string(),
  version: z.number(),
  state: z.enum(CASE_STATES),
  spelling: z.string(),
  otherSpellings: z.array(z.string()).optional(),
  listedReason: listingReason,
  listedAt: z.string(),
  feedbackId: z.string().optional(),
  diagnosis: diagnosisSchema,
  explainedBy: factSchema.optional(),
  rule: z.string(),
  proposalId: z.string().optional(),
  dueAt: z.string().optional(),
  removals: z.array(
    z.looseObject({
      at: z.string(),
      deletedAt: z.string().optional(),
      by: z.string(),
      rule: z.string(),
      carrier: z.string().optional(),
      outcome: z.enum(OUTCOMES).optional(),
      outcomeAt: z.string().optional(),
      relistedAt: z.string().optional(),
      override: z.boolean().optional(),
      overrides: z.array(z.string()).optional(),
      putBack: z.enum(['done', 'refused']).optional(),
    }),
  ),
  removing: z
    .looseObject({
      at: z.string(),
      by: z.string(),
      rule: z.string(),
      job: z.string().optional(),
      override: z.boolean().optional(),
      // One name where an older version wrote it.
      overrides: z.union([z.array(z.string()), z.string().transform((rule) => [rule])]).optional(),
      incident: undoneIncidentSchema.optional(),
      proposal: z.looseObject({ id: z.string(), rule: z.string() }).optional(),
    })
    .optional(),
  rejected: z.object({ listedAt: z.string(), by: z.string(), at: z.string() }).optional(),
  updatedAt: z.string(),
});

/** The item of a case. Only a case that waits for nothing more (`closed`) expires. */
export function caseItem({ otherFields, ...record }: SuppressionCase, retention: Retention): Item {
  return {
    ...otherFields,
    pk: addressKey(record.address),
    sk: SORT_KEYS.case,
    ...stateIndexKeys(record),
    ...record,
    ...(record.state === 'closed'
      ? { [TTL_ATTRIBUTE]: expiry(record.updatedAt, retention.decisionDays) }
      : {}),
  };
}

/** Attributes of a case's item beside its fields. */
const BESIDE_FIELDS: ReadonlySet<string> = new Set(['pk', 'sk', 'stateKey', 'stateSort', TTL_ATTRIBUTE]);

/** The case of an item; undefined, and counted, where it cannot be read. */
export function readCase(item: Item, { unreadable }: Pick<Table, 'unreadable'>): SuppressionCase | undefined {
  const known = readItem(caseSchema, item, unreadable);
  if (known === undefined) return undefined;
  const others = Object.entries(item).filter(
    ([name]) => !BESIDE_FIELDS.has(name) && !(name in caseSchema.shape),
  );
  return others.length > 0 ? { ...known, otherFields: Object.fromEntries(others) } : known;
}

/** The case of a normalised address; undefined where it has none, or one that cannot be read. */
export async function caseOf(table: Table, address: string): Promise<SuppressionCase | undefined> {
  const item = await table.get({ pk: addressKey(address), sk: SORT_KEYS.case });
  return item && readCase(item, table);
}

/**
 * Writes a case as the next version of the one that was read (`undefined`: there was none). Fields of it that this
 * version does not know stay as they are.
 *
 * @throws {CaseChangedError} when someone else wrote in between.
 */
export async function putCase(
  table: Table,
  next: SuppressionCase,
  read: SuppressionCase | undefined,
): Promise<SuppressionCase> {
  const { otherFields } = read ?? {};
  const item = { ...next, version: (read?.version ?? 0) + 1, ...(otherFields && { otherFields }) };
  const condition = read === undefined ? noneOrExpired(table.now()) : versionIs(read.version);
  const { written } = await table.putIf(caseItem(item, table.retention), condition);
  if (!written) throw new CaseChangedError();
  return item;
}

/** The condition that there is no case, or one past its TTL: DynamoDB may keep it for days, and nobody reads it. */
export function noneOrExpired(now: Date): Condition {
  return {
    ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
    ExpressionAttributeNames: { '#ttl': TTL_ATTRIBUTE },
    ExpressionAttributeValues: { ':now': Math.floor(now.getTime() / 1000) },
  };
}

/** The cases in a state that wait for something, oldest first; `dueBefore` leaves out those not yet due. */
export function stateQuery(state: CaseState, options: { dueBefore?: string; limit?: number } = {}): Query {
  const { dueBefore, limit } = options;
  return {
    IndexName: INDEXES.byState,
    KeyConditionExpression:
      dueBefore === undefined ? 'stateKey = :state' : 'stateKey = :state AND stateSort < :due',
    ExpressionAttributeValues: {
      ':state': statePartition(state),
      ...(dueBefore !== undefined && { ':due': dueBefore }),
    },
    ...(limit !== undefined && { Limit: limit }),
  };
}

/** One page of the cases in a state that wait for something, oldest first; `dueBefore` leaves out those not yet due. */
export async function casesInState(
  table: Table,
  state: CaseState,
  options: { dueBefore?: string; limit?: number; from?: Key } = {},
): Promise<Page<SuppressionCase>> {
  return casesOf(table, await table.page(stateQuery(state, options), options.from));
}

/**
 * The waiting proposals after the one of an id, by id: the oldest entry first.
 *
 * @param after absent: from the first on. It need not wait any more.
 * @param limit proposals read at most; those that cannot be read are counted among them.
 * @returns `last`: the id to go on after, where others wait.
 */
export async function proposalsAfter(
  table: Table,
  after: string | undefined,
  limit: number,
): Promise<{ items: readonly SuppressionCase[]; last?: string }> {
  const page = await table.page(proposalsAfterQuery(after, limit));
  const last = page.next && page.items.at(-1)?.stateSort;
  return { items: casesOf(table, page).items, ...(typeof last === 'string' && { last }) };
}

/** See {@link proposalsAfter}. */
export function proposalsAfterQuery(after: string | undefined, limit: number): Query {
  const { ExpressionAttributeValues, ...query } = stateQuery('proposed', { limit });
  if (after === undefined) return { ...query, ExpressionAttributeValues };
  return {
    ...query,
    KeyConditionExpression: 'stateKey = :state AND stateSort > :after',
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ':after': after },
  };
}

/** How many cases in a state wait for something, counted up to `maximum` at least; `more` says that it is a part. */
export function countInState(
  table: Table,
  state: CaseState,
  maximum: number,
): Promise<{ count: number; more: boolean }> {
  return table.count(stateQuery(state), maximum);
}

/** The waiting proposal of this id. The index lags the table by moments: a proposal just made may not be there yet. */
export async function proposalOf(table: Table, id: string): Promise<SuppressionCase | undefined> {
  const [item] = await table.query(proposalQuery(id));
  return item && readCase(item, table);
}

/** The proposal of an id in the index of states. */
export function proposalQuery(id: string): Query {
  return {
    IndexName: INDEXES.byState,
    KeyConditionExpression: 'stateKey = :state AND stateSort = :id',
    ExpressionAttributeValues: { ':state': statePartition('proposed'), ':id': id },
  };
}

/**
 * One page of the cases changed since a moment, in no order: for an operator's question, not for a run. It scans
 * the table (half a read unit for each 4 KB of it, whatever matches), because an index of cases by time would cost
 * a write unit with every change of every case to answer a question asked a few times a year.
 */
export async function casesChangedSince(
  table: Table,
  since: string,
  from?: Key,
): Promise<Page<SuppressionCase>> {
  return casesOf(table, await table.scan(changedSince(since), from));
}

/** The cases changed since a moment, ISO 8601 UTC. */
export function changedSince(since: string): Scan {
  return {
    FilterExpression: 'sk = :case AND #updatedAt >= :since',
    ExpressionAttributeNames: { '#updatedAt': 'updatedAt' },
    ExpressionAttributeValues: { ':case': SORT_KEYS.case, ':since': since },
  };
}

/**
 * One page of the cases of entries that stood on the list when they were last looked at, not changed since a moment (ISO
 * 8601 UTC), in no order. A scan: cases that wait for nothing are in no index.
 */
export async function listedCases(table: Table, before: string, from?: Key): Promise<Page<SuppressionCase>> {
  return casesOf(table, await table.scan(listedAndUnchangedSince(before), from));
}

/** See {@link listedCases}. */
export function listedAndUnchangedSince(before: string): Scan {
  return {
    FilterExpression: 'sk = :case AND #state IN (:kept, :proposed, :rejected) AND #updatedAt < :before',
    ExpressionAttributeNames: { '#state': 'state', '#updatedAt': 'updatedAt' },
    ExpressionAttributeValues: {
      ':case': SORT_KEYS.case,
      ':kept': 'kept',
      ':proposed': 'proposed',
      ':rejected': 'rejected',
      ':before': before,
    },
  };
}

function casesOf(table: Table, { items, next }: Page<Item>): Page<SuppressionCase> {
  return { items: items.flatMap((item) => readCase(item, table) ?? []), ...(next && { next }) };
}
