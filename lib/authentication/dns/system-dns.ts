import { Resolver } from 'node:dns/promises';
import { normaliseDomain } from '../../address.ts';
import { errorCode, Refusal } from '../../refusal.ts';
import { type Dns, type DnsOutcome, UNKNOWN_CODE } from './dns.ts';

/** DNS through the machine's own resolver, or a server an operator names. */

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
export class InvalidResolverError extends Refusal {
  override readonly name = 'InvalidResolverError';
  override readonly code = 'wrong-name-server';
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
        {
          ja: `DNSサーバーのアドレスではありません：${options.servers.join(', ')}（IPアドレスで指定してください。ポートが53でなければ「:ポート番号」を付けます）`,
          en: `not a DNS server address: ${options.servers.join(', ')} (use an IP address, with ":port" if not 53)`,
        },
        { cause },
      );
    }
  }
  return dnsThrough(resolver);
}

/** What is asked of Node's resolver. */
export type NodeResolver = Pick<
  Resolver,
  'resolveTxt' | 'resolveMx' | 'resolveCname' | 'resolve4' | 'resolve6' | 'resolveNs'
>;

/** DNS through a resolver that answers and fails as Node's does. */
export function dnsThrough(resolver: NodeResolver): Dns {
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
    const code = errorCode(error) ?? UNKNOWN_CODE;
    const absent = ABSENT[code];
    return absent === undefined ? { status: 'failure', code } : { status: absent };
  }
}
