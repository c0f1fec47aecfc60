import * as z from 'zod';
import { contract } from './contract.ts';
import { bilingual, list, moment, patience, skipped, word } from './parts.ts';
import { domainSummarySchema } from './read-dmarc-report.ts';

/** What may be asked of an audit. */
export const auditSendersRequestSchema = z.object({
  /** Identities to audit; all when absent. */
  identities: z.array(z.string().min(1).max(320)).max(100).optional(),
  /** Name servers to ask, `address` or `address:port`. */
  dns: z.array(z.string().min(1).max(60)).max(3).optional(),
  patience,
});

/** A record to publish. */
const record = z.object({
  name: z.string(),
  type: z.enum(['TXT', 'CNAME', 'MX']),
  /** As one text: a TXT value unsplit, an MX as `10 host`. */
  value: z.string(),
  /** Other TXT values at the same name that must stay, each a text or the strings it is made of. */
  keep: list(z.union([z.string(), list(z.string())])).optional(),
  /** The record the value is an edited form of, as published now. */
  replaces: z.string().optional(),
});

const finding = z.object({
  id: word,
  severity: word,
  title: bilingual,
  effect: bilingual,
  todo: bilingual,
  source: z.string(),
  records: list(record),
  subject: z.string(),
  /** What to do as one short order. */
  act: bilingual.optional(),
  /** It rests on hearsay: shown on request only. */
  rumour: z.boolean().optional(),
  /** Set when mail that SES sends does not meet it. */
  spares: word.optional(),
});

/** The result for one identity. */
export const auditSchema = z.object({
  identity: z.string(),
  domain: z.string(),
  /** What mail from SES gets at a receiver. */
  verdict: z
    .object({
      spf: z.object({ result: word, aligned: word }),
      dkim: z.object({ result: word }),
      dmarc: z.object({ result: word, policy: word.optional() }),
      mailFrom: z.string().optional(),
    })
    .optional(),
  /** What to do, most urgent first. */
  findings: list(finding),
  checklist: list(
    z.object({
      id: word,
      receiver: z.string(),
      rule: bilingual,
      since: z.string(),
      source: z.string(),
      state: word,
      rumour: z.boolean().optional(),
    }),
  ),
  summary: bilingual,
  spfTree: list(z.string()),
  spfLookups: z.number(),
  dmarcWalk: list(z.string()),
});

/** The result of a run. */
export const auditSendersAnswerSchema = z.object({
  at: moment,
  audits: list(auditSchema),
  changes: list(z.object({ identity: z.string(), appeared: list(z.string()), resolved: list(z.string()) })),
  /** Identities that could not be audited, and why. */
  failed: list(z.object({ identity: z.string(), message: z.string(), text: bilingual.optional() })),
  /** Who sends as each domain that has reports on record. */
  reports: list(domainSummarySchema),
  /** Set when time was up, or SES throttled: the next run goes on after this identity. */
  continuesAfter: z.string().optional(),
  /** Whether SES refused calls for their rate: the identities not audited are left to the next run. */
  throttled: z.literal(true).optional(),
  /** How many of the audits were cut down to what is urgent. */
  abridged: z.number().optional(),
});

/** Asks for what is stored of the last audits, and audits nothing. */
export const lastAuditsRequestSchema = z.strictObject({ last: z.literal(true) });

/** One thing to do or to know, and the identities that it is about. */
const task = finding.extend({
  identities: list(z.string()),
  /** How the first of them stands because of it, as a part of a sentence. */
  now: bilingual.optional(),
  /** Each record with its lines for a zone file. */
  records: list(record.extend({ lines: list(z.string()) })),
});

/** The first of some, and how many there are. */
const ranked = z.object({ count: z.number(), items: list(task) });

/** What the last audits found, worked out for a page; reads only. */
export const lastAuditsAnswerSchema = z.object({
  /** Identities that were audited, those with most urgent things to do first. */
  senders: list(
    z.object({
      identity: z.string(),
      domain: z.string(),
      /** When it was audited last. */
      at: moment,
      /** `pass`, `unaligned`, `fail`, `none`, `unknown`, …; of MAIL FROM `own`, `default`, `refused`. */
      marks: z.object({ spf: word, dkim: word, mailFrom: word, dmarc: word }),
      /** What its DMARC record asks of receivers. */
      policy: word.optional(),
      summary: bilingual,
    }),
  ),
  /** Identities of which no audit is stored. */
  unaudited: list(z.string()),
  /** Identities whose stored audit this version cannot read. */
  unreadable: list(z.string()),
  /** What to mend, most urgent first. */
  urgent: ranked,
  /** What could not be looked up. */
  unknown: ranked,
  /** What is worth doing. */
  advice: ranked,
});

/** See {@link lastAuditsAnswerSchema}. */
export type LastAuditsAnswer = z.infer<typeof lastAuditsAnswerSchema>;

/** What the last audits found, as it is stored: asks SES for the identities' names alone, and writes nothing. */
export const lastAuditsContract = contract('audit-senders', lastAuditsRequestSchema, lastAuditsAnswerSchema);

/** See {@link auditSendersAnswerSchema}. */
export type AuditSendersAnswer = z.infer<typeof auditSendersAnswerSchema>;

/**
 * Audits the sending identities' SPF, DKIM, MAIL FROM and DMARC; all of them only while no other run is at work with
 * SES.
 */
export const auditSendersContract = contract(
  'audit-senders',
  auditSendersRequestSchema,
  z.union([skipped, auditSendersAnswerSchema]),
);
