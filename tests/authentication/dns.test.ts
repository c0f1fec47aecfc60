import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dns, mailauthResolver, rememberingDns, texts } from '../../lib/authentication/dns/dns.ts';
import { InvalidResolverError, systemDns } from '../../lib/authentication/dns/system-dns.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import type { Zone } from '../../local/dns-zone.ts';
import { zoneDns } from '../support/zone-dns.ts';

const long = `v=DKIM1; k=rsa; p=${'A'.repeat(700)}`;

const zone: Zone = {
  'shop.example': {
    TXT: ['one', ['spl', 'it']],
    MX: ['20 b.shop.example', '10 a.shop.example'],
    A: ['192.0.2.1'],
  },
  'long.shop.example': { TXT: [long] },
  'chain.shop.example': { CNAME: 'chain2.shop.example' },
  'chain2.shop.example': { CNAME: 'shop.example' },
  'bare.shop.example': { CNAME: 'shop.example', bareCname: true },
  'dangling.shop.example': { CNAME: 'gone.elsewhere.example' },
  'bare-dangling.shop.example': { CNAME: 'gone.elsewhere.example', bareCname: true },
  'loop.shop.example': { CNAME: 'loop2.shop.example' },
  'loop2.shop.example': { CNAME: 'loop.shop.example' },
  'bare-loop.shop.example': { CNAME: 'bare-loop2.shop.example', bareCname: true },
  'bare-loop2.shop.example': { CNAME: 'bare-loop.shop.example', bareCname: true },
  'servfail.shop.example': { fault: 'SERVFAIL' },
  'refused.shop.example': { fault: 'REFUSED' },
  'silent.shop.example': { fault: 'silence' },
  'null.shop.example': { MX: ['0 .'] },
  '*.wild.shop.example': { TXT: ['covered'] },
  'octets.shop.example': { TXT: ['メモ', [Buffer.from([0, 233, 255])]] },
  'six.shop.example': { AAAA: ['2001:db8::1'], NS: ['ns.shop.example'] },
  'alias-of-nothing.shop.example': { CNAME: 'null.shop.example' },
  'half.shop.example': { TXT: ['there'], A: ['192.0.2.2'], fault: 'SERVFAIL', faultTypes: ['A'] },
};

let server: DnsServer;
let networkDns: Dns;

beforeAll(async () => {
  server = await startDnsServer(zone);
  networkDns = systemDns({ servers: [server.address], timeout: 5000, tries: 1 });
});
afterAll(() => server.close());

describe.each([
  ['over the network', () => networkDns],
  ['of a zone without a network', () => zoneDns(zone)],
] as const)('a look-up %s', (_where, made) => {
  let dns: Dns;
  beforeAll(() => {
    dns = made();
  });

  it('keeps the character-strings of a TXT record and joins them without a space', async () => {
    const outcome = await dns.txt('shop.example');
    expect(outcome).toEqual({ status: 'records', records: [['one'], ['spl', 'it']] });
    expect(texts(outcome)).toEqual(['one', 'split']);
  });

  it('folds case, full-width letters and a trailing dot of the name', async () => {
    expect(await dns.a('ＳＨＯＰ.Example.')).toEqual({ status: 'records', records: ['192.0.2.1'] });
  });

  it('tells a name that does not exist from a name without such a record', async () => {
    expect(await dns.txt('nowhere.example')).toEqual({ status: 'nxdomain' });
    expect(await dns.aaaa('shop.example')).toEqual({ status: 'nodata' });
    expect(await dns.txt('wild.shop.example')).toEqual({ status: 'nodata' });
  });

  it('takes a label that cannot exist for a name that does not', async () => {
    expect(await dns.txt(`${'a'.repeat(64)}.example`)).toEqual({ status: 'nxdomain' });
  });

  it.each([
    ['servfail.shop.example', 'ESERVFAIL'],
    ['refused.shop.example', 'EREFUSED'],
  ])('says it could not look at %s', async (name, code) => {
    expect(await dns.txt(name)).toEqual({ status: 'failure', code });
  });

  it.each([['chain.shop.example'], ['bare.shop.example']])('follows the CNAME at %s', async (name) => {
    expect(texts(await dns.txt(name))).toEqual(['one', 'split']);
  });

  it('reads one hop of a CNAME', async () => {
    expect(await dns.cname('chain.shop.example')).toEqual({
      status: 'records',
      records: ['chain2.shop.example'],
    });
    expect(await dns.cname('shop.example')).toEqual({ status: 'nodata' });
  });

  it('finds nothing behind a CNAME that leads nowhere', async () => {
    expect((await dns.txt('dangling.shop.example')).status).toBe('nxdomain');
    expect((await dns.txt('bare-dangling.shop.example')).status).toBe('nxdomain');
  });

  it('ends at a loop of CNAMEs without calling the record missing', async () => {
    expect((await dns.txt('loop.shop.example')).status).toBe('failure');
    expect(await dns.txt('bare-loop.shop.example')).toEqual({ status: 'failure', code: 'ECNAMELOOP' });
  });

  it('reads MX records, a null MX as an empty exchange', async () => {
    expect(await dns.mx('null.shop.example')).toEqual({
      status: 'records',
      records: [{ exchange: '', priority: 0 }],
    });
  });

  it('gives every octet of a text as one character', async () => {
    expect(await dns.txt('octets.shop.example')).toEqual({
      status: 'records',
      records: [[Buffer.from('メモ').toString('latin1')], ['\0\u00e9\u00ff']],
    });
  });

  it('reads long texts, IPv6 addresses and name servers', async () => {
    expect(texts(await dns.txt('long.shop.example'))).toEqual([long]);
    expect(await dns.aaaa('six.shop.example')).toEqual({ status: 'records', records: ['2001:db8::1'] });
    expect(await dns.ns('six.shop.example')).toEqual({ status: 'records', records: ['ns.shop.example'] });
  });

  it('finds a name without the record behind a CNAME', async () => {
    expect(await dns.txt('alias-of-nothing.shop.example')).toEqual({ status: 'nodata' });
  });

  it('fails for the types alone that cannot be looked up', async () => {
    expect(await dns.a('half.shop.example')).toEqual({ status: 'failure', code: 'ESERVFAIL' });
    expect(texts(await dns.txt('half.shop.example'))).toEqual(['there']);
  });
});

describe('a look-up over the network', () => {
  it('reads an answer over 512 octets by asking again over TCP', async () => {
    expect(texts(await networkDns.txt('long.shop.example'))).toEqual([long]);
    expect(server.questions).toContain('TXT long.shop.example tcp');
  });

  it('says it could not look when nobody answers in time', async () => {
    const impatient = systemDns({ servers: [server.address], timeout: 100, tries: 1 });
    expect(await impatient.txt('silent.shop.example')).toEqual({ status: 'failure', code: 'ETIMEOUT' });
  });

  it('says it could not look when no server listens', async () => {
    const nobody = systemDns({ servers: ['127.0.0.1:1'], timeout: 100, tries: 1 });
    expect((await nobody.txt('shop.example')).status).toBe('failure');
  });

  it('refuses a server that is not an address', () => {
    expect(() => systemDns({ servers: ['resolver.example'] })).toThrow(InvalidResolverError);
  });
});

describe('a remembering DNS', () => {
  it('asks each name once', async () => {
    server.use(zone);
    const remembering = rememberingDns(networkDns);
    await Promise.all([remembering.txt('shop.example'), remembering.txt('SHOP.example.')]);
    await remembering.txt('shop.example');
    expect(server.questions.filter((question) => question === 'TXT shop.example')).toHaveLength(1);
  });
});

describe("mailauth's resolver contract", () => {
  it('gives rows and throws the codes mailauth tells apart', async () => {
    const resolve = mailauthResolver(networkDns);
    expect(await resolve('shop.example', 'TXT')).toEqual([['one'], ['spl', 'it']]);
    await expect(resolve('nowhere.example', 'TXT')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolve('shop.example', 'AAAA')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolve('servfail.shop.example', 'A')).rejects.toMatchObject({ code: 'ESERVFAIL' });
  });
});
