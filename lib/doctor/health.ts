import type { StatusAnswer } from '../contracts/status.ts';
import { AWS_RATES } from '../review-rates.ts';
import type { Finding } from './area.ts';
import { type Examined, examine, verdictOf, worstFirst } from './examine.ts';
import type { LastRecorded, Looked, Observed, Unseen } from './observed.ts';
import { isScheduled } from './of-stack.ts';

/** Whether everything is well, as an answer for programs and for the console: pure, from what was observed. */

/** A rate of the account beside what it is held against; all fractions. */
export interface Margin {
  /** Absent: CloudWatch has none of the last 24 hours, as of an account that has sent little. */
  readonly rate?: number;
  /** From which on todoku removes nothing by itself; absent: not known to the caller. */
  readonly policy?: number;
  /** From which on AWS reviews the account, and from which on it may pause its sending. */
  readonly review: number;
  readonly pause: number;
}

/** The figures behind the words. Null: it could not be looked at. */
export interface HealthFigures {
  /** When an event of each kind was last recorded, by the hour; null of a kind: not in the last 90 days. */
  readonly lastRecorded: LastRecorded | null;
  /** The last bounce or complaint that the table names; absent: none since `lookedBackTo`. */
  readonly lastEventAt?: string;
  readonly lookedBackTo: string;
  readonly margins: { readonly bounce: Margin; readonly complaint: Margin } | null;
  /** Absent: no run has ended yet. */
  readonly lastRun?: StatusAnswer['runs'][number];
  /** When the next run is due at the latest; absent: not known, or the schedule is off. */
  readonly nextDue?: string;
  /** Events that wait to be stored, and those that were set aside; the queue may be gone, which is a finding. */
  readonly deadLetters: { readonly waiting: number; readonly parked: number } | null;
}

/** What is shown of a deployment at once: each part by the gravest state of its areas. */
export type Strip = Readonly<Record<keyof typeof PARTS, Examined['state']>>;

/** See {@link healthOf}. */
export interface Health {
  readonly stage: string;
  /** The moment of the look, ISO 8601 UTC. */
  readonly at: string;
  /** Versions; null where the stack names none. */
  readonly command: string;
  readonly stack: string | null;
  readonly verdict: ReturnType<typeof verdictOf>;
  readonly areas: readonly Examined[];
  /** Of all areas, the gravest first. */
  readonly findings: readonly Finding[];
  readonly unseen: readonly Unseen[];
  readonly strip: Strip;
  readonly figures: HealthFigures;
}

/** Areas by what a person asks: do events come, may the account send, does the run come, is anything not stored? */
const PARTS = {
  events: ['wiring', 'topic', 'events', 'table'],
  account: ['account', 'suppression'],
  runs: ['runs', 'removals'],
  deadLetters: ['dead-letters'],
} as const;

/** The gravest first. */
const STATES: readonly Examined['state'][] = ['problem', 'note', 'unseen', 'well'];

/** What was found, in the order of the areas and the gravest first, with the figures that it follows from. */
export function healthOf(observed: Observed): Health {
  const { stage, now, version, deployed } = observed;
  const areas = examine(observed);
  const stateOf = (ids: readonly string[]) =>
    STATES.find((state) => areas.some((area) => ids.includes(area.id) && area.state === state)) ?? 'unseen';
  return {
    stage,
    at: now,
    command: version,
    stack: deployed ?? null,
    verdict: verdictOf(areas),
    areas,
    findings: worstFirst(areas),
    unseen: areas.flatMap((area) => area.unseen),
    strip: {
      events: stateOf(PARTS.events),
      account: stateOf(PARTS.account),
      runs: stateOf(PARTS.runs),
      deadLetters: stateOf(PARTS.deadLetters),
    },
    figures: figuresOf(observed),
  };
}

function figuresOf(observed: Observed): HealthFigures {
  const { lastRecorded, deadLetters, status } = observed;
  const queue = seen(deadLetters);
  const [lastRun] = status.runs;
  return {
    lastRecorded: seen(lastRecorded),
    ...(status.lastEventAt && { lastEventAt: status.lastEventAt }),
    lookedBackTo: status.lookedBackTo,
    margins: marginsOf(observed),
    ...(lastRun && { lastRun }),
    ...(status.nextDue && isScheduled(observed) === true && { nextDue: status.nextDue }),
    deadLetters: queue && { waiting: queue.waiting, parked: queue.parked },
  };
}

function marginsOf({ reputation, policy }: Observed): HealthFigures['margins'] {
  const rates = seen(reputation);
  if (rates === null) return null;
  const maxima = seen(policy)?.maxima;
  const marginOf = (name: 'bounceRate' | 'complaintRate'): Margin => ({
    ...(rates[name] && { rate: rates[name].value }),
    ...(maxima && { policy: maxima[name] }),
    review: AWS_RATES.review[name],
    pause: AWS_RATES.pause[name],
  });
  return { bounce: marginOf('bounceRate'), complaint: marginOf('complaintRate') };
}

function seen<Value>(looked: Looked<Value>): Value | null {
  return looked.state === 'seen' ? looked.value : null;
}
