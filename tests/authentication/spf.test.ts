import { spf as evaluate } from 'mailauth/lib/spf/index.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailauthResolver } from '../../lib/authentication/dns/dns.ts';
import { systemDns } from '../../lib/authentication/dns/system-dns.ts';
import { analyseSpf, type SpfAnalysis } from '../../lib/authentication/spf/spf.ts';
import { parseSpf } from '../../lib/authentication/spf/spf-record.ts';
import { renderSpfTree } from '../../lib/authentication/spf/spf-tree.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import type { Zone } from '../../local/dns-zone.ts';

/** Domain under test in every zone below. */
const D = 'shop.example';
const spf = (text: string | readonly string[]) => ({ TXT: [text] });
const ses = { 'amazonses.com': spf('v=spf1 ip4:203.0.113.0/24 -all') };

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer();
});
afterAll(() => server.close());

const dns = () => systemDns({ servers: [server.address], timeout: 5000, tries: 1 });
/** For names that never answer. */
const impatientDns = () => systemDns({ servers: [server.address], timeout: 100, tries: 1 });
const kinds = (analysis: SpfAnalysis) => analysis.errors.map((error) => error.kind);

/** How many of SES's addresses pass. */
function coverage({ verdict, partly }: SpfAnalysis): string {
  if (verdict === 'pass') return 'all';
  return verdict === 'fail' ? (partly ? 'part' : 'none') : verdict;
}

/** Includes `a1.example` ... `a<n>.example`, each with a record of its own. */
function includes(count: number): Zone {
  const names = Array.from({ length: count }, (_, index) => `a${index + 1}.example`);
  return {
    [D]: spf(`v=spf1 ${names.map((name) => `include:${name}`).join(' ')} -all`),
    ...Object.fromEntries(names.map((name) => [name, spf('v=spf1 ip4:198.51.100.1 -all')])),
  };
}

interface Case {
  readonly section: string;
  readonly name: string;
  readonly zone: Zone;
  readonly lookups?: number;
  readonly voids?: number;
  readonly errors?: readonly string[];
  readonly all?: string;
  readonly ses?: boolean;
  /** mailauth's own verdict for an address nothing lists; left out where a static reading must differ. */
  readonly evaluates?: string;
}

const cases: readonly Case[] = [
  {
    section: '3.3',
    name: 'strings are joined without a space',
    zone: { [D]: spf(['v=spf1 ip4:192.0.2', '.1 -all']) },
    all: '-',
    evaluates: 'fail',
  },
  {
    section: '3.3',
    name: 'a split between two terms glues them together',
    zone: { [D]: spf(['v=spf1 ip4:192.0.2.1', 'include:amazonses.com -all']), ...ses },
    errors: ['glued'],
    all: '-',
    evaluates: 'permerror',
  },
  { section: '4.5', name: 'a single record', zone: { [D]: spf('v=spf1 -all') }, all: '-', evaluates: 'fail' },
  {
    section: '4.5',
    name: 'the bare version is a record',
    zone: { [D]: spf('v=spf1') },
    evaluates: 'neutral',
  },
  {
    section: '4.5',
    name: 'the version in capitals',
    zone: { [D]: spf('V=SPF1 ~all') },
    all: '~',
    evaluates: 'softfail',
  },
  {
    section: '4.5',
    name: 'two records',
    zone: { [D]: { TXT: ['v=spf1 -all', 'v=spf1 ~all'] } },
    errors: ['several-records'],
    all: '~',
    evaluates: 'permerror',
  },
  { section: '4.5', name: 'no record', zone: { [D]: { TXT: ['unrelated'] } }, evaluates: 'none' },
  { section: '4.5', name: 'v=spf10 is not a record', zone: { [D]: spf('v=spf10 -all') }, evaluates: 'none' },
  {
    section: '4.6.1',
    name: 'an unknown mechanism',
    zone: { [D]: spf('v=spf1 ipv4:192.0.2.1 -all') },
    errors: ['syntax'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: '4.6.4',
    name: 'ten look-ups are allowed',
    zone: includes(10),
    lookups: 10,
    all: '-',
    evaluates: 'fail',
  },
  {
    section: '4.6.4',
    name: 'eleven are not',
    zone: includes(11),
    lookups: 11,
    errors: ['lookup-limit'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: '4.6.4',
    name: 'nested includes add up',
    zone: {
      [D]: spf('v=spf1 include:n1.example a mx -all'),
      [`${D}.`]: {},
      'n1.example': spf('v=spf1 include:n2.example exists:n3.example -all'),
      'n2.example': spf('v=spf1 mx:n3.example ?all'),
      'n3.example': { A: ['192.0.2.9'], MX: ['10 n3.example'] },
    },
    lookups: 6,
    voids: 2,
    all: '-',
  },
  {
    section: '4.6.4',
    name: 'ip4, ip6, all and exp cost nothing',
    zone: { [D]: spf('v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 exp=why.shop.example -all') },
    lookups: 0,
    all: '-',
    evaluates: 'fail',
  },
  {
    section: '4.6.4',
    name: 'two void look-ups are allowed',
    zone: { [D]: spf('v=spf1 a:no1.shop.example a:no2.shop.example -all') },
    lookups: 2,
    voids: 2,
    all: '-',
    evaluates: 'fail',
  },
  {
    section: '4.6.4',
    name: 'three are not',
    zone: { [D]: spf('v=spf1 a:no1.shop.example a:no2.shop.example exists:no3.shop.example -all') },
    lookups: 3,
    voids: 3,
    errors: ['void-limit'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: '4.6.4',
    name: 'an mx is one look-up whatever the number of its hosts',
    zone: {
      [D]: { TXT: ['v=spf1 mx -all'], MX: ['1 h1.shop.example', '2 h2.shop.example', '3 h3.shop.example'] },
      'h1.shop.example': { A: ['192.0.2.1'] },
      'h2.shop.example': { A: ['192.0.2.2'] },
      'h3.shop.example': { A: ['192.0.2.3'] },
    },
    lookups: 1,
    all: '-',
  },
  {
    section: '4.6.4',
    name: 'an mx with eleven names',
    zone: {
      [D]: { TXT: ['v=spf1 mx -all'], MX: Array.from({ length: 11 }, (_, i) => `${i} h${i}.shop.example`) },
    },
    lookups: 1,
    errors: ['mx-limit'],
    all: '-',
  },
  {
    section: '5.1',
    name: 'terms after all are never evaluated',
    zone: { [D]: spf('v=spf1 -all include:nothing.example') },
    lookups: 0,
    all: '-',
    evaluates: 'fail',
  },
  {
    section: '5.1',
    name: '+all lets everybody pass',
    zone: { [D]: spf('v=spf1 +all') },
    all: '+',
    evaluates: 'pass',
  },
  {
    section: '5.1',
    name: 'all without a qualifier means +all',
    zone: { [D]: spf('v=spf1 all') },
    all: '+',
    evaluates: 'pass',
  },
  {
    section: '5.1',
    name: 'all takes no value',
    zone: { [D]: spf('v=spf1 -all:shop.example') },
    errors: ['syntax'],
    evaluates: 'permerror',
  },
  {
    section: '5.2',
    name: 'an include without a record is a permerror',
    zone: { [D]: spf('v=spf1 include:empty.example -all'), 'empty.example': { TXT: ['x'] } },
    lookups: 1,
    voids: 0,
    errors: ['include-without-record'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: '5.2',
    name: 'an include of a name that does not exist',
    zone: { [D]: spf('v=spf1 include:gone.example -all') },
    lookups: 1,
    voids: 1,
    errors: ['include-without-record'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: '5.2',
    name: 'include needs a domain',
    zone: { [D]: spf('v=spf1 include: -all') },
    errors: ['syntax'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: '5.2',
    name: "an included record's all does not decide",
    zone: { [D]: spf('v=spf1 include:a.example ~all'), 'a.example': spf('v=spf1 +all') },
    lookups: 1,
    all: '~',
  },
  {
    section: '5.2',
    name: 'an error inside an include is an error of the whole',
    zone: { [D]: spf('v=spf1 include:a.example -all'), 'a.example': spf('v=spf1 ip4:not-an-address -all') },
    lookups: 1,
    errors: ['syntax'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: '5.2',
    name: 'an include loop',
    zone: { [D]: spf('v=spf1 include:a.example -all'), 'a.example': spf('v=spf1 include:shop.example -all') },
    lookups: 2,
    errors: ['loop'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: '5.5',
    name: 'ptr costs a look-up',
    zone: { [D]: spf('v=spf1 ptr -all') },
    lookups: 1,
    all: '-',
  },
  {
    section: '5.6',
    name: 'an IPv4 prefix of 33',
    zone: { [D]: spf('v=spf1 ip4:192.0.2.0/33 -all') },
    errors: ['syntax'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: '5.6',
    name: 'ip4 with a name',
    zone: { [D]: spf('v=spf1 ip4:mail.shop.example -all') },
    errors: ['syntax'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: '5.6',
    name: 'ip6 with a prefix',
    zone: { [D]: spf('v=spf1 ip6:2001:db8::/32 -all') },
    all: '-',
    evaluates: 'fail',
  },
  {
    section: '5.3',
    name: 'a with two prefix lengths',
    zone: { [D]: { TXT: ['v=spf1 a/24//64 -all'], A: ['192.0.2.1'] } },
    lookups: 1,
    all: '-',
  },
  {
    section: '6.1',
    name: 'redirect counts and decides',
    zone: {
      [D]: spf('v=spf1 redirect=_spf.shop.example'),
      '_spf.shop.example': spf('v=spf1 include:amazonses.com -all'),
      ...ses,
    },
    lookups: 2,
    all: '-',
    ses: true,
    evaluates: 'fail',
  },
  {
    section: '6.1',
    name: 'redirect beside all is ignored',
    zone: { [D]: spf('v=spf1 redirect=gone.example ~all') },
    lookups: 0,
    all: '~',
    evaluates: 'softfail',
  },
  {
    section: '6.1',
    name: 'redirect to a name without a record',
    zone: { [D]: spf('v=spf1 redirect=gone.example') },
    lookups: 1,
    voids: 1,
    errors: ['include-without-record'],
    evaluates: 'permerror',
  },
  {
    section: '6',
    name: 'redirect twice',
    zone: { [D]: spf('v=spf1 redirect=a.example redirect=a.example'), 'a.example': spf('v=spf1 -all') },
    lookups: 1,
    all: '-',
    errors: ['syntax'],
    evaluates: 'permerror',
  },
  {
    section: '6',
    name: 'an unknown modifier is ignored',
    zone: { [D]: spf('v=spf1 moo=yes -all') },
    all: '-',
    evaluates: 'fail',
  },
  {
    section: '6',
    name: 'an unknown modifier with a broken macro is not',
    zone: { [D]: spf('v=spf1 moo=%x -all') },
    errors: ['syntax'],
    all: '-',
  },
  {
    section: '7.1',
    name: 'a name may hold colons and slashes',
    zone: { [D]: spf('v=spf1 a:odd:na/me.shop.example mx:odd:name.shop.example/24 -all') },
    lookups: 2,
    all: '-',
  },
  {
    section: '7.2',
    name: 'a macro that only explanations may use',
    zone: { [D]: spf('v=spf1 -all exp=%{t}.shop.example') },
    errors: ['syntax'],
    all: '-',
  },
  {
    section: '7',
    name: 'macros are counted and not followed',
    zone: { [D]: spf('v=spf1 exists:%{i}._spf.%{d} include:%{d1r}.a.example -all') },
    lookups: 2,
    all: '-',
  },
  {
    section: '7',
    name: 'a broken macro',
    zone: { [D]: spf('v=spf1 exists:%{x}.shop.example -all') },
    errors: ['syntax'],
    all: '-',
    evaluates: 'permerror',
  },
  {
    section: 'SES',
    name: 'amazonses.com is reached directly',
    zone: { [D]: spf('v=spf1 include:amazonses.com ~all'), ...ses },
    lookups: 1,
    all: '~',
    ses: true,
    evaluates: 'softfail',
  },
  {
    section: 'SES',
    name: 'amazonses.com is reached through another record',
    zone: {
      [D]: spf('v=spf1 include:all.example ~all'),
      'all.example': spf('v=spf1 include:amazonses.com -all'),
      ...ses,
    },
    lookups: 2,
    all: '~',
    ses: true,
  },
  {
    section: 'SES',
    name: 'an include that does not pass reaches nothing',
    zone: { [D]: spf('v=spf1 ?include:amazonses.com ~all'), ...ses },
    lookups: 1,
    all: '~',
    ses: false,
  },
  {
    section: 'SES',
    name: 'a record without SES',
    zone: { [D]: spf('v=spf1 ip4:192.0.2.1 -all') },
    all: '-',
    ses: false,
  },
];

describe('the SPF tree, by section of RFC 7208', () => {
  it.each(cases)('$section: $name', async ({ zone, lookups, voids, errors, all, ses: reachesSes }) => {
    server.use(zone);
    const analysis = await analyseSpf(dns(), D);
    expect(kinds(analysis)).toEqual(errors ?? []);
    expect(analysis.all).toBe(all);
    if (lookups !== undefined) expect(analysis.lookups).toBe(lookups);
    if (voids !== undefined) expect(analysis.voids).toBe(voids);
    if (reachesSes !== undefined) expect(analysis.ses !== undefined).toBe(reachesSes);
  });

  const evaluated = cases.filter(({ evaluates }) => evaluates !== undefined);
  it.each(evaluated)("agrees with mailauth's evaluation: $section $name", async ({ zone, evaluates }) => {
    server.use(zone);
    const result = await evaluate({
      sender: `bounce@${D}`,
      ip: '192.0.2.250',
      helo: 'client.example',
      mta: 'mx.example',
      resolver: mailauthResolver(dns()),
      strict: true,
    });
    expect(result.status.result).toBe(evaluates);
  });
});

describe('a tree that could not be read whole', () => {
  it('says which name could not be looked up instead of calling it missing', async () => {
    server.use({ [D]: spf('v=spf1 include:slow.example -all'), 'slow.example': { fault: 'SERVFAIL' } });
    const analysis = await analyseSpf(dns(), D);
    expect(analysis.unknown).toEqual([{ domain: 'slow.example', code: 'ESERVFAIL' }]);
    expect(analysis.errors).toEqual([]);
  });

  it('says so when the record itself could not be read', async () => {
    server.use({ [D]: { fault: 'silence' } });
    const analysis = await analyseSpf(impatientDns(), D);
    expect(analysis.tree.status).toBe('failure');
    expect(analysis.unknown).toEqual([{ domain: D, code: 'ETIMEOUT' }]);
  });

  it('ends at a tree without an end', async () => {
    const zone: Record<string, { TXT: string[] }> = { [D]: { TXT: ['v=spf1 include:x1.example -all'] } };
    for (let i = 1; i < 300; i += 1)
      zone[`x${i}.example`] = { TXT: [`v=spf1 include:x${i + 1}.example -all`] };
    server.use(zone);
    const analysis = await analyseSpf(dns(), D);
    expect(kinds(analysis)).toContain('lookup-limit');
    expect(server.questions.length).toBeLessThan(100);
  });
});

describe('how the tree is shown', () => {
  it('keeps the whole tree with the count of each include when the limit is exceeded', async () => {
    server.use({
      [D]: spf('v=spf1 include:a.example include:gone.example -all'),
      'a.example': spf('v=spf1 include:b.example mx -all'),
      'b.example': spf('v=spf1 ip4:192.0.2.1 ~all'),
    });
    const analysis = await analyseSpf(dns(), D);
    expect(renderSpfTree(analysis.tree)).toEqual([
      'include:a.example (3)',
      '  include:b.example (1)',
      '    ip4:192.0.2.1',
      '    ~all',
      '  mx (1)',
      '  -all',
      'include:gone.example (1) [none]',
      '-all',
    ]);
  });

  it('counts what is spent before SES is reached', async () => {
    server.use({
      ...includes(3),
      ...ses,
      [D]: spf('v=spf1 include:a1.example include:a2.example include:amazonses.com -all'),
    });
    expect((await analyseSpf(dns(), D)).ses).toEqual({ path: [D, 'amazonses.com'], lookupsBefore: 3 });
  });

  it.each([[' v=spf1 -all'], ['"v=spf1 -all"'], ['spf1 -all'], ['v = spf1 -all'], ['v=spf -all']])(
    'names %j as a record that nobody reads',
    async (text) => {
      server.use({ [D]: spf(text) });
      const analysis = await analyseSpf(dns(), D);
      expect(analysis.tree).toMatchObject({ status: 'none', nearMisses: [text] });
    },
  );
});

describe("SES's addresses in a record that does not name SES", () => {
  it.each([
    ['ip4:203.0.113.0/24 ip6:2001:db8::/33 ip6:2001:db8:8000::/33', 'all', []],
    ['ip4:203.0.112.0/20 ip6:2001:db8::/32', 'all', []],
    ['ip4:203.0.113.0/24 ip6:2001:db8:0:0:0:0:0:0/33', 'part', ['2001:db8::/32']],
    ['ip4:203.0.113.0/25 ip6:::ffff:203.0.113.0/120', 'part', ['203.0.113.0/24', '2001:db8::/32']],
    ['include:none.example', 'none', ['203.0.113.0/24', '2001:db8::/32']],
    ['-include:list.example', 'none', ['203.0.113.0/24', '2001:db8::/32']],
    ['exists:there.example', 'all', []],
    ['exists:%{i}.list.example', 'unknown', []],
    ['ip4:203.0.113.0/24 include:slow.example', 'unknown', []],
  ])('%s: %s', async (terms, covered, missing) => {
    server.use({
      'amazonses.com': spf('v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 -all'),
      'none.example': spf('v=spf1 -all'),
      'list.example': spf('v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 -all'),
      'there.example': { A: ['127.0.0.2'] },
      'slow.example': { fault: 'SERVFAIL' },
      [D]: spf(`v=spf1 ${terms} -all`),
    });
    const analysis = await analyseSpf(dns(), D);
    expect({ covered: coverage(analysis), missing: analysis.missing }).toEqual({ covered, missing });
  });

  it('is not held against a list that could not be looked up', async () => {
    server.use({ 'amazonses.com': { fault: 'SERVFAIL' }, [D]: spf('v=spf1 ip4:203.0.113.0/24 -all') });
    const analysis = await analyseSpf(dns(), D);
    expect(coverage(analysis)).toBe('unknown');
    expect(analysis.unknown).toEqual([{ domain: 'amazonses.com', code: 'ESERVFAIL' }]);
  });

  it('is found in a record of thousands of ranges, in time', async () => {
    const ranges = Array.from({ length: 3000 }, (_, i) => `ip4:203.0.${i % 256}.${(i * 7) % 256}`);
    server.use({ ...ses, [D]: spf(`v=spf1 ${ranges.join(' ')} -all`) });
    const before = process.cpuUsage();
    expect(coverage(await analyseSpf(dns(), D))).toBe('part');
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });
});

describe('a hostile record', () => {
  it.each([
    ['a megabyte of one term', `v=spf1 ${'include:'.repeat(130_000)}`],
    ['a megabyte of percent signs', `v=spf1 exists:${'%{'.repeat(500_000)}`],
    ['a megabyte of slashes', `v=spf1 a${'/'.repeat(1_000_000)}`],
    ['a megabyte of spaces', `v=spf1${' '.repeat(1_000_000)}-all`],
  ])('of %s is read in linear time', (_, text) => {
    const before = process.cpuUsage();
    parseSpf(text);
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000);
  });
});
