import { stripControls } from '../../lib/address.ts';
import type { DomainSummary, SourceSummary } from '../../lib/authentication/aggregate-summary.ts';
import type { FileRefusal } from '../../lib/authentication/import-reports.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
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
    more: (count: number) => `ほかに送信元が ${count} 件あります（--json で表示）。`,
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
    more: (count: number) => `${count} sources more (--json shows them).`,
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
    const hidden = summary.sources.length - SOURCES_SHOWN + (summary.sourcesLeftOut ?? 0);
    if (hidden > 0) print(colors.dim(`\n  ${words.more(hidden)}`));
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

/** Why a file was not read, in words; the name of the reason stands beside it. */
const REASONS: Readonly<Record<string, Bilingual>> = {
  'too-large': { ja: '大きすぎます', en: 'too large' },
  'too-large-to-send': { ja: '大きすぎて送れません', en: 'too large to send' },
  bomb: { ja: '展開すると大きくなりすぎます', en: 'unpacks to too much' },
  'broken-archive': { ja: '圧縮ファイルが壊れています', en: 'a damaged archive' },
  'empty-archive': { ja: '圧縮ファイルの中身が空です', en: 'an empty archive' },
  'not-xml': { ja: 'XML ではありません', en: 'no XML' },
  'broken-xml': { ja: 'XML が壊れています', en: 'broken XML' },
  entities: { ja: '文書型や実体の宣言を含みます', en: 'declares a document type or entities' },
  'not-a-report': { ja: 'DMARC 集計レポートではありません', en: 'no DMARC aggregate report' },
  'no-attachment': { ja: 'レポートが添付されていません', en: 'carries no report' },
  'unreadable-mail': { ja: 'メールとして読めません', en: 'no readable mail' },
};

/** Prints, on standard error, what could not be read and what was overlooked. */
export function printReading(
  faults: readonly string[],
  rejected: readonly FileRefusal[],
  language: Language,
): void {
  const words = WORDS[language];
  for (const { file, name, reason, message } of rejected) {
    const where = name === file || file.endsWith(`/${name}`) ? file : `${file} (${name})`;
    const why = REASONS[reason]?.[language] ?? reason;
    printError(
      `${words.rejected}: ${stripControls(where)}: ${why} [${reason}]${language === 'ja' ? '：' : ': '}${stripControls(message)}`,
    );
  }
  const distinct = [...new Set(faults)].sort();
  if (distinct.length > 0) printError(colors.dim(`${words.faults}: ${distinct.join(', ')}`));
}
