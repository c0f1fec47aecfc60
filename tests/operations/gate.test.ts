import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Fact } from '../../lib/mails/fact.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { putStop } from '../../lib/store/stop-switch.ts';
import { backlog, docomo, startOrContinue } from '../support/rescue-scene.ts';
import { EAGER_POLICY, startWorld, type World, withEntryCalls } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

it('puts back who complained while a removal was resumed, hours after it had been begun', async () => {
  const address = 'hanako@ezweb.ne.jp';
  world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(address);
  await world.members(address);
  world.clock.advance(86_400_000);
  const dying = withEntryCalls(world.list, () => ({ get: () => Promise.reject(new Error('died')) }));
  await world.run({}, { list: dying });
  world.clock.advance(3 * 3_600_000);
  const list = withEntryCalls(world.list, (own) => ({
    remove: async (spelling) => {
      const at = world.clock.now().toISOString();
      const mail = { messageId: 'm', sentAt: at, complaintFeedbackType: 'abuse' };
      await putFacts(world.store, [{ address, kind: 'complaint', at, id: 'c', ...mail }]);
      return own.remove(spelling);
    },
  }));
  await world.run({}, { list });
  expect(world.ses.list.get(address)?.reason).toBe('COMPLAINT');
});

it('records the removal of a run that died after its deletion, though the stop switch comes next', async () => {
  const address = 'hanako@ezweb.ne.jp';
  world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(address);
  await world.members(address);
  world.clock.advance(86_400_000);
  const dying = withEntryCalls(world.list, (own) => ({
    remove: async (spelling) => {
      await own.remove(spelling);
      await putStop(world.store, {
        by: 'operator',
        at: world.clock.now().toISOString(),
        reason: 'a wrong rule',
      });
      throw new Error('died');
    },
  }));
  await world.run({}, { list: dying });
  expect(world.ses.list.get(address)).toBeUndefined();
  const { decisions } = await addressRecord(world.store, address);
  expect(decisions.map(({ action }) => action)).toEqual(['remove', 'removed']);
});

it('records the removals of a bulk run that died after its job, though the stop switch comes next', async () => {
  const address = 'hanako@ezweb.ne.jp';
  world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(address);
  await world.members(address);
  world.clock.advance(86_400_000);
  const dying = {
    status: (jobId: string) => world.importJobs.status(jobId),
    start: async (name: string, spellings: readonly string[]) => {
      await world.importJobs.start(name, spellings);
      throw new Error('died');
    },
  };
  const policy = { ...EAGER_POLICY, removalsOneByOne: 0 };
  await world.run({}, { policy, importJobs: dying });
  world.clock.advance(3_600_000);
  expect(world.ses.list.get(address)).toBeUndefined();
  await putStop(world.store, { by: 'operator', at: world.clock.now().toISOString(), reason: 'a wrong rule' });
  await world.run({}, { policy, importJobs: world.importJobs });
  const { decisions } = await addressRecord(world.store, address);
  expect(decisions.map(({ action }) => action)).toEqual(['remove', 'removed']);
});

it('takes no removal by somebody else for its own where a doubtful one goes one by one beside a file', async () => {
  const address = 'hanako@ezweb.ne.jp';
  world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(address);
  await world.members(address);
  const at = new Date(world.clock.time() - 60_000).toISOString();
  const mail = { messageId: 'full', sentAt: at, bounceType: 'Permanent', bounceSubType: 'General' };
  const full = { status: '4.2.2', diagnosticCode: 'smtp; 452 4.2.2 Mailbox full' };
  await putFacts(world.store, [{ address, kind: 'bounce', at, id: 'full', ...mail, ...full }]);
  world.clock.advance(86_400_000);
  const list = withEntryCalls(world.list, (own) => ({
    remove: async (spelling) => {
      world.ses.list.delete(spelling);
      const now = world.clock.now().toISOString();
      const complained = { messageId: 'm', sentAt: now, complaintFeedbackType: 'abuse' };
      await putFacts(world.store, [{ address, kind: 'complaint', at: now, id: 'c', ...complained }]);
      return own.remove(spelling);
    },
  }));
  const policy = { ...EAGER_POLICY, removalsOneByOne: 0 };
  await world.run({}, { list, policy, importJobs: world.importJobs });
  expect(world.ses.list.get(address)).toBeUndefined();
  const { decisions } = await addressRecord(world.store, address);
  expect(decisions.map(({ action }) => action)).toEqual(['not-listed', 'remove']);
});

const DAY = 86_400_000;
const HANAKO = 'hanako@ezweb.ne.jp';

/** A bounce, `at` in milliseconds; of a mailbox that does not exist unless said otherwise. */
function bounce(address: string, at: number, id: string, words: Partial<Fact> = {}): Fact {
  return {
    address,
    kind: 'bounce',
    at: new Date(at).toISOString(),
    id,
    messageId: `m-${id}`,
    sentAt: new Date(at - 1_000).toISOString(),
    bounceType: 'Permanent',
    bounceSubType: 'General',
    status: '5.1.1',
    diagnosticCode: `smtp; 550 5.1.1 <${address}>: Recipient address rejected: User unknown in virtual mailbox table`,
    ...words,
  } as Fact;
}

const FILTERED = { status: '5.0.0', diagnosticCode: 'smtp; 550 : User unknown' };

async function filteredMember(): Promise<void> {
  world.ses.setMailbox(HANAKO, { filtersPcMail: true });
  await world.send(HANAKO);
  await world.members(HANAKO);
}

function spellingsListed(): string[] {
  return [...world.ses.list.entries()].map(({ address, reason }) => `${address} ${reason}`);
}

it.each([
  ['a complaint', true],
  ['an unknown user', true],
  ['nothing', false],
] as const)('a campaign that goes on with a dead one’s removal heeds %s', async (news, staysListed) => {
  const [address = ''] = docomo(1);
  await backlog(world, [address]);
  await world.run({ mode: 'propose' });
  let isDead = false;
  const list = withEntryCalls(world.list, () => ({
    remove: async () => {
      isDead = true;
      throw new Error('killed');
    },
  }));
  world.intercept((proceed) => (isDead ? Promise.reject(new Error('killed')) : proceed()));
  await startOrContinue(world, { list }, { first: 1 }).catch(() => undefined);
  world.intercept(undefined);
  expect((await addressRecord(world.store, address)).case?.state).toBe('removing');
  world.clock.advance(3_600_000);
  const at = world.clock.now().toISOString();
  const complaint = { complaintFeedbackType: 'abuse', messageId: 'm', sentAt: at };
  if (news === 'a complaint') {
    await putFacts(world.store, [{ address, kind: 'complaint', at, id: 'c', ...complaint }]);
  }
  if (news === 'an unknown user') await putFacts(world.store, [bounce(address, Date.parse(at), 'gone')]);
  await startOrContinue(world);
  expect(world.ses.list.get(address) !== undefined).toBe(staysListed);
});

it.each([0, 100])(
  'heeds a bounce after the listing that the mailbox is gone; one by one up to %i',
  async (n) => {
    await filteredMember();
    world.clock.advance(DAY);
    await putFacts(world.store, [bounce(HANAKO, world.clock.time(), 'later')]);
    world.clock.advance(5 * DAY);
    await world.run({}, { policy: { ...EAGER_POLICY, removalsOneByOne: n }, importJobs: world.importJobs });
    expect(world.ses.list.get(HANAKO)?.reason).toBe('BOUNCE');
  },
);

it.each([0, 100])('heeds the bounce that SES names as the cause; one by one up to %i', async (n) => {
  const listed = world.clock.time() + DAY;
  await putFacts(world.store, [
    bounce(HANAKO, listed - 3 * 3_600_000, 'filter', FILTERED),
    bounce(HANAKO, listed - 4 * 3_600_000, 'gone'),
  ]);
  await world.members(HANAKO);
  const cause = { feedbackId: 'gone', messageId: 'm-gone' };
  world.ses.list.put({ address: HANAKO, reason: 'BOUNCE', updatedAt: listed, ...cause });
  world.clock.advance(3 * DAY);
  await world.run({}, { policy: { ...EAGER_POLICY, removalsOneByOne: n }, importJobs: world.importJobs });
  expect(world.ses.list.get(HANAKO)?.reason).toBe('BOUNCE');
});

it('keeps a mailbox whose complaint stands far behind its bounce in another spelling', async () => {
  const other = 'Hanako@ezweb.ne.jp';
  world.ses.setMailbox(other, { filtersPcMail: true });
  await world.send(other);
  const at = world.clock.time();
  for (let index = 0; index < 20; index += 1) {
    world.ses.list.put({ address: `x${index}@example.jp`, reason: 'BOUNCE', updatedAt: at + 1 });
  }
  world.ses.list.put({ address: HANAKO, reason: 'COMPLAINT', updatedAt: at + 2 });
  await world.members(HANAKO);
  world.clock.advance(2 * DAY);
  await world.run();
  expect(spellingsListed()).toEqual(expect.arrayContaining([`${other} BOUNCE`, `${HANAKO} COMPLAINT`]));
});

it.each([
  ['the Delivery of the bounced mail itself', 'm-filter', 1_000, true],
  ['a mail that was delivered before', 'm-before', -9 * DAY, false],
  ['no delivery at all', undefined, 0, true],
] as const)('reads %s as what it is', async (_, messageId, after, staysListed) => {
  const sent = world.clock.time();
  const at = new Date(sent + after).toISOString();
  const sentAt = new Date(sent + Math.min(after, 0)).toISOString();
  await putFacts(world.store, [
    bounce(HANAKO, sent + 60_000, 'filter', { ...FILTERED, sentAt: new Date(sent).toISOString() }),
    ...(messageId === undefined
      ? []
      : [{ address: HANAKO, kind: 'delivery', at, id: messageId, messageId, sentAt } as const]),
  ]);
  const cause = { feedbackId: 'filter', messageId: 'm-filter' };
  world.ses.list.put({ address: HANAKO, reason: 'BOUNCE', updatedAt: sent + 61_000, ...cause });
  world.clock.advance(2 * DAY);
  await world.run();
  expect(world.ses.list.get(HANAKO) !== undefined).toBe(staysListed);
});
