import { stripControls } from '../../lib/address.ts';
import { carrierById } from '../../lib/classification/carriers.ts';
import { labelOfReason } from '../../lib/guidance/wording/labels.ts';
import { type Assessment, countInWaves } from '../../lib/operations/assess/assessment.ts';
import { type Cost, PRICES_AS_OF } from '../../lib/operations/assess/cost.ts';
import { type Bilingual, byCodeUnits, counted, type Language } from '../../lib/text.ts';
import { dayInTokyo } from '../../lib/time.ts';
import type { Page, Section } from '../page/page.ts';
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

/** Years that have a column of their own. */
const YEARS_SHOWN = 5;

/** Puts an assessment into words. Pure; there is no address in it. */
export function pageOf(found: Assessed, language: Language): Page {
  const words = WORDS[language];
  const { assessment, waves, cost, senders = [], missing, refusedRows = 0, cut } = found;
  const { listed, from, until, reach, insights } = assessment;
  const limits = [
    ...(cut ? [words.cut] : []),
    ...(refusedRows > 0 ? [words.refusedRows(refusedRows)] : []),
    ...missing.map((each) => words.partial(each[language])),
  ];
  if (listed === 0 || from === undefined || until === undefined) {
    return {
      title: words.title,
      headline: [words.none],
      sections: senderSection(senders, language),
      notes: limits,
    };
  }
  const inWaves = countInWaves(assessment);
  const reachable = (reach?.proposed ?? 0) + inWaves;
  return {
    title: words.title,
    headline: [
      words.listed(listed, dayInTokyo(from), dayInTokyo(until)),
      reach === undefined ? words.withMembers : reachable > 0 ? words.reach(reachable) : words.nobody,
    ],
    sections: [
      kindsOf(assessment, language),
      carriersOf(assessment, language),
      {
        lines: [
          ...(reach && reach.proposed > 0 ? [words.proposed(reach.proposed)] : []),
          ...(inWaves > 0
            ? [
                waves === undefined
                  ? words.wavesUnknown(inWaves)
                  : words.waves(inWaves, waves.total, waves.first),
              ]
            : []),
          ...(insights ? [words.insights(insights.asked, reasonsOf(insights.reasons, language))] : []),
          cost === undefined
            ? words.costUnknown
            : words.cost(cost.mails, cost.total.toFixed(2), PRICES_AS_OF),
        ],
      },
      ...senderSection(senders, language),
    ],
    notes: [...limits, words.note],
  };
}

function kindsOf({ kinds, reach }: Assessment, language: Language): Section {
  const [kind, listed, members, does] = WORDS[language].kinds;
  const withMembers = reach !== undefined;
  const rows = kinds
    .filter((each) => each.listed > 0)
    .map((each) => {
      const words = KIND_WORDS[each.kind];
      return [
        words.is[language],
        counted(each.listed),
        ...(withMembers ? [counted(each.members ?? 0)] : []),
        words.does[language],
      ];
    });
  return { grid: [[kind, listed, ...(withMembers ? [members] : []), does], ...rows] };
}

function carriersOf({ carriers }: Assessment, language: Language): Section {
  const words = WORDS[language];
  const all = [...new Set(carriers.flatMap(({ years }) => Object.keys(years)))].toSorted(byCodeUnits);
  const own = all.slice(-YEARS_SHOWN);
  const earlier = all.slice(0, -YEARS_SHOWN);
  const sum = (years: Readonly<Record<string, number>>, of: readonly string[]) =>
    of.reduce((total, year) => total + (years[year] ?? 0), 0);
  const head = ['', ...(earlier.length > 0 ? [words.earlier] : []), ...own, words.total];
  const rows = carriers.map(({ carrier, years, listed }) => [
    carrierById(carrier)?.name[language] ?? (carrier === 'other' ? words.other : stripControls(carrier)),
    ...(earlier.length > 0 ? [counted(sum(years, earlier))] : []),
    ...own.map((year) => counted(years[year] ?? 0)),
    counted(listed),
  ]);
  return { title: words.carriers, grid: [head, ...rows] };
}

function reasonsOf(reasons: Readonly<Record<string, number>>, language: Language): string {
  return Object.entries(reasons)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${labelOfReason(reason, language)} ${counted(count)}`)
    .join(language === 'ja' ? '、' : ', ');
}

function senderSection(senders: NonNullable<Assessed['senders']>, language: Language): Section[] {
  if (senders.length === 0) return [];
  const lines = senders.map(
    ({ identity, summary }) => `${stripControls(identity)}: ${stripControls(summary[language])}`,
  );
  return [{ title: WORDS[language].senders, lines }];
}
