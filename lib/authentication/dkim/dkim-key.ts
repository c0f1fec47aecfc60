import { createPublicKey } from 'node:crypto';

/** Reading a DKIM key record (RFC 6376 section 3.6.1; RFC 8463 for Ed25519): pure. */

/** What is wrong with a key record. */
const DKIM_KEY_FAULTS = [
  'not-a-tag-list',
  'duplicate-tag',
  'version',
  'no-key',
  'revoked',
  'unreadable-key',
  'key-type',
  'sha1-only',
  'not-for-mail',
] as const;

/** See {@link DKIM_KEY_FAULTS}. */
type DkimKeyFault = (typeof DKIM_KEY_FAULTS)[number];

/** A key record, read. */
export interface DkimKey {
  readonly type: 'rsa' | 'ed25519' | 'other';
  /** RSA modulus in bits, when the key could be read. */
  readonly bits?: number;
  /** `t=y`: the domain says it is only testing (RFC 6376 section 3.6.1). */
  readonly testing: boolean;
  /** `t=s`: no subdomain in `i=`. */
  readonly strictIdentity: boolean;
  readonly faults: readonly DkimKeyFault[];
}

/** Whether a TXT record is a DKIM key record: it has a `p=` tag, and no other known kind of record begins so. */
export function isDkimKey(text: string): boolean {
  return /(?:^|;)[ \t]{0,16}p[ \t]{0,16}=/.test(text);
}

/** Reads a key record; never throws. */
export function parseDkimKey(text: string): DkimKey {
  const faults: DkimKeyFault[] = [];
  const tags = new Map<string, string>();
  const parts = text.split(';').map((part) => part.trim());
  parts.forEach((part, index) => {
    if (part === '') return;
    const equals = part.indexOf('=');
    if (equals <= 0) {
      if (!faults.includes('not-a-tag-list')) faults.push('not-a-tag-list');
      return;
    }
    const name = part.slice(0, equals).trim();
    const value = part.slice(equals + 1).trim();
    if (tags.has(name) && !faults.includes('duplicate-tag')) faults.push('duplicate-tag');
    // `v` is optional, but must be first and DKIM1 (RFC 6376 section 3.6.1).
    if (name === 'v' && (index !== 0 || value !== 'DKIM1')) faults.push('version');
    tags.set(name, value);
  });

  const flags = (tags.get('t') ?? '').split(':').map((flag) => flag.trim());
  const kind = (tags.get('k') ?? 'rsa').toLowerCase();
  const type = kind === 'rsa' || kind === 'ed25519' ? kind : 'other';
  if (type === 'other') faults.push('key-type');
  const hashes = tags.get('h');
  if (hashes !== undefined && !hashes.split(':').some((hash) => hash.trim() === 'sha256')) {
    faults.push('sha1-only');
  }
  const services = tags.get('s');
  if (
    services !== undefined &&
    !services.split(':').some((service) => ['*', 'email'].includes(service.trim()))
  ) {
    faults.push('not-for-mail');
  }

  const key = tags.get('p');
  let bits: number | undefined;
  if (key === undefined) faults.push('no-key');
  else if (key === '') faults.push('revoked');
  else if (type === 'rsa') {
    bits = rsaBits(key);
    if (bits === undefined) faults.push('unreadable-key');
  } else if (type === 'ed25519' && Buffer.from(key, 'base64').length !== 32) faults.push('unreadable-key');

  return {
    type,
    ...(bits === undefined ? {} : { bits }),
    testing: flags.includes('y'),
    strictIdentity: flags.includes('s'),
    faults,
  };
}

/** Modulus length of a base64 key, as SubjectPublicKeyInfo or as a bare RSAPublicKey (both are in use). */
function rsaBits(base64: string): number | undefined {
  const key = Buffer.from(base64.replaceAll(/\s/g, ''), 'base64');
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      return createPublicKey({ key, format: 'der', type }).asymmetricKeyDetails?.modulusLength;
    } catch {
      // The other encoding is tried; a key in neither is reported as unreadable.
    }
  }
  return undefined;
}
