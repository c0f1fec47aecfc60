import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryTable } from '../support/memory-table.ts';
import { startWorld, type World } from '../support/world.ts';
import { judgeEnd } from './news-judge.ts';
import { FLOWS, NEWS, NewsStage } from './news-scene.ts';

/**
 * `npm run news` has every piece of news arrive before every call of a flow; the tests of every run before the calls
 * around the deletion alone.
 */
const all = process.env.NEWS !== undefined;

let world: World;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable() });
});
afterAll(() => world.stop());

it.each(FLOWS)('$name ends right, whatever news arrives on the way', { timeout: 1_200_000 }, async (flow) => {
  const stage = new NewsStage(world);
  const wrong: string[] = [];
  const windows = new Map<string, number[]>();
  const { steps } = await stage.play({ flow, news: 'nothing', before: Number.POSITIVE_INFINITY });
  const deletion = steps.findIndex(({ name }) => /^(?:DeleteSuppressed|CreateImportJob)/.test(name)) + 1;
  const calls = all ? steps.map((_, index) => index + 1) : [-1, 0, 1].map((offset) => deletion + offset);
  for (const news of NEWS) {
    for (const before of calls) {
      const seen = await stage.play({ flow, news, before });
      // The flow had ended before this call.
      if (seen.newsAt === undefined && news !== 'nothing') break;
      const judged = judgeEnd(seen);
      wrong.push(...judged.wrong.map((each) => `${news}, before call ${before}: ${each}`));
      const { window } = judged;
      if (window) {
        const kind = `${window.kind}, ${window.inBulk ? 'bulk' : 'single'}`;
        windows.set(kind, [...(windows.get(kind) ?? []), window.calls]);
      }
    }
  }
  if (all) {
    for (const [kind, lengths] of windows) {
      process.stdout.write(
        `${flow.name}: ${kind}: ${lengths.length} unseen, longest ${Math.max(...lengths)} calls\n`,
      );
    }
  }
  expect(wrong).toEqual([]);
});
