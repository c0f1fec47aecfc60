/** Something that will happen at a moment. */
interface Pending {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly run: (at: number) => void;
}

/** Things that will happen later, in order of time; at the same moment, in the order they were planned. */
export class Schedule {
  private readonly pending: Pending[] = [];

  /** Number of things still to happen. */
  get size(): number {
    return this.pending.length;
  }

  /** When the next thing happens; undefined when nothing is planned. */
  get next(): number | undefined {
    return this.pending[0]?.at;
  }

  /** Plans something; it is told the moment it was planned for. */
  plan(at: number, run: (at: number) => void): void {
    let low = 0;
    let high = this.pending.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.pending[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    this.pending.splice(low, 0, { at, run });
  }

  /** Runs everything due up to a moment, also what that plans within it. */
  runUntil(moment: number): void {
    for (let first = this.pending[0]; first !== undefined && first.at <= moment; first = this.pending[0]) {
      this.pending.shift();
      first.run(first.at);
    }
  }
}
