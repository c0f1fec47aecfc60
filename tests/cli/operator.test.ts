import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callerName } from '../../cli/operator.ts';
import { FUNCTIONS } from '../../lib/contracts/functions.ts';
import type { LocalServer } from '../../local/http.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { startSts } from '../../local/sts.ts';
import { ADDRESS } from '../deployment/functions.ts';
import { ofTomorrow } from '../support/answers.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

/** Who decides, as the audit is told. */

const ROLE = 'arn:aws:sts::123456789012:assumed-role';

describe('the name of a caller', () => {
  it.each([
    ['arn:aws:iam::123456789012:user/suzuki', 'suzuki'],
    ['arn:aws:iam::123456789012:user/desk/tokyo/suzuki', 'suzuki'],
    [`${ROLE}/AWSReservedSSO_Operator_0123456789abcdef/suzuki@shop.example`, 'suzuki@shop.example'],
    ['arn:aws-cn:sts::123456789012:federated-user/suzuki', 'suzuki'],
    ['arn:aws:iam::123456789012:root', 'root'],
    // Sessions that a program named: each time another word.
    [`${ROLE}/Operator/aws-sdk-js-1764374400000`, 'Operator'],
    [`${ROLE}/Operator/botocore-session-1764374400`, 'Operator'],
    [`${ROLE}/Bastion/i-0123456789abcdef0`, 'Bastion'],
    ['arn:aws:iam::123456789012:user/', undefined],
    ['nonsense', undefined],
    ['', undefined],
  ])('of %s is %s', (arn, name) => {
    expect(callerName(arn)).toBe(name);
  });
});

describe('the operator of a command', () => {
  let cli: CliFolder;
  let lambda: LambdaServer;
  let sts: LocalServer;
  let operators: unknown[];

  beforeAll(async () => {
    lambda = await startLambda({
      functions: Object.fromEntries(
        FUNCTIONS.flatMap(({ name }) =>
          [`todoku-local-${name}`, `todoku-prod-${name}`].map((full) => [full, name]),
        ).map(([full = '', name = '']) => [
          full,
          async (event: unknown) => {
            operators.push((event as { operator?: unknown }).operator);
            return ofTomorrow(name, event);
          },
        ]),
      ),
    });
    sts = await startSts(`${ROLE}/Operator/suzuki`);
  });
  beforeEach(() => {
    operators = [];
    cli = cliFolder();
    cli.useLocal(lambda.endpoint, { stsEndpoint: sts.endpoint });
  });
  afterEach(() => cli.remove());
  afterAll(() => Promise.all([lambda.stop(), sts.stop()]));

  it.each([
    ['stop', '--reason', 'a wave'],
    ['resume'],
    ['remove', ADDRESS, '--reason', 'asked', '--yes'],
    ['reject', '20261101-0123456789'],
    ['rescue', 'stop'],
    ['rules', 'enable', 'filtered', '--reason', 'mended'],
    ['note', ADDRESS, '--text', 'called'],
  ])('%s is the name of the AWS identity that calls', async (...words) => {
    const { stderr } = await cli.run(...words, '--local');
    expect([operators, stderr]).toEqual([['suzuki'], '']);
  });

  it('is whom the option names, else the variable', async () => {
    cli.environment.TODOKU_OPERATOR = 'ito';
    await cli.run('resume', '--local');
    await cli.run('resume', '--local', '--operator', 'sato');
    expect(operators).toEqual(['ito', 'sato']);
  });

  it('is the account on this machine where AWS cannot say, and the operator is told', async () => {
    cli.useLocal(lambda.endpoint, { stsEndpoint: 'http://127.0.0.1:9' });
    const { stderr } = await cli.run('resume', '--local');
    expect(operators).toEqual(['tester']);
    expect(stderr).toMatch(
      /^todoku: AWS could not be asked who calls, so the operator is "tester", the account on/,
    );
    expect(stderr.split('\n')).toHaveLength(2);
    expect((await cli.run('resume', '--local', '--lang', 'ja')).stderr).toMatch(
      /呼び出し元を確認できないため/,
    );
  });

  it('is no name of todoku’s own, also not by a session called so', async () => {
    const cleanup = await startSts(`${ROLE}/Operator/cleanup`);
    cli.useLocal(lambda.endpoint, { stsEndpoint: cleanup.endpoint });
    expect(await cli.run('resume', '--local')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('give your name with --operator or TODOKU_OPERATOR'),
    });
    expect(operators).toEqual([]);
    await cleanup.stop();
  });

  it('is asked of STS with the account’s own settings, once', async () => {
    Object.assign(cli.environment, {
      AWS_REGION: 'ap-northeast-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_STS: sts.endpoint,
      AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
    });
    const { code, stderr } = await cli.start('resume');
    expect([code, stderr, operators]).toEqual([0, '', ['suzuki']]);
  });
});

describe('the local STS', () => {
  it('answers the SDK in AWS’s own form, and refuses what it does not know', async () => {
    const server = await startSts();
    const client = new STSClient({
      endpoint: server.endpoint,
      region: 'ap-northeast-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { Account, Arn, UserId } = await client.send(new GetCallerIdentityCommand({}));
    expect([Account, UserId, Arn]).toEqual([
      '123456789012',
      expect.any(String),
      expect.stringMatching(/^arn:aws:iam::123456789012:user\/[\w+=,.@-]+$/),
    ]);
    const unknown = await fetch(server.endpoint, { method: 'POST', body: 'Action=AssumeRole' });
    expect([unknown.status, await unknown.text()]).toEqual([
      400,
      expect.stringContaining('<Code>InvalidAction</Code>'),
    ]);
    client.destroy();
    await server.stop();
  });
});
