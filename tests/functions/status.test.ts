import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { proposalIdOf } from '../../lib/cases/ids.ts';
import type { Run } from '../../lib/cases/records.ts';
import { setClock } from '../../lib/clock.ts';
import { saveAuditCursor } from '../../lib/store/audits.ts';
import { countInState, putCase } from '../../lib/store/cases.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { putRun } from '../../lib/store/runs.ts';
import { VERSION } from '../../lib/version.ts';
import { useLocalEnvironment } from '../support/environment.ts';
import { startTable, type TestTable } from '../support/table.ts';

// Loaded after the environment is set: the logger reads it then.
useLocalEnvironment();
const { handler } = await import('../../functions/status.ts');
const { FIGURES } = await import('../../functions/log.ts');
const { forgetAll } = await import('../../functions/once.ts');
const { store } = await import('../../functions/clients.ts');

let table: TestTable;

beforeAll(async () => {
  table = await startTable();
  setClock(() => Date.parse('2026-11-24T03:00:00.000Z'));
});

beforeEach(async () => {
  useLocalEnvironment({
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    TABLE_NAME: await table.fresh(),
    CLEANUP_MODE: 'apply',
  });
  forgetAll();
});

afterAll(async () => {
  setClock();
  await table.stop();
});

const run = (startedAt: string): Run => ({
  startedAt,
  id: startedAt,
  mode: 'apply',
  full: false,
  finishedAt: startedAt,
  counts: { removed: 1 },
  limits: [],
});

describe('a heartbeat', () => {
  const measured = async (event: object) => {
    const told: unknown[] = [];
    const hear = (message: unknown) => told.push(message);
    subscribe(FIGURES.name, hear);
    await handler(event);
    unsubscribe(FIGURES.name, hear);
    return told;
  };

  it('says how late the next cleanup is, by the schedule of the stack', async () => {
    process.env.SCHEDULE = 'cron(0 21 ? * MON *)';
    forgetAll();
    const heartbeat = ['cleanup'];
    expect(await measured({ heartbeat })).toEqual([{ stage: 'local', figures: { HoursOverdue: 0 } }]);
    await putRun(store(), run('2026-11-16T21:00:05.000Z'));
    expect(await measured({ heartbeat })).toEqual([{ stage: 'local', figures: { HoursOverdue: 6 } }]);
    await putRun(store(), run('2026-11-23T22:00:00.000Z'));
    expect(await measured({ heartbeat })).toEqual([{ stage: 'local', figures: { HoursOverdue: 0 } }]);
    expect(await measured({})).toEqual([]);
  });

  it('says the same of the audit of the senders, from the last that came to its end', async () => {
    process.env.AUDIT_SCHEDULE = 'rate(7 days)';
    forgetAll();
    const heartbeat = ['audit'];
    await saveAuditCursor(store(), 'order@shop.example', new Date('2026-11-16T03:00:00.000Z'));
    expect(await measured({ heartbeat })).toEqual([{ stage: 'local', figures: { AuditHoursOverdue: 0 } }]);
    await saveAuditCursor(store(), undefined, new Date('2026-11-16T03:00:00.000Z'));
    await saveAuditCursor(store(), 'order@shop.example', new Date('2026-11-24T02:00:00.000Z'));
    expect(await measured({ heartbeat })).toEqual([{ stage: 'local', figures: { AuditHoursOverdue: 24 } }]);
  });
});

describe('the status of a deployment', () => {
  it('of a fresh one is empty', async () => {
    expect(await handler(undefined)).toEqual({
      at: '2026-11-24T03:00:00.000Z',
      mode: 'apply',
      runs: [],
      waiting: { count: 0, more: false },
      lookedBackTo: '2026-11-21T00:00:00.000Z',
      version: VERSION,
    });
  });

  it('names the topic that SES is to publish to', async () => {
    const eventTopic = 'arn:aws:sns:ap-northeast-1:123456789012:todoku-prod-ses-events';
    useLocalEnvironment({
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      TABLE_NAME: await table.fresh(),
      EVENT_TOPIC_ARN: eventTopic,
    });
    forgetAll();
    expect(await handler(undefined)).toMatchObject({ eventTopic });
  });

  it('says when the next run is due at the latest', async () => {
    process.env.SCHEDULE = 'rate(6 hours)';
    forgetAll();
    expect(await handler(undefined)).not.toHaveProperty('nextDue');
    await putRun(store(), run('2026-11-24T00:00:00.000Z'));
    expect(await handler(undefined)).toMatchObject({ nextDue: '2026-11-24T06:00:00.000Z' });
  });

  it('has the latest runs, the waiting proposals and the last event', async () => {
    for (const day of ['21', '22', '23']) await putRun(store(), run(`2026-11-${day}T00:00:00.000Z`));
    for (const name of ['a', 'b', 'c']) {
      const address = `${name}@ezweb.ne.jp`;
      const listedAt = '2026-11-20T00:00:00.000Z';
      await putCase(
        store(),
        {
          address,
          version: 0,
          state: 'proposed',
          spelling: address,
          listedReason: 'BOUNCE',
          listedAt,
          diagnosis: {
            reason: 'filtered',
            confidence: 'certain',
            rule: 'au/refused-after-data',
            carrier: 'au',
          },
          rule: 'filtered',
          proposalId: proposalIdOf(address, listedAt),
          removals: [],
          updatedAt: listedAt,
        },
        undefined,
      );
    }
    await putFacts(
      store(),
      ['2026-11-22T05:00:00.000Z', '2026-11-22T07:00:00.000Z', '2026-11-20T07:00:00.000Z'].map((at) => ({
        address: `${at.slice(8, 13)}@ezweb.ne.jp`.toLowerCase(),
        kind: 'bounce' as const,
        at,
        id: at,
        messageId: at,
        sentAt: at,
      })),
    );
    const answer = await handler({ runs: 2 });
    expect(answer.runs.map((each) => each.startedAt)).toEqual([
      '2026-11-23T00:00:00.000Z',
      '2026-11-22T00:00:00.000Z',
    ]);
    expect(answer.waiting).toEqual({ count: 3, more: false });
    expect(answer.lastEventAt).toBe('2026-11-22T07:00:00.000Z');
    expect(await countInState(store(), 'proposed', 2)).toEqual({ count: 2, more: true });
  });

  it('refuses what it does not know', async () => {
    await expect(handler({ days: 3 })).rejects.toThrow(/wrong request/);
  });
});
