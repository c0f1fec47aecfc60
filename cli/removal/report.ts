import { writeFile } from 'node:fs/promises';
import { stripControls } from '../../lib/address.ts';
import type { REMOVE_RESULTS } from '../../lib/contracts/remove.ts';
import { displayWidth } from '../../lib/display-width.ts';
import { labelOf, verdictLabel } from '../../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { csvLine } from '../csv.ts';
import { cannotWrite } from '../errors.ts';
import type { NamedFile, View } from '../session.ts';
import type { KeptResult } from './journal.ts';
import type { FaultyRow } from './target-list.ts';

/** What is told of removals and decisions: line by line where they are few, counted by verdict where they are many. */

/** What became of one address or proposal. */
export interface Told extends KeptResult {
  readonly address?: string | undefined;
  readonly proposalId?: string | undefined;
}

/** Results that are what was asked for; any other makes the exit code 2. */
const ASKED_FOR: ReadonlySet<string> = new Set([
  'removed',
  'would_remove',
  'scheduled',
  'rejected',
  'would_reject',
]);

/** Whether a result is what was asked for. */
export function isAskedFor({ result }: Pick<Told, 'result'>): boolean {
  return ASKED_FOR.has(result);
}

/** Addresses shown of each group on a terminal; a file and a pipe get all of them. */
const SHOWN = 10;

/** What a result is called. */
const RESULT_LABELS: Readonly<Record<(typeof REMOVE_RESULTS)[number], Bilingual>> = {
  removed: { ja: '解除しました', en: 'removed' },
  would_remove: { ja: '解除されます', en: 'would be removed' },
  scheduled: { ja: '解除を予定しました', en: 'scheduled' },
  not_listed: { ja: '登録なし', en: 'not listed' },
  refused: { ja: '解除できません', en: 'refused' },
  rejected: { ja: '却下しました', en: 'rejected' },
  would_reject: { ja: '却下されます', en: 'would be rejected' },
  failed: { ja: '失敗しました', en: 'failed' },
};

/** One result as a line. */
export function resultLine(
  told: Told,
  { colors, language, fold }: Pick<View, 'colors' | 'language' | 'fold'>,
): string {
  const { result } = told;
  const name = stripControls(labelOf(RESULT_LABELS, result, language));
  const mark = isAskedFor(told) ? colors.green(name) : colors.yellow(name);
  // Coloured afterwards: a colour has no width.
  return fold(`${nameOf(told)}  ${name}  ${whyOf(told, language)}`).replace(`  ${name}`, `  ${mark}`);
}

function nameOf({ address, proposalId }: Told): string {
  return stripControls([proposalId, address].filter(Boolean).join(' '));
}

/** Where policy judged, why is what todoku itself holds of the entry: shown as that, with the rule that decided. */
function whyOf({ why, verdict }: Told, language: Language): string {
  const text = stripControls(why?.[language] ?? '');
  if (verdict === undefined) return text;
  const label = stripControls(verdictLabel(verdict, language));
  return language === 'ja' ? `todoku の判定：${label}。${text}` : `todoku's verdict: ${label}. ${text}`;
}

/** Results of one kind: the same result, and the same rule where one refuses it, or would leave the entry by itself. */
export interface Group {
  readonly result: string;
  /** The rule that refuses, or that todoku itself would keep the entry by; absent: none is named. */
  readonly rule?: string;
  readonly told: readonly Told[];
}

/** The results by verdict: what was asked for first, then the largest groups. */
export function groupsOf(results: readonly Told[]): readonly Group[] {
  const groups = new Map<string, { result: string; rule?: string; told: Told[] }>();
  for (const each of results) {
    const { result } = each;
    const rule = ruleOf(each);
    const group = groups.get(`${result}\n${rule}`) ?? { result, ...(rule && { rule }), told: [] };
    groups.set(`${result}\n${rule}`, group);
    group.told.push(each);
  }
  return [...groups.values()].toSorted(
    (left, right) =>
      Number(isAskedFor(right)) - Number(isAskedFor(left)) || right.told.length - left.told.length,
  );
}

function ruleOf({ result, overrides, verdict }: Told): string | undefined {
  if (result === 'refused') return overrides?.[0] ?? verdict?.rule;
  return result === 'would_remove' && verdict?.action === 'keep' ? verdict.rule : undefined;
}

/** Rules by which a mailbox probably does not exist: an operator may remove it, and should know what it costs. */
const PROBABLY_DEAD: ReadonlySet<string | undefined> = new Set([
  'probably-unknown-user',
  'unknown-user-since-listing',
]);

const DEAD: Readonly<Record<'label' | 'why', Bilingual>> = {
  label: {
    ja: '解除されます（存在しない可能性が高い宛先）',
    en: 'would be removed: probably no such mailbox',
  },
  why: {
    ja: '受信側の応答から、アドレスが存在しない可能性が高い宛先です。解除後のメールがまた不達になると、バウンス率が上がります。お客様に確認できた宛先だけを解除してください。',
    en: 'By what the receiving side answered, these mailboxes probably do not exist. Mail that bounces again raises the bounce rate: remove only those whose customers have confirmed the address.',
  },
};

function isProbablyDead({ result, rule }: Omit<Group, 'told'>): boolean {
  return result === 'would_remove' && PROBABLY_DEAD.has(rule);
}

function groupLabel(group: Omit<Group, 'told'>, language: Language): string {
  const { result, rule } = group;
  if (isProbablyDead(group)) return DEAD.label[language];
  const label = labelOf(RESULT_LABELS, result, language);
  if (rule === undefined) return stripControls(label);
  if (result === 'would_remove') {
    const kept = stripControls(verdictLabel({ action: 'keep', rule }, language));
    return language === 'ja'
      ? `${label}（todoku の判定：${kept}）`
      : `${label}, though todoku's verdict is ${kept}`;
  }
  return stripControls(language === 'ja' ? `${label}（${rule}）` : `${label}: ${rule}`);
}

/** How many by verdict, one a line, with the rows that are no addresses. */
export function countLines(
  results: readonly Told[],
  { faults, duplicates, left = 0 }: { faults: number; duplicates: number; left?: number },
  language: Language,
): readonly string[] {
  const rows = groupsOf(results).map((group) => [groupLabel(group, language), group.told.length] as const);
  const others = [
    [OTHERS.left[language], left],
    [OTHERS.faults[language], faults],
    [OTHERS.duplicates[language], duplicates],
  ] as const;
  const all = [...rows, ...others.filter(([, count]) => count > 0)];
  const widest = Math.max(...all.map(([label]) => displayWidth(label)));
  const numbers = all.map(([, count]) => count.toLocaleString('en-US'));
  const longest = Math.max(...numbers.map((number) => number.length));
  return all.map(
    ([label], index) =>
      `  ${label}${' '.repeat(widest - displayWidth(label))}  ${numbers[index]?.padStart(longest)}`,
  );
}

const OTHERS = {
  left: { ja: '未処理', en: 'not reached' },
  faults: { ja: '対象を特定できない行', en: 'rows that name nobody' },
  duplicates: { ja: '重複した行', en: 'rows given twice' },
} as const satisfies Record<string, Bilingual>;

/**
 * Of each group: why, and whom it is about; on a terminal the first of them. What was done as it was asked for is counted,
 * and named by nobody: before it is done, everybody is.
 */
export function detailLines(
  results: readonly Told[],
  faults: readonly FaultyRow[],
  { colors, language }: Pick<View, 'colors' | 'language'>,
  { isTerminal, isPreview }: { readonly isTerminal: boolean; readonly isPreview: boolean },
): readonly string[] {
  const cut = (lines: readonly string[]): readonly string[] => {
    const shown = isTerminal ? lines.slice(0, SHOWN) : lines;
    const more = lines.length - shown.length;
    return more > 0 ? [...shown, MORE[language](more, isPreview)] : shown;
  };
  const groups = groupsOf(results)
    .filter((group) => isPreview || !isAskedFor(group))
    .flatMap((group) => {
      const isPlain = isAskedFor(group) && group.rule === undefined;
      const label = groupLabel(group, language);
      // Why each of them may go is its own matter.
      const why = isPlain ? '' : `  ${whyOfGroup(group, language)}`;
      return [
        '',
        `${isPlain ? colors.green(label) : colors.yellow(label)}${why}`,
        ...cut(group.told.map((told) => `  ${nameOf(told)}`)),
      ];
    });
  if (faults.length === 0) return groups;
  const wrong = faults.map(({ line, text, why }) => {
    if (line === undefined) return language === 'ja' ? `  ${text}：${why.ja}` : `  ${text}: ${why.en}`;
    return language === 'ja' ? `  ${line}行目「${text}」：${why.ja}` : `  line ${line} "${text}": ${why.en}`;
  });
  return [...groups, '', colors.yellow(OTHERS.faults[language]), ...cut(wrong)];
}

function whyOfGroup(group: Group, language: Language): string {
  if (isProbablyDead(group)) return DEAD.why[language];
  return stripControls(group.told[0]?.why?.[language] ?? '');
}

const MORE = {
  ja: (count: number, isPreview: boolean) =>
    `  ほか${count.toLocaleString('en-US')}件（すべて見るには${isPreview ? ' --dry-run と' : ''} --report FILE または --json）`,
  en: (count: number, isPreview: boolean) =>
    `  and ${count.toLocaleString('en-US')} more (all of them: ${isPreview ? '--dry-run with ' : ''}--report FILE or --json)`,
} as const;

/**
 * Writes every result to a CSV that only the operator's account can read, and that can be handed in again.
 *
 * @throws {CliError} where it cannot be written.
 */
export async function writeReport(
  file: NamedFile,
  results: readonly Told[],
  faults: readonly FaultyRow[],
  language: Language,
): Promise<void> {
  const head =
    language === 'ja'
      ? ['メールアドレス', '提案番号', '結果', 'ルール', '理由']
      : ['email', 'proposal', 'result', 'rule', 'why'];
  const rows = results.map(({ address = '', proposalId = '', result, verdict, overrides, why }) => [
    address,
    proposalId,
    result,
    overrides?.join(' ') ?? verdict?.rule ?? '',
    stripControls(why?.[language] ?? ''),
  ]);
  const wrong = faults.map(({ text, why }) => [text, '', 'not_an_address', '', why[language]]);
  // The byte order mark has Excel read the Japanese.
  const text = `\uFEFF${[head, ...rows, ...wrong].map(csvLine).join('')}`;
  await writeFile(file.path, text, { mode: 0o600 }).catch((error: unknown) => {
    throw cannotWrite(file.name, error);
  });
}
