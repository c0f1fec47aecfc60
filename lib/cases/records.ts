import type { AddressInsights, Diagnosis, Evidence, Member } from '../classification/types.ts';
import type { Fact } from '../mails/fact.ts';
import type { Bilingual } from '../text.ts';

/**
 * The records kept beside the facts: what was decided about an address, by whom, and what came of it.
 */

/**
 * Where an address stands. `kept`: left on the list; `proposed`: waits for an operator; `rejected`: an operator
 * said no; `removing`: the call to SES is about to be made, or its run died; `watching`: removed, the outcome is
 * awaited; `closed`: the outcome is known.
 */
export const CASE_STATES = ['kept', 'proposed', 'rejected', 'removing', 'watching', 'closed'] as const;

/** See {@link CASE_STATES}. */
export type CaseState = (typeof CASE_STATES)[number];

/** What became of an address after its removal. */
export const OUTCOMES = ['delivered', 'bounced-again', 'complained', 'silent'] as const;

/** See {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** What the cleanup is called where the audit and a removal say who did it; any other name is an operator's. */
export const CLEANUP = 'cleanup';

/** An entry of SES's list, as far as a case is about it. */
export interface ListedEntry {
  /** Normalised address. */
  readonly address: string;
  /** As SES spells it. */
  readonly spelling: string;
  readonly reason: 'BOUNCE' | 'COMPLAINT';
  /** LastUpdateTime, ISO 8601 UTC. */
  readonly at: string;
  /** The feedback SES says put it there, once asked. */
  readonly feedbackId?: string;
}

/** One removal of an address from the list, with its outcome once known. */
export interface Removal {
  /** When it was begun, ISO 8601 UTC. */
  readonly at: string;
  /** When the entry was found deleted, ISO 8601 UTC; absent where that was in the same moment. */
  readonly deletedAt?: string;
  /** `cleanup`, or the operator's name. */
  readonly by: string;
  /** Policy rule that allowed it, `by-hand` for an operator's. */
  readonly rule: string;
  readonly carrier?: string;
  readonly outcome?: Outcome;
  readonly outcomeAt?: string;
  /** When the address was listed again after it, whatever its outcome; ISO 8601 UTC. */
  readonly relistedAt?: string;
  /** Set when an operator overrode a rule that forbids removal. */
  readonly override?: boolean;
  /** The policy rules that the operator overrode; absent without an override, and in removals of older versions. */
  readonly overrides?: readonly string[];
  /** Whether a complaint that came to light had the address put back on the list, or SES refused to. */
  readonly putBack?: 'done' | 'refused';
}

/** A removal whose outcome is known, as it counts in the record of its rule. */
export interface OutcomeRecord {
  /** Policy rule that allowed the removal; `by-hand` for an operator's. */
  readonly rule: string;
  readonly carrier?: string;
  /** ISO 8601 UTC. */
  readonly removedAt: string;
  readonly outcome: Outcome;
  /** When the outcome showed, ISO 8601 UTC. */
  readonly at: string;
}

/** A diagnosis as far as a case or decision keeps it; the evidence stands in the decision. */
export interface DiagnosisSummary {
  /** A `Reason`, or a word of a later version. */
  readonly reason: string;
  /** A `Confidence`, or a word of a later version. */
  readonly confidence: string;
  readonly rule: string;
  readonly carrier?: string;
}

/** What a case or decision keeps of a diagnosis. */
export function summaryOf(diagnosis: Diagnosis): DiagnosisSummary {
  return {
    reason: diagnosis.reason,
    confidence: diagnosis.confidence,
    rule: diagnosis.rule,
    ...(diagnosis.carrier && { carrier: diagnosis.carrier }),
  };
}

/** A mass event that an operator has undone, as far as it tells whether a refusal was part of it. */
export interface UndoneIncident {
  readonly id: string;
  readonly receiver: string;
  /** A kind of incident, or a word of a later version. */
  readonly kind: string;
  readonly sender?: string;
  readonly list?: string;
  /** First and last refusal, ISO 8601 UTC. */
  readonly from: string;
  readonly until: string;
}

/** The current state of one address on (or lately off) the suppression list. One a address, versioned. */
export interface SuppressionCase {
  /** Normalised address. */
  readonly address: string;
  /** Grows by one with each write; a writer that saw an older one is refused. */
  readonly version: number;
  readonly state: CaseState;
  /** The address as SES's list spells it: the only spelling to call SES with. */
  readonly spelling: string;
  /** Other spellings of the mailbox that a walk has seen listed, at most {@link MAXIMUM_SPELLINGS}. */
  readonly otherSpellings?: readonly string[];
  readonly listedReason: 'BOUNCE' | 'COMPLAINT';
  /** LastUpdateTime of the entry this case is about, ISO 8601 UTC. */
  readonly listedAt: string;
  /** The feedback SES says put it there, once asked. */
  readonly feedbackId?: string;
  readonly diagnosis: DiagnosisSummary;
  /** A copy of the bounce that explains the entry, kept as long as the entry lives: the fact itself expires. */
  readonly explainedBy?: Fact;
  /** Policy rule of the last verdict. */
  readonly rule: string;
  /** Names a waiting proposal; the same for the same entry however often it is proposed. */
  readonly proposalId?: string;
  /** When to look at the case again: end of a cool-down, or of the wait for an outcome. ISO 8601 UTC. */
  readonly dueAt?: string;
  /** Oldest first, at most {@link MAXIMUM_REMOVALS_KEPT}. */
  readonly removals: readonly Removal[];
  /** Who is removing and under which rule, while `removing`. */
  readonly removing?: {
    readonly at: string;
    readonly by: string;
    readonly rule: string;
    /** The import job that removes it; absent when it is removed by a call of its own. */
    readonly job?: string;
    /** Set when an operator overrode a rule that forbids removal. */
    readonly override?: boolean;
    /** The policy rules that the operator overrode: no other is. */
    readonly overrides?: readonly string[];
    /** The incident that is undone: the removal holds for what it explains, and for nothing else. */
    readonly incident?: UndoneIncident;
    /** The proposal that the removal took up, by its id and rule: it waits on where the removal meets the stop switch. */
    readonly proposal?: { readonly id: string; readonly rule: string };
  };
  /** An operator's no to removing the entry listed at that moment; outlives other verdicts on the same entry. */
  readonly rejected?: { readonly listedAt: string; readonly by: string; readonly at: string };
  /** ISO 8601 UTC. */
  readonly updatedAt: string;
  /** Fields of a later version, which this one does not know and writes back as they are. */
  readonly otherFields?: Readonly<Record<string, unknown>>;
}

/** Other spellings of a mailbox that a case remembers. */
export const MAXIMUM_SPELLINGS = 5;

/** Removals a case remembers; older ones stay in the decisions. */
export const MAXIMUM_REMOVALS_KEPT = 20;

/**
 * What a decision records. The first three are verdicts; the others are what an operator said (`approve`,
 * `reject`), what SES did (`removed`, `not-listed`, `entry-changed`), a refusal, a removal given up because it was no
 * longer allowed when its turn came (`withdrawn`) or met the stop switch (`stopped`), a known outcome, what a complaint that
 * came to light later undid (`put-back`), and that a person was forgotten, which names the address masked.
 */
export const DECISION_ACTIONS = [
  'keep',
  'propose',
  'remove',
  'approve',
  'reject',
  'removed',
  'not-listed',
  'entry-changed',
  'withdrawn',
  'stopped',
  'refused',
  'outcome',
  'put-back',
  'put-back-refused',
  'forgotten',
] as const;

/** See {@link DECISION_ACTIONS}. */
export type DecisionAction = (typeof DECISION_ACTIONS)[number];

/** One line of the audit: who decided what, when, why and on what evidence. Appended, never changed. */
export interface Decision {
  readonly address: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Unique within the address and moment; the same when an interrupted run repeats the decision. */
  readonly id: string;
  /** `cleanup`, or the operator's name as whoever asked gave it. */
  readonly by: string;
  /** Lambda's id of the invocation that wrote it, by which CloudTrail tells who asked; absent: written by no function. */
  readonly requestId?: string;
  readonly action: DecisionAction;
  readonly rule: string;
  readonly because: Bilingual;
  readonly diagnosis?: DiagnosisSummary;
  readonly evidence?: readonly Evidence[];
  /** The entry it was about. */
  readonly listing?: { readonly reason: 'BOUNCE' | 'COMPLAINT'; readonly at: string };
  /** What the operator wrote. */
  readonly note?: string;
  /** Set when an operator overrode a rule that forbids removal. */
  readonly override?: boolean;
  /** Of a refusal: every rule that forbade the removal. Of an approval: those that the operator overrode. */
  readonly overrides?: readonly string[];
  readonly outcome?: Outcome;
}

/** What an operator left beside the case of an address. */
export interface Note {
  /** Normalised address under which it stands. */
  readonly address: string;
  /** Names it among the notes of its address; the same under both addresses of a move. */
  readonly id: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The operator's name. */
  readonly by: string;
  readonly text?: string;
  /** The normalised address that the customer has now. */
  readonly movedTo?: string;
  /** The normalised address that the customer had before. */
  readonly movedFrom?: string;
  /** Who took it back, and when. */
  readonly removed?: { readonly at: string; readonly by: string };
}

/** What SES answered when it was asked whether a mailbox exists; kept, because every question costs money. */
export interface AddressInsightsAnswer {
  /** When SES was asked, ISO 8601 UTC. */
  readonly at: string;
  /** Absent: SES gave no estimate of this address. */
  readonly mailboxExists?: AddressInsights['mailboxExists'];
}

/** Everything the table knows of one address. */
export interface AddressRecord {
  readonly facts: readonly Fact[];
  /** When SES listed the address for a complaint, as far as a walk or the gate has seen it; ISO 8601 UTC. */
  readonly listedForComplaint?: string;
  readonly case?: SuppressionCase;
  /** Oldest first. */
  readonly decisions: readonly Decision[];
  readonly member?: Member;
  /** Oldest first, those that were taken back included; absent: there is none. */
  readonly notes?: readonly Note[];
  readonly addressInsights?: AddressInsightsAnswer;
}

/** One cleanup run as it is reported. */
export interface Run {
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly id: string;
  /** `propose`, `apply`, or a word of a later version. */
  readonly mode: string;
  readonly full: boolean;
  readonly finishedAt?: string;
  /** Addresses by what was done with them. */
  readonly counts: Readonly<Record<string, number>>;
  /** Limits that changed what the run did, by name, with the reason. */
  readonly limits: readonly { readonly limit: string; readonly because: Bilingual }[];
  /** Entries of the list seen, when the walk was full. */
  readonly listed?: number;
  /** Items of the table that this version could not read, with the masked key of one. */
  readonly unreadable?: { readonly count: number; readonly example: string };
}
