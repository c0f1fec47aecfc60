import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { ingestContract } from '../../lib/contracts/ingest.ts';
import { type SavedFault, savedMessages } from '../../lib/events/saved-messages.ts';
import { labelOf } from '../../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { withCommonOptions } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError, cannotRead } from '../errors.ts';
import type { IngestedJson } from '../json-answers.ts';
import { textIn } from '../members/encoding.ts';
import type { NamedFile, Session } from '../session.ts';

/** Messages sent in one invocation; keeps the payload far below Lambda's limit of 6 MB. */
const MESSAGES_A_CALL = 50;

/**
 * `todoku ingest FILE…`: records SES events from files, as if SNS had delivered them. Every file is read before the first
 * event is sent: one that is not readable throughout has nothing of it, or of the others, recorded.
 */
export function ingestCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .argument('<file...>')
    .action(async (files: string[], _options: unknown, self: Command) => {
      const context = contextOf(self, session);
      const { print, printError, printJson } = context;
      const read = await Promise.all(files.map((file) => messagesOf(context.file(file))));
      let stored = 0;
      let expired = 0;
      let rejected = 0;
      const notKept = new Map<string, number>();
      for (const [index, messages] of read.entries()) {
        const result = await send(messages, context);
        stored += result.stored;
        expired += result.expired;
        rejected += result.rejected.length;
        for (const [type, count] of result.notKept) notKept.set(type, (notKept.get(type) ?? 0) + count);
        for (const [reason, count] of timesOf(result.rejected)) {
          printError(
            `${stripControls(files[index] ?? '')}: ${stripControls(reason)}${count > 1 ? ` (×${count})` : ''}`,
          );
        }
      }
      if (context.options.json) {
        const kinds = notKept.size > 0 && { notKept: Object.fromEntries(notKept) };
        printJson({ stored, ...(expired > 0 && { expired }), ...kinds, rejected } satisfies IngestedJson);
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

/** The messages of a file. @throws {CliError} when it is not readable throughout, or holds none. */
async function messagesOf({ name, path }: NamedFile): Promise<readonly unknown[]> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw cannotRead(name, error);
  }
  const { messages, faults } = savedMessages(textIn(bytes, name));
  if (faults.length > 0) throw unreadable(name, faults);
  if (messages.length > 0) return messages.map(({ body }) => body);
  const shown = stripControls(name);
  throw new CliError({ ja: `${shown} にイベントがありません。`, en: `${shown} holds no events` });
}

async function send(
  messages: readonly unknown[],
  context: CliContext,
): Promise<{ stored: number; expired: number; rejected: string[]; notKept: Map<string, number> }> {
  let stored = 0;
  let expired = 0;
  const rejected: string[] = [];
  const notKept = new Map<string, number>();
  for (let start = 0; start < messages.length; start += MESSAGES_A_CALL) {
    const answer = await context.invoke(ingestContract, messages.slice(start, start + MESSAGES_A_CALL));
    stored += answer.stored;
    expired += answer.expired ?? 0;
    // What a stack of another version makes of a message that is readable here.
    rejected.push(...answer.rejected);
    for (const [type, count] of Object.entries(answer.notKept ?? {})) {
      notKept.set(type, (notKept.get(type) ?? 0) + count);
    }
  }
  return { stored, expired, rejected, notKept };
}

/** Faults named; a file of another kind altogether has no other. */
const FAULTS_NAMED = 10;

function unreadable(name: string, faults: readonly SavedFault[]): CliError {
  const shown = stripControls(name);
  const places = faults.slice(0, FAULTS_NAMED).map(faultText);
  const more = faults.length - places.length;
  const list = (language: Language) => places.map((each) => `\n  ${each[language]}`).join('');
  return new CliError(
    {
      ja: `${shown} を読み取れないため、何も記録していません：${list('ja')}${more > 0 ? `\n  ほか${more}か所` : ''}`,
      en: `${shown} cannot be read, and nothing was recorded:${list('en')}${more > 0 ? `\n  and ${more} more` : ''}`,
    },
    { code: 'unreadable-file' },
  );
}

function faultText({ place: { line, path }, kind, reason = '' }: SavedFault): Bilingual {
  const why = stripControls(reason);
  const at = { ja: `${line}行目${path && `の ${path}`}`, en: `line ${line}${path && `, ${path}`}` };
  return kind === 'no-json'
    ? { ja: `${at.ja}：JSONとして読み取れません`, en: `${at.en}: not JSON` }
    : {
        ja: `${at.ja}：送信メールのイベントではありません（${why}）`,
        en: `${at.en}: no event of mail that was sent (${why})`,
      };
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
