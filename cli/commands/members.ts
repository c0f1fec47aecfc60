import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { stripControls } from '../../lib/address.ts';
import { putMembersContract, removeMemberContract, showMemberContract } from '../../lib/contracts/members.ts';
import { isNoDate, readDate } from '../../lib/operations/member-dates.ts';
import { LONGEST_SOURCE, REJECTION_TEXTS, rejectionText } from '../../lib/operations/members.ts';
import type { Bilingual } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { wrongFields } from '../../lib/wrong-fields.ts';
import { addressTyped } from '../arguments.ts';
import { command } from '../command.ts';
import { contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import type { MembersImportJson } from '../json-answers.ts';
import { findColumns } from '../members/columns.ts';
import { detectEncoding, ENCODINGS, type Encoding } from '../members/encoding.ts';
import { type ImportSummary, importMembers } from '../members/import.ts';
import { RejectsFile } from '../members/rejects.ts';
import { type CsvRow, openCsv } from '../members/rows.ts';
import { whoRuns } from '../operator.ts';
import { startProgress } from '../progress.ts';
import type { Session, View } from '../session.ts';

/** Refused rows named on the terminal when no rejects file was asked for. */
const REJECTS_SHOWN = 10;

/** `todoku members …`: the shop's customers, as evidence that a mailbox exists. */
export function membersCommand(made: Command, session: Session): Command {
  return made
    .addCommand(importCommand(session))
    .addCommand(addCommand(session))
    .addCommand(removeCommand(session))
    .addCommand(showCommand(session));
}

const importOptionsSchema = z.object({
  addressColumn: z.string().optional(),
  sinceColumn: z.string().optional(),
  lastSeenColumn: z.string().optional(),
  source: z.string().trim().min(1).max(LONGEST_SOURCE).optional(),
  rejects: z.string().optional(),
  encoding: z.enum(ENCODINGS).optional(),
  dryRun: z.boolean().default(false),
});

/** Exit codes: 1 when rows were refused, 2 when the import stopped before the end. */
function importCommand(session: Session): Command {
  const made = command('import');
  return made
    .argument('<file>')
    .option('--address-column <name>')
    .option('--since-column <name>')
    .option('--last-seen-column <name>')
    .option('--source <text>')
    .option('--rejects <file>')
    .addOption(new Option('--encoding <name>').choices(ENCODINGS))
    .option('--dry-run')
    .action(async (named: string, given: unknown, self: Command) => {
      const context = contextOf(self, session);
      const parsed = importOptionsSchema.safeParse(given);
      if (!parsed.success) throw new CliError(wrongFields(parsed.error, given));
      const options = parsed.data;
      const { language, printError } = context;
      const file = context.file(named);
      const encoding: Encoding = options.encoding ?? (await detectEncoding(file));
      const csv = await openCsv(file, encoding);
      const rows = csv.rows[Symbol.asyncIterator]();
      const first = await rows.next();
      if (first.done)
        throw new CliError({
          ja: `${stripControls(named)} は空です。`,
          en: `${stripControls(named)} is empty`,
        });
      const header = first.value.cells;
      const columns = findColumns(header, {
        ...(options.addressColumn !== undefined && { address: options.addressColumn }),
        ...(options.sinceColumn !== undefined && { since: options.sinceColumn }),
        ...(options.lastSeenColumn !== undefined && { lastSeen: options.lastSeenColumn }),
      });
      if (columns.since.length === 0) printError(UNDATED_FILE[language]);

      const rejects = options.rejects
        ? await RejectsFile.create(context.file(options.rejects), file, header, language)
        : undefined;
      const shown: string[] = [];
      const progress = startProgress({
        label: options.dryRun ? { ja: '確認中', en: 'checking' } : { ja: '取り込み中', en: 'importing' },
        unit: { ja: '行', en: 'rows' },
        language,
        total: csv.size,
        stream: context.io.stderr,
      });
      let summary: ImportSummary;
      try {
        summary = await importMembers(
          { [Symbol.asyncIterator]: () => rows },
          { ...columns, headings: header.length },
          options.source ?? stripControls(basename(named)).slice(0, LONGEST_SOURCE),
          {
            ...(!options.dryRun && { invoke: context.invoke }),
            now: context.io.now,
            progress: (count) => progress.update(csv.bytesRead(), count),
            reject: async (row: CsvRow, why: Bilingual) => {
              if (rejects) await rejects.add(row.line, why[language], row.cells);
              else if (shown.length < REJECTS_SHOWN)
                shown.push(rejectLine(row.line, why[language], language));
            },
          },
        );
        await rejects?.close(summary.rejected);
      } finally {
        progress.end();
      }

      const rejectsFile = options.rejects !== undefined && summary.rejected > 0 ? options.rejects : undefined;
      if (context.options.json) {
        context.printJson({
          file: named,
          encoding,
          dryRun: options.dryRun,
          ...summary,
          ...(rejectsFile && { rejectsFile }),
        } satisfies MembersImportJson);
      } else {
        for (const line of shown) printError(line);
        printSummary(summary, encoding, options.dryRun, rejectsFile, context);
      }
      if (summary.stopped) {
        printError(`todoku: ${STOPPED[language](summary.stopped.line)} ${summary.stopped.text[language]}`);
        context.endWith(2);
      } else if (summary.rejected > 0) context.endWith(1);
    });
}

const UNDATED_FILE: Bilingual = {
  ja: '登録日の列が見つかりません（--since-column で指定できます）。日付のない会員は取り込んだ日からの会員として扱い、それより前の不達に対しては弱い根拠になります。',
  en: 'No column of registration dates was found (name one with --since-column). Customers without a date count from the day of the import: weak evidence for earlier bounces.',
};

const STOPPED = {
  ja: (line: number) =>
    `途中で中断しました。${line}行目以降は取り込まれていない可能性があります。同じファイルをもう一度取り込んでも問題ありません。原因：`,
  en: (line: number) =>
    `stopped: rows from line ${line} on may not be stored. Importing the same file again does no harm. Cause:`,
} as const;

function rejectLine(line: number, why: string, language: 'ja' | 'en'): string {
  return language === 'ja' ? `${line}行目：${why}` : `line ${line}: ${why}`;
}

function printSummary(
  summary: ImportSummary,
  encoding: Encoding,
  dryRun: boolean,
  rejectsFile: string | undefined,
  { language, print, colors }: View,
): void {
  const number = (value: number) => value.toLocaleString('en-US');
  const { rows, stored, rejected, duplicates, undated } = summary;
  const good = dryRun ? rows - rejected : stored;
  const counted = rejected > 0 ? colors.yellow(number(rejected)) : '0';
  if (language === 'ja') {
    print(
      `${number(rows)}行（${encoding}）  ${dryRun ? '取り込める行' : '取り込み'}：${number(good)}  不受理：${counted}`,
    );
    if (duplicates > 0) print(`同じ宛先の重複：${number(duplicates)}行（後の行が残ります）`);
    if (undated > 0) print(`日付のない行：${number(undated)}行（今日からの会員として記録）`);
    if (rejectsFile) print(`不受理の行：${stripControls(rejectsFile)}（直してそのまま取り込めます）`);
    else if (rejected > 0) print('不受理の行をファイルに残すには --rejects FILE を指定してください。');
    return;
  }
  print(
    `${number(rows)} rows (${encoding})  ${dryRun ? 'acceptable' : 'stored'}: ${number(good)}  refused: ${counted}`,
  );
  if (duplicates > 0) print(`addresses given again: ${number(duplicates)} rows (the later row stays)`);
  if (undated > 0) print(`without a date: ${number(undated)} rows (on record as customers from today)`);
  if (rejectsFile) print(`refused rows: ${stripControls(rejectsFile)} (mend them and import that file)`);
  else if (rejected > 0) print('To keep the refused rows, give --rejects FILE.');
}

function addCommand(session: Session): Command {
  return command('add')
    .argument('<address>')
    .option('--since <date>')
    .option('--last-seen <date>')
    .option('--source <text>')
    .action(
      async (
        address: string,
        options: { since?: string; lastSeen?: string; source?: string },
        self: Command,
      ) => {
        const context = contextOf(self, session);
        const { language, print } = context;
        const since = dateOption('--since', options.since);
        const lastSeen = dateOption('--last-seen', options.lastSeen);
        const row = {
          address: addressTyped(address, context),
          source: options.source ?? `by hand: ${await whoRuns(context)}`,
          ...(since && { since }),
          ...(lastSeen && { lastSeen }),
        };
        const answer = await context.invoke(putMembersContract, { put: [row] });
        const [refused] = answer.rejected;
        if (refused) throw new CliError(rejectionText(refused.reason));
        if (context.options.json) return context.printJson({ stored: true });
        print(language === 'ja' ? '会員として記録しました。' : 'Recorded as a customer.');
        if (since === undefined) {
          print(
            language === 'ja'
              ? '日付の指定がないため、今日からの会員として扱います（すでに記録があればその日付のままです）。'
              : 'Without a date the customer counts from today, or from the date already on record.',
          );
        }
      },
    );
}

function dateOption(name: string, text: string | undefined): string | undefined {
  if (text === undefined || isNoDate(text)) return undefined;
  const date = readDate(text);
  if (date === undefined) {
    const why = REJECTION_TEXTS['not-a-date'];
    throw new CliError({ ja: `${name}：${why.ja}`, en: `${name}: ${why.en}` });
  }
  return date;
}

/** Exit code 3: the address was no member. */
function removeCommand(session: Session): Command {
  return command('remove')
    .argument('<address>')
    .action(async (address: string, _options: unknown, self: Command) => {
      const context = contextOf(self, session);
      const { print } = context;
      const answer = await context.invoke(removeMemberContract, { remove: addressTyped(address, context) });
      if (!answer.removed) context.endWith(3);
      if (context.options.json) return context.printJson(answer);
      const japanese = context.language === 'ja';
      if (answer.removed)
        print(japanese ? '会員の記録を削除しました。' : 'No longer recorded as a customer.');
      else print(japanese ? '会員として記録されていません。' : 'Not recorded as a customer.');
    });
}

/** Exit code 3: the address is no member. */
function showCommand(session: Session): Command {
  return command('show')
    .argument('<address>')
    .action(async (address: string, _options: unknown, self: Command) => {
      const context = contextOf(self, session);
      const { print } = context;
      const answer = await context.invoke(showMemberContract, { show: addressTyped(address, context) });
      const { member } = answer;
      if (member === undefined) context.endWith(3);
      if (context.options.json) return context.printJson(answer);
      const japanese = context.language === 'ja';
      if (member === undefined) {
        return print(japanese ? '会員として記録されていません。' : 'Not recorded as a customer.');
      }
      print(context.colors.bold(stripControls(answer.address)));
      print(`${japanese ? '会員になった日' : 'customer since'}  ${formatInTokyo(member.since)}`);
      if (member.lastSeen) {
        print(`${japanese ? '最終利用' : 'last seen'}  ${formatInTokyo(member.lastSeen)}`);
      }
      print(`${japanese ? '出所' : 'source'}  ${stripControls(member.source)}`);
      print(`${japanese ? '記録の期限' : 'kept until'}  ${formatInTokyo(member.expiresAt)}`);
    });
}
