import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../lib/events/read-message.ts';
import { savedMessages } from '../../lib/events/saved-messages.ts';
import { eventBridgeEvent, rawSqsEvent, snsEvent, sqsEvent } from '../../local/envelopes.ts';

const folder = new URL('../../events/event-publishing/', import.meta.url);
const SAMPLES = readdirSync(folder).map((name): unknown =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
);

/** What an operator may have saved of some events, by whatever came with it. */
const WRAPPINGS: Readonly<Record<string, (messages: readonly string[]) => unknown>> = {
  'the events themselves': (messages) => messages.map((each) => JSON.parse(each)),
  'events as texts': (messages) => messages,
  'a Lambda event of SNS': (messages) => snsEvent(messages),
  'a Lambda event of SQS': (messages) => sqsEvent(messages),
  'a Lambda event of SQS with raw delivery': (messages) => rawSqsEvent(messages),
  'events of EventBridge': (messages) => messages.map((each) => eventBridgeEvent(each)),
  'SNS notifications': (messages) => messages.map((Message) => ({ Type: 'Notification', Message })),
  'on-failure records': (messages) =>
    messages.map((each) => ({
      version: '1.0',
      requestContext: { condition: 'RetriesExhausted' },
      requestPayload: snsEvent(each),
      responsePayload: { errorType: 'Error', errorMessage: 'away' },
    })),
  'what SQS answered': (messages) => ({
    Messages: sqsEvent(messages).Records.map(({ body }) => ({
      MessageId: 'm',
      ReceiptHandle: 'h',
      Body: body,
    })),
  }),
  'what SQS answered of dead letters': (messages) => ({
    Messages: messages.map((each) => ({ Body: JSON.stringify({ requestPayload: snsEvent(each) }) })),
  }),
};

/** Ways to write documents after each other; `list`: as one array, too. */
const FORMS: Readonly<Record<string, (documents: readonly unknown[]) => string>> = {
  'one a line': (documents) => documents.map((each) => JSON.stringify(each)).join('\n'),
  'one a line, by Windows': (documents) =>
    `${documents.map((each) => JSON.stringify(each)).join('\r\n')}\r\n`,
  'without a break': (documents) => documents.map((each) => JSON.stringify(each)).join(''),
  pretty: (documents) => documents.map((each) => JSON.stringify(each, null, 2)).join('\n'),
  'pretty, with tabs and empty lines': (documents) =>
    `\n\n${documents.map((each) => JSON.stringify(each, null, '\t')).join('\n\n')}\n`,
  'one list': (documents) => JSON.stringify(documents, null, 1),
};

const factsOf = (bodies: readonly unknown[]) =>
  bodies.map((body) => {
    const read = readMessage(body);
    return read.outcome === 'facts' ? read.facts : read.outcome;
  });

describe('a file of saved events', () => {
  it('says the same, whatever the events came in, and however the documents stand after each other', () => {
    const chunk = fc.record({
      wrapping: fc.constantFrom(...Object.keys(WRAPPINGS)),
      events: fc.array(fc.constantFrom(...SAMPLES), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(chunk, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...Object.keys(FORMS)),
        (chunks, form) => {
          const documents = chunks.map(({ wrapping, events }) =>
            WRAPPINGS[wrapping]?.(events.map((each) => JSON.stringify(each))),
          );
          const { messages, faults } = savedMessages(FORMS[form]?.(documents) ?? '');
          expect(faults).toEqual([]);
          expect(factsOf(messages.map(({ body }) => body))).toEqual(
            factsOf(chunks.flatMap(({ events }) => events)),
          );
        },
      ),
    );
  });

  const event = JSON.stringify(SAMPLES[0]);
  it.each([
    ['a text among the lines', `${event}\nnot an event\n${event}`, 2],
    ['a document that is cut off', `${event}\n{"eventType": "Bou`, 2],
    ['a list that is cut off', `\n[${event},`, 2],
    ['a bracket too many', `${event}\n\n}\n`, 3],
    ['a fault within a pretty document', '{\n  "a": 1,\n  "b": 2 "c": 3\n}', 3],
    ['a quotation mark that nobody closes', `${event}\n"abc`, 2],
    ['a page of HTML', '<!doctype html>\n<p>"a" {b}</p>', 1],
    ['YAML', 'Messages:\n- Body: a\n', 1],
  ])('names the line of %s, and holds no message to be sent', (_, text, line) => {
    expect(savedMessages(text).faults).toEqual([{ place: { line, path: '' }, kind: 'no-json' }]);
  });

  it('names what is no event by its line and its place in the document', () => {
    const document = { Records: [...snsEvent(event).Records, ...snsEvent('{"a":1}').Records] };
    expect(savedMessages(`${event}\n${JSON.stringify(document)}\n5`).faults).toMatchObject([
      { place: { line: 2, path: 'Records[1]' }, kind: 'no-event' },
      { place: { line: 3, path: '' }, kind: 'no-event' },
    ]);
    const letters = { Messages: [{ Body: JSON.stringify({ requestPayload: snsEvent('{}') }) }] };
    expect(savedMessages(JSON.stringify(letters, null, 2)).faults).toMatchObject([
      { place: { line: 1, path: 'Messages[0].requestPayload.Records[0]' } },
    ]);
  });

  it('takes SES’s set-up message for what it is, and received mail for none of ours', () => {
    expect(
      savedMessages('"Successfully validated SNS topic for Amazon SES event publishing."').faults,
    ).toEqual([]);
    expect(savedMessages('{"notificationType":"Received","content":"…"}').faults).toHaveLength(1);
  });

  it.each(['', ' \n\n', '{}', '[]', '{"Records":[]}', '{"Messages":[]}', '[[],[]]'])(
    'holds nothing: %j',
    (text) => {
      expect(savedMessages(text)).toEqual({ messages: [], faults: [] });
    },
  );

  it('never throws, whatever it holds', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      '\n',
      ' ',
      'a',
      '1',
      '"Records"',
      '"Body"',
      event,
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          savedMessages(text);
        },
      ),
    );
    savedMessages('['.repeat(200_000));
    savedMessages(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
  });
});
