import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetAll } from '../../functions/once.ts';
import { type CloudWatchServer, startCloudWatch } from '../../local/cloudwatch.ts';
import { snsEvent } from '../../local/envelopes.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type SqsServer, startSqs } from '../../local/sqs.ts';
import { useLocalEnvironment } from '../support/environment.ts';
import { type Fault, type FaultProxy, faults, startProxy } from '../support/proxy.ts';
import { startWorld, type World } from '../support/world.ts';

const HANAKO = 'hanako@ezweb.ne.jp';

let world: World;
let proxy: FaultProxy;
let cloudWatch: CloudWatchServer;
let sqsServer: SqsServer;
let sqs: FaultProxy;
let lambdaServer: LambdaServer;
let lambda: FaultProxy;
/** What the function asked to be invoked with. */
const continued: unknown[] = [];
let cleanup: (event: unknown, context?: Context) => Promise<unknown>;
let ingest: (event: unknown) => Promise<unknown>;

beforeAll(async () => {
  world = await startWorld();
  proxy = await startProxy(world.table.endpoint);
  cloudWatch = await startCloudWatch();
  sqsServer = await startSqs({ queues: ['dead-letters'] });
  sqs = await startProxy(sqsServer.endpoint);
  lambdaServer = await startLambda({ functions: { cleanup: async (event) => continued.push(event) } });
  lambda = await startProxy(lambdaServer.endpoint);
  useLocalEnvironment({
    AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
    AWS_ENDPOINT_URL_SESV2: world.server.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
    AWS_LAMBDA_FUNCTION_NAME: 'cleanup',
    DEAD_LETTER_QUEUE_URL: `${sqs.endpoint}/123456789012/dead-letters`,
    TABLE_NAME: world.table.tableName,
    SES_CALLS_PER_SECOND: '1000',
    // What is not answered within this is given up: long beside an answer of the local servers, on a busy machine too.
    CALL_TIMEOUT_MS: '1500',
  });
  ({ handler: cleanup } = await import('../../functions/cleanup.ts'));
  ({ handler: ingest } = await import('../../functions/ingest.ts'));
});
afterAll(() =>
  Promise.all([world, proxy, cloudWatch, sqs, sqsServer, lambda, lambdaServer].map((each) => each.stop())),
);

/** No answer, ever. */
const hang: Fault = () => 'answered';

describe('the cleanup function, when answers do not come', () => {
  it('gives a call up, makes it again, and ends as if nothing had happened', async () => {
    world.clock.set(new Date(Date.now() - 5 * 86_400_000).toISOString());
    world.ses.setMailbox(HANAKO, {});
    await world.send(HANAKO);
    world.clock.advance(86_400_000);
    world.ses.setMailbox(HANAKO, { filtersPcMail: true });
    await world.send(HANAKO);

    // One call to SES and one to the table are never answered.
    world.server.faults.inject({ match: 'GetSuppressedDestination', kind: 'hang' });
    proxy.faults.push(...Array.from({ length: 3 }, () => faults.none), hang);
    expect(await cleanup({ mode: 'apply' })).toMatchObject({ counts: { removed: 1 }, unfinished: false });
    expect(world.server.count('GetSuppressedDestination')).toBe(2);
    expect(world.ses.list.get(HANAKO)).toBeUndefined();
  });
});

describe('a function that hands something on', () => {
  it('asks again when the answer does not come', async () => {
    world.ses.setMailbox(HANAKO, { filtersPcMail: true });
    await world.send(HANAKO);
    sqs.faults.push(hang);
    lambda.faults.push(hang);
    const outOfTime = { getRemainingTimeInMillis: () => 0 } as Context;
    await Promise.all([ingest(snsEvent(['no JSON'])), cleanup({ mode: 'propose', full: true }, outOfTime)]);
    expect(sqsServer.bodies('dead-letters')).toEqual(['no JSON']);
    await lambdaServer.idle();
    expect(continued).toEqual([{ mode: 'propose', patience: 600 }]);
  });
});

describe('the limits of a deployed function', () => {
  it('are the documented ones, whatever the tests above put in their place', async () => {
    const { requestHandlerOptions, SHORT_TIME_LIMITS, TIME_LIMITS } = await import(
      '../../functions/clients.ts'
    );
    useLocalEnvironment({ CALL_TIMEOUT_MS: undefined });
    forgetAll();
    expect(requestHandlerOptions(TIME_LIMITS)).toEqual({
      connectionTimeout: 2_000,
      requestTimeout: 10_000,
      throwOnRequestTimeout: true,
    });
    expect(requestHandlerOptions(SHORT_TIME_LIMITS)).toMatchObject({
      connectionTimeout: 2_000,
      requestTimeout: 5_000,
    });
    expect(readFileSync('docs/scale.md', 'utf8')).toContain('gives a connection 2 s and a call 10 s');
    expect(readFileSync('serverless.yml', 'utf8')).not.toContain('CALL_TIMEOUT_MS');
  });
});
