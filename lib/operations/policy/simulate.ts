import * as z from 'zod';
import type { Outcome, SuppressionCase } from '../../cases/records.ts';
import type { SimulateAnswer, simulateRequestSchema } from '../../contracts/policy.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Action } from '../../policy/rules.ts';
import { Refusal } from '../../refusal.ts';
import { readableRecord } from '../../store/addresses.ts';
import { casesChangedSince } from '../../store/cases.ts';
import type { DeliveryMonths } from '../../store/delivery-months.ts';
import type { Key } from '../../store/keys.ts';
import type { Table } from '../../store/table.ts';
import { later } from '../../time.ts';
import { type JudgedEntry, judgedEntries, type ReplayedVerdict, replay } from './replay.ts';

/** Removals that really happened, by what came of them. */
export type OutcomeCounts = PolicyReplay['ofThese'];

/** What one policy would have done. */
export type PolicyReplay = SimulateAnswer['candidate'];

/** An entry on which the two policies differ. */
export type Difference = SimulateAnswer['differences'][number];

/** A simulation, or a part of one. */
export type Simulation = Omit<SimulateAnswer, 'next' | 'changed' | 'maximumRemovalsPerDay'>;

/** One part of a simulation; `next` leads to the following one. */
export type SimulationPart = Simulation & Pick<SimulateAnswer, 'next'>;

/** Differing entries an answer lists; all are counted. */
export const DIFFERENCES_SHOWN = 50;
/** Addresses after which a part ends, so that an operator sees progress and no invocation runs out of time. */
const ADDRESSES_A_PART = 500;
/** Pages of the table after which a part ends: of a table that holds few cases, 1 MB each. */
const PAGES_A_PART = 100;
/** Addresses read side by side. */
const CONCURRENCY = 16;

/** What a simulation works with. */
export interface SimulateTools {
  readonly store: Table;
  readonly candidate: Policy;
  readonly inForce: Policy;
  readonly deliveryMonths?: DeliveryMonths;
  readonly now: () => Date;
}

/**
 * Replays two policies over one part of the recorded history. Reads every case changed in the time (see
 * casesChangedSince for its cost) and each of their addresses; writes nothing. Memory does not grow with the
 * table: a page of cases and {@link CONCURRENCY} addresses at a time.
 *
 * Not replayed, since the record does not tell: limits of a run, the account's guards, and the rules' track records.
 */
export async function simulate(
  request: z.infer<typeof simulateRequestSchema>,
  tools: SimulateTools,
): Promise<SimulationPart> {
  const from = request.next === undefined ? undefined : decode(request.next);
  const until = from?.until ?? tools.now().toISOString();
  const since = later(until, -request.days * 86_400_000);
  const sum = new Sum(since, until);
  let key = from?.key;
  for (let page = 0; page < PAGES_A_PART && sum.addresses < ADDRESSES_A_PART; page += 1) {
    const { items, next } = await casesChangedSince(tools.store, since, key);
    for (let start = 0; start < items.length; start += CONCURRENCY) {
      const group = items.slice(start, start + CONCURRENCY);
      // Added in order, so that the same question gets the same answer.
      for (const replayed of await Promise.all(group.map((each) => replayAddress(each, sum, tools)))) {
        sum.add(replayed);
      }
    }
    key = next;
    if (key === undefined) break;
  }
  return { ...sum.result(), ...(key && { next: encode(key, until) }) };
}

interface ReplayedEntry {
  readonly entry: JudgedEntry;
  readonly inForce: ReplayedVerdict;
  readonly candidate: ReplayedVerdict;
}

async function replayAddress(
  { address }: SuppressionCase,
  time: { readonly since: string; readonly until: string },
  tools: SimulateTools,
): Promise<ReplayedEntry[]> {
  const record = await readableRecord(tools.store, address);
  if (record === undefined) return [];
  return judgedEntries(record, time.since, time.until).map((entry) => ({
    entry,
    inForce: replay(entry, record, tools.inForce, tools.deliveryMonths),
    candidate: replay(entry, record, tools.candidate, tools.deliveryMonths),
  }));
}

/** Two parts as one. The second's time is the first's. */
export function joinSimulations(a: Simulation, b: Simulation): Simulation {
  return {
    since: a.since,
    until: a.until,
    entries: a.entries + b.entries,
    addresses: a.addresses + b.addresses,
    candidate: joinReplays(a.candidate, b.candidate),
    inForce: joinReplays(a.inForce, b.inForce),
    changes: joinCounts(a.changes, b.changes),
    differences: [...a.differences, ...b.differences].slice(0, DIFFERENCES_SHOWN),
  };
}

/** Removals above the day's limit: these would have been proposals. */
export function overDailyLimit(
  replayed: PolicyReplay,
  policy: Pick<Policy, 'maximumRemovalsPerDay'>,
): number {
  return Object.values(replayed.removalsByDay).reduce(
    (sum, count) => sum + Math.max(0, count - policy.maximumRemovalsPerDay),
    0,
  );
}

const NONE: OutcomeCounts = { removed: 0, delivered: 0, bouncedAgain: 0, complained: 0, silent: 0, open: 0 };

/** Adds entries up. */
class Sum {
  readonly since: string;
  readonly until: string;
  addresses = 0;
  #entries = 0;
  #candidate = emptyReplay();
  #inForce = emptyReplay();
  readonly #changes: Record<string, number> = {};
  readonly #differences: Difference[] = [];

  constructor(since: string, until: string) {
    this.since = since;
    this.until = until;
  }

  /** Adds one address. */
  add(entries: readonly ReplayedEntry[]): void {
    if (entries.length > 0) this.addresses += 1;
    for (const each of entries) this.#addEntry(each);
  }

  #addEntry({ entry, inForce, candidate }: ReplayedEntry): void {
    this.#entries += 1;
    this.#inForce = joinReplays(this.#inForce, replayOf(entry, inForce));
    this.#candidate = joinReplays(this.#candidate, replayOf(entry, candidate));
    if (inForce.action === candidate.action) return;
    const change = `${inForce.action}>${candidate.action}`;
    this.#changes[change] = (this.#changes[change] ?? 0) + 1;
    if (this.#differences.length < DIFFERENCES_SHOWN) {
      const { removal } = entry;
      this.#differences.push({
        address: entry.address,
        listedAt: entry.listedAt,
        inForce,
        candidate,
        really: removal === undefined ? 'not-removed' : (removal.outcome ?? 'open'),
      });
    }
  }

  result(): Simulation {
    return {
      since: this.since,
      until: this.until,
      entries: this.#entries,
      addresses: this.addresses,
      candidate: this.#candidate,
      inForce: this.#inForce,
      changes: this.#changes,
      differences: this.#differences,
    };
  }
}

function emptyReplay(): PolicyReplay {
  return { remove: 0, propose: 0, keep: 0, byRule: {}, removalsByDay: {}, ofThese: NONE, ofOthers: NONE };
}

/** One entry's share of a policy's replay. */
function replayOf({ removal }: JudgedEntry, { action, rule, at }: ReplayedVerdict): PolicyReplay {
  const outcomes = removal === undefined ? NONE : countOf(removal.outcome);
  const one = (wanted: Action): number => (action === wanted ? 1 : 0);
  return {
    remove: one('remove'),
    propose: one('propose'),
    keep: one('keep'),
    byRule: { [rule]: 1 },
    removalsByDay: action === 'remove' ? { [at.slice(0, 10)]: 1 } : {},
    ofThese: action === 'remove' ? outcomes : NONE,
    ofOthers: action === 'remove' ? NONE : outcomes,
  };
}

function countOf(outcome: Outcome | undefined): OutcomeCounts {
  return {
    removed: 1,
    delivered: outcome === 'delivered' ? 1 : 0,
    bouncedAgain: outcome === 'bounced-again' ? 1 : 0,
    complained: outcome === 'complained' ? 1 : 0,
    silent: outcome === 'silent' ? 1 : 0,
    open: outcome === undefined ? 1 : 0,
  };
}

function joinReplays(a: PolicyReplay, b: PolicyReplay): PolicyReplay {
  return {
    remove: a.remove + b.remove,
    propose: a.propose + b.propose,
    keep: a.keep + b.keep,
    byRule: joinCounts(a.byRule, b.byRule),
    removalsByDay: joinCounts(a.removalsByDay, b.removalsByDay),
    ofThese: joinOutcomes(a.ofThese, b.ofThese),
    ofOthers: joinOutcomes(a.ofOthers, b.ofOthers),
  };
}

function joinOutcomes(a: OutcomeCounts, b: OutcomeCounts): OutcomeCounts {
  return {
    removed: a.removed + b.removed,
    delivered: a.delivered + b.delivered,
    bouncedAgain: a.bouncedAgain + b.bouncedAgain,
    complained: a.complained + b.complained,
    silent: a.silent + b.silent,
    open: a.open + b.open,
  };
}

function joinCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const joined = { ...a };
  for (const [name, count] of Object.entries(b)) joined[name] = (joined[name] ?? 0) + count;
  return joined;
}

/** Thrown when `next` is not one that a part before answered. */
export class InvalidPartError extends Refusal {
  override readonly name = 'InvalidPartError';
  override readonly code = 'wrong-next';
}

const placeSchema = z.strictObject({
  key: z.strictObject({ pk: z.string(), sk: z.string() }),
  until: z.iso.datetime(),
});

function encode(key: Key, until: string): string {
  return Buffer.from(JSON.stringify({ key: { pk: key.pk, sk: key.sk }, until })).toString('base64url');
}

function decode(next: string): z.infer<typeof placeSchema> {
  try {
    return placeSchema.parse(JSON.parse(Buffer.from(next, 'base64url').toString()));
  } catch (error) {
    throw new InvalidPartError(
      {
        ja: 'next には、直前の応答に含まれる next の値をそのまま指定してください。',
        en: '`next` must be the value the part before answered',
      },
      { cause: error },
    );
  }
}
