import type { Evidence } from '../classification/types.ts';
import type { Policy } from '../policy/policy.ts';
import type { AddressRecord, CaseState, Decision, Run, SuppressionCase } from '../policy/records.ts';
import type { Action } from '../policy/rules.ts';
import { CaseChangedError } from '../store/errors.ts';
import { proposalIdOf } from '../store/keys.ts';
import type { Checkpoint, Store } from '../store/store.ts';
import { UnsupportedAddressError } from '../suppression/errors.ts';
import type { Account, ListEntry, SuppressionList } from '../suppression/list.ts';
import type { Bilingual } from '../text.ts';
import { type Judgement, type JudgementContext, judge, summaryOf } from './judge.ts';
import { finishRemoval, isRecorded, verdictId } from './removal.ts';
import { settle } from './settle.ts';

/** What a cleanup works with. */
export interface CleanupTools {
  readonly store: Store;
  readonly list: SuppressionList;
  readonly policy: Policy;
  readonly now: () => Date;
  /** Unique name of this run. */
  readonly runId: string;
  /** Whether the invocation's time is nearly used up; asked between entries. */
  readonly timeIsUp?: () => boolean;
  /** Reasons outside the table and the list for falling back to propose: account rates, failed look-ups. */
  readonly guards?: readonly Limit[];
  readonly incidents?: JudgementContext['incidents'];
  /** Told of each address whose work failed; the run reports how many. */
  readonly onFailure?: (address: string, error: unknown) => void;
}

/** What is asked of a cleanup. */
export interface CleanupRequest {
  /** `propose` writes proposals only; `apply` removes what policy allows and proposes the rest. */
  readonly mode: 'propose' | 'apply';
  /** Walk the whole list, not only entries that are new since the last walk. */
  readonly full?: boolean;
}

/** A limit that changed what a run did. */
export type Limit = Run['limits'][number];

/** What a cleanup did. */
export interface CleanupReport extends Run {
  /** Time ran out: calling again goes on from here. */
  readonly unfinished: boolean;
}

/** Addresses looked at side by side; bounds memory and DynamoDB concurrency. */
const CONCURRENCY = 8;
/**
 * How far before the last walk's start the next one begins, milliseconds: an entry listed while the walk ran, or
 * stamped by a clock that is a little behind, is seen again rather than missed.
 */
const OVERLAP = 15 * 60_000;

/**
 * One run over the suppression list: finishes what an interrupted run left, settles outcomes of earlier removals,
 * then judges every new entry and every case that fell due, and proposes or removes.
 *
 * Safe to repeat and to interrupt at any point: every step first writes what it is about to do, and a step found
 * done is not done twice.
 */
export async function cleanup(request: CleanupRequest, tools: CleanupTools): Promise<CleanupReport> {
  const run = new CleanupRun(request, tools, await tools.list.account());
  return run.execute(await tools.store.checkpoint());
}

class CleanupRun {
  readonly #request: CleanupRequest;
  readonly #tools: CleanupTools;
  readonly #account: Account;
  readonly #startedAt: string;
  readonly #counts: Record<string, number> = {};
  readonly #limits = new Map<string, Limit>();
  #removals = 0;
  #unfinished = false;

  constructor(request: CleanupRequest, tools: CleanupTools, account: Account) {
    this.#request = request;
    this.#tools = tools;
    this.#account = account;
    this.#startedAt = tools.now().toISOString();
    for (const guard of tools.guards ?? []) this.#limits.set(guard.limit, guard);
    const unhealthy = account.enforcementStatus !== 'HEALTHY' || !account.sendingEnabled;
    if (unhealthy) {
      this.#limit('account-health', {
        ja: `SESアカウントの状態が正常ではありません（${account.enforcementStatus}）。自動解除を止め、提案だけを行います。`,
        en: `The SES account is not healthy (${account.enforcementStatus}): nothing is removed, only proposed.`,
      });
    }
  }

  async execute(checkpoint: Checkpoint): Promise<CleanupReport> {
    await this.#finishInterrupted();
    await this.#settleOutcomes();
    const next = await this.#walk(checkpoint);
    if (!this.#unfinished) await this.#examineDue();
    const finishedAt = this.#tools.now().toISOString();
    const full = next.walk?.full ?? this.#request.full ?? false;
    const run: Run = {
      startedAt: this.#startedAt,
      id: this.#tools.runId,
      mode: this.#request.mode,
      full,
      finishedAt,
      counts: this.#counts,
      limits: [...this.#limits.values()],
      ...(next.listed !== undefined && { listed: next.listed }),
    };
    await this.#tools.store.putCheckpoint(next);
    await this.#tools.store.putRun(run);
    return { ...run, unfinished: this.#unfinished };
  }

  /** Removals that a dead run had begun. */
  async #finishInterrupted(): Promise<void> {
    for await (const pending of this.#cases('removing')) {
      await this.#accountFor(pending.address, async () => {
        const result = await finishRemoval(pending, this.#tools, true);
        this.#count(result === 'removed' ? 'finished-removal' : result);
      });
    }
  }

  async #settleOutcomes(): Promise<void> {
    for await (const watched of this.#cases('watching')) {
      await this.#accountFor(watched.address, async () => {
        await this.#settle(await this.#tools.store.addressRecord(watched.address));
      });
    }
  }

  async #settle(record: AddressRecord, relisted?: ListEntry): Promise<AddressRecord> {
    const settlement = settle(record, this.#tools.policy, this.#tools.now().toISOString(), relisted);
    if (settlement === undefined) return record;
    await this.#tools.store.putDecisions([settlement.decision]);
    const written = await this.#tools.store.putCase(settlement.case, record.case);
    this.#count(`outcome-${settlement.outcome}`);
    return { ...record, case: written };
  }

  /** Walks the list from the checkpoint, and says where the next walk begins. */
  async #walk(checkpoint: Checkpoint): Promise<Checkpoint> {
    const resumed = checkpoint.walk;
    const full = resumed?.full ?? (this.#request.full || checkpoint.walkedUntil === undefined);
    const startedAt = resumed?.startedAt ?? this.#startedAt;
    const since =
      full || checkpoint.walkedUntil === undefined
        ? undefined
        : new Date(Date.parse(checkpoint.walkedUntil) - OVERLAP).toISOString();
    let token = resumed?.token;
    let seen = resumed?.seen ?? 0;
    do {
      const page = await this.#tools.list.page({ ...(since && { since }), ...(token && { token }) });
      if (!(await this.#examineAll(page.entries))) {
        // The page is read again by the next invocation; what was examined is then found unchanged.
        this.#unfinished = true;
        return { ...checkpoint, walk: { startedAt, full, seen, ...(token && { token }) } };
      }
      seen += page.entries.length;
      token = page.next;
    } while (token !== undefined);
    const { walk: _walk, ...rest } = checkpoint;
    // What failed must be seen again: the next walk begins where this one did.
    if (this.#counts.failed) return rest;
    return { ...rest, walkedUntil: startedAt, ...(full && { listed: seen }) };
  }

  /** @returns false when time ran out before the last entry. */
  async #examineAll(entries: readonly ListEntry[]): Promise<boolean> {
    for (let start = 0; start < entries.length; start += CONCURRENCY) {
      if (this.#tools.timeIsUp?.()) return false;
      const group = entries.slice(start, start + CONCURRENCY);
      await Promise.all(group.map((entry) => this.#accountFor(entry.address, () => this.#examine(entry))));
    }
    return true;
  }

  /** Cases that were kept for a time, as far as it has passed. */
  async #examineDue(): Promise<void> {
    const due: SuppressionCase[] = [];
    for await (const kept of this.#cases('kept', this.#startedAt)) due.push(kept);
    const done = await this.#examineAll(
      due.map((of) => ({
        address: of.address,
        spelling: of.spelling,
        reason: of.listedReason,
        at: of.listedAt,
      })),
    );
    if (!done) this.#unfinished = true;
  }

  /** Does one address's work; whatever goes wrong is counted and reported, and the run goes on with the next. */
  async #accountFor(address: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof UnsupportedAddressError) this.#count('needs-import-job');
      // An operator decided on this address meanwhile: theirs stands, and the next run sees it.
      else if (error instanceof CaseChangedError) this.#count('conflict');
      else {
        this.#count('failed');
        this.#tools.onFailure?.(address, error);
      }
    }
  }

  async #examine(entry: ListEntry): Promise<void> {
    const { store, list } = this.#tools;
    let record = await store.addressRecord(entry.address);
    if (record.case?.state === 'removing') return;
    if (record.case?.state === 'watching') {
      // Seen on a page read before the removal, or SES has not caught up: nothing new.
      if (record.case.listedAt === entry.at) return this.#count('unchanged');
      record = await this.#settle(record, entry);
    }
    let judgement = this.#judge(entry, record);
    if (this.#isUnchanged(entry, record.case, judgement)) return this.#count('unchanged');

    let current = entry;
    if (judgement.verdict.action !== 'keep') {
      const fresh = await list.get(entry.spelling);
      if (fresh === undefined) return this.#count('no-longer-listed');
      current = fresh;
      judgement = this.#judge(current, record);
      if (this.#isUnchanged(current, record.case, judgement)) return this.#count('unchanged');
    }
    await this.#record(current, record, judgement);
  }

  #judge(entry: ListEntry, record: AddressRecord): Judgement {
    return judge(entry, record, {
      policy: this.#tools.policy,
      enforcedReasons: this.#account.enforcedReasons,
      now: this.#tools.now().toISOString(),
      ...(this.#tools.incidents && { incidents: this.#tools.incidents }),
    });
  }

  /** Whether the case already says what the judgement says. */
  #isUnchanged(entry: ListEntry, known: SuppressionCase | undefined, judgement: Judgement): boolean {
    const { verdict } = judgement;
    if (known === undefined || known.listedAt !== entry.at || known.rule !== verdict.rule) return false;
    // An operator's no is a state of its own; to keep is what it asks for.
    if (known.state === 'rejected') return verdict.action === 'keep';
    if (verdict.action === 'remove' && this.#mayRemove()) return false;
    const state: CaseState = verdict.action === 'keep' ? 'kept' : 'proposed';
    return known.state === state && (state === 'proposed' || known.dueAt === verdict.dueAt);
  }

  async #record(entry: ListEntry, record: AddressRecord, { diagnosis, verdict }: Judgement): Promise<void> {
    const { store, runId } = this.#tools;
    const now = this.#tools.now().toISOString();
    const action = await this.#limitedAction(verdict.action);
    const decision: Decision = {
      address: entry.address,
      at: now,
      id: verdictId(action, verdict.rule, entry.at, record.case?.version ?? 0),
      by: 'cleanup',
      action,
      rule: verdict.rule,
      because: verdict.because,
      diagnosis: summaryOf(diagnosis),
      evidence: [...diagnosis.evidence, ...attributeEvidence(entry)],
      listing: { reason: entry.reason, at: entry.at },
      note: `run ${runId}`,
    };
    if (!isRecorded(record, decision)) await store.putDecisions([decision]);

    const { dueAt: _due, proposalId: _proposal, removing: _removing, ...kept } = record.case ?? {};
    const base = {
      ...kept,
      address: entry.address,
      version: record.case?.version ?? 0,
      spelling: entry.spelling,
      listedReason: entry.reason,
      listedAt: entry.at,
      ...(entry.feedbackId && { feedbackId: entry.feedbackId }),
      diagnosis: summaryOf(diagnosis),
      rule: verdict.rule,
      removals: record.case?.removals ?? [],
      updatedAt: now,
    };
    const proposalId = proposalIdOf(entry.address, entry.at);
    if (action === 'keep') {
      const state =
        record.case?.state === 'rejected' && verdict.rule === 'rejected-by-operator' ? 'rejected' : 'kept';
      await store.putCase({ ...base, state, ...(verdict.dueAt && { dueAt: verdict.dueAt }) }, record.case);
      this.#count('kept');
    } else if (action === 'propose') {
      await store.putCase({ ...base, state: 'proposed', proposalId }, record.case);
      this.#count('proposed');
    } else {
      const intent = { at: now, by: 'cleanup', rule: verdict.rule };
      const removing = await store.putCase({ ...base, state: 'removing', removing: intent }, record.case);
      this.#count(await finishRemoval(removing, this.#tools, false));
    }
  }

  /** The action that mode and limits leave of a verdict; takes one from the day's allowance for a removal. */
  async #limitedAction(action: Action): Promise<Action> {
    if (action !== 'remove') return action;
    if (!this.#mayRemove()) return 'propose';
    const { policy, store, now } = this.#tools;
    // Counted before the first await, so that entries examined side by side cannot pass the limit together.
    this.#removals += 1;
    if (await store.reserveRemoval(now().toISOString().slice(0, 10), policy.maximumRemovalsPerDay))
      return 'remove';
    this.#removals -= 1;
    this.#limit('removals-per-day', {
      ja: `1日の自動解除の上限（${policy.maximumRemovalsPerDay}件）に達しました。残りは提案にします。`,
      en: `The limit of ${policy.maximumRemovalsPerDay} automatic removals a day is reached; the rest is proposed.`,
    });
    return 'propose';
  }

  #mayRemove(): boolean {
    const { policy } = this.#tools;
    if (this.#request.mode !== 'apply') return false;
    if (this.#removals >= policy.maximumRemovalsPerRun) {
      this.#limit('removals-per-run', {
        ja: `1回の実行の自動解除の上限（${policy.maximumRemovalsPerRun}件）に達しました。残りは提案にします。`,
        en: `The limit of ${policy.maximumRemovalsPerRun} automatic removals a run is reached; the rest is proposed.`,
      });
    }
    return this.#limits.size === 0;
  }

  async *#cases(state: CaseState, dueBefore?: string): AsyncGenerator<SuppressionCase> {
    let from: Parameters<Store['casesInState']>[1] = dueBefore ? { dueBefore } : {};
    for (;;) {
      const page = await this.#tools.store.casesInState(state, from);
      yield* page.items;
      if (page.next === undefined) return;
      from = { ...from, from: page.next };
    }
  }

  #limit(limit: string, because: Bilingual): void {
    if (!this.#limits.has(limit)) this.#limits.set(limit, { limit, because });
  }

  #count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
  }
}

/** What SES itself says of an entry, as evidence of the audit. */
function attributeEvidence(entry: ListEntry): Evidence[] {
  if (entry.feedbackId === undefined) return [];
  return [
    {
      kind: 'ses-attributes',
      at: entry.at,
      weight: 0,
      source: `GetSuppressedDestination FeedbackId ${entry.feedbackId}`,
      text: {
        ja: 'SESによると、このフィードバックが登録の原因です。',
        en: 'According to SES, this feedback put the address on the list.',
      },
    },
  ];
}
