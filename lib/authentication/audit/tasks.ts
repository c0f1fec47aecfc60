import type { AuditSendersAnswer } from '../../contracts/audit-senders.ts';
import type { Bilingual } from '../../text.ts';

/** What to do over all identities, and how each stands: what every overview of the audits shows. Pure. */

/** An audit as it is answered or stored. */
export type Audit = AuditSendersAnswer['audits'][number];
type Finding = Audit['findings'][number];

/** One thing to do, and the identities that it is about. */
export interface Task {
  readonly finding: Finding;
  readonly identities: readonly string[];
  readonly rank: number;
  /** How the identity stands because of it, as a part of a sentence. */
  readonly state: Bilingual | undefined;
}

/** A consequence of other findings of the same identity: told only where nothing else says what to do. */
const CONSEQUENCES: ReadonlySet<string> = new Set(['dmarc-nothing-aligned', 'dmarc-reject-without-dkim']);

/**
 * What some findings ask for over all identities, one task once, most urgent first: what SES refuses to send, what fails
 * DMARC today (the stricter the policy the sooner), what has no DMARC, other critical findings, warnings, and last what
 * only other senders meet.
 *
 * @param pick which findings of an audit; absent: those that are urgent.
 */
export function tasksOf(
  audits: readonly Audit[],
  pick: (audit: Audit) => readonly Finding[] = urgentOf,
): readonly Task[] {
  const tasks = new Map<string, Task>();
  for (const audit of audits) {
    for (const finding of pick(audit)) {
      const key = `${finding.id} ${finding.subject} ${finding.title.en}`;
      const known = tasks.get(key);
      const rank = rankOf(finding, audit);
      const state = finding.severity === 'critical' ? stateOf(finding, audit) : undefined;
      tasks.set(key, {
        finding,
        identities: [...(known?.identities ?? []), audit.identity],
        rank: Math.min(rank, known?.rank ?? rank),
        state: known === undefined || rank < known.rank ? state : known.state,
      });
    }
  }
  return [...tasks.values()].toSorted((a, b) => a.rank - b.rank || b.identities.length - a.identities.length);
}

/** What of an audit is urgent. */
export function urgentOf({ findings }: Audit): readonly Finding[] {
  const urgent = findings.filter(({ severity }) => severity === 'critical' || severity === 'warning');
  const causes = urgent.filter(({ id }) => !CONSEQUENCES.has(id));
  return causes.length > 0 ? causes : urgent;
}

/** The place of an audit among others, by the most urgent thing to do: less is sooner. */
export function urgencyOf(audit: Audit): number {
  return Math.min(9, ...urgentOf(audit).map((finding) => rankOf(finding, audit)));
}

const REFUSED: ReadonlySet<string> = new Set(['mail-from-rejects', 'identity-not-verified']);

function rankOf({ id, severity, spares }: Finding, { verdict }: Audit): number {
  if (severity !== 'critical') return spares === undefined ? 6 : 7;
  if (REFUSED.has(id)) return 0;
  const policy = verdict?.dmarc.policy;
  if (verdict?.dmarc.result === 'fail') return policy === 'reject' ? 1 : policy === 'quarantine' ? 2 : 3;
  return verdict?.dmarc.result === 'none' ? 4 : 5;
}

function stateOf({ id }: Finding, { verdict }: Audit): Bilingual | undefined {
  if (REFUSED.has(id)) return SES_REFUSES;
  const { result, policy = '' } = verdict?.dmarc ?? { result: '' };
  if (result === 'fail') return failing(policy);
  return result === 'none' ? WITHOUT : undefined;
}

const SES_REFUSES: Bilingual = {
  ja: '今 SES が送信を断っています',
  en: 'SES refuses to send from it today',
};
const WITHOUT: Bilingual = { ja: '今 DMARC がありません', en: 'it has no DMARC today' };

function failing(policy: string): Bilingual {
  return policy === 'reject' || policy === 'quarantine'
    ? {
        ja: `今 DMARC に不合格で、p=${policy} が適用されます`,
        en: `it fails DMARC today, and p=${policy} applies`,
      }
    : { ja: '今 DMARC に不合格です', en: 'it fails DMARC today' };
}

/** How an identity stands at each of the four; words of the verdict, and of our own where it has none. */
export interface Marks {
  /** `unaligned`: it passes for a domain that is not the one of From. */
  readonly spf: string;
  readonly dkim: string;
  /** `own` domain, SES's `default`, `refused` where SES does not send, or `unknown`. */
  readonly mailFrom: string;
  readonly dmarc: string;
}

/** See {@link Marks}. */
export function marksOf({ verdict }: Audit): Marks {
  if (verdict === undefined)
    return { spf: 'unknown', dkim: 'unknown', mailFrom: 'unknown', dmarc: 'unknown' };
  const { spf, dkim, dmarc, mailFrom } = verdict;
  return {
    spf: spf.result === 'pass' && spf.aligned === 'no' ? 'unaligned' : spf.result,
    dkim: dkim.result,
    mailFrom: mailFrom === undefined ? 'refused' : SES_DOMAIN.test(mailFrom) ? 'default' : 'own',
    dmarc: dmarc.result,
  };
}

/** Where SES puts its own domain, by Region. */
const SES_DOMAIN = /(?:^|\.)amazonses\.com$/;
