import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReply } from '../../lib/classification/read-reply.ts';
import type { RepliesAnswer } from '../../lib/contracts/replies.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { replies } from '../../lib/operations/replies.ts';
import { putFacts } from '../../lib/store/facts.ts';
import type { KeyedItem } from '../../lib/store/items.ts';
import { VERSION } from '../../lib/version.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { memoryTable } from '../support/memory-table.ts';
import { tableThat } from '../support/table.ts';

let system: LocalSystem;

beforeAll(async () => {
  system = await startLocalSystem({ start: '2026-10-31T12:00:00Z', table: memoryTable() });
});
afterAll(() => system.stop());

/** A text of an invented server that no rule reads; the assertion below keeps it so. */
const STRANGE = (person: string, queue: string) => `smtp; 550 <${person}> zorble frobnicated (${queue})`;

let made = 0;
function bounce(address: string, at: string, diagnosticCode?: string, more: Partial<Fact> = {}): Fact {
  made += 1;
  return {
    address,
    kind: 'bounce',
    at,
    id: `feedback-${made}`,
    messageId: `message-${made}`,
    sentAt: at,
    bounceType: 'Permanent',
    bounceSubType: 'General',
    status: '5.0.0',
    ...(diagnosticCode !== undefined && { diagnosticCode }),
    ...more,
  };
}

const ask = (request: unknown = {}) => system.invoke<RepliesAnswer>('replies', request);

describe('the replies without a rule', () => {
  it('are none where nothing bounced', async () => {
    expect(await ask()).toEqual({
      version: VERSION,
      days: 90,
      bounces: 0,
      known: 0,
      withoutText: 0,
      texts: 0,
      otherReplies: 0,
      replies: [],
    });
  });

  it('are grouped by carrier and words, counted, and dated', async () => {
    await putFacts(system.store, [
      bounce(
        'hanako@docomo.ne.jp',
        '2026-09-01T01:00:00.000Z',
        STRANGE('hanako@docomo.ne.jp', 'A1b2C3d4E5f6'),
      ),
      bounce(
        'hanako@docomo.ne.jp',
        '2026-10-02T01:00:00.000Z',
        STRANGE('hanako@docomo.ne.jp', 'Z9y8X7w6V5u4'),
        {
          status: '5.3.0',
        },
      ),
      bounce('taro@docomo.ne.jp', '2026-10-01T01:00:00.000Z', STRANGE('taro@docomo.ne.jp', 'Q9q8Q7q6Q5q4')),
      // The same words at another carrier, words of a carrier's own rule, words of anyone's, and no words.
      bounce(
        'hanako@softbank.ne.jp',
        '2026-10-03T01:00:00.000Z',
        STRANGE('x@softbank.ne.jp', 'A1b2C3d4E5f6'),
      ),
      bounce('hanako@ezweb.ne.jp', '2026-10-03T01:00:00.000Z', 'smtp; 550 : User unknown'),
      bounce('jiro@docomo.ne.jp', '2026-10-03T01:00:00.000Z', undefined),
      // Neither a carrier's nor a mail that was sent.
      bounce(
        'someone@kaisha.example',
        '2026-10-03T01:00:00.000Z',
        STRANGE('y@kaisha.example', 'A1b2C3d4E5f6'),
      ),
      bounce('jiro@docomo.ne.jp', '2026-10-04T01:00:00.000Z', 'smtp; 550 Amazon SES did not send', {
        bounceSubType: 'OnAccountSuppressionList',
      }),
    ]);
    const answer = await ask();
    expect(answer).toMatchObject({ bounces: 6, known: 1, withoutText: 1, texts: 2, otherReplies: 0 });
    expect(answer.replies).toMatchObject([
      {
        carrier: 'docomo',
        text: 'smtp; 550 <address> zorble frobnicated (<id>)',
        count: 3,
        recipients: 2,
        recipientsCapped: false,
        first: '2026-09-01T01:00:00.000Z',
        last: '2026-10-02T01:00:00.000Z',
        status: '5.3.0',
      },
      { carrier: 'softbank', count: 1 },
    ]);
    for (const reply of answer.replies) expect(JSON.stringify(reply)).not.toMatch(/hanako|taro/);
  });

  it('reach back as far as asked', async () => {
    expect((await ask({ days: 35 })).replies[0]).toMatchObject({ carrier: 'docomo', count: 2 });
    expect((await ask({ days: 1 })).replies).toEqual([]);
    await expect(ask({ days: 0 })).rejects.toThrow(/days/);
  });

  it('include what only a rule for any server reads, under that rule’s name', async () => {
    const text = 'smtp; 550 5.1.1 The email account that you tried to reach does not exist';
    const reading = readReply({
      recipient: 'a@rakuten.jp',
      at: '2026-10-05T00:00:00.000Z',
      diagnosticCode: text,
    });
    await putFacts(system.store, [bounce('hanako@rakuten.jp', '2026-10-05T01:00:00.000Z', text)]);
    const found = (await ask()).replies.find((reply) => reply.carrier === 'rakuten');
    if (/^(?:general|status|code)\//.test(reading.rule)) expect(found?.rule).toBe(reading.rule);
    else expect(found).toBeUndefined();
  });

  it('stay bounded, whatever comes: texts beyond a thousand and recipients beyond two hundred are only counted', async () => {
    const words = (index: number) =>
      `zorble ${[...String(index)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`;
    const facts = [
      ...Array.from({ length: 1_100 }, (_, index) =>
        bounce(`p${index}@docomo.ne.jp`, '2026-10-30T01:00:00.000Z', `smtp; 550 ${words(index)}`),
      ),
      ...Array.from({ length: 300 }, (_, index) =>
        bounce(`q${index}@docomo.ne.jp`, '2026-10-31T01:00:00.000Z', 'smtp; 550 zorble everyone'),
      ),
    ];
    const store = tableThat({
      // All of a day stand in the first shard of its index.
      pages: async function* (query): AsyncGenerator<KeyedItem[], undefined> {
        const [, day = '', shard] = String(query.ExpressionAttributeValues?.[':day']).split('#');
        if (shard === '0') yield facts.filter((fact) => fact.at.startsWith(day)).map(itemOf);
      },
    });
    const now = () => new Date('2026-10-31T12:00:00.000Z');
    const answer = await replies({ days: 2, limit: 10 }, { store, now });
    expect(answer).toMatchObject({ bounces: 1_400, texts: 1_000, otherReplies: 101 });
    expect(answer.replies).toHaveLength(10);
    expect(answer.replies[0]).toMatchObject({
      text: 'smtp; 550 zorble everyone',
      count: 300,
      recipients: 200,
      recipientsCapped: true,
    });
  });
});

function itemOf(fact: Fact): KeyedItem {
  return { pk: '', sk: '', ...fact };
}
