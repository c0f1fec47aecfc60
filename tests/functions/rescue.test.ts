import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RescuePlan, RescueStatus } from '../../lib/contracts/rescue.ts';
import { putMembers } from '../../lib/store/members.ts';
import { VERSION } from '../../lib/version.ts';
import { generateHistory, type History, playHistory } from '../../local/history/history.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';

/**
 * The seeded history of an invented shop: the system is deployed at its end, finds docomo's backlog on the list, and
 * rescues it wave by wave.
 */

let system: LocalSystem;
let history: History;
let folder: CliFolder;

const DAY = 86_400_000;

beforeAll(async () => {
  folder = cliFolder();
  await deploy(generateHistory());
}, 120_000);
afterAll(async () => {
  folder.remove();
  await system.stop();
});

/** Plays a history, deploys the system at its end and lets the cleanup judge the list. */
async function deploy(of: History): Promise<void> {
  history = of;
  system = await startLocalSystem({ start: history.from, table: memoryTable() });
  folder.useLocal(system.lambda.endpoint);
  system.subscribe(history.until);
  playHistory(history, system.ses, system.clock);
  await putMembers(
    system.store,
    history.members.map((member) => ({ ...member, source: 'members.csv' })),
  );
  await system.invoke('cleanup', {});
  busyDay();
  await system.topic.idle();
  // CloudWatch's span ends before the present moment.
  system.clock.advance(60_000);
}

/** 2,000 mails that arrive: the account's volume of the day. */
function busyDay(): void {
  const readers = Array.from({ length: 50 }, (_, index) => `reader-${index}@gmail.com`);
  for (const address of readers) system.ses.setMailbox(address, {});
  for (let mail = 0; mail < 40; mail += 1) system.ses.send({ from: 'news@shop.example', to: readers });
}

/** Recipients of every mail of the last seven days, counted from the shop's side. */
function sentLastWeek(): number {
  const until = system.clock.time();
  const mails = [...system.ses.recentTraces()].map(({ mail }) => mail);
  return mails
    .filter(({ acceptedAt }) => acceptedAt >= until - 7 * DAY && acceptedAt < until)
    .reduce((sum, { destination }) => sum + destination.length, 0);
}

const listed = () => new Set([...system.ses.list.entries()].map((entry) => entry.address));
const truthOf = (address: string) =>
  history.customers.find((one) => one.address.toLowerCase() === address)?.truth;

/** Sends an order mail to everyone the last wave took off the list, and lets the events arrive. */
async function mailThem(before: ReadonlySet<string>): Promise<string[]> {
  const removed = [...before].filter((address) => !listed().has(address));
  system.clock.advance(DAY / 2);
  for (const address of removed) system.ses.send({ from: 'order@shop.example', to: [address] });
  system.clock.advance(DAY / 2);
  busyDay();
  await system.topic.idle();
  system.clock.advance(60_000);
  return removed;
}

describe('the backlog of the seeded history, on the whole local system', () => {
  let before: ReadonlySet<string>;
  let plan: RescuePlan;

  it('is planned in waves under the bound, from the account’s own volume', async () => {
    before = listed();
    plan = await system.invoke<RescuePlan>('rescue', { action: 'plan', bound: 0.012 });
    expect(plan.candidates).toBeGreaterThan(40);
    expect(plan.account).toMatchObject({
      sending: { days: 7, source: 'cloudwatch', sent: sentLastWeek() },
    });
    expect(plan.account.volume).toBeGreaterThanOrEqual(1_900);
    expect(plan.waves.length).toBeGreaterThan(1);
    for (const wave of plan.waves) expect(wave.worstCaseRate).toBeLessThanOrEqual(0.012);
    expect(plan.tiers['active-member']).toBeGreaterThan(plan.tiers.member ?? 0);
    expect(listed()).toEqual(before);
  });

  it('is shown to the operator before anything is done', async () => {
    const shown = await folder.run('rescue', 'plan', '--local', '--bound', '0.012');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toContain('about: docomo, listed before 2025-03-13');
    expect(shown.stdout).toContain(`candidates: ${plan.candidates}`);
    expect(shown.stdout).toMatch(/worst-case rate/);
    expect(shown.stdout).not.toContain('@');
    if (process.env.SHOW_RESCUE) {
      process.stdout.write(shown.stdout);
      process.stdout.write(
        (await folder.run('rescue', 'plan', '--local', '--bound', '0.012', '--lang', 'ja')).stdout,
      );
    }
  });

  it('loses its first wave, of people seen lately, by the operator’s word', async () => {
    const started = await folder.run(
      'rescue',
      'start',
      '--local',
      '--bound',
      '0.012',
      '--operator',
      'ito',
      '--yes',
    );
    expect(started).toMatchObject({ code: 0, stderr: '' });
    const removed = [...before].filter((address) => !listed().has(address));
    expect(removed).toHaveLength(plan.waves[0]?.addresses ?? 0);
    for (const address of removed) {
      expect(address).toMatch(/@docomo\.ne\.jp$/);
      expect(truthOf(address)).not.toMatch(/complains|mistyped/);
    }
  });

  it('loses no second one until the outcomes of the first are known', async () => {
    const now = listed();
    expect((await system.invoke<RescueStatus>('rescue', { action: 'continue' })).next.step).toBe('wait');
    expect(listed()).toEqual(now);
  });

  it('goes on wave by wave to the end while the mail arrives', async () => {
    let status: RescueStatus | undefined;
    for (let round = 0; round < 10 && status?.campaign?.state !== 'completed'; round += 1) {
      await mailThem(before);
      before = listed();
      status = await system.invoke<RescueStatus>('rescue', { action: 'continue' });
      expect(status.campaign?.state, status.next.because.en).not.toBe('stopped');
    }
    expect(status?.campaign?.state).toBe('completed');
    const waves = status?.waves ?? [];
    const sum = (of: (wave: (typeof waves)[number]) => number) =>
      waves.reduce((all, wave) => all + of(wave), 0);
    expect(sum((wave) => wave.removed)).toBe(plan.candidates);
    expect(sum((wave) => wave.delivered)).toBeGreaterThan(sum((wave) => wave.bouncedAgain) * 3);
    for (const wave of waves) expect(wave.worstCaseRate).toBeLessThanOrEqual(0.012);
    if (process.env.SHOW_RESCUE)
      process.stdout.write((await folder.run('rescue', 'status', '--local')).stdout);
  }, 60_000);

  it('is left to the cleanup, which closes the cases with their outcomes', async () => {
    await system.invoke('cleanup', { full: true });
    const { rules } = await system.invoke<{ rules: { rule: string; standing: { delivered: number } }[] }>(
      'policy',
      {
        ask: 'rules',
      },
    );
    expect(rules.find(({ rule }) => rule === 'rescue')?.standing.delivered).toBeGreaterThan(30);
    const plan = await system.invoke<RescuePlan>('rescue', { action: 'plan' });
    expect(plan.candidates).toBe(0);
  });

  it.each([
    [{ action: 'plan', bound: 0.05 }, /bound/],
    [{ action: 'start' }, /operator/],
    [{ action: 'start', operator: 'ito', knownShare: 0 }, /knownShare/],
    [{ action: 'again' }, /action/],
    [{ action: 'continue', force: true }, /force/],
  ])('refuses %j and says why', async (request, message) => {
    await expect(system.invoke('rescue', request)).rejects.toThrow(message);
  });

  it('answers what cannot be done, in both languages, with exit code 2', async () => {
    expect(await system.invoke('rescue', { action: 'stop', operator: 'ito' })).toEqual({
      refused: { code: 'rescue-refused', ja: '進行中の計画はありません。', en: 'No campaign is running.' },
      version: VERSION,
    });
    const stopped = await folder.run('rescue', 'stop', '--local', '--lang', 'ja');
    expect(stopped).toMatchObject({ code: 2, stdout: '進行中の計画はありません。\n' });
    expect((await folder.run('rescue', 'start', '--local', '--operator', 'ito', '--yes')).code).toBe(2);
  });
});

describe('the same backlog, if the mailboxes were gone', () => {
  it('loses one wave, and the campaign stops by itself and says why', async () => {
    await system.stop();
    await deploy(generateHistory({ customers: 700 }));
    let before = listed();
    const started = await system.invoke<RescueStatus>('rescue', {
      action: 'start',
      operator: 'ito',
      first: 10,
    });
    expect(started.waves).toMatchObject([{ removed: 10, open: 10 }]);
    for (const address of before) system.ses.setMailbox(address, { exists: false });
    await mailThem(before);
    before = listed();
    expect(await system.invoke<RescueStatus>('rescue', { action: 'continue' })).toMatchObject({
      campaign: { state: 'stopped' },
      waves: [{ bouncedAgain: 10 }],
    });
    expect(listed()).toEqual(before);
    const status = await folder.run('rescue', 'status', '--local');
    expect(status.stdout).toContain('Too few of wave 1 were delivered: 0/10');
  }, 60_000);
});
