import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { answerJson, type LocalRequest, type LocalServer, startServer } from './http.ts';

/** One data point of a metric. */
export interface DataPoint {
  /** ISO 8601. */
  readonly at: string;
  readonly value: number;
}

/** How the local CloudWatch is set up. */
export interface CloudWatchOptions {
  /** Default: a free port. */
  readonly port?: number;
}

/** Metrics for the real CloudWatch client. */
export interface CloudWatchServer extends LocalServer {
  /** Replaces the data points of a metric (`AWS/SES`, `Reputation.BounceRate`). */
  set(namespace: string, metric: string, points: readonly DataPoint[]): void;
  /** Reads the data points of a metric from where they arise, whenever it is asked for: those of a span, in milliseconds. */
  feed(namespace: string, metric: string, points: (from: number, until: number) => Iterable<DataPoint>): void;
  /** Makes every call fail with this error of CloudWatch's (`AccessDenied`, `ThrottlingException`); undefined ends it. */
  fail(name: string | undefined): void;
  /** What each metric's StatusCode says. Default `Complete`. */
  status: 'Complete' | 'PartialData' | 'InternalError' | 'Forbidden';
  /** Calls answered so far. */
  readonly calls: number;
}

const requestSchema = z.object({
  /** Epoch seconds. */
  StartTime: z.number(),
  EndTime: z.number(),
  MetricDataQueries: z.array(
    z.object({
      Id: z.string().regex(/^[a-z][a-zA-Z0-9_]*$/),
      MetricStat: z.object({
        Metric: z.object({ Namespace: z.string(), MetricName: z.string() }),
        Period: z.int().positive(),
        Stat: z.enum(['Maximum', 'Sum']),
      }),
    }),
  ),
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).optional(),
});

/**
 * Serves GetMetricData (statistics Maximum and Sum) over the JSON protocol:
 * `new CloudWatchClient({ endpoint: server.endpoint, ... })`. A metric nobody set has no data points, as in AWS.
 */
export async function startCloudWatch(options: CloudWatchOptions = {}): Promise<CloudWatchServer> {
  const metrics = new Map<string, (from: number, until: number) => Iterable<DataPoint>>();
  let failure: string | undefined;
  let calls = 0;

  const handle = (request: LocalRequest, response: ServerResponse): void => {
    calls += 1;
    if (failure !== undefined) {
      answerJson(response, 400, { __type: `com.amazonaws.cloudwatch#${failure}`, message: failure });
      return;
    }
    const name = (request.header('x-amz-target') ?? '').replace(/^GraniteServiceVersion20100801\./, '');
    if (name !== 'GetMetricData') {
      const message = `${name || request.path} is not part of the local CloudWatch.`;
      answerJson(response, 501, { __type: 'UnknownOperationException', message });
      return;
    }
    const parsed = requestSchema.safeParse(JSON.parse(request.body));
    if (!parsed.success) {
      const message = z.prettifyError(parsed.error);
      answerJson(response, 400, { __type: 'InvalidParameterValue', message });
      return;
    }
    const { StartTime, EndTime, MetricDataQueries, ScanBy } = parsed.data;
    answerJson(
      response,
      200,
      {
        MetricDataResults: MetricDataQueries.map(({ Id, MetricStat: { Metric, Period, Stat } }) => {
          const read = metrics.get(`${Metric.Namespace}\n${Metric.MetricName}`);
          const points = read?.(StartTime * 1000, EndTime * 1000) ?? [];
          const periods = byPeriod(points, STATISTICS[Stat], StartTime, EndTime, Period);
          const ordered = [...periods].sort(([a], [b]) => (ScanBy === 'TimestampAscending' ? a - b : b - a));
          return {
            Id,
            Label: Metric.MetricName,
            Timestamps: server.status === 'Complete' ? ordered.map(([at]) => at) : [],
            Values: server.status === 'Complete' ? ordered.map(([, value]) => value) : [],
            StatusCode: server.status,
          };
        }),
        Messages: [],
      },
      { 'content-type': 'application/x-amz-json-1.0' },
    );
  };

  const server: CloudWatchServer = {
    ...(await startServer(handle, options.port)),
    set: (namespace, metric, points) => {
      metrics.set(`${namespace}\n${metric}`, () => points);
    },
    feed: (namespace, metric, points) => {
      metrics.set(`${namespace}\n${metric}`, points);
    },
    fail: (name) => {
      failure = name;
    },
    status: 'Complete',
    get calls() {
      return calls;
    },
  };
  return server;
}

/** How two values of one period become one. */
const STATISTICS = {
  Maximum: Math.max,
  Sum: (a: number, b: number) => a + b,
} as const;

/** Start of each period (epoch seconds) that has data points, with their statistic. */
function byPeriod(
  points: Iterable<DataPoint>,
  combine: (a: number, b: number) => number,
  from: number,
  until: number,
  period: number,
): Map<number, number> {
  const periods = new Map<number, number>();
  for (const { at, value } of points) {
    const seconds = Date.parse(at) / 1000;
    if (seconds < from || seconds >= until) continue;
    const start = Math.floor(seconds / period) * period;
    const known = periods.get(start);
    periods.set(start, known === undefined ? value : combine(known, value));
  }
  return periods;
}
