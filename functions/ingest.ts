import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { now } from '../lib/clock.ts';
import { sqsDeadLetters } from '../lib/dead-letters/queue.ts';
import { openEnvelope } from '../lib/events/envelope.ts';
import { isKnownEventType } from '../lib/events/read-message.ts';
import type { Fact } from '../lib/mails/fact.ts';
import { type IngestReport, ingest, UnreadableMessageError } from '../lib/operations/ingest.ts';
import { noteDeliveries } from '../lib/store/delivery-months.ts';
import { withVersion } from './answer.ts';
import { logger, metrics, type Runtime, requestHandler, runtime } from './runtime.ts';

/** Thrown when messages of a delivery could not be stored: it must be repeated, and in the end kept, by the platform. */
export class IngestError extends AggregateError {
  override readonly name = 'IngestError';
}

/** What an invocation by hand is answered. */
export type IngestSummary = Omit<IngestReport, 'failures'>;

let sqs: SQSClient | undefined;

/**
 * Records SES events delivered by SNS, by SNS through SQS, or by EventBridge.
 *
 * Through SQS the failed records alone are reported (partial batch response); otherwise the invocation fails as a
 * whole after storing what it could, and is repeated: recording is idempotent.
 */
export async function handler(event: unknown): Promise<SQSBatchResponse | IngestSummary> {
  const { store, environment } = runtime();
  const queue = environment.DEAD_LETTER_QUEUE_URL;
  sqs ??= queue ? new SQSClient({ requestHandler }) : undefined;
  const { transport, records } = openEnvelope(event);
  const report = await ingest(records, {
    store,
    ...(sqs && queue && { deadLetters: sqsDeadLetters(sqs, queue) }),
    onStored: noteRecording,
  });

  for (const [eventType, count] of Object.entries(report.eventTypes)) {
    metrics
      .singleMetric()
      .addDimension('eventType', isKnownEventType(eventType) ? eventType : 'unknown')
      .addMetric('eventsRead', MetricUnit.Count, count);
  }
  metrics.addMetric('eventsRejected', MetricUnit.Count, report.rejected.length);
  metrics.addMetric('eventsFailed', MetricUnit.Count, report.failures.length);
  metrics.publishStoredMetrics();
  for (const reason of report.rejected) logger.warn('message not read', { reason });
  for (const { error } of report.failures) {
    // The reason an unreadable message has holds no words of the message.
    const reason = error instanceof UnreadableMessageError ? { reason: error.message } : {};
    logger.error('message not stored', { errorName: error.name, ...reason });
  }

  if (transport === 'sqs') {
    return {
      batchItemFailures: report.failures.flatMap(({ record }) =>
        record.sqsMessageId === undefined ? [] : [{ itemIdentifier: record.sqsMessageId }],
      ),
    };
  }
  if (report.failures.length > 0) {
    const errors = report.failures.map(({ error }) => error);
    throw new IngestError(errors, errors.map((error) => `${error.name}: ${error.message}`).join('; '));
  }
  const { failures: _none, ...summary } = report;
  return withVersion(summary);
}

/** What this container has noted, by runtime. */
const noted = new WeakMap<Runtime, Set<string>>();

/** Notes that deliveries are being recorded; what could not be noted is noted with the next delivery. */
async function noteRecording(facts: readonly Fact[]): Promise<void> {
  const of = runtime();
  const months = noted.get(of) ?? new Set();
  noted.set(of, months);
  const { FACT_RETENTION_DAYS: retentionDays } = of.environment;
  try {
    await noteDeliveries(of.store, facts, { noted: months, now: now(), retentionDays });
  } catch (error) {
    logger.warn('recording not noted', { errorName: error instanceof Error ? error.name : 'unknown' });
  }
}
