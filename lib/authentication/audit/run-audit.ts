import type { AuditSendersAnswer } from '../../contracts/audit-senders.ts';
import { noticeId } from '../../notices/notice.ts';
import { causeOf } from '../../refusal.ts';
import { auditCursor, lastOpen, saveAudit, saveAuditCursor } from '../../store/audits.ts';
import { putNotices } from '../../store/notices.ts';
import type { Table } from '../../store/table.ts';
import type { Bilingual } from '../../text.ts';
import type { StageAdvice } from '../dmarc/dmarc-issues.ts';
import type { Dns } from '../dns/dns.ts';
import { seeThatDnsAnswers } from '../dns/reachable.ts';
import type { Finding, FindingId } from '../findings/findings.ts';
import type { IdentitySource } from '../identities/identities.ts';
import type { Identity } from '../identities/identity.ts';
import type { DomainSummary } from '../reports/aggregate-summary.ts';
import { adviseStage } from '../reports/stage.ts';
import { readStored, type StoredView, summariesOf } from '../reports/stored-reports.ts';
import { inRanges, SES_RANGES_LAST_SEEN } from '../spf/ses-ranges.ts';
import { type AuditContext, auditIdentity, type IdentityAudit, lookUpIdentity } from './audit.ts';
import { agreed } from './merge-records.ts';

/** The audit of an account's identities: reads them at SES's pace, remembers each result, tells what changed. */

/** What a run works with. */
export interface AuditRunParts {
  readonly source: IdentitySource;
  readonly dns: Dns;
  readonly store: Table;
  readonly region: string;
  readonly now: () => Date;
  /** Address the operator wants aggregate reports at. */
  readonly reportAddress?: string;
  /**
   * DNS as somebody wants to see it once, not as it is: the result is shown, and neither kept nor compared, so that
   * it raises no alarm and moves nothing that the next alarm is measured by.
   */
  readonly isTrial?: boolean;
  /** Says that the run should stop and leave the rest to the next one. */
  readonly timeIsUp?: () => boolean;
  /** Whether an error is SES's refusal for the rate of calls, which ends the run as the end of its time does. */
  readonly isThrottle?: (error: unknown) => boolean;
}

/** What changed at one identity since its last audit. */
interface SenderChange {
  readonly identity: string;
  /** Keys of findings, critical or warnings, that were not there before. */
  readonly appeared: readonly string[];
  readonly resolved: readonly string[];
}

/** An identity that could not be audited: why, in English for logs, and in both languages for people. */
interface FailedAudit {
  readonly identity: string;
  readonly message: string;
  readonly text: Bilingual;
}

/** The result of a run. */
export interface AuditRun {
  readonly at: string;
  readonly audits: readonly IdentityAudit[];
  /** Empty when nothing changed: the case in which nobody is to be woken. */
  readonly changes: readonly SenderChange[];
  /** Identities that could not be audited, and why. */
  readonly failed: readonly FailedAudit[];
  /** Who sends as each domain that has reports on record, over the last weeks. */
  readonly reports: readonly DomainSummary[];
  /** Set when time was up, or SES throttled: the next run goes on after this identity. */
  readonly continuesAfter?: string;
  /** Whether SES refused calls for their rate, which ended the run. */
  readonly throttled?: true;
  /** How many of the audits were cut down to what is urgent, because the whole would be too long an answer. */
  readonly abridged?: number;
}

/** Bytes of audits given in full. Lambda answers 6 MB at most, and the stored audits are whole. */
const FULL_BYTES = 4 * 1024 * 1024;

/** Audits the named identities, or all of the account. */
export async function runAudit(parts: AuditRunParts, only: readonly string[] = []): Promise<AuditRun> {
  const { source, store } = parts;
  if (parts.isTrial === true) await seeThatDnsAnswers(parts.dns);
  // A trial of everything begins where the last audit stopped, and does not move it.
  const everything = only.length === 0;
  const names = [...(await source.names())].sort();
  const cursor = everything ? await auditCursor(store) : undefined;
  const due = everything
    ? names.filter((name) => cursor === undefined || name > cursor)
    : [...new Set(only.map((typed) => namedAs(typed, names)))];
  const recommendations = await recommendationsOf(source);

  const audits: IdentityAudit[] = [];
  const changes: SenderChange[] = [];
  const failed: FailedAudit[] = [];
  const views = new Map<string, StoredView>();
  let continuesAfter: string | undefined;
  let throttled: true | undefined;
  let previous = cursor;
  for (const name of due) {
    if (parts.timeIsUp?.() === true) {
      continuesAfter = previous;
      break;
    }
    try {
      const identity = await source.identity(name);
      const context = { region: parts.region, identities: names.map(namedOnly), recommendations };
      const { audit, change } = await auditOne(parts, identity, context, views);
      audits.push(audit);
      if (change !== undefined) changes.push(change);
    } catch (error) {
      if (parts.isThrottle?.(error) === true) {
        throttled = true;
        continuesAfter = previous;
        break;
      }
      // One identity that was deleted meanwhile must not keep the others from being looked at.
      const text = causeOf(error);
      failed.push({ identity: name, message: text.en, text });
    }
    previous = name;
  }
  if (everything && parts.isTrial !== true) await saveAuditCursor(store, continuesAfter, parts.now());
  const reports = summariesOf([...views.values()]);
  return {
    at: parts.now().toISOString(),
    audits: agreed(audits),
    changes,
    failed,
    reports,
    continuesAfter,
    ...(throttled && { throttled }),
  };
}

/** The identity that somebody means: capitals and a trailing dot make no other name. As typed when there is none. */
function namedAs(typed: string, names: readonly string[]): string {
  const meant = plainName(typed);
  return names.find((name) => plainName(name) === meant) ?? typed;
}

function plainName(name: string): string {
  return name.trim().toLowerCase().replace(/\.+$/, '');
}

/** SES's own findings where the account has them (Virtual Deliverability Manager); ours do not depend on them. */
async function recommendationsOf(source: IdentitySource): Promise<AuditContext['recommendations']> {
  try {
    return await source.recommendations();
  } catch {
    return [];
  }
}

/** The run short enough for an answer: audits beyond the limit keep what is critical or a warning. */
export function abridged(run: AuditSendersAnswer, fullBytes = FULL_BYTES): AuditSendersAnswer {
  let bytes = 0;
  let cut = 0;
  const audits = run.audits.map((audit) => {
    bytes += Buffer.byteLength(JSON.stringify(audit));
    if (bytes <= fullBytes) return audit;
    cut += 1;
    const findings = audit.findings.filter(
      ({ severity }) => severity === 'critical' || severity === 'warning',
    );
    return { ...audit, findings, checklist: [], spfTree: [], dmarcWalk: [] };
  });
  return cut === 0 ? run : { ...run, audits, abridged: cut };
}

/** An identity known by its name alone: enough to know which domains the account sends with. */
function namedOnly(name: string): Identity {
  return { name, type: '', verifiedForSending: true, dkim: { signingEnabled: false, tokens: [] } };
}

async function auditOne(
  parts: AuditRunParts,
  identity: Identity,
  context: Omit<AuditContext, 'reportAddress' | 'stage'>,
  views: Map<string, StoredView>,
): Promise<{ audit: IdentityAudit; change?: SenderChange }> {
  const { store, dns, reportAddress } = parts;
  const now = parts.now();
  const lookup = await lookUpIdentity(dns, identity);
  const { record, recordDomain } = lookup.dmarc;
  // Only reports that come to us can be missed; the others count as far as somebody imports them.
  const received =
    reportAddress !== undefined &&
    record?.rua.some(({ uri }) => uri.toLowerCase().startsWith(`mailto:${reportAddress.toLowerCase()}`)) ===
      true;
  let stage: StageAdvice | undefined;
  if (record !== undefined && recordDomain !== undefined) {
    const isSes = inRanges(SES_RANGES_LAST_SEEN);
    const own = views.get(recordDomain) ?? (await readStored({ store, isSes, now }, recordDomain));
    views.set(recordDomain, own);
    stage = adviseStage(own.evidence, record.policy?.p ?? 'none', now, received ? 'received' : 'by hand');
  }
  const audit = auditIdentity(identity, lookup, { ...context, reportAddress, stage });
  if (parts.isTrial === true) return { audit };
  const before = await lastOpen(store, identity.name);
  const { open, appeared, resolved } = compare(before?.open, audit.findings);
  const changed = appeared.length > 0 || resolved.length > 0;
  if (changed) {
    // Before the audit, which is what the next one is compared with: one that died in between is told by the next.
    const id = noticeId('sender', identity.name, before?.at ?? '');
    const notice = { kind: 'sender', id, at: now.toISOString(), identity: identity.name } as const;
    await putNotices(store, [{ ...notice, appeared, resolved }]);
  }
  await saveAudit(store, audit, open, { appeared, resolved }, now);
  return changed ? { audit, change: { identity: identity.name, appeared, resolved } } : { audit };
}

/** Kinds that only explain another further: whether the explanation could be looked up is no change. */
const EXPLAINS: Partial<Record<FindingId, FindingId>> = { 'dkim-cname-doubled': 'dkim-cname-missing' };

/** A finding's name across audits: its kind and what it is about, never how much there is of it. */
export function findingKey({ id, subject }: Pick<Finding, 'id' | 'subject'>): string {
  return `${EXPLAINS[id] ?? id}: ${subject}`;
}

/** The keys of what wakes somebody when it appears: what is critical or a warning, and met by SES's mail. */
export function alarmKeys(findings: readonly Finding[]): readonly string[] {
  const urgent = findings.filter(
    ({ severity, spares }) => (severity === 'critical' || severity === 'warning') && spares === undefined,
  );
  return [...new Set(urgent.map(findingKey))];
}

/**
 * What appeared and what was resolved. While something could not be looked up nothing is called resolved: a
 * resolver that fails one day must not raise an alarm on that day and another on the next.
 */
function compare(
  before: readonly string[] | undefined,
  findings: readonly Finding[],
): { open: readonly string[]; appeared: readonly string[]; resolved: readonly string[] } {
  const present = alarmKeys(findings);
  const blind = findings.some(({ severity }) => severity === 'unknown');
  const known = before ?? [];
  const gone = known.filter((key) => !present.includes(key));
  return {
    open: blind ? [...present, ...gone] : present,
    // The first audit finds a state, not a change.
    appeared: before === undefined ? [] : present.filter((key) => !known.includes(key)),
    resolved: blind ? [] : gone,
  };
}
