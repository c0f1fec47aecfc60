import type { Bilingual } from '../../text.ts';
import { type DnsRecord, shortened } from '../dns/records.ts';
import type { Issue } from '../findings/findings.ts';
import type { SpfResult } from '../spf/judge.ts';
import type { DmarcDiscovery, ReportAuthorisation } from './dmarc.ts';
import {
  discardedRecords,
  dmarcRecord,
  firstRecord,
  misplacedRecord,
  mistyped,
  tagsOf,
} from './dmarc-discarded.ts';
import { type DmarcPolicy, type DmarcRecord, rewriteDmarc } from './dmarc-record.ts';

/** What a domain's DMARC discovery means for mail that SES sends for it: pure. */

/** Advice on the next stage. */
export interface StageAdvice {
  /** The policy the domain is ready for; absent when it should stay where it is. */
  readonly next?: 'quarantine' | 'reject';
  /** What the advice rests on. */
  readonly evidence: Bilingual;
  /**
   * Set when no report came of late: since when, whether any ever did, and whether that is because nobody imported
   * them by hand.
   */
  readonly silent?: { readonly since: Bilingual; readonly stopped: boolean; readonly byHand?: true };
}

/** Everything the reading needs beside the discovery itself. */
export interface DmarcContext {
  /** Custom MAIL FROM domain, when there is one. */
  readonly mailFrom?: string;
  /** Whether the envelope domain in effect aligns with From. */
  readonly spfAligned: 'yes' | 'no' | 'unknown';
  readonly spf: SpfResult;
  readonly dkim: 'signs' | 'fails' | 'unsigned' | 'unknown';
  readonly authorisations: readonly ReportAuthorisation[];
  /** DMARC records at the domain itself, where nobody looks for them. */
  readonly misplaced?: readonly string[];
  /** Domains of the account's other identities: a parent among them signs mail of its subdomains. */
  readonly siblings: readonly string[];
  /** Where aggregate reports should go, when the operator said so: an address. */
  readonly reportAddress?: string;
  /** What the reports received so far say, when there are any. */
  readonly stage?: StageAdvice;
}

/** The DMARC result mail of the domain gets, and what is to be done. */
export interface DmarcReading {
  readonly result: 'pass' | 'fail' | 'none' | 'unknown';
  readonly issues: readonly Issue[];
}

/** Reads a discovery. */
export function readDmarc(discovery: DmarcDiscovery, context: DmarcContext): DmarcReading {
  const { result, issues } = readRecords(discovery, context);
  const others = new Map(
    [...discovery.steps, ...context.authorisations].map((place) => [place.name, place.others]),
  );
  const keeping = (record: DnsRecord): DnsRecord => {
    const keep = record.keep ?? others.get(record.name) ?? [];
    return keep.length === 0 ? record : { ...record, keep };
  };
  return {
    result,
    issues: issues.map((issue) =>
      issue.records === undefined ? issue : { ...issue, records: issue.records.map(keeping) },
    ),
  };
}

function readRecords(discovery: DmarcDiscovery, context: DmarcContext): DmarcReading {
  const issues = [...discardedRecords(discovery, context.reportAddress)];
  const { domain, record, recordDomain } = discovery;
  if (discovery.status === 'failure') {
    // No failed step: what failed is the look-up whether the domain itself exists, which `np` asks for.
    const name = discovery.steps.find(({ status }) => status === 'failure')?.name ?? domain;
    issues.push({ id: 'dmarc-could-not-look', params: { name, code: discovery.failure ?? '?' } });
    return { result: 'unknown', issues };
  }
  if (record === undefined || recordDomain === undefined) {
    // A faulty record at the name is the finding already; "missing" would say the same thing twice.
    if (issues.length === 0) {
      const { misplaced = [], reportAddress } = context;
      if (misplaced.length > 0) issues.push(...misplacedRecord(domain, misplaced, reportAddress));
      else issues.push(missing(domain, context));
    }
    return { result: 'none', issues };
  }

  issues.push(...policyIssues(discovery, record, recordDomain, context));
  issues.push(...reportIssues(domain, record, recordDomain, context));
  if (record.policy === undefined) return { result: 'none', issues };

  const result = resultOf(context);
  issues.push(...alignmentIssues(discovery, record, recordDomain, context, result));
  issues.push(...stageIssues(discovery, record, recordDomain, context));
  return { result, issues };
}

/** The published record with some tags changed. */
function edited(
  recordDomain: string,
  record: DmarcRecord,
  changes: Record<string, string | undefined>,
): DnsRecord {
  return dmarcRecord(recordDomain, rewriteDmarc(record, changes), record.text);
}

/** Pass needs one of the two, aligned; the signature's domain is the From domain itself and always aligns. */
function resultOf({ dkim, spf, spfAligned }: DmarcContext): DmarcReading['result'] {
  if (dkim === 'signs' || (spf === 'pass' && spfAligned === 'yes')) return 'pass';
  if (dkim === 'unknown' || spf === 'unknown' || (spf === 'pass' && spfAligned === 'unknown'))
    return 'unknown';
  return 'fail';
}

const NO_REPORT_ADDRESS: Bilingual = {
  ja: 'レポートの宛先が未設定なので、rua は含めていません。読める宛先が決まったら「; rua=mailto:…」を加えます。',
  en: 'No report address is configured, so rua is left out: add "; rua=mailto:…" once there is one that is read.',
};

const NO_ADVICE: Bilingual = {
  ja: '届かなければ、次のポリシーへの助言もできません。',
  en: 'Advice on the next policy lives on reports.',
};

function missing(domain: string, context: DmarcContext): Issue {
  // The parent's record covers the subdomain too, and keeps both in one organization.
  const parent = context.siblings
    .filter((sibling) => domain.endsWith(`.${sibling}`))
    .sort((a, b) => a.length - b.length)[0];
  return {
    id: 'dmarc-missing',
    params: { domain, reports: context.reportAddress === undefined ? NO_REPORT_ADDRESS : '' },
    records: [dmarcRecord(parent ?? domain, firstRecord(context.reportAddress))],
  };
}

function* policyIssues(
  discovery: DmarcDiscovery,
  record: DmarcRecord,
  recordDomain: string,
  context: DmarcContext,
): Generator<Issue> {
  const { domain } = discovery;
  const name = `_dmarc.${recordDomain}`;
  const rewritten = (changes: Record<string, string | undefined>) => [edited(recordDomain, record, changes)];
  const policyTag = (tag: 'p' | 'sp' | 'np') => ({ [tag]: record.policy?.[tag] });
  const cleaned = { ...policyTag('sp'), ...policyTag('np'), p: record.policy?.p ?? 'none' };

  const typos = [...mistyped(name, record)];
  yield* typos;
  // What a mistyped sign took away needs no second repair.
  const isMistyped = record.swallowed.length > 0;
  if (isMistyped) {
    // Told above, with a record that mends all of it.
  } else if (record.policy === undefined) {
    const rua = context.reportAddress === undefined ? {} : { rua: `mailto:${context.reportAddress}` };
    yield { id: 'dmarc-no-processing', params: { name }, records: rewritten({ ...cleaned, ...rua }) };
  } else if (record.invalidPolicy) {
    yield { id: 'dmarc-invalid-policy', params: { name }, records: rewritten(cleaned) };
  } else if (record.missingPolicy) {
    yield { id: 'dmarc-no-policy-tag', params: { name }, records: rewritten(cleaned) };
  }
  if (recordDomain !== domain && record.policy !== undefined) {
    const tag = discovery.deciding ?? 'p';
    const policy = record.policy[tag] ?? record.policy.p;
    yield { id: 'dmarc-inherited', params: { domain, recordDomain, tag, policy } };
  }
  if (record.partial !== undefined && !record.testing) {
    yield {
      id: 'dmarc-partial',
      params: { name, pct: String(record.partial) },
      records: rewritten({ t: 'y' }),
    };
  }
  // A pct that older receivers still go by is no dead tag.
  const dead = record.removedTags.filter((tag) => tag !== 'pct' || record.partial === undefined);
  if (dead.length > 0) {
    yield { id: 'dmarc-removed-tags', params: { name, tags: dead.join(', ') }, records: rewritten({}) };
  }
  if (record.unknownValues.length > 0) {
    const tags = record.unknownValues.map((tag) => [tag.slice(0, tag.indexOf('=')), undefined] as const);
    yield {
      id: 'dmarc-unknown-values',
      params: { name, values: shortened(record.unknownValues.join('; ')) },
      records: rewritten(Object.fromEntries(tags)),
    };
  }
  if (record.unknownTags.length > 0) {
    yield { id: 'dmarc-unknown-tags', params: { name, tags: record.unknownTags.join(', ') } };
  }
  if (record.testing && discovery.policy !== undefined) {
    yield {
      id: 'dmarc-testing',
      params: { name, policy: discovery.policy },
      records: rewritten({ t: undefined, pct: undefined }),
    };
  }
  if (record.psd === 'y' && recordDomain.includes('.') && recordDomain === domain) {
    yield { id: 'dmarc-psd', params: { name }, records: rewritten({ psd: undefined }) };
  }
  const isOrg = discovery.orgDomain === undefined || discovery.orgDomain === recordDomain;
  const { p, sp, np } = record.policy ?? {};
  if (!isOrg && (sp !== undefined || np !== undefined)) yield { id: 'dmarc-sp-ignored', params: { name } };
  if (isOrg && p !== undefined && p !== 'none' && sp === 'none') {
    yield {
      id: 'dmarc-subdomains-open',
      params: { name, policy: p, sp },
      records: rewritten({ np: np ?? 'reject' }),
    };
  }
}

function* reportIssues(
  from: string,
  record: DmarcRecord,
  recordDomain: string,
  context: DmarcContext,
): Generator<Issue> {
  const name = `_dmarc.${recordDomain}`;
  if (record.rua.length === 0 && !tagsOf(record.text).has('rua')) {
    const { reportAddress } = context;
    yield {
      id: 'dmarc-no-rua',
      params: { name, reports: reportAddress === undefined ? NO_REPORT_ADDRESS : '' },
      records:
        reportAddress === undefined ? [] : [edited(recordDomain, record, { rua: `mailto:${reportAddress}` })],
    };
  }
  // A web address may stand beside one for mail; alone it brings no report, since nobody sends to it.
  const isMailed = record.rua.some(({ host }) => host !== undefined);
  for (const { uri, host, sized } of record.rua) {
    const isOther = /^https?:/i.test(uri);
    if (host === undefined && isOther && !isMailed) {
      yield { id: 'dmarc-rua-not-mail', params: { name, uri: shortened(uri) } };
    } else if (host === undefined && !isOther && record.swallowed.length === 0) {
      const mended = tagsOf(record.text).get('rua');
      yield {
        id: 'dmarc-bad-rua',
        params: { name, uri },
        records: mended === undefined ? [] : [edited(recordDomain, record, { rua: mended })],
      };
    }
    if (sized) yield { id: 'dmarc-rua-size', params: { name, uri } };
  }
  for (const { host, tag, mail, mailCode, status, name: agreement, code } of context.authorisations) {
    // Of the From domain itself the finding about it as a host says so already.
    if (mail !== 'takes' && host !== from) {
      yield mail === 'refuses'
        ? {
            id: 'dmarc-rua-no-mail',
            params: { host, domain: recordDomain, tag, cost: tag === 'rua' ? NO_ADVICE : '' },
            // Failure reports come from few, and nothing rests on them.
            ...(tag === 'ruf' && { severity: 'advice' }),
          }
        : { id: 'from-could-not-look', params: { domain: host, type: 'MX', code: mailCode ?? '?' } };
    }
    if (status === 'failure') {
      yield { id: 'dmarc-could-not-look', params: { name: agreement, code: code ?? '?' } };
    }
    if (status === 'missing') {
      yield {
        id: tag === 'rua' ? 'dmarc-rua-not-authorised' : 'dmarc-ruf-not-authorised',
        params: { host, domain: recordDomain },
        records: [{ name: agreement, type: 'TXT', value: 'v=DMARC1;' }],
      };
    }
  }
}

/** Asks for nothing, about subdomains neither. */
const OPEN = { p: 'none', sp: undefined, np: undefined, t: undefined, pct: undefined };

function* alignmentIssues(
  discovery: DmarcDiscovery,
  record: DmarcRecord,
  recordDomain: string,
  context: DmarcContext,
  result: DmarcReading['result'],
): Generator<Issue> {
  const { domain, policy } = discovery;
  const name = `_dmarc.${recordDomain}`;
  if (result === 'fail') {
    yield { id: 'dmarc-nothing-aligned', params: { domain, policy: consequence(policy) } };
  }
  const dkimIsOut = context.dkim === 'fails' || context.dkim === 'unsigned';
  if (policy !== undefined && policy !== 'none' && dkimIsOut) {
    yield {
      id: 'dmarc-reject-without-dkim',
      params: { domain, policy },
      records: [edited(recordDomain, record, OPEN)],
    };
  }
  if (record.strictSpf) {
    yield {
      id: 'dmarc-aspf-strict',
      params: { name },
      records: [edited(recordDomain, record, { aspf: undefined })],
    };
  } else if (context.mailFrom !== undefined && context.spfAligned === 'no') {
    yield { id: 'dmarc-spf-not-aligned', params: { mailFrom: context.mailFrom, domain } };
  }
  // With psd=n the walk ends at the domain, and what stands above it was never looked at.
  const parent = context.siblings.find(
    (sibling) =>
      domain.endsWith(`.${sibling}`) &&
      discovery.steps.some(({ name: asked, status }) => asked === `_dmarc.${sibling}` && status === 'none'),
  );
  if (parent !== undefined && recordDomain === domain && discovery.orgDomain === domain) {
    yield {
      id: 'dmarc-own-organization',
      params: { domain, parent },
      records: [dmarcRecord(parent, rewriteDmarc(record, OPEN))],
    };
  }
}

function consequence(policy: DmarcPolicy | undefined): Bilingual {
  if (policy === 'reject') return { ja: 'p=reject なので拒否されます。', en: 'With p=reject it is refused.' };
  if (policy === 'quarantine') {
    return {
      ja: 'p=quarantine なので迷惑メールに入ります。',
      en: 'With p=quarantine it goes to the spam folder.',
    };
  }
  return {
    ja: 'p=none なので処分は求めていませんが、Gmail などの大量送信者の条件を満たしません。',
    en: 'p=none asks for nothing, but the bulk-sender rules of Gmail and others are not met.',
  };
}

function* stageIssues(
  discovery: DmarcDiscovery,
  record: DmarcRecord,
  recordDomain: string,
  context: DmarcContext,
): Generator<Issue> {
  const name = `_dmarc.${recordDomain}`;
  const { stage } = context;
  if (stage?.silent !== undefined && record.rua.length > 0) {
    const { since, stopped, byHand } = stage.silent;
    const params = { domain: recordDomain, evidence: since };
    // The first reports take a day or two after the record: only silence after reports is an alarm. Where they are
    // imported by hand nothing is broken, and whoever never did so may not want to.
    yield byHand
      ? { id: 'dmarc-reports-not-imported', params, ...(stopped ? {} : { severity: 'information' }) }
      : { id: 'dmarc-no-reports', params, ...(stopped ? {} : { severity: 'advice' }) };
  }
  if (discovery.domain !== recordDomain || record.policy === undefined) return;
  if (stage?.next !== undefined) {
    yield {
      id: 'dmarc-next-stage',
      params: { name, next: stage.next, evidence: stage.evidence },
      records: [edited(recordDomain, record, { p: stage.next, t: undefined, pct: undefined })],
    };
  } else if (record.policy.p === 'none') {
    yield { id: 'dmarc-policy-none', params: { name, evidence: stage?.evidence ?? '' } };
  } else if (record.policy.p === 'quarantine' && stage !== undefined) {
    yield { id: 'dmarc-policy-quarantine', params: { name, evidence: stage.evidence } };
  }
}
