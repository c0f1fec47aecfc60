import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseRequest } from '../../functions/request.ts';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { type RemoveResult, remove } from '../../lib/operations/removal/remove.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { casesInState } from '../../lib/store/cases.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { deleteStop, putStop } from '../../lib/store/stop-switch.ts';
import { memoryTable } from '../support/memory-table.ts';
import { startWorld, type World, withEntryCalls } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable() });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const HANAKO = 'Hanako@ezweb.ne.jp';

async function bounced(...addresses: string[]): Promise<void> {
  for (const address of addresses) world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(...addresses);
  world.clock.advance(3 * 86_400_000);
}

async function ask(request: unknown, list = world.list): Promise<RemoveResult[]> {
  const { store } = world;
  const { DEFAULT_POLICY: policy } = await import('../../lib/policy/policy.ts');
  return remove(removeRequestSchema.parse(request), { store, list, policy, now: () => world.clock.now() });
}

const byHand = (addresses: string[], more: object = {}) =>
  ask({ addresses, reason: '電話で確認', operator: 'suzuki', ...more });

describe('removal by hand', () => {
  it('removes a listed address, whatever spelling is typed once the case knows the list’s, and says who and why', async () => {
    await bounced(HANAKO);
    await world.run({ mode: 'propose' });
    expect(await byHand(['hanako@EZWEB.ne.jp'])).toMatchObject([{ result: 'removed' }]);
    expect(world.ses.list.size).toBe(0);
    const { decisions } = await addressRecord(world.store, HANAKO);
    expect(decisions.at(-2)).toMatchObject({ action: 'approve', by: 'suzuki', note: '電話で確認' });
    expect(decisions.at(-1)).toMatchObject({ action: 'removed', by: 'suzuki' });
  });

  it('removes an entry whose spelling only an event has told', async () => {
    await bounced(HANAKO);
    expect(await byHand(['hanako@ezweb.ne.jp'])).toMatchObject([{ result: 'removed' }]);
    expect(world.ses.list.size).toBe(0);
  });

  it('does not call an entry "not listed" whose spelling nobody knows yet', async () => {
    world.ses.list.put({ address: HANAKO, reason: 'BOUNCE', updatedAt: world.clock.time() });
    world.clock.advance(60_000);
    await world.send('hanako@ezweb.ne.jp');
    const [answer] = await byHand(['hanako@ezweb.ne.jp']);
    expect(answer).toMatchObject({ result: 'failed' });
    expect(answer?.why.ja).toContain('別のつづりで登録されている可能性');
    expect(world.ses.list.size).toBe(1);
    expect(await byHand([HANAKO])).toMatchObject([{ result: 'removed' }]);
  });

  it('answers every address of a batch, also when SES fails in the middle', async () => {
    await bounced('a@ezweb.ne.jp', 'b@ezweb.ne.jp', 'c@ezweb.ne.jp');
    world.server.faults.inject({
      match: (call) => call.name === 'DeleteSuppressedDestination' && call.subject === 'b@ezweb.ne.jp',
      kind: '5xx',
      times: 100,
    });
    const addresses = ['a@ezweb.ne.jp', 'b@ezweb.ne.jp', 'c@ezweb.ne.jp', 'not.listed@ezweb.ne.jp'];
    const results = await byHand(addresses);
    expect(results.map(({ address, result }) => [address, result])).toEqual([
      ['a@ezweb.ne.jp', 'removed'],
      ['b@ezweb.ne.jp', 'failed'],
      ['c@ezweb.ne.jp', 'removed'],
      ['not.listed@ezweb.ne.jp', 'not_listed'],
    ]);
    // What was begun is finished by the next run.
    world.server.faults.clear();
    expect((await world.run()).counts).toMatchObject({ 'finished-removal': 1 });
    expect(world.ses.list.size).toBe(0);
  });

  it('refuses a complaint without an override, and records both the refusal and the override', async () => {
    world.ses.setMailbox('angry@outlook.com', { reaction: 'complains' });
    await world.send('angry@outlook.com');
    world.clock.advance(3 * 86_400_000);
    expect(await byHand(['angry@outlook.com'])).toMatchObject([{ result: 'refused' }]);
    expect(world.ses.list.size).toBe(1);
    world.clock.advance(60_000);
    expect(await byHand(['angry@outlook.com'], { override: true })).toMatchObject([{ result: 'removed' }]);
    const { decisions } = await addressRecord(world.store, 'angry@outlook.com');
    expect(decisions.map(({ action, override }) => [action, override])).toEqual([
      ['refused', undefined],
      ['approve', true],
      ['removed', undefined],
    ]);
  });

  describe('with an override', () => {
    const ANGRY = 'angry@gmail.com';
    const at = () => world.clock.now().toISOString();
    const fact = (words: Partial<Fact>): Fact =>
      ({ address: ANGRY, at: at(), id: at(), messageId: at(), sentAt: at(), ...words }) as Fact;
    const unknownUser = () =>
      fact({
        kind: 'bounce',
        bounceType: 'Permanent',
        bounceSubType: 'General',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550-5.1.1 The email account that you tried to reach does not exist.',
      });
    const complaint = () => fact({ kind: 'complaint', complaintFeedbackType: 'abuse' });
    const listed = (reason: 'BOUNCE' | 'COMPLAINT') =>
      world.ses.list.put({ address: ANGRY, reason, updatedAt: world.clock.time() });
    async function unknown(): Promise<void> {
      await putFacts(world.store, [unknownUser()]);
      listed('BOUNCE');
      world.clock.advance(86_400_000);
    }
    const isListed = () => world.ses.list.get(ANGRY) !== undefined;

    it('that names the rule removes at once, and the record says which rule was lifted, and by whom', async () => {
      await unknown();
      expect(await byHand([ANGRY], { override: ['unknown-user'] })).toMatchObject([{ result: 'removed' }]);
      const { decisions, case: known } = await addressRecord(world.store, ANGRY);
      const lifted = { override: true, overrides: ['unknown-user'], by: 'suzuki' };
      expect(decisions.find(({ action }) => action === 'approve')).toMatchObject(lifted);
      expect(known?.removals).toMatchObject([lifted]);
    });

    it('lifts no complaint that the operator never saw, named or not', async () => {
      await unknown();
      expect(await byHand([ANGRY])).toMatchObject([{ result: 'refused', overrides: ['unknown-user'] }]);
      world.clock.advance(60_000);
      await putFacts(world.store, [complaint()]);
      // What suzuki is told by the first answer is nothing that ito has seen.
      for (const more of [
        { override: true },
        { override: ['unknown-user'] },
        { override: true, operator: 'ito' },
      ]) {
        const [answer] = await byHand([ANGRY], more);
        expect(answer).toMatchObject({ result: 'refused', overrides: ['complaint'] });
        expect(answer?.why.en).toContain('--override complaint ');
        expect(answer?.why.ja).toContain('--override complaint ');
        world.clock.advance(60_000);
      }
      expect(isListed()).toBe(true);
    });

    it('without names lifts what the operator was refused for, while the address is listed as it was then', async () => {
      await putFacts(world.store, [complaint()]);
      listed('BOUNCE');
      world.clock.advance(86_400_000);
      expect(await byHand([ANGRY], { override: true })).toMatchObject([{ result: 'refused' }]);
      world.clock.advance(60_000);
      listed('BOUNCE');
      expect(await byHand([ANGRY], { override: true })).toMatchObject([{ result: 'refused' }]);
      world.clock.advance(60_000);
      expect(await byHand([ANGRY], { override: true })).toMatchObject([{ result: 'removed' }]);
    });

    it.each([
      ['a complaint', 'unknown-user'],
      ['an unknown user behind the complaint', 'complaint'],
    ])('lifts nothing that is recorded once the gate has the entry: %s', async (_news, rule) => {
      await putFacts(world.store, [rule === 'complaint' ? complaint() : unknownUser()]);
      listed('BOUNCE');
      world.clock.advance(86_400_000);
      const list = withEntryCalls(world.list, (own) => ({
        get: async (spelling) => {
          await putFacts(world.store, [rule === 'complaint' ? unknownUser() : complaint()]);
          world.clock.advance(1_000);
          return own.get(spelling);
        },
      }));
      const request = { addresses: [ANGRY], reason: '電話で確認', operator: 'suzuki', override: [rule] };
      expect(await ask(request, list)).toMatchObject([{ result: 'refused' }]);
      expect(isListed()).toBe(true);
    });

    it('lifts nothing where nothing forbids the removal, and is on record as asked for', async () => {
      await bounced(HANAKO);
      await world.run({ mode: 'propose' });
      expect(await byHand([HANAKO], { override: ['complaint'] })).toMatchObject([{ result: 'removed' }]);
      const { case: known } = await addressRecord(world.store, HANAKO);
      expect(known?.removals).toMatchObject([{ override: true, overrides: [] }]);
    });
  });

  it('refuses a mailbox that certainly does not exist', async () => {
    await world.send('nobody@gmail.com');
    expect(await byHand(['nobody@gmail.com'])).toMatchObject([
      { result: 'refused', verdict: { action: 'keep', rule: 'unknown-user' } },
    ]);
  });

  it('promises nothing on a dry run while an operator has stopped all removals', async () => {
    await bounced(HANAKO);
    await world.run({ mode: 'propose' });
    const [waiting] = (await casesInState(world.store, 'proposed')).items;
    await putStop(world.store, { by: 'sato', at: world.clock.now().toISOString(), reason: '調査中' });
    const refused = { result: 'refused', why: { ja: expect.stringContaining('停止') } };
    expect(await byHand([HANAKO], { dryRun: true })).toMatchObject([refused]);
    const approval = { decision: 'approve', operator: 'suzuki', dryRun: true };
    expect(await ask({ proposals: [waiting?.proposalId], ...approval })).toMatchObject([refused]);
    await deleteStop(world.store);
    expect(await byHand([HANAKO], { dryRun: true })).toMatchObject([{ result: 'would_remove' }]);
  });

  it('changes nothing on a dry run', async () => {
    await bounced(HANAKO);
    const before = await world.table.scan();
    expect(await byHand([HANAKO, 'x@au.com'], { dryRun: true })).toMatchObject([
      { result: 'would_remove', verdict: { action: 'propose', rule: 'filtered' } },
      { result: 'not_listed' },
    ]);
    expect(await world.table.scan()).toEqual(before);
    expect(world.ses.list.size).toBe(1);
  });

  it('leaves an address with a slash, once a walk has seen it, to the next run’s import job', async () => {
    await bounced('a/b@ezweb.ne.jp');
    expect(await byHand(['a/b@ezweb.ne.jp'])).toMatchObject([{ result: 'failed' }]);
    await world.run({ mode: 'propose' });
    expect(await byHand(['a/b@ezweb.ne.jp'])).toMatchObject([{ result: 'scheduled' }]);
    expect(world.ses.list.size).toBe(1);
    await world.run({ mode: 'propose' }, { importJobs: world.importJobs });
    expect(world.ses.list.size).toBe(0);
    const { case: known } = await addressRecord(world.store, 'a/b@ezweb.ne.jp');
    expect(known).toMatchObject({ state: 'watching', removals: [{ by: 'suzuki', rule: 'by-hand' }] });
  });

  it.each([
    [{}],
    [{ addresses: [], reason: 'x', operator: 'y' }],
    [{ addresses: ['a@b.example'], operator: 'y' }],
    [{ addresses: ['a@b.example'], reason: 'x', operator: 'y', dryrun: true }],
    [{ addresses: ['hanako'], reason: 'x', operator: 'y' }],
    [{ addresses: ['a@b.example', '@docomo.ne.jp'], reason: 'x', operator: 'y' }],
    [{ proposals: ['1'], decision: 'maybe', operator: 'y' }],
    [{ addresses: Array.from({ length: 101 }, (_, i) => `a${i}@b.example`), reason: 'x', operator: 'y' }],
  ])('refuses a request it does not fully understand: %j', (request) => {
    expect(removeRequestSchema.safeParse(request).success).toBe(false);
  });
});

it('says which text of a request is no address', () => {
  const request = { addresses: ['a@b.example', 'hanako'], reason: 'x', operator: 'y' };
  expect(() => parseRequest(removeRequestSchema, request)).toThrow(/addresses\.1: not a mail address/);
});

describe('the name of whoever asks', () => {
  const requests = (operator: string) => [
    { addresses: ['a@b.example'], reason: 'x', operator },
    { proposals: ['1'], decision: 'approve', operator },
  ];

  it.each(['cleanup', ' Cleanup ', 'ｒｅｓｃｕｅ'])('is not one of todoku’s own: %s', (name) => {
    for (const request of requests(name)) {
      expect(() => parseRequest(removeRequestSchema, request)).toThrow(/operator: is a name of todoku's own/);
    }
  });

  it('may contain one', () => {
    for (const request of requests('cleanup team')) {
      expect(removeRequestSchema.safeParse(request).success).toBe(true);
    }
  });
});

describe('decisions on proposals', () => {
  const waiting = async () => (await casesInState(world.store, 'proposed')).items;

  it('approve and reject by id', async () => {
    await bounced('a@ezweb.ne.jp', 'b@ezweb.ne.jp');
    await world.run({ mode: 'propose' });
    const [first, second] = await waiting();
    const approve = { proposals: [first?.proposalId], decision: 'approve', operator: 'suzuki' };
    expect(await ask(approve)).toMatchObject([{ address: first?.address, result: 'removed' }]);
    const reject = {
      proposals: [second?.proposalId],
      decision: 'reject',
      operator: 'suzuki',
      reason: '退会済み',
    };
    expect(await ask(reject)).toMatchObject([{ result: 'rejected' }]);
    expect(await waiting()).toEqual([]);
    expect(await ask(approve)).toMatchObject([{ result: 'refused' }]);
    // A rejected entry is not proposed again.
    expect((await world.run({ mode: 'propose', full: true })).counts).toEqual({ unchanged: 1 });
  });

  it('are not carried out on what turned into a complaint meanwhile', async () => {
    await bounced('a@ezweb.ne.jp');
    await world.run({ mode: 'propose' });
    const [proposal] = await waiting();
    world.ses.list.put({ address: 'a@ezweb.ne.jp', reason: 'COMPLAINT', updatedAt: world.clock.time() });
    const answer = await ask({ proposals: [proposal?.proposalId], decision: 'approve', operator: 'suzuki' });
    expect(answer).toMatchObject([{ result: 'refused' }]);
    expect(world.ses.list.size).toBe(1);
  });

  it('close a proposal whose entry is gone', async () => {
    await bounced('a@ezweb.ne.jp');
    await world.run({ mode: 'propose' });
    const [proposal] = await waiting();
    world.ses.list.delete('a@ezweb.ne.jp');
    const answer = await ask({ proposals: [proposal?.proposalId], decision: 'approve', operator: 'suzuki' });
    expect(answer).toMatchObject([{ result: 'not_listed' }]);
    expect(await waiting()).toEqual([]);
    const { case: known, decisions } = await addressRecord(world.store, 'a@ezweb.ne.jp');
    expect(known?.state).toBe('closed');
    expect(decisions.at(-1)).toMatchObject({ action: 'not-listed', by: 'suzuki' });
  });
});
