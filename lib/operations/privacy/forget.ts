import { maskAddress, maskAddressesIn, normaliseAddress } from '../../address.ts';

import type { ForgetRequest, Receipt } from '../../contracts/forget.ts';
import { isComplaint } from '../../mails/nature.ts';
import { Refusal } from '../../refusal.ts';
import { type ShownRecord, shownRecord } from '../../store/addresses.ts';
import { decisionItem } from '../../store/decisions.ts';
import type { ForgetKey } from '../../store/forgetting.ts';
import {
  dropForgotten,
  eraseAddress,
  forgottenState,
  keyedHash,
  markForgotten,
} from '../../store/forgotten.ts';
import { addressKey, PARTITIONS } from '../../store/keys.ts';
import { type Mention, mentionsOf, withoutAddresses } from '../../store/personal.ts';
import { partitionQuery } from '../../store/table.ts';
import { UnsupportedAddressError } from '../../suppression/errors.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { findEntry } from '../removal/find-entry.ts';
import { type RemoveTools, remove } from '../removal/remove.ts';
import { elsewhereAfter } from './elsewhere.ts';

/** What forgetting works with. */
export interface ForgetTools extends RemoveTools {
  readonly key: ForgetKey;
}

/** Thrown when the key is in place: nothing is given up that still protects. */
export class KeyInPlaceError extends Refusal {
  override readonly name = 'KeyInPlaceError';
  override readonly code = 'forget-key-in-place';

  constructor() {
    super({
      ja: '鍵は失われていないため、保護を手放す必要はありません。',
      en: 'The key is in place: there is nothing to give up.',
    });
  }
}

/**
 * Forgets a person: erases what the table holds of an address, wherever it stands. Of a complaint a keyed hash stays, so
 * that it goes on protecting the address. The entry on SES's list stays, unless its removal is asked for and no rule
 * forbids it.
 *
 *     entry looked for -> taken off the list, where asked -> record read -> marked as forgotten -> mentions taken out
 *       -> case, then all else erased -> audit line
 *
 * Nothing is erased before the mark stands, so that a complaint is never forgotten without it. Safe to interrupt: again
 * it does what is left.
 *
 * @throws {ForgetKeyLostError} when the key of earlier forgettings is lost: this one would be told by another.
 */
export async function forget(request: ForgetRequest, tools: ForgetTools): Promise<Receipt> {
  const { store, key, now } = tools;
  const address = normaliseAddress(request.address);
  const before = await shownRecord(store, address);
  const listed = await entryOf(request.address, before, tools);
  const asked = await unlist(request, listed, tools);
  const record = await shownRecord(store, address);
  // A complaint that came while the entry was deleted put it back.
  const isBack = asked.result === 'unlisted' && record.case?.removals.at(-1)?.putBack === 'done';
  const entry = isBack ? { result: 'refused' as const, reason: 'COMPLAINT', why: PUT_BACK } : asked;

  const stood = new Set<string>();
  for await (const page of store.stored.pages(partitionQuery(addressKey(address)))) {
    for (const { sk } of page) stood.add(sk);
  }
  const at = now().toISOString();
  const complainedAt = complaintOf(record, listed, at);
  const known = { at, ...(complainedAt && { complainedAt }) };
  const marked = await markForgotten(store, key, address, known);

  const erased: Record<string, number> = {};
  for (const mention of await mentionsOf(store, address, record.case)) {
    await takeOut(mention, address, tools);
    erased[mention.where] = (erased[mention.where] ?? 0) + 1;
  }
  for (const [kind, count] of Object.entries(await eraseAddress(store, address, { at, before: stood }))) {
    erased[kind] = (erased[kind] ?? 0) + count;
  }
  await noteForgetting(request, marked, at, tools);
  return {
    at,
    masked: maskAddress(address),
    hash: marked,
    erased,
    complaint: complainedAt !== undefined,
    entry,
    elsewhere: elsewhereAfter(at),
  };
}

/**
 * Gives up what a lost key protected.
 *
 * @returns how many forgotten addresses are not known any more.
 * @throws {KeyInPlaceError} when it is not lost.
 */
export async function acceptKeyLoss(
  request: { readonly reason: string; readonly operator: string },
  tools: Pick<ForgetTools, 'store' | 'key' | 'now'>,
): Promise<number> {
  const state = await forgottenState(tools.store, tools.key);
  if (state === undefined || state.key === 'in-place') throw new KeyInPlaceError();
  const at = tools.now().toISOString();
  await noteForgetting(request, `key-${state.key}`, at, tools);
  return dropForgotten(tools.store);
}

/** The entry on SES's list; of an address that SES refuses in this call what the case says. */
async function entryOf(
  address: string,
  record: ShownRecord,
  { list }: ForgetTools,
): Promise<ListEntry | undefined> {
  try {
    return await findEntry(address, record, list);
  } catch (error) {
    if (error instanceof UnsupportedAddressError) return undefined;
    throw error;
  }
}

/** Takes the entry off the list where that is asked for, as an operator does by hand: through the gate, with no override. */
async function unlist(
  { unlist: isAsked, reason, operator }: ForgetRequest,
  entry: ListEntry | undefined,
  tools: ForgetTools,
): Promise<Receipt['entry']> {
  if (entry === undefined) return { result: 'none' };
  const stays = { reason: entry.reason, since: entry.at };
  if (!isAsked) return { result: 'stays', ...stays };
  // Only an import job removes it, which would need the case.
  if (entry.spelling.includes('/')) return { result: 'refused', ...stays, why: ONLY_BY_JOB };
  const asked = { addresses: [entry.spelling], reason, operator, dryRun: false, override: false };
  const [answer] = await remove(asked, tools);
  if (answer?.result === 'removed') return { result: 'unlisted' };
  if (answer?.result === 'not_listed') return { result: 'none' };
  // Nothing was erased yet: it can be asked for again.
  if (answer?.result !== 'refused') throw new UnlistFailedError(answer?.why);
  return { result: 'refused', ...stays, why: answer.why };
}

const PUT_BACK = {
  ja: '解除と同時に迷惑メールの申告が記録されたため、リストに戻しました。',
  en: 'A complaint was recorded while it was taken off, so it was put back.',
};
const ONLY_BY_JOB = {
  ja: 'アドレスに「/」が含まれ、SESの単独解除では扱えないため、登録はそのまま残ります。',
  en: 'SES refuses an address with a slash in a single call: the entry stays.',
};

/** Thrown when the entry should come off the list and nobody can tell whether it did; nothing was erased. */
export class UnlistFailedError extends Refusal {
  override readonly name = 'UnlistFailedError';
  override readonly code = 'unlist-failed';

  constructor(why = { ja: '応答がありません。', en: 'no answer' }) {
    super({
      ja: `リストから解除できなかったため、何も消去していません：${why.ja}`,
      en: `The entry could not be taken off the list, so nothing was erased: ${why.en}`,
    });
  }
}

/** Since when a complaint protects the address; what nobody can read may be one. */
function complaintOf(record: ShownRecord, entry: ListEntry | undefined, at: string): string | undefined {
  const moments = [
    ...record.facts.filter(isComplaint).map((fact) => fact.at),
    ...(record.listedForComplaint ? [record.listedForComplaint] : []),
    ...(entry?.reason === 'COMPLAINT' ? [entry.at] : []),
    ...(record.unreadable?.mayDecide ? [at] : []),
  ];
  return moments.sort()[0];
}

async function takeOut(
  { where, item }: Mention,
  address: string,
  { store, key }: ForgetTools,
): Promise<void> {
  const { pk, sk } = item;
  if (where === 'outcome') {
    // The rule keeps its outcome, under a hash that nobody can make of the address.
    const keyed = `${String(item.removedAt)}#${await keyedHash(store, key, sk)}`;
    await store.put({ ...item, sk: keyed });
  }
  const rest = withoutAddresses(item, (each) => each === address);
  if (rest === undefined) return store.deleteAll([{ pk, sk }]);
  return store.put(rest);
}

/** The audit line: who forgot whom, the address masked, and in the reason too. It stands where the hashes stand. */
async function noteForgetting(
  {
    reason,
    operator,
    ...asked
  }: { readonly reason: string; readonly operator: string; readonly address?: string },
  marked: string,
  at: string,
  { store }: Pick<ForgetTools, 'store'>,
): Promise<void> {
  const address = asked.address === undefined ? '-' : maskAddress(normaliseAddress(asked.address));
  const line = decisionItem(
    {
      address,
      at,
      id: `forgotten:${marked}`,
      by: operator,
      ...(store.requestId && { requestId: store.requestId }),
      action: 'forgotten',
      rule: 'by-hand',
      because: {
        ja: '本人の求めなどにより、この宛先の記録を消去しました。',
        en: 'What was on record of this address was erased.',
      },
      note: maskedReason(reason, asked.address),
    },
    store.retention,
  );
  await store.put({ ...line, pk: PARTITIONS.forgotten });
}

/** A reason in which no address stands, nor the person's own in a form that looks like none. */
function maskedReason(reason: string, address: string | undefined): string {
  const masked = maskAddressesIn(reason);
  if (address === undefined) return masked;
  const folded = masked.normalize('NFKC').toLowerCase();
  return folded.includes(normaliseAddress(address)) ? maskAddress(normaliseAddress(address)) : masked;
}
