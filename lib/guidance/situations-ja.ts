import type { Situation, SituationText, TextContext } from './situation.ts';

/** 「当店(shop.example)」; the shop alone when its sending domain is not known. */
const we = ({ domain }: TextContext): string => (domain === undefined ? '当店' : `当店(${domain})`);

const ORDER_IS_SAFE =
  'なお、メールが届かないことによってご注文が取り消されることはございませんので、ご安心ください。';
const REQUEST = 'お手数をおかけいたしますが、以下をご確認いただけますようお願いいたします。';
const RESEND =
  '設定がお済みになりましたら、恐れ入りますが当店までお知らせください。該当のメールを再度お送りいたします。';
const QUESTIONS = 'ご不明な点がございましたら、お気軽に当店までお問い合わせください。';
const OTHER_ADDRESS =
  '別のメールアドレスをお持ちの場合は、そちらへお送りすることもできますので、お知らせください。';
const nothing = (): readonly string[] => [];

/** The situations in Japanese: causes are put on settings and filters, never on the customer. */
export const SITUATIONS_JA: Readonly<Record<Situation, SituationText>> = {
  refused: {
    subject: 'メール受信設定のご確認のお願い',
    opening: (c) => [
      `${we(c)}からお送りしたメールが、お届けできずに戻ってまいりました。${c.provider}の迷惑メール対策などの設定により、自動的に受信が拒否された可能性がございます。`,
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [RESEND, QUESTIONS],
  },
  filed: {
    subject: '迷惑メールフォルダのご確認のお願い',
    opening: (c) => [
      `${we(c)}からお送りしたメールは、${c.provider}側で受け付けられておりますが、迷惑メールとして自動的に振り分けられている可能性がございます。`,
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [
      'メールが見当たらない場合は、恐れ入りますが当店までお知らせください。該当のメールを再度お送りいたします。',
      QUESTIONS,
    ],
  },
  dropped: {
    subject: 'メール受信設定のご確認のお願い',
    opening: (c) => [
      `${we(c)}からお送りしたメールは、${c.provider}側で受け付けられておりますが、迷惑メール対策などの設定により、お手元に届いていない可能性がございます。この場合、当店にはエラーの通知が戻らないため、届いたかどうかを当店で確認することができません。`,
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [RESEND, QUESTIONS],
  },
  'unknown-address': {
    subject: 'ご登録のメールアドレスのご確認のお願い',
    opening: (c) => [
      c.unheard
        ? `ご登録のメールアドレスに、${we(c)}からのメールが届いていない可能性がございます。ご登録の内容に誤りや変更があるのかもしれません。`
        : `${we(c)}からお送りしたメールが、宛先のメールアドレスが見つからないとの理由で戻ってまいりました。ご登録の内容に誤りや変更がある可能性がございます。`,
      ORDER_IS_SAFE,
      REQUEST,
    ],
    steps: (c) => [
      c.registeredDomain !== undefined && c.probablyMeant !== undefined
        ? `ご登録のメールアドレスをご確認ください。「@」より後ろが「${c.registeredDomain}」となっておりますが、「${c.probablyMeant}」ではございませんでしょうか。`
        : 'ご登録のメールアドレスに、文字の抜けや、似た文字(「0」と「o」、「1」と「l」など)の取り違えがないかをご確認ください。',
      '現在お使いのメールアドレスがご登録のものと異なる場合は、当店までお知らせください。',
    ],
    beforeSettings:
      'メールアドレスにお間違いがない場合は、受信設定によりメールが届いていないことも考えられます。恐れ入りますが、あわせて以下をご確認いただけますようお願いいたします。',
    closing: ['メールアドレスを確認できましたら、該当のメールを再度お送りいたします。', QUESTIONS],
  },
  'mailbox-full': {
    subject: 'メールボックスの空き容量のご確認のお願い',
    opening: (c) => [
      `${we(c)}からお送りしたメールが、宛先のメールボックスの空き容量が足りないとの理由で戻ってまいりました。`,
      ORDER_IS_SAFE,
      REQUEST,
    ],
    steps: () => [
      '不要なメールを削除するなど、メールボックスの空き容量をご確認ください。迷惑メールやゴミ箱のフォルダに残っているメールも、容量に含まれる場合がございます。',
      OTHER_ADDRESS,
    ],
    closing: [
      '空き容量をご確認いただけましたら、恐れ入りますが当店までお知らせください。該当のメールを再度お送りいたします。',
      QUESTIONS,
    ],
  },
  suspended: {
    subject: 'メールアドレスのご利用状況のご確認のお願い',
    opening: (c) => [
      `${we(c)}からお送りしたメールが、宛先のメールアドレスは現在利用できない状態であるとの理由で戻ってまいりました。一時的なものである可能性もございます。`,
      ORDER_IS_SAFE,
      REQUEST,
    ],
    steps: (c) => [
      'ほかの方からのメールが届いているかどうかをご確認ください。',
      `届いていない場合は、恐れ入りますが、${c.provider}の窓口へお問い合わせいただけますようお願いいたします。`,
      OTHER_ADDRESS,
    ],
    closing: [
      'メールを受信できるようになりましたら、当店までお知らせください。該当のメールを再度お送りいたします。',
      QUESTIONS,
    ],
  },
  complained: {
    subject: '当店からのメールに関するご意向の確認',
    opening: (c) => [
      `${we(c)}からのメールについて、迷惑メールとして報告されたとの通知を受けたため、お客様へのメールの送信を停止しております。操作の行き違いや、お客様以外の方による報告の可能性もございますので、お心当たりがない場合はご容赦ください。`,
      'なお、メールの送信停止によってご注文が取り消されることはございませんので、ご安心ください。',
      '恐れ入りますが、ご注文の確認や発送のお知らせなどのメールについて、今後もお受け取りをご希望かどうか、お聞かせいただけますようお願いいたします。',
    ],
    steps: nothing,
    closing: [
      'ご希望を確認できるまで、当店からメールをお送りすることはございません。お受け取りをご希望でない場合、ご連絡は不要です。',
    ],
  },
  lifted: {
    subject: 'メール送信再開のお知らせと受信設定のご確認のお願い',
    opening: (c) => [
      `お客様へのメールの送信を停止しておりましたが、このたび再開いたしました。${we(c)}からの次回のメールより、あらためて送信いたします。`,
    ],
    steps: nothing,
    beforeSettings:
      '受信設定の内容によっては、再びお届けできない場合がございます。お手数をおかけいたしますが、念のため以下をご確認いただけますようお願いいたします。',
    closing: [
      'これまでに届いていないメールの再送をご希望の場合や、次回のメールが届かない場合は、恐れ入りますが当店までお知らせください。',
      QUESTIONS,
    ],
  },
  'delivered-again': {
    subject: 'メール送信再開のご報告',
    opening: (c) => [
      `以前、${we(c)}からのメールがお届けできずに戻ってきたため、お客様へのメールの送信を停止しておりました。現在は送信を再開しており、再開後のメールは${c.provider}側で受け付けられております。`,
    ],
    steps: nothing,
    closing: [
      '停止していた間のメールの再送をご希望の場合は、恐れ入りますが当店までお知らせください。',
      QUESTIONS,
    ],
  },
  delayed: {
    subject: 'メールの配信が遅れていることのお知らせ',
    opening: (c) => [
      `${we(c)}からお送りしたメールは、${c.provider}側での受け付けに時間がかかっており、現在も送信を続けております。`,
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    closing: [
      'お急ぎの場合は、別の方法でご案内いたしますので、恐れ入りますが当店までお知らせください。',
      QUESTIONS,
    ],
  },
  'no-record': {
    subject: 'ご登録のメールアドレスのご確認のお願い',
    opening: (c) => [
      `${we(c)}からのメールをお送りするため、ご登録のメールアドレスを確認させていただいております。恐れ入りますが、現在お使いのメールアドレスを当店までお知らせいただけますようお願いいたします。`,
    ],
    steps: nothing,
    closing: [QUESTIONS],
  },
  'sender-problem': {
    subject: 'メールがお届けできていないことのお詫び',
    opening: (c) => [
      `${we(c)}からお送りしたメールが、当店側のメール送信環境の問題により、お届けできておりません。ご迷惑をおかけし、誠に申し訳ございません。`,
      'お客様の設定が原因ではございませんので、設定を変更していただく必要はございません。',
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    closing: [
      '現在、原因の確認と対応を進めております。状況が改善しだい、該当のメールを再度お送りいたします。',
      'お急ぎの場合は、電話など別の方法でご案内いたしますので、恐れ入りますが当店までお知らせください。',
    ],
  },
};
