import { domainToASCII } from 'node:url';

/**
 * Mail addresses as keys, as spellings to send back to SES, and as text for logs.
 *
 * Nothing here rejects an address: docomo and KDDI really issued `foo..bar.@docomo.ne.jp`, which RFC 5321
 * forbids, and a bounce of such an address is as real as any other.
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
 * A domain in the one form it is compared in: full-width letters folded (NFKC), lower case, IDN as A-labels
 * (RFC 5890), without trailing dots. A text that IDNA refuses is kept, folded only.
 */
export function normaliseDomain(domain: string): string {
  const folded = domain
    .normalize('NFKC')
    .replaceAll('。', '.')
    .trim()
    .toLowerCase()
    .replace(/\.{1,8}$/, '');
  if (/^[\x21-\x7e]*$/.test(folded)) return folded;
  return domainToASCII(folded) || folded;
}

/**
 * The key form of an address: display name, angle brackets and a `mailto:` removed, full-width letters folded,
 * lower case throughout.
 *
 * The local part is lower-cased too although RFC 5321 section 2.4 makes it case-sensitive: in practice mailboxes
 * ignore case, and SES's events, the shop and the suppression list spell one mailbox differently. For a call to
 * SES use the spelling its list returned, never this form.
 */
export function normaliseAddress(text: string): string {
  const bare = bareAddress(text);
  const at = bare.lastIndexOf('@');
  if (at < 0) return bare.normalize('NFKC').toLowerCase();
  const local = bare.slice(0, at).normalize('NFKC').toLowerCase();
  return `${local}@${normaliseDomain(bare.slice(at + 1))}`;
}

/** The address inside `"Hanako" <hanako@example.jp>`, or the text itself, trimmed. */
function bareAddress(text: string): string {
  const trimmed = text.trim();
  const open = trimmed.lastIndexOf('<');
  const close = trimmed.lastIndexOf('>');
  const inner = open >= 0 && close > open ? trimmed.slice(open + 1, close) : trimmed;
  return inner
    .trim()
    .replace(/^mailto:/i, '')
    .trim();
}

/**
 * An address for logs and metrics: enough to recognise the carrier, too little to recognise the person:
 * `hanako@ezweb.ne.jp` -> `h***@ezweb.ne.jp`.
 */
export function maskAddress(address: string): string {
  const local = localPartOf(address);
  const domain = domainOf(address);
  const first = [...local][0] ?? '';
  return domain === '' ? `${first}***` : `${first}***@${stripControls(domain)}`;
}

/** Every address inside a free text, masked: for diagnostics that quote the recipient. */
export function maskAddressesIn(text: string): string {
  return stripControls(text).replace(/[^\s<>"'(),;:]{1,128}@[^\s<>"'(),;:]{1,255}/g, (found) =>
    maskAddress(found),
  );
}

/** Text from strangers without control characters (C0, DEL, C1) and without bidi overrides, for terminals and logs. */
export function stripControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is this function's purpose
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ' ');
}
