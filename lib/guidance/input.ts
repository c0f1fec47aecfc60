import { normaliseDomain } from '../address.ts';

/** Longest shop name that is put into a text, in code points. */
const SHOP_NAME_LENGTH = 60;

/** Longest name the DNS allows in text form (RFC 1035 section 2.3.4). */
const DOMAIN_LENGTH = 253;

/**
 * A shop's name fit for a text: one line, no control or invisible formatting characters, no unpaired surrogate,
 * bounded; undefined when nothing readable is left.
 */
export function safeShopName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const visible = name
    .slice(0, 1000)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const bounded = [...visible].slice(0, SHOP_NAME_LENGTH).join('').trim();
  return bounded === '' ? undefined : bounded;
}

/**
 * A domain fit for a text a customer copies from: letters, digits, dots, hyphens and underscores, in the form it
 * is compared in (IDN as A-labels). Undefined for everything else: a customer must never be told to allow a domain
 * that was guessed from a broken one.
 */
export function safeDomain(domain: string | undefined): string | undefined {
  if (domain === undefined || domain.length > 2 * DOMAIN_LENGTH) return undefined;
  const normal = normaliseDomain(domain.replace(/^@/, ''));
  if (normal.length > DOMAIN_LENGTH) return undefined;
  const labels = normal.split('.');
  if (labels.length < 2 || labels.some((label) => !/^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))) {
    return undefined;
  }
  return normal;
}
