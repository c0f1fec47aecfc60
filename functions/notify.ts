import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type NotifyAnswer, notifyRequestSchema } from '../lib/contracts/notify.ts';
import { tell } from '../lib/operations/tell.ts';
import { store } from './clients.ts';
import { environment } from './environment.ts';
import { alone, answering, type Invocation, SKIPPED } from './invocation.ts';
import { outlets } from './outlets.ts';
import { parseRequest } from './request.ts';

const notifyEnvironmentSchema = z.object({
  NOTICE_LANGUAGE: z.enum(['ja', 'en']).default('ja'),
  STAGE: z.string().default('local'),
});

/** Thrown when a channel did not take what it was given: Lambda tries again, and so does the next run. */
export class NotToldError extends Error {
  override readonly name = 'NotToldError';
}

async function handle(event: unknown, { log }: Invocation): Promise<NotifyAnswer> {
  const { digest, patience } = parseRequest(notifyRequestSchema, event ?? {});
  const { NOTICE_LANGUAGE: language, STAGE: stage } = notifyEnvironmentSchema.parse(process.env);
  const report = await alone(
    randomUUID(),
    patience,
    () =>
      tell(
        { digest },
        {
          store: store(),
          outlets: outlets(log),
          setting: environment().NOTICES,
          stage,
          language,
          onFailure: (channel, errorName) => log.error('not told', { channel, errorName }),
        },
      ),
    'NOTICES_LEASE',
  );
  if (report === undefined) return SKIPPED;
  log.info('notices', { ...report });
  if (report.failed.length > 0) throw new NotToldError(`not told: ${report.failed.join(', ')}`);
  return report;
}

/** Hands waiting notices over to people and systems: after a run, or by hand. */
export const handler = answering(handle);
