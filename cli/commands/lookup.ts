import type { Command } from 'commander';
import { maskAddressesIn, stripControls } from '../../lib/address.ts';
import type { LookupAnswer } from '../../lib/operations/lookup.ts';
import type { Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { command, contextOf } from '../command.ts';
import { colors, print, printJson, table } from '../output.ts';

const LABELS = {
  ja: {
    diagnosis: '診断',
    evidence: '根拠',
    verdict: '判定',
    timeline: '経緯（日本時間）',
    desk: '窓口向けメモ',
    customer: 'お客様にお送りする文面',
    proposal: '承認待ちの提案',
    removals: '過去の解除',
    at: '日時',
    what: '内容',
  },
  en: {
    diagnosis: 'Diagnosis',
    evidence: 'Evidence',
    verdict: 'Verdict',
    timeline: 'Timeline (Japan time)',
    desk: 'For the support desk',
    customer: 'Text to send the customer',
    proposal: 'Waiting proposal',
    removals: 'Earlier removals',
    at: 'when',
    what: 'what',
  },
} as const;

/** Lines of the timeline shown; `--all` shows every one. */
const TIMELINE_LINES = 20;

/** `todoku lookup ADDRESS`: why mail to this person did not arrive, and what to tell them. Exit code 3: not listed. */
export function lookupCommand(): Command {
  return command('lookup', 'why mail to an address did not arrive, and what to tell its owner')
    .argument('<address>', 'the recipient')
    .option('--sender-domain <domain>', "the shop's sending domain, when no recorded mail names it")
    .option('--shop-name <name>', "the shop's name for the text to the customer")
    .option('--all', 'show the whole timeline')
    .action(
      async (
        address: string,
        options: { senderDomain?: string; shopName?: string; all?: boolean },
        self: Command,
      ) => {
        const context = contextOf(self);
        // The function validated its input and built this answer; its shape is ours.
        const answer = (await context.invoke('lookup', {
          address,
          ...(options.senderDomain && { senderDomain: options.senderDomain }),
          ...(options.shopName && { shopName: options.shopName }),
        })) as LookupAnswer;
        if (context.options.json) printJson(answer);
        else printAnswer(answer, context.language, options.all ?? false);
        if (answer.listing.state === 'not-listed') process.exitCode = 3;
        if (answer.listing.state === 'unknown') process.exitCode = 2;
      },
    );
}

function printAnswer(answer: LookupAnswer, language: Language, all: boolean): void {
  const label = LABELS[language];
  const heading = (text: string) => print(`\n${colors.bold(text)}`);
  print(colors.bold(stripControls(answer.address)));
  print(stripControls(answer.summary[language]));

  const { diagnosis, verdict } = answer;
  heading(label.diagnosis);
  print(`${diagnosis.reason} / ${diagnosis.confidence} / ${diagnosis.carrier ?? '-'}  (${diagnosis.rule})`);
  if (diagnosis.evidence.length > 0) {
    heading(label.evidence);
    for (const each of diagnosis.evidence) {
      const weight = each.weight === 0 ? '  ' : each.weight > 0 ? `+${each.weight}` : String(each.weight);
      print(
        `${weight.padStart(4)}  ${each.at ? `${formatInTokyo(each.at)}  ` : ''}${stripControls(each.text[language])}`,
      );
    }
  }
  if (verdict) {
    heading(label.verdict);
    print(`${verdict.action} (${verdict.rule}): ${stripControls(verdict.because[language])}`);
  }
  if (answer.proposalId) {
    heading(label.proposal);
    print(`${answer.proposalId}   todoku approve ${answer.proposalId}`);
  }
  if (answer.removals.length > 0) {
    heading(label.removals);
    for (const removal of answer.removals) {
      print(
        `${formatInTokyo(removal.at)}  ${stripControls(removal.by)}  ${removal.rule}  -> ${removal.outcome ?? '…'}`,
      );
    }
  }
  if (answer.timeline.length > 0) {
    heading(label.timeline);
    const shown = all ? answer.timeline : answer.timeline.slice(-TIMELINE_LINES);
    print(
      table(
        [label.at, label.what],
        shown.map((entry) => [
          formatInTokyo(entry.at),
          entry.detail
            ? `${entry.text[language]}\u2003${maskAddressesIn(entry.detail)}`
            : entry.text[language],
        ]),
      ),
    );
  }
  const advice = answer.advice[language];
  heading(label.desk);
  print(advice.toDesk[language]);
  heading(label.customer);
  print(advice.toCustomer.subject);
  print('');
  print(advice.toCustomer.body);
}
