import type { Command } from 'commander';
import { type DnsRecord, route53ChangeBatch } from '../../lib/authentication/dns/records.ts';
import { placeOf } from '../../lib/authentication/findings/row.ts';
import { explainMail } from '../../lib/authentication/test-mail/explain-mail.ts';
import {
  MAXIMUM_MAIL_BYTES,
  readTestMail,
  UnreadableMailError,
} from '../../lib/authentication/test-mail/test-mail.ts';
import { type AuditSendersAnswer, auditSendersContract } from '../../lib/contracts/audit-senders.ts';
import { command, failingWith } from '../command.ts';
import { contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import { dmarcImportCommand } from '../senders/dmarc-import.ts';
import { dnsOf, dnsServers, readInput } from '../senders/options.ts';
import { printAudit } from '../senders/print-audit.ts';
import { AUDIT_SKIPPED } from '../senders/skipped.ts';
import { testSendCommand } from '../senders/test-send.ts';
import type { Session } from '../session.ts';

/** `todoku senders …`: whether mail passes SPF, DKIM and DMARC, and what to do where it does not. */
export function sendersCommand(made: Command, session: Session): Command {
  return made
    .addCommand(auditCommand(session))
    .addCommand(testMailCommand(session))
    .addCommand(testSendCommand(session))
    .addCommand(dmarcImportCommand(session));
}

function auditCommand(session: Session): Command {
  const made = command('audit');
  return failingWith(made, 2)
    .argument('[identity...]')
    .option('--dns <server>')
    .option('--details')
    .option('--all')
    .option('--route53')
    .action(
      async (
        identities: string[],
        options: { dns?: string; details?: boolean; all?: boolean; route53?: boolean },
        self: Command,
      ) => {
        const context = contextOf(self, session);
        const { printJson } = context;
        const dns = options.dns === undefined ? undefined : dnsServers(context, options.dns);
        const run = await context.invoke(auditSendersContract, {
          ...(identities.length > 0 && { identities }),
          ...(dns && { dns }),
        });
        if ('skipped' in run) {
          if (context.options.json) printJson(run);
          else context.print(AUDIT_SKIPPED[context.language]);
          return context.endWith(2);
        }
        const changeBatch = route53ChangeBatch(recordsToPublish(run, options.all ?? false));
        if (options.route53) printJson(changeBatch);
        else if (context.options.json) printJson({ ...run, changeBatch });
        else {
          const all = options.all ?? false;
          printAudit(run, context, {
            all,
            details: all || options.details === true || identities.length > 0,
          });
        }
        const critical = run.audits.some(({ findings }) =>
          findings.some(({ severity }) => severity === 'critical'),
        );
        if (critical || run.failed.length > 0) context.endWith(1);
      },
    );
}

/** The records of what is urgent; with `all` also those of advice, which may need a decision first. */
function recordsToPublish(run: AuditSendersAnswer, all: boolean): readonly DnsRecord[] {
  return run.audits
    .flatMap(({ findings }) => findings)
    .filter(({ severity }) => all || severity === 'critical' || severity === 'warning')
    .toSorted((a, b) => placeOf(a.severity) - placeOf(b.severity))
    .flatMap(({ records }) => records);
}

function testMailCommand(session: Session): Command {
  const made = command('test-mail');
  return failingWith(made, 2)
    .argument('<file>')
    .option('--dns <server>')
    .option('--trust <authserv-id...>')
    .action(async (file: string, options: { dns?: string; trust?: string[] }, self: Command) => {
      const context = contextOf(self, session);
      const { colors, print } = context;
      const dns = dnsOf(context, options.dns);
      const raw = await readInput(file, MAXIMUM_MAIL_BYTES, context);
      const mail = await readTestMail(raw, dns, { trust: options.trust ?? [] }).catch((error: unknown) => {
        if (error instanceof UnreadableMailError) throw new CliError(error.text, { cause: error });
        throw error;
      });
      const explained = explainMail(mail);
      if (context.options.json) context.printJson({ ...explained, mail });
      else {
        const marks = { good: colors.green('✓'), bad: colors.red('✗'), note: colors.dim('·') };
        print(colors.bold(explained.summary[context.language]));
        for (const { mark, text } of explained.lines) print(`${marks[mark]} ${text[context.language]}`);
      }
      if (!explained.passes) context.endWith(1);
    });
}
