import type { MetricSource, Statistic } from '../../local/alarm-evaluator.ts';

/** The finest grain of the tests' metrics, seconds. */
const GRAIN = 300;

/** What is known of five minutes of a metric. */
interface Bucket {
  sum: number;
  count: number;
  most: number;
  least: number;
}

/** Metrics that a test writes: what was sampled, by metric and five-minute bucket. */
export class Metrics implements MetricSource {
  readonly #buckets = new Map<string, Map<number, Bucket>>();

  /** Names of the metrics that have a sample. */
  get names(): readonly string[] {
    return [...this.#buckets.keys()];
  }

  /** Adds a sample; `metric` as `AWS/SQS ApproximateNumberOfMessagesVisible DeadLetterQueue`, `at` in seconds. */
  add(metric: string, at: number, value: number): void {
    const buckets = this.#buckets.get(metric) ?? new Map<number, Bucket>();
    this.#buckets.set(metric, buckets);
    const known = buckets.get(Math.floor(at / GRAIN)) ?? {
      sum: 0,
      count: 0,
      most: Number.NEGATIVE_INFINITY,
      least: Number.POSITIVE_INFINITY,
    };
    buckets.set(Math.floor(at / GRAIN), {
      sum: known.sum + value,
      count: known.count + 1,
      most: Math.max(known.most, value),
      least: Math.min(known.least, value),
    });
  }

  /** A statistic of a metric between two moments, in seconds; undefined: no sample. */
  statistic(metric: string, stat: Statistic, from: number, until: number): number | undefined {
    const buckets = this.#buckets.get(metric);
    if (buckets === undefined) return undefined;
    let [sum, count, most, least] = [0, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let bucket = Math.floor(from / GRAIN); bucket < until / GRAIN; bucket += 1) {
      const known = buckets.get(bucket);
      if (known === undefined) continue;
      sum += known.sum;
      count += known.count;
      most = Math.max(most, known.most);
      least = Math.min(least, known.least);
    }
    if (count === 0) return undefined;
    return { Sum: sum, Average: sum / count, Maximum: most, Minimum: least }[stat];
  }
}
