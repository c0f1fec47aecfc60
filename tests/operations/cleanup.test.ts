import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressRecord } from '../../lib/store/addresses.ts';
import { casesInState } from '../../lib/store/cases.ts';
import { latestOutcomes } from '../../lib/store/outcomes.ts';
import { memoryTable } from '../support/memory-table.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable() });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const HANAKO = 'hanako@ezweb.ne.jp';

/** A customer whose carrier filter refuses the shop's mail, and whom mail reached before. */
async function refused(...addresses: string[]): Promise<void> {
  for (const address of addresses) world.ses.setMailbox(address, {});
  await world.send(...addresses);
  world.clock.advance(86_400_000);
  for (const address of addresses) world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(...addresses);
}

const caseOf = async (address: string) => (await addressRecord(world.store, address)).case;
const isListed = (address: string) => world.ses.list.get(address) !== undefined;

describe('a cleanup run', () => {
  it('proposes and removes nothing in propose mode', async () => {
    await refused(HANAKO);
    const report = await world.run({ mode: 'propose' });
    expect(report.counts).toEqual({ proposed: 1 });
    expect(isListed(HANAKO)).toBe(true);
    expect(await caseOf(HANAKO)).toMatchObject({ state: 'proposed', rule: 'filtered-known-recipient' });
  });

  it('removes in apply mode what policy allows, and watches it until it is delivered', async () => {
    await refused(HANAKO);
    expect((await world.run()).counts).toEqual({ removed: 1 });
    expect(isListed(HANAKO)).toBe(false);
    expect(await caseOf(HANAKO)).toMatchObject({ state: 'watching', removals: [{ by: 'cleanup' }] });

    world.ses.setMailbox(HANAKO, { filtersPcMail: false });
    world.clock.advance(3_600_000);
    await world.send(HANAKO);
    world.clock.advance(3_600_000);
    // A delivery may still be followed by a bounce of the same mail.
    expect((await world.run()).counts).not.toHaveProperty('outcome-delivered');
    world.clock.advance(12 * 3_600_000);
    expect((await world.run()).counts).toMatchObject({ 'outcome-delivered': 1 });
    const { case: closed, decisions } = await addressRecord(world.store, HANAKO);
    expect(closed).toMatchObject({ state: 'closed', removals: [{ outcome: 'delivered' }] });
    expect(decisions.map((decision) => decision.action)).toEqual(['remove', 'removed', 'outcome']);
  });

  it('closes a removal as bounced again when the address is refused and listed anew', async () => {
    await refused(HANAKO);
    await world.run();
    world.clock.advance(86_400_000);
    await world.send(HANAKO);
    expect((await world.run()).counts).toMatchObject({ 'outcome-bounced-again': 1, proposed: 1 });
    expect(await caseOf(HANAKO)).toMatchObject({ state: 'proposed', rule: 'filtered-bounced-again' });
  });

  describe('counts for a removal that was delivered', () => {
    const HOUR = 3_600_000;
    const outcomes = async () =>
      (await latestOutcomes(world.store, 'filtered-known-recipient', 'au', 10)).map((each) => each.outcome);

    async function removedAndDelivered(): Promise<void> {
      await refused(HANAKO);
      await world.run();
      world.ses.setMailbox(HANAKO, { filtersPcMail: false });
      world.clock.advance(HOUR);
      await world.send(HANAKO);
    }

    async function refusedAgain(after: number): Promise<void> {
      world.clock.advance(after);
      world.ses.setMailbox(HANAKO, { filtersPcMail: true });
      await world.send(HANAKO);
    }

    it('a listing within a week, also after the delivery was recorded', async () => {
      await removedAndDelivered();
      world.clock.advance(13 * HOUR);
      await world.run();
      expect(await outcomes()).toEqual(['delivered']);
      await refusedAgain(48 * HOUR);
      expect((await world.run()).counts).toMatchObject({ 'outcome-bounced-again': 1, proposed: 1 });
      expect(await outcomes()).toEqual(['bounced-again']);
      const { case: known, decisions } = await addressRecord(world.store, HANAKO);
      expect(known?.removals).toMatchObject([{ outcome: 'bounced-again' }]);
      expect(decisions.filter(({ action }) => action === 'outcome').map((each) => each.outcome)).toEqual([
        'delivered',
        'bounced-again',
      ]);
      expect((await world.run({ full: true })).counts).toEqual({ unchanged: 1 });
    });

    it('a listing whose bounce was never recorded', async () => {
      await removedAndDelivered();
      world.clock.advance(HOUR);
      world.ses.list.put({ address: HANAKO, reason: 'BOUNCE', updatedAt: world.clock.time() });
      world.clock.advance(13 * HOUR);
      expect((await world.run()).counts).toMatchObject({ 'outcome-bounced-again': 1 });
      expect(await outcomes()).toEqual(['bounced-again']);
    });

    it('no listing of later', async () => {
      await removedAndDelivered();
      world.clock.advance(13 * HOUR);
      await world.run();
      await refusedAgain(8 * 24 * HOUR);
      expect((await world.run()).counts).not.toHaveProperty('outcome-bounced-again');
      expect(await outcomes()).toEqual(['delivered']);
    });
  });

  it('calls a removal silent when nothing is heard for the configured time', async () => {
    await refused(HANAKO);
    await world.run();
    world.clock.advance(31 * 86_400_000);
    expect((await world.run()).counts).toMatchObject({ 'outcome-silent': 1 });
  });

  it('judges an entry without facts by its listing, and says so', async () => {
    world.ses.list.put({
      address: 'old@docomo.ne.jp',
      reason: 'BOUNCE',
      updatedAt: Date.parse('2024-06-01'),
    });
    world.ses.list.put({
      address: 'angry@docomo.ne.jp',
      reason: 'COMPLAINT',
      updatedAt: Date.parse('2024-06-01'),
    });
    await world.members('old@docomo.ne.jp', 'angry@docomo.ne.jp');
    expect((await world.run()).counts).toEqual({ proposed: 1, kept: 1 });
    const { decisions } = await addressRecord(world.store, 'old@docomo.ne.jp');
    expect(decisions).toMatchObject([{ action: 'propose', rule: 'filtered-without-record' }]);
    expect(decisions[0]?.diagnosis?.rule).toContain('listed-without-facts');
    expect(await caseOf('angry@docomo.ne.jp')).toMatchObject({ state: 'kept', rule: 'complaint' });
  });

  it('writes an unchanged verdict once, however often the list is walked', async () => {
    await refused(HANAKO);
    await world.run({ mode: 'propose' });
    const before = await addressRecord(world.store, HANAKO);
    expect((await world.run({ mode: 'propose', full: true })).counts).toEqual({ unchanged: 1 });
    expect(await addressRecord(world.store, HANAKO)).toEqual(before);
  });

  it('reads only what changed after the first walk', async () => {
    for (let index = 0; index < 40; index += 1) {
      world.ses.list.put({ address: `u${index}@gmail.com`, reason: 'BOUNCE', updatedAt: world.clock.time() });
    }
    world.clock.advance(3_600_000);
    expect((await world.run()).counts).toEqual({ kept: 40 });
    world.clock.advance(3_600_000);
    await refused(HANAKO);
    expect((await world.run()).counts).toEqual({ removed: 1 });
  });

  it('misses no entry, whatever moments it is listed at between and during runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 7_200 }), { minLength: 1, maxLength: 12 }),
        async (gaps) => {
          await world.reset();
          let count = 0;
          for (const gap of gaps) {
            world.clock.advance(gap * 1000);
            world.ses.list.put({
              address: `u${count}@gmail.com`,
              reason: 'BOUNCE',
              updatedAt: world.clock.time(),
            });
            count += 1;
            if (gap % 3 === 0) await world.run({ mode: 'propose' });
          }
          await world.run({ mode: 'propose' });
          for (let index = 0; index < count; index += 1)
            expect(await caseOf(`u${index}@gmail.com`)).toBeDefined();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('goes on where it ran out of time, and keeps its limits across invocations', async () => {
    const addresses = Array.from({ length: 60 }, (_, index) => `c${index}@ezweb.ne.jp`);
    await refused(...addresses);
    const policy = { ...EAGER_POLICY, maximumRemovalsPerRun: 25 };
    let invocations = 0;
    let unfinished = true;
    let removed = 0;
    while (unfinished) {
      // SES's calls are what takes time; what was judged before is passed over quickly.
      const before = world.server.count('GetSuppressedDestination');
      const timeIsUp = () => world.server.count('GetSuppressedDestination') >= before + 10;
      const report = await world.run({}, { policy, timeIsUp });
      unfinished = report.unfinished;
      removed += report.counts.removed ?? 0;
      invocations += 1;
      expect(invocations).toBeLessThan(20);
    }
    expect(invocations).toBeGreaterThan(1);
    expect(removed).toBe(25);
    expect(world.ses.list.size).toBe(35);
    expect((await casesInState(world.store, 'proposed', { limit: 100 })).items).toHaveLength(35);
  });

  it('keeps the limit of a run also when time runs out before the list is reached', async () => {
    const policy = { ...EAGER_POLICY, coolDownHours: 24, maximumRemovalsPerRun: 5 };
    await refused(...Array.from({ length: 40 }, (_, index) => `c${index}@ezweb.ne.jp`));
    expect((await world.run({}, { policy })).counts).toEqual({ kept: 40 });
    world.clock.advance(2 * 86_400_000);
    let looks = 0;
    const timeIsUp = () => {
      looks += 1;
      return looks === 2;
    };
    expect((await world.run({}, { policy, timeIsUp })).unfinished).toBe(true);
    expect((await world.run({}, { policy, timeIsUp })).unfinished).toBe(false);
    expect(world.ses.list.size).toBe(35);
  });

  it('counts a removal whose answer was lost as its own', async () => {
    await refused(HANAKO);
    const kind = 'reset';
    world.server.faults.inject({ match: 'DeleteSuppressedDestination', kind, takesEffect: true });
    expect((await world.run()).counts).toEqual({ removed: 1 });
    expect(await caseOf(HANAKO)).toMatchObject({ state: 'watching', removals: [{ by: 'cleanup' }] });
  });

  it('never passes the limit of a day, over several runs', async () => {
    const policy = { ...EAGER_POLICY, maximumRemovalsPerDay: 3 };
    await refused(...Array.from({ length: 5 }, (_, index) => `c${index}@ezweb.ne.jp`));
    const first = await world.run({}, { policy });
    expect(first.counts).toEqual({ removed: 3, proposed: 2 });
    expect(first.limits).toMatchObject([{ limit: 'removals-per-day' }]);
    expect((await world.run({ full: true }, { policy })).counts.removed).toBeUndefined();
    world.clock.advance(86_400_000);
    expect((await world.run({ full: true }, { policy })).counts).toMatchObject({ removed: 2 });
  });

  it('only proposes while the account is not healthy, or a guard speaks', async () => {
    await refused(HANAKO);
    world.ses.account.enforcementStatus = 'PROBATION';
    const report = await world.run();
    expect(report.counts).toEqual({ proposed: 1 });
    expect(report.limits).toMatchObject([{ limit: 'account-enforcement' }]);
    world.ses.account.enforcementStatus = 'HEALTHY';
    const guard = { limit: 'bounce-rate', because: { ja: '高い', en: 'high' } };
    expect((await world.run({ full: true }, { guards: [guard] })).limits).toEqual([guard]);
    expect((await world.run({ full: true })).counts).toEqual({ removed: 1 });
  });

  it('stops a rule at a carrier whose removals fail, and leaves other carriers alone', async () => {
    await refused(HANAKO, 'kenji@au.com', 'mika@uqmobile.jp');
    const limit = {
      limit: 'rule-filtered-known-recipient-au',
      because: { ja: '失敗が多い', en: 'mostly fails' },
    };
    const ruleGuard = (_rule: string, carrier?: string) => (carrier === 'au' ? limit : undefined);
    const report = await world.run({}, { ruleGuard });
    expect(report.counts).toEqual({ proposed: 2, removed: 1 });
    expect(report.limits).toEqual([limit]);
  });

  it('removes nothing while the list is implausibly larger, or has shrunk implausibly', async () => {
    for (let index = 0; index < 300; index += 1) {
      world.ses.list.put({ address: `u${index}@gmail.com`, reason: 'BOUNCE', updatedAt: world.clock.time() });
    }
    await world.run();
    for (let index = 0; index < 250; index += 1) world.ses.list.delete(`u${index}@gmail.com`);
    await world.run({ full: true });
    await refused(HANAKO);
    const afterShrinking = await world.run();
    expect(afterShrinking.limits).toMatchObject([{ limit: 'list-change' }]);
    expect(afterShrinking.counts.removed).toBeUndefined();
    // A full walk that finds the size plausible again lifts it.
    expect((await world.run({ full: true })).counts.removed).toBe(1);

    world.clock.advance(3_600_000);
    for (let index = 0; index < 300; index += 1) {
      world.ses.list.put({ address: `v${index}@gmail.com`, reason: 'BOUNCE', updatedAt: world.clock.time() });
    }
    expect((await world.run()).limits).toMatchObject([{ limit: 'list-change' }]);
  });

  it('leaves an address alone that an operator decided on, and accounts for one that fails', async () => {
    await refused(HANAKO, 'kenji@au.com');
    world.server.faults.inject({
      match: (call) => call.name === 'DeleteSuppressedDestination' && call.subject === HANAKO,
      kind: '5xx',
      times: 100,
    });
    const failures: string[] = [];
    const report = await world.run({}, { onFailure: (address) => failures.push(address) });
    expect(report.counts).toEqual({ removed: 1, failed: 1 });
    expect(failures).toEqual([HANAKO]);
    expect(await caseOf(HANAKO)).toMatchObject({ state: 'removing' });
    world.server.faults.clear();
    expect((await world.run()).counts).toMatchObject({ 'finished-removal': 1 });
    expect(isListed(HANAKO)).toBe(false);
  });

  it('does not delete an entry that changed after it was judged', async () => {
    await refused(HANAKO);
    const list = world.list;
    // The verdict is final; the entry turns into a complaint before the gate looks at it.
    const changing: World['list'] = {
      ...list,
      alone: (work) => {
        world.ses.list.put({ address: HANAKO, reason: 'COMPLAINT', updatedAt: world.clock.time() });
        return list.alone(work);
      },
    };
    await world.run({}, { list: changing }).catch(() => undefined);
    const full = await world.run({ full: true });
    expect(full.counts.removed).toBeUndefined();
  });
});

describe('bulk removal', () => {
  const bulkPolicy = { ...EAGER_POLICY, removalsOneByOne: 2, maximumRemovalsPerRun: 1000 };

  it('goes through an import job above the threshold, and every address is accounted for', async () => {
    const addresses = Array.from({ length: 30 }, (_, index) => `c${index}@ezweb.ne.jp`);
    await refused(...addresses);
    const report = await world.run({}, { policy: bulkPolicy, importJobs: world.importJobs });
    expect(report.counts).toEqual({ removed: 30 });
    expect(world.ses.list.size).toBe(0);
    expect(world.server.count('CreateImportJob')).toBe(1);
    expect(world.server.count('DeleteSuppressedDestination')).toBeLessThan(30);
    for (const address of addresses) expect(await caseOf(address)).toMatchObject({ state: 'watching' });
  });

  it('takes an address with a slash that the single call refuses', async () => {
    await refused('a/b@ezweb.ne.jp');
    expect((await world.run()).counts).toEqual({ 'needs-import-job': 1 });
    const report = await world.run({ full: true }, { importJobs: world.importJobs });
    expect(report.counts).toEqual({ removed: 1 });
    expect(world.ses.list.size).toBe(0);
  });

  it('takes out what changed between the verdict and the job', async () => {
    await refused(...Array.from({ length: 6 }, (_, index) => `c${index}@ezweb.ne.jp`));
    const jobs = world.importJobs;
    const list = world.list;
    let pages = 0;
    const report = await world.run(
      {},
      {
        policy: bulkPolicy,
        importJobs: jobs,
        list: {
          ...list,
          page: async (options) => {
            pages += 1;
            // The second reading of the list is the one before the job.
            if (pages === 2) {
              world.ses.list.put({
                address: 'c5@ezweb.ne.jp',
                reason: 'COMPLAINT',
                updatedAt: world.clock.time(),
              });
            }
            return list.page(options);
          },
        },
      },
    );
    expect(report.counts).toEqual({ removed: 5, 'entry-changed': 1 });
    expect(world.ses.list.get('c5@ezweb.ne.jp')?.reason).toBe('COMPLAINT');
  });

  it('falls back to single removals when the job fails', async () => {
    await refused(...Array.from({ length: 6 }, (_, index) => `c${index}@ezweb.ne.jp`));
    const jobs: World['importJobs'] = {
      ...world.importJobs,
      status: async () => ({ state: 'failed', why: 'test' }),
    };
    const start = async () => 'job-that-fails';
    const report = await world.run({}, { policy: bulkPolicy, importJobs: { ...jobs, start } });
    expect(report.counts).toEqual({ removed: 6 });
    expect(world.ses.list.size).toBe(0);
  });

  it('is finished by the next run when time runs out while SES works', async () => {
    await refused(...Array.from({ length: 6 }, (_, index) => `c${index}@ezweb.ne.jp`));
    const jobs = world.importJobs;
    const slow: World['importJobs'] = { ...jobs, status: async () => ({ state: 'running' }) };
    let looks = 0;
    const sleep = async () => {
      looks += 1;
    };
    const first = await world.run(
      {},
      {
        policy: bulkPolicy,
        importJobs: slow,
        sleep,
        timeIsUp: () => looks > 2,
      },
    );
    expect(first).toMatchObject({ unfinished: true, counts: { removed: 2 } });
    const second = await world.run({}, { policy: bulkPolicy, importJobs: jobs });
    expect(second.counts).toMatchObject({ removed: 4 });
    expect(second.unfinished).toBe(false);
  });
});
