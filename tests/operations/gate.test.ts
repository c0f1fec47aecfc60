import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { putFacts } from '../../lib/store/facts.ts';
import { startWorld, type World, withEntryCalls } from '../support/world.ts';

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
