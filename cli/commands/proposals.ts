import type { Command } from 'commander';
import type { ProposalsPage } from '../../lib/operations/proposals.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { command, contextOf } from '../command.ts';
import { print, printJson, table } from '../output.ts';

/** `todoku proposals`: what waits for an operator. */
export function proposalsCommand(): Command {
  return command('proposals', 'removals that wait for an operator')
    .option('--limit <count>', 'proposals a page', Number, 50)
    .option('--next <token>', 'go on after a page')
    .action(async (options: { limit: number; next?: string }, self: Command) => {
      const context = contextOf(self);
      const page = (await context.invoke('proposals', {
        limit: options.limit,
        ...(options.next && { next: options.next }),
      })) as ProposalsPage;
      if (context.options.json) return printJson(page);
      const japanese = context.language === 'ja';
      if (page.proposals.length === 0) {
        print(japanese ? '承認待ちの提案はありません。' : 'No proposal is waiting.');
        return;
      }
      print(
        table(
          japanese
            ? ['番号', '宛先', '登録日時', '診断', '理由']
            : ['id', 'address', 'listed', 'diagnosis', 'rule'],
          page.proposals.map((each) => [
            each.proposalId ?? '',
            each.spelling,
            formatInTokyo(each.listedAt),
            `${each.diagnosis.reason} / ${each.diagnosis.confidence} / ${each.diagnosis.carrier ?? '-'}`,
            each.rule,
          ]),
        ),
      );
      if (page.next) print(`todoku proposals --next ${page.next}`);
    });
}
