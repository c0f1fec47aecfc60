import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditIdentity, type IdentityAudit, lookUpIdentity } from '../../lib/authentication/audit/audit.ts';
import { discoverDmarc } from '../../lib/authentication/dmarc/dmarc.ts';
import {
  DMARC_POLICIES,
  isDmarcRecord,
  looksLikeDmarc,
} from '../../lib/authentication/dmarc/dmarc-record.ts';
import { type ChangeBatch, route53ChangeBatch } from '../../lib/authentication/dns/records.ts';
import type { Finding } from '../../lib/authentication/findings/findings.ts';
import type { Identity } from '../../lib/authentication/identities/identity.ts';
import { analyseSpf } from '../../lib/authentication/spf/spf.ts';
import { isSpfRecord } from '../../lib/authentication/spf/spf-record.ts';
import type { ZoneName } from '../../local/dns-zone.ts';
import { zoneDns } from '../support/zone-dns.ts';
import { D, FEEDBACK, keyOf } from './sound-identity.ts';

/**
 * What an operator pastes must do what it is for and nothing else. Zones are put together at random; the default
 * change batch is published in the zone as Route 53 would, and the audit looks again.
 */

const KEY = keyOf(2048);

type MutableZone = Record<string, ZoneName>;

async function audit(zone: MutableZone, from: string): Promise<IdentityAudit> {
  const identity = identityOf(from);
  return auditIdentity(identity, await lookUpIdentity(zoneDns(zone), identity), {
    region: 'ap-northeast-1',
    identities: [identity],
    // An address of the domain itself: one elsewhere needs an agreement first, which is its own finding.
    reportAddress: `dmarc@${from}`,
  });
}

const isUrgent = ({ severity }: Finding) => severity === 'critical' || severity === 'warning';
const findingKeyOf = ({ id, title }: Finding) => `${id}: ${title.en}`;

function identityOf(name: string): Identity {
  return {
    name,
    type: 'DOMAIN',
    verifiedForSending: true,
    verificationStatus: 'SUCCESS',
    dkim: { signingEnabled: true, status: 'SUCCESS', tokens: ['own'], origin: 'EXTERNAL' },
    mailFrom: { domain: `bounce.${name}`, status: 'SUCCESS', onMxFailure: 'REJECT_MESSAGE' },
  };
}

/** The values of a record set as Route 53 reads them: three octal digits after a backslash are an octet. */
function octets(quoted: string): Buffer[] {
  return [...quoted.matchAll(/"((?:[^"\\]|\\.)*)"(?: |$)/g)].map(([, text]) =>
    Buffer.from(
      [...(text ?? '').matchAll(/\\([0-7]{3})|\\(.)|(.)/gs)].map(([, digits, escaped, plain]) =>
        digits === undefined ? (escaped ?? plain ?? '').charCodeAt(0) : Number.parseInt(digits, 8),
      ),
    ),
  );
}

/** The zone after the batch, which Route 53 refuses whole where a CNAME would not stand alone. */
function published(zone: MutableZone, { Changes }: ChangeBatch): MutableZone {
  const next = { ...zone };
  for (const { ResourceRecordSet: set } of Changes) {
    const name = set.Name.replace(/\.$/, '');
    const there = next[name] ?? {};
    expect(there.CNAME, `a CNAME at ${name}`).toBe(undefined);
    const values = set.ResourceRecords.map(({ Value }) => Value);
    next[name] = { ...there, [set.Type]: set.Type === 'TXT' ? values.map(octets) : values };
  }
  return next;
}

const textsOf = (zone: MutableZone, name: string) =>
  (zone[name]?.TXT ?? []).map((text) =>
    JSON.stringify([text].flat().map((part) => Buffer.from(part).toString('latin1'))),
  );
/** Texts that the batch may replace: a record, or what was meant to be one. */
const isReplaceable = (text: string) => {
  const whole = (JSON.parse(text) as string[]).join('').trim();
  return isSpfRecord(whole) || isDmarcRecord(whole) || looksLikeDmarc(whole);
};

// Zones

const note = fc.oneof(
  fc.constantFrom('proof=1', 'メモ=日本語', 'dmarc1-ownership', 'back\\slash "quoted"'),
  fc
    .array(
      fc.uint8Array({ minLength: 1, maxLength: 255 }).map((bytes) => Buffer.from(bytes)),
      { minLength: 1, maxLength: 3 },
    )
    .map((strings): readonly Buffer[] => [Buffer.from('note='), ...strings]),
);
const notes = fc.uniqueArray(note, { maxLength: 2, selector: (value) => JSON.stringify(value) });

/** Includes of 1 to 4 look-ups each. */
const INCLUDES: MutableZone = Object.fromEntries(
  [1, 2, 3, 4].map((cost) => [
    `c${cost}.vendor.example`,
    {
      TXT: [
        `v=spf1 ${Array.from({ length: cost - 1 }, () => 'a:host.vendor.example').join(' ')} ip4:198.51.100.${cost} -all`,
      ],
    },
  ]),
);
const term = fc.constantFrom(
  ...['c1', 'c2', 'c3', 'c4'].map((name) => `include:${name}.vendor.example`),
  ...['a:host.vendor.example', 'mx', 'ip4:192.0.2.7', 'ip6:2001:db8::/32', 'include:amazonses.com'],
  ...['?include:amazonses.com', 'ip4:203.0.113.0/25', 'ip4:203.0.113.128/25', 'ip4:0.0.0.0/0'],
  ...['exists:%{i}.list.vendor.example', 'ptr', 'a:host.vendor.example/8', 'ipv4:192.0.2.1'],
);
const spf = fc
  .tuple(
    fc.uniqueArray(term, { maxLength: 7 }),
    fc.constantFrom('-all', '~all', '?all', '+all', '', 'redirect=c4.vendor.example'),
  )
  .map(([terms, end]) => ['v=spf1', ...terms, end].filter((part) => part !== '').join(' '));
const spfs = fc.oneof(
  { weight: 6, arbitrary: spf.map((text) => [text]) },
  { weight: 2, arbitrary: fc.array(spf, { minLength: 2, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant<string[]>([]) },
  { weight: 1, arbitrary: spf.map((text) => [` ${text}`]) },
);

const tag = fc.constantFrom(
  ...[
    'sp=none',
    'sp=reject',
    'np=reject',
    'adkim=s',
    'aspf=r',
    'fo=1',
    't=y',
    'pct=20',
    'pct=100',
    'psd=n',
    'zz=1',
  ],
  ...['rua=mailto:r@FROM', 'rua=r@FROM', 'rua=mailto:r@FROM!10m'],
);
const policy = fc.constantFrom(...DMARC_POLICIES, 'monitor');
const dmarc = fc
  .tuple(policy, fc.uniqueArray(tag, { maxLength: 4, selector: (text) => text.split('=')[0] }))
  .map(([p, tags]) => ['v=DMARC1', `p=${p}`, ...tags].join('; '));
const discarded = fc.oneof(
  dmarc.map((text) => [text.replace('DMARC1', 'dmarc1')]),
  dmarc.map((text) => [text.slice('v=DMARC1; '.length)]),
  dmarc.map((text) => [text.replaceAll(';', '')]),
  dmarc.map((text) => [`"${text}"`]),
  fc.tuple(dmarc, policy).map(([text, p]) => [`${text}; p=${p}`]),
  fc.tuple(dmarc, dmarc).map((texts) => [...texts]),
);
const dmarcs = fc.oneof(
  dmarc.map((text) => [text]),
  discarded,
  fc.constant<string[]>([]),
);

/** A name with its TXT records, or an alias of the name that holds them. */
const place = (texts: fc.Arbitrary<string[]>) =>
  fc.tuple(texts, notes, fc.integer({ min: 0, max: 4 })).map(([records, others, alias]) => ({
    texts: [...records, ...others],
    isAlias: alias === 0,
  }));

const world = fc.record({
  from: fc.constantFrom(D, D, `m.${D}`),
  fromSpf: spfs,
  fromNotes: notes,
  mailFrom: place(spfs),
  mx: fc.constantFrom([FEEDBACK], [FEEDBACK], [], ['10 feedback-smtp.us-east-1.amazonses.com']),
  dmarc: place(dmarcs),
  below: fc.oneof(fc.constant(undefined), place(dmarcs)),
  wildcard: fc.boolean(),
  nested: fc.boolean(),
});
type World = typeof world extends fc.Arbitrary<infer Of> ? Of : never;

function zoneOf(each: World): MutableZone {
  const zone: MutableZone = {
    ...INCLUDES,
    'amazonses.com': {
      TXT: [each.nested ? 'v=spf1 include:spf.amazonses.com -all' : 'v=spf1 ip4:203.0.113.0/24 -all'],
    },
    'spf.amazonses.com': { TXT: ['v=spf1 ip4:203.0.113.0/24 -all'] },
    'host.vendor.example': { A: ['203.0.113.9'] },
    [D]: { TXT: [...each.fromSpf, ...each.fromNotes], MX: [`10 mx.${D}`], A: ['192.0.2.1'] },
    [`m.${D}`]: { MX: [`10 mx.${D}`] },
    [`mx.${D}`]: { A: ['192.0.2.2'] },
    [`own._domainkey.${D}`]: { TXT: [`v=DKIM1; p=${KEY}`] },
    [`own._domainkey.m.${D}`]: { TXT: [`v=DKIM1; p=${KEY}`] },
    ...(each.wildcard ? { [`*.${D}`]: { CNAME: D } } : {}),
  };
  const put = (name: string, { texts, isAlias }: World['dmarc'], rest: ZoneName) => {
    const target = `alias-of-${name}.vendor.example`;
    const filled = texts.map((text) =>
      typeof text === 'string' ? text.replaceAll('FROM', each.from) : text,
    );
    zone[isAlias ? target : name] = { ...rest, TXT: filled };
    if (isAlias) zone[name] = { CNAME: target };
  };
  put(`bounce.${each.from}`, each.mailFrom, { MX: each.mx });
  put(`_dmarc.${D}`, each.dmarc, {});
  if (each.below !== undefined) put(`_dmarc.m.${D}`, each.below, {});
  return zone;
}

describe('the default change batch, published', () => {
  it('does what each finding is for, and no harm', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(world, async (each) => {
        const zone = zoneOf(each);
        const names = [D, `m.${D}`, `mx.${D}`, `nobody.${D}`, `bounce.${each.from}`];
        const before = (await audit(zone, each.from)).findings.filter(isUrgent);
        const policies = await Promise.all(names.map((name) => discoverDmarc(zoneDns(zone), name)));
        const records = before.flatMap((finding) => finding.records);
        const batch = route53ChangeBatch(records);

        const next = published(zone, batch);
        const after = (await audit(next, each.from)).findings.filter(isUrgent);

        // Its own finding is gone, and no other has come.
        const remaining = new Set(after.map(findingKeyOf));
        expect(
          before.filter((finding) => finding.records.length > 0 && remaining.has(findingKeyOf(finding))),
        ).toEqual([]);
        const known = new Set(before.map(findingKeyOf));
        expect(after.map(findingKeyOf).filter((key) => !known.has(key))).toEqual([]);

        // No other text at a name is lost.
        for (const name of Object.keys(zone)) {
          const left = new Set(textsOf(next, name));
          expect(textsOf(zone, name).filter((text) => !isReplaceable(text) && !left.has(text))).toEqual([]);
        }

        // No name gets a stricter policy.
        for (const was of policies) {
          const now = await discoverDmarc(zoneDns(next), was.domain);
          const rank = (policyOf = 'none' as (typeof DMARC_POLICIES)[number]) =>
            DMARC_POLICIES.indexOf(policyOf);
          expect(rank(now.policy), `the policy of ${was.domain}`).toBeLessThanOrEqual(rank(was.policy));
        }

        // A proposed SPF record keeps to the limits, holds every term, and ends no milder.
        for (const { name, type, value } of records) {
          if (type !== 'TXT' || !isSpfRecord(value)) continue;
          const { errors } = await analyseSpf(zoneDns(next), name);
          expect(errors).toEqual([]);
          const old = (zone[name]?.TXT ?? []).filter((text) => typeof text === 'string').filter(isSpfRecord);
          const held = new Set(value.split(' '));
          const lost = old
            .flatMap((text) => text.split(' '))
            .filter((part) => !/^[+?~-]?all$/.test(part) && part !== 'ip4:0.0.0.0/0')
            .filter((part) => !held.has(part.replace('redirect=', 'include:')) && !held.has(part));
          expect(lost).toEqual([]);
          if (old.length > 0 && old.every((text) => / -all$/.test(text))) expect(value).toMatch(/ -all$/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
