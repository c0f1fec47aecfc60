import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { handler } from '../../functions/cleanup.ts';
import { cleanup } from '../../lib/operations/cleanup/run.ts';
import { policyWith } from '../../lib/policy/policy.ts';
import { takeLease } from '../../lib/store/lease.ts';
import { openTable } from '../../lib/store/table.ts';
import { type LimiterClock, limiter } from '../../lib/suppression/limiter.ts';
import { sesSuppressionList } from '../../lib/suppression/list.ts';

/**
 * The cleanup in a process of its own, bundled as it is deployed, so that its memory is its own. It makes the runs
 * the bench asks for, one after another: a Lambda container serves several invocations.
 */

/** What the bench asks of this process, one at a time. */
export type RunQuestion = { readonly run: 'function'; readonly full: boolean } | { readonly run: 'quota' };

/** What came of a run. */
export interface RunAnswer {
  readonly counts: Readonly<Record<string, number>>;
  /** Wall and processor time of this process, seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** The most memory this process ever held, MiB. */
  readonly peakMiB: number;
  /** Simulated seconds, and invocations of 15 minutes, at SES's real quota. */
  readonly quota?: { readonly seconds: number; readonly invocations: number };
}

/** What a Lambda invocation may use: 15 minutes less what the function keeps back, milliseconds. */
const INVOCATION = (15 - 1) * 60_000;

process.on('message', (question: RunQuestion) => {
  void answer(question).then((done) => process.send?.(done));
});
process.once('disconnect', () => process.exit());

async function answer(question: RunQuestion): Promise<RunAnswer> {
  const before = { cpu: process.cpuUsage(), wall: performance.now() };
  const { counts, quota } = question.run === 'function' ? await byFunction(question.full) : await atQuota();
  const { user, system } = process.cpuUsage(before.cpu);
  return {
    counts,
    wall: (performance.now() - before.wall) / 1_000,
    cpu: (user + system) / 1e6,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    ...(quota && { quota }),
  };
}

/** The function as deployed, SES's rate limit lifted by its environment. */
async function byFunction(full: boolean) {
  const report = await handler({ full });
  if ('skipped' in report) throw new Error(report.skipped);
  return { counts: report.counts, quota: undefined };
}

/**
 * The same run at one call a second. Nobody waits: the clock leaps to the moment a call's turn comes. The time the
 * work itself takes counts as well, as if none of it were done while waiting, so that the figure is an upper bound.
 */
async function atQuota() {
  const table = process.env.TABLE_NAME ?? '';
  const client = new SESv2Client({});
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const clock = leapingClock();
  const list = sesSuppressionList(client, limiter(1, clock));
  const now = () => new Date();
  const store = openTable({ client: dynamo, tableName: table, now });
  const policy = policyWith(JSON.parse(process.env.POLICY ?? '{}'));
  const total: Record<string, number> = {};
  const start = clock.now();
  let invocations = 0;
  for (let unfinished = true; unfinished; invocations += 1) {
    const began = clock.now();
    const runId = `quota-${invocations}`;
    const lease = await takeLease(store, runId, now(), 1);
    if (lease === undefined) throw new Error('another run holds the lease');
    const timeIsUp = () => clock.now() - began > INVOCATION;
    const report = await cleanup({ mode: 'apply' }, { store, list, policy, now, runId, lease, timeIsUp });
    unfinished = report.unfinished;
    for (const [what, count] of Object.entries(report.counts)) total[what] = (total[what] ?? 0) + count;
  }
  const seconds = (clock.now() - start) / 1_000;
  client.destroy();
  dynamo.destroy();
  return { counts: total, quota: { seconds, invocations } };
}

function leapingClock(): LimiterClock {
  let leapt = 0;
  const now = () => performance.now() + leapt;
  return {
    now,
    sleep: (milliseconds) => {
      // Several wait side by side, each for its own turn: the clock goes to the latest of them.
      const turn = now() + milliseconds;
      return Promise.resolve().then(() => {
        leapt += Math.max(0, turn - now());
      });
    },
  };
}
