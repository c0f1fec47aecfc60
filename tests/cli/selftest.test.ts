import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isSimulator } from '../../lib/address.ts';
import { putOutcome, ruleRecords } from '../../lib/store/outcomes.ts';
import type { EventDestination } from '../../local/ses/account.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder, runOnTerminal } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';

/** `todoku selftest` on the real functions, the local SES over HTTP and the table in memory. */

const START = '2026-11-01T00:00:00Z';
const OURS = 'arn:aws:sns:ap-northeast-1:123456789012:todoku-local-ses-events';
const ALL = ['BOUNCE', 'COMPLAINT', 'DELIVERY', 'DELIVERY_DELAY'];
const destination = (MatchingEventTypes: readonly string[], TopicArn = OURS): EventDestination => ({
  Name: 'todoku-local',
  Enabled: true,
  MatchingEventTypes,
  SnsDestination: { TopicArn },
});

let system: LocalSystem;
let cli: CliFolder;

beforeAll(async () => {
  system = await startLocalSystem({ start: START, table: memoryTable() });
  system.subscribe(START);
  // With each call of SES a second passes.
  const { ses } = system;
  const tick = ses.tick.bind(ses);
  ses.tick = () => {
    system.clock.advance(1_000);
    tick();
  };
});
afterAll(() => system.stop());

beforeEach(() => {
  const { ses } = system;
  ses.identities.splice(0, ses.identities.length, { name: 'shop.example', configurationSet: 'shop-mail' });
  ses.configurationSets.splice(0, ses.configurationSets.length, {
    name: 'shop-mail',
    eventDestinations: [destination(ALL)],
  });
  cli = cliFolder();
  cli.useLocal(system.lambda.endpoint, { sesEndpoint: system.sesServer.endpoint });
});
afterEach(() => {
  cli.remove();
});

const selftest = (...words: readonly string[]) => cli.run('selftest', '--local', '--yes', ...words);

interface Shown {
  readonly results: readonly {
    readonly mail: {
      readonly from: string;
      readonly to: string;
      readonly set?: string;
      readonly mailbox: string;
    };
    readonly became: string;
  }[];
  readonly untried: readonly object[];
  readonly takenOff: { readonly taken: readonly string[] };
}
const shown = (stdout: string): Shown => JSON.parse(stdout);
const became = ({ results }: Shown) => results.map(({ mail, became: how }) => `${mail.mailbox} ${how}`);

describe('todoku selftest', () => {
  it('follows every event of a sender to its record, and says what it costs first', async () => {
    const { code, stdout, stderr } = await selftest();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [sender, price] = stdout.split('\n');
    expect(sender).toBe('  todoku-test@shop.example');
    expect(price).toMatch(/^5 mails go to SES's simulator \(at most \$0\.0012 in all/);
    expect(stdout).toContain('bounce came, complaint came, success -, suppressionlist came, ooto came');
    expect(stdout).toMatch(/Every event that has to come is on record\.\n$/);
  });

  it('says which event of which set did not come, and what to do', async () => {
    system.ses.configurationSets.push({ name: 'news', eventDestinations: [destination(['BOUNCE'])] });
    const { code, stdout } = await selftest('--seconds', '1');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^✓ todoku-test@shop\.example {2}bounce came/m);
    expect(stdout).toContain(
      '! todoku-test@shop.example with the set news: no complaint came. Look at the wiring:\n    todoku connect --local',
    );
  });

  it('points to topic and subscription where nothing comes at all', async () => {
    const publish = system.ses.topics.get(OURS);
    system.ses.topics.delete(OURS);
    const { code, stdout } = await selftest('--seconds', '1');
    if (publish) system.ses.topics.set(OURS, publish);
    expect(code).toBe(3);
    expect(stdout).toContain('no bounce, complaint came. Nothing did');
    expect(stdout).toContain('    todoku doctor --local\n    todoku connect --local');
  });

  it('tries a set that is no sender’s default, and neither what reports nowhere nor what may not send', async () => {
    const { ses } = system;
    ses.identities.push({ name: 'info@shop.example' }, { name: 'old.example', verified: false });
    ses.configurationSets.push(
      { name: 'orders', eventDestinations: [destination(ALL)] },
      {
        name: 'theirs',
        eventDestinations: [destination(ALL, OURS.replace('todoku-local-ses-events', 'crm'))],
      },
    );
    const { code, stdout } = await selftest('--json');
    expect(code).toBe(0);
    const answer = shown(stdout);
    expect([...new Set(answer.results.map(({ mail }) => `${mail.from} ${mail.set ?? ''}`))]).toEqual([
      'todoku-test@shop.example ',
      'todoku-test@shop.example orders',
    ]);
    expect(answer.untried).toEqual([
      { name: 'info@shop.example', why: 'reports-nowhere' },
      { name: 'theirs', why: 'reports-nowhere' },
    ]);
  });

  it('goes on with the other senders where SES takes nothing from one', async () => {
    system.ses.identities.push({ name: 'news.example', configurationSet: 'shop-mail' });
    let refused = 0;
    system.sesServer.faults.inject({
      match: ({ name }) => name === 'SendEmail' && refused++ === 0,
      kind: 'denied',
    });
    const { code, stdout } = await selftest('--json');
    expect(code).toBe(3);
    const hows = became(shown(stdout));
    expect(hows.filter((how) => how.endsWith('not-sent'))).toHaveLength(5);
    expect(hows.slice(5)).toEqual([
      'bounce came',
      'complaint came',
      'success not-seen',
      'suppressionlist came',
      'ooto came',
    ]);
  });

  it('takes complaint@ off again where SES listed it, and nothing else', async () => {
    const { ses } = system;
    const listed = ses.list.blocking.bind(ses.list);
    const at = system.clock.time();
    ses.list.put({ address: 'hanako@docomo.ne.jp', reason: 'COMPLAINT', updatedAt: at });
    ses.list.put({ address: 'complaint@simulator.amazonses.com', reason: 'COMPLAINT', updatedAt: at });
    const { code, stdout } = await selftest('--json');
    expect(code).toBe(0);
    expect(shown(stdout).takenOff).toEqual({ taken: ['complaint@simulator.amazonses.com'] });
    expect(listed('complaint@simulator.amazonses.com')).toBeUndefined();
    expect(listed('hanako@docomo.ne.jp')).toMatchObject({ reason: 'COMPLAINT' });
  });

  it('leaves no trace in figures, incidents, proposals and reports', async () => {
    const { ses } = system;
    const at = system.clock.time();
    ses.list.put({ address: 'bounce+x@simulator.amazonses.com', reason: 'BOUNCE', updatedAt: at });
    await selftest();
    await system.invoke('cleanup', { full: true });
    const { proposals } = await system.invoke<{ proposals: { address: string }[] }>('proposals', {});
    expect(proposals.filter(({ address }) => isSimulator(address))).toEqual([]);
    const { month } = await system.invoke<{
      month: { returned: { mails: number }; complaints: number };
    }>('report', { month: '2026-11' });
    expect([month.returned.mails, month.complaints]).toEqual([0, 0]);
    const removal = { rule: 'filtered', removedAt: START, outcome: 'delivered', at: START } as const;
    await putOutcome(system.store, { ...removal, address: 'success+x@simulator.amazonses.com' });
    expect((await ruleRecords(system.store)).pairs).toEqual([]);
    const text = await system.tableText();
    expect(text.match(/^.*CASE.*simulator.*$/m)).toBeNull();
  });

  it('sends nothing without a yes, with --dry-run, from a stranger’s address, or where nobody could look', async () => {
    const before = system.sesServer.count('SendEmail');
    const given = { env: { ...process.env, LANG: 'en_US.UTF-8', NO_COLOR: '1' }, cwd: cli.path };
    expect((await runOnTerminal('no\n', ['selftest', '--local'], given)).code).toBe(2);
    expect((await cli.run('selftest', '--local')).code).toBe(2);
    const dry = await cli.run('selftest', '--local', '--dry-run', '--json');
    expect([dry.code, JSON.parse(dry.stdout).mails.length]).toEqual([0, 5]);
    const stranger = await selftest('--from', 'x@elsewhere.example');
    expect([stranger.code, stranger.stderr]).toEqual([1, expect.stringContaining('no verified sender')]);
    expect(system.sesServer.count('SendEmail')).toBe(before);
  });

  it('tries the one address that is asked for', async () => {
    const { code, stdout } = await selftest('--from', 'order@mail.shop.example', '--json');
    expect(code).toBe(0);
    expect([...new Set(shown(stdout).results.map(({ mail }) => mail.from))]).toEqual([
      'order@mail.shop.example',
    ]);
  });
});
