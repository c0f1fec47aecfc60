import type * as z from 'zod';
import { domainOf, isSimulator } from '../../address.ts';
import { carrierOfDomain } from '../../classification/carriers.ts';
import { readBounce } from '../../classification/diagnose.ts';
import type { MonthAnswer, ReportAnswer, reportRequestSchema } from '../../contracts/report.ts';
import type { Fact } from '../../mails/fact.ts';
import { natureOf } from '../../mails/nature.ts';
import { deliveryMonths, recordsBegin } from '../../store/delivery-months.ts';
import { dayAfter, eachFactOfDay } from '../../store/facts.ts';
import type { Key } from '../../store/keys.ts';
import { type MonthLine, scanMonth } from '../../store/month.ts';
import { firstRun, runsBetween } from '../../store/runs.ts';
import type { Table } from '../../store/table.ts';
import { byCodeUnits } from '../../text.ts';
import { DAY, later, monthsLater, spanOfMonth } from '../../time.ts';
import { compared } from './compare.ts';

/** How long before a month a removal may lie whose outcome came to be known in it, milliseconds. */
const OUTCOME_WINDOW = 120 * DAY;

/** What a month's report is made from. */
export interface ReportTools {
  readonly store: Table;
  readonly now: () => Date;
  /** Whether no time is left to read on. */
  readonly isLate?: () => boolean;
}

/**
 * What happened in a month (Japan's time) and in the one before it, over all addresses and without one. Reads the day index
 * of the days of both (eight queries a day) and scans the table once (half a read unit for each 4 KB): for a question asked
 * once a month.
 */
export async function report(
  { month: asked }: z.infer<typeof reportRequestSchema>,
  { store, now, isLate = () => false }: ReportTools,
): Promise<ReportAnswer> {
  const [before, month] = [new MonthCount(monthsLater(asked, -1)), new MonthCount(asked)];
  const { from } = before.span;
  const { until } = month.span;
  let incomplete = false;
  for (let day = from.slice(0, 10); day <= until.slice(0, 10); day = dayAfter(day)) {
    incomplete ||= isLate();
    if (incomplete) break;
    for await (const fact of eachFactOfDay(store, day)) {
      before.addFact(fact);
      month.addFact(fact);
    }
  }
  let page: Key | undefined;
  do {
    incomplete ||= isLate();
    if (incomplete) break;
    const { items, next } = await scanMonth(store, { from: later(from, -OUTCOME_WINDOW), until }, page);
    for (const line of items) {
      before.addLine(line);
      month.addLine(line);
    }
    page = next;
  } while (page !== undefined);
  const present = now().toISOString();
  const [since = ''] = [later(present, -store.retention.factDays * DAY), await recordedSince(store)]
    .filter((each) => each !== undefined)
    .toSorted(byCodeUnits)
    .toReversed();
  const answerOf = async (counted: MonthCount): Promise<MonthAnswer> => ({
    ...counted.counts(),
    limits: limitsOf(await runsBetween(store, counted.span.from, counted.span.until)),
    ...(since > counted.span.from && { recordedFrom: since }),
    ...(incomplete && { incomplete }),
  });
  return compared(await answerOf(month), await answerOf(before), present);
}

/**
 * Since when what happens is recorded here, ISO 8601 UTC, by what was written at the time: the first run, or the month after
 * the first in which a delivery came (recording began in that one), whichever is earlier; but where runs came first and
 * deliveries months later, SES was connected late, and the runs tell nothing. Undefined: nothing tells. Facts do not tell it:
 * a backfill records what is older.
 */
export async function recordedSince(store: Table): Promise<string | undefined> {
  const first = recordsBegin(await deliveryMonths(store));
  const run = (await firstRun(store))?.startedAt;
  if (first !== undefined && run !== undefined && run < first && isTheFirst(first, store)) return first;
  const [since] = [run, first && `${monthsLater(first.slice(0, 7), 1)}-01T00:00:00.000Z`]
    .filter((each) => each !== undefined)
    .toSorted(byCodeUnits);
  return since;
}

/** Whether nothing was noted in the month before one (its start): not where that would be forgotten by now. */
function isTheFirst(month: string, { now, retention }: Table): boolean {
  const before = `${monthsLater(month.slice(0, 7), -1)}-01T00:00:00.000Z`;
  return later(before, retention.factDays * DAY) > now().toISOString();
}

/** One month being counted. */
class MonthCount {
  readonly span: { readonly from: string; readonly until: string };
  readonly #month: string;
  readonly #mails = new MailCount();
  readonly #decided: DecisionCount;

  constructor(month: string) {
    this.#month = month;
    this.span = spanOfMonth(month);
    this.#decided = new DecisionCount(this.span.from);
  }

  addFact(fact: Fact): void {
    if (fact.at >= this.span.from && fact.at < this.span.until) this.#mails.add(fact);
  }

  addLine(line: MonthLine): void {
    const { at } = 'change' in line ? line.change : line.decision;
    if (at >= later(this.span.from, -OUTCOME_WINDOW) && at < this.span.until) this.#decided.add(line);
  }

  counts(): Omit<MonthAnswer, 'limits' | 'recordedFrom' | 'incomplete'> {
    return { month: this.#month, ...this.span, ...this.#mails.counts(), ...this.#decided.counts() };
  }
}

type Counts = Record<string, number>;

function addTo(counts: Counts, word: string): void {
  counts[word] = (counts[word] ?? 0) + 1;
}

/** The mails of a month by what became of them. */
class MailCount {
  readonly #returned: Counts = {};
  readonly #reasons: Counts = {};
  readonly #missed: Counts = {};
  #complaints = 0;

  add(fact: Fact): void {
    const nature = natureOf(fact);
    const carrier = carrierOfDomain(domainOf(fact.address))?.id ?? 'other';
    if (nature.says === 'complaint') this.#complaints += 1;
    else if (nature.says === 'not-sent' && nature.by === 'account-list') addTo(this.#missed, carrier);
    else if (nature.says === 'returned' && nature.permanent) {
      addTo(this.#returned, carrier);
      addTo(this.#reasons, readBounce(fact).reason);
    }
  }

  counts(): Pick<MonthAnswer, 'returned' | 'missed' | 'complaints'> {
    return {
      returned: { mails: sum(this.#returned), carriers: this.#returned, reasons: this.#reasons },
      missed: { mails: sum(this.#missed), carriers: this.#missed },
      complaints: this.#complaints,
    };
  }
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, each) => total + each, 0);
}

/** What was decided, what became of removals, and what changed about the senders. */
class DecisionCount {
  readonly #from: string;
  readonly #decisions: Counts = {};
  readonly #outcomes: Counts = {};
  readonly #operators = new Map<
    string,
    { approved: number; rejected: number; removed: number; overridden: number }
  >();
  /** When the entries were listed whose removals are known, by address. */
  readonly #listed = new Map<string, { readonly removedAt: string; readonly listedAt: string }>();
  readonly #delivered: { readonly address: string; readonly at: string }[] = [];
  #appeared = 0;
  #resolved = 0;

  constructor(from: string) {
    this.#from = from;
  }

  add(line: MonthLine): void {
    if ('change' in line) {
      if (line.change.at < this.#from) return;
      this.#appeared += line.change.appeared;
      this.#resolved += line.change.resolved;
      return;
    }
    const { address, at, action, by, listing, overrides, outcome } = line.decision;
    if (isSimulator(address)) return;
    if (action === 'removed' && listing !== undefined) {
      const known = this.#listed.get(address);
      // Of several removals the last one is what brought the mail back.
      if (known === undefined || known.removedAt < at) {
        this.#listed.set(address, { removedAt: at, listedAt: listing.at });
      }
    }
    if (at < this.#from) return;
    addTo(this.#decisions, action);
    if (action === 'outcome') {
      if (outcome === undefined) return;
      addTo(this.#outcomes, outcome);
      if (outcome === 'delivered') this.#delivered.push({ address, at });
      return;
    }
    const field = ({ approve: 'approved', reject: 'rejected', removed: 'removed' } as const)[
      action as string
    ];
    if (field === undefined) return;
    const counts = this.#operators.get(by) ?? { approved: 0, rejected: 0, removed: 0, overridden: 0 };
    this.#operators.set(by, counts);
    counts[field] += 1;
    if (action === 'removed' && overrides !== undefined && overrides.length > 0) counts.overridden += 1;
  }

  counts(): Pick<MonthAnswer, 'decisions' | 'operators' | 'outcomes' | 'ended' | 'senders'> {
    let days = 0;
    for (const { address, at } of this.#delivered) {
      const listedAt = this.#listed.get(address)?.listedAt;
      if (listedAt !== undefined) days += Math.floor((Date.parse(at) - Date.parse(listedAt)) / DAY);
    }
    return {
      decisions: this.#decisions,
      operators: [...this.#operators]
        .map(([by, counts]) => ({ by, ...counts }))
        .toSorted((one, other) => other.removed - one.removed || byCodeUnits(one.by, other.by)),
      outcomes: this.#outcomes,
      ended: { addresses: this.#delivered.length, days },
      senders: { appeared: this.#appeared, resolved: this.#resolved },
    };
  }
}

function limitsOf(runs: Awaited<ReturnType<typeof runsBetween>>): MonthAnswer['limits'] {
  const limits = new Map<string, { limit: string; because: { ja: string; en: string }; runs: number }>();
  for (const run of runs) {
    for (const { limit, because } of run.limits) {
      const known = limits.get(limit) ?? { limit, because, runs: 0 };
      limits.set(limit, { ...known, runs: known.runs + 1 });
    }
  }
  return [...limits.values()].toSorted((one, other) => other.runs - one.runs);
}
