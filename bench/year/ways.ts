import { FILTER_POLICY_DOMAINS } from '../../lib/classification/carriers.ts';
import { cleanup } from '../../lib/operations/cleanup/run.ts';
import { ingest } from '../../lib/operations/ingest.ts';
import { loadRuleGuard } from '../../lib/operations/policy/rules.ts';
import { recentIncidents } from '../../lib/operations/recent-incidents.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { casesInState } from '../../lib/store/cases.ts';
import { deliveryMonths, noteDeliveries } from '../../lib/store/delivery-months.ts';
import { releaseLease, takeLease } from '../../lib/store/lease.ts';
import { putMembers } from '../../lib/store/members.ts';
import { limiter } from '../../lib/suppression/limiter.ts';
import { sesSuppressionList } from '../../lib/suppression/list.ts';
import { LocalClock } from '../../local/clock.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { memorySes } from '../../tests/support/memory-ses.ts';
import { memoryTable } from '../../tests/support/memory-table.ts';
import type { AccountRates, Way } from './play.ts';
import { MINUTES } from './rates.ts';

/** The five ways in which a shop may treat its suppression list. */

const START = Date.parse('2026-01-01T00:00:00.000Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** After how many days the second way deletes an entry. */
const PURGE_DAYS = 30;

/** Proposals whose text says to wait until the customer has changed the setting. */
const UNTIL_CONFIRMED = ['filtered-bounced-again'];
/** The rule that the desk lifts by name for a customer who says that the setting is changed. */
const CONFIRMED = ['removed-too-often'];

/** The names of the ways, in the order of the table. */
export const WAYS = [
  'no tool',
  `delete after ${PURGE_DAYS} days`,
  'delete on request',
  'todoku proposes',
  'todoku applies',
] as const;

/**
 * Begins a way anew.
 *
 * @param blind whether todoku's operator approves whatever waits and its desk lifts no rule: against what they are told.
 */
export async function startWay(
  name: (typeof WAYS)[number],
  customers: readonly string[],
  blind = false,
): Promise<Way> {
  const clock = new LocalClock({ start: new Date(START).toISOString() });
  const ses = new LocalSes({ now: () => clock.now() });
  const plain: Way = {
    name,
    ses,
    setUp: 0,
    begin: (day) => clock.set(new Date(START + day * DAY + 9 * HOUR).toISOString()),
    evening: async () => 0,
    asked: async () => MINUTES.answer,
    stop: async () => {},
  };
  switch (name) {
    case 'no tool':
      return plain;
    case 'delete on request':
      return {
        ...plain,
        asked: async (address) => {
          const listed = ses.list.delete(address);
          return MINUTES.answer + (listed ? MINUTES.removeInConsole : 0);
        },
      };
    case 'todoku proposes':
    case 'todoku applies':
      return withTodoku(plain, clock, name === 'todoku applies' ? 'apply' : 'propose', customers, blind);
    default:
      return {
        ...plain,
        setUp: MINUTES.script,
        evening: async () => {
          const before = clock.time() - PURGE_DAYS * DAY;
          const old = [...ses.list.entries()].filter(({ updatedAt }) => updatedAt < before);
          for (const { address } of old) ses.list.delete(address);
          return 0;
        },
      };
  }
}

/** What the filter of the deployment's default lets through: deliveries of carriers' domains alone, and all else. */
function isHandedOn(message: string): boolean {
  return (
    !message.startsWith('{"notificationType":"Delivery"') ||
    FILTER_POLICY_DOMAINS.some((domain) => message.includes(`@${domain}"`))
  );
}

/** todoku's own operations, once a day; the desk removes by hand what the policy lets it. */
async function withTodoku(
  plain: Way,
  clock: LocalClock,
  mode: 'propose' | 'apply',
  customers: readonly string[],
  blind: boolean,
): Promise<Way> {
  const { ses } = plain;
  const table = memoryTable();
  const store = table.open(() => clock.now());
  const client = memorySes(() => ses);
  const list = sesSuppressionList(client.client(3), limiter(Number.POSITIVE_INFINITY), client.client(1));
  const now = () => clock.now();
  const tools = { store, list, now, policy: DEFAULT_POLICY };
  let events: string[] = [];
  ses.addTap({
    format: 'notification',
    publish: (message) => {
      if (isHandedOn(message)) events.push(message);
    },
  });
  await putMembers(
    store,
    customers.map((address) => ({ address, since: '2024-01-01T00:00:00.000Z', source: 'customers.csv' })),
  );
  const noted = new Set<string>();
  const record = async () => {
    const onStored = (facts: Parameters<typeof noteDeliveries>[1]) =>
      noteDeliveries(store, facts, { noted, now: now(), retentionDays: 400 });
    const report = await ingest(
      events.map((body) => ({ body })),
      { store, onStored },
    );
    if (report.failures.length > 0 || report.rejected.length > 0)
      throw new Error('an event was not recorded');
    events = [];
  };
  let runs = 0;
  const run = async (rates: AccountRates) => {
    const runId = `run-${++runs}`;
    const lease = await takeLease(store, runId, now(), 16 * 60_000);
    if (lease === undefined) throw new Error('another run holds the lease');
    const at = now().toISOString();
    await cleanup(
      { mode },
      {
        ...tools,
        runId,
        lease,
        sleep: async () => {},
        reputation: {
          state: 'read',
          bounceRate: { value: rates.bounce, at },
          complaintRate: { value: rates.complaint, at },
        },
        ruleGuard: await loadRuleGuard(store, DEFAULT_POLICY),
        incidents: await recentIncidents(store, now()),
        deliveryMonths: await deliveryMonths(store),
        onFailure: (_, error) => {
          throw error;
        },
      },
    );
    await releaseLease(store, runId);
  };
  const read = new Set<string>();
  /** The operator approves what does not wait for the customer's word, as far as the policy lets it; each is read once. */
  const decideAll = async () => {
    let minutes = 0;
    let from: Parameters<typeof casesInState>[2] = { limit: 100 };
    for (;;) {
      const { items, next } = await casesInState(store, 'proposed', from);
      const ids = items.flatMap(({ proposalId }) => proposalId ?? []).filter((id) => !read.has(id));
      const approved = items.filter(({ rule }) => blind || !UNTIL_CONFIRMED.includes(rule ?? ''));
      const wanted = approved.flatMap(({ proposalId }) => proposalId ?? []).filter((id) => ids.includes(id));
      if (ids.length > 0) {
        minutes += (minutes === 0 ? MINUTES.look : 0) + ids.length * MINUTES.proposal;
        for (const id of ids) read.add(id);
        const request = {
          proposals: wanted,
          decision: 'approve',
          operator: 'operator',
          dryRun: false,
        } as const;
        if (wanted.length > 0) await remove(request, tools);
      }
      if (next === undefined) return minutes;
      from = { limit: 100, from: next };
    }
  };
  return {
    ...plain,
    setUp: MINUTES.deployment,
    evening: async (day, rates) => {
      // Who has todoku propose looks every day, who has it apply once a week at what it only proposes.
      const minutes = mode === 'propose' || day % 7 === 0 ? await decideAll() : 0;
      await record();
      await run(rates);
      return minutes;
    },
    asked: async (address) => {
      await record();
      const request = { addresses: [address], reason: 'the customer asked', operator: 'desk' };
      const [answer] = await remove(
        { ...request, dryRun: false, override: blind ? false : CONFIRMED },
        tools,
      );
      return MINUTES.answerWithLookUp + (answer?.result === 'removed' ? MINUTES.removeByCommand : 0);
    },
    stop: async () => table.stop(),
  };
}
