import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { dynamo, sqs, store } from '../../functions/clients.ts';
import { environment } from '../../functions/environment.ts';
import { handler } from '../../functions/ingest.ts';
import { forgetAll, once } from '../../functions/once.ts';
import { DEFAULT_RETENTION, type Item } from '../../lib/store/items.ts';
import { openTable } from '../../lib/store/table.ts';
import { eventBridgeEvent, rawSqsEvent, snsEvent, sqsEvent } from '../../local/envelopes.ts';
import { type Random, seeded } from '../../local/random.ts';
import { memoryTable } from '../../tests/support/memory-table.ts';
import { type Published, type Story, tellStory } from './story.ts';
import { Killed, type Weather, weather } from './weather.ts';

/**
 * Plays a story through the function that Lambda runs, in bad weather: every message comes at least once, in any order
 * and envelope, and again until it is acknowledged, as SNS, SQS and Lambda deliver.
 */

/** What was told, what is on record, and what is among the dead letters. */
export interface Played {
  readonly story: Story;
  readonly items: readonly Item[];
  readonly letters: readonly string[];
  readonly deliveries: number;
  readonly faults: Weather['counts'];
}

/** When a story ends. */
const END = Date.parse('2026-10-01T00:00:00.000Z');

/** Plays one seed. */
export async function play(seed: number, recipientEvents: number): Promise<Played> {
  const random = seeded(seed);
  const story = tellStory(random, recipientEvents, END);
  const table = memoryTable();
  const letters: string[] = [];
  const sky = weather(random, 0.4);
  const queue = letterQueue(letters);
  sky.over(table.client);
  sky.over(queue);
  const deliveries = await deliver(story.messages, random, sky, () => freshContainer(table, queue));
  const items = await table.scan();
  return { story, items, letters, deliveries, faults: sky.counts };
}

/** A new execution environment of Lambda: nothing is remembered, and its clients lead to this table and queue. */
function freshContainer(table: ReturnType<typeof memoryTable>, queue: unknown): void {
  forgetAll();
  Object.assign(process.env, {
    TABLE_NAME: table.tableName,
    DEAD_LETTER_QUEUE_URL: 'queue',
    LOG_LEVEL: 'SILENT',
  });
  const { client, tableName } = table;
  const retention = { ...DEFAULT_RETENTION, factDays: environment().FACT_RETENTION_DAYS };
  once(dynamo, () => client);
  once(store, () =>
    openTable({ client, tableName, retention, now: () => new Date(END), sleep: async () => {} }),
  );
  once(sqs, () => queue as SQSClient);
}

/** The most copies of one message that the platform makes of its own. */
const COPIES = 3;
/** Deliveries of one message after which something is wrong with the bench itself. */
const TOO_OFTEN = 200;

/** Hands over every message until each copy is acknowledged. @returns how many invocations that took. */
async function deliver(
  messages: readonly Published[],
  random: Random,
  sky: Weather,
  newContainer: () => void,
): Promise<number> {
  const waiting = shuffled(
    random,
    messages.flatMap((message) =>
      Array.from({ length: random.chance(0.2) ? 1 + random.below(COPIES) : 1 }, () => message),
    ),
  );
  const most = TOO_OFTEN * waiting.length;
  let deliveries = 0;
  newContainer();
  // From the end: what comes back goes somewhere before it, as a queue keeps no order.
  const comeBack = (returned: readonly Published[]) => {
    for (const message of returned) waiting.splice(random.below(waiting.length + 1), 0, message);
  };
  while (waiting.length > 0) {
    deliveries += 1;
    if (deliveries > most)
      throw new Error(`messages come back for ever: ${waiting.length} of ${messages.length}`);
    const batch = waiting.splice(-(random.chance(0.5) ? 1 : 1 + random.below(10)));
    try {
      const failed = await sky.invocation(() => invoked(batch, random));
      // A batch that was done may come once more all the same.
      comeBack(random.chance(0.02) ? batch : failed);
    } catch (error) {
      comeBack(batch);
      if (error instanceof Killed) newContainer();
    }
  }
  return deliveries;
}

/** One invocation. @returns the messages that the function gave back; throws when it failed as a whole. */
async function invoked(batch: readonly Published[], random: Random): Promise<readonly Published[]> {
  const texts = batch.map(({ text }) => text);
  // Sometimes there is no time left to begin a write.
  const left = random.chance(0.03) ? 5_000 : 25_000;
  const context = { awsRequestId: random.hex(32), getRemainingTimeInMillis: () => left } as Context;
  const [first] = texts;
  if (batch.length === 1 && first !== undefined && random.chance(0.5)) {
    const isEvent = first.startsWith('{"eventType":') && first.endsWith('}');
    await handler(isEvent && random.chance(0.3) ? eventBridgeEvent(first) : snsEvent(first), context);
    return [];
  }
  const event = random.chance(0.5) ? sqsEvent(texts) : rawSqsEvent(texts);
  const answer = (await handler(event, context)) as { batchItemFailures: { itemIdentifier: string }[] };
  const ids = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return batch.filter((_, index) => ids.has(event.Records[index]?.messageId ?? ''));
}

function shuffled<T>(random: Random, from: readonly T[]): T[] {
  const all = [...from];
  for (let index = all.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1);
    [all[index], all[other]] = [all[other] as T, all[index] as T];
  }
  return all;
}

/** The dead-letter queue: a client of SQS that takes letters. */
function letterQueue(letters: string[]) {
  type Call = (args: { readonly input: Readonly<Record<string, unknown>> }) => Promise<unknown>;
  let call: Call = async ({ input }) => {
    letters.push(String(input.MessageBody));
    return { MessageId: `${letters.length}` };
  };
  return {
    middlewareStack: {
      add: (middleware: (next: Call) => Call) => {
        call = middleware(call);
      },
    },
    send: ({ input }: { readonly input: Readonly<Record<string, unknown>> }) => call({ input }),
  };
}
