import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planRescue } from '../../lib/operations/rescue/plan.ts';
import {
  continueRescue,
  RescueRefusedError,
  startRescue,
  stopRescue,
} from '../../lib/operations/rescue/rescue.ts';
import { rescueStatus } from '../../lib/operations/rescue/status.ts';
import { worstCase } from '../../lib/operations/rescue/worst-case.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { putMembers } from '../../lib/store/members.ts';
import { backlog, DAY, docomo, PRESENT, rescueTools, SETTLED, START } from '../support/rescue-scene.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const tools = (changes: Parameters<typeof rescueTools>[1] = {}) => rescueTools(world, changes);
const listed = () => [...world.ses.list.entries()].map((entry) => entry.address).toSorted();
const stateOf = async (address: string) => (await addressRecord(world.store, address)).case;

describe('the plan', () => {
  it('shows waves that keep the worst case under the bound, and changes nothing', async () => {
    await backlog(world, docomo(30));
    await world.run({ mode: 'propose' });
    const before = await world.table.scan();
    const plan = await planRescue({ action: 'plan', bound: 0.01 }, tools());
    // 1,000 * 0.01 / 0.99 = 10.1
    expect(plan).toMatchObject({ candidates: 30, bound: 0.01, wavesTotal: 3, limits: [] });
    expect(plan.account).toMatchObject({ volume: 1_000, bounceRate: 0 });
    expect(plan.waves.map((wave) => wave.addresses)).toEqual([10, 10, 10]);
    for (const wave of plan.waves) expect(wave.worstCaseRate).toBeLessThanOrEqual(0.01);
    expect(plan.lapsed).toMatchObject([{ carrier: 'docomo', until: '2025-03-12T15:00:00.000Z' }]);
    expect(await world.table.scan()).toEqual(before);
    expect(listed()).toHaveLength(30);
  });

  it('counts the bounces on record, and takes what SES dropped out of the volume', async () => {
    await backlog(world, docomo(2));
    await world.run({ mode: 'propose' });
    await world.send('nobody@gmail.com', 'nobody@outlook.com', ...docomo(2));
    world.clock.advance(SETTLED);
    const { account } = await planRescue({ action: 'plan' }, tools());
    expect(account).toMatchObject({
      recorded: { bounced: 2, dropped: 2 },
      volume: 998,
      bounceRate: 2 / 998,
      bounceRateSource: 'recorded',
    });
  });

  it('leaves out strangers, entries since docomo changed, other carriers, slashes and complaints', async () => {
    await backlog(world, ['good@docomo.ne.jp', 'a/b@docomo.ne.jp', 'angry@docomo.ne.jp']);
    world.clock.set('2024-07-01T00:00:00.000Z');
    for (const address of ['stranger@docomo.ne.jp', 'filter@ezweb.ne.jp']) {
      world.ses.setMailbox(address, { filtersPcMail: true });
    }
    await world.send('stranger@docomo.ne.jp', 'filter@ezweb.ne.jp');
    world.clock.set('2025-04-01T00:00:00.000Z');
    await world.send('gone@docomo.ne.jp');
    world.clock.set(PRESENT);
    await world.members('gone@docomo.ne.jp', 'filter@ezweb.ne.jp');
    await world.run({ mode: 'propose' });
    await complain('angry@docomo.ne.jp');
    const plan = await planRescue({ action: 'plan' }, tools());
    expect(plan).toMatchObject({ candidates: 1, excluded: { slash: 1, complaint: 1 } });
  });

  it('puts members seen lately first', async () => {
    await backlog(world, docomo(3));
    await putMembers(world.store, [
      {
        address: 'rescue-3@docomo.ne.jp',
        since: '2024-01-01T00:00:00.000Z',
        source: 'members.csv',
        lastSeen: '2026-09-20T00:00:00.000Z',
      },
    ]);
    await world.run({ mode: 'propose' });
    const plan = await planRescue({ action: 'plan', first: 1 }, tools());
    expect(plan.waves.map((wave) => wave.tiers)).toMatchObject([
      { 'active-member': 1, member: 0 },
      { 'active-member': 0, member: 2 },
    ]);
    await startRescue({ ...START, first: 1 }, tools());
    expect(listed()).toEqual(['rescue-1@docomo.ne.jp', 'rescue-2@docomo.ne.jp']);
  });
});

describe('the worst case of removals by hand', () => {
  it('counts every removal whose outcome is awaited, by the rate and the volume of the account', async () => {
    await backlog(world, docomo(5));
    await world.run({ mode: 'propose' });
    const nothing = await worstCase({ action: 'worst-case', added: 0 }, tools());
    expect(nothing).toMatchObject({ open: 0, bound: 0.025, rates: { now: 0, worst: 0, volume: 1_000 } });
    await startRescue({ ...START, first: 3 }, tools());
    const { open, rates } = await worstCase({ action: 'worst-case', added: 7 }, tools());
    expect(open).toBe(3);
    expect(rates?.worst).toBeCloseTo(10 / 1_010, 10);
  });

  it('names no rate where nobody knows how much the account sends, or where it sends nothing', async () => {
    const sending = async (): Promise<never> => {
      throw new Error('no answer');
    };
    const unknown = await worstCase({ action: 'worst-case', added: 7 }, tools({ sending }));
    expect(unknown).not.toHaveProperty('rates');
    expect(unknown.limits.map(({ limit }) => limit)).toContain('account-unreadable');
    const none = async () => ({ sent: 0, days: 7, source: 'cloudwatch' as const });
    expect(await worstCase({ action: 'worst-case', added: 7 }, tools({ sending: none }))).not.toHaveProperty(
      'rates',
    );
  });
});

describe('a campaign', () => {
  it('removes a wave, waits for its outcomes, removes the next, and completes', async () => {
    await backlog(world, docomo(5));
    await world.run({ mode: 'propose' });
    const started = await startRescue({ ...START, first: 3 }, tools());
    expect(started.waves).toMatchObject([{ removed: 3, open: 3 }]);
    expect(started.next.step).toBe('wait');
    expect(listed()).toHaveLength(2);
    expect((await continueRescue(tools())).waves).toHaveLength(1);

    // docomo files it in the spam folder now: accepted.
    world.clock.advance(DAY);
    await world.send(...docomo(5).filter((address) => !listed().includes(address)));
    world.clock.advance(SETTLED);
    const second = await continueRescue(tools());
    expect(second.waves).toMatchObject([
      { number: 1, delivered: 3, open: 0 },
      { number: 2, removed: 2, open: 2 },
    ]);
    expect(listed()).toEqual([]);
    world.clock.advance(DAY);
    await world.send(...docomo(5));
    world.clock.advance(SETTLED);
    expect(await continueRescue(tools())).toMatchObject({
      campaign: { state: 'completed' },
      waves: [{ delivered: 3 }, { delivered: 2 }],
    });
  });

  it('writes who removed, under which rule and in which wave', async () => {
    await backlog(world, docomo(1));
    await world.run({ mode: 'propose' });
    await startRescue(START, tools());
    const { case: known, decisions } = await addressRecord(world.store, 'rescue-1@docomo.ne.jp');
    expect(known).toMatchObject({
      state: 'watching',
      removals: [{ by: 'ito', rule: 'rescue', carrier: 'docomo' }],
    });
    expect(decisions.map(({ by, action, rule }) => ({ by, action, rule })).slice(-2)).toEqual([
      { by: 'ito', action: 'approve', rule: 'rescue' },
      { by: 'ito', action: 'removed', rule: 'rescue' },
    ]);
  });

  it('takes silence for an answer after the days it was given, and stops when there is nothing else', async () => {
    await backlog(world, docomo(4));
    await world.run({ mode: 'propose' });
    await startRescue({ ...START, first: 2 }, tools());
    world.clock.advance(13 * DAY);
    expect(await continueRescue(tools())).toMatchObject({ next: { step: 'wait' } });
    world.clock.advance(1.1 * DAY);
    const ended = await continueRescue(tools());
    expect(ended).toMatchObject({ campaign: { state: 'stopped' }, waves: [{ silent: 2 }] });
    expect(ended.next.because.en).toContain('neither a delivery nor a bounce');
  });

  it('stops when the mailboxes turn out to be unknown, and never tries those again', async () => {
    await backlog(world, docomo(30));
    await world.run({ mode: 'propose' });
    await startRescue({ ...START, bound: 0.01 }, tools());
    for (const address of docomo(30)) world.ses.setMailbox(address, { exists: false });
    world.clock.advance(DAY);
    await world.send(...docomo(30));
    world.clock.advance(SETTLED);
    const ended = await continueRescue(tools());
    expect(ended).toMatchObject({
      campaign: { state: 'stopped' },
      waves: [{ removed: 10, bouncedAgain: 10 }],
    });
    expect(ended.next.because.en).toContain('0/10');
    expect(listed()).toHaveLength(30);
    await world.run({ mode: 'propose', full: true });
    expect(await planRescue({ action: 'plan', bound: 0.04 }, tools())).toMatchObject({ candidates: 20 });
  });

  it('stops at once for a complaint', async () => {
    await backlog(world, docomo(4));
    await world.run({ mode: 'propose' });
    await startRescue({ ...START, first: 2 }, tools());
    const [first] = docomo(4).filter((address) => !listed().includes(address));
    world.ses.setMailbox(first ?? '', { reaction: 'complains', filtersPcMail: false });
    world.clock.advance(DAY);
    await world.send(first ?? '');
    world.clock.advance(2 * DAY);
    expect(await continueRescue(tools())).toMatchObject({
      campaign: { state: 'stopped' },
      waves: [{ complained: 1, open: 1 }],
    });
    expect(listed()).toHaveLength(3);
  });

  it('does not remove an address that complained after the wave was chosen', async () => {
    await backlog(world, docomo(2));
    await world.run({ mode: 'propose' });
    await startRescue(START, tools({ timeIsUp: () => true }));
    await complain('rescue-1@docomo.ne.jp');
    const status = await continueRescue(tools());
    expect(status.waves).toMatchObject([{ removed: 1, skipped: 1, skippedFor: { complaint: 1 } }]);
    expect(listed()).toEqual(['rescue-1@docomo.ne.jp']);
  });

  it('does not remove an entry that changed since it was proposed', async () => {
    await backlog(world, docomo(2));
    await world.run({ mode: 'propose' });
    world.ses.list.put({
      address: 'rescue-2@docomo.ne.jp',
      reason: 'COMPLAINT',
      updatedAt: world.clock.now().getTime(),
    });
    const status = await startRescue(START, tools());
    expect(status.waves).toMatchObject([{ removed: 1, skipped: 1 }]);
    expect(listed()).toEqual(['rescue-2@docomo.ne.jp']);
  });

  it('goes on after a call that ran out of time', async () => {
    await backlog(world, docomo(4));
    await world.run({ mode: 'propose' });
    let asked = 0;
    const timeIsUp = () => ++asked > 2;
    expect(await startRescue(START, tools({ timeIsUp }))).toMatchObject({
      unfinished: true,
      waves: [{ removed: 2, pending: 2 }],
      next: { step: 'removing' },
    });
    expect((await continueRescue(tools())).waves).toMatchObject([{ removed: 4, pending: 0 }]);
  });

  it('is ended by an operator, and another may follow', async () => {
    await backlog(world, docomo(4));
    await world.run({ mode: 'propose' });
    await startRescue({ ...START, first: 2 }, tools());
    await expect(startRescue(START, tools())).rejects.toThrow(RescueRefusedError);
    const ended = await stopRescue({ action: 'stop', operator: 'abe', reason: 'holidays' }, tools());
    expect(ended.campaign).toMatchObject({ state: 'stopped' });
    expect(ended.next.because.en).toContain('abe: holidays');
    expect((await continueRescue(tools())).waves).toHaveLength(1);
    await expect(stopRescue({ action: 'stop', operator: 'abe' }, tools())).rejects.toThrow(
      RescueRefusedError,
    );
    world.clock.advance(1_000);
    const again = await startRescue(START, tools());
    expect(again.waves).toMatchObject([{ number: 1, removed: 2 }]);
  });

  it('counts what the campaign before left open against the bound', async () => {
    await backlog(world, docomo(12));
    await world.run({ mode: 'propose' });
    await startRescue({ ...START, bound: 0.01, first: 8 }, tools());
    await stopRescue({ action: 'stop', operator: 'abe' }, tools());
    world.clock.advance(1_000);
    expect((await startRescue({ ...START, bound: 0.01 }, tools())).waves).toMatchObject([{ removed: 2 }]);
  });

  it('counts the open outcomes of the last wave against the next', async () => {
    await backlog(world, docomo(20));
    await world.run({ mode: 'propose' });
    await startRescue({ ...START, bound: 0.01, knownShare: 0.6 }, tools());
    world.clock.advance(DAY);
    const removed = docomo(20).filter((address) => !listed().includes(address));
    await world.send(...removed.slice(0, 6));
    world.clock.advance(SETTLED);
    // Room for ten, of which four may still bounce.
    expect((await continueRescue(tools())).waves).toMatchObject([{ delivered: 6, open: 4 }, { removed: 6 }]);
  });

  it.each([
    ['the bounce rate of the account', { reputation: async () => rated('bounceRate', 0.03) }, 'stopped'],
    ['its complaint rate', { reputation: async () => rated('complaintRate', 0.001) }, 'stopped'],
    [
      'a rate that cannot be read',
      { reputation: async () => ({ state: 'unreadable', why: 'AccessDenied' }) as const },
      'running',
    ],
  ])('lets %s keep the next wave back', async (_what, change, state) => {
    await backlog(world, docomo(4));
    await world.run({ mode: 'propose' });
    await expect(startRescue(START, tools(change))).rejects.toThrow(RescueRefusedError);
    await startRescue({ ...START, first: 2 }, tools());
    world.clock.advance(DAY);
    await world.send(...docomo(4).filter((address) => !listed().includes(address)));
    world.clock.advance(SETTLED);
    expect(await continueRescue(tools(change))).toMatchObject({
      campaign: { state },
      waves: [{ delivered: 2 }],
    });
    expect(listed()).toHaveLength(2);
  });

  it('removes no more a day than the policy says', async () => {
    await backlog(world, docomo(6));
    await world.run({ mode: 'propose' });
    const policy = { ...EAGER_POLICY, maximumRemovalsPerDay: 4 };
    await startRescue({ ...START, first: 3 }, tools({ policy }));
    await world.send(...docomo(6).filter((address) => !listed().includes(address)));
    world.clock.advance(60_000);
    await world.send(...docomo(6).filter((address) => !listed().includes(address)));
    world.clock.advance(SETTLED);
    expect((await continueRescue(tools({ policy }))).waves).toMatchObject([{ removed: 3 }, { removed: 1 }]);
  });

  it('shares the removals of a day with the cleanup, and goes on the next day', async () => {
    await backlog(world, docomo(6));
    await world.run({ mode: 'propose' });
    const policy = { ...EAGER_POLICY, maximumRemovalsPerDay: 4 };
    await startRescue({ ...START, first: 6 }, tools({ policy, timeIsUp: () => true }));
    // Meanwhile a cleanup takes two of the day.
    await refuse('a@ezweb.ne.jp', 'b@ezweb.ne.jp');
    expect((await world.run({}, { policy })).counts).toMatchObject({ removed: 2 });

    const cut = await continueRescue(tools({ policy }));
    expect(cut).toMatchObject({
      waves: [{ removed: 2, pending: 2 }],
      next: { step: 'wait', until: '2026-10-02T00:00:00.000Z' },
      unfinished: false,
    });
    expect(cut.next.because.en).toContain('maximumRemovalsPerDay');
    expect(await planRescue({ action: 'plan' }, tools({ policy }))).toMatchObject({
      limits: [{ limit: 'removals-per-day' }],
    });
    // The cleanup has nothing left of this day either.
    await refuse('c@ezweb.ne.jp');
    expect(await world.run({}, { policy })).toMatchObject({
      counts: { proposed: 1 },
      limits: [{ limit: 'removals-per-day' }],
    });
    world.clock.set('2026-10-02T00:00:00.000Z');
    expect((await continueRescue(tools({ policy }))).waves).toMatchObject([{ removed: 4, pending: 0 }]);
  });

  it('says so when there never was one', async () => {
    expect(await rescueStatus(tools())).toMatchObject({ waves: [], next: { step: 'none' } });
    expect(await continueRescue(tools())).toMatchObject({ waves: [] });
    await expect(startRescue(START, tools())).rejects.toThrow('nothing to rescue');
  });

  it('leaves the removals for the cleanup to follow up', async () => {
    await backlog(world, docomo(1));
    await world.run({ mode: 'propose' });
    await startRescue(START, tools());
    world.clock.advance(DAY);
    await world.send(...docomo(1));
    world.clock.advance(DAY);
    await world.run({ mode: 'propose' });
    expect(await stateOf('rescue-1@docomo.ne.jp')).toMatchObject({
      state: 'closed',
      removals: [{ rule: 'rescue', outcome: 'delivered' }],
    });
  });
});

/** Customers of au whom mail reached, and whose filter then refuses it. */
async function refuse(...addresses: string[]): Promise<void> {
  for (const address of addresses) world.ses.setMailbox(address, {});
  await world.send(...addresses);
  world.clock.advance(60_000);
  for (const address of addresses) world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(...addresses);
}

/** Records a complaint of this address, as ingest would. */
async function complain(address: string): Promise<void> {
  const at = world.clock.now().toISOString();
  await putFacts(world.store, [
    { address, kind: 'complaint', at, id: `complaint-${address}`, messageId: `m-${address}`, sentAt: at },
  ]);
}

function rated(name: 'bounceRate' | 'complaintRate', value: number) {
  return { state: 'read', [name]: { value, at: world.clock.now().toISOString() } } as const;
}
