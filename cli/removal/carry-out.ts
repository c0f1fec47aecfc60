import { stripControls } from '../../lib/address.ts';
import type { RequestOf } from '../../lib/contracts/contract.ts';
import { MAXIMUM_BATCH, removeContract } from '../../lib/contracts/remove.ts';
import type { Bilingual } from '../../lib/text.ts';
import { declined, isConfirmed, mustBeConfirmable } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import type { WorkedListJson } from '../json-answers.ts';
import { localStatePath } from '../local-state.ts';
import { openJournal } from './journal.ts';
import {
  countLines,
  detailLines,
  groupsOf,
  isAskedFor,
  resultLine,
  type Told,
  writeReport,
} from './report.ts';
import type { TargetList } from './target-list.ts';
import { type LongList, type Stopped, workThrough } from './work-through.ts';

/** Carries out what an operator asks about addresses or proposals: looks first, has it confirmed, does it, tells it. */

/** What is asked, of whomever. */
export interface Asked {
  readonly kind: 'remove' | 'approve' | 'reject';
  readonly request: (targets: readonly string[], dryRun: boolean) => RequestOf<typeof removeContract>;
  readonly dryRun: boolean;
  /** Whether the command line confirms it. */
  readonly yes: boolean;
  /** Where every result is written, as it was typed. */
  readonly report?: string;
  /** What makes it another question about the same list, such as the rules that are overridden. */
  readonly besides?: unknown;
  /** Addresses of proposals by id, where they are known. */
  readonly addresses?: ReadonlyMap<string, string>;
  /** The proposal that a text of the list names; undefined where none of it is waiting. Absent: the texts are asked about. */
  readonly idOf?: (text: string) => string | undefined;
}

/** A result that says the target would be done. */
function wouldBeDone({ result }: Pick<Told, 'result'>): boolean {
  return result === 'would_remove' || result === 'would_reject';
}

/**
 * A few targets that were named one by one: one request, a line each. A removal is confirmed first; what is turned
 * down is not removed, and needs no word more.
 */
export async function carryOutFew(
  asked: Asked,
  targets: readonly string[],
  context: CliContext,
): Promise<void> {
  const asks = asked.kind !== 'reject' && !asked.dryRun && !asked.yes;
  if (!asks)
    return tellFew(await context.invoke(removeContract, asked.request(targets, asked.dryRun)), context);
  mustBeConfirmable(false, context);
  const preview = await context.invoke(removeContract, asked.request(targets, true));
  const going = preview.results.filter(wouldBeDone);
  if (going.length === 0) return tellFew(preview, context);
  for (const each of preview.results) context.printError(resultLine(each, context));
  if (!(await isConfirmed({ count: going.length, ...QUESTIONS[asked.kind] }, context)))
    return declined(context);
  const named = going.flatMap((each) => each.proposalId ?? each.address ?? []);
  const answer = await context.invoke(removeContract, asked.request(named, false));
  const left = preview.results.filter((each) => !wouldBeDone(each));
  tellFew({ ...answer, results: [...answer.results, ...left] }, context);
}

function tellFew(answer: { readonly results: readonly Told[] }, context: CliContext): void {
  if (context.options.json) context.printJson(answer);
  else for (const each of answer.results) context.print(resultLine(each, context));
  if (!answer.results.every(isAskedFor)) context.endWith(2);
}

/** Whether so many targets are worked through as a list. */
export function isMany(count: number): boolean {
  return count > MAXIMUM_BATCH;
}

/** A list of any length: counted by verdict, confirmed, worked through in parts, taken up again, one report. */
export async function carryOutList(asked: Asked, given: TargetList, context: CliContext): Promise<void> {
  const { targets } = given;
  const { dryRun, yes, kind, idOf = (text: string) => text } = asked;
  if (!dryRun) mustBeConfirmable(yes, context);
  const { local, stage, region, profile } = context.options;
  const where = local ? localStatePath(context) : { stage, region, profile };
  const journal = openJournal([kind, dryRun, where, targets, asked.besides], context.io);
  const named = targets.map(idOf);
  const work: LongList = { targets: named.map((name) => name ?? ''), request: asked.request, journal };
  // What was decided before the interruption waits no more, and is in the journal.
  const isNobodys = (place: number) => named[place] === undefined && !journal.results.work.has(place);
  const places = new Map(named.map((name, place) => [name ?? `${place}`, place]));
  const isTwice = (place: number) => places.get(named[place] ?? `${place}`) !== place;
  const all = targets.map((_, place) => place).filter((place) => !isNobodys(place) && !isTwice(place));
  const list = {
    targets: all.map((place) => targets[place] ?? ''),
    faults: [...given.faults, ...nobodys(targets, isNobodys, journal.unanswered)],
    duplicates: given.duplicates + targets.filter((_, place) => isTwice(place)).length,
  };
  if (all.length + list.faults.length === 0) return context.print(NONE_WAITS[context.language]);
  const before = journal.results.work.size;
  if (before > 0) context.printError(RESUMED[context.language](before, list.targets.length));

  let going = all;
  const isLooking = dryRun || !yes;
  if (isLooking) {
    const open = all.filter((place) => !journal.results.work.has(place));
    const stopped = await workThrough(work, open, 'preview', context);
    const looked = toldOf(asked, targets, work, 'preview');
    if (stopped || dryRun) {
      if (!stopped) journal.end();
      return tellList(asked, list, looked, stopped, context);
    }
    going = open.filter((place) => wouldBeDone(journal.results.preview.get(place) ?? { result: '' }));
    if (going.length > 0) showPreview(looked, list, context);
    if (going.length > 0 && !(await isConfirmed({ count: going.length, ...QUESTIONS[kind] }, context))) {
      // Another day the answer of today's look is an old one.
      if (before === 0) journal.end();
      return declined(context);
    }
  }
  const stopped = await workThrough(work, going, 'work', context);
  // What the look before it refused is told as that: nothing but what was confirmed is done.
  const told = toldOf(asked, targets, work, 'work', isLooking ? 'preview' : undefined);
  if (!stopped) journal.end();
  await tellList(asked, list, told, stopped, context);
}

/** What would be done, before it is confirmed: counted by verdict, and who it is about. */
function showPreview(looked: readonly Told[], { faults, duplicates }: TargetList, context: CliContext): void {
  const { io, language, printError } = context;
  for (const line of countLines(looked, { faults: faults.length, duplicates }, language)) printError(line);
  const how = { isTerminal: io.stderr.isTTY === true, isPreview: true };
  for (const line of detailLines(looked, faults, context, how)) printError(line);
  printError('');
}

/** The results by place; of those that have none in the first phase, the refusals of the other. */
function toldOf(
  { kind, addresses }: Asked,
  given: readonly string[],
  { targets, journal: { results } }: LongList,
  phase: 'preview' | 'work',
  other?: 'preview',
): Told[] {
  return given.flatMap((text, place) => {
    const seen = other && results[other].get(place);
    const result = results[phase].get(place) ?? (seen && !wouldBeDone(seen) ? seen : undefined);
    if (result === undefined) return [];
    if (kind === 'remove') return [{ address: text, ...result }];
    // The proposal of an address that was decided before the interruption is not known any more.
    const id = targets[place] || (text.includes('@') ? undefined : text);
    const address = addresses?.get(id ?? '') ?? (text.includes('@') ? text : undefined);
    return [{ ...(address && { address }), ...(id && { proposalId: id }), ...result }];
  });
}

/** What no waiting proposal is about, to be told as that. */
function nobodys(
  targets: readonly string[],
  isNobodys: (place: number) => boolean,
  unanswered: ReadonlySet<number>,
): TargetList['faults'] {
  return targets.flatMap((text, place) =>
    isNobodys(place)
      ? [{ text: stripControls(text), why: unanswered.has(place) ? MAYBE_DECIDED : NOT_WAITING }]
      : [],
  );
}

const NONE_WAITS: Bilingual = {
  ja: '条件に合う承認待ちの提案はありません。',
  en: 'No waiting proposal is one of these.',
};
const NOT_WAITING: Bilingual = {
  ja: 'この宛先の承認待ちの提案はありません',
  en: 'no proposal about this address is waiting',
};
const MAYBE_DECIDED: Bilingual = {
  ja: 'この宛先の承認待ちの提案はありません。中断の直前に処理された可能性があります（todoku lookup で確認できます）',
  en: 'no proposal about this address is waiting; it may have been decided just before the interruption (todoku lookup says so)',
};

async function tellList(
  asked: Asked,
  { targets, faults, duplicates }: TargetList,
  told: readonly Told[],
  stopped: Stopped | undefined,
  context: CliContext,
): Promise<void> {
  // Where nothing at all came of it, the error is all there is to say.
  if (stopped && 'failed' in stopped && told.length === 0) throw stopped.error;
  const { language, print, printError, io, options } = context;
  const left = targets.length - told.length;
  if (asked.report) await writeReport(context.file(asked.report), told, faults, language);
  if (options.json) {
    context.printJson({
      results: told,
      counts: groupsOf(told).map(({ result, rule, told: { length } }) => ({ result, rule, count: length })),
      notAddresses: faults,
      duplicates,
      left,
      ...(stopped && { stopped: 'failed' in stopped ? stopped.failed : 'interrupted' }),
    } satisfies WorkedListJson);
  } else {
    for (const line of countLines(told, { faults: faults.length, duplicates, left }, language)) print(line);
    const details = detailLines(told, faults, context, {
      isTerminal: io.stdout.isTTY === true,
      isPreview: asked.dryRun,
    });
    for (const line of details) await context.printInTurn(context.fold(line));
    if (asked.report) print(`\n${REPORTED[language]}${stripControls(asked.report)}`);
  }
  if (stopped) {
    printError(
      `todoku: ${GO_ON[language](left)}${'failed' in stopped ? ` ${stopped.failed[language]}` : ''}`,
    );
  }
  if (stopped || faults.length > 0 || !told.every(isAskedFor)) context.endWith(2);
}

const QUESTIONS: Readonly<
  Record<Asked['kind'], { readonly one: Bilingual; readonly several: (count: string) => Bilingual }>
> = {
  remove: {
    one: { ja: 'リストから解除しますか？ [y/N]', en: 'Take it off the suppression list? [y/N]' },
    several: (count) => ({
      ja: `${count}件をリストから解除します。よろしければ ${count} と入力してください：`,
      en: `Type ${count} to take these ${count} addresses off the suppression list:`,
    }),
  },
  approve: {
    one: {
      ja: '承認して、リストから解除しますか？ [y/N]',
      en: 'Approve it, and take it off the list? [y/N]',
    },
    several: (count) => ({
      ja: `${count}件を承認し、リストから解除します。よろしければ ${count} と入力してください：`,
      en: `Type ${count} to approve these ${count} proposals, and take the addresses off the list:`,
    }),
  },
  reject: {
    one: { ja: '却下しますか？ [y/N]', en: 'Reject it? [y/N]' },
    several: (count) => ({
      ja: `${count}件を却下します。よろしければ ${count} と入力してください：`,
      en: `Type ${count} to reject these ${count} proposals:`,
    }),
  },
};

const RESUMED = {
  ja: (done: number, all: number) =>
    `前回の続きから再開します（${all.toLocaleString('en-US')}件中 ${done.toLocaleString('en-US')}件は処理済み）。`,
  en: (done: number, all: number) =>
    `Taken up again: ${done.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} were done before.`,
} as const;

const GO_ON = {
  ja: (left: number) =>
    `中断しました（未処理：${left.toLocaleString('en-US')}件）。同じコマンドをもう一度実行すると、続きから再開します。`,
  en: (left: number) =>
    `stopped with ${left.toLocaleString('en-US')} not reached. Run the same command again to go on from here.`,
} as const;

const REPORTED: Bilingual = { ja: 'すべての結果：', en: 'All results: ' };
