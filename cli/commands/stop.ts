import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { resumeContract, stopContract } from '../../lib/contracts/policy.ts';
import type { Bilingual } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { withCommonOptions } from '../command.ts';
import { contextOf, followUp } from '../context.ts';
import { operatorOf } from '../operator.ts';
import { reasonOf } from '../reason.ts';
import type { Session } from '../session.ts';
import { paragraph } from '../wrap.ts';

/** `todoku stop --reason TEXT`: from now on nothing is removed, by whomever, until `todoku resume`. */
export function stopCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--operator <name>')
    .option('--reason <text>')
    .action(async (options: { reason?: string; operator?: string }, self: Command) => {
      const context = contextOf(self, session);
      const reason = await reasonOf(options, WHY, context);
      const answer = await context.invoke(stopContract, {
        ask: 'stop',
        reason,
        operator: await operatorOf(options, context),
      });
      if (context.options.json) return context.printJson(answer);
      const again = followUp('resume', context);
      context.print(`${paragraph(STOPPED[context.language], context.columns())}\n  ${again}`);
    });
}

const WHY: Bilingual = {
  ja: 'すべての解除を停止する理由（解除を拒否された人に表示されます）：',
  en: 'Why all removals are stopped (shown to whoever is refused one):',
};
const STOPPED: Bilingual = {
  ja: 'すべての解除（自動・救済・手動）を停止しました。SESに渡し済みのインポートジョブは止められません。再開するには：',
  en: 'All removals are stopped: automatic ones, those of a rescue, and those by hand. An import job that SES already has cannot be stopped. To allow them again:',
};

/** `todoku resume`: allows removals again. */
export function resumeCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--operator <name>')
    .action(async (options: { operator?: string }, self: Command) => {
      const context = contextOf(self, session);
      const answer = await context.invoke(resumeContract, {
        ask: 'resume',
        operator: await operatorOf(options, context),
      });
      if (context.options.json) return context.printJson(answer);
      const { before } = answer;
      const japanese = context.language === 'ja';
      if (before === undefined) {
        context.print(japanese ? '解除は停止されていませんでした。' : 'Removals were not stopped.');
        return;
      }
      const since = formatInTokyo(before.at);
      const who = stripControls(before.by);
      const why = stripControls(before.reason);
      context.print(
        japanese
          ? `解除を再開しました（${since} に ${who} が停止、理由：${why}）。`
          : `Removals are allowed again (stopped by ${who} at ${since}, reason: ${why}).`,
      );
    });
}
