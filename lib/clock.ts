/**
 * The one clock of the entry points. Decisions never read it: they take `now` as an argument.
 *
 * It exists so that the local system can run the real handlers through months of history: there the clock is
 * set, in AWS it is the machine's.
 */
let read: () => number = Date.now;

/** The present moment as the system sees it. */
export function now(): Date {
  return new Date(read());
}

/** Replaces the source of time (milliseconds since the epoch) for this process; without an argument, the machine's. */
export function setClock(source: () => number = Date.now): void {
  read = source;
}
