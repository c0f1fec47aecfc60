import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

const HANAKO = 'hanako@ezweb.ne.jp';
const OTHER = 'taro@ezweb.ne.jp';
const KEY = '/todoku/local/forget-key';

let system: LocalSystem;
let folder: CliFolder;

beforeAll(async () => {
  system = await startLocalSystem({ start: '2026-11-01T00:00:00Z' });
  folder = cliFolder();
  folder.useLocal(system.lambda.endpoint);
  for (const address of [HANAKO, OTHER]) {
    system.ses.list.put({ address, reason: 'BOUNCE', updatedAt: Date.parse('2026-10-20T00:00:00Z') });
    await system.invoke('members', { put: [{ address, source: 'shop.csv' }] });
  }
  await system.invoke('cleanup', {});
});
afterAll(async () => {
  folder.remove();
  await system.stop();
});

const todoku = (...words: string[]) => folder.run(...words, '--local');

describe('a person', () => {
  it('is handed out in full, readable and as JSON', async () => {
    const text = await todoku('export', HANAKO);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    for (const part of [
      HANAKO,
      'BOUNCE',
      'member record (1)',
      'source: shop.csv',
      'case (1)',
      'decisions (1)',
    ]) {
      expect(text.stdout).toContain(part);
    }
    const { stdout } = await todoku('export', HANAKO, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ address: HANAKO, listed: { reason: 'BOUNCE' } });
  });

  it('is forgotten once that is confirmed, with a receipt that names nobody', async () => {
    const reason = ['--reason', 'a letter of 2026-10-31'];
    expect(await todoku('forget', HANAKO, ...reason)).toMatchObject({ code: 2, stdout: '' });
    expect(await todoku('forget', ...reason)).toMatchObject({ code: 1 });
    const { code, stdout } = await todoku('forget', HANAKO, ...reason, '--yes');
    expect(code, stdout).toBe(0);
    expect(stdout.toLowerCase()).not.toContain('hanako');
    for (const part of ['h***@ezweb.ne.jp', "SES's list (BOUNCE) stays", 'until 2026-12-06']) {
      expect(stdout).toContain(part);
    }
    expect((await todoku('export', HANAKO)).stdout).toContain('Nothing is on record.');
    expect(await system.tableText()).not.toContain(HANAKO);
    const history = await todoku('history', '--action', 'forgotten');
    expect(history.stdout).toContain('h***@ezweb.ne.jp');
    expect(await todoku('forget', HANAKO, ...reason, '--yes', '--lang', 'ja')).toMatchObject({ code: 0 });
  });

  it('is forgotten while no other run is at work', async () => {
    await system.store.put({
      pk: 'CLEANUP',
      sk: 'LEASE',
      owner: 'a run',
      until: Date.parse('2027-01-01'),
      fence: 9,
    });
    const busy = await todoku('forget', OTHER, '--reason', 'asked', '--yes', '--no-wait');
    expect(busy).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('another run is active'),
    });
    expect(await system.tableText()).toContain(OTHER);
    await system.store.put({ pk: 'CLEANUP', sk: 'LEASE', fence: 9 });
  });
});

describe('the key of forgotten addresses', () => {
  it('survives a value written over it, and is missed where it is deleted, until that is accepted', async () => {
    system.ssm.set(KEY, 'another value');
    expect((await todoku('status')).stdout).not.toContain('the key');
    system.ssm.set(KEY, undefined);
    // A container keeps what it has read: this one is new.
    (await import('../../functions/once.ts')).forgetAll();
    expect((await todoku('status')).stdout).toContain(
      '! the key by which forgotten addresses are known again is lost',
    );
    const refused = await todoku('remove', OTHER, '--reason', 'asked', '--yes');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('forget --accept-key-loss') });
    system.clock.advance(60_000);
    const alarm = system.cloudWatch.changes().find(({ name }) => name === 'todoku-local-forget-key-lost');
    expect(alarm).toMatchObject({ state: 'ALARM' });
    const given = await todoku('forget', '--accept-key-loss', '--reason', 'deleted by mistake', '--yes');
    expect(given.stdout).toBe('Recorded. 1 forgotten addresses are not known any more.\n');
    expect((await todoku('status')).stdout).not.toContain('the key');
  });
});
