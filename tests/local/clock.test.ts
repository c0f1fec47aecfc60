import { afterEach, describe, expect, it } from 'vitest';
import { now, setClock } from '../../lib/clock.ts';
import { LocalClock } from '../../local/clock.ts';

afterEach(() => setClock());

describe('a local clock', () => {
  it('stands still until it is moved, and tells who listens', () => {
    const clock = new LocalClock({ start: '2024-04-01T09:00:00+09:00' });
    const heard: string[] = [];
    const stop = clock.onMove(() => heard.push(clock.now().toISOString()));
    expect(clock.now().toISOString()).toBe('2024-04-01T00:00:00.000Z');
    clock.advance(1500);
    clock.set('2026-11-24T00:00:00Z');
    stop();
    clock.advance(1);
    expect(heard).toEqual(['2024-04-01T00:00:01.500Z', '2026-11-24T00:00:00.000Z']);
  });

  it('becomes the product’s clock, and gives it back', () => {
    const clock = new LocalClock({ start: '2024-04-01T00:00:00Z' });
    const uninstall = clock.install();
    clock.advance(60_000);
    expect(now().toISOString()).toBe('2024-04-01T00:01:00.000Z');
    uninstall();
    expect(now().getTime()).toBeGreaterThan(Date.parse('2026-01-01T00:00:00Z'));
  });

  it('flows from where it was set, and freezes where it is', async () => {
    const clock = new LocalClock({ start: '2024-04-01T00:00:00Z', flowing: true });
    await new Promise((resolve) => setTimeout(resolve, 5));
    clock.freeze();
    const stopped = clock.time();
    expect(stopped).toBeGreaterThan(Date.parse('2024-04-01T00:00:00Z'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([clock.time(), clock.flowing]).toEqual([stopped, false]);
    clock.flow();
    expect(clock.time()).toBeGreaterThanOrEqual(stopped);
  });

  it('refuses what is not a time', () => {
    expect(() => new LocalClock({ start: 'yesterday' })).toThrow(RangeError);
  });
});
