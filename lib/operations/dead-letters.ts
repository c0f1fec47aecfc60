import { maskAddressesIn } from '../address.ts';
import type {
  DeadLettersAnswer,
  DeadLettersRequest,
  LetterResult,
  LettersWorked,
  ListedLetter,
} from '../contracts/dead-letters.ts';
import type { Letter, LetterQueue } from '../dead-letters/queue.ts';
import { openLetter } from '../events/dead-letter.ts';
import { errorName, Refusal } from '../refusal.ts';
import { later } from '../time.ts';
import { type IngestTools, ingest, UnreadableMessageError } from './ingest.ts';

/** What dead letters are worked on with. */
export interface DeadLetterTools {
  /** The letters that wait. */
  readonly waiting: LetterQueue;
  /** The letters that nobody can read yet. */
  readonly parked: LetterQueue;
  /**
   * What ingest works with, without a queue for what it cannot read: such a letter stays where it is, instead of
   * becoming two.
   */
  readonly ingest: Omit<IngestTools, 'deadLetters' | 'onRejected'>;
  /** Whether the invocation's time is nearly used up; asked between batches. */
  readonly timeIsUp?: () => boolean;
  /** Told of each letter on which the work failed. */
  readonly onFailure?: (id: string, error: unknown) => void;
}

/** Thrown for a letter that is in neither queue, or that somebody else holds at this moment. */
export class NoSuchLetterError extends Refusal {
  override readonly name = 'NoSuchLetterError';
  override readonly code = 'no-such-letter';
}

/** Longest reason listed. */
const MAXIMUM_REASON_LENGTH = 300;
/** Letters named in the answer of a replay of all. */
const MAXIMUM_NAMED = 100;
/** How often a parked letter is taken before it is parked anew: see {@link settle}. */
const RENEWED_AFTER = 3;

/**
 * Lists, shows, puts back or parks dead letters.
 *
 * SQS hands letters out only to be worked on: whatever is done, letters are taken, and those that stay are given back
 * at the end. Where this process dies in between, they come back by themselves two minutes later.
 *
 * @throws {NoSuchLetterError} when a letter is to be shown that is not there.
 */
export function deadLetters(request: DeadLettersRequest, tools: DeadLetterTools): Promise<DeadLettersAnswer> {
  switch (request.action) {
    case 'list':
      return listLetters(request, tools);
    case 'show':
      return showLetter(request.id, tools);
    case 'replay':
      return workOnNamed(request.ids, [tools.waiting, tools.parked], tools, replay);
    case 'replay-all':
      return replayAll(request.parked ? tools.parked : tools.waiting, tools);
    case 'park':
      return workOnNamed(request.ids, [tools.waiting, tools.parked], tools, park);
  }
}

/** The letters of a queue, without what is personal in them. */
async function listLetters(
  { limit, parked }: Extract<DeadLettersRequest, { action: 'list' }>,
  tools: DeadLetterTools,
): Promise<DeadLettersAnswer> {
  const queue = parked ? tools.parked : tools.waiting;
  const [waiting, { waiting: parkedCount }] = [await queue.counts(), await tools.parked.counts()];
  const letters = new Map<string, ListedLetter>();
  await walk(
    queue,
    tools,
    () => letters.size < limit,
    async (letter) => {
      // A death may have left two of one.
      if (letters.size < limit && !letters.has(letter.id)) {
        letters.set(letter.id, listed(letter, { parked, ...waiting }));
      }
      return 'stays';
    },
  );
  const oldestFirst = [...letters.values()].toSorted((a, b) => Date.parse(a.since) - Date.parse(b.since));
  return { letters: oldestFirst, waiting: waiting.waiting, parked: parkedCount };
}

async function showLetter(id: string, tools: DeadLetterTools): Promise<DeadLettersAnswer> {
  for (const queue of [tools.waiting, tools.parked]) {
    const { retentionSeconds } = await queue.counts();
    const found: Letter[] = [];
    await walk(
      queue,
      tools,
      () => found.length === 0,
      async (letter) => {
        if (letter.id === id) found.push(letter);
        return 'stays';
      },
    );
    const [letter] = found;
    if (letter === undefined) continue;
    const parked = queue === tools.parked;
    return { letter: { ...listed(letter, { parked, retentionSeconds }), body: letter.body } };
  }
  throw new NoSuchLetterError({
    ja: `未処理メッセージ ${id} は見つかりません。todoku dead-letters list で番号を確認してください。ほかの人が操作中のものは、2分ほどで再び見えるようになります。`,
    en: `there is no dead letter ${id}: todoku dead-letters list names those there are. One that somebody else works on is seen again two minutes later`,
  });
}

/** What is told of a letter without what is personal in it. */
function listed(
  letter: Letter,
  { parked, retentionSeconds }: { readonly parked: boolean; readonly retentionSeconds: number },
): ListedLetter {
  const { transport, failure } = openLetter(letter.body);
  const reason = letter.reason ?? failure;
  return {
    id: letter.id,
    since: letter.since,
    expiresAt: later(letter.queuedAt, retentionSeconds * 1_000),
    ...(reason && { reason: maskAddressesIn(reason).slice(0, MAXIMUM_REASON_LENGTH) }),
    transport,
    size: Buffer.byteLength(letter.body),
    receives: letter.receives,
    parked,
  };
}

/** What became of one letter, and why. */
interface Worked {
  readonly result: LetterResult;
  readonly why?: string;
}

/** Results after which a letter is no longer where it was. */
const GONE: ReadonlySet<LetterResult> = new Set(['stored', 'acknowledged', 'parked']);

type Work = (letter: Letter, queue: LetterQueue, tools: DeadLetterTools) => Promise<Worked>;

/** Works on the letters that were named, in whichever of the queues they are. */
async function workOnNamed(
  ids: readonly string[],
  queues: readonly LetterQueue[],
  tools: DeadLetterTools,
  work: Work,
): Promise<LettersWorked> {
  const wanted = new Set(ids);
  const results = new Map<string, Worked>();
  let finished = true;
  for (const queue of queues) {
    const ended = await walk(
      queue,
      tools,
      () => results.size < wanted.size,
      async (letter) => {
        // SQS may hand a letter out twice.
        if (!wanted.has(letter.id) || results.has(letter.id)) return 'stays';
        const worked = await work(letter, queue, tools);
        results.set(letter.id, worked);
        return GONE.has(worked.result) ? 'gone' : 'stays';
      },
    );
    finished &&= ended;
  }
  if (finished) for (const id of wanted) if (!results.has(id)) results.set(id, { result: 'not-found' });
  return answerOf([...results], tools, finished);
}

async function replayAll(queue: LetterQueue, tools: DeadLetterTools): Promise<LettersWorked> {
  const results: [string, Worked][] = [];
  const finished = await walk(
    queue,
    tools,
    () => true,
    async (letter) => {
      const worked = await replay(letter, queue, tools);
      results.push([letter.id, worked]);
      return GONE.has(worked.result) ? 'gone' : 'stays';
    },
  );
  const answer = await answerOf(results, tools, finished);
  const stayed = results.filter(([, { result }]) => !GONE.has(result)).slice(0, MAXIMUM_NAMED);
  return { ...answer, results: stayed.map(([id, worked]) => ({ id, ...worked })) };
}

async function answerOf(
  results: readonly (readonly [string, Worked])[],
  tools: DeadLetterTools,
  finished: boolean,
): Promise<LettersWorked> {
  const counts: Record<string, number> = {};
  for (const [, { result }] of results) counts[result] = (counts[result] ?? 0) + 1;
  return {
    counts,
    results: results.map(([id, worked]) => ({ id, ...worked })),
    waiting: (await tools.waiting.counts()).waiting,
    unfinished: !finished,
  };
}

/**
 * Hands a letter to ingest, and deletes it once every message of it is stored or acknowledged. Where the process dies
 * between the two, the letter stays and is handed over once more: recording is idempotent.
 */
async function replay(letter: Letter, queue: LetterQueue, tools: DeadLetterTools): Promise<Worked> {
  const { records } = openLetter(letter.body);
  if (records.length === 0) return { result: 'unreadable', why: 'the letter is empty' };
  const refused: string[] = [];
  const report = await ingest(records, {
    ...tools.ingest,
    onRejected: (_, reason) => refused.push(reason),
  });
  const [reason] = refused;
  const unreadable = report.failures.find(({ error }) => error instanceof UnreadableMessageError);
  if (unreadable !== undefined) return { result: 'unreadable', why: unreadable.error.message };
  const [failure] = report.failures;
  if (failure !== undefined) return failed(letter, failure.error, tools);
  if (reason !== undefined) return { result: 'refused', why: reason };
  try {
    await queue.delete(letter);
  } catch (error) {
    return { ...failed(letter, error, tools), result: 'not-deleted' };
  }
  // What is older than facts are kept is stored too, for a while.
  return { result: report.stored + (report.expired ?? 0) > 0 ? 'stored' : 'acknowledged' };
}

/**
 * Moves a letter to the queue of parked ones: into that queue first, so that a death leaves two, not none. One that is
 * parked already begins its time there anew.
 */
async function park(letter: Letter, queue: LetterQueue, tools: DeadLetterTools): Promise<Worked> {
  const { failure } = openLetter(letter.body);
  const reason = letter.reason ?? failure?.slice(0, MAXIMUM_REASON_LENGTH);
  try {
    await tools.parked.put({ ...letter, ...(reason && { reason }) });
  } catch (error) {
    return failed(letter, error, tools);
  }
  try {
    await queue.delete(letter);
  } catch (error) {
    return { ...failed(letter, error, tools), result: 'not-deleted' };
  }
  return { result: 'parked' };
}

function failed({ id }: Letter, error: unknown, tools: DeadLetterTools): Worked {
  tools.onFailure?.(id, error);
  return { result: 'failed', why: errorName(error) };
}

/**
 * Takes letter after letter from a queue, ten at a time, until there are no more, enough was seen or time is up; gives
 * back what stays at the end, or parks it anew ({@link settle}), so that no letter is met twice.
 *
 * @param goesOn asked before each ten.
 * @returns whether it ended for another reason than time.
 */
async function walk(
  queue: LetterQueue,
  tools: Pick<DeadLetterTools, 'timeIsUp' | 'parked' | 'onFailure'>,
  goesOn: () => boolean,
  visit: (letter: Letter) => Promise<'gone' | 'stays'>,
): Promise<boolean> {
  const held = new Map<string, Letter>();
  try {
    while (goesOn()) {
      if (tools.timeIsUp?.()) return false;
      const taken = await queue.take();
      const fresh = taken.filter(({ messageId }) => !held.has(messageId));
      // In a long walk what was held first comes back: its receipt is a new one.
      for (const letter of taken) held.set(letter.messageId, letter);
      if (fresh.length === 0) return true;
      await Promise.all(
        fresh.map(async (letter) => {
          if ((await visit(letter)) === 'gone') held.delete(letter.messageId);
        }),
      );
    }
    return true;
  } finally {
    await Promise.all([...held.values()].map((letter) => settle(letter, queue, tools)));
  }
}

/**
 * Gives a letter back that stays where it is. A parked one that was taken three times, by whatever command, begins anew
 * instead: SQS no longer counts it for the age of the oldest message, by which the alarm tells of letters that are about to
 * expire (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
 */
async function settle(
  letter: Letter,
  queue: LetterQueue,
  { parked, onFailure }: Pick<DeadLetterTools, 'parked' | 'onFailure'>,
): Promise<void> {
  if (queue === parked && letter.receives >= RENEWED_AFTER) {
    try {
      await queue.put(letter);
      await queue.delete(letter);
      return;
    } catch (error) {
      onFailure?.(letter.id, error);
    }
  }
  // One that cannot be given back comes back by itself.
  await queue.giveBack(letter).catch(() => undefined);
}
