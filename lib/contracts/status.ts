import * as z from 'zod';
import { runSchema } from './cleanup.ts';
import { contract } from './contract.ts';
import { list, moment, unreadable, word } from './parts.ts';

/** The schedules whose runs may be so rare that a heartbeat tells of one that does not come. */
export const HEARTBEATS = ['cleanup', 'audit'] as const;

/** What may be asked of a deployment's state. */
export const statusRequestSchema = z.strictObject({
  /** Runs to show, newest first. */
  runs: z.int().min(1).max(50).default(5),
  /** Of which schedules the alarms are to hear how late the next run is: a schedule of the stack's own asks so. */
  heartbeat: z.array(z.enum(HEARTBEATS)).default([]),
});

/** Who stopped all removals, when, and why. */
export const stopSchema = z.object({ by: z.string(), at: moment, reason: z.string() });

/** How a deployment stands. */
export const statusAnswerSchema = z.object({
  /** The moment of the answer, by the stack's clock; absent where the stack is of an older version. */
  at: moment.optional(),
  /** What the scheduled cleanup does. */
  mode: word,
  /** ARN of the topic that SES is to publish its events to; absent where the stack is of an older version. */
  eventTopic: word.optional(),
  /** Which deliveries are recorded, `carriers` or `all`; absent where the stack is of an older version. */
  deliveries: word.optional(),
  /** Finished runs, newest first; a run that died leaves none. */
  runs: list(runSchema),
  /**
   * When the next run is due at the latest, by the schedule and the last run; whether the schedule is switched on is not
   * known here. Absent: not known, and in older answers.
   */
  nextDue: moment.optional(),
  /** Proposals that wait for an operator; `more` says that there are more than counted. */
  waiting: z.object({ count: z.number(), more: z.boolean() }),
  /** Notices that wait to be told to people or systems, and since when the oldest does; absent: none waits. */
  notices: z.object({ count: z.number(), more: z.boolean(), since: moment }).optional(),
  /** Last bounce or complaint that was recorded; absent when there was none since `lookedBackTo`. */
  lastEventAt: moment.optional(),
  lookedBackTo: moment,
  /** Entries the last full walk saw on SES's list. */
  listed: z.number().optional(),
  /** Set while an operator has stopped all removals. */
  stopped: stopSchema.optional(),
  /** Complaints that came to light after a removal, whose address SES refused to list again. */
  putBacksRefused: list(z.object({ address: z.string(), at: moment })).optional(),
  /** How people stand who were forgotten; absent: there are none. `missing`, `changed`: the key is lost. */
  forgotten: z.object({ forgettings: z.number(), key: word }).optional(),
  /** Items of the table that this version cannot read: left alone, and skipped. */
  unreadable: unreadable.optional(),
  /** A walk over the list that is not finished: entries seen so far. */
  walk: z.object({ startedAt: moment, seen: z.number() }).optional(),
});

/** See {@link statusAnswerSchema}. */
export type StatusAnswer = z.infer<typeof statusAnswerSchema>;

/** How a deployment stands; changes nothing. */
export const statusContract = contract('status', statusRequestSchema, statusAnswerSchema);
