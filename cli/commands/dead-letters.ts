import { type Command, Option } from 'commander';
import { stripControls } from '../../lib/address.ts';
import type { RequestOf } from '../../lib/contracts/contract.ts';
import {
  type LETTER_RESULTS,
  type ListedLetter,
  listDeadLettersContract,
  showDeadLetterContract,
  workDeadLettersContract,
} from '../../lib/contracts/dead-letters.ts';
import { labelOf } from '../../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { wholeNumber } from '../arguments.ts';
import { command } from '../command.ts';
import { by, isToBeDone, mustBeConfirmable } from '../confirm.ts';
import { type CliContext, contextOf, followUp } from '../context.ts';
import { CliError } from '../errors.ts';
import { jsonText } from '../output.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

/** `todoku dead-letters …`: what could not be read or stored, and what becomes of it. */
export function deadLettersCommand(made: Command, session: Session): Command {
  return made
    .addCommand(listCommand(session))
    .addCommand(showCommand(session))
    .addCommand(replayCommand(session))
    .addCommand(parkCommand(session));
}

function listCommand(session: Session): Command {
  return command('list')
    .addOption(new Option('--limit <count>').argParser(wholeNumber).default(50))
    .option('--parked')
    .action(async (options: { limit: number; parked?: boolean }, self: Command) => {
      const context = contextOf(self, session);
      const { limit, parked = false } = options;
      const answer = await context.invoke(listDeadLettersContract, { action: 'list', limit, parked });
      if (context.options.json) return context.printJson(answer);
      const { print, language } = context;
      const japanese = language === 'ja';
      if (answer.letters.length > 0) print(letterTable(answer.letters, context));
      // SQS counts approximately: what was handed out is there.
      const total = Math.max(parked ? answer.parked : answer.waiting, answer.letters.length);
      print(
        japanese
          ? `表示${answer.letters.length}件（全${total}件）`
          : `${answer.letters.length} of ${total} shown`,
      );
      if (!parked && answer.parked > 0) {
        print(
          japanese
            ? `保留中：${answer.parked}件（--parked で表示）`
            : `parked: ${answer.parked} (--parked shows them)`,
        );
      }
    });
}

function letterTable(letters: readonly ListedLetter[], context: CliContext): string {
  const { language } = context;
  return table(
    context,
    language === 'ja'
      ? ['番号', '受付日時', '期限', '経路', 'サイズ', '取り出し回数', '理由']
      : ['id', 'kept', 'expires', 'came by', 'bytes', 'taken', 'reason'],
    letters.map((letter) => [
      letter.id,
      formatInTokyo(letter.since),
      formatInTokyo(letter.expiresAt),
      labelOf(TRANSPORT_LABELS, letter.transport, language),
      String(letter.size),
      String(letter.receives),
      letter.reason ?? (language === 'ja' ? '記録なし' : 'not recorded'),
    ]),
  );
}

/** How a letter came, see lib/events/dead-letter.ts. */
const TRANSPORT_LABELS: Readonly<Record<string, Bilingual>> = {
  lambda: { ja: 'Lambda（処理の失敗）', en: 'Lambda, which gave up' },
  sns: { ja: 'SNS／SQS（未配信・処理の失敗）', en: 'SNS or SQS, which gave up' },
  eventbridge: { ja: 'EventBridge', en: 'EventBridge' },
  bare: { ja: 'ingest（読み取り不可）', en: 'ingest, which could not read it' },
};

function showCommand(session: Session): Command {
  return command('show')
    .argument('<id>')
    .action(async (id: string, _options: unknown, self: Command) => {
      const context = contextOf(self, session);
      const answer = await context.invoke(showDeadLetterContract, { action: 'show', id });
      if (context.options.json) return context.printJson(answer);
      const { body, ...letter } = answer.letter;
      context.print(letterTable([letter], context));
      for (const line of readable(body).split('\n')) context.printWhole(stripControls(line));
    });
}

/** A body with its JSON laid out, if it is any. */
function readable(body: string): string {
  try {
    return jsonText(JSON.parse(body), 2);
  } catch {
    return body;
  }
}

function replayCommand(session: Session): Command {
  return command('replay')
    .argument('[id...]')
    .option('--all')
    .option('--parked')
    .option('--yes')
    .action(
      async (ids: string[], options: { all?: boolean; parked?: boolean; yes?: boolean }, self: Command) => {
        const { all = false, parked = false, yes = false } = options;
        if (ids.length > 0 === all) throw new CliError(EITHER);
        if (parked && !all) throw new CliError(PARKED_WITHOUT_ALL);
        const request = all
          ? ({ action: 'replay-all', parked } as const)
          : ({ action: 'replay', ids } as const);
        const context = contextOf(self, session);
        mustBeConfirmable(yes, context, by('todoku dead-letters list'));
        if (!yes) {
          const count = all ? await lettersIn(parked, context) : ids.length;
          if (!(await isToBeDone(REPLAYS(count), context))) return;
        }
        await work(context, request, `dead-letters replay --all${parked ? ' --parked' : ''}`);
      },
    );
}

/** How many letters wait, or are parked, as SQS counts them: about. */
async function lettersIn(parked: boolean, { invoke }: CliContext): Promise<number> {
  const answer = await invoke(listDeadLettersContract, { action: 'list', limit: 1, parked });
  return Math.max(parked ? answer.parked : answer.waiting, answer.letters.length);
}

const REPLAYS = (count: number): Bilingual => ({
  ja: `${count}件をもう一度 ingest に渡し、記録できたものをキューから削除します。よろしいですか？ [y/N]`,
  en: `Hand ${count} to ingest once more, and delete from the queue what it takes? [y/N]`,
});

const EITHER: Bilingual = {
  ja: '戻すメッセージの番号か --all のどちらか一方を指定してください（番号は todoku dead-letters list で確認できます）。',
  en: 'give either the ids of letters or --all (todoku dead-letters list shows the ids)',
};
const PARKED_WITHOUT_ALL: Bilingual = {
  ja: '--parked は --all と一緒に指定してください。番号で指定する場合は不要です（保留中のものも探します）。',
  en: '--parked goes with --all; letters given by id are found among the parked ones, too',
};

function parkCommand(session: Session): Command {
  return command('park')
    .argument('<id...>')
    .action(async (ids: string[], _options: unknown, self: Command) => {
      await work(contextOf(self, session), { action: 'park', ids }, `dead-letters park ${ids.join(' ')}`);
    });
}

/** What a result is called. */
const RESULT_LABELS: Readonly<Record<(typeof LETTER_RESULTS)[number], Bilingual>> = {
  stored: { ja: '記録しました', en: 'stored' },
  acknowledged: { ja: '確認しました（記録する内容なし）', en: 'acknowledged: it says nothing to be stored' },
  parked: { ja: '保留しました', en: 'parked' },
  'not-deleted': {
    ja: '処理しましたが、元のキューから削除できませんでした（もう一度実行しても問題ありません）',
    en: 'done, but it could not be deleted from its queue: doing it again does no harm',
  },
  unreadable: { ja: '読み取れないため、そのまま残しました', en: 'not readable: it stays' },
  refused: {
    ja: '受信メールの通知のため記録しません（そのまま残しました）',
    en: 'a received mail, which is not recorded: it stays',
  },
  failed: { ja: '失敗したため、そのまま残しました', en: 'failed: it stays' },
  'not-found': { ja: '見つかりません', en: 'not found' },
};

/** Results that are what was asked for; any other makes the exit code 2. */
const ASKED_FOR: ReadonlySet<string> = new Set(['stored', 'acknowledged', 'parked']);

/** @param again the command that goes on where time ran out. */
async function work(
  context: CliContext,
  request: RequestOf<typeof workDeadLettersContract>,
  again: string,
): Promise<void> {
  const answer = await context.invoke(workDeadLettersContract, request);
  const { print, language } = context;
  if (Object.keys(answer.counts).some((result) => !ASKED_FOR.has(result)) || answer.unfinished)
    context.endWith(2);
  if (context.options.json) return context.printJson(answer);
  for (const { id, result, why } of answer.results) {
    print(stripControls(`${id}  ${labelOf(RESULT_LABELS, result, language)}${why ? `  ${why}` : ''}`));
  }
  for (const line of totals(answer.counts, answer.waiting, language)) print(line);
  if (answer.unfinished) print(followUp(again, context));
}

function totals(counts: Readonly<Record<string, number>>, waiting: number, language: Language): string[] {
  const each = Object.entries(counts).map(([result, count]) => {
    const label = stripControls(labelOf(RESULT_LABELS, result, language));
    return language === 'ja' ? `${label}：${count}件` : `${label}: ${count}`;
  });
  return [
    ...each,
    language === 'ja' ? `残りの未処理メッセージ：${waiting}件` : `dead letters that wait now: ${waiting}`,
  ];
}
