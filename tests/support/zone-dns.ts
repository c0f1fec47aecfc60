import type { Dns } from '../../lib/authentication/dns/dns.ts';
import { dnsThrough } from '../../lib/authentication/dns/system-dns.ts';
import {
  characterStrings,
  lookUpInZone,
  mailExchange,
  type Zone,
  type ZoneAnswer,
  type ZoneName,
} from '../../local/dns-zone.ts';

/**
 * DNS from a zone without a network, for tests that ask so much that packets and sockets would be their whole cost. It
 * answers and fails as Node's resolver does before local/dns-server.ts: tests/authentication/dns.test.ts asks both the
 * same, tests/authentication/look-up-failures.test.ts audits whole worlds with both.
 *
 * @param asked is told each question: `TXT _dmarc.example.jp`.
 */
export function zoneDns(zone: Zone, asked: (question: string) => void = () => {}): Dns {
  const resolve =
    <T>(type: string, rows: (records: ZoneName) => readonly T[]) =>
    async (name: string): Promise<T[]> => {
      if (name.length > 253 || name.split('.').some((label) => label.length > 63)) throw failure('EBADNAME');
      asked(`${type} ${name}`);
      const found = lookUpInZone(zone, name, type);
      if (found === 'silence') throw failure('ETIMEOUT');
      if (found.rcode !== 'NOERROR') throw failure(CODES[found.rcode]);
      const records = [...rows(found.records)];
      // c-ares takes an answer of CNAMEs alone for an answer.
      if (records.length === 0 && found.aliases.length === 0) throw failure('ENODATA');
      return records;
    };
  return dnsThrough({
    resolveTxt: resolve('TXT', ({ TXT = [] }) =>
      TXT.map((text) => characterStrings(text).map((octets) => octets.toString('latin1'))),
    ),
    resolveMx: resolve('MX', ({ MX = [] }) => MX.map(mailExchange)),
    resolveCname: resolve('CNAME', ({ CNAME }) => (CNAME === undefined ? [] : [CNAME])),
    resolve4: resolve('A', ({ A = [] }) => A),
    resolve6: resolve('AAAA', ({ AAAA = [] }) => AAAA),
    resolveNs: resolve('NS', ({ NS = [] }) => NS),
  } as Parameters<typeof dnsThrough>[0]);
}

const CODES: Readonly<Record<Exclude<ZoneAnswer['rcode'], 'NOERROR'>, string>> = {
  NXDOMAIN: 'ENOTFOUND',
  SERVFAIL: 'ESERVFAIL',
  REFUSED: 'EREFUSED',
};

/** An error of Node's resolver, as far as anybody reads it. Each is made once: a stack costs more than a look-up here. */
const failures = new Map<string, Error>();

function failure(code: string): Error {
  const known = failures.get(code) ?? Object.assign(new Error(`query ${code}`), { code });
  failures.set(code, known);
  return known;
}
