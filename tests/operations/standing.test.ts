import { describe, expect, it } from 'vitest';
import { standingAfter } from '../../lib/operations/cleanup/standing.ts';
import { type Checkpoint, putCheckpoint } from '../../lib/store/checkpoint.ts';
import { PARTITIONS } from '../../lib/store/keys.ts';
import { putStop } from '../../lib/store/stop-switch.ts';
import { memoryTable } from '../support/memory-table.ts';

/** What a run says of itself for the alarms `stopped` and `unfinished`. */

const NOW = '2026-12-10T00:00:00.000Z';
const ago = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();
const fresh = () => memoryTable().open(() => new Date(NOW));

describe('the hours since a walk began', () => {
  it.each<[string, Checkpoint, boolean, number]>([
    ['are none where the walk is finished', { walkedUntil: ago(1) }, false, 0],
    ['are none before the first walk', {}, true, 0],
    [
      'count from its first invocation on',
      { walkedUntil: ago(200), walk: { startedAt: ago(60), full: true, seen: 3 } },
      true,
      60,
    ],
    ['count from the last finished walk where SES lets no new one begin', { walkedUntil: ago(72) }, true, 72],
  ])('%s', async (_name, checkpoint, unfinished, hours) => {
    const store = fresh();
    await putCheckpoint(store, checkpoint, 1);
    expect(await standingAfter({ unfinished }, store)).toEqual({ HoursStopped: 0, HoursUnfinished: hours });
  });
});

describe('the hours since a stop', () => {
  it('are none in the moment of the stop, and grow', async () => {
    const store = fresh();
    await putStop(store, { by: 'test', at: NOW, reason: 'test' });
    expect((await standingAfter({ unfinished: false }, store)).HoursStopped).toBe(0);
    await putStop(store, { by: 'test', at: ago(25), reason: 'test' });
    expect((await standingAfter({ unfinished: false }, store)).HoursStopped).toBe(25);
  });

  it('are over a day where nobody can read since when', async () => {
    const store = fresh();
    await store.put({ pk: PARTITIONS.cleanup, sk: 'STOP', by: 1 });
    expect((await standingAfter({ unfinished: false }, store)).HoursStopped).toBeGreaterThan(24);
  });
});
