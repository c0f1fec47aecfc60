import { createHash } from 'node:crypto';
import * as z from 'zod';
import { OUTCOMES } from '../cases/records.ts';

/** What is told to people and systems, as it is kept until it is told, and as it stands in the events. */

/** Missed mails that a notice names at most: the newest. */
export const MAXIMUM_MAILS = 50;

const moment = z.iso.datetime().describe('ISO 8601, UTC');
const monthOfTokyo = z.string().describe('A month of Japan’s calendar: 2026-10.');
const count = z.int().min(0);
/** What a month is summed up in. */
const figures = {
  missed: count.describe('Mails that SES did not send because of its list.'),
  returned: count.describe('Mails that came back for good.'),
  complaints: count,
  removed: count.describe('Addresses that were taken off the list.'),
  putBack: count.describe('Addresses that a complaint put back.'),
  reached: count.describe('Releases after which mail was accepted.'),
  days: count.describe('For how many days, all together, their mail had been stopped.'),
};
const common = {
  id: z
    .string()
    .describe(
      'Names the notice: the same whenever it is told again, since it is told at least once, not exactly once.',
    ),
  at: moment,
};

/** What each notice about an address says of it. */
const ofAddress = {
  ...common,
  address: z.string().optional().describe('Absent where only counts may be told.'),
  carrier: z.string().optional(),
  rule: z.string().describe('The rule of the policy that decided.'),
};
const diagnosis = {
  reason: z.string().describe('Why mail was refused, in Sisimai’s words.'),
  confidence: z.string().describe('certain, likely or ambiguous'),
  diagnosisRule: z.string().describe('What the reason was read from; says as well whether it is a guess.'),
};
const listing = {
  listedAt: moment.describe('When SES made the entry.'),
  listedReason: z.string().describe('BOUNCE or COMPLAINT'),
};

/** Every kind of notice, by its name in the table. */
export const NOTICES = {
  /** A month that is over. */
  month: z
    .object({
      kind: z.literal('month'),
      ...common,
      month: monthOfTokyo,
      ...figures,
      before: z
        .object({ month: monthOfTokyo, ...figures })
        .optional()
        .describe('The month before; absent where the two cannot be compared.'),
      recordedFrom: moment
        .optional()
        .describe('Records from before this may be missing: the month is not on record as a whole.'),
      incomplete: z.literal(true).optional().describe('Not all could be read in time.'),
    })
    .describe('A month is over: what happened in it, as `todoku report` tells it.'),
  /** A new entry of the list, as it was first judged. */
  suppressed: z
    .object({ kind: z.literal('suppressed'), ...ofAddress, ...diagnosis, ...listing })
    .describe('SES put an address on its suppression list: it drops all mail to it from now on.'),
  /** A removal that waits for an operator. */
  proposed: z
    .object({
      kind: z.literal('proposed'),
      ...ofAddress,
      ...diagnosis,
      ...listing,
      proposalId: z.string().describe('For `todoku approve` and `todoku reject`.'),
    })
    .describe('A removal was proposed, and waits for an operator.'),
  /** An entry that was taken off the list. */
  released: z
    .object({
      kind: z.literal('released'),
      ...ofAddress,
      ...diagnosis,
      ...listing,
      by: z.string().describe('cleanup, or the operator; "operator" where only counts may be told.'),
      missed: z
        .object({
          count: z.int().min(0).describe('Mails on record that SES did not send because of the entry.'),
          mails: z
            .array(z.object({ messageId: z.string(), sentAt: moment }))
            .max(MAXIMUM_MAILS)
            .readonly()
            .optional()
            .describe('SES’s message ids and when the shop sent them, newest first: to be sent again.'),
          more: z.literal(true).optional().describe('There are more of them than are named or on record.'),
        })
        .optional()
        .describe('Absent where nobody could read it.'),
    })
    .describe('An address was taken off the suppression list: the next mail to it will be tried.'),
  /** What became of a release. */
  outcome: z
    .object({
      kind: z.literal('outcome'),
      ...ofAddress,
      releasedAt: moment,
      outcome: z.enum(OUTCOMES).describe('What became of the address since.'),
    })
    .describe('What became of an earlier release is known.'),
  /** A release that a complaint undid. */
  'put-back': z
    .object({
      kind: z.literal('put-back'),
      ...ofAddress,
      refused: z.boolean().describe('SES refused to list the address again: an operator has to do it.'),
    })
    .describe('A complaint came to light after a release, and the address went back onto the list.'),
  /** What changed at a sender. */
  sender: z
    .object({
      kind: z.literal('sender'),
      ...common,
      identity: z.string(),
      appeared: z.array(z.string()).readonly().describe('Findings that were not there at the audit before.'),
      resolved: z.array(z.string()).readonly(),
    })
    .describe('The audit of a sending identity found something new, or something is mended.'),
  /** A limit that began to hold a run back. */
  limit: z
    .object({
      kind: z.literal('limit'),
      ...common,
      limit: z.string(),
      because: z.object({ ja: z.string(), en: z.string() }),
    })
    .describe(
      'A run removed less than the policy allows, for a reason that did not hold for the run before.',
    ),
} as const;

/** The name of a kind of notice. */
export type NoticeKind = keyof typeof NOTICES;

/** See {@link NOTICES}. */
export const noticeSchema = z.discriminatedUnion('kind', [
  NOTICES.month,
  NOTICES.suppressed,
  NOTICES.proposed,
  NOTICES.released,
  NOTICES.outcome,
  NOTICES['put-back'],
  NOTICES.sender,
  NOTICES.limit,
]);

/** Something to tell. */
export type Notice = Readonly<z.infer<typeof noticeSchema>>;

/** A notice of one kind. */
export type NoticeOf<Kind extends NoticeKind> = Extract<Notice, { kind: Kind }>;

/** The mails that a customer missed, as a release tells of them. */
export type MissedInNotice = NonNullable<NoticeOf<'released'>['missed']>;

/** The id of a notice, from what it is about: names no person, and is the same whenever the same thing is told. */
export function noticeId(...about: readonly string[]): string {
  return createHash('sha256').update(about.join('\n')).digest('hex').slice(0, 24);
}

/** A notice without what names a person: neither address nor mail nor operator. */
export function withoutPeople(notice: Notice): Notice {
  if (notice.kind === 'sender' || notice.kind === 'limit' || notice.kind === 'month') return notice;
  const { address: _address, ...rest } = notice;
  if (rest.kind !== 'released') return rest;
  const { mails: _mails, ...missed } = rest.missed ?? { count: 0 };
  return { ...rest, by: rest.by === 'cleanup' ? rest.by : 'operator', ...(rest.missed && { missed }) };
}
