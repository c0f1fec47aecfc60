import * as z from 'zod';
import { auditSendersContract } from '../lib/contracts/audit-senders.ts';
import { exportBackfillContract, listBackfillContract } from '../lib/contracts/backfill.ts';
import { cleanupContract, runSchema } from '../lib/contracts/cleanup.ts';
import {
  listDeadLettersContract,
  showDeadLetterContract,
  workDeadLettersContract,
} from '../lib/contracts/dead-letters.ts';
import { exportContract } from '../lib/contracts/export.ts';
import { forgettingContract } from '../lib/contracts/forget.ts';
import { historyContract } from '../lib/contracts/history.ts';
import { listIncidentsContract, showIncidentContract } from '../lib/contracts/incidents.ts';
import { letterContract, lookupContract } from '../lib/contracts/lookup.ts';
import { removeMemberContract, showMemberContract } from '../lib/contracts/members.ts';
import { noteContract } from '../lib/contracts/note.ts';
import { bilingual, counts, diagnosis, list, moment, word } from '../lib/contracts/parts.ts';
import {
  enableRuleContract,
  explainPolicyContract,
  resumeContract,
  rulesContract,
  scopeContract,
  showPolicyContract,
  simulatePolicyContract,
  stopContract,
} from '../lib/contracts/policy.ts';
import { proposalsAnswerSchema } from '../lib/contracts/proposals.ts';
import { domainSummarySchema } from '../lib/contracts/read-dmarc-report.ts';
import { removeAnswerSchema, removeResultSchema } from '../lib/contracts/remove.ts';
import { repliesContract } from '../lib/contracts/replies.ts';
import { reportContract } from '../lib/contracts/report.ts';
import { planRescueContract, workRescueContract } from '../lib/contracts/rescue.ts';
import { statusContract } from '../lib/contracts/status.ts';
import { fleetLookup, fleetProposals, fleetStatus } from './fleet/questions.ts';

/**
 * What each command prints with `--json`: the function's answer by its contract, or what the command makes of it, which
 * is written down here and nowhere else. docs/schemas is made from this; answers may have further fields.
 */

/** What the waiting proposals amount to. */
const totals = z.object({
  waiting: z.number(),
  /** Carriers by number; `-` for addresses of none. */
  carriers: counts,
  rules: counts,
  customers: z.number(),
  missed: z.number(),
});

/** See {@link JSON_ANSWERS}: proposals as narrowed, over all pages that were read. */
const proposals = proposalsAnswerSchema.extend({ totals });

/** A list that was worked through in parts: every result, counted by verdict. */
const workedList = z.object({
  results: list(removeResultSchema),
  counts: list(z.object({ result: word, rule: word.optional(), count: z.number() })),
  notAddresses: list(z.object({ line: z.number().optional(), text: z.string(), why: bilingual })),
  duplicates: z.number(),
  /** Targets that were not reached. */
  left: z.number(),
  /** Why it ended before the end. */
  stopped: z.union([z.literal('interrupted'), bilingual]).optional(),
});

/** See {@link workedList}. */
export type WorkedListJson = z.infer<typeof workedList>;

const decided = z.union([workedList, removeAnswerSchema]);

const membersImport = z.object({
  file: z.string(),
  encoding: word,
  dryRun: z.boolean(),
  rows: z.number(),
  stored: z.number(),
  rejected: z.number(),
  duplicates: z.number(),
  undated: z.number(),
  stopped: z.object({ why: word, text: bilingual, line: z.number() }).optional(),
  rejectsFile: z.string().optional(),
});

/** What an import of members came to. */
export type MembersImportJson = z.infer<typeof membersImport>;

/** One answer a target; a target that could not be asked says why. */
function fleet<Answer extends z.ZodType>(answer: Answer) {
  const target = { name: z.string(), region: z.string(), stage: z.string() };
  return z.object({
    targets: list(
      z.union([
        z.object({ ...target, ok: z.literal(true), version: z.string().optional(), answer }),
        z.object({ ...target, ok: z.literal(false), error: z.string() }),
      ]),
    ),
    failed: z.number(),
  });
}

const carry = z.object({
  /** Entries that go along, by reason. */
  complaints: z.number(),
  deadMailboxes: z.number(),
  /** Of those, how many the new list has already. */
  already: z.number(),
  /** Entries that stay behind, by why. */
  left: counts,
  applied: z.boolean(),
  carried: z.number(),
  failed: z.number(),
  /** Why it ended before the end, or SES's error for one that failed. */
  why: z.string().optional(),
});

/** What is to be carried, and what was. */
export type CarryJson = z.infer<typeof carry>;

const changeBatch = z.object({
  Comment: z.string(),
  Changes: list(z.object({ Action: word, ResourceRecordSet: z.object({ Name: z.string(), Type: word }) })),
});

const [auditSkipped, audited] = auditSendersContract.answer.options;

const testMail = z.object({
  verdict: word,
  passes: z.boolean(),
  summary: bilingual,
  lines: list(z.object({ mark: word, text: bilingual })),
  /** What was read: headers, signatures, the receiver's results. */
  mail: z.object({
    fromDomains: list(z.string()),
    spf: z.object({ result: word.optional(), domain: z.string().optional(), aligned: word }),
    signatures: list(z.object({ domain: z.string(), aligned: word, ses: z.boolean() })),
    dmarc: z.object({ result: word.optional(), policy: word.optional() }),
  }),
});

const sentMail = z.object({
  messageId: z.string(),
  token: z.string(),
  configurationSet: z.object({ source: word, name: z.string().optional() }),
  outcome: word,
  events: list(
    z.object({
      at: z.string(),
      kind: word,
      messageId: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
  unread: z.string().optional(),
  unreadText: bilingual.optional(),
});

const dmarcImport = z.object({
  /** Reports stored; absent with `--no-store`, which has `read`. */
  stored: z.number().optional(),
  read: z.number().optional(),
  duplicates: z.number(),
  refused: z.number(),
  faults: list(z.object({ fault: word, count: z.number() })),
  rejected: list(
    z.object({ file: z.string(), name: z.string(), reason: word, detail: bilingual.optional() }),
  ),
  summaries: list(domainSummarySchema),
});

/** What was read or stored of DMARC reports, and what is on record of their domains. */
export type DmarcImportJson = z.infer<typeof dmarcImport>;

const links = z.object({
  pages: list(
    z.object({
      url: z.string(),
      title: bilingual.optional(),
      providers: list(word).optional(),
      result: z.object({
        state: word,
        status: z.number().optional(),
        to: z.string().optional(),
        at: z.string().optional(),
        why: bilingual.optional(),
      }),
    }),
  ),
});

/** Which pages have moved. */
export type LinksJson = z.infer<typeof links>;

const ingested = z.object({
  stored: z.number(),
  /** Older than facts are kept: kept for 60 days only. */
  expired: z.number().optional(),
  /** Messages of which nothing is kept, by type. */
  notKept: counts.optional(),
  rejected: z.number(),
});

/** What became of events from files. */
export type IngestedJson = z.infer<typeof ingested>;

const connected = z.object({
  topic: z.string(),
  destination: z.string(),
  now: z.object({ sets: list(reporting()), senders: list(reporting()) }),
  steps: list(z.object({ action: word, set: z.string(), types: list(word) })),
  after: z.object({ sets: list(reporting()), senders: list(reporting()) }),
  findings: list(z.object({ id: word, severity: word, subjects: list(z.string()), text: bilingual })),
  /** What SES would not tell. */
  unread: list(z.unknown()),
  /** With `--apply`: what became of each step. */
  results: list(z.object({ outcome: z.object({ became: word }) })).optional(),
});

/** Whose mail reports, and what was changed. */
export type ConnectedJson = z.infer<typeof connected>;

function reporting() {
  return z.object({
    name: z.string(),
    state: word,
    missing: list(word),
    elsewhere: list(z.string()),
  });
}

const finding = z.object({ id: word, severity: word, text: bilingual, commands: list(z.string()) });
const unseen = z.object({ call: z.string(), why: word, because: bilingual });
/** A rate of the account and what it is held against, as fractions. */
const margin = z.object({
  rate: z.number().optional(),
  policy: z.number().optional(),
  review: z.number(),
  pause: z.number(),
});

/** Whether everything is well. */
const examined = z.object({
  stage: z.string(),
  at: moment,
  /** Versions; null where the stack names none. */
  command: z.string(),
  stack: z.string().nullable(),
  /** `well`, `unseen` (nothing wrong in what could be looked at), `problem`. */
  verdict: word,
  areas: list(
    z.object({
      id: word,
      label: bilingual,
      state: word,
      said: bilingual.optional(),
      findings: list(finding),
      unseen: list(unseen),
    }),
  ),
  /** Those of all areas, the gravest first. */
  findings: list(finding),
  unseen: list(unseen),
  /** What is asked first, each by the gravest state of its areas. */
  strip: z.object({ events: word, account: word, runs: word, deadLetters: word }),
  /** What the states follow from; null: it could not be looked at. */
  figures: z.object({
    lastRecorded: z.record(z.string(), moment.nullable()).nullable(),
    lastEventAt: moment.optional(),
    lookedBackTo: moment,
    margins: z.object({ bounce: margin, complaint: margin }).nullable(),
    lastRun: runSchema.optional(),
    nextDue: moment.optional(),
    deadLetters: z.object({ waiting: z.number(), parked: z.number() }).nullable(),
  }),
});

const way = { from: z.string(), set: z.string().optional() };
const simulatedMail = z.object({ ...way, to: z.string(), mailbox: word, event: word });
const untried = list(z.object({ name: z.string(), why: word }));

const selftested = z.union([
  z.object({
    run: z.string(),
    untried,
    results: list(
      z.object({
        mail: simulatedMail,
        /** `came`, `missing`, `not-seen` (it need not come), `not-sent`. */
        became: word,
        messageId: z.string().optional(),
        because: bilingual.optional(),
      }),
    ),
    /** Addresses of the test that SES had listed, and that are off the list again. */
    takenOff: z.object({ taken: list(z.string()), because: bilingual.optional() }),
  }),
  /** With `--dry-run`, or where there is nothing to try. */
  z.object({ run: z.string(), ways: list(z.object(way)), untried, mails: list(simulatedMail) }),
]);

/** What a test of the whole way came to, or would send. */
export type SelftestedJson = z.infer<typeof selftested>;

const assessed = z.object({
  at: moment,
  assessment: z.object({
    listed: z.number(),
    from: moment.optional(),
    until: moment.optional(),
    kinds: list(z.object({ kind: word, listed: z.number(), members: z.number().optional() })),
    carriers: list(z.object({ carrier: word, listed: z.number(), years: counts })),
    reach: z
      .object({ members: z.number(), listed: z.number(), proposed: z.number(), waves: counts })
      .optional(),
    insights: z.object({ asked: z.number(), reasons: counts }).optional(),
  }),
  waves: z.object({ first: z.number(), total: z.number() }).optional(),
  cost: z
    .object({
      mails: z.number(),
      total: z.number(),
      parts: list(z.object({ part: bilingual, dollars: z.number(), source: z.string() })),
    })
    .optional(),
  senders: list(z.object({ identity: z.string(), summary: bilingual })).optional(),
  missing: list(bilingual),
  refusedRows: z.number().optional(),
  cut: z.boolean().optional(),
});

/** What a list holds before anything is deployed. */
export type AssessedJson = z.infer<typeof assessed>;

/** What each command prints with `--json`, by its full name; `diagnose` prints a line of it for each of its input. */
export const JSON_ANSWERS: Readonly<Record<string, z.ZodType>> = {
  console: z.object({ address: z.string() }),
  lookup: lookupContract.answer,
  letter: letterContract.answer,
  proposals,
  approve: decided,
  reject: decided,
  remove: decided,
  cleanup: cleanupContract.answer,
  connect: connected,
  doctor: examined,
  selftest: selftested,
  status: statusContract.answer,
  history: historyContract.answer,
  'incidents show': z.union([showIncidentContract.answer, listIncidentsContract.answer]),
  stop: stopContract.answer,
  resume: resumeContract.answer,
  'policy show': showPolicyContract.answer,
  'policy explain': explainPolicyContract.answer,
  'policy simulate': simulatePolicyContract.answer,
  'policy scope': scopeContract.answer,
  'rules list': rulesContract.answer,
  'rules enable': enableRuleContract.answer,
  'rescue plan': planRescueContract.answer,
  'rescue start': z.union([workRescueContract.answer, planRescueContract.answer]),
  'rescue continue': workRescueContract.answer,
  'rescue status': workRescueContract.answer,
  'rescue stop': workRescueContract.answer,
  'members import': membersImport,
  'members add': z.object({ stored: z.literal(true) }),
  'members remove': removeMemberContract.answer,
  'members show': showMemberContract.answer,
  note: noteContract.answer,
  export: exportContract.answer,
  forget: forgettingContract.answer,
  report: reportContract.answer,
  assess: assessed,
  'fleet lookup': fleet(fleetLookup.answer),
  'fleet proposals': fleet(fleetProposals.answer),
  'fleet status': fleet(fleetStatus.answer),
  'fleet carry': carry,
  backfill: z.union([listBackfillContract.answer, exportBackfillContract.answer]),
  replies: repliesContract.answer,
  // `--route53` prints the change batch alone.
  'senders audit': z.union([auditSkipped, audited.extend({ changeBatch }), changeBatch]),
  'senders test-mail': testMail,
  'senders test-send': sentMail,
  'senders dmarc-import': dmarcImport,
  'dead-letters list': listDeadLettersContract.answer,
  'dead-letters show': showDeadLetterContract.answer,
  'dead-letters replay': workDeadLettersContract.answer,
  'dead-letters park': workDeadLettersContract.answer,
  'guidance links': links,
  diagnose: diagnosis.extend({ carrier: word.nullable() }),
  ingest: ingested,
};
