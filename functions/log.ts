import { maskAddressesIn } from '../lib/address.ts';
import { now } from '../lib/clock.ts';

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
  /** Adds to CloudWatch metrics of the stage. All are one line; zeros are left out, and without others the line. */
  count(metrics: Readonly<Record<string, number>>): void;
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
  return {
    info: at('INFO'),
    warn: at('WARN'),
    error: at('ERROR'),
    count(metrics) {
      const counted = Object.entries(metrics).filter(([, count]) => count !== 0);
      if (counted.length > 0 && threshold() !== 'SILENT') write(metricLine(counted, { stage, requestId }));
    },
  };
}

function threshold(): (typeof LEVELS)[number] {
  return LEVELS.find((level) => level === process.env.LOG_LEVEL?.toUpperCase()) ?? 'INFO';
}

/**
 * Counts in CloudWatch's embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html):
 * a log line that CloudWatch reads as metrics, with the stage as their only dimension. The unit may be left out, and is.
 */
function metricLine(
  counted: readonly (readonly [string, number])[],
  { stage, requestId }: { stage: string; requestId: string | undefined },
): Details {
  const Metrics = counted.map(([Name]) => ({ Name }));
  return {
    _aws: {
      Timestamp: now().getTime(),
      CloudWatchMetrics: [{ Namespace: 'todoku', Dimensions: [['stage']], Metrics }],
    },
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
