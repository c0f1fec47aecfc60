import { describe, expect, it } from 'vitest';
import { dueAfter, hoursOverdue, rateHours } from '../lib/schedule.ts';

/** When a run is due, by EventBridge's schedule expressions. 2026-11-24 is a Tuesday. */

const AFTER = new Date('2026-11-24T10:30:00.000Z');
const due = (schedule: string, after = AFTER) => dueAfter(schedule, after)?.toISOString().slice(0, 16);

describe('a run is due', () => {
  it.each([
    ['rate(30 minutes)', '2026-11-24T11:00'],
    ['rate(1 hour)', '2026-11-24T11:30'],
    ['rate(7 days)', '2026-12-01T10:30'],
    ['cron(0 21 * * ? *)', '2026-11-24T21:00'],
    ['cron(0 9 * * ? *)', '2026-11-25T09:00'],
    ['cron(30 10 * * ? *)', '2026-11-25T10:30'],
    ['cron(0/20 10 * * ? *)', '2026-11-24T10:40'],
    ['cron(0 0/6 * * ? *)', '2026-11-24T12:00'],
    ['cron(0 */4 * * ? *)', '2026-11-24T12:00'],
    ['cron(0 9,21 * * ? *)', '2026-11-24T21:00'],
    ['cron(0 21 ? * MON *)', '2026-11-30T21:00'],
    ['cron(0 21 ? * 2 *)', '2026-11-30T21:00'],
    ['cron(0 21 ? * mon-fri *)', '2026-11-24T21:00'],
    ['cron(0 9 ? * FRI-MON *)', '2026-11-27T09:00'],
    ['cron(0 9 ? * L *)', '2026-11-28T09:00'],
    ['cron(0 9 ? * 6L *)', '2026-11-27T09:00'],
    ['cron(0 9 ? * 3#1 *)', '2026-12-01T09:00'],
    ['cron(0 9 ? * THU#4 *)', '2026-11-26T09:00'],
    ['cron(0 9 1 * ? *)', '2026-12-01T09:00'],
    ['cron(0 9 31 * ? *)', '2026-12-31T09:00'],
    ['cron(0 9 L * ? *)', '2026-11-30T09:00'],
    ['cron(0 9 LW FEB ? *)', '2027-02-26T09:00'],
    // 15 November 2026 was a Sunday, 1 August 2026 a Saturday.
    ['cron(0 9 15W NOV ? 2027)', '2027-11-15T09:00'],
    ['cron(0 9 29 2 ? *)', '2028-02-29T09:00'],
    ['cron(0 9 1 1,7 ? *)', '2027-01-01T09:00'],
  ])('%s', (schedule, at) => {
    expect(due(schedule)).toBe(at);
  });

  it('on the weekday nearest to a day, in the same month', () => {
    expect(due('cron(0 9 15W 11 ? 2026)', new Date('2026-11-01'))).toBe('2026-11-16T09:00');
    expect(due('cron(0 9 1W 8 ? 2026)', new Date('2026-07-31'))).toBe('2026-08-03T09:00');
    expect(due('cron(0 9 31W 5 ? 2026)', new Date('2026-05-01'))).toBe('2026-05-29T09:00');
  });

  it.each([
    'cron(0 9 1 1 ? 2020)',
    'cron(0 9 31 2 ? *)',
    'cron(60 9 * * ? *)',
    'cron(0 9 * * ? )',
    'cron(0 9 ? * SOMEDAY *)',
    'cron(0/0 9 * * ? *)',
    'cron(0 9 ? * 8L *)',
    'at(2026-11-24T09:00:00)',
  ])('never, or nobody knows: %s', (schedule) => {
    expect(due(schedule)).toBeUndefined();
    expect(hoursOverdue(schedule, AFTER, new Date('2030-01-01'))).toBe(0);
  });

  it('by the hour after it should have come', () => {
    const now = new Date('2026-12-02T00:00:00.000Z');
    expect(hoursOverdue('cron(0 21 ? * MON *)', AFTER, now)).toBe(27);
    expect(hoursOverdue('cron(0 21 ? * MON *)', new Date('2026-11-30T21:00:05.000Z'), now)).toBe(0);
    expect(hoursOverdue('rate(5 days)', AFTER, now)).toBe(61.5);
  });

  it('every so many hours, where it is a rate', () => {
    expect([rateHours('rate(90 minutes)'), rateHours('rate(1 day)'), rateHours('cron(0 9 * * ? *)')]).toEqual(
      [1.5, 24, undefined],
    );
  });
});
