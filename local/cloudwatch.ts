import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { type AlarmState, nameOf, play, type Statistic, watchedBy } from './alarm-evaluator.ts';
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
  /** Properties of AWS::CloudWatch::Alarm. Default: none. */
  readonly alarms?: readonly unknown[];
  /** Milliseconds; what the alarms go by. Default: the machine's time. */
  readonly time?: () => number;
}

/** An alarm's new state. */
export interface AlarmChange {
  readonly name: string;
  readonly description: string;
  readonly state: AlarmState;
}

/** Metrics and alarms for the real CloudWatch client. */
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
  /** Looks at the alarms: those whose state is another than at the look before, and that tell somebody of it. */
  changes(): readonly AlarmChange[];
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
        Stat: z.enum(['Maximum', 'Minimum', 'Sum', 'Average']),
      }),
    }),
  ),
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).optional(),
});

const alarmSchema = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.string()).default([]),
  OKActions: z.array(z.string()).default([]),
  InsufficientDataActions: z.array(z.string()).default([]),
  TreatMissingData: z.string(),
});

const describeSchema = z.object({ AlarmNamePrefix: z.string().default('') });

/**
 * Serves GetMetricData and DescribeAlarms over the JSON protocol: `new CloudWatchClient({ endpoint: server.endpoint, ... })`.
 * A metric nobody set has no data points, as in AWS; an alarm is judged by the metrics that there are.
 */
export async function startCloudWatch(options: CloudWatchOptions = {}): Promise<CloudWatchServer> {
  const metrics = new Map<string, Points>();
  const alarms = new Alarms(options.alarms ?? [], metrics, options.time ?? Date.now);
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
    if (name === 'DescribeAlarms') {
      const { AlarmNamePrefix } = describeSchema.parse(JSON.parse(request.body));
      const described = alarms.look().filter(({ AlarmName }) => AlarmName.startsWith(AlarmNamePrefix));
      const headers = { 'content-type': 'application/x-amz-json-1.0' };
      answerJson(response, 200, { MetricAlarms: described, CompositeAlarms: [] }, headers);
      return;
    }
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
          const periods = byPeriod(points, StartTime, EndTime, Period);
          const values = [...periods].map(([at, each]) => [at, STATISTICS[Stat](each)] as const);
          const ordered = values.sort(([a], [b]) => (ScanBy === 'TimestampAscending' ? a - b : b - a));
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
    changes: () => alarms.changes(),
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

type Points = (from: number, until: number) => Iterable<DataPoint>;

/** The name that alarms know a metric by: what it is of stands behind it. */
function keyOf(Namespace: string, MetricName: string, dimensions: Dimensions = {}): string {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return nameOf({ Namespace, MetricName, Dimensions });
}

/** The values of a period as one. */
const STATISTICS: Readonly<Record<Statistic, (values: readonly number[]) => number>> = {
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  Sum: (values) => values.reduce((sum, each) => sum + each, 0),
  Average: (values) => STATISTICS.Sum(values) / values.length,
};

/** Start of each period (epoch seconds) that has data points, with their values. */
function byPeriod(
  points: Iterable<DataPoint>,
  from: number,
  until: number,
  period: number,
): Map<number, number[]> {
  const periods = new Map<number, number[]>();
  for (const { at, value } of points) {
    const seconds = Date.parse(at) / 1000;
    if (seconds < from || seconds >= until) continue;
    const start = Math.floor(seconds / period) * period;
    const known = periods.get(start);
    if (known === undefined) periods.set(start, [value]);
    else known.push(value);
  }
  return periods;
}

/** How far back the first look at an alarm begins, seconds: what was before is not known to it. */
const FIRST_LOOK = 86_400;

/** Alarms, judged when somebody looks: what was between two looks is played then. */
class Alarms {
  readonly #alarms;
  readonly #metrics: ReadonlyMap<string, Points>;
  readonly #time: () => number;
  /** By name: the state, since when (seconds; 0: since before the first look), and up to when it was judged. */
  readonly #states = new Map<string, { state: AlarmState; since: number; at: number }>();

  constructor(alarms: readonly unknown[], metrics: ReadonlyMap<string, Points>, time: () => number) {
    this.#alarms = alarms.map((properties) => ({ properties, ...alarmSchema.parse(properties) }));
    this.#metrics = metrics;
    this.#time = time;
  }

  /** As DescribeAlarms shows them. */
  look() {
    return this.#alarms.map(({ properties, ...alarm }) => {
      const { state, since } = this.#judge(properties, alarm.AlarmName);
      return {
        ...alarm,
        ActionsEnabled: true,
        StateValue: state,
        ...(since > 0 && { StateUpdatedTimestamp: since }),
      };
    });
  }

  changes(): AlarmChange[] {
    return this.#alarms.flatMap(({ properties, ...alarm }) => {
      const { AlarmName: name, AlarmDescription: description } = alarm;
      const before = this.#states.get(name)?.state ?? 'INSUFFICIENT_DATA';
      const { state } = this.#judge(properties, name);
      const told = {
        ALARM: alarm.AlarmActions,
        OK: before === 'INSUFFICIENT_DATA' ? [] : alarm.OKActions,
        INSUFFICIENT_DATA: alarm.InsufficientDataActions,
      }[state];
      return state === before || told.length === 0 ? [] : [{ name, description, state }];
    });
  }

  #judge(properties: unknown, name: string) {
    const now = Math.floor(this.#time() / 1_000);
    const resource = { Properties: properties };
    const first = now - Math.max(FIRST_LOOK, watchedBy(resource).window);
    const before = this.#states.get(name) ?? { state: 'INSUFFICIENT_DATA' as const, since: 0, at: first };
    const source = { statistic: this.#statistic };
    const { state: initial } = before;
    const played = play(resource, source, [Math.max(before.at, first), now], {
      fillsNothing: false,
      initial,
    });
    // The steps of the play need not end in this moment.
    const known = played.at(-1)?.to ?? initial;
    const last =
      play(resource, source, [now, now], { fillsNothing: false, initial: known })[0] ?? played.at(-1);
    const judged = { state: last?.to ?? initial, since: last?.at ?? before.since, at: now };
    this.#states.set(name, judged);
    return judged;
  }

  readonly #statistic = (
    metric: string,
    stat: Statistic,
    from: number,
    until: number,
  ): number | undefined => {
    const values: number[] = [];
    for (const { at, value } of this.#metrics.get(metric)?.(from * 1_000, until * 1_000) ?? []) {
      const seconds = Date.parse(at) / 1_000;
      if (seconds >= from && seconds < until) values.push(value);
    }
    return values.length === 0 ? undefined : STATISTICS[stat](values);
  };
}
