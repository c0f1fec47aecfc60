import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProposalsPage, proposalsRequestSchema } from '../../lib/contracts/proposals.ts';
import { proposals } from '../../lib/operations/proposals.ts';
import { startWorld, type World } from '../support/world.ts';

const DAY = 86_400_000;
const [WELCOME, STRANGER, LATE] = ['welcome@ezweb.ne.jp', 'stranger@ezweb.ne.jp', 'late@ezweb.ne.jp'];

let world: World;

/** One customer whom mail reached before, one stranger, one who missed mail last; all refused and proposed. */
beforeAll(async () => {
  world = await startWorld({ inMemory: true });
  world.ses.setMailbox(WELCOME, { exists: true });
  await world.send(WELCOME);
  world.clock.advance(DAY);
  for (const address of [WELCOME, STRANGER, LATE]) {
    world.ses.setMailbox(address, { exists: true, filtersPcMail: true });
    await world.send(address);
    world.clock.advance(DAY);
  }
  await world.members(WELCOME);
  await world.send(WELCOME, LATE);
  world.clock.advance(DAY);
  await world.send(LATE);
  await world.run({ mode: 'propose' });
});
afterAll(() => world.stop());

const page = (request: object = {}): Promise<ProposalsPage> =>
  proposals(proposalsRequestSchema.parse(request), world.store);

describe('a waiting proposal', () => {
  it('comes with what helps to decide it', async () => {
    const shown = (await page()).proposals;
    const of = (address: string) => shown.find((each) => each.address === address);
    expect(of(WELCOME)).toMatchObject({
      memberSince: expect.any(String),
      reachedAt: expect.stringMatching(/^2026-10-01/),
      missed: { count: 1, last: expect.stringMatching(/^2026-10-05/) },
    });
    // The refused mail itself reached nobody.
    expect(of(STRANGER)).toMatchObject({ missed: { count: 0 } });
    expect(of(STRANGER)).not.toHaveProperty('reachedAt');
    expect(of(STRANGER)).not.toHaveProperty('memberSince');
    // Why it was proposed stands in the audit, with what the diagnosis rested on.
    expect(of(STRANGER)?.because?.ja).toContain('裏付けがありません');
    expect(of(STRANGER)?.evidence?.length).toBeGreaterThan(0);
    expect(of(LATE)).toMatchObject({ missed: { count: 2, last: expect.stringMatching(/^2026-10-06/) } });
  });

  it('is found on the page after, by a token that names nobody', async () => {
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const read: ProposalsPage = await page({ limit: 1, ...(next && { next }) });
      seen.push(...read.proposals.map(({ address }) => address));
      next = read.next;
      for (const text of [next ?? '', Buffer.from(next ?? '', 'base64url').toString()]) {
        expect(text).not.toMatch(/@|ezweb/);
      }
    } while (next !== undefined);
    expect(seen.toSorted()).toEqual([LATE, STRANGER, WELCOME]);
    await expect(page({ next: 'eyJwayI6IkFERFJFU1MjYSJ9' })).rejects.toMatchObject({ code: 'wrong-next' });
  });
});
