import {
  discoverPolicy,
  domainExists,
  getOrgDomain,
  type ParsedDmarcRecord,
  parseDmarcRecord,
} from 'mailauth/lib/dmarc/get-dmarc-record.js';
import { normaliseDomain } from '../../address.ts';
import { errorCode } from '../../refusal.ts';
import { type Dns, type DnsOutcome, mailauthResolver, texts, UNKNOWN_CODE } from '../dns/dns.ts';
import { type TxtValue, txtValue } from '../dns/records.ts';
import {
  type DmarcPolicy,
  type DmarcRecord,
  isDmarcRecord,
  looksLikeDmarc,
  lowered,
  parseDmarc,
} from './dmarc-record.ts';

/**
 * Where a domain's DMARC policy comes from (RFC 9989 section 4.10). The walk itself is mailauth's; the look-up
 * under it is ours, so that every step can be shown and a failed one is told from an absent record.
 */

/** One query of the walk. */
export interface WalkStep {
  /** The name queried, with `_dmarc.`. */
  readonly name: string;
  /** `several` and `invalid` count as no record, and the walk goes on (section 4.10 step 2). */
  readonly status: 'record' | 'none' | 'several' | 'invalid' | 'failure';
  readonly records: readonly string[];
  /** Texts at the name that were meant to be a record and are not. */
  readonly nearMisses: readonly string[];
  /** All TXT records at the name that are no DMARC record: whatever replaces the record must keep them. */
  readonly others: readonly TxtValue[];
  readonly code?: string;
}

/** The policy that applies to mail with this domain in From. */
export interface DmarcDiscovery {
  readonly domain: string;
  readonly steps: readonly WalkStep[];
  /** `failure`: a name of the walk could not be looked up and the policy is unknown. */
  readonly status: 'found' | 'none' | 'failure';
  readonly failure?: string;
  readonly record?: DmarcRecord;
  /** Where the record stands: the domain itself, or a parent. */
  readonly recordDomain?: string;
  /** Unknown (absent) when the walk broke off after the domain's own record. */
  readonly orgDomain?: string;
  /** The tag that decides: `p`, or `sp`/`np` of an inherited record. */
  readonly deciding?: 'p' | 'sp' | 'np';
  /** What the domain asks for, after `t=y` lowered it. Absent when a faulty record gets no processing. */
  readonly policy?: DmarcPolicy;
}

/** Raised inside the walk when a name could not be looked up; never leaves this file. */
class WalkFailure extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Looks up records for walks, remembering each step in the order of the first query. */
function recorder(dns: Dns): {
  readonly steps: WalkStep[];
  readonly lookUp: (name: string) => Promise<ParsedDmarcRecord | false>;
} {
  const steps: WalkStep[] = [];
  const known = new Map<string, Promise<ParsedDmarcRecord | false>>();
  const fetch = async (name: string): Promise<ParsedDmarcRecord | false> => {
    const step = await readStep(dns, `_dmarc.${name}`);
    steps.push(step);
    if (step.status === 'failure') throw new WalkFailure(step.code ?? 'EUNKNOWN');
    const text = step.status === 'record' ? step.records[0] : undefined;
    return (text !== undefined && parseDmarcRecord(text, { strict: true })) || false;
  };
  return {
    steps,
    lookUp(name) {
      const answer = known.get(name) ?? fetch(name);
      known.set(name, answer);
      return answer;
    },
  };
}

async function readStep(dns: Dns, name: string): Promise<WalkStep> {
  const outcome = await dns.txt(name);
  if (outcome.status === 'failure') {
    return { name, status: 'failure', records: [], nearMisses: [], others: [], code: outcome.code };
  }
  const all = texts(outcome).map((text) => text.trimEnd());
  const records = all.filter(isDmarcRecord);
  const nearMisses = all.filter(looksLikeDmarc);
  const here = { name, records, nearMisses, others: notDmarc(outcome) };
  const first = records[0];
  if (first === undefined) return { ...here, status: 'none' };
  if (records.length > 1) return { ...here, status: 'several' };
  return { ...here, status: parseDmarc(first) === undefined ? 'invalid' : 'record' };
}

function notDmarc(outcome: DnsOutcome<readonly string[]>): readonly TxtValue[] {
  const found = outcome.status === 'records' ? outcome.records : [];
  return found.filter((strings) => !isDmarcRecord(strings.join(''))).map(txtValue);
}

/** Finds the policy for a From domain: at most eight queries. */
export async function discoverDmarc(dns: Dns, from: string): Promise<DmarcDiscovery> {
  const domain = normaliseDomain(from);
  const { steps, lookUp } = recorder(dns);
  try {
    const found = await discoverPolicy(domain, lookUp);
    const orgDomain = found.orgDomain === null ? {} : { orgDomain: found.orgDomain };
    const record = found.record === false ? undefined : parseDmarc(found.record.rr);
    if (record === undefined || found.recordDomain === null) {
      return { domain, steps, status: 'none', ...orgDomain };
    }
    const deciding = await decidingTag(dns, domain, found.recordDomain, record);
    const published = record.policy === undefined ? undefined : policyBy(record.policy, deciding);
    const policy = published !== undefined && record.testing ? lowered(published) : published;
    return {
      domain,
      steps,
      status: 'found',
      record,
      recordDomain: found.recordDomain,
      ...orgDomain,
      deciding,
      ...(policy === undefined ? {} : { policy }),
    };
  } catch (error) {
    return { domain, steps, status: 'failure', failure: errorCode(error) ?? UNKNOWN_CODE };
  }
}

/** `p` at the domain itself; of an inherited record `np` where the domain does not exist, else `sp`, else `p`. */
async function decidingTag(
  dns: Dns,
  domain: string,
  recordDomain: string,
  record: DmarcRecord,
): Promise<'p' | 'sp' | 'np'> {
  if (domain === recordDomain) return 'p';
  const fallback = record.policy?.sp === undefined ? 'p' : 'sp';
  if (record.policy?.np === undefined) return fallback;
  return (await domainExists(domain, mailauthResolver(dns))) ? fallback : 'np';
}

function policyBy(policy: NonNullable<DmarcRecord['policy']>, tag: 'p' | 'sp' | 'np'): DmarcPolicy {
  return policy[tag] ?? policy.p;
}

/** An organizational domain, or why it is unknown. */
export type OrgDomain = { readonly domain: string } | { readonly failure: string };

/** The organizational domain of a name, by a walk of its own (section 4.10.2). */
export async function organizationalDomain(dns: Dns, name: string): Promise<OrgDomain> {
  try {
    return { domain: await getOrgDomain(normaliseDomain(name), recorder(dns).lookUp) };
  } catch (error) {
    return { failure: errorCode(error) ?? UNKNOWN_CODE };
  }
}

/**
 * Whether an authenticated domain aligns with the From domain (section 4.4): the same name, or under relaxed
 * alignment the same organizational domain. `unknown` when a walk failed.
 */
export async function aligns(
  dns: Dns,
  from: string,
  authenticated: string,
  strict: boolean,
): Promise<'yes' | 'no' | 'unknown'> {
  const a = normaliseDomain(from);
  const b = normaliseDomain(authenticated);
  if (a === b) return 'yes';
  if (strict) return 'no';
  const [left, right] = [await organizationalDomain(dns, a), await organizationalDomain(dns, b)];
  if ('failure' in left || 'failure' in right) return 'unknown';
  return left.domain === right.domain ? 'yes' : 'no';
}

/**
 * Whether an authenticated domain aligns with the From domain of a discovery, in the mode its record asks for.
 * Without any DMARC record every name is an organization of its own and the question has no answer yet: then it
 * is answered for a record at the From domain, the one there ought to be.
 */
export async function alignsUnder(
  dns: Dns,
  discovery: DmarcDiscovery,
  authenticated: string,
  method: 'spf' | 'dkim',
): Promise<'yes' | 'no' | 'unknown'> {
  const { domain, record } = discovery;
  const other = normaliseDomain(authenticated);
  if (discovery.status === 'none') return other === domain || other.endsWith(`.${domain}`) ? 'yes' : 'no';
  const strict = method === 'spf' ? record?.strictSpf : record?.strictDkim;
  return aligns(dns, domain, other, strict ?? false);
}

/**
 * A host that reports are to go to: whether it agreed to receive them, where it is outside the domain's organization
 * (RFC 9990 section 4, for `ruf` RFC 9991), and whether it takes mail at all.
 */
export interface ReportAuthorisation {
  readonly host: string;
  /** The tag that names it; `rua` where both do. */
  readonly tag: 'rua' | 'ruf';
  /** Whether mail can be delivered to it (RFC 5321 section 5.1). */
  readonly mail: 'takes' | 'refuses' | 'unknown';
  /** Why that could not be looked up. */
  readonly mailCode?: string;
  readonly status: 'own' | 'authorised' | 'missing' | 'failure';
  /** The name where the host's agreement stands. */
  readonly name: string;
  /** What else stands at that name. */
  readonly others: readonly TxtValue[];
  readonly code?: string;
}

/** Checks each `rua` and `ruf` host of a record found at `recordDomain`. */
export async function reportAuthorisations(
  dns: Dns,
  recordDomain: string,
  record: DmarcRecord,
): Promise<readonly ReportAuthorisation[]> {
  const hosts = new Map<string, 'rua' | 'ruf'>();
  for (const tag of ['rua', 'ruf'] as const) {
    for (const { host } of record[tag]) if (host !== undefined && !hosts.has(host)) hosts.set(host, tag);
  }
  return Promise.all(
    [...hosts].map(async ([host, tag]) => ({
      ...(await authorisation(dns, recordDomain, host)),
      tag,
      ...(await takesMail(dns, host)),
    })),
  );
}

/** Whether mail can be delivered to a host: it has an MX other than the null MX, or else an address. */
async function takesMail(dns: Dns, host: string): Promise<Pick<ReportAuthorisation, 'mail' | 'mailCode'>> {
  const mx = await dns.mx(host);
  if (mx.status === 'failure') return { mail: 'unknown', mailCode: mx.code };
  if (mx.status === 'records') {
    return { mail: mx.records.some(({ exchange }) => exchange !== '') ? 'takes' : 'refuses' };
  }
  const addresses = [await dns.a(host), await dns.aaaa(host)];
  if (addresses.some(({ status }) => status === 'records')) return { mail: 'takes' };
  const failed = addresses.find((each) => each.status === 'failure');
  return failed?.status === 'failure' ? { mail: 'unknown', mailCode: failed.code } : { mail: 'refuses' };
}

async function authorisation(
  dns: Dns,
  recordDomain: string,
  host: string,
): Promise<Omit<ReportAuthorisation, 'tag' | 'mail' | 'mailCode'>> {
  const name = `${recordDomain}._report._dmarc.${host}`;
  const same = await aligns(dns, recordDomain, host, false);
  if (same === 'yes') return { host, status: 'own', name, others: [] };
  const outcome = await dns.txt(name);
  const here = { host, name, others: notDmarc(outcome) };
  if (outcome.status === 'failure') return { ...here, status: 'failure', code: outcome.code };
  // A record that begins with the version is enough: no policy tag is needed, the ";" is optional.
  if (texts(outcome).some((text) => isDmarcRecord(text))) return { ...here, status: 'authorised' };
  return same === 'unknown' ? { ...here, status: 'failure', code: 'EWALK' } : { ...here, status: 'missing' };
}
