import { createHash } from 'node:crypto';
import * as z from 'zod';
import { expiry, type KeyedItem } from '../../store/items.ts';
import { reportsPartition } from '../../store/keys.ts';
import { type Condition, partitionQuery, type Table } from '../../store/table.ts';
import type { AggregateReport } from './aggregate-report.ts';
import {
  counts,
  type DailyRow,
  dailyRows,
  daysOf,
  formerReportKey,
  OUTCOMES,
  reportKey,
  type Standing,
} from './report-rows.ts';

/** The rows of DMARC reports in the table, under the key `DMARC#<domain>`. */

/** Days a report's rows are kept: two stages of DMARC and some months to look back. */
const ROW_DAYS = 400;
/** Rows written at once: a large report has tens of thousands. */
const CONCURRENT_WRITES = 16;

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
  table: Table,
  report: AggregateReport,
  options: { readonly isSes: (address: string) => boolean; readonly standing: Standing; readonly now: Date },
): Promise<boolean> {
  const { standing } = options;
  const pk = reportsPartition(report.domain);
  const key = reportKey(report, standing);
  const found = await table.get({ pk, sk: reportMark(key) });
  const known = found === undefined ? undefined : markSchema.parse(found);
  if (found !== undefined && (known?.verified !== false || !counts(standing))) {
    await removeReplaced(table, key, found);
    return false;
  }
  const former = await formerMark(table, report, standing);
  if (former !== undefined && (former.verified !== false || !counts(standing))) return false;
  const expiresAt = expiry(options.now.toISOString(), ROW_DAYS);
  // Through JSON: fields that are absent must be absent in the table too.
  const rows: readonly unknown[] = JSON.parse(JSON.stringify(dailyRows(report, options.isSes, standing)));
  const copy = createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 12);
  const items = rows.map((row, index): KeyedItem => {
    const { day } = rowSchema.parse(row);
    return { pk, sk: `ROW#${day}#${key}#${copy}#${index}`, copy, row, expiresAt };
  });
  await inParallel(items, (item) => table.put(item));
  const { begin, end } = report;
  const mark: KeyedItem = {
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
  const { written } = await table.putIf(mark, copyIs(known));
  // Somebody else stored the report meanwhile: what that means is decided afresh.
  if (!written) return saveReport(table, report, options);
  await removeReplaced(table, key, mark);
  // Rows without a mark are passed over, and expire.
  if (former !== undefined) await table.delete({ pk, sk: former.sk });
  return true;
}

/** The mark of the same report from before the period was part of its key. */
async function formerMark(
  table: Table,
  report: AggregateReport,
  standing: Standing,
): Promise<{ readonly sk: string; readonly verified?: boolean | undefined } | undefined> {
  const sk = reportMark(formerReportKey(report, standing));
  const item = await table.get({ pk: reportsPartition(report.domain), sk });
  if (item === undefined || item.begin !== report.begin || item.end !== report.end) return undefined;
  return { sk, verified: markSchema.parse(item).verified };
}

/**
 * The condition that the mark is still the one that was found: none, or one that names this copy. `copy` is a word of
 * DynamoDB's own and goes by another name.
 */
export function copyIs(found: { readonly copy?: string | undefined } | undefined): Condition {
  if (found === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const names = { ExpressionAttributeNames: { '#copy': 'copy' } };
  if (found.copy === undefined) {
    return { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#copy)', ...names };
  }
  return {
    ConditionExpression: '#copy = :copy',
    ...names,
    ExpressionAttributeValues: { ':copy': found.copy },
  };
}

/** Removes the rows of the copy that the marked one took the place of, if that is still to be done. */
async function removeReplaced(table: Table, key: string, mark: KeyedItem): Promise<void> {
  const { copy, replaces } = markSchema.parse(mark);
  if (replaces === undefined) return;
  for (const day of daysOf(replaces)) {
    const prefix = `ROW#${day}#${key}#`;
    for await (const page of table.pages(partitionQuery(mark.pk, { from: prefix, to: `${prefix}~` }))) {
      const others = page.filter((item) => item.copy !== copy);
      await inParallel(others, async ({ pk, sk }) => {
        await table.delete({ pk, sk });
      });
    }
  }
  const { replaces: _, ...done } = mark;
  await table.put(done);
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
  table: Table,
  domain: string,
  period: { readonly from: string; readonly to: string },
): AsyncGenerator<readonly DailyRow[]> {
  const pk = reportsPartition(domain);
  const copies = new Map<string, unknown>();
  for await (const page of table.pages(partitionQuery(pk, { from: reportMark(''), to: reportMark('~') }))) {
    for (const { sk, copy } of page) copies.set(sk.slice(reportMark('').length), copy);
  }
  const range = { from: `ROW#${period.from}`, to: `ROW#${period.to}#~` };
  for await (const page of table.pages(partitionQuery(pk, range))) {
    yield page.flatMap(({ row: stored, copy }) => {
      const row = rowSchema.parse(stored);
      return copies.has(row.report) && copies.get(row.report) === copy ? [row] : [];
    });
  }
}
