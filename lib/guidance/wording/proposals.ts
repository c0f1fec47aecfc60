import { isWithoutFacts } from '../../classification/without-reply.ts';
import type { Bilingual, Language } from '../../text.ts';
import { labelOfConfidence, labelOfReason } from './labels.ts';

/** Why something is proposed, in a breath: one line of a table. */

/** What of a proposal its reason follows from. */
export interface Grounds {
  readonly diagnosis: { readonly reason: string; readonly confidence: string; readonly rule: string };
  /** Policy rule that proposes it. */
  readonly rule: string;
  /** When the receiving side last took a mail before the listing; absent: not on record. */
  readonly reachedAt?: string | undefined;
}

/** What speaks for a removal beside the diagnosis, by the rule that proposes it. */
const FOR: Readonly<Record<string, Bilingual>> = {
  'filtered-bounced-again': { ja: '再開した後にも拒否', en: 'again after a removal' },
  'filtered-without-record': { ja: '応答の記録なし', en: 'no reply on record' },
  filtered: { ja: '実在の裏付けなし', en: 'nothing shows a real customer' },
  temporary: { ja: '待つ期間は過ぎた', en: 'the wait is over' },
};
/** Of the rules that ask for a known recipient, by which of the two it is. */
const KNOWN_RULES: readonly string[] = ['filtered-known-recipient', 'ambiguous-known-recipient'];
const REACHED: Bilingual = { ja: '以前は受け取っていた', en: 'it took mail before' };
const CUSTOMER: Bilingual = { ja: '会員', en: 'a customer' };
const GUESSED: Bilingual = { ja: '推定', en: 'a guess' };

/** `text`: the cause and what speaks for a removal; `certainty`: how sure the cause is, in a word. */
export function proposalReason(
  { diagnosis, rule, reachedAt }: Grounds,
  language: Language,
): { readonly text: string; readonly certainty: string } {
  const known = reachedAt === undefined ? CUSTOMER : REACHED;
  const grounds = KNOWN_RULES.includes(rule) ? known : Object.hasOwn(FOR, rule) ? FOR[rule] : undefined;
  const parts = [labelOfReason(diagnosis.reason, language), grounds?.[language] ?? rule];
  return {
    text: parts.join(language === 'ja' ? '。' : '; '),
    certainty: isWithoutFacts(diagnosis)
      ? GUESSED[language]
      : labelOfConfidence(diagnosis.confidence, language),
  };
}
