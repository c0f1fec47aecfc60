import { type Command, Option } from 'commander';
import { stripControls } from '../../lib/address.ts';
import type { AnswerOf, RequestOf } from '../../lib/contracts/contract.ts';
import { planRescueContract, workRescueContract } from '../../lib/contracts/rescue.ts';
import type { Bilingual } from '../../lib/text.ts';
import { wholeNumber } from '../arguments.ts';
import { command } from '../command.ts';
import { by, declined, isConfirmed, isToBeDone, mustBeConfirmable } from '../confirm.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import { operatorOf } from '../operator.ts';
import { reasonOf } from '../reason.ts';
import { planLines, statusLines } from '../rescue-view.ts';
import type { Session } from '../session.ts';
import { wrongValue } from '../values.ts';

/** `todoku rescue …`: the campaign for addresses listed under rules that no longer hold, or by one incident. */
export function rescueCommand(made: Command, session: Session): Command {
  return made
    .addCommand(planCommand(session))
    .addCommand(startCommand(session))
    .addCommand(continueCommand(session))
    .addCommand(statusCommand(session))
    .addCommand(stopCommand(session));
}

function planCommand(session: Session): Command {
  return withScope(command('plan')).action(async (options: Scope, self: Command) => {
    const context = contextOf(self, session);
    const answer = await context.invoke(planRescueContract, { action: 'plan', ...scopeOf(options) });
    if (context.options.json) return context.printJson(answer);
    for (const line of planLines(answer, context)) context.print(line);
  });
}

/** What a campaign is about, and how large its steps are. */
interface Scope {
  readonly bound?: number;
  readonly first?: number;
  /** The incident that it undoes; absent: the backlog. */
  readonly incident?: string;
}

interface StartOptions extends Scope {
  readonly reason?: string;
  readonly operator?: string;
  readonly knownShare?: number;
  readonly silentAfter?: number;
  readonly floor?: number;
  readonly yes?: boolean;
}

function startCommand(session: Session): Command {
  return withScope(command('start'))
    .option('--operator <name>')
    .addOption(new Option('--known-share <share>').argParser(fraction))
    .addOption(new Option('--silent-after <days>').argParser(wholeNumber))
    .addOption(new Option('--floor <rate>').argParser(fraction))
    .option('--reason <text>')
    .option('--yes')
    .action(async (options: StartOptions, self: Command) => {
      const context = contextOf(self, session);
      const operator = await operatorOf(options, context);
      const { knownShare, silentAfter, floor, incident, yes = false } = options;
      if (incident === undefined && options.reason) throw new CliError(REASON, { code: 'wrong-arguments' });
      mustBeConfirmable(yes, context, by('todoku rescue plan'));
      const reason = incident === undefined ? undefined : await reasonOf(options, WHY, context);
      const plan = await context.invoke(planRescueContract, { action: 'plan', ...scopeOf(options) });
      const show = context.options.json ? context.printError : context.print;
      if (!context.options.json || !yes) for (const line of planLines(plan, context)) show(line);
      const [wave] = plan.waves;
      if (wave === undefined) {
        if (context.options.json) context.printJson(plan);
        return context.endWith(2);
      }
      if (!yes && !(await isConfirmed({ count: wave.addresses, ...FIRST_WAVE }, context))) {
        return declined(context);
      }
      await work(context, {
        action: 'start',
        operator,
        ...scopeOf(options),
        // No more than was shown, whatever became known since.
        first: wave.addresses,
        ...(knownShare !== undefined && { knownShare }),
        ...(silentAfter !== undefined && { silentAfterDays: silentAfter }),
        ...(floor !== undefined && { floor }),
        ...(reason && { reason }),
      });
    });
}

function continueCommand(session: Session): Command {
  return command('continue')
    .option('--yes')
    .action(async ({ yes = false }: { yes?: boolean }, self: Command) => {
      const context = contextOf(self, session);
      mustBeConfirmable(yes, context, by('todoku rescue status'));
      if (!yes) {
        const status = await context.invoke(workRescueContract, { action: 'status' });
        // Where it only waits, there is nothing to confirm, and nothing to do.
        if ('next' in status && status.next.step === 'wait') return show(status, context);
        if ('next' in status) for (const line of statusLines(status, context)) context.printError(line);
        if (!(await isToBeDone(NEXT_WAVE, context))) return;
      }
      await work(context, { action: 'continue' });
    });
}

const REASON: Bilingual = {
  ja: '--reason は、一斉拒否を取り消す場合（--incident）だけ指定できます。',
  en: '--reason is for undoing an incident, with --incident',
};
const WHY: Bilingual = {
  ja: '一斉拒否を取り消す理由（記録に残ります）：',
  en: 'Why the incident is undone (kept in the audit):',
};

const FIRST_WAVE = {
  one: {
    ja: '最初の波の1件をリストから解除しますか？ [y/N]',
    en: 'Take the one address of the first wave off the list? [y/N]',
  },
  several: (count: string): Bilingual => ({
    ja: `最初の波の${count}件をリストから解除します。よろしければ ${count} と入力してください：`,
    en: `Type ${count} to take the ${count} addresses of the first wave off the suppression list:`,
  }),
} as const;

const NEXT_WAVE: Bilingual = {
  ja: '条件を満たしていれば、次の波の宛先をリストから解除します。よろしいですか？ [y/N]',
  en: 'Take the next wave off the suppression list, if the outcomes allow it? [y/N]',
};

function statusCommand(session: Session): Command {
  return command('status').action((_options: unknown, self: Command) =>
    work(contextOf(self, session), { action: 'status' }),
  );
}

function stopCommand(session: Session): Command {
  return command('stop')
    .option('--operator <name>')
    .option('--reason <text>')
    .action(async (options: { operator?: string; reason?: string }, self: Command) => {
      const { reason } = options;
      const context = contextOf(self, session);
      const operator = await operatorOf(options, context);
      await work(context, { action: 'stop', operator, ...(reason && { reason }) });
    });
}

function withScope(made: Command): Command {
  return made
    .addOption(new Option('--bound <rate>').argParser(fraction))
    .addOption(new Option('--first <count>').argParser(wholeNumber))
    .option('--incident <id>');
}

function scopeOf({ bound, first, incident }: Scope): Scope {
  return {
    ...(bound !== undefined && { bound }),
    ...(first !== undefined && { first }),
    ...(incident !== undefined && { incident }),
  };
}

/** Asks the function to do something and shows how the campaign stands; exit code 2 when it was not done. */
async function work(context: CliContext, request: RequestOf<typeof workRescueContract>): Promise<void> {
  show(await context.invoke(workRescueContract, request), context);
}

function show(answer: AnswerOf<typeof workRescueContract>, context: CliContext): void {
  const { language, print, colors } = context;
  if ('skipped' in answer || 'refused' in answer) context.endWith(2);
  if (context.options.json) context.printJson(answer);
  else if ('skipped' in answer) print(ANOTHER_RUN[language]);
  else if ('refused' in answer) print(colors.yellow(stripControls(answer.refused[language])));
  else for (const line of statusLines(answer, context)) print(line);
}

const ANOTHER_RUN: Bilingual = {
  ja: '別の実行が動作中のため、何もしませんでした。',
  en: 'Another run is active; nothing was done.',
};

/** A fraction between 0 and 1, as an option's value. */
function fraction(text: string): number {
  if (!/^(0?\.\d{1,9}|0|1)$/.test(text)) throw wrongValue('fraction');
  return Number(text);
}
