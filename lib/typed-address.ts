import { domainOf, isMailAddress, localPartOf, spellingOf } from './address.ts';
import type { Bilingual } from './text.ts';

/**
 * Addresses as people type and paste them. What nobody can see in a terminal must not make another address of one, and
 * a slip that can be seen is told, with what was probably meant: asked of SES it would only be "not listed".
 */

/** Longest text read; an address has at most 320 characters. */
const LONGEST = 2_000;
/** Signs that show nothing: soft hyphen, joiners, zero-width spaces, bidi marks, variation selectors, fillers. */
const UNSEEN =
  /\u00ad|\u034f|\u061c|[\u115f\u1160]|[\u180b-\u180f]|[\u200b-\u200f]|[\u202a-\u202e]|[\u2060-\u206f]|\u3164|[\ufe00-\ufe0f]|\ufeff|\uffa0/g;
/** Punctuation that a sentence or a list leaves around an address. A dot before one belongs to it (`.hanako@...`). */
const BEFORE = /^[\s"'`“”‘’<>(){}[\]「」『』【】（）＜＞、。，,;:；：・*]+/;
const AFTER = /[\s"'`“”‘’<>(){}[\]「」『』【】（）＜＞、。，．,.;:；：・*]+$/;

/** What was typed, as an address, or what is wrong with it. */
export type TypedAddress =
  | { readonly address: string }
  | { readonly fault: Bilingual /** What was probably meant. */; readonly suggestion?: string };

/**
 * A typed address in the case it was typed in, without a display name, signs that cannot be seen and the punctuation
 * around it; or its fault: a blank or comma inside, a second `@`, no dot in the domain, or no address at all. An address
 * that only breaks the RFCs (`a..b.@docomo.ne.jp`) is one. Pure.
 */
export function typedAddress(text: string): TypedAddress {
  const seen = spellingOf(text.slice(0, LONGEST).replace(UNSEEN, ''));
  // A quoted local part may hold anything.
  if (/^"[^"]+"@/.test(seen) && isMailAddress(seen)) return { address: seen };
  const bare = seen.replace(BEFORE, '').replace(AFTER, '');
  const fault = faultOf(bare);
  if (fault === undefined) return { address: bare };
  const meant = meantBy(bare, fault);
  return meant !== undefined && faultOf(meant) === undefined ? { fault, suggestion: meant } : { fault };
}

function faultOf(bare: string): Bilingual | undefined {
  if (!isMailAddress(bare)) return FAULTS.none;
  if (/\s/.test(bare)) return FAULTS.blank;
  if (bare.includes(',')) return FAULTS.comma;
  if (localPartOf(bare).includes('@')) return FAULTS.secondAt;
  return domainOf(bare).includes('.') ? undefined : FAULTS.noDot;
}

/** What somebody who made that slip probably meant. */
function meantBy(bare: string, fault: Bilingual): string | undefined {
  if (fault === FAULTS.blank) return bare.replace(/\s+/g, '');
  if (fault === FAULTS.comma) return bare.replaceAll(',', '.');
  return fault === FAULTS.secondAt ? bare.replace(/@+/g, '@') : undefined;
}

const FAULTS = {
  none: { ja: 'メールアドレスではありません', en: 'not a mail address' },
  blank: { ja: '途中に空白があります', en: 'it has a blank inside' },
  comma: { ja: 'カンマが含まれています', en: 'it has a comma' },
  secondAt: { ja: '「@」が2つ以上あります', en: 'it has more than one @' },
  noDot: { ja: '「@」より後ろにドットがありません', en: 'there is no dot after the @' },
} as const satisfies Record<string, Bilingual>;
