import type { Bilingual } from '../text.ts';
import type { Area, Finding } from './area.ts';
import type { Observed, Unseen } from './observed.ts';
import { ALARMS } from './of-alarms.ts';
import { DEAD_LETTERS, EVENTS, TOPIC } from './of-events.ts';
import { ACCOUNT, PLAN, STAGES, SUPPRESSION, WIRING } from './of-ses.ts';
import { REMOVALS, RUNS, STACK, TABLE } from './of-stack.ts';

/** Whether everything is well: pure, from what was observed. */

/** The areas, in the order of the screen: as an event and then a removal go. */
const AREAS: readonly Area[] = [
  STACK,
  ACCOUNT,
  SUPPRESSION,
  WIRING,
  TOPIC,
  EVENTS,
  DEAD_LETTERS,
  TABLE,
  RUNS,
  REMOVALS,
  STAGES,
  ALARMS,
  PLAN,
];

/** One area, as it was found. */
export interface Examined {
  readonly id: string;
  readonly label: Bilingual;
  /** The gravest of its findings; `unseen`: something of it could not be looked at. */
  readonly state: 'well' | 'note' | 'problem' | 'unseen';
  /** Absent: nothing of it was seen. */
  readonly said?: Bilingual;
  readonly findings: readonly Finding[];
  readonly unseen: readonly Unseen[];
}

/** Looks at every area. */
export function examine(observed: Observed): readonly Examined[] {
  return AREAS.map(({ id, label, look }) => {
    const { said, findings = [], unseen = [] } = look(observed);
    const severities = findings.map(({ severity }) => severity);
    const state = severities.includes('problem')
      ? 'problem'
      : severities.includes('note')
        ? 'note'
        : unseen.length > 0 || said === undefined
          ? 'unseen'
          : 'well';
    return { id, label, state, ...(said && { said }), findings, unseen };
  });
}

/** What remains to be said in one word: something is wrong, or could not be looked at, or neither. */
export function verdictOf(examined: readonly Examined[]): 'problem' | 'unseen' | 'well' {
  if (examined.some(({ state }) => state === 'problem')) return 'problem';
  return examined.some(({ state, unseen }) => state === 'unseen' || unseen.length > 0) ? 'unseen' : 'well';
}

/** The findings of all areas, the gravest first. */
export function worstFirst(examined: readonly Examined[]): readonly Finding[] {
  const rank = ({ severity }: Finding) => (severity === 'problem' ? 0 : 1);
  return examined.flatMap(({ findings }) => findings).toSorted((one, other) => rank(one) - rank(other));
}
