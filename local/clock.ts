import { setClock } from '../lib/clock.ts';

/** How a local clock starts. */
export interface LocalClockOptions {
  /** ISO 8601; the machine's time when absent. */
  readonly start?: string;
  /** Whether time passes by itself from the start on. Default: frozen. */
  readonly flowing?: boolean;
}

/**
 * A clock that can be set, so that months of mail can be played in seconds. Frozen, it moves only when told;
 * flowing, it runs at the machine's speed from where it was set.
 */
export class LocalClock {
  /** Milliseconds since the epoch at the last setting. */
  private base: number;
  /** The machine's monotonic time at the last setting; undefined while frozen. */
  private since: number | undefined;
  private readonly listeners = new Set<() => void>();

  /** @throws {RangeError} when `start` is not a time. */
  constructor(options: LocalClockOptions = {}) {
    this.base = options.start === undefined ? Date.now() : parseTime(options.start);
    this.since = options.flowing ? performance.now() : undefined;
  }

  /** Milliseconds since the epoch. */
  readonly time = (): number =>
    this.since === undefined ? this.base : Math.floor(this.base + performance.now() - this.since);

  /** The present moment of this clock. */
  now(): Date {
    return new Date(this.time());
  }

  /** Whether time passes by itself. */
  get flowing(): boolean {
    return this.since !== undefined;
  }

  /**
   * Moves to a moment, forwards or backwards; listeners are told.
   *
   * @throws {RangeError} when the text is not a time.
   */
  set(iso: string): void {
    this.moveTo(parseTime(iso));
  }

  /** Moves on by milliseconds; listeners are told. */
  advance(ms: number): void {
    this.moveTo(this.time() + ms);
  }

  /** Stops at the present moment. */
  freeze(): void {
    this.base = this.time();
    this.since = undefined;
  }

  /** Lets time pass from the present moment on. */
  flow(): void {
    if (this.since === undefined) this.since = performance.now();
  }

  /** Calls back after every `set` and `advance` (not while time flows by itself); returns how to stop that. */
  onMove(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Makes this the clock of the product's entry points in this process; returns how to undo it. */
  install(): () => void {
    setClock(this.time);
    return () => setClock();
  }

  private moveTo(time: number): void {
    this.base = time;
    if (this.since !== undefined) this.since = performance.now();
    for (const listener of this.listeners) listener();
  }
}

function parseTime(iso: string): number {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) throw new RangeError(`not a time: ${iso} (write 2026-11-24T09:00:00+09:00)`);
  return time;
}
