import type { Bilingual } from '../text.ts';
import type { Reason } from './types.ts';

/** What each reason means for an operator: the sentence of a rule that has none of its own. */
export const REASON_NOTES: Readonly<Record<Reason, Bilingual>> = {
  filtered: {
    ja: '受信者側の設定により拒否されました。',
    en: 'Refused by a setting on the recipient’s side.',
  },
  userunknown: {
    ja: 'その宛先は存在しないという応答です。',
    en: 'The server says that the mailbox does not exist.',
  },
  mailboxfull: { ja: '受信者のメールボックスが容量超過です。', en: 'The recipient’s mailbox is full.' },
  suspend: {
    ja: '受信者のアカウントが停止または凍結されています。',
    en: 'The recipient’s account is suspended or disabled.',
  },
  hostunknown: { ja: '宛先のドメインが見つかりません。', en: 'The recipient’s domain was not found.' },
  hasmoved: {
    ja: '宛先は移転し、ここでは受け取れません。',
    en: 'The recipient has moved and is no longer served here.',
  },
  rejected: {
    ja: '送信元のアドレスまたはドメインが拒否されました。',
    en: 'The sender’s address or domain was refused.',
  },
  blocked: { ja: '送信元のサーバーがブロックされています。', en: 'The sending server is blocked.' },
  badreputation: {
    ja: '送信元の評判(レピュテーション)が低いため拒否されました。',
    en: 'Refused for the sender’s poor reputation.',
  },
  ratelimited: {
    ja: '送信の速度または件数の制限にかかりました。',
    en: 'The sender met a limit of rate or volume.',
  },
  mesgtoobig: { ja: 'メールのサイズが大きすぎます。', en: 'The message is too big.' },
  exceedlimit: {
    ja: '受信者に設定された上限を超えました。',
    en: 'The message exceeds a limit set for this recipient.',
  },
  contenterror: {
    ja: 'メールの内容または形式に問題があります。',
    en: 'The message’s content or format was refused.',
  },
  spamdetected: { ja: '迷惑メールと判定されました。', en: 'The message was judged to be spam.' },
  virusdetected: { ja: 'ウイルスが検出されたとされました。', en: 'The message was judged to carry a virus.' },
  policyviolation: {
    ja: '受信側のポリシーにより拒否されました。',
    en: 'Refused by the receiving system’s policy.',
  },
  securityerror: {
    ja: '認証やセキュリティ上の理由で拒否されました。',
    en: 'Refused for a lack of permission or authentication.',
  },
  authfailure: { ja: 'SPF・DKIM・DMARCの認証に失敗しました。', en: 'SPF, DKIM or DMARC failed.' },
  requireptr: {
    ja: '送信元サーバーの逆引きDNSに問題があります。',
    en: 'The sending server lacks proper reverse DNS.',
  },
  notcompliantrfc: {
    ja: 'メールの形式が規格(RFC)に合っていません。',
    en: 'The message does not follow the mail standards.',
  },
  expired: { ja: '再送を続けましたが、時間切れになりました。', en: 'Delivery was tried until time ran out.' },
  networkerror: {
    ja: '宛先サーバーまでの通信に問題がありました。',
    en: 'The network or DNS on the way to the server failed.',
  },
  systemerror: { ja: '受信側サーバーの障害です。', en: 'The receiving server had a fault.' },
  systemfull: {
    ja: '受信側サーバーのディスクが不足しています。',
    en: 'The receiving server is out of disk space.',
  },
  mailererror: {
    ja: '受信側の配送プログラムが失敗しました。',
    en: 'A delivery program on the receiving side failed.',
  },
  norelaying: {
    ja: '中継が許可されていません。',
    en: 'The server does not relay for this recipient or sender.',
  },
  notaccept: { ja: '宛先のドメインはメールを受け取りません。', en: 'The recipient’s domain takes no mail.' },
  greylisted: {
    ja: '受信側がグレイリストで初回の配送を保留し、再送でも受け付けられないまま期限を迎えました。次のメールは届くことがあります。',
    en: 'The server put the first attempts off (greylisting) and the time ran out; a later mail may well arrive.',
  },
  onhold: { ja: '一時的に保留されました。原因は示されていません。', en: 'Held for now; no cause is given.' },
  syntaxerror: {
    ja: 'SMTPのやり取りに誤りがあるとされました。',
    en: 'The server found a fault in the SMTP dialogue.',
  },
  failedstarttls: {
    ja: '暗号化(STARTTLS)に失敗しました。',
    en: 'Encryption (STARTTLS) failed or is required.',
  },
  feedback: {
    ja: '受信者から、迷惑メールなどとして申告されました。',
    en: 'The recipient reported the mail as spam or the like.',
  },
  vacation: {
    ja: '不在の自動応答です。メールボックスは生きています。',
    en: 'An out-of-office reply: the mailbox lives.',
  },
  suppressed: {
    ja: 'サプレッションリストのため、SESは送信していません。',
    en: 'SES did not send, because of a suppression list.',
  },
  undefined: { ja: '原因を示す情報がありません。', en: 'Nothing says what the cause was.' },
};
