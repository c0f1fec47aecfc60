import type { Bilingual } from '../../text.ts';
import { lookUpDkim, readDkim, type SelectorLookup } from '../dkim/dkim.ts';
import {
  alignsUnder,
  type DmarcDiscovery,
  discoverDmarc,
  type ReportAuthorisation,
  reportAuthorisations,
} from '../dmarc/dmarc.ts';
import { readDmarc, type StageAdvice } from '../dmarc/dmarc-issues.ts';
import { isDmarcRecord } from '../dmarc/dmarc-record.ts';
import { type Dns, type FailedLookup, rememberingDns } from '../dns/dns.ts';
import type { TxtValue } from '../dns/records.ts';
import { type Finding, findingsOf, type Issue } from '../findings/findings.ts';
import { domainOfIdentity, type Identity, type Recommendation } from '../identities/identity.ts';
import { lookUpMailFrom, type MailFromLookup, readMailFrom } from '../identities/mail-from.ts';
import { type DomainLookup, lookUpDomain, readDomain } from '../identities/others.ts';
import { analyseSpf, type SpfAnalysis } from '../spf/spf.ts';
import { otherTexts, softbankIssue, spfIssues } from '../spf/spf-issues.ts';
import { renderSpfTree } from '../spf/spf-tree.ts';
import { type Aliases, keysInPlaceOfCnames, lookUpAliases, withoutAliasedRecords } from './aliases.ts';
import { type Answer, type CheckedRule, checkReceivers, type Verdict } from './checklist.ts';
import { withOneRecordPerName } from './merge-records.ts';

/** The audit of one sending identity: look everything up, then decide over plain data. */

/** What the audit knows beside the identity. */
export interface AuditContext {
  /** Region of the SES account, for the MAIL FROM records. */
  readonly region: string;
  /** All identities of the account. */
  readonly identities: readonly Identity[];
  /** Where aggregate reports should go: an address. */
  readonly reportAddress?: string;
  readonly stage?: StageAdvice;
  readonly recommendations?: readonly Recommendation[];
}

/** Everything DNS said about one identity. */
export interface IdentityLookup {
  readonly dkim: readonly SelectorLookup[];
  readonly mailFrom: MailFromLookup;
  readonly spf: SpfAnalysis;
  /** TXT records at the From domain that are not SPF. */
  readonly texts: readonly TxtValue[];
  readonly dmarc: DmarcDiscovery;
  readonly authorisations: readonly ReportAuthorisation[];
  /** Whether the custom MAIL FROM domain aligns with From. */
  readonly mailFromAligned: Answer;
  readonly domain: DomainLookup;
  /** Names at which a record may be proposed, and that are aliases. */
  readonly aliases: Aliases;
  /** The names that could not be looked up, each with the resolver's code. */
  readonly failures: readonly FailedLookup[];
  /** Whether DNS answered anything at all. */
  readonly answered: boolean;
}

/** The result for one identity: plain data, stored and shown. */
export interface IdentityAudit {
  readonly identity: string;
  readonly domain: string;
  readonly verdict: Verdict;
  /** What to do, most urgent first. */
  readonly findings: readonly Finding[];
  readonly checklist: readonly CheckedRule[];
  /** One sentence: do SPF, DKIM and DMARC pass for mail that SES sends now? */
  readonly summary: Bilingual;
  /** The From domain's SPF tree as lines of text. */
  readonly spfTree: readonly string[];
  readonly spfLookups: number;
  /** The names the DMARC walk asked, with what each held. */
  readonly dmarcWalk: readonly string[];
}

/** Looks up everything the audit of an identity reads; each name once. */
export async function lookUpIdentity(network: Dns, identity: Identity): Promise<IdentityLookup> {
  const dns = rememberingDns(network);
  const domain = domainOfIdentity(identity);
  const [dkim, mailFrom, spf, dmarc, host] = await Promise.all([
    lookUpDkim(dns, identity),
    lookUpMailFrom(dns, identity),
    analyseSpf(dns, domain),
    discoverDmarc(dns, domain),
    lookUpDomain(dns, domain),
  ]);
  const authorisations =
    dmarc.record === undefined || dmarc.recordDomain === undefined
      ? []
      : await reportAuthorisations(dns, dmarc.recordDomain, dmarc.record);
  const custom = identity.mailFrom?.domain;
  const mailFromAligned = custom === undefined ? 'no' : await alignsUnder(dns, dmarc, custom, 'spf');
  const others = await otherTexts(dns, domain);
  return {
    dkim,
    mailFrom,
    spf,
    texts: others,
    dmarc,
    authorisations,
    mailFromAligned,
    domain: host,
    aliases: await lookUpAliases(dns, [
      domain,
      mailFrom.domain,
      ...dmarc.steps.map(({ name }) => name),
      ...authorisations.map(({ name }) => name),
    ]),
    failures: dns.failures,
    answered: dns.answered(),
  };
}

/** The audit over what was looked up: pure. */
export function auditIdentity(
  identity: Identity,
  lookup: IdentityLookup,
  context: AuditContext,
): IdentityAudit {
  const domain = domainOfIdentity(identity);
  const dkim = readDkim(identity, lookup.dkim);
  const mailFrom = readMailFrom(identity, lookup.mailFrom, context.region);
  const custom = identity.mailFrom?.domain;
  const spfAligned: Answer =
    custom !== undefined && mailFrom.inEffect === custom ? lookup.mailFromAligned : 'no';
  const siblings = context.identities.map(domainOfIdentity).filter((sibling) => sibling !== domain);
  const dmarc = readDmarc(lookup.dmarc, {
    // A fall-back to amazonses.com is reported as such; the domain is not to blame for its alignment then.
    ...(custom !== undefined && mailFrom.inEffect === custom ? { mailFrom: custom } : {}),
    spfAligned,
    spf: mailFrom.spf,
    dkim: dkim.state,
    authorisations: lookup.authorisations,
    misplaced: lookup.texts.map((text) => [text].flat().join('')).filter(isDmarcRecord),
    siblings: [...new Set(siblings)],
    ...(context.reportAddress === undefined ? {} : { reportAddress: context.reportAddress }),
    ...(context.stage === undefined ? {} : { stage: context.stage }),
  });

  const { policy } = lookup.dmarc;
  const verdict: Verdict = {
    spf: { result: mailFrom.spf, aligned: spfAligned },
    dkim: { result: DKIM_RESULTS[dkim.state] },
    dmarc: { result: dmarc.result, ...(policy === undefined ? {} : { policy }) },
    ...(mailFrom.inEffect === undefined ? {} : { mailFrom: mailFrom.inEffect }),
    sesInFromSpf: sesInFromSpf(lookup.spf),
  };
  const enforced = policy === 'quarantine' || policy === 'reject';
  const issues: readonly Issue[] = [
    ...dkim.issues,
    ...dmarc.issues,
    ...failedWalks(identity, lookup),
    ...mailFrom.issues,
    ...spfIssues(domain, lookup.spf, lookup.texts),
    ...fromSpfIssues(domain, lookup),
    ...readDomain(domain, lookup.domain, enforced),
    ...recommendationIssues(identity, context),
  ];
  return {
    identity: identity.name,
    domain,
    verdict,
    findings: withoutAliasedRecords(
      withOneRecordPerName(findingsOf(issues)),
      lookup.aliases,
      keysInPlaceOfCnames(lookup.dkim),
    ),
    checklist: checkReceivers(verdict),
    summary: summarise(verdict, lookup.answered),
    spfTree: renderSpfTree(lookup.spf.tree),
    spfLookups: lookup.spf.lookups,
    dmarcWalk: lookup.dmarc.steps.map(({ name, status, code }) =>
      code === undefined ? `${name}: ${status}` : `${name}: ${code}`,
    ),
  };
}

const DKIM_RESULTS = { signs: 'pass', fails: 'fail', unsigned: 'none', unknown: 'unknown' } as const;

function sesInFromSpf(spf: SpfAnalysis): Answer {
  if (spf.ses !== undefined || spf.all === '+' || spf.holdsSes) return 'yes';
  return spf.tree.status === 'failure' || spf.unknown.length > 0 || spf.verdict === 'unknown'
    ? 'unknown'
    : 'no';
}

/**
 * Names of the DMARC walks that could not be looked up and decide where an organization ends. A record found before
 * them stands, so the reading of it goes on; without this nothing would say that alignment was left open.
 */
function* failedWalks(
  identity: Identity,
  { dmarc, mailFromAligned, failures }: IdentityLookup,
): Generator<Issue> {
  for (const { name, status, code } of dmarc.steps) {
    if (status === 'failure') yield { id: 'dmarc-could-not-look', params: { name, code: code ?? '?' } };
  }
  if (mailFromAligned !== 'unknown') return;
  const labels = identity.mailFrom?.domain.split('.') ?? [];
  const walked = new Set(labels.map((_, index) => `_dmarc.${labels.slice(index).join('.')}`));
  for (const { name, code } of failures) {
    if (walked.has(name)) yield { id: 'dmarc-could-not-look', params: { name, code } };
  }
}

/** Notes on the From domain's own SPF record, which SES's mail is not evaluated at. */
function* fromSpfIssues(domain: string, { spf, texts }: IdentityLookup): Generator<Issue> {
  if (spf.ses !== undefined) yield { id: 'spf-ses-at-from', params: { domain } };
  if (sesInFromSpf(spf) === 'no') yield softbankIssue(domain, spf, texts);
}

function* recommendationIssues(identity: Identity, { recommendations }: AuditContext): Generator<Issue> {
  for (const { identity: about, type, impact, description } of recommendations ?? []) {
    if (about.toLowerCase() !== identity.name.toLowerCase()) continue;
    yield { id: 'ses-recommendation', params: { type, impact, description } };
  }
}

/** One sentence about the three. `answered`: DNS answered anything at all. */
function summarise({ spf, dkim, dmarc }: Verdict, answered: boolean): Bilingual {
  if (!answered) {
    return {
      ja: '何も調べられませんでした。DNS サーバーがどの問い合わせにも答えません。',
      en: 'Nothing could be looked up: the DNS server answered no question.',
    };
  }
  const unaligned = spf.result === 'pass' && spf.aligned === 'no';
  if (spf.result === 'pass' && dkim.result === 'pass' && dmarc.result === 'pass') {
    return {
      ja: 'SPF・DKIM・DMARC の 3 つとも合格します。',
      en: 'SPF, DKIM and DMARC: all three pass.',
    };
  }
  if (dmarc.result === 'none' && dkim.result === 'pass' && spf.result === 'pass') {
    return {
      ja: 'SPF と DKIM は合格しますが、DMARC がありません。',
      en: 'SPF and DKIM pass, but DMARC is missing.',
    };
  }
  const rest = `DKIM ${dkim.result}, DMARC ${dmarc.result}`;
  const results = [spf.result, dkim.result, dmarc.result];
  if (results.every((result) => result === 'pass' || result === 'unknown')) {
    return {
      ja: `判定できないものがあります: SPF ${spf.result}${unaligned ? '（From と不一致）' : ''}, ${rest}`,
      en: `Not everything can be told: SPF ${spf.result}${unaligned ? ' (not aligned)' : ''}, ${rest}`,
    };
  }
  return {
    ja: `合格していないものがあります: SPF ${spf.result}${unaligned ? '（From と不一致）' : ''}, ${rest}`,
    en: `Not everything passes: SPF ${spf.result}${unaligned ? ' (not aligned)' : ''}, ${rest}`,
  };
}
