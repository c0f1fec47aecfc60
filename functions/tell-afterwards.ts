import { InvokeCommand } from '@aws-sdk/client-lambda';
import type * as z from 'zod';
import type { notifyRequestSchema } from '../lib/contracts/notify.ts';
import { errorName } from '../lib/refusal.ts';
import { lambda } from './clients.ts';
import { environment } from './environment.ts';
import type { Log } from './log.ts';

/**
 * Has what was noted handed over, by a function of its own and without waiting: what tells needs clients that nobody else
 * does. Never throws: what was not handed over is handed over after the next run.
 */
export async function tellAfterwards(request: z.input<typeof notifyRequestSchema>, log: Log): Promise<void> {
  const { NOTICES, NOTIFY_FUNCTION: name } = environment();
  if (NOTICES === 'off' || name === undefined) return;
  try {
    await lambda().send(
      new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: JSON.stringify(request) }),
    );
  } catch (error) {
    log.warn('notices not handed over', { errorName: errorName(error) });
  }
}
