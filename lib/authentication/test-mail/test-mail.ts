import { arc as verifyArc } from 'mailauth/lib/arc/index.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import PostalMime, { addressParser } from 'postal-mime';
import { domainOf, normaliseDomain } from '../../address.ts';
import { Refusal } from '../../refusal.ts';
import { alignsUnder, type DmarcDiscovery, discoverDmarc } from '../dmarc/dmarc.ts';
import { type Dns, mailauthResolver, type RememberingDns, rememberingDns } from '../dns/dns.ts';
import {
  dkimDomainOf,
  dmarcResultOf,
  type HeaderField,
  type MethodResult,
  parseAuthenticationResults,
  spfDomainOf,
  spfResultOf,
  type TrustedResults,
  trustedResults,
} from './authentication-results.ts';
import { receiverOf } from './receivers.ts';

/**
 * Reading a received test mail: what its receiver found, what can be verified here, and what either is worth for
 * DMARC. Everything in the mail is a stranger's text.
 */

/** SES delivers at most 40 MB; a larger file is no received mail. */
export const MAXIMUM_MAIL_BYTES = 40 * 1024 * 1024;

/** Thrown when a file cannot be a mail to read. */
export class UnreadableMailError extends Refusal {
  override readonly name = 'UnreadableMailError';
  override readonly code = 'unreadable-mail';
}

/** One DKIM signature of the mail. */
export interface SignatureReading {
  readonly domain: string;
  readonly selector?: string;
  /** False: known only from the receiver's word, since the file lacks the DKIM-Signature field. */
  readonly inFile: boolean;
  /** The receiver's word, when it gave one. */
  readonly received?: string;
  /** What verification here found: `pass`, `fail`, `neutral`, `temperror`, ... */
  readonly verified?: string;
  /** Why verification here did not pass, in the library's words. */
  readonly because?: string;
  readonly aligned: 'yes' | 'no' | 'unknown';
  /** SES's own second signature (`d=amazonses.com`), which never aligns. */
  readonly ses: boolean;
}

/**
 * What keeps an offer to unsubscribe from being one of one click: no or several List-Unsubscribe fields, no https
 * address in angle brackets, no List-Unsubscribe-Post, or one that says something else.
 */
export type UnsubscribeFault = 'no-link' | 'several-links' | 'no-https' | 'no-post' | 'other-post';

/** What one mail says. */
export interface TestMail {
  /** Domains of the From field; DMARC needs exactly one. */
  readonly fromDomains: readonly string[];
  /** Addresses in From, and fields of that name: RFC 5322 (section 3.6) allows one field. */
  readonly from: {
    readonly addresses: number;
    readonly fields: number;
    /** What is wrong with how it is written, where it is no address that a receiver can judge by. */
    readonly malformed?: string;
  };
  readonly returnPathDomain?: string;
  /** The receiver whose word is taken; absent when the mail has no Authentication-Results to believe. */
  readonly receiver?: {
    readonly authservId?: string;
    /** The names of all fields believed: a receiver may write one a filter. */
    readonly names: readonly string[];
    /** Which known receiver that is. */
    readonly known?: string;
    /** Names of fields that are not believed. */
    readonly ignored: readonly string[];
    /** Fields of the receiver's own name that belong to another evaluation. */
    readonly repeated: number;
  };
  readonly spf: {
    readonly result?: string;
    /** Where the result was read. */
    readonly from?: 'authentication-results' | 'received-spf';
    readonly domain?: string;
    readonly aligned: 'yes' | 'no' | 'unknown';
  };
  readonly signatures: readonly SignatureReading[];
  readonly dmarc: {
    /** The receiver's word about this mail's From domain. */
    readonly result?: string;
    /** From domains of the receiver's results about something else than this mail. */
    readonly otherDomains: readonly string[];
    /** Policy as DNS shows it now. */
    readonly policy?: string;
    readonly discovery?: DmarcDiscovery;
  };
  /** Hops that sealed the mail (ARC), newest first. */
  readonly arc: readonly {
    readonly instance: number;
    readonly authservId?: string;
    readonly results: readonly string[];
    /** The domain that sealed this hop. */
    readonly sealer?: string;
  }[];
  /** Whether the seals are valid here and now, by the library; absent where there are none. */
  readonly arcVerified?: 'pass' | 'fail' | 'unknown';
  /**
   * Set when the mail offers to unsubscribe: whether by one click, and whether a signature that is not known to be
   * broken covers both fields (RFC 8058).
   */
  readonly unsubscribe?: {
    readonly oneClick: boolean;
    readonly signed: boolean;
    /** Why it is not by one click. */
    readonly fault?: UnsubscribeFault;
  };
  /** The mail says that it goes to a list or in bulk. */
  readonly bulk?: true;
  /** Seal status of the newest ARC-Seal (`cv=`). */
  readonly arcSeal?: string;
}

/** How a mail is read. */
export interface TestMailOptions {
  /** Names of receivers to believe; the topmost field's when empty. */
  readonly trust?: readonly string[];
}

/**
 * Reads a mail as it was received, with all its header fields.
 *
 * @throws {UnreadableMailError} when it is too large or has no From field.
 */
export async function readTestMail(
  raw: Uint8Array,
  network: Dns,
  options: TestMailOptions = {},
): Promise<TestMail> {
  if (raw.byteLength > MAXIMUM_MAIL_BYTES) {
    throw new UnreadableMailError({
      ja: `ファイルが ${raw.byteLength} バイトあります。受信したメールは 40 MB までです。`,
      en: `the file has ${raw.byteLength} bytes; a received mail has 40 MB at most`,
    });
  }
  const dns = rememberingDns(network);
  const fields = await headerFields(raw);
  const senders = sendersOf(fields);
  const fromDomains = [...new Set(senders)];
  const fromFields = fields.filter(({ name }) => name === 'from').length;
  if (fromFields === 0) {
    throw new UnreadableMailError({
      ja: 'From ヘッダーがありません。メールをヘッダーごと保存してください（「メッセージのソースを表示」「原文を表示」など）。',
      en: 'no From field: save the mail with all its headers ("show original", "download message")',
    });
  }
  const trusted = trustedResults(fields, options.trust);
  const results = trusted?.results ?? [];
  // DMARC is about one author domain; with several the receiver evaluates none (RFC 9989 section 5.3.1). Of several
  // From fields nobody can say which one a reader is shown.
  const single = fromDomains.length === 1 && fromFields === 1;
  const dmarc = dmarcResultOf(results, fromDomains[0]);
  const discovery = single ? await discoverDmarc(dns, fromDomains[0] ?? '') : undefined;
  const verified = await verifyHere(dns, raw);
  const signatures = await readSignatures(dns, verified.signatures, fields, results, discovery);
  const malformed = malformedFrom(fields);

  return {
    fromDomains,
    from: {
      addresses: senders.length,
      fields: fromFields,
      ...(malformed !== undefined && { malformed }),
    },
    returnPathDomain: returnPathDomain(fields),
    receiver:
      trusted === undefined
        ? undefined
        : {
            authservId: trusted.authservId,
            names: trusted.names,
            known: receiverOf(trusted.authservId),
            ignored: [...new Set(trusted.ignored)],
            repeated: trusted.repeated,
          },
    spf: await readSpf(dns, fields, trusted, discovery),
    signatures,
    dmarc: {
      result: dmarc.result?.result,
      otherDomains: dmarc.otherDomains,
      policy: discovery?.policy,
      discovery,
    },
    unsubscribe: readUnsubscribe(fields, signatures),
    ...(isBulk(fields) && { bulk: true as const }),
    ...readArc(fields),
    ...(verified.arc !== undefined && { arcVerified: verified.arc }),
  };
}

async function headerFields(raw: Uint8Array): Promise<HeaderField[]> {
  try {
    const mail = await PostalMime.parse(new Uint8Array(raw));
    // The raw lines: decoded values would turn encoded words inside a comment into syntax.
    return mail.headerLines.map(({ key, line }) => ({
      name: key.toLowerCase(),
      value: line.slice(line.indexOf(':') + 1).trim(),
    }));
  } catch (cause) {
    throw new UnreadableMailError(
      { ja: 'メールとして読み取れません。', en: 'this is not a mail that can be read' },
      { cause },
    );
  }
}

/** The domain of each address in From. */
function sendersOf(fields: readonly HeaderField[]): string[] {
  return fields
    .filter(({ name }) => name === 'from')
    .flatMap(({ value }) => addressParser(value, { flatten: true }))
    .map(({ address }) => normaliseDomain(domainOf(address ?? '')))
    .filter(isHostName);
}

function isHostName(domain: string): boolean {
  return /^(?!.*\.\.)[^\s@<>,;:"()[\]\\.](?:[^\s@<>,;:"()[\]\\]{0,252})$/.test(domain);
}

/** From as written, where no address can be read out of it, its brackets do not close, or words follow the address. */
function malformedFrom(fields: readonly HeaderField[]): string | undefined {
  for (const { name, value } of fields) {
    if (name !== 'from') continue;
    const unquoted = value.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').replaceAll(/\([^()]*\)/g, '');
    const unclosed = unquoted.includes('"') || unquoted.split('<').length !== unquoted.split('>').length;
    const trails = />\s*[^\s,;>]/.test(unquoted);
    const addresses = addressParser(value, { flatten: true });
    const usable = addresses.every(({ address }) => isHostName(normaliseDomain(domainOf(address ?? ''))));
    if (unclosed || trails || addresses.length === 0 || !usable) return value.slice(0, 200);
  }
  return undefined;
}

function returnPathDomain(fields: readonly HeaderField[]): string | undefined {
  const value = fields.find(({ name }) => name === 'return-path')?.value.replace(/^<|>$/g, '');
  const domain = value === undefined ? '' : normaliseDomain(domainOf(value));
  return domain === '' ? undefined : domain;
}

async function readSpf(
  dns: Dns,
  fields: readonly HeaderField[],
  trusted: TrustedResults | undefined,
  discovery: DmarcDiscovery | undefined,
): Promise<TestMail['spf']> {
  const align = async (domain: string | undefined) =>
    domain === undefined || discovery === undefined ? 'unknown' : alignsUnder(dns, discovery, domain, 'spf');
  const found = trusted === undefined ? undefined : spfResultOf(trusted.results);
  if (found !== undefined) {
    const identity = spfDomainOf(found);
    // An empty reverse-path leaves HELO, which DMARC does not go by.
    const domain = identity?.domain ?? returnPathDomain(fields);
    const aligned = identity?.scope === 'helo' ? 'no' : await align(domain);
    return { result: found.result, from: 'authentication-results', domain, aligned };
  }
  const received = fields.find(({ name }) => name === 'received-spf')?.value;
  const result = received === undefined ? undefined : /^[a-z]{1,20}/i.exec(received)?.[0].toLowerCase();
  if (result === undefined) return { aligned: 'unknown' };
  const envelope = /envelope-from="?<?([^;\s">]{1,320})/i.exec(received ?? '')?.[1];
  const domain = envelope === undefined ? returnPathDomain(fields) : normaliseDomain(domainOf(envelope));
  return { result, from: 'received-spf', domain, aligned: await align(domain) };
}

async function readSignatures(
  dns: Dns,
  verified: readonly Verified[],
  fields: readonly HeaderField[],
  results: readonly MethodResult[],
  discovery: DmarcDiscovery | undefined,
): Promise<SignatureReading[]> {
  // "none" is no signature: Outlook writes it with header.d=none.
  const words = results.filter(({ method, result }) => method === 'dkim' && result !== 'none');
  const signed = fields.filter(({ name }) => name === 'dkim-signature').slice(0, 20);
  const tags = signed.map(({ value }) => ({ domain: tag(value, 'd'), selector: tag(value, 's') }));

  const align = async (domain: string): Promise<SignatureReading['aligned']> =>
    discovery === undefined || domain === '' ? 'unknown' : alignsUnder(dns, discovery, domain, 'dkim');

  const inFile = tags.map(async ({ domain, selector }) => {
    const own = verified.find((one) => one.domain === domain && one.selector === selector);
    const about = words.filter((word) => isAbout(word, domain, selector));
    // Selectors tell two signatures of one domain apart; Gmail and most others give them.
    const word = about.find((one) => propertyOf(one, 's') !== undefined) ?? about[0];
    return {
      domain,
      selector,
      inFile: true,
      received: word?.result,
      verified: own?.result,
      because: own?.comment,
      aligned: await align(domain),
      ses: domain === SES_SIGNER,
    };
  });
  const others = words.filter(
    (word) => !tags.some(({ domain, selector }) => isAbout(word, domain, selector)),
  );
  const notInFile = others.slice(0, 20).flatMap((word) => {
    const domain = dkimDomainOf(word);
    // A word other than "none" is about a signature, also where it does not say whose (Zoho).
    if (domain !== undefined) return [missingField(domain, word, align)];
    return signed.length === 0 && word.properties.length === 0 ? [missingField('', word, align)] : [];
  });
  return Promise.all([...inFile, ...notInFile]);
}

/** A signature the receiver saw and the file does not hold. */
async function missingField(
  domain: string,
  word: MethodResult,
  align: (domain: string) => Promise<SignatureReading['aligned']>,
): Promise<SignatureReading> {
  return {
    domain,
    selector: propertyOf(word, 's')?.toLowerCase(),
    inFile: false,
    received: word.result,
    aligned: await align(domain),
    ses: domain === SES_SIGNER,
  };
}

/** The domain of SES's own second signature. */
const SES_SIGNER = 'amazonses.com';

/**
 * Whether a receiver's result is about a signature. Of `header.i` only the domain's end is the signer's (RFC 6376
 * section 3.5: `i` may be a subdomain of `d`).
 */
function isAbout(word: MethodResult, domain: string, selector: string): boolean {
  const named = dkimDomainOf(word);
  const same =
    named === domain || (propertyOf(word, 'd') === undefined && named?.endsWith(`.${domain}`) === true);
  const given = propertyOf(word, 's')?.toLowerCase();
  return same && domain !== '' && (given === undefined || given === selector);
}

function propertyOf(result: MethodResult, name: string): string | undefined {
  return result.properties.find((one) => one.type === 'header' && one.name === name)?.value;
}

/** A tag of a DKIM-Signature, white space removed; lower case, since domains and selectors are. */
function tag(value: string, name: string): string {
  const part = value
    .split(';')
    .map((one) => one.trim())
    .find((one) => one.slice(0, one.indexOf('=')).trim() === name);
  if (part === undefined) return '';
  return part
    .slice(part.indexOf('=') + 1)
    .replaceAll(/\s/g, '')
    .toLowerCase();
}

/** A signature as verified here. */
interface Verified {
  readonly domain: string;
  readonly selector: string;
  readonly result: string;
  readonly comment?: string;
}

/** The DKIM signatures, and the chain of ARC seals, as the library verifies them. */
async function verifyHere(
  dns: RememberingDns,
  raw: Uint8Array,
): Promise<{ signatures: readonly Verified[]; arc?: TestMail['arcVerified'] }> {
  const resolver = mailauthResolver(dns);
  const before = dns.failures.length;
  const { results, arc } = await dkimVerify(Buffer.from(raw), { resolver });
  const signatures = results.flatMap(({ signingDomain, selector, status }) => {
    if (signingDomain === undefined || selector === undefined) return [];
    return [
      {
        domain: signingDomain.toLowerCase(),
        selector: selector.toLowerCase(),
        result: status.result,
        comment: status.comment,
      },
    ];
  });
  if (arc === undefined || (arc.chain === false && arc.error === undefined)) return { signatures };
  const { status } = await verifyArc({ ...arc, chain: arc.chain || [] }, { resolver });
  if (status.result === 'pass') return { signatures, arc: 'pass' };
  // The library calls every failure permanent; a key that could not be looked up is none.
  const unseen = dns.failures.slice(before).some(({ name }) => name.includes('._domainkey.'));
  return { signatures, arc: unseen ? 'unknown' : 'fail' };
}

function readUnsubscribe(
  fields: readonly HeaderField[],
  signatures: readonly SignatureReading[],
): TestMail['unsubscribe'] {
  const valuesOf = (field: string) => fields.flatMap(({ name, value }) => (name === field ? [value] : []));
  const links = valuesOf('list-unsubscribe');
  const posts = valuesOf('list-unsubscribe-post');
  if (links.length + posts.length === 0) return undefined;
  const fault = unsubscribeFault(links, posts);
  const covered = (value: string): boolean => {
    const names = tag(value, 'h').split(':');
    if (!names.includes('list-unsubscribe') || !names.includes('list-unsubscribe-post')) return false;
    const [domain, selector] = [tag(value, 'd'), tag(value, 's')];
    const own = signatures.find((one) => one.inFile && one.domain === domain && one.selector === selector);
    return (own?.received ?? own?.verified) === 'pass';
  };
  return {
    oneClick: fault === undefined,
    ...(fault !== undefined && { fault }),
    signed: fields.some(({ name, value }) => name === 'dkim-signature' && covered(value)),
  };
}

/** RFC 8058 section 3.1: one field of each name, an https address, and exactly these words. */
function unsubscribeFault(
  [link, ...further]: readonly string[],
  posts: readonly string[],
): UnsubscribeFault | undefined {
  if (link === undefined) return 'no-link';
  if (further.length > 0) return 'several-links';
  if (!/<\s*https:\/\/[^\s>]/i.test(link)) return 'no-https';
  if (posts.length === 0) return 'no-post';
  return posts.length === 1 && /^\s*List-Unsubscribe=One-Click\s*$/i.test(posts[0] ?? '')
    ? undefined
    : 'other-post';
}

/** Whether the mail says of itself that it goes to a list or in bulk. */
function isBulk(fields: readonly HeaderField[]): boolean {
  return fields.some(
    ({ name, value }) =>
      name === 'list-id' || (name === 'precedence' && /^\s*(?:bulk|list)\s*$/i.test(value)),
  );
}

function readArc(fields: readonly HeaderField[]): Pick<TestMail, 'arc' | 'arcSeal'> {
  const seals = fields
    .filter(({ name }) => name === 'arc-seal')
    .map(({ value }) => ({
      instance: Number(tag(value, 'i')),
      status: tag(value, 'cv'),
      domain: tag(value, 'd'),
    }))
    .sort((a, b) => b.instance - a.instance);
  const sets = fields
    .filter(({ name }) => name === 'arc-authentication-results')
    .slice(0, 50)
    .flatMap(({ value }) => {
      const instance = /^\s{0,20}i\s{0,5}=\s{0,5}([0-9]{1,2})\s{0,20};/i.exec(value);
      if (instance === null) return [];
      const { authservId, results } = parseAuthenticationResults(value.slice(instance[0].length));
      return [
        {
          instance: Number(instance[1]),
          authservId,
          results: results.map(({ method, result }) => `${method}=${result}`),
          sealer: seals.find((seal) => seal.instance === Number(instance[1]))?.domain || undefined,
        },
      ];
    })
    .sort((a, b) => b.instance - a.instance);
  return { arc: sets, arcSeal: seals[0]?.status };
}
