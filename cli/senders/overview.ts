import { stripControls } from '../../lib/address.ts';
import type { AuditSendersAnswer } from '../../lib/contracts/audit-senders.ts';
import { displayWidth } from '../../lib/display-width.ts';
import type { Bilingual } from '../../lib/text.ts';
import type { Colors } from '../output.ts';
import type { View } from '../session.ts';
import { padded, wrapped } from '../wrap.ts';

/** The first screen of an audit: what to do first over the whole account, then each identity in a line. */

type Audit = AuditSendersAnswer['audits'][number];
type Finding = Audit['findings'][number];
type Colour = Exclude<keyof Colors, 'isColorSupported'>;

const WORDS = {
  ja: {
    first: 'まずすること',
    nothing: '急いで対応することはありません。',
    more: (count: number) => `ほかに ${count} 件あります。`,
    others: (count: number) => `ほか ${count} 件も`,
    fails: (policy: string) =>
      policy === 'reject' || policy === 'quarantine'
        ? `今 DMARC に不合格で、p=${policy} が適用されます`
        : '今 DMARC に不合格です',
    refused: '今 SES が送信を断っています',
    without: '今 DMARC がありません',
    identity: '送信元',
    todo: '要対応',
    none: 'なし',
    legend: '✓ 合格　✗ 不合格　△ 合格するが From と不一致　? 判定できない',
  },
  en: {
    first: 'What to do first',
    nothing: 'Nothing is urgent.',
    more: (count: number) => `${count} more besides.`,
    others: (count: number) => `and ${count} more`,
    fails: (policy: string) =>
      policy === 'reject' || policy === 'quarantine'
        ? `it fails DMARC today, and p=${policy} applies`
        : 'it fails DMARC today',
    refused: 'SES refuses to send from it today',
    without: 'it has no DMARC today',
    identity: 'identity',
    todo: 'to do',
    none: 'none',
    legend: '✓ passes  ✗ fails  △ passes, but does not align with From  ? cannot be told',
  },
} as const;

/** Lines of the list on the first screen. */
const MOST = 8;

/** One thing to do, and the identities that it is about. */
interface Task {
  readonly finding: Finding;
  readonly identities: readonly string[];
  readonly rank: number;
  readonly state: Bilingual | undefined;
}

/** A consequence of other findings of the same identity: told only where nothing else says what to do. */
const CONSEQUENCES: ReadonlySet<string> = new Set(['dmarc-nothing-aligned', 'dmarc-reject-without-dkim']);

/**
 * What is urgent over all identities, one task once, most urgent first: what SES refuses to send, what fails DMARC
 * today (the stricter the policy the sooner), what has no DMARC, other critical findings, warnings, and last what only
 * other senders meet.
 */
function tasksOf(audits: readonly Audit[]): readonly Task[] {
  const tasks = new Map<string, Task>();
  for (const audit of audits) {
    for (const finding of urgentOf(audit)) {
      const key = `${finding.id} ${finding.subject} ${finding.title.en}`;
      const known = tasks.get(key);
      const rank = rankOf(finding, audit);
      const state = finding.severity === 'critical' ? stateOf(finding, audit) : undefined;
      tasks.set(key, {
        finding,
        identities: [...(known?.identities ?? []), audit.identity],
        rank: Math.min(rank, known?.rank ?? rank),
        state: known === undefined || rank < known.rank ? state : known.state,
      });
    }
  }
  return [...tasks.values()].toSorted((a, b) => a.rank - b.rank || b.identities.length - a.identities.length);
}

function urgentOf({ findings }: Audit): readonly Finding[] {
  const urgent = findings.filter(({ severity }) => severity === 'critical' || severity === 'warning');
  const causes = urgent.filter(({ id }) => !CONSEQUENCES.has(id));
  return causes.length > 0 ? causes : urgent;
}

const REFUSED: ReadonlySet<string> = new Set(['mail-from-rejects', 'identity-not-verified']);

function rankOf({ id, severity, spares }: Finding, { verdict }: Audit): number {
  if (severity !== 'critical') return spares === undefined ? 6 : 7;
  if (REFUSED.has(id)) return 0;
  const policy = verdict?.dmarc.policy;
  if (verdict?.dmarc.result === 'fail') return policy === 'reject' ? 1 : policy === 'quarantine' ? 2 : 3;
  return verdict?.dmarc.result === 'none' ? 4 : 5;
}

function stateOf({ id }: Finding, { verdict }: Audit): Bilingual | undefined {
  const { ja, en } = WORDS;
  if (REFUSED.has(id)) return { ja: ja.refused, en: en.refused };
  const { result, policy = '' } = verdict?.dmarc ?? { result: '' };
  if (result === 'fail') return { ja: ja.fails(policy), en: en.fails(policy) };
  return result === 'none' ? { ja: ja.without, en: en.without } : undefined;
}

/** Prints the first screen. */
export function printOverview(audits: readonly Audit[], view: View): void {
  const { language, print, colors } = view;
  const words = WORDS[language];
  const tasks = tasksOf(audits);
  print(colors.bold(words.first));
  if (tasks.length === 0) print(`  ${colors.green(words.nothing)}`);
  tasks.slice(0, MOST).forEach((task, at) => {
    printTask(task, at + 1, view);
  });
  if (tasks.length > MOST) print(colors.dim(`   ${words.more(tasks.length - MOST)}`));
  print('');
  printTable(audits, view);
}

function printTask({ finding, identities, state }: Task, number: number, view: View): void {
  const { language, print, colors, columns } = view;
  const words = WORDS[language];
  const what = clean((finding.act ?? finding.title)[language]);
  const others = identities.length - 1;
  const about = others > 0 ? ` (${clean(identities[0] ?? '')} ${words.others(others)})` : '';
  const now = state === undefined ? '' : `: ${state[language]}`;
  const start = `${String(number).padStart(2)}. `;
  const [first = '', ...rest] = wrapped(`${what}${now}${about}`, columns(), ' '.repeat(start.length));
  const paint: Colour = finding.severity === 'critical' ? 'red' : 'yellow';
  print(`${colors[paint](start)}${first}`);
  for (const line of rest) print(line);
}

const MARKS: Readonly<Record<string, readonly [Colour, string]>> = {
  pass: ['green', '✓'],
  unaligned: ['yellow', '△'],
  unknown: ['magenta', '?'],
};
const CROSS = ['red', '✗'] as const;

/** Columns of the table behind the name. */
const CELLS = ['SPF', 'DKIM', 'DMARC', 'p='] as const;

function printTable(audits: readonly Audit[], { language, print, colors, columns }: View): void {
  const words = WORDS[language];
  const widths = CELLS.map((cell) => Math.max(cell.length, cell === 'p=' ? 'quarantine'.length : 0));
  const rest = widths.reduce((sum, width) => sum + width + 2, displayWidth(words.todo) + 2);
  const longest = Math.max(
    displayWidth(words.identity),
    ...audits.map(({ identity }) => displayWidth(clean(identity))),
  );
  const room = Math.max(12, Math.min(longest, columns() - rest));
  const row = (name: string, cells: readonly string[], last: string) =>
    [padded(name, room), ...cells.map((cell, at) => padded(cell, widths[at] ?? 0)), last].join('  ');
  print(colors.dim(row(words.identity, CELLS, words.todo)));
  const worst = (audit: Audit) => Math.min(9, ...urgentOf(audit).map((finding) => rankOf(finding, audit)));
  for (const audit of audits.toSorted((a, b) => worst(a) - worst(b))) {
    const { identity, verdict } = audit;
    const spf =
      verdict?.spf.result === 'pass' && verdict.spf.aligned === 'no' ? 'unaligned' : verdict?.spf.result;
    const marks = [spf, verdict?.dkim.result, verdict?.dmarc.result].map(
      (result) => MARKS[result ?? 'unknown'] ?? CROSS,
    );
    const policy = clean(verdict?.dmarc.policy ?? words.none);
    const urgent = urgentOf(audit).length;
    const cells = marks.map(([, mark]) => mark);
    const plain = row(
      shortened(clean(identity), room),
      [...cells, policy],
      urgent === 0 ? '-' : String(urgent),
    );
    print(painted(plain, room, marks, colors));
  }
  for (const line of wrapped(words.legend, columns(), '')) print(colors.dim(line));
}

/** The marks of a row in their colours: widths are counted without them. */
function painted(
  row: string,
  from: number,
  marks: readonly (readonly [Colour, string])[],
  colors: Colors,
): string {
  let at = 0;
  const letters = [...row];
  let width = 0;
  return letters
    .map((letter) => {
      const here = width;
      width += displayWidth(letter);
      const mark = marks[at];
      if (here < from || mark === undefined || letter !== mark[1]) return letter;
      at += 1;
      return colors[mark[0]](letter);
    })
    .join('');
}

/** A name cut in its middle, so that both the address and the end of the domain are seen. */
function shortened(name: string, room: number): string {
  if (displayWidth(name) <= room) return name;
  const letters = [...name];
  const head = Math.ceil((room - 1) / 2);
  return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (room - 1 - head)).join('')}`;
}

function clean(text: string): string {
  return stripControls(text);
}
