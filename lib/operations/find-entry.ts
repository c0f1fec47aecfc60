import { normaliseAddress } from '../address.ts';
import type { SuppressionCase } from '../policy/records.ts';
import { UnsupportedAddressError } from '../suppression/errors.ts';
import type { ListEntry, SuppressionList } from '../suppression/list.ts';

/**
 * The list's entry of an address under any spelling we know: SES finds a local part only in the case it was listed
 * with, so the spelling its list once returned comes first, then what was typed, then the key form.
 *
 * An address that SES refuses in this call (one with a slash) is answered from the case, as the last walk saw it.
 *
 * @throws {UnsupportedAddressError} for such an address when no walk has seen it.
 */
export async function findEntry(
  address: string,
  known: SuppressionCase | undefined,
  list: Pick<SuppressionList, 'get'>,
): Promise<ListEntry | undefined> {
  const spellings = new Set([...(known ? [known.spelling] : []), address.trim(), normaliseAddress(address)]);
  try {
    for (const spelling of spellings) {
      const entry = await list.get(spelling);
      if (entry !== undefined) return entry;
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof UnsupportedAddressError) || known === undefined) throw error;
    return lastSeen(known);
  }
}

/** The entry a case is about, while it is on the list as far as we know. */
function lastSeen(known: SuppressionCase): ListEntry | undefined {
  if (known.state === 'watching' || known.state === 'closed') return undefined;
  const { address, spelling, listedReason: reason, listedAt: at, feedbackId } = known;
  return { address, spelling, reason, at, ...(feedbackId && { feedbackId }) };
}
