import type { Diagnosis, Evidence } from '../classification/types.ts';
import type { Fact } from '../mails/fact.ts';
import { Refusal } from '../refusal.ts';
import type { Bilingual } from '../text.ts';
import { HOUR, later } from '../time.ts';
import {
  evidenceOfSes,
  LISTED_AGAIN,
  NO_LONGER_LISTED,
  OF_OUTCOME,
  OF_PUT_BACK,
  OF_REMOVAL,
  REJECTED,
  STOPPED_PROPOSAL,
} from './because.ts';
import { decisionId, outcomeId, proposalIdOf } from './ids.ts';
import type { FoundOutcome } from './outcome.ts';
import {
  type CaseState,
  CLEANUP,
  type Decision,
  type ListedEntry,
  MAXIMUM_REMOVALS_KEPT,
  MAXIMUM_SPELLINGS,
  type OutcomeRecord,
  type Removal,
  type SuppressionCase,
  summaryOf,
  type UndoneIncident,
} from './records.ts';

/**
 * Everything that can happen to a case: states, inputs, transitions, outputs, a block each. Pure. Whatever moves a case
 * goes through {@link transition}, and is written by `recordTransition` of lib/store.
 *
 * The usual way of an entry that is removed, and where it may leave it:
 *
 *     none -> proposed -> removing -> watching -> closed
 *              |           |
 *              kept        kept (the entry changed, or its removal is no longer right), closed (gone already),
 *                          proposed (it met the stop switch, and had been a proposal)
 */

// States

/** Where an address stands (see CASE_STATES); `none`: it has no case yet. */
export type Standing = CaseState | 'none';

// Inputs

/** Mails that SES did not send because of an entry. */
export interface MissedMails {
  readonly count: number;
  /** The newest of them, newest first. */
  readonly mails?: readonly { readonly messageId: string; readonly sentAt: string }[];
  /** There are more than are named or on record. */
  readonly more?: true;
}

/** An entry of the list as it was judged: what was decided, why, on what evidence. */
interface Judged {
  /** Now, ISO 8601 UTC. */
  readonly at: string;
  readonly entry: ListedEntry;
  readonly diagnosis: Diagnosis;
  /** The bounce that explains the entry, where one on record does. */
  readonly explainedBy?: Fact;
  /** What the audit shows: the diagnosis's, and what SES itself said. */
  readonly evidence: readonly Evidence[];
  /** The rule that decided. */
  readonly rule: string;
  readonly because: Bilingual;
  readonly note?: string;
}

/** What somebody did, and when. `by`: the operator's name, or {@link CLEANUP}. */
interface Done {
  /** Now, ISO 8601 UTC. */
  readonly at: string;
  readonly by: string;
  /** What the operator wrote. */
  readonly note?: string;
}

/** Something that happens to a case. */
export type CaseInput =
  /** The cleanup's verdicts, as far as mode and limits left them. */
  | (Judged & { readonly kind: 'judged-keep'; readonly dueAt?: string })
  | (Judged & { readonly kind: 'judged-propose' })
  | (Judged & {
      readonly kind: 'judged-remove';
      /** The import job that removes it; absent when it is removed by a call of its own. */
      readonly job?: string;
    })
  /** An operator removes the entry by hand, approves its proposal, or began the campaign that chose it. */
  | (Judged &
      Done & {
        readonly kind: 'approved';
        /** The rule whose record the outcome counts in; the judgement's own rule where absent. */
        readonly countsFor?: string;
        readonly job?: string;
        /** The rules that the operator's override lifts, none where nothing forbids the removal; absent: no override. */
        readonly overrides?: readonly string[];
        /** The incident that the removal undoes. */
        readonly incident?: UndoneIncident;
      })
  /** What an operator asked for is forbidden by the rule; the case stays as it is. */
  | (Judged &
      Done & {
        readonly kind: 'refused';
        /** Every rule that forbids it, as the operator is told. */
        readonly overrides?: readonly string[];
      })
  /** An operator's no to a proposal. */
  | (Done & { readonly kind: 'rejected' })
  /**
   * What came of a removal that was begun. `not-listed`: the entry was gone before todoku deleted it; `stopped`: an
   * operator has stopped all removals. `feedbackId`: what SES said put the entry there, for the next judgement.
   */
  | {
      readonly kind: 'removed' | 'not-listed' | 'entry-changed' | 'withdrawn' | 'stopped';
      readonly at: string;
      readonly feedbackId?: string;
      /** Of `removed`: the mails that the customer missed, where they are to be told; the case does not keep them. */
      readonly missed?: MissedMails;
    }
  /** A complaint undoes a removal: the address stands on the list again, or SES refused to put it there. */
  | { readonly kind: 'put-back' | 'put-back-refused'; readonly at: string }
  /** Another spelling of the mailbox stands on the list beside the entry that the case is about. */
  | { readonly kind: 'other-spelling'; readonly at: string; readonly spelling: string }
  /** The judgement is as it was; the bounce that explains the entry came on record, or has no copy yet. */
  | { readonly kind: 'explained'; readonly at: string; readonly explainedBy: Fact }
  /** The entry is gone, though todoku began no removal. */
  | (Done & { readonly kind: 'found-unlisted' })
  /**
   * The outcome of the last removal is known (`settled`), or the listing that followed it corrects the recorded one
   * (`relisted-after-outcome`). `byListing`: the list alone tells of it.
   */
  | {
      readonly kind: 'settled' | 'relisted-after-outcome';
      readonly at: string;
      readonly found: FoundOutcome;
      readonly byListing: boolean;
    }
  /** The outcome was looked for, and is not known yet. */
  | { readonly kind: 'still-open'; readonly at: string };

/** Names of the inputs. */
export type CaseInputKind = CaseInput['kind'];

/** An input that leaves a case behind; `refused` is written to the audit alone. */
export type MovingInput = Exclude<CaseInput, { readonly kind: 'refused' }>;

// Transitions

/** An entry that is on the list can always be judged, and removed by an operator's word. */
const ON_THE_LIST = {
  'judged-keep': 'kept',
  'judged-propose': 'proposed',
  'judged-remove': 'removing',
  approved: 'removing',
} as const;

/** The state after each input; an input that is not named cannot happen in that state. */
const TRANSITIONS: Readonly<Record<Standing, Readonly<Partial<Record<CaseInputKind, Standing>>>>> = {
  none: {
    ...ON_THE_LIST,
    refused: 'none',
  },
  kept: {
    ...ON_THE_LIST,
    refused: 'kept',
    'found-unlisted': 'closed',
    // A removal that was withdrawn, or whose entry changed, leaves a kept case with earlier removals: the new listing
    // says something of the last one.
    'relisted-after-outcome': 'kept',
    'other-spelling': 'kept',
    explained: 'kept',
  },
  proposed: {
    // Proposed again where the diagnosis changed: the proposal's id stays, for it names the entry.
    ...ON_THE_LIST,
    refused: 'proposed',
    rejected: 'rejected',
    'found-unlisted': 'closed',
    'relisted-after-outcome': 'proposed',
    'other-spelling': 'proposed',
    explained: 'proposed',
  },
  rejected: {
    // A no holds for the entry, not for the state: where another rule decides on the same entry (a complaint, say), the
    // case leaves `rejected` and its field `rejected` goes along, so that the entry is not proposed again afterwards.
    ...ON_THE_LIST,
    refused: 'rejected',
    'found-unlisted': 'closed',
    'relisted-after-outcome': 'rejected',
    'other-spelling': 'rejected',
    explained: 'rejected',
  },
  removing: {
    removed: 'watching',
    'not-listed': 'closed',
    'entry-changed': 'kept',
    withdrawn: 'kept',
    // No word on the entry: what was a proposal is one again, see stateAfter.
    stopped: 'kept',
    // An operator need not wait for a dead run to be resumed, or for the import job of the next one: the removal becomes
    // the operator's, whoever began it.
    approved: 'removing',
    refused: 'removing',
    // The operator saw an entry newer than the one that the dead run was about to remove.
    'relisted-after-outcome': 'removing',
    // No judgement: the case first leaves `removing` by one of the results above. Not found unlisted either: there the
    // missing entry is the removal's own doing, and its result says so.
  },
  watching: {
    settled: 'closed',
    'still-open': 'watching',
    // The outcome stays to be settled: it will be `complained`.
    'put-back': 'watching',
    'put-back-refused': 'watching',
    // Found on the list although it was removed, and the listing is no outcome (it is older than the removal): SES has
    // not caught up for an hour, or the deletion never worked. It is judged like any entry; the outcome of the removal
    // stays open for good.
    ...ON_THE_LIST,
    refused: 'watching',
    // Not found unlisted: that is what a removed entry looks like.
  },
  closed: {
    // Listed anew.
    ...ON_THE_LIST,
    refused: 'closed',
    'relisted-after-outcome': 'closed',
    // The complaint came to light after the outcome.
    'put-back': 'closed',
    'put-back-refused': 'closed',
  },
};

/** The state after an input; undefined where it cannot happen. */
function stateAfter(known: SuppressionCase | undefined, kind: CaseInputKind): Standing | undefined {
  if (kind === 'stopped' && known?.removing?.proposal !== undefined) return 'proposed';
  return TRANSITIONS[known?.state ?? 'none'][kind];
}

/** Whether an input can happen to a case; `undefined`: the address has none. */
export function canHappen(kind: CaseInputKind, known: SuppressionCase | undefined): boolean {
  return stateAfter(known, kind) !== undefined;
}

/** Thrown when a case is told of something that cannot happen in its state. */
export class ImpossibleTransitionError extends Refusal {
  override readonly name = 'ImpossibleTransitionError';
  override readonly code = 'impossible-transition';
  readonly state: Standing;
  readonly input: CaseInputKind;

  constructor(state: Standing, input: CaseInputKind) {
    super({
      ja: `この宛先の状態（${state}）では「${input}」は起こり得ないため、何も記録しませんでした。todoku lookup で現在の状態を確認してから、もう一度お試しください。`,
      en: `"${input}" cannot happen to an address in state ${state}, so nothing was recorded. Look at the address with todoku lookup, then try again.`,
    });
    this.state = state;
    this.input = input;
  }
}

/** What an input makes of a case, and what is written down. */
export interface Transition {
  /** The audit's entry; absent where nothing was decided. */
  readonly decision?: Decision;
  /** The outcome that counts in its rule's record. */
  readonly outcome?: OutcomeRecord & { readonly address: string };
  /** The case that follows, to be written at the version that was read; absent: it stays as it is. */
  readonly next?: SuppressionCase;
}

/**
 * What an input makes of a case; `known` undefined: the address has none yet. Pure.
 *
 * @throws {ImpossibleTransitionError} when it cannot happen to a case in this state.
 */
export function transition(known: SuppressionCase | undefined, input: CaseInput): Transition {
  const from = known?.state ?? 'none';
  const state = stateAfter(known, input.kind);
  const output = state && outputOf(known, input);
  if (state === undefined || output === undefined) throw new ImpossibleTransitionError(from, input.kind);
  const { next, ...written } = output;
  return next === undefined || state === 'none' ? written : { ...written, next: { ...next, state } };
}

// Outputs

type Output = Omit<Transition, 'next'> & { readonly next?: Omit<SuppressionCase, 'state'> };

/** The audit entry and the case that follow; undefined where the case lacks what the input is about. */
function outputOf(known: SuppressionCase | undefined, input: CaseInput): Output | undefined {
  switch (input.kind) {
    case 'judged-keep':
      return {
        decision: judgedDecision(known, input, 'keep', CLEANUP),
        next: { ...caseOfEntry(known, input, input.rule), ...(input.dueAt && { dueAt: input.dueAt }) },
      };
    case 'judged-propose':
      return {
        decision: judgedDecision(known, input, 'propose', CLEANUP),
        next: {
          ...caseOfEntry(known, input, input.rule),
          proposalId: proposalIdOf(input.entry.address, input.entry.at),
        },
      };
    case 'judged-remove':
      return {
        decision: judgedDecision(known, input, 'remove', CLEANUP),
        next: beginRemoval(known, input, { by: CLEANUP, rule: input.rule }),
      };
    case 'approved': {
      const rule = input.countsFor ?? input.rule;
      return {
        decision: {
          ...judgedDecision(known, input, 'approve', input.by),
          rule,
          ...overriding(input),
        },
        next: beginRemoval(known, input, { by: input.by, rule }),
      };
    }
    case 'refused':
      return {
        decision: {
          ...judgedDecision(known, input, 'refused', input.by),
          ...(input.overrides && { overrides: input.overrides }),
        },
      };
    case 'found-unlisted':
      return known && { decision: unlistedDecision(known, input), next: ended(known, input.at) };
    case 'rejected':
      return known && reject(known, input);
    case 'removed':
    case 'not-listed':
    case 'entry-changed':
    case 'withdrawn':
    case 'stopped':
      return known?.removing && endRemoval(known, known.removing, input);
    case 'put-back':
    case 'put-back-refused': {
      const last = known?.removals.at(-1);
      return known && last && putBack(known, last, input);
    }
    case 'explained':
      return known && { next: { ...known, ...copyOf(input.explainedBy), updatedAt: input.at } };
    case 'other-spelling': {
      const otherSpellings = spellingsWith(known, input.spelling);
      return known && { next: { ...known, otherSpellings, updatedAt: input.at } };
    }
    case 'settled':
    case 'relisted-after-outcome': {
      const last = known?.removals.at(-1);
      return known && last && settle(known, last, input);
    }
    case 'still-open': {
      const last = known?.removals.at(-1);
      return (
        known && last && { next: { ...known, dueAt: nextCheck(last.at, input.at), updatedAt: input.at } }
      );
    }
  }
}

/** The audit entry of a judgement. */
function judgedDecision(
  known: SuppressionCase | undefined,
  { at, entry, diagnosis, evidence, rule, because, note }: Judged,
  action: Decision['action'],
  by: string,
): Decision {
  return {
    address: entry.address,
    at,
    id: decisionId(action, rule, entry.at, known?.version ?? 0),
    by,
    action,
    rule,
    because,
    diagnosis: summaryOf(diagnosis),
    evidence,
    listing: { reason: entry.reason, at: entry.at },
    ...(note && { note }),
  };
}

/**
 * The case in which the present judgement of an entry is kept. Whatever belonged to an earlier state of the case is
 * left behind, but for an operator's no to this very entry.
 */
function caseOfEntry(
  known: SuppressionCase | undefined,
  { at, entry, diagnosis, explainedBy }: Judged,
  rule: string,
): Omit<SuppressionCase, 'state'> {
  const rejected = known?.rejected?.listedAt === entry.at ? { rejected: known.rejected } : {};
  // The case moves to an entry in another spelling: the one before may still be listed.
  const others =
    known && known.spelling !== entry.spelling ? spellingsWith(known, known.spelling) : known?.otherSpellings;
  const otherSpellings = others?.filter((spelling) => spelling !== entry.spelling) ?? [];
  return {
    address: entry.address,
    version: known?.version ?? 0,
    spelling: entry.spelling,
    ...(otherSpellings.length > 0 && { otherSpellings }),
    listedReason: entry.reason,
    listedAt: entry.at,
    ...(entry.feedbackId && { feedbackId: entry.feedbackId }),
    diagnosis: summaryOf(diagnosis),
    ...(explainedBy && copyOf(explainedBy)),
    rule,
    removals: markRelisted(known?.removals ?? [], entry.at),
    ...rejected,
    updatedAt: at,
  };
}

/** The removals, the last marked with the listing that followed it. */
function markRelisted(removals: readonly Removal[], listedAt: string): readonly Removal[] {
  const last = removals.at(-1);
  if (last === undefined || last.relistedAt !== undefined || listedAt <= last.at) return removals;
  return [...removals.slice(0, -1), { ...last, relistedAt: listedAt }];
}

/** The case with the intent to remove its entry, written before SES is called. */
function beginRemoval(
  known: SuppressionCase | undefined,
  input: Judged & {
    readonly job?: string;
    readonly overrides?: readonly string[];
    readonly incident?: UndoneIncident;
  },
  { by, rule }: { readonly by: string; readonly rule: string },
): Omit<SuppressionCase, 'state'> {
  const { at, job, incident } = input;
  const proposal = proposalOfEntry(known, input.entry);
  return {
    ...caseOfEntry(known, input, rule),
    removing: {
      at,
      by,
      rule,
      ...(job && { job }),
      ...(incident && { incident }),
      ...overriding(input),
      ...(proposal && { proposal }),
    },
  };
}

/** The proposal that waits about this very entry, or that a removal of it which was begun before took up. */
function proposalOfEntry(known: SuppressionCase | undefined, { at, reason }: ListedEntry) {
  if (known?.listedAt !== at || known.listedReason !== reason) return undefined;
  if (known.state === 'proposed' && known.proposalId) return { id: known.proposalId, rule: known.rule };
  return known.state === 'removing' ? known.removing?.proposal : undefined;
}

/** What is kept of an operator's override. */
function overriding({ overrides }: { readonly overrides?: readonly string[] }) {
  return overrides && { override: true, overrides };
}

/** What came of a removal. The audit names the moment of the intent, so that a repetition is the same entry. */
function endRemoval(
  removing: SuppressionCase,
  intent: NonNullable<SuppressionCase['removing']>,
  { kind: result, at: now, feedbackId }: Extract<CaseInput, { readonly kind: keyof typeof OF_REMOVAL }>,
): Output {
  const decision: Decision = {
    address: removing.address,
    at: intent.at,
    id: decisionId(result, intent.rule, removing.listedAt, removing.version),
    by: intent.by,
    action: result,
    rule: intent.rule,
    because: OF_REMOVAL[result],
    diagnosis: removing.diagnosis,
    ...(feedbackId && { evidence: evidenceOfSes({ at: removing.listedAt, feedbackId }) }),
    listing: { reason: removing.listedReason, at: removing.listedAt },
  };
  const next = { ...withoutPlans(removing, now), ...(feedbackId && { feedbackId }) };
  switch (result) {
    case 'not-listed':
      return { decision, next: ended(next, now) };
    case 'stopped':
      if (intent.proposal !== undefined) {
        const { id: proposalId, rule } = intent.proposal;
        return {
          decision: { ...decision, because: STOPPED_PROPOSAL },
          next: { ...next, rule, proposalId },
        };
      }
      return { decision, next: { ...next, dueAt: now } };
    case 'entry-changed':
    case 'withdrawn':
      // Due at once: it is judged anew by this run or the next.
      return { decision, next: { ...next, dueAt: now } };
    case 'removed': {
      const { carrier } = removing.diagnosis;
      const removal: Removal = {
        at: intent.at,
        ...(now !== intent.at && { deletedAt: now }),
        by: intent.by,
        rule: intent.rule,
        ...(carrier && { carrier }),
        ...(intent.override && { override: true, ...(intent.overrides && { overrides: intent.overrides }) }),
      };
      const removals = [...removing.removals, removal].slice(-MAXIMUM_REMOVALS_KEPT);
      return { decision, next: { ...next, removals, dueAt: nextCheck(intent.at, now) } };
    }
  }
}

/** The removal that a complaint undid. */
function putBack(
  known: SuppressionCase,
  last: Removal,
  { kind, at }: Extract<CaseInput, { readonly kind: keyof typeof OF_PUT_BACK }>,
): Output {
  const undone = { ...last, putBack: kind === 'put-back' ? ('done' as const) : ('refused' as const) };
  return {
    decision: {
      address: known.address,
      at,
      id: decisionId(kind, last.rule, last.at, 0),
      by: CLEANUP,
      action: kind,
      rule: last.rule,
      because: OF_PUT_BACK[kind],
      diagnosis: known.diagnosis,
    },
    next: { ...known, removals: [...known.removals.slice(0, -1), undone], updatedAt: at },
  };
}

/** The other spellings of a case with one more, the oldest forgotten first. */
function spellingsWith(known: SuppressionCase | undefined, spelling: string): readonly string[] {
  const others = (known?.otherSpellings ?? []).filter((each) => each !== spelling);
  return [...others, spelling].slice(-MAXIMUM_SPELLINGS);
}

/** The copy of a bounce that a case keeps: without the fields that nobody reads. */
function copyOf({ extra: _extra, ...explainedBy }: Fact): Pick<SuppressionCase, 'explainedBy'> {
  return { explainedBy };
}

/** A case whose entry is gone: without plans, and without the bounce that explained the entry. */
function ended(known: Omit<SuppressionCase, 'state'>, now: string): Omit<SuppressionCase, 'state'> {
  const { explainedBy: _copy, ...rest } = withoutPlans(known, now);
  return rest;
}

/** The case without what was planned for it: no removal, no day to look again, no proposal. */
function withoutPlans(known: Omit<SuppressionCase, 'state'>, now: string): Omit<SuppressionCase, 'state'> {
  const { removing: _removing, dueAt: _due, proposalId: _proposal, ...rest } = known;
  return { ...rest, updatedAt: now };
}

function unlistedDecision(known: SuppressionCase, { at, by, note }: Done): Decision {
  return {
    address: known.address,
    at,
    id: decisionId('not-listed', known.rule, known.listedAt, known.version),
    by,
    action: 'not-listed',
    rule: known.rule,
    because: NO_LONGER_LISTED,
    listing: { reason: known.listedReason, at: known.listedAt },
    ...(note && { note }),
  };
}

function reject(known: SuppressionCase, { at, by, note }: Done): Output {
  const { proposalId: _proposal, ...rest } = known;
  return {
    decision: {
      address: known.address,
      at,
      id: decisionId('reject', known.rule, known.listedAt, known.version),
      by,
      action: 'reject',
      rule: known.rule,
      because: REJECTED,
      diagnosis: known.diagnosis,
      listing: { reason: known.listedReason, at: known.listedAt },
      ...(note && { note }),
    },
    next: { ...rest, rejected: { listedAt: known.listedAt, by, at }, updatedAt: at },
  };
}

/** The last removal with its outcome. Its moment is when the outcome showed, so that a repetition is the same entry. */
function settle(
  known: SuppressionCase,
  last: Removal,
  {
    kind,
    at: now,
    found: { outcome, at },
    byListing,
  }: Extract<CaseInput, { kind: 'settled' | 'relisted-after-outcome' }>,
): Output {
  // Nothing is awaited of a settled case. A correction leaves its plans as they are.
  const rest = kind === 'settled' ? ended(known, now) : known;
  const { rule, carrier, at: removedAt } = last;
  const removals = [...known.removals.slice(0, -1), { ...last, outcome, outcomeAt: at }];
  return {
    decision: {
      address: known.address,
      at,
      id: outcomeId(removedAt, kind === 'relisted-after-outcome'),
      by: CLEANUP,
      action: 'outcome',
      rule,
      because: byListing && outcome === 'bounced-again' ? LISTED_AGAIN : OF_OUTCOME[outcome],
      diagnosis: known.diagnosis,
      outcome,
    },
    outcome: { rule, ...(carrier && { carrier }), address: known.address, removedAt, outcome, at },
    next: { ...rest, removals, updatedAt: now },
  };
}

/**
 * When to look for the outcome of a removal next: after as long again as has passed, between an hour and a day. So
 * a fresh removal is looked at often and an old one daily, and the work does not grow with what is watched.
 */
function nextCheck(removedAt: string, now: string): string {
  const passed = Date.parse(now) - Date.parse(removedAt);
  return later(now, Math.min(Math.max(passed, HOUR), 24 * HOUR));
}
