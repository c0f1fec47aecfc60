import { type Command, Option } from 'commander';
import { maskAddressesIn, stripControls } from '../../lib/address.ts';
import { type LookupAnswer, lookupContract } from '../../lib/contracts/lookup.ts';
import { displayWidth } from '../../lib/display-width.ts';
import {
  carrierLabel,
  diagnosisLabel,
  outcomeLabel,
  stateLabel,
  verdictLabel,
} from '../../lib/guidance/wording/labels.ts';
import { PROVIDER_IDS, type ProviderId } from '../../lib/provider-id.ts';
import { shellWord } from '../../lib/shell-word.ts';
import { byCodeUnits } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { addressTyped } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { type CliContext, contextOf, followUp } from '../context.ts';
import { printPaged } from '../pager.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';
import { paragraph } from '../wrap.ts';

const LABELS = {
  ja: {
    near: 'よく似たアドレス（記録のあるもの）',
    moreNear: (count: number) => `ほか${count}件。入力されたアドレスをもう一度ご確認ください。`,
    nearIncomplete:
      'よく似たアドレスは時間内に調べきれませんでした。もう一度実行すると見つかることがあります。',
    diagnosis: '診断',
    evidence: '根拠',
    verdict: '判定',
    timeline: '経緯（日本時間）',
    desk: '窓口向けメモ',
    customer: 'お客様にお送りする文面',
    proposal: '承認待ちの提案',
    state: '状態',
    open: '結果待ち',
    rule: 'ルール',
    removals: '過去の解除',
    at: '日時',
    what: '内容',
    missed: '送信されなかったメール（メールID、送信日時）',
    noneMissed: '送信されなかったメールの記録はありません。',
    unreadable: (count: number) =>
      `この宛先の記録のうち${count}件は、このバージョンでは読み取れないため、含めていません。`,
    see: '続き：--text 文面　--evidence 根拠・未送信メール　--timeline 経緯　--all すべて',
    hidden: (lines: number, all: boolean) =>
      all
        ? `（これより前の${lines}件は省略しています）`
        : `（これより前に${lines}件あります。--all で表示します）`,
    more: '（記録が多いため、迷惑メールの申告、登録前後の記録、新しい記録だけを読み取っています）',
  },
  en: {
    near: 'Addresses on record that look alike',
    moreNear: (count: number) => `and ${count} more: ask for the address once more`,
    nearIncomplete: 'Not all look-alikes could be read in time: asking again may find more.',
    diagnosis: 'Diagnosis',
    evidence: 'Evidence',
    verdict: 'Verdict',
    timeline: 'Timeline (Japan time)',
    desk: 'For the support desk',
    customer: 'Text to send the customer',
    proposal: 'Waiting proposal',
    state: 'State',
    open: 'open',
    rule: 'rule',
    removals: 'Earlier removals',
    at: 'when',
    what: 'what',
    missed: 'Mails that were not sent (message id, sent at)',
    noneMissed: 'No mail is on record that was not sent.',
    unreadable: (count: number) =>
      `${count} item(s) on record of this address cannot be read by this version and are left out.`,
    see: 'more: --text (letter)  --evidence (and missed mails)  --timeline  --all',
    hidden: (lines: number, all: boolean) =>
      all ? `(${lines} lines before these are left out)` : `(${lines} lines before these: --all shows them)`,
    more: '(There are more events on record: read were complaints, what lies around the listing, and the newest.)',
  },
} as const;

/** Lines of the timeline shown; `--all` shows every one. */
const TIMELINE_LINES = 20;

/** Characters of the other side's own words shown; SES's explain themselves at length. `--all` shows every one. */
const DETAIL_LENGTH = 80;

/** What is shown below the three lines of the answer. */
interface Shown {
  readonly text?: boolean;
  readonly evidence?: boolean;
  readonly timeline?: boolean;
  readonly all?: boolean;
  /** Addresses in full in what servers said. */
  readonly unmasked?: boolean;
}

/** `todoku lookup ADDRESS`: why mail to this person did not arrive, and what to tell them. Exit code 3: not listed. */
export function lookupCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .argument('<address>')
    .option('--text')
    .option('--evidence')
    .option('--timeline')
    .option('--all')
    .option('--unmasked')
    .option('--sender-domain <domain>')
    .option('--shop-name <name>')
    .addOption(new Option('--provider <provider>').choices(PROVIDER_IDS))
    .action(
      async (
        address: string,
        options: Shown & { senderDomain?: string; shopName?: string; provider?: ProviderId },
        self: Command,
      ) => {
        const context = contextOf(self, session);
        const answer = await context.invoke(lookupContract, {
          address: addressTyped(address, context),
          ...(options.senderDomain && { senderDomain: options.senderDomain }),
          ...(options.shopName && { shopName: options.shopName }),
          ...(options.provider && { provider: options.provider }),
          ...(options.unmasked && { unmasked: true }),
        });
        if (context.options.json) context.printJson(answer);
        else await printPaged(answerLines(answer, context, options).join('\n'), context);
        if (answer.listing.state === 'not-listed') context.endWith(3);
        // Also for a word of another version: that the address is listed was not said.
        else if (answer.listing.state !== 'listed') context.endWith(2);
      },
    );
}

/** State, cause and next step in three lines, what an operator must not miss, and the parts that were asked for. */
function answerLines(answer: LookupAnswer, context: CliContext, shown: Shown): readonly string[] {
  const { language, colors } = context;
  const label = LABELS[language];
  const { all = false } = shown;
  const approve = answer.proposalId && followUp(`approve ${answer.proposalId}`, context);
  const headline = headlineLines(answer, context);
  const first = [
    ...headline,
    '',
    colors.bold(stripControls(answer.address)),
    ...incidentLines(answer, context),
    ...(answer.notes ?? []).map(({ says }) => readable(`* ${stripControls(says[language])}`, context)),
    ...(answer.unreadable ? [colors.yellow(label.unreadable(answer.unreadable.count))] : []),
    ...nearLines(answer, context),
    ...(approve && !headline.some((line) => line.includes(approve)) ? [`${label.proposal}  ${approve}`] : []),
  ];
  const { text = all, evidence = all, timeline = all } = shown;
  return [
    ...first,
    ...(evidence ? evidenceLines(answer, context, all) : []),
    ...(timeline ? timelineLines(answer, context, shown) : []),
    ...(text ? letterLines(answer, context) : []),
    ...(text || evidence || timeline ? [] : [colors.dim(label.see)]),
  ];
}

/** A text for people, within 80 columns. */
function readable(text: string, { columns }: Pick<CliContext, 'columns'>): string {
  return paragraph(text, columns());
}

/** A line of the headline is less than so many columns. */
const HEADLINE_COLUMNS = 80;

/** The three lines; the command of the next step after them as it is to be typed, on a line of its own where it is long. */
function headlineLines(answer: LookupAnswer, context: CliContext): readonly string[] {
  const { language } = context;
  const lines = (answer.headline?.[language] ?? [answer.summary[language]]).map(stripControls);
  const command = commandOf(answer, context);
  if (command === undefined) return lines;
  const together = `${lines.at(-1)}${language === 'ja' ? '：' : ': '}${command}`;
  return displayWidth(together) < HEADLINE_COLUMNS
    ? [...lines.slice(0, -1), together]
    : [...lines, `  ${command}`];
}

/** The command of the next step, for the deployment that was asked. */
function commandOf({ command }: LookupAnswer, context: CliContext): string | undefined {
  const words = command?.[context.language];
  return words === undefined ? undefined : followUp(stripControls(words).replace(/^todoku /, ''), context);
}

/** That the mail was refused, or put off, as many others were. */
function incidentLines({ incident }: LookupAnswer, context: CliContext): readonly string[] {
  if (incident === undefined) return [];
  const at = formatInTokyo(incident.from);
  const see = followUp(
    incident.id ? `incidents ${stripControls(incident.id)}` : 'incidents --days 30',
    context,
  );
  return [
    context.language === 'ja' ? `* 一斉拒否の一部（${at}）：${see}` : `* part of an incident, ${at}: ${see}`,
  ];
}

/** Why todoku thinks so, the oldest first; what each weighs only where everything is asked for. */
function evidenceLines(answer: LookupAnswer, context: CliContext, all: boolean): readonly string[] {
  const { language } = context;
  const label = LABELS[language];
  const { diagnosis, verdict, missedMails } = answer;
  const carrier = diagnosis.carrier === undefined ? undefined : carrierLabel(diagnosis.carrier, language);
  const named = [diagnosisLabel(diagnosis, language), carrier, `${label.rule}: ${diagnosis.rule}`];
  const weightOf = (weight: number) =>
    (weight === 0 ? '  ' : weight > 0 ? `+${weight}` : String(weight)).padStart(4);
  const evidence = inOrderOfTime(diagnosis.evidence).map(({ weight, at, text }) =>
    readable(
      [
        ...(all ? [weightOf(weight)] : []),
        ...(at ? [formatInTokyo(at)] : []),
        stripControls(text[language]),
      ].join('  '),
      context,
    ),
  );
  const removals = answer.removals.map((removal) => {
    const outcome = removal.outcome && outcomeLabel(removal.outcome, language);
    return `${formatInTokyo(removal.at)}  ${stripControls(removal.by)}  ${removal.rule}  → ${outcome ?? label.open}`;
  });
  const missed = missedMails?.map(
    ({ messageId, sentAt }) => `${stripControls(messageId)}  ${formatInTokyo(sentAt)}`,
  );
  return [
    ...section(label.diagnosis, [readable(named.filter(Boolean).join('  '), context)], context),
    ...section(label.evidence, evidence, context),
    ...section(
      label.verdict,
      verdict
        ? [
            readable(
              `${verdictLabel(verdict, language)}: ${stripControls(verdict.because[language])}`,
              context,
            ),
          ]
        : [],
      context,
    ),
    ...section(label.state, answer.caseState ? [stateLabel(answer.caseState, language)] : [], context),
    ...section(label.removals, removals, context),
    ...section(label.missed, missed?.length === 0 ? [label.noneMissed] : (missed ?? []), context),
  ];
}

function timelineLines(
  answer: LookupAnswer,
  context: CliContext,
  { all = false, unmasked }: Shown,
): readonly string[] {
  const { language, colors } = context;
  const label = LABELS[language];
  if (answer.timeline.length === 0) return [];
  const shown = all ? answer.timeline : answer.timeline.slice(-TIMELINE_LINES);
  const drawn = table(
    context,
    [label.at, label.what],
    shown.map((entry) => [
      formatInTokyo(entry.at),
      entry.detail
        ? `${entry.text[language]}\u2003${shortened(unmasked ? entry.detail : maskAddressesIn(entry.detail), all)}`
        : entry.text[language],
    ]),
  );
  const hidden = (answer.earlier ?? 0) + answer.timeline.length - shown.length;
  return [
    ...section(label.timeline, [drawn], context),
    ...(hidden > 0 ? [colors.dim(label.hidden(hidden, all))] : []),
    ...(answer.more ? [colors.dim(label.more)] : []),
  ];
}

function letterLines(answer: LookupAnswer, context: CliContext): readonly string[] {
  const { language } = context;
  const label = LABELS[language];
  const { toDesk, toCustomer, unset = [] } = answer.advice[language];
  const command = commandOf(answer, context);
  const bare = answer.command?.[language];
  const desk =
    command === undefined || bare === undefined
      ? toDesk[language]
      : toDesk[language].replaceAll(bare, () => command);
  const lines = (...texts: readonly string[]) => texts.map((text) => readable(text, context));
  return [
    ...section(label.desk, lines(desk, ...unset.map((text) => stripControls(text[language]))), context),
    ...section(label.customer, lines(toCustomer.subject, '', toCustomer.body), context),
  ];
}

/** Lines below a heading; none where there is nothing to say. */
function section(
  heading: string,
  lines: readonly string[],
  { colors }: Pick<CliContext, 'colors'>,
): readonly string[] {
  return lines.length === 0 ? [] : ['', colors.bold(heading), ...lines];
}

/** What may have been meant; the operator goes on with one by asking for it, and with nothing else. */
function nearLines({ near }: LookupAnswer, context: CliContext): readonly string[] {
  if (near === undefined) return [];
  const { language, colors } = context;
  const label = LABELS[language];
  const matches = near.matches.flatMap(({ address, text }) => [
    `${stripControls(address)}  ${stripControls(text[language])}`,
    `  ${followUp(`lookup ${shellWord(address)}`, context)}`,
  ]);
  return [
    ...(matches.length > 0
      ? ['', colors.bold(label.near), colors.yellow(readable(near.warning[language], context)), ...matches]
      : []),
    ...(matches.length > 0 && near.more ? [label.moreNear(near.more)] : []),
    ...(near.incomplete ? [colors.yellow(label.nearIncomplete)] : []),
  ];
}

/** What happened, oldest first, then what is so at any time. */
function inOrderOfTime<Each extends { readonly at?: string | undefined }>(
  evidence: readonly Each[],
): readonly Each[] {
  const dated = evidence.filter(({ at }) => at !== undefined);
  const others = evidence.filter(({ at }) => at === undefined);
  return [...dated.toSorted((a, b) => byCodeUnits(a.at ?? '', b.at ?? '')), ...others];
}

function shortened(detail: string, all: boolean): string {
  const letters = [...detail];
  return all || letters.length <= DETAIL_LENGTH ? detail : `${letters.slice(0, DETAIL_LENGTH).join('')}…`;
}
