import { afterEach, describe, expect, it } from 'vitest';
import { scopeAnswer, scopeFindings } from '../../lib/operations/policy/scope.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { limiter } from '../../lib/suppression/limiter.ts';
import { readScope } from '../../lib/suppression/scope.ts';
import type { SesOptions } from '../../local/ses/engine.ts';
import { type ServedScene, servedScene } from '../local/ses/support.ts';

let served: ServedScene | undefined;
afterEach(async () => {
  await served?.stop();
  served = undefined;
});

const serve = async (options: SesOptions = {}): Promise<ServedScene> => {
  served = await servedScene(options);
  return served;
};
const free = limiter(Number.POSITIVE_INFINITY);
const SETS: SesOptions['configurationSets'] = [
  { name: 'orders' },
  { name: 'campaign', suppressedReasons: ['BOUNCE'] },
  { name: 'raw', suppressedReasons: [] },
  { name: 'marketplace', suppressionScope: 'TENANT' },
];

describe('where suppression acts, by the real SDK client', () => {
  it('is read from account, configuration sets and tenants', async () => {
    const { client } = await serve({
      account: { autoValidation: 'HIGH' },
      configurationSets: SETS,
      tenants: [
        { name: 'flowers', suppressionScope: 'TENANT', suppressedReasons: ['BOUNCE'] },
        { name: 'books' },
      ],
    });
    expect(await readScope(client, free)).toEqual({
      account: {
        reasons: ['BOUNCE', 'COMPLAINT'],
        enforcementStatus: 'HEALTHY',
        sendingEnabled: true,
        productionAccess: true,
        autoValidation: 'HIGH',
      },
      configurationSets: {
        read: [
          { name: 'orders' },
          { name: 'campaign', reasons: ['BOUNCE'] },
          { name: 'raw', reasons: [] },
          { name: 'marketplace', scope: 'TENANT' },
        ],
        unread: 0,
      },
      tenants: {
        read: [
          { name: 'flowers', scope: 'TENANT', reasons: ['BOUNCE'], sendingStatus: 'ENABLED' },
          { name: 'books', scope: 'ACCOUNT', sendingStatus: 'ENABLED' },
        ],
        unread: 0,
      },
    });
  });

  it('is read over every page, each call in its turn', async () => {
    const { client, server } = await serve({
      configurationSets: Array.from({ length: 230 }, (_, index) => ({ name: `set-${index}` })),
    });
    let turns = 0;
    const counting = {
      take: async () => {
        turns += 1;
      },
    };
    const { configurationSets } = await readScope(client, counting);
    expect(configurationSets.read).toHaveLength(230);
    // Account, three pages of names, each set, and one page of tenants.
    expect([server.count('ListConfigurationSets'), turns]).toEqual([3, 1 + 3 + 230 + 1]);
  });

  it('counts what there was no time to read, and does not take it for unset', async () => {
    const { client } = await serve({ configurationSets: SETS });
    let left = 2;
    const reading = await readScope(client, free, () => left-- <= 0);
    expect(reading.configurationSets).toMatchObject({
      unread: 2,
      read: [{ name: 'orders' }, { name: 'campaign' }],
    });
    expect(scopeFindings(reading).at(-1)?.text.en).toContain('at least 2 of the configuration sets');
  });

  it('says which part could not be read, and answers the rest', async () => {
    const { client, server } = await serve({ configurationSets: SETS });
    server.faults.inject({ match: 'GetConfigurationSet', kind: '5xx', times: 1 });
    const reading = await readScope(client, free);
    expect(reading.configurationSets).toMatchObject({ read: [], unread: 4, problem: expect.any(String) });
    expect(
      scopeFindings(reading).some(({ text }) => text.en.includes('configuration sets could not be read')),
    ).toBe(true);
  });

  it('is an error when not even the account could be read', async () => {
    const { client, server } = await serve();
    server.faults.inject({ match: 'GetAccount', kind: '5xx', times: 1 });
    await expect(readScope(client, free)).rejects.toThrow();
  });
});

describe('what follows from it', () => {
  const reading = (
    reasons: string[],
    sets: { name: string; reasons?: string[]; scope?: string }[] = [],
    tenants: { name: string; scope: string }[] = [],
  ) => ({
    account: { reasons, enforcementStatus: 'HEALTHY', sendingEnabled: true, productionAccess: true },
    configurationSets: { read: sets, unread: 0 },
    tenants: { read: tenants, unread: 0 },
  });
  const english = (...given: Parameters<typeof reading>) =>
    scopeFindings(reading(...given)).map(({ text }) => text.en);

  it('warns of reasons that block nothing', () => {
    expect(english(['BOUNCE'])).toEqual([
      'The account does not enforce COMPLAINT: entries listed for COMPLAINT block nothing, and removing them changes nothing.',
    ]);
    expect(english([])).toHaveLength(2);
  });

  it('names the configuration sets that enforce what the account does not', () => {
    const findings = english(['BOUNCE'], [{ name: 'orders', reasons: ['BOUNCE', 'COMPLAINT'] }]);
    expect(findings[0]).toContain('block only mail sent with configuration set orders');
    expect(findings[1]).toContain('Configuration set orders enforces COMPLAINT');
  });

  it('warns of a configuration set that lets listed addresses through', () => {
    const findings = english(
      ['BOUNCE', 'COMPLAINT'],
      [
        { name: 'campaign', reasons: ['BOUNCE'] },
        { name: 'raw', reasons: [] },
      ],
    );
    expect(findings).toContain('Entries listed for COMPLAINT block nothing in configuration set campaign.');
    expect(findings.some((text) => text.startsWith('Configuration set raw uses no suppression at all'))).toBe(
      true,
    );
  });

  it('warns where another list is looked at', () => {
    const findings = english(
      ['BOUNCE', 'COMPLAINT'],
      [{ name: 'shop', scope: 'TENANT' }],
      [
        { name: 'flowers', scope: 'TENANT' },
        { name: 'books', scope: 'ACCOUNT' },
      ],
    );
    expect(findings.filter((text) => text.includes('does not help'))).toHaveLength(2);
    expect(findings.some((text) => text.includes('books'))).toBe(false);
  });

  it('says every finding in Japanese too', () => {
    for (const { text } of scopeFindings(
      reading([], [{ name: 'raw', reasons: [], scope: 'TENANT' }], [{ name: 'a', scope: 'TENANT' }]),
    )) {
      expect(text.ja).toMatch(/[ぁ-ん]/);
    }
  });

  it("comes with the account's health and what it forbids", () => {
    const sick = { ...reading(['BOUNCE', 'COMPLAINT']).account, enforcementStatus: 'PROBATION' };
    const answer = scopeAnswer({ ...reading([]), account: sick }, { state: 'read' }, DEFAULT_POLICY);
    expect(answer.guards.map((each) => each.limit)).toEqual(['account-enforcement']);
    expect(answer.reputation.text.en).toContain('no data');
  });
});
