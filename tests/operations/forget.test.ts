import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '../../lib/mails/fact.ts';
import { history } from '../../lib/operations/history.ts';
import { ingest } from '../../lib/operations/ingest.ts';
import { note } from '../../lib/operations/notes.ts';
import { ELSEWHERE } from '../../lib/operations/privacy/elsewhere.ts';
import { acceptKeyLoss } from '../../lib/operations/privacy/forget.ts';
import { status } from '../../lib/operations/status.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { putWaveMembers } from '../../lib/store/campaign.ts';
import { putCheckpoint } from '../../lib/store/checkpoint.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { putNotices } from '../../lib/store/notices.ts';
import { notePutBackRefused } from '../../lib/store/put-backs.ts';
import { putRemovalFile } from '../../lib/store/removal-jobs.ts';
import { bounceText } from '../support/events.ts';
import { exportIn, forgetIn, removeIn, tracesOf } from '../support/forget-scene.ts';
import { startWorld, type World } from '../support/world.ts';

const DAY = 86_400_000;
const HANAKO = 'hanako@ezweb.ne.jp';
const SPELLING = 'Hanako@ezweb.ne.jp';
const NEW = 'hanako.new@gmail.com';

let world: World;

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const now = () => world.clock.now();
const nowText = () => now().toISOString();

function complaint(address: string, at: string): Fact {
  return {
    address,
    kind: 'complaint',
    at,
    id: `c-${at}`,
    messageId: 'm',
    sentAt: at,
    complaintFeedbackType: 'abuse',
  };
}

/** A customer whom au's filter refuses: listed, proposed. */
async function refused(address = HANAKO, spelling = SPELLING): Promise<void> {
  world.ses.setMailbox(spelling, { filtersPcMail: true });
  await world.send(spelling);
  await world.members(address);
  world.clock.advance(DAY);
  await world.run({ mode: 'propose' });
}

/** A customer of whom something stands in every place where an address can stand. */
async function known(): Promise<void> {
  await refused();
  // Removed once, delivered, refused again: an outcome stands under its rule.
  await removeIn(world, SPELLING);
  world.ses.setMailbox(SPELLING, { filtersPcMail: false });
  await world.send(SPELLING);
  world.clock.advance(DAY);
  await world.run({ mode: 'propose', full: true });
  await refused();
  const operator = 'ito';
  await note({ address: HANAKO, operator, movedTo: NEW }, { store: world.store, now });
  await note({ address: NEW, operator, text: 'a call' }, { store: world.store, now });
  await putWaveMembers(
    world.store,
    'c#1#dead',
    [{ address: HANAKO, tier: 'member', state: 'chosen' }],
    nowText(),
  );
  await putRemovalFile(world.store, 'job', [SPELLING, 'Taro@ezweb.ne.jp'], now());
  const notice = {
    kind: 'put-back',
    id: 'n',
    at: nowText(),
    address: HANAKO,
    rule: 'r',
    refused: true,
  } as const;
  await putNotices({ ...world.store, notices: 'addresses' }, [notice]);
  await notePutBackRefused(world.store, { address: HANAKO, at: nowText() });
  const entries = [SPELLING, 'Taro@ezweb.ne.jp'].map((spelling) => ({
    spelling,
    reason: 'BOUNCE' as const,
    at: nowText(),
  }));
  const walk = {
    startedAt: nowText(),
    full: true,
    seen: 1,
    closing: { from: { pk: `ADDRESS#${HANAKO}`, sk: 'CASE' } },
  };
  await putCheckpoint(world.store, { again: entries, walk }, 99);
}

describe('an export', () => {
  it('holds everything on record, wherever it stands, and nothing of others', async () => {
    await known();
    const { items, mentions = [], listed } = await exportIn(world, '"Hanako"@EZWEB.ne.jp');
    const kinds = new Set(items.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(['case', 'decision', 'fact', 'member', 'note']);
    expect(new Set(mentions.map(({ where }) => where))).toEqual(
      new Set(['note', 'wave', 'job', 'checkpoint', 'put-back', 'outcome', 'notice']),
    );
    expect(listed).toMatchObject({ spelling: SPELLING, reason: 'BOUNCE' });
    const text = JSON.stringify({ items, mentions });
    expect(text).not.toContain('Taro');
    // Every value of every item under the address.
    for (const item of (await world.table.scan()).filter(({ pk }) => pk === `ADDRESS#${HANAKO}`)) {
      for (const value of Object.values(item)) expect(text).toContain(JSON.stringify(value));
    }
  });

  it('comes in parts where there is much', async () => {
    const facts = Array.from(
      { length: 60 },
      (_, index): Fact => ({
        ...complaint(HANAKO, new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString()),
        kind: 'bounce',
        diagnosticCode: 'x'.repeat(60_000),
      }),
    );
    await putFacts(world.store, facts);
    const first = await exportIn(world, HANAKO);
    expect(first.items.length).toBeLessThan(60);
    expect(first.next).toBe(first.items.at(-1)?.item.sk);
  });
});

describe('forgetting a person', () => {
  it('leaves nothing of the address anywhere, in whatever form it is asked for', async () => {
    await known();
    expect((await tracesOf(world, HANAKO)).length).toBeGreaterThan(12);
    const receipt = await forgetIn(world, 'ＨＡＮＡＫＯ@ezweb.ne.jp', { reason: `as ${HANAKO} asked` });
    expect(await tracesOf(world, HANAKO)).toEqual([]);
    // Neither does the receipt name anybody, nor the audit.
    expect(JSON.stringify(receipt).toLowerCase()).not.toContain('hanako');
    expect(receipt).toMatchObject({
      masked: 'h***@ezweb.ne.jp',
      complaint: false,
      entry: { result: 'stays' },
    });
    expect(receipt.erased).toMatchObject({
      case: 1,
      member: 1,
      note: 2,
      wave: 1,
      job: 1,
      checkpoint: 1,
      outcome: 1,
    });
    const { decisions } = await history({ since: '2026-01-01T00:00:00Z', limit: 10 }, world.store);
    expect(decisions).toMatchObject([
      { action: 'forgotten', by: 'suzuki', address: 'h***@ezweb.ne.jp', note: 'as h***@ezweb.ne.jp asked' },
    ]);
    // Others keep what is theirs; the rule keeps its outcome.
    const text = JSON.stringify(await world.table.scan());
    for (const theirs of ['Taro@ezweb.ne.jp', NEW, 'a call', '"pk":"OUTCOMES#'])
      expect(text).toContain(theirs);
  });

  it('may be asked again, also of somebody of whom nothing is known', async () => {
    await refused();
    await forgetIn(world, HANAKO);
    expect((await forgetIn(world, HANAKO)).erased).toEqual({});
    expect((await forgetIn(world, 'nobody@example.jp')).entry).toEqual({ result: 'none' });
    expect(await tracesOf(world, HANAKO)).toEqual([]);
  });

  it.each([
    'a..b.@docomo.ne.jp',
    'hanako+shop@gmail.com',
    '"han ako"@example.jp',
    'foo/bar@docomo.ne.jp',
    '日本@例え.jp',
  ])('forgets an address such as %s', async (address) => {
    await putFacts(world.store, [complaint(await addressOf(address), nowText())]);
    expect(await forgetIn(world, address)).toMatchObject({ complaint: true });
    expect(await tracesOf(world, await addressOf(address))).toEqual([]);
  });

  it('takes the entry off the list where that is asked for and no rule forbids it', async () => {
    await refused();
    expect(await forgetIn(world, HANAKO, { unlist: true })).toMatchObject({ entry: { result: 'unlisted' } });
    expect(world.ses.list.get(SPELLING)).toBeUndefined();
    expect(await tracesOf(world, HANAKO)).toEqual([]);
  });

  it('never takes an entry off the list whose owner complained, and forgets the person all the same', async () => {
    await refused();
    await putFacts(world.store, [complaint(HANAKO, nowText())]);
    const receipt = await forgetIn(world, HANAKO, { unlist: true });
    expect(receipt).toMatchObject({ complaint: true, entry: { result: 'refused' } });
    expect(world.ses.list.get(SPELLING)).toBeDefined();
    expect(await tracesOf(world, HANAKO)).toEqual([]);
  });
});

async function addressOf(text: string): Promise<string> {
  const { normaliseAddress } = await import('../../lib/address.ts');
  return normaliseAddress(text);
}

describe('an address that was forgotten', () => {
  it('is left alone by every walk, which writes nothing of it', async () => {
    await refused();
    await forgetIn(world, HANAKO);
    for (const full of [false, true]) {
      world.clock.advance(DAY);
      const { counts } = await world.run({ mode: 'apply', full });
      if (full) expect(counts).toMatchObject({ 'forgotten-person': 1 });
    }
    expect(world.ses.list.get(SPELLING)).toBeDefined();
    expect(await tracesOf(world, HANAKO)).toEqual([]);
  });

  it('stays known for as long as walks meet it', async () => {
    await refused();
    await forgetIn(world, HANAKO);
    for (let year = 0; year < 9; year += 1) {
      world.clock.advance(365 * DAY);
      await world.run({ mode: 'apply', full: true });
    }
    expect(await tracesOf(world, HANAKO)).toEqual([]);
  });

  it('is protected by its complaint from a removal by hand, also when it is listed anew, and told as such', async () => {
    await refused();
    await putFacts(world.store, [complaint(HANAKO, nowText())]);
    await forgetIn(world, HANAKO);
    world.clock.advance(400 * DAY);
    world.ses.list.delete(SPELLING);
    await refused();
    expect(await removeIn(world, SPELLING)).toMatchObject({
      result: 'refused',
      overrides: expect.arrayContaining(['complaint']),
    });
    world.clock.advance(DAY);
    await world.run({ mode: 'apply', full: true });
    expect(world.ses.list.get(SPELLING)).toBeDefined();
    expect((await exportIn(world, HANAKO)).forgotten).toMatchObject({ complainedAt: expect.any(String) });
  });

  it('is new when new mail is sent to it: its facts and its case are kept', async () => {
    await refused();
    await forgetIn(world, HANAKO);
    world.ses.list.delete(SPELLING);
    world.clock.advance(DAY);
    await refused();
    expect(await addressRecord(world.store, HANAKO)).toMatchObject({
      case: { state: 'proposed' },
      facts: [{}],
    });
  });

  it('does not come back by an event of before that comes late or again; a complaint among them protects it', async () => {
    await refused();
    const late = bounceText({ address: SPELLING, at: nowText(), mail: { timestamp: nowText() } });
    const [at, sentAt] = [nowText(), nowText()];
    world.clock.advance(1000);
    await forgetIn(world, HANAKO);
    world.clock.advance(1000);
    const tools = { store: world.store, forgetKey: world.forgetKey };
    expect(await ingest([{ body: late }], tools)).toMatchObject({ stored: 0, forgotten: 1, failures: [] });
    expect(await tracesOf(world, HANAKO)).toEqual([]);
    const told = { timestamp: at, feedbackId: 'late', complainedRecipients: [{ emailAddress: HANAKO }] };
    const mail = { timestamp: sentAt, messageId: 'm', destination: [HANAKO] };
    const body = JSON.stringify({
      notificationType: 'Complaint',
      complaint: { ...told, complaintFeedbackType: 'abuse' },
      mail,
    });
    expect(await ingest([{ body }], tools)).toMatchObject({ stored: 0, forgotten: 1 });
    expect(await tracesOf(world, HANAKO)).toEqual([]);
    expect(await removeIn(world, SPELLING)).toMatchObject({ result: 'refused' });
    // What comes later is new.
    const later = bounceText({ address: HANAKO, at: nowText(), mail: { timestamp: nowText() } });
    expect(await ingest([{ body: later }], tools)).toMatchObject({ stored: 1 });
  });
});

describe('the key', () => {
  const stateNow = async () => {
    const { store, forgetKey } = world;
    return (await status({ runs: 1 }, { store, forgetKey, mode: 'apply', now })).forgotten;
  };
  const forgottenComplainer = async () => {
    await refused();
    await putFacts(world.store, [complaint(HANAKO, nowText())]);
    await forgetIn(world, HANAKO);
  };

  it('is made by the first forgetting, and nothing is asked for before', async () => {
    expect(await stateNow()).toBeUndefined();
    await forgottenComplainer();
    expect(await stateNow()).toEqual({ forgettings: 1, key: 'in-place' });
  });

  it('survives being written over: its own version is read', async () => {
    await forgottenComplainer();
    world.forgetKey.rotate();
    expect(await stateNow()).toMatchObject({ key: 'in-place' });
    expect(await removeIn(world, SPELLING)).toMatchObject({
      result: 'refused',
      overrides: expect.arrayContaining(['complaint']),
    });
  });

  it.each<['missing' | 'changed', () => Promise<unknown>]>([
    ['missing', async () => world.forgetKey.lose()],
    [
      'changed',
      async () => {
        world.forgetKey.lose();
        await world.forgetKey.make();
      },
    ],
  ])(
    'when it is %s: status tells, and nobody walks, removes or forgets until it is back or given up',
    async (how, lose) => {
      await forgottenComplainer();
      await lose();
      expect(await stateNow()).toMatchObject({ key: how });
      await expect(removeIn(world, HANAKO)).rejects.toMatchObject({ code: 'forget-key-lost' });
      await expect(world.run({ full: true })).rejects.toMatchObject({ code: 'forget-key-lost' });
      await expect(forgetIn(world, 'other@example.jp')).rejects.toMatchObject({ code: 'forget-key-lost' });
      // Recording goes on: no event is lost.
      let lost: string | undefined;
      const onForgetKeyLost = (loss: string) => {
        lost = loss;
      };
      const tools = { store: world.store, forgetKey: world.forgetKey, onForgetKeyLost };
      expect(await ingest([{ body: bounceText() }], tools)).toMatchObject({ stored: 1, failures: [] });
      expect(lost).toBe(how);
      const { store, forgetKey: key } = world;
      expect(await acceptKeyLoss({ reason: 'deleted', operator: 'ito' }, { store, key, now })).toBe(1);
      await world.run({ full: true });
      expect(await forgetIn(world, HANAKO)).toBeDefined();
    },
  );

  it('is given up by nobody while it is in place', async () => {
    await forgottenComplainer();
    const { store, forgetKey: key } = world;
    await expect(acceptKeyLoss({ reason: 'x', operator: 'ito' }, { store, key, now })).rejects.toMatchObject({
      code: 'forget-key-in-place',
    });
  });

  it('is one, whoever makes it first', async () => {
    await Promise.all([forgetIn(world, HANAKO), forgetIn(world, NEW)]);
    expect(await stateNow()).toEqual({ forgettings: 2, key: 'in-place' });
  });
});

it('the receipt tells the days that the stack keeps things', () => {
  const days = Object.fromEntries(ELSEWHERE.map(({ what, days: kept }) => [what, kept]));
  const file = (name: string) => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8');
  const seconds = [...file('messaging.yml').matchAll(/MessageRetentionPeriod: (\d+)/g)].map(([, text]) =>
    Number(text),
  );
  expect(Math.max(...seconds)).toBe((days['dead-letter-queues'] ?? 0) * 86_400);
  expect(file('transport-buffered.yml')).toContain(
    `MessageRetentionPeriod: ${(days['event-queue'] ?? 0) * 86_400}`,
  );
  // A lifecycle runs once a day.
  expect(file('bulk-removal.yml')).toContain(`ExpirationInDays: ${(days['import-files'] ?? 0) - 1}`);
});
