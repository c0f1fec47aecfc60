import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { casesInState } from '../../lib/store/cases.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { putStop } from '../../lib/store/stop-switch.ts';
import type { SuppressionList } from '../../lib/suppression/list.ts';
import type { ListEntry } from '../../local/ses/list.ts';
import { customers, refuseAll } from '../support/incident-scene.ts';
import { backlog, startOrContinue } from '../support/rescue-scene.ts';
import { EAGER_POLICY, type World } from '../support/world.ts';

/** The ways of removing an address (flows), and the news that may arrive while one is under way. */

const MINUTE = 60_000;
const DAY = 86_400_000;

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

/** Whom the news is about. */
const au = 'hanako@ezweb.ne.jp';
const otherAu = 'taro@ezweb.ne.jp';
const docomo = 'hanako@docomo.ne.jp';
const gmail = 'hanako@gmail.com';

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

/** A run in bulk whose file lacks an address: its record could not be read once more before the job. */
async function leftOutOfFile(world: World, address: string): Promise<void> {
  let reads = 0;
  world.intercept(async (proceed, { name, input }) => {
    const isOfRecord = name.startsWith('Query') && JSON.stringify(input).includes(`ADDRESS#${address}`);
    if (isOfRecord && ++reads === 2) throw new Error('the table is out of reach');
    return proceed();
  });
  await cleanupWith(BULK, true)(world);
  world.intercept(undefined);
}

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

/** A campaign's next step; where there is nobody to rescue it is refused: an end like others. */
async function rescueWith(world: World, list: SuppressionList, incident?: string): Promise<void> {
  const about = incident === undefined ? {} : { incident, reason: 'mended' };
  const settings = { first: 1, ...about };
  await startOrContinue(world, { policy: SINGLE, list, sleep: noSleep }, settings).catch(() => undefined);
}

/** The incident of {@link FLOWS} that is undone, as its preparation left it in each world. */
const undone = new WeakMap<World, string>();

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
    name: 'apply, bulk, left out of its file',
    weaker: true,
    automatic: true,
    address: au,
    async prepare(world) {
      await filtered(world, au);
      await filtered(world, otherAu);
      await leftOutOfFile(world, au);
    },
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
      await rescueWith(world, world.list);
      return undefined;
    },
    later: 'propose',
  },
  {
    name: 'undo wave',
    automatic: true,
    address: au,
    async prepare(world) {
      // The others make the incident, and are on the list no more.
      undone.set(world, await refuseAll(world, [au, ...customers(4)], [au]));
    },
    async act(world) {
      await rescueWith(world, world.list, undone.get(world));
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
  'a cleanup begins',
  'a rescue begins',
  'deleted elsewhere, then a complaint',
  'stop switch',
  'the job leaves it',
] as const;

/** See {@link NEWS}. */
export type News = (typeof NEWS)[number];

function undoneBy(world: World, name: string): string | undefined {
  return name === 'undo wave' ? undone.get(world) : undefined;
}

function isCampaign(name: string): boolean {
  return name === 'rescue wave' || name === 'undo wave';
}

/** The news that can mean something to a flow: a campaign has nobody to rescue but in its own, only bulk has jobs. */
export function newsOf({ name, weaker }: Flow): readonly News[] {
  return NEWS.filter(
    (news) =>
      (news !== 'a rescue begins' || isCampaign(name)) && (news !== 'the job leaves it' || weaker === true),
  );
}

/** A scheduled cleanup in the mode in which the flow's removals go on; `elsewhere`: in a process of its own. */
export async function scheduled(
  world: World,
  flow: Flow,
  { full, elsewhere = false }: { readonly full: boolean; readonly elsewhere?: boolean },
): Promise<undefined> {
  const policy = flow.name.includes('bulk') ? BULK : SINGLE;
  const list = elsewhere ? world.listElsewhere : world.list;
  const jobs = elsewhere ? world.importJobsElsewhere : world.importJobs;
  const tools = { policy, list, sleep: noSleep, ...(policy === BULK && { importJobs: jobs }) };
  await world.run({ mode: flow.later, full }, tools);
  return undefined;
}

/** A flow's next step as it is scheduled beside the cleanup: only a campaign has one. */
export async function continued(world: World, { name }: Flow): Promise<void> {
  if (isCampaign(name)) await rescueWith(world, world.list, undoneBy(world, name));
}

/**
 * Has a piece of news arrive.
 *
 * @param listed the address's entry when the attempt began.
 * @returns what another operator was told.
 */
export async function arrive(
  news: News,
  flow: Flow,
  world: World,
  listed: ListEntry | undefined,
): Promise<string | undefined> {
  const { address } = flow;
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
    case 'a cleanup begins':
      await scheduled(world, flow, { full: false, elsewhere: true });
      return undefined;
    case 'a rescue begins':
      await rescueWith(world, world.listElsewhere, undoneBy(world, flow.name));
      return undefined;
    case 'deleted elsewhere, then a complaint':
      world.ses.list.delete(address);
      await putFacts(world.store, [complaint]);
      return undefined;
    case 'stop switch':
      await putStop(world.store, { by: 'suzuki', at, reason: 'wait' });
      return undefined;
    case 'the job leaves it':
      // Whoever looks once the job is done finds the entry as it was.
      if (listed !== undefined) world.ses.list.put(listed);
      return undefined;
    default:
      return undefined;
  }
}
