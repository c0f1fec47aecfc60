import { type Command, Option } from 'commander';
import { cleanupContract } from '../../lib/contracts/cleanup.ts';
import { statusContract } from '../../lib/contracts/status.ts';
import { countLabel, modeLabel } from '../../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { withCommonOptions } from '../command.ts';
import { by, isToBeDone, mustBeConfirmable } from '../confirm.ts';
import { type CliContext, contextOf } from '../context.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

/** `todoku cleanup`: runs the cleanup now. */
export function cleanupCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .addOption(new Option('--mode <mode>').choices(['propose', 'apply']))
    .option('--full')
    .option('--yes')
    .action(async (options: { mode?: Mode; full?: boolean; yes?: boolean }, self: Command) => {
      const context = contextOf(self, session);
      const { print } = context;
      const { yes = false, full = false } = options;
      const mode = options.mode ?? (yes ? undefined : await deployedMode(context));
      if (mode !== 'propose' && !yes) {
        mustBeConfirmable(false, context, by('--mode propose'));
        if (!(await isToBeDone(REMOVES, context))) return;
      }
      const report = await context.invoke(cleanupContract, { ...(mode && { mode }), ...(full && { full }) });
      if (context.options.json) return context.printJson(report);
      const japanese = context.language === 'ja';
      if ('skipped' in report) {
        print(
          japanese
            ? '別の実行が動作中のため、何もしませんでした。'
            : 'Another run is active; nothing was done.',
        );
        return context.endWith(1);
      }
      const ran = modeLabel(report.mode, context.language);
      print(`${ran}${report.full ? ' --full' : ''}  ${report.id}`);
      const counted = rows(report.counts, context.language);
      if (counted.length === 0) print(japanese ? '変更はありません。' : 'Nothing has changed.');
      else print(table(context, japanese ? ['結果', '件数'] : ['result', 'addresses'], counted));
      for (const limit of report.limits) print(`! ${limit.limit}: ${limit.because[context.language]}`);
      if (report.unfinished && !report.throttled)
        print(japanese ? '時間切れのため、続きを実行中です。' : 'Out of time; a fresh run goes on.');
    });
}

type Mode = 'propose' | 'apply';

/** The mode that a run has of which nothing is said; undefined for one that this version does not know. */
async function deployedMode({ invoke }: CliContext): Promise<Mode | undefined> {
  const { mode } = await invoke(statusContract, { runs: 1 });
  return mode === 'propose' || mode === 'apply' ? mode : undefined;
}

const REMOVES: Bilingual = {
  ja: '自動解除モードで実行し、ポリシーが認める宛先をリストから解除します。よろしいですか？ [y/N]',
  en: 'This run takes whatever the policy allows off the suppression list. Go on? [y/N]',
};

function rows(counts: Readonly<Record<string, number>>, language: Language): string[][] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => [countLabel(what, language), String(count)]);
}
