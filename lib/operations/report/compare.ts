import { carrierById } from '../../classification/carriers.ts';
import type { MonthAnswer, ReportAnswer } from '../../contracts/report.ts';
import { labelOfReason, outcomeLabel } from '../../guidance/wording/labels.ts';
import {
  FIGURES,
  figureName,
  monthHeadline,
  monthNotes,
  type SummedMonth,
} from '../../guidance/wording/month.ts';
import { type Bilingual, byCodeUnits } from '../../text.ts';

type Counts = Readonly<Record<string, number>>;

/** A month beside the one before it, so that whoever shows them has nothing to work out. Pure. */
export function compared(month: MonthAnswer, before: MonthAnswer, now: string): ReportAnswer {
  const running = now < month.until;
  const isComparable = !running && isWhole(month) && isWhole(before);
  const [current, earlier] = [summedUp(month), summedUp(before)];
  const incomplete = month.incomplete === true || before.incomplete === true;
  return {
    month,
    before,
    headline: monthHeadline(current, isComparable ? earlier : undefined).map(plain),
    figures: FIGURES.map((figure) => ({
      figure,
      name: figureName(figure),
      month: current[figure],
      before: earlier[figure],
      ...(isComparable && { change: current[figure] - earlier[figure] }),
    })),
    carriers: wordsOf(
      month.missed.carriers,
      month.returned.carriers,
      before.missed.carriers,
      before.returned.carriers,
    ).map((carrier) => ({
      carrier,
      name: carrierName(carrier),
      missed: pair(carrier, month.missed.carriers, before.missed.carriers),
      returned: pair(carrier, month.returned.carriers, before.returned.carriers),
    })),
    causes: wordsOf(month.returned.reasons, before.returned.reasons).map((reason) => ({
      reason,
      name: { ja: labelOfReason(reason, 'ja'), en: labelOfReason(reason, 'en') },
      ...pair(reason, month.returned.reasons, before.returned.reasons),
    })),
    outcomes: wordsOf(month.outcomes).map((outcome) => ({
      outcome,
      name: { ja: outcomeLabel(outcome, 'ja'), en: outcomeLabel(outcome, 'en') },
      count: month.outcomes[outcome] ?? 0,
    })),
    proposals: {
      proposed: month.decisions.propose ?? 0,
      approved: month.decisions.approve ?? 0,
      rejected: month.decisions.reject ?? 0,
    },
    // What is missing of the month is missing of the one before.
    notes: monthNotes({ running, incomplete, recordedFrom: before.recordedFrom }).map(plain),
  };
}

/** A month's figures at its head. */
export function summedUp({
  month,
  missed,
  returned,
  complaints,
  decisions,
  ended,
}: MonthAnswer): SummedMonth {
  return {
    month,
    missed: missed.mails,
    returned: returned.mails,
    complaints,
    removed: decisions.removed ?? 0,
    putBack: decisions['put-back'] ?? 0,
    reached: ended.addresses,
    days: ended.days,
  };
}

/** Whether all of a month that is over was on record, and was read. */
export function isWhole({
  recordedFrom,
  incomplete,
}: Pick<MonthAnswer, 'recordedFrom' | 'incomplete'>): boolean {
  return recordedFrom === undefined && incomplete === undefined;
}

function plain({ ja, en }: Bilingual): { ja: string; en: string } {
  return { ja, en };
}

function pair(word: string, month: Counts, before: Counts) {
  return { month: month[word] ?? 0, before: before[word] ?? 0 };
}

/** The words of some counts, those with most in all first. */
function wordsOf(...counts: readonly Counts[]): string[] {
  const sums = new Map<string, number>();
  for (const [word, count] of counts.flatMap((each) => Object.entries(each))) {
    sums.set(word, (sums.get(word) ?? 0) + count);
  }
  return [...sums]
    .toSorted(([word, one], [another, other]) => other - one || byCodeUnits(word, another))
    .map(([word]) => word);
}

function carrierName(carrier: string): { ja: string; en: string } {
  const { ja, en } =
    carrierById(carrier)?.name ?? (carrier === 'other' ? OTHER : { ja: carrier, en: carrier });
  return { ja, en };
}

const OTHER: Bilingual = { ja: 'その他のドメイン', en: 'other domains' };
