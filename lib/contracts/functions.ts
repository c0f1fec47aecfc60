import { auditSendersContract } from './audit-senders.ts';
import { backfillContract } from './backfill.ts';
import { carryContract } from './carry.ts';
import { cleanupContract } from './cleanup.ts';
import type { Contract } from './contract.ts';
import { deadLettersContract } from './dead-letters.ts';
import { exportContract } from './export.ts';
import { forgettingContract } from './forget.ts';
import { historyContract } from './history.ts';
import { incidentsContract } from './incidents.ts';
import { ingestContract } from './ingest.ts';
import { lookupFunctionContract } from './lookup.ts';
import { membersContract } from './members.ts';
import { noteContract } from './note.ts';
import { notifyContract } from './notify.ts';
import { policyContract } from './policy.ts';
import { proposalsContract } from './proposals.ts';
import { readDmarcReportContract } from './read-dmarc-report.ts';
import { removeContract } from './remove.ts';
import { repliesContract } from './replies.ts';
import { reportContract } from './report.ts';
import { rescueContract } from './rescue.ts';
import { statusContract } from './status.ts';

/** The deployed functions, each with all that it takes and answers. A function's file imports its own contract. */
export const FUNCTIONS = [
  ingestContract,
  cleanupContract,
  lookupFunctionContract,
  proposalsContract,
  removeContract,
  auditSendersContract,
  readDmarcReportContract,
  membersContract,
  noteContract,
  notifyContract,
  statusContract,
  backfillContract,
  repliesContract,
  policyContract,
  rescueContract,
  carryContract,
  deadLettersContract,
  historyContract,
  incidentsContract,
  reportContract,
  exportContract,
  forgettingContract,
] as const satisfies readonly Contract[];

/** The name of a deployed function. */
export type FunctionName = (typeof FUNCTIONS)[number]['name'];
