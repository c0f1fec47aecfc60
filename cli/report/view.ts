import { stripControls } from '../../lib/address.ts';
import type { ReportAnswer } from '../../lib/contracts/report.ts';
import { monthName, signed } from '../../lib/guidance/wording/month.ts';
import { counted, type Language } from '../../lib/text.ts';
import type { Page, Section } from '../page/page.ts';
import { WORDS } from './words.ts';

/** Puts a month and the one before it in their places on a page. Pure; there is no address in it. */
export function reportPage(answer: ReportAnswer, language: Language): Page {
  const words = WORDS[language];
  const { month, headline, notes } = answer;
  const { appeared, resolved } = month.senders;
  return {
    title: words.title(monthName(month.month)[language]),
    headline: headline.map((each) => stripControls(each[language])),
    sections: [
      figures(answer, language),
      carriers(answer, language),
      causes(answer, language),
      outcomes(answer, language),
      operators(answer, language),
      limits(answer, language),
      { lines: [words.senders(appeared, resolved)] },
    ].filter(({ grid, lines = [] }) => lines.length > 0 || (grid?.length ?? 0) > 1),
    notes: notes.map((each) => stripControls(each[language])),
  };
}

/** When the figures were read, for the foot of a page. */
export function reportFoot(at: string, language: Language): string {
  return WORDS[language].foot(at);
}

function figures({ figures: rows }: ReportAnswer, language: Language): Section {
  const [name, month, before, change] = WORDS[language].figures;
  // Two months that cannot be compared have no change.
  const changes = rows.every((row) => row.change !== undefined);
  return {
    grid: [
      [name, month, before, ...(changes ? [change] : [])],
      ...rows.map((row) => [
        stripControls(row.name[language]),
        counted(row.month),
        counted(row.before),
        ...(changes ? [signed(row.change ?? 0)] : []),
      ]),
    ],
  };
}

function carriers({ carriers: rows }: ReportAnswer, language: Language): Section {
  const words = WORDS[language];
  return {
    title: words.carriers,
    grid: [
      words.carrierHead,
      ...rows.map(({ name, missed, returned }) => [
        stripControls(name[language]),
        ...[missed.month, missed.before, returned.month, returned.before].map(counted),
      ]),
    ],
  };
}

function causes({ causes: rows }: ReportAnswer, language: Language): Section {
  const words = WORDS[language];
  return {
    title: words.causes,
    grid: [
      words.causeHead,
      ...rows.map(({ name, month, before }) => [
        stripControls(name[language]),
        counted(month),
        counted(before),
      ]),
    ],
  };
}

function outcomes({ outcomes: rows, proposals }: ReportAnswer, language: Language): Section {
  const words = WORDS[language];
  const known = rows.map(({ name, count }) => `${stripControls(name[language])} ${counted(count)}`);
  const { proposed, approved, rejected } = proposals;
  return {
    title: words.outcomes,
    lines: [
      ...(known.length > 0 ? [known.join(language === 'ja' ? '、' : ', ')] : []),
      words.proposals(counted(proposed), counted(approved), counted(rejected)),
    ],
  };
}

function operators({ month }: ReportAnswer, language: Language): Section {
  const words = WORDS[language];
  return {
    title: words.operators,
    grid: [
      words.operatorHead,
      ...month.operators.map(({ by, approved, rejected, removed, overridden }) => [
        stripControls(by),
        ...[approved, rejected, removed, overridden].map(counted),
      ]),
    ],
  };
}

function limits({ month }: ReportAnswer, language: Language): Section {
  const words = WORDS[language];
  return {
    title: words.limits,
    grid: [
      words.limitHead,
      ...month.limits.map(({ because, runs }) => [stripControls(because[language]), counted(runs)]),
    ],
  };
}
