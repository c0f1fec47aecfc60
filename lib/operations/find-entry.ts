import { normaliseAddress } from '../address.ts';
import type { SuppressionCase } from '../policy/records.ts';
import type { ListEntry, SuppressionList } from '../suppression/list.ts';

/**
 * The list's entry of an address under any spelling we know: SES finds a local part only in the case it was listed
 * with, so the spelling its list once returned comes first, then what was typed, then the key form.
 */
export async function findEntry(
  address: string,
  known: SuppressionCase | undefined,
  list: Pick<SuppressionList, 'get'>,
): Promise<ListEntry | undefined> {
  const spellings = new Set([...(known ? [known.spelling] : []), address.trim(), normaliseAddress(address)]);
  for (const spelling of spellings) {
    const entry = await list.get(spelling);
    if (entry !== undefined) return entry;
  }
  return undefined;
}
