import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliError } from '../../cli/errors.ts';
import { readTargets } from '../../cli/fleet/targets.ts';
import type { LocalHandler } from '../../local/invoke.ts';
import { startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

let folder: CliFolder;
const closing: (() => unknown)[] = [];

beforeEach(() => {
  folder = cliFolder();
});

afterEach(async () => {
  folder.remove();
  for (const close of closing.splice(0).reverse()) await close();
});

/** A deployment with answers of its own. */
async function deployment(name: string, functions: Readonly<Record<string, LocalHandler>>) {
  const server = await startLambda({
    functions: Object.fromEntries(
      Object.entries(functions).map(([key, handler]) => [`todoku-prod-${key}`, handler]),
    ),
  });
  closing.push(server.stop);
  return { name, region: 'ap-northeast-1', endpoint: server.endpoint };
}

/** A target at which nothing listens. */
async function gone(name: string) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { name, region: 'us-east-1', endpoint: `http://127.0.0.1:${port}` };
}

const targets = (list: unknown) => folder.file('fleet.json', JSON.stringify(list));
const fleet = (...args: string[]) => folder.run('fleet', ...args);

const lookupAnswer = (listed: boolean) => ({
  address: 'hanako@ezweb.ne.jp',
  listing: listed
    ? { state: 'listed', since: '2026-11-20T01:02:03.000Z', reason: 'BOUNCE', blocks: true, spelling: 'x' }
    : { state: 'not-listed' },
  diagnosis: { reason: 'filtered', confidence: 'certain', rule: 'r', evidence: [], explains: {} },
  ...(listed && { verdict: { action: 'propose', rule: 'filtered' }, proposalId: '20261120-abcdef0123' }),
  missed: { count: listed ? 4 : 0 },
});

describe('todoku fleet lookup', () => {
  it('says where an address is listed, in the order of the file', async () => {
    const asked: unknown[] = [];
    const file = targets([
      await deployment('first-shop', { lookup: async () => lookupAnswer(false) }),
      await deployment('second-shop', {
        lookup: async (event: unknown) => {
          asked.push(event);
          return lookupAnswer(true);
        },
      }),
    ]);
    const result = await fleet('lookup', 'hanako@ezweb.ne.jp', '--targets', file);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(asked).toEqual([{ address: 'hanako@ezweb.ne.jp' }]);
    expect(result.stdout).toMatch(/first-shop.*│ no /);
    expect(result.stdout).toMatch(/second-shop.*BOUNCE.*2026-11-20 10:02.*filtered \/ certain.*propose.*4/);
    expect(result.stdout).toContain('listed in 1 of 2');
  });

  it('exits with 3 when it is listed nowhere', async () => {
    const file = targets([await deployment('shop', { lookup: async () => lookupAnswer(false) })]);
    expect(await fleet('lookup', 'a@shop.example', '--targets', file)).toMatchObject({ code: 3 });
  });

  it('lets no failure hide another answer, and does not take it for "not listed"', async () => {
    const hang = createServer(() => undefined);
    await new Promise<void>((resolve) => hang.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      hang.closeAllConnections();
      hang.close();
    });
    const { port } = hang.address() as AddressInfo;
    const file = targets([
      await gone('gone'),
      { name: 'hanging', region: 'us-west-2', endpoint: `http://127.0.0.1:${port}` },
      await deployment('failing', {
        lookup: async () => {
          throw new Error('no such table\u001b[31m');
        },
      }),
      await deployment('not deployed', {}),
      await deployment('of another version', { lookup: async () => ({ listed: true }) }),
      await deployment('blind', {
        lookup: async () => ({ ...lookupAnswer(false), listing: { state: 'unknown', why: 'TimeoutError' } }),
      }),
      await deployment('well', { lookup: async () => lookupAnswer(false) }),
    ]);
    const args = ['lookup', 'a@shop.example', '--targets', file, '--timeout', '5'];
    const result = await fleet(...args);
    expect(result.code).toBe(2);
    expect(result.stdout).toMatch(/│ well .*│ no /);
    expect(result.stdout).toContain('listed in 0 of 7 (unknown: 6)');
    expect(result.stderr).toMatch(/! gone: todoku-prod-lookup could not be invoked/);
    expect(result.stderr).toMatch(/! hanging: .*no answer in time/);
    expect(result.stderr).toMatch(/! failing: no such table/);
    expect(result.stderr).not.toContain('\u001b[31m\n');
    expect(result.stderr).toMatch(/! not deployed: .*Function not found/);
    expect(result.stderr).toMatch(/! of another version: .*not understood/);

    const json = await fleet(...args, '--json');
    expect(json.code).toBe(2);
    const { targets: answers, failed } = JSON.parse(json.stdout);
    expect(failed).toBe(5);
    expect(answers.map((each: { ok: boolean }) => each.ok)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('asks side by side, but no more at once than told', async () => {
    let running = 0;
    let most = 0;
    const lookup = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 100));
      running -= 1;
      return lookupAnswer(false);
    };
    const list = await Promise.all(
      Array.from({ length: 9 }, (_, shop) => deployment(`shop-${shop}`, { lookup })),
    );
    await fleet('lookup', 'a@shop.example', '--targets', targets(list), '--concurrency', '3');
    expect(most).toBe(3);
  });
});

describe('todoku fleet proposals', () => {
  const proposal = (id: string, listedAt: string) => ({
    proposalId: id,
    spelling: `${id}@ezweb.ne.jp`,
    listedAt,
    diagnosis: { reason: 'filtered', confidence: 'certain', carrier: 'au', rule: 'r' },
    rule: 'filtered',
    version: 1,
  });

  it('counts what waits in each, and names it when asked', async () => {
    const file = targets([
      await deployment('quiet', { proposals: async () => ({ proposals: [] }) }),
      await deployment('busy', {
        proposals: async () => ({
          proposals: [proposal('p1', '2026-11-20T00:00:00.000Z'), proposal('p2', '2026-11-10T00:00:00.000Z')],
          next: 'more',
        }),
      }),
    ]);
    const result = await fleet('proposals', '--targets', file);
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/quiet .*│ 0 /);
    expect(result.stdout).toMatch(/busy .*│ 2\+ .*2026-11-10 09:00/);
    expect(result.stdout).not.toContain('p1');
    const listed = await fleet('proposals', '--targets', file, '--list', '--lang', 'ja');
    expect(listed.stdout).toMatch(/busy .*p1.*p1@ezweb\.ne\.jp/);
    expect(listed.stdout).toContain('承認待ち');
  });
});

const run = (counts: Record<string, number>, limits: string[] = []) => ({
  startedAt: '2026-11-24T00:00:00.000Z',
  id: 'run',
  mode: 'apply',
  full: true,
  finishedAt: '2026-11-24T00:01:00.000Z',
  counts,
  limits: limits.map((limit) => ({ limit, because: { ja: '上限です', en: 'the limit was reached' } })),
});

const statusAnswer = (...runs: ReturnType<typeof run>[]) => ({
  mode: 'apply',
  runs,
  waiting: { count: 1_000, more: true },
  lookedBackTo: '2026-11-21T00:00:00.000Z',
});

describe('todoku fleet status', () => {
  it('says when each last ran, and what wants attention', async () => {
    const file = targets([
      await deployment('well', { status: async () => statusAnswer(run({ unchanged: 4, removed: 2 })) }),
      await deployment('ill', {
        status: async () => statusAnswer(run({ unchanged: 4, failed: 7 }, ['removals-per-day'])),
      }),
      await deployment('new', { status: async () => statusAnswer() }),
    ]);
    const { code, stdout } = await fleet('status', '--targets', file);
    expect(code).toBe(0);
    const flat = stdout.replace(/\s+/g, ' ');
    expect(flat).toMatch(/well .* apply .* 2026-11-24 09:00/);
    expect(flat).toContain('failed 7');
    expect(flat).toContain('removals-per-day');
    expect(flat).toMatch(/new .* never/);
    expect(flat).toContain('1000+');
  });
});

describe('todoku status', () => {
  it('shows one deployment, and why a limit fired', async () => {
    const server = await startLambda({
      functions: {
        'todoku-local-status': async () => statusAnswer(run({ proposed: 3 }, ['removals-per-run'])),
      },
    });
    closing.push(server.stop);
    folder.useLocal(server.endpoint);
    const result = await folder.run('status', '--local');
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('proposed 3');
    expect(result.stdout).toContain('! removals-per-run: the limit was reached');
  });
});

describe('the file of targets', () => {
  const well = { name: 'shop', region: 'ap-northeast-1' };

  it('may be YAML, with comments', async () => {
    const { endpoint } = await deployment('', { lookup: async () => lookupAnswer(true) });
    const file = folder.file(
      'fleet.yml',
      `# our shops\n- name: 花屋\n  region: ap-northeast-1\n  endpoint: ${endpoint}\n`,
    );
    const result = await folder.run('fleet', 'lookup', 'a@shop.example', '--targets', file);
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toContain('花屋');
  });

  it.each([
    ['an unknown key', [{ ...well, regoin: 'x' }], /target 1\.regoin: no such field/],
    ['no Region', [{ name: 'shop' }], /target 1\.region/],
    ['a Region that is none', [well, { name: 'b', region: 'tokyo' }], /target 2\.region: not an AWS Region/],
    ['a name given twice', [well, { ...well, stage: 'dev' }], /have the name "shop"/],
    [
      'one deployment given twice',
      [well, { ...well, name: 'again' }],
      /"shop" and "again" have the same profile/,
    ],
    [
      'an endpoint elsewhere',
      [{ ...well, endpoint: 'http://shop.example:3000' }],
      /only a server on this machine/,
    ],
    ['no target', [], /names no target/],
    ['something else', { shop: well }, /is no list of targets/],
  ])('is refused with %s', async (_what, list, message) => {
    const path = targets(list);
    await expect(readTargets({ name: path, path })).rejects.toThrow(message);
    await expect(readTargets({ name: path, path })).rejects.toThrow(CliError);
  });

  it('is refused when it cannot be parsed or is not there', async () => {
    const broken = await fleet('status', '--targets', folder.file('fleet.yml', '- name: "shop\n'));
    expect(broken).toMatchObject({ code: 1 });
    expect(broken.stderr).toMatch(/fleet\.yml: .*line/);
    expect((await fleet('status', '--targets', 'missing.yml')).stderr).toContain('cannot read missing.yml');
  });

  it('gives each target the credentials of its own profile', async () => {
    const signed: string[] = [];
    const server = createServer((request, response) => {
      signed.push(
        /Credential=(\w+)\/\d+\/([\w-]+)/
          .exec(request.headers.authorization ?? '')
          ?.slice(1)
          .join(' ') ?? '',
      );
      response.end(JSON.stringify(statusAnswer()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    folder.environment.AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder.environment.AWS_SHARED_CREDENTIALS_FILE = folder.file(
      'credentials',
      ['flower', 'fruit']
        .map((name) => `[${name}-shop]\naws_access_key_id = ${name}\naws_secret_access_key = secret\n`)
        .join(''),
    );
    const file = targets([
      { name: 'flowers', profile: 'flower-shop', region: 'ap-northeast-1' },
      { name: 'fruit', profile: 'fruit-shop', region: 'us-west-2' },
      { name: 'flowers abroad', profile: 'flower-shop', region: 'us-west-2' },
    ]);
    // A process of its own: the SDK reads profiles and variables of the process.
    expect(await folder.start('fleet', 'status', '--targets', file)).toMatchObject({ code: 0, stderr: '' });
    expect(signed.sort()).toEqual(['flower ap-northeast-1', 'flower us-west-2', 'fruit us-west-2']);
  });

  it('names an AWS profile that does not exist in the row of its target', async () => {
    const file = targets([
      { name: 'unknown profile', region: 'ap-northeast-1', profile: 'nobodys' },
      await deployment('well', { status: async () => statusAnswer() }),
    ]);
    const result = await folder.start('fleet', 'status', '--targets', file);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/! unknown profile: .*nobodys/);
    expect(result.stdout).toMatch(/well .*apply/);
  });
});
