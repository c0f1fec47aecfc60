import type { Command } from 'commander';
import { carrierById } from '../../lib/classification/carriers.ts';
import { proposalsContract } from '../../lib/contracts/proposals.ts';
import { diagnosisLabel } from '../../lib/guidance/wording/labels.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { withCommonOptions } from '../command.ts';
import { contextOf, followUp } from '../context.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

/** `todoku proposals`: what waits for an operator. */
export function proposalsCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--limit <count>', 'proposals a page', Number, 50)
    .option('--next <token>', 'go on after a page')
    .action(async (options: { limit: number; next?: string }, self: Command) => {
      const context = contextOf(self, session);
      const { print } = context;
      const page = await context.invoke(proposalsContract, {
        limit: options.limit,
        ...(options.next && { next: options.next }),
      });
      if (context.options.json) return context.printJson(page);
      const japanese = context.language === 'ja';
      if (page.proposals.length === 0) {
        print(japanese ? '承認待ちの提案はありません。' : 'No proposal is waiting.');
        return;
      }
      print(
        table(
          context,
          japanese
            ? ['番号', '宛先', '登録日時', '携帯会社', '診断', 'ルール']
            : ['id', 'address', 'listed', 'carrier', 'diagnosis', 'rule'],
          page.proposals.map((each) => [
            each.proposalId ?? '',
            each.spelling,
            formatInTokyo(each.listedAt),
            carrierById(each.diagnosis.carrier ?? '')?.name[context.language] ??
              each.diagnosis.carrier ??
              '-',
            diagnosisLabel(each.diagnosis, context.language),
            each.rule,
          ]),
        ),
      );
      if (page.next) print(followUp(`proposals --next ${page.next}`, context.options));
    });
}
