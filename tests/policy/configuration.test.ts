import { SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadPolicy, PolicyUnreadableError, policyLoader } from '../../lib/policy/configuration.ts';
import { DEFAULT_POLICY, InvalidPolicyError } from '../../lib/policy/policy.ts';
import { ssmPolicyParameter } from '../../lib/store/policy-parameter.ts';
import { LocalClock } from '../../local/clock.ts';
import { type SsmServer, startSsm } from '../../local/ssm.ts';

const NAME = '/todoku/test/policy';
const settings = {
  region: 'ap-northeast-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};
let server: SsmServer;
let client: SSMClient;

beforeAll(async () => {
  server = await startSsm({ time: () => Date.parse('2026-11-24T00:00:00Z') });
  client = new SSMClient({ ...settings, endpoint: server.endpoint });
});
beforeEach(() => {
  server.fail(undefined);
  server.set(NAME, undefined);
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

const parameter = () => ssmPolicyParameter(client, NAME);

describe('the policy in force', () => {
  it('is the default where nothing is set, and says so of every value', async () => {
    const { policy, origins, guards, parameter: state } = await loadPolicy({});
    expect(policy).toEqual(DEFAULT_POLICY);
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
    expect(Object.keys(origins).sort()).toEqual(Object.keys(DEFAULT_POLICY).sort());
    expect([guards, state]).toEqual([[], { state: 'none' }]);
  });

  it('takes each value from the highest layer that sets it, and names the layer', async () => {
    server.set(NAME, '{"coolDownHours": 48, "maximumRemovalsPerDay": 10}');
    const got = await loadPolicy({
      environmentOverrides: { coolDownHours: 12, maximumRemovals: 1 },
      parameter: parameter(),
    });
    expect(got.policy).toEqual({
      ...DEFAULT_POLICY,
      coolDownHours: 48,
      maximumRemovals: 1,
      maximumRemovalsPerDay: 10,
    });
    expect(got.origins).toMatchObject({
      coolDownHours: 'parameter',
      maximumRemovalsPerDay: 'parameter',
      maximumRemovals: 'deployment',
      silentAfterDays: 'default',
    });
    expect(got.parameter).toMatchObject({
      state: 'read',
      name: NAME,
      changedAt: '2026-11-24T00:00:00.000Z',
    });
    expect(got.guards).toEqual([]);
  });

  it('is not changed by a parameter that does not exist', async () => {
    const got = await loadPolicy({ environmentOverrides: { maximumRemovals: 1 }, parameter: parameter() });
    expect(got.policy.maximumRemovals).toBe(1);
    expect([got.parameter, got.guards]).toEqual([{ state: 'missing', name: NAME }, []]);
  });

  it.each([
    ['is no JSON', '{"coolDownHours": 48', 'not JSON'],
    ['is no object', '[1]', 'not a JSON object'],
    ['is empty', ' ', 'not JSON'],
    ['mistypes a limit', '{"maximumRemovalPerDay": 10}', 'maximumRemovalPerDay'],
    ['is out of range', '{"maximumBounceRate": 5}', 'maximumBounceRate'],
    ['would never judge a rule', '{"minimumOutcomes": 500}', 'outcomeWindow'],
  ])('stops removals, in the deployed policy, while the parameter %s', async (_what, text, hint) => {
    server.set(NAME, text);
    const got = await loadPolicy({ environmentOverrides: { maximumRemovals: 1 }, parameter: parameter() });
    expect(got.policy).toEqual({ ...DEFAULT_POLICY, maximumRemovals: 1 });
    expect(got.guards.map((each) => each.limit)).toEqual(['policy-unreadable']);
    for (const text of Object.values(got.guards[0]?.because ?? {})) expect(text).toContain(NAME);
    const problem = got.parameter.state === 'unreadable' ? got.parameter.problem : undefined;
    expect(problem).toBeInstanceOf(PolicyUnreadableError);
    expect(problem?.message).toContain(hint);
  });

  it.each(['AccessDeniedException', 'InternalServerError'])(
    'stops removals when Parameter Store answers %s',
    async (name) => {
      server.set(NAME, '{"coolDownHours": 48}');
      server.fail(name);
      const got = await loadPolicy({ parameter: parameter() });
      expect(got.policy).toEqual(DEFAULT_POLICY);
      expect(got.guards[0]?.because.en).toContain(name);
    },
  );

  it('refuses to start on a wrong deployment', async () => {
    await expect(loadPolicy({ environmentOverrides: { coolDownHour: 1 } })).rejects.toThrow(
      InvalidPolicyError,
    );
  });

  it('takes a limit that makes sense only together with the deployed one', async () => {
    server.set(NAME, '{"minimumOutcomes": 500}');
    const got = await loadPolicy({ environmentOverrides: { outcomeWindow: 1000 }, parameter: parameter() });
    expect(got.policy).toMatchObject({ minimumOutcomes: 500, outcomeWindow: 1000 });
    expect(got.guards).toEqual([]);
  });
});

describe('the loader', () => {
  const prepare = () => {
    const clock = new LocalClock({ start: '2026-11-24T00:00:00Z' });
    return { clock, load: policyLoader({ parameter: parameter() }, () => clock.now()) };
  };

  it('asks once a minute, also when asked side by side, and sees a change a minute later', async () => {
    const { clock, load } = prepare();
    server.set(NAME, '{"coolDownHours": 1}');
    const before = server.calls;
    const both = await Promise.all([load(), load()]);
    expect(both.map((each) => each.policy.coolDownHours)).toEqual([1, 1]);
    server.set(NAME, '{"coolDownHours": 2}');
    clock.advance(59_000);
    expect((await load()).policy.coolDownHours).toBe(1);
    expect(server.calls - before).toBe(1);
    clock.advance(1_000);
    expect((await load()).policy.coolDownHours).toBe(2);
  });

  it('does not hold on to a failure', async () => {
    const { load } = prepare();
    server.set(NAME, '{"coolDownHours": 3}');
    server.fail('ThrottlingException');
    expect((await load()).guards).toHaveLength(1);
    server.fail(undefined);
    expect(await load()).toMatchObject({ guards: [], policy: { coolDownHours: 3 } });
  });
});
