import { jsonIn } from '../text.ts';
import { isEmptyEvent, openEnvelope } from './envelope.ts';
import { readMessage } from './read-message.ts';

/**
 * The messages in a file that somebody saved: SES's events, one or many JSON documents after each other, as they are or
 * inside what AWS wraps around them: an event of Lambda's (SNS, SQS, EventBridge), Lambda's record for an on-failure
 * destination, the answer of SQS's ReceiveMessage.
 */

/** Where something stands in a file. */
export interface Place {
  /** Line on which its document begins, or on which the fault is; from 1. */
  readonly line: number;
  /** The way to it inside its document, such as `Records[2]`; empty for the document itself. */
  readonly path: string;
}

/** A message, and where it stands. */
interface SavedMessage {
  /** Text or a parsed object, as ingest takes it. */
  readonly body: unknown;
  readonly place: Place;
}

/** What keeps a file from being recorded. */
export interface SavedFault {
  readonly place: Place;
  /** `no-json`: it is no JSON document. `no-event`: it is none of SES's events about mail that was sent. */
  readonly kind: 'no-json' | 'no-event';
  /** Why it is no event; absent for what is no JSON. */
  readonly reason?: string;
}

/** A file as it was read. */
export interface SavedMessages {
  readonly messages: readonly SavedMessage[];
  /** With a fault in it, the file is not to be recorded. */
  readonly faults: readonly SavedFault[];
}

/** Reads the text of a file. Never throws. */
export function savedMessages(text: string): SavedMessages {
  const messages: SavedMessage[] = [];
  for (const { from, to } of documentsIn(text)) {
    const document = text.slice(from, to);
    const line = lineAt(text, from);
    try {
      messages.push(...opened(JSON.parse(document), { line, path: '' }));
    } catch (error) {
      // V8 says where; not for a text that ends too early.
      const at = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? 0;
      return {
        messages,
        faults: [{ place: { line: lineAt(text, from + Number(at)), path: '' }, kind: 'no-json' }],
      };
    }
  }
  const faults = messages.flatMap(({ body, place }): readonly SavedFault[] => {
    const read = readMessage(body);
    return 'reason' in read ? [{ place, kind: 'no-event', reason: read.reason }] : [];
  });
  return { messages, faults };
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

const SPACE = /\s/;

/**
 * Where each document of a text begins and ends: at brackets that close, and, outside of brackets, at the end of a text
 * in quotes or of the line. Whether it is JSON is for others to say.
 */
function* documentsIn(text: string): Generator<{ readonly from: number; readonly to: number }> {
  let from = -1;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (from < 0 && !SPACE.test(letter)) from = at;
    if (from < 0) continue;
    if (isQuoted && letter === '\\') {
      at += 1;
      continue;
    }
    if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (letter === '{' || letter === '[')) depth += 1;
    else if (!isQuoted && (letter === '}' || letter === ']')) depth -= 1;
    const isBare = depth === 0 && !isQuoted && !'"}]'.includes(letter);
    if (depth <= 0 && !isQuoted && (!isBare || letter === '\n')) {
      yield { from, to: at + 1 };
      from = -1;
      depth = 0;
    }
  }
  if (from >= 0) yield { from, to: text.length };
}

/** The messages of a value, whatever it is wrapped in. */
function opened(value: unknown, place: Place): readonly SavedMessage[] {
  if (isEmptyEvent(value)) return [];
  const inside = wrappedIn(value);
  if (inside === undefined) return [{ body: value, place }];
  return inside.flatMap(({ value: each, step }) =>
    opened(wrappingIn(each) ?? each, {
      ...place,
      path: [place.path, step].filter((word) => word !== '').join('.'),
    }),
  );
}

/** What a wrapping holds, with the way to each; undefined for what is none, such as an event. */
function wrappedIn(
  value: unknown,
): readonly { readonly value: unknown; readonly step: string }[] | undefined {
  if (Array.isArray(value)) return value.map((each, index) => ({ value: each, step: `[${index}]` }));
  if (typeof value !== 'object' || value === null) return undefined;
  if ('requestPayload' in value) return [{ value: value.requestPayload, step: 'requestPayload' }];
  if ('Messages' in value && Array.isArray(value.Messages)) {
    return value.Messages.map((each, index) => ({
      value: Object(each).Body ?? each,
      step: `Messages[${index}]`,
    }));
  }
  if (!('Records' in value) || !Array.isArray(value.Records)) return undefined;
  return openEnvelope(value).records.map(({ body }, index) => ({ value: body, step: `Records[${index}]` }));
}

/** A text that is a wrapping itself, such as a queue's message that holds a record of Lambda's; else undefined. */
function wrappingIn(value: unknown): unknown {
  const parsed = typeof value === 'string' ? jsonIn(value) : undefined;
  return parsed === undefined || wrappedIn(parsed) === undefined ? undefined : parsed;
}
