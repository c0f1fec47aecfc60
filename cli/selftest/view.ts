import { stripControls } from '../../lib/address.ts';
import { PRICE_OF_A_MAIL, type TestMail, type Untried, type Way } from '../../lib/selftest/plan.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import type { CliContext } from '../context.ts';
import { printFinding } from '../findings.ts';
import type { Followed } from './follow.ts';

/** How `todoku selftest` shows what it sends, and what came of it. */

/** What is sent. */
export interface Planned {
  readonly run: string;
  readonly ways: readonly Way[];
  readonly untried: readonly Untried[];
  readonly mails: readonly TestMail[];
}

/** Addresses of the test that SES had listed, and that were taken off; `because`: not all could be. */
export interface TakenOff {
  readonly taken: readonly string[];
  readonly because?: Bilingual;
}

/** Prints the ways, what is not tried, and the price. */
export function printPlan({ run, ways, untried, mails }: Planned, { language, print }: CliContext): void {
  const words = WORDS[language];
  for (const way of ways) print(`  ${wayWords(way, language)}`);
  for (const { name, why } of untried) print(`- ${stripControls(name)}: ${UNTRIED[why][language]}`);
  // Not less than it may be.
  const dollars = (Math.ceil(mails.length * PRICE_OF_A_MAIL * 10_000) / 10_000).toFixed(4);
  print(mails.length === 0 ? words.nothing : words.price(mails.length, `$${dollars}`, run));
}

function wayWords({ from, set }: Way, language: Language): string {
  const sender = stripControls(from);
  if (set === undefined) return sender;
  return language === 'ja' ? `${sender}（設定セット ${set}）` : `${sender} with the set ${set}`;
}

/** Prints a line for each way, then what did not come and what to do. */
export function printResults(
  {
    results,
    takenOff,
    deliveries,
  }: { results: readonly Followed[]; takenOff: TakenOff; deliveries: string | undefined },
  context: CliContext,
): void {
  const { language, print, colors } = context;
  const words = WORDS[language];
  const ways = Map.groupBy(results, ({ mail }) => wayWords(mail, language));
  for (const [way, mails] of ways) {
    const isFine = mails.every(({ became }) => became === 'came' || became === 'not-seen');
    const each = mails.map(({ mail, became }) => `${mail.mailbox} ${words[became]}`);
    print(`${isFine ? colors.green('✓') : colors.red('✗')} ${way}  ${each.join(', ')}`);
    printWrong(way, mails, context);
  }
  if (deliveries !== 'all') print(words.deliveries);
  if (takenOff.taken.length > 0) print(words.taken(takenOff.taken.map(stripControls).join(', ')));
  if (takenOff.because) print(words.notTaken(stripControls(takenOff.because[language])));
  const isWhole = results.every(({ became }) => became === 'came' || became === 'not-seen');
  if (isWhole) print(words.whole);
}

function printWrong(way: string, mails: readonly Followed[], context: CliContext): void {
  const missing = mails.filter(({ became }) => became === 'missing');
  const refused = mails.find(({ because }) => because !== undefined);
  if (refused?.because) {
    const { ja, en } = refused.because;
    printFinding(
      {
        severity: 'problem',
        text: { ja: `送信できませんでした：${ja}`, en: `not sent: ${en}` },
        commands: [],
      },
      context,
    );
  }
  if (missing.length === 0) return;
  const names = [...new Set(missing.map(({ mail }) => mail.event))];
  const isAll = !mails.some(({ became }) => became === 'came');
  printFinding(
    {
      severity: 'problem',
      text: {
        ja: `${way} の${names.map((name) => EVENTS[name].ja).join('・')}が届いていません。${isAll ? '何も届いていないため、トピックと購読を確認してください：' : '通知の設定を確認してください：'}`,
        en: `${way}: no ${names.map((name) => EVENTS[name].en).join(', ')} came. ${isAll ? 'Nothing did: look at topic and subscription, then at the wiring:' : 'Look at the wiring:'}`,
      },
      commands: [...(isAll ? ['todoku doctor'] : []), 'todoku connect'],
    },
    context,
  );
}

const EVENTS = {
  bounce: { ja: '不達', en: 'bounce' },
  complaint: { ja: '迷惑メール申告', en: 'complaint' },
  delivery: { ja: '配信', en: 'delivery' },
} as const;

const UNTRIED: Readonly<Record<Untried['why'], Bilingual>> = {
  'reports-nowhere': {
    ja: '試しません（設定上、todoku に届きません：todoku connect）',
    en: 'not tried: by its settings it does not report to todoku (todoku connect)',
  },
  'default-set-gone': {
    ja: '試しません（既定の設定セットが存在せず、SES が拒否します：todoku connect）',
    en: 'not tried: its default set is gone, and SES refuses its mail (todoku connect)',
  },
  'no-sender': {
    ja: '試しません（送信できる送信元がありません）',
    en: 'not tried: there is no sender that may send with it',
  },
};

const WORDS = {
  ja: {
    nothing: '試せる送信元がありません。先に todoku connect で確認してください。',
    price: (count: number, dollars: string, run: string) =>
      `SES のシミュレーターに${count}通を送信します（料金は合計で最大 ${dollars}。バウンス率と苦情率には影響しません）。実行ID：${run}`,
    came: '○',
    missing: '×',
    'not-seen': '－',
    'not-sent': '未送信',
    deliveries:
      '－：配信は携帯会社あてのものだけを記録する設定です。自動応答は宛先のない形で届くことがあります。',
    taken: (names: string) => `SES が登録した試験用の宛先をリストから外しました：${names}`,
    notTaken: (because: string) => `試験用の宛先がリストに残っていないか、確認できませんでした：${because}`,
    whole: '届くべきイベントはすべて記録されました。',
  },
  en: {
    nothing: 'No sender can be tried. Look first: todoku connect',
    price: (count: number, dollars: string, run: string) =>
      `${count} mails go to SES's simulator (at most ${dollars} in all; they count in no rate). Run ${run}`,
    came: 'came',
    missing: 'MISSING',
    'not-seen': '-',
    'not-sent': 'not sent',
    deliveries:
      '-: only deliveries to mobile carriers are recorded, and an automatic reply may come without a recipient.',
    taken: (names: string) => `Taken off the list again, where SES had put them: ${names}`,
    notTaken: (because: string) => `Whether addresses of the test are still listed is not known: ${because}`,
    whole: 'Every event that has to come is on record.',
  },
} as const;
