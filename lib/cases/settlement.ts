import { outcomeOf, outcomeOfRelisting } from './outcome.ts';
import type { AddressRecord, ListedEntry } from './records.ts';
import type { CaseInput } from './transitions.ts';

/**
 * What has become known of the last removal, ready to be recorded: from the facts, from being on the list anew
 * (`relisted`), or from a silence of `silentAfterDays`; undefined while the outcome is open. One recorded before the
 * address was listed again is corrected where the listing undoes it, so that the rule's record and the policy agree.
 * Pure.
 *
 * @param now ISO 8601 UTC.
 */
export function settlementOf(
  { case: known, facts }: Pick<AddressRecord, 'case' | 'facts'>,
  silentAfterDays: number,
  now: string,
  relisted?: Pick<ListedEntry, 'at' | 'reason'>,
): Extract<CaseInput, { kind: 'settled' | 'relisted-after-outcome' }> | undefined {
  const last = known?.removals.at(-1);
  if (known === undefined || last === undefined) return undefined;
  if (known.state === 'watching') {
    const inFacts = outcomeOf(last.at, facts, silentAfterDays, now);
    const ofListing = relisted && outcomeOfRelisting(last.at, inFacts, relisted);
    const found = ofListing ?? inFacts;
    return found && { kind: 'settled', at: now, found, byListing: ofListing !== undefined };
  }
  // A listing that the case has met already, or that follows none of its outcomes, says nothing of this removal.
  const { outcome, outcomeAt } = last;
  if (relisted === undefined || last.relistedAt !== undefined) return undefined;
  if (outcome === undefined || outcomeAt === undefined) return undefined;
  const found = outcomeOfRelisting(last.at, { outcome, at: outcomeAt }, relisted);
  return found && { kind: 'relisted-after-outcome', at: now, found, byListing: true };
}
