import { TooManyRequestsException } from '@aws-sdk/client-sesv2';
import type { SuppressionCase } from '../../lib/cases/records.ts';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { casesInState } from '../../lib/store/cases.ts';
import { putFacts } from '../../lib/store/facts.ts';
import type { Item } from '../../lib/store/items.ts';
import type { Key } from '../../lib/store/keys.ts';
import { putStop } from '../../lib/store/stop-switch.ts';
import type { ListEntry } from '../../local/ses/list.ts';
import { backlog, startOrContinue } from '../support/rescue-scene.ts';
import { type ClientCall, EAGER_POLICY, type World } from '../support/world.ts';

/**
 * News that arrives while a removal is under way: every way of removing (a flow), every piece of news, before every
 * call that the flow makes. The end is judged here by the calls that were made and by what SES and the table hold, with
 * none of the code that decides about removals.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Whom the news is about, in every flow. */
const CARRIER_OF = { au: 'ezweb.ne.jp', docomo: 'docomo.ne.jp' } as const;
const NEWS_OF = 'hanako';

/** One way of removing. */
export interface Flow {
  readonly name: string;
  /** Whether the entry goes by an import job; counted apart. */
  readonly weaker?: true;
  /** Whether nobody's word stands behind the removal. */
  readonly automatic: boolean;
  readonly override?: true;
  readonly address: string;
  /** Fills an empty world up to the moment before the flow. */
  prepare(world: World): Promise<void>;
  /** The flow itself, once; what it answers to an operator, if one asked. */
  act(world: World): Promise<string | undefined>;
  /** How the removals go on after it, as scheduled: `propose` where nothing is removed without an operator. */
  readonly later: 'apply' | 'propose';
}

const au = `${NEWS_OF}@${CARRIER_OF.au}`;
const docomo = `${NEWS_OF}@${CARRIER_OF.docomo}`;
const gmail = `${NEWS_OF}@gmail.com`;
const SINGLE: Policy = { ...EAGER_POLICY };
const BULK: Policy = { ...EAGER_POLICY, removalsOneByOne: 0 };
const noSleep = async () => {};

/** A member refused by au's filter a day ago: what the cleanup removes by itself. */
async function filtered(world: World, address: string): Promise<void> {
  world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(address);
  await world.members(address);
  world.clock.advance(DAY);
}

const cleanupWith = (policy: Policy, inBulk: boolean) => async (world: World) => {
  await world.run({}, { policy, ...(inBulk && { importJobs: world.importJobs }), sleep: noSleep });
  return undefined;
};

async function ask(
  world: World,
  operator: string,
  request: object,
  list = world.list,
): Promise<string | undefined> {
  const tools = {
    store: world.store,
    list,
    policy: SINGLE,
    now: () => world.clock.now(),
    sleep: noSleep,
  };
  const [answer] = await remove(removeRequestSchema.parse({ ...request, operator }), tools);
  return answer?.result;
}

const byHand = (world: World, address: string, override: readonly string[] | false) =>
  ask(world, 'ito', { addresses: [address], reason: '電話で確認', override });

/** A bounce that the mailbox's own server answered: it does not exist. */
function unknownUser(address: string, at: string): Fact {
  return {
    address,
    kind: 'bounce',
    at,
    id: `unknown-${at}`,
    messageId: `unknown-${at}`,
    sentAt: at,
    bounceType: 'Permanent',
    bounceSubType: 'General',
    status: '5.1.1',
    diagnosticCode: `smtp; 550 5.1.1 <${address}>: Recipient address rejected: User unknown in virtual mailbox table`,
  };
}

/** The ways of removing. */
export const FLOWS: readonly Flow[] = [
  {
    name: 'apply, single',
    automatic: true,
    address: au,
    prepare: (world) => filtered(world, au),
    act: cleanupWith(SINGLE, false),
    later: 'apply',
  },
  {
    name: 'apply, bulk',
    weaker: true,
    automatic: true,
    address: au,
    prepare: (world) => filtered(world, au),
    act: cleanupWith(BULK, true),
    later: 'apply',
  },
  {
    name: 'apply, bulk, doubtful bounce',
    automatic: true,
    address: au,
    async prepare(world) {
      await filtered(world, au);
      // Another bounce near the listing, which does not read as filtered: the file takes only settled ones.
      const at = new Date(world.clock.time() - DAY - MINUTE).toISOString();
      const full = { diagnosticCode: 'smtp; 452 4.2.2 Mailbox full', status: '4.2.2' };
      await putFacts(world.store, [{ ...unknownUser(au, at), ...full }]);
    },
    act: cleanupWith(BULK, true),
    later: 'apply',
  },
  {
    name: 'rescue wave',
    automatic: true,
    address: docomo,
    async prepare(world) {
      await backlog(world, [docomo]);
      await world.run({ mode: 'propose' });
    },
    async act(world) {
      const tools = { policy: SINGLE, ...{ sleep: noSleep } };
      // Where there is nobody to rescue it is refused: an end like others.
      await startOrContinue(world, tools, { first: 1 }).catch(() => undefined);
      return undefined;
    },
    later: 'propose',
  },
  {
    name: 'approve',
    automatic: false,
    address: au,
    async prepare(world) {
      await filtered(world, au);
      await world.run({ mode: 'propose' });
    },
    async act(world) {
      const [proposal] = (await casesInState(world.store, 'proposed')).items;
      return ask(world, 'ito', { proposals: [proposal?.proposalId ?? 'none'], decision: 'approve' });
    },
    later: 'propose',
  },
  {
    name: 'by hand',
    automatic: false,
    address: au,
    async prepare(world) {
      await filtered(world, au);
      await world.run({ mode: 'propose' });
    },
    act: (world) => byHand(world, au, false),
    later: 'propose',
  },
  {
    name: 'by hand, override',
    automatic: false,
    override: true,
    address: gmail,
    async prepare(world) {
      // Its server says for certain that nobody is there.
      await world.send(gmail);
      world.clock.advance(DAY);
      await world.run({ mode: 'propose' });
    },
    act: (world) => byHand(world, gmail, ['unknown-user']),
    later: 'propose',
  },
];

/** What arrives. */
export const NEWS = [
  'nothing',
  'complaint by event',
  'complaint by event alone',
  'complaint by list only',
  'unknown user',
  're-listing',
  'throttle',
  'throttle for long',
  'answer lost',
  'another operator removes',
  'deleted elsewhere, then a complaint',
  'stop switch',
] as const;

/** See {@link NEWS}. */
export type News = (typeof NEWS)[number];

/** A flow with the news before one of its calls, and the call at which an earlier attempt at it died. */
export interface Play {
  readonly flow: Flow;
  readonly news: News;
  /** The call before which the news arrives, from 1 on. */
  readonly before: number;
  /** The call of the first attempt before which it was killed; absent: there is one attempt alone. */
  readonly killedBefore?: number;
  /** Who goes on after the kill: the same again, or a scheduled cleanup. */
  readonly resumedBy?: 'same' | 'cleanup';
}

/** One call of a play, as the judge sees it. */
interface Step {
  readonly name: string;
  readonly writes: boolean;
  /** The call reached the service. */
  made: boolean;
  /** The address's entry on SES's list before and after it. */
  readonly before?: ListEntry | undefined;
  after?: ListEntry | undefined;
  readonly isOfStop: boolean;
  readonly isOfRecord: boolean;
}

/** What was seen of a play. */
export interface Seen {
  readonly play: Play;
  readonly steps: readonly Step[];
  /** Index in `steps` of the first call after the news; undefined when the flow ended before it. */
  readonly newsAt: number | undefined;
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
  /** The listing that stood when the play began. */
  readonly listedAt: number;
}

class Killed extends Error {
  override readonly name = 'Killed';
}

const DYNAMODB_WRITES = /^(?:Put|Update|Delete|BatchWrite|TransactWrite)Item/;
const SES_WRITES = /^(?:DeleteSuppressed|PutSuppressed|CreateImportJob|PutObject)/;

function isWrite({ name }: ClientCall): boolean {
  return DYNAMODB_WRITES.test(name) || SES_WRITES.test(name);
}

function isOfSes({ name }: ClientCall): boolean {
  return /Suppressed|ImportJob|GetAccount/.test(name);
}

/** A world as it was, so that many plays begin alike at little cost. */
interface Snapshot {
  readonly items: readonly Item[];
  readonly entries: readonly ListEntry[];
  readonly time: string;
}

/** Plays flows in one world. */
export class NewsStage {
  readonly #world: World;
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The calls that a flow makes when nothing happens: which of them write. */
  async calls(flow: Flow, killed: Pick<Play, 'killedBefore' | 'resumedBy'> = {}): Promise<boolean[]> {
    const seen = await this.play({ flow, news: 'nothing', before: Number.POSITIVE_INFINITY, ...killed });
    return seen.steps.map((step) => step.writes);
  }

  /** Plays it from the start to the end, two later runs included. */
  async play(play: Play): Promise<Seen> {
    const world = this.#world;
    const { flow, news, killedBefore } = play;
    await this.#restore(flow);
    const listedAt = world.ses.list.get(flow.address)?.updatedAt ?? 0;
    if (killedBefore !== undefined) {
      await this.#killed(() => flow.act(world), killedBefore);
      // The next invocation comes hours later: nothing that holds within minutes may be relied on.
      world.clock.advance(3 * HOUR);
    }
    const steps: Step[] = [];
    const state: { newsAt?: number; otherAnswer?: string | undefined; quiet: boolean } = { quiet: false };
    world.intercept(async (proceed, call) => {
      if (state.quiet) return proceed();
      const number = steps.length + 1;
      if (number === play.before) {
        state.newsAt = steps.length;
        state.quiet = true;
        state.otherAnswer = await this.#arrive(news, flow);
        state.quiet = false;
      }
      const step = this.#step(flow, call);
      steps.push(step);
      // Each call takes some time, so that what follows is later.
      world.clock.advance(100);
      const isStruck =
        (news === 'throttle' && number === play.before) ||
        (news === 'throttle for long' && number >= play.before && number < play.before + 40);
      if (isStruck && isOfSes(call)) {
        step.made = false;
        step.after = step.before;
        throw new TooManyRequestsException({
          message: 'Rate exceeded',
          $metadata: { httpStatusCode: 429 },
        });
      }
      const answer = await proceed();
      if (step.name === 'CreateImportJob') await this.#jobDone(flow);
      step.after = world.ses.list.get(flow.address);
      if (news === 'answer lost' && number === play.before) throw new Error('the answer was lost');
      return answer;
    });
    let answer: string | undefined;
    try {
      const again = play.resumedBy === 'cleanup' ? () => this.#scheduled(flow, true) : () => flow.act(world);
      answer = await again().catch(() => 'failed');
    } finally {
      world.intercept(undefined);
    }
    await this.#later(flow, steps);
    const record = await addressRecord(world.store, flow.address);
    return {
      play,
      steps,
      newsAt: state.newsAt,
      answer,
      otherAnswer: state.otherAnswer,
      listedAt,
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

  /** What is scheduled goes on: within minutes, the next day, and (where a campaign runs) its continuation. */
  async #later(flow: Flow, steps: Step[]): Promise<void> {
    const world = this.#world;
    world.intercept(async (proceed, call) => {
      const step = this.#step(flow, call);
      steps.push(step);
      const answer = await proceed();
      if (step.name === 'CreateImportJob') await this.#jobDone(flow);
      step.after = world.ses.list.get(flow.address);
      return answer;
    });
    world.clock.advance(10 * MINUTE);
    if (flow.name === 'rescue wave') await flow.act(world);
    await this.#scheduled(flow, false);
    world.clock.advance(DAY);
    await this.#scheduled(flow, false);
    world.intercept(undefined);
  }

  /** A local import job runs beside its answer. */
  async #jobDone({ address }: Flow): Promise<void> {
    for (let look = 0; look < 20 && this.#world.ses.list.get(address) !== undefined; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #step({ address }: Flow, call: ClientCall): Step {
    const text = JSON.stringify(call.input);
    const { name } = call;
    return {
      name: name.replace(/Command$/, ''),
      writes: isWrite(call),
      made: true,
      before: this.#world.ses.list.get(address),
      isOfStop: name.startsWith('GetItem') && text.includes('"STOP"'),
      isOfRecord: name.startsWith('Query') && text.includes(`ADDRESS#${address}`),
    };
  }

  async #scheduled(flow: Flow, quick: boolean): Promise<undefined> {
    const policy = flow.weaker || flow.name.includes('bulk') ? BULK : SINGLE;
    const world = this.#world;
    const importJobs = policy === BULK && { importJobs: world.importJobs };
    await world.run({ mode: flow.later, full: !quick }, { policy, sleep: noSleep, ...importJobs });
    return undefined;
  }

  async #killed(work: () => Promise<unknown>, before: number): Promise<void> {
    let calls = 0;
    this.#world.intercept(async (proceed) => {
      calls += 1;
      if (calls >= before) throw new Killed();
      return proceed();
    });
    await work().catch(() => undefined);
    this.#world.intercept(undefined);
  }

  async #arrive(news: News, { address }: Flow): Promise<string | undefined> {
    const world = this.#world;
    const at = world.clock.now().toISOString();
    const complaint: Fact = {
      address,
      kind: 'complaint',
      at,
      id: 'news-complaint',
      messageId: 'news',
      sentAt: at,
      complaintFeedbackType: 'abuse',
    };
    const list = (reason: 'BOUNCE' | 'COMPLAINT') =>
      world.ses.list.put({ address, reason, updatedAt: world.clock.time() });
    switch (news) {
      case 'complaint by event':
        list('COMPLAINT');
        await putFacts(world.store, [complaint]);
        return undefined;
      case 'complaint by event alone':
        await putFacts(world.store, [complaint]);
        return undefined;
      case 'complaint by list only':
        list('COMPLAINT');
        return undefined;
      case 'unknown user':
        await putFacts(world.store, [unknownUser(address, at)]);
        return undefined;
      case 're-listing':
        list('BOUNCE');
        return undefined;
      case 'another operator removes':
        // From a process of its own: the flow's holds its own calls of SES until the flow's removal is done.
        return ask(
          world,
          'suzuki',
          { addresses: [address], reason: '電話で確認', override: ['unknown-user'] },
          world.listElsewhere,
        );
      case 'deleted elsewhere, then a complaint':
        world.ses.list.delete(address);
        await putFacts(world.store, [complaint]);
        return undefined;
      case 'stop switch':
        await putStop(world.store, { by: 'suzuki', at, reason: 'wait' });
        return undefined;
      default:
        return undefined;
    }
  }

  /** The world as it was before the flow. Emptied in place: new servers and clients would cost more than the play. */
  async #restore(flow: Flow): Promise<void> {
    const world = this.#world;
    const known = this.#snapshots.get(flow.name);
    if (known === undefined) {
      await world.reset();
      await flow.prepare(world);
      this.#snapshots.set(flow.name, {
        items: await world.table.scan(),
        entries: [...world.ses.list.entries()],
        time: world.clock.now().toISOString(),
      });
      return;
    }
    const keep = new Map(known.items.map((item) => [`${item.pk} ${item.sk}`, item]));
    for (const { pk, sk } of await world.table.scan()) {
      if (!keep.has(`${pk} ${sk}`)) await world.store.delete({ pk, sk } as Key);
    }
    await world.store.putAll(known.items);
    for (const { address } of [...world.ses.list.entries()]) world.ses.list.delete(address);
    for (const entry of known.entries) world.ses.list.put(entry);
    world.clock.set(known.time);
  }
}
