import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NotifyAnswer } from '../../lib/contracts/notify.ts';
import { waitingNotices } from '../../lib/store/notices.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

/** The functions, SNS and EventBridge behind the real clients: what runs and operators do is told by itself. */

const START = '2026-11-24T00:00:00.000Z';
const DAY = 24 * 3_600_000;

let system: LocalSystem;
let cli: CliFolder;

beforeAll(async () => {
  system = await startLocalSystem({ start: START, notices: 'addresses' });
  system.subscribe(START);
  cli = cliFolder();
  cli.useLocal(system.lambda.endpoint);
});
afterAll(async () => {
  cli.remove();
  await system.stop();
});

/** A customer whom a filter refuses, and who misses a mail since. */
async function refused(address: string): Promise<void> {
  system.ses.setMailbox(address, { exists: true, filtersPcMail: true });
  system.ses.send({ from: 'order@shop.example', to: [address] });
  system.ses.tick();
  system.clock.advance(DAY);
  system.ses.send({ from: 'order@shop.example', to: [address] });
  system.ses.tick();
  await system.topic.idle();
  system.clock.advance(2 * DAY);
}

const told = (type: string) =>
  system.notices.events.filter(({ detailType }) => detailType === type).map(({ detail }) => detail);
const waiting = async () => (await waitingNotices(system.store)).items.length;

describe('a run', () => {
  it('is told by mail, in the chat’s form and on the bus, and leaves nothing waiting', async () => {
    await refused('sumire@ezweb.ne.jp');
    await system.invoke('cleanup', { mode: 'propose' });
    const [mail, chat, ...others] = system.notices.published;
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      topicArn: expect.stringMatching(/:todoku-local-notices$/),
      subject: 'todoku local：新しい解除案1件、新しい登録1件',
      message: expect.stringContaining('sumire@ezweb.ne.jp'),
    });
    expect(chat?.topicArn).toMatch(/:todoku-local-chat$/);
    expect(JSON.parse(chat?.message ?? '')).toMatchObject({ version: '1.0', source: 'custom' });
    expect(told('Removal Proposed')).toMatchObject([{ stage: 'local', address: 'sumire@ezweb.ne.jp' }]);
    expect(await waiting()).toBe(0);
  });

  it('with nothing to say is not told', async () => {
    const before = system.notices.published.length;
    system.clock.advance(DAY);
    await system.invoke('cleanup', { mode: 'propose' });
    expect(system.notices.published).toHaveLength(before);
  });
});

describe('an operator’s removal', () => {
  it('is on the bus at once with the mails to send again, and in the next digest', async () => {
    const mails = system.notices.published.length;
    const removed = await cli.run('remove', 'sumire@ezweb.ne.jp', '--reason', 'asked', '--yes', '--local');
    expect(removed).toMatchObject({ code: 0 });
    await system.lambda.idle();
    expect(told('Address Released')).toMatchObject([
      { address: 'sumire@ezweb.ne.jp', by: 'tester', missed: { count: 1, mails: [{}] } },
    ]);
    expect(system.notices.published).toHaveLength(mails);
    // People are told at the end of the next run: until then the notice waits, and status says so.
    expect((await cli.run('status', '--local')).stdout).toMatch(
      /^notices not told yet {2}1 \(since 2026-.*\)$/m,
    );
    expect((await cli.run('status', '--local', '--lang', 'ja')).stdout).toMatch(
      /^未送信のお知らせ {2}1（2026-.*から）$/m,
    );
    await system.invoke('cleanup', { mode: 'propose' });
    expect((await cli.run('status', '--local')).stdout).not.toContain('notices');
    expect(system.notices.published.at(-2)?.subject).toContain('解除1件');
    expect(told('Address Released')).toHaveLength(1);
  });
});

describe('the month that is over', () => {
  it('is told once by itself, from when on it is on record, with the figures of the report', async () => {
    // December in Tokyo.
    system.clock.set('2026-11-30T15:00:00.000Z');
    await system.invoke('cleanup', { mode: 'propose' });
    const told = () =>
      system.notices.events
        .filter(({ detailType }) => detailType === 'Month Reported')
        .map(({ detail }) => detail);
    expect(told()).toMatchObject([{ stage: 'local', month: '2026-11', missed: 1, removed: 1 }]);
    expect(told()[0]).toMatchObject({ recordedFrom: expect.stringMatching(/^2026-11-27/) });
    const [mail] = system.notices.published.slice(-2);
    expect(mail?.subject).toBe('todoku local：2026年11月の報告');
    expect(mail?.message).toContain('■ 2026年11月（2026-11-27から）：SESが送信しなかったメールは1通です。\n');
    expect(mail?.message).toContain(
      '  確認: todoku report --month 2026-11 --html report-2026-11.html --local\n',
    );
    expect(await system.invoke<NotifyAnswer>('notify', {})).toMatchObject({ left: 0, failed: [] });
    expect(told()).toHaveLength(1);
  });
});

describe('while a service is away', () => {
  it('nothing is lost, and nobody is told twice', async () => {
    await refused('tsubaki@ezweb.ne.jp');
    system.notices.fail('events', 'ThrottlingException');
    await system.invoke('cleanup', { mode: 'propose' });
    const mails = system.notices.published.length;
    expect(await waiting()).toBeGreaterThan(0);
    // It fails loudly, for the alarm and for Lambda's own second try.
    await expect(system.invoke('notify', {})).rejects.toThrow(/NotToldError.*events/);
    system.notices.fail('events', undefined);
    system.clock.advance(DAY);
    expect(await system.invoke<NotifyAnswer>('notify', {})).toMatchObject({ left: 0, failed: [] });
    expect(system.notices.published).toHaveLength(mails);
    expect(told('Removal Proposed')).toHaveLength(2);
  });

  it('two that tell at once tell one after the other, and once', async () => {
    await refused('kaede@ezweb.ne.jp');
    system.notices.fail('sns', 'InternalError');
    await system.invoke('cleanup', { mode: 'propose' });
    system.notices.fail('sns', undefined);
    const before = system.notices.published.length;
    await Promise.all([system.invoke('notify', {}), system.invoke('notify', {})]);
    expect(system.notices.published.length - before).toBe(2);
  });
});
