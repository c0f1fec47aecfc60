import { handler as cleanup } from '../../functions/cleanup.ts';
import { handler as lookup } from '../../functions/lookup.ts';
import { handler as rescue } from '../../functions/rescue.ts';

/** One container of a function: a process with its own clients and its own pace, as Lambda has. */

/** What the bench asks of this process, one at a time. */
export interface CallQuestion {
  readonly call: keyof typeof HANDLERS;
  readonly event: Readonly<Record<string, unknown>>;
}

/** What the function answered, or the error it ended with, and how long that took, seconds. */
export interface CallAnswer {
  readonly answer?: object;
  readonly error?: string;
  readonly seconds: number;
}

const HANDLERS = { cleanup, lookup, rescue };

process.on('message', ({ call, event }: CallQuestion) => {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  HANDLERS[call](event).then(
    (answer) => process.send?.({ answer, seconds: seconds() } satisfies CallAnswer),
    (error: unknown) => process.send?.({ error: String(error), seconds: seconds() } satisfies CallAnswer),
  );
});
process.once('disconnect', () => process.exit());
