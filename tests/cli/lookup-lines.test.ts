import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookupRequestSchema } from '../../lib/contracts/lookup-request.ts';
import { noteRequestSchema } from '../../lib/contracts/note.ts';
import { displayWidth } from '../../lib/display-width.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { ingest } from '../../lib/operations/ingest.ts';
import { lookup } from '../../lib/operations/lookup.ts';
import { note } from '../../lib/operations/notes.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

/** What an operator sees first: `todoku lookup` over the support tickets of tests/answer/tickets.test.ts. */

let world: World;
let server: LambdaServer;
let folder: CliFolder;

const SENT = '2026-09-30T01:00:00.000Z';
const fact = (address: string, more: Partial<Fact>): Fact => ({
  address,
  kind: 'bounce',
  at: SENT,
  id: `f-${address}-${more.kind ?? 'bounce'}`,
  messageId: `m-${address}`,
  sentAt: SENT,
  ...more,
});
const hard = { bounceType: 'Permanent', bounceSubType: 'General' };

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
  const { ses, store, clock } = world;
  const put = (address: string, reason: 'BOUNCE' | 'COMPLAINT', at: string) =>
    ses.list.put({ address, reason, updatedAt: Date.parse(at) });
  ses.setMailbox('hanako@ezweb.ne.jp', { filtersPcMail: true });
  ses.setMailbox('moved@ezweb.ne.jp', { filtersPcMail: true });
  for (const address of ['nobody@docomo.ne.jp', 'hanako@ezweb.ne.jp', 'moved@ezweb.ne.jp']) {
    await world.send(address);
  }
  ses.setMailbox('misses@ezweb.ne.jp', { filtersPcMail: true });
  for (let mail = 0; mail < 3; mail += 1) {
    await world.send('misses@ezweb.ne.jp');
    clock.advance(3_600_000);
  }
  put('old@docomo.ne.jp', 'BOUNCE', '2024-01-15T03:00:00Z');
  put('angry@outlook.com', 'COMPLAINT', SENT);
  const text = 'a very long name of an address that somebody has moved to';
  const movedTo = `${'x'.repeat(50)}@${'y'.repeat(40)}.example`;
  const tools = { store, now: () => clock.now() };
  await note(
    noteRequestSchema.parse({ address: 'moved@ezweb.ne.jp', movedTo, text, operator: 'tanaka' }),
    tools,
  );
  const late = 'late@mail.example.jp';
  await putFacts(store, [
    fact('angry@outlook.com', { kind: 'complaint', complaintFeedbackType: 'abuse' }),
    fact(late, { kind: 'deliveryDelay', delayType: 'General' }),
    fact(late, { kind: 'delivery', at: '2026-09-30T03:30:00.000Z' }),
    fact('wordless@gmail.com', hard),
    fact('forwards@gmail.com', {
      ...hard,
      diagnosticCode: 'smtp; 550 5.1.1 <friend@forward.example>: no such user',
    }),
    fact('tenant@gmail.com', { ...hard, bounceSubType: 'OnTenantSuppressionList' }),
    fact('validated@gmail.com', { ...hard, bounceSubType: 'EmailValidationSuppressed' }),
  ]);
  server = await startLambda({
    functions: {
      'todoku-local-lookup': (event: unknown) =>
        lookup(lookupRequestSchema.parse(event), {
          store,
          list: world.list,
          policy: EAGER_POLICY,
          deliveries: 'carriers',
          now: () => clock.now(),
        }),
      'todoku-local-ingest': async (event: unknown) => {
        const bodies = event as readonly unknown[];
        const { failures: _, ...report } = await ingest(
          bodies.map((body, index) => ({ body, deliveryId: String(index) })),
          { store },
        );
        return report;
      },
    },
  });
  folder = cliFolder();
  folder.useLocal(server.endpoint);
});
afterAll(async () => {
  folder.remove();
  await server.stop();
  await world.stop();
});

it.each([
  ['1, unknown user', 'nobody@docomo.ne.jp', '送信を止めています', 'Sending has been stopped'],
  [
    '1b, listed in 2024',
    'old@docomo.ne.jp',
    '送信を止めています（2024',
    'Sending has been stopped since 2024',
  ],
  ['2, moved', 'moved@ezweb.ne.jp', '送信を止めています', 'Sending has been stopped'],
  ['3, late', 'late@mail.example.jp', '送信は止めていません', 'Sending is not stopped'],
  ['4, mistyped', 'hanako@docom.ne.jp', '送信は止めていません', 'Sending is not stopped'],
  ['5, filtered', 'hanako@ezweb.ne.jp', '送信を止めています', 'Sending has been stopped'],
  ['8, Gmail', 'hanako@gmail.com', '送信は止めていません', 'Sending is not stopped'],
  ['9, complaint', 'angry@outlook.com', '送信を止めています', 'Sending has been stopped'],
  ['no reason given', 'wordless@gmail.com', '送信は止めていません', 'Sending is not stopped'],
  ['a tenant’s list', 'tenant@gmail.com', '送信は止めていません', 'Sending is not stopped'],
  ['Auto Validation', 'validated@gmail.com', '送信は止めていません', 'Sending is not stopped'],
])(
  'ticket %s: state, cause and next step are the first three lines, below 80 columns',
  async (_name, address, ja, en) => {
    for (const [language, state, next] of [
      ['ja', ja, '対応：'],
      ['en', en, 'Next: '],
    ] as const) {
      const { stdout, stderr } = await folder.run('lookup', address, '--local', '--lang', language);
      expect(stderr).toBe('');
      const lines = stdout.split('\n');
      expect(lines[0]).toContain(state);
      expect(lines[1]).not.toBe('');
      expect(lines[2]).toMatch(new RegExp(`^${next}`));
      // A command that does not fit stands in full below the three.
      const below = lines[3] === '' ? 3 : 4;
      if (below === 4) expect(lines[3]).toMatch(/^ {2}todoku (?:remove|approve) /);
      expect(lines[below]).toBe('');
      expect(lines[below + 1]).toBe(address);
      for (const line of lines.slice(0, 3)) {
        expect(displayWidth(line)).toBeLessThan(80);
        expect(line).not.toMatch(/…|undefined/);
      }
    }
  },
);

it('names the missed mails by one printed option, and what each piece of evidence weighs by another', async () => {
  const look = async (...more: string[]) =>
    (await folder.run('lookup', 'misses@ezweb.ne.jp', '--local', '--lang', 'en', ...more)).stdout;
  const section = (text: string, heading: string) =>
    (text.split(`\n${heading}\n`)[1] ?? '').split('\n\n')[0]?.split('\n') ?? [];
  expect(await look()).toMatch(/\nmore: --text .*--evidence \(and missed mails\) .*--all\n$/);
  const shown = await look('--evidence');
  const missed = section(shown, 'Mails that were not sent (message id, sent at)').filter(
    (line) => line !== '',
  );
  expect(missed).toHaveLength(2);
  for (const line of missed) expect(line).toMatch(/^\S+ {2}2026-\d\d-\d\d \d\d:\d\d$/);
  const evidence = section(shown, 'Evidence');
  const times = evidence.flatMap((line) => /^(2026-\S+ \S+) /.exec(line)?.[1] ?? []);
  expect(times).toEqual(times.toSorted());
  expect(evidence.join('\n')).not.toMatch(/^ *[+-]\d/m);
  expect(section(await look('--all'), 'Evidence').join('\n')).toMatch(/^ *[+-]\d+ /m);
});

it.each([
  ['without a flag of its own', []],
  ['of another stage and Region', ['--stage', 'test', '--region', 'eu-west-1']],
])('a command of the next step is shown as it is to be typed, %s', async (_name, flags) => {
  const asked = ['lookup', 'angry@outlook.com', '--local', ...flags, '--lang', 'en'];
  const { stdout } = await folder.run(...asked);
  const command = stdout.split('\n').find((line) => line.includes('todoku remove'));
  expect(command).toMatch(
    /^ {2}todoku remove angry@outlook\.com --override complaint --reason '\.\.\.' --local$/,
  );
  const text = await folder.run(...asked, '--text');
  // The desk's note names the very same command.
  expect(text.stdout.replace(/\s+/g, ' ').split(command?.trim() ?? '?')).toHaveLength(3);
});

it('everything below the three lines stays within 80 columns, but for pages and commands', async () => {
  folder.environment.COLUMNS = '80';
  for (const address of [
    'hanako@ezweb.ne.jp',
    'angry@outlook.com',
    'moved@ezweb.ne.jp',
    'late@mail.example.jp',
  ]) {
    for (const language of ['ja', 'en']) {
      const { stdout } = await folder.run('lookup', address, '--local', '--all', '--lang', language);
      const wide = stdout
        .split('\n')
        .filter((line) => displayWidth(line) > 80)
        .filter((line) => !/^https?:|todoku (?:remove|approve|lookup)|@y{40}/.test(line));
      expect(wide).toEqual([]);
    }
  }
});

it('another person’s address in a reply is masked, also in JSON, unless it is asked for', async () => {
  const seen = (...flags: string[]) => folder.run('lookup', 'forwards@gmail.com', '--local', ...flags);
  expect((await seen('--json')).stdout).not.toContain('friend@forward.example');
  expect((await seen('--all')).stdout).not.toContain('friend@forward.example');
  expect((await seen('--json', '--unmasked')).stdout).toContain('friend@forward.example');
  expect((await seen('--all', '--unmasked')).stdout.replace(/\s|│/g, '')).toContain('friend@forward.example');
});

it('ingest says of an event what it was where no fact of it is kept', async () => {
  const sample = new URL('../../events/event-publishing/reject.json', import.meta.url).pathname;
  const ja = await folder.run('ingest', sample, '--local', '--lang', 'ja');
  expect(ja.stdout).toContain('0件を記録しました');
  expect(ja.stdout).toContain(
    '記録しなかったイベント：Reject 1（SESがウイルスを検出し、メールを送信していません）',
  );
  const en = await folder.run('ingest', sample, '--local', '--lang', 'en');
  expect(en.stdout).toContain('Reject 1 (SES found a virus and did not send the mail)');
  const json = await folder.run('ingest', sample, '--local', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ stored: 0, notKept: { Reject: 1 } });
});
