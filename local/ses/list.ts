import { domainOf, localPartOf } from '../../lib/address.ts';
import { SesError } from './errors.ts';

/** Why an address is on the list. */
export type ListReason = 'BOUNCE' | 'COMPLAINT';

/** One entry, as GetSuppressedDestination shows it. */
export interface ListEntry {
  /** As it was spelled when it was put there, the domain folded. */
  readonly address: string;
  readonly reason: ListReason;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  /** The mail and the feedback that put it there; absent for a manual entry. */
  readonly messageId?: string;
  readonly feedbackId?: string;
}

/** What a listing is restricted to; times in milliseconds, `from` inclusive, `until` exclusive. */
export interface ListFilter {
  readonly reasons?: readonly ListReason[];
  readonly from?: number;
  readonly until?: number;
}

/** One page of a listing. */
export interface ListPage {
  readonly entries: readonly ListEntry[];
  /** Present when there may be more. */
  readonly nextToken?: string;
}

/**
 * AWS documents neither the default nor the largest page size of ListSuppressedDestinations; 1,000 is what
 * others use. A larger wish is answered with this many.
 */
const MAXIMUM_PAGE = 1000;

/** An entry with its place in the listing; `entry` is gone once deleted. */
interface Slot {
  readonly position: number;
  entry: ListEntry | undefined;
}

/**
 * The account-level suppression list.
 *
 * The calls compare local parts exactly and domains without case (tested on the real service: floci issue 1350),
 * sending ignores case altogether. The order of a listing is not documented; here it is that of insertion, and
 * an entry updated during a listing keeps its place.
 */
export class SuppressionList {
  private readonly byKey = new Map<string, Slot>();
  /** Lower-cased address to the keys that differ from it in case only; most entries are in lower case anyway. */
  private readonly byFolded = new Map<string, Set<string>>();
  private slots: Slot[] = [];
  private nextPosition = 0;

  /** Number of entries. */
  get size(): number {
    return this.byKey.size;
  }

  /** Puts an address on the list, or overwrites its entry. */
  put(entry: ListEntry): void {
    const address = canonical(entry.address);
    const stored = { ...entry, address };
    const slot = this.byKey.get(address);
    if (slot !== undefined) {
      slot.entry = stored;
      return;
    }
    const added: Slot = { position: this.nextPosition++, entry: stored };
    this.byKey.set(address, added);
    this.slots.push(added);
    const folded = address.toLowerCase();
    if (folded === address) return;
    const keys = this.byFolded.get(folded);
    if (keys === undefined) this.byFolded.set(folded, new Set([address]));
    else keys.add(address);
  }

  /** The entry of exactly this local part; undefined when there is none. */
  get(address: string): ListEntry | undefined {
    return this.byKey.get(canonical(address))?.entry;
  }

  /** The entry that stops a mail to this address, whatever its case. */
  blocking(address: string): ListEntry | undefined {
    const folded = address.toLowerCase();
    const key = this.byKey.has(folded) ? folded : this.byFolded.get(folded)?.values().next().value;
    return key === undefined ? undefined : this.byKey.get(key)?.entry;
  }

  /** Takes exactly this entry off; false when it was not there. */
  delete(address: string): boolean {
    const key = canonical(address);
    const slot = this.byKey.get(key);
    if (slot === undefined) return false;
    slot.entry = undefined;
    this.byKey.delete(key);
    const folded = key.toLowerCase();
    const keys = this.byFolded.get(folded);
    keys?.delete(key);
    if (keys?.size === 0) this.byFolded.delete(folded);
    if (this.slots.length > 64 && this.slots.length > this.byKey.size * 2) {
      this.slots = this.slots.filter((one) => one.entry !== undefined);
    }
    return true;
  }

  /** Every entry, in listing order. */
  *entries(): Generator<ListEntry> {
    for (const slot of this.slots) if (slot.entry !== undefined) yield slot.entry;
  }

  /**
   * One page. A page may hold fewer entries than asked for, and the last one may be empty: only a missing token
   * ends a listing.
   *
   * @throws {SesError} InvalidNextTokenException for a token that is not of this listing.
   */
  page(filter: ListFilter, size = MAXIMUM_PAGE, token?: string): ListPage {
    const wanted = Math.min(size, MAXIMUM_PAGE);
    const entries: ListEntry[] = [];
    let index = token === undefined ? 0 : this.indexFrom(readToken(token, filter));
    for (; index < this.slots.length && entries.length < wanted; index++) {
      const entry = this.slots[index]?.entry;
      if (entry !== undefined && matches(entry, filter)) entries.push(entry);
    }
    const next = this.slots[index];
    return next === undefined ? { entries } : { entries, nextToken: writeToken(next.position, filter) };
  }

  /** Index of the first slot at or after a position (slots are in order of position). */
  private indexFrom(position: number): number {
    let low = 0;
    let high = this.slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.slots[middle]?.position ?? Number.POSITIVE_INFINITY;
      if (at < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The form the calls compare: local part as it is, domain in lower case. */
function canonical(address: string): string {
  const domain = domainOf(address);
  return domain === '' ? address : `${localPartOf(address)}@${domain.toLowerCase()}`;
}

function matches(entry: ListEntry, filter: ListFilter): boolean {
  if (filter.reasons !== undefined && !filter.reasons.includes(entry.reason)) return false;
  if (filter.from !== undefined && entry.updatedAt < filter.from) return false;
  return filter.until === undefined || entry.updatedAt < filter.until;
}

function fingerprint(filter: ListFilter): string {
  return [[...(filter.reasons ?? [])].sort().join('+'), filter.from ?? '', filter.until ?? ''].join(',');
}

function writeToken(position: number, filter: ListFilter): string {
  return Buffer.from(`next:${position}:${fingerprint(filter)}`).toString('base64url');
}

function readToken(token: string, filter: ListFilter): number {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const found = /^next:(\d{1,15}):(.*)$/.exec(text);
  if (found === null || found[2] !== fingerprint(filter)) {
    throw new SesError(
      'InvalidNextTokenException',
      'The specified request includes an invalid or expired token.',
    );
  }
  return Number(found[1]);
}
