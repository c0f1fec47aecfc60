import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { now } from '../lib/clock.ts';
import { type NotifyAnswer, notifyRequestSchema } from '../lib/contracts/notify.ts';
import { monthToNote, tellMonth } from '../lib/operations/report/tell-month.ts';
import { tell } from '../lib/operations/tell.ts';
import { errorName } from '../lib/refusal.ts';
import { store } from './clients.ts';
import { environment } from './environment.ts';
import { alone, answering, type Invocation, SKIPPED } from './invocation.ts';
import { outlets } from './outlets.ts';
import { parseRequest } from './request.ts';

const notifyEnvironmentSchema = z.object({
  NOTICE_LANGUAGE: z.enum(['ja', 'en']).default('ja'),
  STAGE: z.string().default('local'),
});

/** Time kept back for telling, after a month was counted; milliseconds. */
const RESERVE = 300_000;

/** Thrown when a channel did not take what it was given: Lambda tries again, and so does the next run. */
export class NotToldError extends Error {
  override readonly name = 'NotToldError';
}

async function handle(event: unknown, invocation: Invocation): Promise<NotifyAnswer> {
  const { digest, patience } = parseRequest(notifyRequestSchema, event ?? {});
  const { log } = invocation;
  const { NOTICE_LANGUAGE: language, STAGE: stage } = notifyEnvironmentSchema.parse(process.env);
  const month = digest ? await noteMonth(invocation) : {};
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
  if (report !== undefined) log.info('notices', { ...report, ...month });
  const failed = [...(month.failed ?? []), ...(report?.failed ?? [])];
  if (failed.length > 0) throw new NotToldError(`not told: ${failed.join(', ')}`);
  return report === undefined ? SKIPPED : { ...report, ...(month.noted && { month: month.noted }) };
}

/**
 * Notes the month that is over to be told, where nobody did yet: with a lease of its own, so that others tell meanwhile. What
 * fails here keeps nothing else from being told.
 */
async function noteMonth({
  log,
  timeIsUp,
}: Invocation): Promise<{ readonly noted?: string; readonly failed?: readonly string[] }> {
  try {
    const month = await monthToNote(store(), now());
    if (month === undefined) return {};
    const tools = { store: store(), now, isLate: () => timeIsUp(RESERVE) };
    const noted = await alone(randomUUID(), 0, () => tellMonth(month, tools), 'MONTH_LEASE');
    return noted ? { noted: month } : {};
  } catch (error) {
    log.error('month not counted', { errorName: errorName(error) });
    return { failed: ['month'] };
  }
}

/** Hands waiting notices over to people and systems: after a run, or by hand. */
export const handler = answering(handle);
