import type { SuppressionList } from './list.ts';
import { isThrottle, ThrottledError } from './throttle.ts';

/**
 * The list until SES first refuses a call for its rate: from then on every call fails at once. Work that goes on side
 * by side ends together then, instead of each piece running out its own patience.
 */
export function untilThrottled(list: SuppressionList): SuppressionList {
  let refused: unknown;
  const guarded = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    if (refused !== undefined) throw new ThrottledError({ cause: refused });
    try {
      return await call();
    } catch (error) {
      if (isThrottle(error)) refused = error;
      throw error;
    }
  };
  return {
    account: () => guarded(() => list.account()),
    page: (options) => guarded(() => list.page(options)),
    // Asked again when the turn has come: calls wait for it in a line.
    get: (spelling) => list.alone((entries) => guarded(() => entries.get(spelling))),
    put: (spelling, reason) => guarded(() => list.put(spelling, reason)),
    alone: (work) =>
      list.alone((entries) =>
        guarded(() =>
          work({
            get: (spelling) => guarded(() => entries.get(spelling)),
            // What the gate does with a refused deletion is the gate's: it begins again.
            remove: (spelling) => guarded(() => entries.remove(spelling)),
          }),
        ),
      ),
  };
}
