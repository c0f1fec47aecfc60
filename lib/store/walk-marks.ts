import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry } from './items.ts';
import { hash, type Key, PARTITIONS } from './keys.ts';
import { partitionQuery, type Table } from './table.ts';

/**
 * Which addresses a full walk of the list has met, so that it can tell afterwards whose entry is gone: four bytes an
 * address, kept in memory and handed on from one invocation of the walk to the next (1 million entries: 13 items).
 */

/** Marks in one item: four bytes each, an item holds 400 KB. */
const MARKS_AN_ITEM = 80_000;
/** How long the marks of an unfinished walk are kept, days. */
const MARK_DAYS = 7;

/** The addresses met by the walk that began at a moment. */
export class WalkMarks {
  readonly #table: Table;
  readonly #startedAt: string;
  #marks = new Uint32Array(1_024);
  #count = 0;
  /** How many of them are on record. */
  #saved = 0;
  #parts = 0;
  #sorted: Uint32Array | undefined;

  private constructor(table: Table, startedAt: string) {
    this.#table = table;
    this.#startedAt = startedAt;
  }

  /** The marks of a walk, `startedAt` in ISO 8601 UTC; those of its earlier invocations are read. */
  static async open(table: Table, startedAt: string): Promise<WalkMarks> {
    const walk = new WalkMarks(table, startedAt);
    const { pk, sk } = partKey(startedAt, '');
    for (const part of await table.query(partitionQuery(pk, { from: sk, to: `${sk}~` }))) {
      const { marks } = part;
      if (!(marks instanceof Uint8Array)) continue;
      // A copy: the bytes may lie anywhere in a larger buffer.
      for (const mark of new Uint32Array(new Uint8Array(marks).buffer)) walk.#push(mark);
      walk.#parts += 1;
    }
    walk.#saved = walk.#count;
    return walk;
  }

  /** How many entries were marked; an address met twice counts twice. */
  get count(): number {
    return this.#count;
  }

  /** Marks a normalised address as met. */
  add(address: string): void {
    this.#push(this.#markOf(address));
  }

  /**
   * Whether the walk met an address. Once in some thousands (of a list of a million) an address that it did not meet
   * shares the mark of another and is held to be met; the next walk marks it differently.
   */
  has(address: string): boolean {
    this.#sorted ??= this.#marks.slice(0, this.#count).sort();
    const wanted = this.#markOf(address);
    let [from, to] = [0, this.#count];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#sorted[middle] ?? 0) < wanted) from = middle + 1;
      else to = middle;
    }
    return this.#sorted[from] === wanted;
  }

  /** Writes down what was marked since the last time, for the next invocation. */
  async save(): Promise<void> {
    const expiresAt = expiry(this.#table.now().toISOString(), MARK_DAYS);
    while (this.#saved < this.#count) {
      const until = Math.min(this.#saved + MARKS_AN_ITEM, this.#count);
      const marks = this.#marks.slice(this.#saved, until);
      const key = partKey(this.#startedAt, String(this.#parts).padStart(6, '0'));
      await this.#table.put({ ...key, marks: new Uint8Array(marks.buffer), [TTL_ATTRIBUTE]: expiresAt });
      this.#saved = until;
      this.#parts += 1;
    }
  }

  #push(mark: number): void {
    if (this.#count === this.#marks.length) {
      const larger = new Uint32Array(this.#marks.length * 2);
      larger.set(this.#marks);
      this.#marks = larger;
    }
    this.#marks[this.#count] = mark;
    this.#count += 1;
    this.#sorted = undefined;
  }

  #markOf(address: string): number {
    return Number.parseInt(hash(`${this.#startedAt}\n${address}`, 8), 16);
  }
}

function partKey(startedAt: string, part: string): Key {
  return { pk: PARTITIONS.cleanup, sk: `WALKED#${startedAt}#${part}` };
}
