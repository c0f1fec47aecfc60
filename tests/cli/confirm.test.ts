import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../lib/contracts/functions.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { ADDRESS } from '../deployment/functions.ts';
import { ofTomorrow } from '../support/answers.ts';
import { type CliFolder, cliFolder, runOnTerminal } from '../support/cli.ts';

/** Whatever changes SES's list, or puts something in motion, is confirmed first. */

let cli: CliFolder;
let lambda: LambdaServer;
let asked: { readonly name: string; readonly event: object }[];

/** What is answered beside what any stack answers. */
const KNOWN: Readonly<Record<string, (event: object) => object>> = {
  status: () => ({ mode: 'apply' }),
  rescue: (event) =>
    'action' in event && event.action === 'plan'
      ? { waves: [{ number: 1, addresses: 12, tiers: {}, worstCaseRate: 0.01 }] }
      : { next: { step: 'next', because: { ja: '次。', en: 'next.' } } },
  remove: (event) => ({
    results: [{ address: ADDRESS, result: 'dryRun' in event && event.dryRun ? 'would_remove' : 'removed' }],
  }),
  'dead-letters': () => ({ waiting: 7, parked: 2 }),
  carry: () => ({
    carried: [1, 2].map((each) => ({ spelling: `c${each}@ezweb.ne.jp`, reason: 'COMPLAINT' })),
    left: {},
    entries: [],
  }),
};

beforeAll(async () => {
  cli = cliFolder();
  lambda = await startLambda({
    functions: Object.fromEntries(
      FUNCTIONS.map(({ name }) => [
        `todoku-local-${name}`,
        async (event: unknown) => {
          asked.push({ name, event: event as object });
          return { ...(ofTomorrow(name, event) as object), ...KNOWN[name]?.(event as object) };
        },
      ]),
    ),
  });
  cli.useLocal(lambda.endpoint);
  const target = { name: 'one', region: 'ap-northeast-1', stage: 'local', endpoint: lambda.endpoint };
  cli.file('regions.json', JSON.stringify([target, { ...target, name: 'two', region: 'us-west-2' }]));
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  cli.remove();
  await lambda.stop();
});

/** Requests that change something. */
const changing = () =>
  asked.filter(({ name, event }) => {
    const { action = '', ask = '', dryRun = false } = event as Record<string, unknown>;
    if (name === 'cleanup') return true;
    if (name === 'remove') return dryRun === false;
    return ['start', 'continue', 'replay', 'replay-all', 'put'].includes(String(action || ask));
  });

const TO_THE_NEW_REGION = ['--from', 'one', '--to', 'two', '--targets', 'regions.json'];
/** Each command, and what a person types who means it. */
const COMMANDS: readonly (readonly [readonly string[], string])[] = [
  [['remove', ADDRESS, '--reason', 'asked', '--local'], 'y'],
  [['approve', '20261101-0123456789', '--local'], 'y'],
  [['cleanup', '--mode', 'apply', '--local'], 'y'],
  // The deployed mode is apply.
  [['cleanup', '--local'], 'y'],
  [['rescue', 'start', '--local'], '12'],
  [['rescue', 'continue', '--local'], 'y'],
  [['dead-letters', 'replay', '--all', '--local'], 'y'],
  [['dead-letters', 'replay', '1', '--local'], 'y'],
  [['fleet', 'carry', ...TO_THE_NEW_REGION, '--apply'], '2'],
];

const onTerminal = (typed: string, words: readonly string[]) =>
  runOnTerminal(typed, words, { cwd: cli.path, env: { HOME: cli.path, LANG: 'en', NO_COLOR: '1' } });

describe.each(COMMANDS)('todoku %j', (words, yes) => {
  it.each(['n', '', '1', 'maybe'])('does nothing at the answer "%s"', async (answer) => {
    const { code, stderr } = await onTerminal(`${answer}\n`, words);
    expect([code, changing()], stderr).toEqual([2, []]);
    expect(stderr).toContain('Not confirmed: nothing was changed.');
  });

  it('does nothing where nobody can be asked', async () => {
    const { code, stderr } = await cli.run(...words);
    expect([code, changing()], stderr).toEqual([2, []]);
    expect(stderr).toMatch(/^todoku: this has to be confirmed, and no terminal is there to ask: look /);
    expect(stderr).not.toMatch(/\[y\/N\]|Type \d/);
  });

  it('is done once it is confirmed, and what was shown is what is asked for', async () => {
    const { stderr } = await onTerminal(`${yes}\n`, words);
    expect(changing(), stderr).toHaveLength(1);
    if (words[1] === 'start') expect(changing()[0]?.event).toMatchObject({ first: 12 });
    if (words[0] === 'cleanup') expect(changing()[0]?.event).toEqual({ mode: 'apply' });
  });

  it('asks nothing with --yes', async () => {
    const { stderr } = await cli.run(...words, '--yes');
    expect(changing(), stderr).toHaveLength(1);
    expect(stderr).not.toMatch(/\[y\/N\]|Type \d/);
  });
});

describe('what removes nothing', () => {
  it.each([
    ['cleanup', '--mode', 'propose', '--local'],
    ['rescue', 'plan', '--local'],
    ['dead-letters', 'list', '--local'],
    ['fleet', 'carry', ...TO_THE_NEW_REGION],
  ])('todoku %s %s %s is not confirmed', async (...words) => {
    expect((await cli.run(...words)).stderr).not.toContain('confirmed');
  });
});
