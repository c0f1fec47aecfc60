import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliFolder, cliFolder } from '../support/cli.ts';

let cli: CliFolder;

beforeAll(() => {
  cli = cliFolder();
});
afterAll(() => cli.remove());

describe('what an operator can mend is said in the language asked for', () => {
  it.each([
    ['lookup', 'hanako'],
    ['remove', 'hanako', '--reason', 'asked'],
    ['policy', 'explain', 'Hanako <hanako>'],
  ])('%s of a text that is no address', async (...words) => {
    const english = await cli.run(...words);
    expect(english).toMatchObject({ code: 1, stdout: '' });
    expect(english.stderr).toContain('give a mail address');
    const japanese = await cli.run(...words, '--lang', 'ja');
    expect(japanese.stderr).toContain('宛先のメールアドレスを指定してください');
  });

  it.each([
    ['remove', 'hanako@ezweb.ne.jp', '--reason', 'asked'],
    ['approve', '1'],
    ['rescue', 'start'],
    ['rules', 'enable', 'filtered-known-recipient', '--reason', 'mended'],
  ])('%s in a name under which todoku itself acts', async (...words) => {
    const english = await cli.run(...words, '--operator', 'cleanup');
    expect(english).toMatchObject({ code: 1, stdout: '' });
    expect(english.stderr).toContain('--operator');
    const japanese = await cli.run(...words, '--operator', 'cleanup', '--lang', 'ja');
    expect(japanese.stderr).toContain('担当者の名前を指定してください');
  });

  it('no Region: which option and variable name one', async () => {
    // A process of its own: the SDK reads the Region from the variables of the process.
    const { code, stderr } = await cli.start('lookup', 'hanako@ezweb.ne.jp', '--lang=ja');
    expect(code).toBe(1);
    expect(stderr).toContain('AWS_REGION');
    expect(stderr).toContain('指定してください');
  });

  it('no local system, an unknown language, a file that is not there', async () => {
    expect((await cli.run('proposals', '--local', '--lang', 'ja')).stderr).toContain('npm start');
    expect((await cli.run('proposals', '--lang', 'fr')).stderr).toContain('unknown language "fr"');
    expect((await cli.run('ingest', 'none.jsonl', '--lang', 'ja')).stderr).toContain(
      'none.jsonl を読み取れません',
    );
  });

  it('nothing to read: a line and exit code 1', async () => {
    expect(await cli.run('diagnose', cli.file('empty', ''))).toMatchObject({
      code: 1,
      stderr: 'todoku diagnose: no input\n',
    });
    const ingested = await cli.run('ingest', cli.file('empty', ''));
    expect(ingested.code).toBe(1);
    expect(ingested.stderr).toContain('holds no events');
  });

  it('diagnose takes --lang and --json like every command', async () => {
    const line = '{"recipient":"hanako@ezweb.ne.jp","diagnosticCode":"smtp; 550 : User unknown"}\n';
    const { code, stdout } = await cli.run('diagnose', cli.file('one', line), '--lang', 'ja', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ reason: 'filtered' });
  });

  it('a command’s help lists its exit codes', async () => {
    expect((await cli.run('lookup', '--help')).stdout).toMatch(
      /Exit codes:[\s\S]*3 {2}the address is not on/,
    );
    expect((await cli.run('--help')).stdout).toContain('TODOKU_LANG');
  });
});
