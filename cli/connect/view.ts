import { stripControls } from '../../lib/address.ts';
import { waysOf } from '../../lib/selftest/plan.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import type { Outcome, Result } from '../../lib/wiring/carry-out.ts';
import { evidenceWords, wiringFindings } from '../../lib/wiring/findings.ts';
import type { ObservedWiring } from '../../lib/wiring/observed.ts';
import { type Report, type SenderReport, wiringReport } from '../../lib/wiring/reports.ts';
import type { Step } from '../../lib/wiring/steps.ts';
import { type CliContext, followUp } from '../context.ts';
import { printFinding } from '../findings.ts';
import { table } from '../table.ts';
import { wrapped } from '../wrap.ts';

/** How `todoku connect` shows where mail reports: one screen for a shop, whatever the account holds. */

/** What was read, what is to be done, and what there is afterwards. */
export interface Connecting {
  readonly observed: ObservedWiring;
  readonly steps: readonly Step[];
  /** What is observed once the steps have been taken: those that hold, where they were. */
  readonly after: ObservedWiring;
  readonly disconnect: boolean;
  /** Absent: nothing was written. */
  readonly results?: readonly Result[];
}

/** Rows of the table at most: what does not report stands first. */
const ROWS = 12;

/** Prints where mail reports now, and after the steps. */
export function printReports({ observed, after }: Connecting, context: CliContext): void {
  const { language, print } = context;
  const words = WORDS[language];
  print(`${words.topic}  ${stripControls(observed.wire.topic)}`);
  const [now, later] = [wiringReport(observed), wiringReport(after)];
  const rows = [
    ...rowsOf(now.sets, later.sets, ({ name }) => words.set(name), language),
    ...rowsOf(now.senders, later.senders, (sender) => senderWords(sender, language), language),
  ];
  if (rows.length === 0) return;
  const shown =
    rows.length <= ROWS ? rows : rows.toSorted((one, other) => one.rank - other.rank).slice(0, ROWS);
  // Without a change the two columns are one.
  const isSame = rows.every(({ cells: [, before, then] }) => before === then);
  const columns = [words.mail, words.now, words.after].slice(0, isSame ? 2 : 3);
  print(
    table(
      context,
      columns,
      shown.map(({ cells }) => cells),
    ),
  );
  const more = rows.length - shown.length;
  if (more > 0) print(words.more(more, rows.filter(({ rank }) => rank < WHOLE).length));
}

interface Row {
  readonly rank: number;
  readonly cells: readonly [string, string, string];
}

function rowsOf<Reported extends Report>(
  now: readonly Reported[],
  later: readonly Reported[],
  nameOf: (report: Reported) => string,
  language: Language,
): readonly Row[] {
  const laterOf = new Map(later.map((each) => [each.name, each]));
  return now.map((report) => {
    const then = laterOf.get(report.name) ?? report;
    return {
      rank: rankOf(then),
      cells: [nameOf(report), stateWords(report, language), stateWords(then, language)],
    };
  });
}

function senderWords({ name, defaultSet }: SenderReport, language: Language): string {
  const words = WORDS[language];
  if (defaultSet === undefined) return words.sender(name);
  return defaultSet === null ? words.senderWithout(name) : words.senderWith(name, defaultSet);
}

/** Rank of what reports: what does not is shown first. */
const WHOLE = 4;

function rankOf(report: Report | SenderReport): number {
  if ('verified' in report && report.verified === false) return WHOLE;
  return { none: 0, part: 1, unknown: 2, whole: WHOLE }[report.state];
}

function stateWords(report: Report | SenderReport, language: Language): string {
  const words = WORDS[language];
  if ('verified' in report && report.verified === false) return words.unverified;
  if (report.state === 'part') return words.part(evidenceWords(report.missing)[language]);
  if (report.state === 'none' && report.elsewhere.length > 0) return words.elsewhere;
  return words[report.state];
}

const OUTCOMES: Readonly<
  Record<Exclude<Outcome['became'], 'failed' | 'not-read-back'>, (set: string) => Bilingual>
> = {
  done: (set) => ({ ja: `${set}：完了（読み戻して確認済み）`, en: `${set}: done, and read back` }),
  'already-so': (set) => ({ ja: `${set}：すでにそうなっています`, en: `${set}: was so already` }),
  'set-gone': (set) => ({
    ja: `${set}：設定セットが削除されていました`,
    en: `${set}: the set was deleted meanwhile`,
  }),
  obstacle: (set) => ({
    ja: `${set}：ほかの変更があったため、何も変更していません。もう一度実行すると内容を表示します`,
    en: `${set}: somebody changed it meanwhile, and nothing was written; run this again to see what stands in the way`,
  }),
  'not-as-written': (set) => ({
    ja: `${set}：書き込みは受け付けられましたが、読み戻した内容が異なります。数分後にもう一度実行してください`,
    en: `${set}: SES took it and shows something else; run this again in a few minutes`,
  }),
  'not-begun': (set) => ({ ja: `${set}：未実行`, en: `${set}: not begun` }),
};

function printResult({ step, outcome }: Result, { language, print, colors }: CliContext): void {
  const set = stripControls(step.set);
  if ('because' in outcome) {
    const because = stripControls(outcome.because[language]);
    const text =
      outcome.became === 'failed'
        ? { ja: `${set}：失敗しました：${because}`, en: `${set}: failed: ${because}` }
        : {
            ja: `${set}：書き込みましたが、読み戻せませんでした：${because}`,
            en: `${set}: written, and could not be read back: ${because}`,
          };
    print(`${colors.red('✗')} ${text[language]}`);
    return;
  }
  const isFine = ['done', 'already-so', 'set-gone'].includes(outcome.became);
  print(`${isFine ? colors.green('✓') : colors.red('✗')} ${OUTCOMES[outcome.became](set)[language]}`);
}

/** Prints what became of the steps, what is left for a person, and what comes next. */
export function printOutcome(connecting: Connecting, context: CliContext): void {
  const { observed, steps, after, disconnect, results } = connecting;
  const { language, print } = context;
  const words = WORDS[language];
  for (const result of results ?? []) printResult(result, context);
  if (disconnect) for (const name of stillOurs(after)) print(`- ${words.still(stripControls(name))}`);
  else for (const finding of wiringFindings(after)) printFinding(finding, context);
  if (steps.length === 0) print(disconnect ? words.nothingToRemove : words.nothingToAdd);
  else if (results === undefined) {
    const command = followUp(`connect ${disconnect ? '--disconnect ' : ''}--apply`, context);
    const waits = words.waits(steps.length, observed.wire.name, disconnect);
    for (const line of wrapped(waits, context.columns(), '')) print(line);
    print(`    ${command}`);
    return;
  }
  if (disconnect || waysOf(wiringReport(after)).ways.length === 0) return;
  for (const line of wrapped(words.simulator, context.columns(), '')) print(line);
  print(`    ${followUp('selftest', context)}`);
}

/** Sets and senders that report to our topic by what is not of our name. */
function stillOurs({ sets = [], identities = [], wire }: ObservedWiring): readonly string[] {
  return [
    ...sets.flatMap(({ name, destinations = [] }) =>
      destinations.filter(({ topic }) => topic === wire.topic).map((each) => `${name}/${each.name}`),
    ),
    ...identities
      .filter(({ topics = {} }) => Object.values(topics).includes(wire.topic))
      .map(({ name }) => name),
  ];
}

const WORDS = {
  ja: {
    topic: 'トピック',
    mail: 'メール',
    set: (name: string) => `設定セット ${name} を指定`,
    sender: (name: string) => `${name} から`,
    senderWith: (name: string, set: string) => `${name} から（既定：${set}）`,
    senderWithout: (name: string) => `${name} から（既定なし）`,
    now: '現在',
    after: '実行後',
    none: '届かない',
    whole: '届く',
    part: (missing: string) => `${missing}が届かない`,
    elsewhere: '別の宛先のみ',
    unknown: '不明',
    unverified: '未検証',
    more: (more: number, silent: number) =>
      `（ほか${more}件。届かないもの・不明なものは全部で${silent}件。--json で全件を確認できます）`,
    waits: (count: number, name: string, disconnect: boolean) =>
      `${count}件の設定セット${disconnect ? `からイベント送信先「${name}」を削除` : `にイベント送信先「${name}」を追加（または修正）`}します。まだ何も変更していません：`,
    nothingToAdd: '追加するものはありません。',
    nothingToRemove: '削除するものはありません。',
    still: (name: string) =>
      `${name} は todoku のトピックへの送信を続けます（todoku の名前ではないため残しました）`,
    simulator:
      'SES は、送信できないトピックでも設定を受け付けることがあります。実際に届くかどうかは、SES のシミュレーターに送信して確認できます：',
  },
  en: {
    topic: 'topic',
    mail: 'mail',
    set: (name: string) => `with the set ${name}`,
    sender: (name: string) => `from ${name}`,
    senderWith: (name: string, set: string) => `from ${name} (${set})`,
    senderWithout: (name: string) => `from ${name} (no set)`,
    now: 'now',
    after: 'then',
    none: 'reports nowhere',
    whole: 'reports',
    part: (missing: string) => `no ${missing}`,
    elsewhere: 'elsewhere only',
    unknown: 'not known',
    unverified: 'not verified',
    more: (more: number, silent: number) =>
      `(${more} more; ${silent} in all do not report or are not known; --json has every one)`,
    waits: (count: number, name: string, disconnect: boolean) =>
      `${count} ${count === 1 ? 'set' : 'sets'} would ${disconnect ? 'lose' : 'get (or have mended)'} the event destination ${name}; nothing was changed yet:`,
    nothingToAdd: 'Nothing to add.',
    nothingToRemove: 'Nothing to remove.',
    still: (name: string) =>
      `${name} goes on reporting to our topic: it does not bear todoku's name, and was left`,
    simulator:
      'SES may accept a topic that it cannot publish to, and only a mail shows it. To send some to its simulator:',
  },
} as const;
