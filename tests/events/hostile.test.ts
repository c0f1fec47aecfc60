import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEnvelope } from '../../lib/events/envelope.ts';
import { readMessage } from '../../lib/events/read-message.ts';
import { anyText } from '../support/any-text.ts';
import { bounceText, sampleText } from '../support/events.ts';

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('a body that is no SES event is rejected with a reason a person can read', () => {
  it.each<[string, unknown, RegExp]>([
    ['text', 'hello', /not JSON/],
    ['empty text', '', /not JSON/],
    ['half of an event', bounceText().slice(0, 100), /not JSON/],
    ['a number', '42', /not a JSON object/],
    ['null', 'null', /not a JSON object/],
    ['true', 'true', /not a JSON object/],
    ['a string', '"Bounce"', /not a JSON object/],
    ['an array', '[]', /not a JSON object/],
    ['an array of events', `[${bounceText()}]`, /not a JSON object/],
    ['nothing', undefined, /not a JSON object/],
    ['an empty object', '{}', /mail/],
    [
      'another service’s event',
      '{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{}}}',
      /mail/,
    ],
    [
      'an SNS notification about something else',
      '{"Type":"Notification","Message":"deploy finished"}',
      /not JSON/,
    ],
    [
      'an event without a type',
      bounceText({ event: { notificationType: undefined } }),
      /neither eventType nor/,
    ],
    ['an event with an empty type', bounceText({ event: { notificationType: '' } }), /neither eventType nor/],
    ['a type that is no text', bounceText({ event: { notificationType: 7 } }), /notificationType/],
    ['a bounce without its part', bounceText({ event: { bounce: undefined } }), /bounce/],
    ['a bounce that is text', bounceText({ event: { bounce: 'Permanent' } }), /bounce/],
    ['a bounce that is a list', bounceText({ event: { bounce: [] } }), /bounce/],
    [
      'recipients that are text',
      bounceText({ bounce: { bouncedRecipients: 'a@example.jp' } }),
      /bouncedRecipients/,
    ],
    [
      'recipients that are null',
      bounceText({ bounce: { bouncedRecipients: [null] } }),
      /bouncedRecipients\.0/,
    ],
    [
      'an address that is a number',
      bounceText({ bounce: { bouncedRecipients: [{ emailAddress: 1 }] } }),
      /emailAddress/,
    ],
    [
      'an empty address',
      bounceText({ bounce: { bouncedRecipients: [{ emailAddress: ' ' }] } }),
      /empty recipient/,
    ],
    [
      'a diagnostic that is an object',
      bounceText({ bounce: { bouncedRecipients: [{ emailAddress: 'a@b', diagnosticCode: {} }] } }),
      /diagnosticCode/,
    ],
    ['a mail that is text', bounceText({ event: { mail: 'message-1' } }), /mail/],
    ['a huge address', bounceText({ address: `${'a'.repeat(100_000)}@example.jp` }), /more than 960 bytes/],
    [
      'an address of many bytes',
      bounceText({ address: `${'あ'.repeat(400)}@example.jp` }),
      /more than 960 bytes/,
    ],
    [
      'an address that folds to many bytes',
      bounceText({ address: `${'\ufdfa'.repeat(60)}@example.jp` }),
      /more than 960 bytes/,
    ],
    ['a huge id', bounceText({ feedbackId: 'f'.repeat(401) }), /feedbackId: longer than 400 bytes/],
    [
      'an id of many bytes',
      bounceText({ feedbackId: '届'.repeat(200) }),
      /feedbackId: longer than 400 bytes/,
    ],
    ['an empty id', bounceText({ feedbackId: '' }), /feedbackId/],
    ['a megabyte of garbage', 'x'.repeat(1_000_000), /not JSON/],
    ['a megabyte of brackets', '['.repeat(1_000_000), /not JSON/],
    [
      'a megabyte of wrong recipients',
      bounceText({ bounce: { bouncedRecipients: Array(200_000).fill(1) } }),
      /bouncedRecipients/,
    ],
    ['nesting', nested(100_000), /mail/],
    ['wrapping within wrapping', wrapped(8), /wrapped too deeply/],
    ['a prototype for a part', '{"eventType":"Bounce","__proto__":{"bounce":{}},"mail":{}}', /mail/],
  ])('%s', (_name, body, reason) => {
    const message = readMessage(body);
    expect(message).toMatchObject({ outcome: 'rejected', reason: expect.stringMatching(reason) });
    // It goes into a message attribute and a log.
    expect(JSON.stringify(message).length).toBeLessThan(1_000);
  });

  function wrapped(times: number): string {
    let text = bounceText();
    for (let layer = 0; layer < times; layer += 1)
      text = JSON.stringify({ Type: 'Notification', Message: text });
    return text;
  }
});

describe('an event with traps in it is read all the same', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an integer no double holds', { count: 2 ** 60 }],
    ['a number beyond DynamoDB’s', JSON.parse('{"big":1e300,"small":1e-300,"infinite":1e999}')],
    ['empty names', { part: { '': 1 } }],
    ['a name of Object’s', { part: { constructor: { name: 'Set' } }, constructor: 1, toString: 2 }],
    ['a prototype', JSON.parse('{"part":{"__proto__":{"polluted":true}}}')],
    ['half a surrogate pair', { part: 'a\ud800', 'b\udc00': 1 }],
    ['depth beyond the stack', JSON.parse(nested(100_000))],
  ])('%s', (_name, bounce) => {
    // JSON.stringify itself cannot write the deepest of them, so the event is handed over parsed.
    const event: unknown = JSON.parse(bounceText());
    Object.assign((event as { bounce: object }).bounce, bounce);
    const message = readMessage(event);
    expect(message).toMatchObject({
      outcome: 'facts',
      facts: [{ address: 'sakura@ezweb.ne.jp', status: '5.0.0' }],
    });
    expect({}).not.toHaveProperty('polluted');
  });

  it('long texts are cut, and never through a character', () => {
    const message = readMessage(
      bounceText({
        bounce: {
          bouncedRecipients: [{ emailAddress: 'sakura@ezweb.ne.jp', diagnosticCode: '届😀'.repeat(50_000) }],
        },
      }),
    );
    const diagnostic = message.outcome === 'facts' ? message.facts[0]?.diagnosticCode : undefined;
    expect(diagnostic?.length).toBeLessThanOrEqual(1_000);
    expect(diagnostic?.isWellFormed()).toBe(true);
  });
});

describe('whatever comes', () => {
  const samples = [
    'bounce-two-recipients',
    'complaint-candidates',
    'delivery',
    'complaint-account-suppression',
  ].map((name): unknown => JSON.parse(sampleText(name)));

  /** A sample event with values replaced at random places. */
  const mutated = fc
    .tuple(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(200), fc.jsonValue()), { minLength: 1, maxLength: 4 }),
    )
    .map(([sample, changes]) => {
      const copy: unknown = structuredClone(sample);
      for (const [place, value] of changes) replace(copy, place, value);
      return copy;
    });

  const anything = fc.oneof(
    mutated,
    mutated.map((event) => JSON.stringify(event)),
    mutated.map((event) => ({ Type: 'Notification', Message: JSON.stringify(event) })),
    mutated.map((event) => ({ 'detail-type': 'Email Bounced', detail: event })),
    fc.json(),
    fc.jsonValue(),
    anyText(),
    fc.anything({ withNullPrototype: true, withDate: true, withMap: true, withBigInt: true }),
  );

  it('reading a message never throws, and a rejection has a reason', () => {
    fc.assert(
      fc.property(anything, (body) => {
        const message = readMessage(body);
        if (message.outcome === 'rejected') expect(message.reason).not.toBe('');
        if (message.outcome === 'facts') {
          expect(message.facts.length).toBeGreaterThan(0);
          expect(new Set(message.facts.map((fact) => fact.address)).size).toBe(message.facts.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('opening an envelope never throws and loses no record', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('aws:sns', 'aws:sqs'),
        fc.array(fc.oneof(anything, fc.record({ Sns: anything, messageId: fc.string(), body: anything })), {
          minLength: 1,
        }),
        (source, records) => {
          const first = { EventSource: source, eventSource: source };
          const opened = openEnvelope({ Records: [first, ...records] });
          expect(opened.records).toHaveLength(records.length + 1);
        },
      ),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(anything, (event) => {
        openEnvelope(event);
      }),
    );
  });

  /** Replaces the value at the n-th place of a tree, counted around. */
  function replace(tree: unknown, place: number, value: unknown): void {
    const places: [Record<string, unknown>, string][] = [];
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const key of Object.keys(node)) {
        places.push([node as Record<string, unknown>, key]);
        walk((node as Record<string, unknown>)[key]);
      }
    };
    walk(tree);
    const [parent, key] = places[place % places.length] ?? [];
    if (parent && key !== undefined) parent[key] = value;
  }
});
