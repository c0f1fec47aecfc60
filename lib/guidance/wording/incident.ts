import type { BlockList } from '../../classification/block-lists.ts';
import type { IncidentKind } from '../../policy/sender-refusal.ts';
import type { Bilingual } from '../../text.ts';

/** Mass events in words: what each kind is called, and what the sender does about it. */

/** Stands for the many mail services that ask one block list. */
export const SEVERAL_NAME: Bilingual = { ja: '複数の受信側', en: 'several receivers' };

const LABELS: Readonly<Record<IncidentKind, Bilingual>> = {
  ratelimited: { ja: '送信数・速度の制限', en: 'rate limited' },
  blocked: { ja: '送信サーバーの拒否', en: 'sending server blocked' },
  authfailure: { ja: '送信ドメイン認証の失敗', en: 'authentication failed' },
  'many-unknown': { ja: '宛先不明が多すぎることによる拒否', en: 'too many unknown users' },
  rejected: { ja: '送信元またはメールの拒否', en: 'sender or mail refused' },
  deferred: { ja: '受信側による一時保留', en: 'put off by the receiver' },
  mixed: { ja: '複数の原因による拒否', en: 'refused for several causes' },
};

/** What a kind of incident is called. */
export function incidentLabel(kind: IncidentKind): Bilingual {
  return LABELS[kind];
}

/** SES's own word on block lists: its shared addresses are not the customer's to take off one. */
const SES_ON_LISTS = 'https://docs.aws.amazon.com/ses/latest/dg/faqs-dnsbls.html';

const NOTHING_FOR_CUSTOMERS: Bilingual = {
  ja: 'お客様に依頼することはありません。',
  en: 'There is nothing for the customers to do.',
};

/** What the sender does about an incident, and that its customers need do nothing. */
export function remedyOf(
  kind: IncidentKind,
  about: { readonly lists: readonly BlockList[]; readonly sender?: string },
): Bilingual {
  const { ja, en } = REMEDIES[kind](about);
  return { ja: `${ja}${NOTHING_FOR_CUSTOMERS.ja}`, en: `${en} ${NOTHING_FOR_CUSTOMERS.en}` };
}

const REMEDIES: Readonly<Record<IncidentKind, (about: Parameters<typeof remedyOf>[1]) => Bilingual>> = {
  ratelimited: () => ({
    ja: '送信の間隔を空け、この受信側への同時送信数を減らしてください。保留されたメールはSESが再送を続けるため、送り直す必要はありません。',
    en: 'Send slower, with fewer mails at a time to this receiver. SES goes on trying what was put off: do not send it again.',
  }),
  blocked: ({ lists }) => {
    const pages = lists.map(({ name, removal }) => `${name} ${removal}`);
    return pages.length === 0
      ? {
          ja: `送信の評価（バウンス率・苦情率）と最近の送信内容を点検してください。応答にブロックリストの名前はありません。SESの共有IPアドレスについては ${SES_ON_LISTS} を参照してください。`,
          en: `Check the sending reputation (bounce and complaint rates) and what was sent lately. The replies name no block list that is known here. For SES's shared addresses see ${SES_ON_LISTS}.`,
        }
      : {
          ja: `ブロックリストに載っています。専用IPアドレスの場合は原因を解消してから解除を申請してください（${pages.join('、')}）。SESの共有IPアドレスの場合は ${SES_ON_LISTS} を参照し、AWSサポートに連絡してください。`,
          en: `The sending address is on a block list. A dedicated one: remove the cause, then ask to be taken off (${pages.join(', ')}). A shared one of SES's: see ${SES_ON_LISTS} and tell AWS Support.`,
        };
  },
  authfailure: ({ sender }) => ({
    ja: `${sender === undefined ? '送信ドメイン' : sender} のSPF・DKIM・DMARCを点検し、直してから再送してください（todoku senders audit）。`,
    en: `Check SPF, DKIM and DMARC of ${sender ?? 'the sending domain'}, mend them, then send again (todoku senders audit).`,
  }),
  'many-unknown': () => ({
    ja: '送信先リストを整理してください。届いたことのないアドレスや古いアドレスへの送信が多いと、正しい宛先へのメールも拒否されます。この拒否は各お客様のアドレスについての回答ではないため、アドレスの訂正を依頼しないでください。',
    en: 'Clean the list of recipients: with too much mail to addresses that were never reached or are old, mail to good ones is refused as well. The refusal says nothing about these addresses: do not ask their owners to correct them.',
  }),
  rejected: () => ({
    ja: '応答の文言を確認し、送信元の認証（todoku senders audit）とメールの内容を点検してから再送してください。',
    en: 'Read what was said, check the authentication (todoku senders audit) and what the mail holds, then send again.',
  }),
  deferred: () => ({
    ja: 'SESが再送を続けています。続く場合は送信の間隔を空けてください。',
    en: 'SES goes on trying. Where it lasts, send slower.',
  }),
  mixed: () => ({
    ja: '原因が一つではありません。応答の文言をそれぞれ確認してください。',
    en: 'There is more than one cause: read each of the replies.',
  }),
};
