import { type Command, Option } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { diagnosisLabel } from '../../lib/guidance/wording/labels.ts';
import { shellWord } from '../../lib/shell-word.ts';
import type { Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import {
  isNarrowed,
  ordered,
  type Proposal,
  type ProposalFilter,
  type Totals,
  totalsOf,
  waitingProposals,
} from '../../lib/waiting-proposals.ts';
import { wholeNumber } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { type CliContext, contextOf, followUp } from '../context.ts';
import { printPaged } from '../pager.ts';
import { askingOf, carrierName, narrowed, withFilter } from '../proposals/waiting.ts';
import type { Session } from '../session.ts';
import { type Column, table } from '../table.ts';

/** `todoku proposals`: what waits for an operator. */
export function proposalsCommand(made: Command, session: Session): Command {
  return withFilter(withCommonOptions(made))
    .addOption(new Option('--limit <count>').argParser(wholeNumber).default(50))
    .option('--next <token>')
    .action(async (options: ProposalFilter & { limit: number; next?: string }, self: Command) => {
      const context = contextOf(self, session);
      const { limit, next } = options;
      // Programs read page by page, unless they narrow.
      const most = context.options.json && !isNarrowed(options) ? limit : undefined;
      const read = await waitingProposals(askingOf(context), { next, ...(most && { most }) });
      const asked = ordered(narrowed(read, options), 'missed');
      const totals = totalsOf(asked);
      if (context.options.json) {
        return context.printJson({ ...read, proposals: asked, totals });
      }
      const again = (...words: string[]) =>
        followUp(['proposals', ...wordsOf(options), ...words].join(' '), context);
      const lines = [
        ...(asked.length > 0
          ? [table(context, COLUMNS[context.language], rowsOf(asked, limit, context))]
          : []),
        ...totalLines(totals, read.next !== undefined, context.language).map(context.fold),
        ...(asked.length > limit ? [again(`--limit ${asked.length}`)] : []),
        ...(read.next ? [again(`--next ${shellWord(read.next)}`)] : []),
        ...decidingLines(asked, options, context),
      ];
      await printPaged(lines.join('\n'), context);
    });
}

/** How to go on: the first proposal decided by its id, and those that are shown decided together where they are narrowed. */
function decidingLines(
  asked: readonly Proposal[],
  filter: ProposalFilter,
  context: CliContext,
): readonly string[] {
  const id = asked.find(({ proposalId }) => proposalId !== undefined)?.proposalId;
  if (id === undefined) return [];
  const words = DECIDING[context.language];
  const together = isNarrowed(filter) && asked.length > 1;
  return [
    '',
    words.one,
    `  ${followUp(`approve ${stripControls(id)}`, context)}`,
    `  ${followUp(`reject ${stripControls(id)}`, context)}`,
    ...(together
      ? [words.together, `  ${followUp(['approve', ...wordsOf(filter)].join(' '), context)}`]
      : []),
  ];
}

const DECIDING = {
  ja: {
    one: '1件ずつ決めるには（番号を指定。例は先頭の提案）：',
    together: '条件に合う提案をまとめて承認するには：',
  },
  en: { one: 'To decide one by its id (here the first):', together: 'To approve all of these together:' },
} as const;

/** The options of a filter as they are typed. */
function wordsOf({ carrier, rule, customer }: ProposalFilter): string[] {
  return [
    ...(carrier === undefined ? [] : [`--carrier=${shellWord(carrier)}`]),
    ...(rule === undefined ? [] : [`--rule=${shellWord(rule)}`]),
    ...(customer === undefined ? [] : [`--customer ${customer}`]),
  ];
}

/**
 * Two lines a proposal, so that all that helps to decide fits 80 columns; why todoku proposes it is what a narrow terminal
 * leaves out.
 */
const COLUMNS: Readonly<Record<Language, readonly Column[]>> = {
  ja: [
    '宛先\n番号',
    '未送信\n最後',
    '会員登録\n最終利用',
    '以前の到達\n携帯会社',
    { name: '診断\nルール', drop: 1 },
    { name: '登録日時', drop: 0 },
  ],
  en: [
    'address\nid',
    'missed\nlast',
    'customer\nlast order',
    'delivered\ncarrier',
    { name: 'diagnosis\nrule', drop: 1 },
    { name: 'listed', drop: 0 },
  ],
};

function rowsOf(proposals: readonly Proposal[], limit: number, { language }: Pick<CliContext, 'language'>) {
  const day = (moment: string | undefined) =>
    moment === undefined ? '-' : formatInTokyo(moment).slice(0, 10);
  return proposals
    .slice(0, limit)
    .map(
      ({
        proposalId = '',
        spelling,
        missed,
        memberSince,
        lastSeen,
        reachedAt,
        diagnosis,
        rule,
        listedAt,
      }) => [
        [spelling, proposalId],
        [missed === undefined ? '?' : `${missed.count}${missed.atLeast ? '+' : ''}`, day(missed?.last)],
        [day(memberSince), day(lastSeen)],
        [day(reachedAt), carrierName(diagnosis.carrier, language)],
        [diagnosisLabel(diagnosis, language), rule],
        formatInTokyo(listedAt),
      ],
    );
}

function totalLines(
  { waiting, carriers, customers, missed }: Totals,
  isMore: boolean,
  language: Language,
): readonly string[] {
  const number = (value: number) => value.toLocaleString('en-US');
  if (waiting === 0) return [language === 'ja' ? '承認待ちの提案はありません。' : 'No proposal is waiting.'];
  const atLeast = isMore ? '+' : '';
  const by = Object.entries(carriers)
    .map(
      ([carrier, count]) =>
        `${carrier === '-' ? OTHERS[language] : carrierName(carrier, language)} ${number(count)}`,
    )
    .join(language === 'ja' ? '、' : ', ');
  const [whose, what] =
    language === 'ja'
      ? [
          `承認待ち：${number(waiting)}件${atLeast}（${by}）`,
          `会員：${number(customers)}件　未送信：${number(missed)}通`,
        ]
      : [
          `waiting: ${number(waiting)}${atLeast} (${by})`,
          `customers: ${number(customers)}  mails missed: ${number(missed)}`,
        ];
  return [stripControls(whose), what];
}

const OTHERS = { ja: 'その他', en: 'others' } as const;
