import * as z from 'zod';
import { contract } from './contract.ts';
import { bilingual, counts, list, word } from './parts.ts';

/** Files of one request at most. */
export const MAXIMUM_FILES = 100;

/** One file of a request. `content`: its bytes, whatever they are, as gzip in base64. */
export const handedFileSchema = z.object({ name: z.string().min(1).max(255), content: z.string() });

/** See {@link handedFileSchema}. */
export type HandedFile = z.infer<typeof handedFileSchema>;

/** Name servers to ask, `address` or `address:port`. */
const dns = z.array(z.string().min(1).max(60)).max(3).optional();

/** Files that an operator hands over, to be stored. */
export const reportFilesRequestSchema = z.object({
  files: z.array(handedFileSchema).min(1).max(MAXIMUM_FILES),
  dns,
});

/** Domains of which an operator wants to see what is stored; `from` a day earlier than usual. */
export const reportDomainsRequestSchema = z.object({
  domains: z.array(z.string().min(1).max(255)).min(1).max(1000),
  from: z.iso.date().optional(),
  dns,
});

/** What S3 tells when SES has put a mail into the bucket. */
export const receivedMailSchema = z.object({
  Records: z.array(
    z.object({
      s3: z.object({
        bucket: z.object({ name: z.string() }),
        object: z.object({ key: z.string(), size: z.number().optional() }),
      }),
    }),
  ),
});

/** One who sends as a domain. */
const source = z.object({
  name: z.string(),
  kind: word,
  addresses: list(z.string()),
  addressCount: z.number(),
  messages: z.number(),
  outcomes: counts,
  firstDay: z.string(),
  lastDay: z.string(),
  /** What its results mean and what to do. */
  explains: bilingual,
});

/** A domain's reports summed up. */
export const domainSummarySchema = z.object({
  domain: z.string(),
  firstDay: z.string(),
  lastDay: z.string(),
  reports: z.number(),
  organizations: list(z.string()),
  messages: z.number(),
  /** Messages that passed DMARC. */
  passing: z.number(),
  days: list(z.object({ day: z.string(), messages: z.number(), passing: z.number() })),
  /** Most failures first. */
  sources: list(source),
  /** How many sources with fewer failures were left out, because the whole would be too long an answer. */
  sourcesLeftOut: z.number().optional(),
  /** Messages of sources beyond those that can be kept apart. */
  messagesUnlisted: z.number().optional(),
  /** Reports whose mail was not signed by the organization they are of: shown, not believed for advice. */
  unverifiedReports: z.number(),
  /** How many of them somebody else signed. */
  foreignReports: z.number().optional(),
});

/** See {@link domainSummarySchema}. */
export type DomainSummary = z.infer<typeof domainSummarySchema>;

/** What became of each file, in the order of the request. */
const imported = z.object({
  results: list(
    z.object({
      name: z.string(),
      stored: z.number(),
      /** Reports that were stored before. */
      duplicates: z.number(),
      rejected: list(z.object({ name: z.string(), reason: word, detail: bilingual.optional() })),
      /** Whether the mail was signed by its sender's domain; absent when that is not known. */
      verified: z.boolean().optional(),
      /** Reports of another organization than the one that signed them: stored apart, and never counted. */
      foreign: list(z.object({ signer: z.string(), organization: z.string() })).optional(),
      /** Faults that were overlooked, by name. */
      faults: list(word),
      /** Domains its reports are about. */
      domains: list(z.string()),
      /** The first day they are about, `YYYY-MM-DD` in UTC; absent when there is no report. */
      firstDay: z
        .string()
        .regex(/^\d{4}-\d\d-\d\d$/)
        .optional(),
    }),
  ),
});

/** What is on record of the domains asked for. */
const summarised = z.object({ summaries: list(domainSummarySchema) });

/** See {@link importReportsContract}. */
export type ImportAnswer = z.infer<typeof imported>;

/** What the function answers, by what was asked. */
export type ReportsAnswer = ImportAnswer | z.infer<typeof summarised>;

/** Stores report files. */
export const importReportsContract = contract('read-dmarc-report', reportFilesRequestSchema, imported);

/** Who sends as domains, by the reports on record. */
export const reportedDomainsContract = contract('read-dmarc-report', reportDomainsRequestSchema, summarised);

/** All that the function takes; the mails that SES received come from S3. */
export const readDmarcReportContract = contract(
  'read-dmarc-report',
  z.union([reportFilesRequestSchema, reportDomainsRequestSchema, receivedMailSchema]),
  z.union([imported, summarised]),
);
