import { type Bilingual, counted, countOf } from '../../text.ts';
import type { StageAdvice } from '../dmarc/dmarc-issues.ts';
import { passes } from './aggregate-summary.ts';
import type { DailyRow } from './report-rows.ts';

/**
 * Staged DMARC: what the reports received so far say about the next policy. RFC 9989 section 7.4: at least a month
 * of none, and a month of quarantine, before reject.
 */

/** Days of reports under one policy before the next (RFC 9989 section 7.4: "at least a month"). */
const DAYS_A_STAGE = 30;
/** Reports come daily; after this many days without one something is broken. */
const SILENT_DAYS = 4;
/** Share of the domain's own mail that must pass. Ours: the RFC names no number. */
const REQUIRED_SHARE = 0.99;
/** Fewer messages than this say nothing about a share. Ours. */
const REQUIRED_MESSAGES = 100;

const MILLISECONDS_A_DAY = 86_400_000;

/** What the reports of one time of one policy come to, forged and forwarded mail aside. */
interface PolicyTally {
  readonly days: Set<string>;
  messages: number;
  passing: number;
  forged: number;
  forwarded: number;
}

/** A domain's rows added up for advice, one by one. Each row once. */
export class StageEvidence {
  readonly #policies = new Map<string, PolicyTally>();
  /** The last day that any report is about. */
  lastDay: string | undefined;

  /** The evidence of some rows. */
  static of(rows: readonly DailyRow[]): StageEvidence {
    const evidence = new StageEvidence();
    for (const row of rows) evidence.add(row);
    return evidence;
  }

  /** Adds a row. */
  add({ day, policy, verified, outcome, count }: DailyRow): void {
    if (this.lastDay === undefined || day > this.lastDay) this.lastDay = day;
    if (verified === false || !POLICIES.includes(policy)) return;
    const tally = this.under(policy);
    this.#policies.set(policy, tally);
    tally.days.add(day);
    // What nobody authenticated is not the domain's own mail: enforcement is there to stop it.
    if (outcome === 'nothing') tally.forged += count;
    else if (outcome === 'forwarded') tally.forwarded += count;
    else {
      tally.messages += count;
      if (passes(outcome)) tally.passing += count;
    }
  }

  /** What was reported while a policy was published. */
  under(policy: string): PolicyTally {
    const none = { days: new Set<string>(), messages: 0, passing: 0, forged: 0, forwarded: 0 };
    return this.#policies.get(policy) ?? none;
  }
}

const POLICIES: readonly string[] = ['none', 'quarantine', 'reject'];

/**
 * Advice for a domain from its rows of the last months. Only reports whose mail was signed by the organization they are of count for
 * a step towards enforcement: anybody can mail a report. `policy` is what is published now, `now` the present, `way` how
 * the domain's reports come in.
 */
export function adviseStage(
  reported: StageEvidence,
  policy: 'none' | 'quarantine' | 'reject',
  now: Date,
  way: 'received' | 'by hand' = 'received',
): StageAdvice {
  const silence = silenceOf(reported.lastDay, now);
  const silent =
    silence === undefined || way === 'received' ? silence : { ...silence, byHand: true as const };
  const { messages, passing, forged, forwarded, days: reportedDays } = reported.under(policy);
  const days = reportedDays.size;
  const evidence = together(
    wordsOf({ policy, days, messages, passing, forged, forwarded }),
    policy === 'reject' ? undefined : lackOf({ days, messages, passing, silent: silent !== undefined }),
  );
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
    en: `${countOf(days, 'day')} of reports under p=${policy}: of ${countOf(messages, 'authenticated message')} ${share} % pass; besides, ${counted(forged)} without any authentication and ${counted(forwarded)} forwarded.`,
  };
}

/** What is still wanting before the next policy; `undefined` when nothing is. */
function lackOf(counts: {
  days: number;
  messages: number;
  passing: number;
  silent: boolean;
}): Bilingual | undefined {
  const { days, messages, passing, silent } = counts;
  const lacks: Bilingual[] = [];
  if (silent) lacks.push({ ja: '最近のレポート', en: 'recent reports' });
  if (days < DAYS_A_STAGE) {
    const left = DAYS_A_STAGE - days;
    lacks.push({
      ja: `あと ${left} 日分のレポート（必要: ${DAYS_A_STAGE} 日分）`,
      en: `reports of ${countOf(left, 'more day')} (of ${DAYS_A_STAGE})`,
    });
  }
  if (messages < REQUIRED_MESSAGES) {
    const left = REQUIRED_MESSAGES - messages;
    lacks.push({
      ja: `あと ${left} 通（必要: 認証されたメール ${REQUIRED_MESSAGES} 通）`,
      en: `${countOf(left, 'more authenticated message')} (of ${REQUIRED_MESSAGES})`,
    });
  }
  if (messages > 0 && passing / messages < REQUIRED_SHARE) {
    const wanted = REQUIRED_SHARE * 100;
    lacks.push({
      ja: `合格する割合（必要: ${wanted} % 以上）`,
      en: `a higher share that passes (${wanted} % wanted)`,
    });
  }
  if (lacks.length === 0) return undefined;
  return {
    ja: `次の段階にまだ足りないもの: ${lacks.map(({ ja }) => ja).join('、')}。`,
    en: `Still lacking for the next step: ${lacks.map(({ en }) => en).join(', ')}.`,
  };
}

function together(first: Bilingual, second: Bilingual | undefined): Bilingual {
  return second === undefined ? first : { ja: `${first.ja}${second.ja}`, en: `${first.en} ${second.en}` };
}

function silenceOf(last: string | undefined, now: Date): StageAdvice['silent'] {
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
