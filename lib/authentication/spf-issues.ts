import type { Bilingual } from '../text.ts';
import type { Dns } from './dns.ts';
import type { Severity } from './findings/row.ts';
import type { Issue } from './findings.ts';
import { type DnsRecord, readable, type TxtValue, txtValue } from './records.ts';
import { LOOKUP_LIMIT, type SpfAnalysis, type SpfError } from './spf.ts';
import { isSpfRecord, parseSpf, type SpfSyntaxFault } from './spf-record.ts';

/** An SPF tree's faults as issues, with the record that would repair them where the text alone says how. */

const FAULT_WORDS: Readonly<Record<SpfSyntaxFault['kind'], Bilingual>> = {
  'unknown-mechanism': { ja: '存在しない種類', en: 'no such mechanism' },
  'bad-address': { ja: 'IP アドレスではない', en: 'not an IP address' },
  'missing-domain': { ja: 'ドメインがない', en: 'the domain is missing' },
  'unexpected-value': { ja: '値は付けられない', en: 'takes no value' },
  'bad-prefix-length': { ja: 'プレフィックス長が不正', en: 'not a prefix length' },
  'bad-domain': { ja: 'ドメイン名ではない', en: 'not a domain name' },
  'repeated-modifier': { ja: '2 回書かれている', en: 'given twice' },
  'bad-modifier': { ja: '値が不正', en: 'not a valid value' },
  'bad-character': { ja: '使えない文字がある', en: 'has a character that is not allowed' },
};

/** TXT records at a name that are not SPF records: a change of the SPF record must keep them. */
export async function otherTexts(dns: Dns, domain: string): Promise<readonly TxtValue[]> {
  const outcome = await dns.txt(domain);
  const found = outcome.status === 'records' ? outcome.records : [];
  return found.filter((strings) => !isSpfRecord(strings.join(''))).map(txtValue);
}

/** Everything wrong with the SPF record at a domain. `severity` replaces the table's for permanent errors. */
export function spfIssues(
  domain: string,
  spf: SpfAnalysis,
  others: readonly TxtValue[],
  severity?: Severity,
): Issue[] {
  const issues: Issue[] = [];
  const graver = severity === undefined ? {} : { severity };
  for (const text of spf.tree.nearMisses) {
    issues.push({ id: 'spf-not-a-record', params: { domain, text: shortened(text) }, ...graver });
  }
  for (const error of spf.errors) issues.push({ ...issueOf(domain, error, spf, others), ...graver });
  for (const { domain: name, code } of spf.unknown) {
    issues.push({ id: 'spf-could-not-look', params: { domain, name, code } });
  }
  if (spf.tree.status !== 'record') return issues;
  const text = spf.tree.records[0] ?? '';
  if (spf.all === '+') {
    const records =
      spf.tree.record?.redirect === undefined ? [record(domain, withAll(text, '~all'), others)] : [];
    issues.push({ id: 'spf-pass-all', params: { domain }, records });
  }
  if (spf.all === undefined && spf.tree.record?.redirect === undefined) {
    issues.push({
      id: 'spf-no-all',
      params: { domain },
      records: [record(domain, withAll(text, '~all'), others)],
    });
  }
  if (spf.usesPtr) issues.push({ id: 'spf-ptr', params: { domain } });
  return issues;
}

function issueOf(domain: string, error: SpfError, spf: SpfAnalysis, others: readonly TxtValue[]): Issue {
  switch (error.kind) {
    case 'several-records': {
      const own = error.domain === spf.tree.domain;
      const all = spf.tree.records;
      return {
        id: 'spf-several-records',
        params: { domain: error.domain, count: own ? String(all.length) : '2+' },
        ...(own ? { records: [record(domain, merged(all), others)] } : {}),
      };
    }
    case 'syntax':
      return {
        id: 'spf-syntax',
        params: {
          domain: error.domain,
          term: shortened(error.fault.term),
          kind: FAULT_WORDS[error.fault.kind],
        },
      };
    case 'glued':
      return { id: 'spf-glued', params: { domain: error.domain, term: shortened(error.term) } };
    case 'include-without-record':
      return { id: 'spf-include-without-record', params: { domain: error.domain, target: error.target } };
    case 'loop':
      return { id: 'spf-loop', params: { domain: error.domain } };
    case 'lookup-limit':
      return {
        id: 'spf-lookup-limit',
        params: { domain, lookups: String(error.lookups), ses: sesPlace(spf) },
      };
    case 'void-limit':
      return { id: 'spf-void-limit', params: { domain, voids: String(error.voids) } };
    case 'mx-limit':
      return { id: 'spf-mx-limit', params: { domain: error.domain, names: String(error.names) } };
  }
}

function sesPlace(spf: SpfAnalysis): Bilingual | string {
  const before = spf.ses?.lookupsBefore;
  if (before === undefined) return '';
  return before <= LOOKUP_LIMIT
    ? {
        ja: `SES は ${before} 回目で一致するため、SES のメールは合格します。`,
        en: `SES matches at look-up ${before}, so SES mail still passes.`,
      }
    : {
        ja: `SES は ${before} 回目なので、SES のメールも合格しません。`,
        en: `SES comes only at look-up ${before}, so SES mail fails as well.`,
      };
}

function record(name: string, value: string, keep: readonly TxtValue[]): DnsRecord {
  return { name, type: 'TXT', value, keep };
}

/** The record with another `all` at its end. */
function withAll(text: string, all: string): string {
  const terms = text.split(' ').filter((term) => term !== '' && !/^[+?~-]?all$/i.test(term));
  return [...terms, all].join(' ');
}

/** Several records as one: every term once, and the mildest `all` of them, so that nothing that passed is lost. */
function merged(records: readonly string[]): string {
  const parsed = records.map(parseSpf);
  const terms = new Set(
    parsed.flatMap(({ directives }) =>
      directives.filter(({ mechanism }) => mechanism !== 'all').map(({ text }) => text),
    ),
  );
  const qualifiers = parsed.flatMap(({ directives }) =>
    directives.filter(({ mechanism }) => mechanism === 'all').map(({ qualifier }) => qualifier),
  );
  const strict = qualifiers.length > 0 && qualifiers.every((qualifier) => qualifier === '-');
  return ['v=spf1', ...terms, strict ? '-all' : '~all'].join(' ');
}

/** The From domain's record with SES in it, at the front, where no limit is spent yet. */
export function withSes(spf: SpfAnalysis): string {
  const text = spf.tree.status === 'record' ? (spf.tree.records[0] ?? '') : '';
  return text === ''
    ? 'v=spf1 include:amazonses.com ~all'
    : `v=spf1 include:amazonses.com${text.slice('v=spf1'.length)}`;
}

function shortened(text: string): string {
  const words = readable(text);
  return words.length > 80 ? `${words.slice(0, 80)}…` : words;
}
