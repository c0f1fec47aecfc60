import { basename } from 'node:path';
import { stripControls } from '../../lib/address.ts';
import type { FaultName } from '../../lib/authentication/reports/aggregate-report.ts';
import { shortlist } from '../../lib/authentication/reports/aggregate-summary.ts';
import type { FileRefusal } from '../../lib/authentication/reports/import-reports.ts';
import type { DomainSummary } from '../../lib/contracts/read-dmarc-report.ts';
import { type Bilingual, byCodeUnits, counted, countOf } from '../../lib/text.ts';
import type { View } from '../session.ts';
import { wrapped } from '../wrap.ts';

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
    faults: '読み替えて取り込んだ不備',
  },
  en: {
    title: (summary: DomainSummary) =>
      `Mail sent as ${summary.domain} (${summary.firstDay} to ${summary.lastDay}, ${countOf(summary.reports, 'report')})`,
    share: (passing: number, messages: number) =>
      `${counted(passing)} of ${countOf(messages, 'message')} ${messages === 1 ? 'passes' : 'pass'} DMARC`,
    from: (organizations: string) => `Reported by: ${organizations}`,
    unverified: (count: number) =>
      `${count} of them came in mail that the reporting organization did not sign; left out of advice.`,
    addresses: (count: number) => countOf(count, 'address', 'addresses'),
    counts: (messages: number, failing: number) =>
      `${countOf(messages, 'message')}, ${counted(failing)} failing`,
    none: 'No report could be read.',
    empty: 'What was read holds no records of mail up to today.',
    foreign: (count: number) => `Signed by somebody else than they name: ${count}.`,
    unlisted: (count: number) => `Besides, ${countOf(count, 'message')} of too many sources to keep apart.`,
    rejected: 'Refused',
    more: (count: number) => `${countOf(count, 'source')} more (--json shows them).`,
    faults: 'Tolerated faults',
  },
} as const;

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
    const shown = shortlist(summary.sources, SOURCES_SHOWN);
    for (const source of shown) printSource(source, view);
    const hidden = summary.sources.length - shown.length + (summary.sourcesLeftOut ?? 0);
    if (hidden > 0) print(colors.dim(`\n  ${words.more(hidden)}`));
    if (summary.messagesUnlisted !== undefined) {
      print(colors.dim(`  ${words.unlisted(summary.messagesUnlisted)}`));
    }
  }
}

function printSource(
  source: DomainSummary['sources'][number],
  { language, print, colors, columns }: View,
): void {
  const words = WORDS[language];
  const { both = 0, 'dkim-only': dkim = 0, 'spf-only': spf = 0 } = source.outcomes;
  const failing = source.messages - both - dkim - spf;
  const where =
    source.addressCount > 1 ? `${source.name} (${words.addresses(source.addressCount)})` : source.name;
  const days =
    source.firstDay === source.lastDay ? source.firstDay : `${source.firstDay} – ${source.lastDay}`;
  const counts = words.counts(source.messages, failing);
  print(`\n  ${colors.bold(where)}  ${failing === 0 ? counts : colors.red(counts)}  ${days}`);
  print(`    ${wrapped(source.explains[language], columns(), '    ').join('\n')}`);
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
  'unreadable-path': { ja: 'ファイルを開けません', en: 'the file cannot be opened' },
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
  for (const { fault, count } of countedFaults(faults)) {
    const told = FAULT_WORDS[fault]?.[language] ?? fault;
    printError(colors.dim(`${words.faults}: ${told} [${fault}] × ${count}`));
  }
}

/** How often each fault was overlooked, the commonest first. */
export function countedFaults(faults: readonly string[]): readonly { fault: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const fault of faults) counts.set(fault, (counts.get(fault) ?? 0) + 1);
  return [...counts]
    .map(([fault, count]) => ({ fault, count }))
    .sort((a, b) => b.count - a.count || byCodeUnits(a.fault, b.fault));
}

/** What was overlooked, in words. A stack of another version may name one that is not here. */
const FAULT_WORDS: Readonly<Record<FaultName, Bilingual> & Record<string, Bilingual>> = {
  'xml-repaired': { ja: '壊れた XML を直して読みました', en: 'the XML was broken and was repaired' },
  'not-utf-8': { ja: '文字コードが UTF-8 ではありません', en: 'it holds bytes that are not UTF-8' },
  'leading-space': { ja: '先頭に空白があります', en: 'it begins with white space' },
  'text-around': {
    ja: 'レポートの前後に余分なものがあります',
    en: 'something stands before or behind the report',
  },
  'decimal-times': {
    ja: '期間が小数で書かれています（切り捨て）',
    en: 'its times have decimals, which were cut off',
  },
  'end-before-begin': { ja: '期間の終わりが始まりより前です', en: 'its period ends before it begins' },
  'no-organization': { ja: '報告元の名前がありません', en: 'it does not say which organization reports' },
  'no-records': { ja: 'メールの記録が 1 件もありません', en: 'it holds no record of any mail' },
  'empty-policy': { ja: 'sp または np の値が空か不明です', en: 'its sp or np is empty or unknown' },
  'row-without-mail': {
    ja: '通数か送信元のない行を数えませんでした',
    en: 'a row without a count or a source was not counted',
  },
  'odd-count': {
    ja: '通数の書き方が規格と違います（小数や桁区切り）',
    en: 'it writes a count with decimals or parted thousands',
  },
  'identities-for-identifiers': {
    ja: 'identifiers が identities と書かれています',
    en: 'it writes "identities" where the schema has "identifiers"',
  },
  'no-header-from': {
    ja: 'From のドメインのない行を、対象ドメインのものとして数えました',
    en: 'a row without a From domain was counted for the domain of the report',
  },
  'upper-case': { ja: '結果が大文字で書かれています', en: 'its results are in upper case' },
  'unknown-evaluation': {
    ja: 'pass でも fail でもない判定を、不合格として数えました',
    en: 'an evaluation that is neither pass nor fail was counted as a fail',
  },
  'unknown-result': {
    ja: '規格にない認証結果があります',
    en: 'it holds results that the standard does not know',
  },
  'result-without-domain': {
    ja: 'ドメインのない認証結果があります',
    en: 'it holds a result without a domain',
  },
};
