import { domainOf, isMailAddress, localPartOf, spellingOf, stripControls } from './address.ts';
import { domainWithoutDot } from './classification/typo.ts';
import type { Bilingual } from './text.ts';

/**
 * Addresses as people type and paste them. What nobody can see in a terminal must not make another address of one, and
 * a slip that can be seen is told, with what was probably meant: asked of SES it would only be "not listed".
 */

/** Longest text read; an address has at most 320 characters. */
const LONGEST = 2_000;
/** Longest address, in bytes: DynamoDB takes keys of 2,048, and no mailbox comes near either. */
const LONGEST_ADDRESS_BYTES = 1_024;
/**
 * Signs that show nothing: what Unicode says may be ignored (joiners, zero-width spaces, bidi marks, variation
 * selectors, tags, Hangul's fillers), other format characters, control characters but for blanks, Braille's blank.
 */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]|(?!\s)\p{Cc}/gu;
/** What terminals wrap a pasted text in (bracketed paste). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what this looks for
const PASTED = /\u001b?\[20[01]~/g;
/**
 * Punctuation that a sentence or a list leaves before an address. A dot belongs to the address (`.hanako@...`), as does
 * whatever else may begin a local part.
 */
const BEFORE = /^[\s"“”‘’<>()[\]「」『』【】《》〈〉〔〕、。，,;:：；・]+/;
/** What no domain ends in. */
const AFTER = /[^\p{L}\p{N}\p{M}]+$/u;
/** Signs that a local part may begin with: they belong to the address, unless one at its end answers. */
const PAIRS: readonly (readonly [string, string])[] = [
  ["'", "'"],
  ['`', '`'],
  ['*', '*'],
  ['_', '_'],
  ['{', '}'],
  ['|', '|'],
];
/** What a form or a report writes before an address. */
const LABEL = /^\s*(?:rfc822|smtp|to|cc|bcc|from|e-?mail|address|宛先|メール(?:アドレス)?)\s*[:;]\s*/i;
const QUOTED = /^"(?:[^"\\]|\\.)+"@/;

/** What is wrong with a typed address, as a word for programs. */
export type AddressFault = 'none' | 'blank' | 'comma' | 'second-at' | 'no-dot' | 'too-long';

/** What is wrong with a typed address. */
export interface FaultyAddress {
  readonly kind: AddressFault;
  readonly fault: Bilingual;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** What was typed, as an address, or what is wrong with it. */
export type TypedAddress = { readonly address: string } | FaultyAddress;

/**
 * A typed address in the case it was typed in, without a display name, `mailto:`, signs that cannot be seen and the
 * punctuation around it; or its fault: a blank or comma inside, a second `@`, no dot in the domain, or no address at
 * all. An address that only breaks the RFCs (`a..b.@docomo.ne.jp`) is one. Read again it is the same. Pure.
 */
export function typedAddress(text: string): TypedAddress {
  const bare = bareOf(text);
  const kind = faultOf(bare);
  if (kind === undefined) return { address: bare };
  const meant = meantBy(bare, kind);
  const suggestion = meant !== undefined && faultOf(meant) === undefined ? { suggestion: meant } : {};
  return { kind, fault: FAULTS[kind], ...suggestion };
}

/** What is wrong with a typed address and what was probably meant, in one text. */
export function faultText({ fault, suggestion }: FaultyAddress): Bilingual {
  if (suggestion === undefined) return fault;
  const meant = stripControls(suggestion);
  return {
    ja: `${fault.ja}（「${meant}」ではありませんか）`,
    en: `${fault.en}; did you mean ${meant}?`,
  };
}

/** A typed text without the signs that show nothing. */
export function withoutUnseen(text: string): string {
  return text.replace(PASTED, '').replace(UNSEEN, '');
}

/** The text without what does not belong to an address. */
function bareOf(text: string): string {
  const folded = withoutUnseen(spellingOf(withoutUnseen(text.slice(0, LONGEST))));
  // The last pair of brackets with an address in it: whatever stands around it is a name, or a sentence.
  const inner = /<([^<>]*@[^<>]*)>[^<>@]*$/.exec(folded)?.[1] ?? folded;
  const link = /^[^\w@]*mailto:/i.exec(inner);
  const plain = (link ? linked(inner.slice(link[0].length)) : inner).replace(LABEL, '');
  const quoted = plain.trim();
  // A quoted local part may hold anything.
  if (QUOTED.test(quoted)) return quoted.replace(AFTER, '').replaceAll('。', '.');
  let bare = plain.replace(BEFORE, '');
  const pair = PAIRS.find(([left, right]) => bare.startsWith(left) && endOf(bare).includes(right));
  if (pair) bare = bare.replace(/^['`*_{|]+/, '').replace(BEFORE, '');
  return bare.replace(AFTER, '').replaceAll('。', '.');
}

/** What follows the domain. */
function endOf(text: string): string {
  return AFTER.exec(text)?.[0] ?? '';
}

/** The address of a `mailto:` link, whose signs may be written as `%40`. */
function linked(link: string): string {
  const address = link.split('?', 1)[0] ?? '';
  try {
    return withoutUnseen(decodeURIComponent(address));
  } catch {
    return address;
  }
}

function faultOf(bare: string): AddressFault | undefined {
  if (!isMailAddress(bare)) return 'none';
  if (Buffer.byteLength(bare) > LONGEST_ADDRESS_BYTES) return 'too-long';
  const domain = domainOf(bare);
  const open = QUOTED.test(bare) ? domain : bare;
  if (/\s/.test(open)) return 'blank';
  if (/[,、]/.test(open)) return 'comma';
  if (open === bare && localPartOf(bare).includes('@')) return 'second-at';
  return domain.includes('.') ? undefined : 'no-dot';
}

/** What somebody who made that slip probably meant. */
function meantBy(bare: string, kind: AddressFault): string | undefined {
  switch (kind) {
    case 'blank':
      return bare.replace(/\s+/g, '');
    case 'comma':
      return bare.replace(/[,、]/g, '.');
    case 'second-at': {
      const [local = '', ...domains] = bare.split(/@+/);
      // The same domain typed twice is that domain.
      return new Set(domains).size === 1 ? `${local}@${domains[0]}` : undefined;
    }
    case 'no-dot': {
      const domain = domainWithoutDot(domainOf(bare));
      return domain && `${localPartOf(bare)}@${domain}`;
    }
    default:
      return undefined;
  }
}

const FAULTS: Readonly<Record<AddressFault, Bilingual>> = {
  none: { ja: 'メールアドレスではありません', en: 'not a mail address' },
  blank: { ja: '途中に空白があります', en: 'it has a blank inside' },
  comma: { ja: 'カンマが含まれています', en: 'it has a comma' },
  'second-at': { ja: '「@」が2つ以上あります', en: 'it has more than one @' },
  'no-dot': { ja: '「@」より後ろにドットがありません', en: 'there is no dot after the @' },
  'too-long': { ja: 'メールアドレスとしては長すぎます', en: 'it is too long for a mail address' },
};
