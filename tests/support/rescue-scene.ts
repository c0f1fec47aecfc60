import { continueRescue, startRescue } from '../../lib/operations/rescue/rescue.ts';
import type { RescueTools } from '../../lib/operations/rescue/tools.ts';
import { takeLease } from '../../lib/store/lease.ts';
import { EAGER_POLICY, type World } from './world.ts';

/** When the backlog was listed, and when the campaign is. */
const THEN = '2024-06-01T01:00:00.000Z';
export const PRESENT = '2026-10-01T00:00:00.000Z';
export const DAY = 86_400_000;
/** Long enough for a delivery to be an outcome. */
export const SETTLED = DAY / 2;

/** Addresses of docomo, invented: `rescue-1@docomo.ne.jp` and so on. */
export function docomo(count: number, name = 'rescue'): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}@docomo.ne.jp`);
}

/** Members whom docomo refused in 2024 with the words of an unknown user; their filters are as they were. */
export async function backlog(world: World, addresses: readonly string[]): Promise<void> {
  world.clock.set(THEN);
  for (const address of addresses) world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(...addresses);
  world.clock.set(PRESENT);
  // Imported lately: a member record of 2024 would be forgotten by now.
  await world.members(...addresses);
}

/** Counted in each world: files share this module, and what one stores must not tell which others ran before it. */
const invocations = new WeakMap<World, number>();

/** What a campaign works with: a shop that sent 1,000 mails in the last week, unless told otherwise. */
export function rescueTools(world: World, changes: Partial<RescueTools> = {}): RescueTools {
  const invocation = (invocations.get(world) ?? 0) + 1;
  invocations.set(world, invocation);
  return {
    store: world.store,
    list: world.list,
    policy: EAGER_POLICY,
    now: () => world.clock.now(),
    runId: `rescue-${invocation}`,
    sending: async () => ({ sent: 1_000, days: 7, source: 'cloudwatch' }),
    reputation: async () => ({ state: 'read' }),
    ...changes,
  };
}

/** Settings of a start that tests vary. */
export const START = { action: 'start', operator: 'ito', knownShare: 1, silentAfterDays: 14 } as const;

/** One call under the lease, as the function makes it: undefined while another holds it. */
export async function alone<Answer>(
  world: World,
  tools: RescueTools,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> {
  const lease = await takeLease(world.store, tools.runId, world.clock.now(), 1);
  return lease && work();
}

/** Starts, or goes on where there is a campaign. */
export async function startOrContinue(
  world: World,
  changes: Partial<RescueTools> = {},
  settings: {
    readonly first?: number;
    readonly knownShare?: number;
    readonly incident?: string;
    readonly reason?: string;
  } = {},
) {
  const tools = rescueTools(world, changes);
  try {
    return await alone(world, tools, async () => {
      const known = await world.store.get({ pk: 'RESCUE', sk: 'CAMPAIGN' });
      return known === undefined ? startRescue({ ...START, ...settings }, tools) : continueRescue(tools);
    });
  } finally {
    // The lease ends with its millisecond.
    world.clock.advance(1_000);
  }
}
