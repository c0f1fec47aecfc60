import { Command } from 'commander';
import { backfillCommand } from './commands/backfill.ts';
import { cleanupCommand } from './commands/cleanup.ts';
import { diagnoseCommand } from './commands/diagnose.ts';
import { fleetCommand } from './commands/fleet.ts';
import { ingestCommand } from './commands/ingest.ts';
import { lookupCommand } from './commands/lookup.ts';
import { membersCommand } from './commands/members.ts';
import { policyCommand } from './commands/policy.ts';
import { proposalsCommand } from './commands/proposals.ts';
import { decisionCommand, removeCommand } from './commands/remove.ts';
import { repliesCommand } from './commands/replies.ts';
import { rescueCommand } from './commands/rescue.ts';
import { rulesCommand } from './commands/rules.ts';
import { sendersCommand } from './commands/senders.ts';
import { statusCommand } from './commands/status.ts';

/** The whole command line, to be run or to be looked over. */
export function createProgram(): Command {
  return new Command('todoku')
    .description(
      'Finds the order mails that Amazon SES silently drops, says why, and lifts wrong suppressions.',
    )
    .addHelpText(
      'after',
      `
Every command takes --lang ja|en, --json, --stage, --region and --profile, and --local for the system that
"npm start" runs. Without --lang the language is that of TODOKU_LANG, else English where the terminal is English
(LC_ALL, LC_MESSAGES, LANG), else Japanese. "todoku COMMAND --help" says what its exit codes mean.`,
    )
    .addCommand(lookupCommand())
    .addCommand(proposalsCommand())
    .addCommand(decisionCommand('approve'))
    .addCommand(decisionCommand('reject'))
    .addCommand(removeCommand())
    .addCommand(cleanupCommand())
    .addCommand(statusCommand())
    .addCommand(policyCommand())
    .addCommand(rulesCommand())
    .addCommand(rescueCommand())
    .addCommand(membersCommand())
    .addCommand(fleetCommand())
    .addCommand(backfillCommand())
    .addCommand(repliesCommand())
    .addCommand(sendersCommand())
    .addCommand(diagnoseCommand())
    .addCommand(ingestCommand());
}
