import type { StatusAnswer } from '../contracts/status.ts';
import type { RecordedType } from '../events/recorded.ts';
import type { Rates, TrafficPeriod } from '../policy/guards.ts';
import type { Bilingual } from '../text.ts';
import type { ObservedWiring, Unread } from '../wiring/observed.ts';

/**
 * Everything that `todoku doctor` looks at, as plain data: who reads it (cli/doctor/look.ts) judges nothing, and who
 * judges it (examine.ts) reads nothing.
 */

/** What was looked at, or why it could not be. */
export type Looked<Value> = { readonly state: 'seen'; readonly value: Value } | Unseen;

/** Something that could not be looked at: nothing is said of it. */
export interface Unseen {
  readonly state: 'unseen';
  /** As IAM names it: `sns:GetTopicAttributes`. */
  readonly call: string;
  readonly why: Unread['why'];
  readonly because: Bilingual;
}

/** What GetAccount says. Words that SES may add to are plain strings. */
export interface ObservedAccount {
  readonly productionAccess: boolean;
  readonly sendingEnabled: boolean;
  readonly enforcementStatus: string;
  /** Reasons for which SES stops mail to listed addresses. */
  readonly suppressedReasons: readonly string[];
  readonly vdmEnabled: boolean;
  /** `NONE`, `ESSENTIALS`, `PRO`, ...; absent where SES names none. */
  readonly plan?: string;
  /** The plan of the next month, where it changes. */
  readonly nextPlan?: string;
}

/** A topic's attributes. */
export interface ObservedTopic {
  /** A policy document, as text. */
  readonly policy: string;
  readonly key?: string;
  readonly confirmed: number;
  readonly pending: number;
}

/** What the topic of SES's events hands them to. */
export interface ObservedSubscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly isPending: boolean;
  readonly filter?: string;
  /** `MessageBody` or `MessageAttributes`. */
  readonly filterScope?: string;
  readonly redrive?: string;
}

/** The queue of dead letters. */
export interface ObservedQueue {
  readonly url: string;
  readonly waiting: number;
  readonly parked: number;
  /** A policy document, as text; empty where there is none. */
  readonly policy: string;
}

/** One of CloudWatch's alarms. */
export interface ObservedAlarm {
  readonly name: string;
  /** `OK`, `ALARM`, `INSUFFICIENT_DATA`. */
  readonly alarmState: string;
  readonly since?: string;
  readonly description: string;
  readonly actionsEnabled: boolean;
  /** Whether it tells when no data come. */
  readonly tellsSilence: boolean;
  /** Since when it has been as it is, ISO 8601 UTC, and how far back it looks, seconds; absent where CloudWatch does not say. */
  readonly configuredAt?: string;
  readonly window?: number;
}

/** All of it, of one stage in one account and Region. */
export interface Observed {
  /** The moment of the look, ISO 8601 UTC. */
  readonly now: string;
  readonly stage: string;
  /** The version of the command line. */
  readonly version: string;
  /** Whether it is the system on this machine. */
  readonly isLocal: boolean;
  readonly status: StatusAnswer;
  /** The version of the stack; absent where it names none. */
  readonly deployed?: string;
  readonly policy: Looked<ObservedPolicy>;
  readonly account: Looked<ObservedAccount>;
  readonly wiring: Looked<ObservedWiring>;
  /** Null: there is no such topic. */
  readonly topic: Looked<ObservedTopic | null>;
  readonly subscriptions: Looked<readonly ObservedSubscription[]>;
  /** Null: there is no such queue. */
  readonly deadLetters: Looked<ObservedQueue | null>;
  /** Age of the oldest dead letter in seconds; null: none is known. */
  readonly oldestLetter: Looked<number | null>;
  readonly traffic: Looked<readonly TrafficPeriod[]>;
  /** When ingest last recorded an event of each type, by the hour (its start, ISO 8601 UTC); null: in no hour looked at. */
  readonly lastRecorded: Looked<LastRecorded>;
  /** The account's bounce and complaint rate. */
  readonly reputation: Looked<Rates>;
  /** Those of every stage. */
  readonly alarms: Looked<readonly ObservedAlarm[]>;
  /** Where alarms are told; null: there is no such topic. */
  readonly alarmTopic: Looked<ObservedTopic | null>;
}

/** See {@link Observed.lastRecorded}. */
export type LastRecorded = Readonly<Record<RecordedType, string | null>>;

/** How far is looked back for what was last recorded, days. */
export const RECORDED_DAYS = 90;

/** The policy in force, as far as it matters here. */
export interface ObservedPolicy {
  /** Why the parameter cannot be used, with its name. */
  readonly problem?: { readonly parameter: string; readonly because: Bilingual };
  /** Deliveries without an event that are silence; absent: not known to the caller, and the alarm `silent` tells. */
  readonly maximumUnheardDeliveries?: number;
  /** Rates at which nothing is removed, as fractions; absent: not known to the caller. */
  readonly maxima?: { readonly bounceRate: number; readonly complaintRate: number };
}
