import { Argument, type Command } from 'commander';
import { completionsOf, type Offer } from '../completion.ts';
import type { Session } from '../session.ts';

/** Shells whose completion is tried. */
const SHELLS = ['bash', 'zsh'] as const;

/** `todoku completion SHELL`: the script that has a shell complete `todoku`. */
export function completionCommand(made: Command, session: Session): Command {
  return made
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .option('--lang <language>')
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { getCompletionScript } = await import('@pnpm/tabtab');
      const completer = session.io.program ?? 'todoku';
      session.printWhole((await getCompletionScript({ name: 'todoku', completer, shell })).trimEnd());
    });
}

/**
 * `todoku completion-server -- WORDS`: what the script asks at each press of the tab key; which word is meant stands in
 * COMP_CWORD. Where nothing is offered, the shell offers files.
 */
export function completionServerCommand(made: Command, session: Session): Command {
  return made.argument('[words...]').action(async (words: string[], _options: unknown, self: Command) => {
    const { env } = session.io;
    const typed = words.slice(1, Number(env.COMP_CWORD ?? words.length - 1) + 1);
    const offers = await completionsOf(self.parent ?? self, typed, session);
    const shell = SHELLS.find((each) => env.SHELL?.endsWith(each));
    const { log, logFiles } = await import('@pnpm/tabtab');
    // bash offers files by itself where nothing is printed.
    if (offers.length === 0 && shell === 'zsh') return logFiles();
    log(offers.map(named), shell ?? 'bash', session.print);
  });
}

function named({ value, description }: Offer) {
  return { name: value, ...(description && { description }) };
}
