import { stripControls } from '../../lib/address.ts';
import { carrierById } from '../../lib/classification/carriers.ts';
import type { ReportAnswer } from '../../lib/contracts/report.ts';
import { labelOfReason, outcomeLabel } from '../../lib/guidance/wording/labels.ts';
import type { Language } from '../../lib/text.ts';
import { dayInTokyo } from '../../lib/time.ts';
import { counted, type Page, type Section } from '../page/page.ts';
import { WORDS } from './words.ts';

/** A month beside the one before it. */
export interface Months {
  readonly month: ReportAnswer;
  readonly before: ReportAnswer;
  /** The present, ISO 8601 UTC. */
  readonly now: string;
}

/** Puts two months into words. Pure; there is no address in it. */
export function reportPage({ month, before, now }: Months, language: Language): Page {
  const words = WORDS[language];
  const than = nameOf(before.month, language);
  const difference = month.missed.mails - before.missed.mails;
  const by = counted(Math.abs(difference));
  const compared =
    difference > 0 ? words.more(than, by) : difference < 0 ? words.less(than, by) : words.same(than);
  const { addresses, days } = month.ended;
  return {
    title: words.title(nameOf(month.month, language)),
    headline: [
      `${words.answer(counted(month.missed.mails))}${language === 'ja' ? '' : ' '}${compared}`,
      ...(addresses > 0 ? [words.ended(counted(addresses), counted(days))] : []),
    ],
    sections: [
      figures({ month, before }, language),
      carriers({ month, before }, language),
      causes({ month, before }, language),
      outcomes(month, language),
      operators(month, language),
      limits(month, language),
      { lines: [words.senders(counted(month.senders.appeared), counted(month.senders.resolved))] },
    ].filter(({ grid, lines = [] }) => lines.length > 0 || (grid?.length ?? 0) > 1),
    notes: [
      ...(now < month.until ? [words.running] : []),
      ...(month.incomplete || before.incomplete ? [words.incomplete] : []),
      ...(before.recordedFrom === undefined ? [] : [words.expired(dayInTokyo(before.recordedFrom))]),
    ],
  };
}

/** When the figures were read, for the foot of a page. */
export function reportFoot(at: string, language: Language): string {
  return WORDS[language].foot(at);
}

type Pair = Pick<Months, 'month' | 'before'>;

function nameOf(month: string, language: Language): string {
  const [year = '', number = ''] = month.split('-');
  return WORDS[language].month(year, number);
}

function figures({ month, before }: Pair, language: Language): Section {
  const words = WORDS[language];
  const decided = (answer: ReportAnswer, action: string) => answer.decisions[action] ?? 0;
  const rows: readonly (readonly [string, (answer: ReportAnswer) => number])[] = [
    [words.missed, ({ missed }) => missed.mails],
    [words.returned, ({ returned }) => returned.mails],
    [words.complaints, ({ complaints }) => complaints],
    [words.removed, (answer) => decided(answer, 'removed')],
    [words.put, (answer) => decided(answer, 'put-back')],
  ];
  return {
    grid: [
      words.figures,
      ...rows.map(([name, ofMonth]) => {
        const [now, then] = [ofMonth(month), ofMonth(before)];
        return [name, counted(now), counted(then), signed(now - then)];
      }),
    ],
  };
}

/** A change as people write it: `+3`, `−3`. */
function signed(change: number): string {
  return `${change > 0 ? '+' : change < 0 ? '−' : ''}${counted(Math.abs(change))}`;
}

function carriers({ month, before }: Pair, language: Language): Section {
  const words = WORDS[language];
  const ids = wordsOf(
    month.missed.carriers,
    month.returned.carriers,
    before.missed.carriers,
    before.returned.carriers,
  );
  const rows = ids.map((id) =>
    [month.missed, before.missed, month.returned, before.returned].map(({ carriers: each }) => each[id] ?? 0),
  );
  return {
    title: words.carriers,
    grid: [
      words.carrierHead,
      ...ids.map((id, at) => [
        id === 'other' ? words.other : (carrierById(id)?.name[language] ?? stripControls(id)),
        ...(rows[at] ?? []).map(counted),
      ]),
    ],
  };
}

function causes({ month, before }: Pair, language: Language): Section {
  const [now, then] = [month.returned.reasons, before.returned.reasons];
  return {
    title: WORDS[language].causes,
    grid: [
      WORDS[language].causeHead,
      ...wordsOf(now, then).map((reason) => [
        stripControls(labelOfReason(reason, language)),
        counted(now[reason] ?? 0),
        counted(then[reason] ?? 0),
      ]),
    ],
  };
}

/** The words of some counts, those with most in all first. */
function wordsOf(...counts: readonly Readonly<Record<string, number>>[]): string[] {
  const sums = new Map<string, number>();
  for (const [word, count] of counts.flatMap((each) => Object.entries(each))) {
    sums.set(word, (sums.get(word) ?? 0) + count);
  }
  return [...sums].toSorted(([, one], [, other]) => other - one).map(([word]) => word);
}

function outcomes({ outcomes: counts, decisions }: ReportAnswer, language: Language): Section {
  const words = WORDS[language];
  const decided = (action: string) => counted(decisions[action] ?? 0);
  const known = wordsOf(counts).map(
    (outcome) => `${stripControls(outcomeLabel(outcome, language))} ${counted(counts[outcome] ?? 0)}`,
  );
  return {
    title: words.outcomes,
    lines: [
      ...(known.length > 0 ? [known.join(language === 'ja' ? '、' : ', ')] : []),
      words.proposals(decided('propose'), decided('approve'), decided('reject')),
    ],
  };
}

function operators({ operators: all }: ReportAnswer, language: Language): Section {
  const words = WORDS[language];
  return {
    title: words.operators,
    grid: [
      words.operatorHead,
      ...all.map(({ by, approved, rejected, removed, overridden }) => [
        stripControls(by),
        ...[approved, rejected, removed, overridden].map(counted),
      ]),
    ],
  };
}

function limits({ limits: all }: ReportAnswer, language: Language): Section {
  const words = WORDS[language];
  return {
    title: words.limits,
    grid: [
      words.limitHead,
      ...all.map(({ because, runs }) => [stripControls(because[language]), counted(runs)]),
    ],
  };
}
