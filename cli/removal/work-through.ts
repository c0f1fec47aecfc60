import type { RequestOf } from '../../lib/contracts/contract.ts';
import { removeContract } from '../../lib/contracts/remove.ts';
import { causeOf } from '../../lib/refusal.ts';
import type { Bilingual } from '../../lib/text.ts';
import type { CliContext } from '../context.ts';
import { startProgress } from '../progress.ts';
import type { Journal, KeptResult, Phase } from './journal.ts';

/**
 * Targets a request: at one SES call a second and up to five calls each, a part is answered within a minute or two, which
 * is how long an interrupt waits.
 */
const PART = 20;

/** A long list of one question. */
export interface LongList {
  /** Addresses or ids of proposals. */
  readonly targets: readonly string[];
  /** The request about some of them. */
  readonly request: (targets: readonly string[], dryRun: boolean) => RequestOf<typeof removeContract>;
  readonly journal: Journal;
}

/** Why a list was not worked through to its end. */
export type Stopped =
  | { readonly interrupted: true }
  | { readonly failed: Bilingual; readonly error: unknown };

/**
 * Works through the targets at the given places, part by part, those left out whose result the journal has. Each
 * result goes into the journal when it comes.
 *
 * @returns why it ended early; undefined: it is done. A part that was under way may have been done nevertheless.
 */
export async function workThrough(
  { targets, request, journal }: LongList,
  places: readonly number[],
  phase: Phase,
  context: CliContext,
): Promise<Stopped | undefined> {
  const { io, language } = context;
  const open = places.filter((place) => !journal.results[phase].has(place));
  if (open.length === 0) return undefined;
  let isInterrupted = false;
  const release = io.onInterrupt?.(() => {
    isInterrupted = true;
    context.printError(`\n${STOPPING[language]}`);
  });
  const progress = startProgress({
    label: LABELS[phase],
    unit: { ja: '件', en: 'addresses' },
    language,
    total: places.length,
    stream: io.stderr,
  });
  try {
    let done = places.length - open.length;
    progress.update(done);
    for (let at = 0; at < open.length; at += PART) {
      if (isInterrupted) return { interrupted: true };
      const part = open.slice(at, at + PART);
      if (phase === 'work') journal.begin(part);
      const asked = request(
        part.map((place) => targets[place] ?? ''),
        phase === 'preview',
      );
      const { results } = await context.invoke(removeContract, asked);
      part.forEach((place, index) => {
        const target = targets[place];
        const answered =
          results.find((each) => (each.proposalId ?? each.address) === target) ?? results[index];
        journal.add(phase, place, told(answered, journal.unanswered.has(place)));
      });
      done += part.length;
      progress.update(done);
    }
    return undefined;
  } catch (error) {
    return { failed: causeOf(error), error };
  } finally {
    progress.end();
    release?.();
  }
}

/** A result as it is reported: what an interrupted command may have removed is not called "not listed" without a word. */
function told(answered: KeptResult | undefined, wasUnderWay: boolean): KeptResult {
  if (answered === undefined) return { result: 'failed', why: LEFT_OUT };
  return wasUnderWay && answered.result === 'not_listed' ? { ...answered, why: MAYBE_DONE } : answered;
}

const LABELS: Readonly<Record<Phase, Bilingual>> = {
  preview: { ja: '確認中', en: 'looking' },
  work: { ja: '処理中', en: 'working' },
};

const STOPPING: Bilingual = {
  ja: '処理中の分が終わりしだい中断します（もう一度 Ctrl+C を押すと、すぐに終了します）。',
  en: 'Stopping after the part that is under way; Ctrl+C again ends at once.',
};

const LEFT_OUT: Bilingual = {
  ja: '応答に結果が含まれていませんでした。もう一度お試しください。',
  en: 'The answer does not say what became of it. Try again.',
};

const MAYBE_DONE: Bilingual = {
  ja: 'サプレッションリストに載っていません。中断の直前に解除された可能性があります（todoku lookup で確認できます）。',
  en: 'Not on the suppression list. It may have been removed just before the interruption; todoku lookup says so.',
};
