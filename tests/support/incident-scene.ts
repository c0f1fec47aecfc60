import type { IncidentList } from '../../lib/contracts/incidents.ts';
import { incidents } from '../../lib/operations/incidents.ts';
import type { World } from './world.ts';

/** A server that a block list stops, the incident that follows, and its end. */

export const DAY = 86_400_000;
const HOUR = 3_600_000;

/** What a server says to a sender that a block list names. */
export const LISTED = '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org';

/** Customers of au, invented. */
export const customers = (count: number, name = 'c'): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index + 1}@ezweb.ne.jp`);

/**
 * Sends a mail to everyone while their carrier refuses the sender, ends that, and lets a cleanup look at the list.
 *
 * @param listed those who stay on the list until then.
 * @returns the incident's id.
 */
export async function refuseAll(
  world: World,
  addresses: readonly string[],
  listed: readonly string[] = addresses,
): Promise<string> {
  for (const address of addresses) world.ses.setMailbox(address, { blocksSender: LISTED });
  await world.send(...addresses);
  for (const address of addresses) world.ses.setMailbox(address, { blocksSender: '' });
  for (const address of addresses) if (!listed.includes(address)) world.ses.list.delete(address);
  world.clock.advance(2 * HOUR);
  await world.run({ mode: 'propose' });
  return incidentId(world);
}

/** The id of the latest incident. */
export async function incidentId(world: World): Promise<string> {
  const now = () => world.clock.now();
  const answer = (await incidents({ days: 30 }, { store: world.store, now })) as IncidentList;
  return answer.incidents[0]?.id ?? 'none';
}
