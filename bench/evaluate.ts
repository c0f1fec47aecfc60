import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import * as z from 'zod';
import { normaliseAddress, stripControls } from '../lib/address.ts';
import { carrierById } from '../lib/classification/carriers.ts';
import { readReply } from '../lib/classification/read-reply.ts';
import type { Confidence, Reason } from '../lib/classification/types.ts';
import { classOf, reasonOfLabel } from './evaluate/sisimai.ts';

/** One labelled sample, a JSON object a line. Fields beyond these are ignored. */
const sampleSchema = z.object({
  recipient: z.string(),
  label: z.string(),
  carrier: z.string().nullish(),
  diagnosticCode: z.string().nullish(),
  diagnosticFrom: z.string().nullish(),
  enhancedStatus: z.string().nullish(),
  remoteMta: z.string().nullish(),
  action: z.string().nullish(),
  timestamp: z.string().nullish(),
});

interface Judged {
  readonly line: number;
  readonly label: Reason;
  readonly carrier: string | undefined;
  readonly expected: string;
  readonly reason: Reason;
  readonly confidence: Confidence;
  readonly actual: string;
  readonly rule: string;
  readonly ses: boolean;
  readonly text: string;
}

/** Thrown for a file that cannot be evaluated; the message names the line. */
class InvalidSampleError extends Error {
  override readonly name = 'InvalidSampleError';
}

/**
 * The moment samples without a date are judged at: before docomo's change of 2025, as the public collections are.
 * `--at` sets another.
 */
const DEFAULT_AT = '2022-06-30T00:00:00.000Z';

function judge(text: string, line: number, at: string): Judged {
  const sample = parse(text, line);
  const label = reasonOfLabel(sample.label);
  if (label === undefined) throw new InvalidSampleError(`line ${line}: "${sample.label}" is no known label`);
  const reading = readReply({
    recipient: normaliseAddress(sample.recipient),
    at: sample.timestamp ?? at,
    ...(sample.remoteMta ? { remoteMta: sample.remoteMta } : {}),
    ...(sample.enhancedStatus ? { status: sample.enhancedStatus } : {}),
    ...(sample.diagnosticCode ? { diagnosticCode: sample.diagnosticCode } : {}),
    ...(sample.action ? { action: sample.action } : {}),
  });
  const carrier = sample.carrier && sample.carrier !== 'none' ? sample.carrier : undefined;
  return {
    line,
    label,
    carrier,
    expected: classOf(label, carrier),
    reason: reading.reason,
    confidence: reading.confidence,
    actual: classOf(reading.reason, reading.carrier),
    rule: reading.rule,
    ses: sample.diagnosticFrom === 'dsn-header' || sample.diagnosticFrom === 'ses-json',
    text: stripControls(sample.diagnosticCode ?? '').slice(0, 160),
  };
}

function parse(text: string, line: number): z.infer<typeof sampleSchema> {
  try {
    return sampleSchema.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new InvalidSampleError(`line ${line}: not a labelled sample: ${why}`);
  }
}

interface Agreement {
  readonly rows: number;
  readonly byClass: number;
  readonly exact: number;
}

function agreement(rows: readonly Judged[]): Agreement {
  return {
    rows: rows.length,
    byClass: rows.filter((row) => row.expected === row.actual).length,
    exact: rows.filter((row) => row.label === row.reason).length,
  };
}

interface CarrierScore {
  readonly carrier: string;
  readonly rows: number;
  readonly rejections: number;
  readonly claimed: number;
  readonly right: number;
  /** Rejections that the words leave open: neither claimed nor missed. */
  readonly leftOpen: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

/** A carrier rejection is claimed when the verdict is `filtered` at a carrier, likely or certain. */
function isClaim(row: Judged): boolean {
  return row.actual === 'carrier-rejection' && row.confidence !== 'ambiguous';
}

function scoreOf(carrier: string, rows: readonly Judged[]): CarrierScore {
  const rejections = rows.filter((row) => row.expected === 'carrier-rejection');
  const claims = rows.filter(isClaim);
  const right = claims.filter((row) => row.expected === 'carrier-rejection').length;
  return {
    carrier,
    rows: rows.length,
    rejections: rejections.length,
    claimed: claims.length,
    right,
    leftOpen: rejections.filter((row) => row.actual === 'carrier-rejection' && row.confidence === 'ambiguous')
      .length,
    precision: claims.length === 0 ? null : right / claims.length,
    recall: rejections.length === 0 ? null : right / rejections.length,
  };
}

function scores(rows: readonly Judged[]): readonly CarrierScore[] {
  const groups = Map.groupBy(rows, (row) => row.carrier ?? 'none');
  const each = [...groups].map(([carrier, group]) => scoreOf(carrier, group));
  return [...each.sort((a, b) => a.carrier.localeCompare(b.carrier)), scoreOf('all', rows)];
}

function confusion(rows: readonly Judged[]): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const matrix: Record<string, Record<string, number>> = {};
  for (const row of rows) {
    const line = matrix[row.expected] ?? {};
    line[row.actual] = (line[row.actual] ?? 0) + 1;
    matrix[row.expected] = line;
  }
  return matrix;
}

/** How often readings of each confidence were right. */
function calibration(rows: readonly Judged[]): Readonly<Record<Confidence, Agreement>> {
  const rowsOf = (confidence: Confidence) => agreement(rows.filter((row) => row.confidence === confidence));
  return { certain: rowsOf('certain'), likely: rowsOf('likely'), ambiguous: rowsOf('ambiguous') };
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} % (${part}/${whole})`;
}

function share(value: number | null): string {
  return value === null ? '-' : `${(100 * value).toFixed(1)} %`;
}

function print(rows: readonly Judged[]): void {
  const ses = agreement(rows.filter((row) => row.ses));
  const rest = agreement(rows.filter((row) => !row.ses));
  const out: string[] = ['Confusion matrix by class (label -> verdict)'];
  for (const [expected, line] of Object.entries(confusion(rows))) {
    const cells = Object.entries(line).sort(([, a], [, b]) => b - a);
    out.push(`  ${expected.padEnd(18)} ${cells.map(([actual, count]) => `${actual} ${count}`).join(', ')}`);
  }
  out.push('', 'Carrier rejection: claimed = likely or certain; left open = ambiguous');
  for (const score of scores(rows)) {
    const name = carrierById(score.carrier)?.name.en ?? score.carrier;
    out.push(
      `  ${name.padEnd(16)} rows ${score.rows}, rejections ${score.rejections}, claimed ${score.claimed}, left open ${score.leftOpen}, precision ${share(score.precision)}, recall ${share(score.recall)}`,
    );
  }
  out.push('', 'Calibration: how often a reading of each confidence was right');
  for (const [confidence, each] of Object.entries(calibration(rows))) {
    out.push(
      `  ${confidence.padEnd(16)} ${percent(each.byClass, each.rows)} by class, ${percent(each.exact, each.rows)} exact`,
    );
  }
  out.push('', 'Disagreements by class');
  for (const row of rows.filter((entry) => entry.expected !== entry.actual)) {
    out.push(
      `  line ${row.line}${row.ses ? '' : ' (body)'}: ${row.label} -> ${row.reason} ${row.confidence} [${row.rule}] ${row.text}`,
    );
  }
  out.push(
    '',
    `Agreement, SES-like rows: ${percent(ses.byClass, ses.rows)} by class, ${percent(ses.exact, ses.rows)} exact`,
    `Agreement, other rows:    ${percent(rest.byClass, rest.rows)} by class, ${percent(rest.exact, rest.rows)} exact`,
  );
  process.stdout.write(`${out.join('\n')}\n`);
}

function printJson(rows: readonly Judged[]): void {
  const report = {
    ses: agreement(rows.filter((row) => row.ses)),
    other: agreement(rows.filter((row) => !row.ses)),
    carriers: scores(rows),
    calibration: calibration(rows),
    confusion: confusion(rows),
    disagreements: rows
      .filter((row) => row.expected !== row.actual)
      .map(({ line, label, reason, confidence, rule, ses }) => ({
        line,
        label,
        reason,
        confidence,
        rule,
        ses,
      })),
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

const command = new Command('evaluate')
  .description('Run labelled samples (JSON lines) through the reply rules and compare.')
  .argument('<file>', 'JSON lines: recipient, label, carrier, diagnosticCode, enhancedStatus, remoteMta, ...')
  .option('--json', 'one JSON object instead of a report')
  .option('--at <time>', 'when samples without a timestamp happened, ISO 8601', DEFAULT_AT)
  .action(async (file: string, options: { readonly json?: true; readonly at: string }) => {
    const rows: Judged[] = [];
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      line += 1;
      if (text.trim() !== '') rows.push(judge(text, line, options.at));
    }
    if (options.json) printJson(rows);
    else print(rows);
  });

command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`evaluate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
