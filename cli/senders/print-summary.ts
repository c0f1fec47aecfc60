import { basename } from 'node:path';
import { stripControls } from '../../lib/address.ts';
import type { DomainSummary, SourceSummary } from '../../lib/authentication/reports/aggregate-summary.ts';
import type { FileRefusal } from '../../lib/authentication/reports/import-reports.ts';
import type { Bilingual } from '../../lib/text.ts';
import type { View } from '../session.ts';

const WORDS = {
  ja: {
    title: (summary: DomainSummary) =>
      `${summary.domain} として送られたメール（${summary.firstDay} ～ ${summary.lastDay}、レポート ${summary.reports} 通）`,
    share: (passing: number, messages: number) => `${messages} 通のうち ${passing} 通が DMARC に合格`,
    from: (organizations: string) => `報告元: ${organizations}`,
    unverified: (count: number) => `うち ${count} 通は報告元の署名を確認できないため、助言には使いません。`,
    addresses: (count: number) => `${count} アドレス`,
    counts: (messages: number, failing: number) => `${messages} 通、不合格 ${failing} 通`,
    none: 'レポートは 1 通も読めませんでした。',
    empty: '読み取ったレポートには、今日までのメールの記録がありません。',
    foreign: (count: number) => `名義と異なるドメインが署名したもの：${count} 通`,
    unlisted: (count: number) => `送信元が多すぎるため、ほかの ${count} 通は送信元ごとに分けていません。`,
    rejected: '読めなかったファイル',
    more: (count: number) => `ほかに送信元が ${count} 件あります（--json で表示）。`,
    faults: '見逃した不備',
  },
  en: {
    title: (summary: DomainSummary) =>
      `Mail sent as ${summary.domain} (${summary.firstDay} to ${summary.lastDay}, ${counted(summary.reports, 'report')})`,
    share: (passing: number, messages: number) =>
      `${passing} of ${counted(messages, 'message')} ${messages === 1 ? 'passes' : 'pass'} DMARC`,
    from: (organizations: string) => `Reported by: ${organizations}`,
    unverified: (count: number) =>
      `${count} of them came in mail that the reporting organization did not sign; left out of advice.`,
    addresses: (count: number) => `${count} addresses`,
    counts: (messages: number, failing: number) => `${counted(messages, 'message')}, ${failing} failing`,
    none: 'No report could be read.',
    empty: 'What was read holds no records of mail up to today.',
    foreign: (count: number) => `Signed by somebody else than they name: ${count}.`,
    unlisted: (count: number) => `Besides, ${counted(count, 'message')} of too many sources to keep apart.`,
    rejected: 'Refused',
    more: (count: number) => `${counted(count, 'source')} more (--json shows them).`,
    faults: 'Tolerated faults',
  },
} as const;

/** An English count of things whose plural ends in s. */
function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** Lines of sources shown for a domain; the rest are in `--json`. */
const SOURCES_SHOWN = 20;

/** Prints who sends as each domain; `read` says whether there were reports, be it without any record. */
export function printSummaries(summaries: readonly DomainSummary[], view: View, read = false): void {
  const { language, print, colors } = view;
  const words = WORDS[language];
  if (summaries.length === 0) print(read ? words.empty : words.none);
  for (const summary of summaries) {
    print(`\n${colors.bold(stripControls(words.title(summary)))}`);
    print(words.share(summary.passing, summary.messages));
    print(colors.dim(stripControls(words.from(summary.organizations.slice(0, 12).join(', ')))));
    if (summary.unverifiedReports > 0) print(words.unverified(summary.unverifiedReports));
    if (summary.foreignReports !== undefined) print(words.foreign(summary.foreignReports));
    for (const source of summary.sources.slice(0, SOURCES_SHOWN)) printSource(source, view);
    const hidden = summary.sources.length - SOURCES_SHOWN + (summary.sourcesLeftOut ?? 0);
    if (hidden > 0) print(colors.dim(`\n  ${words.more(hidden)}`));
    if (summary.messagesUnlisted !== undefined) {
      print(colors.dim(`  ${words.unlisted(summary.messagesUnlisted)}`));
    }
  }
}

function printSource(source: SourceSummary, { language, print, colors }: View): void {
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

/** The file as it was given, and what in it: an attachment, or an entry of the archive that it is. */
function placeOf(file: string, name: string): string {
  const own = basename(file);
  if (name === file || name === own) return file;
  return name.startsWith(`${own}: `) ? `${file} (${name.slice(own.length + 2)})` : `${file} (${name})`;
}

/** Prints, on standard error, what could not be read and what was overlooked. */
export function printReading(
  faults: readonly string[],
  rejected: readonly FileRefusal[],
  { language, printError, colors }: View,
): void {
  const words = WORDS[language];
  for (const { file, name, reason, detail } of rejected) {
    const where = placeOf(file, name);
    const why = REASONS[reason]?.[language] ?? reason;
    const more =
      detail === undefined ? '' : `${language === 'ja' ? '：' : ': '}${stripControls(detail[language])}`;
    printError(`${words.rejected}: ${stripControls(where)}: ${why} [${reason}]${more}`);
  }
  const distinct = [...new Set(faults)].sort();
  if (distinct.length > 0) printError(colors.dim(`${words.faults}: ${distinct.join(', ')}`));
}
