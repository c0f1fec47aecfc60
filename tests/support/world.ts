import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { readMessage } from '../../lib/events/read-message.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { cleanup } from '../../lib/operations/cleanup/run.ts';
import type { CleanupReport, CleanupRequest, CleanupTools } from '../../lib/operations/cleanup/types.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/policy/policy.ts';
import { deliveryMonths, noteDeliveries } from '../../lib/store/delivery-months.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { watchedTable } from '../../lib/store/forgotten.ts';
import { takeLease } from '../../lib/store/lease.ts';
import { putMembers } from '../../lib/store/members.ts';
import { openTable, type Table } from '../../lib/store/table.ts';
import { type AddressInsightsReader, sesAddressInsights } from '../../lib/suppression/address-insights.ts';
import { type ImportJobs, sesImportJobs } from '../../lib/suppression/import-job.ts';
import { limiter } from '../../lib/suppression/limiter.ts';
import { type EntryCalls, type SuppressionList, sesSuppressionList } from '../../lib/suppression/list.ts';
import { LocalClock } from '../../local/clock.ts';
import { type S3Server, startS3 } from '../../local/s3.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { type TestForgetKey, testForgetKey } from './forget-key.ts';
import { memorySes } from './memory-ses.ts';
import { memoryTable } from './memory-table.ts';
import { startTable, type TestTable } from './table.ts';

/** A SES account with its list, a table and a clock, on local servers behind the real SDK clients. */
export interface World {
  readonly clock: LocalClock;
  readonly ses: LocalSes;
  readonly server: SesServer;
  readonly s3: S3Server;
  readonly table: TestTable;
  readonly store: Table;
  /** The key of forgotten people; `reset` takes another. */
  readonly forgetKey: TestForgetKey;
  readonly list: SuppressionList;
  /** The same list as another process sees it: it does not wait while `list` is held for a removal. */
  readonly listElsewhere: SuppressionList;
  readonly importJobs: ImportJobs;
  /** The import jobs of that other process. */
  readonly importJobsElsewhere: ImportJobs;
  readonly addressInsights: AddressInsightsReader;
  /** Sends mail and records the events, as ingest would. */
  send(...addresses: string[]): Promise<void>;
  /** Records that the shop knows these customers. */
  members(...addresses: string[]): Promise<void>;
  /** One cleanup run; throws when another holds the lease. */
  run(request?: Partial<CleanupRequest>, tools?: Partial<CleanupTools>): Promise<CleanupReport>;
  /**
   * Puts every call of the DynamoDB, SES and S3 clients through this function from now on, or with undefined lets
   * them pass: to fail or die at a chosen call.
   */
  intercept(call: Interceptor | undefined): void;
  /** Empties table, list and mailboxes, and sets the clock back. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const START = '2026-10-01T00:00:00.000Z';

/** Policy of the tests: the default without waiting for a cool-down. */
export const EAGER_POLICY: Policy = { ...DEFAULT_POLICY, coolDownHours: 0 };

/** A call of a client: the name of its command, such as `DeleteSuppressedDestinationCommand`, and what is asked. */
export interface ClientCall {
  readonly name: string;
  readonly input: object;
}

/** Decides what becomes of a call: makes it with `proceed`, or does not. */
export type Interceptor = <T>(proceed: () => Promise<T>, call: ClientCall) => Promise<T>;

/** The part of a SDK client's middleware stack that sees each call once, before any retry. */
interface Interceptable {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<unknown>,
        context: { readonly commandName?: string },
      ) => (args: never) => Promise<unknown>,
      options: { step: 'initialize' },
    ): void;
  };
}

/** The list with some of the calls replaced that a removal makes while it holds the pace. */
export function withEntryCalls(
  list: SuppressionList,
  replace: (own: EntryCalls) => Partial<EntryCalls>,
): SuppressionList {
  return { ...list, alone: (work) => list.alone((own) => work({ ...own, ...replace(own) })) };
}

/** Starts a world; `table` in place of a database of its own; `inMemory`: nor are SES and S3 called over HTTP. */
export async function startWorld(
  options: { readonly table?: TestTable; readonly inMemory?: true } = {},
): Promise<World> {
  const { inMemory = false } = options;
  const table = options.table ?? (inMemory ? memoryTable() : await startTable());
  const clock = new LocalClock({ start: START });
  const s3 = await startS3();
  let events: string[] = [];
  let ses = new LocalSes({ now: () => clock.now() });
  const newSes = () => {
    ses = new LocalSes({ now: () => clock.now() });
    ses.addTap({ format: 'notification', publish: (message) => events.push(message) });
    return ses;
  };
  newSes();
  let server = await startSes(ses, { readObject: s3.read });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const region = 'ap-northeast-1';
  const memory = inMemory ? memorySes(() => ses) : undefined;
  const newClient = (maxAttempts: number) =>
    memory?.client(maxAttempts) ??
    new SESv2Client({ endpoint: server.endpoint, region, credentials, maxAttempts });
  let sesClient = newClient(3);
  let deleting = newClient(1);
  const s3Client =
    memory?.s3 ?? new S3Client({ endpoint: s3.endpoint, region, credentials, forcePathStyle: true });
  let interceptor: Interceptor | undefined;
  const observe = (client: unknown) =>
    (client as Interceptable).middlewareStack.add(
      (next, { commandName: name = '' }) =>
        (args: { readonly input: object }) => {
          const proceed = () => next(args as never);
          return interceptor ? interceptor(proceed, { name, input: args.input }) : proceed();
        },
      { step: 'initialize' },
    );
  for (const client of [table.client, sesClient, deleting, s3Client]) observe(client);
  const unlimited = limiter(Number.POSITIVE_INFINITY);
  let forgetKey = testForgetKey();
  let runs = 0;

  const world = {
    clock,
    s3,
    table,
    get ses() {
      return ses;
    },
    get server() {
      return server;
    },
    get store() {
      const plain = openTable({ client: table.client, tableName: table.tableName, now: () => clock.now() });
      return watchedTable(plain, forgetKey);
    },
    get forgetKey() {
      return forgetKey;
    },
    get list() {
      return sesSuppressionList(sesClient, unlimited, deleting);
    },
    get listElsewhere() {
      return sesSuppressionList(sesClient, limiter(Number.POSITIVE_INFINITY), deleting);
    },
    get importJobs() {
      return sesImportJobs({ ses: sesClient, s3: s3Client, bucket: 'imports', limiter: unlimited });
    },
    get importJobsElsewhere() {
      const own = limiter(Number.POSITIVE_INFINITY);
      return sesImportJobs({ ses: sesClient, s3: s3Client, bucket: 'imports', limiter: own });
    },
    get addressInsights() {
      return sesAddressInsights(sesClient, unlimited);
    },
    async send(...addresses: string[]) {
      for (const to of addresses) ses.send({ from: 'order@shop.example', to: [to] });
      ses.drain();
      const facts = events.flatMap((message): readonly Fact[] => {
        const read = readMessage(message);
        return read.outcome === 'facts' ? read.facts : [];
      });
      events = [];
      await putFacts(world.store, facts);
      await noteDeliveries(world.store, facts, { noted: new Set(), now: clock.now(), retentionDays: 400 });
    },
    async members(...addresses: string[]) {
      await putMembers(
        world.store,
        addresses.map((address) => ({ address, since: '2024-01-01T00:00:00.000Z', source: 'members.csv' })),
      );
    },
    async run(request: Partial<CleanupRequest> = {}, tools: Partial<CleanupTools> = {}) {
      runs += 1;
      const runId = `run-${runs}`;
      const defaults = {
        store: world.store,
        list: world.list,
        policy: EAGER_POLICY,
        addressInsights: world.addressInsights,
        deliveryMonths: await deliveryMonths(world.store),
        now: () => clock.now(),
        sleep: async () => {},
      };
      try {
        const lease = await takeLease(world.store, runId, clock.now(), 1);
        if (lease === undefined) throw new Error('another run holds the lease');
        return await cleanup({ mode: 'apply', ...request }, { ...defaults, runId, lease, ...tools });
      } finally {
        // The lease ends with its millisecond, also when the run died, so that the next one need not wait.
        clock.advance(1_000);
      }
    },
    intercept(call: Interceptor | undefined) {
      interceptor = call;
    },
    async reset() {
      await table.fresh();
      forgetKey = testForgetKey();
      clock.set(START);
      events = [];
      sesClient.destroy();
      deleting.destroy();
      await server.stop();
      server = await startSes(newSes(), { readObject: s3.read });
      sesClient = newClient(3);
      deleting = newClient(1);
      for (const client of [sesClient, deleting]) observe(client);
    },
    async stop() {
      sesClient.destroy();
      deleting.destroy();
      s3Client.destroy();
      await Promise.all([server.stop(), s3.stop(), table.stop()]);
    },
  };
  return world;
}
