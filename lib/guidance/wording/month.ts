import { stripControls } from '../../address.ts';
import { type Bilingual, counted, countOf, type Language } from '../../text.ts';
import { dayInTokyo } from '../../time.ts';

/** A month in words: its answer, beside the month before, and what its figures do not cover. For every view, and for the notice. */

/** What a month is summed up in. */
export interface MonthFigures {
  /** Mails that SES did not send because of the list. */
  readonly missed: number;
  /** Mails that came back for good. */
  readonly returned: number;
  readonly complaints: number;
  /** Addresses that were taken off the list, and that a complaint put back. */
  readonly removed: number;
  readonly putBack: number;
  /** Removals after which mail was accepted, and for how many days, all together, it had been stopped. */
  readonly reached: number;
  readonly days: number;
}

/** A month, `2026-10`, with its figures. */
export interface SummedMonth extends MonthFigures {
  readonly month: string;
}

/** A figure that stands beside the one of the month before. */
export type Figure = Exclude<keyof MonthFigures, 'reached' | 'days'>;

/** What each figure is called, in the order in which they are told; in Japanese with what it counts. */
const NAMES: Readonly<Record<Figure, Bilingual & { readonly unit: string }>> = {
  missed: { ja: '送信しなかったメール', en: 'mails not sent', unit: '通' },
  returned: { ja: '戻ってきたメール', en: 'mails that came back', unit: '通' },
  complaints: { ja: '迷惑メールの申告', en: 'complaints', unit: '件' },
  removed: { ja: 'リストから解除', en: 'taken off the list', unit: '件' },
  putBack: { ja: '申告により再登録', en: 'put back for a complaint', unit: '件' },
};

/** The figures in the order in which they are told. */
export const FIGURES = Object.keys(NAMES) as readonly Figure[];

/** What a figure is called. */
export function figureName(figure: Figure): Bilingual {
  const { ja, en } = NAMES[figure];
  return { ja, en };
}

/** What a figure counts, where a language says so: `通`. */
export function figureUnit(figure: string, language: Language): string {
  if (language === 'en') return '';
  return FIGURES.flatMap((each) => (each === figure ? [NAMES[each].unit] : [])).join('');
}

/** A month for people: `2026年10月`. */
export function monthName(month: string): Bilingual {
  const [year = '', number = ''] = stripControls(month).split('-');
  return { ja: `${year}年${Number(number)}月`, en: `${year}-${number}` };
}

/**
 * The answer of a month, the most important sentence first.
 *
 * @param before the month before; only where both are on record as a whole, so that they can be compared.
 */
export function monthHeadline(month: SummedMonth, before?: SummedMonth): readonly Bilingual[] {
  const answer: Bilingual = {
    ja: `SESが送信しなかったメールは${counted(month.missed)}通です。`,
    en: `SES did not send ${countOf(month.missed, 'mail')}.`,
  };
  const compared = before && comparedWith(before, month.missed - before.missed);
  return [
    compared ? { ja: `${answer.ja}${compared.ja}`, en: `${answer.en} ${compared.en}` } : answer,
    ...(month.reached > 0 ? [reachedAgain(month)] : []),
  ];
}

function comparedWith({ month }: SummedMonth, change: number): Bilingual {
  const than = monthName(month);
  const by = counted(Math.abs(change));
  if (change === 0) return { ja: `${than.ja}と同じです。`, en: `As many as in ${than.en}.` };
  return change > 0
    ? { ja: `${than.ja}より${by}通増えました。`, en: `That is ${by} more than in ${than.en}.` }
    : { ja: `${than.ja}より${by}通減りました。`, en: `That is ${by} fewer than in ${than.en}.` };
}

function reachedAgain({ reached, days }: MonthFigures): Bilingual {
  return {
    ja: `リストから解除した${counted(reached)}件の宛先で、受信側がメールを受け取りました（止まっていた日数の合計：${counted(days)}日）。`,
    en: `Mail to ${countOf(reached, 'address', 'addresses')} was accepted again after the removal (it had been stopped for ${countOf(days, 'day')}, all together).`,
  };
}

/** A change as people write it: `+3`, `−3`. */
export function signed(change: number): string {
  return `${change > 0 ? '+' : change < 0 ? '−' : ''}${counted(Math.abs(change))}`;
}

/** A figure in a line, beside the one of the month before where there is any. */
export function figureLine(
  figure: Figure,
  count: number,
  before: number | undefined,
  language: Language,
): string {
  const { unit, ...name } = NAMES[figure];
  if (language === 'en') {
    return `${name.en}: ${counted(count)}${before === undefined ? '' : ` (the month before: ${counted(before)})`}`;
  }
  const then = before === undefined ? '' : `（前月：${counted(before)}${unit}）`;
  return `${name.ja}：${counted(count)}${unit}${then}`;
}

/** From when on a month is told that is not on record as a whole, behind its name; `since`: ISO 8601 UTC. */
export function partOfMonth(since: string): Bilingual {
  const day = dayInTokyo(since);
  return { ja: `（${day}から）`, en: ` (from ${day})` };
}

/** Why figures may be too small: not all was read, or records from before a moment (ISO 8601 UTC) may be missing. */
export function monthNotes(about: {
  readonly running?: boolean;
  readonly incomplete?: boolean;
  readonly recordedFrom?: string | undefined;
}): readonly Bilingual[] {
  const day = about.recordedFrom && dayInTokyo(about.recordedFrom);
  return [
    ...(about.running ? [{ ja: 'この月はまだ終わっていません。', en: 'This month is not over yet.' }] : []),
    ...(about.incomplete
      ? [
          {
            ja: '時間内にすべてを読み取れませんでした。件数は実際より少なくなっています。',
            en: 'Not all could be read in time: the counts are too small.',
          },
        ]
      : []),
    ...(day
      ? [
          {
            ja: `${day}より前は、記録がそろっているとは限りません。件数は実際より少ないことがあります。`,
            en: `Records from before ${day} may be missing: the counts may be too small.`,
          },
        ]
      : []),
  ];
}
