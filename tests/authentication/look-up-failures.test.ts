import { describe, expect, it } from 'vitest';
import { type AuditRun, findingKey, runAudit } from '../../lib/authentication/audit/run-audit.ts';
import type { Dns } from '../../lib/authentication/dns/dns.ts';
import { systemDns } from '../../lib/authentication/dns/system-dns.ts';
import type { Identity } from '../../lib/authentication/identities/identity.ts';
import type { KeyedItem } from '../../lib/store/items.ts';
import type { Table } from '../../lib/store/table.ts';
import { startDnsServer } from '../../local/dns-server.ts';
import type { Zone, ZoneName } from '../../local/dns-zone.ts';
import { tableThat } from '../support/table.ts';
import { worlds } from '../support/thorough.ts';
import { zoneDns } from '../support/zone-dns.ts';
import { D, FEEDBACK, HOSTED, IDENTITY, keyOf, MF, TOKENS } from './sound-identity.ts';

/**
 * "Could not look" is never "missing" and never an alarm: in several worlds, each name that an audit asks is in turn
 * silent, failing or refused. Nothing critical and no warning may come of it, and no change: neither then nor when
 * the name answers again.
 */

const KEY = keyOf(2048);
const SHORT_KEY = keyOf(512);

const txt = (...records: readonly string[]): ZoneName => ({ TXT: records });
const numbered = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => name(index));

const SOUND: Zone = {
  'amazonses.com': txt('v=spf1 ip4:203.0.113.0/24 -all'),
  [D]: { TXT: ['v=spf1 include:_spf.office.example ~all'], MX: [`10 mx.${D}`], A: ['192.0.2.1'] },
  '_spf.office.example': txt('v=spf1 ip4:198.51.100.0/24 -all'),
  [MF]: { MX: [FEEDBACK], TXT: ['v=spf1 include:amazonses.com ~all'] },
  ...Object.fromEntries(
    TOKENS.flatMap((token) => [
      [`${token}._domainkey.${D}`, { CNAME: `${token}.${HOSTED}` }],
      [`${token}.${HOSTED}`, txt(`p=${KEY}`)],
    ]),
  ),
  [`_dmarc.${D}`]: txt(`v=DMARC1; p=quarantine; rua=mailto:reports@reader.example`),
  [`${D}._report._dmarc.reader.example`]: txt('v=DMARC1'),
  'reader.example': { MX: ['10 mx.reader.example'] },
};

const DKIM_OFF = { ...IDENTITY.dkim, signingEnabled: false };

interface World {
  readonly name: string;
  readonly identities?: readonly Identity[];
  /** Names in place of those of the sound zone; `undefined` removes one. */
  readonly zone?: Readonly<Record<string, ZoneName | undefined>>;
  /** Kinds that are open there: what a failure must neither add to nor take from. */
  readonly open: readonly string[];
}

const WORLDS: readonly World[] = [
  { name: 'all in order', open: [] },
  {
    name: 'DKIM keys each wrong in a way of its own',
    zone: {
      [`tokaaa._domainkey.${D}`]: undefined,
      [`tokaaa._domainkey.${D}.${D}`]: { CNAME: `tokaaa.${HOSTED}` },
      [`tokbbb._domainkey.${D}`]: txt(`p=${KEY}`),
      [`tokccc.${HOSTED}`]: undefined,
    },
    open: ['dkim-cname-doubled', 'dkim-key-unreachable', 'dkim-cname-copied'],
  },
  {
    name: 'DMARC on SPF alone, and SES deep in a tree beyond the limit',
    identities: [{ ...IDENTITY, dkim: DKIM_OFF }],
    zone: {
      [`_dmarc.${D}`]: txt(`v=DMARC1; p=none; rua=mailto:reports@${D}`),
      [MF]: {
        MX: [FEEDBACK],
        TXT: [
          `v=spf1 include:_spf.vendor.example ${numbered(11, (i) => `a:h${i}.vendor.example`).join(' ')} ~all`,
        ],
      },
      '_spf.vendor.example': txt('v=spf1 include:amazonses.com ~all'),
      ...Object.fromEntries(
        numbered(11, (i) => `h${i}.vendor.example`).map((host) => [host, { A: ['192.0.2.7'] }]),
      ),
    },
    open: ['dkim-off', 'spf-lookup-limit'],
  },
  {
    name: 'a MAIL FROM domain of another organization, and reports to one that did not agree',
    identities: [{ ...IDENTITY, mailFrom: { ...IDENTITY.mailFrom, domain: 'bounce.mailer.example' } }],
    zone: {
      'bounce.mailer.example': { MX: [FEEDBACK, `20 mx.${D}`], TXT: ['v=spf1 include:amazonses.com ~all'] },
      '_dmarc.mailer.example': txt('v=DMARC1; p=none'),
      [`${D}._report._dmarc.reader.example`]: undefined,
      '_dmarc.reader.example': txt('v=DMARC1; p=none'),
      [`_dmarc.${D}`]: txt(`v=DMARC1; p=quarantine; pct=50; rua=mailto:reports@reader.example`),
    },
    open: ['mail-from-mx-several', 'dmarc-partial', 'dmarc-spf-not-aligned', 'dmarc-rua-not-authorised'],
  },
  {
    name: 'a subdomain with a record of its own below a parent whose records do not count',
    identities: [
      { ...IDENTITY, name: `news.${D}`, dkim: DKIM_OFF },
      { ...IDENTITY, dkim: { ...IDENTITY.dkim, status: 'TEMPORARY_FAILURE' } },
    ],
    zone: {
      [`_dmarc.news.${D}`]: txt(`v=DMARC1; p=reject; rua=mailto:reports@${D}`),
      [`_dmarc.${D}`]: undefined,
      [`default._bimi.news.${D}`]: txt(`v=BIMI1; l=https://${D}/logo.svg`),
    },
    open: [
      'dkim-cname-missing',
      'dkim-cname-missing',
      'dkim-cname-missing',
      'dkim-off',
      'dkim-temporary-failure',
      'dmarc-missing',
      'dmarc-nothing-aligned',
      'dmarc-own-organization',
      'dmarc-reject-without-dkim',
      'dmarc-rua-not-authorised',
      'dmarc-spf-not-aligned',
      'from-no-host',
    ],
  },
  {
    name: 'a subdomain that does not exist, under np',
    identities: [{ ...IDENTITY, name: `gone.${D}`, dkim: { ...DKIM_OFF, tokens: [] } }],
    zone: {
      [`_dmarc.${D}`]: txt(`v=DMARC1; p=none; np=reject; rua=mailto:reports@${D}`),
    },
    open: ['dkim-not-set-up', 'dmarc-reject-without-dkim', 'from-nonexistent'],
  },
  {
    name: 'SPF broken in many ways, and hosts that take no mail',
    zone: {
      [D]: {
        TXT: [
          'v=spf1 include:none.example include:two.example a:void1.example a:void2.example mx:void3.example redirect=all.example',
        ],
      },
      'two.example': txt('v=spf1 -all', 'v=spf1 ~all'),
      'all.example': txt('v=spf1 ipv4:192.0.2.1 +all'),
      [MF]: { TXT: ['v=spf1 ip4:192.0.2.1 -all', 'spf1 include:amazonses.com'] },
      [`_dmarc.${D}`]: txt('v=DMARC1; p=none', 'v=DMARC1; p=reject'),
    },
    open: [
      ...['spf-not-a-record', 'dmarc-several-records', 'mail-from-mx-missing', 'mail-from-spf-without-ses'],
      ...[
        'spf-pass-all',
        'spf-several-records',
        'spf-syntax',
        'spf-include-without-record',
        'spf-void-limit',
      ],
      'from-no-host',
    ],
  },
  {
    name: 'an own key that is too short and stands twice, and a null MX',
    identities: [
      {
        ...IDENTITY,
        dkim: { signingEnabled: true, status: 'SUCCESS', tokens: ['own1'], origin: 'EXTERNAL' },
      },
    ],
    zone: {
      [`own1._domainkey.${D}`]: txt(`p=${SHORT_KEY}`, `p=${KEY}`),
      [D]: { MX: ['0 .'] },
      [MF]: { MX: ['10 mx.elsewhere.example'] },
      [`_dmarc.${D}`]: txt('v=DMARC1 p=none'),
    },
    open: [
      ...['dkim-key-too-short', 'dmarc-not-a-record', 'mail-from-mx-wrong', 'mail-from-spf-missing'],
      ...['from-null-mx', 'dkim-keys-several'],
    ],
  },
  {
    name: 'nothing published at all',
    zone: Object.fromEntries(Object.keys(SOUND).map((name) => [name, undefined])),
    open: [
      ...[
        'dkim-cname-missing',
        'dkim-cname-missing',
        'dkim-cname-missing',
        'dmarc-missing',
        'mail-from-mx-missing',
      ],
      ...['mail-from-spf-missing', 'from-nonexistent'],
    ],
  },
];

function zoneOf({ zone = {} }: World): Zone {
  const all: Record<string, ZoneName | undefined> = { ...SOUND, ...zone };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, records]) => (records === undefined ? [] : [[name, records]])),
  );
}

type Memory = Map<string, KeyedItem>;

function memoryStore(items: Memory): Table {
  return tableThat({
    get: ({ pk, sk }) => Promise.resolve(items.get(`${pk} ${sk}`)),
    put: (item) => Promise.resolve(void items.set(`${item.pk} ${item.sk}`, item as KeyedItem)),
    // No reports are on record.
    // biome-ignore lint/correctness/useYield: there is nothing to yield
    pages: async function* () {
      return undefined;
    },
  });
}

/** An account of the world's identities, whose audits share one memory, which remembers what this one holds. */
function accountOf({ identities = [IDENTITY] }: World, memory: Memory = new Map()) {
  const store = memoryStore(memory);
  return (dns: Dns): Promise<AuditRun> =>
    runAudit({
      source: {
        names: () => Promise.resolve(identities.map(({ name }) => name)),
        identity: async (name) => identities.find((one) => one.name === name) ?? IDENTITY,
        recommendations: () => Promise.resolve([]),
      },
      dns,
      store,
      region: 'ap-northeast-1',
      now: () => new Date('2026-11-24T00:00:00Z'),
    });
}

const urgent = (run: AuditRun) =>
  run.audits.flatMap(({ identity, findings }) =>
    findings
      .filter(({ severity }) => severity === 'critical' || severity === 'warning')
      .map((finding) => ({ ...finding, shown: `${identity}: ${finding.severity} ${findingKey(finding)}` })),
  );

const FAULTS = ['silence', 'SERVFAIL', 'REFUSED'] as const;

/** In how many of its ways each thing fails: the first of them differs from one thing to the next. */
const WAYS = worlds({ few: 1, all: FAULTS.length });

/** A zone in which something cannot be looked up, by what and how: `_dmarc.shop.example: SERVFAIL`. */
type Failing = readonly [string, Zone];

/** What can fail, each in all its ways: each name asked, each type of it, whole branches, and everything. */
function failing(zone: Zone, questions: readonly string[]): readonly (readonly Failing[])[] {
  const asked = [...new Set(questions.map((question) => question.split(' ').slice(0, 2).join(' ')))];
  const names = [
    ...new Set([...asked.map((question) => question.split(' ')[1] ?? ''), ...Object.keys(zone)]),
  ];
  const spoiled = (spoils: readonly string[], fault: ZoneName['fault']): Zone => ({
    ...zone,
    ...Object.fromEntries(spoils.map((name) => [name, { ...zone[name], fault }])),
  });
  return [
    ...names.map((name) => FAULTS.map((fault): Failing => [`${name}: ${fault}`, spoiled([name], fault)])),
    ...asked.flatMap((question) => {
      const [type = '', name = ''] = question.split(' ');
      // A name that is not there has no single type that could fail.
      if (zone[name] === undefined) return [];
      return [
        FAULTS.filter((fault) => fault !== 'silence').map((fault): Failing => {
          const spoilt = { ...zone[name], fault, faultTypes: [type] };
          return [`${question}: ${fault}`, { ...zone, [name]: spoilt }];
        }),
      ];
    }),
    ...['amazonses.com', D, 'example', ''].map((branch) => {
      const below = names.filter((name) => name.endsWith(branch));
      return FAULTS.map((fault): Failing => [`all of "${branch}": ${fault}`, spoiled(below, fault)]);
    }),
  ];
}

describe.each(WORLDS)('in a world with $name', (world) => {
  it('no failure of a look-up reads as something missing, or as a change', async () => {
    const zone = zoneOf(world);
    const questions: string[] = [];
    const remembered: Memory = new Map();
    const sound = await accountOf(world, remembered)(zoneDns(zone, (question) => questions.push(question)));
    expect(
      urgent(sound)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...world.open].sort());
    const places = failing(zone, questions);
    expect(places.flat().length).toBeGreaterThan(40);
    const cases = places.flatMap((ways, index) => {
      const first = index % ways.length;
      return [...ways.slice(first), ...ways.slice(0, first)].slice(0, WAYS);
    });
    const known = new Set(urgent(sound).map(({ shown }) => shown));

    const alarms: Record<string, unknown> = {};
    for (const [name, broken] of cases) {
      // Each case goes on from the audit that found all sound: items are written whole, so a copy of the map will do.
      const audit = accountOf(world, new Map(remembered));
      const blind = await audit(zoneDns(broken));
      const after = await audit(zoneDns(zone));
      const appeared = urgent(blind).filter(({ shown }) => !known.has(shown));
      const seen = {
        ...(appeared.length > 0 && { urgent: appeared.map(({ shown }) => shown) }),
        ...(blind.changes.length > 0 && { meanwhile: blind.changes }),
        ...(after.changes.length > 0 && { later: after.changes }),
        ...(blind.failed.length > 0 && { failed: blind.failed }),
      };
      if (Object.keys(seen).length > 0) alarms[name] = seen;
    }
    expect(alarms).toEqual({});
  });

  it('an audit over the network ends as one of the zone does', async () => {
    const zone = zoneOf(world);
    const server = await startDnsServer(zone);
    const patient = systemDns({ servers: [server.address], timeout: 5000, tries: 1 });
    const impatient = systemDns({ servers: [server.address], timeout: 60, tries: 1 });
    expect(await accountOf(world)(patient)).toEqual(await accountOf(world)(zoneDns(zone)));
    for (const fault of FAULTS) {
      const broken = { ...zone, [D]: { ...zone[D], fault }, [MF]: { ...zone[MF], fault } };
      server.use(broken);
      const run = await accountOf(world)(fault === 'silence' ? impatient : patient);
      expect(run).toEqual(await accountOf(world)(zoneDns(broken)));
    }
    await server.close();
  });
});
