import { hash } from 'node:crypto';

/** Slots at the start: room for 1.4 million texts in 16 MiB. */
const FIRST_CAPACITY = 2 ** 21;
/** Share of the slots in use above which the table doubles. */
const FULL = 0.7;

/**
 * Which texts were seen before, in 8 bytes a slot instead of the texts: 64 bits of each one's SHA-1. Two different
 * texts count as one with a probability of n² / 2^65: with a million of them, 3 in 100 million. So it may count; it
 * must not decide what is stored.
 */
export class SeenTexts {
  #slots = new Uint32Array(FIRST_CAPACITY * 2);
  #used = 0;

  /** @returns whether the text was seen before. */
  add(text: string): boolean {
    const digest = hash('sha1', text, 'buffer');
    const high = digest.readUInt32LE(0);
    // A slot of two zeros is a free one.
    const low = digest.readUInt32LE(4) || 1;
    if (this.#used >= (this.#slots.length / 2) * FULL) this.#grow();
    if (!place(this.#slots, high, low)) return true;
    this.#used += 1;
    return false;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#slots.length * 2);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const low = this.#slots[at + 1];
      if (low) place(larger, this.#slots[at] ?? 0, low);
    }
    this.#slots = larger;
  }
}

/** Open addressing with linear probing. @returns false when the pair is there already. */
function place(slots: Uint32Array, high: number, low: number): boolean {
  const count = slots.length / 2;
  for (let slot = high % count; ; slot = (slot + 1) % count) {
    const at = slot * 2;
    if (slots[at + 1] === 0) {
      slots[at] = high;
      slots[at + 1] = low;
      return true;
    }
    if (slots[at] === high && slots[at + 1] === low) return false;
  }
}
