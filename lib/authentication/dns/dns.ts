import { normaliseDomain } from '../../address.ts';

/**
 * DNS as the audit sees it: one question, one typed outcome. "Could not look" (`failure`) is never "missing"
 * (`nxdomain`, `nodata`): a finding that says "publish this record" must not come from a resolver that timed out.
 */

/**
 * What a look-up brought. `nxdomain`: the name does not exist (RFC 8020). `nodata`: the name exists without a
 * record of this type, or is a CNAME to a name without one. `failure`: nobody knows; `code` is the resolver's
 * (`ETIMEOUT`, `ESERVFAIL`, `EREFUSED`, ...).
 */
export type DnsOutcome<T> =
  | { readonly status: 'records'; readonly records: readonly T[] }
  | { readonly status: 'nxdomain' }
  | { readonly status: 'nodata' }
  | { readonly status: 'failure'; readonly code: string };

/** The code of a failure that has none of its own. */
export const UNKNOWN_CODE = 'EUNKNOWN';

/** One MX record; a null MX (RFC 7505) has the exchange `''`. */
export interface MxRecord {
  readonly exchange: string;
  readonly priority: number;
}

/** The look-ups the audit needs. Names are normalised by the implementation; answers never throw. */
export interface Dns {
  /**
   * TXT records, each as its character-strings in order; RFC 7208 and RFC 6376 join them without a space. One
   * character per octet (c-ares reads Latin-1), so that what is published again is the same octets.
   */
  txt(name: string): Promise<DnsOutcome<readonly string[]>>;
  mx(name: string): Promise<DnsOutcome<MxRecord>>;
  /** The CNAME of the name itself, one hop. */
  cname(name: string): Promise<DnsOutcome<string>>;
  a(name: string): Promise<DnsOutcome<string>>;
  aaaa(name: string): Promise<DnsOutcome<string>>;
  ns(name: string): Promise<DnsOutcome<string>>;
}

/** A name that could not be looked up. */
export interface FailedLookup {
  readonly name: string;
  readonly code: string;
}

/** DNS that knows what it was asked. */
export interface RememberingDns extends Dns {
  /** The look-ups that failed so far. */
  readonly failures: readonly FailedLookup[];
  /** Whether any look-up so far was answered, be it with "no". */
  answered(): boolean;
}

/** The same DNS with every answer kept: one audit asks each name once, and all its parts see the same world. */
export function rememberingDns(dns: Dns): RememberingDns {
  const failures: FailedLookup[] = [];
  let answers = 0;
  function remember<T>(
    ask: (name: string) => Promise<DnsOutcome<T>>,
  ): (name: string) => Promise<DnsOutcome<T>> {
    const known = new Map<string, Promise<DnsOutcome<T>>>();
    const fetch = async (name: string): Promise<DnsOutcome<T>> => {
      const outcome = await ask(name);
      if (outcome.status === 'failure') failures.push({ name, code: outcome.code });
      else answers += 1;
      return outcome;
    };
    return (name) => {
      const key = normaliseDomain(name);
      const answer = known.get(key) ?? fetch(key);
      known.set(key, answer);
      return answer;
    };
  }
  return {
    failures,
    answered: () => answers > 0,
    txt: remember((name) => dns.txt(name)),
    mx: remember((name) => dns.mx(name)),
    cname: remember((name) => dns.cname(name)),
    a: remember((name) => dns.a(name)),
    aaaa: remember((name) => dns.aaaa(name)),
    ns: remember((name) => dns.ns(name)),
  };
}

/** The same DNS, which notes every name that it is asked about. */
export function notingDns(dns: Dns, names: Set<string>): Dns {
  const note =
    <T>(ask: (name: string) => T) =>
    (name: string): T => {
      names.add(normaliseDomain(name));
      return ask(name);
    };
  return {
    txt: note(dns.txt),
    mx: note(dns.mx),
    cname: note(dns.cname),
    a: note(dns.a),
    aaaa: note(dns.aaaa),
    ns: note(dns.ns),
  };
}

/** TXT records as texts: the character-strings of each joined without a space (RFC 7208 3.3, RFC 6376 3.6.2.2). */
export function texts(outcome: DnsOutcome<readonly string[]>): readonly string[] {
  return outcome.status === 'records' ? outcome.records.map((strings) => strings.join('')) : [];
}

/** An error of the shape `dns.promises.resolve` throws. */
class ResolveError extends Error {
  readonly code: string;
  constructor(code: string, name: string, type: string) {
    super(`query${type} ${code} ${name}`);
    this.code = code;
  }
}

/**
 * The same DNS under the contract mailauth asks for (`dns.promises.resolve`): rows, or an error with a code.
 * Types mailauth may ask beyond ours are answered "no data".
 */
export function mailauthResolver(dns: Dns): (name: string, type: string) => Promise<string[][] | string[]> {
  return async (name, type) => {
    const rows = <T>(outcome: DnsOutcome<T>): readonly T[] => {
      if (outcome.status === 'records') return outcome.records;
      if (outcome.status === 'failure') throw new ResolveError(outcome.code, name, type);
      throw new ResolveError(outcome.status === 'nxdomain' ? 'ENOTFOUND' : 'ENODATA', name, type);
    };
    switch (type) {
      case 'TXT':
        return rows(await dns.txt(name)).map((strings) => [...strings]);
      case 'MX':
        // The library reads an MX row's fields; its types know rows of text alone. This is both.
        return rows(await dns.mx(name)).map((row) => Object.assign([row.exchange], row));
      case 'A':
        return [...rows(await dns.a(name))];
      case 'AAAA':
        return [...rows(await dns.aaaa(name))];
      case 'CNAME':
        return [...rows(await dns.cname(name))];
      default:
        throw new ResolveError('ENODATA', name, type);
    }
  };
}
