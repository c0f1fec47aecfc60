import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyRequestSchema } from '../../lib/contracts/history.ts';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import { history } from '../../lib/operations/history.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

const DAY = 86_400_000;
const [ONE, TWO] = ['one@ezweb.ne.jp', 'two@ezweb.ne.jp'];

let world: World;

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
  for (const address of [ONE, TWO]) world.ses.setMailbox(address, { exists: true, filtersPcMail: true });
  await world.send(ONE, TWO);
  await world.members(ONE, TWO);
  world.clock.advance(DAY);
  await world.run({ mode: 'propose' });
  world.clock.advance(10 * DAY);
  const request = { addresses: [ONE], reason: 'asked', operator: 'suzuki' };
  const tools = {
    store: { ...world.store, requestId: 'invocation-7' },
    list: world.list,
    policy: EAGER_POLICY,
    now: () => world.clock.now(),
  };
  await remove(removeRequestSchema.parse(request), tools);
});
afterAll(() => world.stop());

const START = '2026-10-01T00:00:00Z';
const ask = (request: object, isLate?: () => boolean) =>
  history(historyRequestSchema.parse({ since: START, ...request }), world.store, isLate);

describe('the decisions over all addresses', () => {
  it('stand newest first, with who decided, why, and how many there are of each kind', async () => {
    const { decisions, counts, incomplete } = await ask({});
    expect(decisions.map(({ action, by, address }) => [action, by, address])).toEqual([
      ['removed', 'suzuki', ONE],
      ['approve', 'suzuki', ONE],
      ['propose', 'cleanup', ONE],
      ['propose', 'cleanup', TWO],
    ]);
    expect(decisions[1]).toMatchObject({ note: 'asked', requestId: 'invocation-7' });
    // What no function wrote names none.
    expect(decisions[2]).not.toHaveProperty('requestId');
    expect(counts).toEqual({ removed: 1, approve: 1, propose: 2 });
    expect(incomplete).toBeUndefined();
  });

  it.each([
    [{ by: 'suzuki' }, 2],
    [{ whose: 'people' }, 2],
    [{ whose: 'todoku' }, 2],
    [{ whose: 'todoku', by: 'suzuki' }, 0],
    [{ action: 'propose' }, 2],
    [{ by: 'suzuki', action: 'propose' }, 0],
    [{ since: '2026-10-10T00:00:00+09:00' }, 2],
    [{ until: '2026-10-10T00:00:00+09:00' }, 2],
    [{ rule: 'no-such-rule' }, 0],
  ])('narrowed by %j are %i', async (request, count) => {
    expect((await ask(request)).decisions).toHaveLength(count);
  });

  it('are counted beyond those that are shown, and said to be a part where time ran out', async () => {
    const { decisions, counts } = await ask({ limit: 1 });
    expect(decisions).toMatchObject([{ action: 'removed' }]);
    expect(counts).toEqual({ removed: 1, approve: 1, propose: 2 });
    expect(await ask({}, () => true)).toMatchObject({ decisions: [], counts: {}, incomplete: true });
  });

  it('tell what was known of the address then', async () => {
    const { decisions } = await ask({ action: 'approve' });
    expect(decisions[0]?.diagnosis).toMatchObject({ reason: 'filtered', carrier: 'au' });
  });

  it('tell what became of what was removed in that time, where all of them were read', async () => {
    const none = { delivered: 0, bouncedAgain: 0, complained: 0, silent: 0 };
    expect((await ask({})).released).toEqual({ ...none, addresses: 1, open: 1 });
    expect((await ask({ until: '2026-10-10T00:00:00+09:00' })).released).toEqual({
      ...none,
      addresses: 0,
      open: 0,
    });
    expect(await ask({ by: 'suzuki' })).not.toHaveProperty('released');
  });
});
