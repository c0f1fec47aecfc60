import { normaliseAddress } from '../address.ts';
import type { CarriedEntry, CarryAnswer } from '../contracts/carry.ts';
import { isComplaint } from '../mails/nature.ts';
import { DEFAULT_POLICY } from '../policy/policy.ts';
import { isDeadMailbox } from '../policy/rules.ts';
import { errorName } from '../refusal.ts';
import { type ReadRecord, readableRecord } from '../store/addresses.ts';
import { deliveryMonths } from '../store/delivery-months.ts';
import { factSchema, putFacts } from '../store/facts.ts';
import type { Table } from '../store/table.ts';
import { UnsupportedAddressError } from '../suppression/errors.ts';
import type { ListEntry, SuppressionList } from '../suppression/list.ts';
import { asRefusal, isThrottle } from '../suppression/throttle.ts';
import { type JudgementContext, judge } from './removal/judge.ts';

/**
 * Entries of the suppression list that a shop takes along to another Region. Whoever complained, and a mailbox that
 * certainly does not exist, would cost the new Region's reputation what they cost here; every other entry may be wrong
 * by now, and the new Region begins without it.
 */

/** What carrying works with. */
export interface CarryTools {
  readonly store: Table;
  readonly list: SuppressionList;
  readonly now: () => Date;
  /** Told of each entry that could not be listed; for logs. */
  readonly onFailure: (address: string, error: unknown) => void;
}

/** Records read at once. */
const CONCURRENCY = 16;

/** Why an entry goes along, with the bounce that says so; `left`: why it stays. */
type Judged = CarriedEntry | { readonly left: 'not-certain' | 'complaint-lifted' | 'unreadable' };

/** Which entries of one page of this Region's list go to another; changes nothing, and asks SES once. */
export async function collectCarried(from: string | undefined, tools: CarryTools): Promise<CarryAnswer> {
  const { store, list, now } = tools;
  const page = await list.page(from === undefined ? {} : { token: from }).catch(asRefusal);
  // Only the diagnosis is asked for, which no policy changes.
  const context = {
    policy: DEFAULT_POLICY,
    now: now().toISOString(),
    deliveryMonths: await deliveryMonths(store),
  };
  const carried: CarriedEntry[] = [];
  const left: Record<string, number> = {};
  for (let start = 0; start < page.entries.length; start += CONCURRENCY) {
    const group = page.entries.slice(start, start + CONCURRENCY);
    for (const judged of await Promise.all(group.map((entry) => judgedEntry(entry, store, context)))) {
      if ('left' in judged) left[judged.left] = (left[judged.left] ?? 0) + 1;
      else carried.push(judged);
    }
  }
  return { carried, left, ...(page.next && { next: page.next }) };
}

async function judgedEntry(entry: ListEntry, store: Table, context: JudgementContext): Promise<Judged> {
  const { spelling, address, reason } = entry;
  // The list itself says so: no record can say otherwise.
  if (reason === 'COMPLAINT') return { spelling, reason };
  const record = await readableRecord(store, address);
  if (record === undefined) return { left: 'unreadable' };
  const { input, explainedBy } = judge(entry, record, context);
  const complaint = complaintOf(record);
  if (complaint === 'stands') return { spelling, reason: 'COMPLAINT' };
  if (isDeadMailbox(input)) {
    return { spelling, reason, ...(explainedBy && { bounce: { ...explainedBy } }) };
  }
  return { left: complaint === 'lifted' ? 'complaint-lifted' : 'not-certain' };
}

/**
 * Whether a complaint on record still speaks against mail to an address. One that an operator lifted by an override does
 * not, unless another came after it: carried, it would undo what was decided.
 */
function complaintOf({ facts, listedForComplaint, case: known }: ReadRecord): 'none' | 'stands' | 'lifted' {
  const moments = [
    ...facts.filter(isComplaint).map(({ at }) => at),
    ...(listedForComplaint ? [listedForComplaint] : []),
  ];
  const last = moments.sort().at(-1);
  if (last === undefined) return 'none';
  const isLifted = known?.removals.some(
    // Older versions do not say what was overridden: by hand a complaint asked for it first.
    ({ override, overrides = ['complaint'], at }) =>
      override && overrides.includes('complaint') && at >= last,
  );
  return isLifted ? 'lifted' : 'stands';
}

/** What is listed here, one page of it. */
export async function listedHere(
  from: string | undefined,
  { list }: Pick<CarryTools, 'list'>,
): Promise<CarryAnswer> {
  const page = await list.page(from === undefined ? {} : { token: from }).catch(asRefusal);
  const entries = page.entries.map(({ spelling, reason }) => ({ spelling, reason }));
  return { entries, ...(page.next && { next: page.next }) };
}

/**
 * Lists entries here. One that is listed already, for the same reason or a complaint, stays as it is; a bounce entry
 * never takes a complaint's place. The bounce that explains an entry is recorded first, so that a look-up here says why.
 *
 * @throws {ThrottledError} when SES refuses calls for their rate; what was listed until then stays, and the request may
 * be repeated.
 */
export async function putCarried(entries: readonly CarriedEntry[], tools: CarryTools): Promise<CarryAnswer> {
  const { store, list, onFailure } = tools;
  const results = { carried: 0, already: 0, failed: 0 };
  let why: string | undefined;
  for (const { spelling, reason, bounce } of entries) {
    try {
      const known = await entryOf(spelling, list);
      if (known?.reason === 'COMPLAINT' || known?.reason === reason) {
        results.already += 1;
        continue;
      }
      const fact = factSchema.safeParse(bounce).data;
      if (fact && fact.address === normaliseAddress(spelling)) await putFacts(store, [fact]);
      await list.put(spelling, reason);
      results.carried += 1;
    } catch (error) {
      if (isThrottle(error)) asRefusal(error);
      onFailure(spelling, error);
      results.failed += 1;
      why ??= errorName(error);
    }
  }
  return { results, ...(why && { why }) };
}

/** The entry as it is; of an address that SES refuses in this call nothing is known, and it is put. */
async function entryOf(spelling: string, list: SuppressionList): Promise<ListEntry | undefined> {
  try {
    return await list.get(spelling);
  } catch (error) {
    if (error instanceof UnsupportedAddressError) return undefined;
    throw error;
  }
}
