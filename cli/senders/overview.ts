import { stripControls } from '../../lib/address.ts';
import { marksOf, type Task, tasksOf, urgencyOf, urgentOf } from '../../lib/authentication/audit/tasks.ts';
import type { AuditSendersAnswer } from '../../lib/contracts/audit-senders.ts';
import { displayWidth } from '../../lib/display-width.ts';
import type { Colors } from '../output.ts';
import type { View } from '../session.ts';
import { padded, wrapped } from '../wrap.ts';

/** The first screen of an audit: what to do first over the whole account, then each identity in a line. */

type Audit = AuditSendersAnswer['audits'][number];
type Colour = Exclude<keyof Colors, 'isColorSupported'>;

const WORDS = {
  ja: {
    first: 'まずすること',
    nothing: '急いで対応することはありません。',
    more: (count: number) => `ほかに ${count} 件あります。`,
    others: (count: number) => `ほか ${count} 件も`,
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
    identity: 'identity',
    todo: 'to do',
    none: 'none',
    legend: '✓ passes  ✗ fails  △ passes, but does not align with From  ? cannot be told',
  },
} as const;

/** Lines of the list on the first screen. */
const MOST = 8;

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
  for (const audit of audits.toSorted((a, b) => urgencyOf(a) - urgencyOf(b))) {
    const { identity, verdict } = audit;
    const { spf, dkim, dmarc } = marksOf(audit);
    const marks = [spf, dkim, dmarc].map((result) => MARKS[result] ?? CROSS);
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
