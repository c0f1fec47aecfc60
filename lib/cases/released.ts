import { isSimulator } from '../address.ts';
import type { Decision, Outcome } from './records.ts';

/** What became of addresses that were removed. */
export interface Released {
  readonly addresses: number;
  readonly delivered: number;
  readonly bouncedAgain: number;
  readonly complained: number;
  readonly silent: number;
  /** The outcome is awaited. */
  readonly open: number;
}

/** How each outcome is counted. */
const COUNTED = {
  delivered: 'delivered',
  'bounced-again': 'bouncedAgain',
  complained: 'complained',
  silent: 'silent',
} as const satisfies Record<Outcome, keyof Released>;

/**
 * Counts what became of the addresses that were removed, from the decisions of some time in any order: of each address its
 * last removal, and what came to be known after it. Addresses of SES's simulator are nobody's.
 */
export class ReleasedCount {
  readonly #removed = new Map<string, string>();
  readonly #known = new Map<string, { readonly at: string; readonly outcome: Outcome }>();

  /** Takes one decision in; of those that are neither a removal nor an outcome nothing is kept. */
  add({
    address,
    action,
    at,
    outcome,
  }: Pick<Decision, 'address' | 'action' | 'at'> & Pick<Partial<Decision>, 'outcome'>): void {
    if (isSimulator(address)) return;
    if (action === 'removed' && (this.#removed.get(address) ?? '') < at) this.#removed.set(address, at);
    if (action === 'outcome' && outcome !== undefined && (this.#known.get(address)?.at ?? '') < at) {
      this.#known.set(address, { at, outcome });
    }
  }

  /** See {@link Released}. */
  counts(): Released {
    const counts = { addresses: 0, delivered: 0, bouncedAgain: 0, complained: 0, silent: 0, open: 0 };
    for (const [address, removedAt] of this.#removed) {
      const known = this.#known.get(address);
      counts.addresses += 1;
      counts[known !== undefined && known.at >= removedAt ? COUNTED[known.outcome] : 'open'] += 1;
    }
    return counts;
  }
}
