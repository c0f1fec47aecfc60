import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { casesInState } from '../../lib/store/cases.ts';
import { putCheckpoint, readCheckpoint } from '../../lib/store/checkpoint.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { addressKey } from '../../lib/store/keys.ts';
import { latestRuns } from '../../lib/store/runs.ts';
import type { Table } from '../../lib/store/table.ts';
import { ImportJobRefusedError } from '../../lib/suppression/import-job.ts';
import { memoryTable } from '../support/memory-table.ts';
import { EAGER_POLICY, startWorld, type World, withEntryCalls } from '../support/world.ts';

/** What a review found that a cleanup must not do; each was once possible. */
let world: World;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable() });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const HOUR = 3_600_000;
const guard = { limit: 'policy-unreadable', because: { ja: '不明', en: 'unknown' } };
const bulkPolicy = { ...EAGER_POLICY, removalsOneByOne: 0, maximumRemovalsPerRun: 1000 };

async function refused(...addresses: string[]): Promise<void> {
  for (const address of addresses) world.ses.setMailbox(address, {});
  await world.send(...addresses);
  world.clock.advance(24 * HOUR);
  for (const address of addresses) world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(...addresses);
}

const complaintFact = (address: string) =>
  putFacts(world.store, [
    {
      address,
      kind: 'complaint',
      at: world.clock.now().toISOString(),
      id: 'late-complaint',
      messageId: 'message',
      sentAt: world.clock.now().toISOString(),
      complaintFeedbackType: 'abuse',
    },
  ]);
const turnIntoComplaint = (address: string) =>
  world.ses.list.put({ address, reason: 'COMPLAINT', updatedAt: world.clock.time() });
const reasonOf = (address: string) => world.ses.list.get(address)?.reason;
const stateOf = async (address: string) => (await addressRecord(world.store, address)).case?.state;

/** A run that dies at its first call after the cases were written as `removing`. */
async function dieBeforeRemoving(tools: object = {}): Promise<void> {
  const dying = withEntryCalls(world.list, () => ({ get: () => Promise.reject(new Error('died')) }));
  const jobs = { ...world.importJobs, start: () => Promise.reject(new Error('died')) };
  await world.run({}, { list: dying, importJobs: jobs, ...tools });
}

describe('a complaint that comes late', () => {
  it('is seen by a bulk removal although the entry changed hours before the verdict', async () => {
    await refused('a@ezweb.ne.jp', 'b@ezweb.ne.jp');
    await world.run({}, { policy: { ...bulkPolicy, coolDownHours: 24 } });
    world.clock.advance(25 * HOUR);
    turnIntoComplaint('a@ezweb.ne.jp');
    world.clock.advance(3 * HOUR);
    await world.run({}, { policy: { ...bulkPolicy, coolDownHours: 24 }, importJobs: world.importJobs });
    expect(reasonOf('a@ezweb.ne.jp')).toBe('COMPLAINT');
    expect(reasonOf('b@ezweb.ne.jp')).toBeUndefined();
  });

  it('is seen when recorded while SES is being asked', async () => {
    await refused('a@ezweb.ne.jp');
    const list = withEntryCalls(world.list, (own) => ({
      get: async (spelling: string) => {
        await complaintFact('a@ezweb.ne.jp');
        return own.get(spelling);
      },
    }));
    await world.run({}, { list });
    expect(reasonOf('a@ezweb.ne.jp')).toBe('BOUNCE');
    expect(await stateOf('a@ezweb.ne.jp')).toBe('kept');
  });

  it.each([
    ['single', {}],
    ['bulk', { policy: bulkPolicy }],
  ])('stops a %s removal that an earlier run had begun', async (_name, tools) => {
    await refused('a@ezweb.ne.jp');
    await dieBeforeRemoving(tools);
    expect(await stateOf('a@ezweb.ne.jp')).toBe('removing');
    await complaintFact('a@ezweb.ne.jp');
    const report = await world.run({}, { importJobs: world.importJobs, ...tools });
    expect(report.counts).toMatchObject({ withdrawn: 1 });
    expect(reasonOf('a@ezweb.ne.jp')).toBe('BOUNCE');
  });

  it('stops an operator’s removal of an address with a slash that waits for its job', async () => {
    await refused('a/b@ezweb.ne.jp');
    await world.run({ mode: 'propose' });
    turnIntoComplaint('a/b@ezweb.ne.jp');
    world.clock.advance(HOUR);
    const { store, list } = world;
    const request = { addresses: ['a/b@ezweb.ne.jp'], reason: 'asked', operator: 'suzuki' };
    const answer = await remove(removeRequestSchema.parse(request), {
      store,
      list,
      policy: EAGER_POLICY,
      now: () => world.clock.now(),
    });
    expect(answer).toMatchObject([{ result: 'scheduled' }]);
    await world.run({}, { importJobs: world.importJobs });
    expect(reasonOf('a/b@ezweb.ne.jp')).toBe('COMPLAINT');
  });

  it('under another spelling keeps the mailbox, whichever entry is seen first', async () => {
    await refused('hanako@ezweb.ne.jp');
    turnIntoComplaint('Hanako@ezweb.ne.jp');
    await world.run({ mode: 'propose' });
    await world.run({ mode: 'propose' });
    for (const mode of ['propose', 'apply', 'apply'] as const) {
      await world.run({ mode, full: true });
      expect(await stateOf('hanako@ezweb.ne.jp')).toBe('kept');
    }
    expect(world.ses.list.size).toBe(2);
  });
});

describe('what an earlier run began', () => {
  it.each([
    ['propose mode', { mode: 'propose' as const }, {}],
    ['a guard', {}, { guards: [guard] }],
  ])('is not carried out in spite of %s', async (_name, request, tools) => {
    await refused('a@ezweb.ne.jp', 'b@ezweb.ne.jp');
    await dieBeforeRemoving({ policy: { ...bulkPolicy, removalsOneByOne: 1 } });
    await world.run(request, { importJobs: world.importJobs, ...tools });
    expect(world.ses.list.size).toBe(2);
    world.clock.advance(1_000);
    await world.run({ mode: 'propose' }, { importJobs: world.importJobs });
    expect((await casesInState(world.store, 'proposed')).items).toHaveLength(2);
  });
});

describe('an operator’s word', () => {
  it('approves only the entry and the verdict it was about', async () => {
    await refused('a@ezweb.ne.jp');
    await world.run({ mode: 'propose' });
    const [proposal] = (await casesInState(world.store, 'proposed')).items;
    world.clock.advance(HOUR);
    world.ses.list.put({ address: 'a@ezweb.ne.jp', reason: 'BOUNCE', updatedAt: world.clock.time() });
    const { store, list } = world;
    const request = { proposals: [proposal?.proposalId], decision: 'approve', operator: 'suzuki' };
    const answer = await remove(removeRequestSchema.parse(request), {
      store,
      list,
      policy: EAGER_POLICY,
      now: () => world.clock.now(),
    });
    expect(answer).toMatchObject([{ result: 'refused' }]);
    expect(reasonOf('a@ezweb.ne.jp')).toBe('BOUNCE');
  });

  it('no outlives other verdicts on the same entry', async () => {
    await refused('a@ezweb.ne.jp');
    await world.run({ mode: 'propose' });
    const [proposal] = (await casesInState(world.store, 'proposed')).items;
    const { store, list } = world;
    const request = { proposals: [proposal?.proposalId], decision: 'reject', operator: 'suzuki' };
    await remove(removeRequestSchema.parse(request), {
      store,
      list,
      policy: EAGER_POLICY,
      now: () => world.clock.now(),
    });
    world.ses.account.suppressedReasons = ['COMPLAINT'];
    await world.run({ full: true });
    world.ses.account.suppressedReasons = ['BOUNCE', 'COMPLAINT'];
    await world.run({ full: true });
    expect(reasonOf('a@ezweb.ne.jp')).toBe('BOUNCE');
  });
});

describe('the unattended job', () => {
  it('goes on when SES refuses an import job, and removes singly what it can', async () => {
    await refused('a@ezweb.ne.jp', 'x/y@ezweb.ne.jp');
    const importJobs = {
      ...world.importJobs,
      start: () => Promise.reject(new ImportJobRefusedError('AccessDenied')),
    };
    const report = await world.run({}, { policy: bulkPolicy, importJobs });
    expect(report.counts).toEqual({ removed: 1, 'needs-import-job': 1 });
    expect(report.limits).toEqual([
      {
        limit: 'import-job',
        because: {
          ja: expect.stringContaining('ロールと、ファイルを置くバケットを確認してください'),
          en: expect.stringContaining("(AccessDenied): check the function's role"),
        },
      },
    ]);
    expect(await latestRuns(world.store, 1)).toHaveLength(1);
  });

  it('closes the case of an entry that somebody else removed, and does not ask for it again', async () => {
    await refused('a@ezweb.ne.jp');
    await world.run({}, { policy: { ...EAGER_POLICY, coolDownHours: 24 } });
    world.ses.list.delete('a@ezweb.ne.jp');
    world.clock.advance(25 * HOUR);
    expect((await world.run()).counts).toEqual({ 'not-listed': 1 });
    expect(await stateOf('a@ezweb.ne.jp')).toBe('closed');
    const { decisions } = await addressRecord(world.store, 'a@ezweb.ne.jp');
    expect(decisions).toContainEqual(expect.objectContaining({ action: 'not-listed', by: 'cleanup' }));
    expect((await world.run()).counts).toEqual({});
  });

  it('goes on watching what an operator removed while it was about to look', async () => {
    await refused('a@ezweb.ne.jp');
    await world.run({}, { policy: { ...EAGER_POLICY, coolDownHours: 24 } });
    world.clock.advance(25 * HOUR);
    const { store, list } = world;
    const alone: typeof list.alone = async (work) => {
      const request = { addresses: ['a@ezweb.ne.jp'], reason: '電話で確認', operator: 'suzuki' };
      await remove(removeRequestSchema.parse(request), {
        store,
        list,
        policy: EAGER_POLICY,
        now: () => world.clock.now(),
      });
      return list.alone(work);
    };
    await world.run({}, { list: { ...list, alone } });
    const { case: known } = await addressRecord(store, 'a@ezweb.ne.jp');
    expect(known).toMatchObject({ state: 'watching', removals: [{ by: 'suzuki' }] });
  });

  it('begins a walk again when SES no longer takes its token', async () => {
    await refused('a@ezweb.ne.jp');
    const walk = { startedAt: world.clock.now().toISOString(), full: true, seen: 3, token: 'long-expired' };
    await putCheckpoint(world.store, { walk }, 0);
    expect((await world.run()).counts).toEqual({ removed: 1 });
  });

  it('is not held up for ever by one address that SES refuses', async () => {
    await refused('odd@ezweb.ne.jp', 'a@ezweb.ne.jp');
    world.server.faults.inject({
      match: (call) => call.name === 'GetSuppressedDestination' && call.subject === 'odd@ezweb.ne.jp',
      kind: '5xx',
      times: 100,
    });
    world.clock.advance(HOUR);
    expect((await world.run()).counts).toEqual({ removed: 1, failed: 1 });
    expect((await readCheckpoint(world.store)).walkedUntil).toBeDefined();
    // It is looked at first thing in the next run.
    world.clock.advance(HOUR);
    expect((await world.run()).counts).toEqual({ failed: 1, 'in-progress': 1 });
    world.server.faults.clear();
    expect((await world.run()).counts).toMatchObject({ 'finished-removal': 1 });
    expect((await readCheckpoint(world.store)).again).toBeUndefined();
  });

  it('looks at each open removal once in a full run', async () => {
    const addresses = Array.from({ length: 300 }, (_, index) => `c${index}@ezweb.ne.jp`);
    await refused(...addresses);
    await world.run(
      {},
      { policy: { ...EAGER_POLICY, maximumRemovalsPerRun: 1000, maximumRemovalsPerDay: 1000 } },
    );
    let reads = 0;
    const table = world.store;
    const store: Table = {
      ...table,
      pages: (query) => {
        if (String(query.ExpressionAttributeValues?.[':pk']).startsWith(addressKey(''))) reads += 1;
        return table.pages(query);
      },
    };
    await world.run({ full: true }, { store });
    expect(reads).toBe(300);
  });

  it('keeps to the limit of a run in whichever phase it was cut', async () => {
    await refused(...Array.from({ length: 60 }, (_, index) => `c${index}@ezweb.ne.jp`));
    const policy = { ...EAGER_POLICY, coolDownHours: 24, maximumRemovalsPerRun: 5 };
    await world.run({}, { policy });
    world.clock.advance(25 * HOUR);
    let removed = 0;
    let unfinished = true;
    while (unfinished) {
      const before = world.server.count('DeleteSuppressedDestination');
      const timeIsUp = () => world.server.count('DeleteSuppressedDestination') >= before + 2;
      const report = await world.run({}, { policy, timeIsUp });
      removed += report.counts.removed ?? 0;
      unfinished = report.unfinished;
    }
    expect(removed).toBe(5);
  });

  it('verifies each address when SES could not process some records of a job', async () => {
    await refused('a@ezweb.ne.jp', 'b@ezweb.ne.jp');
    const importJobs = {
      ...world.importJobs,
      start: async () => 'job-that-did-nothing',
      status: async () => ({ state: 'completed' as const, unverified: true }),
    };
    expect((await world.run({}, { policy: bulkPolicy, importJobs })).counts).toEqual({ removed: 2 });
    expect(world.ses.list.size).toBe(0);
  });

  it('notices an entry that is still listed long after its removal', async () => {
    await refused('a@ezweb.ne.jp');
    const list = withEntryCalls(world.list, () => ({ remove: async () => 'removed' as const }));
    expect((await world.run({}, { list })).counts).toEqual({ removed: 1 });
    world.clock.advance(2 * HOUR);
    expect((await world.run({ full: true })).counts).toMatchObject({ 'still-listed': 1 });
    // And it is removed, this time for good.
    expect(world.ses.list.size).toBe(0);
    expect(await stateOf('a@ezweb.ne.jp')).toBe('watching');
  });
});
