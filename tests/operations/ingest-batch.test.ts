import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EnvelopeRecord } from '../../lib/events/envelope.ts';
import { readMessage } from '../../lib/events/read-message.ts';
import { isComplaint } from '../../lib/mails/nature.ts';
import { ingest } from '../../lib/operations/ingest.ts';
import { complaintKey, factKey, type Key } from '../../lib/store/keys.ts';
import { openTable } from '../../lib/store/table.ts';
import { memoryTable } from '../support/memory-table.ts';

/** Batches as SQS hands them over, on a clock that only the calls move: how fast this machine is does not matter. */

/** How long a call of DynamoDB takes, milliseconds. */
const CALL = 150;

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-24T00:00:00Z') }));
afterEach(() => void vi.useRealTimers());

/** A table whose calls take their time, and fail where they are told to, by their number. */
async function slowTable(fails: (call: number) => Error | undefined = () => undefined) {
  const table = memoryTable();
  await table.fresh();
  let calls = 0;
  table.client.middlewareStack.add(
    (next) => async (args) => {
      const error = fails(calls++);
      await new Promise((resolve) => setTimeout(resolve, CALL));
      if (error !== undefined) throw error;
      return next(args);
    },
    {},
  );
  const now = () => new Date();
  return {
    table,
    store: openTable({ client: table.client, tableName: table.tableName, now }),
    count: () => calls,
  };
}

type Kind = 'bounce' | 'complaint' | 'delivery';

/** A message to so many recipients, one event each. */
function messageOf(kind: Kind, index: number, recipients: number): EnvelopeRecord {
  const at = '2026-11-23T00:00:00.000Z';
  const addresses = Array.from({ length: recipients }, (_, each) => `${kind}${index}-${each}@ezweb.ne.jp`);
  const listed = addresses.map((emailAddress) => ({ emailAddress }));
  const body = {
    bounce: {
      feedbackId: `b${index}`,
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: listed,
    },
    complaint: { feedbackId: `c${index}`, complaintFeedbackType: 'abuse', complainedRecipients: listed },
    delivery: { recipients: addresses, smtpResponse: '250 ok' },
  }[kind];
  const eventType = `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  const mail = { timestamp: at, messageId: `m-${kind}-${index}`, destination: addresses };
  return {
    body: JSON.stringify({ eventType, [kind]: { timestamp: at, ...body }, mail }),
    deliveryId: `${index}`,
  };
}

const batchOf = (kinds: readonly Kind[], messages = 100, recipients = 50) =>
  Array.from({ length: messages }, (_, index) =>
    messageOf(kinds[index % kinds.length] as Kind, index, recipients),
  );

/** The keys under which a message's facts stand. */
function keysOf({ body }: EnvelopeRecord): Key[] {
  const message = readMessage(body);
  if (message.outcome !== 'facts') throw new Error('unread');
  return message.facts.flatMap((fact) => [factKey(fact), ...(isComplaint(fact) ? [complaintKey(fact)] : [])]);
}

const keyText = ({ pk, sk }: { pk?: unknown; sk?: unknown }) => `${pk} ${sk}`;

/** What `work` gives, and how long it took on the clock, milliseconds. */
async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; took: number }> {
  const start = Date.now();
  const done = work().then((result) => ({ result, took: Date.now() - start }));
  await vi.runAllTimersAsync();
  return done;
}

describe('a batch of 100 messages with 50 recipients each, a call of DynamoDB taking 150 ms', () => {
  it.each<[string, Kind[]]>([
    ['bounces', ['bounce']],
    ['complaints', ['complaint']],
    ['deliveries', ['delivery']],
    ['all kinds', ['bounce', 'complaint', 'delivery']],
  ])('is stored in less than ten seconds: %s', async (_name, kinds) => {
    const { table, store } = await slowTable();
    const { result, took } = await timed(() => ingest(batchOf(kinds), { store }));
    expect(took).toBeLessThan(10_000);
    expect(result).toMatchObject({ stored: 5_000, failures: [] });
    const stored = (await table.scan()).filter(({ sk }) => !String(sk).startsWith('COMPLAINT#'));
    expect(stored).toHaveLength(5_000);
  });
});

describe('what a batch answers', () => {
  const throttled = () =>
    Object.assign(new Error('slow down'), {
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 400 },
    });
  const refused = () => Object.assign(new Error('no'), { name: 'ValidationException', $metadata: {} });

  it('is right whatever fails, and whenever time runs out: what is not reported is wholly on record', async () => {
    const fault = fc.constantFrom(refused, throttled, refused);
    const faults = fc.dictionary(fc.nat(40).map(String), fault, { maxKeys: 3 });
    const time = fc.option(
      fc.integer({ min: 0, max: 12 }).map((calls) => calls * CALL),
      { nil: undefined },
    );
    let partial = 0;
    await fc.assert(
      fc.asyncProperty(faults, time, async (given, until) => {
        const { table, store } = await slowTable((call) => given[call]?.());
        const records = batchOf(['bounce', 'delivery', 'complaint'], 12, 20);
        const start = Date.now();
        const timeIsUp = () => until !== undefined && Date.now() - start >= until;
        const { result } = await timed(() => ingest(records, { store, timeIsUp }));
        const reported = new Set(result.failures.map(({ record }) => record));
        const missing = async (of: readonly EnvelopeRecord[]) => {
          const stored = new Set((await table.scan()).map(keyText));
          return of.flatMap(keysOf).filter((key) => !stored.has(keyText(key)));
        };
        expect(await missing(records.filter((record) => !reported.has(record)))).toEqual([]);
        if (reported.size > 0 && reported.size < records.length) partial += 1;
        // Delivered again, everything is there.
        for (const call of Object.keys(given)) delete given[call];
        await timed(() => ingest([...reported], { store }));
        expect(await missing(records)).toEqual([]);
      }),
      { numRuns: 40 },
    );
    // Not every failure takes the whole batch along.
    expect(partial).toBeGreaterThan(5);
  });
});
