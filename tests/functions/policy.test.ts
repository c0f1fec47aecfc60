import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  ExplainAnswer,
  RulesAnswer,
  ScopeAnswer,
  ShowAnswer,
  SimulateAnswer,
} from '../../lib/contracts/policy.ts';
import { putOutcome } from '../../lib/store/outcomes.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { memoryTable } from '../support/memory-table.ts';

const START = '2026-11-01T00:00:00.000Z';
const DAY = 86_400_000;
const HANAKO = 'hanako@ezweb.ne.jp';

let system: LocalSystem;
const ask = <Answer>(request: unknown) => system.invoke<Answer>('policy', request);

beforeAll(async () => {
  system = await startLocalSystem({ start: START, table: memoryTable() });
  system.subscribe(START);
  // Mail reached Hanako once; now her filter refuses it.
  for (const filtersPcMail of [false, true]) {
    system.ses.setMailbox(HANAKO, { filtersPcMail });
    system.ses.send({ from: 'order@shop.example', to: [HANAKO] });
    system.ses.drain();
    await system.topic.idle();
    system.clock.advance(2 * DAY);
  }
});
afterAll(() => system.stop());
beforeEach(() => {
  system.cloudWatch.fail(undefined);
  system.ssm.set(system.policyParameter, undefined);
  // What was read a minute ago is read anew.
  system.clock.advance(61_000);
});

describe('the policy function', () => {
  it.each([
    ['nothing', {}],
    ['an unknown question', { ask: 'purge' }],
    ['a field too many', { ask: 'show', verbose: true }],
    ['no address', { ask: 'explain' }],
    ['a policy that is no object', { ask: 'simulate', policy: [] }],
    ['an enabling without a reason', { ask: 'enable-rule', rule: 'filtered', operator: 'Sato' }],
  ])('refuses %s', async (_what, request) => {
    await expect(ask(request)).rejects.toThrow('InvalidRequestError');
  });

  it('shows the parameter an operator has just written', async () => {
    system.ssm.set(system.policyParameter, '{"maximumRemovalsPerDay": 5}');
    const { policy, origins } = await ask<ShowAnswer>({ ask: 'show' });
    expect([policy.maximumRemovalsPerDay, origins.maximumRemovalsPerDay]).toEqual([5, 'parameter']);
  });

  it('explains an address with every rule, one of them deciding', async () => {
    const { verdict, policy, guards } = await ask<ExplainAnswer>({ ask: 'explain', address: HANAKO });
    expect(verdict?.action).toBe('remove');
    expect(policy?.filter((row) => row.decides).map((row) => row.rule)).toEqual([verdict?.rule]);
    const first = policy?.find((row) => row.matches);
    expect(first?.decides).toBe(true);
    expect(guards).toEqual([]);
  });

  it('explains by the parameter’s policy', async () => {
    system.ssm.set(system.policyParameter, '{"coolDownHours": 8000}');
    const { verdict } = await ask<ExplainAnswer>({ ask: 'explain', address: HANAKO });
    expect(verdict).toMatchObject({ action: 'keep', rule: 'cooling-down' });
  });

  it('names what would turn the removal into a proposal', async () => {
    system.cloudWatch.fail('AccessDeniedException');
    system.ssm.set(system.policyParameter, 'oops');
    for (let index = 0; index < 10; index += 1) {
      await putOutcome(system.store, {
        rule: 'filtered-known-recipient',
        carrier: 'au',
        address: `customer${index}@ezweb.ne.jp`,
        removedAt: START,
        at: START,
        outcome: 'bounced-again',
      });
    }
    const { guards } = await ask<ExplainAnswer>({ ask: 'explain', address: HANAKO });
    expect(guards.map((each) => each.limit)).toEqual([
      'policy-unreadable',
      'reputation-unreadable',
      'track-record:filtered-known-recipient:au',
    ]);
  });

  it('says by name that a simulated policy is none', async () => {
    await expect(ask({ ask: 'simulate', policy: { coolDownHours: -1 } })).rejects.toThrow('coolDownHours');
  });

  it('simulates a policy in the place of the present parameter', async () => {
    system.ssm.set(system.policyParameter, '{"maximumRemovals": 1}');
    const { changed } = await ask<SimulateAnswer>({ ask: 'simulate', policy: { coolDownHours: 48 } });
    expect(changed).toEqual([
      { key: 'maximumRemovals', inForce: 1, candidate: 2 },
      { key: 'coolDownHours', inForce: 24, candidate: 48 },
    ]);
  });

  it('lets a rule remove again, and answers with the rules as they then stand', async () => {
    const word = { rule: 'filtered-known-recipient', reason: 'DKIM mended', operator: 'Sato' };
    const { rules } = await ask<RulesAnswer>({ ask: 'enable-rule', ...word });
    expect(rules).toMatchObject([{ state: 'applying', enabled: word }]);
    await expect(ask({ ask: 'enable-rule', ...word, rule: 'complaint' })).rejects.toThrow('UnknownRuleError');
  });

  it('reads where suppression acts', async () => {
    const { account, configurationSets, guards } = await ask<ScopeAnswer>({ ask: 'scope' });
    expect(account.reasons).toEqual(['BOUNCE', 'COMPLAINT']);
    expect(configurationSets.read).toEqual([{ name: 'shop-mail' }]);
    expect(guards).toEqual([]);
  });
});
