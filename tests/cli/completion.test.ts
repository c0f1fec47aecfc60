import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POLICY_RULES } from '../../lib/policy/rules.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

let cli: CliFolder;

beforeAll(() => {
  cli = cliFolder();
  cli.file('settings.staging.yml', '');
  cli.file('customers.csv', '');
});
afterAll(() => cli.remove());

/** What a shell is offered for the last of these words. */
async function offered(words: readonly string[], shell: 'bash' | 'zsh' = 'bash'): Promise<string[]> {
  Object.assign(cli.environment, { COMP_CWORD: String(words.length), SHELL: `/usr/bin/${shell}` });
  const { code, stdout } = await cli.run('completion-server', '--', 'todoku', ...words);
  expect(code).toBe(0);
  return stdout.split('\n').filter((line) => line !== '');
}

const ASKING_OVERRIDE = POLICY_RULES.filter(({ byHand }) => byHand === 'override').map(({ id }) => id);

describe('the tab key', () => {
  it.each<[string[], string[]]>([
    [['re'], ['reject', 'remove', 'resume', 'rescue', 'report', 'replies']],
    [
      ['rescue', 'st'],
      ['start', 'status', 'stop'],
    ],
    [
      ['rescue', 'start', '--f'],
      ['--first', '--floor'],
    ],
    [
      ['letter', '--form', 's'],
      ['sms', 'spoken', 'signup'],
    ],
    [['letter', '--form=sm'], ['--form=sms']],
    [['letter', 'a@b.jp', '--provider', 'gm'], ['gmail']],
    [
      ['lookup', '--lang', ''],
      ['ja', 'en'],
    ],
    [
      ['lookup', '--stage', ''],
      ['prod', 'staging'],
    ],
    [['remove', 'a@b.jp', '--override', ''], ASKING_OVERRIDE],
    [['remove', '--override', 'complaint,unk'], ['complaint,unknown-user']],
    [['remove', '--override', '--ye'], ['--yes']],
    [['history', '--action', 'rej'], ['reject']],
    [['approve', '--carrier', 'doc'], ['docomo']],
    [['completion', 'z'], ['zsh']],
    [['--ver'], ['--version']],
    // Anything may stand here, and the shell offers files.
    [['remove', '--file', 'cust'], []],
    [['lookup', ''], []],
    [
      ['no-such-command', '--'],
      ['--version', '--help'],
    ],
  ])('after todoku %j offers %j', async (words, expected) => {
    expect(await offered(words)).toEqual(expected);
  });

  it('says in zsh what each is, in the language asked for', async () => {
    expect(await offered(['rules', 'l'], 'zsh')).toEqual([
      'list:each rule and carrier with its record (what "todoku rules" does)',
    ]);
    expect((await offered(['rules', '--lang', 'ja', 'l'], 'zsh'))[0]).toMatch(/^list:ルール/);
  });

  it('offers no word of the completion itself', async () => {
    expect(await offered(['comp'])).toEqual(['completion']);
  });
});

describe('todoku completion', () => {
  const program = fileURLToPath(new URL('../../bin/todoku.js', import.meta.url));
  const node = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));

  it('completes in a real bash, which has loaded nothing else', async () => {
    const { stdout } = await cli.start('completion', 'bash');
    expect(stdout).toContain(program);
    const script = cli.file('completion.bash', stdout);
    const asked = `source ${script}; COMP_WORDS=(todoku letter --form s); COMP_CWORD=3; COMP_LINE='todoku letter --form s'
      COMP_POINT=\${#COMP_LINE}; _todoku_completion; echo "\${COMPREPLY[@]}"; complete -p todoku`;
    const answer = execFileSync('bash', ['--norc', '-c', asked], {
      encoding: 'utf8',
      env: { PATH: `${node}:${process.env.PATH}`, HOME: cli.path },
    });
    expect(answer).toBe('sms spoken signup\ncomplete -o default -F _todoku_completion todoku\n');
  });

  it.skipIf(spawnSync('zsh', ['--version']).error !== undefined)('is a script that zsh reads', async () => {
    const { stdout } = await cli.run('completion', 'zsh');
    execFileSync('zsh', ['-f', '-n', cli.file('_todoku', stdout)]);
    expect(stdout).toMatch(/^#compdef todoku/);
  });

  it('refuses other shells', async () => {
    expect(await cli.run('completion', 'tcsh')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Allowed choices are bash, zsh'),
    });
  });
});
