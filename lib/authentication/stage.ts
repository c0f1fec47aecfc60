import type { Bilingual } from '../text.ts';
import { passes } from './aggregate-summary.ts';
import type { DailyRow } from './report-rows.ts';

/**
 * Staged DMARC: what the reports received so far say about the next policy. RFC 9989 section 7.4: at least a month
 * of none, and a month of quarantine, before reject.
 */

/** Advice on the next stage. */
export interface StageAdvice {
  /** The policy the domain is ready for; absent when it should stay where it is. */
  readonly next?: 'quarantine' | 'reject';
  /** What the advice rests on. */
  readonly evidence: Bilingual;
  /**
   * Set when no report came of late: since when, whether any ever did, and whether that is because nobody imported
   * them by hand.
   */
  readonly silent?: { readonly since: Bilingual; readonly stopped: boolean; readonly byHand?: true };
}

/** Days of reports under one policy before the next (RFC 9989 section 7.4: "at least a month"). */
const DAYS_A_STAGE = 30;
/** Reports come daily; after this many days without one something is broken. */
const SILENT_DAYS = 4;
/** Share of the domain's own mail that must pass. Ours: the RFC names no number. */
const REQUIRED_SHARE = 0.99;
/** Fewer messages than this say nothing about a share. Ours. */
const REQUIRED_MESSAGES = 100;

const MILLISECONDS_A_DAY = 86_400_000;

/**
 * Advice for a domain from its rows of the last months. Only reports whose mail was signed count for a step
 * towards enforcement: anybody can mail a report. `policy` is what is published now, `now` the present, `way` how
 * the domain's reports come in.
 */
export function adviseStage(
  rows: readonly DailyRow[],
  policy: 'none' | 'quarantine' | 'reject',
  now: Date,
  way: 'received' | 'by hand' = 'received',
): StageAdvice {
  const silence = silenceOf(rows, now);
  const silent =
    silence === undefined || way === 'received' ? silence : { ...silence, byHand: true as const };
  const believed = rows.filter(({ verified, policy: then }) => verified !== false && then === policy);
  const days = new Set(believed.map(({ day }) => day)).size;
  // What nobody authenticated is not the domain's own mail: enforcement is there to stop it.
  const own = believed.filter(({ outcome }) => outcome !== 'nothing' && outcome !== 'forwarded');
  const messages = total(own);
  const passing = total(own.filter(({ outcome }) => passes(outcome)));
  const forged = total(believed.filter(({ outcome }) => outcome === 'nothing'));
  const forwarded = total(believed.filter(({ outcome }) => outcome === 'forwarded'));
  const evidence = wordsOf({ policy, days, messages, passing, forged, forwarded });
  const ready =
    silent === undefined &&
    days >= DAYS_A_STAGE &&
    messages >= REQUIRED_MESSAGES &&
    passing / messages >= REQUIRED_SHARE;
  const next = policy === 'none' ? 'quarantine' : policy === 'quarantine' ? 'reject' : undefined;
  return { ...(ready && next !== undefined ? { next } : {}), evidence, silent };
}

function wordsOf(counts: {
  policy: string;
  days: number;
  messages: number;
  passing: number;
  forged: number;
  forwarded: number;
}): Bilingual {
  const { policy, days, messages, passing, forged, forwarded } = counts;
  if (messages === 0) {
    return {
      ja: `p=${policy} の期間のレポートがまだありません。`,
      en: `There are no reports yet from the time of p=${policy}.`,
    };
  }
  const share = ((passing / messages) * 100).toFixed(1);
  return {
    ja: `p=${policy} で ${days} 日分のレポート: 認証された ${messages} 通のうち ${share} % が合格。ほかに認証のないもの ${forged} 通、転送 ${forwarded} 通。`,
    en: `${days} days of reports under p=${policy}: of ${messages} authenticated messages ${share} % pass; besides, ${forged} without any authentication and ${forwarded} forwarded.`,
  };
}

function silenceOf(rows: readonly DailyRow[], now: Date): StageAdvice['silent'] {
  const last = rows
    .map(({ day }) => day)
    .sort()
    .at(-1);
  if (last === undefined) {
    const since = { ja: 'レポートはまだ 1 通もありません。', en: 'There has been none at all so far.' };
    return { since, stopped: false };
  }
  const days = Math.floor((now.getTime() - Date.parse(last)) / MILLISECONDS_A_DAY);
  if (days <= SILENT_DAYS) return undefined;
  const since = {
    ja: `最後のレポートは ${last} の分で、${days} 日前です。`,
    en: `The last one is about ${last}, ${days} days ago.`,
  };
  return { since, stopped: true };
}

function total(rows: readonly DailyRow[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}
