import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { displayWidth } from '../../lib/display-width.ts';
import { type EntryKind, entryKind } from '../../lib/operations/assess/assessment.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

/** `todoku assess`: what stands on a suppression list, told without a deployment and without any address. */

const NOW = '2026-11-28T00:00:00Z';
const ASSESS_PAGE = new URL('../../docs/assess.md', import.meta.url);

const summary = (EmailAddress: string, LastUpdateTime: string | number, Reason = 'BOUNCE') => ({
  EmailAddress,
  Reason,
  LastUpdateTime,
});

const ENTRIES = [
  summary('hanako@docomo.ne.jp', '2024-01-10T09:00:00.123000+09:00'),
  summary('jiro@docomo.ne.jp', '2023-05-01T00:00:00Z'),
  summary('taro@docomo.ne.jp', '2026-02-01T00:00:00Z'),
  summary('sora@ezweb.ne.jp', 1_750_000_000.25),
  summary('umi@gmial.com', '2025-03-01T00:00:00Z'),
  summary('mori@auone.jp', '2022-03-01T00:00:00Z'),
  summary('kawa@softbank.ne.jp', '2021-03-01T00:00:00Z'),
  summary('ishi@gmail.com', '2019-03-01T00:00:00Z'),
  summary('kaze@ezweb.ne.jp', '2020-03-01T00:00:00Z', 'COMPLAINT'),
];
const PAGE = JSON.stringify({ SuppressedDestinationSummaries: ENTRIES }, null, 4);
const CUSTOMERS = [
  'メールアドレス,登録日,最終注文日',
  'hanako@docomo.ne.jp,2019-04-01,2026-11-17',
  'Sora@ezweb.ne.jp,2018-04-01,2026-10-01',
  'taro@docomo.ne.jp,2019-04-01,2026-11-17',
  'umi@gmial.com,2024-04-01,',
  'kaze@ezweb.ne.jp,2018-04-01,2026-10-01',
  'nobody,2018-04-01,',
  'neverlisted@docomo.ne.jp,2018-04-01,',
].join('\n');

interface Answer {
  readonly assessment: {
    readonly listed: number;
    readonly kinds: readonly { kind: EntryKind; listed: number; members?: number }[];
    readonly carriers: readonly { carrier: string; listed: number; years: Record<string, number> }[];
    readonly reach?: { members: number; listed: number; proposed: number; waves: Record<string, number> };
    readonly insights?: { asked: number; reasons: Record<string, number> };
  };
  readonly cost?: { readonly mails: number; readonly total: number };
  readonly senders?: readonly { readonly identity: string }[];
  readonly missing: readonly unknown[];
  readonly cut?: boolean;
  readonly refusedRows?: number;
}

let cli: CliFolder;
beforeEach(() => {
  cli = cliFolder();
});
afterEach(() => cli.remove());

async function assessed(...words: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await cli.run('assess', ...words, '--json');
  expect({ code, stderr: stderr.replace(/^reading.*\n/gm, '') }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Answer;
}

const kindsOf = ({ assessment }: Answer) =>
  Object.fromEntries(
    assessment.kinds
      .filter(({ listed }) => listed > 0)
      .map(({ kind, listed, members }) => [kind, [listed, members]]),
  );

describe('a list that was saved', () => {
  it('is told apart by what domain, date and reason say, with the customers among them', async () => {
    cli.file('list.json', PAGE);
    cli.file('customers.csv', CUSTOMERS);
    const answer = await assessed('--from', 'list.json', '--members', 'customers.csv');
    expect(kindsOf(answer)).toEqual({
      complaint: [1, 1],
      'mistyped-domain': [1, 1],
      'ended-service': [1, 0],
      'lapsed-filter': [2, 1],
      'filter-or-unknown': [1, 1],
      'probably-unknown': [2, 1],
      open: [1, 0],
    });
    expect(answer.assessment.reach).toEqual({
      members: 6,
      listed: 5,
      proposed: 1,
      waves: expect.objectContaining({ 'active-member': 1, member: 0 }),
    });
    expect(answer.refusedRows).toBe(1);
    expect(answer.assessment.carriers.find(({ carrier }) => carrier === 'docomo')).toEqual({
      carrier: 'docomo',
      listed: 3,
      years: { '2023': 1, '2024': 1, '2026': 1 },
    });
  });

  it.each([
    ['one page', PAGE, 9],
    [
      'pages after one another',
      `${JSON.stringify({ SuppressedDestinationSummaries: ENTRIES, NextToken: 'x' })}\n${PAGE}`,
      18,
    ],
    ['entries alone', JSON.stringify(ENTRIES), 9],
    ['an empty list', '{"SuppressedDestinationSummaries": []}', 0],
  ])('is read as %s', async (_, text, listed) => {
    cli.file('list.json', text);
    const answer = await assessed('--from', 'list.json');
    expect(answer.assessment.listed).toBe(listed);
    expect(answer.cut).toBeUndefined();
    expect(answer.assessment.reach).toBeUndefined();
  });

  it('of one address is told in the singular', async () => {
    cli.file('list.json', JSON.stringify([summary('hanako@docomo.ne.jp', '2024-01-10T00:00:00Z')]));
    cli.file('customers.csv', 'mail,since\nhanako@docomo.ne.jp,2019-04-01\nnobody,2018-04-01\n');
    const words = ['--from', 'list.json', '--members', 'customers.csv', '--mails', '1', '--lang', 'en'];
    const { stdout, stderr } = await cli.run('assess', ...words);
    expect(stdout).toMatch(/^1 address is on the suppression list/);
    expect(stdout).toMatch(/1 customer could perhaps be reached again/);
    expect(stdout).toMatch(/1 row of the customer list/);
    expect(`${stdout}${stderr}`).not.toMatch(/\b1 (?:addresses|customers|mails|rows|waves)\b/);
  });

  it('is said to be a part where it ends with a token', async () => {
    cli.file('list.json', JSON.stringify({ SuppressedDestinationSummaries: ENTRIES, NextToken: 'x' }));
    expect((await assessed('--from', 'list.json')).cut).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'SUPPRESSED\thanako@docomo.ne.jp'],
    ['other JSON', '{"Account": {}}'],
    ['a file that ends in the middle', PAGE.slice(0, -30)],
    ['entries without a time', '[{"EmailAddress": "a@docomo.ne.jp", "Reason": "BOUNCE"}]'],
  ])('is refused whole where it is %s', async (_, text) => {
    cli.file('list.json', text);
    const { code, stdout, stderr } = await cli.run('assess', '--from', 'list.json');
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/list\.json/);
    expect(stderr).not.toMatch(/docomo/);
  });

  it.each(['ja', 'en'])('is told on one screen of 80 columns, without an address (%s)', async (lang) => {
    cli.file('list.json', PAGE);
    cli.file('customers.csv', CUSTOMERS);
    cli.environment.COLUMNS = '80';
    const words = [
      '--from',
      'list.json',
      '--members',
      'customers.csv',
      '--mails',
      '300000',
      '--html',
      'page.html',
    ];
    const { stdout, stderr } = await cli.run('assess', ...words, '--lang', lang);
    expect(stderr).toContain(lang === 'ja' ? 'page.html に書き出しました。' : 'Written to page.html.');
    expect(stdout.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([]);
    const page = readFileSync(join(cli.path, 'page.html'), 'utf8');
    for (const text of [stdout, page]) {
      for (const { EmailAddress } of ENTRIES) expect(text).not.toContain(EmailAddress.split('@')[0]);
      expect(text).not.toMatch(/\w@\w/);
    }
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|(?:src|href)=/);
  });
});

it.each([
  ['a@docomo.ne.jp', '2025-03-12T00:00:00Z', 'BOUNCE', 'lapsed-filter'],
  ['a@docomo.ne.jp', '2025-03-14T00:00:00Z', 'BOUNCE', 'probably-unknown'],
  ['a@docomo.ne.jp', '2024-03-14T00:00:00Z', 'COMPLAINT', 'complaint'],
  ['a@au.com', '2024-03-14T00:00:00Z', 'BOUNCE', 'filter-or-unknown'],
  ['a@example.jp', '2024-03-14T00:00:00Z', 'BOUNCE', 'open'],
] as const)('%s listed %s for %s is %s', (address, at, reason, kind) => {
  expect(entryKind({ address, at, reason }, NOW)).toBe(kind);
});

describe('the account itself', () => {
  let server: SesServer;
  let ses: LocalSes;
  beforeAll(async () => {
    ses = new LocalSes({ identities: [{ name: 'shop.example' }] });
    for (const { EmailAddress, LastUpdateTime, Reason } of ENTRIES) {
      ses.list.put({
        address: EmailAddress,
        reason: Reason as 'BOUNCE' | 'COMPLAINT',
        updatedAt: typeof LastUpdateTime === 'number' ? LastUpdateTime * 1000 : Date.parse(LastUpdateTime),
      });
    }
    server = await startSes(ses);
  });
  afterAll(() => server.stop());

  it('is walked at its pace, and nothing of it changes', async () => {
    cli.useLocal('http://127.0.0.1:9', { sesEndpoint: server.endpoint, dnsServer: '127.0.0.1:9' });
    const answer = await assessed('--local', '--mails', '300000');
    expect(answer.assessment.listed).toBe(9);
    expect(answer.senders?.map(({ identity }) => identity)).toEqual(['shop.example']);
    expect(answer.cost?.mails).toBe(300_000);
  });
});

it('names the permissions that it needs, and none that changes anything', async () => {
  const { stdout } = await cli.run('assess', '--permissions');
  const { Statement } = JSON.parse(stdout) as { Statement: { Action: string[] }[] };
  const actions = Statement.flatMap(({ Action }) => Action);
  expect(actions.length).toBeGreaterThan(5);
  expect(actions.filter((action) => !/:(?:Get|List)/.test(action))).toEqual([]);
  // The policy of the documentation is the one to attach.
  const [, written = ''] = /```json\n(.*?)```/s.exec(readFileSync(ASSESS_PAGE, 'utf8')) ?? [];
  expect(JSON.parse(written)).toEqual(JSON.parse(stdout));
});
