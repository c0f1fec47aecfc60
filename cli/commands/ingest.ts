import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { ingestContract } from '../../lib/contracts/ingest.ts';
import { labelOf } from '../../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { withCommonOptions } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError, cannotRead } from '../errors.ts';
import type { NamedFile, Session } from '../session.ts';

/** Messages sent in one invocation; keeps the payload far below Lambda's limit of 6 MB. */
const MESSAGES_A_CALL = 50;

/** `todoku ingest FILE…`: records SES events from files, as if SNS had delivered them. */
export function ingestCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .argument('<file...>')
    .action(async (files: string[], _options: unknown, self: Command) => {
      const context = contextOf(self, session);
      const { print, printError, printJson } = context;
      let stored = 0;
      let expired = 0;
      let rejected = 0;
      const notKept = new Map<string, number>();
      for (const file of files) {
        const result = await ingestFile(context.file(file), context);
        stored += result.stored;
        expired += result.expired;
        rejected += result.rejected.length;
        for (const [type, count] of result.notKept) notKept.set(type, (notKept.get(type) ?? 0) + count);
        for (const [reason, count] of timesOf(result.rejected)) {
          printError(`${stripControls(file)}: ${stripControls(reason)}${count > 1 ? ` (×${count})` : ''}`);
        }
      }
      if (context.options.json) {
        const kinds = notKept.size > 0 && { notKept: Object.fromEntries(notKept) };
        printJson({ stored, ...(expired > 0 && { expired }), ...kinds, rejected });
      } else {
        print(
          context.language === 'ja'
            ? `${stored}件を記録しました。読めなかったもの：${rejected}件`
            : `${stored} facts recorded, ${rejected} messages unreadable`,
        );
        if (expired > 0) print(expiredText(expired, context.language));
        if (notKept.size > 0) print(notKeptText(notKept, context.language));
      }
      if (rejected > 0) context.endWith(1);
    });
}

/** Each reason once, with how often it was given. */
function timesOf(reasons: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const reason of reasons) times.set(reason, (times.get(reason) ?? 0) + 1);
  return times;
}

async function ingestFile(
  file: NamedFile,
  context: CliContext,
): Promise<{ stored: number; expired: number; rejected: string[]; notKept: Map<string, number> }> {
  const text = await read(file);
  const messages = messagesIn(text);
  if (messages.length === 0) {
    const name = stripControls(file.name);
    throw new CliError({ ja: `${name} にイベントがありません。`, en: `${name} holds no events` });
  }
  let stored = 0;
  let expired = 0;
  const rejected: string[] = [];
  const notKept = new Map<string, number>();
  for (let start = 0; start < messages.length; start += MESSAGES_A_CALL) {
    const answer = await context.invoke(ingestContract, messages.slice(start, start + MESSAGES_A_CALL));
    stored += answer.stored;
    expired += answer.expired ?? 0;
    rejected.push(...answer.rejected);
    for (const [type, count] of Object.entries(answer.notKept ?? {})) {
      notKept.set(type, (notKept.get(type) ?? 0) + count);
    }
  }
  const noJson = rejected.length > 0 ? linesWithoutJson(text) : [];
  if (noJson.length > 0)
    context.printError(`${stripControls(file.name)}: ${linesText(noJson, context.language)}`);
  return { stored, expired, rejected, notKept };
}

/** What an event says of which nothing is kept: of no recipient's mailbox anything. */
const NOT_KEPT: Readonly<Record<string, Bilingual>> = {
  Reject: {
    ja: 'SESがウイルスを検出し、メールを送信していません',
    en: 'SES found a virus and did not send the mail',
  },
  'Rendering Failure': {
    ja: 'テンプレートからメールを作成できず、送信していません',
    en: 'the template could not be rendered, and no mail was sent',
  },
  Send: { ja: 'SESが送信を受け付けました', en: 'SES took the mail to be sent' },
  Subscription: {
    ja: '宛先の購読設定が変わりました',
    en: 'the contact’s subscription changed',
  },
};

/** What was read and says nothing of a mailbox: `Reject 1（…）`. */
function notKeptText(notKept: ReadonlyMap<string, number>, language: Language): string {
  const kinds = [...notKept].map(([type, count]) => {
    const what = labelOf(NOT_KEPT, type, language);
    const name = `${stripControls(type)} ${count}`;
    if (what === type) return name;
    return language === 'ja' ? `${name}（${what}）` : `${name} (${what})`;
  });
  return language === 'ja'
    ? `宛先の状態を示さないため記録しなかったイベント：${kinds.join('、')}`
    : `Not recorded, as they say nothing of a recipient's mailbox: ${kinds.join(', ')}`;
}

/** What becomes of events that are older than facts are kept. */
function expiredText(count: number, language: Language): string {
  return language === 'ja'
    ? `保存期間より古いもの：${count}件（60日間だけ保存します。登録の原因と分かったものは、次の定期実行が登録の記録に残します）`
    : `${count} older than facts are kept: held for 60 days only; the next cleanup keeps those that explain an entry`;
}

/** Line numbers named; a file of another kind altogether has no other. */
const LINES_NAMED = 20;

function linesText(lines: readonly number[], language: Language): string {
  const shown = `${lines.slice(0, LINES_NAMED).join(', ')}${lines.length > LINES_NAMED ? ', …' : ''}`;
  return language === 'ja' ? `JSONではない行：${shown}` : `lines that are not JSON: ${shown}`;
}

/** Numbers, from 1, of the lines of a JSON-lines file that are no JSON; none for one JSON document. */
function linesWithoutJson(text: string): number[] {
  if (isJson(text)) return [];
  return text.split('\n').flatMap((line, index) => (line.trim() === '' || isJson(line) ? [] : [index + 1]));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function read({ name, path }: NamedFile): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw cannotRead(name, error);
  }
}

/** One JSON document, an array of them, or one a line; a line that is no JSON is passed on and kept as unreadable. */
function messagesIn(text: string): unknown[] {
  try {
    const whole: unknown = JSON.parse(text);
    return Array.isArray(whole) ? whole : [whole];
  } catch {
    return text.split('\n').filter((line) => line.trim() !== '');
  }
}
