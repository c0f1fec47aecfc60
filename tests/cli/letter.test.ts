import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';

let system: LocalSystem;
let folder: CliFolder;

beforeAll(async () => {
  system = await startLocalSystem({ start: '2026-11-01T00:00:00Z', table: memoryTable() });
  folder = cliFolder();
  folder.useLocal(system.lambda.endpoint);
});
afterAll(async () => {
  folder.remove();
  await system.stop();
});

const letter = (...words: readonly string[]) => folder.run('letter', ...words, '--local', '--lang', 'ja');

describe('todoku letter', () => {
  it('without an address prints how mail is let in at a mail service, in the words of the shop’s settings', async () => {
    const { code, stdout, stderr } = await letter('--provider', 'au');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')[0]).toBe('【とどくショップ】メール受信設定のお願い');
    expect(stdout).toContain('\n@shop.example\n');
    expect(stdout).toContain('order@shop.example');
    expect(stdout).not.toMatch(/お送りしたメール|停止|エラー/);
  });

  it('prints each form alone, ready to be sent', async () => {
    const sms = await letter('--provider', 'povo', '--form', 'sms');
    expect(sms.stdout.trim().length).toBeLessThan(140);
    expect(sms.stdout).toMatch(/^【とどくショップ】.*https:\/\/www\.au\.com\/\S+\n$/);
    expect((await letter('--provider', 'linemo', '--form', 'spoken')).stdout).toMatch(
      /^とどくショップでございます。.*エス、エイチ、オー、ピー、ドット/s,
    );
    // Menus stand in Japanese on the screen: said once, before the first of them.
    const asked = ['letter', '--provider', 'au', '--form', 'spoken', '--local', '--lang', 'en'];
    const english = (await folder.run(...asked)).stdout;
    expect(english.match(/are in Japanese, as the screen shows them/g)).toHaveLength(1);
    expect(english.indexOf('in Japanese')).toBeLessThan(english.indexOf('受信リスト'));
    expect((await letter('--provider', 'other', '--form', 'signup')).stdout).toContain(
      'とどくショップからのメールを受信できるよう',
    );
  });

  it('for an address prints the text of its look-up', async () => {
    const { code, stdout } = await letter('hanako@ezweb.ne.jp', '--provider', 'linemo', '--form', 'signup');
    expect(code).toBe(0);
    expect(stdout).toContain('auのメールアドレスをご登録の際は');
    const looked = await folder.run(
      'lookup',
      'hanako@ezweb.ne.jp',
      '--provider',
      'povo',
      '--local',
      '--json',
    );
    expect(JSON.parse(looked.stdout).advice.ja).toMatchObject({ provider: 'povo', unset: [] });
  });

  it('tells the operator on standard error what the text leaves out', async () => {
    const { stdout, stderr } = await letter('--provider', 'docomo', '--sender-domain', 'other.example');
    expect(stderr).toContain('店名が分からないため');
    expect(stdout).not.toMatch(/店名|settings/);
    expect(stdout).toContain('\nother.example\n');
  });

  it('wants an address or a mail service', async () => {
    const { code, stderr } = await letter();
    expect(code).toBe(1);
    expect(stderr).toContain('--provider');
    expect((await letter('--provider', 'willcom')).code).toBe(1);
  });
});
