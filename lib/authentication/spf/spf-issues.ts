import type { Bilingual } from '../../text.ts';
import type { Dns } from '../dns/dns.ts';
import { shortened, type TxtValue, txtValue } from '../dns/records.ts';
import type { Issue } from '../findings/findings.ts';
import type { SpfAnalysis, SpfError } from './spf.ts';
import { proposeSpf, type SpfProposal } from './spf-proposal.ts';
import { isAllTerm, isSpfRecord, type SpfSyntaxFault } from './spf-record.ts';
import { LOOKUP_LIMIT } from './spf-tree.ts';

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

/**
 * Everything wrong with the SPF record at a domain. `sends`: SES sends with this domain, so a permanent error that its
 * mail meets decides, one that it does not meet is other senders' trouble, and a repaired record must hold SES.
 */
export function spfIssues(
  domain: string,
  spf: SpfAnalysis,
  others: readonly TxtValue[],
  sends = false,
): Issue[] {
  const issues: Issue[] = [];
  const graver = sends ? ({ severity: 'critical' } as const) : {};
  const met = spf.verdict === 'permerror';
  const weight = sends && !met ? ({ spares: 'ses' } as const) : graver;
  const permerror = spf.verdict === 'pass' && sends ? BEHIND_SES : PERMERROR;
  const sound = spf.tree.status === 'record';
  for (const text of spf.tree.nearMisses) {
    // Beside a record that is read, one that is not does not decide.
    issues.push({
      id: 'spf-not-a-record',
      params: { domain, text: shortened(text) },
      ...(sound ? {} : graver),
    });
  }
  for (const error of spf.errors) {
    const { params, ...issue } = issueOf(domain, error, spf, others, sends);
    issues.push({ ...issue, params: { permerror, ...params }, ...weight });
  }
  for (const { domain: name, code } of spf.unknown) {
    issues.push({ id: 'spf-could-not-look', params: { domain, name, code } });
  }
  if (!sound) return issues;
  if (spf.everybody.length > 0) {
    const params = { domain, term: shortened(spf.everybody.map(plusWritten).join(' ')) };
    issues.push({
      id: 'spf-pass-all',
      ...proposed(domain, params, forFewer(spf, sends), others, WITHOUT_IT),
    });
  }
  if (spf.all === undefined && spf.tree.record?.redirect === undefined) {
    const withSes = sends && !spf.holdsSes;
    const proposal = proposeSpf(spf, { withSes, all: '~all' });
    issues.push({ id: 'spf-no-all', ...proposed(domain, { domain }, proposal, others) });
  }
  const behind = behindAll(spf);
  if (behind.length > 0) {
    issues.push({
      id: 'spf-behind-all',
      params: { domain, terms: shortened(behind.join(' ')) },
      // SES's mail passes by what stands before the "all".
      ...(sends && spf.verdict === 'pass' && ({ spares: 'ses' } as const)),
    });
  }
  if (sends && spf.verdict === 'unknown' && spf.unknown.length === 0) {
    issues.push({ id: 'spf-by-message', params: { domain } });
  }
  if (spf.usesPtr) issues.push({ id: 'spf-ptr', params: { domain } });
  return issues;
}

/** The terms that stand behind the record's `all`, where nothing is evaluated any more (RFC 7208 section 5.1). */
function behindAll({ tree }: SpfAnalysis): readonly string[] {
  const terms =
    tree.records.length === 1 ? (tree.record?.text.split(' ') ?? []).filter((term) => term !== '') : [];
  const all = terms.findIndex(isAllTerm);
  return all < 0
    ? []
    : terms.slice(all + 1).filter((term) => !/^[a-z][a-z0-9_.-]*=/i.test(term) || /^redirect=/i.test(term));
}

const PERMERROR: Bilingual = {
  ja: '受信側の SPF は permerror になり、合格しません。',
  en: 'SPF ends in a permerror at receivers and does not pass.',
};

const BEHIND_SES: Bilingual = {
  ja: 'SES のメールは、これより前の項目に一致して合格します。一致しない送信元のメールは permerror になり、合格しません。',
  en: "SES's mail passes by a term before this one. Mail from senders that match none before it ends in a permerror.",
};

function plusWritten(term: string): string {
  return /^all$/i.test(term) ? '+all' : term;
}

/** The record by which not everybody passes any more, and those still do who are named. */
function forFewer(spf: SpfAnalysis, sends: boolean): SpfProposal {
  const { record } = spf.tree;
  const named = record?.directives.filter(
    ({ text, mechanism, qualifier }) =>
      mechanism !== 'all' && qualifier === '+' && !spf.everybody.includes(text),
  );
  // Behind a redirect it is not this record that lets everybody pass.
  if (record?.redirect !== undefined || (named?.length === 0 && !sends)) return { why: NAME_SENDERS };
  const end = spf.all === '+' ? ({ all: '~all' } as const) : {};
  return proposeSpf(spf, { withSes: sends, without: spf.everybody, ...end });
}

const NAME_SENDERS: Bilingual = {
  ja: 'このドメインで送るサーバーを ip4 や include ですべて挙げてから、この項目を外します。挙げる前に外すと、正規のメールも不合格になります。',
  en: 'Name every server that sends with this domain by ip4 or include, then take this term out: before that, mail of your own would fail as well.',
};

/** A finding's texts and record from a proposal: the record, or what stands in its way. */
export function proposed(
  domain: string,
  params: Issue['params'],
  proposal: SpfProposal,
  others: readonly TxtValue[],
  publish = PUBLISH_BELOW,
): Pick<Issue, 'params' | 'records'> {
  if (proposal.value === undefined) return { params: { ...params, how: proposal.why } };
  const { value, replaces } = proposal;
  const record = { name: domain, type: 'TXT', value, keep: others } as const;
  return {
    params: { ...params, how: publish },
    records: [replaces === undefined ? record : { ...record, replaces }],
  };
}

const PUBLISH_BELOW: Bilingual = {
  ja: '下のレコードにします。今ある項目はそのまま残ります。',
  en: 'Publish the record below: the terms that are there stay.',
};

const WITHOUT_IT: Bilingual = {
  ja: '下のレコードにします。ほかの項目はそのまま残るので、このドメインで送るサーバーがすべて挙がっていることを確かめてから公開します。',
  en: 'Publish the record below, after seeing that it names every server that sends with this domain: all other terms stay.',
};

/** The note for SoftBank about a From domain whose SPF record does not hold SES. */
export function softbankIssue(domain: string, spf: SpfAnalysis, others: readonly TxtValue[]): Issue {
  const proposal = proposeSpf(spf, { withSes: true });
  return { id: 'softbank-header-from', ...proposed(domain, { domain }, proposal, others) };
}

function issueOf(
  domain: string,
  error: SpfError,
  spf: SpfAnalysis,
  others: readonly TxtValue[],
  sends: boolean,
): Issue {
  switch (error.kind) {
    case 'several-records': {
      if (error.domain !== spf.tree.domain) {
        return {
          id: 'spf-several-records',
          params: { domain: error.domain, count: '2+', how: TELL_PROVIDER },
        };
      }
      const params = { domain, count: String(spf.tree.records.length) };
      const withSes = sends && !spf.holdsSes;
      // As a permerror nobody passes today: merged, a record for everybody would count.
      const proposal = spf.everybody.length > 0 ? forFewer(spf, sends) : proposeSpf(spf, { withSes });
      return { id: 'spf-several-records', ...proposed(domain, params, proposal, others) };
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

const TELL_PROVIDER: Bilingual = {
  ja: '1 つにまとめるよう、その名前の管理者に伝えます。',
  en: 'Tell whoever runs that name to merge them into one.',
};

function sesPlace({ ses, verdict }: SpfAnalysis): Bilingual | string {
  if (ses === undefined) return '';
  const { lookupsBefore } = ses;
  return verdict === 'pass'
    ? {
        ja: `SES は ${lookupsBefore} 回目で一致するため、SES のメールは合格します。`,
        en: `SES matches at look-up ${lookupsBefore}, so SES mail still passes.`,
      }
    : lookupsBefore > LOOKUP_LIMIT
      ? {
          ja: `SES は ${lookupsBefore} 回目なので、SES のメールも合格しません。`,
          en: `SES comes only at look-up ${lookupsBefore}, so SES mail fails as well.`,
        }
      : '';
}
