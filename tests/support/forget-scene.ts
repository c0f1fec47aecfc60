import type { Receipt } from '../../lib/contracts/forget.ts';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import { exportPerson } from '../../lib/operations/privacy/export.ts';
import { forget } from '../../lib/operations/privacy/forget.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import type { Item } from '../../lib/store/items.ts';
import { hash } from '../../lib/store/keys.ts';
import { EAGER_POLICY, type World } from './world.ts';

/** Forgetting in a world of the tests, and the search for what is left of a person. */

/** What every piece of work on people's records gets: a table of its own that sees who was forgotten. */
const toolsOf = (world: World, list = world.list) => ({
  store: world.store,
  list,
  policy: EAGER_POLICY,
  now: () => world.clock.now(),
  sleep: async () => {},
});

/** Forgets a person, from a process of its own. */
export async function forgetIn(
  world: World,
  address: string,
  asked: { readonly reason?: string; readonly unlist?: boolean } = {},
): Promise<Receipt> {
  const { reason = 'asked', unlist = false } = asked;
  const tools = { ...toolsOf(world, world.listElsewhere), key: world.forgetKey };
  const receipt = await forget({ address, reason, operator: 'suzuki', unlist, patience: 0 }, tools);
  await tools.store.forgotten.settle();
  return receipt;
}

/** Everything on record of a person. */
export const exportIn = (world: World, address: string) => exportPerson({ address }, toolsOf(world));

/** Removes an address by hand. */
export async function removeIn(world: World, address: string, override: string[] | false = false) {
  const request = removeRequestSchema.parse({
    addresses: [address],
    reason: 'confirmed',
    operator: 'ito',
    override,
  });
  return (await remove(request, toolsOf(world)))[0];
}

/** The items in which an address stands in any form: as it is, in another case, or as a hash that anybody can make. */
export async function tracesOf(world: World, address: string): Promise<Item[]> {
  const forms = [
    address.toLowerCase(),
    encodeURIComponent(address.toLowerCase()),
    hash(address.toLowerCase(), 16),
  ];
  const items = await world.table.scan();
  return items.filter((item) => {
    const text = JSON.stringify(item).normalize('NFKC').toLowerCase();
    return forms.some((form) => text.includes(form));
  });
}
