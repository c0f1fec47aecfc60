import type { CliContext } from './context.ts';

/**
 * Writes a text that may be longer than the screen: on a terminal through the pager that TODOKU_PAGER or PAGER names
 * (else `less`, which ends by itself where one screen is enough), elsewhere as it is. An empty name, or `cat`, is none.
 */
export async function printPaged(text: string, context: CliContext): Promise<void> {
  const { io } = context;
  const pager = io.env.TODOKU_PAGER ?? io.env.PAGER ?? 'less';
  const isWanted = io.stdout.isTTY === true && pager.trim() !== '' && pager.trim() !== 'cat';
  if (isWanted && io.showPaged?.(`${text}\n`, pager) === true) return;
  await context.printInTurn(text);
}
