import { randomBytes } from 'node:crypto';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Command } from 'commander';
import { isMailAddress, isSimulator, SIMULATOR_DOMAIN, stripControls } from '../../lib/address.ts';
import { NotSentError } from '../../lib/authentication/test-mail/send-failure.ts';
import { sesTestSend } from '../../lib/authentication/test-mail/test-send.ts';
import { lookupContract } from '../../lib/contracts/lookup.ts';
import { causeOf } from '../../lib/refusal.ts';
import { isVerified, mailsOf, type TestMail, waysOf } from '../../lib/selftest/plan.ts';
import { sleep } from '../../lib/sleep.ts';
import type { Limiter } from '../../lib/suppression/limiter.ts';
import { sesSuppressionList } from '../../lib/suppression/list.ts';
import { wiringReport } from '../../lib/wiring/reports.ts';
import { wholeNumber } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { declined, isConfirmed, mustBeConfirmable } from '../confirm.ts';
import { readingWiring, wireNow, wiringClients } from '../connect/clients.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import type { SelftestedJson } from '../json-answers.ts';
import { startProgress } from '../progress.ts';
import { type Followed, follow } from '../selftest/follow.ts';
import { printPlan, printResults, type TakenOff } from '../selftest/view.ts';
import type { Session } from '../session.ts';

/** What the command ends with where an event did not come, or a mail did not go out. */
const MISSING = 3;

/** Milliseconds between two rounds of look-ups: each asks SES, which takes a call a second. */
const PAUSE = { aws: 3_000, local: 250 } as const;

interface Options {
  readonly from?: string;
  readonly seconds: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `todoku selftest`: mails to SES's simulator from each sender, each followed to its fact. */
export function selftestCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--from <address>')
    .option('--seconds <number>', '', wholeNumber, 120)
    .option('--dry-run')
    .option('--yes')
    .action((options: Options, self: Command) => selftest(options, contextOf(self, session)));
}

async function selftest(options: Options, context: CliContext): Promise<void> {
  const { from, seconds, dryRun = false, yes = false } = options;
  if (from !== undefined && !isMailAddress(from)) throw notAnAddress(from);
  if (!dryRun) mustBeConfirmable(yes, context);
  const { wire, status } = await wireNow(context);
  const clients = await wiringClients(wire, context);
  const report = wiringReport(await readingWiring(clients, wire, context));
  if (from !== undefined && !isVerified(from, report)) throw notVerified(from);
  const { ways, untried } = waysOf(report, from);
  const run = randomBytes(4).toString('hex');
  const mails = mailsOf(ways, run);
  const planned = { run, ways, untried, mails };
  if (!context.options.json) printPlan(planned, context);
  if (dryRun || mails.length === 0) {
    if (context.options.json) context.printJson(planned satisfies SelftestedJson);
    if (mails.length === 0) context.endWith(MISSING);
    return;
  }
  if (!yes && !(await isConfirmed({ count: mails.length, ...QUESTION }, context))) return declined(context);

  // Better to know before than after sending that nobody could say what came.
  await context.invoke(lookupContract, { address: mails[0]?.to ?? '' });
  const progress = context.io.stderr.isTTY
    ? startProgress({
        ...SENDING,
        language: context.language,
        total: mails.length,
        stream: context.io.stderr,
      })
    : undefined;
  let results: readonly Followed[];
  let takenOff: TakenOff;
  try {
    results = await follow(
      mails,
      {
        send: (mail) => sent(mail, run, clients.ses, clients.turns),
        recorded: (address, messageId) => recorded(address, messageId, context),
        sleep,
        time: () => performance.now(),
        progress: (done) => progress?.update(done),
      },
      {
        deliveries: status.deliveries,
        patience: seconds * 1_000,
        pause: context.options.local ? PAUSE.local : PAUSE.aws,
      },
    );
  } finally {
    progress?.end();
    takenOff = await takeOff(mails, clients.ses, clients.turns);
  }
  if (context.options.json) {
    context.printJson({ run, untried, results, takenOff } satisfies SelftestedJson);
  } else printResults({ results, takenOff, deliveries: status.deliveries }, context);
  const isWhole = results.every(({ became }) => became === 'came' || became === 'not-seen');
  if (!isWhole || 'because' in takenOff) context.endWith(MISSING);
}

async function sent(
  { from, to, set, mailbox }: TestMail,
  token: string,
  ses: SESv2Client,
  turns: Limiter,
): ReturnType<Parameters<typeof follow>[1]['send']> {
  // One a second: in the sandbox SES takes no more.
  await turns.take();
  try {
    return await sesTestSend(ses).send({
      from,
      to,
      subject: `[todoku ${token}] ${mailbox}`,
      text: 'todoku selftest: https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html',
      token,
      ...(set !== undefined && { configurationSet: set }),
    });
  } catch (error) {
    return { notSent: error instanceof NotSentError ? error.text : causeOf(error) };
  }
}

async function recorded(address: string, messageId: string, context: CliContext): Promise<readonly string[]> {
  const { timeline } = await context.invoke(lookupContract, { address });
  return timeline.filter((line) => line.messageId === messageId).map(({ kind }) => kind);
}

/**
 * Takes off the list what SES put there because of the test: AWS does not say whether it lists `complaint@`. These are
 * addresses of SES's own simulator, behind which there is nobody: the gate has nothing to protect.
 */
async function takeOff(mails: readonly TestMail[], ses: SESv2Client, turns: Limiter): Promise<TakenOff> {
  const addresses = mails.filter(({ mailbox }) => mailbox === 'complaint').map(({ to }) => to);
  const taken: string[] = [];
  try {
    const list = sesSuppressionList(ses, turns);
    for (const address of [...addresses, `complaint@${SIMULATOR_DOMAIN}`].filter(isSimulator)) {
      const entry = await list.get(address);
      if (entry === undefined) continue;
      const became = await list.alone((entries) => entries.remove(entry.spelling));
      if (became === 'throttled') throw new CliError(THROTTLED);
      if (became === 'removed') taken.push(address);
    }
    return { taken };
  } catch (error) {
    return { taken, because: causeOf(error) };
  }
}

const THROTTLED = {
  ja: 'SESの呼び出し頻度の制限のため、リストから外せませんでした',
  en: 'SES kept refusing for the rate of calls',
};

function notAnAddress(from: string): CliError {
  const shown = stripControls(from).slice(0, 100);
  return new CliError({
    ja: `--from には送信元のメールアドレスを指定してください（「${shown}」はメールアドレスではありません）。`,
    en: `--from takes the mail address to send from: "${shown}" is none`,
  });
}

function notVerified(from: string): CliError {
  const shown = stripControls(from).slice(0, 100);
  return new CliError({
    ja: `${shown} から送信できません。このアカウントとリージョンの SES に、検証済みの送信元として登録されていません。`,
    en: `${shown} cannot send: SES has no verified sender for it in this account and Region`,
  });
}

const SENDING = { label: { ja: '送信中', en: 'sending' }, unit: { ja: '通', en: 'mails' } };

const QUESTION = {
  one: { ja: 'このメールを送信しますか？ [y/N]', en: 'Send it? [y/N]' },
  several: (count: string) => ({
    ja: `${count}通を送信します。続けるには ${count} と入力してください：`,
    en: `Type ${count} to send these ${count} mails:`,
  }),
} as const;
