import { stripControls } from '../address.ts';
import { diagnosisLabel, outcomeLabel } from '../guidance/wording/labels.ts';
import {
  FIGURES,
  figureLine,
  monthHeadline,
  monthName,
  monthNotes,
  partOfMonth,
} from '../guidance/wording/month.ts';
import type { Bilingual, Language } from '../text.ts';
import { formatInTokyo } from '../time.ts';
import { type Notice, type NoticeKind, type NoticeOf, noticeId } from './notice.ts';

/**
 * Notices in one text for people, and for a chat: the month that is over, what was released, what waits, what became of
 * earlier releases, what held a run back, what changed at the senders; each with its command. Pure.
 */

/** What a digest is made of. */
export interface DigestInput {
  readonly stage: string;
  readonly language: Language;
  /** In the order of time. */
  readonly notices: readonly Notice[];
  /** Proposals that wait at this moment, counted up to a limit. */
  readonly waiting: { readonly count: number; readonly more: boolean };
}

/** What a digest counts. */
export interface DigestCounts {
  readonly months: number;
  readonly suppressed: number;
  readonly proposed: number;
  readonly waiting: number;
  readonly released: number;
  readonly missedMails: number;
  /** By outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly putBack: number;
  readonly putBackRefused: number;
  readonly senders: number;
  readonly limits: number;
}

/** A custom notification of Amazon Q Developer in chat applications: any other form is dropped without a word. */
export interface ChatMessage {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
  };
  readonly metadata: { readonly summary: string; readonly eventType: string };
}

/** A digest in all its forms. */
export interface Digest {
  readonly id: string;
  /** When the first and the last of it happened, ISO 8601 UTC. */
  readonly from: string;
  readonly until: string;
  readonly counts: DigestCounts;
  /** Below 100 characters, none of them a control character. */
  readonly subject: string;
  /** For a mail. */
  readonly text: string;
  readonly chat: ChatMessage;
}

/** Lines of one section of a mail, and of a message in a chat. */
const MAXIMUM_LINES = { mail: 20, chat: 5 } as const;
/** Longest line; an address has at most some 250 characters. Seven sections and the months of such lines are below SNS's 256 KB. */
const MAXIMUM_LINE = 300;
/** SNS takes fewer than 100. */
const MAXIMUM_SUBJECT = 99;

/** A section of a message in Slack has 3,000 characters. */
const MAXIMUM_CHAT = 2_900;

/** One part of a digest. */
interface Section {
  readonly title: string;
  /** Said at the most as many as fit; in full there are so many. */
  readonly lines: readonly string[];
  readonly command: string;
}

/** @param input with one notice at least. */
export function digestOf(input: DigestInput): Digest {
  const { stage, language, notices } = input;
  const id = noticeId('digest', ...notices.map((notice) => notice.id).toSorted());
  const counts = countsOf(input);
  const sections = sectionsOf(input, counts);
  const subject = fittedSubject(
    `todoku ${stage}${language === 'ja' ? '：' : ': '}${inShort(notices, counts, language)}`,
  );
  return {
    id,
    from: notices[0]?.at ?? '',
    until: notices.at(-1)?.at ?? '',
    counts,
    subject,
    text: mailText(input, sections),
    chat: {
      version: '1.0',
      source: 'custom',
      id,
      content: {
        textType: 'client-markdown',
        title: inMarkdown(subject),
        description: asFit(sections.flatMap((each) => chatLines(each, language))),
        nextSteps: [...new Set(sections.map(({ command }) => `\`${command}\``))],
      },
      metadata: { summary: inMarkdown(subject), eventType: 'todoku digest' },
    },
  };
}

function countsOf({ notices, waiting }: DigestInput): DigestCounts {
  const all = <Kind extends NoticeKind>(kind: Kind) => only(notices, kind);
  const outcomes: Record<string, number> = {};
  for (const { outcome } of all('outcome')) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return {
    months: all('month').length,
    suppressed: all('suppressed').length,
    proposed: all('proposed').length,
    waiting: waiting.count,
    released: all('released').length,
    missedMails: all('released').reduce((sum, { missed }) => sum + (missed?.count ?? 0), 0),
    outcomes,
    putBack: all('put-back').filter(({ refused }) => !refused).length,
    putBackRefused: all('put-back').filter(({ refused }) => refused).length,
    senders: all('sender').length,
    limits: all('limit').length,
  };
}

function only<Kind extends NoticeKind>(notices: readonly Notice[], kind: Kind): readonly NoticeOf<Kind>[] {
  return notices.filter((notice): notice is NoticeOf<Kind> => notice.kind === kind);
}

/** The months that are over, and the counts that are not zero, in a few words. */
function inShort(notices: readonly Notice[], counts: DigestCounts, language: Language): string {
  const months = only(notices, 'month').map(({ month }) => {
    const name = monthName(month);
    return language === 'ja' ? `${name.ja}の報告` : `report of ${name.en}`;
  });
  const outcomes = Object.values(counts.outcomes).reduce((sum, count) => sum + count, 0);
  const words: readonly (readonly [number, Bilingual])[] = [
    [counts.putBackRefused, { ja: '再登録の失敗', en: 'not put back' }],
    [counts.released, { ja: '解除', en: 'released' }],
    [counts.proposed, { ja: '新しい解除案', en: 'proposed' }],
    [outcomes, { ja: '解除後の結果', en: 'outcomes' }],
    [counts.putBack, { ja: 'リストへの再登録', en: 'put back' }],
    [counts.suppressed, { ja: '新しい登録', en: 'listed' }],
    [counts.senders, { ja: '送信元の変化', en: 'senders changed' }],
    [counts.limits, { ja: '自動解除の制限', en: 'limits' }],
  ];
  const said = words.filter(([count]) => count > 0);
  return language === 'ja'
    ? [...months, ...said.map(([count, { ja }]) => `${ja}${count}件`)].join('、')
    : [...months, ...said.map(([count, { en }]) => `${count} ${en}`)].join(', ');
}

function sectionsOf(input: DigestInput, counts: DigestCounts): readonly Section[] {
  const { language, notices } = input;
  const ja = language === 'ja';
  const command = (words: string) => `todoku ${words}${whereOf(input.stage)}`;
  const all = <Kind extends NoticeKind>(kind: Kind) => only(notices, kind);
  const { waiting } = input;
  const waitingCount = `${waiting.count}${waiting.more ? (ja ? '件以上' : ' or more') : ja ? '件' : ''}`;
  const sections: readonly (Section | undefined)[] = [
    ...all('month').map((notice) => monthSection(notice, language, command)),
    section(all('put-back'), putBackLine(language), command('status'), (count) => {
      const refused = counts.putBackRefused;
      return ja
        ? `解除後に迷惑メール申告が判明した宛先：${count}件${refused > 0 ? `（うち${refused}件はSESが再登録を受け付けませんでした）` : '（リストに戻しました）'}`
        : `Complaints that came to light after a release: ${count}${refused > 0 ? ` (${refused} of them SES would not list again)` : ' (put back on the list)'}`;
    }),
    section(all('released'), releasedLine(language), command('history --days 2 --action removed'), (count) =>
      ja
        ? `解除した宛先：${count}件（登録中に送信されなかったメール：${counts.missedMails}通）`
        : `Released: ${count} (mails not sent meanwhile: ${counts.missedMails})`,
    ),
    section(all('proposed'), diagnosedLine(language), command('proposals'), (count) =>
      ja
        ? `新しい解除案：${count}件（承認待ちは現在${waitingCount}）`
        : `New proposals: ${count} (waiting now: ${waitingCount})`,
    ),
    section(all('outcome'), outcomeLine(language), command('rules'), () => {
      const each = Object.entries(counts.outcomes).map(([outcome, count]) =>
        ja ? `${outcomeLabel(outcome, language)} ${count}件` : `${outcomeLabel(outcome, language)} ${count}`,
      );
      return ja
        ? `以前の解除の結果：${each.join('、')}`
        : `What became of earlier releases: ${each.join(', ')}`;
    }),
    section(all('suppressed'), diagnosedLine(language), command('status'), (count) =>
      ja ? `新しくリストに登録された宛先：${count}件` : `Newly listed: ${count}`,
    ),
    section(
      all('limit'),
      ({ because }) => because[language],
      command('status'),
      () => (ja ? '自動解除を控えた理由' : 'What held removals back'),
    ),
    section(all('sender'), senderLine(language), command('senders audit'), (count) =>
      ja ? `送信元の変化：${count}件` : `Senders that changed: ${count}`,
    ),
  ];
  return sections.filter((each) => each !== undefined);
}

/** A month's answer, beside the month before, and how to see the whole. */
function monthSection(
  notice: NoticeOf<'month'>,
  language: Language,
  command: (words: string) => string,
): Section {
  const { month, before, recordedFrom, incomplete } = notice;
  const part = recordedFrom === undefined ? '' : partOfMonth(recordedFrom)[language];
  const [answer, ...others] = monthHeadline(notice, before).map((each) => each[language]);
  const rest = FIGURES.filter((figure) => figure !== 'missed').map((figure) =>
    figureLine(figure, notice[figure], before?.[figure], language),
  );
  const notes = monthNotes({ incomplete: incomplete === true, recordedFrom }).map((each) => each[language]);
  return {
    title: fitted(`${monthName(month)[language]}${part}${language === 'ja' ? '：' : ': '}${answer}`),
    lines: [...others, ...rest, ...notes].map(fitted),
    command: fitted(command(`report --month ${month} --html report-${month}.html`)),
  };
}

/** A section over some notices; undefined without any. A notice whose line is undefined is counted and not named. */
function section<Each extends Notice>(
  notices: readonly Each[],
  lineOf: (notice: Each) => string | undefined,
  command: string,
  title: (count: number) => string,
): Section | undefined {
  if (notices.length === 0) return undefined;
  const lines = notices.flatMap((notice) => lineOf(notice) ?? []);
  return { title: title(notices.length), lines: lines.map(fitted), command };
}

/** Text from strangers as one line of bounded length. */
function fitted(line: string): string {
  const clean = stripControls(line);
  return clean.length <= MAXIMUM_LINE ? clean : `${clean.slice(0, MAXIMUM_LINE - 1).toWellFormed()}…`;
}

function fittedSubject(subject: string): string {
  const clean = stripControls(subject);
  return clean.length <= MAXIMUM_SUBJECT ? clean : `${clean.slice(0, MAXIMUM_SUBJECT - 1).toWellFormed()}…`;
}

type Diagnosed = NoticeOf<'suppressed'> | NoticeOf<'proposed'> | NoticeOf<'released'>;

function diagnosedLine(language: Language) {
  return ({ address, reason, confidence, diagnosisRule }: Diagnosed): string | undefined =>
    address && `${address}  ${diagnosisLabel({ reason, confidence, rule: diagnosisRule }, language)}`;
}

function releasedLine(language: Language) {
  return (notice: NoticeOf<'released'>): string | undefined => {
    const said = diagnosedLine(language)(notice);
    const { count = 0, more } = notice.missed ?? {};
    if (said === undefined || count === 0) return said;
    return language === 'ja'
      ? `${said}  送信されなかったメール ${count}通${more ? '以上' : ''}`
      : `${said}  mails not sent: ${count}${more ? ' or more' : ''}`;
  };
}

function outcomeLine(language: Language) {
  return ({ address, outcome }: NoticeOf<'outcome'>): string | undefined =>
    address && `${address}  ${outcomeLabel(outcome, language)}`;
}

function putBackLine(language: Language) {
  return ({ address, refused }: NoticeOf<'put-back'>): string | undefined => {
    if (address === undefined || !refused) return address;
    return language === 'ja'
      ? `${address}  手作業でCOMPLAINTとして登録してください`
      : `${address}  list it with reason COMPLAINT by hand`;
  };
}

function senderLine(language: Language) {
  const words = language === 'ja' ? { new: '新規', gone: '解消' } : { new: 'new', gone: 'resolved' };
  return ({ identity, appeared, resolved }: NoticeOf<'sender'>): string =>
    [
      identity,
      ...(appeared.length > 0 ? [`${words.new}: ${appeared.join(', ')}`] : []),
      ...(resolved.length > 0 ? [`${words.gone}: ${resolved.join(', ')}`] : []),
    ].join('  ');
}

/** What a command needs to ask this stage. */
function whereOf(stage: string): string {
  if (stage === 'prod') return '';
  return stage === 'local' ? ' --local' : ` --stage ${stage}`;
}

function linesShown({ lines }: Section, maximum: number, language: Language): readonly string[] {
  const rest = lines.length - maximum;
  if (rest <= 0) return lines;
  return [...lines.slice(0, maximum), language === 'ja' ? `ほか${rest}件` : `and ${rest} more`];
}

function mailText({ stage, language, notices }: DigestInput, sections: readonly Section[]): string {
  const until = formatInTokyo(notices.at(-1)?.at ?? '');
  const opening =
    language === 'ja'
      ? `todoku（${stage}）からのお知らせです。${until}（日本時間）までの分です。`
      : `From todoku (${stage}), until ${until} Japan time.`;
  const parts = sections.map((each) =>
    [
      `■ ${each.title}`,
      ...linesShown(each, MAXIMUM_LINES.mail, language).map((line) => `  ${line}`),
      `  ${language === 'ja' ? '確認' : 'Look'}: ${each.command}`,
    ].join('\n'),
  );
  return `${[opening, ...parts].join('\n\n')}\n`;
}

function chatLines(each: Section, language: Language): readonly string[] {
  const lines = linesShown(each, MAXIMUM_LINES.chat, language).map((line) => `- \`${asCode(line)}\``);
  return [inMarkdown(each.title), ...lines];
}

/** As many lines as a message in a chat takes. */
function asFit(lines: readonly string[]): string {
  let length = 0;
  const fit = lines.filter((line) => {
    length += line.length + 1;
    return length <= MAXIMUM_CHAT;
  });
  return fit.join('\n');
}

/** Text from strangers inside a code span: nothing there is markup but what ends it, and what names people or links. */
function asCode(text: string): string {
  return escaped(text.replaceAll('`', "'"));
}

/** Our own words with a stage or a label in them, outside a code span. */
function inMarkdown(text: string): string {
  return escaped(text.replace(/[`*_~[\]|\\]/g, (sign) => ({ '`': "'" })[sign] ?? `\\${sign}`));
}

/** Slack and Teams read `<!channel>`, `<@U1>` and links between these signs wherever they stand. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
