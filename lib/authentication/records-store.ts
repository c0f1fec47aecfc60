import { z } from 'zod';
import type { AggregateReport } from './aggregate-report.ts';
import type { IdentityAudit } from './audit.ts';
import type { ItemStore, StoredItem } from './item-store.ts';
import { type DailyRow, dailyRows, OUTCOMES, reportKey } from './report-rows.ts';

/** What the senders' audit remembers, and under which keys: `SENDER#<identity>` and `DMARC#<domain>`. */

/** Days a report's rows are kept: two stages of DMARC and some months to look back. */
const ROW_DAYS = 400;
/** Days a change of an identity is kept. */
const CHANGE_DAYS = 730;
const SECONDS_A_DAY = 86_400;
/** Rows written at once: a large report has tens of thousands. */
const CONCURRENT_WRITES = 16;

const senderKey = (identity: string) => `SENDER#${identity.toLowerCase()}`;
const domainKey = (domain: string) => `DMARC#${domain}`;
const RUN_KEY = { pk: 'SENDERS', sk: 'AUDIT' };

/** Epoch seconds for the table's TTL. */
function expiry(now: Date, days: number): number {
  return Math.floor(now.getTime() / 1000) + days * SECONDS_A_DAY;
}

/** What was open at an identity after its last audit. */
export interface OpenFindings {
  readonly at: string;
  /** Keys of the findings that matter, see `findingKey`. */
  readonly open: readonly string[];
}

const openSchema = z.object({ at: z.string(), open: z.array(z.string()) });

/** What was open after the last audit of an identity; `undefined` before the first. */
export async function lastOpen(store: ItemStore, identity: string): Promise<OpenFindings | undefined> {
  const item = await store.get(senderKey(identity), 'AUDIT');
  const parsed = openSchema.safeParse(item);
  return parsed.success ? parsed.data : undefined;
}

/** Records an audit, and the change it brought where there was one. */
export async function saveAudit(
  store: ItemStore,
  audit: IdentityAudit,
  open: readonly string[],
  change: { readonly appeared: readonly string[]; readonly resolved: readonly string[] },
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  const pk = senderKey(audit.identity);
  if (change.appeared.length > 0 || change.resolved.length > 0) {
    await store.put({ pk, sk: `CHANGE#${at}`, at, ...change, expiresAt: expiry(now, CHANGE_DAYS) });
  }
  // Through JSON: fields that are absent must be absent in the table too.
  const plain: unknown = JSON.parse(JSON.stringify(audit));
  await store.put({ pk, sk: 'AUDIT', at, open, audit: plain });
}

/** The changes of an identity in a period, ISO 8601 UTC, oldest first. */
export async function changesOf(
  store: ItemStore,
  identity: string,
  period: { readonly from: string; readonly to: string },
): Promise<readonly StoredItem[]> {
  return store.query(senderKey(identity), { from: `CHANGE#${period.from}`, to: `CHANGE#${period.to}` });
}

/** The identity after which the next scheduled audit goes on; `undefined` when the last one came to its end. */
export async function auditCursor(store: ItemStore): Promise<string | undefined> {
  const item = await store.get(RUN_KEY.pk, RUN_KEY.sk);
  return typeof item?.after === 'string' && item.after !== '' ? item.after : undefined;
}

/** Remembers where the audit stopped, or that it came to its end. */
export async function saveAuditCursor(store: ItemStore, after: string | undefined): Promise<void> {
  await store.put({ ...RUN_KEY, after: after ?? '' });
}

/**
 * Stores a report's rows, once: a copy of a stored report changes nothing, unless what is stored came in mail that
 * nobody signed and the copy did not. Else a forger who is first could keep a real report out, and an operator could
 * not vouch for one. The mark that it is stored is written last, so that a report whose storing broke off is stored
 * by the next try.
 *
 * @returns whether anything was stored.
 */
export async function saveReport(
  store: ItemStore,
  report: AggregateReport,
  options: { readonly isSes: (address: string) => boolean; readonly verified?: boolean; readonly now: Date },
): Promise<boolean> {
  const pk = domainKey(report.domain);
  const key = reportKey(report);
  const known = await store.get(pk, `REPORT#${key}`);
  if (known !== undefined && (known.verified !== false || options.verified === false)) return false;
  const expiresAt = expiry(options.now, ROW_DAYS);
  const rows = dailyRows(report, options.isSes, options.verified);
  const items = rows.map((row, index): StoredItem => {
    const plain: unknown = JSON.parse(JSON.stringify(row));
    return { pk, sk: `ROW#${row.day}#${key}#${index}`, row: plain, expiresAt };
  });
  for (let start = 0; start < items.length; start += CONCURRENT_WRITES) {
    await Promise.all(items.slice(start, start + CONCURRENT_WRITES).map((item) => store.put(item)));
  }
  await store.put({
    pk,
    sk: `REPORT#${key}`,
    organization: report.organization,
    reportId: report.reportId,
    begin: report.begin,
    end: report.end,
    schema: report.schema,
    faults: report.faults,
    rows: rows.length,
    ...(options.verified !== undefined && { verified: options.verified }),
    expiresAt,
  });
  return true;
}

const rowSchema = z.object({
  day: z.string(),
  domain: z.string(),
  organization: z.string(),
  report: z.string(),
  sourceIp: z.string(),
  count: z.number(),
  outcome: z.enum(OUTCOMES),
  disposition: z.string(),
  unalignedSpf: z.string().optional(),
  authenticatedAs: z.string().optional(),
  policy: z.string(),
  verified: z.boolean().optional(),
});

/** The rows of a domain from one day to another (`YYYY-MM-DD`), both included. */
export async function rowsOf(
  store: ItemStore,
  domain: string,
  period: { readonly from: string; readonly to: string },
): Promise<readonly DailyRow[]> {
  const range = { from: `ROW#${period.from}`, to: `ROW#${period.to}#~` };
  const items = await store.query(domainKey(domain), range);
  return items.map(({ row }) => rowSchema.parse(row));
}
