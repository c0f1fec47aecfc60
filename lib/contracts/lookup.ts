import * as z from 'zod';
import { contract } from './contract.ts';
import { incidentView } from './incidents.ts';
import { letterRequestSchema, lookupRequestSchema } from './lookup-request.ts';
import { noteAnswer } from './note.ts';
import { bilingual, diagnosis, list, moment, unreadable, verdict, word } from './parts.ts';

/**
 * Where the address stands on the suppression list. `listed` has since, reason, spelling, and whether it `blocks`: the
 * account may not enforce the reason. `unknown` has `why` SES could not be asked, or `because` what is recorded speaks
 * for an entry that nobody can ask for.
 */
export const listingSchema = z.object({
  state: word,
  since: moment.optional(),
  reason: word.optional(),
  spelling: z.string().optional(),
  blocks: z.boolean().optional(),
  why: z.string().optional(),
  because: bilingual.optional(),
  /** When SES last dropped a mail because of an entry that nobody can ask for. */
  droppedAt: moment.optional(),
});

/** Each policy rule in order: whether it matches, what it would say, and which one decides. */
export const explainedRulesSchema = list(
  z.object({
    rule: word,
    action: word,
    matches: z.boolean(),
    decides: z.boolean(),
    because: bilingual,
  }),
);

/** A letter, as it can be sent. */
const letter = z.object({
  provider: word,
  /** A finished text: to paste into a mail. */
  toCustomer: z.object({ subject: z.string(), body: z.string() }),
  /** The same as a text message, to be read aloud, and for a sign-up page. Absent in older answers. */
  forms: z.object({ sms: z.string(), spoken: z.string(), signup: z.string() }).optional(),
  /** What to set before it is sent: the text leaves out what is not known. Absent in older answers. */
  unset: list(bilingual).optional(),
  /** Why it must not be sent to this address by mail. Absent: it may. */
  notByMail: bilingual.optional(),
});

const advice = letter.extend({
  situation: word,
  /** For the support desk only: what is known, what is not, what to do. */
  toDesk: bilingual,
  /** The facts of that note one by one, in the advice's language; `besides` limits both. Absent in older answers. */
  facts: z
    .object({ known: list(z.string()), unknown: list(z.string()), besides: list(z.string()) })
    .optional(),
});

/** The answer as a page shows it: a sign, a sentence, why in one breath, the steps. Absent in older answers. */
const screen = z.object({
  sign: word,
  title: bilingual,
  why: bilingual,
  /** `kind`: `tell` the customer, `do`, or `release` the address, which only an operator does. */
  steps: list(z.object({ kind: word, title: bilingual, text: bilingual })),
});

/** Guesses at what was meant, likeliest first; each may be another customer's, which `warning` says. */
const near = z.object({
  matches: list(
    z.object({
      /** Normalised. */
      address: z.string(),
      /** How it differs from what was typed. */
      slip: word,
      /** What is known of it, and how it differs. */
      text: bilingual,
      caseState: word.optional(),
      /** Absent where it is not on the list, as far as the last walk saw. */
      listedAt: moment.optional(),
      memberSince: moment.optional(),
      /** When the receiving side took mail within the last days. Absent: nothing of those days, or not looked for. */
      deliveredAt: moment.optional(),
    }),
  ),
  /** Matches beyond those, when there are more. */
  more: z.number().optional(),
  /** Not all could be looked up in time. */
  incomplete: z.literal(true).optional(),
  warning: bilingual,
});

/** Why mail to one person did not arrive, and what to tell them. */
export const lookupAnswerSchema = z.object({
  /** Normalised. */
  address: z.string(),
  /** The answer in three lines below 80 columns: where the address stands, why, what to do. Absent in older answers. */
  headline: z.object({ ja: list(z.string()), en: list(z.string()) }).optional(),
  screen: screen.optional(),
  /** The command of the next step, complete but for what says which deployment is meant. Absent: there is none. */
  command: bilingual.optional(),
  /** The same in one paragraph. */
  summary: bilingual,
  listing: listingSchema,
  /** Where nothing is on record: addresses on record that may have been meant. Absent: there is none. */
  near: near.optional(),
  diagnosis,
  /** Absent when the address is not listed, or what may forbid its removal cannot be read. */
  verdict: verdict.optional(),
  /** The mass event that the latest mail, or the entry, goes back to. Absent: none. */
  incident: incidentView.optional(),
  /** Mails that SES accepted and dropped since the address was listed. `atLeast`: only the newest were read. */
  missed: z.object({ count: z.number(), last: moment.optional(), atLeast: z.literal(true).optional() }),
  /** The newest of them, oldest first, to be sent again. Absent in older answers. */
  missedMails: list(z.object({ messageId: z.string(), sentAt: moment })).optional(),
  /** Since when there are records, where the entry is older: what was missed before is not known. */
  recordsBegin: moment.optional(),
  /** What happened, oldest first. */
  timeline: list(
    z.object({
      at: moment,
      /** Kind of fact, `decision`, or `addressInsights`. */
      kind: word,
      text: bilingual,
      /** SES's id of the mail it is about. */
      messageId: z.string().optional(),
      /** What the other side said, as it said it. */
      detail: z.string().optional(),
    }),
  ),
  /** Lines before those, when there are more. */
  earlier: z.number().optional(),
  /**
   * There are more events on record than were read: all complaints were, what lies around the listing, and of the rest
   * the newest.
   */
  more: z.literal(true).optional(),
  /** Items of the address that this version could not read: left out. Where they may decide, there is no verdict. */
  unreadable: unreadable.optional(),
  removals: list(
    z.object({
      at: moment,
      by: z.string(),
      rule: word,
      carrier: word.optional(),
      outcome: word.optional(),
      outcomeAt: moment.optional(),
      relistedAt: moment.optional(),
      /** The rules that an operator overrode. */
      overrides: list(word).optional(),
    }),
  ),
  caseState: word.optional(),
  proposalId: z.string().optional(),
  /** What operators left beside the address, oldest first. Absent: nothing. */
  notes: list(noteAnswer).optional(),
  /** Customer since, when the shop said so. */
  memberSince: moment.optional(),
  /** Their last order or log-in, when the shop said so. */
  lastSeen: moment.optional(),
  advice: z.object({ ja: advice, en: advice }),
  policy: explainedRulesSchema.optional(),
});

/** See {@link lookupAnswerSchema}. */
export type LookupAnswer = z.infer<typeof lookupAnswerSchema>;

/** Why mail to an address did not arrive; changes nothing. */
export const lookupContract = contract('lookup', lookupRequestSchema, lookupAnswerSchema);

/** How mail of the shop is let in at a mail service, in both languages. */
const letterAnswerSchema = z.object({ ja: letter, en: letter });

/** See {@link letterAnswerSchema}. */
export type LetterAnswer = z.infer<typeof letterAnswerSchema>;

/** A letter without an address; changes nothing, asks nobody. */
export const letterContract = contract('lookup', letterRequestSchema, letterAnswerSchema);

/** All that the function takes. */
export const lookupFunctionContract = contract(
  'lookup',
  z.union([letterRequestSchema, lookupRequestSchema]),
  z.union([lookupAnswerSchema, letterAnswerSchema]),
);
