import { Resolver } from 'node:dns/promises';
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

/** How the system resolver is used. */
export interface ResolverOptions {
  /** Name servers to ask, `address` or `address:port`; the machine's own when empty. */
  readonly servers?: readonly string[];
  /** Milliseconds before a query is sent again. */
  readonly timeout?: number;
  /** Tries per server. */
  readonly tries?: number;
}

/** Thrown when a resolver address given by an operator cannot be one. */
export class InvalidResolverError extends Error {
  override readonly name = 'InvalidResolverError';
}

/** CNAME hops followed when a server answers with a CNAME only; resolvers in use stop at 8 to 16. */
const MAXIMUM_HOPS = 8;

/** c-ares codes that answer the question with "no". EBADNAME is a name that cannot exist (label over 63, name over 253). */
const ABSENT: Readonly<Record<string, 'nxdomain' | 'nodata'>> = {
  ENOTFOUND: 'nxdomain',
  EBADNAME: 'nxdomain',
  ENODATA: 'nodata',
};

/**
 * DNS through Node's resolver (c-ares), which retries over TCP when an answer is truncated.
 *
 * @throws {InvalidResolverError} when a server address is not one.
 */
export function systemDns(options: ResolverOptions = {}): Dns {
  const resolver = new Resolver({ timeout: options.timeout ?? 3000, tries: options.tries ?? 2 });
  if (options.servers !== undefined && options.servers.length > 0) {
    try {
      resolver.setServers([...options.servers]);
    } catch (cause) {
      throw new InvalidResolverError(
        `not a DNS server address: ${options.servers.join(', ')} (use an IP address, with ":port" if not 53)`,
        { cause },
      );
    }
  }

  /**
   * c-ares follows a CNAME only as far as the answer holds it; a server that answers with the CNAME alone gives
   * an empty list without an error. The rest of the chain is then ours to walk.
   */
  async function lookUp<T>(
    name: string,
    ask: (name: string) => Promise<readonly T[]>,
  ): Promise<DnsOutcome<T>> {
    let at = normaliseDomain(name);
    const seen = new Set<string>();
    for (let hop = 0; hop <= MAXIMUM_HOPS; hop += 1) {
      const outcome = await outcomeOf(ask(at));
      if (outcome.status !== 'records' || outcome.records.length > 0) return outcome;
      seen.add(at);
      const next = await outcomeOf(resolver.resolveCname(at));
      if (next.status === 'failure') return next;
      const target = next.status === 'records' ? next.records[0] : undefined;
      if (target === undefined) return { status: 'nodata' };
      at = normaliseDomain(target);
      if (seen.has(at)) return { status: 'failure', code: 'ECNAMELOOP' };
    }
    return { status: 'failure', code: 'ECNAMELOOP' };
  }

  return {
    txt: (name) => lookUp(name, (at) => resolver.resolveTxt(at)),
    mx: async (name) => {
      const outcome = await lookUp(name, (at) => resolver.resolveMx(at));
      if (outcome.status !== 'records') return outcome;
      const records = outcome.records.map(({ exchange, priority }) => ({
        exchange: normaliseDomain(exchange),
        priority,
      }));
      return { status: 'records', records };
    },
    cname: async (name) => {
      const outcome = await outcomeOf(resolver.resolveCname(normaliseDomain(name)));
      if (outcome.status !== 'records') return outcome;
      return outcome.records.length === 0
        ? { status: 'nodata' }
        : { status: 'records', records: outcome.records.map(normaliseDomain) };
    },
    a: (name) => lookUp(name, (at) => resolver.resolve4(at)),
    aaaa: (name) => lookUp(name, (at) => resolver.resolve6(at)),
    ns: (name) => lookUp(name, (at) => resolver.resolveNs(at)),
  };
}

/** A resolver's promise as an outcome. */
async function outcomeOf<T>(answer: Promise<readonly T[]>): Promise<DnsOutcome<T>> {
  try {
    return { status: 'records', records: await answer };
  } catch (error) {
    const code = codeOf(error);
    const absent = ABSENT[code];
    return absent === undefined ? { status: 'failure', code } : { status: absent };
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'EUNKNOWN';
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
