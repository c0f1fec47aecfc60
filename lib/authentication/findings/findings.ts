import { stripControls } from '../../address.ts';
import type { Bilingual } from '../../text.ts';
import type { DnsRecord } from '../dns/records.ts';
import { DKIM_FINDINGS } from './dkim.ts';
import { DMARC_FINDINGS } from './dmarc.ts';
import { DOMAIN_FINDINGS } from './domain.ts';
import { type FindingRow, SEVERITIES, type Severity } from './row.ts';
import { MAIL_FROM_FINDINGS, SPF_FINDINGS } from './spf.ts';

/** Findings as data: what the analysers name is looked up here and becomes words, in the order to act on. */

/** Every kind of finding; within one severity this is the order to act in: identity and DKIM first. */
export const FINDINGS = {
  ...DKIM_FINDINGS,
  ...DMARC_FINDINGS,
  ...MAIL_FROM_FINDINGS,
  ...SPF_FINDINGS,
  ...DOMAIN_FINDINGS,
} as const satisfies Record<string, FindingRow>;

/** The name of a kind of finding. */
export type FindingId = keyof typeof FINDINGS;

/** What an analyser found, before it is put into words. */
export interface Issue {
  readonly id: FindingId;
  /** What the texts' `{names}` stand for: one text, or one per language. */
  readonly params: Readonly<Record<string, string | Bilingual>>;
  readonly records?: readonly DnsRecord[];
  /** Where the same mistake matters more or less than the table says. */
  readonly severity?: Severity;
  /** Set when the mistake is met by other senders' mail only: told, and no reason to wake anybody about SES's mail. */
  readonly spares?: 'ses';
}

/** One thing to do, or to know, in words. */
export interface Finding {
  readonly id: FindingId;
  readonly severity: Severity;
  readonly title: Bilingual;
  readonly effect: Bilingual;
  readonly todo: Bilingual;
  readonly source: string;
  /** The exact records to publish. */
  readonly records: readonly DnsRecord[];
  /** The names it is about, and nothing that was measured: with `id` the same finding again in the next audit. */
  readonly subject: string;
  /** Set when mail that SES sends does not meet it: it raises no alarm. */
  readonly spares?: 'ses';
  /** What to do as one short order, where there is one. */
  readonly act?: Bilingual;
  /** It rests on hearsay: shown on request only. */
  readonly rumour?: true;
}

/** Parameters that name what a finding is about. All others are counts, codes and texts, which change by themselves. */
const SUBJECTS = ['identity', 'domain', 'name', 'mailFrom', 'host', 'target'] as const;

/** Longest piece of a stranger's text inside a finding. */
const MAXIMUM_PARAMETER = 300;

const ORDER = new Map(Object.keys(FINDINGS).map((id, index) => [id, index]));

/** The issues as findings, in the order to act on them. Equal ones are given once. */
export function findingsOf(issues: readonly Issue[]): readonly Finding[] {
  const seen = new Set<string>();
  return issues
    .map((issue) => {
      const row: FindingRow = FINDINGS[issue.id];
      return {
        id: issue.id,
        severity: issue.severity ?? row.severity,
        title: fill(row.title, issue.params),
        effect: fill(row.effect, issue.params),
        todo: fill(row.todo, issue.params),
        source: row.source,
        records: issue.records ?? [],
        subject: subjectOf(issue.params),
        ...(issue.spares !== undefined && { spares: issue.spares }),
        ...(row.act !== undefined && { act: fill(row.act, issue.params) }),
        ...(row.rumour === true && { rumour: true as const }),
      };
    })
    .filter((finding) => {
      const key = `${finding.id} ${finding.title.en}`;
      return seen.has(key) ? false : seen.add(key);
    })
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        (ORDER.get(a.id) ?? 0) - (ORDER.get(b.id) ?? 0),
    );
}

function subjectOf(params: Issue['params']): string {
  return fillOne(SUBJECTS.map((name) => `{${name}}`).join(' '), params, 'en').replaceAll(/ {2,}/g, ' ');
}

function fill(text: Bilingual, params: Issue['params']): Bilingual {
  return { ja: fillOne(text.ja, params, 'ja'), en: fillOne(text.en, params, 'en') };
}

function fillOne(text: string, params: Issue['params'], language: 'ja' | 'en'): string {
  return text
    .replace(/\{([a-zA-Z]{1,30})\}/g, (_, name: string) => {
      const value = params[name] ?? '';
      const words = stripControls(typeof value === 'string' ? value : value[language]);
      return words.length > MAXIMUM_PARAMETER ? `${words.slice(0, MAXIMUM_PARAMETER)}…` : words;
    })
    .trim();
}
