import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../lib/mails/fact.ts';
import { hourOfId, incidentsAmong } from '../../lib/policy/incident.ts';
import { isPartOf } from '../../lib/policy/sender-refusal.ts';

const START = Date.parse('2026-11-20T03:00:00.000Z');
const START_TEXT = new Date(START).toISOString();
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

const refusing = async (facts: Parameters<typeof incidentsAmong>[0]) =>
  (await incidentsAmong(facts)).refusing();
const found = async (facts: Parameters<typeof incidentsAmong>[0]) => (await incidentsAmong(facts)).found();

describe('a carrier that refuses', () => {
  it('is five customers of a carrier refused within half an hour, from the first to the last', async () => {
    expect(await refusing(people(4, 60))).toEqual([]);
    expect(await refusing(people(5, 420))).toEqual([
      { carrier: 'au', from: '2026-11-20T03:00:00.000Z', until: '2026-11-20T03:28:00.000Z' },
    ]);
    expect(await refusing(people(5, 600))).toEqual([]);
  });

  it('is not one customer refused often, nor five of different carriers', async () => {
    const often = Array.from({ length: 20 }, (_, index) => refusal(person(1), index * 60));
    expect(await refusing(often)).toEqual([]);
    const spread = ['a@ezweb.ne.jp', 'b@ezweb.ne.jp', 'c@docomo.ne.jp', 'd@docomo.ne.jp', 'e@softbank.ne.jp'];
    expect(await refusing(spread.map((address, index) => refusal(address, index)))).toEqual([]);
  });

  it.each([
    ['customers who do not exist', { diagnosticCode: 'smtp; 550 : User unknown', status: '5.0.0' }],
    ['mails dropped because of the list', { bounceSubType: 'OnAccountSuppressionList' }],
    ['people of no carrier', { address: 'taro@shop.example' }],
    ['deliveries', { kind: 'delivery' }],
  ] as const)('is not made by %s', async (_what, more) => {
    const facts = people(8, 10).map((each) => ({ ...each, ...more }));
    expect(await refusing(facts)).toEqual([]);
  });

  it('goes on while they come, and ends', async () => {
    const morning = people(60, 60);
    const evening = people(5, 60, 100).map((each) => ({ ...each, at: each.at.replace('T03', 'T19') }));
    expect(await refusing([...evening, ...morning])).toEqual([
      { carrier: 'au', from: '2026-11-20T03:00:00.000Z', until: '2026-11-20T03:59:00.000Z' },
      { carrier: 'au', from: '2026-11-20T19:00:00.000Z', until: '2026-11-20T19:04:00.000Z' },
    ]);
  });

  it('is told alike whatever the order and repetition of the facts, as a list or a stream', async () => {
    const facts = [...people(9, 300), ...people(300, 1, 20)];
    const expected = await refusing(facts);
    expect(expected).toHaveLength(1);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }),
        async (shuffled) => {
          expect(await refusing(shuffled)).toEqual(expected);
          expect(await refusing(ReadableStream.from(shuffled))).toEqual(expected);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('an incident', () => {
  it('tells who refused whom, when, for what, and in which words', async () => {
    const [incident, ...others] = await found(people(40, 60));
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      receiver: 'au',
      kind: 'blocked',
      from: '2026-11-20T03:00:00.000Z',
      until: '2026-11-20T03:39:00.000Z',
      recipients: 40,
      mails: 40,
      returned: 40,
      deferred: 0,
      hours: [{ at: '2026-11-20T03:00:00.000Z', mails: 40 }],
    });
    expect(incident?.replies).toEqual([
      { text: expect.stringContaining('client host [#.#.#.#] blocked'), mails: 40 },
    ]);
  });

  it('has an id that its beginning and cause make, and that later refusals leave alone', async () => {
    const [begun] = await found(people(5, 10));
    const [grown] = await found(people(300, 10));
    expect(begun?.id).toMatch(/^20261120-12-[0-9a-f]{6}$/);
    expect(grown?.id).toBe(begun?.id);
    expect(hourOfId(begun?.id ?? '')).toBe('2026-11-20T03:00:00.000Z');
    expect(['', 'x', '20261320-12-3fa9c1', '20261120-12-3FA9C1'].map(hourOfId)).toEqual(
      Array(4).fill(undefined),
    );
  });

  const reply = (diagnosticCode: string) => ({ diagnosticCode });
  const DMARC = "smtp; 550 5.7.26 This mail is unauthenticated: the domain's DMARC policy forbids it";
  const RATE = 'smtp; 452 4.2.1 The rate of mail is too high, slow down';

  it.each([
    ['ratelimited', RATE],
    ['authfailure', DMARC],
    ['many-unknown', 'smtp; 550 5.1.1 Your host sends to too many unknown users'],
    ['rejected', 'smtp; 550 Error: Sender Rejected'],
  ])('of the kind %s is known by its words', async (kind, words) => {
    expect(await found(people(6, 10).map((each) => ({ ...each, ...reply(words) })))).toMatchObject([
      { kind, recipients: 6 },
    ]);
  });

  it('is one where mail is put off and then refused, and holds no removal back where it is only put off', async () => {
    const delays = people(100, 5).map((each) => ({
      ...each,
      kind: 'deliveryDelay' as const,
      delayType: 'General',
      ...reply(RATE),
    }));
    const returned = delays.slice(0, 3).map((each) => ({
      ...each,
      kind: 'bounce' as const,
      at: each.at.replace('T03:0', 'T03:1'),
    }));
    expect(await found([...delays, ...returned])).toMatchObject([
      { kind: 'ratelimited', recipients: 100, mails: 100, deferred: 100, returned: 3 },
    ]);
    expect(await refusing([...delays, ...returned])).toEqual([]);
  });

  it('is told apart by cause where two happen at once at one carrier', async () => {
    const both = [...people(8, 10), ...people(9, 10, 50).map((each) => ({ ...each, ...reply(RATE) }))];
    const two = await found(both);
    expect(two.map(({ kind, recipients }) => [kind, recipients]).toSorted()).toEqual([
      ['blocked', 8],
      ['ratelimited', 9],
    ]);
    expect(new Set(two.map(({ id }) => id)).size).toBe(2);
    for (const incident of two) {
      expect(both.filter((each) => isPartOf(each, incident))).toHaveLength(incident.recipients);
    }
  });

  it('is each sender’s own where each has to mend its domain, and all senders’ where a server is refused', async () => {
    const from = (senderDomain: string, facts: readonly Fact[]) =>
      facts.map((each) => ({ ...each, senderDomain }));
    const [one, two] = [people(6, 10), people(7, 10, 20)];
    const blocked = await found([...from('one.example', one), ...from('two.example', two)]);
    expect(blocked).toMatchObject([
      {
        senders: [
          { domain: 'two.example', mails: 7 },
          { domain: 'one.example', mails: 6 },
        ],
      },
    ]);
    const forged = [...from('one.example', one), ...from('two.example', two)].map((each) => ({
      ...each,
      ...reply(DMARC),
    }));
    expect((await found(forged)).map(({ sender, recipients }) => [sender, recipients]).toSorted()).toEqual([
      ['one.example', 6],
      ['two.example', 7],
    ]);
  });

  it('of several causes, none of which is enough, is one of its own kind', async () => {
    const few = [...people(3, 10), ...people(3, 10, 9).map((each) => ({ ...each, ...reply(RATE) }))];
    expect(await found(few)).toMatchObject([{ kind: 'mixed', recipients: 6 }]);
    expect(await refusing(few)).toMatchObject([{ carrier: 'au' }]);
  });

  it('names a block list, and is one at many small receivers that ask it', async () => {
    const text = (index: number) =>
      `smtp; 554 5.7.1 Client host [192.0.2.${index}] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.${index}`;
    const many = Array.from({ length: 12 }, (_, index) =>
      refusal(`taro@company-${index}.example`, index * 60, reply(text(index))),
    );
    expect(await found(many)).toMatchObject([
      { receiver: 'several', kind: 'blocked', list: 'spamhaus', lists: ['spamhaus'], recipients: 12 },
    ]);
    const noList = many.map((each) => ({ ...each, ...reply('smtp; 554 5.7.1 your server is blocked here') }));
    expect(await found(noList)).toEqual([]);
  });

  it('has one common reply though ids, addresses and servers in it change', async () => {
    const changing = people(50, 5).map((each, index) => ({
      ...each,
      ...reply(
        `smtp; 550 5.7.1 <${each.address}> Client host [2001:db8::${index.toString(16)}] blocked by our blocklist (id q${index}x-${index * 7}); see https://mail.example/why?c=${index}`,
      ),
    }));
    const [incident] = await found(changing);
    expect(incident?.replies).toHaveLength(1);
    expect(incident?.replies[0]?.mails).toBe(50);
    expect(JSON.stringify(incident?.replies)).not.toContain('@');
  });

  it('keeps what acts on a terminal out of its words', async () => {
    const evil = people(6, 10).map((each) => ({
      ...each,
      senderDomain: 'shop\u001b[2J.example',
      ...reply('smtp; 550 5.7.1 \u001b]0;owned\u0007 client host blocked \u202eelpmaxe \u009b31m'),
    }));
    const told = JSON.stringify(await found(evil));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looks for them
    expect(JSON.parse(told)[0].replies[0].text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(told).not.toContain('\\u001b');
  });

  it('of 20,000 recipients is told to the last of them', async () => {
    const [incident] = await found(people(20_000, 1));
    expect(incident).toMatchObject({ recipients: 20_000, mails: 20_000, from: START_TEXT });
    expect(incident?.atLeast).toBeUndefined();
    expect(incident?.hours).toHaveLength(6);
  });

  it('is found in parts as in one, and forgets what is over', async () => {
    const long = people(200, 600).map((each, index) => ({ ...each, address: person(index % 50) }));
    const dense = [
      ...people(30, 240),
      ...people(20, 60, 400).map((each) => ({ ...each, at: each.at.replace('T03', 'T19') })),
    ];
    const finder = await incidentsAmong(dense);
    const whole = finder.found();
    expect(finder.ended('2026-11-20T12:00:00.000Z')).toEqual(whole.slice(0, 1));
    expect(finder.ended('2026-11-22T00:00:00.000Z')).toEqual(whole.slice(1));
    expect(finder.found()).toEqual([]);
    expect(await found(long)).toEqual([]);
  });
});
