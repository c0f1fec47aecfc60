import type { Bilingual, Language } from '../../text.ts';
import { labelOf } from './labels.ts';

/** The rules by which removals are made, as people call them: the policy's own, and those of a person's doing. */
const RULE_LABELS: Readonly<Record<string, Bilingual>> = {
  'filtered-bounced-again': {
    ja: '携帯会社の受信拒否。前回の解除後にも拒否',
    en: "a carrier's filter, again after a removal",
  },
  'filtered-without-record': {
    ja: '携帯会社の受信拒否。応答の記録はなく推定',
    en: "a carrier's filter, inferred without a reply",
  },
  'filtered-known-recipient': {
    ja: '携帯会社の受信拒否。会員か到達の実績あり',
    en: "a carrier's filter, and a member or an earlier delivery",
  },
  filtered: { ja: '携帯会社の受信拒否。裏付けなし', en: "a carrier's filter, nothing else known" },
  temporary: { ja: '一時的な原因、または送信側の原因', en: "a temporary cause, or the sender's own" },
  'ambiguous-known-recipient': {
    ja: '原因は断定できない。会員か到達の実績あり',
    en: 'no clear cause, and a member or an earlier delivery',
  },
  'by-hand': { ja: '担当者による手動の解除', en: 'removed by hand' },
  rescue: { ja: '以前の受信拒否の救済', en: 'the rescue of an old backlog' },
  'incident-undone': { ja: '一斉拒否の取り消し', en: 'a mass refusal undone' },
};

/** What a rule that removes is called; a code that has no name stays as it is. */
export function ruleLabel(rule: string, language: Language): string {
  return labelOf(RULE_LABELS, rule, language);
}
