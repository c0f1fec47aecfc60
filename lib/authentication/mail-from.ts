import type { Dns, DnsOutcome, MxRecord } from './dns.ts';
import type { Issue } from './findings.ts';
import { domainOfIdentity, type Identity } from './identity.ts';
import type { DnsRecord, TxtValue } from './records.ts';
import { type SesCoverage, sesCoverage } from './ses-ranges.ts';
import { analyseSpf, LOOKUP_LIMIT, type SpfAnalysis } from './spf.ts';
import { otherTexts, spfIssues, withSes } from './spf-issues.ts';

/** The envelope sender of an identity: what SPF is evaluated at, and whether it can align with From. */

/** SPF record of a custom MAIL FROM domain, as SES asks for it. */
const MAIL_FROM_SPF = 'v=spf1 include:amazonses.com ~all';

/** The MAIL FROM domain as DNS shows it. */
export interface MailFromLookup {
  readonly mx: DnsOutcome<MxRecord>;
  readonly spf: SpfAnalysis;
  /** TXT records at the name that are not SPF. */
  readonly others: readonly TxtValue[];
  /** What of SES's addresses the SPF record lists by number. */
  readonly listed: SesCoverage;
}

/** Looks up the custom MAIL FROM domain; `undefined` when there is none. */
export async function lookUpMailFrom(dns: Dns, identity: Identity): Promise<MailFromLookup | undefined> {
  const domain = identity.mailFrom?.domain;
  if (domain === undefined) return undefined;
  const [mx, spf] = await Promise.all([dns.mx(domain), analyseSpf(dns, domain)]);
  return { mx, spf, others: await otherTexts(dns, domain), listed: await sesCoverage(dns, spf) };
}

/** What MAIL FROM means for SPF. */
export interface MailFromReading {
  /** The domain SPF is evaluated at. `undefined`: SES refuses to send at all. */
  readonly inEffect?: string;
  /** SPF at that domain, for mail from SES. */
  readonly spf: 'pass' | 'fail' | 'none' | 'permerror' | 'unknown';
  readonly issues: readonly Issue[];
}

/** Where feedback of a custom MAIL FROM domain goes (SES developer guide). */
function feedbackHost(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}

/** SES's own envelope domain: `amazonses.com` in us-east-1, `<region>.amazonses.com` elsewhere. */
export function defaultMailFrom(region: string): string {
  return region === 'us-east-1' ? 'amazonses.com' : `${region}.amazonses.com`;
}

/** Reads an identity's MAIL FROM attributes beside what DNS shows: pure. */
export function readMailFrom(
  identity: Identity,
  lookup: MailFromLookup | undefined,
  region: string,
): MailFromReading {
  const { mailFrom } = identity;
  if (mailFrom === undefined || lookup === undefined) {
    const suggestion = `bounce.${domainOfIdentity(identity)}`;
    const records = [mxRecord(suggestion, region), spfRecord(suggestion, [])];
    return {
      inEffect: defaultMailFrom(region),
      spf: 'pass',
      issues: [{ id: 'mail-from-default', params: { identity: identity.name, suggestion }, records }],
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

function spfRecord(domain: string, keep: readonly TxtValue[], value = MAIL_FROM_SPF): DnsRecord {
  return { name: domain, type: 'TXT', value, keep };
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
  { spf, others, listed }: MailFromLookup,
): { verdict: MailFromReading['spf']; issues: Issue[] } {
  const records = [spfRecord(domain, others, withSes(spf))];
  // SES sends with this domain: what is a blemish elsewhere decides here.
  const issues = spfIssues(domain, spf, others, 'critical');
  if (spf.tree.status === 'failure') return { verdict: 'unknown', issues };
  if (spf.tree.status === 'none') {
    return {
      verdict: 'none',
      issues: [{ id: 'mail-from-spf-missing', params: { domain }, records }, ...issues],
    };
  }
  if (spf.all === '+' && spf.errors.length === 0) return { verdict: 'pass', issues };
  const verdict = spfVerdict(spf);
  if (verdict !== 'fail') return { verdict, issues };
  if (listed === 'all') {
    issues.push({ id: 'mail-from-spf-by-address', params: { domain }, records });
    return { verdict: 'pass', issues };
  }
  issues.push({ id: 'mail-from-spf-without-ses', params: { domain, listed: LISTED[listed] }, records });
  return { verdict, issues };
}

const LISTED = {
  none: { ja: 'SES から送ったメールの SPF が不合格になります。', en: 'SPF fails for mail sent through SES.' },
  part: {
    ja: 'SES の送信元アドレスの一部だけが書かれています。それ以外のアドレスから送られたメールの SPF が不合格になります。',
    en: "It lists only some of SES's addresses: SPF fails for mail that SES sends from the others.",
  },
} as const;

/** SPF for mail that comes from SES's addresses. */
function spfVerdict(spf: SpfAnalysis): MailFromReading['spf'] {
  if (spf.tree.status === 'none') return 'none';
  // A receiver stops at the first match: an exceeded count behind amazonses.com does no harm to SES mail. Whether SES
  // stands before it is not known while an include that may lead there could not be looked up.
  const exceeded = spf.ses === undefined ? spf.unknown.length === 0 : spf.ses.lookupsBefore > LOOKUP_LIMIT;
  const fatal = spf.errors.filter((error) => error.kind !== 'lookup-limit' || exceeded);
  if (fatal.length > 0) return 'permerror';
  if (spf.ses !== undefined) return 'pass';
  return spf.unknown.length > 0 || spf.hasMacros ? 'unknown' : 'fail';
}
