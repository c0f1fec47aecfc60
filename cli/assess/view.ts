import { stripControls } from '../../lib/address.ts';
import { carrierById } from '../../lib/classification/carriers.ts';
import { displayWidth } from '../../lib/display-width.ts';
import { labelOfReason } from '../../lib/guidance/wording/labels.ts';
import type { Assessment } from '../../lib/operations/assess/assessment.ts';
import { type Cost, PRICES_AS_OF } from '../../lib/operations/assess/cost.ts';
import { type Bilingual, byCodeUnits, type Language } from '../../lib/text.ts';
import { dayInTokyo } from '../../lib/time.ts';
import { KIND_WORDS, WORDS } from './words.ts';

/** All that `todoku assess` found out. */
export interface Assessed {
  readonly assessment: Assessment;
  /** Sizes of the waves, where the account's sending and bounce rate could be read. */
  readonly waves?: { readonly first: number; readonly total: number };
  readonly cost?: Cost;
  /** The sending identities, one sentence each. */
  readonly senders?: readonly { readonly identity: string; readonly summary: Bilingual }[];
  /** What could not be asked, and why. */
  readonly missing: readonly Bilingual[];
  /** Rows of the customer list that were not read. */
  readonly refusedRows?: number;
  /** The list is a part only. */
  readonly cut?: boolean;
}

/** A table of the answer: the first column is text, the others end on the right where they are figures. */
export interface Grid {
  readonly title?: string;
  readonly rows: readonly (readonly string[])[];
}

/** The answer as parts, for a terminal and for a page. */
export interface Shown {
  readonly headline: readonly string[];
  readonly kinds?: Grid;
  readonly carriers?: Grid;
  readonly lines: readonly string[];
  readonly senders: readonly string[];
  /** What the answer does not cover. */
  readonly limits: readonly string[];
}

/** Years that have a column of their own. */
const YEARS_SHOWN = 5;

/** Puts an assessment into words. Pure; there is no address in it. */
export function shown(found: Assessed, language: Language): Shown {
  const words = WORDS[language];
  const { assessment, waves, cost, senders = [], missing, refusedRows = 0, cut } = found;
  const { listed, from, until, reach, insights } = assessment;
  const limits = [
    ...(cut ? [words.cut] : []),
    ...(refusedRows > 0 ? [words.refusedRows(number(refusedRows))] : []),
    ...missing.map((each) => words.partial(each[language])),
  ];
  if (listed === 0 || from === undefined || until === undefined) {
    return { headline: [words.none], lines: [], senders: senderLines(senders, language), limits };
  }
  const inWaves = reach === undefined ? 0 : Object.values(reach.waves).reduce((sum, count) => sum + count, 0);
  const reachable = (reach?.proposed ?? 0) + inWaves;
  return {
    headline: [
      words.listed(number(listed), dayInTokyo(from), dayInTokyo(until)),
      reach === undefined ? words.withMembers : reachable > 0 ? words.reach(number(reachable)) : words.nobody,
    ],
    kinds: kindsOf(assessment, language),
    carriers: carriersOf(assessment, language),
    lines: [
      ...(reach && reach.proposed > 0 ? [words.proposed(number(reach.proposed))] : []),
      ...(inWaves > 0
        ? [
            waves === undefined
              ? words.wavesUnknown(number(inWaves))
              : words.waves(number(inWaves), number(waves.total), number(waves.first)),
          ]
        : []),
      ...(insights ? [words.insights(number(insights.asked), reasonsOf(insights.reasons, language))] : []),
      cost === undefined
        ? words.costUnknown
        : words.cost(number(cost.mails), cost.total.toFixed(2), PRICES_AS_OF),
    ],
    senders: senderLines(senders, language),
    limits: [...limits, words.note],
  };
}

function kindsOf({ kinds, reach }: Assessment, language: Language): Grid {
  const [kind, listed, members, does] = WORDS[language].kinds;
  const withMembers = reach !== undefined;
  const rows = kinds
    .filter((each) => each.listed > 0)
    .map((each) => {
      const words = KIND_WORDS[each.kind];
      return [
        words.is[language],
        number(each.listed),
        ...(withMembers ? [number(each.members ?? 0)] : []),
        words.does[language],
      ];
    });
  return { rows: [[kind, listed, ...(withMembers ? [members] : []), does], ...rows] };
}

function carriersOf({ carriers }: Assessment, language: Language): Grid {
  const words = WORDS[language];
  const all = [...new Set(carriers.flatMap(({ years }) => Object.keys(years)))].toSorted(byCodeUnits);
  const own = all.slice(-YEARS_SHOWN);
  const earlier = all.slice(0, -YEARS_SHOWN);
  const sum = (years: Readonly<Record<string, number>>, of: readonly string[]) =>
    of.reduce((total, year) => total + (years[year] ?? 0), 0);
  const head = ['', ...(earlier.length > 0 ? [words.earlier] : []), ...own, words.total];
  const rows = carriers.map(({ carrier, years, listed }) => [
    carrierById(carrier)?.name[language] ?? (carrier === 'other' ? words.other : stripControls(carrier)),
    ...(earlier.length > 0 ? [number(sum(years, earlier))] : []),
    ...own.map((year) => number(years[year] ?? 0)),
    number(listed),
  ]);
  return { title: words.carriers, rows: [head, ...rows] };
}

function reasonsOf(reasons: Readonly<Record<string, number>>, language: Language): string {
  return Object.entries(reasons)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${labelOfReason(reason, language)} ${number(count)}`)
    .join(language === 'ja' ? '、' : ', ');
}

function senderLines(senders: NonNullable<Assessed['senders']>, language: Language): string[] {
  return senders.map(
    ({ identity, summary }) => `${stripControls(identity)}: ${stripControls(summary[language])}`,
  );
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** The rows of a grid as lines of a terminal: columns as wide as their widest cell, figures on the right. */
export function gridLines({ rows }: Grid): string[] {
  const [head = []] = rows;
  const widths = head.map((_, at) => Math.max(...rows.map((row) => displayWidth(row[at] ?? ''))));
  const isFigure = head.map((_, at) => rows.slice(1).every((row) => /^[\d,]+$/.test(row[at] ?? '')));
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const blanks = ' '.repeat((widths[at] ?? 0) - displayWidth(cell));
        return isFigure[at] ? `${blanks}${cell}` : `${cell}${blanks}`;
      })
      .join('  ')
      .trimEnd(),
  );
}
