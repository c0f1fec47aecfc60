import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackfillAnswer } from '../../lib/contracts/backfill.ts';
import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { releaseLease, takeLease } from '../../lib/store/lease.ts';
import { putMembers } from '../../lib/store/members.ts';
import { SCENE_IDENTITIES } from '../../local/sender-scene.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { memoryTable } from '../support/memory-table.ts';

let system: LocalSystem;

const HANAKO = 'hanako@ezweb.ne.jp';
const GONE = 'nobody@softbank.ne.jp';
const ANGRY = 'angry@example.jp';
const DAY = 86_400_000;

beforeAll(async () => {
  system = await startLocalSystem({ start: '2026-08-01T00:00:00+09:00', table: memoryTable() });
  const { ses, clock } = system;
  // Sent and listed before the deployment: no event of it was received.
  ses.setMailbox(HANAKO, { filtersPcMail: true });
  ses.setMailbox(ANGRY, { reaction: 'complains' });
  for (const to of [HANAKO, GONE, ANGRY]) ses.send({ from: 'order@shop.example', to: [to] });
  clock.advance(DAY);
  ses.tick();
  system.subscribe('2026-08-20T00:00:00+09:00');
  clock.set('2026-08-20T00:00:00+09:00');
});
afterAll(() => system.stop());

const caseOf = async (address: string) => (await addressRecord(system.store, address)).case;

describe('the day of the deployment, on the whole local system', () => {
  it('first judges the entries by their listing alone', async () => {
    await system.invoke('cleanup', {});
    expect(await caseOf(HANAKO)).toMatchObject({
      state: 'kept',
      rule: 'no-evidence',
      diagnosis: { rule: expect.stringMatching(/^listed-without-facts\//) },
    });
    expect((await caseOf(GONE))?.diagnosis.rule).toMatch(/^listed-without-facts\//);
    expect(await caseOf(ANGRY)).toMatchObject({ state: 'kept', rule: 'complaint' });
  });

  it('lets one run at a time call SES, and answers a person all the same', async () => {
    const lease = await takeLease(system.store, 'another-run', system.clock.now(), 60_000);
    expect(lease).toBeDefined();
    const skipped = { skipped: 'another-run-is-active' };
    for (const name of ['backfill', 'cleanup', 'audit-senders']) {
      expect(await system.invoke(name, {})).toMatchObject(skipped);
    }
    expect(await system.invoke('rescue', { action: 'continue' })).toMatchObject(skipped);
    const [asked] = Object.keys(SCENE_IDENTITIES);
    expect(await system.invoke('audit-senders', { identities: [asked] })).toMatchObject({
      audits: [{ identity: asked }],
    });
    expect(await system.invoke('lookup', { address: HANAKO })).toHaveProperty('advice');
    // What a schedule begins waits for the other.
    const patient = system.invoke('audit-senders', { patience: 60 });
    await releaseLease(system.store, 'another-run');
    expect(await patient).toHaveProperty('audits');
  });

  it('then reads the bounces back from SES', async () => {
    const answer = await system.invoke<BackfillAnswer>('backfill', { seconds: 60 });
    expect(answer).toMatchObject({ finished: true, total: 3, counts: { found: 3 }, asked: 3, forgotten: 0 });
  });

  it('and a full cleanup judges them by what the servers answered', async () => {
    await system.invoke('cleanup', { full: true });
    expect(await caseOf(HANAKO)).toMatchObject({
      state: 'proposed',
      rule: 'filtered',
      diagnosis: { carrier: 'au' },
    });
    expect((await caseOf(HANAKO))?.diagnosis.rule).toMatch(/^au\//);
    expect(await caseOf(GONE)).toMatchObject({ state: 'kept', diagnosis: { reason: 'userunknown' } });
    expect(await caseOf(ANGRY)).toMatchObject({ state: 'kept', rule: 'complaint' });
  });

  it('so that a member whom the filter refused may be removed', async () => {
    await putMembers(system.store, [
      { address: HANAKO, since: '2024-01-01T00:00:00.000Z', source: 'members.csv' },
    ]);
    await system.invoke('cleanup', { full: true, mode: 'apply' });
    expect(await caseOf(HANAKO)).toMatchObject({
      state: 'watching',
      removals: [{ rule: 'filtered-known-recipient' }],
    });
    expect([...system.ses.list.entries()].map((entry) => entry.address).toSorted()).toEqual([ANGRY, GONE]);
  });

  it('shows the bounce that was read back in the look-up', async () => {
    const answer = await system.invoke<LookupAnswer>('lookup', { address: GONE });
    expect(answer.diagnosis).toMatchObject({ reason: 'userunknown', rule: 'softbank/invalid-recipient' });
    expect(JSON.stringify(answer.timeline)).toContain('550 Invalid recipient');
  });

  it('reads an export as well, and finds nothing new in it', async () => {
    const span = { from: '2026-07-01T00:00:00Z', to: '2026-08-20T00:00:00Z' };
    const answer = await system.invoke('backfill', { export: span });
    expect(answer).toMatchObject({ finished: true, files: 1, facts: 0 });
  });

  it.each([
    [{ seconds: 1 }, /seconds/],
    [{ since: 'last week' }, /since: not a date|not a date/],
    [{ export: { from: '2026-09-02', to: '2026-09-01' } }, /from must be before to/],
    [{ sinse: '2026-09-01' }, /sinse/],
  ])('refuses %j and says why', async (request, message) => {
    await expect(system.invoke('backfill', request)).rejects.toThrow(message);
  });
});
