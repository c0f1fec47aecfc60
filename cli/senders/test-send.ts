import { randomBytes } from 'node:crypto';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { type Command, Option } from 'commander';
import { isMailAddress, stripControls } from '../../lib/address.ts';
import { NotSentError } from '../../lib/authentication/test-mail/send-failure.ts';
import {
  type SendEvent,
  type SetInUse,
  sendAndFollow,
  sesTestSend,
  setInUse,
  type TestSendResult,
} from '../../lib/authentication/test-mail/test-send.ts';
import { explainCallFailure } from '../../lib/call-failure.ts';
import { lookupContract } from '../../lib/contracts/lookup.ts';
import { sleep } from '../../lib/sleep.ts';
import type { Bilingual } from '../../lib/text.ts';
import { addressTyped } from '../arguments.ts';
import { command, failingWith } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError, OtherVersionError } from '../errors.ts';
import { sesSettings } from '../ses.ts';
import type { Session } from '../session.ts';

/** What the command ends with. `not sent` is apart from `bounced`: a script must not take a typo for a bounce. */
const EXIT = { delivered: 0, bounced: 1, unknown: 2, notSent: 3 } as const;

/** The options of its own. */
interface TestSendOptions {
  readonly to: string;
  readonly from: string;
  readonly configurationSet?: string;
  readonly seconds: string;
}

/** `todoku senders test-send`: sends a mail through SES and follows it. */
export function testSendCommand(session: Session): Command {
  const made = command('test-send');
  return failingWith(made, EXIT.notSent)
    .requiredOption('--to <address>')
    .requiredOption('--from <address>')
    .option('--configuration-set <name>')
    .addOption(new Option('--seconds <number>').default('60'))
    .action((options: TestSendOptions, self: Command) => sendTest(options, contextOf(self, session)));
}

async function sendTest(options: TestSendOptions, context: CliContext): Promise<void> {
  const seconds = Number(options.seconds);
  if (!(seconds > 0 && seconds <= 3600)) {
    throw new CliError({
      ja: '--seconds には 3600 までの数を指定してください。',
      en: '--seconds takes a number up to 3600',
    });
  }
  const to = addressTyped(options.to, context);
  if (!isMailAddress(options.from)) {
    const shown = stripControls(options.from).slice(0, 100);
    throw new CliError({
      ja: `--from には送信元のメールアドレスを指定してください（「${shown}」はメールアドレスではありません）。`,
      en: `--from takes the mail address to send from: "${shown}" is none`,
    });
  }
  const client = await sesClient(context);
  try {
    const configurationSet = await setInUse(client, options.from, options.configurationSet);
    const warning = SET_WARNINGS[configurationSet.source];
    if (warning) context.printError(`todoku: ${warning[context.language]}`);
    const result = await sendAndFollow(
      { ...sesTestSend(client), timeline: () => timelineOf(context, to), sleep },
      {
        from: options.from,
        to,
        token: randomBytes(4).toString('hex'),
        configurationSet,
        attempts: Math.ceil(seconds / 2),
      },
    );
    if (context.options.json) context.printJson(result);
    else printSent(result, context);
    context.endWith(EXIT[result.outcome]);
  } catch (error) {
    throw mendable(error);
  } finally {
    client.destroy();
  }
}

/** The error in one line that says what to do, where there is such a line. */
function mendable(error: unknown): unknown {
  if (error instanceof NotSentError) return new CliError(error.text, { cause: error });
  // The address is looked up before anything is sent: that an answer is not understood means that nothing was.
  if (error instanceof OtherVersionError) return new CliError(error.text, { cause: error, code: error.code });
  // A failed call of a function is told already.
  if (error instanceof CliError) return error;
  const text = explainCallFailure(error);
  return text === undefined ? error : new CliError(text, { cause: error });
}

/** SES is loaded here only: help and refusals need none of it. */
async function sesClient(context: CliContext): Promise<SESv2Client> {
  const { SESv2Client } = await import('@aws-sdk/client-sesv2');
  return new SESv2Client(sesSettings(context));
}

async function timelineOf(context: CliContext, address: string): Promise<readonly SendEvent[]> {
  const { timeline } = await context.invoke(lookupContract, { address });
  return timeline.map(({ at, kind, messageId, detail }) => ({
    at,
    kind,
    ...(messageId && { messageId }),
    ...(detail && { detail }),
  }));
}

/** What is said before sending, where perhaps nobody will tell what becomes of the mail. */
const SET_WARNINGS: Readonly<Record<SetInUse['source'], Bilingual | undefined>> = {
  named: undefined,
  identity: undefined,
  none: {
    ja: '設定セットが指定されておらず、送信元のアイデンティティにも既定の設定セットがないため、配信イベントは記録されない見込みです。--configuration-set で指定してください。',
    en: 'no configuration set is named and the identity has no default one, so perhaps no event of this mail will be recorded: name one with --configuration-set',
  },
  unknown: {
    ja: '設定セットが指定されていません。送信元のアイデンティティに既定の設定セットがなければ、配信イベントは記録されません。--configuration-set で指定できます。',
    en: 'no configuration set is named: unless the identity has a default one, no event of this mail will be recorded; name one with --configuration-set',
  },
};

const DELIVERED: Bilingual = {
  ja: '受信側のサーバーに届きました。届いたメールを保存し「todoku senders test-mail」で読み取ると、SPF・DKIM・DMARC の結果が分かります。',
  en: 'Delivered to the receiving server. Save the mail there and read it with "todoku senders test-mail" to see its SPF, DKIM and DMARC results.',
};

const BOUNCED: Bilingual = { ja: '不達になりました。', en: 'It bounced.' };

/** Why nothing is known, as far as that is known. */
function unknownWords({ configurationSet: used, unreadText }: TestSendResult): Bilingual {
  const sent: Bilingual = {
    ja: 'SES は受け付けましたが、時間内には届いたとも不達とも分かりませんでした。',
    en: 'SES took the mail; within the time it was neither delivered nor bounced as far as is known.',
  };
  const because = unreadText === undefined ? reasonOf(used) : unreadWords(unreadText);
  return { ja: `${sent.ja}${because.ja}`, en: `${sent.en} ${because.en}` };
}

function unreadWords({ ja, en }: Bilingual): Bilingual {
  return {
    ja: `記録を読み取れませんでした（${stripControls(ja)}）。`,
    en: `The records could not be read (${stripControls(en)}).`,
  };
}

function reasonOf(used: SetInUse): Bilingual {
  if (!('name' in used)) {
    return {
      ja: '設定セットなしで送信したため、イベントが記録されていないと考えられます。--configuration-set を指定して、もう一度実行してください。',
      en: 'It went out without a configuration set that is known, so probably no event is recorded: try again with --configuration-set.',
    };
  }
  const name = stripControls(used.name);
  return {
    ja: `todoku が配信を記録するのは、既定ではキャリア宛てだけです。そうでない場合は、設定セット「${name}」のイベントの送信先が todoku になっているか確かめてください。`,
    en: `Unless told otherwise todoku records deliveries to mobile carriers only. If that is not it, check that the events of the configuration set "${name}" go to todoku.`,
  };
}

function printSent(result: TestSendResult, { language, print, colors }: CliContext): void {
  print(`${result.token}  ${stripControls(result.messageId)}`);
  for (const { at, kind, detail } of result.events) print(stripControls(`  ${at}  ${kind}  ${detail ?? ''}`));
  const words = { delivered: DELIVERED, bounced: BOUNCED, unknown: unknownWords(result) }[result.outcome];
  print(colors.bold(words[language]));
}
