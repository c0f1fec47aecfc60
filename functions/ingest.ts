import type { Context, SQSBatchResponse } from 'aws-lambda';
import { sqsDeadLetters } from '../lib/dead-letters/queue.ts';
import { isEmptyEvent, openEnvelope } from '../lib/events/envelope.ts';
import { isKnownEventType } from '../lib/events/read-message.ts';
import { countedAs } from '../lib/events/recorded.ts';
import { type IngestReport, ingest, UnreadableMessageError } from '../lib/operations/ingest.ts';
import { Refusal } from '../lib/refusal.ts';
import type { Bilingual } from '../lib/text.ts';
import { forgetKey, sqs, store } from './clients.ts';
import { environment } from './environment.ts';
import { guarded, invocationOf, withVersion } from './invocation.ts';
import type { Log } from './log.ts';
import { noteRecording } from './recording.ts';

/** Thrown when messages of a delivery could not be stored: it must be repeated, and in the end kept, by the platform. */
class IngestError extends Error {
  override readonly name = 'IngestError';
}

/** Thrown for an invocation that carries no message: nothing is stored or kept, and whoever asked learns of it. */
class EmptyEventError extends Refusal {
  override readonly name = 'EmptyEventError';
  override readonly code = 'empty-event';
}

/** Time kept back for writes under way and the answer, milliseconds. */
const RESERVE = 10_000;

/** What an invocation by hand is answered. */
export type IngestSummary = Omit<IngestReport, 'failures'>;

async function handle(event: unknown, context?: Context): Promise<SQSBatchResponse | IngestSummary> {
  if (isEmptyEvent(event)) throw new EmptyEventError(EMPTY);
  const { log, timeIsUp } = invocationOf(context);
  const queue = environment().DEAD_LETTER_QUEUE_URL;
  const { transport, records } = openEnvelope(event);
  const report = await ingest(records, {
    store: store(),
    ...(queue && { deadLetters: sqsDeadLetters(sqs(), queue) }),
    forgetKey: forgetKey(),
    onForgetKeyLost: (loss) => {
      log.error('the key of forgotten addresses is lost', { loss });
      log.count({ ForgetKeyLost: 1 });
    },
    timeIsUp: () => timeIsUp(RESERVE),
    onRejected: ({ deliveryId }, reason) => log.warn('message not read', { deliveryId, reason }),
    onStored: (facts) => noteRecording(facts, log),
  });
  tell(report, log);

  if (transport === 'sqs') {
    return {
      batchItemFailures: report.failures.flatMap(({ record }) =>
        record.sqsMessageId === undefined ? [] : [{ itemIdentifier: record.sqsMessageId }],
      ),
    };
  }
  if (report.failures.length > 0) {
    throw new IngestError(report.failures.map(({ error }) => `${error.name}: ${error.message}`).join('; '));
  }
  const { failures: _none, ...summary } = report;
  return withVersion(summary);
}

/**
 * Records SES events delivered by SNS, by SNS through SQS, or by EventBridge.
 *
 * Through SQS the failed records alone are reported (partial batch response); otherwise the invocation fails as a
 * whole after storing what it could, and is repeated: recording is idempotent.
 */
export const handler = guarded(handle);

const EMPTY: Bilingual = {
  ja: 'イベントの内容が空のため、何も記録していません。SESのイベントを渡してください（未処理メッセージを戻すには todoku dead-letters replay を使ってください）。',
  en: 'the event is empty: nothing was recorded. Hand over an event of SES (to put dead letters back, use todoku dead-letters replay)',
};

/** Counts what was recorded or acknowledged, by type of event; logs what could not be stored. */
function tell({ eventTypes, expired = 0, rejected, failures }: IngestReport, log: Log): void {
  const read = new Map<string, number>();
  for (const [eventType, count] of Object.entries(eventTypes)) {
    const name = countedAs(isKnownEventType(eventType) ? eventType : 'unknown');
    read.set(name, (read.get(name) ?? 0) + count);
  }
  log.count({
    ...Object.fromEntries(read),
    ...(expired > 0 && { factsExpired: expired }),
    eventsRejected: rejected.length,
    eventsFailed: failures.length,
  });
  for (const { record, messageIds, error } of failures) {
    // The reason an unreadable message has holds no words of the message.
    const reason = error instanceof UnreadableMessageError ? { reason: error.message } : {};
    const { deliveryId } = record;
    log.error('message not stored', { deliveryId, messageIds, errorName: error.name, ...reason });
  }
}
