import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { answerJson, type LocalRequest, type LocalServer, startServer } from './http.ts';

/** One data point of a metric. */
export interface DataPoint {
  /** ISO 8601. */
  readonly at: string;
  readonly value: number;
}

/** What a metric is of, by name: `{ TopicName: 'events' }`. */
export type Dimensions = Readonly<Record<string, string>>;

/** Whether CloudWatch has all of a metric that was asked for. */
type MetricStatus = 'Complete' | 'PartialData' | 'InternalError' | 'Forbidden';

/** How the local CloudWatch is set up. */
export interface CloudWatchOptions {
  /** Default: a free port. */
  readonly port?: number;
}

/** Metrics for the real CloudWatch client. */
export interface CloudWatchServer extends LocalServer {
  /**
   * Replaces the data points of a metric (`AWS/SES`, `Reputation.BounceRate`). One with dimensions is another metric
   * than the one without.
   */
  set(namespace: string, metric: string, points: readonly DataPoint[], dimensions?: Dimensions): void;
  /** Reads the data points of a metric from where they arise, whenever it is asked for: those of a span, in milliseconds. */
  feed(
    namespace: string,
    metric: string,
    points: (from: number, until: number) => Iterable<DataPoint>,
    dimensions?: Dimensions,
  ): void;
  /** Makes every call fail with this error of CloudWatch's (`AccessDenied`, `ThrottlingException`); undefined ends it. */
  fail(name: string | undefined): void;
  /** Makes one metric's StatusCode say this, whatever the others' say. */
  failOn(metric: string, status: MetricStatus): void;
  /** What each metric's StatusCode says. Default `Complete`. */
  status: MetricStatus;
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
        Metric: z.object({
          Namespace: z.string(),
          MetricName: z.string(),
          Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
        }),
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
  const failing = new Map<string, MetricStatus>();
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
          const dimensions = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
          const read = metrics.get(keyOf(Metric.Namespace, Metric.MetricName, dimensions));
          const points = read?.(StartTime * 1000, EndTime * 1000) ?? [];
          const periods = byPeriod(points, STATISTICS[Stat], StartTime, EndTime, Period);
          const ordered = [...periods].sort(([a], [b]) => (ScanBy === 'TimestampAscending' ? a - b : b - a));
          const StatusCode = failing.get(Metric.MetricName) ?? server.status;
          return {
            Id,
            Label: Metric.MetricName,
            Timestamps: StatusCode === 'Complete' ? ordered.map(([at]) => at) : [],
            Values: StatusCode === 'Complete' ? ordered.map(([, value]) => value) : [],
            StatusCode,
          };
        }),
        Messages: [],
      },
      { 'content-type': 'application/x-amz-json-1.0' },
    );
  };

  const server: CloudWatchServer = {
    ...(await startServer(handle, options.port)),
    set: (namespace, metric, points, dimensions) => {
      metrics.set(keyOf(namespace, metric, dimensions), () => points);
    },
    feed: (namespace, metric, points, dimensions) => {
      metrics.set(keyOf(namespace, metric, dimensions), points);
    },
    fail: (name) => {
      failure = name;
    },
    failOn: (metric, status) => {
      failing.set(metric, status);
    },
    status: 'Complete',
    get calls() {
      return calls;
    },
  };
  return server;
}

function keyOf(namespace: string, metric: string, dimensions: Dimensions = {}): string {
  return JSON.stringify([namespace, metric, ...Object.entries(dimensions).sort()]);
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
