import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import { nearMatches } from '../../lib/operations/near.ts';
import { putMembers } from '../../lib/store/members.ts';
import { openTable } from '../../lib/store/table.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';
import { clientThat } from '../support/table.ts';

let system: LocalSystem;
let folder: CliFolder;

beforeAll(async () => {
  system = await startLocalSystem({ start: '2026-11-01T00:00:00Z', table: memoryTable() });
  folder = cliFolder();
  folder.useLocal(system.lambda.endpoint);
  for (const address of ['midori.mori@docomo.ne.jp', 'sora@t.vodafone.ne.jp', "o'hara;id@shop.example"]) {
    system.ses.list.put({ address, reason: 'BOUNCE', updatedAt: Date.parse('2026-10-20T00:00:00Z') });
  }
  await system.invoke('cleanup', {});
  await putMembers(system.store, [
    { address: 'ren-kato@ezweb.ne.jp', since: '2024-05-01T00:00:00.000Z', source: 'shop' },
  ]);
});
afterAll(async () => {
  folder.remove();
  await system.stop();
});

const ask = (address: string) => system.invoke<LookupAnswer>('lookup', { address });
const todoku = (...words: string[]) => folder.run(...words, '--local');

describe('a listed address', () => {
  it('is found whatever unseen signs are sprinkled into it', async () => {
    const signs = [...'\u200b\u00ad\ufeff\u2060\u202e\u3164\u0007', '\u{e0041}'];
    const sprinkled = fc.array(fc.tuple(fc.nat(30), fc.constantFrom(...signs)), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(sprinkled, async (places) => {
        const letters = [...'sora@t.vodafone.ne.jp'];
        for (const [place, sign] of places) letters.splice(place % (letters.length + 1), 0, sign);
        const { address, listing } = await ask(letters.join(''));
        expect({ address, state: listing.state }).toEqual({
          address: 'sora@t.vodafone.ne.jp',
          state: 'listed',
        });
      }),
      { numRuns: 15 },
    );
    const { code, stderr } = await todoku('lookup', '<so\u200bra@t.vodafone.ne.jp>、');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'todoku: what was typed is read as sora@t.vodafone.ne.jp\n',
    });
  });
});

describe('an address of which nothing is known', () => {
  it('is told with those on record that may have been meant, and with how to go on', async () => {
    const result = await todoku('lookup', 'midori.mroi@docomo.ne.jp');
    expect(result.code).toBe(3);
    const { stdout } = result;
    expect(stdout).toContain(
      'midori.mori@docomo.ne.jp  on the list since 2026-10-20, as last seen; one letter',
    );
    expect(stdout).toContain('todoku lookup midori.mori@docomo.ne.jp --local');
    expect(stdout.replace(/\s+/g, ' ')).toContain('They may be other customers’');
    // Before all that is said of an address without a record.
    const all = (await todoku('lookup', 'midori.mroi@docomo.ne.jp', '--all')).stdout;
    expect(all.indexOf('midori.mori@')).toBeLessThan(all.indexOf('Diagnosis'));
    const japanese = await todoku('lookup', 'midori.mroi@docomo.ne.jp', '--lang', 'ja');
    expect(japanese.stdout).toContain('別のお客様のアドレスかもしれません');
    expect(japanese.stdout).toContain('2026-10-20から登録（前回の確認時点）');
  });

  it.each([
    ['midorimori@docomo.ne.jp', 'midori.mori@docomo.ne.jp', { slip: 'letter', caseState: 'kept' }],
    ['midori-mori@docomo.ne.jp', 'midori.mori@docomo.ne.jp', { slip: 'letter' }],
    ['midori.mori@docomo.co.jp', 'midori.mori@docomo.ne.jp', { slip: 'domain' }],
    ['midori.mori@ezweb.ne.jp', 'midori.mori@docomo.ne.jp', { slip: 'other-domain' }],
    ['sora@softbank.ne.jp', 'sora@t.vodafone.ne.jp', { slip: 'carrier-domain' }],
    ['ren_kato@ezweb.ne.jp', 'ren-kato@ezweb.ne.jp', { memberSince: '2024-05-01T00:00:00.000Z' }],
    ['ren-kato@au.com', 'ren-kato@ezweb.ne.jp', { slip: 'carrier-domain' }],
  ])('%s: %s', async (typed, meant, match) => {
    const { near, listing } = await ask(typed);
    expect(listing.state).toBe('not-listed');
    expect(near?.matches).toMatchObject([{ address: meant, ...match }]);
    expect(near?.incomplete).toBeUndefined();
  });

  it('is not told with any where none is alike, and an address on record is no guess', async () => {
    expect((await ask('nobody.like.it@docomo.ne.jp')).near).toBeUndefined();
    expect((await ask('midori.mori@docomo.ne.jp')).near).toBeUndefined();
    expect((await ask('ren-kato@ezweb.ne.jp')).near).toBeUndefined();
  });

  it('gives a stranger’s address to the shell as one word', async () => {
    const { stdout } = await todoku('lookup', "o'hara;i@shop.example");
    expect(stdout).toContain(`todoku lookup 'o'\\''hara;id@shop.example' --local`);
  });

  it('changes nothing of what it names', async () => {
    const before = await system.tableText();
    await ask('midori.mroi@docomo.ne.jp');
    expect(await system.tableText()).toBe(before);
    expect(system.ses.list.get('midori.mori@docomo.ne.jp')).toBeDefined();
  });
});

describe('the reading of guesses', () => {
  const calls: number[] = [];
  afterEach(() => void calls.splice(0));
  const now = () => new Date('2026-11-01T00:00:00Z');
  const tableOf = (answer: (keys: unknown[]) => Promise<unknown>) =>
    openTable({
      client: clientThat(async ({ input }: { input: { RequestItems: { t: { Keys: unknown[] } } } }) => {
        const { Keys } = input.RequestItems.t;
        calls.push(Keys.length);
        return answer(Keys);
      }),
      tableName: 't',
      now,
    });

  it('takes ten calls at most, however long the address', async () => {
    const store = tableOf(async () => ({ Responses: { t: [] } }));
    for (const address of ['sakura.tanaka.1988@docomo.ne.jp', 'a@docomo.ne.jp', `${'x'.repeat(60)}@au.com`]) {
      calls.splice(0);
      expect(await nearMatches(address, store, 60_000)).toBeUndefined();
      expect(calls.length).toBeLessThanOrEqual(10);
      expect(Math.max(...calls)).toBeLessThanOrEqual(100);
    }
  });

  it('asks again for what was left unprocessed, and says what could not be read in time', async () => {
    const seen = new Set<string>();
    const once = tableOf(async (keys) => {
      const isFirst = !seen.has(JSON.stringify(keys[0]));
      seen.add(JSON.stringify(keys[0]));
      return isFirst ? { UnprocessedKeys: { t: { Keys: keys } } } : { Responses: { t: [] } };
    });
    expect(await nearMatches('hanako@docomo.ne.jp', once, 60_000)).toBeUndefined();

    // On a clock of the test's own: a busy machine makes nobody wait longer.
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    try {
      const never = tableOf(async (keys) => ({ UnprocessedKeys: { t: { Keys: keys } } }));
      let answer: unknown;
      void nearMatches('hanako@docomo.ne.jp', never).then((given) => {
        answer = given;
      });
      await vi.advanceTimersByTimeAsync(900);
      expect(answer).toMatchObject({ matches: [], incomplete: true });
    } finally {
      vi.useRealTimers();
    }

    const broken = tableOf(async () => {
      throw new Error('no permission');
    });
    expect(await nearMatches('hanako@docomo.ne.jp', broken)).toMatchObject({ incomplete: true });
  });
});
