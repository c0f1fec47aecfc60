import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BackfillAnswer } from '../../lib/contracts/backfill.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { putMembers } from '../../lib/store/members.ts';
import { limiter } from '../../lib/suppression/limiter.ts';
import { type BackfillScene, type BackfillSceneOptions, backfillScene } from '../support/backfill-scene.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';

let table: TestTable;
const open: BackfillScene[] = [];

beforeAll(async () => {
  table = memoryTable();
});
afterAll(() => table.stop());
afterEach(async () => {
  for (const scene of open.splice(0)) await scene.stop();
});

async function prepare(options: Omit<BackfillSceneOptions, 'table'> = {}): Promise<BackfillScene> {
  const scene = await backfillScene({ table, ...options });
  open.push(scene);
  return scene;
}

const HANAKO = 'hanako@ezweb.ne.jp';
const DAY = 86_400_000;

/** Listed before anyone recorded events: by au's filter, by SoftBank and a company for want of the mailbox. */
function listThree(scene: BackfillScene): void {
  scene.ses.setMailbox(HANAKO, { filtersPcMail: true });
  scene.send('someone@kaisha.example', HANAKO, 'nobody@softbank.ne.jp');
}

/** Invokes until finished; how often that was. */
async function toTheEnd(invoke: () => Promise<BackfillAnswer>): Promise<number> {
  for (let count = 1; ; count += 1) {
    expect(count).toBeLessThan(1_000);
    const answer = await invoke();
    if (answer.finished) return count;
  }
}

describe('a backfill', () => {
  it('records the bounce behind an entry as if its event had arrived', async () => {
    const scene = await prepare();
    listThree(scene);
    const listed = await scene.list.get(HANAKO);
    scene.clock.advance(3 * DAY);

    const answer = await scene.invoke();
    expect(answer).toMatchObject({
      finished: true,
      total: 3,
      passed: 3,
      counts: { found: 3 },
      facts: 3,
      asked: 3,
      forgotten: 0,
    });
    expect(await scene.factsOf(HANAKO)).toEqual([
      {
        address: HANAKO,
        kind: 'insight',
        at: '2026-10-01T00:00:00.000Z',
        id: listed?.feedbackId,
        messageId: listed?.messageId,
        sentAt: '2026-10-01T00:00:00.000Z',
        senderDomain: 'shop.example',
        bounceType: 'Permanent',
        bounceSubType: 'General',
        diagnosticCode: 'smtp; 550 : User unknown',
      },
    ]);
  });

  it('looks first at bounces of carriers, and among the others at members', async () => {
    const scene = await prepare();
    scene.send('a@kaisha.example', 'b@kaisha.example', HANAKO, 'c@kaisha.example');
    await putMembers(scene.store, [
      { address: 'c@kaisha.example', since: '2024-01-01T00:00:00.000Z', source: 'members.csv' },
    ]);
    await scene.invoke();
    const asked = scene.server.calls.filter((call) => call.name === 'GetSuppressedDestination');
    expect(asked.map((call) => call.subject)).toEqual([
      HANAKO,
      'c@kaisha.example',
      'a@kaisha.example',
      'b@kaisha.example',
    ]);
  });

  it('leaves alone what is recorded already, and does not ask SES twice', async () => {
    const scene = await prepare();
    listThree(scene);
    await putFacts(scene.store, [
      {
        address: HANAKO,
        kind: 'bounce',
        at: '2026-10-01T00:00:00.000Z',
        id: 'feedback-1',
        messageId: 'message-1',
        sentAt: '2026-10-01T00:00:00.000Z',
        bounceType: 'Permanent',
        bounceSubType: 'General',
      },
    ]);
    expect(await scene.invoke()).toMatchObject({ passed: 3, counts: { found: 2 } });
    expect(await scene.invoke()).toMatchObject({ finished: true, passed: 3, counts: {}, asked: 0 });
    expect(scene.server.count('GetMessageInsights')).toBe(2);
  });

  it('looks again at an address that was listed anew', async () => {
    const scene = await prepare({ ses: { insightsDays: 30 } });
    scene.send('nobody@softbank.ne.jp');
    scene.clock.advance(40 * DAY);
    expect((await scene.invoke()).counts).toEqual({ forgotten: 1 });
    expect((await scene.invoke()).counts).toEqual({});
    scene.ses.list.delete('nobody@softbank.ne.jp');
    scene.send('nobody@softbank.ne.jp');
    expect((await scene.invoke()).counts).toEqual({ found: 1 });
  });

  it('says for how many mails SES no longer knows, and where its memory ends', async () => {
    const scene = await prepare({ ses: { insightsDays: 30 } });
    scene.send('old@kaisha.example', 'older@kaisha.example');
    scene.clock.advance(20 * DAY);
    scene.send('new@kaisha.example');
    scene.clock.advance(15 * DAY);
    expect(await scene.invoke()).toMatchObject({
      counts: { found: 1, forgotten: 2 },
      asked: 3,
      forgotten: 2,
      oldestKnown: '2026-10-21T00:00:00.000Z',
      newestForgotten: '2026-10-01T00:00:00.000Z',
    });
    expect(await scene.factsOf('old@kaisha.example')).toEqual([]);
  });

  it('accounts for every entry that tells nothing', async () => {
    const scene = await prepare();
    // SES shows nothing but the sending of a mail to several recipients.
    scene.ses.send({ from: 'order@shop.example', to: ['x@kaisha.example', 'y@kaisha.example'] });
    const updatedAt = scene.clock.time();
    scene.ses.list.put({ address: 'by-hand@kaisha.example', reason: 'BOUNCE', updatedAt });
    scene.ses.list.put({ address: 'with/slash@docomo.ne.jp', reason: 'BOUNCE', updatedAt });
    expect(await scene.invoke()).toMatchObject({
      passed: 4,
      counts: { 'no-event': 2, 'no-message': 1, unsupported: 1 },
      facts: 0,
    });
  });

  it('counts an entry that left the list meanwhile', async () => {
    const scene = await prepare();
    listThree(scene);
    const get: typeof scene.list.get = async (spelling) => {
      scene.ses.list.delete(spelling);
      return scene.list.get(spelling);
    };
    const answer = await scene.invoke({}, { list: { page: scene.list.page, get } });
    expect(answer.counts).toEqual({ 'no-longer-listed': 3 });
  });

  it('records a complaint as a complaint, whether or not it is what the address is listed for', async () => {
    const scene = await prepare();
    scene.ses.setMailbox('angry@example.jp', { exists: true, reaction: 'complains' });
    scene.send('angry@example.jp');
    scene.clock.advance(DAY);
    const listed = await scene.list.get('angry@example.jp');
    expect(await scene.invoke()).toMatchObject({ counts: { found: 1 } });
    expect(await scene.factsOf('angry@example.jp')).toMatchObject([
      { kind: 'complaint', id: listed?.feedbackId, complaintFeedbackType: 'abuse' },
    ]);
  });

  it('walks only what was listed since a date', async () => {
    const scene = await prepare();
    scene.send('old@kaisha.example');
    scene.clock.advance(10 * DAY);
    scene.send('new@kaisha.example');
    const answer = await scene.invoke({ since: '2026-10-05T00:00:00.000Z' });
    expect(answer).toMatchObject({ total: 1, counts: { found: 1 } });
    expect(await scene.factsOf('old@kaisha.example')).toEqual([]);
  });

  it('refuses to begin without message insights, and says what to do', async () => {
    const scene = await prepare({ ses: { account: { vdmEnabled: false } } });
    listThree(scene);
    await expect(scene.invoke()).rejects.toMatchObject({
      name: 'InsightsUnavailableError',
      message: expect.stringContaining('Virtual Deliverability Manager is off'),
    });
  });
});

describe('a backfill at SES’s rate', () => {
  it('makes at most one call a second, whichever call it is', async () => {
    const times: number[] = [];
    const scene = await prepare({
      limiter: (clock) => {
        const inner = limiter(1, {
          now: clock.time,
          sleep: async (milliseconds) => clock.advance(milliseconds),
        });
        return {
          hold: inner.hold,
          async take() {
            await inner.take();
            times.push(clock.time());
          },
        };
      },
    });
    listThree(scene);
    scene.server.limit({ perSecond: 1, time: scene.clock.time });
    const before = scene.clock.time();
    expect(await scene.invoke()).toMatchObject({ finished: true, counts: { found: 3 } });
    // One for the account, three walks over one page, two for each entry.
    expect(times).toEqual(Array.from({ length: 10 }, (_, index) => before + index * 1000));
  });
});

describe('a backfill that is stopped', () => {
  const EIGHT = Array.from(
    { length: 8 },
    (_, index) => `nobody${index}@${index % 2 ? 'au.com' : 'kaisha.example'}`,
  );

  it('goes on where it was, asks for no entry twice, and keeps count', async () => {
    const scene = await prepare();
    scene.send(...EIGHT);
    const positions: number[] = [];
    const invocations = await toTheEnd(async () => {
      const answer = await scene.invoke({}, { timeIsUp: () => true });
      positions.push(answer.passed);
      return answer;
    });
    expect(invocations).toBeGreaterThan(8);
    expect(positions).toEqual(positions.toSorted((left, right) => left - right));
    expect(scene.server.count('GetSuppressedDestination')).toBe(8);
    expect(scene.server.count('GetAccount')).toBe(1);
    for (const address of EIGHT) expect(await scene.factsOf(address)).toHaveLength(1);
  });

  it('tells the same after any death on the way as without', async () => {
    const undisturbed = await prepare();
    undisturbed.send(...EIGHT.slice(0, 3));
    let calls = 0;
    undisturbed.intercept((proceed) => {
      calls += 1;
      return proceed();
    });
    await undisturbed.invoke();
    undisturbed.intercept(undefined);
    const expected = await facts(undisturbed);
    expect(calls).toBeGreaterThan(20);

    for (let death = 1; death <= calls; death += 1) {
      const scene = await prepare();
      scene.send(...EIGHT.slice(0, 3));
      let left = death;
      scene.intercept(async (proceed) => {
        left -= 1;
        // From then on it reaches nothing any more, as after kill -9.
        if (left <= 0) throw new Error('killed');
        return proceed();
      });
      await scene.invoke().catch(() => undefined);
      scene.intercept(undefined);
      await toTheEnd(() => scene.invoke());
      expect(await facts(scene), `killed at call ${death}`).toEqual(expected);
      await open.pop()?.stop();
    }
  });

  it('begins the walk anew when SES does not take the token of its page any more', async () => {
    const scene = await prepare();
    scene.send(...EIGHT);
    const paged: typeof scene.list.page = async (options) => {
      const all = await scene.list.page({});
      const from = Number(options.token ?? 0);
      const next = from + 3;
      return {
        entries: all.entries.slice(from, next),
        ...(next < all.entries.length && { next: String(next) }),
      };
    };
    let expired = 0;
    const page: typeof scene.list.page = async (options) => {
      if (options.token === '6' && expired < 2) {
        expired += 1;
        throw Object.assign(new Error('expired'), { name: 'InvalidNextTokenException' });
      }
      return paged(options);
    };
    const answer = await scene.invoke({}, { list: { page, get: scene.list.get } });
    expect(answer).toMatchObject({ finished: true, total: 8, passed: 8, counts: { found: 8 } });
    expect(expired).toBe(2);
  });

  it('counts a failing entry and tries it again the next time', async () => {
    const scene = await prepare();
    scene.send(...EIGHT);
    const failed: string[] = [];
    const get: typeof scene.list.get = async (spelling) => {
      if (spelling === EIGHT[3] && failed.length === 0) throw new Error('SES is busy');
      return scene.list.get(spelling);
    };
    const list = { page: scene.list.page, get };
    const onFailure = (address: string) => failed.push(address);
    expect((await scene.invoke({}, { list, onFailure })).counts).toEqual({ found: 7, failed: 1 });
    expect(failed).toEqual([EIGHT[3]]);
    expect((await scene.invoke({}, { list, onFailure })).counts).toEqual({ found: 1 });
  });

  it('gives up when nothing answers, and can be taken up again', async () => {
    const scene = await prepare();
    scene.send(...EIGHT);
    const get = () => Promise.reject(new Error('no route to SES'));
    await expect(scene.invoke({}, { list: { page: scene.list.page, get } })).rejects.toThrow(
      'no route to SES',
    );
    // The rest of the interrupted one, then what had failed in it.
    await scene.invoke();
    expect(await scene.invoke()).toMatchObject({ finished: true, passed: 8 });
    for (const address of EIGHT) expect(await scene.factsOf(address)).toHaveLength(1);
  });

  it('begins anew when asked to, or for another span of dates', async () => {
    const scene = await prepare();
    scene.send(...EIGHT);
    const first = await scene.invoke({}, { timeIsUp: () => true });
    expect(first.finished).toBe(false);
    scene.clock.advance(1_000);
    const resumed = await scene.invoke({}, { timeIsUp: () => true });
    expect(resumed.startedAt).toBe(first.startedAt);
    const anew = await scene.invoke({ restart: true }, { timeIsUp: () => true });
    expect(anew.startedAt).not.toBe(first.startedAt);
    scene.clock.advance(1_000);
    const other = await scene.invoke({ since: '2026-09-01T00:00:00.000Z' }, { timeIsUp: () => true });
    expect(other.startedAt).not.toBe(anew.startedAt);
  });

  async function facts(scene: BackfillScene) {
    return Promise.all(
      EIGHT.slice(0, 3).map(async (address) =>
        (await scene.factsOf(address)).map(({ kind, at, bounceType, diagnosticCode }) => ({
          kind,
          at,
          bounceType,
          diagnosticCode,
        })),
      ),
    );
  }
});
