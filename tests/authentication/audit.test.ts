import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AuditContext,
  auditIdentity,
  type IdentityAudit,
  lookUpIdentity,
} from '../../lib/authentication/audit/audit.ts';
import { withOneRecordPerName } from '../../lib/authentication/audit/merge-records.ts';
import { isDmarcRecord, parseDmarc } from '../../lib/authentication/dmarc/dmarc-record.ts';
import { recordKey } from '../../lib/authentication/dns/records.ts';
import { systemDns } from '../../lib/authentication/dns/system-dns.ts';
import { FINDINGS, type Finding, type FindingId } from '../../lib/authentication/findings/findings.ts';
import type { Identity } from '../../lib/authentication/identities/identity.ts';
import { isSpfRecord, parseSpf } from '../../lib/authentication/spf/spf-record.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import type { Zone, ZoneName } from '../../local/dns-zone.ts';
import { D, FEEDBACK, HOSTED, IDENTITY, keyOf, MF, TOKENS } from './sound-identity.ts';

/** Zone fixtures to findings: a sound identity and zone, and in each case one thing changed. */

const KEY = keyOf(2048);
const KEY_1024 = keyOf(1024);
const KEY_512 = keyOf(512);
const ED25519 = Buffer.alloc(32, 7).toString('base64');

const name = (token: string) => `${token}._domainkey.${D}`;
const txt = (...records: readonly (string | readonly string[])[]): ZoneName => ({ TXT: records });

const GOOD: Zone = {
  'amazonses.com': txt('v=spf1 ip4:203.0.113.0/24 -all'),
  'reader.example': { MX: ['10 mx.reader.example'] },
  [D]: { TXT: ['v=spf1 include:amazonses.com ~all', 'proof=1'], MX: [`10 mx.${D}`], A: ['192.0.2.1'] },
  [MF]: { MX: [FEEDBACK], TXT: ['v=spf1 include:amazonses.com ~all'] },
  ...Object.fromEntries(TOKENS.map((token) => [name(token), { CNAME: `${token}.${HOSTED}` }])),
  ...Object.fromEntries(TOKENS.map((token) => [`${token}.${HOSTED}`, txt(`p=${KEY}`)])),
  [`_dmarc.${D}`]: txt(`v=DMARC1; p=quarantine; rua=mailto:reports@${D}`),
};

const OWN_KEY: Identity['dkim'] = {
  signingEnabled: true,
  status: 'SUCCESS',
  tokens: ['own1'],
  origin: 'EXTERNAL',
};

interface Fixture {
  readonly name: string;
  /** Names that replace those of the sound zone; `undefined` removes one. */
  readonly zone?: Readonly<Record<string, ZoneName | undefined>>;
  readonly identity?: Partial<Identity>;
  readonly dkim?: Partial<Identity['dkim']>;
  readonly mailFrom?: Partial<NonNullable<Identity['mailFrom']>>;
  readonly context?: Partial<AuditContext>;
  /** Findings above `information`, in order. */
  readonly finds: readonly FindingId[];
  /** Findings of severity `information` that must be among those given. */
  readonly informs?: readonly FindingId[];
  /** `spf dkim dmarc`. */
  readonly verdict?: string;
  /** All that critical findings and warnings ask for: what an operator pastes. */
  readonly publishes?: readonly string[];
  /** All that any finding asks for. */
  readonly proposes?: readonly string[];
  /** Record the finding at the top asks for: `name type value`. */
  readonly publish?: string;
}

const ALL_PASS = 'pass pass pass';
const mf = (spf: string): Record<string, ZoneName> => ({ [MF]: { MX: [FEEDBACK], TXT: [spf] } });
const dmarc = (...records: readonly string[]): Record<string, ZoneName> => ({
  [`_dmarc.${D}`]: txt(...records),
});
const RUA = `rua=mailto:reports@${D}`;
const fromSpf = (...records: readonly (string | readonly string[])[]): Record<string, ZoneName> => ({
  [D]: { TXT: records, MX: [`10 mx.${D}`] },
});
const withSes = 'include:amazonses.com';
/** Ten includes of one look-up each. */
const TEN = Array.from({ length: 10 }, (_, i) => `include:x${i}.example`).join(' ');
const TEN_ZONE: Zone = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [`x${i}.example`, txt(`v=spf1 ip4:192.0.2.${i} -all`)]),
);

const FIXTURES: readonly Fixture[] = [
  {
    name: 'everything in order',
    finds: [],
    informs: ['spf-ses-at-from', 'mta-sts', 'tls-rpt', 'bimi'],
    verdict: ALL_PASS,
  },

  // The identity and its DKIM keys
  {
    name: 'identity not verified',
    identity: { verifiedForSending: false, verificationStatus: 'PENDING', errorType: 'HOST_NOT_FOUND' },
    finds: ['identity-not-verified'],
  },
  {
    name: 'signing switched off',
    dkim: { signingEnabled: false },
    finds: ['dkim-off', 'dmarc-reject-without-dkim'],
    verdict: 'pass none pass',
  },
  {
    name: 'DKIM never set up',
    dkim: { status: 'NOT_STARTED', tokens: [] },
    finds: ['dkim-not-set-up', 'dmarc-reject-without-dkim'],
    verdict: 'pass none pass',
  },
  {
    name: 'one CNAME missing',
    zone: { [name('tokbbb')]: undefined },
    finds: ['dkim-cname-missing'],
    verdict: ALL_PASS,
    publish: `tokbbb._domainkey.${D} CNAME tokbbb.${HOSTED}`,
  },
  {
    name: 'all CNAMEs missing',
    zone: Object.fromEntries(TOKENS.map((token) => [name(token), undefined])),
    finds: ['dkim-cname-missing', 'dkim-cname-missing', 'dkim-cname-missing', 'dmarc-reject-without-dkim'],
    verdict: 'pass fail pass',
  },
  {
    name: 'CNAME with the domain appended twice',
    zone: { [name('tokaaa')]: undefined, [`${name('tokaaa')}.${D}`]: { CNAME: `tokaaa.${HOSTED}` } },
    finds: ['dkim-cname-doubled'],
    verdict: ALL_PASS,
  },
  {
    name: 'CNAME of another region',
    zone: { [name('tokaaa')]: { CNAME: 'tokaaa.dkim.ap-northeast-3.amazonses.com' } },
    finds: ['dkim-cname-wrong'],
    publish: `tokaaa._domainkey.${D} CNAME tokaaa.${HOSTED}`,
  },
  {
    name: 'CNAME target of a cell, as SES names it',
    dkim: { signingHostedZone: 'a31d.dkim.us-west-2.amazonses.com' },
    zone: Object.fromEntries(
      TOKENS.flatMap((token): [string, ZoneName][] => [
        [name(token), { CNAME: `${token}.a31d.dkim.us-west-2.amazonses.com` }],
        [`${token}.a31d.dkim.us-west-2.amazonses.com`, txt(`p=${KEY}`)],
      ]),
    ),
    finds: [],
    verdict: ALL_PASS,
  },
  {
    name: 'key copied instead of the CNAME',
    zone: { [name('tokaaa')]: txt(`p=${KEY}`) },
    finds: ['dkim-cname-copied'],
    // A CNAME cannot be put beside the TXT record.
    publishes: [],
    verdict: ALL_PASS,
  },
  {
    name: 'TXT through the CNAME fails',
    zone: { [name('tokaaa')]: { CNAME: `tokaaa.${HOSTED}`, fault: 'SERVFAIL', faultTypes: ['TXT'] } },
    finds: ['dkim-key-could-not-look'],
    verdict: 'pass unknown pass',
  },
  {
    name: 'no key behind the CNAME',
    zone: { [`tokaaa.${HOSTED}`]: undefined },
    finds: ['dkim-key-unreachable'],
    verdict: ALL_PASS,
  },
  {
    name: 'DKIM pending',
    dkim: { status: 'PENDING' },
    finds: ['dmarc-reject-without-dkim', 'dkim-pending'],
    verdict: 'pass none pass',
  },
  { name: 'DKIM failed', dkim: { status: 'FAILED' }, finds: ['dkim-failed', 'dmarc-reject-without-dkim'] },
  {
    name: 'DKIM temporarily not found',
    dkim: { status: 'TEMPORARY_FAILURE' },
    finds: ['dkim-temporary-failure'],
    verdict: ALL_PASS,
  },
  {
    name: 'SES does not name its hosted zone',
    dkim: { signingHostedZone: undefined },
    finds: ['dkim-zone-unknown'],
    verdict: ALL_PASS,
  },
  {
    name: 'a short Easy DKIM key',
    dkim: { currentKeyLength: 'RSA_1024_BIT' },
    finds: ['dkim-short-key'],
    verdict: ALL_PASS,
  },
  {
    name: 'keys of another region',
    dkim: { origin: 'AWS_SES_US_EAST_1' },
    finds: [],
    informs: ['dkim-replica'],
    verdict: ALL_PASS,
  },
  {
    name: 'keys of another region, parent gone',
    dkim: { origin: 'AWS_SES_US_EAST_1', status: 'FAILED' },
    identity: { errorType: 'REPLICATION_PRIMARY_NOT_FOUND' },
    finds: ['dkim-failed', 'dkim-replica-broken', 'dmarc-reject-without-dkim'],
  },
  {
    name: 'own key in order',
    dkim: OWN_KEY,
    zone: { [name('own1')]: txt(`v=DKIM1; k=rsa; p=${KEY}`) },
    finds: [],
    verdict: ALL_PASS,
  },
  {
    name: 'own key missing',
    dkim: OWN_KEY,
    finds: ['dkim-key-missing', 'dmarc-reject-without-dkim'],
    verdict: 'pass fail pass',
  },
  {
    name: 'own key revoked',
    dkim: OWN_KEY,
    zone: { [name('own1')]: txt('v=DKIM1; p=') },
    finds: ['dkim-key-revoked', 'dmarc-reject-without-dkim'],
  },
  {
    name: 'own key cut off',
    dkim: OWN_KEY,
    zone: { [name('own1')]: txt(`v=DKIM1; p=${KEY.slice(0, 60)}`) },
    finds: ['dkim-key-broken', 'dmarc-reject-without-dkim'],
  },
  {
    name: 'own key with a repeated tag',
    dkim: OWN_KEY,
    zone: { [name('own1')]: txt(`v=DKIM1; k=rsa; k=rsa; p=${KEY}`) },
    finds: ['dkim-key-broken', 'dmarc-reject-without-dkim'],
  },
  {
    name: 'own key of 512 bits',
    dkim: OWN_KEY,
    zone: { [name('own1')]: txt(`p=${KEY_512}`) },
    finds: ['dkim-key-too-short'],
  },
  {
    name: 'own key of 1024 bits',
    dkim: OWN_KEY,
    zone: { [name('own1')]: txt(`p=${KEY_1024}`) },
    finds: ['dkim-short-key'],
    verdict: ALL_PASS,
  },
  {
    name: 'own key of type ed25519',
    dkim: OWN_KEY,
    zone: { [name('own1')]: txt(`k=ed25519; p=${ED25519}`) },
    finds: ['dkim-key-type'],
  },
  {
    name: 'own key marked as testing',
    dkim: OWN_KEY,
    zone: { [name('own1')]: txt(`t=y; p=${KEY}`) },
    finds: [],
    informs: ['dkim-key-testing'],
    verdict: ALL_PASS,
  },
  {
    name: 'two own keys',
    dkim: OWN_KEY,
    zone: { [name('own1')]: txt(`p=${KEY}`, `p=${KEY_1024}`) },
    finds: ['dkim-keys-several'],
  },
  {
    name: 'own key split into several strings',
    dkim: OWN_KEY,
    zone: { [name('own1')]: txt(['v=DKIM1; k=rsa; ', `p=${KEY.slice(0, 200)}`, KEY.slice(200)]) },
    finds: [],
    verdict: ALL_PASS,
  },
  {
    name: 'DNS of one DKIM name does not answer',
    zone: { [name('tokaaa')]: { fault: 'SERVFAIL' } },
    finds: ['dkim-could-not-look'],
    verdict: 'pass unknown pass',
  },
  {
    name: 'CNAMEs in a circle',
    zone: {
      [name('tokaaa')]: { CNAME: `tokaaa.${HOSTED}` },
      [`tokaaa.${HOSTED}`]: { CNAME: name('tokaaa') },
    },
    finds: ['dkim-key-could-not-look'],
    verdict: 'pass unknown pass',
  },
  {
    name: 'address identity without DKIM',
    identity: { name: `order@${D}`, type: 'EMAIL_ADDRESS', mailFrom: undefined },
    dkim: { signingEnabled: false, status: 'NOT_STARTED', tokens: [] },
    finds: [
      'address-identity-unsigned',
      'dmarc-nothing-aligned',
      'dmarc-reject-without-dkim',
      'mail-from-default',
    ],
    verdict: 'pass none fail',
  },
  {
    name: 'address identity that signs',
    identity: { name: `order@${D}`, type: 'EMAIL_ADDRESS' },
    finds: [],
    informs: ['address-identity'],
    verdict: ALL_PASS,
  },

  // MAIL FROM
  {
    name: 'no custom MAIL FROM',
    identity: { mailFrom: undefined },
    finds: ['mail-from-default'],
    verdict: ALL_PASS,
    publish: `bounce.${D} MX 10 feedback-smtp.ap-northeast-1.amazonses.com`,
  },
  {
    name: 'MAIL FROM without MX',
    zone: { [MF]: { TXT: ['v=spf1 include:amazonses.com ~all'] } },
    finds: ['mail-from-mx-missing'],
    publish: `${MF} MX 10 feedback-smtp.ap-northeast-1.amazonses.com`,
  },
  {
    name: 'MAIL FROM with two MX',
    zone: { [MF]: { MX: [FEEDBACK, `20 mx.${D}`], TXT: ['v=spf1 include:amazonses.com ~all'] } },
    finds: ['mail-from-mx-several'],
  },
  {
    name: 'MAIL FROM MX of another region',
    zone: {
      [MF]: { MX: ['10 feedback-smtp.us-east-1.amazonses.com'], TXT: ['v=spf1 include:amazonses.com ~all'] },
    },
    finds: ['mail-from-mx-wrong'],
  },
  {
    name: 'MAIL FROM pending, falling back',
    mailFrom: { status: 'PENDING', onMxFailure: 'USE_DEFAULT_VALUE' },
    finds: ['mail-from-pending'],
    informs: ['mail-from-falls-back'],
    verdict: ALL_PASS,
  },
  {
    name: 'MAIL FROM failed, rejecting',
    mailFrom: { status: 'FAILED' },
    finds: ['mail-from-failed', 'mail-from-rejects'],
  },
  {
    name: 'MAIL FROM temporarily not found',
    mailFrom: { status: 'TEMPORARY_FAILURE', onMxFailure: 'USE_DEFAULT_VALUE' },
    finds: ['mail-from-temporary-failure'],
  },
  {
    name: 'MAIL FROM without SPF',
    zone: { [MF]: { MX: [FEEDBACK] } },
    finds: ['mail-from-spf-missing'],
    verdict: 'none pass pass',
    publish: `${MF} TXT v=spf1 include:amazonses.com ~all`,
  },
  {
    name: 'MAIL FROM SPF without SES',
    zone: mf('v=spf1 ip4:192.0.2.1 -all'),
    finds: ['mail-from-spf-without-ses'],
    verdict: 'fail pass pass',
  },
  {
    name: 'MAIL FROM SPF that lists SES by address, in pieces',
    zone: mf('v=spf1 ip4:203.0.113.0/25 ip4:203.0.113.128/25 -all'),
    finds: ['mail-from-spf-by-address'],
    verdict: ALL_PASS,
    publish: `${MF} TXT v=spf1 include:amazonses.com ip4:203.0.113.0/25 ip4:203.0.113.128/25 -all`,
  },
  {
    name: 'MAIL FROM SPF that lists a part of SES',
    zone: {
      ...mf('v=spf1 ip4:203.0.113.0/25 include:other.example -all'),
      'other.example': txt('v=spf1 ip4:192.0.2.9 -all'),
    },
    finds: ['mail-from-spf-without-ses'],
    verdict: 'fail pass pass',
    publish: `${MF} TXT v=spf1 include:amazonses.com ip4:203.0.113.0/25 include:other.example -all`,
  },
  {
    name: 'MAIL FROM SPF that reaches SES through mx and a, with prefixes',
    zone: {
      [MF]: { MX: [FEEDBACK], TXT: ['v=spf1 a:one.example/25 mx:two.example/25 -all'] },
      'one.example': { A: ['203.0.113.7'] },
      'two.example': { MX: ['10 host.two.example'] },
      'host.two.example': { A: ['203.0.113.200'] },
    },
    finds: ['mail-from-spf-by-address'],
    verdict: ALL_PASS,
  },
  {
    name: 'MAIL FROM SPF that refuses part of what it lists',
    zone: mf('v=spf1 -ip4:203.0.113.0/28 ip4:203.0.113.0/24 -all'),
    finds: ['mail-from-spf-without-ses'],
    verdict: 'fail pass pass',
  },
  {
    name: 'MAIL FROM SPF for the whole world, in halves',
    zone: mf('v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all'),
    finds: ['spf-pass-all'],
    verdict: ALL_PASS,
    publishes: [`${MF} TXT v=spf1 include:amazonses.com -all`],
  },
  {
    name: 'MAIL FROM SPF +all',
    zone: mf('v=spf1 +all'),
    finds: ['spf-pass-all'],
    verdict: ALL_PASS,
    publishes: [`${MF} TXT v=spf1 include:amazonses.com ~all`],
  },
  {
    name: 'MAIL FROM SPF without SES, and without room for it',
    zone: { ...mf(`v=spf1 ${TEN} -all`), ...TEN_ZONE },
    finds: ['mail-from-spf-without-ses'],
    verdict: 'fail pass pass',
    publishes: [],
  },
  {
    name: 'two MAIL FROM SPF records, neither with SES',
    zone: {
      [MF]: {
        MX: [FEEDBACK],
        TXT: ['v=spf1 ip4:192.0.2.7 -all', 'v=spf1 redirect=one.example', 'note'],
      },
      'one.example': txt('v=spf1 ip4:192.0.2.8 -all'),
    },
    finds: ['spf-several-records'],
    publishes: [`${MF} TXT v=spf1 include:amazonses.com ip4:192.0.2.7 include:one.example -all`],
  },
  {
    name: 'MAIL FROM name that is an alias',
    zone: {
      [MF]: { CNAME: 'elsewhere.example' },
      'elsewhere.example': { MX: [FEEDBACK], TXT: ['v=spf1 -all'] },
    },
    finds: ['mail-from-spf-without-ses'],
    verdict: 'fail pass pass',
    publishes: [],
  },
  {
    name: 'MAIL FROM SPF with a typing error',
    zone: mf('v=spf1 includes:amazonses.com ~all'),
    finds: ['spf-syntax'],
    verdict: 'permerror pass pass',
  },
  {
    name: 'MAIL FROM SPF in quotation marks',
    zone: mf('"v=spf1 include:amazonses.com ~all"'),
    finds: ['mail-from-spf-missing', 'spf-not-a-record'],
  },
  {
    name: 'MAIL FROM DNS silent',
    zone: { [MF]: { fault: 'SERVFAIL' } },
    finds: ['spf-could-not-look', 'from-could-not-look'],
    verdict: 'unknown pass pass',
  },

  // SPF at the From domain
  {
    name: 'two SPF records',
    zone: fromSpf(`v=spf1 ${withSes} -all`, 'v=spf1 a:mail.shop.example ~all'),
    finds: ['spf-several-records'],
    verdict: ALL_PASS,
    publish: `${D} TXT v=spf1 include:amazonses.com a:mail.shop.example ~all`,
  },
  {
    name: 'SPF with a leading space',
    zone: fromSpf(' v=spf1 include:amazonses.com ~all'),
    finds: ['spf-not-a-record', 'softbank-header-from'],
  },
  {
    name: 'SPF strings glued together',
    zone: fromSpf(['v=spf1 ip4:192.0.2.1', `${withSes} ~all`]),
    finds: ['spf-glued', 'softbank-header-from'],
  },
  {
    name: 'SPF include without a record',
    zone: fromSpf(`v=spf1 ${withSes} include:gone.example ~all`),
    finds: ['spf-include-without-record'],
  },
  {
    name: 'SPF includes in a circle',
    zone: {
      ...fromSpf(`v=spf1 ${withSes} include:b.example ~all`),
      'b.example': txt(`v=spf1 include:${D} -all`),
    },
    finds: ['spf-loop'],
  },
  {
    name: 'SPF over ten look-ups',
    zone: {
      ...fromSpf(
        `v=spf1 ${withSes} ${Array.from({ length: 10 }, (_, i) => `include:x${i}.example`).join(' ')} ~all`,
      ),
      ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}.example`, txt('v=spf1 -all')])),
    },
    finds: ['spf-lookup-limit'],
  },
  {
    name: 'SPF with three void look-ups',
    zone: fromSpf(`v=spf1 ${withSes} a:n1.${D} a:n2.${D} a:n3.${D} ~all`),
    finds: ['spf-void-limit'],
  },
  {
    name: 'SPF mx with eleven hosts',
    zone: {
      [D]: {
        TXT: [`v=spf1 ${withSes} mx ~all`],
        MX: Array.from({ length: 11 }, (_, i) => `${i} m${i}.${D}`),
      },
    },
    finds: ['spf-mx-limit'],
  },
  {
    name: 'SPF +all',
    zone: fromSpf(`v=spf1 ${withSes} +all`),
    finds: ['spf-pass-all'],
    publish: `${D} TXT v=spf1 include:amazonses.com ~all`,
  },
  {
    name: 'From SPF without SES, and without room for it',
    zone: { ...fromSpf(`v=spf1 ${TEN} -all`), ...TEN_ZONE },
    finds: ['softbank-header-from'],
    verdict: ALL_PASS,
    proposes: [],
  },
  {
    name: 'From SPF without SES, whose record is one look-up short of what SES takes',
    zone: {
      ...fromSpf(`v=spf1 ${TEN.replace('include:x9.example', '')} -all`),
      ...TEN_ZONE,
      'amazonses.com': txt('v=spf1 include:more.amazonses.com -all'),
      'more.amazonses.com': txt('v=spf1 ip4:203.0.113.0/24 -all'),
    },
    finds: ['softbank-header-from'],
    proposes: [],
  },
  {
    name: 'From SPF for everybody that names nobody',
    zone: fromSpf('v=spf1 +all'),
    finds: ['spf-pass-all'],
    proposes: [],
  },
  { name: 'SPF without all', zone: fromSpf(`v=spf1 ${withSes}`), finds: ['spf-no-all'] },
  { name: 'SPF with ptr', zone: fromSpf(`v=spf1 ${withSes} ptr ~all`), finds: ['spf-ptr'] },
  {
    name: 'SPF include that cannot be read',
    zone: {
      ...fromSpf(`v=spf1 ${withSes} include:slow.example ~all`),
      'slow.example': { fault: 'SERVFAIL' },
    },
    finds: ['spf-could-not-look'],
    verdict: ALL_PASS,
  },
  {
    name: 'From SPF without SES',
    zone: { [D]: { TXT: ['v=spf1 ip4:192.0.2.1 -all', 'proof=1'], MX: [`10 mx.${D}`] } },
    finds: ['softbank-header-from'],
    verdict: ALL_PASS,
    publish: `${D} TXT v=spf1 include:amazonses.com ip4:192.0.2.1 -all`,
  },
  {
    name: 'From SPF without SES and without room for it',
    zone: {
      [D]: {
        TXT: [`v=spf1 ${Array.from({ length: 10 }, (_, at) => `a:h${at}.${D}`).join(' ')} -all`],
        MX: [`10 mx.${D}`],
        A: ['192.0.2.1'],
      },
      ...Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`h${at}.${D}`, { A: ['192.0.2.1'] }])),
    },
    finds: ['softbank-header-from'],
    publishes: [],
  },

  // DMARC
  {
    name: 'DMARC hosted by somebody else, whose record is gone',
    zone: {
      [`_dmarc.${D}`]: { CNAME: 'shop.hosted.example' },
      'shop.hosted.example': txt('something else'),
    },
    context: { reportAddress: `r@${D}` },
    finds: ['dmarc-missing'],
    verdict: 'pass pass none',
    publishes: [],
  },
  {
    name: 'DMARC missing',
    zone: { [`_dmarc.${D}`]: undefined },
    context: { reportAddress: `r@${D}` },
    finds: ['dmarc-missing'],
    verdict: 'pass pass none',
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; rua=mailto:r@${D}`,
  },
  {
    name: 'DMARC missing, no report address configured',
    zone: { [`_dmarc.${D}`]: undefined },
    finds: ['dmarc-missing'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none`,
  },
  {
    name: 'two DMARC records',
    zone: dmarc('v=DMARC1; p=none', `v=DMARC1; p=quarantine; ${RUA}`),
    finds: ['dmarc-several-records', 'dmarc-intended-policy'],
    verdict: 'pass pass none',
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; ${RUA}`,
  },
  {
    name: 'DMARC in lower case',
    zone: dmarc(`v=dmarc1; p=reject; ${RUA}`),
    finds: ['dmarc-not-a-record', 'dmarc-intended-policy'],
    verdict: 'pass pass none',
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; ${RUA}`,
  },
  {
    name: 'DMARC hosted elsewhere, behind a CNAME',
    zone: {
      [`_dmarc.${D}`]: { CNAME: `${D}.hosted.example` },
      [`${D}.hosted.example`]: txt('v=DMARC1; p=reject; aspf=s; rua=mailto:r@shop.example'),
    },
    finds: ['dmarc-aspf-strict'],
    publishes: [],
  },
  {
    name: 'DMARC behind a CNAME that leads nowhere',
    zone: { [`_dmarc.${D}`]: { CNAME: 'gone.hosted.example' } },
    finds: ['dmarc-missing'],
    publishes: [],
  },
  {
    name: 'DMARC missing below a wildcard CNAME, which gives way',
    zone: { [`_dmarc.${D}`]: undefined, [`*.${D}`]: { CNAME: D } },
    finds: ['dmarc-missing'],
    publishes: [`_dmarc.${D} TXT v=DMARC1; p=none`],
  },
  {
    name: 'DMARC without its version, a note beside it',
    zone: dmarc(`p=reject; adkim=s; fo=1; ${RUA}`, 'メモ'),
    finds: ['dmarc-not-a-record', 'dmarc-intended-policy'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; adkim=s; fo=1; ${RUA}`,
  },
  {
    name: 'DMARC discarded below a policy in force',
    identity: { name: `m.${D}`, mailFrom: undefined, dkim: { ...IDENTITY.dkim, tokens: ['tokm'] } },
    zone: {
      [`m.${D}`]: { MX: [`10 mx.${D}`], TXT: [`v=spf1 ${withSes} ~all`] },
      [`tokm._domainkey.m.${D}`]: { CNAME: `tokm.${HOSTED}` },
      [`tokm.${HOSTED}`]: txt(`p=${KEY}`),
      [`_dmarc.m.${D}`]: txt('v=dmarc1; p=none'),
      ...dmarc(`v=DMARC1; p=reject; sp=quarantine; ${RUA}`),
    },
    finds: ['dmarc-not-a-record', 'mail-from-default'],
    publish: `_dmarc.m.${D} TXT v=DMARC1; p=quarantine`,
  },
  {
    name: 'DMARC discarded below a name that does not answer',
    identity: { name: `m.${D}`, mailFrom: undefined, dkim: { ...IDENTITY.dkim, tokens: ['tokm'] } },
    zone: {
      [`m.${D}`]: { MX: [`10 mx.${D}`], TXT: [`v=spf1 ${withSes} ~all`] },
      [`tokm._domainkey.m.${D}`]: { CNAME: `tokm.${HOSTED}` },
      [`tokm.${HOSTED}`]: txt(`p=${KEY}`),
      [`_dmarc.m.${D}`]: txt('v=dmarc1; p=reject'),
      [`_dmarc.${D}`]: { fault: 'SERVFAIL' },
    },
    finds: ['dmarc-not-a-record', 'dmarc-could-not-look', 'mail-from-default'],
    publishes: [],
  },
  {
    name: 'DMARC without a semicolon',
    zone: dmarc('v=DMARC1 p=none'),
    finds: ['dmarc-not-a-record'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none`,
  },
  {
    name: 'DMARC with a repeated tag',
    zone: dmarc(`v=DMARC1; p=none; p=reject; ${RUA}`),
    finds: ['dmarc-invalid-list'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; ${RUA}`,
  },
  {
    name: 'DMARC with an invalid policy and no rua',
    zone: dmarc('v=DMARC1; p=monitor'),
    finds: ['dmarc-no-processing', 'dmarc-no-rua'],
    verdict: 'pass pass none',
    publish: `_dmarc.${D} TXT v=DMARC1; p=none`,
  },
  {
    name: 'DMARC with an invalid policy and a rua',
    zone: dmarc(`v=DMARC1; p=monitor; ${RUA}`),
    finds: ['dmarc-invalid-policy', 'dmarc-policy-none'],
    verdict: ALL_PASS,
  },
  {
    name: 'DMARC without p',
    zone: dmarc(`v=DMARC1; ${RUA}`),
    finds: ['dmarc-no-policy-tag', 'dmarc-policy-none'],
    verdict: ALL_PASS,
  },
  {
    name: 'DMARC name does not answer',
    zone: { [`_dmarc.${D}`]: { fault: 'SERVFAIL' } },
    finds: ['dmarc-could-not-look'],
    verdict: 'pass pass unknown',
  },
  {
    name: 'DMARC p=none',
    zone: dmarc(`v=DMARC1; p=none; ${RUA}`),
    finds: ['dmarc-policy-none'],
    verdict: ALL_PASS,
  },
  {
    name: 'DMARC reject without DKIM',
    zone: dmarc(`v=DMARC1; p=reject; ${RUA}`),
    dkim: { signingEnabled: false },
    finds: ['dkim-off', 'dmarc-reject-without-dkim'],
  },
  {
    name: 'nothing aligned',
    identity: { mailFrom: undefined },
    dkim: { signingEnabled: false },
    zone: dmarc(`v=DMARC1; p=none; ${RUA}`),
    finds: ['dkim-off', 'dmarc-nothing-aligned', 'dmarc-policy-none', 'mail-from-default'],
    verdict: 'pass none fail',
  },
  {
    name: 'DMARC with pct=20',
    zone: dmarc(`v=DMARC1; p=reject; pct=20; ${RUA}`),
    finds: ['dmarc-partial'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; t=y; pct=20; ${RUA}`,
  },
  {
    name: 'DMARC with removed tags',
    zone: dmarc(`v=DMARC1; p=reject; pct=100; ri=86400; ${RUA}`),
    finds: [],
    informs: ['dmarc-removed-tags'],
    verdict: ALL_PASS,
  },
  {
    name: 'DMARC with an unknown tag',
    zone: dmarc(`v=DMARC1; p=reject; pq=none; ${RUA}`),
    finds: [],
    informs: ['dmarc-unknown-tags'],
  },
  {
    name: 'DMARC without rua',
    zone: dmarc('v=DMARC1; p=reject'),
    context: { reportAddress: `r@${D}` },
    finds: ['dmarc-no-rua'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; rua=mailto:r@${D}`,
  },
  {
    name: 'DMARC rua without mailto:',
    zone: dmarc(`v=DMARC1; p=reject; rua=r@${D}`),
    finds: ['dmarc-bad-rua'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; rua=mailto:r@${D}`,
  },
  {
    name: 'DMARC rua with a size',
    zone: dmarc(`v=DMARC1; p=reject; rua=mailto:r@${D}!10m`),
    finds: [],
    informs: ['dmarc-rua-size'],
  },
  {
    name: 'DMARC rua elsewhere, not agreed',
    zone: {
      ...dmarc('v=DMARC1; p=reject; rua=mailto:r@reader.example'),
      'reader.example': { MX: ['10 mx.reader.example'] },
    },
    finds: ['dmarc-rua-not-authorised'],
    publish: `${D}._report._dmarc.reader.example TXT v=DMARC1;`,
  },
  {
    name: 'DMARC rua elsewhere, agreed',
    zone: {
      ...dmarc('v=DMARC1; p=reject; rua=mailto:r@reader.example'),
      [`${D}._report._dmarc.reader.example`]: txt('v=DMARC1'),
    },
    finds: [],
  },
  {
    name: 'DMARC rua elsewhere, agreed by a wildcard',
    zone: {
      ...dmarc('v=DMARC1; p=reject; rua=mailto:r@reader.example'),
      '*._report._dmarc.reader.example': txt('v=DMARC1;'),
    },
    finds: [],
  },
  {
    name: 'DMARC rua elsewhere, agreement cannot be read',
    zone: {
      ...dmarc('v=DMARC1; p=reject; rua=mailto:r@reader.example'),
      [`${D}._report._dmarc.reader.example`]: { fault: 'SERVFAIL' },
    },
    finds: ['dmarc-could-not-look'],
  },
  {
    name: 'DMARC rua host that does not exist',
    zone: dmarc(`v=DMARC1; p=quarantine; rua=mailto:d@nomail.${D}`),
    finds: ['dmarc-rua-no-mail'],
    verdict: ALL_PASS,
  },
  {
    name: 'DMARC rua host with a null MX',
    zone: {
      ...dmarc(`v=DMARC1; p=quarantine; rua=mailto:d@nomail.${D}`),
      [`nomail.${D}`]: { MX: ['0 .'], A: ['192.0.2.3'] },
    },
    finds: ['dmarc-rua-no-mail'],
  },
  {
    name: 'DMARC rua host whose MX cannot be read',
    zone: {
      ...dmarc(`v=DMARC1; p=quarantine; rua=mailto:d@slow.${D}`),
      [`slow.${D}`]: { fault: 'SERVFAIL', faultTypes: ['MX'] },
    },
    finds: ['from-could-not-look'],
  },
  {
    name: 'DMARC ruf elsewhere, not agreed',
    zone: dmarc(`v=DMARC1; p=quarantine; ${RUA}; ruf=mailto:f@reader.example`),
    finds: ['dmarc-ruf-not-authorised'],
  },
  {
    name: 'DMARC with one semicolon missing',
    zone: dmarc(`v=DMARC1; p=reject rua=mailto:reports@${D}`),
    finds: ['dmarc-separator', 'dmarc-intended-policy'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; rua=mailto:reports@${D}`,
  },
  {
    name: 'DMARC with a comma for a semicolon, behind the policy',
    zone: dmarc(`v=DMARC1; p=reject; rua=mailto:a@${D}, aspf=s`),
    finds: ['dmarc-separator'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; aspf=s; rua=mailto:a@${D}`,
  },
  {
    name: 'DMARC with colons for semicolons',
    zone: dmarc(`v=DMARC1; p=quarantine: sp=none: rua=mailto:a@${D}`),
    finds: ['dmarc-separator', 'dmarc-intended-policy'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; rua=mailto:a@${D}`,
  },
  {
    name: 'DMARC with a second rua behind a semicolon',
    zone: dmarc(`v=DMARC1; p=reject; rua=mailto:a@${D};mailto:b@${D}`),
    finds: ['dmarc-stray-address'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; rua=mailto:a@${D},mailto:b@${D}`,
    verdict: ALL_PASS,
  },
  {
    name: 'DMARC with two rua parted by a space',
    zone: dmarc(`v=DMARC1; p=reject; rua=mailto:a@${D} mailto:b@${D}`),
    finds: ['dmarc-bad-rua'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; rua=mailto:a@${D},mailto:b@${D}`,
  },
  {
    name: 'DMARC with a second address behind a semicolon, both without mailto:',
    zone: dmarc(`v=DMARC1; p=reject; rua=a@${D};b@${D}`),
    finds: ['dmarc-stray-address', 'dmarc-bad-rua'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; rua=mailto:a@${D},mailto:b@${D}`,
  },
  {
    name: 'DMARC with a space behind mailto:',
    zone: dmarc(`v=DMARC1; p=reject; rua=mailto: a@${D}`),
    finds: ['dmarc-bad-rua'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; rua=mailto:a@${D}`,
  },
  {
    name: 'DMARC with colons for equals signs',
    zone: dmarc(`v=DMARC1; p:reject; rua:mailto:a@${D}`),
    finds: ['dmarc-no-processing', 'dmarc-stray-text', 'dmarc-intended-policy'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; rua=mailto:a@${D}`,
  },
  {
    name: 'DMARC in testing, with the semicolon behind it missing',
    zone: dmarc(`v=DMARC1; p=reject; t=y rua=mailto:a@${D}`),
    finds: ['dmarc-separator'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; t=y; rua=mailto:a@${D}`,
  },
  {
    name: 'DMARC with the tag rua twice',
    zone: dmarc(`v=DMARC1; p=none; rua=mailto:a@${D}; rua=mailto:b@${D}`),
    finds: ['dmarc-invalid-list'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; rua=mailto:a@${D},mailto:b@${D}`,
  },
  {
    name: 'DMARC with words that belong to no tag',
    zone: dmarc(`v=DMARC1; p=reject; monitoring; ${RUA}`),
    finds: ['dmarc-stray-text'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; ${RUA}`,
  },
  {
    name: 'DMARC with values that do not exist',
    zone: dmarc(`v=DMARC1; p=reject; adkim=x; t=maybe; psd=x; fo=invalid; ${RUA}`),
    finds: ['dmarc-unknown-values'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; ${RUA}`,
    verdict: ALL_PASS,
  },
  {
    name: 'DMARC written with full-width signs',
    zone: dmarc(`v=DMARC1；p=reject；rua=mailto:a@${D}、mailto:b@${D}`),
    finds: ['dmarc-not-a-record', 'dmarc-intended-policy'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; rua=mailto:a@${D},mailto:b@${D}`,
  },
  {
    name: 'DMARC with one full-width semicolon',
    zone: dmarc(`v=DMARC1; p=reject；${RUA}`),
    finds: ['dmarc-separator', 'dmarc-intended-policy'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; ${RUA}`,
  },
  {
    name: 'DMARC rua as a web address writes it',
    zone: dmarc(`v=DMARC1; p=reject; rua=mailto://a@${D}`),
    finds: ['dmarc-bad-rua'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; rua=mailto:a@${D}`,
  },
  {
    name: 'DMARC rua without a mail address',
    zone: dmarc('v=DMARC1; p=reject; rua=https://reader.example/reports'),
    finds: ['dmarc-rua-not-mail'],
  },
  {
    name: 'DMARC rua with a web address beside one for mail',
    zone: dmarc(`v=DMARC1; p=reject; ${RUA},https://reader.example/reports`),
    finds: [],
  },
  {
    name: 'DMARC ruf host that does not exist',
    zone: dmarc(`v=DMARC1; p=quarantine; ${RUA}; ruf=mailto:d@nomail.${D}`),
    finds: ['dmarc-rua-no-mail'],
  },
  {
    name: 'DMARC fo with two values that exclude each other',
    zone: dmarc(`v=DMARC1; p=reject; fo=0:1; ${RUA}`),
    finds: ['dmarc-unknown-values'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; ${RUA}`,
  },
  {
    name: 'DMARC with a space before v=',
    zone: dmarc(` v=DMARC1; p=reject; ${RUA}`),
    finds: ['dmarc-not-a-record', 'dmarc-intended-policy'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; ${RUA}`,
  },
  {
    name: 'DMARC at the domain itself',
    zone: {
      [D]: {
        TXT: [`v=spf1 ${withSes} ~all`, `v=DMARC1; p=reject; ${RUA}`],
        MX: [`10 mx.${D}`],
      },
      [`_dmarc.${D}`]: {},
    },
    finds: ['dmarc-at-domain', 'dmarc-intended-policy'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; ${RUA}`,
  },
  {
    name: 'SPF with mechanisms behind all',
    zone: fromSpf(`v=spf1 ${withSes} ~all include:office.example ip4:192.0.2.9`),
    finds: ['spf-behind-all'],
  },
  {
    name: 'MAIL FROM SPF with another sender behind all',
    zone: mf(`v=spf1 ${withSes} ~all ip4:192.0.2.9`),
    finds: ['spf-behind-all'],
    verdict: ALL_PASS,
  },
  {
    name: 'MAIL FROM SPF that fails and explains itself',
    zone: mf(`v=spf1 ip4:192.0.2.9 exp=why.${D} -all`),
    finds: ['mail-from-spf-without-ses'],
    verdict: 'fail pass pass',
  },
  {
    name: 'MAIL FROM SPF that asks a list before SES',
    zone: mf(`v=spf1 -exists:%{i}.list.example ${withSes} -all`),
    finds: ['spf-by-message'],
    verdict: 'unknown pass pass',
  },
  {
    name: "MAIL FROM SPF by the names of SES's hosts",
    zone: mf('v=spf1 ptr:amazonses.com -all'),
    finds: ['spf-by-message', 'spf-ptr'],
    verdict: 'unknown pass pass',
  },
  {
    name: 'MAIL FROM SPF with SES behind all',
    zone: mf(`v=spf1 ip4:192.0.2.9 -all ${withSes}`),
    finds: ['mail-from-spf-without-ses', 'spf-behind-all'],
  },
  {
    name: 'a DKIM CNAME behind a proxy',
    zone: {
      [`${TOKENS[0]}._domainkey.${D}`]: { A: ['192.0.2.80'] },
      [`${TOKENS[1]}._domainkey.${D}`]: { AAAA: ['2001:db8::80'] },
    },
    finds: ['dkim-cname-proxied', 'dkim-cname-proxied'],
  },
  {
    name: 'MTA-STS, TLS-RPT and BIMI records in order',
    zone: {
      [`_mta-sts.${D}`]: txt('v=STSv1; id=20261101;'),
      [`_smtp._tls.${D}`]: txt(`v=TLSRPTv1; rua=mailto:tls@${D},https://tls.example/v1`),
      [`default._bimi.${D}`]: txt(`v=BIMI1; l=https://${D}/logo.svg; a=`),
    },
    finds: [],
    informs: ['mta-sts', 'tls-rpt', 'bimi'],
  },
  {
    name: 'MTA-STS, TLS-RPT and BIMI records with faults',
    zone: {
      [`_mta-sts.${D}`]: txt('v=STSv1; id=2026-11-01'),
      [`_smtp._tls.${D}`]: txt(`v=TLSRPTv1; rua=tls@${D}`),
      [`default._bimi.${D}`]: txt(`v=BIMI1; l=http://${D}/logo.svg`),
    },
    finds: ['mta-sts', 'tls-rpt', 'bimi'],
  },
  {
    name: 'records beside DMARC that begin with something before their version',
    zone: {
      [`_mta-sts.${D}`]: txt(' v=STSv1; id=1;'),
      [`_smtp._tls.${D}`]: txt(`"v=TLSRPTv1; rua=mailto:t@${D}"`),
      [`default._bimi.${D}`]: txt(`l=https://${D}/logo.svg; v=BIMI1`),
    },
    finds: ['mta-sts', 'tls-rpt', 'bimi'],
  },
  {
    name: 'a BIMI record that declines to publish a logo',
    zone: { [`default._bimi.${D}`]: txt('v=BIMI1; l=; a=;') },
    finds: [],
    informs: ['bimi'],
  },
  {
    name: 'a BIMI record with a certificate elsewhere than at https:',
    zone: { [`default._bimi.${D}`]: txt(`v=BIMI1; l=https://${D}/logo.svg; a=${D}/vmc.pem`) },
    finds: ['bimi'],
  },
  {
    name: 'several MTA-STS and BIMI records',
    zone: {
      [`_mta-sts.${D}`]: txt('v=STSv1; id=1;', 'v=STSv1; id=2;'),
      [`default._bimi.${D}`]: txt('v=BIMI1; l=;', `v=BIMI1; l=https://${D}/logo.svg`),
    },
    finds: ['mta-sts', 'bimi'],
  },
  {
    name: 'DMARC at quarantine without the evidence for more',
    context: {
      stage: { evidence: { ja: '', en: 'Still lacking: reports of 3 more days (of 30).' } },
    },
    finds: [],
    informs: ['dmarc-policy-quarantine'],
  },
  {
    name: 'DMARC in testing',
    zone: dmarc(`v=DMARC1; p=reject; t=y; ${RUA}`),
    finds: ['dmarc-testing'],
    verdict: ALL_PASS,
  },
  {
    name: 'DMARC with strict SPF alignment',
    zone: dmarc(`v=DMARC1; p=reject; aspf=s; ${RUA}`),
    finds: ['dmarc-aspf-strict'],
    verdict: ALL_PASS,
    publish: `_dmarc.${D} TXT v=DMARC1; p=reject; ${RUA}`,
  },
  {
    name: 'MAIL FROM an organization of its own',
    zone: { [`_dmarc.${MF}`]: txt(`v=DMARC1; p=none; psd=n; ${RUA}`) },
    finds: ['dmarc-spf-not-aligned'],
    verdict: ALL_PASS,
  },
  {
    name: 'DMARC with psd=y',
    zone: dmarc(`v=DMARC1; p=reject; psd=y; ${RUA}`),
    finds: ['dmarc-spf-not-aligned', 'dmarc-psd'],
    verdict: ALL_PASS,
  },
  {
    name: 'DMARC with open subdomains',
    zone: dmarc(`v=DMARC1; p=reject; sp=none; ${RUA}`),
    finds: ['dmarc-subdomains-open'],
  },
  {
    name: 'faulty record above a sound one',
    identity: { name: `m.${D}`, mailFrom: undefined, dkim: { ...IDENTITY.dkim, tokens: ['tokm'] } },
    zone: {
      [`m.${D}`]: { MX: [`10 mx.${D}`], TXT: [`v=spf1 ${withSes} ~all`] },
      [`tokm._domainkey.m.${D}`]: { CNAME: `tokm.${HOSTED}` },
      [`tokm.${HOSTED}`]: txt(`p=${KEY}`),
      [`_dmarc.m.${D}`]: txt(`v=DMARC1; p=reject; ${RUA}`),
      ...dmarc('v=DMARC1; p=none', 'v=DMARC1; p=reject'),
    },
    finds: [
      'dmarc-several-records',
      'dmarc-rua-not-authorised',
      'dmarc-intended-policy',
      'mail-from-default',
    ],
  },
  {
    name: 'subdomain that inherits',
    identity: { name: `m.${D}`, mailFrom: undefined, dkim: { ...IDENTITY.dkim, tokens: ['tokm'] } },
    zone: {
      [`m.${D}`]: { MX: [`10 mx.${D}`], TXT: [`v=spf1 ${withSes} ~all`] },
      [`tokm._domainkey.m.${D}`]: { CNAME: `tokm.${HOSTED}` },
      [`tokm.${HOSTED}`]: txt(`p=${KEY}`),
      ...dmarc(`v=DMARC1; p=reject; sp=quarantine; ${RUA}`),
    },
    finds: ['mail-from-default'],
    informs: ['dmarc-inherited'],
    verdict: ALL_PASS,
  },
  {
    name: 'subdomain with sp of its own',
    identity: { name: `m.${D}`, mailFrom: undefined, dkim: { ...IDENTITY.dkim, tokens: ['tokm'] } },
    zone: {
      [`m.${D}`]: { MX: [`10 mx.${D}`], TXT: [`v=spf1 ${withSes} ~all`] },
      [`tokm._domainkey.m.${D}`]: { CNAME: `tokm.${HOSTED}` },
      [`tokm.${HOSTED}`]: txt(`p=${KEY}`),
      [`_dmarc.m.${D}`]: txt(`v=DMARC1; p=reject; sp=none; ${RUA}`),
    },
    finds: ['mail-from-default'],
    informs: ['dmarc-sp-ignored'],
  },
  {
    name: 'subdomain with a record, parent without',
    identity: { name: `m.${D}`, mailFrom: undefined, dkim: { ...IDENTITY.dkim, tokens: ['tokm'] } },
    context: { identities: [IDENTITY] },
    zone: {
      [`m.${D}`]: { MX: [`10 mx.${D}`], TXT: [`v=spf1 ${withSes} ~all`] },
      [`tokm._domainkey.m.${D}`]: { CNAME: `tokm.${HOSTED}` },
      [`tokm.${HOSTED}`]: txt(`p=${KEY}`),
      [`_dmarc.m.${D}`]: txt(`v=DMARC1; p=reject; rua=mailto:r@m.${D}`),
      [`_dmarc.${D}`]: undefined,
    },
    finds: ['dmarc-own-organization', 'mail-from-default'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=none; rua=mailto:r@m.${D}`,
  },
  {
    name: 'reports ready for the next stage',
    zone: dmarc(`v=DMARC1; p=none; ${RUA}`),
    context: { stage: { next: 'quarantine', evidence: { ja: '証拠', en: 'evidence' } } },
    finds: ['dmarc-next-stage'],
    publish: `_dmarc.${D} TXT v=DMARC1; p=quarantine; ${RUA}`,
  },
  {
    name: 'no reports came',
    context: {
      stage: { evidence: { ja: '', en: '' }, silent: { since: { ja: '届かず', en: 'none' }, stopped: true } },
    },
    finds: ['dmarc-no-reports'],
  },
  {
    name: 'no reports imported of late',
    context: {
      stage: {
        evidence: { ja: '', en: '' },
        silent: { since: { ja: '届かず', en: 'none' }, stopped: true, byHand: true },
      },
    },
    finds: ['dmarc-reports-not-imported'],
  },

  // The From domain itself
  {
    name: 'null MX',
    zone: { [D]: { TXT: [`v=spf1 ${withSes} ~all`], MX: ['0 .'] } },
    finds: ['from-null-mx'],
  },
  {
    name: 'domain that does not exist',
    identity: { name: 'nowhere.example', mailFrom: undefined, dkim: { ...IDENTITY.dkim, tokens: [] } },
    finds: [
      'dkim-not-set-up',
      'dmarc-missing',
      'from-nonexistent',
      'mail-from-default',
      'softbank-header-from',
    ],
  },
  { name: 'neither MX nor A', zone: { [D]: txt(`v=spf1 ${withSes} ~all`) }, finds: ['from-no-host'] },
  {
    name: 'an A record in place of an MX',
    zone: { [D]: { TXT: [`v=spf1 ${withSes} ~all`], A: ['192.0.2.1'] } },
    finds: [],
  },
  {
    name: 'MX that cannot be read',
    zone: { [D]: { TXT: [`v=spf1 ${withSes} ~all`], fault: 'REFUSED', faultTypes: ['MX'] } },
    finds: ['from-could-not-look'],
  },
  {
    name: 'BIMI under p=none',
    zone: {
      ...dmarc(`v=DMARC1; p=none; ${RUA}`),
      [`default._bimi.${D}`]: txt(`v=BIMI1; l=https://${D}/logo.svg`),
    },
    finds: ['dmarc-policy-none', 'bimi-needs-policy'],
  },
  {
    name: "SES's own recommendation",
    context: { recommendations: [{ identity: D, type: 'DMARC', impact: 'HIGH', description: 'DMARC1' }] },
    finds: [],
    informs: ['ses-recommendation'],
  },
];

const seen = new Set<string>();
let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer();
});
afterAll(() => server.close());

async function run(fixture: Fixture): Promise<IdentityAudit> {
  const zone: Record<string, ZoneName> = {};
  for (const [key, value] of Object.entries({ ...GOOD, ...fixture.zone }))
    if (value !== undefined) zone[key] = value;
  server.use(zone);
  const merged: Identity = { ...IDENTITY, ...fixture.identity };
  const identity: Identity = {
    ...merged,
    dkim: { ...merged.dkim, ...fixture.dkim },
    mailFrom: merged.mailFrom === undefined ? undefined : { ...merged.mailFrom, ...fixture.mailFrom },
  };
  const dns = systemDns({ servers: [server.address], timeout: 5000, tries: 1 });
  return auditIdentity(identity, await lookUpIdentity(dns, identity), {
    region: 'ap-northeast-1',
    identities: [identity],
    ...fixture.context,
  });
}

/** No record set is asked for with two values; and what is asked for is one record by its own standard. */
function expectOneValueEach(findings: readonly Finding[]): void {
  const values = new Map<string, string>();
  for (const record of findings.flatMap(({ records }) => records)) {
    const { value, keep } = record;
    const whole = JSON.stringify([value, keep ?? []]);
    expect(values.get(recordKey(record)) ?? whole).toBe(whole);
    values.set(recordKey(record), whole);
    if (isDmarcRecord(value)) expect(parseDmarc(value)).toBeDefined();
    if (isSpfRecord(value)) expect(parseSpf(value).directives.length).toBeGreaterThan(0);
  }
}

describe('one record for all findings about it', () => {
  const recordsOf = (result: IdentityAudit) =>
    result.findings.flatMap(({ id, records }) => records.map(({ value }) => `${id}: ${value}`));

  it('holds the changes of each DMARC finding', async () => {
    const result = await run({
      name: '',
      zone: dmarc('v=DMARC1; p=quarantine; pct=20; aspf=s; psd=y'),
      context: { reportAddress: `reports@${D}` },
      finds: [],
    });
    const record = `v=DMARC1; p=quarantine; t=y; pct=20; ${RUA}`;
    expect(recordsOf(result)).toEqual([
      `dmarc-aspf-strict: ${record}`,
      `dmarc-partial: ${record}`,
      `dmarc-psd: ${record}`,
      `dmarc-no-rua: ${record}`,
    ]);
  });

  it('mends every bare report address at once', async () => {
    const result = await run({
      name: '',
      zone: dmarc(`v=DMARC1; p=reject; rua=a@${D}, b@${D}`),
      finds: [],
    });
    const record = `v=DMARC1; p=reject; rua=mailto:a@${D},mailto:b@${D}`;
    expect(recordsOf(result)).toEqual([`dmarc-bad-rua: ${record}`, `dmarc-bad-rua: ${record}`]);
  });

  it('is repaired before its policy is made stricter', async () => {
    const result = await run({
      name: '',
      zone: dmarc(`v=DMARC1; p=none; aspf=s; ${RUA}`),
      context: { stage: { next: 'quarantine', evidence: { ja: '証拠', en: 'evidence' } } },
      finds: [],
    });
    expect(recordsOf(result)).toEqual([`dmarc-aspf-strict: v=DMARC1; p=none; ${RUA}`]);
    const step = result.findings.find(({ id }) => id === 'dmarc-next-stage');
    expect(step?.todo.en).toBe(
      `Publish the repair of _dmarc.${D} in the other findings first: the audit after that shows the record for this.`,
    );
    expect(step?.todo.ja).toContain(`_dmarc.${D} の修正`);
  });

  it('takes the stricter step when only tags nobody reads would go', async () => {
    const result = await run({
      name: '',
      zone: dmarc(`v=DMARC1; p=none; ri=86400; ${RUA}`),
      context: { stage: { next: 'quarantine', evidence: { ja: '証拠', en: 'evidence' } } },
      finds: [],
    });
    const record = `v=DMARC1; p=quarantine; ${RUA}`;
    expect(recordsOf(result)).toEqual([`dmarc-next-stage: ${record}`, `dmarc-removed-tags: ${record}`]);
  });

  it('holds the terms of each SPF finding', async () => {
    const result = await run({ name: '', zone: mf('v=spf1 ip4:192.0.2.7'), finds: [] });
    const record = 'v=spf1 include:amazonses.com ip4:192.0.2.7 ~all';
    expect(recordsOf(result)).toEqual([`mail-from-spf-without-ses: ${record}`, `spf-no-all: ${record}`]);
  });
});

describe('what to do where no record can be proposed', () => {
  const todoOf = async (fixture: Pick<Fixture, 'zone'>, wanted: FindingId) =>
    (await run({ name: '', finds: [], ...fixture })).findings.find(({ id }) => id === wanted)?.todo;

  it('says which term costs how much when there is no room for another', async () => {
    const zone = {
      ...fromSpf('v=spf1 include:four.example include:x1.example a:h.example mx mx:h.example ptr -all'),
      ...TEN_ZONE,
      'four.example': txt(`v=spf1 ${TEN.split(' ').slice(0, 4).join(' ')} -all`),
      'h.example': { A: ['192.0.2.1'], MX: ['10 h.example'] },
    };
    const todo = await todoOf({ zone }, 'softbank-header-from');
    expect(todo?.en).toContain('would take 11 DNS look-ups, and the limit is 10');
    expect(todo?.en).toContain('include:four.example 5, include:x1.example 1');
    expect(todo?.ja).toContain('include:four.example 5 回、include:x1.example 1 回');
  });

  it('says where a CNAME leads and what to put there', async () => {
    const zone = { [`_dmarc.${D}`]: { CNAME: 'gone.hosted.example' } };
    const todo = await todoOf({ zone }, 'dmarc-missing');
    expect(todo?.en).toContain(`_dmarc.${D} is a CNAME to gone.hosted.example`);
    expect(todo?.en).toContain('Make it TXT "v=DMARC1; p=none" at gone.hosted.example');
    expect(todo?.ja).toContain('gone.hosted.example の側を TXT "v=DMARC1; p=none" に直します');
  });

  it("says which of SES's ranges a record leaves out", async () => {
    const zone = {
      'amazonses.com': txt('v=spf1 ip4:203.0.113.0/24 ip4:198.51.100.0/24 -all'),
      ...mf('v=spf1 ip4:203.0.113.0/24 -all'),
    };
    const { findings } = await run({ name: '', finds: [], zone });
    const effect = findings.find(({ id }) => id === 'mail-from-spf-without-ses')?.effect;
    expect(effect?.en).toContain('SES sends from 198.51.100.0/24.');
    expect(effect?.ja).toContain('不合格になります: 198.51.100.0/24');
  });
});

describe('zone fixtures to findings', () => {
  it.each(FIXTURES)('$name', async (fixture) => {
    const result = await run(fixture);
    for (const { id } of result.findings) seen.add(id);
    const loud = result.findings.filter(({ severity }) => severity !== 'information');
    expect(loud.map(({ id }) => id)).toEqual(fixture.finds);
    const quiet = result.findings.filter(({ severity }) => severity === 'information').map(({ id }) => id);
    expect(quiet).toEqual(expect.arrayContaining([...(fixture.informs ?? [])]));
    if (fixture.verdict !== undefined) {
      const { spf, dkim, dmarc: found } = result.verdict;
      expect(`${spf.result} ${dkim.result} ${found.result}`).toBe(fixture.verdict);
    }
    if (fixture.publishes !== undefined) {
      const urgent = loud.filter(({ severity }) => severity === 'critical' || severity === 'warning');
      expect(
        urgent.flatMap(({ records }) => records).map(({ name, type, value }) => `${name} ${type} ${value}`),
      ).toEqual(fixture.publishes);
    }
    if (fixture.proposes !== undefined) {
      expect(result.findings.flatMap(({ records }) => records)).toEqual(fixture.proposes);
    }
    if (fixture.publish !== undefined) {
      const records = loud
        .flatMap(({ records }) => records)
        .map((record) => `${record.name} ${record.type} ${record.value}`);
      expect(records).toContain(fixture.publish);
    }
  });

  it('covers every kind of finding', () => {
    expect(FIXTURES.length).toBeGreaterThanOrEqual(60);
    expect(Object.keys(FINDINGS).filter((id) => !seen.has(id))).toEqual([]);
  });

  it('leaves no placeholder in a text, in either language', async () => {
    for (const fixture of FIXTURES) {
      for (const { title, effect, todo } of (await run(fixture)).findings) {
        for (const words of [title.ja, title.en, effect.ja, effect.en, todo.ja, todo.en]) {
          expect(words).not.toMatch(/\{[a-zA-Z]+\}|undefined/);
        }
        expect(title.ja).not.toBe('');
        expect(title.en).not.toBe('');
      }
    }
  });

  it('never asks for two values of one record, alone or in any company', async () => {
    const results: IdentityAudit[] = [];
    for (const fixture of FIXTURES) results.push(await run(fixture));
    for (const { findings } of results) expectOneValueEach(findings);
    fc.assert(
      fc.property(fc.shuffledSubarray(results, { minLength: 2, maxLength: 4 }), (some) => {
        const findings = some.flatMap((result) => result.findings);
        const merged = withOneRecordPerName(findings);
        expectOneValueEach(merged);
        expect(withOneRecordPerName(merged)).toEqual(merged);
        const names = (of: readonly Finding[]) =>
          new Set(of.flatMap(({ records }) => records.map(recordKey)));
        expect(names(merged)).toEqual(names(findings));
      }),
    );
  });

  it('keeps the other TXT records of a name that it asks to change', async () => {
    const result = await run({ name: '', zone: fromSpf('v=spf1 -all', 'proof=1', 'proof=2'), finds: [] });
    const record = result.findings.find(({ id }) => id === 'softbank-header-from')?.records[0];
    expect(record?.keep).toEqual(['proof=1', 'proof=2']);
  });

  it('strips control characters from what strangers wrote', async () => {
    const result = await run({ name: '', zone: dmarc(`v=dmarc1; p=none \u001b[31mred`), finds: [] });
    const title = result.findings.find(({ id }) => id === 'dmarc-not-a-record')?.title.en ?? '';
    expect(title).toContain('red');
    expect(title).not.toContain('\u001b');
  });
});
