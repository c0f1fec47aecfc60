import { stripControls } from '../../address.ts';
import type { CaseState, DecisionAction, DiagnosisSummary, Outcome } from '../../cases/records.ts';
import { carrierById } from '../../classification/carriers.ts';
import { isOfDeliveries, isWithoutFacts, SYSTEM_REPORT } from '../../classification/without-reply.ts';
import type { NotSentBy } from '../../mails/nature.ts';
import type { Action } from '../../policy/rules.ts';
import type { Bilingual, Language } from '../../text.ts';

/**
 * The words people read for the codes that programs exchange. One table, so that a thing has one name wherever it is
 * printed; JSON keeps the codes.
 */

/** What became of the mail: the reasons of a diagnosis. */
const REASON_LABELS: Readonly<Record<DiagnosisSummary['reason'], Bilingual>> = {
  filtered: { ja: '受信拒否', en: 'refused by a filter' },
  userunknown: { ja: '宛先不明', en: 'unknown user' },
  mailboxfull: { ja: '容量超過', en: 'mailbox full' },
  suspend: { ja: '利用停止', en: 'mailbox suspended' },
  hostunknown: { ja: 'ドメイン不明', en: 'unknown domain' },
  hasmoved: { ja: 'アドレス変更', en: 'moved' },
  rejected: { ja: '送信元が拒否された', en: 'sender refused' },
  blocked: { ja: '送信サーバーの拒否', en: 'sending server blocked' },
  badreputation: { ja: '送信元の評価が低い', en: "sender's reputation" },
  ratelimited: { ja: '送信数の制限', en: 'rate limited' },
  mesgtoobig: { ja: 'サイズ超過', en: 'message too big' },
  exceedlimit: { ja: '上限超過', en: 'limit exceeded' },
  contenterror: { ja: '内容の不備', en: 'content error' },
  spamdetected: { ja: '迷惑メール判定', en: 'taken for spam' },
  virusdetected: { ja: 'ウイルス判定', en: 'taken for a virus' },
  policyviolation: { ja: '受信側のポリシーによる拒否', en: "receiver's policy" },
  securityerror: { ja: 'セキュリティー上の拒否', en: 'security error' },
  authfailure: { ja: '送信ドメイン認証の失敗', en: 'authentication failed' },
  requireptr: { ja: '逆引き（PTR）未設定', en: 'no reverse DNS' },
  notcompliantrfc: { ja: '形式の不備', en: 'not compliant with the RFCs' },
  expired: { ja: '配信期限切れ', en: 'expired' },
  networkerror: { ja: '通信障害', en: 'network error' },
  systemerror: { ja: '受信側の障害', en: "receiver's system error" },
  systemfull: { ja: '受信側の容量不足', en: "receiver's disk full" },
  mailererror: { ja: '受信側の処理エラー', en: "receiver's mailer error" },
  norelaying: { ja: '中継の拒否', en: 'relaying refused' },
  notaccept: { ja: 'メールを受け取らないドメイン', en: 'domain accepts no mail' },
  greylisted: { ja: 'グレイリスト', en: 'greylisted' },
  onhold: { ja: '保留', en: 'on hold' },
  syntaxerror: { ja: '構文エラー', en: 'syntax error' },
  failedstarttls: { ja: '暗号化の失敗', en: 'STARTTLS failed' },
  feedback: { ja: '迷惑メールの申告', en: 'complaint' },
  vacation: { ja: '不在の自動応答', en: 'out-of-office reply' },
  suppressed: { ja: 'リストによる未送信', en: 'not sent: suppressed' },
  undefined: { ja: '原因不明', en: 'cause unknown' },
};

/** Why SES has not handed a mail over yet: its own words for a delay, in two columns' width of twenty at most. */
const DELAY_LABELS: Readonly<Record<string, Bilingual>> = {
  InternalFailure: { ja: 'SES内部の問題', en: 'a problem inside SES' },
  General: { ja: '通信時のエラー', en: 'an SMTP error' },
  MailboxFull: { ja: '容量超過', en: 'mailbox full' },
  SpamDetected: { ja: '迷惑メールの検知', en: 'spam detected' },
  RecipientServerError: { ja: '受信側の一時障害', en: "receiver's server error" },
  IPFailure: { ja: '送信元IPの制限', en: 'sending IP limited' },
  TransientCommunicationFailure: { ja: '一時的な通信障害', en: 'communication failure' },
  BYOIPHostNameLookupUnavailable: { ja: '送信元IPの確認不可', en: 'no host name of the IP' },
  Undetermined: { ja: '理由不明', en: 'reason undetermined' },
  SendingDeferral: { ja: 'SESによる保留', en: 'held by SES' },
};

/** What a delay's reason is called; one that SES invents later stays as it is. */
export function delayLabel(delayType: string, language: Language): string {
  return labelOf(DELAY_LABELS, delayType, language);
}

/** By whose doing SES did not send a mail: as a word, and as a reason in a sentence. */
const NOT_SENT_LABELS: Readonly<
  Record<NotSentBy, { readonly label: Bilingual; readonly because: Bilingual }>
> = {
  'account-list': {
    label: { ja: 'アカウントのサプレッションリスト', en: "the account's list" },
    because: {
      ja: 'アカウントのサプレッションリストに載っていたため',
      en: "because it was on the account's suppression list",
    },
  },
  'tenant-list': {
    label: { ja: 'テナントのサプレッションリスト', en: "the tenant's list" },
    because: {
      ja: 'テナントのサプレッションリストに載っているため',
      en: "because it is on the tenant's suppression list",
    },
  },
  'global-list': {
    label: { ja: 'SES全体のサプレッションリスト', en: "SES's global list" },
    because: {
      ja: 'SES全体（他社を含む）のサプレッションリストに載っているため',
      en: "because it is on SES's own global suppression list, which all its customers share",
    },
  },
  'auto-validation': {
    label: { ja: '自動検証Auto Validationの判定', en: 'Auto Validation' },
    because: {
      ja: '自動検証（Auto Validation）が基準を下回る宛先と判定したため',
      en: 'because Auto Validation holds the address below its threshold',
    },
  },
  unsubscribed: {
    label: { ja: 'SESの購読管理で配信停止', en: 'unsubscribed in SES' },
    because: {
      ja: 'SESの購読管理で配信停止となっているため',
      en: "because the contact has unsubscribed in SES's list management",
    },
  },
  unknown: {
    label: { ja: '理由を示すSESの区分は未対応', en: 'reason unknown' },
    because: {
      ja: '理由を示すSESの区分がこのバージョンでは未対応のため、理由は分かりませんが',
      en: 'for a reason of SES that this version does not know',
    },
  },
};

/** By whose doing SES did not send a mail, in a word. */
export function notSentLabel(by: NotSentBy, language: Language): string {
  return NOT_SENT_LABELS[by].label[language];
}

/** Why SES did not send a mail, as a part of a sentence. */
export function notSentBecause(by: NotSentBy, language: Language): string {
  return NOT_SENT_LABELS[by].because[language];
}

/** What a carrier is called; an id that has no name stays as it is. */
export function carrierLabel(id: string, language: Language): string {
  return carrierById(id)?.name[language] ?? stripControls(id);
}

/** As what a mail was reported: the feedback types of RFC 5965, and "not spam", which is none of a complaint. */
const FEEDBACK_LABELS: Readonly<Record<string, Bilingual>> = {
  abuse: { ja: '迷惑メール', en: 'spam' },
  fraud: { ja: '詐欺メール', en: 'fraud' },
  virus: { ja: 'ウイルスの検出', en: 'virus found' },
  'auth-failure': { ja: '送信元の認証の失敗', en: 'failed authentication' },
  other: { ja: 'その他', en: '"other"' },
  'not-spam': { ja: '迷惑メールではない', en: 'not spam' },
};

/** As what a mail was reported, in a word: without a type, or of type `abuse`, as spam. */
export function feedbackLabel(type: string | undefined, language: Language): string {
  return labelOf(FEEDBACK_LABELS, type ?? 'abuse', language);
}

/** As what a mail was reported, in a sentence: 「迷惑メールとして」, "as spam". */
export function reportedAs(type: string | undefined, language: Language): string {
  const label = stripControls(feedbackLabel(type, language));
  if (language === 'en') return `as ${label}`;
  return type === 'other' ? `${label}の種別で` : `${label}として`;
}

const CONFIDENCE_LABELS: Readonly<Record<DiagnosisSummary['confidence'], Bilingual>> = {
  certain: { ja: '確実', en: 'certain' },
  likely: { ja: '可能性が高い', en: 'likely' },
  ambiguous: { ja: '断定できない', en: 'undecided' },
};

/** The word for a code; the code itself where a deployment of another version uses one that is not known here. */
export function labelOf(
  labels: Readonly<Record<string, Bilingual>>,
  code: string,
  language: Language,
): string {
  return Object.hasOwn(labels, code) ? (labels[code]?.[language] ?? code) : code;
}

/** What a reason is called; a code that has no name stays as it is. */
export function labelOfReason(reason: string, language: Language): string {
  return labelOf(REASON_LABELS, reason, language);
}

/** How sure a diagnosis is, in a word; a code that has none stays as it is. */
export function labelOfConfidence(confidence: string, language: Language): string {
  return labelOf(CONFIDENCE_LABELS, confidence, language);
}

/**
 * A diagnosis in words with its codes: `受信拒否・確実（filtered / certain）`. Without a reply on record it is called the
 * guess that it is.
 */
export function diagnosisLabel(
  { reason, confidence, rule = '' }: { reason: string; confidence: string; rule?: string },
  language: Language,
): string {
  // A machine's report is no complaint, though SES lists for both.
  if (rule === SYSTEM_REPORT)
    return withCode(SYSTEM_REPORTED[language], `${reason} / ${confidence}`, language);
  const words =
    reason === 'undefined' && confidence === 'ambiguous'
      ? [isOfDeliveries({ rule }) ? TAKEN[language] : labelOfReason(reason, language)]
      : [labelOfReason(reason, language), labelOfConfidence(confidence, language)];
  const guess = isWithoutFacts({ rule }) ? { ja: '推定：', en: 'guess: ' }[language] : '';
  return language === 'ja'
    ? `${guess}${words.join('・')}（${reason} / ${confidence}）`
    : `${guess}${words.join(', ')} (${reason} / ${confidence})`;
}

const SYSTEM_REPORTED: Bilingual = {
  ja: '受信側のシステムの報告・本人の申告ではありません',
  en: "a receiving system's report, not a person's",
};

/** Of a mail that was taken there is no cause to be unsure of. */
const TAKEN: Bilingual = {
  ja: '受信側が受け取り済み・その先は不明',
  en: 'taken by the receiving side, the rest unknown',
};

/** What a verdict is called. */
const ACTION_LABELS: Readonly<Record<Action, Bilingual>> = {
  remove: { ja: '解除', en: 'remove' },
  propose: { ja: '提案', en: 'propose' },
  keep: { ja: '維持', en: 'keep' },
};

/** A verdict's action in a word; a code that has none stays as it is. */
export function actionLabel(action: string, language: Language): string {
  return labelOf(ACTION_LABELS, action, language);
}

/** A verdict of whatever version, with the rule by which it can be overridden or looked up: `維持（complaint）`. */
export function verdictLabel(
  { action, rule }: { readonly action: string; readonly rule: string },
  language: Language,
): string {
  return withCode(labelOf(ACTION_LABELS, action, language), rule, language);
}

/** What a line of the audit is called. */
export const DECISION_LABELS: Readonly<Record<DecisionAction, Bilingual>> = {
  keep: { ja: '送信停止を維持', en: 'Kept' },
  propose: { ja: '解除を提案', en: 'Removal proposed' },
  remove: { ja: '自動解除を決定', en: 'Automatic removal' },
  approve: { ja: '解除を承認', en: 'Removal approved' },
  reject: { ja: '提案を却下', en: 'Proposal rejected' },
  removed: { ja: '解除済み', en: 'Removed' },
  'not-listed': { ja: '登録なし', en: 'Not listed' },
  'entry-changed': { ja: '解除を中止', en: 'Removal stopped' },
  withdrawn: { ja: '解除を見合わせ', en: 'Removal withdrawn' },
  stopped: { ja: '全解除の停止中', en: 'All removals stopped' },
  refused: { ja: '解除を拒否', en: 'Removal refused' },
  outcome: { ja: '解除後の結果', en: 'Outcome' },
  'put-back': { ja: 'リストに戻した', en: 'Put back on the list' },
  'put-back-refused': { ja: 'リストに戻せなかった', en: 'Could not be put back' },
  forgotten: { ja: '個人データを消去', en: 'Forgotten' },
};

/** What came of a removal. */
const OUTCOME_LABELS: Readonly<Record<Outcome, Bilingual>> = {
  delivered: { ja: '到達', en: 'delivered' },
  'bounced-again': { ja: '再不達', en: 'bounced again' },
  complained: { ja: '迷惑メールの申告', en: 'complaint' },
  silent: { ja: '結果不明', en: 'silent' },
};

/** Where an address stands. */
const STATE_LABELS: Readonly<Record<CaseState, Bilingual>> = {
  kept: { ja: '維持', en: 'kept' },
  proposed: { ja: '提案（承認待ち）', en: 'proposed, waiting' },
  rejected: { ja: '却下', en: 'rejected' },
  removing: { ja: '解除中', en: 'being removed' },
  watching: { ja: '解除済み・経過観察中', en: 'removed, outcome awaited' },
  closed: { ja: '完了', en: 'closed' },
};

/** What came of a removal, in a word; a code that has none stays as it is. */
export function outcomeLabel(outcome: string, language: Language): string {
  return labelOf(OUTCOME_LABELS, outcome, language);
}

/** Where an address stands, in a word; a code that has none stays as it is. */
export function stateLabel(state: string, language: Language): string {
  return labelOf(STATE_LABELS, state, language);
}

const MODE_LABELS: Readonly<Record<'propose' | 'apply', Bilingual>> = {
  propose: { ja: '提案のみ', en: 'propose only' },
  apply: { ja: '自動解除', en: 'apply' },
};

/** Whether a run may remove, or only propose: `提案のみ（propose）`. */
export function modeLabel(mode: string, language: Language): string {
  return withCode(labelOf(MODE_LABELS, mode, language), mode, language);
}

/** What a cleanup run did with an address. A deployment of another version may count more. */
const COUNT_LABELS: Readonly<Record<string, Bilingual>> = {
  kept: { ja: '維持', en: 'kept' },
  proposed: { ja: '提案', en: 'proposed' },
  removed: { ja: '解除', en: 'removed' },
  unchanged: { ja: '変更なし', en: 'unchanged' },
  'forgotten-person': { ja: '消去済みの宛先（そのまま）', en: 'forgotten, left alone' },
  'no-longer-listed': { ja: 'リストから消えた宛先', en: 'no longer listed' },
  'still-listed': { ja: '解除が未完了', en: 'still listed' },
  'list-change': { ja: 'リストの変化を記録', en: 'list change recorded' },
  'finished-removal': { ja: '中断した解除を完了', en: 'interrupted removal finished' },
  'import-job': { ja: 'インポートジョブで解除中', en: 'in an import job' },
  unreadable: { ja: '記録を読み取れず対象外', en: 'left alone, record unreadable' },
  'needs-import-job': { ja: 'インポートジョブが必要', en: 'needs an import job' },
  'in-progress': { ja: '処理中', en: 'in progress' },
  'entry-changed': { ja: '登録内容が変わり中止', en: 'entry changed, stopped' },
  withdrawn: { ja: '解除を見合わせ', en: 'withdrawn' },
  conflict: { ja: '他の処理と競合', en: 'changed by someone else' },
  failed: { ja: '失敗', en: 'failed' },
  'address-insights-asked': { ja: '実在をSESに問い合わせ', en: 'SES asked whether the mailbox exists' },
  'outcome-delivered': { ja: '解除後に到達', en: 'delivered after a removal' },
  'outcome-bounced-again': { ja: '解除後に再不達', en: 'bounced again after a removal' },
  'outcome-complained': { ja: '解除後に迷惑メールの申告', en: 'complaint after a removal' },
  'outcome-silent': { ja: '解除後、結果不明', en: 'silent after a removal' },
};

/** What a cleanup run did, in words; a code that has none stays as it is. */
export function countLabel(code: string, language: Language): string {
  return labelOf(COUNT_LABELS, code, language);
}

/** `維持 71件、提案 142件`, `kept 71, proposed 142`. */
export function countsInWords(counts: readonly (readonly [string, number])[], language: Language): string {
  const words = counts.map(
    ([code, count]) => `${countLabel(code, language)} ${count}${language === 'ja' ? '件' : ''}`,
  );
  return words.join(language === 'ja' ? '、' : ', ');
}

/** A word with its code in brackets, where they differ: for a code that is typed, or looked up in other documents. */
export function withCode(label: string, code: string, language: Language): string {
  if (label === code) return label;
  return language === 'ja' ? `${label}（${code}）` : `${label} (${code})`;
}
