import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand } from '@aws-sdk/client-sns';
import * as z from 'zod';
import type { OutboundEvent } from '../lib/notices/events.ts';
import type { Outlets } from '../lib/operations/tell.ts';
import { errorName } from '../lib/refusal.ts';
import { eventBridge, sns } from './clients.ts';
import type { Log } from './log.ts';

/** Entries of one PutEvents (API reference); ten of todoku's are some 100 KB at most, EventBridge allows 256 KB and more. */
const ENTRIES_A_CALL = 10;

const environmentSchema = z.object({
  NOTICE_TOPIC_ARN: z.string().min(1),
  CHAT_TOPIC_ARN: z.string().min(1),
});

/** Mail and chat by SNS, events to the account's default bus. */
export function outlets(log: Log): Outlets {
  const { NOTICE_TOPIC_ARN: mailTopic, CHAT_TOPIC_ARN: chatTopic } = environmentSchema.parse(process.env);
  const publish = async (TopicArn: string, Message: string, Subject?: string) => {
    await sns().send(new PublishCommand({ TopicArn, Message, ...(Subject && { Subject }) }));
  };
  return {
    events: (events) => putEvents(events, log),
    mail: ({ subject, text }) => publish(mailTopic, text, subject),
    chat: ({ chat }) => publish(chatTopic, JSON.stringify(chat)),
  };
}

/** @returns the places of those that were not taken; after a call that failed no further one is made. */
async function putEvents(events: readonly OutboundEvent[], log: Log): Promise<ReadonlySet<number>> {
  const refused = new Set<number>();
  for (let start = 0; start < events.length; start += ENTRIES_A_CALL) {
    const some = events.slice(start, start + ENTRIES_A_CALL);
    try {
      for (const index of await putSome(some)) refused.add(start + index);
    } catch (error) {
      log.warn('events not taken', { errorName: errorName(error) });
      for (let index = start; index < events.length; index += 1) refused.add(index);
      break;
    }
  }
  return refused;
}

async function putSome(events: readonly OutboundEvent[]): Promise<readonly number[]> {
  const answer = await eventBridge().send(
    new PutEventsCommand({
      Entries: events.map(({ source, detailType, detail }) => ({
        Source: source,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
      })),
    }),
  );
  // An answer of 200 may hold entries that were not taken.
  return events.flatMap((_, index) => (answer.Entries?.[index]?.EventId === undefined ? [index] : []));
}
