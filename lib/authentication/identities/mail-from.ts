import type { Bilingual } from '../../text.ts';
import type { Dns, DnsOutcome, MxRecord } from '../dns/dns.ts';
import type { DnsRecord, TxtValue } from '../dns/records.ts';
import type { Issue } from '../findings/findings.ts';
import type { SpfResult } from '../spf/judge.ts';
import { analyseSpf, type SpfAnalysis } from '../spf/spf.ts';
import { otherTexts, proposed, spfIssues } from '../spf/spf-issues.ts';
import { proposeSpf } from '../spf/spf-proposal.ts';
import { defaultMailFrom, domainOfIdentity, type Identity } from './identity.ts';

/** The envelope sender of an identity: what SPF is evaluated at, and whether it can align with From. */

/** Names below the From domain to suggest as MAIL FROM: the first at which no mail is received. */
const SUGGESTIONS = ['bounce', 'ses-bounce', 'ses-mail-from'] as const;

/** The MAIL FROM domain as DNS shows it. */
export interface MailFromLookup {
  /** The MAIL FROM domain, or the one to suggest where there is none. */
  readonly domain: string;
  readonly mx: DnsOutcome<MxRecord>;
  readonly spf: SpfAnalysis;
  /** TXT records at the name that are not SPF. */
  readonly others: readonly TxtValue[];
}

/** Looks up the custom MAIL FROM domain, or the one to suggest where there is none. */
export async function lookUpMailFrom(dns: Dns, identity: Identity): Promise<MailFromLookup> {
  const domain = identity.mailFrom?.domain ?? (await suggestion(dns, domainOfIdentity(identity)));
  const [mx, spf] = await Promise.all([dns.mx(domain), analyseSpf(dns, domain)]);
  return { domain, mx, spf, others: await otherTexts(dns, domain) };
}

async function suggestion(dns: Dns, domain: string): Promise<string> {
  const names = SUGGESTIONS.map((label) => `${label}.${domain}`);
  for (const name of names) {
    const mx = await dns.mx(name);
    const found = mx.status === 'records' ? mx.records : [];
    if (found.every(({ exchange }) => FEEDBACK_HOST.test(exchange))) return name;
  }
  // All receive mail: then a wildcard answers for them, and gives way to a record of the name's own.
  return names[0] ?? domain;
}

const FEEDBACK_HOST = /^feedback-smtp\.[a-z0-9-]{1,40}\.amazonses\.com$/;

/** What MAIL FROM means for SPF. */
export interface MailFromReading {
  /** The domain SPF is evaluated at. `undefined`: SES refuses to send at all. */
  readonly inEffect?: string;
  /** SPF at that domain, for mail from SES. */
  readonly spf: SpfResult;
  readonly issues: readonly Issue[];
}

/** Where feedback of a custom MAIL FROM domain goes (SES developer guide). */
function feedbackHost(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}

/** Reads an identity's MAIL FROM attributes beside what DNS shows: pure. */
export function readMailFrom(identity: Identity, lookup: MailFromLookup, region: string): MailFromReading {
  const { mailFrom } = identity;
  if (mailFrom === undefined) {
    const { domain, spf, others } = lookup;
    const params = { identity: identity.name, suggestion: domain };
    const { records = [] } = proposed(domain, {}, proposeSpf(spf, { withSes: true }), others);
    return {
      inEffect: defaultMailFrom(region),
      spf: 'pass',
      issues: [{ id: 'mail-from-default', params, records: [mxRecord(domain, region), ...records] }],
    };
  }

  const { domain, status } = mailFrom;
  const issues = [...mxIssues(domain, lookup.mx, region)];
  const params = { domain };
  if (status === 'PENDING') issues.push({ id: 'mail-from-pending', params });
  if (status === 'FAILED') issues.push({ id: 'mail-from-failed', params });
  if (status === 'TEMPORARY_FAILURE') issues.push({ id: 'mail-from-temporary-failure', params });
  const rejects = mailFrom.onMxFailure === 'REJECT_MESSAGE';
  if (rejects && status !== 'SUCCESS')
    issues.push({ id: 'mail-from-rejects', params: { identity: identity.name } });
  if (!rejects) issues.push({ id: 'mail-from-falls-back', params: { identity: identity.name } });

  const { verdict, issues: found } = readSpfAtMailFrom(domain, lookup);
  issues.push(...found);
  if (status === 'SUCCESS') return { inEffect: domain, spf: verdict, issues };
  // In PENDING, FAILED and TEMPORARY_FAILURE the behaviour on MX failure applies (API_MailFromAttributes).
  return rejects ? { spf: 'none', issues } : { inEffect: defaultMailFrom(region), spf: 'pass', issues };
}

function mxRecord(domain: string, region: string): DnsRecord {
  return { name: domain, type: 'MX', value: `10 ${feedbackHost(region)}` };
}

function* mxIssues(domain: string, mx: DnsOutcome<MxRecord>, region: string): Generator<Issue> {
  const records = [mxRecord(domain, region)];
  if (mx.status === 'failure') {
    yield { id: 'from-could-not-look', params: { domain, type: 'MX', code: mx.code } };
    return;
  }
  const found = mx.status === 'records' ? mx.records : [];
  const [first] = found;
  if (first === undefined) yield { id: 'mail-from-mx-missing', params: { domain }, records };
  else if (found.length > 1) {
    yield { id: 'mail-from-mx-several', params: { domain, count: String(found.length) }, records };
  } else if (first.exchange !== feedbackHost(region)) {
    yield { id: 'mail-from-mx-wrong', params: { domain, found: first.exchange }, records };
  }
}

function readSpfAtMailFrom(
  domain: string,
  { spf, others }: MailFromLookup,
): { verdict: MailFromReading['spf']; issues: Issue[] } {
  // SES sends with this domain: what is a blemish elsewhere decides here.
  const issues = spfIssues(domain, spf, others, true);
  const holdingSes = (params: Issue['params']) =>
    proposed(domain, params, proposeSpf(spf, { withSes: true }), others);
  if (spf.tree.status === 'failure') return { verdict: 'unknown', issues };
  if (spf.tree.status === 'none') {
    return {
      verdict: 'none',
      issues: [{ id: 'mail-from-spf-missing', ...holdingSes({ domain }) }, ...issues],
    };
  }
  const { verdict } = spf;
  if (verdict === 'fail') {
    const listed = spf.partly ? partListed(spf.missing) : NONE_LISTED;
    issues.push({ id: 'mail-from-spf-without-ses', ...holdingSes({ domain, listed }) });
  } else if (verdict === 'pass' && spf.ses === undefined && spf.everybody.length === 0) {
    issues.push({ id: 'mail-from-spf-by-address', ...holdingSes({ domain }) });
  }
  return { verdict, issues };
}

const NONE_LISTED: Bilingual = {
  ja: 'SES から送ったメールの SPF が不合格になります。',
  en: 'SPF fails for mail sent through SES.',
};

function partListed(missing: readonly string[]): Bilingual {
  const some = missing.slice(0, 6).join(', ');
  const more = missing.length - 6;
  return {
    ja: `SES の送信元アドレスの一部だけが書かれています。次の範囲から送られたメールの SPF が不合格になります: ${some}${more > 0 ? ` ほか ${more} 個` : ''}`,
    en: `It lists only some of SES's addresses: SPF fails for mail that SES sends from ${some}${more > 0 ? ` and ${more} more ranges` : ''}.`,
  };
}
