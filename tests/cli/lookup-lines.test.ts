import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookupRequestSchema } from '../../lib/contracts/lookup-request.ts';
import { noteRequestSchema } from '../../lib/contracts/note.ts';
import { displayWidth } from '../../lib/display-width.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { lookup } from '../../lib/operations/lookup.ts';
import { note } from '../../lib/operations/notes.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';
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
  world = await startWorld({ table: memoryTable() });
  const { ses, store, clock } = world;
  const put = (address: string, reason: 'BOUNCE' | 'COMPLAINT', at: string) =>
    ses.list.put({ address, reason, updatedAt: Date.parse(at) });
  ses.setMailbox('hanako@ezweb.ne.jp', { filtersPcMail: true });
  ses.setMailbox('moved@ezweb.ne.jp', { filtersPcMail: true });
  for (const address of ['nobody@docomo.ne.jp', 'hanako@ezweb.ne.jp', 'moved@ezweb.ne.jp']) {
    await world.send(address);
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
