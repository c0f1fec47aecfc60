import { once } from 'node:events';
import DNS from 'dns2';
import { characterStrings, lookUpInZone, mailExchange, type Zone, type ZoneName } from './dns-zone.ts';

/**
 * A DNS server on loopback, over UDP and TCP on one port, that answers from a zone written as data: the local
 * scene's and the tests' substitute for the internet. It answers as a recursive resolver does: chains of CNAMEs
 * are followed and returned whole, answers over 512 octets are truncated over UDP and complete over TCP.
 */

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
  const found = lookUpInZone(zone, asked, type);
  if (found === 'silence') return undefined;
  const response = DNS.Packet.createResponseFromRequest(request);
  response.header.ra = 1;
  if (found.rcode !== 'NOERROR') response.header.rcode = DNS.Packet.RCODE[found.rcode];
  response.answers.push(
    ...found.aliases.map(({ name, target }) => row(name, DNS.Packet.TYPE.CNAME, { domain: target })),
    ...rows(found.name, type, found.records),
  );
  return response;
}

function rows(name: string, type: string, here: ZoneName): DNS.Packet.Resource[] {
  const { TYPE } = DNS.Packet;
  switch (type) {
    case 'TXT':
      return (here.TXT ?? []).map((text) => txtRow(name, characterStrings(text)));
    case 'MX':
      return (here.MX ?? []).map((text) => row(name, TYPE.MX, mailExchange(text)));
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
