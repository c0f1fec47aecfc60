import { domainToASCII } from 'node:url';

/**
 * Mail addresses as keys, as spellings to send back to SES, and as text for logs.
 *
 * Nothing here rejects an address: docomo and KDDI really issued `foo..bar.@docomo.ne.jp`, which RFC 5321
 * forbids, and a bounce of such an address is as real as any other. Every function takes time linear in its input.
 */

/** The domain of an address: what follows the last `@`, or `''` when there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1);
}

/** What stands before the last `@`; the whole text when there is none. */
export function localPartOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? address : address.slice(0, at);
}

/**
 * The address in a text as it was spelled, for a call to SES: without a display name around it, full-width letters
 * folded, upper and lower case kept.
 */
export function spellingOf(text: string): string {
  const folded = text.normalize('NFKC').trim();
  const open = folded.lastIndexOf('<');
  return open >= 0 && folded.endsWith('>') ? folded.slice(open + 1, -1).trim() : folded;
}

/** Whether a text, with or without a display name, names a mailbox: something on either side of an `@`. */
export function isMailAddress(text: string): boolean {
  const bare = normaliseAddress(text);
  return domainOf(bare) !== '' && localPartOf(bare) !== '';
}

/**
 * A domain in the one form it is compared in: full-width letters folded (NFKC), lower case, IDN as A-labels
 * (RFC 5890), without trailing dots. A text that IDNA refuses is kept, folded only.
 */
export function normaliseDomain(domain: string): string {
  const folded = withoutTrailingDots(fold(domain)).trim();
  if (/^[\x21-\x7e]*$/.test(folded)) return folded;
  // IDNA drops characters such as the soft hyphen, and a dot before them then stands last.
  return withoutTrailingDots(domainToASCII(folded)) || folded;
}

/**
 * The key form of an address: display name, angle brackets, a `mailto:` and RFC 3464's `rfc822;` removed,
 * full-width letters folded, lower case throughout, needless quotes taken away
 * (`"a..b."@docomo.ne.jp` is how senders write `a..b.@docomo.ne.jp`; RFC 5321 section 4.1.2 makes them equal).
 * Applied again it changes nothing.
 *
 * The local part is lower-cased too although RFC 5321 section 2.4 makes it case-sensitive: in practice mailboxes
 * ignore case, and SES's events, the shop and the suppression list spell one mailbox differently. For a call to
 * SES use the spelling its list returned, never this form.
 */
export function normaliseAddress(text: string): string {
  // Folding comes first: a full-width `＠` or `＜` separates as the plain one does.
  const bare = bareAddress(withoutTrailingDots(fold(text)).trim());
  const at = bare.lastIndexOf('@');
  if (at < 0) return bare;
  return `${unquoted(bare.slice(0, at))}@${normaliseDomain(bare.slice(at + 1))}`;
}

/**
 * Full-width and compatibility letters to plain ones, lower case, and half surrogate pairs replaced: they have no
 * UTF-8 form, so two such texts would be one key in the database. Lower-casing can undo the normal form, hence NFKC
 * twice.
 */
function fold(text: string): string {
  // Most are plain: to them only the lower case matters, and it alone takes half the time.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: every ASCII character stays what it is
  if (!/[^\x00-\x7f]/.test(text)) return text.toLowerCase();
  return text.toWellFormed().normalize('NFKC').toLowerCase().normalize('NFKC').replaceAll('。', '.');
}

/** Without the dots and spaces at the end. By hand: `/[.\s]+$/` takes quadratic time on dots in the middle. */
function withoutTrailingDots(text: string): string {
  let end = text.length;
  while (end > 0 && /[.\s]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** The address inside `"Hanako" <hanako@example.jp>`, or the text itself. */
function bareAddress(folded: string): string {
  const open = folded.lastIndexOf('<');
  const close = folded.indexOf('>', open);
  const inner = open >= 0 && folded.endsWith('>') ? folded.slice(open + 1, close) : '';
  return (inner.includes('@') ? inner : folded).trim().replace(/^(?:(?:mailto:|rfc822;)\s*)+/, '');
}

/** A local part without the quotes it does not need. */
function unquoted(local: string): string {
  return /^"[\w.!#$%&'*+\-/=?^`{|}~]+"$/.test(local) ? local.slice(1, -1) : local;
}

/** Longest domain shown: DNS allows 253 characters, and what is longer is no domain. */
const MAXIMUM_SHOWN_DOMAIN = 253;

/**
 * An address for logs and metrics: enough to recognise the carrier, too little to recognise the person:
 * `hanako@ezweb.ne.jp` -> `h***@ezweb.ne.jp`.
 */
export function maskAddress(address: string): string {
  const [first = ''] = stripControls(localPartOf(address).replace(/^"+/, ''));
  const domain = domainOf(address);
  return domain === ''
    ? `${first}***`
    : `${first}***@${stripControls(domain.slice(0, MAXIMUM_SHOWN_DOMAIN))}`;
}

/**
 * What ends an address inside a text, Japanese brackets and punctuation among them: nothing else stands between an address
 * and the sentence around it there. An apostrophe does not: it is a letter of local parts.
 */
const DELIMITER = /[\s<>"(),;:「」『』【】〈〉《》（）、。，：；！？]/;
/** The signs people and servers write for "at", the full-width ones among them. */
const AT_SIGN = /[@＠﹫]/g;

/** Every address inside a free text, masked: for diagnostics that quote the recipient. */
export function maskAddressesIn(text: string): string {
  const clean = stripControls(text);
  let masked = '';
  // Nothing before `done` is looked at again: that keeps the time linear.
  let done = 0;
  for (const { index } of clean.matchAll(AT_SIGN)) {
    if (index < done) continue;
    const start = startOfLocalPart(clean, index, done);
    let end = index + 1;
    while (end < clean.length && !DELIMITER.test(clean.charAt(end))) end += 1;
    masked += clean.slice(done, start);
    masked +=
      end === index + 1 || start === index
        ? clean.slice(start, end)
        : maskAddress(clean.slice(start, end).replace(/[＠﹫]/g, '@'));
    done = end;
  }
  return masked + clean.slice(done);
}

/** Where the local part that ends before `at` begins; a quoted one may hold spaces and any sign. */
function startOfLocalPart(text: string, at: number, from: number): number {
  if (text.charAt(at - 1) === '"') {
    for (let start = at - 2; start >= from; start -= 1) if (text.charAt(start) === '"') return start;
  }
  let start = at;
  while (start > from && !DELIMITER.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/** Signs that act on a terminal instead of being shown: control characters (C0, DEL, C1), line separators, bidi controls. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is this expression's purpose
export const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text from strangers without {@link CONTROLS}, for terminals and logs. */
export function stripControls(text: string): string {
  return text.replace(CONTROLS, ' ');
}

/** Domain of SES's mailbox simulator (SES developer guide, "Using the mailbox simulator"). */
export const SIMULATOR_DOMAIN = 'simulator.amazonses.com';

/**
 * Whether an address is one of SES's mailbox simulator: there is nobody behind it, so that it counts in no figure, no
 * incident, no outcome and no list that is worked through.
 */
export function isSimulator(address: string): boolean {
  return normaliseDomain(domainOf(address)) === SIMULATOR_DOMAIN;
}
