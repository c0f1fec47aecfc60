import { TooManyRequestsException } from '@aws-sdk/client-sesv2';
import type { SuppressionCase } from '../../lib/cases/records.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import type { Item } from '../../lib/store/items.ts';
import type { Key } from '../../lib/store/keys.ts';
import type { ListEntry } from '../../local/ses/list.ts';
import type { ClientCall, World } from '../support/world.ts';
import { arrive, continued, type Flow, type News, scheduled } from './news-flows.ts';

/**
 * News that arrives while a removal is under way: every way of removing (a flow), also one that goes on after its
 * process was killed, every piece of news, before every call. What was seen is judged by news-judge.ts.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Whether a removal goes on after a kill by the same again (the operator, the next invocation) or by the cleanup. */
export type ResumedBy = 'same' | 'cleanup';

/** A flow with the news before one of its calls. */
export interface Play {
  readonly flow: Flow;
  readonly news: News;
  /**
   * The call before which the news arrives, from 1 on; those of a killed attempt do not count. 0, after a kill alone:
   * within the minute after it, hours before anybody goes on.
   */
  readonly before: number;
  /** An attempt that was killed first: before which of its calls, and who goes on. */
  readonly killed?: { readonly before: number; readonly resumedBy: ResumedBy };
}

/** One call of a play, as the judge sees it. */
export interface Step {
  readonly name: string;
  /** When it was made, milliseconds. */
  readonly time: number;
  readonly writes: boolean;
  /** The call reached the service. */
  made: boolean;
  /** The address's entry on SES's list before and after it. */
  readonly before?: ListEntry | undefined;
  after?: ListEntry | undefined;
  readonly isOfSes: boolean;
  readonly isOfStop: boolean;
  readonly isOfRecord: boolean;
}

/** What was seen of a play. */
export interface Seen {
  readonly play: Play;
  /** The calls of a killed attempt first. */
  readonly steps: readonly Step[];
  /** Index in `steps` of the first call of the attempt in which the news arrives, and of the first one after it. */
  readonly begunAt: number;
  readonly endedAt: number;
  /** Index in `steps` of the first call after the news; undefined when the flow ended before it. */
  readonly newsAt: number | undefined;
  /** When it arrived, milliseconds. */
  readonly newsTime: number | undefined;
  /** The case before that attempt. */
  readonly found: SuppressionCase | undefined;
  readonly answer: string | undefined;
  /** What the other operator was told. */
  readonly otherAnswer: string | undefined;
  readonly end: {
    readonly entry: ListEntry | undefined;
    readonly case: SuppressionCase | undefined;
    readonly actions: readonly string[];
    readonly removedListings: readonly string[];
    readonly removals: number;
    readonly complaintOnRecord: boolean;
  };
}

class Killed extends Error {
  override readonly name = 'Killed';
}

const DYNAMODB_WRITES = /^(?:Put|Update|Delete|BatchWrite|TransactWrite)Item/;
const SES_WRITES = /^(?:DeleteSuppressed|PutSuppressed|CreateImportJob|PutObject)/;
const SES_CALLS = /Suppressed|ImportJob|GetAccount/;
/** Calls that `throttle for long` strikes. */
const LONG = 40;

/** A world at the start of an attempt, so that many plays begin alike at little cost. */
interface Snapshot {
  readonly items: readonly Item[];
  readonly entries: readonly ListEntry[];
  readonly time: string;
  /** The calls of the attempt that was killed. */
  readonly steps: readonly Step[];
}

/** Plays flows in one world. */
export class NewsStage {
  readonly #world: World;
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The calls that a flow makes when nothing happens, the scheduled runs after it left out. */
  async calls(flow: Flow, killed?: Play['killed']): Promise<readonly Step[]> {
    const before = Number.POSITIVE_INFINITY;
    const seen = await this.play({ flow, news: 'nothing', before, ...(killed && { killed }) });
    return seen.steps.slice(seen.begunAt, seen.endedAt);
  }

  /**
   * The calls before which a kill leaves a world that no earlier kill leaves, the untouched one included. The flow's
   * calls come one after the other, so that a kill after the effect of a call is one before the next. Leases are no
   * part of it: they have run out when somebody goes on.
   */
  async killPoints(flow: Flow): Promise<number[]> {
    const points: number[] = [];
    const known = new Set([await this.#fingerprint(await this.#snapshotOf(flow, undefined))]);
    const count = (await this.calls(flow)).length;
    for (let before = 2; before <= count; before += 1) {
      const left = await this.#fingerprint(await this.#snapshotOf(flow, before));
      if (!known.has(left)) points.push(before);
      known.add(left);
    }
    return points;
  }

  /** Plays it from the start to the end, the scheduled runs of the next day included. */
  async play(play: Play): Promise<Seen> {
    const world = this.#world;
    const { flow, news, killed } = play;
    const snapshot = await this.#snapshotOf(flow, killed?.before);
    await this.#restore(snapshot);
    const steps: Step[] = [...snapshot.steps];
    const begunAt = steps.length;
    const found = (await addressRecord(world.store, flow.address)).case;
    const listed = world.ses.list.get(flow.address);
    let newsAt: number | undefined;
    let newsTime: number | undefined;
    let otherAnswer: string | undefined;
    const arrives = async () => {
      newsAt = steps.length;
      newsTime = world.clock.time();
      otherAnswer = await arrive(news, flow, world, listed);
    };
    if (killed !== undefined) {
      if (play.before === 0) await arrives();
      // Hours later: nothing that holds within minutes may be relied on.
      world.clock.advance(3 * HOUR);
    }
    let quiet = false;
    world.intercept(async (proceed, call) => {
      if (quiet) return proceed();
      const number = steps.length - begunAt + 1;
      if (number === play.before) {
        quiet = true;
        await arrives();
        quiet = false;
      }
      const step = this.#step(flow, call);
      steps.push(step);
      // Each call takes some time, so that what follows is later.
      world.clock.advance(100);
      const isStruck =
        (news === 'throttle' && number === play.before) ||
        (news === 'throttle for long' && number >= play.before && number < play.before + LONG);
      if (isStruck && step.isOfSes) {
        step.made = false;
        step.after = step.before;
        const $metadata = { httpStatusCode: 429 };
        throw new TooManyRequestsException({ message: 'Rate exceeded', $metadata });
      }
      const answer = await this.#made(flow, step, proceed);
      if (news === 'answer lost' && number === play.before) throw new Error('the answer was lost');
      return answer;
    });
    let answer: string | undefined;
    try {
      const attempt =
        killed?.resumedBy === 'cleanup' ? scheduled(world, flow, { full: false }) : flow.act(world);
      answer = await attempt.catch(() => 'failed');
    } finally {
      world.intercept(undefined);
    }
    const endedAt = steps.length;
    await this.#later(flow, steps);
    const record = await addressRecord(world.store, flow.address);
    return {
      play,
      steps,
      begunAt,
      endedAt,
      newsAt,
      newsTime,
      found,
      answer,
      otherAnswer,
      end: {
        entry: world.ses.list.get(flow.address),
        case: record.case,
        actions: record.decisions.map(({ action }) => action),
        removedListings: record.decisions.flatMap(({ action, listing }) =>
          action === 'removed' && listing ? [`${listing.reason} ${listing.at}`] : [],
        ),
        removals: record.case?.removals.length ?? 0,
        complaintOnRecord: record.facts.some(({ kind }) => kind === 'complaint'),
      },
    };
  }

  /** What is scheduled goes on: within minutes and the next day. */
  async #later(flow: Flow, steps: Step[]): Promise<void> {
    const world = this.#world;
    world.intercept((proceed, call) => {
      const step = this.#step(flow, call);
      steps.push(step);
      return this.#made(flow, step, proceed);
    });
    world.clock.advance(10 * MINUTE);
    await continued(world, flow);
    await scheduled(world, flow, { full: true });
    world.clock.advance(DAY);
    await scheduled(world, flow, { full: true });
    world.intercept(undefined);
  }

  /** Makes a call; an import job ends before its answer is read. */
  async #made<T>({ address }: Flow, step: Step, proceed: () => Promise<T>): Promise<T> {
    const { list } = this.#world.ses;
    const answer = await proceed();
    if (step.name === 'CreateImportJob') {
      for (let look = 0; look < 20 && list.get(address) !== undefined; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, look === 0 ? 0 : 5));
      }
    }
    step.after = list.get(address);
    return answer;
  }

  #step({ address }: Flow, { name, input }: ClientCall): Step {
    const mentions = (text: string) => JSON.stringify(input).includes(text);
    return {
      name: name.replace(/Command$/, ''),
      time: this.#world.clock.time(),
      writes: DYNAMODB_WRITES.test(name) || SES_WRITES.test(name),
      made: true,
      before: this.#world.ses.list.get(address),
      isOfSes: SES_CALLS.test(name),
      isOfStop: name.startsWith('GetItem') && mentions('"STOP"'),
      isOfRecord: name.startsWith('Query') && mentions(`ADDRESS#${address}`),
    };
  }

  /** The world before a flow, or after an attempt that was killed before one of its calls. */
  async #snapshotOf(flow: Flow, killedBefore: number | undefined): Promise<Snapshot> {
    const key = `${flow.name} ${killedBefore ?? 'whole'}`;
    const known = this.#snapshots.get(key);
    if (known !== undefined) return known;
    const steps: Step[] = [];
    if (killedBefore === undefined) {
      await this.#world.reset();
      await flow.prepare(this.#world);
    } else {
      await this.#restore(await this.#snapshotOf(flow, undefined));
      this.#world.intercept(async (proceed, call) => {
        if (steps.length >= killedBefore - 1) throw new Killed();
        const step = this.#step(flow, call);
        steps.push(step);
        return this.#made(flow, step, proceed);
      });
      await flow.act(this.#world).catch(() => undefined);
      this.#world.intercept(undefined);
    }
    const taken = {
      items: await this.#world.table.scan(),
      entries: [...this.#world.ses.list.entries()],
      time: this.#world.clock.now().toISOString(),
      steps,
    };
    this.#snapshots.set(key, taken);
    return taken;
  }

  async #fingerprint({ items, entries }: Snapshot): Promise<string> {
    const lasting = items.filter(({ pk, sk }) => !`${pk} ${sk}`.includes('LEASE'));
    // Invocations are numbered on.
    return JSON.stringify([lasting, entries]).replaceAll(/\b(run|rescue)-\d+/g, '$1');
  }

  /** Emptied in place: new servers and clients would cost more than the play. */
  async #restore({ items, entries, time }: Snapshot): Promise<void> {
    const world = this.#world;
    const keep = new Set(items.map(({ pk, sk }) => `${pk} ${sk}`));
    for (const { pk, sk } of await world.table.scan()) {
      if (!keep.has(`${pk} ${sk}`)) await world.store.delete({ pk, sk } as Key);
    }
    await world.store.putAll(items);
    for (const { address } of [...world.ses.list.entries()]) world.ses.list.delete(address);
    for (const entry of entries) world.ses.list.put(entry);
    world.clock.set(time);
  }
}
