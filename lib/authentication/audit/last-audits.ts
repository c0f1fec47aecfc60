import { auditSchema, type LastAuditsAnswer } from '../../contracts/audit-senders.ts';
import { lastAuditsOf } from '../../store/audits.ts';
import type { Table } from '../../store/table.ts';
import { zoneFileLines } from '../dns/records.ts';
import type { IdentitySource } from '../identities/identities.ts';
import { agreed } from './merge-records.ts';
import { type Audit, marksOf, type Task, tasksOf, urgencyOf } from './tasks.ts';

/** Things to do that are answered in full: Lambda answers 6 MB at most. */
const LISTED = 300;

/** What the last audits found, without making one: names from SES, everything else from the table. */
export async function lastAudits(parts: {
  readonly source: Pick<IdentitySource, 'names'>;
  readonly store: Table;
}): Promise<LastAuditsAnswer> {
  const names = [...(await parts.source.names())].sort();
  const found = await lastAuditsOf(parts.store, names);
  const read = found.map(({ identity, kept }) => {
    const audit = auditSchema.safeParse(kept?.audit).data;
    return { identity, kept, audit, at: typeof kept?.at === 'string' ? kept.at : undefined };
  });
  const readable = read.flatMap(({ audit, at }) => (audit && at !== undefined ? [{ ...audit, at }] : []));
  const audits = agreed(readable);
  const named = (each: readonly { readonly identity: string }[]) => each.map(({ identity }) => identity);
  return {
    senders: audits
      .toSorted((a, b) => urgencyOf(a) - urgencyOf(b))
      .map((audit) => ({
        identity: audit.identity,
        domain: audit.domain,
        at: audit.at,
        marks: { ...marksOf(audit) },
        ...(audit.verdict?.dmarc.policy && { policy: audit.verdict.dmarc.policy }),
        summary: audit.summary,
      })),
    unaudited: named(read.filter(({ kept }) => kept === undefined)),
    unreadable: named(read.filter(({ kept, audit, at }) => kept && !(audit && at !== undefined))),
    urgent: ranked(tasksOf(audits)),
    unknown: ranked(tasksOf(audits, ofSeverity('unknown'))),
    advice: ranked(tasksOf(audits, ofSeverity('advice'))),
  };
}

/** Findings of one severity that rest on more than hearsay. */
function ofSeverity(severity: string) {
  return ({ findings }: Audit) =>
    findings.filter((finding) => finding.severity === severity && finding.rumour !== true);
}

function ranked(tasks: readonly Task[]): LastAuditsAnswer['urgent'] {
  return {
    count: tasks.length,
    items: tasks.slice(0, LISTED).map(({ finding, identities, state }) => ({
      ...finding,
      identities,
      ...(state && { now: state }),
      records: finding.records.map((record) => ({ ...record, lines: zoneFileLines(record) })),
    })),
  };
}
