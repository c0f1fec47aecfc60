import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudWatchServer, startCloudWatch } from '../../local/cloudwatch.ts';
import { useLocalEnvironment } from '../support/environment.ts';
import { type Fault, type FaultProxy, faults, startProxy } from '../support/proxy.ts';
import { startWorld, type World } from '../support/world.ts';

const HANAKO = 'hanako@ezweb.ne.jp';

let world: World;
let proxy: FaultProxy;
let cloudWatch: CloudWatchServer;
let handler: (event: unknown) => Promise<unknown>;

beforeAll(async () => {
  world = await startWorld();
  proxy = await startProxy(world.table.endpoint);
  cloudWatch = await startCloudWatch();
  useLocalEnvironment({
    AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
    AWS_ENDPOINT_URL_SESV2: world.server.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
    TABLE_NAME: world.table.tableName,
    SES_CALLS_PER_SECOND: '1000',
  });
  ({ handler } = await import('../../functions/cleanup.ts'));
});
afterAll(() => Promise.all([world.stop(), proxy.stop(), cloudWatch.stop()]));

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
    expect(await handler({ mode: 'apply' })).toMatchObject({ counts: { removed: 1 }, unfinished: false });
    expect(world.server.count('GetSuppressedDestination')).toBe(2);
    expect(world.ses.list.get(HANAKO)).toBeUndefined();
  });
});
