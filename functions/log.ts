import { channel } from 'node:diagnostics_channel';
import { maskAddressesIn } from '../lib/address.ts';
import { now } from '../lib/clock.ts';
import { countedAs, RECORDED_TYPES, type RecordedType } from '../lib/events/recorded.ts';

/** How loud a line is; `SILENT` as LOG_LEVEL: nothing is written, metrics neither. */
const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'] as const;

type Details = Readonly<Record<string, unknown>>;

/** What a function writes: JSON, one line each, with the stack's stage and the invocation's request id. */
export interface Log {
  /** What a run did. */
  info(message: string, details?: Details): void;
  /** What somebody should look at. */
  warn(message: string, details?: Details): void;
  /** What failed. */
  error(message: string, details?: Details): void;
  /**
   * Adds up figures of the stage. All are one line; zeros are left out, and without others the line. Those that somebody
   * asks for are CloudWatch metrics ({@link ALARMED}, {@link READ_BACK}), the others too with WATCH=full: each costs by the
   * month.
   */
  count(metrics: Readonly<Record<string, number>>): void;
  /** The same for what was measured, where zero says something. */
  measure(metrics: Readonly<Record<string, number>>): void;
}

/** The figures that alarms listen to (deploy/alarms.ts). */
export const ALARMED: ReadonlySet<string> = new Set([
  ...['eventsFailed', 'PutBacksRefused', 'SenderFindingsAppeared', 'ForgetKeyLost'],
  ...['RunsEnded', 'Silent', 'HoursStopped', 'HoursUnfinished', 'HoursOverdue', 'AuditHoursOverdue'],
]);

/** The figures that `todoku doctor` reads back, to say when an event of each kind was last recorded. */
export const READ_BACK: ReadonlySet<string> = new Set(
  Object.keys(RECORDED_TYPES).map((type) => countedAs(type as RecordedType)),
);

/**
 * Where figures that are metrics are told inside this process: the local system listens here, as CloudWatch reads a
 * function's log. Nobody listens in Lambda.
 */
export const FIGURES = channel('todoku:figures');

/** What {@link FIGURES} tells. */
export interface Figures {
  readonly stage: string;
  /** By the metric's name. */
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * The log of one invocation, on standard output: LOG_LEVEL and STAGE of the environment apply.
 *
 * Every text is masked, whatever was handed over: no level shows an address.
 */
export function logOf(requestId: string | undefined): Log {
  const isWritten = (level: (typeof LEVELS)[number]) => LEVELS.indexOf(level) >= LEVELS.indexOf(threshold());
  const stage = process.env.STAGE ?? 'local';
  const at = (level: 'INFO' | 'WARN' | 'ERROR') => (message: string, details?: Details) => {
    if (isWritten(level)) write({ level, message, stage, requestId, ...details });
  };
  const measure = (figures: readonly (readonly [string, number])[]) => {
    if (figures.length === 0) return;
    const watched = figures.filter(([name]) => isMetric(name));
    if (watched.length > 0)
      FIGURES.publish({ stage, figures: Object.fromEntries(watched) } satisfies Figures);
    if (threshold() !== 'SILENT') write(metricLine(figures, { stage, requestId }));
  };
  return {
    info: at('INFO'),
    warn: at('WARN'),
    error: at('ERROR'),
    count: (metrics) => measure(Object.entries(metrics).filter(([, count]) => count !== 0)),
    measure: (metrics) => measure(Object.entries(metrics)),
  };
}

function threshold(): (typeof LEVELS)[number] {
  return LEVELS.find((level) => level === process.env.LOG_LEVEL?.toUpperCase()) ?? 'INFO';
}

function isMetric(name: string): boolean {
  return ALARMED.has(name) || READ_BACK.has(name) || process.env.WATCH === 'full';
}

/**
 * Figures in CloudWatch's embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html):
 * a log line that CloudWatch reads as metrics, with the stage as their only dimension. The unit may be left out, and is.
 */
function metricLine(
  counted: readonly (readonly [string, number])[],
  { stage, requestId }: { stage: string; requestId: string | undefined },
): Details {
  const Metrics = counted.flatMap(([Name]) => (isMetric(Name) ? [{ Name }] : []));
  return {
    ...(Metrics.length > 0 && {
      _aws: {
        Timestamp: now().getTime(),
        CloudWatchMetrics: [{ Namespace: 'todoku', Dimensions: [['stage']], Metrics }],
      },
    }),
    stage,
    requestId,
    ...Object.fromEntries(counted),
  };
}

/** Not `console`: Lambda's writes time, request id and level before each line, and the JSON would be no JSON. */
function write(line: Details): void {
  const masked = (_key: string, value: unknown) => {
    if (typeof value === 'string') return maskAddressesIn(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [maskAddressesIn(name), each]));
  };
  process.stdout.write(`${JSON.stringify(line, masked)}\n`);
}
