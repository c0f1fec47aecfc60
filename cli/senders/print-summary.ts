import { stripControls } from '../../lib/address.ts';
import type { AggregateReport } from '../../lib/authentication/aggregate-report.ts';
import type { DomainSummary, SourceSummary } from '../../lib/authentication/aggregate-summary.ts';
import type { ReadResult } from '../../lib/authentication/report-mail.ts';
import type { Language } from '../../lib/text.ts';
import { colors, print, printError } from '../output.ts';

const WORDS = {
  ja: {
    title: (summary: DomainSummary) =>
      `${summary.domain} として送られたメール（${summary.firstDay} ～ ${summary.lastDay}、レポート ${summary.reports} 通）`,
    share: (passing: number, messages: number) => `${messages} 通のうち ${passing} 通が DMARC に合格`,
    from: (organizations: string) => `報告元: ${organizations}`,
    unverified: (count: number) => `うち ${count} 通は差出人の署名を確認できないため、助言には使いません。`,
    addresses: (count: number) => `${count} アドレス`,
    counts: (messages: number, failing: number) => `${messages} 通、不合格 ${failing} 通`,
    none: 'レポートは 1 通も読めませんでした。',
    rejected: '読めなかったファイル',
    faults: '見逃した不備',
  },
  en: {
    title: (summary: DomainSummary) =>
      `Mail sent as ${summary.domain} (${summary.firstDay} to ${summary.lastDay}, ${summary.reports} reports)`,
    share: (passing: number, messages: number) => `${passing} of ${messages} messages pass DMARC`,
    from: (organizations: string) => `Reported by: ${organizations}`,
    unverified: (count: number) =>
      `${count} of them came in mail without a valid signature and are left out of advice.`,
    addresses: (count: number) => `${count} addresses`,
    counts: (messages: number, failing: number) => `${messages} messages, ${failing} failing`,
    none: 'No report could be read.',
    rejected: 'Refused',
    faults: 'Tolerated faults',
  },
} as const;

/** Lines of sources shown for a domain; the rest are in `--json`. */
const SOURCES_SHOWN = 20;

/** Prints who sends as each domain. */
export function printSummaries(summaries: readonly DomainSummary[], language: Language): void {
  const words = WORDS[language];
  if (summaries.length === 0) print(words.none);
  for (const summary of summaries) {
    print(`\n${colors.bold(stripControls(words.title(summary)))}`);
    print(words.share(summary.passing, summary.messages));
    print(colors.dim(stripControls(words.from(summary.organizations.slice(0, 12).join(', ')))));
    if (summary.unverifiedReports > 0) print(words.unverified(summary.unverifiedReports));
    for (const source of summary.sources.slice(0, SOURCES_SHOWN)) printSource(source, language);
  }
}

function printSource(source: SourceSummary, language: Language): void {
  const words = WORDS[language];
  const { both = 0, 'dkim-only': dkim = 0, 'spf-only': spf = 0 } = source.outcomes;
  const failing = source.messages - both - dkim - spf;
  const where =
    source.addressCount > 1 ? `${source.name} (${words.addresses(source.addressCount)})` : source.name;
  const days =
    source.firstDay === source.lastDay ? source.firstDay : `${source.firstDay} – ${source.lastDay}`;
  const counts = words.counts(source.messages, failing);
  print(`\n  ${colors.bold(where)}  ${failing === 0 ? counts : colors.red(counts)}  ${days}`);
  print(`    ${source.explains[language]}`);
}

/** Prints, on standard error, what could not be read and what was overlooked. */
export function printReading(
  reports: readonly AggregateReport[],
  rejected: ReadResult['rejected'],
  language: Language,
): void {
  const words = WORDS[language];
  for (const { name, reason, message } of rejected) {
    printError(`${words.rejected}: ${stripControls(name)}: ${reason} (${stripControls(message)})`);
  }
  const faults = [...new Set(reports.flatMap((report) => report.faults))].sort();
  if (faults.length > 0) printError(colors.dim(`${words.faults}: ${faults.join(', ')}`));
}
