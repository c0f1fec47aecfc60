import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram, EVERY } from '../../cli/program.ts';
import { openSession } from '../../cli/session.ts';
import { FUNCTIONS } from '../../lib/contracts/functions.ts';
import { displayWidth } from '../../lib/display-width.ts';
import { VERSION } from '../../lib/version.ts';
import { type LocalServer, startServer } from '../../local/http.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { sceneIdentities } from '../../local/sender-scene.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { reportXml } from '../authentication/report-fixtures.ts';
import { ADDRESS, type CalledCommand, DEPLOYED } from '../deployment/functions.ts';
import { MOMENT, ofTomorrow, WORD } from '../support/answers.ts';
import { type CliFolder, capturedIo, cliFolder } from '../support/cli.ts';
import { bounceText } from '../support/events.ts';
import { ACTING, HOSTILE } from '../support/hostile.ts';
import { worlds } from '../support/thorough.ts';

/** Every command against a stack of another version: one that answers something else, and one of tomorrow. */

/** As long as a word of an answer may well be. */
const LONG = 'a.customer.with+quite.a-long.address_indeed@mail.subdomain.example.co.jp';

/** How each command is called, and what it ends with. */
const COMMANDS: Readonly<Record<string, CalledCommand>> = Object.assign(
  {},
  ...Object.values(DEPLOYED).map(({ commands }) => commands),
);

/** Commands that ask no function. */
const ALONE = [
  'assess',
  'completion',
  'completion-server',
  'console',
  'diagnose',
  'guidance links',
  'senders test-mail',
];

let cli: CliFolder;
let lambda: LambdaServer;
let ses: SesServer;
let answer: (name: string, event: unknown) => unknown;

beforeAll(async () => {
  cli = cliFolder();
  lambda = await startLambda({
    functions: Object.fromEntries(
      FUNCTIONS.map(({ name }) => [`todoku-local-${name}`, async (event: unknown) => answer(name, event)]),
    ),
  });
  ses = await startSes(new LocalSes({ identities: sceneIdentities(), latencyMs: 3_600_000 }));
  useLambda();
  cli.file('policy.json', '{}');
  const entry = { EmailAddress: `${LONG}@ezweb.ne.jp`, Reason: 'BOUNCE', LastUpdateTime: MOMENT };
  cli.file('listed.json', JSON.stringify({ SuppressedDestinationSummaries: [entry] }));
  cli.file('members.csv', `email\n${ADDRESS}\n`);
  cli.file('events.json', bounceText());
  cli.file('report.xml', reportXml({ id: 'a' }));
});

function useLambda(): void {
  cli.useLocal(lambda.endpoint, { sesEndpoint: ses.endpoint });
  targetsAt(lambda.endpoint);
}

function targetsAt(endpoint: string): void {
  const target = { name: 'one', region: 'ap-northeast-1', stage: 'local', endpoint };
  cli.file('targets.json', JSON.stringify([target]));
  cli.file('regions.json', JSON.stringify([target, { ...target, name: 'two', region: 'us-west-2' }]));
}
afterAll(async () => {
  cli.remove();
  await Promise.all([lambda.stop(), ses.stop()]);
});

const run = (command: string, ...more: string[]) =>
  cli.run(
    ...command.split(' '),
    ...(COMMANDS[command]?.words ?? []),
    ...(command.startsWith('fleet') ? [] : ['--local']),
    ...more,
  );

/** Three words in a row, each of letters. */
const ENGLISH_SENTENCE = /[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}/;

/** No trace of where in the code something went wrong. */
const TRACE = /\n\s+at |TypeError|ZodError|RangeError/;

it('every command is here', async () => {
  const leaves = (made: Command, name = ''): string[] =>
    made.commands.length === 0
      ? [name]
      : made.commands.flatMap((each) => leaves(each, `${name} ${each.name()}`.trim()));
  const program = await createProgram(openSession([], capturedIo().io), EVERY);
  expect(leaves(program).toSorted()).toEqual([...Object.keys(COMMANDS), ...ALONE].toSorted());
});

describe.each(['ja', 'en'])('in %s', (language) => {
  it.each(
    Object.keys(COMMANDS).flatMap((command) =>
      [{}, null, 'text'].map((given): [string, unknown] => [command, given]),
    ),
  )('%s, answered %j, says once that the versions differ', async (command, given) => {
    answer = () => given;
    const { code, stdout, stderr } = await run(command, '--lang', language);
    expect(code, stderr).toBe(COMMANDS[command]?.otherwise ?? 2);
    expect(`${stdout}${stderr}`).not.toMatch(TRACE);
    const versions =
      language === 'ja'
        ? `（コマンド：${VERSION}、スタック：不明）`
        : `(command: ${VERSION}, stack: unknown)`;
    expect(stderr.split(versions)).toHaveLength(2);
  });

  it.each(Object.entries(COMMANDS))(
    '%s shows words of tomorrow as they are, but for what acts on a terminal',
    async (command, { tomorrow }) => {
      answer = (name, event) => ofTomorrow(name, event, `${WORD}${HOSTILE}`);
      const { code, stdout, stderr } = await run(command, '--lang', language);
      expect(`${stdout}${stderr}`).not.toMatch(TRACE);
      expect(stdout + stderr).not.toContain('undefined');
      expect(stdout + stderr).not.toMatch(ACTING);
      expect(code, stdout + stderr).toBe(tomorrow);
    },
  );
});

/** Commands with options or arguments that have other tables, and those that ask no function. */
const WITH_TABLES_OF_THEIR_OWN = [
  ['lookup', '--timeline'],
  ['lookup', '--all'],
  ['history', '--all'],
  ['incidents show', '1'],
  ['senders audit', '--details'],
  ['guidance', 'links', `http://127.0.0.1:9/${LONG}/${LONG}`],
  ['assess', '--from', 'listed.json', '--members', 'members.csv'],
];
/** Commands whose whole output is one page. */
const PAGES = new Set(['report', 'assess']);

describe.each([80, 120])('on a terminal of %i columns', (columns) => {
  /** Commands that were seen to print a table, so that this test is about something. */
  const drawn = new Set<string>();
  beforeAll(() => {
    cli.environment.COLUMNS = String(columns);
  });
  afterAll(() => {
    delete cli.environment.COLUMNS;
  });

  const asked = [...Object.keys(COMMANDS).map((command) => [command]), ...WITH_TABLES_OF_THEIR_OWN];
  it.each(asked.flatMap((words) => [[words, 'ja'] as const, [words, 'en'] as const]))(
    'no table of %j is wider (%s)',
    async ([command = '', ...more], language) => {
      const word = `${HOSTILE}${language === 'ja' ? '配信停止の理由、'.repeat(6) : ''}${LONG}`;
      answer = (name, event) => ofTomorrow(name, event, word);
      const alone = command === 'assess' || command === 'guidance';
      const given = alone
        ? await cli.run(command, ...more, '--lang', language)
        : await run(command, '--lang', language, ...more);
      expect(given.stdout).not.toMatch(ACTING);
      const lines = given.stdout.split('\n');
      // A page is laid out as a whole; of other answers the tables are.
      const laidOut = PAGES.has(command) ? lines : lines.filter((line) => /^[┌│├└]/.test(line));
      if (lines.some((line) => /^[┌│├└]/.test(line))) drawn.add(command);
      for (const line of laidOut) expect(displayWidth(line), given.stdout).toBeLessThanOrEqual(columns);
    },
  );

  it('some of them print tables even then', () => {
    expect(drawn.size).toBeGreaterThan(4);
  });
});

it.each(Object.keys(COMMANDS))('%s gives a script the words of tomorrow', async (command) => {
  answer = (name, event) => ofTomorrow(name, event, `${WORD}${HOSTILE}`);
  const { stdout, stderr } = await run(command, '--json');
  expect(`${stdout}${stderr}`).not.toMatch(TRACE);
  expect(`${stdout}${stderr}`).not.toMatch(ACTING);
  // These go no further with such a word.
  if (!['members add', 'connect', 'selftest'].includes(command))
    expect(() => JSON.parse(stdout), stderr).not.toThrow();
});

/** What may stand where something else is expected. */
const WRONG_TYPES: readonly unknown[] = [5, 'text', true, null, [], [5], {}, { a: [null] }];

/** Of the parts of an answer one in so many is tried: a share of the places in which every type comes. */
const STRIDE = worlds({ few: 5, all: 1 });

it.each(Object.keys(COMMANDS))(
  '%s survives a part of another type anywhere in the answer',
  async (command) => {
    // The run that finds no further part ends it.
    for (let part = 0, place: string | undefined = ''; place !== undefined; part += STRIDE) {
      const wrong = WRONG_TYPES[part % WRONG_TYPES.length];
      place = undefined;
      answer = (name, event) => {
        const { value, path } = withWrongPart(ofTomorrow(name, event), part, wrong);
        place ??= path && `${path} = ${JSON.stringify(wrong)}`;
        return value;
      };
      const { code, stdout, stderr } = await run(command, '--lang', 'ja');
      expect(`${stdout}${stderr}`, place).not.toMatch(TRACE);
      expect(`${stdout}${stderr}`, place).not.toMatch(/undefined|\[object/);
      // An answer that is understood all the same, such as an empty list, ends as such an answer does.
      const { tomorrow, otherwise = 2 } = COMMANDS[command] as CalledCommand;
      expect([0, tomorrow, otherwise], `${place}: ${stderr}`).toContain(code);
    }
  },
);

/** The answer with its nth part (depth first, lists by their first element) replaced; no path: there is no nth. */
function withWrongPart(given: unknown, nth: number, wrong: unknown): { value: unknown; path?: string } {
  let left = nth;
  let found: string | undefined;
  const replaced = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, child]) => {
      if (left === 0 && found === undefined) found = `${path}.${key}`;
      else left -= 1;
      return [key, found === `${path}.${key}` ? wrong : replaced(child, `${path}.${key}`)];
    });
    return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
  };
  const value = replaced(given, '');
  return { value, ...(found !== undefined && { path: found }) };
}

describe('a Lambda whose answer is no answer', () => {
  const [HTML, ERROR] = [
    '<html><body><h1>502 Bad Gateway</h1></body></html>',
    '{"errorType":"TypeError","errorMessage":',
  ];
  const GIVEN: readonly (readonly [string, string, boolean])[] = [
    ['a page of HTML', HTML, false],
    ['a list', '[{"address":"hanako@ezweb.ne.jp"}]', false],
    [
      'an error with a stack',
      `${ERROR}"x is no function","trace":["TypeError: x","    at f (/a.mjs:1:2)"]}`,
      true,
    ],
  ];
  /** Further answers, tried with one command: what reads them is the same for all. */
  const RARE: readonly (readonly [string, string, boolean])[] = [
    ['half of an answer', '{"items":[{"address":"hana', false],
    ['nothing', '', false],
    ['an error that is a text', '"out of memory"', true],
    ['an error cut in half', ERROR, true],
  ];
  /** Exit codes of a function that failed, where it is not 1. */
  const FAILED: Readonly<Record<string, number>> = {
    'fleet lookup': 2,
    'fleet proposals': 2,
    'fleet status': 2,
    'members import': 2,
    'senders audit': 2,
    'senders test-send': 3,
  };
  let given = { text: '', failed: false };
  let server: LocalServer;

  beforeAll(async () => {
    server = await startServer((_request, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(given.failed && { 'x-amz-function-error': 'Unhandled' }),
      });
      response.end(given.text);
    });
    cli.useLocal(server.endpoint, { sesEndpoint: ses.endpoint });
    targetsAt(server.endpoint);
  });
  afterAll(async () => {
    await server.stop();
    useLambda();
  });

  it.each(
    Object.entries(COMMANDS).flatMap(([command, called]) =>
      (command === 'lookup' ? [...GIVEN, ...RARE] : GIVEN).map(
        ([what, text, failed]) => [command, what, text, failed, called] as const,
      ),
    ),
  )('%s tells of %s in Japanese', async (command, _what, text, failed, { otherwise = 2 }) => {
    given = { text, failed };
    const { code, stdout, stderr } = await run(command, '--lang', 'ja');
    // The kind of error is named; not its words, and not where it happened.
    expect(`${stdout}${stderr}`.replace('（TypeError）', '')).not.toMatch(TRACE);
    expect(stderr.replace('CloudWatch Logs', '')).not.toMatch(ENGLISH_SENTENCE);
    expect(stderr).toMatch(failed ? /エラーで終了しました/ : /バージョンが異なる/);
    expect(code, stderr).toBe(failed ? (FAILED[command] ?? 1) : otherwise);
  });
});

describe('a removal that was made', () => {
  it('is reported as made, whatever else the answer lacks', async () => {
    answer = () => ({ results: [{ address: ADDRESS, result: 'removed' }] });
    expect(await run('remove')).toMatchObject({ code: 0, stdout: `${ADDRESS}  removed  \n` });
  });

  it('in a word nobody knows is shown in that word', async () => {
    answer = () => ({ results: [{ address: ADDRESS, result: WORD, why: { ja: '理由', en: 'why' } }] });
    expect(await run('remove')).toMatchObject({ code: 2, stdout: `${ADDRESS}  ${WORD}  why\n` });
  });
});

it('one account of another version hides no other', async () => {
  const stage = (name: string) => ({
    name,
    region: 'ap-northeast-1',
    stage: 'local',
    endpoint: lambda.endpoint,
  });
  const targets = cli.file(
    'two.json',
    JSON.stringify([stage('old'), { ...stage('new'), region: 'us-east-1' }]),
  );
  let asked = 0;
  answer = (name, event) => {
    asked += 1;
    return asked === 1 ? {} : ofTomorrow(name, event);
  };
  const { code, stdout, stderr } = await cli.run(
    'fleet',
    'status',
    '--targets',
    targets,
    '--concurrency',
    '1',
  );
  expect([code, stdout.includes(WORD)]).toEqual([2, true]);
  expect(stderr).toMatch(/^! old: .*stack: unknown.*\n$/);
});
