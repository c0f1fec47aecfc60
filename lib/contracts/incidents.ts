import * as z from 'zod';
import { contract } from './contract.ts';
import { bilingual, list, moment, word } from './parts.ts';

/** How an incident is named: the day and hour of its beginning, and a hash of its cause. */
export const incidentIdSchema = z
  .string()
  .trim()
  .regex(/^\d{8}-\d{2}-[0-9a-f]{6}$/);

/** What may be asked of mass events: those of the last days, or one. */
export const incidentsRequestSchema = z.union([
  z.strictObject({
    id: incidentIdSchema,
    /** Addresses in full. */
    full: z.boolean().default(false),
  }),
  z.strictObject({
    /** Days back from today, today included. */
    days: z.int().min(1).max(730).default(7),
  }),
]);

/** See {@link incidentsRequestSchema}. */
export type IncidentsRequest = z.infer<typeof incidentsRequestSchema>;

/** What names an incident beside its id. */
const named = {
  kind: word,
  receiverName: bilingual,
  /** The kind in words. */
  what: bilingual,
  /** First and last refusal. */
  from: moment,
  until: moment,
  /** Distinct addresses. */
  recipients: z.number(),
};

/** An incident as a look-up names it; without an id where it began too long ago to be looked for. */
export const incidentView = z.object({ id: z.string().optional(), ...named });

/** See {@link incidentView}. */
export type IncidentView = z.infer<typeof incidentView>;

const shown = z.object({
  id: z.string(),
  ...named,
  /** A carrier's or web mail service's id, a domain, or `several`. */
  receiver: z.string(),
  /** Domain of the sender, where each sender has an incident of its own. */
  sender: z.string().optional(),
  /** Further refusals may still belong to it. */
  goesOn: z.literal(true).optional(),
  /** Mails: one for each address of a message. Of them returned, and put off. */
  mails: z.number(),
  returned: z.number(),
  deferred: z.number(),
  /** More than could be told apart: the counts are at least so many. */
  atLeast: z.literal(true).optional(),
  /** Mails by the hour, oldest first. */
  hours: list(z.object({ at: moment, mails: z.number() })),
  /** The largest first; without a domain where no event names one. */
  senders: list(z.object({ domain: z.string().optional(), recipients: z.number(), mails: z.number() })),
  /** What was said, without anything that names a person or a mail; the most frequent first. */
  replies: list(z.object({ text: z.string(), mails: z.number() })),
  /** Block lists that the replies name, and where an address is taken off each. */
  lists: list(z.object({ name: z.string(), removal: z.string() })),
  /** What to do. */
  remedy: bilingual,
});

/** An incident as it is answered. */
export type ShownIncident = z.infer<typeof shown>;

const listed = z.object({
  days: z.number(),
  /** The latest first. */
  incidents: list(shown),
  /** Earlier ones that are left out. */
  more: z.number().optional(),
  /** Not all days could be read in time: the latest are missing. */
  incomplete: z.literal(true).optional(),
});

const one = z.object({
  incident: shown.extend({
    /** Masked, unless they were asked for in full. */
    addresses: list(z.string()),
  }),
});

/** The incidents of some days. */
export type IncidentList = z.infer<typeof listed>;

/** One incident with its addresses. */
export type OneIncident = z.infer<typeof one>;

/** What the function answers, by what was asked. */
export type IncidentsAnswer = IncidentList | OneIncident;

/** Mass events of the last days; changes nothing. */
export const listIncidentsContract = contract('incidents', incidentsRequestSchema, listed);

/** One mass event; changes nothing. */
export const showIncidentContract = contract('incidents', incidentsRequestSchema, one);

/** All that the function takes. */
export const incidentsContract = contract('incidents', incidentsRequestSchema, z.union([listed, one]));
