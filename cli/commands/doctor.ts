import type { Command } from 'commander';
import type { verdictOf } from '../../lib/doctor/examine.ts';
import { healthOf } from '../../lib/doctor/health.ts';
import { withCommonOptions } from '../command.ts';
import { contextOf } from '../context.ts';
import { observe } from '../doctor/observe.ts';
import { printExamined } from '../doctor/view.ts';
import type { Session } from '../session.ts';

/** What the command ends with; that it could look at nothing is told by 1 as well. */
const EXIT: Readonly<Record<ReturnType<typeof verdictOf>, number>> = { well: 0, unseen: 1, problem: 2 };

/** `todoku doctor`: whether everything is well, and if not, what to do. Changes nothing. */
export function doctorCommand(made: Command, session: Session): Command {
  return withCommonOptions(made).action(async (_options: object, self: Command) => {
    const context = contextOf(self, session);
    const health = healthOf(await observe(context));
    if (context.options.json) context.printJson(health);
    else printExamined(health.areas, context);
    context.endWith(EXIT[health.verdict]);
  });
}
