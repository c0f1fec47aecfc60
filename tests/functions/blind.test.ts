import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Run } from '../../lib/cases/records.ts';
import type { RescuePlan } from '../../lib/contracts/rescue.ts';
import { putMembers } from '../../lib/store/members.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';

/** The whole system while events do not reach it: the cleanup in apply mode proposes, and says why. */

const START = '2026-11-24T00:00:00.000Z';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let system: LocalSystem;
let cli: CliFolder;
let sqs: SQSClient;

beforeAll(async () => {
  system = await startLocalSystem({ start: START, table: memoryTable() });
  system.subscribe(START);
  // The list shows nothing of a complaint: this account does not suppress them.
  system.ses.account.suppressedReasons = ['BOUNCE'];
  cli = cliFolder();
  cli.useLocal(system.lambda.endpoint);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint: system.sqs.endpoint, region: 'ap-northeast-1', credentials });
});
afterAll(async () => {
  sqs.destroy();
  cli.remove();
  await system.stop();
});

/** A customer whose carrier's filter refuses a mail, and who would be taken off the list two days later. */
async function refused(address: string): Promise<void> {
  system.ses.setMailbox(address, { exists: true, filtersPcMail: true });
  system.ses.send({ from: 'order@shop.example', to: [address] });
  system.ses.tick();
  await putMembers(system.store, [{ address, since: '2024-01-01T00:00:00.000Z', source: 'members.csv' }]);
  await system.topic.idle();
  system.clock.advance(2 * DAY);
}

const apply = () => system.invoke<Run>('cleanup', { mode: 'apply' });
const isListed = (address: string) => system.ses.list.get(address) !== undefined;
const because = (run: Run, limit: string) => run.limits.find((each) => each.limit === limit)?.because;

/** A complaint that ingest could not store, as the queue holds it. */
async function complaintWaits(address: string): Promise<void> {
  const complaint = {
    notificationType: 'Complaint',
    complaint: {
      complainedRecipients: [{ emailAddress: address }],
      timestamp: '2026-11-23T00:00:00.000Z',
      feedbackId: `complaint-${address}`,
    },
    mail: { timestamp: '2026-11-22T00:00:00.000Z', messageId: 'mail-before', destination: [address] },
  };
  const body = JSON.stringify({ Type: 'Notification', Message: JSON.stringify(complaint) });
  const QueueUrl = system.sqs.queueUrl(system.deadLetterQueue);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
}

describe('while dead letters wait', () => {
  it('nothing is removed, in a run or in a campaign, until they are put back', async () => {
    const address = 'sumire@ezweb.ne.jp';
    await refused(address);
    await complaintWaits(address);

    const run = await apply();
    expect(run.counts).toEqual({ proposed: 1 });
    expect(isListed(address)).toBe(true);
    expect(because(run, 'blind')?.en).toMatch(
      /^Events that are not on record wait in the dead-letter queue: 1 .*Nothing is removed/,
    );
    expect(because(run, 'blind')?.ja).toMatch(/未処理メッセージのキュー.*提案だけを行います。$/);
    const status = await cli.run('status', '--local');
    expect(status.stdout).toContain('! blind: Events that are not on record wait');

    const plan = await system.invoke<RescuePlan>('rescue', { action: 'plan' });
    expect(plan.limits.map(({ limit }) => limit)).toContain('blind');
    const started = await system.invoke('rescue', { action: 'start', operator: 'test' });
    expect(started).toMatchObject({ refused: { en: expect.stringContaining('dead-letter queue') } });

    // The complaint is on record now, and keeps the address listed for good.
    expect(await cli.run('dead-letters', 'replay', '--all', '--yes', '--local')).toMatchObject({ code: 0 });
    system.clock.advance(2 * DAY);
    const after = await apply();
    expect(because(after, 'blind')).toBeUndefined();
    expect(isListed(address)).toBe(true);
  });

  it('that are parked are no reason: nobody can read them yet, and somebody looked', async () => {
    const address = 'tsubaki@ezweb.ne.jp';
    await refused(address);
    const QueueUrl = system.sqs.queueUrl(system.deadLetterQueue);
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'not JSON' }));
    expect(because(await apply(), 'blind')).toBeDefined();
    expect(isListed(address)).toBe(true);
    await cli.run('dead-letters', 'park', MessageId ?? '', '--local');
    system.clock.advance(2 * DAY);
    const { proposals } = await system.invoke<{ proposals: { address: string }[] }>('proposals', {});
    expect(proposals.map((each) => each.address)).toContain(address);
    // A waiting proposal is the operator's; what is listed from now on is the run's again.
    const next = 'kaede@ezweb.ne.jp';
    await refused(next);
    const run = await apply();
    expect(because(run, 'blind')).toBeUndefined();
    expect(isListed(next)).toBe(false);
  });
});

/** The metrics that a run writes for the alarms. */
async function measured(work: () => Promise<unknown>): Promise<Record<string, unknown>> {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk));
    return true;
  });
  process.env.LOG_LEVEL = 'ERROR';
  try {
    await work();
  } finally {
    process.env.LOG_LEVEL = 'SILENT';
    spy.mockRestore();
  }
  return Object.assign({}, ...written.map((line) => JSON.parse(line)).filter(({ _aws: metrics }) => metrics));
}

describe('a run tells the alarms', () => {
  it('that it ended, and for how long an operator has stopped the removals', async () => {
    const healthy = { stage: 'local', RunsEnded: 1, Silent: 0, HoursStopped: 0, HoursUnfinished: 0 };
    expect(await measured(apply)).toMatchObject(healthy);
    await cli.run('stop', '--reason', 'test', '--local');
    system.clock.advance(30 * HOUR);
    expect((await measured(apply)).HoursStopped).toBeGreaterThan(24);
    await cli.run('resume', '--local');
    expect((await measured(apply)).HoursStopped).toBe(0);
  });
});

describe('while no event reaches the topic', () => {
  const topic = { TopicName: 'todoku-local-ses-events' };
  const point = (hoursAgo: number, value: number) => ({
    at: new Date(system.clock.time() - hoursAgo * HOUR).toISOString(),
    value,
  });

  it('although SES delivers, nothing is removed', async () => {
    const address = 'ajisai@ezweb.ne.jp';
    await refused(address);
    system.cloudWatch.set('AWS/SNS', 'NumberOfMessagesPublished', [point(30, 400)], topic);
    system.cloudWatch.set('AWS/SES', 'Delivery', [point(30, 400), point(12, 30), point(5, 21)]);
    let run: Run | undefined;
    const told = await measured(async () => {
      run = await apply();
    });
    expect(told.Silent).toBe(1);
    expect(run && because(run, 'blind')?.en).toMatch(
      /^SES delivered 51 mails since the last event reached the topic \(limit 50\)/,
    );
    expect(isListed(address)).toBe(true);
  });

  it('and CloudWatch does not say so, that is told, and is neither blindness nor sight', async () => {
    const address = 'botan@ezweb.ne.jp';
    await refused(address);
    system.cloudWatch.set('AWS/SNS', 'NumberOfMessagesPublished', [point(1, 400)], topic);
    // The rates are read and the traffic is not.
    system.cloudWatch.failOn('Delivery', 'InternalError');
    const run = await apply();
    expect(run.limits.map(({ limit }) => limit)).toEqual(['sight-unreadable']);
    expect(because(run, 'sight-unreadable')?.en).toContain('TrafficUnreadableError');
    expect(isListed(address)).toBe(false);
  });
});
