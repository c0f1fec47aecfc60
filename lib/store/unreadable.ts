import type * as z from 'zod';
import { maskAddressesIn } from '../address.ts';
import { Refusal } from '../refusal.ts';
import type { Item } from './items.ts';

/**
 * Items that this version cannot read: a later version's, after a roll-back, or one that was edited by hand. Each is
 * counted and skipped, so that it stops nobody else's work; `status` shows how many there are.
 */

/** Keys told apart; what comes beyond is one of many. */
const MAXIMUM_KEYS = 10_000;

/** The items that were met and could not be read. */
export class UnreadableItems {
  readonly #keys = new Set<string>();

  /** Counts an item, once however often it is met. */
  note({ pk, sk }: Item): void {
    if (this.#keys.size < MAXIMUM_KEYS) this.#keys.add(`${String(pk)} ${String(sk)}`);
  }

  /** Counts what another has met. */
  take(other: UnreadableItems): void {
    for (const key of other.#keys) if (this.#keys.size < MAXIMUM_KEYS) this.#keys.add(key);
  }

  /** How many were met. */
  get count(): number {
    return this.#keys.size;
  }

  /** The key of one of them, without what names a person; undefined: there is none. */
  get example(): string | undefined {
    const [key] = this.#keys;
    return key && maskAddressesIn(key).slice(0, 200);
  }

  /** Begins to count anew. */
  clear(): void {
    this.#keys.clear();
  }
}

/** What an item holds by its schema; undefined, and counted, where it cannot be read. */
export function readItem<T>(schema: z.ZodType<T>, item: Item, unreadable: UnreadableItems): T | undefined {
  const { data, success } = schema.safeParse(item);
  if (!success) unreadable.note(item);
  return data;
}

/** What items hold by their schema, in their order; those that cannot be read are counted and left out. */
export function readItems<T>(schema: z.ZodType<T>, items: readonly Item[], unreadable: UnreadableItems): T[] {
  return items.flatMap((item) => readItem(schema, item, unreadable) ?? []);
}

/**
 * Thrown for an address whose case, or something that may say who complained or does not exist, cannot be read: it is
 * left as it is, and never removed.
 */
export class UnreadableRecordError extends Refusal {
  override readonly name = 'UnreadableRecordError';
  override readonly code = 'unreadable-record';

  constructor() {
    super({
      ja: 'この宛先の記録に、このバージョンのtodokuでは読み取れない項目があるため、判断も解除も行いません。新しいバージョンから戻した場合は、そのバージョンを再度デプロイしてください。手作業で項目を変更した場合は、元に戻してください（todoku status に件数と例が表示されます）。',
      en: 'The record of this address holds an item that this version of todoku cannot read, so it is neither judged nor removed. After a roll-back, deploy the later version again; after an edit by hand, undo it (todoku status shows how many items there are, with an example).',
    });
  }
}
