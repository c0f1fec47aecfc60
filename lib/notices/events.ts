import * as z from 'zod';
import { OUTCOMES } from '../cases/records.ts';
import type { Digest } from './digest.ts';
import { NOTICES, type Notice, type NoticeKind } from './notice.ts';
import type { NoticeSetting } from './setting.ts';

/** What other systems hear: events of EventBridge, each notice one, and each digest one. Pure. */

/** `source` of every event. */
const SOURCE = 'todoku';

/** Grows when a field changes its meaning or goes; a new field is no new version. */
const SCHEMA = 1;

/** `detail-type` of each. */
export const DETAIL_TYPES: Readonly<Record<NoticeKind | 'digest', string>> = {
  month: 'Month Reported',
  suppressed: 'Address Suppressed',
  proposed: 'Removal Proposed',
  released: 'Address Released',
  outcome: 'Release Outcome Known',
  'put-back': 'Address Put Back',
  sender: 'Sender Changed',
  limit: 'Run Limited',
  digest: 'Digest Made',
};

const count = z.int().min(0);
const ofEvent = {
  schema: z.literal(SCHEMA).describe('Version of this form.'),
  stage: z.string().describe('The deployment, such as prod.'),
};

const digestSchema = z
  .object({
    ...ofEvent,
    id: NOTICES.sender.shape.id,
    from: z.iso.datetime(),
    until: z.iso.datetime(),
    counts: z.object({
      months: count.describe('Months whose report is in it.'),
      suppressed: count,
      proposed: count,
      waiting: count.describe('Proposals that wait at this moment.'),
      released: count,
      missedMails: count,
      outcomes: z.partialRecord(z.enum(OUTCOMES), count),
      putBack: count,
      putBackRefused: count,
      senders: count,
      limits: count,
    }),
    subject: z.string(),
    text: z.string().describe('Markdown for a chat, with the signs escaped that Slack and Teams act on.'),
    commands: z.array(z.string()),
  })
  .describe('What a run or several found, in counts and in words.');

/** The `detail` of each kind of event, as schemas. */
export const EVENT_SCHEMAS: Readonly<Record<NoticeKind | 'digest', z.ZodObject>> = {
  month: detailSchema(NOTICES.month),
  suppressed: detailSchema(NOTICES.suppressed),
  proposed: detailSchema(NOTICES.proposed),
  released: detailSchema(NOTICES.released),
  outcome: detailSchema(NOTICES.outcome),
  'put-back': detailSchema(NOTICES['put-back']),
  sender: detailSchema(NOTICES.sender),
  limit: detailSchema(NOTICES.limit),
  digest: digestSchema,
};

function detailSchema(notice: z.ZodObject): z.ZodObject {
  const { kind: _kind, ...fields } = notice.shape;
  return z.object({ ...ofEvent, ...fields }).describe(notice.description ?? '');
}

/** An event as PutEvents takes it, but for the bus. */
export interface OutboundEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Whether a notice is an event of its own: of addresses only where they may be told, the others always. */
export function isEvent({ kind }: Notice, setting: NoticeSetting): boolean {
  return setting === 'addresses' || kind === 'sender' || kind === 'limit' || kind === 'month';
}

/** The event of a notice. */
export function eventOf({ kind, ...detail }: Notice, stage: string): OutboundEvent {
  return { source: SOURCE, detailType: DETAIL_TYPES[kind], detail: { schema: SCHEMA, stage, ...detail } };
}

/** The event of a digest. */
export function digestEvent(
  { id, from, until, counts, subject, chat }: Digest,
  stage: string,
): OutboundEvent {
  const { description, nextSteps } = chat.content;
  const told = { subject, text: description, commands: nextSteps.map((step) => step.replaceAll('`', '')) };
  return {
    source: SOURCE,
    detailType: DETAIL_TYPES.digest,
    detail: { schema: SCHEMA, stage, id, from, until, counts, ...told },
  };
}
