import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { type RepliesAnswer, repliesContract } from '../../lib/contracts/replies.ts';
import { carrierLabel } from '../../lib/guidance/wording/labels.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { daysBack } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import { jsonText } from '../output.ts';
import type { NamedFile, Session, View } from '../session.ts';
import { table } from '../table.ts';

/** `todoku replies`: carriers' replies that no rule reads yet. */
export function repliesCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .addOption(new Option('--days <count>').argParser(daysBack).default(90))
    .option('--share <file>')
    .action(async (options: { days: number; share?: string }, self: Command) => {
      const context = contextOf(self, session);
      const answer = await context.invoke(repliesContract, { days: options.days });
      if (options.share !== undefined) {
        await share(answer, session.file(options.share));
        if (!context.options.json) context.print(sharedLine(answer, options.share, context));
      }
      if (context.options.json) return context.printJson(answer);
      for (const line of linesOf(answer, context)) context.print(line);
    });
}

/**
 * Writes the texts as samples, a JSON object a line, under the names that `npm run evaluate` reads. Neither recipients
 * nor days: how many people and which months are enough to weigh a text.
 *
 * @throws {CliError} when the file is there already, or cannot be written.
 */
async function share(answer: RepliesAnswer, file: NamedFile): Promise<void> {
  const lines = answer.replies.map((each) =>
    jsonText({
      carrier: each.carrier,
      diagnosticCode: each.text,
      enhancedStatus: each.status ?? null,
      count: each.count,
      people: each.recipients,
      from: each.first.slice(0, 7),
      until: each.last.slice(0, 7),
      readBy: each.rule,
    }),
  );
  try {
    await writeFile(file.path, lines.map((line) => `${line}\n`).join(''), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const name = stripControls(file.name);
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw new CliError(
      exists
        ? {
            ja: `${name} はすでにあります。上書きしません。別の名前を指定してください。`,
            en: `${name} is there already and is not overwritten: name another file`,
          }
        : { ja: `${name} に書き込めません。`, en: `cannot write ${name}` },
      { cause, code: exists ? 'file-exists' : 'file-not-written' },
    );
  }
}

function sharedLine(answer: RepliesAnswer, name: string, view: View): string {
  const count = answer.replies.length;
  const shown = stripControls(name);
  return view.language === 'ja'
    ? `${count}種類の文言を ${shown} に書き出しました。宛先・メールの番号・日付は含まれていません。お渡しになる前に、一度ご覧ください。`
    : `Wrote ${count} text(s) to ${shown}, without addresses, ids and days. Have a look before you give it away.`;
}

function linesOf(answer: RepliesAnswer, view: View): string[] {
  const japanese = view.language === 'ja';
  const { days, bounces, known, withoutText, texts, otherReplies } = answer;
  const lines = [
    japanese
      ? `直近${days}日間の携帯会社からの不達${bounces}件：専用のルールで読めたもの${known}件、応答の文言がないもの${withoutText}件、まだルールのない文言${texts}種類。`
      : `${bounces} bounces at mobile carriers in ${days} days: ${known} read by the carrier's own rules, ${withoutText} without words, ${texts} texts without a rule.`,
  ];
  if (answer.replies.length === 0) return lines;
  lines.push(
    table(
      view,
      japanese
        ? ['携帯会社', '応答の文言', '件数', '宛先', 'ステータス', '初回', '最終', '仮に適用したルール']
        : ['carrier', 'reply', 'count', 'people', 'status', 'first seen', 'last seen', 'read for now by'],
      answer.replies.map((each) => [
        carrierLabel(each.carrier, view.language),
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
      ? '件数の多い文言は、新しいルールの手がかりです。宛先やメールの番号は伏せてあるので、そのまま開発元にお知らせください。'
      : 'A text that comes often is worth a rule. Addresses and ids are taken out: please report it as it stands.',
  );
  return lines;
}
