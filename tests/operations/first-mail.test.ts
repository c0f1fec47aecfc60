import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lookupRequestSchema } from '../../lib/contracts/lookup-request.ts';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import { lookup } from '../../lib/operations/lookup.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const NEWCOMER = 'hajimete@docomo.ne.jp';

/** Deliveries to other customers of the carrier, one in each of these months of 2024. */
async function recordedIn(...months: number[]): Promise<void> {
  world.ses.setMailbox('regular@docomo.ne.jp', {});
  for (const month of months) {
    world.clock.set(new Date(Date.UTC(2024, month - 1, 15)).toISOString());
    await world.send('regular@docomo.ne.jp');
  }
}

/** A mail that bounces with the words docomo used for filters and unknown users alike. */
async function bounceOf(address: string): Promise<void> {
  world.clock.set('2024-08-09T00:00:00.000Z');
  world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(address);
}

const ask = (address: string) =>
  lookup(lookupRequestSchema.parse({ address }), {
    store: world.store,
    list: world.list,
    policy: EAGER_POLICY,
    now: () => world.clock.now(),
  });

const kinds = async (address: string) => (await ask(address)).diagnosis.evidence.map(({ kind }) => kind);

describe('the first mail ever to an address', () => {
  it('is evidence where deliveries of the shop to that carrier have been recorded for months', async () => {
    await recordedIn(2, 3, 4, 5, 6, 7);
    await bounceOf(NEWCOMER);
    expect(await kinds(NEWCOMER)).toContain('first-mail-ever');

    // The cleanup sees what the look-up sees, and so does a removal by hand.
    await world.run({ mode: 'propose' });
    const { decisions } = await addressRecord(world.store, NEWCOMER);
    expect(decisions[0]).toMatchObject({ diagnosis: { reason: 'userunknown', confidence: 'ambiguous' } });
    expect(decisions[0]?.evidence?.map(({ kind }) => kind)).toContain('first-mail-ever');
    const request = { addresses: [NEWCOMER], reason: 'asked', operator: 'test' };
    await remove(removeRequestSchema.parse(request), {
      store: world.store,
      list: world.list,
      policy: EAGER_POLICY,
      now: () => world.clock.now(),
    });
    const approval = (await addressRecord(world.store, NEWCOMER)).decisions.find(
      ({ action }) => action === 'approve',
    );
    expect(approval?.evidence?.map(({ kind }) => kind)).toContain('first-mail-ever');
    // It stays in the diagnosis when the address is off the list.
    expect(await kinds(NEWCOMER)).toContain('first-mail-ever');
  });

  it.each([
    ['recording began lately', [6, 7]],
    ['a month has none', [2, 3, 4, 6, 7]],
    ['none is recorded', []],
  ])('is no evidence where %s', async (_, months) => {
    await recordedIn(...months);
    await bounceOf(NEWCOMER);
    expect(await kinds(NEWCOMER)).not.toContain('first-mail-ever');
    await world.run({ mode: 'propose' });
    const { decisions } = await addressRecord(world.store, NEWCOMER);
    expect(decisions[0]).toMatchObject({ diagnosis: { reason: 'filtered', confidence: 'ambiguous' } });
  });

  it('is no evidence for an address that had mail before', async () => {
    await recordedIn(2, 3, 4, 5, 6, 7);
    await bounceOf('regular@docomo.ne.jp');
    expect(await kinds('regular@docomo.ne.jp')).not.toContain('first-mail-ever');
  });
});
