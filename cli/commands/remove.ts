import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { z } from 'zod';
import { stripControls } from '../../lib/address.ts';
import { REMOVE_RESULTS } from '../../lib/operations/remove.ts';
import { command, contextOf } from '../command.ts';
import type { CliContext } from '../context.ts';
import { colors, print, printJson } from '../output.ts';

const answerSchema = z.object({
  results: z.array(
    z.object({
      address: z.string().optional(),
      proposalId: z.string().optional(),
      result: z.enum(REMOVE_RESULTS),
      why: z.object({ ja: z.string(), en: z.string() }),
    }),
  ),
});

/** Results that are what was asked for; any other makes the exit code 2. */
const ASKED_FOR: ReadonlySet<string> = new Set([
  'removed',
  'would_remove',
  'scheduled',
  'rejected',
  'would_reject',
]);

/** `todoku remove ADDRESS…`: takes addresses off the list by hand, after the customer confirmed. */
export function removeCommand(): Command {
  return withOperator(
    command('remove', 'take addresses off the suppression list by hand')
      .argument('<address...>', 'the recipients')
      .requiredOption('--reason <text>', 'why; kept in the audit')
      .option('--override', 'remove although a rule that protects the account forbids it; kept in the audit'),
  ).action(
    async (
      addresses: string[],
      options: { reason: string; operator: string; override?: boolean; dryRun?: boolean },
      self: Command,
    ) => {
      const { reason, operator, override = false, dryRun = false } = options;
      await send(contextOf(self), { addresses, reason, operator, override, dryRun });
    },
  );
}

/** `todoku approve ID…` and `todoku reject ID…`: decides waiting proposals. */
export function decisionCommand(decision: 'approve' | 'reject'): Command {
  const what = decision === 'approve' ? 'approve proposals: the addresses are removed' : 'reject proposals';
  return withOperator(
    command(decision, what)
      .argument('<id...>', 'ids of waiting proposals')
      .option('--reason <text>', 'why; kept in the audit'),
  ).action(
    async (
      proposals: string[],
      options: { reason?: string; operator: string; dryRun?: boolean },
      self: Command,
    ) => {
      const { reason, operator, dryRun = false } = options;
      await send(contextOf(self), { proposals, decision, operator, dryRun, ...(reason && { reason }) });
    },
  );
}

function withOperator(of: Command): Command {
  return of
    .option('--operator <name>', 'who; kept in the audit', process.env.TODOKU_OPERATOR ?? userInfo().username)
    .option('--dry-run', 'say what would happen, and change nothing');
}

async function send(context: CliContext, request: unknown): Promise<void> {
  const answer = await context.invoke('remove', request);
  const { results } = answerSchema.parse(answer);
  if (context.options.json) printJson(answer);
  else {
    for (const { address, proposalId, result, why } of results) {
      const subject = stripControls([proposalId, address].filter(Boolean).join(' '));
      const mark = ASKED_FOR.has(result) ? colors.green(result) : colors.yellow(result);
      print(`${subject}  ${mark}  ${stripControls(why[context.language])}`);
    }
  }
  if (results.some(({ result }) => !ASKED_FOR.has(result))) process.exitCode = 2;
}
