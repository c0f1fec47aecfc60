import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carryRequestSchema } from '../../lib/contracts/carry.ts';
import { collectCarried, listedHere, putCarried } from '../../lib/operations/carry.ts';
import { lookup } from '../../lib/operations/lookup.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { startWorld, type World } from '../support/world.ts';

let old: World;
let next: World;
let servers: LambdaServer[];
let folder: CliFolder;
/** Calls to put entries that the new Region still takes. */
let putsLeft = Number.POSITIVE_INFINITY;

const COMPLAINED = 'angry@outlook.com';
const DEAD = 'Nobody@gmail.com';
const FILTERED = 'hanako@ezweb.ne.jp';
const LIFTED = 'forgiven@docomo.ne.jp';
const COMPLAINED_THEN_BOUNCED = 'cross@example.jp';

/** The function of a Region, on the parts of its world. */
async function region(world: World, fails: () => boolean): Promise<LambdaServer> {
  return startLambda({
    functions: {
      'todoku-prod-carry': async (event: unknown) => {
        const request = carryRequestSchema.parse(event);
        const tools = { ...world, now: () => world.clock.now(), onFailure: () => {} };
        if (request.ask === 'collect')
          return collectCarried(request.from, { ...tools, list: world.list, store: world.store });
        if (request.ask === 'listed') return listedHere(request.from, { list: world.list });
        if (fails()) throw new Error('the connection was lost');
        return putCarried(request.entries, { ...tools, list: world.list, store: world.store });
      },
    },
  });
}

beforeAll(async () => {
  old = await startWorld({ inMemory: true });
  next = await startWorld({ inMemory: true });
  folder = cliFolder();
  servers = [
    await region(old, () => false),
    await region(next, () => {
      putsLeft -= 1;
      return putsLeft < 0;
    }),
  ];
  folder.environment.TODOKU_TARGETS = folder.file(
    'fleet.json',
    JSON.stringify([
      { name: 'tokyo', region: 'ap-northeast-1', endpoint: servers[0]?.endpoint },
      { name: 'oregon', region: 'us-west-2', endpoint: servers[1]?.endpoint },
    ]),
  );
  // The old Region: a complaint, a mailbox that does not exist, and one behind a filter.
  list(old, COMPLAINED, 'COMPLAINT');
  old.ses.setMailbox(FILTERED, { filtersPcMail: true });
  await old.send(DEAD, FILTERED);
  list(old, 'without-record@docomo.ne.jp', 'BOUNCE');
  // A complaint that an operator lifted; then the filter refused a mail.
  list(old, LIFTED, 'COMPLAINT');
  await old.run({ mode: 'propose' });
  await remove(
    {
      addresses: [LIFTED],
      reason: 'pressed by mistake',
      operator: 'Sato',
      dryRun: false,
      override: ['complaint'],
    },
    { store: old.store, list: old.list, policy: DEFAULT_POLICY, now: () => old.clock.now() },
  );
  old.clock.advance(86_400_000);
  list(old, LIFTED, 'BOUNCE');
  // A complaint on record that somebody else took off the list; then a bounce.
  list(old, COMPLAINED_THEN_BOUNCED, 'COMPLAINT');
  await old.run({ mode: 'propose' });
  old.clock.advance(86_400_000);
  list(old, COMPLAINED_THEN_BOUNCED, 'BOUNCE');
});
afterAll(async () => {
  folder.remove();
  await Promise.all(servers.map((server) => server.stop()));
  await Promise.all([old.stop(), next.stop()]);
});

function list(world: World, address: string, reason: 'BOUNCE' | 'COMPLAINT'): void {
  world.ses.list.put({ address, reason, updatedAt: world.clock.time() });
}
const carry = (...words: string[]) =>
  folder.run('fleet', 'carry', '--from', 'ap-northeast-1', '--to', 'oregon', ...words);
const reasons = (world: World) =>
  Object.fromEntries(world.ses.list.page({}, 1_000).entries.map(({ address, reason }) => [address, reason]));

describe('todoku fleet carry', () => {
  it('says what would go along, and changes nothing', async () => {
    const before = reasons(old);
    const result = await carry();
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('to be carried: 2 complaints, 1 dead mailboxes');
    expect(result.stdout).toContain('left behind (not certain to be dead): 2');
    expect(result.stdout).toContain('left behind (complaint lifted by an override): 1');
    expect(result.stdout).toContain('Nothing was changed. With --apply 3 are put on the new list');
    expect((await carry('--lang', 'ja')).stdout).toContain('迷惑メールの申告 2件、存在しない宛先 1件');
    expect(reasons(next)).toEqual({});
    expect(reasons(old)).toEqual(before);
    // No address in a report.
    expect(result.stdout).not.toContain('@');
  });

  it('says what is left when it is cut short, and goes on where it stopped', async () => {
    putsLeft = 0;
    const cut = await carry('--apply', '--yes');
    expect(cut.code).toBe(2);
    expect(cut.stderr).toContain('the connection was lost');
    expect(cut.stderr).toContain('run it again to go on with the rest');
    putsLeft = Number.POSITIVE_INFINITY;
    // One got there meanwhile, for a bounce: the complaint takes its place.
    list(next, COMPLAINED, 'BOUNCE');
    expect(await carry('--apply', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('carried: 3'),
    });
    expect(reasons(next)).toEqual({
      [COMPLAINED]: 'COMPLAINT',
      [COMPLAINED_THEN_BOUNCED]: 'COMPLAINT',
      [DEAD]: 'BOUNCE',
    });
  });

  it('does nothing when it is run again, and never turns a complaint into a bounce', async () => {
    list(next, DEAD, 'COMPLAINT');
    const before = next.ses.list.page({}, 1_000).entries;
    const again = await carry('--apply', '--yes');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('already on the new list: 3');
    expect(next.ses.list.page({}, 1_000).entries).toEqual(before);
    list(next, DEAD, 'BOUNCE');
  });

  it('takes the cause along: a look-up in the new Region shows it, and its cleanup removes nothing', async () => {
    next.clock.advance(30 * 86_400_000);
    await next.run({ mode: 'apply', full: true });
    expect(Object.keys(reasons(next))).toHaveLength(3);
    const answer = await lookup(
      { address: DEAD, explainPolicy: false },
      { store: next.store, list: next.list, policy: DEFAULT_POLICY, now: () => next.clock.now() },
    );
    expect(answer.timeline.some(({ kind }) => kind === 'bounce')).toBe(true);
    expect(answer.verdict?.action).not.toBe('remove');
  });

  it.each([
    [['--from', 'nowhere', '--to', 'oregon'], 'no target is called "nowhere"'],
    [['--from', 'tokyo', '--to', 'ap-northeast-1'], 'must be different'],
  ])('refuses %j', async (words, message) => {
    const result = await folder.run('fleet', 'carry', ...words);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(message);
  });
});
