import { once } from 'node:events';
import DNS from 'dns2';
import { normaliseDomain } from '../lib/address.ts';

/**
 * A DNS server on loopback, over UDP and TCP on one port, that answers from a zone written as data: the local
 * scene's and the tests' substitute for the internet. It answers as a recursive resolver does: chains of CNAMEs
 * are followed and returned whole, answers over 512 octets are truncated over UDP and complete over TCP.
 */

/**
 * Records at one name. TXT: a text (as UTF-8, split at 255 octets) or its character-strings, as texts or octets;
 * MX: `'10 mx.example.jp'`.
 */
export interface ZoneName {
  readonly TXT?: readonly (string | readonly (string | Buffer)[])[];
  readonly MX?: readonly string[];
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly NS?: readonly string[];
  readonly CNAME?: string;
  /** Answers the CNAME alone, as some forwarders do, and leaves the chain to the asker. */
  readonly bareCname?: boolean;
  /** Instead of an answer: a server failure, a refusal, or silence. */
  readonly fault?: 'SERVFAIL' | 'REFUSED' | 'silence';
  /** The fault holds for these types only; for all when absent. */
  readonly faultTypes?: readonly string[];
}

/** A zone: name (lower case, `*.` allowed as the leftmost label) to its records. Names not in it do not exist. */
export type Zone = Readonly<Record<string, ZoneName>>;

/** A running server. */
export interface DnsServer {
  /** `127.0.0.1:<port>`, as a resolver option takes it. */
  readonly address: string;
  /** Every question since the start or the last `use`, in order: `TXT _dmarc.example.jp`, with ` tcp` over TCP. */
  readonly questions: readonly string[];
  /** Answers from this zone from now on. */
  use(zone: Zone): void;
  close(): Promise<void>;
}

const NAME_OF_TYPE: Readonly<Record<number, string>> = DNS.Packet.TYPE_NAME;
const MAXIMUM_CHAIN = 12;

/** Starts a server on a free loopback port. */
export async function startDnsServer(zone: Zone = {}): Promise<DnsServer> {
  let current = zone;
  const questions: string[] = [];
  const handle =
    (transport: '' | ' tcp') =>
    (request: DNS.Packet, send: (response: DNS.Packet) => unknown): void => {
      const question = request.questions[0];
      if (question === undefined) return;
      const type = NAME_OF_TYPE[question.type] ?? '';
      questions.push(`${type} ${question.name.toLowerCase()}${transport}`);
      const response = answer(current, request, question.name, type);
      if (response !== undefined) send(response);
    };

  for (let attempt = 0; ; attempt += 1) {
    const tcp = DNS.createTCPServer(handle(' tcp'));
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const bound = tcp.address();
    if (bound === null || typeof bound === 'string') throw new Error('the DNS server has no port');
    const udp = DNS.createUDPServer(handle(''));
    // The UDP port of the same number may be taken by another process: then the next number is tried.
    const listening = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false));
      udp.bind(bound.port, '127.0.0.1', () => resolve(true));
    });
    if (!listening) {
      tcp.close();
      if (attempt > 20) throw new Error('no free loopback port for a DNS server');
      continue;
    }
    return {
      address: `127.0.0.1:${bound.port}`,
      questions,
      use(next) {
        current = next;
        questions.length = 0;
      },
      async close() {
        await Promise.all([
          new Promise<void>((resolve) => udp.close(() => resolve())),
          new Promise<void>((resolve) => tcp.close(() => resolve())),
        ]);
      },
    };
  }
}

/** The response to one question, or nothing where the zone says to keep silent. */
function answer(zone: Zone, request: DNS.Packet, asked: string, type: string): DNS.Packet | undefined {
  const response = DNS.Packet.createResponseFromRequest(request);
  response.header.ra = 1;
  let name = normaliseDomain(asked);
  for (let hop = 0; hop <= MAXIMUM_CHAIN; hop += 1) {
    const here = recordsAt(zone, name);
    if (here === undefined) {
      if (!existsBelow(zone, name)) response.header.rcode = DNS.Packet.RCODE.NXDOMAIN;
      return response;
    }
    if (here.fault !== undefined && (here.faultTypes === undefined || here.faultTypes.includes(type))) {
      if (here.fault === 'silence') return undefined;
      response.header.rcode = DNS.Packet.RCODE[here.fault];
      response.answers = [];
      return response;
    }
    if (here.CNAME === undefined || type === 'CNAME') {
      response.answers.push(...rows(name, type, here));
      return response;
    }
    response.answers.push(row(name, DNS.Packet.TYPE.CNAME, { domain: here.CNAME }));
    if (here.bareCname === true) return response;
    name = normaliseDomain(here.CNAME);
  }
  // A resolver gives up on a loop of CNAMEs.
  response.header.rcode = DNS.Packet.RCODE.SERVFAIL;
  response.answers = [];
  return response;
}

/** Records of a name, or of the wildcard that covers it (RFC 4592). */
function recordsAt(zone: Zone, name: string): ZoneName | undefined {
  const exact = zone[name];
  if (exact !== undefined) return exact;
  const labels = name.split('.');
  for (let cut = 1; cut < labels.length; cut += 1) {
    const parent = labels.slice(cut).join('.');
    const wildcard = zone[`*.${parent}`];
    if (wildcard !== undefined) return wildcard;
    if (zone[parent] !== undefined || existsBelow(zone, parent)) return undefined;
  }
  return undefined;
}

/** An empty non-terminal exists: RFC 8020 makes only a name with nothing at and below it NXDOMAIN. */
function existsBelow(zone: Zone, name: string): boolean {
  return Object.entries(zone).some(([key, here]) => key.endsWith(`.${name}`) && !isFaultAlone(here));
}

/** A name that cannot be looked up and holds nothing: it does not make the names above it exist. */
function isFaultAlone(here: ZoneName): boolean {
  return here.fault !== undefined && Object.keys(here).length === 1;
}

function rows(name: string, type: string, here: ZoneName): DNS.Packet.Resource[] {
  const { TYPE } = DNS.Packet;
  switch (type) {
    case 'TXT':
      return (here.TXT ?? []).map((text) => txtRow(name, characterStrings(text)));
    case 'MX':
      return (here.MX ?? []).map((text) => {
        const space = text.indexOf(' ');
        const exchange = text.slice(space + 1).replace(/\.$/, '');
        return row(name, TYPE.MX, { priority: Number(text.slice(0, space)), exchange });
      });
    case 'A':
      return (here.A ?? []).map((address) => row(name, TYPE.A, { address }));
    case 'AAAA':
      return (here.AAAA ?? []).map((address) => row(name, TYPE.AAAA, { address }));
    case 'NS':
      return (here.NS ?? []).map((ns) => row(name, TYPE.NS, { ns }));
    case 'CNAME':
      return here.CNAME === undefined ? [] : [row(name, TYPE.CNAME, { domain: here.CNAME })];
    default:
      return [];
  }
}

function row(name: string, type: number, data: Partial<DNS.Packet.Resource>): DNS.Packet.Resource {
  return new DNS.Packet.Resource({ name, type, class: DNS.Packet.CLASS.IN, ttl: 60, ...data });
}

function txtRow(name: string, strings: Buffer[]): DNS.Packet.Resource {
  const record = row(name, DNS.Packet.TYPE.TXT, {});
  // The library writes several buffers as they are; its types know only several texts, which it encodes.
  return Object.assign(record, { data: strings });
}

/** A text as character-strings of at most 255 octets (RFC 1035 3.3.14). */
function characterStrings(text: string | readonly (string | Buffer)[]): Buffer[] {
  if (typeof text !== 'string') return text.map((part) => Buffer.from(part));
  const octets = Buffer.from(text);
  const strings: Buffer[] = [];
  for (let at = 0; at < octets.length || at === 0; at += 255) strings.push(octets.subarray(at, at + 255));
  return strings;
}
