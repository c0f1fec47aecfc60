/**
 * Receivers as data: under which names each writes Authentication-Results, and its own words in them. A rule that
 * holds for one receiver stands in its row and nowhere else.
 */

/** One receiver. */
interface Receiver {
  readonly name: string;
  /**
   * Names (authserv-id) that are its own. A leading dot stands for every name below. Whoever receives under one of
   * them removes fields that come in under any of them (RFC 8601 section 5), so all of them are one word.
   */
  readonly names: readonly string[];
  /** Domains that seal for it (ARC), where other than those its names lie under. */
  readonly seals?: readonly string[];
}

const RECEIVERS: readonly Receiver[] = [
  { name: 'Gmail', names: ['mx.google.com'], seals: ['google.com'] },
  // Names no host in the field; the seals of its ARC sets do.
  { name: 'Microsoft', names: ['.outlook.com'], seals: ['microsoft.com', 'outlook.com'] },
  // One field a filter, each under a name of its own: bimi., arc., dmarc., dkim-verifier. and spf.icloud.com.
  { name: 'iCloud', names: ['.icloud.com'], seals: ['icloud.com'] },
  { name: 'Yahoo! JAPAN', names: ['.yahoo.co.jp'] },
  { name: 'Yahoo', names: ['.yahoo.com', '.aol.com'], seals: ['yahoo.com', 'aol.com'] },
  { name: 'Proton', names: ['.protonmail.ch', '.proton.ch'], seals: ['protonmail.com', 'proton.me'] },
  { name: 'Zoho', names: ['.zohomail.com', '.zoho.com'] },
  { name: 'Fastmail', names: ['.messagingengine.com'], seals: ['messagingengine.com', 'fastmail.com'] },
];

/** Words that some receivers write for a result of RFC 8601 section 2.7, by method; `*` for all. */
const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Microsoft: timeout is a key or record that could not be looked up.
  '*': { hardfail: 'fail', passed: 'pass', failed: 'fail', unknown: 'neutral', timeout: 'temperror' },
  // Yahoo, 2020.
  dkim: { dkim_pass: 'pass', dkim_fail: 'fail', dkim_none: 'none' },
  // Yahoo, 2020: success. Microsoft: there is no record, and the mail would pass if there were one.
  dmarc: { success: 'pass', bestguesspass: 'none' },
};

/** Properties that hold SPF's envelope sender, in the order to go by: RFC 8601's, Coremail's, and a few others'. */
export const MAIL_FROM_PROPERTIES: readonly string[] = ['mailfrom', 'mail', 'envelope-from', 'from'];

/** A receiver's result in RFC 8601's words, lower case. */
export function resultWord(method: string, written: string): string {
  const word = written.toLowerCase();
  return WORDS[method]?.[word] ?? WORDS['*']?.[word] ?? word;
}

/** Which known receiver an authserv-id belongs to. */
export function receiverOf(authservId: string | undefined): string | undefined {
  if (authservId === undefined) return undefined;
  return RECEIVERS.find(({ names }) => names.some((name) => isNamed(authservId, name)))?.name;
}

/** Which known receiver seals as this domain. */
export function sealerOf(domain: string): string | undefined {
  return RECEIVERS.find(({ names, seals = [] }) =>
    [...seals, ...names].some((name) => isNamed(domain, name) || isNamed(domain, `.${name}`)),
  )?.name;
}

function isNamed(host: string, name: string): boolean {
  return name.startsWith('.') ? host.endsWith(name) || host === name.slice(1) : host === name;
}
