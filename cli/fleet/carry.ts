import { Command, Option } from 'commander';
import { normaliseAddress, stripControls } from '../../lib/address.ts';
import {
  type CarriedEntry,
  collectContract,
  listedContract,
  MAXIMUM_CARRIED,
  putCarriedContract,
} from '../../lib/contracts/carry.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { declined, isConfirmed, mustBeConfirmable, WITHOUT_APPLY } from '../confirm.ts';
import { type FunctionTarget, type Invoke, invokerOf } from '../context.ts';
import { CliError } from '../errors.ts';
import type { CarryJson } from '../json-answers.ts';
import { languageOf } from '../language.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { type FleetTarget, readTargets } from './targets.ts';

/** Exit code: not all was carried. */
const INCOMPLETE = 2;
/** Entries of one request: each is a few minutes at SES's pace, and what is done is told after each. */
const BATCH = Math.min(100, MAXIMUM_CARRIED);

interface CarryOptions {
  readonly from: string;
  readonly to: string;
  readonly targets?: string;
  readonly stage: string;
  readonly profile?: string;
  readonly apply?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly lang?: string;
}

/** `todoku fleet carry --from REGION --to REGION`: complaints and dead mailboxes go to the new Region's list. */
export function carryCommand(session: Session): Command {
  return new Command('carry')
    .requiredOption('--from <region>')
    .requiredOption('--to <region>')
    .option('--targets <file>')
    .addOption(new Option('--stage <stage>').default('prod'))
    .option('--profile <profile>')
    .option('--apply')
    .option('--yes')
    .option('--json')
    .option('--lang <language>')
    .action((options: CarryOptions) => carry(options, session));
}

async function carry(options: CarryOptions, session: Session): Promise<void> {
  const language = languageOf(options.lang, session.io.env);
  if (options.apply) mustBeConfirmable(options.yes ?? false, session, WITHOUT_APPLY);
  const [from, to] = await ends(options, session);
  const [fromList, toList] = [invokerOf(from, session), invokerOf(to, session)];
  const { carried, left } = await collect(fromList);
  const listed = await listedAt(toList);
  const open = carried.filter(({ spelling, reason }) => {
    const known = listed.get(normaliseAddress(spelling));
    return known !== 'COMPLAINT' && known !== reason;
  });
  const found = {
    complaints: carried.filter(({ reason }) => reason === 'COMPLAINT').length,
    deadMailboxes: carried.filter(({ reason }) => reason === 'BOUNCE').length,
    already: carried.length - open.length,
    left,
  };
  const { apply = false, yes = false } = options;
  const asks = apply && !yes && open.length > 0;
  if (asks) {
    const view = { ...session, language };
    for (const line of foundLines(found, language)) session.printError(line);
    if (!(await isConfirmed({ count: open.length, ...PUT_ON_LIST }, view))) return declined(view);
  }
  const done = apply ? await put(open, toList, language, session) : { carried: 0, failed: 0 };
  const report: CarryJson = { ...found, applied: apply, ...done };
  if (options.json) session.printJson(report);
  else {
    // What was confirmed is not told once more.
    if (!asks) for (const line of foundLines(found, language)) session.print(line);
    printDone(report, open.length, language, session);
  }
  if (report.applied && report.carried < open.length) session.endWith(INCOMPLETE);
}

const PUT_ON_LIST = {
  one: { ja: '引き継ぎ先のリストに1件を登録しますか？ [y/N]', en: 'Put one address on the new list? [y/N]' },
  several: (count: string): Bilingual => ({
    ja: `引き継ぎ先のリストに${count}件を登録します。よろしければ ${count} と入力してください：`,
    en: `Type ${count} to put these ${count} addresses on the new list:`,
  }),
} as const;

/** The deployments that are meant. */
async function ends(options: CarryOptions, session: Session): Promise<[FunctionTarget, FunctionTarget]> {
  const { stage, profile } = options;
  const file = options.targets ?? session.io.env.TODOKU_TARGETS;
  const targets = file === undefined ? undefined : await readTargets(session.file(file));
  const end = (named: string): FunctionTarget =>
    targets ? targetNamed(named, targets) : { stage, region: named, ...(profile && { profile }) };
  const [from, to] = [end(options.from), end(options.to)];
  if (JSON.stringify(from) === JSON.stringify(to)) {
    throw new CliError({
      ja: '--from と --to には別のリージョンを指定してください。',
      en: '--from and --to must be different Regions',
    });
  }
  return [from, to];
}

function targetNamed(named: string, targets: readonly FleetTarget[]): FleetTarget {
  const found = targets.filter(({ name, region }) => name === named || region === named);
  const [target] = found;
  if (target !== undefined && found.length === 1) return target;
  const shown = stripControls(named);
  throw new CliError(
    found.length === 0
      ? {
          ja: `対象の一覧に「${shown}」はありません。`,
          en: `no target is called "${shown}", or is in that Region`,
        }
      : {
          ja: `「${shown}」に当たる対象が複数あります。対象の名前で指定してください。`,
          en: `several targets are in "${shown}": give the name of one`,
        },
  );
}

async function collect(invoke: Invoke) {
  const carried: CarriedEntry[] = [];
  const left: Record<string, number> = {};
  let from: string | undefined;
  do {
    const page = await invoke(collectContract, { ask: 'collect', ...(from && { from }) });
    for (const { spelling, reason, bounce } of page.carried) {
      // A word of another version is the one that is never removed.
      const known = reason === 'BOUNCE' ? 'BOUNCE' : 'COMPLAINT';
      carried.push({ spelling, reason: known, ...(bounce && { bounce }) });
    }
    for (const [why, count] of Object.entries(page.left)) left[why] = (left[why] ?? 0) + count;
    from = page.next;
  } while (from !== undefined);
  return { carried, left };
}

/** The reason for which each address is listed, by normalised address; a complaint outranks a bounce. */
async function listedAt(invoke: Invoke): Promise<Map<string, string>> {
  const listed = new Map<string, string>();
  let from: string | undefined;
  do {
    const page = await invoke(listedContract, { ask: 'listed', ...(from && { from }) });
    for (const { spelling, reason } of page.entries) {
      const address = normaliseAddress(spelling);
      if (listed.get(address) !== 'COMPLAINT') listed.set(address, reason);
    }
    from = page.next;
  } while (from !== undefined);
  return listed;
}

async function put(
  entries: readonly CarriedEntry[],
  invoke: Invoke,
  language: Language,
  { io }: Session,
): Promise<Pick<CarryJson, 'carried' | 'failed' | 'why'>> {
  let [carried, failed] = [0, 0];
  let why: string | undefined;
  const total = entries.length;
  const progress = io.stderr.isTTY
    ? startProgress({ label: CARRYING, unit: ADDRESSES, language, total, stream: io.stderr })
    : undefined;
  for (let start = 0; start < entries.length; start += BATCH) {
    const batch = entries.slice(start, start + BATCH);
    try {
      const answer = await invoke(putCarriedContract, { ask: 'put', entries: batch, patience: 300 });
      if ('skipped' in answer) {
        progress?.end();
        return { carried, failed, why: BUSY[language] };
      }
      const { results } = answer;
      carried += (results.carried ?? 0) + (results.already ?? 0);
      failed += results.failed ?? 0;
      why ??= answer.why;
    } catch (error) {
      progress?.end();
      if (!(error instanceof CliError)) throw error;
      return { carried, failed, why: error.text[language] };
    }
    progress?.update(carried + failed);
  }
  progress?.end();
  return { carried, failed, ...(why && { why }) };
}

const CARRYING: Bilingual = { ja: '登録中', en: 'putting on the list' };
const ADDRESSES: Bilingual = { ja: '件', en: 'addresses' };

const BUSY: Bilingual = {
  ja: '移行先で別の処理（クリーンアップなど）が実行中です。終わってから、もう一度実行してください。',
  en: 'another run (such as a cleanup) is at work in the new Region: run this again when it has ended',
};

const LEFT: Readonly<Record<string, Bilingual>> = {
  'not-certain': { ja: '宛先なしと断定できないもの', en: 'not certain to be dead' },
  'complaint-lifted': { ja: '申告を承知で解除したもの', en: 'complaint lifted by an override' },
  unreadable: { ja: '記録を読み取れないもの', en: 'record that cannot be read' },
};

/** What is to be carried, what is there already, and what is left behind. */
function foundLines(
  { complaints, deadMailboxes, already, left }: Omit<CarryJson, 'applied' | 'carried' | 'failed' | 'why'>,
  language: Language,
): readonly string[] {
  const japanese = language === 'ja';
  const behind = Object.entries(left).map(([reason, count]) => {
    const label = LEFT[reason]?.[language] ?? stripControls(reason);
    return japanese ? `引き継がないもの（${label}）：${count}件` : `left behind (${label}): ${count}`;
  });
  return [
    japanese
      ? `引き継ぐもの：迷惑メールの申告 ${complaints}件、存在しない宛先 ${deadMailboxes}件`
      : `to be carried: ${complaints} complaints, ${deadMailboxes} dead mailboxes`,
    japanese ? `移行先に登録済み：${already}件` : `already on the new list: ${already}`,
    ...behind,
  ];
}

function printDone(
  { applied, carried, failed, why }: CarryJson,
  open: number,
  language: Language,
  { print, printError }: Session,
): void {
  const japanese = language === 'ja';
  if (!applied) {
    if (open > 0) {
      print(
        japanese
          ? `何も変更していません。--apply を付けると ${open}件を移行先のリストに登録します（1件あたり約2秒）。`
          : `Nothing was changed. With --apply ${open} are put on the new list, at some two seconds each.`,
      );
    }
    return;
  }
  print(
    japanese ? `引き継ぎ済み：${carried}件、失敗：${failed}件` : `carried: ${carried}, failed: ${failed}`,
  );
  if (why !== undefined) printError(`todoku: ${stripControls(why)}`);
  if (carried < open) {
    printError(
      japanese
        ? 'todoku: もう一度実行すると、残りから再開します。'
        : 'todoku: run it again to go on with the rest',
    );
  }
}
