import { type Dns, type DnsOutcome, texts } from '../dns/dns.ts';
import type { DnsRecord } from '../dns/records.ts';
import type { Issue } from '../findings/findings.ts';
import { dkimKindOf, domainOfIdentity, type Identity, isAddressIdentity } from '../identities/identity.ts';
import { type DkimKey, isDkimKey, parseDkimKey } from './dkim-key.ts';

/** Whether mail of an identity goes out with a DKIM signature of its own domain that receivers can verify. */

/** One selector as DNS shows it. */
export interface SelectorLookup {
  readonly selector: string;
  /** `<selector>._domainkey.<domain>`. */
  readonly name: string;
  /** Where SES wants the CNAME to point; absent for an own key, or when SES did not say. */
  readonly target?: string;
  readonly cname: DnsOutcome<string>;
  /** Key records at the name, read through the CNAME. */
  readonly key: DnsOutcome<string>;
  /**
   * A CNAME at `<name>.<domain>`: the DNS host appended the domain a second time. Where nobody could look there the
   * CNAME is reported as missing, which it is either way.
   */
  readonly doubled: boolean;
  /** The name answers with addresses: a DNS host that proxies or flattens CNAMEs stands in for the one published. */
  readonly proxied: boolean;
}

/** Looks up every selector of an identity. */
export async function lookUpDkim(dns: Dns, identity: Identity): Promise<readonly SelectorLookup[]> {
  const domain = domainOfIdentity(identity);
  const own = dkimKindOf(identity) === 'own';
  const zone = identity.dkim.signingHostedZone;
  return Promise.all(
    identity.dkim.tokens.map(async (selector) => {
      const name = `${selector}._domainkey.${domain}`.toLowerCase();
      const [cname, txt] = [await dns.cname(name), await dns.txt(name)];
      const key: DnsOutcome<string> =
        txt.status === 'records' ? { status: 'records', records: texts(txt).filter(isDkimKey) } : txt;
      const absent = cname.status === 'nxdomain' || cname.status === 'nodata';
      const doubled = absent && !own && (await dns.cname(`${name}.${domain}`)).status === 'records';
      const hidden = cname.status === 'nodata' && !own;
      const proxied =
        hidden && [await dns.a(name), await dns.aaaa(name)].some(({ status }) => status === 'records');
      return {
        selector,
        name,
        ...(own || zone === undefined ? {} : { target: `${selector}.${zone}`.toLowerCase() }),
        cname,
        key,
        doubled,
        proxied,
      };
    }),
  );
}

/** What the DKIM data of an identity mean. */
export interface DkimReading {
  /** `signs`: mail is signed with the identity's domain and the key can be fetched. */
  readonly state: 'signs' | 'fails' | 'unsigned' | 'unknown';
  readonly issues: readonly Issue[];
}

/** Reads an identity's DKIM attributes beside what DNS shows: pure. */
export function readDkim(identity: Identity, selectors: readonly SelectorLookup[]): DkimReading {
  const issues = [...verificationIssues(identity)];
  const { dkim } = identity;
  const params = { identity: identity.name };
  const unsigned = !dkim.signingEnabled || dkim.status !== 'SUCCESS';
  const kind = dkimKindOf(identity);

  if (isAddressIdentity(identity)) {
    issues.push({ id: unsigned ? 'address-identity-unsigned' : 'address-identity', params });
    // A bare address identity has no DKIM to repair: deleting it is the remedy the finding names.
    if (dkim.tokens.length === 0) return { state: 'unsigned', issues };
  }
  if (dkim.tokens.length === 0 || dkim.status === 'NOT_STARTED') {
    issues.push({ id: 'dkim-not-set-up', params });
    return { state: 'unsigned', issues };
  }
  if (!dkim.signingEnabled) issues.push({ id: 'dkim-off', params });
  if (dkim.status === 'PENDING') issues.push({ id: 'dkim-pending', params });
  if (dkim.status === 'FAILED') issues.push({ id: 'dkim-failed', params });
  if (dkim.status === 'TEMPORARY_FAILURE') issues.push({ id: 'dkim-temporary-failure', params });
  if (kind === 'replica') {
    issues.push(
      identity.errorType?.startsWith('REPLICATION_') === true
        ? { id: 'dkim-replica-broken', params: { ...params, error: identity.errorType } }
        : { id: 'dkim-replica', params: { ...params, origin: dkim.origin ?? '' } },
    );
  }
  if (kind !== 'own' && dkim.signingHostedZone === undefined)
    issues.push({ id: 'dkim-zone-unknown', params });

  const found = selectors.map((selector) =>
    kind === 'own' ? ownKeyIssues(identity, selector) : easyKeyIssues(identity, selector),
  );
  issues.push(...found.flat());
  if (dkim.currentKeyLength === 'RSA_1024_BIT') issues.push({ id: 'dkim-short-key', params });

  if (!dkim.signingEnabled || (unsigned && dkim.status !== 'TEMPORARY_FAILURE')) {
    return { state: 'unsigned', issues };
  }
  return { state: stateOf(selectors), issues };
}

function* verificationIssues(identity: Identity): Generator<Issue> {
  if (identity.verifiedForSending) return;
  yield {
    id: 'identity-not-verified',
    params: {
      identity: identity.name,
      status: identity.verificationStatus ?? '?',
      reason: identity.errorType === undefined ? '' : `(${identity.errorType})`,
    },
  };
}

/**
 * SES signs with one of the three keys; the others serve rotation. As long as one key can be fetched nothing says
 * that mail fails, when none can it does.
 */
function stateOf(selectors: readonly SelectorLookup[]): DkimReading['state'] {
  const usable = (selector: SelectorLookup): boolean =>
    selector.key.status === 'records' &&
    selector.key.records.some((text) => parseDkimKey(text).faults.length === 0);
  if (selectors.every(usable)) return 'signs';
  if (selectors.some((selector) => selector.key.status === 'failure')) return 'unknown';
  return selectors.some(usable) ? 'signs' : 'fails';
}

/** Easy DKIM and its replicas: a CNAME to SES, and a key behind it. */
function easyKeyIssues(identity: Identity, lookup: SelectorLookup): Issue[] {
  const { name, target, cname, key } = lookup;
  const domain = domainOfIdentity(identity);
  const records: DnsRecord[] = target === undefined ? [] : [{ name, type: 'CNAME', value: target }];
  if (cname.status === 'failure') {
    return [{ id: 'dkim-could-not-look', params: { name, code: cname.code } }];
  }
  if (cname.status === 'records') {
    const found = cname.records[0] ?? '';
    // Without SES's word on the zone only a target that is no SES name at all is surely wrong.
    const right =
      target === undefined ? found.startsWith(`${lookup.selector.toLowerCase()}.`) : found === target;
    if (!right) return [{ id: 'dkim-cname-wrong', params: { name, found }, records }];
    return keyBehindCname(identity, lookup);
  }
  if (key.status === 'records' && key.records.length > 0) {
    return [{ id: 'dkim-cname-copied', params: { name }, records }];
  }
  // The name exists without a CNAME: whether the key itself stands there is what could not be looked up.
  if (cname.status === 'nodata' && key.status === 'failure') {
    return [{ id: 'dkim-could-not-look', params: { name, code: key.code } }];
  }
  if (lookup.proxied) return [{ id: 'dkim-cname-proxied', params: { name }, records }];
  if (lookup.doubled) {
    const label = name.slice(0, -(domain.length + 1));
    return [{ id: 'dkim-cname-doubled', params: { name, doubled: `${name}.${domain}`, label }, records }];
  }
  return [{ id: 'dkim-cname-missing', params: { name }, records }];
}

function keyBehindCname(identity: Identity, { name, key }: SelectorLookup): Issue[] {
  // Before SES has verified the records it does not publish the keys either.
  if (identity.dkim.status === 'PENDING') return [];
  if (key.status === 'failure') return [{ id: 'dkim-key-could-not-look', params: { name, code: key.code } }];
  if (key.status !== 'records' || key.records.length === 0) {
    return [{ id: 'dkim-key-unreachable', params: { name } }];
  }
  return keyFaults(name, key.records.map(parseDkimKey));
}

/** BYODKIM: the key stands at the name itself. */
function ownKeyIssues(identity: Identity, { name, key }: SelectorLookup): Issue[] {
  if (key.status === 'failure') return [{ id: 'dkim-could-not-look', params: { name, code: key.code } }];
  if (key.status !== 'records' || key.records.length === 0)
    return [{ id: 'dkim-key-missing', params: { name } }];
  const keys = key.records.map(parseDkimKey);
  const issues = keyFaults(name, keys);
  const bits = keys[0]?.bits;
  if (bits !== undefined && bits >= 1024 && bits < 2048) {
    issues.push({ id: 'dkim-short-key', params: { identity: identity.name } });
  }
  return issues;
}

function keyFaults(name: string, keys: readonly DkimKey[]): Issue[] {
  const issues: Issue[] = [];
  if (keys.length > 1) issues.push({ id: 'dkim-keys-several', params: { name, count: String(keys.length) } });
  const key = keys[0];
  if (key === undefined) return issues;
  const fault = key.faults.find((one) => one !== 'revoked');
  if (key.faults.includes('revoked')) issues.push({ id: 'dkim-key-revoked', params: { name } });
  else if (key.type !== 'rsa') issues.push({ id: 'dkim-key-type', params: { name, type: key.type } });
  else if (fault !== undefined) issues.push({ id: 'dkim-key-broken', params: { name, fault } });
  else if (key.bits !== undefined && key.bits < 1024) {
    issues.push({ id: 'dkim-key-too-short', params: { name, bits: String(key.bits) } });
  }
  if (key.testing) issues.push({ id: 'dkim-key-testing', params: { name } });
  return issues;
}
