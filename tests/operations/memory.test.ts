import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '../../lib/mails/fact.ts';
import { isComplaint } from '../../lib/mails/nature.ts';
import { ingest } from '../../lib/operations/ingest.ts';
import { proposals } from '../../lib/operations/proposals.ts';
import { recentIncidents } from '../../lib/operations/recent-incidents.ts';
import { replies } from '../../lib/operations/replies.ts';
import { survey } from '../../lib/operations/rescue/survey.ts';
import { status } from '../../lib/operations/status.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { readCase } from '../../lib/store/cases.ts';
import { readCheckpoint } from '../../lib/store/checkpoint.ts';
import { readDecision } from '../../lib/store/decisions.ts';
import { putFacts, readFact } from '../../lib/store/facts.ts';
import type { KeyedItem } from '../../lib/store/items.ts';
import { readMember } from '../../lib/store/members.ts';
import type { Table } from '../../lib/store/table.ts';
import { WalkMarks } from '../../lib/store/walk-marks.ts';
import { bounceText } from '../support/events.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

/** What todoku remembers of an address, and for how long. */
let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const DAY = 86_400_000;

const caseOf = async (address: string) => (await addressRecord(world.store, address)).case;
const stateOf = async (address: string) => (await caseOf(address))?.state;

/** Addresses whose carrier refused a mail, with a shop that knows them: policy would remove them. */
async function refused(...addresses: string[]): Promise<void> {
  for (const address of addresses) world.ses.setMailbox(address, { exists: true, filtersPcMail: true });
  await world.send(...addresses);
  await world.members(...addresses);
  world.clock.advance(DAY);
}

describe('the case of an entry that somebody else took off the list', () => {
  it('is closed by the next full walk, whatever it waited for, and then ends', async () => {
    const [proposed, kept, stays] = ['p@ezweb.ne.jp', 'gone@example.jp', 'stays@ezweb.ne.jp'];
    world.ses.setMailbox(kept, { exists: false });
    await world.send(kept);
    await refused(proposed, stays);
    expect((await world.run({ mode: 'propose' })).counts).toEqual({ proposed: 2, kept: 1 });
    world.ses.list.delete(proposed);
    world.ses.list.delete(kept);
    world.clock.advance(DAY);
    expect((await world.run({ mode: 'propose' })).counts).toEqual({});
    const report = await world.run({ mode: 'propose', full: true });
    expect(report.counts).toEqual({ 'no-longer-listed': 2, unchanged: 1 });
    expect([await stateOf(proposed), await stateOf(kept), await stateOf(stays)]).toEqual([
      'closed',
      'closed',
      'proposed',
    ]);
    expect((await addressRecord(world.store, kept)).decisions.at(-1)).toMatchObject({ action: 'not-listed' });
    world.clock.advance(1_200 * DAY);
    const left = (await world.table.scan()).filter(({ pk }) => String(pk).includes(kept));
    expect(left.every(({ expiresAt }) => Number(expiresAt) * 1000 < world.clock.time())).toBe(true);
  });

  it('is closed by a walk of several invocations too, and by none that does not know what it met', async () => {
    const people = Array.from({ length: 24 }, (_, index) => `c${index}@ezweb.ne.jp`);
    await refused(...people);
    await world.run({ mode: 'propose' });
    world.ses.list.delete('c7@ezweb.ne.jp');
    world.clock.advance(DAY);
    const list = inPagesOf(8);
    const walkInParts = async (forget: boolean) => {
      let report = await world.run({ mode: 'propose', full: true }, { list, timeIsUp: afterAsks(2) });
      let invocations = 1;
      while (report.unfinished) {
        const { walk } = await readCheckpoint(world.store);
        if (forget && walk) await forgetMarks(walk.startedAt);
        report = await world.run({ mode: 'propose' }, { list, timeIsUp: afterAsks(2) });
        invocations += 1;
      }
      return invocations;
    };
    expect(await walkInParts(true)).toBeGreaterThan(1);
    expect(await stateOf('c7@ezweb.ne.jp')).toBe('proposed');
    world.clock.advance(DAY);
    expect(await walkInParts(false)).toBeGreaterThan(1);
    expect(await stateOf('c7@ezweb.ne.jp')).toBe('closed');
    expect(await stateOf('c8@ezweb.ne.jp')).toBe('proposed');
  });

  it('is left alone where the list shrank implausibly', async () => {
    const people = Array.from({ length: 130 }, (_, index) => `c${index}@ezweb.ne.jp`);
    const updatedAt = world.clock.time();
    for (const address of people) world.ses.list.put({ address, reason: 'BOUNCE', updatedAt });
    await world.run({ mode: 'propose' });
    for (const person of people) world.ses.list.delete(person);
    world.clock.advance(DAY);
    expect((await world.run({ mode: 'propose', full: true })).counts).toEqual({});
    expect(await stateOf('c7@ezweb.ne.jp')).toBe('kept');
  });

  it('blocks nobody once it is past its end, though the database has not deleted it', async () => {
    await refused('b@ezweb.ne.jp');
    await world.run();
    world.clock.advance(31 * DAY);
    await world.run();
    expect(await stateOf('b@ezweb.ne.jp')).toBe('closed');
    world.clock.advance(1_100 * DAY);
    await refused('b@ezweb.ne.jp');
    world.clock.advance(DAY);
    expect((await world.run()).counts).toEqual({ removed: 1 });
  });

  it('keeps a walk’s marks through its invocations, and tells apart what it did not meet', async () => {
    const startedAt = '2026-10-01T00:00:00.000Z';
    const first = await WalkMarks.open(world.store, startedAt);
    for (let index = 0; index < 100_000; index += 1) first.add(`c${index}@example.jp`);
    await first.save();
    const second = await WalkMarks.open(world.store, startedAt);
    expect(second.count).toBe(100_000);
    second.add('later@example.jp');
    expect(['c0@example.jp', 'c99999@example.jp', 'later@example.jp'].every((a) => second.has(a))).toBe(true);
    const strangers = Array.from({ length: 10_000 }, (_, index) => `d${index}@example.jp`);
    expect(strangers.filter((address) => second.has(address)).length).toBeLessThan(5);
  });
});

/** The list in pages of so many entries. */
function inPagesOf(size: number): World['list'] {
  const own = world.list;
  return {
    ...own,
    page: async ({ token, ...range }) => {
      const { entries } = await own.page(range);
      const start = Number(token ?? 0);
      const next = start + size;
      return { entries: entries.slice(start, next), ...(next < entries.length && { next: String(next) }) };
    },
  };
}

/** Time that is up when it was asked for so many times. */
function afterAsks(times: number): () => boolean {
  let asked = 0;
  return () => {
    asked += 1;
    return asked > times;
  };
}

async function forgetMarks(startedAt: string): Promise<void> {
  for (const { pk, sk } of await world.table.scan()) {
    if (String(sk).startsWith(`WALKED#${startedAt}`)) {
      await world.store.delete({ pk: String(pk), sk: String(sk) });
    }
  }
}

describe('what is on record of an entry', () => {
  it('says for good that it was listed for a complaint, whoever took it off and however it is listed again', async () => {
    const address = 'p@ezweb.ne.jp';
    world.ses.list.put({ address, reason: 'COMPLAINT', updatedAt: world.clock.time() });
    await world.members(address);
    world.clock.advance(DAY);
    expect((await world.run()).counts).toEqual({ kept: 1 });
    world.ses.list.delete(address);
    world.clock.advance(DAY);
    await world.run({ full: true });
    expect(await stateOf(address)).toBe('closed');
    // Case and audit are past their end.
    world.clock.advance(1_200 * DAY);
    await refused(address);
    for (const full of [false, true]) {
      await world.run({ full });
      expect(await caseOf(address)).toMatchObject({ state: 'kept', rule: 'complaint' });
    }
    expect(world.ses.list.get(address)).toBeDefined();
  });

  it('keeps the bounce that explains it, however old that was when it came', async () => {
    const [address, at] = ['d@docomo.ne.jp', '2025-03-01T00:00:00.000Z'];
    world.ses.list.put({ address, reason: 'BOUNCE', updatedAt: Date.parse(at) });
    await world.members(address);
    const recipient = { emailAddress: address, action: 'failed', status: '5.1.1' };
    const diagnosticCode = `smtp; 550 Unknown user ${address}`;
    const bounce = { bouncedRecipients: [{ ...recipient, diagnosticCode }] };
    const body = bounceText({ address, at, bounce, mail: { timestamp: at } });
    const report = await ingest([{ body }] as never, { store: world.store });
    expect(report).toMatchObject({ stored: 0, expired: 1, failures: [] });
    await world.run({ mode: 'propose' });
    expect(await caseOf(address)).toMatchObject({ explainedBy: { kind: 'bounce', at } });
    const rule = (await caseOf(address))?.diagnosis.rule;
    expect(rule).not.toMatch(/^listed-without-facts/);
    const tools = { store: world.store, policy: EAGER_POLICY, now: () => world.clock.now() };
    const candidates = () => survey(tools, ['BOUNCE', 'COMPLAINT'], { keep: 1, except: new Set() });
    expect(await candidates()).toMatchObject({ total: 1, excluded: {} });
    world.clock.advance(61 * DAY);
    await world.run({ mode: 'propose', full: true });
    expect(await candidates()).toMatchObject({ total: 1 });
    expect((await caseOf(address))?.diagnosis.rule).toBe(rule);
    expect((await addressRecord(world.store, address)).facts).toHaveLength(1);
  });

  it('is read within bounds, and no complaint is lost behind the many bounces that came later', async () => {
    const address = 'cron@dead.example';
    const base = Date.parse('2026-01-01T00:00:00Z');
    const fact = (index: number, more: Partial<Fact> = {}): Fact => {
      const at = new Date(base + index * 60_000).toISOString();
      const id = `feedback-${index}`;
      return { address, kind: 'bounce', at, id, messageId: id, sentAt: at, bounceType: 'Transient', ...more };
    };
    const complaint = fact(0, { kind: 'complaint', bounceType: undefined, complaintFeedbackType: 'abuse' });
    await putFacts(world.store, [complaint, ...Array.from({ length: 5_000 }, (_, index) => fact(index + 1))]);
    let pages = 0;
    const store: Table = {
      ...world.store,
      async *pages(query) {
        for await (const page of world.store.pages(query)) {
          pages += 1;
          yield page;
        }
        return undefined;
      },
    };
    const isKnown = async () => (await addressRecord(store, address)).facts.some(isComplaint);
    const record = await addressRecord(store, address);
    expect(record.more).toBe(true);
    expect(record.facts.length).toBeLessThan(6_000);
    expect(pages).toBeLessThan(12);
    expect(await isKnown()).toBe(true);
    // As an older version left it: the complaint stands among the facts alone.
    for (const { pk, sk } of await world.table.scan()) {
      if (String(sk).startsWith('COMPLAINT#')) await store.delete({ pk: String(pk), sk: String(sk) });
    }
    expect(await isKnown()).toBe(true);
  });
});

describe('an item that this version cannot read', () => {
  const edit = (pk: unknown, sk: unknown, field: string, value: unknown) =>
    world.store.update({
      Key: { pk: String(pk), sk: String(sk) },
      UpdateExpression: 'SET #field = :value',
      ExpressionAttributeNames: { '#field': field },
      ExpressionAttributeValues: { ':value': value },
    });
  const people = ['p0@ezweb.ne.jp', 'p1@ezweb.ne.jp'] as const;

  it('stops nobody else’s cleanup, proposals, replies and status, and its address is left alone', async () => {
    await refused(...people);
    await world.run({ mode: 'propose' });
    await edit(`ADDRESS#${people[0]}`, 'CASE', 'state', 'quarantined');
    const run = (await world.table.scan()).find(({ pk }) => pk === 'RUN');
    await edit(run?.pk, run?.sk, 'counts', 'many');
    await edit(run?.pk, run?.sk, 'mode', 'advise');
    expect((await proposals({ limit: 10 }, world.store)).proposals).toHaveLength(1);
    const report = await world.run({ full: true });
    expect(report.counts).toEqual({ unreadable: 1, removed: 1 });
    expect(report.unreadable).toMatchObject({ count: 1 });
    expect(world.ses.list.get(people[0])).toBeDefined();
    const shown = await status(
      { runs: 5 },
      { store: world.store, forgetKey: world.forgetKey, mode: 'propose', now: () => world.clock.now() },
    );
    expect(shown.runs).toHaveLength(1);
    expect(shown.unreadable).toMatchObject({ count: 1 });
    expect(shown.unreadable?.example).not.toContain(people[0]);
  });

  it('may be a bounce: incidents and replies skip it, and its address is not removed', async () => {
    await refused(...people);
    const bounce = (await world.table.scan()).find(
      ({ pk, kind }) => kind === 'bounce' && pk === `ADDRESS#${people[0]}`,
    );
    await edit(bounce?.pk, bounce?.sk, 'candidate', 'perhaps');
    await recentIncidents(world.store, world.clock.now());
    const tools = { store: world.store, now: () => world.clock.now() };
    expect(await replies({ days: 7, limit: 10 }, tools)).toMatchObject({ bounces: 1 });
    expect((await world.run()).counts).toEqual({ unreadable: 1, removed: 1 });
  });

  it('is none where only a word of it is unknown, and unknown fields are written back', async () => {
    await refused(people[0]);
    await world.run({ mode: 'propose' });
    const key = { pk: `ADDRESS#${people[0]}`, sk: 'CASE' };
    await edit(key.pk, key.sk, 'diagnosis', { reason: 'quarantined', confidence: 'sure', rule: 'x' });
    await edit(key.pk, key.sk, 'legalHold', { until: '2030' });
    expect((await proposals({ limit: 10 }, world.store)).proposals).toHaveLength(1);
    expect((await world.run({ mode: 'propose', full: true })).counts).toEqual({ proposed: 1 });
    expect(await world.store.get(key)).toMatchObject({
      legalHold: { until: '2030' },
      diagnosis: { reason: 'filtered' },
    });
  });

  it('is none where an older version named the one rule that was overridden', async () => {
    await refused(people[0]);
    await world.run({ mode: 'propose' });
    const key = { pk: `ADDRESS#${people[0]}`, sk: 'CASE' };
    const removing = { at: world.clock.now().toISOString(), by: 'ito', rule: 'by-hand', override: true };
    await edit(key.pk, key.sk, 'removing', { ...removing, overrides: 'complaint' });
    expect((await caseOf(people[0]))?.removing?.overrides).toEqual(['complaint']);
  });

  it('is none of the last release’s table', async () => {
    const { store } = world;
    const text = readFileSync(new URL('../golden/story-table.txt', import.meta.url), 'utf8');
    const items = text.split('\n').filter((line) => line.startsWith('{'));
    expect(items.length).toBeGreaterThan(2_500);
    for (const line of items) {
      const item = JSON.parse(line) as KeyedItem;
      if (item.sk === 'CASE') readCase(item, store);
      else if (/^(EVENT|UNSENT|COMPLAINT)#/.test(item.sk)) readFact(item, store);
      else if (item.sk.startsWith('DECISION#')) readDecision(item, store);
      else if (item.sk === 'MEMBER') readMember(item, store);
    }
    expect(store.unreadable.example).toBeUndefined();
  });
});
