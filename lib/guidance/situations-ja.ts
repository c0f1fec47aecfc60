import type { Situation, SituationText, TextContext } from './situation.ts';

const ORDER_IS_SAFE =
  'なお、メールが届かないことによってご注文が取り消されることはございませんので、ご安心ください。';
const REQUEST = 'お手数をおかけいたしますが、次の点をご確認いただけますようお願いいたします。';
const RESEND =
  '設定がお済みになりましたら、恐れ入りますが当店までお知らせください。該当のメールを再度お送りいたします。';
const CONFIRMED = 'ご確認の結果をお知らせいただけましたら、該当のメールを再度お送りいたします。';
const QUESTIONS = 'ご不明な点がございましたら、お気軽に当店までお問い合わせください。';
const OTHER_ADDRESS =
  '別のメールアドレスをお持ちの場合は、そちらへお送りすることもできますので、お知らせください。';
/** Nobody promises in a shop's name what the shop has not said. */
const orderStands = ({ orderStands: promised }: TextContext): readonly string[] =>
  promised ? [ORDER_IS_SAFE] : [];
const nothing = (): readonly string[] => [];

/** A mail may lie in the spam folder: whether it was taken, or nobody recorded what became of it. */
const LOOK_IN_SPAM_FOLDER: SituationText = {
  subject: '迷惑メールフォルダのご確認のお願い',
  after: (c) => ['迷惑メールとして自動的に振り分けられている可能性がございます。', ...orderStands(c)],
  steps: nothing,
  beforeSettings: REQUEST,
  closing: [
    'メールが見当たらない場合は、恐れ入りますが当店までお知らせください。該当のメールを再度お送りいたします。',
    QUESTIONS,
  ],
};

const CHECK_LETTERS =
  'ご登録のメールアドレスに、文字の抜けや、似た文字（「0」と「o」、「1」と「l」など）の取り違えがないかをご確認ください。';
const OTHER_NOW = '現在お使いのメールアドレスがご登録のものと異なる場合は、当店までお知らせください。';
const IF_ADDRESS_IS_RIGHT =
  'メールアドレスにお間違いがない場合は、受信設定によりメールが届いていないことも考えられます。恐れ入りますが、あわせて次の点をご確認いただけますようお願いいたします。';
/** The address itself: its letters, unless mail was taken there before, and whether it is still in use. */
const checkAddress = ({ wasTaken }: TextContext): readonly string[] =>
  wasTaken ? [OTHER_NOW] : [CHECK_LETTERS, OTHER_NOW];

/** The situations in Japanese: causes are put on settings and filters, never on the customer. */
export const SITUATIONS_JA: Readonly<Record<Situation, SituationText>> = {
  refused: {
    subject: 'メール受信設定のご確認のお願い',
    after: orderStands,
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [RESEND, QUESTIONS],
  },
  'refused-or-unknown': {
    after: (c) => [...orderStands(c), REQUEST],
    steps: checkAddress,
    beforeSettings: IF_ADDRESS_IS_RIGHT,
    closing: [CONFIRMED, QUESTIONS],
  },
  filed: LOOK_IN_SPAM_FOLDER,
  dropped: {
    subject: 'メール受信設定のご確認のお願い',
    after: (c) => [
      'ただし、迷惑メール対策などの設定により、お手元に届いていない可能性がございます。この場合、当店にはエラーの通知が戻らないため、届いたかどうかを当店で確認することができません。',
      ...orderStands(c),
    ],
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [RESEND, QUESTIONS],
  },
  'unknown-address': {
    subject: 'ご登録のメールアドレスのご確認のお願い',
    after: (c) => [...orderStands(c), REQUEST],
    steps: (c) =>
      c.registeredDomain !== undefined && c.probablyMeant !== undefined
        ? [
            `ご登録のメールアドレスをご確認ください。「@」より後ろが「${c.registeredDomain}」となっておりますが、「${c.probablyMeant}」ではございませんでしょうか。`,
            OTHER_NOW,
          ]
        : checkAddress(c),
    beforeSettings: IF_ADDRESS_IS_RIGHT,
    closing: [CONFIRMED, QUESTIONS],
  },
  moved: {
    after: nothing,
    steps: nothing,
    beforeSettings:
      '新しいメールアドレスで当店からのメールを受信していただけるよう、恐れ入りますが、次の点をご確認いただけますようお願いいたします。',
    closing: [
      'これまでに届いていないメールの再送をご希望の場合や、変更にお心当たりがない場合は、恐れ入りますが当店までお知らせください。',
      QUESTIONS,
    ],
  },
  'taken-again': {
    after: orderStands,
    steps: nothing,
    closing: [
      '届いていないメールの再送をご希望の場合は、恐れ入りますが当店までお知らせください。',
      'その後のメールも見当たらない場合は、迷惑メールフォルダもあわせてご確認いただけますようお願いいたします。',
      QUESTIONS,
    ],
  },
  returned: {
    after: (c) => [...orderStands(c), REQUEST],
    steps: (c) => [c.wasTaken ? OTHER_NOW : CHECK_LETTERS, OTHER_ADDRESS],
    beforeSettings: IF_ADDRESS_IS_RIGHT,
    closing: [
      'ご確認がお済みになりましたら、恐れ入りますが当店までお知らせください。該当のメールを再度お送りいたします。',
      QUESTIONS,
    ],
  },
  expired: {
    after: orderStands,
    steps: nothing,
    closing: [
      OTHER_ADDRESS,
      'メールの再送をご希望の場合や、お急ぎの場合は、恐れ入りますが当店までお知らせください。',
      QUESTIONS,
    ],
  },
  'not-sent': {
    after: orderStands,
    steps: nothing,
    closing: [
      '別のメールアドレスへのご連絡をご希望の場合や、お急ぎの場合は、恐れ入りますが当店までお知らせください。',
      QUESTIONS,
    ],
  },
  unsubscribed: {
    subject: 'メールの配信停止に関するご確認',
    after: () => [
      'ご注文の確認や発送のお知らせなどのメールのお受け取りをご希望の場合は、恐れ入りますが当店までお知らせください。',
    ],
    steps: nothing,
    closing: ['お受け取りをご希望でない場合、ご連絡は不要です。'],
  },
  'mailbox-full': {
    subject: 'メールボックスの空き容量のご確認のお願い',
    after: (c) => [...orderStands(c), REQUEST],
    steps: () => [
      '不要なメールを削除するなど、メールボックスの空き容量をご確認ください。迷惑メールやゴミ箱のフォルダに残っているメールも、容量に含まれる場合がございます。',
      OTHER_ADDRESS,
    ],
    closing: [
      '空き容量をご確認のうえ、メールがまだ届いていない場合は、恐れ入りますが当店までお知らせください。該当のメールを再度お送りいたします。',
      QUESTIONS,
    ],
  },
  suspended: {
    subject: 'メールアドレスのご利用状況のご確認のお願い',
    after: (c) => [...orderStands(c), REQUEST],
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
    subject: 'メールのお受け取りに関するご確認',
    after: (c) => [
      ...(c.orderStands
        ? ['なお、メールの送信停止によってご注文が取り消されることはございませんので、ご安心ください。']
        : []),
      '恐れ入りますが、ご注文の確認や発送のお知らせなどのメールについて、今後もお受け取りをご希望かどうか、お聞かせいただけますようお願いいたします。',
    ],
    steps: nothing,
    closing: ['お受け取りをご希望でない場合、ご連絡は不要です。'],
  },
  lifted: {
    after: nothing,
    steps: nothing,
    beforeSettings:
      '受信設定の内容によっては、再びお届けできない場合がございます。お手数をおかけいたしますが、念のため次の点をご確認いただけますようお願いいたします。',
    closing: [
      'これまでに届いていないメールの再送をご希望の場合や、次回のメールが届かない場合は、恐れ入りますが当店までお知らせください。',
      QUESTIONS,
    ],
  },
  'delivered-again': {
    after: nothing,
    steps: nothing,
    closing: [
      '停止していた間のメールの再送をご希望の場合は、恐れ入りますが当店までお知らせください。',
      QUESTIONS,
    ],
  },
  delayed: {
    after: orderStands,
    steps: nothing,
    closing: [
      'お急ぎの場合は、別の方法でご案内いたしますので、恐れ入りますが当店までお知らせください。',
      QUESTIONS,
    ],
  },
  'no-record': {
    subject: 'ご登録のメールアドレスのご確認のお願い',
    after: nothing,
    steps: nothing,
    closing: [QUESTIONS],
  },
  'sender-problem': {
    after: orderStands,
    steps: nothing,
    closing: [
      '原因が解消しましたら、該当のメールを再度お送りいたします。',
      'お急ぎの場合は、電話など別の方法でご案内いたしますので、恐れ入りますが当店までお知らせください。',
    ],
  },
  late: {
    after: nothing,
    steps: nothing,
    closing: [
      'メールが見当たらない場合は、恐れ入りますが、迷惑メールフォルダもあわせてご確認いただけますようお願いいたします。',
      QUESTIONS,
    ],
  },
  stopped: {
    after: () => [
      '今後、ご注文の確認や発送のお知らせなどのメールの送信を再開してよろしいか、お聞かせいただけますようお願いいたします。',
      REQUEST,
    ],
    steps: (c) => [c.wasTaken ? OTHER_NOW : CHECK_LETTERS, OTHER_ADDRESS],
    beforeSettings:
      '再開後のメールを受信していただけるよう、恐れ入りますが、あわせて次の設定をご確認いただけますようお願いいたします。',
    closing: ['ご希望を確認できましたら、送信を再開いたします。', QUESTIONS],
  },
  'refused-again': {
    after: orderStands,
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [
      '設定の画面をご覧いただきながら、お電話でご案内することもできます。恐れ入りますが、ご都合のよい時間帯をお知らせください。',
      QUESTIONS,
    ],
  },
  forwarded: {
    after: () => [REQUEST],
    steps: () => [
      'メールの転送を設定されている場合は、転送先のメールアドレスと、転送先での受信設定をご確認ください。',
      OTHER_ADDRESS,
    ],
    closing: [QUESTIONS],
  },
  unrecorded: LOOK_IN_SPAM_FOLDER,
};
