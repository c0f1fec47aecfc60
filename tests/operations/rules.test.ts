import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../lib/cases/records.ts';
import { enableRule, loadRuleGuard, rules, UnknownRuleError } from '../../lib/operations/policy/rules.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { putCase } from '../../lib/store/cases.ts';
import { latestOutcomes, putOutcome } from '../../lib/store/outcomes.ts';
import { openTable, type Table } from '../../lib/store/table.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';

const RULE = 'filtered-known-recipient';
const NOW = new Date('2026-11-24T00:00:00.000Z');
const DAY = 86_400_000;

let table: TestTable;
let store: Table;

beforeAll(async () => {
  table = memoryTable();
});
afterAll(() => table.stop());
beforeEach(async () => {
  store = openTable({ client: table.client, tableName: await table.fresh(), now: () => NOW });
});

/** Records one outcome a day of a rule, the first removal `from` days before now. */
async function record(
  outcomes: readonly Outcome[],
  from: number,
  carrier: string | null = 'au',
  rule = RULE,
) {
  for (const [index, outcome] of outcomes.entries()) {
    const removed = NOW.getTime() - (from - index) * DAY;
    await putOutcome(store, {
      rule,
      ...(carrier && { carrier }),
      address: `customer${index}@ezweb.ne.jp`,
      removedAt: new Date(removed).toISOString(),
      outcome,
      at: new Date(removed + 3_600_000).toISOString(),
    });
  }
}

const times = (count: number, outcome: Outcome) => Array.from({ length: count }, () => outcome);

describe('outcomes in the table', () => {
  it('are one a removal, however often they are recorded', async () => {
    const once = ['delivered', 'bounced-again', 'silent'] as const;
    await record(once, 30);
    const items = await table.scan();
    await record(once, 30);
    expect(await table.scan()).toEqual(items);
    expect(await latestOutcomes(store, RULE, 'au', 10)).toHaveLength(3);
  });

  it('are read newest first, up to the number asked for, and only after a moment when one is given', async () => {
    await record(times(30, 'delivered'), 40);
    const latest = await latestOutcomes(store, RULE, 'au', 5);
    const days = latest.map((each) => Math.round((NOW.getTime() - Date.parse(each.removedAt)) / DAY));
    expect(days).toEqual([11, 12, 13, 14, 15]);
    const moment = latest[2]?.removedAt ?? '';
    expect((await latestOutcomes(store, RULE, 'au', 5, moment)).map((each) => each.removedAt)).toEqual(
      latest.slice(0, 2).map((each) => each.removedAt),
    );
  });

  it('name nobody', async () => {
    await record(['delivered'], 10);
    expect(JSON.stringify(await table.scan())).not.toContain('customer0');
  });

  it('fade with the audit', async () => {
    await record(['delivered'], 1_200);
    expect(await latestOutcomes(store, RULE, 'au', 5)).toEqual([]);
  });
});

describe('the guard of a run', () => {
  it('stops a rule at the carrier where it fails, and nowhere else', async () => {
    await record(times(12, 'bounced-again'), 60, 'au');
    await record(times(12, 'delivered'), 60, 'uq');
    const guard = await loadRuleGuard(store, DEFAULT_POLICY);
    expect(guard(RULE, 'au')?.limit).toBe(`track-record:${RULE}:au`);
    expect(guard(RULE, 'uq')).toBeUndefined();
    expect(guard(RULE, undefined)).toBeUndefined();
    expect(guard('filtered', 'au')).toBeUndefined();
  });

  it('looks at the latest outcomes only', async () => {
    await record([...times(12, 'bounced-again'), ...times(20, 'delivered')], 60);
    const policy = { ...DEFAULT_POLICY, outcomeWindow: 20 };
    expect((await loadRuleGuard(store, policy))(RULE, 'au')).toBeUndefined();
    expect(
      (await loadRuleGuard(store, { ...policy, outcomeWindow: 100, minimumSuccessRate: 0.6 }))(RULE, 'au'),
    ).toBeDefined();
  });

  it('lets a rule go on after an operator enabled it, until new removals fail again', async () => {
    await record(times(12, 'bounced-again'), 60);
    const word = { rule: RULE, carrier: 'au', reason: 'DKIM was broken until today', operator: 'Sato' };
    const at = new Date(NOW.getTime() - 40 * DAY);
    await enableRule(word, { store, now: () => at });
    expect((await loadRuleGuard(store, DEFAULT_POLICY))(RULE, 'au')).toBeUndefined();
    await record(times(10, 'bounced-again'), 39);
    expect((await loadRuleGuard(store, DEFAULT_POLICY))(RULE, 'au')).toBeDefined();
  });

  it('is not lifted at one carrier by a word about another', async () => {
    await record(times(12, 'bounced-again'), 60, 'au');
    await enableRule(
      { rule: RULE, carrier: 'docomo', reason: 'x', operator: 'Sato' },
      { store, now: () => NOW },
    );
    expect((await loadRuleGuard(store, DEFAULT_POLICY))(RULE, 'au')).toBeDefined();
    await enableRule({ rule: RULE, reason: 'x', operator: 'Sato' }, { store, now: () => NOW });
    expect((await loadRuleGuard(store, DEFAULT_POLICY))(RULE, 'au')).toBeUndefined();
  });
});

describe('the rules an operator sees', () => {
  it('are listed in the order of the policy, with record, state and date', async () => {
    await record(times(12, 'bounced-again'), 60, 'au');
    await record(['delivered'], 20, null, 'temporary');
    await record(['silent'], 20, 'docomo', 'by-hand');
    await record(['delivered'], 20, 'au', 'rescue');
    const { rules: lines, totals } = await rules(store, DEFAULT_POLICY);
    expect(totals).toMatchObject({ removed: 15, telling: 14, delivered: 2, silent: 1 });
    expect(lines.map(({ judged }) => judged)).toEqual(['below', 'too-few', 'too-few', 'too-few']);
    expect(lines.map(({ rule, carrier, state }) => [rule, carrier, state])).toEqual([
      [RULE, 'au', 'only-proposing'],
      ['temporary', undefined, 'proposes'],
      // An operator starts a rescue: no proposal leads to it.
      ['rescue', 'au', 'by-hand'],
      ['by-hand', 'docomo', 'by-hand'],
    ]);
    expect(lines[0]?.summary.en).toBe('removed 12: 0 delivered, 12 bounced again, 0 complained, 0 silent');
    // The tenth outcome: nine days after the first, an hour after its removal.
    expect(lines[0]?.since).toBe(new Date(NOW.getTime() - 51 * DAY + 3_600_000).toISOString());
  });

  it('count removals whose outcome is still awaited', async () => {
    const removal = {
      at: new Date(NOW.getTime() - DAY).toISOString(),
      by: 'cleanup',
      rule: RULE,
      carrier: 'au',
    };
    await putCase(
      store,
      {
        address: 'hanako@ezweb.ne.jp',
        version: 0,
        state: 'watching',
        spelling: 'hanako@ezweb.ne.jp',
        listedReason: 'BOUNCE',
        listedAt: '2026-11-01T00:00:00.000Z',
        diagnosis: { reason: 'filtered', confidence: 'certain', rule: 'x', carrier: 'au' },
        rule: RULE,
        dueAt: removal.at,
        removals: [removal],
        updatedAt: removal.at,
      },
      undefined,
    );
    expect((await rules(store, DEFAULT_POLICY)).rules).toMatchObject([
      { rule: RULE, carrier: 'au', state: 'applying', standing: { removed: 1, open: 1, telling: 0 } },
    ]);
  });

  it("keep the operator's word with name, reason and date", async () => {
    await record(times(12, 'bounced-again'), 60);
    await enableRule({ rule: RULE, reason: 'DMARC published', operator: 'Sato' }, { store, now: () => NOW });
    expect((await rules(store, DEFAULT_POLICY)).rules).toMatchObject([
      {
        state: 'applying',
        since: NOW.toISOString(),
        standing: { removed: 0 },
        enabled: { operator: 'Sato', reason: 'DMARC published' },
      },
    ]);
  });

  it('cannot be enabled when they never remove by themselves, or at a carrier that does not exist', async () => {
    const word = { reason: 'x', operator: 'Sato' };
    const tools = { store, now: () => NOW };
    await expect(enableRule({ ...word, rule: 'complaint' }, tools)).rejects.toThrow(UnknownRuleError);
    await expect(enableRule({ ...word, rule: 'complaint' }, tools)).rejects.toThrow(RULE);
    await expect(enableRule({ ...word, rule: RULE, carrier: 'acme' }, tools)).rejects.toThrow('docomo');
    expect(await table.scan()).toEqual([]);
  });
});
