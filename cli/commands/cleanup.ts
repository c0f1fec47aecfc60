import { type Command, Option } from 'commander';
import { cleanupContract } from '../../lib/contracts/cleanup.ts';
import { countLabel, modeLabel, withCode } from '../../lib/guidance/wording/labels.ts';
import type { Language } from '../../lib/text.ts';
import { withCommonOptions } from '../command.ts';
import { contextOf } from '../context.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

/** `todoku cleanup`: runs the cleanup now. */
export function cleanupCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .addOption(new Option('--mode <mode>').choices(['propose', 'apply']))
    .option('--full')
    .action(async (options: { mode?: 'propose' | 'apply'; full?: boolean }, self: Command) => {
      const context = contextOf(self, session);
      const { print } = context;
      const report = await context.invoke(cleanupContract, {
        ...(options.mode && { mode: options.mode }),
        ...(options.full && { full: true }),
      });
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
      const mode = modeLabel(report.mode, context.language);
      print(`${mode}${report.full ? ' --full' : ''}  ${report.id}`);
      const counted = rows(report.counts, context.language);
      if (counted.length === 0) print(japanese ? '変更はありません。' : 'Nothing has changed.');
      else print(table(context, japanese ? ['結果', '件数'] : ['result', 'addresses'], counted));
      for (const limit of report.limits) print(`! ${limit.limit}: ${limit.because[context.language]}`);
      if (report.unfinished && !report.throttled)
        print(japanese ? '時間切れのため、続きを実行中です。' : 'Out of time; a fresh run goes on.');
    });
}

function rows(counts: Readonly<Record<string, number>>, language: Language): string[][] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => [withCode(countLabel(what, language), what, language), String(count)]);
}
