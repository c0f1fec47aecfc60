import { stripControls } from '../address.ts';
import type { Note } from '../cases/records.ts';
import type { Reason } from '../classification/types.ts';
import {
  carrierLabel,
  delayLabel,
  feedbackLabel,
  labelOfConfidence,
  labelOfReason,
  notSentBecause,
  notSentLabel,
  reportedAs,
} from '../guidance/wording/labels.ts';
import { isWordless, type Mail } from '../mails/mails.ts';
import { dayInTokyo, formatInTokyo } from '../time.ts';
import type { Cause, Inferred, Missed, OtherReply, RefusedAgain } from './claims.ts';
import { isPerhapsAutomatic } from './claims.ts';
import {
  delayReason,
  isByCleanup,
  isEitherFilterOrUnknown,
  replyCodes,
  replyWords,
  toldOfMissed,
} from './said.ts';
import type { LetterContext, Words } from './voices.ts';

/** The claims in Japanese: a line of the headline, what the support desk reads, and how a letter opens. */

const NOTHING = () => '';

/** 「当店（shop.example）」; the shop alone when its sending domain is not known. */
const we = ({ domain }: LetterContext): string => (domain === undefined ? '当店' : `当店（${domain}）`);

/** 「2時間30分」; days from 48 hours on. */
function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)}日${hours % 24 === 0 ? '' : `${hours % 24}時間`}`;
  if (hours === 0) return `${minutes}分`;
  return minutes % 60 === 0 ? `${hours}時間` : `${hours}時間${minutes % 60}分`;
}

const who = (by: string): string => (isByCleanup(by) ? '自動実行' : ` ${stripControls(by)} `);

const sureness = ({ facts }: Cause | Inferred): string => labelOfConfidence(facts.confidence, 'ja');

const carrierOf = (carrier: string | undefined): string =>
  carrier === undefined ? '受信側' : carrierLabel(carrier, 'ja');

/** 「2024年1月15日」, in Japan's time. */
function date(iso: string): string {
  const [year, month, day] = dayInTokyo(iso).split('-').map(Number);
  return `${year}年${month}月${day}日`;
}

const NO_MAILBOX: Readonly<Record<string, string>> = {
  userunknown: '宛先が存在しない',
  hostunknown: '宛先のドメインが見つからない',
  hasmoved: '宛先のアドレスは変更された',
};

/** What of the sender's a reason names; its sending as a whole where absent. */
const SENDERS_FAULT: Readonly<Partial<Record<Reason, string>>> = {
  mesgtoobig: 'メールの大きさの制限',
  exceedlimit: 'メールの大きさの制限',
  contenterror: 'メールの内容',
  spamdetected: 'メールの内容',
  virusdetected: 'メールの内容',
};

/** A cause as a word: what the receiving side said, or that it said nothing that tells. */
function causeLabel(cause: Cause): string {
  const { reason, bounce } = cause.facts;
  if (cause.claim === 'other-mailbox') return '別のアドレスのエラー';
  if (isEitherFilterOrUnknown(cause)) return '受信拒否か宛先不明';
  if (reason !== 'undefined') return labelOfReason(reason, 'ja');
  return isWordless(bounce) ? '理由の通知なし' : '理由を特定できない応答';
}

/** That mail was taken before the bounce: it tells a mailbox that was given up, or a filter, from a typing error. */
function takenBefore({ facts: { takenBefore: mail } }: Cause | RefusedAgain): string {
  return mail === undefined
    ? ''
    : `それより前の${formatInTokyo(mail.sentAt)}（日本時間）のメールは、受信側のサーバーが受け取っています。`;
}

/** What the receiving side said, where that was read as nothing in particular. */
function saidWords({ facts: { bounce } }: Cause): string {
  const words = replyWords(bounce);
  return words === undefined ? '' : `受信側の応答：「${words}」。`;
}

/** Since when a letter says that mail is stopped: since the entry, or since the mail that was dropped before it. */
const stoppedSince = (
  { facts: { entry, droppedBefore } }: Inferred | OtherReply,
  c: LetterContext,
): string =>
  droppedBefore === undefined
    ? `${date(entry.since)}より、お客様への${we(c)}からのメールの送信を停止しております。`
    : `${date(droppedBefore.sentAt)}以降、お客様への${we(c)}からのメールをお送りできておりません。`;

/** See {@link Words}. */
export const WORDS_JA: Words = {
  listed: {
    brief: ({ facts: { entry, droppedBefore } }) =>
      droppedBefore === undefined
        ? `送信を止めています（${dayInTokyo(entry.since)}から）`
        : `送信を止めています（${dayInTokyo(entry.since)}に登録、未送信は${dayInTokyo(droppedBefore.sentAt)}から）`,
    known: ({ facts: { entry, droppedBefore } }) =>
      `${formatInTokyo(entry.since)}（日本時間）から送信を止めています（SESのサプレッションリストに${entry.reason === 'COMPLAINT' ? '迷惑メールの申告' : '不達'}として載っています）。${droppedBefore === undefined ? '' : `それより前の${formatInTokyo(droppedBefore.sentAt)}（日本時間）のメールから、リストに載っていたためSESは送信していません。`}`,
    open: ({ facts: { droppedBefore } }) =>
      droppedBefore === undefined
        ? ''
        : '現在の登録までの間に、いったんリストから外れたかどうかは分かりません。',
    letter: () => ({ opening: ['現在、お客様へのメールの送信を停止しております。'] }),
  },
  'not-enforced': {
    brief: () => '送信は止めていません（リストに載っていますが、この登録理由は無効の設定です）',
    known: ({ facts }) =>
      `${formatInTokyo(facts.entry.since)}（日本時間）からSESのサプレッションリストに載っていますが、このアカウントではこの登録理由による停止は無効で、メールは送信されています。`,
    open: NOTHING,
    letter: (_claim, c) => ({
      opening: [`${we(c)}からのメールをお受け取りいただけているかを確認させていただいております。`],
    }),
  },
  'not-listed': {
    brief: () => '送信は止めていません（SESのサプレッションリストに載っていません）',
    known: () => '送信は止めていません（SESのサプレッションリストに載っていません）。',
    open: NOTHING,
    letter: (_claim, c) => ({
      opening: [`${we(c)}からのメールをお受け取りいただけているかを確認させていただいております。`],
    }),
  },
  unasked: {
    brief: ({ facts }) =>
      `送信を止めているか不明です（SESに問い合わせできません：${stripControls(facts.why)}）`,
    known: ({ facts }) =>
      `SESに問い合わせできなかったため、送信を止めているかは不明です（${stripControls(facts.why)}）。`,
    open: NOTHING,
    letter: (_claim, c) => ({
      opening: [`${we(c)}からのメールをお受け取りいただけているかを確認させていただいております。`],
    }),
  },
  'other-spelling': {
    brief: ({ facts }) =>
      `別のつづりで登録されている可能性があります（${dayInTokyo(facts.droppedAt)}のメールが未送信）`,
    known: ({ facts }) =>
      `入力されたつづりではSESのサプレッションリストに見つかりませんが、${formatInTokyo(facts.droppedAt)}（日本時間）のメールはリストに登録済みとして送信されていません。SESは登録時と同じつづり（大文字・小文字）でしか検索できないため、別のつづりで登録されている可能性があります。`,
    open: NOTHING,
    letter: (_claim, c) => ({
      subject: 'メールをお送りできていなかったことのお知らせ',
      opening: [`${we(c)}からのメールを、お客様へお送りできておりませんでした。`],
    }),
  },
  released: {
    brief: ({ facts: { removal, dropped, isWaiting } }) =>
      dropped !== undefined
        ? `送信を再開しました（${formatInTokyo(removal.at)}に解除、${formatInTokyo(dropped.sentAt)}のメールは未送信）`
        : isWaiting
          ? `送信を再開しました（${formatInTokyo(removal.at)}に${who(removal.by)}が解除、次のメール待ち）`
          : `送信を再開しました（${formatInTokyo(removal.at)}に${who(removal.by)}が解除）`,
    known: ({ facts: { removal, dropped, isWaiting } }) =>
      `${formatInTokyo(removal.at)}（日本時間）に${who(removal.by)}が送信の停止を解除しました（SESのサプレッションリストから外しました）。${dropped !== undefined ? `ただし、解除後の${formatInTokyo(dropped.sentAt)}（日本時間）のメールも、SESはリストに載っているものとして送信していません。` : isWaiting ? '解除後のメールの結果はまだありません。' : ''}`,
    open: ({ facts: { dropped } }) =>
      `${dropped === undefined ? '' : '解除がSESに行き渡る前だったのか、再び載って外れたのかは分かりません。'}お客様の設定が変更済みかどうかは分かりません。届くことをお約束しないでください。`,
    letter: (_claim, c) => ({
      subject: 'メール送信再開のお知らせと受信設定のご確認のお願い',
      opening: [
        `お客様へのメールの送信を停止しておりましたが、このたび再開いたしました。${we(c)}からの次回のメールから、通常どおりお送りいたします。`,
      ],
    }),
  },
  'lifted-despite-complaint': {
    brief: ({ facts: { removal } }) =>
      `送信を再開しました（迷惑メールの申告を承知で${who(removal.by)}が${dayInTokyo(removal.at)}に解除）`,
    known: ({ facts: { removal, complaintAt } }) =>
      `${formatInTokyo(removal.at)}（日本時間）に${who(removal.by)}が、迷惑メールの申告${complaintAt === undefined ? '' : `（${dayInTokyo(complaintAt)}）`}を承知のうえで送信の停止を解除しました。`,
    open: () => '再び迷惑メールとして申告されないとは限りません。',
    letter: (_claim, c) => ({
      subject: 'メール送信再開のお知らせ',
      opening: [
        `お客様へのメールの送信を停止しておりましたが、このたび再開いたしました。${we(c)}からの次回のメールから、通常どおりお送りいたします。`,
      ],
    }),
  },
  'gone-from-list': {
    brief: ({ facts: { dropped } }) =>
      `送信は止めていません（${dayInTokyo(dropped.at)}のメールは未送信、現在はリストにありません）`,
    known: ({ facts: { dropped } }) =>
      `${formatInTokyo(dropped.at)}（日本時間）のメールは、サプレッションリストに載っていたためSESが送信しませんでした。現在は載っていません（todokuで解除した記録はありません）。`,
    open: () => '誰がいつ解除したかは分かりません。',
    letter: (_claim, c) => ({
      subject: 'メール送信再開のお知らせと受信設定のご確認のお願い',
      opening: [
        `お客様へのメールの送信を停止しておりましたが、現在は停止しておりません。${we(c)}からの次回のメールから、通常どおりお送りいたします。`,
      ],
    }),
  },
  resumed: {
    brief: ({ facts: { removal } }) =>
      `送信しています（${dayInTokyo(removal.at)}に解除、その後のメールは受信側が受け取りました）`,
    known: ({ facts: { removal, mail } }) =>
      `${formatInTokyo(removal.at)}（日本時間）に${who(removal.by)}が送信の停止を解除し、その後${formatInTokyo(mail.fate.at)}のメールは受信側のサーバーが受け取っています。`,
    open: () => '受信トレイと迷惑メールフォルダのどちらに入ったかは、送信側からは確認できません。',
    letter: (_claim, c) => ({
      subject: 'メール送信再開のお知らせ',
      opening: [
        `以前、お客様へのメールの送信を停止しておりましたが、現在は送信を再開しております。再開後に${we(c)}からお送りしたメールは、${c.provider}のサーバーまで届いております。`,
      ],
    }),
  },
  accepted: {
    brief: ({ facts: { mail } }) =>
      `${dayInTokyo(mail.sentAt)}のメールは受信側のサーバーが受け取りました（表示されたかは不明）`,
    known: ({ facts: { mail } }) =>
      `${formatInTokyo(mail.sentAt)}（日本時間）のメールは、受信側のサーバーが受け取っています。`,
    open: () =>
      'お手元に表示されたか、迷惑メールフォルダに入ったか、フィルターで破棄されたかは、送信側からは確認できません。',
    letter: (_claim, c) => ({
      opening: [`${we(c)}からお送りしたメールは、${c.provider}のサーバーまでは届いております。`],
    }),
  },
  'accepted-late': {
    brief: ({ facts: { mail, delay, putOff } }) =>
      `${dayInTokyo(mail.sentAt)}のメールは${duration(delay)}後に受信側が${
        delayedFor(mail)
          ? `受領（理由：${delayedFor(mail)}）`
          : `受け取りました${putOff ? '（受信側が一時保留）' : ''}`
      }`,
    known: ({ facts: { mail, delay, putOff } }) =>
      `${formatInTokyo(mail.sentAt)}（日本時間）のメールは、${duration(delay)}後に受信側のサーバーが受け取りました。${putOff ? '受信側が受け取りを一時保留したため、SESが再送していました。' : ''}${delaySentence(mail)}`,
    open: ({ facts: { mail, putOff } }) =>
      delayedFor(mail)
        ? ''
        : putOff
          ? '受信側が保留した理由の詳細は分かりません。'
          : '遅れた理由は記録にありません。',
    letter: ({ facts: { mail, delay, putOff } }, c) => ({
      subject: 'メールの到着が遅れたことのお詫び',
      opening: [
        `${we(c)}からお送りしたメールは、送信から${duration(delay)}ほど遅れて、${c.provider}のサーバーに届きました。${delayReason(mail) === 'MailboxFull' ? '送信した時点で、メールボックスの空き容量が足りなかったためです。' : putOff ? `${c.provider}側で受け付けが一時保留され、再送に時間がかかったためです。` : ''}ご迷惑をおかけし、誠に申し訳ございません。`,
      ],
    }),
  },
  'accepted-again': {
    brief: ({ facts: { mail, before } }) =>
      `${dayInTokyo(before.facts.bounce.sentAt)}は送信エラー（${causeLabel(before)}）、${dayInTokyo(mail.sentAt)}のメールは受領`,
    known: ({ facts: { mail, before } }) =>
      `${formatInTokyo(before.facts.bounce.sentAt)}（日本時間）のメールは送信エラーとなり、届いていません（${causeLabel(before)}）。その後${formatInTokyo(mail.sentAt)}（日本時間）のメールは、受信側のサーバーが受け取っています。`,
    open: () => 'お手元に表示されたか、迷惑メールフォルダに入ったかは、送信側からは確認できません。',
    letter: ({ facts: { mail, before } }, c) => ({
      subject: '届いていないメールの再送のご案内',
      opening: [
        `${date(before.facts.bounce.sentAt)}に${we(c)}からお送りしたメールが${before.claim === 'mailbox-full' ? '、メールボックスの空き容量が足りないとの理由で' : ''}送信エラーとなり、お届けできておりませんでした。その後、${date(mail.sentAt)}にお送りしたメールは、${c.provider}のサーバーまで届いております。`,
      ],
    }),
  },
  'not-sent': {
    brief: ({ facts: { mail } }) =>
      `${dayInTokyo(mail.sentAt)}のメールはSESが送信していません（${notSentLabel(mail.fate.by, 'ja')}）`,
    known: ({ facts: { mail } }) =>
      `${notSentBecause(mail.fate.by, 'ja')}、SESは${formatInTokyo(mail.sentAt)}（日本時間）のメールを送信していません。受信側には届いていません。`,
    open: ({ facts: { mail } }) =>
      mail.fate.by === 'unsubscribed'
        ? 'お客様ご本人の手続きかどうか、注文関連のメールも不要かどうかは分かりません。'
        : 'お客様のメールボックスの状態は、この記録からは分かりません。',
    letter: ({ facts: { mail } }, c) =>
      mail.fate.by === 'unsubscribed'
        ? {
            opening: [
              `以前、${we(c)}からのメールの配信停止のお手続きがあったため、お客様へのメールをお送りしておりません。`,
            ],
          }
        : {
            subject: 'メールをお送りできていなかったことのお詫び',
            opening: [
              `${we(c)}からのメールが、当店が利用しているメール配信サービスで止まり、お客様へお送りできておりませんでした。ご迷惑をおかけし、誠に申し訳ございません。`,
            ],
          },
  },
  delayed: {
    brief: ({ facts: { mail } }) =>
      `${dayInTokyo(mail.sentAt)}のメールはSESが再送中です（${delayedFor(mail) ? `遅延の理由：${delayedFor(mail)}` : '受信側はまだ受け取っていません'}）`,
    known: ({ facts: { mail } }) =>
      `${formatInTokyo(mail.sentAt)}（日本時間）のメールは、SESが再送を続けています。受信側はまだ受け取っても、拒否してもいません。${delaySentence(mail)}`,
    open: () => '届くかどうか、いつ届くかは分かりません。',
    letter: ({ facts: { mail } }, c) => ({
      subject: 'メールの配信が遅れていることのお知らせ',
      opening: [
        delayReason(mail) === 'MailboxFull'
          ? `${we(c)}からお送りしたメールは、メールボックスの空き容量が足りないとの理由で${c.provider}側で受け付けられておらず、現在も送信を続けております。`
          : `${we(c)}からお送りしたメールの配信に時間がかかっており、現在も送信を続けております。`,
      ],
    }),
  },
  'no-word': {
    brief: ({ facts: { mail } }) => `${dayInTokyo(mail.sentAt)}のメールの結果は、まだ記録にありません`,
    known: ({ facts: { mail } }) =>
      `${formatInTokyo(mail.sentAt)}（日本時間）のメールの結果は、まだ記録にありません。`,
    open: () => '受信側が受け取ったかどうかは、この記録からは分かりません。',
    letter: (_claim, c) => ({
      opening: [`${we(c)}からのメールをお受け取りいただけているかを確認させていただいております。`],
    }),
  },
  'nothing-recorded': {
    brief: () => 'このアドレスへの送信は記録にありません',
    known: () => 'このアドレスへの送信は記録にありません。',
    open: () => 'メールを送信したのかどうか、届いたのかどうかは、この記録からは分かりません。',
    letter: (_claim, c) => ({
      opening: [
        `${we(c)}からのメールをお送りするため、ご登録のメールアドレスを確認させていただいております。恐れ入りますが、現在お使いのメールアドレスを当店までお知らせいただけますようお願いいたします。`,
      ],
    }),
  },
  'no-refusal-recorded': {
    brief: () => '不達の記録はありません（受信側が受け取ったメールは、ここでは記録していません）',
    known: () =>
      '不達の記録はありません。このドメインでは、受信側が受け取ったメールをここでは記録していません。',
    open: () => '受信側が受け取ったか、迷惑メールフォルダに入ったかは、この記録からは分かりません。',
    letter: (_claim, c) => ({
      opening: [`${we(c)}からのメールについて、エラーの通知は当店に届いておりません。`],
    }),
  },
  filtered: {
    brief: (claim) =>
      claim.facts.confidence === 'ambiguous'
        ? `${carrierOf(claim.facts.carrier)}の受信設定による拒否か、宛先不明（断定できません）`
        : `${carrierOf(claim.facts.carrier)}の受信設定（フィルター）による拒否（${sureness(claim)}）`,
    known: (claim) => {
      const { bounce, confidence } = claim.facts;
      const why =
        confidence === 'ambiguous'
          ? `受信設定による拒否か、宛先不明のどちらかです。${saidWords(claim)}`
          : `受信設定（フィルター）による${confidence === 'certain' ? 'ものです' : 'ものと考えられます'}。`;
      return `${formatInTokyo(bounce.sentAt)}（日本時間）のメールは受信側に拒否されました。${why}${takenBefore(claim)}`;
    },
    open: ({ facts: { confidence } }) =>
      confidence === 'ambiguous'
        ? '受信設定か宛先不明か、受信設定の場合にどの設定かは、応答からは分かりません。'
        : 'どの設定が拒否したのかは、応答からは分かりません。',
    letter: ({ facts: { confidence, takenBefore: taken } }, c) =>
      confidence === 'ambiguous'
        ? {
            subject: 'メールアドレスと受信設定のご確認のお願い',
            opening: [
              `${we(c)}からお送りしたメールが送信エラーとなり、お届けできておりません。${c.provider}の迷惑メール対策などの設定により受信が拒否されたか、${taken === undefined ? 'ご登録のメールアドレスに誤りや変更がある' : 'メールアドレスが変更された'}可能性がございます。`,
            ],
          }
        : {
            opening: [
              `${we(c)}からお送りしたメールが送信エラーとなり、お届けできておりません。${c.provider}の迷惑メール対策などの設定により、自動的に受信が拒否された可能性がございます。`,
            ],
          },
  },
  'no-mailbox': {
    brief: (claim) => {
      const { reason, takenBefore: taken } = claim.facts;
      const said = `${NO_MAILBOX[reason] ?? '宛先が存在しない'}という応答（${sureness(claim)}）`;
      if (taken === undefined || reason !== 'userunknown') return said;
      return `${said}、${dayInTokyo(taken.sentAt)}には受領`;
    },
    known: (claim) => {
      const { bounce, reason, confidence } = claim.facts;
      const what = NO_MAILBOX[reason] ?? '宛先が存在しない';
      const said =
        confidence === 'certain'
          ? `${what}と明確に応答しました（確実）。`
          : `${what}という趣旨の応答をしました。`;
      return `受信側は、${formatInTokyo(bounce.at)}（日本時間）に、${said}${takenBefore(claim)}`;
    },
    open: ({ facts: { carrier, confidence, takenBefore: taken, neverFilter } }) => {
      const kinds = [
        ...(taken === undefined ? ['入力の誤り'] : []),
        '変更・解約',
        ...(confidence === 'certain' || neverFilter ? [] : ['（一部の携帯電話会社では）受信設定による拒否']),
      ];
      const filter =
        neverFilter && confidence !== 'certain'
          ? `${carrierOf(carrier)}は、原則として、受信設定で止めたメールを送信エラーにしません。`
          : '';
      const which =
        kinds.length === 1
          ? `${kinds[0]}とみられますが、${confidence === 'certain' ? '時期や事情は分かりません。' : '応答だけでは断定できません。'}`
          : `${kinds.map((kind) => `${kind}か`).join('、')}は、応答だけでは断定できません。`;
      return `${which}${filter}`;
    },
    letter: ({ facts: { takenBefore: taken } }, c) => ({
      opening: [
        `${we(c)}からお送りしたメールが、宛先のメールアドレスが見つからないとの理由で送信エラーとなり、お届けできておりません。${taken === undefined ? 'ご登録の内容に誤りや変更がある' : 'メールアドレスが変更された'}可能性がございます。`,
      ],
    }),
  },
  'mailbox-full': {
    brief: (claim) => `受信者のメールボックスの容量超過（${sureness(claim)}）`,
    known: ({ facts: { bounce } }) =>
      `受信側は、${formatInTokyo(bounce.at)}（日本時間）に、メールボックスの空き容量が足りないと応答しました。`,
    open: () => 'お客様がそのメールボックスを今も使っているかどうかは分かりません。',
    letter: (_claim, c) => ({
      opening: [
        `${we(c)}からお送りしたメールが、宛先のメールボックスの空き容量が足りないとの理由で送信エラーとなり、お届けできておりません。`,
      ],
    }),
  },
  suspended: {
    brief: (claim) => `受信側でアドレスが利用停止中という応答（${sureness(claim)}）`,
    known: ({ facts: { bounce } }) =>
      `受信側は、${formatInTokyo(bounce.at)}（日本時間）に、そのアドレスが利用できない状態だと応答しました。`,
    open: () => '理由や再開の時期は分かりません。理由をお客様に推測でお伝えしないでください。',
    letter: (_claim, c) => ({
      opening: [
        `${we(c)}からお送りしたメールが、宛先のメールアドレスが現在利用できない状態にあるとの理由で送信エラーとなり、お届けできておりません。一時的なものである可能性もございます。`,
      ],
    }),
  },
  'sender-refused': {
    brief: (claim) => `送信側の問題・${labelOfReason(claim.facts.reason, 'ja')}（${sureness(claim)}）`,
    known: ({ facts: { bounce, reason, confidence } }) =>
      `${formatInTokyo(bounce.sentAt)}（日本時間）のメールは受信側に拒否されました。原因は送信側に${confidence === 'certain' ? 'あります' : 'あるとみられます'}（${labelOfReason(reason, 'ja')}）。`,
    open: () => '解消の時期は分かりません。',
    letter: ({ facts: { reason } }, c) => ({
      subject: 'メールがお届けできていないことのお詫び',
      opening: [
        `${we(c)}からお送りしたメールが、${SENDERS_FAULT[reason] ?? '当店側のメール送信環境の問題'}により、お届けできておりません。ご迷惑をおかけし、誠に申し訳ございません。`,
        'お客様に設定を変更していただく必要はございません。',
      ],
    }),
  },
  'not-taken': {
    brief: ({ facts: { reason, gaveUp } }) =>
      reason === 'expired'
        ? '期限まで送信を試みましたが、受信側が受け取りませんでした'
        : `${gaveUp ? '期限まで試みましたが' : ''}受信側が受け取らず（${labelOfReason(reason, 'ja')}）`,
    known: ({ facts: { bounce, reason, gaveUp } }) =>
      gaveUp
        ? `SESは期限まで送信を試みましたが、${formatInTokyo(bounce.at)}（日本時間）までに受信側はメールを受け取りませんでした${reason === 'expired' ? '' : `（${labelOfReason(reason, 'ja')}）`}。`
        : `${formatInTokyo(bounce.sentAt)}（日本時間）のメールは、受信側に受け取られていません（${labelOfReason(reason, 'ja')}）。`,
    open: ({ facts: { reason } }) =>
      reason === 'expired'
        ? '受信側の障害か、混雑か、ドメインの問題かは分かりません。'
        : 'いつ解消するかは分かりません。',
    letter: ({ facts: { gaveUp } }, c) => ({
      subject: 'メールをお届けできなかったことのお知らせ',
      opening: [
        gaveUp
          ? `${we(c)}からお送りしたメールは、一定の時間送信を続けましたが、受信側のメールサーバーで受け取られず、お届けできませんでした。`
          : `${we(c)}からお送りしたメールは、受信側のメールサーバーまたは通信の障害により、お届けできませんでした。`,
      ],
    }),
  },
  'other-mailbox': {
    brief: () => '転送先など別のアドレスのエラー応答（この宛先の状態は不明）',
    known: ({ facts: { bounce } }) =>
      `${formatInTokyo(bounce.at)}（日本時間）のエラー応答は、転送先など別のメールアドレスについてのものです。`,
    open: () => 'このお客様のメールアドレスにメールが入ったかどうかは分かりません。',
    letter: (_claim, c) => ({
      subject: 'メールの転送先のご確認のお願い',
      opening: [
        `${we(c)}からお送りしたメールについて、転送先と思われる別のメールアドレスで受信できなかったとのエラーが、当店に通知されました。`,
      ],
    }),
  },
  returned: {
    brief: (claim) =>
      isPerhapsAutomatic(claim.facts.bounce)
        ? '不明（一時的な送信エラー、または不在時などの自動応答）'
        : claim.facts.reason === 'undefined'
          ? `不明（${
              isWordless(claim.facts.bounce)
                ? 'メールは送信エラー、受信側からの理由の通知なし'
                : `受信側の応答「${replyCodes(claim.facts.bounce) ?? 'コードなし'}」の意味を特定できず`
            }）`
          : `${labelOfReason(claim.facts.reason, 'ja')}（${sureness(claim)}）`,
    known: (claim) => {
      const { bounce, reason } = claim.facts;
      if (isPerhapsAutomatic(claim.facts.bounce)) {
        return `${formatInTokyo(bounce.sentAt)}（日本時間）のメールについて、一時的な送信エラーか、不在時などの自動応答の通知がありました。`;
      }
      return `${formatInTokyo(bounce.sentAt)}（日本時間）のメールは送信エラーとなり、届いていません。${
        reason === 'undefined'
          ? isWordless(bounce)
            ? '受信側から理由の通知はありません。'
            : `${saidWords(claim)}この応答からは理由を特定できません。`
          : `理由：${labelOfReason(reason, 'ja')}。`
      }${takenBefore(claim)}`;
    },
    open: (claim) =>
      isPerhapsAutomatic(claim.facts.bounce)
        ? 'どちらであるか、メールが届いたかどうかは、この記録からは分かりません。'
        : 'アドレスの誤りか、受信設定か、受信側の事情かは断定できません。',
    letter: (claim, c) =>
      isPerhapsAutomatic(claim.facts.bounce)
        ? {
            subject: 'メールをお受け取りいただけたかのご確認',
            opening: [
              `${we(c)}からお送りしたメールについて、一時的な送信エラーまたは不在時などの自動応答の通知がありました。お受け取りいただけているかどうかは、当店では確認できておりません。`,
            ],
          }
        : {
            subject: 'メールをお届けできなかったことのお知らせ',
            opening: [
              `${we(c)}からお送りしたメールが送信エラーとなり、お届けできておりません。原因は、当店では確認できておりません。`,
            ],
          },
  },
  'refused-again': {
    brief: ({ facts: { carrier, removals } }) =>
      `${removals.length}回の解除の後も、${carrierOf(carrier)}の受信設定による拒否が続いています`,
    known: (claim) => {
      const { bounce, removals } = claim.facts;
      return `これまでに${removals.length}回解除しましたが（${removals.map(({ at }) => dayInTokyo(at)).join('、')}）、${formatInTokyo(bounce.sentAt)}（日本時間）のメールも受信側の設定により拒否されました。${takenBefore(claim)}`;
    },
    open: () => 'お客様がどの設定を変更されたか、どの設定が拒否したのかは、応答からは分かりません。',
    letter: ({ facts: { removals } }, c) => ({
      subject: 'メール受信設定のご確認のお願い',
      opening: [
        `お客様へのメールの送信を${removals.map(({ at }) => date(at)).join('と')}に再開いたしましたが、その後に${we(c)}からお送りしたメールも送信エラーとなり、お届けできておりません。${c.provider}の迷惑メール対策などの設定により、自動的に受信が拒否された可能性がございます。`,
      ],
    }),
  },
  inferred: {
    brief: (claim) =>
      `応答の記録がありません（推定：${labelOfReason(claim.facts.reason, 'ja')}・${sureness(claim)}）`,
    known: ({ facts: { reason } }) =>
      `停止の原因となった応答は記録にありません。アドレスのドメインと登録日からは「${labelOfReason(reason, 'ja')}」と推測されます。`,
    open: () => 'アドレスの誤りか、受信設定か、受信側の事情かは断定できません。',
    letter: (claim, c) => ({
      subject: 'メール送信再開のご確認',
      opening: [`${stoppedSince(claim, c)}停止の理由は、当店では確認できておりません。`],
    }),
  },
  'other-reply': {
    brief: ({ facts: { reply, newer } }) =>
      `不明（${dayInTokyo(reply.facts.bounce.at)}の応答「${causeLabel(reply)}」より${newer === 'entry' ? '後' : '前'}に登録）`,
    known: ({ facts: { reply, newer } }) =>
      newer === 'entry'
        ? `停止の原因となった応答は記録にありません。記録にある最後の送信エラーは${formatInTokyo(reply.facts.bounce.at)}（日本時間、${causeLabel(reply)}）のもので、現在の登録はそれより後です。`
        : `停止の原因となった応答は記録にありません。記録にある送信エラー（${formatInTokyo(reply.facts.bounce.at)}（日本時間）、${causeLabel(reply)}）は、現在の登録より後のものです。`,
    open: () => '現在の登録の原因が同じかどうかは分かりません。',
    letter: (claim, c) => ({
      subject: 'メール送信再開のご確認',
      opening: [`${stoppedSince(claim, c)}停止の理由は、当店では確認できておりません。`],
    }),
  },
  mistyped: {
    brief: ({ facts: { meant } }) => `ドメインの入力間違いと思われます（正しくは ${meant}）`,
    known: ({ facts: { meant, bounce, noReply } }) =>
      `ドメインは「${meant}」の打ち間違いと思われます。${
        bounce === undefined
          ? noReply
            ? '受信側の応答は記録にありません。'
            : ''
          : `${formatInTokyo(bounce.sentAt)}（日本時間）のメールは送信エラーとなり、届いていません。`
      }`,
    open: () => 'お客様がどのアドレスのつもりで登録されたかは、確認するまで断定できません。',
    letter: ({ facts: { bounce } }, c) => ({
      opening: [
        bounce === undefined
          ? `ご登録のメールアドレスに、${we(c)}からのメールが届いていない可能性がございます。ご登録の内容に誤りや変更があるのかもしれません。`
          : `${we(c)}からお送りしたメールが送信エラーとなり、お届けできておりません。ご登録の内容に誤りや変更がある可能性がございます。`,
      ],
    }),
  },
  'reported-as-spam': {
    brief: ({ facts: { report } }) =>
      `受信者が${reportedAs(report.complaintFeedbackType, 'ja')}申告（${dayInTokyo(report.at)}）`,
    known: ({ facts: { report } }) =>
      `${formatInTokyo(report.at)}（日本時間）に、このアドレスの受信者が${reportedAs(report.complaintFeedbackType, 'ja')}申告しました。`,
    open: () => '操作の行き違いかどうか、注文関連のメールも不要かどうかは分かりません。',
    letter: ({ facts: { report } }, c) => complaintLetter(report.complaintFeedbackType, c),
  },
  'reported-at-domain': {
    brief: ({ facts: { report } }) =>
      `同じドメインの誰かが${reportedAs(report.complaintFeedbackType, 'ja')}申告（本人とは限りません）`,
    known: ({ facts: { report } }) =>
      `${formatInTokyo(report.at)}（日本時間）に、同じドメインの誰かが${reportedAs(report.complaintFeedbackType, 'ja')}申告しました。`,
    open: () => 'SESは同じドメインの宛先を候補として挙げるため、お客様ご本人の申告とは限りません。',
    letter: ({ facts: { report } }, c) => complaintLetter(report.complaintFeedbackType, c),
  },
  'system-report': {
    brief: ({ facts: { report } }) =>
      `受信側のシステムの報告（${feedbackLabel(report.complaintFeedbackType, 'ja')}、本人の申告ではありません）`,
    known: ({ facts: { report } }) =>
      `${formatInTokyo(report.at)}（日本時間）に、受信側のシステムから報告（${feedbackLabel(report.complaintFeedbackType, 'ja')}、${stripControls(report.complaintFeedbackType ?? '')}）が届きました。受信者本人の申告ではありません。`,
    open: () => '受信側がそのメールをどう扱ったかは分かりません。',
    letter: (_claim, c) => ({
      subject: 'メール送信再開のご確認',
      opening: [`${we(c)}からのメールについて、受信側のシステムから自動の報告を受け取りました。`],
    }),
  },
  'not-spam': {
    brief: ({ facts: { report } }) =>
      `「${feedbackLabel('not-spam', 'ja')}」との報告がありました（${dayInTokyo(report.at)}）`,
    known: ({ facts: { report } }) =>
      `${formatInTokyo(report.at)}（日本時間）に、${report.candidate === true ? '同じドメインの誰かから' : ''}「${feedbackLabel('not-spam', 'ja')}」との報告（not-spam）がありました。`,
    open: NOTHING,
  },
  'listed-for-complaint': {
    brief: () => 'SESに迷惑メールの申告として登録されています（申告の記録はありません）',
    known: () =>
      'SESは、迷惑メールの申告としてリストに登録しています。申告そのものの記録はここにありません。',
    open: () => 'SESは同じドメインの宛先を候補として挙げるため、お客様ご本人の申告とは限りません。',
    letter: (_claim, c) => ({
      opening: [
        `当店が利用しているメール配信サービスに、迷惑メールの申告を理由とする登録があるため、${we(c)}からお客様へのメールの送信を停止しております。`,
      ],
    }),
  },
  'complaint-entry-gone': {
    brief: ({ facts: { listedAt } }) =>
      `以前は迷惑メールの申告でリストに載っていました（${dayInTokyo(listedAt)}）`,
    known: ({ facts: { listedAt } }) =>
      `${formatInTokyo(listedAt)}（日本時間）に迷惑メールの申告としてSESのサプレッションリストに載りましたが、現在は載っていません（todokuで解除した記録はありません）。`,
    open: () => '申告による停止を誰がいつ解除したかは分かりません。',
  },
  'moved-to': {
    brief: ({ facts: { note } }) => `お客様は別のアドレスに変更済み（${dayInTokyo(note.at)}のメモ）`,
    known: ({ facts: { note } }) =>
      closed(
        `お客様のアドレスは ${stripControls(note.movedTo)} に変わりました。このメモでリストの内容は変わりません${signed(note)}`,
      ),
    open: NOTHING,
    letter: ({ facts: { note } }) => ({
      subject: 'メールアドレスご変更のご確認',
      opening: [
        `お客様のメールアドレスのご変更を承っております（新しいメールアドレス：${stripControls(note.movedTo)}）。以前のメールアドレスへお送りしたメールは、ご覧いただけていない可能性がございます。`,
      ],
    }),
  },
  'moved-from': {
    brief: ({ facts: { note } }) => `お客様の以前のアドレスの記録があります（${dayInTokyo(note.at)}のメモ）`,
    known: ({ facts: { note } }) =>
      closed(`お客様の以前のアドレスは ${stripControls(note.movedFrom)} です${signed(note)}`),
    open: NOTHING,
  },
  noted: {
    brief: ({ facts: { note } }) => `運用担当者のメモがあります（${dayInTokyo(note.at)}）`,
    known: ({ facts: { note } }) =>
      `${stripControls(note.text)}（${dayInTokyo(note.at)}、${stripControls(note.by)}のメモ）`,
    open: NOTHING,
  },
  'in-incident': {
    brief: ({ facts: { incident } }) =>
      `一斉拒否の一部（${formatInTokyo(incident.from)}、宛先${incident.recipients}件）`,
    known: ({ facts: { incident } }) =>
      `一斉拒否の一部です：${formatInTokyo(incident.from)}〜${formatInTokyo(incident.until)}（日本時間）に、${incident.recipients}件の宛先へのメールが同じように扱われました（${stripControls(incident.receiverName.ja)}、${incident.what.ja}）。送信側の問題のため、お客様にアドレスの訂正や設定の変更を依頼しないでください。${incident.id === undefined ? '' : `詳しくは todoku incidents ${incident.id} で確認できます。`}`,
    open: NOTHING,
  },
  'sender-audited': {
    brief: ({ facts: { at } }) => `送信元の認証の点検結果があります（${dayInTokyo(at)}）`,
    known: ({ facts: { identity, at, spf, spfUnaligned, dkim, dmarc, policy } }) =>
      `送信元 ${stripControls(identity)} の認証（${dayInTokyo(at)}の点検）：SPF ${result(spf)}${spfUnaligned ? '（Fromと不一致）' : ''}・DKIM ${result(dkim)}・DMARC ${result(dmarc)}${policy === undefined ? '' : `（p=${stripControls(policy)}）`}。`,
    open: NOTHING,
  },
  missed: {
    brief: missedBrief,
    known: (claim) => {
      const { mails, recordsBegin } = claim.facts;
      if (mails.length === 0) {
        return recordsBegin === undefined
          ? '送信されなかったメールの記録はありません。'
          : `${date(recordsBegin)}以降の記録では、送信されなかったメールは0通です。それより前は記録がありません。`;
      }
      return `送信されなかったメール：${missedBrief(claim)}（${toldOfMissed(claim).join('、')}）。`;
    },
    open: NOTHING,
  },
  unreadable: {
    brief: ({ facts: { count } }) => `この宛先の記録のうち${count}件は、このバージョンでは読み取れません`,
    known: ({ facts: { count, mayDecide } }) =>
      `この宛先の記録のうち${count}件は、このバージョンのtodokuでは読み取れないため、この回答に含まれていません。${mayDecide ? '迷惑メールの申告などが含まれている可能性があるため、読み取れるようになるまで判定も解除も行いません。' : ''}`,
    open: NOTHING,
    letter: (_claim, c) => ({
      opening: [`${we(c)}からのメールをお受け取りいただけているかを確認させていただいております。`],
    }),
  },
};

/** A word of an audit's verdict; one that is not known stays as it is. */
const RESULTS: Readonly<Record<string, string>> = {
  pass: '合格',
  fail: '不合格',
  none: '未設定',
  permerror: '記述の誤り',
  unknown: '確認できず',
};
const result = (word: string): string => RESULTS[word] ?? stripControls(word);

/** Whose word a note is, and what was written. */
const signed = ({ at, by, text }: Note): string =>
  `（${dayInTokyo(at)}、${stripControls(by)}のメモ）${text === undefined ? '' : `：${stripControls(text)}`}`;

/** With a full stop, where the text has no end of its own. */
const closed = (text: string): string => (/[。.!?！？]$/.test(text) ? text : `${text}。`);

function missedBrief({ facts: { mails, atLeast, recordsBegin } }: Missed): string {
  if (recordsBegin !== undefined) return `${dayInTokyo(recordsBegin)}以降の記録では未送信${mails.length}通`;
  return mails.length === 0 ? '未送信の記録なし' : `未送信${mails.length}通${atLeast ? '以上' : ''}`;
}

function complaintLetter(type: string | undefined, c: LetterContext) {
  const what =
    type === undefined || type === 'abuse'
      ? '迷惑メールとして申告されたとの通知を受けました'
      : type === 'fraud'
        ? '不審なメール（詐欺など）として申告されたとの通知を受けました'
        : '受信に関する申告があったとの通知を受けました';
  return {
    opening: [
      `${we(c)}からのメールについて、${what}。お心当たりのない場合は、操作の行き違いや、お客様以外の方による申告の可能性もございます。`,
    ],
  };
}

/** The reason of a delay as a word; undefined where SES names none. */
function delayedFor(mail: Mail): string | undefined {
  const reason = delayReason(mail);
  return reason && delayLabel(reason, 'ja');
}

const delaySentence = (mail: Mail): string => {
  const reason = delayedFor(mail);
  return reason === undefined ? '' : `SESが伝えた遅延の理由：${reason}。`;
};
