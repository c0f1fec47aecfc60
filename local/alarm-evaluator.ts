import * as z from 'zod';

/** CloudWatch's alarms, as far as this stack uses them, played over metrics. */

/** A metric as an alarm names it: namespace, name, and the value of its one dimension. */
const metricSchema = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
});
const statistic = z.enum(['Sum', 'Maximum', 'Minimum', 'Average']);
const propertiesSchema = z.looseObject({
  AlarmName: z.string(),
  Metrics: z
    .array(
      z.object({
        Id: z.string(),
        Expression: z.string().optional(),
        MetricStat: z.object({ Metric: metricSchema, Period: z.number(), Stat: statistic }).optional(),
        ReturnData: z.boolean(),
      }),
    )
    .optional(),
  Statistic: statistic.optional(),
  Period: z.number().optional(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number(),
  Threshold: z.number(),
  ComparisonOperator: z.enum(['GreaterThanThreshold', 'GreaterThanOrEqualToThreshold', 'LessThanThreshold']),
  TreatMissingData: z.enum(['missing', 'ignore', 'notBreaching']),
});
type Properties = z.infer<typeof propertiesSchema>;

/** What an alarm is in. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** An alarm's change of state: `at` in seconds. */
export interface Change {
  readonly alarm: string;
  readonly at: number;
  readonly to: AlarmState;
}

/** The finest step in which an alarm is played, seconds. */
const GRAIN = 300;
/** CloudWatch retrieves more periods than it evaluates (how many, its documentation leaves open). */
const EXTRA_PERIODS = 2;

/** How the values of a period become one. */
export type Statistic = z.infer<typeof statistic>;

/** Metrics as an alarm asks for them. */
export interface MetricSource {
  /** A statistic of a metric ({@link nameOf}) between two moments, in seconds; undefined: no sample. */
  statistic(metric: string, stat: Statistic, from: number, until: number): number | undefined;
}

/** The name a metric goes by: `AWS/SQS ApproximateNumberOfMessagesVisible DeadLetterQueue`. */
export function nameOf({ Namespace, MetricName, Dimensions }: z.infer<typeof metricSchema>): string {
  return [Namespace, MetricName, ...Dimensions.map(({ Value }) => dimensionValue(Value))].join(' ');
}

/** A dimension's value: the words themselves, or the name of the resource that is referred to. */
function dimensionValue(value: unknown): string {
  if (typeof value === 'string') return value;
  const reference = z
    .union([
      z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
      z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform((r) => r['Fn::GetAtt'][0]),
    ])
    .parse(value);
  return reference;
}

/** The metrics that an alarm listens to, by their ids, with the period in seconds. */
export function watchedBy(resource: unknown): {
  readonly name: string;
  readonly metrics: readonly string[];
  readonly window: number;
  readonly period: number;
} {
  const properties = parsed(resource);
  const { period, inputs } = inputsOf(properties);
  return {
    name: properties.AlarmName,
    metrics: [...inputs.values()].map(({ metric }) => metric),
    window: period * properties.EvaluationPeriods,
    period,
  };
}

function parsed(resource: unknown): Properties {
  return z.object({ Properties: propertiesSchema }).parse(resource).Properties;
}

interface Input {
  readonly metric: string;
  readonly stat: Statistic;
}

function inputsOf(properties: Properties): {
  readonly period: number;
  readonly inputs: ReadonlyMap<string, Input>;
  readonly expression?: string;
} {
  const { Metrics: metrics, Period, Statistic } = properties;
  if (metrics === undefined) {
    const metric = nameOf(metricSchema.parse(properties));
    return {
      period: z.number().parse(Period),
      inputs: new Map([['m', { metric, stat: statistic.parse(Statistic) }]]),
    };
  }
  const inputs = new Map<string, Input>();
  let period = 0;
  for (const { Id, MetricStat } of metrics) {
    if (MetricStat === undefined) continue;
    period = MetricStat.Period;
    inputs.set(Id, { metric: nameOf(MetricStat.Metric), stat: MetricStat.Stat });
  }
  const expression = metrics.find(({ ReturnData }) => ReturnData)?.Expression;
  if (expression === undefined) throw new Error(`${properties.AlarmName} returns no expression`);
  return { period, inputs, expression };
}

/** Values of successive periods, oldest first; undefined: missing. */
type Series = readonly (number | undefined)[];

/**
 * Every change of an alarm's state between two moments (seconds).
 *
 * @param initial the state before them; a new alarm's where absent.
 * @param fillsNothing whether FILL leaves a series alone that has no point at all; CloudWatch's documentation does not
 * say, so that an alarm must be right both ways.
 */
export function play(
  resource: unknown,
  metrics: MetricSource,
  [from, until]: readonly [number, number],
  {
    fillsNothing,
    initial = 'INSUFFICIENT_DATA',
  }: { readonly fillsNothing: boolean; readonly initial?: AlarmState },
): Change[] {
  const properties = parsed(resource);
  const { period, inputs, expression } = inputsOf(properties);
  const changes: Change[] = [];
  let state = initial;
  // CloudWatch looks at alarms of a window over a day once an hour, at the others every minute.
  const step = period * properties.EvaluationPeriods > 86_400 ? 3_600 : Math.max(GRAIN, period / 4);
  for (let at = from; at <= until; at += step) {
    const length = properties.EvaluationPeriods + EXTRA_PERIODS + 1;
    const series = new Map(
      [...inputs].map(([id, { metric, stat }]) => [
        id,
        seriesOf(metrics, metric, stat, { at, period, length }),
      ]),
    );
    const values = expression ? calculate(expression, series, fillsNothing) : (series.get('m') ?? []);
    // The oldest period is there for DIFF alone.
    const next = judge(values.slice(1), properties, state);
    if (next !== state) changes.push({ alarm: properties.AlarmName, at, to: next });
    state = next;
  }
  return changes;
}

function seriesOf(
  metrics: MetricSource,
  metric: string,
  stat: Statistic,
  { at, period, length }: { readonly at: number; readonly period: number; readonly length: number },
): Series {
  return Array.from({ length }, (_, index) => {
    const end = at - (length - 1 - index) * period;
    return metrics.statistic(metric, stat, end - period, end);
  });
}

/** FILL(x, number), DIFF(x), names and sums: what the alarms use of metric math. */
function calculate(expression: string, series: ReadonlyMap<string, Series>, fillsNothing: boolean): Series {
  const text = expression.replaceAll(' ', '');
  const sum = outermostSum(text);
  if (sum) {
    const [left, right] = sum.map((part) => calculate(part, series, fillsNothing));
    return (left ?? []).map((value, index) => {
      const other = right?.[index];
      return value === undefined || other === undefined ? undefined : value + other;
    });
  }
  const filled = /^FILL\((\w+),(\d+)\)$/.exec(text);
  if (filled?.[1]) {
    const given = calculate(filled[1], series, fillsNothing);
    if (fillsNothing && given.every((value) => value === undefined)) return given;
    return given.map((value) => value ?? Number(filled[2]));
  }
  const differences = /^DIFF\((.*)\)$/.exec(text);
  if (differences?.[1]) {
    const given = calculate(differences[1], series, fillsNothing);
    return given.map((value, index) => {
      const before = given[index - 1];
      return value === undefined || before === undefined ? undefined : value - before;
    });
  }
  const named = series.get(text);
  if (named === undefined) throw new Error(`not understood: ${expression}`);
  return named;
}

/** The two sides of a plus sign that stands in no brackets. */
function outermostSum(text: string): [string, string] | undefined {
  let depth = 0;
  for (const [index, letter] of [...text].entries()) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === '+' && depth === 0) return [text.slice(0, index), text.slice(index + 1)];
  }
  return undefined;
}

/** See "Configuring how CloudWatch alarms treat missing data": the latest points that exist are what is judged. */
function judge(values: Series, alarm: Properties, state: AlarmState): AlarmState {
  const existing = values.filter((value) => value !== undefined);
  if (existing.length === 0) {
    if (alarm.TreatMissingData === 'ignore') return state;
    return alarm.TreatMissingData === 'missing' ? 'INSUFFICIENT_DATA' : 'OK';
  }
  const breaching = existing
    .slice(-alarm.EvaluationPeriods)
    .filter((value) => isBreaching(value, alarm.Threshold, alarm.ComparisonOperator));
  return breaching.length >= alarm.DatapointsToAlarm ? 'ALARM' : 'OK';
}

function isBreaching(value: number, threshold: number, operator: Properties['ComparisonOperator']): boolean {
  switch (operator) {
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'LessThanThreshold':
      return value < threshold;
  }
}
