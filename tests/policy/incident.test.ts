import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../lib/mails/fact.ts';
import { incidentsAmong } from '../../lib/policy/incident.ts';

const START = Date.parse('2026-11-20T03:00:00.000Z');
const BLOCKED = 'smtp; 550 5.7.1 Service unavailable; client host [192.0.2.1] blocked using a blocklist';

/** A refusal of an address, so many seconds after the start. */
function refusal(address: string, second: number, more: Partial<Fact> = {}): Fact {
  const at = new Date(START + second * 1_000).toISOString();
  return {
    address,
    kind: 'bounce',
    at,
    id: `${address}-${second}`,
    messageId: `mail-${address}-${second}`,
    sentAt: at,
    bounceType: 'Permanent',
    bounceSubType: 'General',
    status: '5.7.1',
    diagnosticCode: BLOCKED,
    ...more,
  };
}

const person = (index: number) => `person-${index}@ezweb.ne.jp`;
const people = (count: number, every: number, from = 0) =>
  Array.from({ length: count }, (_, index) => refusal(person(from + index), index * every));

describe('an incident', () => {
  it('is five customers of a carrier refused within half an hour, from the first to the last', async () => {
    expect(await incidentsAmong(people(4, 60))).toEqual([]);
    expect(await incidentsAmong(people(5, 420))).toEqual([
      { carrier: 'au', from: '2026-11-20T03:00:00.000Z', until: '2026-11-20T03:28:00.000Z' },
    ]);
    expect(await incidentsAmong(people(5, 600))).toEqual([]);
  });

  it('is not one customer refused often, nor five of different carriers', async () => {
    const often = Array.from({ length: 20 }, (_, index) => refusal(person(1), index * 60));
    expect(await incidentsAmong(often)).toEqual([]);
    const spread = ['a@ezweb.ne.jp', 'b@ezweb.ne.jp', 'c@docomo.ne.jp', 'd@docomo.ne.jp', 'e@softbank.ne.jp'];
    expect(await incidentsAmong(spread.map((address, index) => refusal(address, index)))).toEqual([]);
  });

  it.each([
    ['customers who do not exist', { diagnosticCode: 'smtp; 550 : User unknown', status: '5.0.0' }],
    ['mails dropped because of the list', { bounceSubType: 'OnAccountSuppressionList' }],
    ['people of no carrier', { address: 'taro@shop.example' }],
    ['deliveries', { kind: 'delivery' }],
  ] as const)('is not made by %s', async (_what, more) => {
    const facts = people(8, 10).map((each) => ({ ...each, ...more }));
    expect(await incidentsAmong(facts)).toEqual([]);
  });

  it('goes on while they come, and ends', async () => {
    const morning = people(60, 60);
    const evening = people(5, 60, 100).map((each) => ({ ...each, at: each.at.replace('T03', 'T19') }));
    expect(await incidentsAmong([...evening, ...morning])).toEqual([
      { carrier: 'au', from: '2026-11-20T03:00:00.000Z', until: '2026-11-20T03:59:00.000Z' },
      { carrier: 'au', from: '2026-11-20T19:00:00.000Z', until: '2026-11-20T19:04:00.000Z' },
    ]);
  });

  it('is told alike whatever the order and repetition of the facts, as a list or a stream', async () => {
    const facts = [...people(9, 300), ...people(300, 1, 20)];
    const expected = await incidentsAmong(facts);
    expect(expected).toHaveLength(1);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }),
        async (shuffled) => {
          expect(await incidentsAmong(shuffled)).toEqual(expected);
          expect(await incidentsAmong(ReadableStream.from(shuffled))).toEqual(expected);
        },
      ),
      { numRuns: 20 },
    );
  });
});
