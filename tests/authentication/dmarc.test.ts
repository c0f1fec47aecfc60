import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aligns,
  discoverDmarc,
  organizationalDomain,
  reportAuthorisations,
} from '../../lib/authentication/dmarc/dmarc.ts';
import {
  isDmarcRecord,
  lowered,
  parseDmarc,
  rewriteDmarc,
} from '../../lib/authentication/dmarc/dmarc-record.ts';
import { systemDns } from '../../lib/authentication/dns/system-dns.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import type { Zone, ZoneName } from '../../local/dns-zone.ts';

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer();
});
afterAll(() => server.close());

const dns = () => systemDns({ servers: [server.address], timeout: 5000, tries: 1 });
const at = (records: Readonly<Record<string, string>>): Zone =>
  Object.fromEntries(
    Object.entries(records).map(([name, text]): [string, ZoneName] => [`_dmarc.${name}`, { TXT: [text] }]),
  );

async function discover(from: string, zone: Zone) {
  server.use(zone);
  return discoverDmarc(dns(), from);
}

describe('RFC 9989 section 4.7: tags', () => {
  it.each([
    ['v=DMARC1; p=reject', true],
    ['v=DMARC1', true],
    ['v = DMARC1 ; p=none', true],
    ['V=DMARC1; p=none', true],
    ['v=DMARC1;', true],
    ['v=dmarc1; p=none', false],
    ['p=none; v=DMARC1', false],
    ['v=DMARC10; p=none', false],
    ['v=DMARC1 p=none', false],
    ['"v=DMARC1; p=none"', false],
  ])('the version decides whether %j is a record: %s', (text, expected) => {
    expect(isDmarcRecord(text)).toBe(expected);
  });

  it.each([
    ['p=quarantine', { p: 'quarantine' }],
    ['p=Reject', { p: 'reject' }],
    ['sp=none; p=reject', { p: 'reject', sp: 'none' }],
    ['p=reject; np=quarantine', { p: 'reject', np: 'quarantine' }],
  ])('reads the policy of %j', (tags, policy) => {
    expect(parseDmarc(`v=DMARC1; ${tags}`)?.policy).toEqual(policy);
  });

  it('reads alignment modes, testing and psd, relaxed and off by default', () => {
    expect(parseDmarc('v=DMARC1; p=none')).toMatchObject({
      strictSpf: false,
      strictDkim: false,
      testing: false,
      psd: 'u',
    });
    expect(parseDmarc('v=DMARC1; p=none; aspf=s; adkim=S; t=y; psd=n')).toMatchObject({
      strictSpf: true,
      strictDkim: true,
      testing: true,
      psd: 'n',
    });
  });

  it('applies a policy in testing one level lower', () => {
    expect([lowered('reject'), lowered('quarantine'), lowered('none')]).toEqual([
      'quarantine',
      'none',
      'none',
    ]);
  });

  it('names tags that were removed, and those nobody knows', () => {
    expect(parseDmarc('v=DMARC1; p=reject; pct=50; rf=afrf; ri=3600; x=1')).toMatchObject({
      removedTags: ['pct', 'rf', 'ri'],
      partial: 50,
      unknownTags: ['x'],
    });
    expect(parseDmarc('v=DMARC1; p=none; pct=100')?.partial).toBeUndefined();
  });

  it('reads reporting URIs, and tells those that reach nobody', () => {
    const record = parseDmarc(
      'v=DMARC1; p=none; rua=mailto:a@R.example!10m, b@r.example ,https://r.example/x',
    );
    expect(record?.rua).toEqual([
      { uri: 'mailto:a@R.example!10m', host: 'r.example', sized: true },
      { uri: 'b@r.example', sized: false },
      { uri: 'https://r.example/x', sized: false },
    ]);
  });
});

describe('RFC 9989 section 4.8: faulty records', () => {
  it('refuses a list with a repeated tag', () => {
    expect(parseDmarc('v=DMARC1; p=none; p=none')).toBeUndefined();
  });
  it('discards what is not a tag and keeps the rest', () => {
    expect(parseDmarc('v=DMARC1; nonsense; p=reject')?.policy).toEqual({ p: 'reject' });
  });
});

describe('RFC 9989 section 4.10.1: invalid policies', () => {
  it.each([
    ['p=monitor; rua=mailto:r@shop.example', { p: 'none' }],
    ['p=reject; sp=oops; rua=mailto:r@shop.example', { p: 'none' }],
    ['p=monitor', undefined],
    ['p=monitor; rua=r@shop.example', undefined],
    ['p=reject; np=oops', undefined],
    ['rua=mailto:r@shop.example', { p: 'none' }],
  ])('applies %j as %j', (tags, policy) => {
    expect(parseDmarc(`v=DMARC1; ${tags}`)?.policy).toEqual(policy);
  });
});

describe('RFC 9989 section 4.10: the tree walk', () => {
  it('asks upwards to the top-level label', async () => {
    const found = await discover('a.b.shop.example', {});
    expect(found.steps.map(({ name }) => name)).toEqual([
      '_dmarc.a.b.shop.example',
      '_dmarc.b.shop.example',
      '_dmarc.shop.example',
      '_dmarc.example',
    ]);
    expect(found).toMatchObject({ status: 'none', orgDomain: 'a.b.shop.example' });
  });

  it('makes eight queries at most: from the name straight to its last seven labels', async () => {
    const found = await discover('a.b.c.d.e.f.g.h.i.j.mail.shop.example', {});
    expect(found.steps.map(({ name }) => name)).toEqual([
      '_dmarc.a.b.c.d.e.f.g.h.i.j.mail.shop.example',
      '_dmarc.g.h.i.j.mail.shop.example',
      '_dmarc.h.i.j.mail.shop.example',
      '_dmarc.i.j.mail.shop.example',
      '_dmarc.j.mail.shop.example',
      '_dmarc.mail.shop.example',
      '_dmarc.shop.example',
      '_dmarc.example',
    ]);
    expect(server.questions.filter((question) => question.startsWith('TXT'))).toHaveLength(8);
  });

  it('shortens a name of eight labels to seven', async () => {
    const found = await discover('a.b.c.d.e.f.shop.example', {});
    expect(found.steps.map(({ name }) => name).slice(0, 2)).toEqual([
      '_dmarc.a.b.c.d.e.f.shop.example',
      '_dmarc.b.c.d.e.f.shop.example',
    ]);
    expect(found.steps).toHaveLength(8);
  });

  it('takes several records at a name for none and goes on', async () => {
    const found = await discover('m.shop.example', {
      ...at({ 'shop.example': 'v=DMARC1; p=reject' }),
      '_dmarc.m.shop.example': { TXT: ['v=DMARC1; p=none', 'v=DMARC1; p=none'] },
    });
    expect(found).toMatchObject({ recordDomain: 'shop.example', policy: 'reject' });
    expect(found.steps[0]?.status).toBe('several');
  });

  it.each(['n', 'y'])('stops at psd=%s', async (psd) => {
    const found = await discover('m.shop.example', at({ 'shop.example': `v=DMARC1; p=none; psd=${psd}` }));
    expect(found.steps.map(({ name }) => name)).toEqual(['_dmarc.m.shop.example', '_dmarc.shop.example']);
  });

  it('reads a record split into strings as one, and ignores other TXT records beside it', async () => {
    const found = await discover('shop.example', {
      '_dmarc.shop.example': { TXT: ['proof=1', ['v=DMARC1; p=rej', 'ect']] },
    });
    expect(found.policy).toBe('reject');
  });

  it('follows a CNAME to a record kept elsewhere', async () => {
    const found = await discover('shop.example', {
      '_dmarc.shop.example': { CNAME: 'shop.reader.example' },
      'shop.reader.example': { TXT: ['v=DMARC1; p=quarantine'] },
    });
    expect(found.policy).toBe('quarantine');
  });

  it('compares an IDN as A-labels', async () => {
    const found = await discover('届く.example', {});
    expect(found.steps[0]?.name).toBe(`_dmarc.${new URL('http://届く.example').hostname}`);
  });
});

describe('RFC 9989 section 4.10.1: which policy applies', () => {
  const org = at({ 'shop.example': 'v=DMARC1; p=reject; sp=quarantine; np=none' });

  it('uses p of the domain itself', async () => {
    expect(await discover('shop.example', org)).toMatchObject({ deciding: 'p', policy: 'reject' });
  });
  it('uses sp for a subdomain that exists, also without addresses', async () => {
    const found = await discover('m.shop.example', { ...org, 'm.shop.example': { TXT: ['x'] } });
    expect(found).toMatchObject({ deciding: 'sp', policy: 'quarantine' });
  });
  it('uses np for a name that does not exist', async () => {
    expect(await discover('m.shop.example', org)).toMatchObject({ deciding: 'np', policy: 'none' });
  });
  it('falls back from np to sp to p', async () => {
    const sp = at({ 'shop.example': 'v=DMARC1; p=reject; sp=quarantine' });
    expect(await discover('m.shop.example', sp)).toMatchObject({ deciding: 'sp', policy: 'quarantine' });
    const p = at({ 'shop.example': 'v=DMARC1; p=reject' });
    expect(await discover('m.shop.example', p)).toMatchObject({ deciding: 'p', policy: 'reject' });
  });
  it("takes the subdomain's own record before its parent's", async () => {
    const found = await discover('m.shop.example', {
      ...org,
      ...at({ 'm.shop.example': 'v=DMARC1; p=none' }),
    });
    expect(found).toMatchObject({
      recordDomain: 'm.shop.example',
      policy: 'none',
      orgDomain: 'shop.example',
    });
  });
  it('takes the record of a public suffix when nothing else is there', async () => {
    const found = await discover('shop.example', at({ example: 'v=DMARC1; p=reject; sp=quarantine; psd=y' }));
    expect(found).toMatchObject({ recordDomain: 'example', orgDomain: 'shop.example' });
  });
  it('lowers a policy in testing', async () => {
    expect((await discover('shop.example', at({ 'shop.example': 'v=DMARC1; p=reject; t=y' }))).policy).toBe(
      'quarantine',
    );
  });
});

describe('RFC 9989 section 4.10.2: the organizational domain', () => {
  const orgOf = async (name: string, zone: Zone) => {
    server.use(zone);
    return organizationalDomain(dns(), name);
  };

  it('is the name with psd=n', async () => {
    const zone = at({ 'm.shop.example': 'v=DMARC1; p=none; psd=n', 'shop.example': 'v=DMARC1; p=none' });
    expect(await orgOf('a.m.shop.example', zone)).toEqual({ domain: 'm.shop.example' });
  });
  it('is one label below psd=y, also where that name has no record', async () => {
    const zone = at({ 'co.example': 'v=DMARC1; p=none; psd=y' });
    expect(await orgOf('a.b.shop.co.example', zone)).toEqual({ domain: 'shop.co.example' });
  });
  it('is else the record with the fewest labels', async () => {
    const zone = at({ 'a.shop.example': 'v=DMARC1; p=none', 'shop.example': 'v=DMARC1; p=none' });
    expect(await orgOf('b.a.shop.example', zone)).toEqual({ domain: 'shop.example' });
  });
  it('is the name itself without any record', async () => {
    expect(await orgOf('m.shop.example', {})).toEqual({ domain: 'm.shop.example' });
  });
  it('is unknown when a name could not be looked up', async () => {
    const zone: Zone = { '_dmarc.shop.example': { fault: 'SERVFAIL' } };
    expect(await orgOf('m.shop.example', zone)).toEqual({ failure: 'ESERVFAIL' });
  });
});

describe('RFC 9989 section 4.4: alignment', () => {
  const zone = at({ 'shop.example': 'v=DMARC1; p=none' });
  it.each([
    ['shop.example', 'shop.example', true, 'yes'],
    ['shop.example', 'bounce.shop.example', true, 'no'],
    ['shop.example', 'bounce.shop.example', false, 'yes'],
    ['m.shop.example', 'bounce.shop.example', false, 'yes'],
    ['SHOP.example.', 'shop.example', true, 'yes'],
    ['shop.example', 'amazonses.com', false, 'no'],
  ])('of From %s with %s (strict: %s): %s', async (from, authenticated, strict, expected) => {
    server.use(zone);
    expect(await aligns(dns(), from, authenticated, strict)).toBe(expected);
  });

  it('fails between a parent without a record and a subdomain that has one', async () => {
    server.use(at({ 'm.shop.example': 'v=DMARC1; p=none' }));
    expect(await aligns(dns(), 'm.shop.example', 'shop.example', false)).toBe('no');
  });
  it('is unknown when a walk failed', async () => {
    server.use({ '_dmarc.shop.example': { fault: 'SERVFAIL' } });
    expect(await aligns(dns(), 'shop.example', 'bounce.shop.example', false)).toBe('unknown');
  });
});

describe('RFC 9989 section 5.3.6: errors', () => {
  it("keeps the domain's own record when a name above it fails", async () => {
    const found = await discover('m.shop.example', {
      ...at({ 'm.shop.example': 'v=DMARC1; p=reject' }),
      '_dmarc.shop.example': { fault: 'SERVFAIL' },
    });
    expect(found).toMatchObject({ status: 'found', policy: 'reject' });
    expect(found.orgDomain).toBeUndefined();
  });
  it('knows nothing when the first name fails', async () => {
    const found = await discover('shop.example', { '_dmarc.shop.example': { fault: 'SERVFAIL' } });
    expect(found).toMatchObject({ status: 'failure', failure: 'ESERVFAIL' });
  });
});

describe('RFC 9990 section 4: reports to another organization', () => {
  const record = parseDmarc('v=DMARC1; p=none; rua=mailto:r@reader.example');
  const check = async (zone: Zone) => {
    if (record === undefined) throw new Error('the record is sound');
    server.use({ ...at({ 'shop.example': 'v=DMARC1; p=none; rua=mailto:r@reader.example' }), ...zone });
    return (await reportAuthorisations(dns(), 'shop.example', record))[0];
  };
  const agreement = 'shop.example._report._dmarc.reader.example';

  it('need its agreement', async () => {
    expect(await check({})).toMatchObject({ host: 'reader.example', status: 'missing', name: agreement });
  });
  it.each(['v=DMARC1', 'v=DMARC1;', 'v=DMARC1; rua=mailto:other@reader.example'])(
    'are agreed by %j',
    async (text) => {
      expect((await check({ [agreement]: { TXT: [text] } }))?.status).toBe('authorised');
    },
  );
  it('are not agreed by another record', async () => {
    expect((await check({ [agreement]: { TXT: ['v=spf1 -all'] } }))?.status).toBe('missing');
  });
  it('are unknown when nobody answers', async () => {
    expect((await check({ [agreement]: { fault: 'REFUSED' } }))?.status).toBe('failure');
  });
  it('need nothing inside the organization', async () => {
    const own = parseDmarc('v=DMARC1; p=none; rua=mailto:r@reports.shop.example');
    server.use(at({ 'shop.example': 'v=DMARC1; p=none' }));
    if (own === undefined) throw new Error('the record is sound');
    expect((await reportAuthorisations(dns(), 'shop.example', own))[0]?.status).toBe('own');
  });
});

describe('a record rewritten', () => {
  it('keeps what is valid, in the usual order, without removed tags', () => {
    const record = parseDmarc('v=DMARC1; rua=mailto:r@shop.example; pct=100; ri=60; p=reject; zz=1');
    expect(rewriteDmarc(record, { t: 'y' })).toBe('v=DMARC1; p=reject; t=y; rua=mailto:r@shop.example');
  });

  it('keeps a pct that spares mail at receivers of the older standard, until a step drops it', () => {
    const record = parseDmarc('v=DMARC1; p=reject; pct=20; ri=60');
    expect(rewriteDmarc(record, { t: 'y' })).toBe('v=DMARC1; p=reject; t=y; pct=20');
    expect(rewriteDmarc(record, { pct: undefined })).toBe('v=DMARC1; p=reject');
  });
});
