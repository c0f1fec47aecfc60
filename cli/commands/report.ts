import type { Command } from 'commander';
import { reportContract } from '../../lib/contracts/report.ts';
import { formatInTokyo, monthInTokyo, monthsLater } from '../../lib/time.ts';
import { nowOf } from '../clock.ts';
import { withCommonOptions } from '../command.ts';
import { contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import { htmlOf } from '../page/html.ts';
import { printPage } from '../page/terminal.ts';
import { writeText } from '../page/write.ts';
import { reportCsv } from '../report/csv.ts';
import { reportFoot, reportPage } from '../report/view.ts';
import { NOT_A_MONTH } from '../report/words.ts';
import type { Session } from '../session.ts';

interface ReportOptions {
  readonly month?: string;
  readonly html?: string;
  readonly csv?: string;
}

/** `todoku report`: a month on a page, beside the month before. */
export function reportCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--month <month>')
    .option('--html <file>')
    .option('--csv <file>')
    .action(async (options: ReportOptions, self: Command) => {
      const context = contextOf(self, session);
      const now = (await nowOf(context)).toISOString();
      const present = monthInTokyo(now);
      const asked = options.month ?? monthsLater(present, -1);
      if (!/^20\d\d-(?:0[1-9]|1[0-2])$/.test(asked) || asked > present) throw new CliError(NOT_A_MONTH);
      const answer = await context.invoke(reportContract, { month: asked });
      const page = reportPage(answer, context.language);
      if (options.html !== undefined) {
        const foot = reportFoot(formatInTokyo(now), context.language);
        await writeText(options.html, htmlOf(page, foot, context.language), context);
      }
      if (options.csv !== undefined) await writeText(options.csv, reportCsv(answer), context);
      if (context.options.json) context.printJson(answer);
      else printPage(page, context);
    });
}
