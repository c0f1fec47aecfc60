import { createHash } from 'node:crypto';
import type { AggregateReport, ReportRow } from './aggregate-report.ts';

/** Reports as rows per day, source and outcome: what is stored and summed up. Pure. */

/**
 * What became of mail that names the domain in From. `both`, `dkim-only`, `spf-only`: DMARC passed, by what.
 * `forwarded`: failed, and the receiver or a broken signature of the domain's own says that it was passed on.
 * `ses-unaligned`: sent through SES, authenticated as something else. `passed-unaligned`: authenticated, but as
 * another domain. `nothing`: nothing passed; forged, or a source nobody set up.
 */
export const OUTCOMES = [
  'both',
  'dkim-only',
  'spf-only',
  'ses-unaligned',
  'passed-unaligned',
  'forwarded',
  'nothing',
] as const;

/** See {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** Mail of one day, one source and one outcome, out of one report. */
export interface DailyRow {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly domain: string;
  readonly organization: string;
  /** Identifies the report: the same for every copy of it. */
  readonly report: string;
  readonly sourceIp: string;
  readonly count: number;
  readonly outcome: Outcome;
  readonly disposition: string;
  /** The domain SPF passed as, when it passed without aligning: `amazonses.com` for SES without MAIL FROM. */
  readonly unalignedSpf?: string;
  /** The domain the source authenticated as: its name where it has no other. */
  readonly authenticatedAs?: string;
  /** The policy published at the time. */
  readonly policy: string;
  /**
   * Whether the mail that brought the report was signed by the organization that the report is of; absent for files
   * imported by hand.
   */
  readonly verified?: boolean;
  /** The domain that signed that mail. */
  readonly signer?: string;
}

/**
 * What a report is worth. `vouched`: an operator imported it without its mail. `signed`: its mail was signed by the
 * organization it is of. `foreign`: by another. `unsigned`: by nobody, or it could not be looked up.
 */
export type Standing =
  | { readonly kind: 'vouched' | 'unsigned' }
  | { readonly kind: 'signed' | 'foreign'; readonly signer: string };

/** Whether a report of this standing counts for advice. */
export function counts({ kind }: Standing): boolean {
  return kind === 'vouched' || kind === 'signed';
}

const SECONDS_A_DAY = 86_400;
/** Reports span a day; some an hour more, some weeks. */
const ONE_DAY_AT_MOST = 25 * 3600;
const MAXIMUM_DAYS = 62;

/**
 * Identifies a report: reporters re-send one under other file names (RFC 9990: by report id and domain). The period is
 * part of it, since Mimecast, Google and others give reports of other days the same id. The domain of the reporter's
 * address is part of it: else anybody who signs as himself could take the name of another's report. One that somebody
 * else signed is a report of its own, which is in no one's way.
 */
export function reportKey(report: AggregateReport, standing: Standing): string {
  return keyOf([...identityOf(report, standing), String(report.begin), String(report.end)]);
}

/** What a report was stored under before its period was part of the key: its mark tells of which period it is. */
export function formerReportKey(report: AggregateReport, standing: Standing): string {
  return keyOf(identityOf(report, standing));
}

function identityOf(
  { organization, contact, reportId, domain }: AggregateReport,
  standing: Standing,
): string[] {
  const parts = [organization.toLowerCase(), contact, reportId, domain];
  return standing.kind === 'foreign' ? [...parts, standing.signer] : parts;
}

function keyOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 20);
}

/** The report's rows per day; a report over several days is spread evenly over them. */
export function dailyRows(
  report: AggregateReport,
  isSes: (address: string) => boolean,
  standing: Standing = { kind: 'vouched' },
): readonly DailyRow[] {
  const key = reportKey(report, standing);
  const days = daysOf(report);
  const verified = standing.kind === 'vouched' ? undefined : counts(standing);
  const signer = 'signer' in standing ? standing.signer : undefined;
  const merged = new Map<string, DailyRow>();
  for (const row of report.rows) {
    const outcome = outcomeOf(row, report.domain, isSes);
    const shares = spread(row.count, days.length);
    days.forEach((day, index) => {
      const count = shares[index] ?? 0;
      if (count === 0) return;
      const daily: DailyRow = {
        day,
        domain: report.domain,
        organization: report.organization,
        report: key,
        sourceIp: row.sourceIp,
        count,
        outcome,
        disposition: row.disposition,
        unalignedSpf: row.spfAligned ? undefined : row.spf.find(({ result }) => result === 'pass')?.domain,
        authenticatedAs: authenticatedAs(row),
        policy: report.policy.p,
        verified,
        signer,
      };
      const id = [
        day,
        row.sourceIp,
        outcome,
        daily.disposition,
        daily.unalignedSpf,
        daily.authenticatedAs,
      ].join('|');
      const known = merged.get(id);
      merged.set(id, known === undefined ? daily : { ...known, count: known.count + count });
    });
  }
  return [...merged.values()];
}

/** The days a report is about: the one its middle falls on, or each of a longer span. */
export function daysOf({ begin, end }: Pick<AggregateReport, 'begin' | 'end'>): readonly string[] {
  const dayOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
  if (end - begin <= ONE_DAY_AT_MOST) return [dayOf((begin + end) / 2)];
  const count = Math.min(MAXIMUM_DAYS, Math.ceil((end - begin) / SECONDS_A_DAY));
  return Array.from({ length: count }, (_, index) => dayOf(begin + index * SECONDS_A_DAY));
}

/** A count in nearly equal whole shares that sum up to it. */
function spread(count: number, parts: number): readonly number[] {
  const share = Math.floor(count / parts);
  return Array.from({ length: parts }, (_, index) => share + (index < count % parts ? 1 : 0));
}

/** What became of a row's mail. */
function outcomeOf(row: ReportRow, domain: string, isSes: (address: string) => boolean): Outcome {
  if (row.dkimAligned && row.spfAligned) return 'both';
  if (row.dkimAligned) return 'dkim-only';
  if (row.spfAligned) return 'spf-only';
  // RFC 9990 dropped the reason "forwarded"; a signature of the domain's own that broke tells the same.
  const said = row.reasons.some((reason) =>
    ['forwarded', 'mailing_list', 'trusted_forwarder'].includes(reason),
  );
  const ownBroken = row.dkim.some(({ domain: d, result }) => result === 'fail' && isWithin(d, domain));
  const passed = [...row.spf, ...row.dkim].some(({ result }) => result === 'pass');
  if (said || (ownBroken && passed && !isSes(row.sourceIp))) return 'forwarded';
  if (isSes(row.sourceIp) || [...row.spf, ...row.dkim].some(isSesResult)) return 'ses-unaligned';
  return passed ? 'passed-unaligned' : 'nothing';
}

function isSesResult({ domain, result }: { domain: string; result: string }): boolean {
  return result === 'pass' && isWithin(domain, 'amazonses.com');
}

/** Whether a domain is another or below it. */
export function isWithin(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

function authenticatedAs({ dkim, spf }: ReportRow): string | undefined {
  return (dkim.find(({ result }) => result === 'pass') ?? spf.find(({ result }) => result === 'pass'))
    ?.domain;
}
