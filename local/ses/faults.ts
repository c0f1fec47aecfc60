/**
 * Ways in which a call can fail. `throttle`: 429; `denied`: IAM allows the call to nobody; `5xx`: 500; `reset`: the connection breaks; `hang`: no answer
 * until the caller gives up; `late`: the right answer after `delayMs`; `garbage`: a 200 that is not JSON.
 */
type FaultKind = 'throttle' | 'denied' | '5xx' | 'reset' | 'hang' | 'late' | 'garbage';

/** A call as a fault sees it. */
export interface CalledOperation {
  /** `ListSuppressedDestinations`, ... */
  readonly name: string;
  /** The address, message id, ... in the path; absent where the call has none. */
  readonly subject?: string;
}

/** A planned failure. */
export interface Fault {
  /** A call's name, or a test of the call. Absent: every call. */
  readonly match?: string | ((call: CalledOperation) => boolean);
  /** How many matching calls fail. Default 1. */
  readonly times?: number;
  /** How many matching calls pass before the first failure. Default 0. */
  readonly after?: number;
  readonly kind: FaultKind;
  /**
   * Whether the call takes effect although it fails: the worst case for a caller. Default: only for `late`.
   * It is what `5xx`, `reset`, `hang` and `garbage` cannot tell the caller.
   */
  readonly takesEffect?: boolean;
  /** For `late`, milliseconds of the machine's time. Default 200. */
  readonly delayMs?: number;
}

/** The planned failures of a server, in the order they were planned: the first that matches strikes. */
export class Faults {
  private planned: { readonly fault: Fault; skip: number; left: number }[] = [];

  /** Plans a failure. */
  inject(fault: Fault): void {
    this.planned.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
  }

  /** Forgets every planned failure. */
  clear(): void {
    this.planned = [];
  }

  /** The failure of this call; counts it off. */
  strike(call: CalledOperation): Fault | undefined {
    for (const plan of this.planned) {
      const { match } = plan.fault;
      const hit = match === undefined || (typeof match === 'string' ? match === call.name : match(call));
      if (!hit) continue;
      if (plan.skip > 0) {
        plan.skip--;
        continue;
      }
      plan.left--;
      if (plan.left <= 0) this.planned = this.planned.filter((one) => one !== plan);
      return plan.fault;
    }
    return undefined;
  }
}
