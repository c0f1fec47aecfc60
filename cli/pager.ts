import type { CliContext } from './context.ts';
import type { Io } from './io.ts';

/**
 * Writes a text that may be longer than the screen: on a terminal through the pager that TODOKU_PAGER or PAGER names
 * (else `less`, which ends by itself where one screen is enough), elsewhere as it is. An empty name, or `cat`, is none.
 */
export async function printPaged(text: string, context: CliContext): Promise<void> {
  const shown = context.fold(text);
  if (!isPaged(`${shown}\n`, context.io)) await context.printInTurn(shown);
}

/** Shows a text in the pager, where one is wanted and can be started; else it is still to be written. */
export function isPaged(text: string, { env, stdout, showPaged }: Io): boolean {
  const pager = env.TODOKU_PAGER ?? env.PAGER ?? 'less';
  const isWanted = stdout.isTTY === true && pager.trim() !== '' && pager.trim() !== 'cat';
  return isWanted && showPaged?.(text, pager) === true;
}
