import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventBridgeEvent, rawSqsEvent, snsEvent, sqsEvent } from '../../local/envelopes.ts';
import { useLocalEnvironment, useTable } from '../support/environment.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';

/** Recording is a function of the set of events: not of their order, number, wire format or envelope. */
let table: TestTable;
let handler: (event: unknown) => Promise<unknown>;

beforeAll(async () => {
  table = memoryTable();
  useLocalEnvironment({ DEAD_LETTER_QUEUE_URL: undefined });
  ({ handler } = await import('../../functions/ingest.ts'));
});

afterAll(() => table.stop());

/** One event, before it is written in either wire format. */
interface Happening {
  readonly type: string;
  readonly part: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly recipients: readonly string[];
  readonly messageId: string;
  readonly sentAt: string;
}

/** Few people, moments and mails, so that events meet on keys and days; several spellings of one person. */
const person = fc.constantFrom(
  ...['haru@ezweb.ne.jp', 'Haru@EZWEB.ne.jp', 'ｈａｒｕ@ezweb.ne.jp.', 'natsu..x.@docomo.ne.jp'],
  ...['"natsu..x."@docomo.ne.jp', 'aki@softbank.ne.jp', 'fuyu@example.jp'],
);
const people = fc.array(person, { minLength: 1, maxLength: 3 });
const moment = fc.constantFrom('2026-11-20T00:00:00.000Z', '2026-11-20T23:59:59.999Z', '2026-11-21T00:00:00');

const KINDS = [
  'Bounce',
  'Complaint',
  'Delivery',
  'DeliveryDelay',
  'Open',
  'Click',
  'Send',
  'Postponed',
] as const;

const happening = fc
  .record({
    // Deliveries meet on their day's key: they are drawn more often.
    kind: fc.constantFrom(...KINDS, 'Delivery' as const, 'Delivery' as const, 'Open' as const),
    recipients: people,
    at: moment,
    sentAt: moment,
    text: fc.string({ maxLength: 8 }),
    named: fc.boolean(),
  })
  .map(({ kind, ...rest }) => ({ type: kind, ...rest }));

/** Ids make an event itself: two different events never share one. */
function happenings(
  seeds: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[],
): Happening[] {
  return seeds.map(({ type, recipients, at, sentAt, text, named }, index) => {
    const common = { timestamp: at };
    const each = recipients.map((emailAddress) => ({ emailAddress, diagnosticCode: text, status: '5.0.0' }));
    const feedback = { ...common, feedbackId: `feedback-${index}` };
    const bodies: Readonly<Record<(typeof KINDS)[number], [string, Record<string, unknown>]>> = {
      Bounce: ['bounce', { ...feedback, bounceType: 'Permanent', bouncedRecipients: each, novelty: text }],
      Complaint: ['complaint', { ...feedback, ...(named && { complainedRecipients: each }) }],
      Delivery: ['delivery', { ...common, recipients, smtpResponse: `250 ${text}` }],
      DeliveryDelay: ['deliveryDelay', { ...common, delayedRecipients: each, delayType: 'General' }],
      Open: ['open', common],
      Click: ['click', common],
      Send: ['send', {}],
      Postponed: ['postponed', { ...common, reason: text }],
    };
    const [part, body] = bodies[type];
    return { type, part, body, recipients, messageId: `message-${index}`, sentAt };
  });
}

/** The event in one wire format; a kind that notifications do not have is published all the same. */
function written(event: Happening, published: boolean): string {
  const mail = { timestamp: event.sentAt, messageId: event.messageId, source: 'order@shop.example' };
  return JSON.stringify({
    [published ? 'eventType' : 'notificationType']: event.type,
    [event.part]: event.body,
    mail: published
      ? { ...mail, destination: event.recipients, tags: { 'ses:operation': ['SendEmail'] } }
      : { ...mail, sourceIp: '203.0.113.10', destination: event.recipients },
  });
}

const ENVELOPES: readonly ((messages: readonly string[]) => unknown)[] = [
  (messages) => snsEvent(messages),
  (messages) => sqsEvent(messages),
  (messages) => rawSqsEvent(messages),
  (messages) => rawSqsEvent(messages.map((message) => JSON.stringify(eventBridgeEvent(message)))),
  (messages) => messages,
];

/** How the events of a list arrive: which, how written, in what envelopes. */
interface Arrival {
  readonly order: readonly { readonly index: number; readonly published: boolean }[];
  readonly batches: readonly { readonly size: number; readonly envelope: number }[];
}

const arrival = (count: number): fc.Arbitrary<Arrival> => {
  const one = (index: number) => fc.record({ index: fc.constant(index), published: fc.boolean() });
  const all = Array.from({ length: count }, (_, index) => index);
  return fc.record({
    // Every event at least once, any of them up to three more times, shuffled.
    order: fc
      .tuple(fc.tuple(...all.map(one)), fc.array(fc.nat(count - 1).chain(one), { maxLength: count * 3 }))
      .chain(([once, again]) => {
        const records = [...once, ...again];
        return fc.shuffledSubarray(records, { minLength: records.length, maxLength: records.length });
      }),
    batches: fc.array(
      fc.record({ size: fc.integer({ min: 1, max: 12 }), envelope: fc.nat(ENVELOPES.length - 1) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  });
};

const history = fc
  .array(happening, { minLength: 1, maxLength: 24, size: 'max' })
  .map(happenings)
  .chain((events) => fc.record({ events: fc.constant(events), arrival: arrival(events.length) }));

async function recorded(deliver: () => Promise<void>): Promise<unknown[]> {
  await useTable(table);
  await deliver();
  return table.scan();
}

it('any order, repetition, wire format, envelope and batching of the same events leave the same table', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ events, arrival: { order, batches } }) => {
      const plainly = await recorded(async () => {
        for (const event of events) await handler(snsEvent(written(event, true)));
      });
      const wildly = await recorded(async () => {
        const pending = [...order];
        for (let turn = 0; pending.length > 0; turn += 1) {
          const { size, envelope } = batches[turn % batches.length] ?? { size: 1, envelope: 0 };
          const messages = pending
            .splice(0, size)
            .flatMap(({ index, published }) =>
              events.slice(index, index + 1).map((each) => written(each, published)),
            );
          await handler(ENVELOPES[envelope]?.(messages));
        }
      });
      expect(wildly).toEqual(plainly);
    }),
    { numRuns: 40 },
  );
});
