import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AttemptedMail, explainSendFailure } from '../../lib/authentication/test-mail/send-failure.ts';
import { sendAndFollow } from '../../lib/authentication/test-mail/test-send.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { sceneIdentities } from '../../local/sender-scene.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { useLocalEnvironment, useTable } from '../support/environment.ts';
import { bounceText } from '../support/events.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';

/** `todoku senders test-send` as a process of its own, against a local SES, the real look-up and a table. */
let table: TestTable;
let world: LocalSes;
let ses: SesServer;
let lambda: LambdaServer;
let cli: CliFolder;
let record: (message: string) => Promise<unknown>;

beforeAll(async () => {
  table = memoryTable();
  world = new LocalSes({
    identities: [
      ...sceneIdentities(),
      { name: 'plain.example' },
      { name: 'pending.example', verified: false },
    ],
    // Nothing becomes of a mail on its own: each test says what does.
    latencyMs: 3_600_000,
  });
  ses = await startSes(world);
  useLocalEnvironment({
    AWS_ENDPOINT_URL_SESV2: ses.endpoint,
    SES_CALLS_PER_SECOND: '100000',
  });
  await useTable(table);
  const { handler: lookup } = await import('../../functions/lookup.ts');
  const { handler: ingest } = await import('../../functions/ingest.ts');
  lambda = await startLambda({
    functions: { 'todoku-local-lookup': lookup, 'todoku-local-ingest': ingest },
  });
  const { LocalTopic } = await import('../../local/sns.ts');
  const topic = new LocalTopic({ subscriptions: [{ name: 'ingest', handler: ingest as never }] });
  record = async (message) => {
    topic.publish(message);
    await topic.idle();
  };
  cli = cliFolder();
  cli.useLocal(lambda.endpoint);
  useSes(ses.endpoint);
});
afterEach(() => {
  ses.faults.clear();
  Object.assign(world.account, { enforcementStatus: 'HEALTHY', sendingEnabled: true });
});
afterAll(async () => {
  cli.remove();
  await Promise.all([lambda.stop(), ses.stop(), table.stop()]);
});

function useSes(sesEndpoint: string): void {
  cli.file(
    '.todoku/local.json',
    JSON.stringify({ lambdaEndpoint: lambda.endpoint, region: 'ap-northeast-1', sesEndpoint }),
  );
}

const send = (from: string, to: string, ...more: string[]) =>
  cli.run('senders', 'test-send', '--local', '--from', from, '--to', to, ...more);

/** The id of the mail just sent to an address, once SES has taken it. */
async function messageTo(address: string): Promise<string> {
  for (let look = 0; look < 1_500; look += 1) {
    const found = [...world.recentTraces()].find(({ mail }) => mail.destination.includes(address));
    if (found) return found.mail.messageId;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no mail to ${address} within half a minute`);
}

describe('a mail that SES does not take', () => {
  const to = 'yuki@example.jp';
  it.each<[string, string, string[], RegExp, () => void]>([
    [
      'an unknown sender',
      'x@other.example',
      [],
      /^todoku: x@other\.example is not verified in SES/,
      () => {},
    ],
    ['a sender not yet verified', 'x@pending.example', [], /x@pending\.example is not verified/, () => {}],
    [
      'a configuration set that does not exist',
      'order@shop.example',
      ['--configuration-set', 'orders'],
      /^todoku: there is no configuration set "orders" in this account and Region; there is: shop-mail$/,
      () => {},
    ],
    [
      'a suspended account',
      'order@shop.example',
      [],
      /Trust & Safety/,
      () => Object.assign(world.account, { enforcementStatus: 'SHUTDOWN' }),
    ],
    [
      'paused sending',
      'order@shop.example',
      [],
      /sending is paused/,
      () => Object.assign(world.account, { sendingEnabled: false }),
    ],
    [
      'throttling',
      'order@shop.example',
      [],
      /wait, then try again/,
      () => ses.faults.inject({ match: 'SendEmail', times: 10, kind: 'throttle' }),
    ],
    [
      'a broken connection',
      'order@shop.example',
      [],
      /AWS cannot be reached/,
      () => ses.faults.inject({ match: 'SendEmail', times: 10, kind: 'reset' }),
    ],
  ])('%s: one line that says what to do, and a code that is not that of a bounce', async (...row) => {
    const [, from, more, words, arrange] = row;
    arrange();
    const { code, stdout, stderr } = await send(from, to, ...more);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((line) => !line.includes('no configuration set is named'))).toEqual([
      expect.stringMatching(words),
    ]);
  });

  it('is said in Japanese too', async () => {
    const { code, stderr } = await send(
      'x@other.example',
      to,
      '--configuration-set',
      'shop-mail',
      '--lang',
      'ja',
    );
    expect(code).toBe(3);
    expect(stderr).toBe(
      'todoku: x@other.example は、このアカウントとリージョンの SES で確認（検証）されていません。--from の綴りと --region を確かめるか、ドメインを SES で確認してください。\n',
    );
  });

  it('for want of credentials, Region, addresses or a mandatory option: code 3 as well', async () => {
    const plain = ['senders', 'test-send', '--from', 'order@shop.example', '--to', to] as const;
    // Processes of their own: the SDK reads credentials and Region from the variables of the process.
    const without = await cli.start(...plain, '--region', 'ap-northeast-1');
    expect(without).toMatchObject({ code: 3, stdout: '' });
    expect(without.stderr).toMatch(/^todoku: no AWS credentials: .*\n$/);
    expect(await cli.start(...plain)).toMatchObject({ code: 3, stderr: expect.stringContaining('--region') });
    expect(await send('order', to)).toMatchObject({ code: 3, stderr: expect.stringContaining('--from') });
    expect((await cli.run('senders', 'test-send', '--to', to)).code).toBe(3);
  });
});

describe('errors that the local SES does not make', () => {
  const mail: AttemptedMail = { from: 'Shop <order@shop.example>', to: 'you@gmail.example' };
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });
  it.each([
    ['MailFromDomainNotVerifiedException', 'x', /MAIL FROM/],
    ['LimitExceededException', 'Daily message quota exceeded.', /24 hours/],
    ['AccessDeniedException', 'User is not authorized to perform ses:SendEmail', /allow ses:SendEmail/],
    ['ExpiredTokenException', 'The security token included in the request is expired', /have expired/],
    ['InvalidClientTokenId', 'x', /does not accept the credentials/],
    ['SomethingNewException', 'words\n of SES\u001b[2J', /SES did not take the mail: words of SES/],
    [
      'MessageRejected',
      'Email address is not verified. The following identities failed the check in region X: you@gmail.example',
      /sandbox and the recipient you@gmail\.example/,
    ],
  ])('%s', (name, message, words) => {
    const { ja, en } = explainSendFailure(named(name, message), mail);
    expect(en).toMatch(words);
    expect(ja).not.toBe(en);
    expect([...ja, ...en].filter((letter) => letter < ' ')).toEqual([]);
  });
});

describe('a mail that is followed', () => {
  it('is told from another to the same address that bounces meanwhile', async () => {
    const to = 'parallel@example.jp';
    const running = send('order@shop.example', to, '--json', '--seconds', '6');
    await messageTo(to);
    await record(bounceText({ address: to, feedbackId: 'other', mail: { messageId: 'another-mail' } }));
    const { code, stdout } = await running;
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'unknown', events: [{ kind: 'send' }] });
    expect(stdout).not.toContain('another-mail');
    expect(code).toBe(2);
  });

  it('ends with its own bounce', async () => {
    const to = 'own@example.jp';
    const running = send('order@shop.example', to, '--json', '--seconds', '60');
    const messageId = await messageTo(to);
    await record(bounceText({ address: to, feedbackId: 'own', mail: { messageId } }));
    const { code, stdout } = await running;
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'bounced',
      configurationSet: { source: 'identity', name: 'shop-mail' },
      events: expect.arrayContaining([expect.objectContaining({ kind: 'bounce', messageId })]),
    });
    expect(code).toBe(1);
  });

  it('without any configuration set: says before and after that no event may be recorded', async () => {
    const { code, stdout, stderr } = await send('a@plain.example', 'plain@example.jp', '--seconds', '2');
    expect(stderr).toContain('no configuration set is named and the identity has no default one');
    expect(stdout).toContain('try again with --configuration-set');
    expect(code).toBe(2);
  });

  it('with the default one of its identity: says whose events to look at', async () => {
    const { stdout, stderr } = await send('order@shop.example', 'default@example.jp', '--seconds', '2');
    expect(stderr).toBe('');
    expect(stdout).toContain('configuration set "shop-mail"');
  });

  it('is watched on when one look into the records fails, and says why when the last one did', async () => {
    let looks = 0;
    const result = await sendAndFollow(
      {
        send: async () => 'id',
        insights: async () => [],
        timeline: async () => {
          looks += 1;
          if (looks > 1) throw new Error('no answer');
          return [];
        },
        sleep: async () => {},
      },
      {
        from: 'a@a.example',
        to: 'b@b.example',
        token: 't',
        configurationSet: { source: 'none' },
        attempts: 3,
      },
    );
    expect(looks).toBe(4);
    expect(result).toMatchObject({ outcome: 'unknown', messageId: 'id', unread: 'no answer' });
    expect(result.unreadText).toEqual({ ja: '原因不明のエラー', en: 'no answer' });
  });
});
