import type { RescueRequest, WorstCase } from '../../contracts/rescue.ts';
import { worstCaseRate } from '../../policy/rescue.ts';
import { countInState } from '../../store/cases.ts';
import { exposureOn, readGround } from './ground.ts';
import type { RescueTools } from './tools.ts';

/** Open removals counted at most; at the policy's removals a day there are fewer before their outcomes are known. */
const MAXIMUM_COUNTED = 100_000;

/**
 * How high the bounce rate can rise when an operator takes so many addresses off the list, measured as a wave of a
 * campaign is: by what the account sends, its present rate, and every removal that may still bounce. Reads only.
 */
export async function worstCase(
  { added }: RescueRequest<'worst-case'>,
  tools: RescueTools,
): Promise<WorstCase> {
  const ground = await readGround(tools);
  const { count: open } = await countInState(tools.store, 'watching', MAXIMUM_COUNTED);
  const bound = tools.policy.maximumBounceRate;
  const { sending, volume, bounceRate: now, bounceRateSource: source, limits } = ground;
  return {
    added,
    open,
    bound,
    ...(sending &&
      volume > 0 && {
        rates: {
          now,
          worst: worstCaseRate(exposureOn(ground, bound, open), added),
          volume,
          days: sending.days,
          source,
        },
      }),
    limits,
  };
}
