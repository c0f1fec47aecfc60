import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ItemStore, StoredItem } from '../item-store.ts';
import type { AggregateReport } from '../reports/aggregate-report.ts';
import {
  counts,
  type DailyRow,
  dailyRows,
  daysOf,
  OUTCOMES,
  reportKey,
  type Standing,
} from '../reports/report-rows.ts';
import type { IdentityAudit } from './audit.ts';

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

/** The mark that a report is stored: which copy of it counts as the report. Rows of any other are passed over. */
const markSchema = z.object({
  /** Absent in marks written before there were copies. */
  copy: z.string().optional(),
  verified: z.boolean().optional(),
  /** The time of a copy that this one took the place of, while its rows are still to be removed. */
  replaces: z.object({ begin: z.number(), end: z.number() }).optional(),
});

const reportMark = (key: string) => `REPORT#${key}`;

/**
 * Stores a report's rows, once: a copy of a stored report changes nothing, unless the copy counts and what is stored
 * does not. Else a forger who is first could keep a real report out, and an operator could not vouch for one.
 *
 * A copy's rows carry its name and are written first, then the mark that names it, in one write and only over the mark
 * that was found: wherever this breaks off, and whoever else stores the report meanwhile, the report is one whole copy
 * or none. The rows of the copy before are removed last; the mark says so until it is done, by this try or the next.
 *
 * @returns whether anything was stored.
 */
export async function saveReport(
  store: ItemStore,
  report: AggregateReport,
  options: { readonly isSes: (address: string) => boolean; readonly standing: Standing; readonly now: Date },
): Promise<boolean> {
  const { standing } = options;
  const pk = domainKey(report.domain);
  const key = reportKey(report, standing);
  const found = await store.get(pk, reportMark(key));
  const known = found === undefined ? undefined : markSchema.parse(found);
  if (found !== undefined && (known?.verified !== false || !counts(standing))) {
    await removeReplaced(store, key, found);
    return false;
  }
  const expiresAt = expiry(options.now, ROW_DAYS);
  // Through JSON: fields that are absent must be absent in the table too.
  const rows: readonly unknown[] = JSON.parse(JSON.stringify(dailyRows(report, options.isSes, standing)));
  const copy = createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 12);
  const items = rows.map((row, index): StoredItem => {
    const { day } = rowSchema.parse(row);
    return { pk, sk: `ROW#${day}#${key}#${copy}#${index}`, copy, row, expiresAt };
  });
  await inParallel(items, (item) => store.put(item));
  const { begin, end } = report;
  const mark: StoredItem = {
    pk,
    sk: reportMark(key),
    copy,
    organization: report.organization,
    reportId: report.reportId,
    begin,
    end,
    schema: report.schema,
    faults: report.faults,
    rows: rows.length,
    ...(standing.kind !== 'vouched' && { verified: counts(standing) }),
    ...('signer' in standing && { signer: standing.signer }),
    ...(found !== undefined && { replaces: { begin: found.begin, end: found.end } }),
    expiresAt,
  };
  const written = await store.putOver(mark, known && { copy: known.copy });
  // Somebody else stored the report meanwhile: what that means is decided afresh.
  if (!written) return saveReport(store, report, options);
  await removeReplaced(store, key, mark);
  return true;
}

/** Removes the rows of the copy that the marked one took the place of, if that is still to be done. */
async function removeReplaced(store: ItemStore, key: string, mark: StoredItem): Promise<void> {
  const { copy, replaces } = markSchema.parse(mark);
  if (replaces === undefined) return;
  for (const day of daysOf(replaces)) {
    const prefix = `ROW#${day}#${key}#`;
    for await (const page of store.pages(mark.pk, { from: prefix, to: `${prefix}~` })) {
      const others = page.filter((item) => item.copy !== copy);
      await inParallel(others, ({ pk, sk }) => store.remove(pk, sk));
    }
  }
  const { replaces: _, ...done } = mark;
  await store.put(done);
}

/** Does something for each item, a few at a time. */
async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += CONCURRENT_WRITES) {
    await Promise.all(items.slice(start, start + CONCURRENT_WRITES).map(act));
  }
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
  signer: z.string().optional(),
});

/**
 * The rows of a domain from one day to another (`YYYY-MM-DD`), both included, a page at a time: a domain that many
 * forge has more of them than memory holds.
 */
export async function* rowsOf(
  store: ItemStore,
  domain: string,
  period: { readonly from: string; readonly to: string },
): AsyncGenerator<readonly DailyRow[]> {
  const pk = domainKey(domain);
  const copies = new Map<string, unknown>();
  for await (const page of store.pages(pk, { from: reportMark(''), to: reportMark('~') })) {
    for (const { sk, copy } of page) copies.set(sk.slice(reportMark('').length), copy);
  }
  const range = { from: `ROW#${period.from}`, to: `ROW#${period.to}#~` };
  for await (const page of store.pages(pk, range)) {
    yield page.flatMap(({ row: stored, copy }) => {
      const row = rowSchema.parse(stored);
      return copies.has(row.report) && copies.get(row.report) === copy ? [row] : [];
    });
  }
}
