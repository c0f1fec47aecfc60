import { randomBytes } from 'node:crypto';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { Command } from 'commander';
import { explainMail } from '../../lib/authentication/explain-mail.ts';
import { SEVERITIES } from '../../lib/authentication/findings/row.ts';
import { type DnsRecord, route53ChangeBatch } from '../../lib/authentication/records.ts';
import type { AuditRun } from '../../lib/authentication/run-audit.ts';
import { MAXIMUM_MAIL_BYTES, readTestMail, UnreadableMailError } from '../../lib/authentication/test-mail.ts';
import { type SendEvent, sendAndFollow, sesTestSend } from '../../lib/authentication/test-send.ts';
import type { LookupAnswer } from '../../lib/operations/lookup.ts';
import { sleep } from '../../lib/sleep.ts';
import { command, contextOf } from '../command.ts';
import { type CliContext, CliError } from '../context.ts';
import { colors, print, printJson } from '../output.ts';
import { dmarcImportCommand } from '../senders/dmarc-import.ts';
import { dnsOf, dnsServers, localState, readInput } from '../senders/options.ts';
import { printAudit } from '../senders/print-audit.ts';

/** `todoku senders …`: whether mail passes SPF, DKIM and DMARC, and what to do where it does not. */
export function sendersCommand(): Command {
  return new Command('senders')
    .description("the sending identities' SPF, DKIM, MAIL FROM and DMARC")
    .addCommand(auditCommand())
    .addCommand(testMailCommand())
    .addCommand(testSendCommand())
    .addCommand(dmarcImportCommand());
}

/** Exit codes: 0 in order, 1 something critical was found or could not be audited. */
function auditCommand(): Command {
  return command('audit', 'audit the sending identities and say which records to publish')
    .argument('[identity...]', 'domains or addresses; all identities of the account when none is named')
    .option('--dns <server>', 'name server to ask, ADDRESS or ADDRESS:PORT')
    .option('--all', 'show notes for information, SPF trees and the DMARC walk')
    .option('--route53', 'print a Route 53 change batch of the urgent records (with --all: of all)')
    .action(
      async (
        identities: string[],
        options: { dns?: string; all?: boolean; route53?: boolean },
        self: Command,
      ) => {
        const context = contextOf(self);
        const dns = options.dns === undefined ? undefined : dnsServers(context.options, options.dns);
        // The function built this answer from our own types; its shape is ours.
        const run = (await context.invoke('audit-senders', {
          ...(identities.length > 0 && { identities }),
          ...(dns && { dns }),
        })) as AuditRun;
        const changeBatch = route53ChangeBatch(recordsToPublish(run, options.all ?? false));
        if (options.route53) printJson(changeBatch);
        else if (context.options.json) printJson({ ...run, changeBatch });
        else printAudit(run, context.language, options.all ?? false);
        const critical = run.audits.some(({ findings }) =>
          findings.some(({ severity }) => severity === 'critical'),
        );
        if (critical || run.failed.length > 0) process.exitCode = 1;
      },
    );
}

/** The records of what is urgent; with `all` also those of advice, which may need a decision first. */
function recordsToPublish(run: AuditRun, all: boolean): readonly DnsRecord[] {
  return run.audits
    .flatMap(({ findings }) => findings)
    .filter(({ severity }) => all || severity === 'critical' || severity === 'warning')
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .flatMap(({ records }) => records);
}

const MARKS = { good: colors.green('✓'), bad: colors.red('✗'), note: colors.dim('·') } as const;

/** Exit codes: 0 DMARC passes, 1 not. */
function testMailCommand(): Command {
  return command('test-mail', "explain a received mail's SPF, DKIM and DMARC")
    .argument('<file>', 'the mail with all its headers (.eml), or - for standard input')
    .option('--dns <server>', 'name server to ask, ADDRESS or ADDRESS:PORT')
    .option('--trust <authserv-id...>', "believe only these receivers' Authentication-Results")
    .action(async (file: string, options: { dns?: string; trust?: string[] }, self: Command) => {
      const context = contextOf(self);
      const dns = dnsOf(context.options, options.dns);
      const raw = await readInput(file, MAXIMUM_MAIL_BYTES);
      const mail = await readTestMail(raw, dns, { trust: options.trust ?? [] }).catch((error: unknown) => {
        if (error instanceof UnreadableMailError) throw new CliError(error.message, { cause: error });
        throw error;
      });
      const explained = explainMail(mail);
      if (context.options.json) printJson({ ...explained, mail });
      else {
        print(colors.bold(explained.summary[context.language]));
        for (const { mark, text } of explained.lines) print(`${MARKS[mark]} ${text[context.language]}`);
      }
      if (!explained.passes) process.exitCode = 1;
    });
}

/** Exit codes: 0 delivered, 1 bounced, 2 neither within the time. */
function testSendCommand(): Command {
  return command('test-send', 'send a test mail through SES and follow it')
    .requiredOption('--to <address>', 'a mailbox of your own')
    .requiredOption('--from <address>', 'the address the shop sends with')
    .option('--configuration-set <name>', "the shop's configuration set, whose events are recorded")
    .option('--seconds <number>', 'how long to wait', '60')
    .action(
      async (
        options: { to: string; from: string; configurationSet?: string; seconds: string },
        self: Command,
      ) => {
        const context = contextOf(self);
        const seconds = Number(options.seconds);
        if (!(seconds > 0 && seconds <= 3600)) throw new CliError('--seconds takes a number up to 3600');
        const client = sesClient(context);
        const result = await sendAndFollow(
          {
            ...sesTestSend(client),
            timeline: () => timelineOf(context, options.to),
            sleep,
          },
          {
            from: options.from,
            to: options.to,
            token: randomBytes(4).toString('hex'),
            configurationSet: options.configurationSet,
            attempts: Math.ceil(seconds / 2),
          },
        );
        client.destroy();
        if (context.options.json) printJson(result);
        else printSent(result, context);
        process.exitCode = { delivered: 0, bounced: 1, unknown: 2 }[result.outcome];
      },
    );
}

function sesClient({ options }: CliContext): SESv2Client {
  const local = localState(options);
  if (local === undefined) {
    const { region, profile } = options;
    return new SESv2Client({ ...(region && { region }), ...(profile && { profile }) });
  }
  if (local.sesEndpoint === undefined) throw new CliError('the local system has no SES running');
  return new SESv2Client({
    endpoint: local.sesEndpoint,
    region: local.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

async function timelineOf(context: CliContext, address: string): Promise<readonly SendEvent[]> {
  // As above: the function's own answer.
  const { timeline } = (await context.invoke('lookup', { address })) as LookupAnswer;
  return timeline.map(({ at, kind, detail }) => ({ at, kind, ...(detail && { detail }) }));
}

const OUTCOME_WORDS = {
  delivered: {
    ja: '受信側のサーバーに届きました。届いたメールを保存し「todoku senders test-mail」で読み取ると、SPF・DKIM・DMARC の結果が分かります。',
    en: 'Delivered to the receiving server. Save the mail there and read it with "todoku senders test-mail" to see its SPF, DKIM and DMARC results.',
  },
  bounced: { ja: '不達になりました。', en: 'It bounced.' },
  unknown: {
    ja: '時間内には、届いたとも不達とも分かりませんでした。配信イベントはキャリア宛てだけを記録する設定かもしれません。',
    en: 'Neither delivered nor bounced within the time. Perhaps deliveries are recorded for carriers only.',
  },
} as const;

function printSent(result: Awaited<ReturnType<typeof sendAndFollow>>, { language }: CliContext): void {
  print(`${result.token}  ${result.messageId}`);
  for (const { at, kind, detail } of result.events) print(`  ${at}  ${kind}  ${detail ?? ''}`);
  print(colors.bold(OUTCOME_WORDS[result.outcome][language]));
}
