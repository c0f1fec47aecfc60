import * as z from 'zod';
import type { MonthReport } from '../../console/server/answers.ts';
import type { Question } from '../../console/server/app.ts';
import { auditSendersContract, lastAuditsContract } from '../../lib/contracts/audit-senders.ts';
import type { Contract, RequestOf } from '../../lib/contracts/contract.ts';
import type { FunctionName } from '../../lib/contracts/functions.ts';
import { historyContract } from '../../lib/contracts/history.ts';
import { listIncidentsContract } from '../../lib/contracts/incidents.ts';
import { lookupContract } from '../../lib/contracts/lookup.ts';
import { rulesContract } from '../../lib/contracts/policy.ts';
import { proposalsContract } from '../../lib/contracts/proposals.ts';
import { removeContract } from '../../lib/contracts/remove.ts';
import { type ReportAnswer, reportContract } from '../../lib/contracts/report.ts';
import { workRescueContract, worstCaseContract } from '../../lib/contracts/rescue.ts';
import { statusContract } from '../../lib/contracts/status.ts';
import type { Health } from '../../lib/doctor/health.ts';
import type { Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import type { Invoke } from '../context.ts';
import { CliError } from '../errors.ts';
import { htmlOf } from '../page/html.ts';
import { reportCsv } from '../report/csv.ts';
import { reportFoot, reportPage } from '../report/view.ts';
import { AUDIT_SKIPPED } from '../senders/skipped.ts';

/** What the console may ask: each a function of the deployment, by the contract that the commands use. */

/** What answers need beside the request. */
export interface Asking {
  readonly invoke: Invoke;
  /** Who decides, as the audit names them; the page cannot say another. */
  readonly operator: string;
  /** Whether everything is well, as `todoku doctor` finds it. */
  readonly health: () => Promise<Health>;
  /** The present. */
  readonly now: () => Promise<Date>;
}

/** What the desk's console may ask. */
export function deskQuestions({ invoke }: Pick<Asking, 'invoke'>): Readonly<Record<string, Question>> {
  return { lookup: passedOn(lookupContract, invoke) };
}

/** What an operator's console may ask. */
export function operatorQuestions(asking: Asking): Readonly<Record<string, Question>> {
  const { invoke, operator, health, now } = asking;
  return {
    ...deskQuestions({ invoke }),
    status: passedOn(statusContract, invoke),
    health,
    history: passedOn(historyContract, invoke),
    incidents: passedOn(listIncidentsContract, invoke),
    'rescue-status': () => invoke(workRescueContract, { action: 'status' }),
    proposals: passedOn(proposalsContract, invoke),
    rules: () => invoke(rulesContract, { ask: 'rules' }),
    'worst-case': (request) =>
      passedOn(worstCaseContract, invoke)({ ...objectIn(request), action: 'worst-case' }),
    senders: () => invoke(lastAuditsContract, { last: true }),
    'audit-senders': async () => {
      const run = await invoke(auditSendersContract, {});
      if ('skipped' in run) throw new CliError(AUDIT_SKIPPED, { code: 'skipped' });
      return run;
    },
    report: async (request): Promise<MonthReport> => {
      const answer = await passedOn(reportContract, invoke)(request);
      return withFiles(answer as ReportAnswer, await now());
    },
    remove: (request) => passedOn(removeContract, invoke)({ ...objectIn(request), operator }),
  };
}

/** A month with the files that `todoku report` writes of it. */
function withFiles(answer: ReportAnswer, now: Date): MonthReport {
  const at = formatInTokyo(now.toISOString());
  const html = (language: Language) =>
    htmlOf(reportPage(answer, language), reportFoot(at, language), language);
  return { answer, csv: reportCsv(answer), html: { ja: html('ja'), en: html('en') } };
}

/** A question that is a contract's own. The function checks what it takes, and refuses in its own words. */
function passedOn<Asked extends Contract<FunctionName>>(asked: Asked, invoke: Invoke): Question {
  return (request) => invoke(asked, objectIn(request) as RequestOf<Asked>);
}

/** @throws {CliError} for a request that is no object. */
function objectIn(request: unknown): object {
  const object = z.record(z.string(), z.unknown()).safeParse(request);
  if (object.success) return object.data;
  throw new CliError(
    {
      ja: '画面からの問い合わせを読み取れません。ページを読み込み直してください。',
      en: 'the request of the page is not understood: load the page again',
    },
    { code: 'wrong-request' },
  );
}
