import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { customers, DAY, LISTED } from '../support/incident-scene.ts';

/**
 * The story of an incident undone, on the whole local system by the command line: a block list names the server, the
 * incident is found, what it put on the list is released in waves, and mail is delivered.
 */

let system: LocalSystem;
let folder: CliFolder;
const everyone = customers(12);

beforeAll(async () => {
  folder = cliFolder();
  system = await startLocalSystem({ start: '2026-11-20T03:00:00.000Z' });
  folder.useLocal(system.lambda.endpoint);
  system.subscribe('2026-11-20T03:00:00.000Z');
  await busyWeek();
}, 120_000);
afterAll(async () => {
  folder.remove();
  await system.stop();
});

/** 600 mails that arrive: the account's volume of the week. */
async function busyWeek(): Promise<void> {
  const readers = Array.from({ length: 50 }, (_, index) => `reader-${index}@gmail.com`);
  for (const address of readers) system.ses.setMailbox(address, {});
  for (let mail = 0; mail < 12; mail += 1) system.ses.send({ from: 'news@shop.example', to: readers });
  await system.topic.idle();
  system.clock.advance(60_000);
}

async function mail(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) system.ses.send({ from: 'order@shop.example', to: [address] });
  system.clock.advance(60_000);
  await system.topic.idle();
}

const run = (...words: string[]) => folder.run(...words, '--local');
const listed = () => [...system.ses.list.entries()].map(({ address }) => address);

it('an incident is named, previewed, undone in waves, and the mail is delivered', async () => {
  for (const address of everyone) system.ses.setMailbox(address, { blocksSender: LISTED });
  await mail(everyone);
  expect(listed()).toHaveLength(12);
  for (const address of everyone) system.ses.setMailbox(address, { blocksSender: '' });
  system.clock.advance(DAY / 12);
  await system.invoke('cleanup', {});

  const shown = await run('incidents');
  expect(shown.stdout).toContain('sending server blocked');
  expect(shown.stdout).toContain('12 recipients');
  expect(shown.stdout).toContain('https://check.spamhaus.org/');
  const [, id = ''] = /more: todoku incidents (\S+)/.exec(shown.stdout) ?? [];
  const one = await run('incidents', id);
  expect(one.stdout).not.toContain('c1@');
  expect(one.stdout).toContain(`rescue plan --incident ${id}`);
  expect((await run('incidents', id, '--full')).stdout).toContain('  c1@ezweb.ne.jp\n');

  const unknown = await run('incidents', '20200101-00-abcdef', '--lang', 'ja');
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toContain('一斉拒否 20200101-00-abcdef は記録にありません');

  const plan = await run('rescue', 'plan', '--incident', id);
  expect(plan.stdout).toContain(`about: what incident ${id} put on the list`);
  expect(plan.stdout).toContain('candidates: 12');
  const start = [
    'rescue',
    'start',
    '--incident',
    id,
    '--first',
    '5',
    '--bound',
    '0.045',
    '--operator',
    'ito',
  ];
  expect(await run(...start, '--yes')).toMatchObject({ code: 1 });
  expect((await run(...start, '--reason', 'off the block list')).stderr).toContain('--yes');
  expect(listed()).toHaveLength(12);
  const started = await run(...start, '--reason', 'off the block list', '--yes', '--json');
  expect(JSON.parse(started.stdout)).toMatchObject({
    campaign: { incident: { id } },
    waves: [{ removed: 5 }],
  });
  expect(listed()).toHaveLength(7);

  for (let wave = 0; wave < 2; wave += 1) {
    system.clock.advance(DAY / 2);
    await mail(everyone.filter((address) => !listed().includes(address)));
    system.clock.advance(DAY / 2);
    system.clock.advance(60_000);
    await run('rescue', 'continue', '--yes');
  }
  const status = await run('rescue', 'status', '--json');
  expect(JSON.parse(status.stdout)).toMatchObject({
    campaign: { state: 'completed' },
    waves: [{ delivered: 5 }, { delivered: 7 }],
  });
  expect(listed()).toEqual([]);
  await system.invoke('cleanup', {});
  const [first = ''] = everyone;
  const answer = await system.invoke<LookupAnswer>('lookup', { address: first });
  expect(answer.removals).toMatchObject([{ by: 'ito', rule: 'incident-undone', outcome: 'delivered' }]);
}, 120_000);
