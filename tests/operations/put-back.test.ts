import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { status } from '../../lib/operations/status.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { putFacts } from '../../lib/store/facts.ts';
import type { SuppressionList } from '../../lib/suppression/list.ts';
import { EAGER_POLICY, startWorld, type World, withEntryCalls } from '../support/world.ts';

/** A complaint that comes to light after a removal: when the address goes back on the list, and when it does not. */

const HANAKO = 'hanako@ezweb.ne.jp';
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

let world: World;
let refused: string[];

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.reset();
  refused = [];
  world.ses.setMailbox(HANAKO, { filtersPcMail: true });
  await world.send(HANAKO);
  await world.members(HANAKO);
  world.clock.advance(DAY);
});

const onPutBackRefused = (address: string) => refused.push(address);
const reason = () => world.ses.list.get(HANAKO)?.reason;
const actions = async () =>
  (await addressRecord(world.store, HANAKO)).decisions.map(({ action }) => action).toSorted();

/** A complaint dated so many minutes after now, as ingest records it. */
async function complains(minutes = 0, address = HANAKO): Promise<void> {
  const at = new Date(world.clock.time() + minutes * MINUTE).toISOString();
  const mail = { messageId: 'complained', sentAt: at, complaintFeedbackType: 'abuse' };
  await putFacts(world.store, [{ address, kind: 'complaint', at, id: 'complaint', ...mail }]);
}

/** SES's list, and a complaint that is recorded while SES deletes the entry. */
const complainsMeanwhile = (): SuppressionList =>
  withEntryCalls(world.list, (own) => ({
    remove: async (spelling) => {
      await complains();
      return own.remove(spelling);
    },
  }));

const byHand = (list: SuppressionList, more: object = {}) => {
  const request = { addresses: [HANAKO], reason: '電話で確認', operator: 'ito', ...more };
  const { store } = world;
  const tools = { store, list, policy: EAGER_POLICY, now: () => world.clock.now(), onPutBackRefused };
  return remove(removeRequestSchema.parse(request), tools);
};

const WAYS: Readonly<Record<string, (list: SuppressionList) => Promise<unknown>>> = {
  'by the cleanup': (list) => world.run({}, { list, onPutBackRefused }),
  'by hand': (list) => byHand(list),
};

describe.each(Object.entries(WAYS))('a complaint recorded while an entry is removed %s', (_way, removed) => {
  it('puts the address back as a complaint, once, with a line in the audit', async () => {
    await removed(complainsMeanwhile());
    expect(reason()).toBe('COMPLAINT');
    expect((await actions()).filter((action) => action.startsWith('put-back'))).toEqual(['put-back']);
    // Whoever takes it off again knows what they do.
    world.ses.list.delete(HANAKO);
    for (let day = 0; day < 3; day += 1) {
      world.clock.advance(DAY);
      await world.run({ full: true });
    }
    expect(reason()).toBeUndefined();
    expect(refused).toEqual([]);
  });

  it('puts nothing on the list where the account does not suppress complaints', async () => {
    world.ses.account.suppressedReasons = ['BOUNCE'];
    await removed(complainsMeanwhile());
    world.clock.advance(DAY);
    await world.run({ full: true });
    expect(reason()).toBeUndefined();
    expect(await actions()).toContain('removed');
    expect((await actions()).some((action) => action.startsWith('put-back'))).toBe(false);
  });

  it('is told where SES refuses it: to the alarm, in status and in the audit, and not asked again', async () => {
    world.ses.account.productionAccess = false;
    await removed(complainsMeanwhile());
    expect(reason()).toBeUndefined();
    expect(refused).toEqual([HANAKO]);
    expect(await actions()).toContain('put-back-refused');
    const { store, forgetKey } = world;
    const tools = { store, forgetKey, mode: 'apply', now: () => world.clock.now() } as const;
    expect(await status({ runs: 1 }, tools)).toMatchObject({ putBacksRefused: [{ address: HANAKO }] });
    world.clock.advance(DAY);
    await world.run({ full: true }, { onPutBackRefused });
    expect(refused).toEqual([HANAKO]);
  });
});

it('is never put back after an override, even of a rule that nothing called for', async () => {
  await byHand(complainsMeanwhile(), { override: ['unknown-user'] });
  world.clock.advance(DAY);
  await world.run({ full: true });
  expect(reason()).toBeUndefined();
  expect(await actions()).toEqual(['approve', 'removed']);
});

it('is never put back after somebody else’s removal', async () => {
  await world.run({ mode: 'propose' });
  world.ses.list.delete(HANAKO);
  await complains();
  world.clock.advance(MINUTE);
  await world.run({ full: true });
  await world.run({ full: true });
  expect(reason()).toBeUndefined();
  expect((await actions()).some((action) => action.startsWith('put-back'))).toBe(false);
});

it.each([
  [-2 * DAY, 'COMPLAINT'],
  [59 * MINUTE, 'COMPLAINT'],
  [61 * MINUTE, undefined],
])('goes by the complaint’s own time: %i ms after the removal', async (after, expected) => {
  await world.run();
  expect(reason()).toBeUndefined();
  await complains(after / MINUTE - (world.clock.time() - Date.parse(await removedAt())) / MINUTE);
  world.clock.advance(2 * 60 * MINUTE);
  await world.run();
  expect(reason()).toBe(expected);
});

async function removedAt(): Promise<string> {
  const { case: known } = await addressRecord(world.store, HANAKO);
  const last = known?.removals.at(-1);
  return last?.deletedAt ?? last?.at ?? '';
}
