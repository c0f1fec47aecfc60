import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWhole } from '../support/thorough.ts';
import { startWorld, type World } from '../support/world.ts';
import { FLOWS, type Flow, type News, newsOf } from './news-flows.ts';
import { judgeEnd, type Window } from './news-judge.ts';
import { NewsStage, type Play, type ResumedBy, type Step } from './news-scene.ts';

/**
 * `npm run news` has every piece of news arrive before every call of every flow, and before every call of what goes on
 * after the flow was killed at any of its calls. The tests of every run take a part of it.
 */
const whole = isWhole('NEWS');

/** The news that issue 10 names, at every write and at both ends of each run of reads in the tests of every run. */
const NAMED: ReadonlySet<News> = new Set([
  'complaint by event',
  'complaint by list only',
  'unknown user',
  're-listing',
  'throttle',
]);

let world: World;
let stage: NewsStage;
let plays = 0;
let killedPlays = 0;
let wrongEnds = 0;
const windows: Window[] = [];

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
  stage = new NewsStage(world);
});
afterAll(async () => {
  await world.stop();
  if (whole) process.stdout.write(summary());
});

/** Plays it; undefined where the flow ends before the news. */
async function played(play: Play): Promise<string[] | undefined> {
  const seen = await stage.play(play);
  if (seen.newsAt === undefined && play.news !== 'nothing') return undefined;
  plays += 1;
  if (play.killed) killedPlays += 1;
  const { wrong, window } = judgeEnd(seen);
  wrongEnds += wrong.length > 0 ? 1 : 0;
  if (whole && plays % 500 === 0) process.stdout.write(`${plays} plays, ${wrongEnds} wrong ends\n`);
  if (window) windows.push(window);
  return wrong.map((each) => `${nameOf(play)}: ${each}`);
}

function nameOf({ news, before, killed }: Play): string {
  const after = killed ? `killed before call ${killed.before}, resumed by ${killed.resumedBy}, ` : '';
  return `${after}${news} before call ${before}`;
}

/** Every write, and the first and last of each run of reads, as numbers of calls. */
function edges(steps: readonly Step[]): number[] {
  return steps.flatMap(({ writes }, index) =>
    writes || steps[index - 1]?.writes !== false || steps[index + 1]?.writes !== false ? [index + 1] : [],
  );
}

/** The number of the call that deletes the entry, and of those beside it. */
function aroundDeletion(steps: readonly Step[]): number[] {
  const at = steps.findIndex(({ name }) => /^(?:DeleteSuppressed|CreateImportJob)/.test(name)) + 1;
  return at === 0 ? [] : [at - 1, at, at + 1].filter((each) => each <= steps.length);
}

/** The number of the call that reads the stop switch for the last time before the deletion. */
function lastStopRead(steps: readonly Step[]): number[] {
  const at = steps.slice(0, aroundDeletion(steps)[1]).findLastIndex(({ isOfStop }) => isOfStop) + 1;
  return at === 0 ? [] : [at];
}

/** The numbers of the calls between an import job and the look at what it left, the latter included. */
function fromJobToLook(steps: readonly Step[]): number[] {
  const job = steps.findIndex(({ name }) => name === 'CreateImportJob');
  const look = steps.findIndex(({ name }, index) => index > job && name.startsWith('ListSuppressed'));
  return job < 0 ? [] : steps.flatMap((_, index) => (index > job && index <= look ? [index + 1] : []));
}

/** The calls before which a piece of news arrives. */
function placesOf(news: News, steps: readonly Step[]): number[] {
  if (news === 'nothing') return [Number.POSITIVE_INFINITY];
  if (news === 'the job leaves it') return fromJobToLook(steps);
  const all = steps.map((_, index) => index + 1);
  // SES alone refuses calls for their rate.
  const isPossible = (before: number) => !news.startsWith('throttle') || steps[before - 1]?.isOfSes === true;
  if (whole) return all.filter(isPossible);
  if (news === 'stop switch') return lastStopRead(steps);
  if (news.startsWith('deleted elsewhere')) return [1, ...aroundDeletion(steps)];
  return (NAMED.has(news) ? edges(steps) : aroundDeletion(steps)).filter(isPossible);
}

/** Who goes on with a flow that was killed. */
function resumers(flow: Flow): readonly ResumedBy[] {
  return flow.name.startsWith('apply') ? ['cleanup'] : ['same', 'cleanup'];
}

describe.each(FLOWS)('$name', (flow) => {
  it('ends right, whatever news arrives on the way', { timeout: 1_200_000 }, async () => {
    const steps = await stage.calls(flow);
    const wrong: string[] = [];
    for (const news of newsOf(flow)) {
      for (const before of placesOf(news, steps))
        wrong.push(...((await played({ flow, news, before })) ?? []));
    }
    expect(wrong).toEqual([]);
  });

  it('ends right when it goes on after a kill, whatever news arrives', { timeout: 3_600_000 }, async () => {
    const wrong: string[] = [];
    let turn = 0;
    for (const killedBefore of await stage.killPoints(flow)) {
      for (const resumedBy of resumers(flow)) {
        const killed = { before: killedBefore, resumedBy };
        const steps = await stage.calls(flow, killed);
        for (const news of newsOf(flow)) {
          const places = whole
            ? [...(news === 'nothing' || news === 'the job leaves it' ? [] : [0]), ...placesOf(news, steps)]
            : placesAfterKill(news, steps, turn++);
          for (const before of places) {
            wrong.push(...((await played({ flow, news, before, killed })) ?? []));
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** Of the places after a kill: right after it, and in turn one around the deletion. */
function placesAfterKill(news: News, steps: readonly Step[], turn: number): number[] {
  if (news === 'stop switch') return [0];
  if (!NAMED.has(news)) return [];
  const around = aroundDeletion(steps);
  const one = around.slice(turn % Math.max(1, around.length)).slice(0, 1);
  // That SES refuses calls says nothing once it is over.
  return news === 'throttle' ? one : [0, ...one];
}

function summary(): string {
  const [single, bulk] = unseen();
  const rows = (['complaint by list only', 'unknown user', 'complaint after an override'] as const).map(
    (kind) => `${kind}: longest window ${longest(kind).join(' calls, in bulk ')} calls\n`,
  );
  return `${plays} plays, ${killedPlays} of them after a kill, ${wrongEnds} wrong ends
a complaint that only the list knew went unseen in ${single} plays, in bulk in ${bulk}\n${rows.join('')}`;
}

/** The longest window of a kind in calls: where the gate deletes, and where an import job does. */
function longest(kind: Window['kind']): number[] {
  return [false, true].map((inBulk) =>
    Math.max(
      0,
      ...windows.filter((each) => each.kind === kind && each.inBulk === inBulk).map(({ calls }) => calls),
    ),
  );
}

/** In how many plays nobody saw a complaint that only the list knew. */
function unseen(): number[] {
  return [false, true].map(
    (inBulk) =>
      windows.filter((each) => each.kind === 'complaint by list only' && each.inBulk === inBulk).length,
  );
}

it('finds the windows that the threat model tells of', () => {
  const told = readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');
  const callsIn = (row: string) => {
    const cells =
      told
        .split('\n')
        .find((line) => line.startsWith(`| ${row} `))
        ?.split('|') ?? [];
    return cells.slice(2, 4).map((cell) => Number(/^ (\d+) calls?/.exec(cell)?.[1] ?? 0));
  };
  expect({
    'complaint by list only': callsIn('a complaint that the list alone knows'),
    'unknown user': callsIn('a bounce that the mailbox is not there'),
    'complaint after an override': callsIn('the same after an override'),
  }).toEqual({
    'complaint by list only': longest('complaint by list only'),
    'unknown user': longest('unknown user'),
    'complaint after an override': longest('complaint after an override'),
  });
  // How many plays there are is known to the whole product alone.
  const counts = /unseen in (\d+) plays where the gate deletes,\s+and in (\d+) where/.exec(told)?.slice(1);
  if (whole) expect(counts).toEqual(unseen().map(String));
});

it('is judged by none of the code that decides about removals', () => {
  const judge = readFileSync(new URL('news-judge.ts', import.meta.url), 'utf8');
  expect(judge.match(/^import .*$/gm)).toEqual(["import type { Seen } from './news-scene.ts';"]);
});

it('plays alike on real servers', async () => {
  const real = await startWorld();
  const memory = await startWorld({ inMemory: true });
  try {
    const [onServers, inMemory] = [new NewsStage(real), new NewsStage(memory)];
    // Between them they make every call that a flow makes.
    for (const flow of FLOWS.filter(({ name }) => /^(?:apply, bulk|rescue wave)$/.test(name))) {
      const deletion = aroundDeletion(await stage.calls(flow))[1];
      const play: Play = { flow, news: 'complaint by event alone', before: deletion ?? 1 };
      expect(await inMemory.play(play)).toEqual(await onServers.play(play));
      expect(await memory.table.scan()).toEqual(await real.table.scan());
    }
  } finally {
    await Promise.all([real.stop(), memory.stop()]);
  }
});
