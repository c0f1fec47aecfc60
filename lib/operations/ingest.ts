import type { DeadLetters } from '../dead-letters/queue.ts';
import type { EnvelopeRecord } from '../events/envelope.ts';
import { readMessage } from '../events/read-message.ts';
import { inParallel } from '../in-parallel.ts';
import type { Fact } from '../mails/fact.ts';
import { isPastRetention, writeFacts } from '../store/facts.ts';
import type { ForgetKey, KeyLoss } from '../store/forgetting.ts';
import { takeBackForgotten } from '../store/forgotten.ts';
import type { Table } from '../store/table.ts';

/** What ingest works with. */
export interface IngestTools {
  readonly store: Table;
  /** Where unreadable messages go; without it they are failures, and the platform's dead-letter queue gets them. */
  readonly deadLetters?: DeadLetters;
  /** Told of each message that was not read, with the reason. */
  readonly onRejected?: (record: EnvelopeRecord, reason: string) => void;
  /** The key by which people who were forgotten are known again; absent: nobody was. */
  readonly forgetKey?: ForgetKey;
  /** Told that somebody was forgotten and nobody can tell who: what is recorded may be of them. */
  readonly onForgetKeyLost?: (loss: KeyLoss) => void;
  /** Whether no time is left to begin a further write; what is not written then is a failure. Absent: there is time. */
  readonly timeIsUp?: () => boolean;
  /** Told of the facts of a batch once all are written; must not throw, as the events are safe already. */
  readonly onStored?: (facts: readonly Fact[]) => Promise<void>;
}

/** What became of the messages of one invocation. */
export interface IngestReport {
  /** Facts written, but for those of `expired`. */
  readonly stored: number;
  /**
   * Facts whose event is older than facts are kept: written for 60 days, in which a walk copies those that explain an
   * entry. Absent: none.
   */
  readonly expired?: number;
  /** Facts of mails to people who were forgotten since: not kept. Absent: none. */
  readonly forgotten?: number;
  /** Messages by SES event type, recorded or acknowledged. */
  readonly eventTypes: Readonly<Record<string, number>>;
  /** Of those the messages that were read and of which no fact is kept, such as `Reject`. */
  readonly notKept: Readonly<Record<string, number>>;
  /** Why messages were not read: no SES event, kept as a dead letter; or received mail, kept nowhere. */
  readonly rejected: readonly string[];
  /** Messages that are neither stored nor kept: they must be delivered again. */
  readonly failures: readonly IngestFailure[];
}

/** A message that is neither stored nor kept, and why. */
export interface IngestFailure {
  readonly record: EnvelopeRecord;
  /** The mails it tells of, by SES's message id; none when it could not be read. */
  readonly messageIds: readonly string[];
  readonly error: Error;
}

/** Dead letters handed over at once. */
const LETTERS_AT_ONCE = 10;

/** A message that was read, with its facts. */
interface ReadRecord {
  readonly eventType: string;
  readonly record: EnvelopeRecord;
  readonly facts: readonly Fact[];
}

/**
 * Records the facts of a batch of messages. One bad message never stops another: what is unreadable is kept as a
 * dead letter, what could not be written is reported as a failure of just those records.
 */
export async function ingest(records: readonly EnvelopeRecord[], tools: IngestTools): Promise<IngestReport> {
  // A map: an event type is a stranger's text, and `constructor` is one too.
  const eventTypes = new Map<string, number>();
  const notKept = new Map<string, number>();
  const rejected: string[] = [];
  const failures: IngestFailure[] = [];
  const readable: ReadRecord[] = [];
  const unread: { readonly record: EnvelopeRecord; readonly reason: string; readonly isKept: boolean }[] = [];

  for (const record of records) {
    const message = readMessage(record.body);
    if (message.outcome === 'refused' || message.outcome === 'rejected') {
      unread.push({ record, reason: message.reason, isKept: message.outcome === 'rejected' });
      continue;
    }
    const { eventType } = message;
    if (message.outcome === 'facts') readable.push({ record, eventType, facts: message.facts });
    else for (const counts of [eventTypes, notKept]) count(counts, eventType);
  }
  const lost = new Map<EnvelopeRecord, Error>();
  const toKeep = unread.filter(({ isKept }) => isKept);
  await inParallel(toKeep, LETTERS_AT_ONCE, async ({ record, reason }) => {
    const error = await keepRejected(record, reason, tools.deadLetters);
    if (error !== undefined) lost.set(record, error);
  });
  for (const { record, reason } of unread) {
    const error = lost.get(record);
    if (error !== undefined) failures.push({ record, messageIds: [], error });
    else {
      rejected.push(reason);
      tools.onRejected?.(record, reason);
    }
  }

  const written = await storeFacts(readable, tools, failures);
  const { stored, forgotten } = await withoutForgotten(written, readable, tools, failures);
  if (stored.length > 0 && failures.length === 0) await tools.onStored?.(stored);
  const failed = new Set(failures.map(({ record }) => record));
  for (const { record, eventType } of readable) if (!failed.has(record)) count(eventTypes, eventType);
  const expired = stored.filter((fact) => isPastRetention(fact, tools.store)).length;
  return {
    stored: stored.length - expired,
    ...(expired > 0 && { expired }),
    ...(forgotten > 0 && { forgotten }),
    eventTypes: Object.fromEntries(eventTypes),
    notKept: Object.fromEntries(notKept),
    rejected,
    failures,
  };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Writes all facts, and returns those of the messages that are wholly written; the others are failures. */
async function storeFacts(
  readable: readonly ReadRecord[],
  { store, timeIsUp }: IngestTools,
  failures: IngestFailure[],
): Promise<readonly Fact[]> {
  const { unwritten } = await writeFacts(
    store,
    readable.flatMap(({ facts }) => facts),
    timeIsUp,
  );
  return readable.flatMap(({ record, facts }) => {
    const [error] = facts.flatMap((fact) => unwritten.get(fact) ?? []);
    if (error === undefined) return facts;
    failures.push(failureOf(record, facts, error));
    return [];
  });
}

/**
 * Takes back what is of people who were forgotten after it happened. Where nobody can be asked about that, the messages are
 * failures and come again: they are on record, and recording them anew leaves the same.
 */
async function withoutForgotten(
  written: readonly Fact[],
  readable: readonly ReadRecord[],
  { store, forgetKey, onForgetKeyLost }: IngestTools,
  failures: IngestFailure[],
): Promise<{ readonly stored: readonly Fact[]; readonly forgotten: number }> {
  if (forgetKey === undefined) return { stored: written, forgotten: 0 };
  try {
    const { takenBack, lost } = await takeBackForgotten(store, forgetKey, written);
    if (lost !== undefined) onForgetKeyLost?.(lost);
    return { stored: written.filter((fact) => !takenBack.has(fact)), forgotten: takenBack.size };
  } catch (error) {
    const failed = new Set(failures.map(({ record }) => record));
    for (const { record, facts } of readable) {
      if (!failed.has(record)) failures.push(failureOf(record, facts, error));
    }
    return { stored: [], forgotten: 0 };
  }
}

function failureOf(record: EnvelopeRecord, facts: readonly Fact[], error: unknown): IngestFailure {
  const messageIds = [...new Set(facts.map(({ messageId }) => messageId))];
  return { record, messageIds, error: error instanceof Error ? error : new Error(String(error)) };
}

async function keepRejected(
  record: EnvelopeRecord,
  reason: string,
  deadLetters: DeadLetters | undefined,
): Promise<Error | undefined> {
  if (deadLetters === undefined) return new UnreadableMessageError(reason);
  try {
    await deadLetters.keep(
      typeof record.body === 'string' ? record.body : JSON.stringify(record.body),
      reason,
    );
    return undefined;
  } catch (error) {
    return new UnreadableMessageError(reason, { cause: error });
  }
}

/** Thrown for a message that is no SES event, when it could not be kept as a dead letter: the platform keeps it. */
export class UnreadableMessageError extends Error {
  override readonly name = 'UnreadableMessageError';
}
