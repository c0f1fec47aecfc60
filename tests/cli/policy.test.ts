import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putOutcome } from '../../lib/store/outcomes.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';

const START = '2026-11-01T00:00:00.000Z';
const DAY = 86_400_000;
const HANAKO = 'hanako@ezweb.ne.jp';
const RULE = 'filtered-known-recipient';

let system: LocalSystem;
let folder: CliFolder;

beforeAll(async () => {
  system = await startLocalSystem({ start: START, table: memoryTable() });
  system.subscribe(START);
  folder = cliFolder();
  folder.useLocal(system.lambda.endpoint);
  folder.environment.TODOKU_OPERATOR = 'Suzuki';
  await history();
});
afterAll(async () => {
  await system.stop();
  folder.remove();
});

async function send(...addresses: string[]): Promise<void> {
  for (const to of addresses) system.ses.send({ from: 'order@shop.example', to: [to] });
  system.ses.drain();
  await system.topic.idle();
}

/** Hanako is refused by her filter, removed, and reached; a stranger is proposed. */
async function history(): Promise<void> {
  system.ses.setMailbox(HANAKO, {});
  await send(HANAKO);
  system.clock.advance(DAY);
  system.ses.setMailbox(HANAKO, { filtersPcMail: true });
  system.ses.setMailbox('stranger@ezweb.ne.jp', { filtersPcMail: true });
  await send(HANAKO, 'stranger@ezweb.ne.jp');
  system.clock.advance(2 * DAY);
  await system.invoke('cleanup', { mode: 'apply' });
  system.ses.setMailbox(HANAKO, { filtersPcMail: false });
  system.clock.advance(DAY);
  await send(HANAKO);
  system.clock.advance(DAY);
  await system.invoke('cleanup', { mode: 'apply' });
}

/** Runs the command line as an operator does. */
const todoku = (...given: string[]) => folder.run(...given, '--local');

/** A table's text with its borders and line breaks taken away. */
const flat = (text: string): string => text.replaceAll(/[│┌┐└┘├┤┬┴┼─\s]+/g, ' ');

const configFile = (overrides: unknown): string =>
  folder.file('policy.json', typeof overrides === 'string' ? overrides : JSON.stringify(overrides));

describe('todoku policy show', () => {
  it('prints every value with the layer that set it', async () => {
    system.ssm.set(system.policyParameter, '{"coolDownHours": 36}');
    system.clock.advance(61_000);
    const { code, stdout: out } = await todoku('policy', 'show');
    expect(code).toBe(0);
    expect(flat(out)).toContain('coolDownHours 36 24 parameter');
    expect(flat(out)).toContain('maximumRemovals 2 2 default');
    expect(out).toContain('Parameter: /todoku/local/policy (version 1');
  });

  it('says that nothing is removed while the parameter cannot be used', async () => {
    system.ssm.set(system.policyParameter, '{"coolDownHour": 36}');
    system.clock.advance(61_000);
    const { code, stdout: out } = await todoku('policy', 'show');
    expect(code).toBe(2);
    expect(out).toContain('policy-unreadable');
    expect(out).toContain('coolDownHour');
    const { stdout: json } = await todoku('policy', 'show', '--json');
    expect(JSON.parse(json).parameter).toMatchObject({ state: 'unreadable', problem: expect.any(String) });
    system.ssm.set(system.policyParameter, undefined);
  });
});

describe('todoku policy explain', () => {
  it('shows each rule, and why the first that matched decides', async () => {
    const { code, stdout: out } = await todoku('policy', 'explain', 'stranger@ezweb.ne.jp');
    expect(code).toBe(0);
    expect(flat(out)).toContain('→ filtered yes propose');
    expect(flat(out)).toContain('complaint - keep');
    expect(out).toContain('the first that matches, filtered, decides');
  });

  it('says so of an address that is not listed, with an exit code of its own', async () => {
    const { code, stdout: out } = await todoku('policy', 'explain', HANAKO);
    expect([code, out.includes('there is nothing to decide')]).toEqual([3, true]);
  });
});

describe('todoku policy simulate', () => {
  it('prints what would have been removed, with what came of it, and the difference', async () => {
    const { code, stdout: out } = await todoku(
      'policy',
      'simulate',
      '--config',
      configFile({ maximumRemovals: 0 }),
      '--days',
      '30',
    );
    expect(code).toBe(0);
    expect(out).toContain('maximumRemovals: 2 → 0');
    expect(out).toContain(
      'The policy in force would have removed 1; of the 1 that were removed: 1 delivered',
    );
    expect(out).toContain('of the 1 removed in fact that policy.json would not have removed: 1 delivered');
    expect(out).toContain('remove → keep: 1');
    expect(flat(out)).toContain(`remove (${RULE}) keep (removed-too-often) removed, delivered`);
  });

  it('speaks Japanese, and JSON', async () => {
    const file = configFile({ coolDownHours: 1 });
    const { stdout: out } = await todoku('policy', 'simulate', '--config', file, '--lang', 'ja');
    expect(out).toContain('実際に解除された1件の結果：到達1件');
    const { stdout: json } = await todoku('policy', 'simulate', '--config', file, '--json');
    expect(JSON.parse(json)).toMatchObject({
      candidate: { remove: 1, ofThese: { delivered: 1 } },
      changed: [{ key: 'coolDownHours', inForce: 24, candidate: 1 }],
    });
  });

  it('refuses a file that makes no policy, and names what is wrong', async () => {
    const mistyped = await todoku('policy', 'simulate', '--config', configFile({ coolDownHour: 1 }));
    expect([mistyped.code, mistyped.stderr.includes('coolDownHour')]).toEqual([1, true]);
    const broken = await todoku('policy', 'simulate', '--config', configFile('{'));
    expect(broken.stderr).toContain('not JSON');
  });
});

describe('todoku rules', () => {
  it("prints each rule's record, and exits 2 when one may not remove", async () => {
    for (let index = 0; index < 12; index += 1) {
      const at = new Date(Date.parse(START) + index * 60_000).toISOString();
      const address = `customer${index}@ezweb.ne.jp`;
      await putOutcome(system.store, {
        rule: RULE,
        carrier: 'au',
        address,
        removedAt: at,
        at,
        outcome: 'bounced-again',
      });
    }
    const { code, stdout: out } = await todoku('rules');
    expect(code).toBe(2);
    expect(flat(out)).toMatch(/filtered-known-recipient au removed 1[23]: [01] delivered, 12 bounced again/);
    expect(flat(out)).toContain('only proposing (below the floor) since 2026-11-01');
  });

  it('lets an operator enable a rule again, with options after the subcommand', async () => {
    const refused = await todoku('rules', 'enable', 'complaint', '--reason', 'x');
    expect([refused.code, refused.stderr.includes(RULE)]).toEqual([1, true]);
    const { code, stdout: out } = await todoku(
      'rules',
      'enable',
      RULE,
      '--carrier',
      'au',
      '--reason',
      'DMARC published',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out).rules).toMatchObject([
      { rule: RULE, state: 'applying', enabled: { operator: 'Suzuki', reason: 'DMARC published' } },
    ]);
  });
});

describe('todoku policy scope', () => {
  it('prints where suppression acts, what follows, and the account’s health', async () => {
    system.ses.configurationSets.push({ name: 'campaign', suppressedReasons: ['BOUNCE'] });
    system.ses.tenants.push({ name: 'flowers', suppressionScope: 'TENANT' });
    const now = new Date(system.clock.time() - 3_600_000).toISOString();
    system.cloudWatch.set('AWS/SES', 'Reputation.BounceRate', [{ at: now, value: 0.031 }]);
    const { code, stdout: out } = await todoku('policy', 'scope');
    expect(code).toBe(0);
    expect(flat(out)).toContain('account BOUNCE, COMPLAINT');
    expect(out).toContain('Entries listed for COMPLAINT block nothing in configuration set campaign.');
    expect(out).toContain('Tenant flowers has a list of its own');
    expect(out).toContain('bounce rate: 3.1 %; complaint rate: no data');
    expect(out).toContain("! bounce-rate: The account's bounce rate is 3.1 %; the limit is 2.5 %.");
  });
});

describe('todoku remove --dry-run', () => {
  const dryRun = (...more: string[]) =>
    todoku('remove', 'stranger@ezweb.ne.jp', '--reason', 'asked', '--dry-run', ...more);

  it('says which rule decides, and what it would do by itself', async () => {
    expect((await dryRun()).stdout).toContain("todoku's verdict: propose (filtered). ");
    expect((await dryRun('--lang', 'ja')).stdout).toContain('todoku の判定：提案（filtered）。');
    expect(JSON.parse((await dryRun('--json')).stdout)).toMatchObject({
      results: [{ result: 'would_remove', verdict: { action: 'propose', rule: 'filtered' } }],
    });
  });
});
