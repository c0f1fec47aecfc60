import { accountGuards, blindness, type Limit } from '../../policy/guards.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Action } from '../../policy/rules.ts';
import { reserveRemoval } from '../../store/allowances.ts';
import type { Account } from '../../suppression/list.ts';
import type { Bilingual } from '../../text.ts';
import type { CleanupRequest, CleanupTools } from './types.ts';

/**
 * What a run has done so far and what it may still do: counts, removals, and the limits that fired.
 */
export class Tally {
  readonly counts: Record<string, number> = {};
  readonly #fired = new Map<string, Limit>();
  readonly #mode: CleanupRequest['mode'];
  readonly #policy: Policy;
  readonly #tools: CleanupTools;
  #stopped = false;
  /** Whether something outside this run's own limits stopped it. */
  readonly #guarded: boolean;
  #removals: number;

  /** @param removals made by the earlier invocations of this run. */
  constructor(mode: CleanupRequest['mode'], tools: CleanupTools, account: Account, removals: number) {
    this.#mode = mode;
    this.#policy = tools.policy;
    this.#tools = tools;
    this.#removals = removals;
    const ofAccount = accountGuards(account, tools.reputation ?? { state: 'read' }, tools.policy);
    const sight = blindness(tools.sight ?? {}, tools.policy);
    const guards = [...(tools.guards ?? []), ...ofAccount, ...sight.limits];
    for (const { limit, because } of guards) this.stop(limit, because);
    for (const { limit, because } of sight.notes) this.note(limit, because);
    this.#guarded = this.#stopped;
  }

  /** The limits that fired, for the report. */
  get limits(): Limit[] {
    return [...this.#fired.values()];
  }

  /** Removals of this run so far, its earlier invocations included. */
  get removals(): number {
    return this.#removals;
  }

  /** Whether this run removes anything by itself, as far as is known now. */
  get removes(): boolean {
    const { maximumRemovalsPerRun, maximumRemovalsPerDay } = this.#policy;
    return this.#mode === 'apply' && !this.#stopped && maximumRemovalsPerRun > 0 && maximumRemovalsPerDay > 0;
  }

  /** Counts one address under what was done with it. */
  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  /** Ends automatic removals for the rest of the run. */
  stop(limit: string, because: Bilingual): void {
    this.#stopped = true;
    this.note(limit, because);
  }

  /** Says in the report what limited the run. */
  note(limit: string, because: Bilingual): void {
    if (!this.#fired.has(limit)) this.#fired.set(limit, { limit, because });
  }

  /**
   * Whether a removal already counted may still be made: mode, guards and the rule's record allow it. Limits do not
   * matter, it was within them.
   */
  mayFinish(rule: string, carrier: string | undefined): boolean {
    return this.#mode === 'apply' && !this.#guarded && this.#tools.ruleGuard?.(rule, carrier) === undefined;
  }

  /** Whether a removal under this rule would be allowed now; the limit that forbids it is noted. */
  mayRemove(rule: string, carrier: string | undefined): boolean {
    if (this.#mode !== 'apply' || this.#stopped) return false;
    const guard = this.#tools.ruleGuard?.(rule, carrier);
    if (guard !== undefined) {
      this.note(guard.limit, guard.because);
      return false;
    }
    const { maximumRemovalsPerRun } = this.#policy;
    if (this.#removals < maximumRemovalsPerRun) return true;
    this.stop('removals-per-run', {
      ja: `1回の実行の自動解除の上限（${maximumRemovalsPerRun}件）に達しました。残りは提案にします。`,
      en: `The limit of ${maximumRemovalsPerRun} automatic removals a run is reached; the rest is proposed.`,
    });
    return false;
  }

  /** The action that mode and limits leave of a verdict; takes one from the day's allowance for a removal. */
  async allowed(action: Action, rule: string, carrier: string | undefined): Promise<Action> {
    if (action !== 'remove') return action;
    if (!this.mayRemove(rule, carrier)) return 'propose';
    // Counted before the wait, so that entries examined side by side cannot pass the limit together.
    this.#removals += 1;
    const day = this.#tools.now().toISOString().slice(0, 10);
    const { maximumRemovalsPerDay } = this.#policy;
    if (await reserveRemoval(this.#tools.store, day, maximumRemovalsPerDay)) return 'remove';
    this.#removals -= 1;
    this.stop('removals-per-day', {
      ja: `1日の自動解除の上限（${maximumRemovalsPerDay}件）に達しました。残りは提案にします。`,
      en: `The limit of ${maximumRemovalsPerDay} automatic removals a day is reached; the rest is proposed.`,
    });
    return 'propose';
  }
}
