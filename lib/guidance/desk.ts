import type { DeskText, Situation } from './situation.ts';

/** The mail with the guidance would meet the same filter or the same suppression entry. */
const OTHER_CHANNEL = {
  ja: '同じアドレスへのメールでは案内が届かないおそれがあります。電話や別のアドレスなどで案内してください。',
  en: 'The guidance itself may not arrive at that address: give it by telephone, another address or the like.',
};

const joined = (ja: string, en: string): { readonly ja: string; readonly en: string } => ({
  ja: `${OTHER_CHANNEL.ja}${ja}`,
  en: `${OTHER_CHANNEL.en} ${en}`,
});

/**
 * What to say instead where the receiving side left no doubt that there is no such mailbox (`unknown-address`,
 * certain).
 */
export const NO_SUCH_MAILBOX_DESK: DeskText = {
  known: {
    ja: '受信側は、この宛先が存在しないと明確に応答しました(確実)。',
    en: 'The receiving side answered without any doubt that this address does not exist (certain).',
  },
  unknown: {
    ja: '登録時の入力の誤りか、その後の変更・解約かはわかりません。',
    en: 'Whether it was mistyped or has been given up since is not known.',
  },
  action: {
    ja: 'このアドレスには届きません。電話や別のアドレスなどで正しいアドレスを確認し、登録を訂正してください。サプレッションリストからは外さないでください。',
    en: 'Nothing can arrive at this address. Ask for the right one by telephone or the like and correct the registration. Leave this one on the suppression list.',
  },
};

/** What is known for `unknown-address` where it is inferred and no answer of the receiving side is on record. */
export const UNHEARD = {
  ja: '受信側の応答は記録にありません。アドレスの綴りや、リストに登録された時期などからの推測です。',
  en: 'No answer of the receiving side is on record: this is inferred, from how the address is written or from when it was listed.',
};

/**
 * For `no-record` outside the mobile carriers: the default of the deployment setting `deliveries` records
 * deliveries at carriers' domains only.
 */
export const DELIVERIES_NOT_RECORDED = {
  ja: '携帯会社以外のドメインへの配信は、初期設定では記録していません。記録がなくても、届いている場合があります。',
  en: 'By default, deliveries to domains other than mobile carriers are not recorded: mail may have been accepted without a trace here.',
};

/**
 * What the support desk should know, per situation. Nothing here is meant for the customer's eyes.
 *
 * That a complaint may name people who did not complain is SES's own statement: `complainedRecipients` lists
 * everyone at the domain that sent the complaint (SES developer guide, contents of notifications).
 */
export const DESK_TEXTS: Readonly<Record<Situation, DeskText>> = {
  refused: {
    known: {
      ja: 'メールは受信側に拒否されました。受信設定(フィルター)によるものと考えられます。',
      en: 'The receiving side refused the mail, most likely because of a filter setting.',
    },
    unknown: {
      ja: 'どの設定が拒否したのかは、応答からはわかりません。',
      en: 'Which setting refused it cannot be told from the reply.',
    },
    action: joined(
      '設定の変更を確認できてから、サプレッションリストから外して再送してください。',
      'Once the customer confirms the change, remove the address from the suppression list and send again.',
    ),
  },
  filed: {
    known: {
      ja: 'メールは受信側に受け付けられています。',
      en: 'The receiving side accepted the mail.',
    },
    unknown: {
      ja: '迷惑メールフォルダに入ったか、受信トレイに届いたかは、送信側からは確認できません。',
      en: 'Whether it went to the spam folder or the inbox cannot be seen from the sending side.',
    },
    action: joined(
      'まずフォルダを確認していただき、見当たらなければ再送してください。',
      'Have the customer look in the folder first; send again if the mail is not there.',
    ),
  },
  dropped: {
    known: {
      ja: 'メールは受信側に受け付けられ、エラーは戻っていません。',
      en: 'The receiving side accepted the mail, and no error came back.',
    },
    unknown: {
      ja: 'お客様に届いたのか、フィルターで破棄されたのかは、送信側からは確認できません。',
      en: 'Whether it reached the customer or a filter discarded it cannot be seen from the sending side.',
    },
    action: joined(
      '設定を確認していただいてから再送し、届いたかどうかをお客様に伺ってください。',
      'Have the settings checked, send again, and ask the customer whether it arrived.',
    ),
  },
  'unknown-address': {
    known: {
      ja: '受信側は、宛先が存在しないという趣旨の応答をしました。',
      en: 'The receiving side answered that the address does not exist.',
    },
    unknown: {
      ja: '入力の誤りか、変更・解約か、(一部の携帯電話会社では)受信設定による拒否かは、応答だけでは断定できません。',
      en: 'A typing error, an address given up or, at some carriers, a filter: the reply alone does not decide.',
    },
    action: joined(
      '正しいアドレスを確認できるまで、サプレッションリストから外さず、再送もしないでください。',
      'Until the address is confirmed, leave it on the suppression list and do not send again.',
    ),
  },
  returned: {
    known: {
      ja: 'メールは届かずに戻りました。',
      en: 'The mail came back.',
    },
    unknown: {
      ja: '受信側の応答からは、理由がわかりません。アドレスの誤りか、受信設定か、受信側の事情かは断定できません。',
      en: 'Nothing on record says why: a wrong address, a setting, or trouble at the receiving side.',
    },
    action: joined(
      'アドレスと受信設定を確認できてから、再送してください。',
      'Have the address and the settings checked, then send again.',
    ),
  },
  expired: {
    known: {
      ja: 'SESは期限まで送信を試みましたが、受信側はメールを受け取りませんでした。',
      en: 'SES tried until its time was up, and the receiving side did not take the mail.',
    },
    unknown: {
      ja: '受信側の障害か、混雑か、ドメインの問題かはわかりません。',
      en: 'Whether the receiving side was in trouble or busy, or its domain is at fault, is not known.',
    },
    action: {
      ja: '時間をおいて再送してください。同じことが続く場合は、別の連絡先を伺ってください。',
      en: 'Send again after a while. If it happens again, ask the customer for another contact.',
    },
  },
  'not-sent': {
    known: {
      ja: 'SESがメールを送信しませんでした。受信側には届いていません。',
      en: 'SES did not send the mail; nothing went to the receiving side.',
    },
    unknown: {
      ja: 'お客様のメールボックスの状態は、この記録からはわかりません。',
      en: 'How the customer’s mailbox stands cannot be told from this.',
    },
    action: {
      ja: 'todoku では解除できません。運用担当者に、SESが送信しなかった理由(下記の診断)の確認を依頼してください。お急ぎのご用件は、電話など別の方法でお伝えください。',
      en: 'todoku cannot lift this. Ask the operator to look into why SES did not send (see the diagnosis). Tell the customer urgent matters by telephone or in another way.',
    },
  },
  unsubscribed: {
    known: {
      ja: 'SESの購読管理で配信停止となっているため、SESはメールを送信しませんでした。',
      en: 'The contact has unsubscribed in SES’s list management, so SES did not send the mail.',
    },
    unknown: {
      ja: 'お客様ご本人の手続きかどうか、注文関連のメールも不要かどうかはわかりません。',
      en: 'Whether the customer did it, and wants no mail about orders either, is not known.',
    },
    action: {
      ja: 'お受け取りのご希望を確認できた場合に限り、SESの購読管理(連絡先リスト)で設定を変更してください。',
      en: 'Only once the customer asks for mail again, change the subscription in SES’s contact list.',
    },
  },
  'mailbox-full': {
    known: {
      ja: '受信側は、メールボックスの空き容量が足りないと応答しました。',
      en: 'The receiving side answered that the mailbox is full.',
    },
    unknown: {
      ja: 'お客様がそのメールボックスを今も使っているかどうかはわかりません。',
      en: 'Whether the customer still uses that mailbox is not known.',
    },
    action: joined(
      '空き容量の確保を確認できてから再送してください。',
      'Send again once the customer confirms that there is free space.',
    ),
  },
  suspended: {
    known: {
      ja: '受信側は、そのアドレスが利用できない状態だと応答しました。',
      en: 'The receiving side answered that the address is suspended or limited.',
    },
    unknown: {
      ja: '理由や再開の時期はわかりません。理由をお客様に推測でお伝えしないでください。',
      en: 'The reason, and whether it will end, are not known. Do not guess at a reason towards the customer.',
    },
    action: joined(
      '別の連絡先を伺い、利用できるようになったことを確認できてから再送してください。',
      'Ask for another contact, and send again once the address is usable.',
    ),
  },
  complained: {
    known: {
      ja: '迷惑メールとしての報告があり、送信を停止しています。',
      en: 'The mail was reported as spam, and sending has stopped.',
    },
    unknown: {
      ja: 'SESは同じドメインの宛先を候補として挙げることがあるため、お客様ご本人の報告とは限りません。',
      en: 'SES may name several recipients at the complaining domain, so it need not have been this customer.',
    },
    action: {
      ja: 'メールでは連絡せず、再送もしないでください。電話やお問い合わせへの返答の際にご意向を伺い、受け取りのご希望を確認し記録できた場合に限り、手動で解除してください。',
      en: 'Do not write by email and do not send again. Ask by telephone or when the customer contacts you; lift the suppression by hand only after the customer’s wish is confirmed and recorded.',
    },
  },
  lifted: {
    known: {
      ja: 'サプレッションリストから外しました。次回のメールから送信を試みます。',
      en: 'The address was removed from the suppression list. The next mail will be tried.',
    },
    unknown: {
      ja: 'お客様の設定が変更済みかどうかはわかりません。届くことをお約束しないでください。',
      en: 'Whether the customer’s settings have changed is not known. Do not promise delivery.',
    },
    action: {
      ja: '次回のメールの結果を確認してください。再び戻った場合は、解除を繰り返さずに電話などで設定を確認してください。',
      en: 'Watch what becomes of the next mail. If it bounces again, do not lift it again: check the settings with the customer by telephone or the like.',
    },
  },
  'delivered-again': {
    known: {
      ja: 'サプレッションリストから解除し、その後のメールは受信側に受け付けられています。',
      en: 'The address was removed from the suppression list, and the receiving side has accepted mail since.',
    },
    unknown: {
      ja: '受信トレイと迷惑メールフォルダのどちらに入ったかは、送信側からは確認できません。',
      en: 'Whether it went to the inbox or the spam folder cannot be seen from the sending side.',
    },
    action: {
      ja: '通常どおり送信できます。停止中に送られなかったメール(注文確認など)が必要かどうかをお客様に伺い、必要であれば再送してください。',
      en: 'Send as usual. Ask the customer whether mail that was not sent in between is still wanted, and send that again.',
    },
  },
  delayed: {
    known: {
      ja: 'SESは送信を続けています。受信側はまだ受け付けても、拒否してもいません。',
      en: 'SES is still trying. The receiving side has neither accepted nor refused the mail.',
    },
    unknown: {
      ja: '届くかどうか、いつ届くかはわかりません。',
      en: 'Whether and when it will be accepted is not known.',
    },
    action: {
      ja: '結果が出るまでお待ちください。お急ぎのご用件は、電話など別の方法でお伝えください。',
      en: 'Wait for the result. Tell the customer urgent matters by telephone or in another way.',
    },
  },
  'no-record': {
    known: {
      ja: 'このアドレスへの送信は記録にありません。',
      en: 'No mail to this address is on record.',
    },
    unknown: {
      ja: 'メールを送信したのかどうか、届いたのかどうかは、この記録からはわかりません。',
      en: 'Whether mail was sent, and whether it arrived, cannot be told from these records.',
    },
    action: {
      ja: 'まず、送信記録で宛先の誤りがないか、実際に送信されたかをご確認ください。',
      en: 'First look in your own sending records: was the mail sent, and to exactly this address?',
    },
  },
  'sender-problem': {
    known: {
      ja: '原因は送信側にあります。お客様の設定やアドレスの問題ではありません。',
      en: 'The cause is on the sending side, not the customer’s settings or address.',
    },
    unknown: {
      ja: '解消の時期はわかりません。',
      en: 'When it will be solved is not known.',
    },
    action: joined(
      '送信ドメインの認証(SPF、DKIM、DMARC)と送信の評価を点検し、解消を確認してから再送してください。',
      'Check the sending domain’s authentication (SPF, DKIM, DMARC) and reputation, and send again after it is solved.',
    ),
  },
};
