import { displayWidth, fitted } from '../display-width.ts';
import type { Bilingual, Language } from '../text.ts';
import type { Claim } from './claims.ts';
import { briefSteps } from './next.ts';
import { type Statement, saysFateOf } from './statement.ts';
import { brief, known } from './words.ts';

/** A line of the headline is less than so many columns of a terminal. */
const COLUMNS = 80;

const LABELS = {
  ja: { cause: '原因：', past: '以前の不達：', complaint: '以前の申告：', next: '対応：' },
  en: { cause: 'Cause: ', past: 'Earlier bounce: ', complaint: 'Earlier report: ', next: 'Next: ' },
} as const;

/** The headline: where the address stands, why, and what to do; each line below 80 columns. */
export function headline(statement: Statement, language: Language): readonly [string, string, string] {
  return [
    firstThatFits(stateLines(statement, language)),
    firstThatFits([causeLine(statement, language)]),
    firstThatFits(briefSteps(statement.next, language).map((line) => `${LABELS[language].next}${line}`)),
  ];
}

/** The headline in one paragraph, for scripts and lists; with what could not be read. */
export function summary(statement: Statement): Bilingual {
  const unreadable = statement.also.filter(({ claim }) => claim === 'unreadable');
  return {
    ja: [
      ...headline(statement, 'ja').map((line) => `${line}。`),
      ...unreadable.map((claim) => known(claim, 'ja')),
    ].join(''),
    en: [
      ...headline(statement, 'en').map((line) => `${line}.`),
      ...unreadable.map((claim) => known(claim, 'en')),
    ].join(' '),
  };
}

/** Where it stands, with what was missed meanwhile where that is the matter; the fuller first. */
function stateLines({ standing, missed }: Statement, language: Language): readonly string[] {
  const line = brief(standing, language);
  const isCounted = missed.facts.mails.length > 0 || missed.facts.recordsBegin !== undefined;
  if (standing.claim !== 'listed' || !isCounted) return [line];
  if (standing.facts.droppedBefore !== undefined) {
    const { mails, atLeast, recordsBegin } = missed.facts;
    const counted = recordsBegin === undefined && language === 'ja';
    return [counted ? line.replace('から）', `から${mails.length}通${atLeast ? '以上' : ''}）`) : line];
  }
  const count = brief(missed, language);
  return [language === 'ja' ? line.replace('）', `、${count}）`) : `${line} (${count})`, line];
}

/** What is no cause, and stands without that word. */
const FATES: ReadonlySet<Claim['claim']> = new Set<Claim['claim']>([
  'accepted',
  'accepted-late',
  'accepted-again',
  'not-sent',
  'delayed',
  'no-word',
  'nothing-recorded',
  'unreadable',
  'no-refusal-recorded',
  'moved-to',
]);

/** What is not known where the first line has said what became of the mail: the second does not say it again. */
const LEFT_OPEN: Readonly<Partial<Record<Claim['claim'], Bilingual>>> = {
  resumed: {
    ja: '受信トレイと迷惑メールフォルダのどちらに入ったかは分かりません',
    en: 'Whether it went to the inbox or the spam folder is not known',
  },
  'gone-from-list': {
    ja: '誰がいつリストから外したかは分かりません',
    en: 'Who took it off the list, and when, is not known',
  },
};

/** Why: what leads the answer, or where the state leads it what came before. */
function causeLine({ standing, fate, explanation, also, lead }: Statement, language: Language): string {
  const labels = LABELS[language];
  if (lead !== standing) {
    return `${FATES.has(lead.claim) ? '' : labels.cause}${brief(lead, language)}`;
  }
  const report = also.find(({ claim }) => claim === 'reported-as-spam' || claim === 'reported-at-domain');
  if (standing.claim === 'lifted-despite-complaint' && report !== undefined) {
    return `${labels.complaint}${brief(report, language)}`;
  }
  if (explanation !== undefined) return `${labels.past}${brief(explanation, language)}`;
  const open = saysFateOf(standing, fate) ? LEFT_OPEN[standing.claim] : undefined;
  if (open !== undefined) return open[language];
  return `${FATES.has(fate.claim) ? '' : labels.past}${brief(fate, language)}`;
}

function firstThatFits(lines: readonly string[]): string {
  const fit = lines.find((line) => displayWidth(line) < COLUMNS);
  return fit ?? fitted(lines.at(-1) ?? '', COLUMNS - 1);
}
