import { maskAddressesIn, stripControls } from '../../address.ts';
import type { AddressInsightsAnswer, AddressRecord, Decision } from '../../cases/records.ts';
import { spokeForAnother } from '../../mails/another-mailbox.ts';
import type { Fact } from '../../mails/fact.ts';
import { natureOf } from '../../mails/nature.ts';
import { POLICY_RULES } from '../../policy/rules.ts';
import { type Bilingual, byCodeUnits, type Language } from '../../text.ts';
import {
  actionLabel,
  DECISION_LABELS,
  delayLabel,
  feedbackLabel,
  notSentLabel,
  reportedAs,
  withCode,
} from './labels.ts';

/** One line of an address's history. */
export interface TimelineEntry {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Kind of fact, `decision`, or `addressInsights`: SES was asked whether the mailbox exists. */
  readonly kind: Fact['kind'] | 'decision' | 'addressInsights';
  readonly text: Bilingual;
  /** The mail a fact is about, by SES's message id: tells the events of one mail from those of another. */
  readonly messageId?: string;
  /** What the other side said, as it said it, for whoever wants to read it. */
  readonly detail?: string;
}

/**
 * Everything known of an address in the order it happened, oldest first; each line in words.
 *
 * @param unmasked whether a reply that names another person's address is given as it is.
 */
export function timelineOf(
  record: Pick<AddressRecord, 'facts' | 'decisions' | 'addressInsights'>,
  unmasked = false,
): TimelineEntry[] {
  const entries = [
    ...record.facts.map((fact) => describeFact(fact, unmasked)),
    // A verdict to keep changes nothing for the recipient; the audit has it.
    ...record.decisions.filter(({ action }) => action !== 'keep').map(describeDecision),
    ...(record.addressInsights ? [describeAddressInsights(record.addressInsights)] : []),
  ];
  return entries.sort((a, b) => byCodeUnits(a.at, b.at));
}

function describeFact(fact: Fact, unmasked: boolean): TimelineEntry {
  const said = [fact.status, fact.diagnosticCode ?? fact.smtpResponse].filter(Boolean).join(' ');
  // Whom mail is forwarded to is another person.
  const detail = unmasked || !spokeForAnother(fact) ? said : maskAddressesIn(said);
  return {
    at: fact.at,
    kind: fact.kind,
    text: factText(fact),
    messageId: fact.messageId,
    ...(detail && { detail: stripControls(detail) }),
  };
}

function factText(fact: Fact): Bilingual {
  const nature = natureOf(fact);
  if (nature.says === 'not-sent') {
    return {
      ja: `SESはメールを送りませんでした（${notSentLabel(nature.by, 'ja')}）`,
      en: `SES did not send the mail (${notSentLabel(nature.by, 'en')})`,
    };
  }
  switch (fact.kind) {
    case 'bounce':
      return bounceText(fact);
    case 'insight':
      return {
        ja: `不達（${words(fact)}）。SESのメッセージ履歴から取得しました`,
        en: `Bounced (${words(fact)}); read back from SES's message insights`,
      };
    case 'complaint':
      return complaintText(fact);
    case 'delivery':
      return { ja: '受信側のサーバーが受け取りました', en: "The recipient's server accepted it" };
    case 'deliveryDelay':
      return {
        ja: `配信が遅れています（${delayWords(fact, 'ja')}）`,
        en: `Delivery is delayed (${delayWords(fact, 'en')})`,
      };
    case 'open':
      return nature.says === 'opened' && !nature.person
        ? {
            ja: '開封の通知がありました（SESの判定では、人ではなく自動処理の可能性が高いもの）',
            en: 'The mail was opened, likely by a machine (as SES holds)',
          }
        : { ja: 'メールが開封されました', en: 'The mail was opened' };
    case 'click':
      return nature.says === 'clicked' && !nature.person
        ? {
            ja: 'リンクのクリックが通知されました（SESの判定では、人ではなく自動処理の可能性が高いもの）',
            en: 'A link in the mail was clicked, likely by a machine (as SES holds)',
          }
        : { ja: 'メールのリンクがクリックされました', en: 'A link in the mail was clicked' };
    case 'unknown':
      return {
        ja: `SESのイベント「${fact.eventType ?? ''}」（このバージョンでは未対応）`,
        en: `SES event "${fact.eventType ?? ''}" (not known to this version)`,
      };
  }
}

function bounceText(fact: Fact): Bilingual {
  return fact.bounceType === 'Permanent'
    ? { ja: `不達（${words(fact)}）`, en: `Bounced (${words(fact)})` }
    : {
        ja: `一時的な不達、または自動応答（${words(fact)}）`,
        en: `Temporary bounce or automatic reply (${words(fact)})`,
      };
}

function complaintText(fact: Fact): Bilingual {
  if (fact.complaintFeedbackType === 'not-spam') {
    const label = { ja: feedbackLabel('not-spam', 'ja'), en: feedbackLabel('not-spam', 'en') };
    return { ja: `「${label.ja}」と報告されました`, en: `Reported as ${label.en}` };
  }
  if (natureOf(fact).says === 'system-report') {
    return {
      ja: `受信側のシステムから報告が届きました（${feedbackLabel(fact.complaintFeedbackType, 'ja')}、${fact.complaintFeedbackType}。受信者本人の申告ではありません）`,
      en: `A receiving system sent a report (${feedbackLabel(fact.complaintFeedbackType, 'en')}, ${fact.complaintFeedbackType}); no person complained`,
    };
  }
  const type = fact.complaintFeedbackType;
  return fact.candidate
    ? {
        ja: `同じドメインの誰かが${reportedAs(type, 'ja')}申告しました（この宛先とは限りません）`,
        en: `Somebody at this domain reported the mail ${reportedAs(type, 'en')} (not necessarily this recipient)`,
      }
    : { ja: `${reportedAs(type, 'ja')}申告されました`, en: `Reported ${reportedAs(type, 'en')}` };
}

/** SES's reason for a delay, with its own word for it. */
function delayWords({ delayType }: Fact, language: Language): string {
  if (delayType === undefined) return { ja: '理由不明', en: 'no reason given' }[language];
  return withCode(delayLabel(delayType, language), delayType, language);
}

function describeAddressInsights({ at, mailboxExists }: AddressInsightsAnswer): TimelineEntry {
  const text =
    mailboxExists === undefined
      ? {
          ja: 'SESにメールボックスの実在を問い合わせましたが、見込みは得られませんでした',
          en: 'SES was asked whether the mailbox exists and gave no estimate',
        }
      : {
          ja: `SESにメールボックスの実在を問い合わせました（実在する見込み：${mailboxExists}）`,
          en: `SES was asked whether the mailbox exists (likelihood: ${mailboxExists})`,
        };
  return { at, kind: 'addressInsights', text };
}

function words(fact: Fact): string {
  return [fact.bounceType, fact.bounceSubType].filter(Boolean).join('/');
}

function describeDecision(decision: Decision): TimelineEntry {
  return {
    at: decision.at,
    kind: 'decision',
    text: { ja: decisionText(decision, 'ja'), en: decisionText(decision, 'en') },
  };
}

/** Decisions in which a person spoke, and the reason kept is that of todoku's own verdict at the time. */
const AGAINST_A_VERDICT: ReadonlySet<Decision['action']> = new Set(['approve', 'refused']);

/**
 * Who did what, in whose words. Beside an operator's decision stands what policy held of it, as what it was: "keep:
 * the mailbox does not exist" is no reason for an approval.
 */
function decisionText(decision: Decision, language: Language): string {
  const { action, by, note, because, rule } = decision;
  const japanese = language === 'ja';
  const said = note && by !== 'cleanup' ? maskAddressesIn(note) : undefined;
  const reason = said === undefined ? '' : japanese ? `、理由：${said}` : `, reason: ${said}`;
  const label = DECISION_LABELS[action][language];
  const who = japanese
    ? `${label}（${stripControls(by)}${reason}${liftedRules(decision, language)}）`
    : `${label} (${stripControls(by)}${reason}${liftedRules(decision, language)})`;
  const why = stripControls(because[language]);
  if (!AGAINST_A_VERDICT.has(action)) return japanese ? `${who}：${why}` : `${who}: ${why}`;
  const verdict = POLICY_RULES.find((each) => each.id === rule)?.action;
  const held = verdict === undefined ? '' : `${actionLabel(verdict, language)}${japanese ? '：' : ': '}`;
  return japanese
    ? `${who}。todoku の判定は「${held}${why.replace(/。$/, '')}」でした。`
    : `${who}. todoku's verdict was "${held}${why.replace(/\.$/, '')}".`;
}

/** The rules that an operator overrode, by their ids, which is how the command line names them. */
function liftedRules({ override, overrides = [] }: Decision, language: Language): string {
  if (!override || overrides.length === 0) return '';
  const names = stripControls(overrides.join(', '));
  return language === 'ja' ? `、例外解除：${names}` : `, overriding: ${names}`;
}
