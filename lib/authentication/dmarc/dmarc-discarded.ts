import type { Bilingual } from '../../text.ts';
import { type DnsRecord, plainSigns, shortened } from '../dns/records.ts';
import type { Issue } from '../findings/findings.ts';
import type { DmarcDiscovery, WalkStep } from './dmarc.ts';
import {
  DMARC_POLICIES,
  type DmarcPolicy,
  type DmarcRecord,
  lowered,
  parseDmarc,
  rewriteDmarc,
} from './dmarc-record.ts';

/**
 * DMARC records that count for nothing, and what to publish in their place: pure. A repair makes a record count, and
 * changes nothing about the policy in force: what the record was meant to ask for is a step of its own.
 */

/** The record set of a domain's DMARC record; `replaces` is the published record that `value` edits. */
export function dmarcRecord(domain: string, value: string, replaces?: string): DnsRecord {
  return { name: `_dmarc.${domain}`, type: 'TXT', value, ...(replaces === undefined ? {} : { replaces }) };
}

/** The record to begin with: reports where the operator said, nothing enforced. */
export function firstRecord(reportAddress: string | undefined): string {
  return recordOf('none', new Map(), reportAddress);
}

/**
 * Records that receivers discard, at the names where they matter: the domain itself and those above it.
 * `reportAddress` is where the operator wants reports, for a record that names no address of its own.
 */
export function* discardedRecords(
  discovery: DmarcDiscovery,
  reportAddress: string | undefined,
): Generator<Issue> {
  for (const step of discovery.steps) {
    const owner = ownerOf(step);
    // What stands at a top-level label is not the operator's to change.
    if (!owner.includes('.')) continue;
    // With a sound record of the domain's own, a faulty one above it decides only where the organization ends.
    const shadowed = owner !== discovery.domain && discovery.recordDomain === discovery.domain;
    for (const issue of faultOf(step, discovery, reportAddress)) {
      const urgent = issue.id !== 'dmarc-intended-policy';
      yield shadowed && urgent ? { ...issue, severity: 'warning' } : issue;
    }
  }
}

function ownerOf({ name }: WalkStep): string {
  return name.slice('_dmarc.'.length);
}

function* faultOf(
  step: WalkStep,
  discovery: DmarcDiscovery,
  reportAddress: string | undefined,
): Generator<Issue> {
  const { name } = step;
  if (step.status === 'several') {
    const params = { name, count: String(step.records.length) };
    // The longest says most; what it leaves open the others may say.
    const meant = [...step.records].sort((a, b) => b.length - a.length);
    yield* repair({ id: 'dmarc-several-records', params }, meant, step, discovery, reportAddress);
  }
  if (step.status === 'invalid') {
    yield* repair(
      { id: 'dmarc-invalid-list', params: { name } },
      step.records,
      step,
      discovery,
      reportAddress,
    );
  }
  const nearMiss = step.nearMisses[0];
  if (step.status === 'none' && nearMiss !== undefined) {
    yield* repair(
      { id: 'dmarc-not-a-record', params: { name, text: shortened(nearMiss) } },
      step.nearMisses,
      step,
      discovery,
      reportAddress,
    );
  }
}

/** A record that stands at the domain itself, where nobody looks for it, and the one to publish in its place. */
export function* misplacedRecord(
  domain: string,
  texts: readonly string[],
  reportAddress: string | undefined,
): Generator<Issue> {
  const read = texts.map(tagsOf);
  const tags = new Map(read.toReversed().flatMap((each) => [...each]));
  yield {
    id: 'dmarc-at-domain',
    params: { domain, text: shortened(texts[0] ?? '') },
    records: [dmarcRecord(domain, recordOf('none', tags, reportAddress))],
  };
  const intended = strictest(read.map((each) => each.get('p')));
  if (rank(intended) > 0) {
    yield { id: 'dmarc-intended-policy', params: { name: domain, policy: intended, now: 'none' } };
  }
}

/** A record that counts, of which one sign is wrong: with a repair that keeps what is in force and what was meant. */
export function* mistyped(name: string, record: DmarcRecord): Generator<Issue> {
  const [first] = record.swallowed;
  const addresses = record.strays.filter(
    (stray) => stray.includes('@') && !/^[a-z]{1,5}\s*:\s*mailto/i.test(stray),
  );
  if (first === undefined && record.strays.length === 0) return;
  const meant = tagsOf(record.text);
  const { p = 'none', sp, np } = record.policy ?? {};
  // A value that swallowed others is none, but for its own beginning.
  const holding = record.swallowed.map(({ after }) => after.slice(0, after.indexOf('=')));
  const own = Object.fromEntries([...holding, ...meant.keys()].map((tag) => [tag, meant.get(tag)]));
  const value = rewriteDmarc(record, { ...own, p, sp, np });
  const records = [{ name, type: 'TXT', value, replaces: record.text } as const];
  if (first !== undefined) {
    const isPolicyLost = record.policy === undefined || record.invalidPolicy;
    yield {
      id: 'dmarc-separator',
      params: {
        name,
        after: shortened(first.after),
        tags: record.swallowed.map((tag) => tag.name).join(', '),
      },
      records,
      ...(isPolicyLost ? { severity: 'critical' } : {}),
    };
  } else {
    const params = { name, text: shortened(record.strays.join('; ')) };
    if (addresses.length > 0) yield { id: 'dmarc-stray-address', params, records };
    else {
      const isTag = record.strays.some((stray) => TAKEN_OVER[tagOf(stray).name] !== undefined);
      yield { id: 'dmarc-stray-text', params, records, ...(isTag ? { severity: 'warning' } : {}) };
    }
  }
  const intended = strictest([meant.get('p')]);
  if (rank(intended) > rank(p)) {
    yield { id: 'dmarc-intended-policy', params: { name, policy: intended, now: p } };
  }
}

/** The fault with the record that mends it, and what the texts were meant to ask for beyond that. */
function* repair(
  fault: Issue,
  texts: readonly string[],
  step: WalkStep,
  discovery: DmarcDiscovery,
  reportAddress: string | undefined,
): Generator<Issue> {
  if (discovery.status === 'failure') {
    // What is in force comes from a name that could not be looked up: a record now might loosen it.
    yield { ...fault, params: { ...fault.params, repair: LOOK_AGAIN } };
    return;
  }
  const now = policyAbove(step, discovery);
  const read = texts.map(tagsOf);
  const tags = new Map(read.toReversed().flatMap((each) => [...each]));
  // Texts that say nothing but look like a record may be somebody's proof of ownership.
  const replaced = new Set(texts.filter((_, at) => read[at]?.has('p') === true));
  const keep = step.others.filter((value) => !replaced.has([value].flat().join('').trim()));
  const record = dmarcRecord(ownerOf(step), recordOf(now, tags, reportAddress));
  yield { ...fault, params: { ...fault.params, repair: REPLACE_BELOW }, records: [{ ...record, keep }] };

  const intended = strictest(read.map((each) => each.get('p')));
  if (rank(intended) > rank(now)) {
    yield { id: 'dmarc-intended-policy', params: { name: step.name, policy: intended, now } };
  }
}

const REPLACE_BELOW: Bilingual = {
  ja: '下のレコードに置き換えます。今かかっているポリシーは変わりません。',
  en: 'Replace what stands there with the record below. It leaves the policy in force as it is.',
};

const LOOK_AGAIN: Bilingual = {
  ja: '上位の名前を調べられなかったので、今かかっているポリシーが分かりません。時間をおいて再実行すると、置き換えるレコードを示します。',
  en: 'A name above could not be looked up, so the policy in force is unknown. Run the audit again later: it then shows the record.',
};

/** The policy that applies to a name while its own record is discarded: of the organization above it (section 4.10.1). */
function policyAbove(step: WalkStep, { steps }: DmarcDiscovery): DmarcPolicy {
  const owner = ownerOf(step);
  const above = steps.filter((other) => owner.endsWith(`.${ownerOf(other)}`) && other.status === 'record');
  const organization = above.sort((a, b) => a.name.length - b.name.length)[0];
  const record = parseDmarc(organization?.records[0] ?? '');
  const policy = record?.policy?.sp ?? record?.policy?.p ?? 'none';
  return record?.testing === true ? lowered(policy) : policy;
}

function rank(policy: DmarcPolicy): number {
  return DMARC_POLICIES.indexOf(policy);
}

function strictest(policies: readonly (string | undefined)[]): DmarcPolicy {
  return DMARC_POLICIES.findLast((policy) => policies.includes(policy)) ?? 'none';
}

/** What a repair takes over of a text, besides its policy. `psd` moves the organization's border and stays out. */
const TAKEN_OVER: Readonly<Record<string, RegExp>> = {
  p: /^(?:none|quarantine|reject)$/i,
  adkim: /^[rs]$/i,
  aspf: /^[rs]$/i,
  fo: /^[01ds](?::[01ds]){0,3}$/i,
  t: /^[yn]$/i,
  rua: /^mailto:[\x21-\x7e]{3,2000}$/i,
  ruf: /^mailto:[\x21-\x7e]{3,2000}$/i,
};

/**
 * The tags of a text that is no record, each as first written, as far as they can be told: quoted as a whole, or
 * parted by spaces where semicolons belong.
 */
export function tagsOf(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const part of plainSigns(text).replace(/["\\]/g, '').split(PARTING)) {
    const { name, written } = tagOf(part);
    const isAddresses = name === 'rua' || name === 'ruf';
    const value = isAddresses ? addressesIn(written) : written.replace(/[\s,:]+$/, '').replace(/\s/g, '');
    if (value === undefined || TAKEN_OVER[name]?.test(value) !== true) continue;
    const known = tags.get(name);
    if (known === undefined) tags.set(name, name === 'p' ? value.toLowerCase() : value);
    else if (isAddresses) tags.set(name, [...new Set([...known.split(','), ...value.split(',')])].join(','));
  }
  return tags;
}

/** A piece of a record as a tag: also with ":" for "=", and an address alone, which is one more of rua. */
function tagOf(part: string): { name: string; written: string } {
  const [, name, written] = /^\s*([a-z]{1,5})\s*[=:]\s*(.*)$/is.exec(part) ?? [];
  if (name !== undefined && written !== undefined) return { name: name.toLowerCase(), written };
  return part.includes('@') ? { name: 'rua', written: part } : { name: '', written: '' };
}

/**
 * The report addresses in a text, as one rua holds them: as written where they are in order, else every address that
 * can be made out, whatever parts them and whether it has its scheme.
 */
function addressesIn(written: string): string | undefined {
  const listed = written
    .split(',')
    .map((uri) => uri.trim())
    .filter((uri) => uri !== '');
  const isSound = (uri: string) =>
    /^(?:mailto:[^@\s/]{1,64}@[^@\s:/]{1,253}(?:\?\S{1,500})?|https?:\S{1,500})$/i.test(uri);
  if (listed.length > 0 && listed.every(isSound)) return listed.join(',');
  const found = [
    ...written.matchAll(/([^\s@,;:"'<>/]{1,64})@([a-z0-9.-]{1,253})(![0-9]{1,20}[kmgt]?)?/gi),
  ].map(([, local, host, size = '']) => `mailto:${local}@${host}${size}`);
  return found.length === 0 ? undefined : [...new Set(found)].join(',');
}

/** Where one tag ends: at a semicolon, or at what people write in its place before the next tag. */
const PARTING = /[;,:\s](?=\s{0,8}(?:v|p|sp|np|adkim|aspf|fo|rua|ruf|t|psd|pct|rf|ri)\s{0,8}=)|;/i;

function recordOf(
  policy: DmarcPolicy,
  tags: ReadonlyMap<string, string>,
  reportAddress: string | undefined,
): string {
  const reports = reportAddress === undefined ? undefined : `mailto:${reportAddress}`;
  const rest = ['adkim', 'aspf', 'fo', 'rua', 'ruf'].flatMap((name) => {
    const value = tags.get(name) ?? (name === 'rua' ? reports : undefined);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return ['v=DMARC1', `p=${policy}`, ...rest].join('; ');
}
