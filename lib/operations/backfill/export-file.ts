import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { normaliseAddress } from '../../address.ts';
import type { Fact } from '../../mails/fact.ts';
import { Refusal } from '../../refusal.ts';
import type { InsightsEvent } from '../../suppression/insights.ts';
import { bounceFact, complaintFact, senderOf } from './insight-facts.ts';

/**
 * The file of a message insights export. Its columns are documented nowhere; they are read by name, as the emulator
 * floci found them at SES (github.com/floci-io/floci, SesExportPayloads, 2026-09-23): every value quoted, times as
 * `2026-09-21 01:02:03.123 UTC`, a comma at the end of each line.
 */

/** The columns a fact is made of. */
const REQUIRED_COLUMNS = ['messageid', 'sendtimestamp', 'destination', 'last_delivery_event'] as const;
/** Longest row read, bytes: a subject and a diagnostic are a fraction of it. */
const LONGEST_ROW = 256 * 1024;

/** A row of the file: values by column name. */
export type ExportRow = Readonly<Record<string, string | undefined>>;

/** Thrown when a file is not a message insights export as this code knows it. */
class ExportFormatError extends Refusal {
  override readonly name = 'ExportFormatError';
  override readonly code = 'export-format';
}

/**
 * The rows of a file, one by one: never more than a few are in memory.
 *
 * @throws {ExportFormatError} when the file's columns are not those of a message insights export.
 */
export async function* exportRows(file: AsyncIterable<Uint8Array>): AsyncGenerator<ExportRow> {
  const parser = parse({
    bom: true,
    columns: (header: string[]) => checkedColumns(header.map((name) => name.trim().toLowerCase())),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  // Failures of either side come out of the parser, where they are awaited.
  pipeline(file, parser, () => {});
  for await (const row of parser) yield row;
}

function checkedColumns(names: string[]): string[] {
  const missing = REQUIRED_COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new ExportFormatError({
      ja: `エクスポートに列 ${missing.join(', ')} がありません（SES が形式を変えたようです）。--export を付けずに実行してください。`,
      en: `the export has no column ${missing.join(', ')}: SES changed its format; run the backfill without --export`,
    });
  }
  return names;
}

/** What a row is about. */
export type RowReading =
  | {
      readonly kind: 'facts';
      readonly address: string;
      readonly messageId: string;
      readonly facts: readonly Fact[];
    }
  /** Nothing that a fact is made of: another event, or a value that cannot be read. */
  | { readonly kind: 'other' | 'unreadable' };

/** SES's words for the bounces of an export (DeliveryEventType). */
const BOUNCES: Readonly<Record<string, string>> = {
  PERMANENT_BOUNCE: 'Permanent',
  TRANSIENT_BOUNCE: 'Transient',
  UNDETERMINED_BOUNCE: 'Undetermined',
};

/** The facts of a row; none for a mail that SES did not send. Pure. */
export function readRow(row: ExportRow): RowReading {
  const type = row.last_delivery_event ?? '';
  const bounceType = Object.hasOwn(BOUNCES, type) ? BOUNCES[type] : undefined;
  if (bounceType === undefined && type !== 'COMPLAINT') return { kind: 'other' };
  const address = normaliseAddress(row.destination ?? '');
  const messageId = row.messageid ?? '';
  const sentAt = momentOf(row.sendtimestamp);
  const at = momentOf(row.last_delivery_event_timestamp) ?? sentAt;
  if (!address.includes('@') || messageId === '' || at === undefined) return { kind: 'unreadable' };
  const event: InsightsEvent = {
    at,
    type,
    ...(bounceType !== undefined && { bounceType }),
    ...(row.bounce_sub_type && { bounceSubType: row.bounce_sub_type, complaintSubType: row.bounce_sub_type }),
    ...(row.diagnostic_code && { diagnosticCode: row.diagnostic_code }),
  };
  const common = { address, id: messageId, messageId, sentAt, ...senderOf(row.fromaddress) };
  const facts = bounceType === undefined ? complaintFact(event, common) : bounceFact(event, common);
  return { kind: 'facts', address, messageId, facts };
}

/** `2026-09-21 01:02:03.123 UTC`, or ISO 8601, to ISO 8601 UTC; undefined when it is no moment. */
function momentOf(text: string | undefined): string | undefined {
  const [, day, time] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(?:UTC|Z)?$/.exec(text ?? '') ?? [];
  const moment = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(moment) ? undefined : new Date(moment).toISOString();
}
