import { type Command, Option } from 'commander';
import { maskAddressesIn, stripControls } from '../../lib/address.ts';
import { carrierById } from '../../lib/classification/carriers.ts';
import { type LookupAnswer, lookupContract } from '../../lib/contracts/lookup.ts';
import {
  diagnosisLabel,
  outcomeLabel,
  stateLabel,
  verdictLabel,
  withCode,
} from '../../lib/guidance/wording/labels.ts';
import { PROVIDER_IDS, type ProviderId } from '../../lib/provider-id.ts';
import { shellWord } from '../../lib/shell-word.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { bareAddress } from '../arguments.ts';
import { withCommonOptions, withExitCodes } from '../command.ts';
import { type CliContext, contextOf, followUp } from '../context.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

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
    hidden: (lines: number, all: boolean) =>
      all ? `(${lines} lines before these are left out)` : `(${lines} lines before these: --all shows them)`,
    more: '(There are more events on record: read were complaints, what lies around the listing, and the newest.)',
  },
} as const;

/** Lines of the timeline shown; `--all` shows every one. */
const TIMELINE_LINES = 20;

/** Characters of the other side's own words shown; SES's explain themselves at length. `--all` shows every one. */
const DETAIL_LENGTH = 80;

/** `todoku lookup ADDRESS`: why mail to this person did not arrive, and what to tell them. Exit code 3: not listed. */
export function lookupCommand(made: Command, session: Session): Command {
  withCommonOptions(made)
    .argument('<address>', 'the recipient')
    .option('--sender-domain <domain>', "the shop's sending domain, when no recorded mail names it")
    .option('--shop-name <name>', "the shop's name for the text to the customer")
    .addOption(
      new Option(
        '--provider <provider>',
        'the network the customer is on: the address may have been kept',
      ).choices(PROVIDER_IDS),
    )
    .option(
      '--all',
      'show the whole timeline, what servers said in full, and what each piece of evidence weighs',
    )
    .action(
      async (
        address: string,
        options: { senderDomain?: string; shopName?: string; provider?: ProviderId; all?: boolean },
        self: Command,
      ) => {
        const context = contextOf(self, session);
        const answer = await context.invoke(lookupContract, {
          address: bareAddress(address, context),
          ...(options.senderDomain && { senderDomain: options.senderDomain }),
          ...(options.shopName && { shopName: options.shopName }),
          ...(options.provider && { provider: options.provider }),
        });
        if (context.options.json) context.printJson(answer);
        else printAnswer(answer, context, options.all ?? false);
        if (answer.listing.state === 'not-listed') context.endWith(3);
        // Also for a word of another version: that the address is listed was not said.
        else if (answer.listing.state !== 'listed') context.endWith(2);
      },
    );
  return withExitCodes(made, {
    1: 'the question could not be asked: no address, no such deployment',
    2: 'SES could not be asked whether the address is listed',
    3: 'the address is not on the suppression list',
  });
}

function printAnswer(answer: LookupAnswer, context: CliContext, all: boolean): void {
  const { language, print, colors } = context;
  const label = LABELS[language];
  const heading = (text: string) => print(`\n${colors.bold(text)}`);
  // The answer first: state, cause, next step.
  for (const line of answer.headline?.[language] ?? [answer.summary[language]]) print(stripControls(line));
  print(`\n${colors.bold(stripControls(answer.address))}`);
  for (const { says } of answer.notes ?? []) print(`* ${stripControls(says[language])}`);
  printNear(answer, context);

  const { diagnosis, verdict } = answer;
  heading(label.diagnosis);
  const carrier =
    diagnosis.carrier === undefined ? undefined : carrierById(diagnosis.carrier)?.name[language];
  print(
    [diagnosisLabel(diagnosis, language), carrier ?? diagnosis.carrier, `${label.rule}: ${diagnosis.rule}`]
      .filter(Boolean)
      .join('  '),
  );
  if (diagnosis.evidence.length > 0) {
    heading(label.evidence);
    for (const { at, weight, text } of inOrderOfTime(diagnosis.evidence)) {
      const weighed = all
        ? `${(weight > 0 ? `+${weight}` : weight === 0 ? '' : String(weight)).padStart(4)}  `
        : '';
      print(`${weighed}${at ? `${formatInTokyo(at)}  ` : ''}${stripControls(text[language])}`);
    }
  }
  if (verdict) {
    heading(label.verdict);
    print(`${verdictLabel(verdict, language)}: ${stripControls(verdict.because[language])}`);
  }
  if (answer.caseState) {
    heading(label.state);
    print(withCode(stateLabel(answer.caseState, language), answer.caseState, language));
  }
  if (answer.proposalId) {
    heading(label.proposal);
    print(`${answer.proposalId}   ${followUp(`approve ${answer.proposalId}`, context.options)}`);
  }
  if (answer.removals.length > 0) {
    heading(label.removals);
    for (const removal of answer.removals) {
      const outcome =
        removal.outcome && withCode(outcomeLabel(removal.outcome, language), removal.outcome, language);
      print(
        `${formatInTokyo(removal.at)}  ${stripControls(removal.by)}  ${removal.rule}  → ${outcome ?? label.open}`,
      );
    }
  }
  if (answer.timeline.length > 0) {
    heading(label.timeline);
    const shown = all ? answer.timeline : answer.timeline.slice(-TIMELINE_LINES);
    print(
      table(
        context,
        [label.at, label.what],
        shown.map((entry) => [
          formatInTokyo(entry.at),
          entry.detail
            ? `${entry.text[language]}\u2003${shortened(maskAddressesIn(entry.detail), all)}`
            : entry.text[language],
        ]),
      ),
    );
    const hidden = (answer.earlier ?? 0) + answer.timeline.length - shown.length;
    if (hidden > 0) print(colors.dim(label.hidden(hidden, all)));
    if (answer.more) print(colors.dim(label.more));
  }
  const advice = answer.advice[language];
  heading(label.desk);
  print(advice.toDesk[language]);
  for (const text of advice.unset ?? []) print(stripControls(text[language]));
  heading(label.customer);
  print(advice.toCustomer.subject);
  print('');
  print(advice.toCustomer.body);
}

/** What may have been meant; the operator goes on with one by asking for it, and with nothing else. */
function printNear({ near }: LookupAnswer, { language, print, colors, options }: CliContext): void {
  if (near === undefined) return;
  const label = LABELS[language];
  if (near.matches.length > 0) {
    print(`\n${colors.bold(label.near)}`);
    print(colors.yellow(near.warning[language]));
    for (const { address, text } of near.matches) {
      print(`${stripControls(address)}  ${stripControls(text[language])}`);
      print(`  ${followUp(`lookup ${shellWord(address)}`, options)}`);
    }
    if (near.more) print(label.moreNear(near.more));
  }
  if (near.incomplete) print(colors.yellow(label.nearIncomplete));
}

/** What happened, oldest first, then what is so at any time. */
function inOrderOfTime<Each extends { readonly at?: string | undefined }>(
  evidence: readonly Each[],
): readonly Each[] {
  const dated = evidence.filter(({ at }) => at !== undefined);
  const others = evidence.filter(({ at }) => at === undefined);
  return [...dated.toSorted((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1)), ...others];
}

function shortened(detail: string, all: boolean): string {
  const letters = [...detail];
  return all || letters.length <= DETAIL_LENGTH ? detail : `${letters.slice(0, DETAIL_LENGTH).join('')}…`;
}
