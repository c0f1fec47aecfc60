import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { BackfillAnswer } from '../../lib/contracts/backfill.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import {
  type BackfillRequest,
  type BackfillTools,
  backfill,
} from '../../lib/operations/backfill/backfill.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { openTable, type Table } from '../../lib/store/table.ts';
import { type InsightsReader, sesMessageInsights } from '../../lib/suppression/insights.ts';
import { type Limiter, limiter } from '../../lib/suppression/limiter.ts';
import { type SuppressionList, sesSuppressionList } from '../../lib/suppression/list.ts';
import { LocalClock } from '../../local/clock.ts';
import { LocalSes, type SesOptions } from '../../local/ses/engine.ts';
import { type SesServer, type SesServerOptions, startSes } from '../../local/ses/server.ts';
import type { TestTable } from './table.ts';

/** An account that sent mail for some time before anybody recorded its events. */
export interface BackfillScene {
  readonly clock: LocalClock;
  readonly ses: LocalSes;
  readonly server: SesServer;
  readonly store: Table;
  readonly list: SuppressionList;
  readonly insights: InsightsReader;
  readonly tools: BackfillTools;
  /** One invocation. */
  invoke(request?: BackfillRequest, tools?: Partial<BackfillTools>): Promise<BackfillAnswer>;
  /** Sends one mail to each; nobody hears of what becomes of them. */
  send(...addresses: string[]): void;
  factsOf(address: string): Promise<readonly Fact[]>;
  /** Puts every call of the DynamoDB and SES clients through this function from now on. */
  intercept(call: Interceptor | undefined): void;
  stop(): Promise<void>;
}

/** Decides what becomes of a call: makes it with `proceed`, or does not. */
type Interceptor = <T>(proceed: () => Promise<T>) => Promise<T>;

/** How a scene is set up. */
export interface BackfillSceneOptions {
  readonly ses?: SesOptions;
  readonly server?: SesServerOptions;
  readonly limiter?: (clock: LocalClock) => Limiter;
  readonly start?: string;
  /** A running table to use; the scene takes a fresh one in it. */
  readonly table: TestTable;
}

/** Prepares a scene. */
export async function backfillScene(options: BackfillSceneOptions): Promise<BackfillScene> {
  const { table } = options;
  const tableName = await table.fresh();
  const clock = new LocalClock({ start: options.start ?? '2026-10-01T00:00:00.000Z' });
  const now = () => clock.now();
  const ses = new LocalSes({ now, ...options.ses });
  clock.onMove(() => ses.tick());
  const server = await startSes(ses, options.server);
  const client = new SESv2Client({
    endpoint: server.endpoint,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  let interceptor: Interceptor | undefined;
  for (const each of [client, table.client]) {
    each.middlewareStack.add((next) => (args) => (interceptor ? interceptor(() => next(args)) : next(args)), {
      step: 'initialize',
    });
  }
  const calls = options.limiter?.(clock) ?? limiter(Number.POSITIVE_INFINITY);
  const store = openTable({ client: table.client, tableName, now });
  const tools: BackfillTools = {
    store,
    list: sesSuppressionList(client, calls),
    insights: sesMessageInsights(client, calls),
    now,
    timeIsUp: () => false,
  };
  return {
    clock,
    ses,
    server,
    store,
    list: sesSuppressionList(client, calls),
    insights: tools.insights,
    tools,
    invoke: (request = {}, other = {}) => backfill(request, { ...tools, ...other }),
    send: (...addresses) => {
      for (const to of addresses) ses.send({ from: 'みなと書店 <order@shop.example>', to: [to] });
    },
    factsOf: async (address) => (await addressRecord(store, address)).facts,
    intercept: (call) => {
      interceptor = call;
    },
    stop: async () => {
      interceptor = undefined;
      client.destroy();
      await server.stop();
    },
  };
}
