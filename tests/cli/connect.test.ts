import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { displayWidth } from '../../lib/display-width.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import type { ConfigurationSet, EventDestination, Identity } from '../../local/ses/account.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { type CliFolder, type CliResult, cliFolder } from '../support/cli.ts';
import { worlds } from '../support/thorough.ts';

/** `todoku connect` on the local SES, over HTTP, by both of the SDK's clients. */

const arn = (name: string) => `arn:aws:sns:ap-northeast-1:123456789012:${name}`;
const OURS = arn('todoku-local-ses-events');
const THEIRS = arn('crm');
const NAME = 'todoku-local';
const EVIDENCE = ['BOUNCE', 'COMPLAINT', 'DELIVERY', 'DELIVERY_DELAY'];

const destination = (
  Name: string,
  TopicArn: string,
  MatchingEventTypes: readonly string[] = EVIDENCE,
  Enabled = true,
): EventDestination => ({ Name, Enabled, MatchingEventTypes, SnsDestination: { TopicArn } });

/** A shop with somebody else's wires. */
const SETS: readonly ConfigurationSet[] = [
  { name: 'orders', suppressedReasons: ['BOUNCE'] },
  { name: 'news', eventDestinations: [destination('crm', THEIRS, ['BOUNCE', 'OPEN'])] },
  { name: 'billing', eventDestinations: [destination('by-hand', OURS, ['BOUNCE', 'COMPLAINT'])] },
];
const IDENTITIES: readonly Identity[] = [
  { name: 'shop.example', configurationSet: 'orders' },
  { name: 'info@shop.example' },
  { name: 'news.example', topics: { Bounce: THEIRS, Complaint: THEIRS }, feedbackForwarding: false },
  { name: 'old.example', verified: false },
];

let cli: CliFolder;
let lambda: LambdaServer;
let status: Record<string, unknown>;
let ses: LocalSes;
let server: SesServer;

beforeAll(async () => {
  lambda = await startLambda({ functions: { 'todoku-local-status': async () => status } });
});
afterAll(() => lambda.stop());

beforeEach(async () => {
  status = {
    mode: 'propose',
    runs: [],
    waiting: { count: 0, more: false },
    lookedBackTo: '2026-11-21T00:00:00.000Z',
    eventTopic: OURS,
    version: '0.0.0',
  };
  cli = cliFolder();
  await serve(SETS, IDENTITIES);
});
afterEach(async () => {
  cli.remove();
  await server.stop();
});

async function serve(
  configurationSets: readonly ConfigurationSet[],
  identities: readonly Identity[],
): Promise<void> {
  await server?.stop();
  ses = new LocalSes({ configurationSets, identities });
  server = await startSes(ses);
  cli.useLocal(lambda.endpoint, { sesEndpoint: server.endpoint });
}

const connect = (...words: readonly string[]): Promise<CliResult> => cli.run('connect', '--local', ...words);

interface Shown {
  readonly now: { readonly sets: readonly Named[]; readonly senders: readonly Named[] };
  readonly after: { readonly sets: readonly Named[]; readonly senders: readonly Named[] };
  readonly steps: readonly {
    readonly action: string;
    readonly set: string;
    readonly types: readonly string[];
  }[];
  readonly findings: readonly {
    readonly id: string;
    readonly subjects: readonly string[];
    readonly severity: string;
    readonly text: { readonly en: string };
    readonly commands: readonly string[];
  }[];
  readonly unread: readonly {
    readonly call: string;
    readonly why: string;
    readonly subjects: readonly string[];
  }[];
  readonly results?: readonly { readonly outcome: { readonly became: string } }[];
}
interface Named {
  readonly name: string;
  readonly state: string;
}

async function shown(...words: readonly string[]): Promise<Shown & { readonly code: number | null }> {
  const { stdout, stderr, code } = await connect('--json', ...words);
  expect(stderr).toBe('');
  return { ...JSON.parse(stdout), code };
}

const states = (reports: readonly Named[]) =>
  Object.fromEntries(reports.map(({ name, state }) => [name, state]));
const outcomes = ({ results = [] }: Shown) => results.map(({ outcome }) => outcome.became);
const destinationsOf = (set: string) => ses.existingSet(set).eventDestinations ?? [];

/** All of SES's settings but for what bears our name and goes to our topic. */
const theirs = () => ({
  account: ses.account,
  identities: ses.identities,
  sets: ses.configurationSets.map(({ eventDestinations = [], ...set }) => ({
    ...set,
    eventDestinations: eventDestinations.filter(
      (each) => each.Name !== NAME || each.SnsDestination?.TopicArn !== OURS,
    ),
  })),
});
const copyOf = <T>(value: T): T => structuredClone(value);

describe('todoku connect', () => {
  it('shows what reports where, and changes nothing without --apply', async () => {
    const before = copyOf(ses.configurationSets);
    const { now, after, steps, code } = await shown();
    expect(states(now.sets)).toEqual({ orders: 'none', news: 'none', billing: 'part' });
    expect(states(now.senders)).toEqual({
      'shop.example': 'none',
      'info@shop.example': 'none',
      'news.example': 'none',
      'old.example': 'none',
    });
    expect(new Set(Object.values(states(after.sets)))).toEqual(new Set(['whole']));
    expect(states(after.senders)).toMatchObject({ 'shop.example': 'whole', 'info@shop.example': 'none' });
    expect(steps).toEqual([
      { action: 'create', set: 'orders', types: EVIDENCE },
      { action: 'create', set: 'news', types: EVIDENCE },
      { action: 'create', set: 'billing', types: ['DELIVERY', 'DELIVERY_DELAY'] },
    ]);
    expect(code).toBe(0);
    expect(ses.configurationSets).toEqual(before);
    expect(server.calls.filter(({ name }) => !/^(?:List|Get)/.test(name))).toEqual([]);
  });

  it('adds event destinations of its own name, and nothing else; a second run adds nothing', async () => {
    const before = copyOf(theirs());
    const { results, code, ...first } = await shown('--apply', '--yes');
    expect(outcomes({ ...first, ...(results && { results }) })).toEqual(['done', 'done', 'done']);
    expect(code).toBe(0);
    expect(theirs()).toEqual(before);
    expect(destinationsOf('orders')).toEqual([destination(NAME, OURS)]);
    expect(destinationsOf('billing')[1]).toEqual(destination(NAME, OURS, ['DELIVERY', 'DELIVERY_DELAY']));
    const whole = copyOf(ses.configurationSets);
    const again = await shown('--apply', '--yes');
    expect(again).toMatchObject({ steps: [], code: 0 });
    expect(ses.configurationSets).toEqual(whole);
  });

  it('has SES publish: mail sent with each set is heard afterwards', async () => {
    const heard: string[] = [];
    ses.topics.set(OURS, (message) => heard.push(message));
    ses.topics.set(THEIRS, () => {});
    await connect('--apply', '--yes');
    heard.splice(0);
    for (const configurationSet of ['orders', 'news', 'billing'])
      ses.send({ from: 'a@shop.example', to: ['nobody@au.com'], configurationSet });
    expect(heard.map((message) => JSON.parse(message).mail.tags['ses:configuration-set'][0])).toEqual([
      'orders',
      'news',
      'billing',
    ]);
  });

  it('takes away, with --disconnect, only what bears its name and goes to its topic', async () => {
    await connect('--apply', '--yes');
    const elsewhere = destination(NAME, THEIRS);
    ses.configurationSets.push({ name: 'odd', eventDestinations: [elsewhere] });
    const before = copyOf(theirs());
    expect((await shown('--disconnect')).steps.map(({ action, set }) => [action, set])).toEqual([
      ['remove', 'orders'],
      ['remove', 'news'],
      ['remove', 'billing'],
    ]);
    expect(theirs()).toEqual(before);
    const { stdout, code } = await connect('--disconnect', '--apply', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('billing/by-hand goes on reporting to our topic');
    expect(theirs()).toEqual(before);
    expect(destinationsOf('odd')).toEqual([elsewhere]);
    expect(ses.configurationSets.flatMap((set) => set.eventDestinations ?? [])).toHaveLength(3);
    expect((await shown('--disconnect', '--apply', '--yes')).steps).toEqual([]);
  });

  it('asks first, and does nothing where nobody can be asked', async () => {
    const { code, stderr } = await connect('--apply');
    expect(code).toBe(2);
    expect(stderr).toContain('look without --apply, then run it with --yes');
    expect(server.calls).toEqual([]);
  });

  it('says what a stack of an older version lacks', async () => {
    delete status.eventTopic;
    const { code, stderr } = await connect();
    expect(code).toBe(1);
    expect(stderr).toContain('deploy it again first');
  });

  it('makes the calls that ConnectAccess allows, and no other', async () => {
    await connect('--apply', '--yes');
    ses.setEventDestinations('orders', [destination(NAME, OURS, ['BOUNCE'])]);
    await connect('--apply', '--yes');
    await connect('--disconnect', '--apply', '--yes');
    const template = parse(readFileSync(new URL('../../deploy/roles.yml', import.meta.url), 'utf8'));
    const statements: { Action: string | string[] }[] =
      template.Resources.ConnectAccess.Properties.PolicyDocument.Statement;
    const allowed = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('ses:'));
    expect([...new Set(server.calls.map(({ name }) => `ses:${name}`))].toSorted()).toEqual(
      allowed.toSorted(),
    );
  });
});

describe('a set that already has something', () => {
  const only = async (...eventDestinations: readonly EventDestination[]) => {
    await serve(
      [{ name: 'orders', eventDestinations }],
      [{ name: 'shop.example', configurationSet: 'orders' }],
    );
    const before = copyOf(theirs());
    const result = await shown('--apply', '--yes');
    expect(theirs()).toEqual(before);
    return { result, ours: destinationsOf('orders').find((each) => each.Name === NAME) };
  };

  it.each([
    ['is off', destination(NAME, OURS, EVIDENCE, false), EVIDENCE],
    ['lacks types', destination(NAME, OURS, ['BOUNCE', 'OPEN']), ['BOUNCE', 'OPEN', ...EVIDENCE.slice(1)]],
  ])('is mended where our destination %s, and keeps what somebody added to it', async (_, given, types) => {
    const { result, ours } = await only(given);
    expect(result.steps).toMatchObject([{ action: 'update' }]);
    expect(ours).toEqual(destination(NAME, OURS, types));
    expect(result.code).toBe(0);
  });

  it.each([
    ['another topic', destination(NAME, THEIRS)],
    ['another stage’s topic', destination(NAME, arn('todoku-dev-ses-events'))],
    [
      'no topic',
      {
        Name: NAME,
        Enabled: true,
        MatchingEventTypes: EVIDENCE,
        EventBridgeDestination: { EventBusArn: 'arn' },
      },
    ],
  ])('is left alone where our name stands for %s, which is told', async (_, given) => {
    const { result, ours } = await only(given);
    expect(ours).toEqual(given);
    expect(result).toMatchObject({
      steps: [],
      findings: [{ id: 'name-taken', subjects: ['orders'] }],
      code: 4,
    });
  });

  it.each([10, 11])('is left alone where it has %i, which is told', async (count) => {
    const full = Array.from({ length: count }, (_, index) => destination(`d-${index}`, THEIRS));
    const { result } = await only(...full);
    expect(result).toMatchObject({
      steps: [],
      findings: [{ id: 'set-full', subjects: ['orders'] }],
      code: 4,
    });
  });

  it('is mended where it is full, if one of the ten is ours', async () => {
    const others = Array.from({ length: 9 }, (_, index) => destination(`d-${index}`, THEIRS));
    const { ours } = await only(...others, destination(NAME, OURS, [], false));
    expect(ours).toEqual(destination(NAME, OURS));
  });
});

describe('senders that connecting leaves silent', () => {
  it('are told with the commands, which leave the topics of others in place', async () => {
    const { findings, code } = await shown('--apply', '--yes');
    expect(findings.map(({ id, subjects, severity }) => [id, subjects, severity])).toEqual([
      ['topic-elsewhere', ['news.example'], 'note'],
      ['no-default-set', ['info@shop.example'], 'note'],
    ]);
    expect(findings[1]?.commands).toEqual([
      'aws sesv2 put-email-identity-configuration-set-attributes --region ap-northeast-1 --email-identity info@shop.example --configuration-set-name orders',
    ]);
    expect(code).toBe(0);
  });

  it('are told the topics of identities where there is no set at all', async () => {
    await serve([], [{ name: "o'neill@shop.example" }]);
    const { findings, code } = await shown();
    expect(findings).toMatchObject([
      {
        id: 'no-set',
        commands: [
          `for type in Bounce Complaint Delivery; do aws ses set-identity-notification-topic --region ap-northeast-1 --identity 'o'\\''neill@shop.example' --notification-type "$type" --sns-topic ${OURS}; done`,
        ],
      },
    ]);
    expect(code).toBe(4);
  });

  it('are told that a default set which is gone stops their mail', async () => {
    await serve([], [{ name: 'shop.example', configurationSet: 'orders' }]);
    expect(await shown()).toMatchObject({
      findings: [{ id: 'default-set-gone', severity: 'problem' }],
      code: 4,
    });
  });

  it('are looked for in another Region where there is nothing', async () => {
    await serve([], []);
    expect(await shown()).toMatchObject({ findings: [{ id: 'nothing-here' }], code: 4 });
  });

  // A second of the processor's time a command.
  it.skipIf(worlds({ few: 0, all: 1 }) === 0)('are heard once its commands have been run', async () => {
    for (const sets of [SETS, []]) {
      await serve(sets, [
        { name: 'info@shop.example' },
        { name: "o'neill@news.example", topics: { Bounce: THEIRS } },
      ]);
      const { findings } = await shown('--apply', '--yes');
      expect(findings.length).toBeGreaterThan(0);
      for (const { commands } of findings) {
        await promisify(execFile)('sh', ['-c', commands[0] ?? ''], {
          env: {
            ...process.env,
            AWS_ACCESS_KEY_ID: 'local',
            AWS_SECRET_ACCESS_KEY: 'local',
            AWS_ENDPOINT_URL: server.endpoint,
          },
        });
      }
      expect(await shown()).toMatchObject({ findings: [], code: 0 });
    }
  });
});

describe('what cannot be read', () => {
  const READS = [
    'ListConfigurationSets',
    'GetConfigurationSetEventDestinations',
    'ListEmailIdentities',
    'GetEmailIdentity',
    'GetIdentityNotificationAttributes',
  ];

  it.each(READS)('by %s, which IAM denies, is told, and nothing is said of it', async (call) => {
    server.faults.inject({ match: call, kind: 'denied', times: 99 });
    const before = copyOf(ses.configurationSets);
    const { unread, now, steps, findings, code } = await shown('--apply', '--yes');
    expect(unread).toMatchObject([{ call: `ses:${call}`, why: 'denied' }]);
    expect(findings.filter(({ id }) => id === 'not-read')).toMatchObject([
      { text: { en: expect.stringContaining(`allow ses:${call} in the IAM policy`) } },
    ]);
    expect(code).toBe(3);
    // A sender is silent only where nothing that is unknown could make it heard.
    const unknown = states(now.senders);
    if (call.includes('Attributes') || call === 'GetEmailIdentity')
      expect(new Set(Object.values(unknown))).toEqual(new Set(['unknown']));
    if (call.includes('ConfigurationSet')) {
      expect(unknown['shop.example']).toBe('unknown');
      expect(ses.configurationSets).toEqual(before);
      expect(steps).toEqual([]);
    }
  });

  it('is not asked for again and again where IAM denies it', async () => {
    const identities = Array.from({ length: 40 }, (_, index) => ({ name: `s${index}.example` }));
    await serve([], identities);
    server.faults.inject({ match: 'GetEmailIdentity', kind: 'denied', times: 99 });
    const { unread } = await shown();
    expect(server.count('GetEmailIdentity')).toBe(3);
    expect(unread[0]?.subjects).toHaveLength(40);
  });

  it('is read all the same after a throttle; what is throttled for good is told', async () => {
    server.faults.inject({ match: 'GetEmailIdentity', kind: 'throttle', times: 2 });
    expect(await shown()).toMatchObject({ unread: [], code: 0 });
    server.faults.inject({ match: 'GetEmailIdentity', kind: 'throttle', times: 99 });
    const { unread, code } = await shown();
    expect(unread).toMatchObject([
      { call: 'ses:GetEmailIdentity', why: 'throttled', subjects: IDENTITIES.map(({ name }) => name) },
      { call: 'ses:GetIdentityNotificationAttributes', why: 'throttled' },
    ]);
    expect(code).toBe(3);
  });
});

describe('a large account', () => {
  it('is read in pages, a hundred identities a call, and shown on one screen', async () => {
    const sets = Array.from({ length: 30 }, (_, index) => ({ name: `set-${index}` }));
    const identities = Array.from({ length: 230 }, (_, index) => ({
      name: `s${index}.example`,
      ...(index > 0 && { configurationSet: 'set-0' }),
    }));
    await serve(sets, identities);
    cli.environment.COLUMNS = '80';
    const { stdout, code } = await connect('--apply', '--yes', '--disconnect');
    expect(code).toBe(0);
    expect(stdout).toContain('248 more; 260 in all do not report');
    expect(server.count('GetIdentityNotificationAttributes')).toBe(3);
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(24);
  });
});

describe('the screen', () => {
  it.each(['en', 'ja'])(
    'of a shop has 24 lines of 80 columns, but for commands to be copied: %s',
    async (lang) => {
      await serve([{ name: 'orders' }, { name: 'news' }], IDENTITIES.slice(0, 2));
      cli.environment.COLUMNS = '80';
      for (const words of [[], ['--apply', '--yes']]) {
        const { stdout } = await connect('--lang', lang, ...words);
        const lines = stdout.trimEnd().split('\n');
        expect(lines.length).toBeLessThanOrEqual(24);
        expect(lines.filter((line) => !line.startsWith('    ') && displayWidth(line) > 80)).toEqual([]);
      }
    },
  );
});

describe('writing', () => {
  it('two runs at once end as one does', async () => {
    const [one, other] = await Promise.all([shown('--apply', '--yes'), shown('--apply', '--yes')]);
    expect(
      [...outcomes(one), ...outcomes(other)].filter((became) => became === 'done').length,
    ).toBeGreaterThanOrEqual(3);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect((await shown()).steps).toEqual([]);
  });

  it('passes over a set that was deleted meanwhile, and says so', async () => {
    server.faults.inject({
      kind: 'throttle',
      match: ({ name }) => {
        const news = ses.configurationSets.findIndex((set) => set.name === 'news');
        if (name.startsWith('Create') && news >= 0) ses.configurationSets.splice(news, 1);
        return false;
      },
    });
    const { stdout, code } = await connect('--apply', '--yes');
    expect(stdout).toContain('news: the set was deleted meanwhile');
    expect(code).toBe(0);
  });

  it('a lost answer is looked up', async () => {
    const match = 'CreateConfigurationSetEventDestination';
    server.faults.inject({ match, kind: 'reset', takesEffect: true });
    const result = await shown('--apply', '--yes');
    expect(outcomes(result)).toEqual(['already-so', 'done', 'done']);
    expect(result.code).toBe(0);
    expect((await shown()).steps).toEqual([]);
  });

  it('a topic that SES refuses is told in SES’s words', async () => {
    server.faults.clear();
    await server.stop();
    ses = new LocalSes({ configurationSets: SETS, identities: IDENTITIES, triesTopics: true });
    server = await startSes(ses);
    cli.useLocal(lambda.endpoint, { sesEndpoint: server.endpoint });
    const { code, stdout } = await connect('--apply', '--yes');
    expect(code).toBe(3);
    expect(stdout).toContain('orders: failed: Invalid SNS topic');
  });
});
