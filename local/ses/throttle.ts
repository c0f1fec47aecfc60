/** A token bucket's settings. */
export interface ThrottleOptions {
  /** Tokens a second; SES grants one call a second on everything but sending. */
  readonly perSecond: number;
  /** Tokens the bucket holds. Default: `perSecond`, at least 1. */
  readonly burst?: number;
  /** Time in milliseconds: the machine's, or a settable clock's. Default: the machine's monotonic time. */
  readonly time?: () => number;
}

/** A token bucket: full at the start, refilled evenly. */
export class TokenBucket {
  private readonly perMs: number;
  private readonly capacity: number;
  private readonly time: () => number;
  private tokens: number;
  private filledAt: number;

  constructor(options: ThrottleOptions) {
    this.perMs = options.perSecond / 1000;
    this.capacity = options.burst ?? Math.max(1, options.perSecond);
    this.time = options.time ?? (() => performance.now());
    this.tokens = this.capacity;
    this.filledAt = this.time();
  }

  /** Takes a token; false when there is none. */
  take(): boolean {
    const time = this.time();
    // A settable clock may go back: nothing is refilled then.
    this.tokens = Math.min(this.capacity, this.tokens + Math.max(0, time - this.filledAt) * this.perMs);
    this.filledAt = time;
    if (this.tokens < 1 - 1e-9) return false;
    this.tokens -= 1;
    return true;
  }
}
