import type { Bilingual } from '../../text.ts';
import type { SpfResult } from '../spf/judge.ts';

/** Receivers' published rules as a checklist: which of them mail of an identity meets. */

/** What mail from SES with an identity gets at a receiver. */
export interface Verdict {
  readonly spf: {
    readonly result: SpfResult;
    readonly aligned: Answer;
  };
  readonly dkim: { readonly result: 'pass' | 'fail' | 'none' | 'unknown' };
  readonly dmarc: {
    readonly result: 'pass' | 'fail' | 'none' | 'unknown';
    readonly policy?: 'none' | 'quarantine' | 'reject';
  };
  /** Envelope domain SPF is evaluated at; absent when SES refuses to send. */
  readonly mailFrom?: string;
  /** The From domain's own SPF record names SES. */
  readonly sesInFromSpf: Answer;
}

/** Yes, no, or nobody could look. */
export type Answer = 'yes' | 'no' | 'unknown';

/** The state of one rule. `not-checked`: DNS and SES do not show it. */
export type RuleState = 'met' | 'not-met' | 'unknown' | 'not-checked';

/** One rule of one receiver. */
interface ReceiverRule {
  readonly id: string;
  readonly receiver: string;
  readonly rule: Bilingual;
  readonly since: string;
  readonly source: string;
  readonly check: (verdict: Verdict) => RuleState;
  /** It rests on hearsay. */
  readonly rumour?: true;
}

/** One rule with its state for an identity. */
export interface CheckedRule {
  readonly id: string;
  readonly receiver: string;
  readonly rule: Bilingual;
  readonly since: string;
  readonly source: string;
  readonly state: RuleState;
  /** It rests on hearsay: shown on request only. */
  readonly rumour?: true;
}

const state = (...answers: readonly Answer[]): RuleState => {
  if (answers.every((answer) => answer === 'yes')) return 'met';
  return answers.includes('no') ? 'not-met' : 'unknown';
};
const either = (...answers: readonly Answer[]): Answer => {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
};
const passes = (result: string): Answer => {
  if (result === 'unknown') return 'unknown';
  return result === 'pass' ? 'yes' : 'no';
};
const exists = ({ dmarc }: Verdict): Answer => {
  if (dmarc.result === 'unknown') return dmarc.policy === undefined ? 'unknown' : 'yes';
  return dmarc.result === 'none' ? 'no' : 'yes';
};

/** A receiver that evaluates DMARC: what it makes of mail without any record is not published. */
const evaluated = ({ dmarc }: Verdict): RuleState =>
  dmarc.result === 'none' ? 'unknown' : state(passes(dmarc.result));

const GOOGLE = 'support.google.com/a/answer/81126; support.google.com/a/answer/14229414';
const AU = 'au.com/information/topic/mobile/2023-024';
const SOFTBANK = 'www.softbank.jp/mobile/info/personal/news/support/20240213a/';

const RULES: readonly ReceiverRule[] = [
  {
    id: 'gmail-all',
    receiver: 'Gmail',
    rule: { ja: 'すべての送信者: SPF か DKIM が合格', en: 'Every sender: SPF or DKIM passes' },
    since: '2024-02-01',
    source: GOOGLE,
    check: ({ spf, dkim }) => state(either(passes(spf.result), passes(dkim.result))),
  },
  {
    id: 'gmail-bulk',
    receiver: 'Gmail',
    rule: {
      ja: '1 日 5,000 通前後以上（個人向け Gmail 宛て、主ドメイン合計）: SPF と DKIM の両方、DMARC（p=none 以上）、From の一致',
      en: 'Close to 5,000 a day or more (personal Gmail, summed over the primary domain): SPF and DKIM, DMARC of at least p=none, From aligned',
    },
    since: '2024-02',
    source: GOOGLE,
    check: ({ spf, dkim, dmarc }) => state(passes(spf.result), passes(dkim.result), passes(dmarc.result)),
  },
  {
    id: 'gmail-spam-rate',
    receiver: 'Gmail',
    rule: {
      ja: '迷惑メール率 0.1 % 未満（0.3 % に達しない）。宣伝・購読のメールはワンクリック解除（RFC 8058）',
      en: 'Spam rate under 0.1 % and never 0.3 %; one-click unsubscribe (RFC 8058) for marketing and subscribed mail',
    },
    since: '2024-02',
    source: GOOGLE,
    check: () => 'not-checked',
  },
  {
    id: 'yahoo-bulk',
    receiver: 'Yahoo',
    rule: {
      ja: '大量送信者（通数の公表なし）: SPF と DKIM の両方、DMARC（rua を推奨）、From の一致',
      en: 'Bulk senders (no published number): SPF and DKIM, DMARC (rua advised), From aligned',
    },
    since: '2024-02',
    source: 'jpaawg.org (joint announcement)',
    check: ({ spf, dkim, dmarc }) => state(passes(spf.result), passes(dkim.result), passes(dmarc.result)),
  },
  {
    id: 'microsoft-bulk',
    receiver: 'Outlook.com / Hotmail',
    rule: {
      ja: '1 日 5,000 通超: SPF と DKIM が両方合格し、DMARC（p=none 以上）が一致。満たさなければ 550 5.7.515 で拒否',
      en: 'Over 5,000 a day: SPF and DKIM both pass and DMARC (at least p=none) aligns; else refused with 550 5.7.515',
    },
    since: '2025-05-05',
    source: 'dmarcian (2025-05-02); Outlook postmaster text',
    check: ({ spf, dkim, dmarc }) => state(passes(spf.result), passes(dkim.result), passes(dmarc.result)),
  },
  {
    id: 'docomo-dmarc',
    receiver: 'docomo',
    rule: {
      ja: 'DMARC レコードがあり、合格する（不合格または未設定のメールには開封時に警告）',
      en: 'A DMARC record that passes (a warning on opening mail that fails or whose domain has none)',
    },
    since: '2024-10 (Android), 2025-01 (iPhone)',
    source: 'docomo topics_240522_00.pdf (2024-05-22)',
    check: (verdict) => state(exists(verdict), passes(verdict.dmarc.result)),
  },
  {
    id: 'docomo-reject',
    receiver: 'docomo',
    rule: {
      ja: 'p=reject のドメインで DMARC に不合格のメールは拒否（迷惑メールフォルダ導入後も）',
      en: 'Mail that fails DMARC under p=reject is refused (also since the spam folder)',
    },
    since: '2025-02-13',
    source: 'news.biglobe.ne.jp/it/0213/mnn_250213_2169408279.html',
    check: ({ dmarc }) => {
      if (dmarc.policy !== 'reject') return 'met';
      return state(passes(dmarc.result));
    },
  },
  {
    id: 'au-envelope-spf',
    receiver: 'au',
    rule: {
      ja: 'なりすまし規制: エンベロープ From（空なら HELO）のドメインの SPF、IPv4 のみ',
      en: 'Spoofing filter: SPF at the envelope From domain (HELO if empty), IPv4 only',
    },
    since: '-',
    source: 'au.com/mobile/service/mail/attention/spf-record',
    check: ({ spf }) => state(passes(spf.result)),
  },
  {
    id: 'au-dmarc',
    receiver: 'au',
    rule: {
      ja: 'DMARC・DKIM を判定（迷惑メールおまかせ規制、初期設定で有効）',
      en: 'Evaluates DMARC and DKIM (in 迷惑メールおまかせ規制, on by default)',
    },
    since: '2023-10-05',
    source: AU,
    check: evaluated,
  },
  {
    id: 'softbank-dmarc',
    receiver: 'SoftBank / Y!mobile',
    rule: {
      ja: 'DMARC を判定（なりすましメールの拒否、初期設定で有効）',
      en: 'Evaluates DMARC (in なりすましメールの拒否, on by default)',
    },
    since: '2024-04',
    source: SOFTBANK,
    check: evaluated,
  },
  {
    id: 'softbank-header-from-spf',
    receiver: 'SoftBank',
    rule: {
      ja: 'From ヘッダーのドメインの SPF に送信元が載っている（メール配信事業者 1 社の記述。現状は不明）',
      en: 'The sending address is in the SPF record of the From header domain (reported by one mail vendor; unknown today)',
    },
    since: '?',
    source: 'note.com/sendmagic/n/n2c8b608b866e (undated)',
    rumour: true,
    check: ({ sesInFromSpf }) => state(sesInFromSpf),
  },
  {
    id: 'yahoo-japan-any',
    receiver: 'Yahoo! JAPAN メール',
    rule: {
      ja: 'SPF・DKIM・DMARC のいずれかに合格（推奨。Gmail と同様の措置の予定はないと公表）',
      en: 'SPF, DKIM or DMARC passes (recommended; no plan for the same measures as Gmail)',
    },
    since: '2024-12-11',
    source: 'whatsnewmail.yahoo.co.jp/yahoo/20241211a.html',
    check: ({ spf, dkim, dmarc }) =>
      state(either(passes(spf.result), passes(dkim.result), passes(dmarc.result))),
  },
];

/** Every rule with its state. */
export function checkReceivers(verdict: Verdict): readonly CheckedRule[] {
  return RULES.map(({ check, ...rule }) => ({ ...rule, state: check(verdict) }));
}
