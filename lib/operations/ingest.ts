import type { DeadLetters } from '../dead-letters/queue.ts';
import type { EnvelopeRecord } from '../events/envelope.ts';
import { readMessage } from '../events/read-message.ts';
import type { Fact } from '../mails/fact.ts';
import { UnwrittenItemsError } from '../store/errors.ts';
import { isPastRetention, putFacts } from '../store/facts.ts';
import type { Table } from '../store/table.ts';

/** What ingest works with. */
export interface IngestTools {
  readonly store: Table;
  /** Where unreadable messages go; without it they are failures, and the platform's dead-letter queue gets them. */
  readonly deadLetters?: DeadLetters;
  /** Told of each message that was not read, with the reason. */
  readonly onRejected?: (record: EnvelopeRecord, reason: string) => void;
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
  /** Messages by SES event type, read or acknowledged. */
  readonly eventTypes: Readonly<Record<string, number>>;
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

/** A message that was read, with its facts. */
interface ReadRecord {
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
  const rejected: string[] = [];
  const failures: IngestFailure[] = [];
  const readable: ReadRecord[] = [];

  for (const record of records) {
    const message = readMessage(record.body);
    if (message.outcome === 'refused') {
      rejected.push(message.reason);
      tools.onRejected?.(record, message.reason);
      continue;
    }
    if (message.outcome === 'rejected') {
      const error = await keepRejected(record, message.reason, tools.deadLetters);
      if (error === undefined) {
        rejected.push(message.reason);
        tools.onRejected?.(record, message.reason);
      } else failures.push({ record, messageIds: [], error });
      continue;
    }
    eventTypes.set(message.eventType, (eventTypes.get(message.eventType) ?? 0) + 1);
    if (message.outcome === 'facts') readable.push({ record, facts: message.facts });
  }

  const stored = await storeFacts(readable, tools.store, failures);
  if (stored.length > 0 && failures.length === 0) await tools.onStored?.(stored);
  const expired = stored.filter((fact) => isPastRetention(fact, tools.store)).length;
  return {
    stored: stored.length - expired,
    ...(expired > 0 && { expired }),
    eventTypes: Object.fromEntries(eventTypes),
    rejected,
    failures,
  };
}

/**
 * Writes all facts in one go, and returns those that are written. Only a refusal of the data itself is looked into record by record, to learn whose it
 * is: when DynamoDB is slow or away, asking again for each record would only use up the invocation's time.
 */
async function storeFacts(
  readable: readonly ReadRecord[],
  store: Table,
  failures: IngestFailure[],
): Promise<readonly Fact[]> {
  const all = readable.flatMap(({ facts }) => facts);
  if (all.length === 0) return [];
  try {
    await putFacts(store, all);
    return all;
  } catch (error) {
    if (readable.length === 1 || !isRefusal(error)) {
      failures.push(...readable.map((read) => failureOf(read, error)));
      return [];
    }
  }
  const stored: Fact[] = [];
  for (const read of readable) {
    try {
      await putFacts(store, read.facts);
      stored.push(...read.facts);
    } catch (error) {
      failures.push(failureOf(read, error));
    }
  }
  return stored;
}

function failureOf({ record, facts }: ReadRecord, error: unknown): IngestFailure {
  const messageIds = [...new Set(facts.map(({ messageId }) => messageId))];
  return { record, messageIds, error: asError(error) };
}

/** Whether DynamoDB, or its client before asking, refused an item for what it is. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof UnwrittenItemsError) return false;
  // The SDK marks what went over the line, answered or not, with $metadata.
  return error.name === 'ValidationException' || !('$metadata' in error);
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

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
