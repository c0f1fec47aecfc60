import { TooManyRequestsException } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { continueRescue, startRescue } from '../../lib/operations/rescue/rescue.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { readCheckpoint } from '../../lib/store/checkpoint.ts';
import { latestRuns } from '../../lib/store/runs.ts';
import type { SuppressionList } from '../../lib/suppression/list.ts';
import { backfillScene } from '../support/backfill-scene.ts';
import { backlog, docomo, rescueTools, START } from '../support/rescue-scene.ts';
import { EAGER_POLICY, startWorld, type World, withEntryCalls } from '../support/world.ts';

/** SES refuses calls for their rate longer than anybody waits: the run ends as at the end of its time. */
let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const CUSTOMERS = ['hanako', 'taro', 'jiro', 'saburo'].map((name) => `${name}@ezweb.ne.jp`);
/** More than any client or the gate tries again. */
const ENOUGH = 1_000;

async function refused(...addresses: string[]): Promise<void> {
  for (const address of addresses) world.ses.setMailbox(address, {});
  await world.send(...addresses);
  world.clock.advance(86_400_000);
  for (const address of addresses) world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(...addresses);
}

const stateOf = async (address: string) => (await addressRecord(world.store, address)).case?.state;
const throttled = () => new TooManyRequestsException({ message: 'Rate exceeded', $metadata: {} });

describe('a cleanup that SES throttles', () => {
  it.each([
    ['the account', 'GetAccount', 0, {}],
    ['a page', 'ListSuppressedDestinations', 0, {}],
    ['a get of the gate', 'GetSuppressedDestination', 2, {}],
    ['a deletion', 'DeleteSuppressedDestination', 1, {}],
    ['the list before a job', 'ListSuppressedDestinations', 1, { removalsOneByOne: 0 }],
    ['the start of a job', 'CreateImportJob', 0, { removalsOneByOne: 0 }],
    ['a look at a job', 'GetImportJob', 0, { removalsOneByOne: 0 }],
    ['the list after a job', 'ListSuppressedDestinations', 2, { removalsOneByOne: 0 }],
  ])('at %s ends with a report, and the next run goes on', async (_what, match, after, limits) => {
    await refused(...CUSTOMERS);
    const failures: string[] = [];
    const tools = {
      policy: { ...EAGER_POLICY, ...limits },
      ...('removalsOneByOne' in limits && { importJobs: world.importJobs }),
      onFailure: (address: string) => failures.push(address),
    };
    world.server.faults.inject({ match, after, times: ENOUGH, kind: 'throttle' });
    const first = await world.run({}, tools);
    expect(first).toMatchObject({ unfinished: true, throttled: true });
    expect(first.limits).toContainEqual({
      limit: 'ses-throttled',
      because: { ja: expect.stringContaining('頻度制限'), en: expect.stringContaining('rate') },
    });
    expect(first.counts).not.toHaveProperty('failed');
    expect(failures).toEqual([]);
    const [written] = await latestRuns(world.store, 1);
    expect(written).toMatchObject({ id: first.id, limits: first.limits });

    world.server.faults.clear();
    const second = await world.run({}, tools);
    expect(second).toMatchObject({ unfinished: false, limits: [] });
    expect(second).not.toHaveProperty('throttled');
    expect(world.ses.list.size).toBe(0);
    for (const address of CUSTOMERS) expect(await stateOf(address)).toBe('watching');
  });

  it('asks SES for nothing more once it was refused', async () => {
    await refused(...CUSTOMERS);
    world.server.faults.inject({ match: 'GetSuppressedDestination', times: ENOUGH, kind: 'throttle' });
    await world.run();
    // The three attempts of the client at one entry, not at each of four.
    expect(world.server.count('GetSuppressedDestination')).toBe(3);
  });

  it('keeps the pages that were walked', async () => {
    await refused(...CUSTOMERS);
    const pages: (string | undefined)[] = [];
    let isThrottling = true;
    // A page of one entry each.
    const list: SuppressionList = {
      ...world.list,
      page: async ({ token, ...options }) => {
        // The complaints, of which there are none, are asked for once in each invocation.
        if (options.reason === undefined) pages.push(token);
        if (isThrottling && token === '2') throw throttled();
        const { entries } = await world.list.page(options);
        const from = Number(token ?? 0);
        const next = from + 1 < entries.length ? { next: String(from + 1) } : {};
        return { entries: entries.slice(from, from + 1), ...next };
      },
    };
    await world.run({ mode: 'propose' }, { list });
    expect((await readCheckpoint(world.store)).walk).toMatchObject({ full: true, seen: 2, token: '2' });
    isThrottling = false;
    expect((await world.run({ mode: 'propose' }, { list })).counts).toEqual({ proposed: 2 });
    expect(pages).toEqual([undefined, '1', '2', '2', '3']);
    expect(await readCheckpoint(world.store)).toMatchObject({ listed: 4 });
  });

  it('looks again at what an earlier run failed at', async () => {
    await refused(...CUSTOMERS);
    const failing = withEntryCalls(world.list, () => ({ get: () => Promise.reject(new Error('no')) }));
    expect((await world.run({}, { list: failing })).counts).toEqual({ failed: 4 });
    world.server.faults.inject({ match: 'GetSuppressedDestination', times: ENOUGH, kind: 'throttle' });
    expect(await world.run()).toMatchObject({ counts: {}, throttled: true });
    world.server.faults.clear();
    await world.run();
    expect(world.ses.list.size).toBe(0);
  });
});

describe('a wave of the rescue that SES throttles', () => {
  it('ends with what was done kept, and is finished later', async () => {
    const addresses = docomo(4);
    await backlog(world, addresses);
    await world.run({ mode: 'propose' });
    const failures: string[] = [];
    const tools = (runId: string) =>
      rescueTools(world, { runId, onFailure: (address) => failures.push(address) });
    world.server.faults.inject({
      match: 'GetSuppressedDestination',
      after: 2,
      times: ENOUGH,
      kind: 'throttle',
    });
    const first = await startRescue(START, tools('first'));
    expect(first).toMatchObject({ next: { step: 'wait', because: { en: expect.stringContaining('rate') } } });
    expect(first.unfinished).not.toBe(true);
    expect(world.ses.list.size).toBe(2);
    world.server.faults.clear();
    await continueRescue(tools('second'));
    expect(world.ses.list.size).toBe(0);
    expect(failures).toEqual([]);
  });
});

describe('a backfill that SES throttles', () => {
  it.each([
    ['a page', 'ListSuppressedDestinations', 1],
    ['an entry', 'GetSuppressedDestination', 1],
    ['a mail', 'GetMessageInsights', 1],
  ])('at %s ends where it is, and goes on there', async (_what, match, after) => {
    const scene = await backfillScene({ table: world.table, ses: { account: { vdmEnabled: true } } });
    try {
      // Nobody has these mailboxes.
      scene.send(...CUSTOMERS);
      scene.clock.advance(86_400_000);
      scene.server.faults.inject({ match, after, times: ENOUGH, kind: 'throttle' });
      const first = await scene.invoke();
      expect(first).toMatchObject({ finished: false, throttled: true });
      expect(first.counts).not.toHaveProperty('failed');
      scene.server.faults.clear();
      const second = await scene.invoke();
      expect(second).toMatchObject({ finished: true, passed: second.total });
      expect(second.counts).not.toHaveProperty('failed');
      expect(second.startedAt).toBe(first.startedAt);
    } finally {
      await scene.stop();
    }
  });

  it('at its first call says in both languages what to do', async () => {
    const scene = await backfillScene({ table: world.table, ses: { account: { vdmEnabled: true } } });
    try {
      scene.server.faults.inject({ match: 'GetAccount', times: ENOUGH, kind: 'throttle' });
      await expect(scene.invoke()).rejects.toMatchObject({
        code: 'ses-throttled',
        text: { ja: expect.stringContaining('数分後'), en: expect.stringContaining('few minutes') },
      });
    } finally {
      await scene.stop();
    }
  });
});
