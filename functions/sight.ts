import { now } from '../lib/clock.ts';
import { sqsLetterQueue } from '../lib/dead-letters/queue.ts';
import type { Reading, Sight } from '../lib/policy/guards.ts';
import { errorName } from '../lib/refusal.ts';
import { readTraffic } from '../lib/suppression/traffic.ts';
import { cloudWatch, sqs } from './clients.ts';
import { environment } from './environment.ts';
import type { Log } from './log.ts';

/**
 * Whether what SES tells still reaches todoku: one call of SQS and one of CloudWatch. Never throws: what could not be
 * read is answered, and logged, as that.
 */
export async function eventSight(log: Log): Promise<Sight> {
  const { DEAD_LETTER_QUEUE_URL: queue, EVENT_TOPIC_NAME: topic } = environment();
  const [deadLetters, traffic] = await Promise.all([
    queue && reading(async () => (await sqsLetterQueue(sqs(), queue).counts()).waiting),
    topic && reading(() => readTraffic(cloudWatch(), topic, now())),
  ]);
  for (const [what, read] of Object.entries({ deadLetters, traffic })) {
    if (read && read.state === 'unreadable') log.warn('sight not read', { what, why: read.why });
  }
  return { ...(deadLetters && { deadLetters }), ...(traffic && { traffic }) };
}

async function reading<Value>(read: () => Promise<Value>): Promise<Reading<Value>> {
  try {
    return { state: 'read', value: await read() };
  } catch (error) {
    return { state: 'unreadable', why: errorName(error) };
  }
}
