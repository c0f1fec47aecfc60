import type { DecisionAction } from '../../cases/records.ts';
import type { Bilingual, Language } from '../../text.ts';
import { labelOf } from './labels.ts';

/** What was decided, in the words of the console: about mail that is stopped and goes out again, not about SES's list. */
const DONE: Readonly<Record<DecisionAction, Bilingual>> = {
  keep: { ja: '止めたまま', en: 'Kept stopped' },
  propose: { ja: '再開を提案', en: 'Resuming proposed' },
  remove: { ja: '自動で再開を決定', en: 'Resuming decided by itself' },
  approve: { ja: '再開を決定', en: 'Resuming decided' },
  reject: { ja: '見送り', en: 'Turned down' },
  removed: { ja: '送信を再開', en: 'Sending resumed' },
  'not-listed': { ja: '再開は不要', en: 'Was not stopped' },
  'entry-changed': { ja: '再開を中止', en: 'Resuming broken off' },
  withdrawn: { ja: '再開を見合わせ', en: 'Resuming withdrawn' },
  stopped: { ja: '全停止中のため再開せず', en: 'Not resumed: all removals stopped' },
  refused: { ja: '再開できず', en: 'Resuming refused' },
  outcome: { ja: '再開後の結果', en: 'What came of it' },
  'put-back': { ja: '送信停止に戻した', en: 'Stopped again' },
  'put-back-refused': { ja: '送信停止に戻せず', en: 'Could not be stopped again' },
  forgotten: { ja: '個人データを消去', en: 'Forgotten' },
};

/** What was decided, in a word; a code of another version that has none stays as it is. */
export function doneLabel(action: string, language: Language): string {
  return labelOf(DONE, action, language);
}
