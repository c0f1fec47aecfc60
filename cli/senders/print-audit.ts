import { stripControls } from '../../lib/address.ts';
import { type DnsRecord, recordKey, zoneFileLines } from '../../lib/authentication/dns/records.ts';
import { LOOKUP_LIMIT } from '../../lib/authentication/spf/spf-tree.ts';
import type { AuditSendersAnswer } from '../../lib/contracts/audit-senders.ts';
import { shellWord } from '../../lib/shell-word.ts';
import { type CliContext, followUp } from '../context.ts';
import type { Colors } from '../output.ts';
import type { View } from '../session.ts';
import { wrapped } from '../wrap.ts';
import { printOverview } from './overview.ts';
import { printSummaries } from './print-summary.ts';

const WORDS = {
  ja: {
    severity: { critical: '重大', warning: '警告', unknown: '不明', advice: '助言', information: '参考' },
    effect: '影響',
    todo: '対応',
    publish: '公開するレコード',
    above: (record: string) => `上に示した ${record}（このぶんも含む 1 つのレコード）`,
    source: '出典',
    nothing: '対応が必要な点はありません。',
    more: (count: number) => `ほかに参考情報が ${count} 件あります（--all で表示）。`,
    rules: '受信側のルール（✓ 満たす、✗ 満たさない）',
    state: { met: '', 'not-met': '', unknown: '（不明）', 'not-checked': '（ここでは調べません）' },
    spfTree: (count: number) => `From ドメインの SPF（DNS 参照 ${count} 回、上限 10 回）`,
    walk: 'DMARC の探索',
    failed: '検査できなかったアイデンティティ',
    changes: '前回からの変化',
    appeared: '新規',
    resolved: '解消',
    onRequest: '直し方と公開するレコード（すべての送信元なら --details）：',
    continues: '時間切れのため、残りは次回の実行で検査します。',
    abridged: (count: number) =>
      `${count} 件は緊急の項目だけを示しています。全体は名前を指定して検査してください。`,
  },
  en: {
    severity: {
      critical: 'critical',
      warning: 'warning',
      unknown: 'unknown',
      advice: 'advice',
      information: 'info',
    },
    effect: 'Effect',
    todo: 'To do',
    publish: 'Record to publish',
    above: (record: string) => `${record} as shown above (one record, with this change in it)`,
    source: 'Source',
    nothing: 'Nothing needs to be done.',
    more: (count: number) => `${count} notes for information besides (--all shows them).`,
    rules: 'Rules of receivers (✓ met, ✗ not met)',
    state: { met: '', 'not-met': '', unknown: ' (unknown)', 'not-checked': ' (not checked here)' },
    spfTree: (count: number) => `SPF of the From domain (${count} DNS look-ups, limit 10)`,
    walk: 'DMARC tree walk',
    failed: 'Could not be audited',
    changes: 'Changed since the last audit',
    appeared: 'new',
    resolved: 'resolved',
    onRequest: 'How, and the records to publish (all identities with --details):',
    continues: 'Time was up: the next run goes on with the rest.',
    abridged: (count: number) =>
      `${count} audits are cut down to what is urgent: name an identity to see all of it.`,
  },
} as const;

/** One identity's audit. */
type Audit = AuditSendersAnswer['audits'][number];

type Colour = Exclude<keyof Colors, 'isColorSupported'>;

/** How urgent something is, as a colour. */
const PAINT: Readonly<Record<string, Colour>> = {
  critical: 'red',
  warning: 'yellow',
  unknown: 'magenta',
  advice: 'cyan',
  information: 'dim',
};

const STATE_MARKS: Readonly<Record<string, readonly [Colour, string]>> = {
  met: ['green', '✓'],
  'not-met': ['red', '✗'],
  unknown: ['magenta', '?'],
  'not-checked': ['dim', '·'],
};

/** The mark of a state that is not known here. */
const UNKNOWN_MARK = ['dim', '·'] as const;

/** The word for a code; the code itself where it is one of another version. */
function labelOf(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? (words[code] ?? code) : clean(code);
}

/** How much of an audit is shown. */
export interface Extent {
  /** Each identity with every finding and the records to publish. */
  readonly details: boolean;
  /** Notes for information, hearsay, SPF trees and the DMARC walk besides. */
  readonly all: boolean;
}

/** Prints an audit run for people: what to do first and a line for each identity, or each identity in full. */
export function printAudit(run: AuditSendersAnswer, view: CliContext, extent: Extent): void {
  const { language, print, colors } = view;
  const words = WORDS[language];
  const shown = new Set<string>();
  if (run.audits.length > 1 || !extent.details) printOverview(run.audits, view);
  if (extent.details) for (const audit of run.audits) printIdentity(audit, view, extent.all, shown);
  if (run.changes.length > 0) {
    print(`\n${colors.bold(words.changes)}`);
    const line = (label: string, painted: string, text: string) => {
      const [first = '', ...rest] = wrapped(`${label} ${clean(text)}`, view.columns(), '    ');
      print(`  ${first.replace(label, painted)}`);
      for (const more of rest) print(more);
    };
    for (const { identity, appeared, resolved } of run.changes) {
      for (const key of appeared) line(words.appeared, colors.red(words.appeared), `${identity}: ${key}`);
      for (const key of resolved) line(words.resolved, colors.green(words.resolved), `${identity}: ${key}`);
    }
  }
  if (run.reports.length > 0 && extent.details) printSummaries(run.reports, view);
  if (run.failed.length > 0) {
    print(`\n${colors.bold(words.failed)}`);
    for (const { identity, message, text } of run.failed) {
      const why = clean(text?.[language] ?? message);
      print(`  ${wrapped(`${clean(identity)}: ${why}`, view.columns(), '    ').join('\n')}`);
    }
  }
  if (run.abridged !== undefined) print(`\n${words.abridged(run.abridged)}`);
  if (run.continuesAfter !== undefined) print(`\n${words.continues}`);
  if (!extent.details && run.audits.length > 0) {
    const [first] = run.audits;
    print(`\n${words.onRequest}\n  ${followUp(`senders audit ${shellWord(first?.identity ?? '')}`, view)}`);
  }
}

/** `published`: record sets printed so far; each is printed once. */
function printIdentity(audit: Audit, view: View, all: boolean, published: Set<string>): void {
  const { language, print, printWhole, colors } = view;
  const words = WORDS[language];
  const name = clean(audit.identity);
  const [head = '', ...tail] = wrapped(`${name}  ${clean(audit.summary[language])}`, view.columns(), '  ');
  print(`\n${head.replace(name, colors.bold(name))}`);
  for (const line of tail) print(line);
  const shown = audit.findings.filter(
    ({ severity, rumour }) => all || (severity !== 'information' && rumour !== true),
  );
  if (shown.length === 0) print(`  ${colors.green(words.nothing)}`);
  shown.forEach((finding, index) => {
    printFinding(finding, index + 1, view, published);
  });
  const hidden = audit.findings.length - shown.length;
  if (hidden > 0) print(colors.dim(`  ${words.more(hidden)}`));

  const rules = audit.checklist.filter(
    ({ state, rumour }) => all || (rumour !== true && (state === 'not-met' || state === 'unknown')),
  );
  if (rules.length > 0) print(`\n  ${colors.bold(words.rules)}`);
  for (const { receiver, rule, since, state } of rules) {
    const [color, mark] = STATE_MARKS[state] ?? UNKNOWN_MARK;
    const text = `${receiver} (${since}): ${rule[language]}${labelOf(words.state, state)}`;
    print(`    ${colors[color](mark)} ${wrapped(text, view.columns(), '      ').join('\n')}`);
  }
  if (all || audit.spfLookups > LOOKUP_LIMIT) {
    print(`\n  ${colors.bold(words.spfTree(audit.spfLookups))}`);
    for (const line of audit.spfTree) printWhole(`    ${clean(line)}`);
  }
  if (!all) return;
  print(`\n  ${colors.bold(words.walk)}`);
  for (const line of audit.dmarcWalk) print(`    ${clean(line)}`);
}

function printFinding(
  finding: Audit['findings'][number],
  number: number,
  view: View,
  published: Set<string>,
): void {
  const { language, print, colors } = view;
  const words = WORDS[language];
  const { severity } = finding;
  const say = (text: string) => print(`     ${wrapped(text, view.columns(), '     ').join('\n')}`);
  const label = `[${labelOf(words.severity, severity)}]`;
  const [first = '', ...rest] = wrapped(
    `${label} ${clean(finding.title[language])}`,
    view.columns(),
    '     ',
  );
  const painted = first.replace(label, colors[PAINT[severity] ?? 'bold'](label));
  print(`\n  ${number}. ${painted}`);
  for (const line of rest) print(line);
  say(`${words.effect}: ${clean(finding.effect[language])}`);
  say(`${words.todo}: ${clean(finding.todo[language])}`);
  if (finding.records.length > 0) {
    print(`     ${words.publish}:`);
    for (const record of finding.records) printRecord(record, view, published);
  }
  const source = wrapped(`${words.source}: ${clean(finding.source)}`, view.columns(), '     ');
  print(colors.dim(`     ${source.join('\n')}`));
}

function printRecord(record: DnsRecord, { language, printWhole }: View, published: Set<string>): void {
  const key = recordKey(record);
  const lines = published.has(key)
    ? [WORDS[language].above(`${record.name} ${record.type}`)]
    : zoneFileLines(record);
  published.add(key);
  for (const line of lines) printWhole(`       ${clean(line)}`);
}

function clean(text: string): string {
  return stripControls(text);
}
