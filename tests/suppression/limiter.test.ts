import { describe, expect, it } from 'vitest';
import { limiter } from '../../lib/suppression/limiter.ts';

/** A clock that moves only while somebody waits. */
function standingClock() {
  let time = 0;
  return {
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

describe('the pace of calls', () => {
  it('spaces calls evenly, in the order they were asked for', async () => {
    const clock = standingClock();
    const pace = limiter(0.5, clock);
    const calls: [string, number][] = [];
    const call = async (name: string) => {
      await pace.take();
      calls.push([name, clock.now()]);
    };
    await Promise.all(['a', 'b', 'c'].map(call));
    expect(calls).toEqual([
      ['a', 0],
      ['b', 2_000],
      ['c', 4_000],
    ]);
  });

  it('lets nothing between two calls of work that holds it', async () => {
    const clock = standingClock();
    const pace = limiter(1, clock);
    const calls: [string, number][] = [];
    const call = async (name: string, own: { take(): Promise<void> } = pace) => {
      await own.take();
      calls.push([name, clock.now()]);
    };
    await Promise.all([
      pace.hold(async (own) => {
        await call('get', own);
        await Promise.resolve();
        await call('delete', own);
      }),
      call('other'),
    ]);
    expect(calls).toEqual([
      ['get', 0],
      ['delete', 1_000],
      ['other', 2_000],
    ]);
  });

  it('goes on after work that failed', async () => {
    const pace = limiter(Number.POSITIVE_INFINITY);
    await expect(pace.hold(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await pace.take();
  });
});
