import { now as systemNow } from '../lib/clock.ts';
import { snsEvent } from './envelopes.ts';
import { type AsyncOptions, type FailureRecord, invokeAsync, type LocalHandler } from './invoke.ts';
import { type Random, seeded } from './random.ts';

/** A function subscribed to the topic. */
interface Subscription {
  readonly name: string;
  readonly handler: LocalHandler;
  /** The subscription's filter policy: whether a message is delivered. Default: all are. */
  readonly filter?: (message: string) => boolean;
}

/** How a local topic delivers. */
export interface TopicOptions extends AsyncOptions {
  readonly subscriptions: readonly Subscription[];
  /** Share of the messages delivered more than once, 0 to 1. Default 0. */
  readonly duplicates?: number;
  /**
   * Messages held back at most before one of them, drawn by lot, goes out: 0 keeps the order. What is held back
   * goes out at `idle()`. Default 0.
   */
  readonly reorder?: number;
  /** Seed of duplicates and order. */
  readonly seed?: number;
}

/**
 * SNS in front of real Lambda handlers: each message becomes an asynchronous invocation with one record, tried
 * three times, then handed to the on-failure destination. Delivery is one after the other.
 */
export class LocalTopic {
  /** What the functions gave up on, as the on-failure destination received it. */
  readonly deadLetters: FailureRecord[] = [];

  private readonly options: TopicOptions;
  private readonly random: Random;
  private readonly held: { readonly message: string; readonly nonce: number }[] = [];
  private working: Promise<void> = Promise.resolve();
  private published = 0;
  private delivered = 0;

  constructor(options: TopicOptions) {
    this.options = options;
    this.random = seeded(options.seed ?? 7);
  }

  /** Messages published so far. */
  get publishedCount(): number {
    return this.published;
  }

  /** Invocations that ended so far, duplicates included, retries not. */
  get deliveredCount(): number {
    return this.delivered;
  }

  /** Takes a message; it is delivered in the background. */
  readonly publish = (message: string): void => {
    const nonce = this.published++;
    this.held.push({ message, nonce });
    if (this.random.chance(this.options.duplicates ?? 0)) this.held.push({ message, nonce });
    const hold = this.options.reorder ?? 0;
    while (this.held.length > hold) this.releaseOne();
  };

  /** Delivers what is held back and resolves when every delivery has ended. */
  async idle(): Promise<void> {
    while (this.held.length > 0) this.releaseOne();
    // A handler may cause new messages while it runs.
    for (let seen: Promise<void> | undefined; seen !== this.working; ) {
      seen = this.working;
      await seen;
    }
  }

  private releaseOne(): void {
    const index = this.held.length > 1 && this.options.reorder ? this.random.below(this.held.length) : 0;
    const [next] = this.held.splice(index, 1);
    if (next === undefined) return;
    this.working = this.working.then(() => this.deliver(next.message, next.nonce));
  }

  private async deliver(message: string, nonce: number): Promise<void> {
    const at = (this.options.now ?? systemNow)().toISOString();
    for (const subscription of this.options.subscriptions) {
      if (subscription.filter?.(message) === false) continue;
      await invokeAsync(subscription.name, subscription.handler, snsEvent(message, { at, nonce }), {
        ...this.options,
        onFailure: async (record) => {
          this.deadLetters.push(record);
          await this.options.onFailure?.(record);
        },
      });
      this.delivered++;
    }
  }
}
