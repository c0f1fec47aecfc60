import type { Bilingual, Language } from '../text.ts';
import type { Claim, Lead } from './claims.ts';
import { briefSteps, fullStep, type NextStep, OTHER_CHANNEL } from './next.ts';
import { isEitherFilterOrUnknown } from './said.ts';
import type { Statement } from './statement.ts';
import { known } from './words.ts';

/**
 * The statement as a page shows it: a sentence that is read from across the desk, the sign beside it, why in one breath,
 * and the steps. Another voice of the same claims as the headline (headline.ts): nothing is said here that it denies.
 */

/** The sign beside the title: a shape and a colour, never the only bearer of what it means. */
export type Sign = 'stopped' | 'accepted' | 'waiting' | 'caution' | 'nothing';

/** One thing to do. `release`: takes the address off the list, which only an operator does. */
export interface ScreenStep {
  readonly kind: 'tell' | 'do' | 'release';
  readonly title: Bilingual;
  readonly text: Bilingual;
}

/** See the top of this file. */
export interface Screen {
  readonly sign: Sign;
  readonly title: Bilingual;
  readonly why: Bilingual;
  readonly steps: readonly ScreenStep[];
}

/**
 * What a page shows of a statement.
 *
 * @param provider what the mail service of the address is called; absent: not known.
 */
export function screenOf(statement: Statement, provider?: Bilingual): Screen {
  const { standing, lead, next } = statement;
  const said = standing.claim === 'not-listed' ? lead : standing;
  const { sign, title } = TITLES[said.claim];
  return {
    sign,
    title: title(said, provider ?? RECEIVING_SIDE),
    why: { ja: why(statement, 'ja').join(''), en: why(statement, 'en').join(' ') },
    steps: steps(next),
  };
}

const RECEIVING_SIDE: Bilingual = { ja: '受信側', en: 'The receiving side' };

/** What the title leaves out: how the address stands where that is more than listed or not, and the cause. */
function why({ standing, lead, explanation, fate }: Statement, language: Language): readonly string[] {
  const cause = lead === standing ? (explanation ?? fate) : lead;
  const isPlain = standing.claim === 'listed' || standing.claim === 'not-listed';
  const claims: readonly Claim[] = isPlain || standing === cause ? [cause] : [standing, cause];
  return claims.map((claim) => known(claim, language));
}

/** On a page the release is a button, so the text names that in place of a command. */
const BUTTON: Bilingual = { ja: '「送信を再開する」', en: '"Resume sending"' };

function steps(next: NextStep): readonly ScreenStep[] {
  const { otherChannel, command, ...step } = next;
  const text = { ...step, ...(command && { command: BUTTON }) };
  const said = (language: Language): string => briefSteps(next, language)[0] ?? '';
  return [
    ...(otherChannel ? [{ kind: 'tell', title: TELL, text: OTHER_CHANNEL } as const] : []),
    {
      kind: command === undefined ? 'do' : 'release',
      title: { ja: said('ja'), en: capitalised(said('en')) },
      text: { ja: fullStep(text, 'ja'), en: fullStep(text, 'en') },
    },
  ];
}

const TELL: Bilingual = {
  ja: '文面を伝える（このアドレス以外で）',
  en: 'Give the customer the text, but not at this address',
};

/** A line of the headline stands after a label, and begins small in English. */
function capitalised(line: string): string {
  return line.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** A title, and its sign. */
interface TitleWords {
  readonly sign: Sign;
  readonly title: (claim: Lead, provider: Bilingual) => Bilingual;
}

const titled = (sign: Sign, ja: string, en: string): TitleWords => ({ sign, title: () => ({ ja, en }) });
const naming = (sign: Sign, ja: string, en: string): TitleWords => ({
  sign,
  title: (_claim, provider) => ({ ja: `${provider.ja}${ja}`, en: `${provider.en} ${en}` }),
});

/** A filter is named only where the reply tells it from a mailbox that does not exist. */
const FILTER_OR_UNKNOWN: Bilingual = {
  ja: '受信拒否か、宛先不明で戻りました',
  en: 'It came back: refused by a filter, or no such mailbox',
};
const either = (words: TitleWords): TitleWords => ({
  ...words,
  title: (claim, provider) =>
    (claim.claim === 'filtered' || claim.claim === 'no-mailbox') && isEitherFilterOrUnknown(claim)
      ? FILTER_OR_UNKNOWN
      : words.title(claim, provider),
});

const STOPPED = titled('stopped', '送信を止めています', 'We have stopped sending');
const REPORTED = titled(
  'caution',
  '迷惑メールとして申告されています',
  'The customer reported our mail as spam',
);
const RESUMED = titled(
  'waiting',
  '送信を再開し、結果を待っています',
  'Sending again, and waiting for a result',
);

/** The title of each claim that an answer can lead with; accepted mail is never said to have arrived. */
const TITLES: Readonly<Record<Lead['claim'], TitleWords>> = {
  listed: STOPPED,
  'not-enforced': titled('nothing', '送信は止めていません', 'Sending is not stopped'),
  'not-listed': titled('nothing', '送信は止めていません', 'Sending is not stopped'),
  unasked: titled('caution', '調べられませんでした', 'We could not look'),
  'other-spelling': titled(
    'caution',
    '別のつづりで止まっている可能性があります',
    'It may be stopped under another spelling',
  ),
  released: {
    sign: 'waiting',
    title: (claim, provider) =>
      claim.claim === 'released' && claim.facts.isWaiting
        ? RESUMED.title(claim, provider)
        : { ja: '送信を再開しました', en: 'Sending again' },
  },
  'lifted-despite-complaint': titled('waiting', '送信を再開しました', 'Sending again'),
  'gone-from-list': titled('nothing', '送信は止めていません', 'Sending is not stopped'),
  resumed: naming('accepted', 'が受け取っています', 'accepts mail again'),
  accepted: naming('accepted', 'が受け取っています', 'has accepted it'),
  'accepted-late': naming('accepted', 'が遅れて受け取りました', 'accepted it late'),
  'accepted-again': naming('accepted', 'が受け取っています', 'accepts mail again'),
  'not-sent': titled('stopped', 'SESが送信しませんでした', 'SES did not send it'),
  delayed: titled('waiting', 'まだ届けようとしています', 'It is still being tried'),
  'no-word': titled('waiting', '送信後の結果を待っています', 'Sent, and waiting for a result'),
  'nothing-recorded': titled('nothing', 'このアドレスの記録はありません', 'No record of this address'),
  'no-refusal-recorded': titled('nothing', '拒否された記録はありません', 'No refusal is on record'),
  filtered: either(naming('caution', 'が受信を拒否しました', 'refused it')),
  'no-mailbox': either(titled('caution', '宛先不明で戻りました', 'It came back: no such mailbox')),
  'mailbox-full': titled('caution', '容量不足で戻りました', 'It came back: the mailbox is full'),
  suspended: titled('caution', '利用停止中の宛先として戻りました', 'It came back: the mailbox is suspended'),
  'sender-refused': titled(
    'caution',
    '送信元の理由で拒否されました',
    'It was refused for a reason on our side',
  ),
  'not-taken': titled('caution', '受信側が受け取れませんでした', 'The receiving side could not take it'),
  'other-mailbox': titled('caution', '別のアドレスから戻りました', 'Another mailbox returned it'),
  returned: titled(
    'caution',
    '理由が分からないまま戻りました',
    'It came back, and the reply does not say why',
  ),
  'refused-again': titled('caution', '再開後にまた拒否されました', 'It was refused again after the release'),
  inferred: STOPPED,
  'other-reply': STOPPED,
  mistyped: titled('caution', 'ドメインの入力違いのようです', 'The domain looks mistyped'),
  'reported-as-spam': REPORTED,
  'reported-at-domain': titled(
    'caution',
    '迷惑メールとして申告された可能性があります',
    'The customer may have reported our mail as spam',
  ),
  'listed-for-complaint': REPORTED,
  'system-report': titled(
    'caution',
    '受信システムから報告がありました',
    'A receiving system reported our mail',
  ),
  'moved-to': titled('caution', '別のアドレスに変わっています', 'The customer has another address now'),
  unreadable: titled('caution', '読み取れない記録があります', 'Part of the record cannot be read'),
};
