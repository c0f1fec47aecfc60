import { type Command, InvalidArgumentError } from 'commander';
import { type RepliesAnswer, repliesContract } from '../../lib/contracts/replies.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { withCommonOptions } from '../command.ts';
import { contextOf } from '../context.ts';
import type { Session, View } from '../session.ts';
import { table } from '../table.ts';

/** `todoku replies`: carriers' replies that no rule reads yet. */
export function repliesCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--days <count>', 'days back from today', wholeNumber, 90)
    .action(async (options: { days: number }, self: Command) => {
      const context = contextOf(self, session);
      const answer = await context.invoke(repliesContract, { days: options.days });
      if (context.options.json) return context.printJson(answer);
      for (const line of linesOf(answer, context)) context.print(line);
    });
}

function wholeNumber(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 730) throw new InvalidArgumentError('1 to 730');
  return days;
}

function linesOf(answer: RepliesAnswer, view: View): string[] {
  const japanese = view.language === 'ja';
  const { days, bounces, known, withoutText, texts, otherReplies } = answer;
  const lines = [
    japanese
      ? `直近${days}日間の携帯会社からの不達${bounces}件：専用の規則で読めたもの${known}件、応答の文言がないもの${withoutText}件、まだ規則のない文言${texts}種類。`
      : `${bounces} bounces at mobile carriers in ${days} days: ${known} read by the carrier's own rules, ${withoutText} without words, ${texts} texts without a rule.`,
  ];
  if (answer.replies.length === 0) return lines;
  lines.push(
    table(
      view,
      japanese
        ? ['携帯会社', '応答の文言', '件数', '宛先', 'ステータス', '初回', '最終', '仮に読んだ規則']
        : ['carrier', 'reply', 'count', 'people', 'status', 'first seen', 'last seen', 'read for now by'],
      answer.replies.map((each) => [
        each.carrier,
        each.text,
        String(each.count),
        `${each.recipients}${each.recipientsCapped ? '+' : ''}`,
        each.status ?? '-',
        formatInTokyo(each.first),
        formatInTokyo(each.last),
        each.rule,
      ]),
    ),
  );
  if (otherReplies > 0) {
    lines.push(
      japanese
        ? `ほかの文言の応答が${otherReplies}件あります（種類が多すぎるため、区別していません）。`
        : `${otherReplies} further replies with other texts are not told apart: there are too many.`,
    );
  }
  lines.push(
    japanese
      ? '件数の多い文言は、新しい規則の手がかりです。宛先やメールの番号は伏せてあるので、そのまま開発元にお知らせください。'
      : 'A text that comes often is worth a rule. Addresses and ids are taken out: please report it as it stands.',
  );
  return lines;
}
