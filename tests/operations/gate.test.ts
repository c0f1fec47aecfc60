import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { addressRecord } from '../../lib/store/addresses.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { EAGER_POLICY, startWorld, type World, withEntryCalls } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

it('puts back who complained while a removal was resumed, hours after it had been begun', async () => {
  const address = 'hanako@ezweb.ne.jp';
  world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(address);
  await world.members(address);
  world.clock.advance(86_400_000);
  const dying = withEntryCalls(world.list, () => ({ get: () => Promise.reject(new Error('died')) }));
  await world.run({}, { list: dying });
  world.clock.advance(3 * 3_600_000);
  const list = withEntryCalls(world.list, (own) => ({
    remove: async (spelling) => {
      const at = world.clock.now().toISOString();
      const mail = { messageId: 'm', sentAt: at, complaintFeedbackType: 'abuse' };
      await putFacts(world.store, [{ address, kind: 'complaint', at, id: 'c', ...mail }]);
      return own.remove(spelling);
    },
  }));
  await world.run({}, { list });
  expect(world.ses.list.get(address)?.reason).toBe('COMPLAINT');
});

it('takes no removal by somebody else for its own where a doubtful one goes one by one beside a file', async () => {
  const address = 'hanako@ezweb.ne.jp';
  world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(address);
  await world.members(address);
  const at = new Date(world.clock.time() - 60_000).toISOString();
  const mail = { messageId: 'full', sentAt: at, bounceType: 'Permanent', bounceSubType: 'General' };
  const full = { status: '4.2.2', diagnosticCode: 'smtp; 452 4.2.2 Mailbox full' };
  await putFacts(world.store, [{ address, kind: 'bounce', at, id: 'full', ...mail, ...full }]);
  world.clock.advance(86_400_000);
  const list = withEntryCalls(world.list, (own) => ({
    remove: async (spelling) => {
      world.ses.list.delete(spelling);
      const now = world.clock.now().toISOString();
      const complained = { messageId: 'm', sentAt: now, complaintFeedbackType: 'abuse' };
      await putFacts(world.store, [{ address, kind: 'complaint', at: now, id: 'c', ...complained }]);
      return own.remove(spelling);
    },
  }));
  const policy = { ...EAGER_POLICY, removalsOneByOne: 0 };
  await world.run({}, { list, policy, importJobs: world.importJobs });
  expect(world.ses.list.get(address)).toBeUndefined();
  const { decisions } = await addressRecord(world.store, address);
  expect(decisions.map(({ action }) => action)).toEqual(['not-listed', 'remove']);
});
