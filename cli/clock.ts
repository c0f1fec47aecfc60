import { statusContract } from '../lib/contracts/status.ts';
import type { CliContext } from './context.ts';
import { CliError } from './errors.ts';

/**
 * The present moment of the deployment that is asked. A local system lives in a time of its own, and says which; in AWS it
 * is the machine's, as it is where a local system cannot say.
 */
export async function nowOf({
  options,
  invoke,
  io,
}: Pick<CliContext, 'options' | 'invoke' | 'io'>): Promise<Date> {
  if (!options.local) return io.now();
  try {
    const { at } = await invoke(statusContract, { runs: 1 });
    return at === undefined ? io.now() : new Date(at);
  } catch (error) {
    if (error instanceof CliError) return io.now();
    throw error;
  }
}
