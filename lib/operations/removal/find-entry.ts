import { normaliseAddress, spellingOf } from '../../address.ts';
import { LIST_CATCHES_UP } from '../../cases/outcome.ts';
import type { AddressRecord, SuppressionCase } from '../../cases/records.ts';
import type { Fact } from '../../mails/fact.ts';
import { notSentBy } from '../../mails/nature.ts';
import { readCheckpoint } from '../../store/checkpoint.ts';
import type { Table } from '../../store/table.ts';
import { UnsupportedAddressError } from '../../suppression/errors.ts';
import type { ListEntry, SuppressionList } from '../../suppression/list.ts';
import { type Bilingual, byCodeUnits } from '../../text.ts';
import { formatInTokyo } from '../../time.ts';

/**
 * The list's entry of an address under any spelling we know: SES finds a local part only in the case it was listed
 * with, so the spelling its list once returned comes first, then the one that was typed, the key form, and how the
 * newest events spelled it.
 *
 * An address that SES refuses in this call (one with a slash) is answered from the case, as the last walk saw it.
 *
 * @throws {UnsupportedAddressError} for such an address when no walk has seen it.
 */
export async function findEntry(
  address: string,
  { case: known, facts }: Pick<AddressRecord, 'case' | 'facts'>,
  list: Pick<SuppressionList, 'get'>,
): Promise<ListEntry | undefined> {
  const newest = facts.toSorted((left, right) => byCodeUnits(right.at, left.at));
  const spellings = new Set([
    ...(known ? [known.spelling] : []),
    spellingOf(address),
    normaliseAddress(address),
    ...[...new Set(newest.flatMap(({ spelling }) => spelling ?? []))].slice(0, SPELLINGS_ASKED),
  ]);
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

/** Of the spellings in events so many are asked for: each is a call at SES's one a second. */
const SPELLINGS_ASKED = 2;

/**
 * Where {@link findEntry} finds nothing: when SES last dropped a mail because of its list, if that can only be an
 * entry in a spelling nobody knows yet, ISO 8601 UTC. The event of a dropped mail spells the address as that mail did; the
 * walk of the list records how it was listed, as a case. So a mail dropped since the last removal, the last delivery and the last walk tells of an entry
 * that no case knows. Undefined: nothing speaks for one.
 */
export async function droppedByUnknownEntry(
  address: string,
  { case: known, facts }: AddressRecord,
  store: Table,
): Promise<string | undefined> {
  // An entry whose spelling is known, and that is gone, explains the mails it dropped.
  if (known !== undefined && lastSeen(known) !== undefined) return undefined;
  const dropped = latest(facts.filter((fact) => notSentBy(fact) === 'account-list'));
  const removedAt = known?.removals.at(-1)?.at;
  if (dropped === undefined || dropped <= (latest(facts.filter(isAccepted)) ?? '')) return undefined;
  if (removedAt !== undefined && Date.parse(dropped) <= Date.parse(removedAt) + LIST_CATCHES_UP)
    return undefined;
  const { walkedUntil = '', again = [] } = await readCheckpoint(store);
  if (dropped > walkedUntil) return dropped;
  // An entry that the walk saw and could not record has no case either, nor one of somebody who was forgotten.
  const key = normaliseAddress(address);
  if (store.forgotten.of(key) !== undefined) return dropped;
  return again.some(({ spelling }) => normaliseAddress(spelling) === key) ? dropped : undefined;
}

/** What {@link droppedByUnknownEntry} means to an operator, and what to do. */
export function unknownSpelling(droppedAt: string): Bilingual {
  const at = formatInTokyo(droppedAt);
  return {
    ja: `入力されたつづりではサプレッションリストに見つかりませんが、${at}（日本時間）のメールはリストに登録済みとして送信されていません。SESは登録時と同じつづり（大文字・小文字）でしか検索できないため、別のつづりで登録されている可能性があります。リストの全件確認（todoku cleanup --full）のあとで、もう一度検索してください。`,
    en: `Not on the suppression list in this spelling, yet SES dropped the mail of ${at} (Japan time) because of the list. SES finds an entry only in the very spelling it was listed in, upper and lower case, so it may be listed in another: look again after a full walk of the list (todoku cleanup --full).`,
  };
}

function isAccepted({ kind }: Fact): boolean {
  return kind === 'delivery' || kind === 'open' || kind === 'click';
}

function latest(facts: readonly Fact[]): string | undefined {
  return facts
    .map((fact) => fact.at)
    .sort()
    .at(-1);
}

/** The entry a case is about, while it is on the list as far as we know. */
function lastSeen(known: SuppressionCase): ListEntry | undefined {
  if (known.state === 'watching' || known.state === 'closed') return undefined;
  const { address, spelling, listedReason: reason, listedAt: at, feedbackId } = known;
  return { address, spelling, reason, at, ...(feedbackId && { feedbackId }) };
}
