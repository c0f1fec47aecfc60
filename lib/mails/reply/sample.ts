import { localPartOf, maskAddressesIn } from '../../address.ts';

/** Longest sample shown, characters. */
const LONGEST_SAMPLE = 300;
/** A local part shorter than this is not looked for in the text: it would be found in every other word. */
const SHORTEST_LOCAL_PART = 3;
/** From this length on, letters mixed with digits are an id. */
const SHORTEST_ID = 12;

/** Punctuation that may stand around a word of a reply. */
const AROUND = /^[[(<{"']+|[\])>}"'.,;:]+$/g;

/**
 * A reply as a sample: everything that names one person or one mail replaced, so that the same words of two replies
 * are one text. Reply codes and enhanced status codes stay; addresses, ids and other numbers become `<address>`,
 * `<id>` and `#`. Takes time linear in the text.
 *
 * @param recipient whose local part is replaced too, where the server repeats it without its domain.
 */
export function sampleOf(text: string, recipient: string): string {
  const local = localPartOf(recipient).toLowerCase();
  const words = maskAddressesIn(text)
    .split(/\s+/)
    .filter((word) => word !== '');
  return words
    .map((word) => folded(word, local))
    .join(' ')
    .slice(0, LONGEST_SAMPLE)
    .toWellFormed();
}

function folded(word: string, local: string): string {
  const masked = word.indexOf('***');
  if (masked >= 0 && masked <= 2 + countOf(word)) return '<address>';
  const core = word.replace(AROUND, '');
  if (core.length >= SHORTEST_LOCAL_PART && core.toLowerCase() === local)
    return word.replace(core, '<address>');
  // RFC 5321 reply codes, also before a hyphen, and RFC 3463 status codes.
  if (/^#?[245]\d\d(?:[- ]#?[245]\.\d{1,3}\.\d{1,3})?-?$/.test(core)) return word;
  if (/^#?[245]\.\d{1,3}\.\d{1,3}$/.test(core)) return word;
  if (isId(core)) return word.replace(core, '<id>');
  return word.replace(/\d+/g, '#');
}

/** How many signs stand before the word itself. */
function countOf(word: string): number {
  return word.length - word.replace(/^[[(<{"']+/, '').length;
}

function isId(core: string): boolean {
  return core.length >= SHORTEST_ID && /\d/.test(core) && /^[A-Za-z0-9+/=_-]+$/.test(core);
}
