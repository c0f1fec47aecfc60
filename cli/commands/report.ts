import type { Command } from 'commander';
import { reportContract } from '../../lib/contracts/report.ts';
import { dayInTokyo, formatInTokyo } from '../../lib/time.ts';
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
      const now = context.io.now().toISOString();
      const present = dayInTokyo(now).slice(0, 7);
      const asked = options.month ?? monthBefore(present);
      if (!/^20\d\d-(?:0[1-9]|1[0-2])$/.test(asked) || asked > present) throw new CliError(NOT_A_MONTH);
      // One after the other: each reads the whole table.
      const month = await context.invoke(reportContract, { month: asked });
      const before = await context.invoke(reportContract, { month: monthBefore(asked) });
      const page = reportPage({ month, before, now }, context.language);
      if (options.html !== undefined) {
        const foot = reportFoot(formatInTokyo(now), context.language);
        await writeText(context.file(options.html), htmlOf(page, foot, context.language));
      }
      if (options.csv !== undefined) await writeText(context.file(options.csv), reportCsv(month, before));
      if (context.options.json) context.printJson({ month, before });
      else printPage(page, context);
    });
}

/** The month before one: `2026-01` gives `2025-12`. */
function monthBefore(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
}
