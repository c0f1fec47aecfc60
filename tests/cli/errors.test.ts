import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityFrom, UnexpectedSesAnswerError } from '../../lib/authentication/identities/identities.ts';
import { CampaignChangedError } from '../../lib/store/campaign.ts';
import { CaseChangedError, LeaseLostError } from '../../lib/store/errors.ts';
import { startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

/** Three words in a row, each of letters. */
const ENGLISH_SENTENCE = /[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}/;

function twice(first: string, second: string): string {
  return [first, second].map((name) => `- name: ${name}\n  region: ap-northeast-1\n`).join('');
}

/** What SES's answer in another shape becomes. */
function unexpected(): UnexpectedSesAnswerError {
  try {
    identityFrom('shop.example', { DkimAttributes: { Tokens: 'x' } });
  } catch (error) {
    if (error instanceof UnexpectedSesAnswerError) return error;
  }
  throw new Error('the answer was taken');
}

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

  it('an override that took the address for its rules', async () => {
    const words = ['remove', 'hanako@ezweb.ne.jp', '--reason', 'asked', '--override', 'taro@ezweb.ne.jp'];
    const english = await cli.run(...words);
    expect(english).toMatchObject({ code: 1, stdout: '' });
    expect(english.stderr).toContain('--override takes the names of rules');
    expect((await cli.run(...words, '--lang', 'ja')).stderr).toContain('ルール名を指定してください');
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

  it.each([
    [
      'a Region that is none',
      'fleet',
      '- name: shop\n  region: tokyo\n',
      'not an AWS Region',
      '1件目.region',
    ],
    [
      'an unknown key',
      'fleet',
      '- name: shop\n  regoin: x\n',
      'target 1.regoin: no such',
      'このような項目は',
    ],
    ['no target', 'fleet', '[]', 'names no target', '対象がありません'],
    ['no list', 'fleet', 'shop: 1\n', 'must be a list', '配列で指定してください'],
    ['half a file', 'fleet', '- name: "shop\n', 'line', 'JSONまたはYAMLとして'],
    ['a name twice', 'fleet', twice('shop', 'shop'), 'have the name', '名前「shop」が重複'],
    ['a deployment twice', 'fleet', twice('shop', 'again'), 'the same profile', 'ステージが重複'],
    ['no heading known', 'members', 'x,y\n1,2\n', 'no column is known', '--address-column で列を指定'],
    ['no headings', 'members', 'a@shop.example,y\n', 'seems to be a customer', '見出しの行を入れて'],
    ['two columns', 'members', 'email,mail\na,b\n', 'several columns may be', '候補が複数あります'],
    ['an open quotation mark', 'members', `email\n"${'x\n'.repeat(200_000)}`, 'never closes', '引用符が閉じ'],
    ['a line that is no JSON', 'diagnose', '{\n', 'line 1: not JSON', '1行目: JSONではありません'],
    ['a line of numbers', 'diagnose', '{"recipient":1}\n', 'recipient: must be text', 'recipient：文字列で'],
    ['a wrong date', 'diagnose', '{"recipient":"a","timestamp":"x"}\n', 'not a date', '日付ではありません'],
  ])('a file with %s', async (_what, kind, content, english, japanese) => {
    const file = cli.file('given', content);
    const words = {
      fleet: ['fleet', 'status', '--targets', file],
      members: ['members', 'import', file, '--dry-run', '--region', 'ap-northeast-1'],
      diagnose: ['diagnose', file],
    }[kind as 'fleet' | 'members' | 'diagnose'];
    expect((await cli.run(...words)).stderr).toContain(english);
    const { stderr } = await cli.run(...words, '--lang', 'ja');
    expect(stderr).toContain(japanese);
    expect(stderr.replace(file, '')).not.toMatch(ENGLISH_SENTENCE);
  });

  it.each([
    [['dead-letters', 'list', '--limit', '0'], 'a whole number of at least 1', '1以上の整数'],
    [['rescue', 'start', '--bound', '7'], 'a fraction such as 0.02', '小数'],
    [['backfill', '--since', 'xx'], 'a date such as', '日付'],
    [['backfill', '--seconds', '1'], '5 to 600', '5から600まで'],
    [['replies', '--days', 'x'], '1 to 730', '1から730まで'],
  ])('a value that %j does not take', async (words, english, japanese) => {
    expect((await cli.run(...words)).stderr).toContain(english);
    const { code, stderr } = await cli.run(...words, '--lang', 'ja');
    expect(stderr).toMatch(
      /^エラー：オプション「--[a-z]+ <\w+>」に「\w+」は指定できません。.*を指定してください。\n$/,
    );
    expect(stderr).toContain(japanese);
    expect([code, ENGLISH_SENTENCE.test(stderr)]).toEqual([1, false]);
  });

  it('a file of an unknown encoding', async () => {
    const file = cli.file('binary.csv', Buffer.from([0x65, 0xff, 0xfd, 0x81, 0x00, 0x0a]));
    const { code, stderr } = await cli.run('members', 'import', file, '--dry-run', '--lang', 'ja');
    expect([code, stderr.includes('UTF-8でもShift_JISでも')]).toEqual([1, true]);
    expect(stderr.replace(file, '')).not.toMatch(ENGLISH_SENTENCE);
  });

  it.each([
    ['ECONNREFUSED', 'AWS に接続できません'],
    ['ResourceNotFoundException', 'その関数がありません'],
  ])('a function that cannot be reached: %s', async (kind, japanese) => {
    const server = await startLambda({ functions: {} });
    if (kind === 'ECONNREFUSED') await server.stop();
    cli.useLocal(server.endpoint);
    const { code, stderr } = await cli.run('status', '--local', '--lang', 'ja');
    if (kind !== 'ECONNREFUSED') await server.stop();
    expect([code, stderr.includes(japanese)], stderr).toEqual([1, true]);
    expect(stderr).not.toMatch(ENGLISH_SENTENCE);
    rmSync(join(cli.path, '.todoku'), { recursive: true });
  });

  it('a column that is not there, and a file that cannot be written', async () => {
    const file = cli.file('members.csv', 'email\na@shop.example\n');
    const words = ['members', 'import', file, '--dry-run', '--region', 'ap-northeast-1'];
    for (const [options, english, japanese] of [
      [['--address-column', 'post'], 'there is no column "post"', '列「post」がありません'],
      [['--rejects', cli.path], 'it is a folder', 'に書き込めません（フォルダーです）'],
    ] as const) {
      expect((await cli.run(...words, ...options)).stderr).toContain(english);
      const { stderr } = await cli.run(...words, ...options, '--lang', 'ja');
      expect(stderr).toContain(japanese);
      expect(stderr).not.toMatch(ENGLISH_SENTENCE);
    }
  });

  it.each([new CaseChangedError(), new LeaseLostError(), new CampaignChangedError(), unexpected()])(
    '$name, which a function hands on',
    ({ message, text }) => {
      expect(message).toBe(text.en);
      expect(text.ja).toMatch(/。$/);
      expect(text.ja.replaceAll(/「todoku [^」]*」/g, '')).not.toMatch(ENGLISH_SENTENCE);
    },
  );

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
