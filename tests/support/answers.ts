import * as z from 'zod';
import { lastAuditsContract } from '../../lib/contracts/audit-senders.ts';
import { exportBackfillContract, listBackfillContract } from '../../lib/contracts/backfill.ts';
import { collectContract, listedContract, putCarriedContract } from '../../lib/contracts/carry.ts';
import type { Contract } from '../../lib/contracts/contract.ts';
import {
  listDeadLettersContract,
  showDeadLetterContract,
  workDeadLettersContract,
} from '../../lib/contracts/dead-letters.ts';
import { FUNCTIONS } from '../../lib/contracts/functions.ts';
import { listIncidentsContract, showIncidentContract } from '../../lib/contracts/incidents.ts';
import { letterContract, lookupContract } from '../../lib/contracts/lookup.ts';
import { putMembersContract, removeMemberContract, showMemberContract } from '../../lib/contracts/members.ts';
import {
  enableRuleContract,
  explainPolicyContract,
  resumeContract,
  rulesContract,
  scopeContract,
  showPolicyContract,
  simulatePolicyContract,
  stopContract,
} from '../../lib/contracts/policy.ts';
import { importReportsContract, reportedDomainsContract } from '../../lib/contracts/read-dmarc-report.ts';
import { planRescueContract, workRescueContract } from '../../lib/contracts/rescue.ts';

/** Answers of functions that nobody wrote: each is made from its contract. */

/** A word that this version does not know. */
export const WORD = 'word-of-tomorrow';
export const MOMENT = '2026-11-01T00:00:00.000Z';

/** What each question is answered; the first that takes the request. */
const QUESTIONS: readonly Contract[] = [
  putMembersContract,
  removeMemberContract,
  showMemberContract,
  showPolicyContract,
  explainPolicyContract,
  simulatePolicyContract,
  rulesContract,
  enableRuleContract,
  scopeContract,
  stopContract,
  resumeContract,
  importReportsContract,
  reportedDomainsContract,
  collectContract,
  listedContract,
  putCarriedContract,
  letterContract,
  lookupContract,
  lastAuditsContract,
];

function questionOf(name: string, event: unknown): Contract {
  const asks = (field: string, value?: unknown) =>
    typeof event === 'object' &&
    event !== null &&
    field in event &&
    (value === undefined || Object.entries(event).some(([key, is]) => key === field && is === value));
  if (name === 'rescue') return asks('action', 'plan') ? planRescueContract : workRescueContract;
  if (name === 'incidents') return asks('id') ? showIncidentContract : listIncidentsContract;
  if (name === 'backfill') return asks('export') ? exportBackfillContract : listBackfillContract;
  if (name === 'dead-letters') {
    if (asks('action', 'list')) return listDeadLettersContract;
    return asks('action', 'show') ? showDeadLetterContract : workDeadLettersContract;
  }
  const question = [...QUESTIONS, ...FUNCTIONS].find(
    (each) => each.name === name && each.request.safeParse(event).success,
  );
  if (question === undefined) throw new Error(`${name} does not take ${JSON.stringify(event)}`);
  return question;
}

/** An answer that keeps a contract, every word of it one of tomorrow, with a field that nobody knows today. */
function sample(schema: z.core.$ZodType, word = WORD): unknown {
  const { def } = schema._zod;
  if (schema instanceof z.ZodObject) {
    const entries = Object.entries(schema.shape)
      // Nothing leads on to a next part, which would be answered the same.
      .filter(([key]) => key !== 'next' || schema.shape.next instanceof z.ZodObject)
      .map(([key, value]) => [key, sample(value as z.core.$ZodType, word)]);
    return { ...Object.fromEntries(entries), fieldOfTomorrow: word };
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly)
    return sample(schema.def.innerType, word);
  if (schema instanceof z.ZodArray) return [sample(schema.def.element, word)];
  if (schema instanceof z.ZodUnion) return sample(schema.def.options.at(-1) as z.core.$ZodType, word);
  if (schema instanceof z.ZodRecord) return { [word]: sample(schema.def.valueType, word) };
  if (schema instanceof z.ZodUnknown) return word;
  if (schema instanceof z.ZodString) {
    return [word, MOMENT, MOMENT.slice(0, 10)].find((text) => schema.safeParse(text).success);
  }
  if (schema instanceof z.ZodNumber) return 1;
  if (schema instanceof z.ZodBoolean) return true;
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return schema.value;
  throw new Error(`no sample of ${def.type}`);
}

/** What a stack of tomorrow answers a request: all that the contract allows, its words being `word`. */
export function ofTomorrow(name: string, event: unknown, word = WORD): unknown {
  const question = questionOf(name, event);
  const answer = { ...(sample(question.answer, word) as object), version: '99.0.0' };
  if (question !== putMembersContract) return answer;
  // As many rows as were sent: another number would be a fault of this very import.
  return { ...answer, stored: 0, undated: 0, rejected: [{ index: 0, reason: WORD }] };
}
