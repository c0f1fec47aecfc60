import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '../../lib/mails/fact.ts';
import { incidents, UnknownIncidentError } from '../../lib/operations/incidents.ts';
import { planRescue } from '../../lib/operations/rescue/plan.ts';
import {
  continueRescue,
  RescueRefusedError,
  startRescue,
  stopRescue,
} from '../../lib/operations/rescue/rescue.ts';
import { NotUndoableError } from '../../lib/operations/rescue/undo.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { putStop } from '../../lib/store/stop-switch.ts';
import { customers, DAY, incidentId, LISTED, refuseAll } from '../support/incident-scene.ts';
import { memoryTable } from '../support/memory-table.ts';
import { rescueTools, SETTLED, START } from '../support/rescue-scene.ts';
import { startWorld, type World } from '../support/world.ts';

/** An incident undone: what one refusal of the sender's put on the list is taken off in waves, and nothing else. */

let world: World;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable(), inMemory: true });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const tools = (changes: Parameters<typeof rescueTools>[1] = {}) => rescueTools(world, changes);
const listed = () => [...world.ses.list.entries()].map((entry) => entry.address).toSorted();
const caseOf = async (address: string) => (await addressRecord(world.store, address)).case;
const plan = (incident: string) => planRescue({ action: 'plan', incident }, tools());
const start = (incident: string, more: object = {}) =>
  startRescue({ ...START, incident, reason: 'taken off the block list', ...more }, tools());

const at = () => world.clock.now().toISOString();
const bounce = (address: string, more: Partial<Fact> = {}): Fact => ({
  address,
  kind: 'bounce',
  at: at(),
  id: `b-${address}-${at()}`,
  messageId: `m-${address}-${at()}`,
  sentAt: at(),
  bounceType: 'Permanent',
  bounceSubType: 'General',
  diagnosticCode: `smtp; ${LISTED}`,
  ...more,
});
const GONE = {
  status: '5.1.1',
  diagnosticCode: 'smtp; 550 5.1.1 Recipient address rejected: User unknown in virtual mailbox table',
};

describe('an incident that is undone', () => {
  it('is named, planned, released in waves, delivered', async () => {
    const everyone = customers(12);
    const id = await refuseAll(world, everyone);
    expect(listed()).toEqual(everyone.toSorted());
    const before = await world.table.scan();
    const planned = await plan(id);
    expect(planned).toMatchObject({
      incident: { id, recipients: 12, what: { en: 'sending server blocked' } },
      lapsed: [],
      candidates: 12,
      excluded: {},
      tiers: { unproven: 12 },
      limits: [],
    });
    expect(await world.table.scan()).toEqual(before);

    const first = await start(id, { first: 5 });
    expect(first).toMatchObject({ campaign: { incident: { id } }, waves: [{ removed: 5, open: 5 }] });
    expect(listed()).toHaveLength(7);
    expect((await continueRescue(tools())).waves).toHaveLength(1);
    world.clock.advance(DAY);
    await world.send(...everyone.filter((address) => !listed().includes(address)));
    world.clock.advance(SETTLED);
    const second = await continueRescue(tools());
    expect(second.waves).toMatchObject([{ delivered: 5 }, { removed: 7 }]);
    expect(listed()).toEqual([]);
    world.clock.advance(DAY);
    await world.send(...everyone);
    world.clock.advance(SETTLED);
    expect(await continueRescue(tools())).toMatchObject({
      campaign: { state: 'completed' },
      waves: [{ delivered: 5 }, { delivered: 7 }],
    });
    const { decisions } = await addressRecord(world.store, 'c1@ezweb.ne.jp');
    const approved = decisions.find(({ action }) => action === 'approve');
    expect(approved).toMatchObject({ by: 'ito', rule: 'incident-undone' });
    expect(approved?.note).toContain(`incident ${id}: taken off the block list`);
    expect(approved?.because.ja).toContain(id);
  });

  it('releases nothing that it does not explain', async () => {
    const [complained, gone, filtered, elsewhere, rejected, slash] = [
      'complained@ezweb.ne.jp',
      'gone@ezweb.ne.jp',
      'filtered@ezweb.ne.jp',
      'elsewhere@docomo.ne.jp',
      'since@ezweb.ne.jp',
      'a/b@ezweb.ne.jp',
    ];
    await putFacts(world.store, [bounce(gone, GONE)]);
    world.ses.setMailbox(filtered, { filtersPcMail: true });
    await world.send(filtered);
    world.clock.advance(3 * DAY);
    // On the list since three days ago: what the server said today put nobody there.
    const today = world.clock.time();
    const all = [...customers(6), complained, gone, rejected, slash];
    const id = await refuseAll(world, all);
    await putFacts(world.store, [bounce(filtered, { at: new Date(today).toISOString() })]);
    world.ses.list.put({ address: elsewhere, reason: 'BOUNCE', updatedAt: world.clock.time() });
    await putFacts(world.store, [
      bounce(complained, { kind: 'complaint', complaintFeedbackType: 'abuse' }),
      bounce(rejected, { diagnosticCode: 'smtp; 552 5.2.2 mailbox full', status: '5.2.2' }),
    ]);
    await world.run({ mode: 'propose', full: true });
    const planned = await plan(id);
    expect(planned.candidates).toBe(6);
    expect(planned.excluded).toMatchObject({ complaint: 1, 'unknown-user': 1, slash: 1 });
    expect(Object.values(planned.excluded).reduce((sum, count) => sum + count, 0)).toBe(5);
    await start(id);
    expect(listed()).toEqual([complained, gone, filtered, elsewhere, rejected, slash].toSorted());
  });

  it('takes its own refusals along and leaves those of another incident of the time', async () => {
    const id = await refuseAll(world, customers(6));
    world.clock.advance(DAY);
    const forged = customers(7, 'f');
    for (const address of forged) {
      world.ses.setMailbox(address, { blocksSender: "550 5.7.26 rejected by the domain's DMARC policy" });
    }
    await world.send(...forged);
    world.clock.advance(7_200_000);
    await world.run({ mode: 'propose' });
    const other = await incidentId(world);
    expect(other).not.toBe(id);
    // The carrier has refused since: policy waits, and so does the first incident.
    const guarded = tools({ incidents: [{ carrier: 'au', from: at(), until: at() }] });
    expect(await planRescue({ action: 'plan', incident: id }, guarded)).toMatchObject({
      candidates: 0,
      excluded: { incident: 6 },
    });
    await start(other);
    expect(listed()).toEqual(customers(6).toSorted());
  });

  it('is undone though policy still waits for this very incident to pass', async () => {
    const id = await refuseAll(world, customers(6));
    const { from, until } = (await plan(id)).incident ?? { from: '', until: '' };
    const guarded = tools({ incidents: [{ carrier: 'au', from, until }] });
    expect(await planRescue({ action: 'plan', incident: id }, guarded)).toMatchObject({ candidates: 6 });
  });

  it('stops its next waves where those of the last one bounce again', async () => {
    const everyone = customers(12);
    const id = await refuseAll(world, everyone);
    await start(id, { first: 6 });
    for (const address of everyone) world.ses.setMailbox(address, { blocksSender: LISTED });
    world.clock.advance(DAY);
    await world.send(...everyone);
    world.clock.advance(SETTLED);
    expect(await continueRescue(tools())).toMatchObject({
      campaign: { state: 'stopped' },
      waves: [{ bouncedAgain: 6 }],
    });
    expect(listed()).toHaveLength(12);
    world.clock.advance(7_200_000);
    await world.run({ mode: 'propose' });
    // Released once and listed again: never by the first incident again.
    expect((await plan(id)).excluded).toMatchObject({ 'tried-before': 6 });
  });

  it('waits until the refusals have stopped for an hour', async () => {
    const id = await refuseAll(world, customers(6));
    await putFacts(world.store, [bounce('late@ezweb.ne.jp')]);
    const late = customers(5, 'l').map((address) => bounce(address));
    await putFacts(world.store, late);
    const second = await incidentId(world);
    expect(second).not.toBe(id);
    expect((await plan(second)).limits).toMatchObject([{ limit: 'incident-goes-on' }]);
    await expect(start(second)).rejects.toThrow(RescueRefusedError);
  });

  it('is refused where there is none, where mail was only put off, and where several causes met', async () => {
    await expect(plan('20261001-09-abcdef')).rejects.toThrow(UnknownIncidentError);
    const rate = 'smtp; 452 4.2.1 Too many messages from your server, slow down';
    await putFacts(
      world.store,
      customers(6).map((address) =>
        bounce(address, { kind: 'deliveryDelay', delayType: 'General', diagnosticCode: rate }),
      ),
    );
    await expect(incidentId(world).then(plan)).rejects.toThrow(NotUndoableError);
    world.clock.advance(DAY);
    const codes = [`smtp; ${LISTED}`, rate];
    await putFacts(
      world.store,
      customers(6).map((address, index) => bounce(address, { diagnosticCode: codes[index % 2] ?? '' })),
    );
    const found = await incidents({ days: 1 }, { store: world.store, now: () => world.clock.now() });
    expect(found).toMatchObject({ incidents: [{ kind: 'mixed' }] });
    await expect(incidentId(world).then(plan)).rejects.toThrow(NotUndoableError);
  });

  it('is one campaign at a time with the backlog, and its stop', async () => {
    const id = await refuseAll(world, customers(8));
    await start(id, { first: 2 });
    await expect(startRescue(START, tools())).rejects.toThrow(RescueRefusedError);
    await stopRescue({ action: 'stop', operator: 'abe' }, tools());
    world.clock.advance(1_000);
    await expect(startRescue(START, tools())).rejects.toThrow(RescueRefusedError);
    expect((await start(id)).waves).toMatchObject([{ number: 1, removed: 6 }]);
  });

  it('meets the stop switch before the next address', async () => {
    const id = await refuseAll(world, customers(6));
    await putStop(world.store, { by: 'abe', at: at(), reason: 'wait' });
    expect(await start(id)).toMatchObject({ waves: [{ removed: 0, skipped: 6 }] });
    expect(listed()).toHaveLength(6);
  });

  it('of which a run died is finished by the cleanup, by what the case keeps of the incident', async () => {
    const id = await refuseAll(world, customers(5));
    let dead = false;
    world.intercept(async (proceed, { name }) => {
      dead ||= name.startsWith('DeleteSuppressed');
      if (dead) throw new Error('killed');
      return proceed();
    });
    await start(id).catch(() => undefined);
    world.intercept(undefined);
    const removing = [];
    for (const address of customers(5)) {
      if ((await caseOf(address))?.state === 'removing') removing.push(address);
    }
    expect(removing).toHaveLength(1);
    world.clock.advance(600_000);
    await world.run({ mode: 'propose' });
    expect(await caseOf(removing[0] ?? '')).toMatchObject({
      state: 'watching',
      removals: [{ by: 'ito', rule: 'incident-undone' }],
    });
  });
});
