import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import type { CleanupReport, CleanupTools } from '../../lib/operations/cleanup/types.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { openTable } from '../../lib/store/table.ts';
import { limiter } from '../../lib/suppression/limiter.ts';
import { sesSuppressionList } from '../../lib/suppression/list.ts';
import type { Fault as SesFault } from '../../local/ses/faults.ts';
import { type FaultProxy, faults, type Fault as TableFault } from '../support/proxy.ts';
import { EAGER_POLICY, type World } from '../support/world.ts';

/**
 * Random worlds for the properties of a cleanup: who is on the list and why, which runs follow one another, and what
 * breaks in each.
 */

const DAY = 86_400_000;

/** Carriers whose filters refuse, that file, that drop; and two where an unknown user is just that. */
const CARRIER_DOMAINS = ['ezweb.ne.jp', 'au.com', 'docomo.ne.jp', 'softbank.ne.jp'] as const;
const OTHER_DOMAINS = ['gmail.com', 'example.jp'] as const;

const person = fc.record({
  domain: fc.constantFrom(...CARRIER_DOMAINS, 'ezweb.ne.jp', 'ezweb.ne.jp', ...OTHER_DOMAINS),
  /** What the mailbox does with the mail that may list the address; `listed-…`: on the list, and nobody knows why. */
  nature: fc.constantFrom(
    ...(['filters', 'filters', 'filters', 'filters', 'unknown', 'full', 'complains'] as const),
    ...(['listed-bounce', 'listed-complaint'] as const),
  ),
  /** What the shop knows of the address: its own record, a mail that arrived earlier, or nothing. */
  known: fc.constantFrom(...(['member', 'delivered', 'stranger'] as const)),
  /** SES refuses the address in single calls. */
  slash: fc.nat(9).map((one) => one === 0),
});

/** See {@link person}. */
export type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

const sesFault: fc.Arbitrary<SesFault> = fc.record({
  match: fc.constantFrom(
    ...[
      'GetAccount',
      'ListSuppressedDestinations',
      'GetSuppressedDestination',
      'DeleteSuppressedDestination',
    ],
    ...['GetSuppressedDestination', 'DeleteSuppressedDestination', 'CreateImportJob', 'GetImportJob'],
  ),
  kind: fc.constantFrom(...(['throttle', '5xx', 'reset', 'reset', 'garbage', 'late'] as const)),
  takesEffect: fc.boolean(),
  after: fc.nat(2),
  times: fc.constantFrom(1, 1, 2, 3),
  delayMs: fc.constant(20),
});

/** Calls to the table that pass before the next fault, what then happens, and to how many calls. */
const tableFault = fc.record({
  after: fc.nat(20),
  kind: fc.constantFrom(
    ...(['internalError', 'throttled', 'reset', 'garbage', 'unprocessed', 'lost', 'late'] as const),
  ),
  times: fc.integer({ min: 1, max: 3 }),
});

const step = fc.record({
  mode: fc.constantFrom('apply', 'apply', 'apply', 'propose'),
  full: fc.boolean(),
  /** Hours that pass before the run. */
  hours: fc.constantFrom(0, 1, 25),
  /** Someone whose entry has become a complaint before the run, someone who is sent a mail: by index, none above. */
  complains: fc.nat(20),
  writtenTo: fc.nat(20),
  /** Times the run may look at its clock before its time is up. */
  looks: fc.constantFrom(0, 1, 2, 4, 8, 1_000, 1_000, 1_000, 1_000).map((looks): number => looks),
  sesFaults: fc.array(sesFault, { maxLength: 4 }),
  tableFaults: fc.array(tableFault, { maxLength: 4 }),
});

/** One run of a plan. */
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A world and what happens to it. */
export const plan = fc.record({
  people: fc.array(person, { minLength: 3, maxLength: 9 }),
  perRun: fc.nat(4),
  perDay: fc.nat(5),
  oneByOne: fc.nat(3),
  importJobs: fc.boolean(),
  /** Few entries a page, so that runs end between pages. */
  pageSize: fc.constantFrom(2, 3, 1_000),
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
});

/** See {@link plan}. */
export type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** The address of a plan's nth person. */
export function addressOf({ slash, domain }: Person, index: number): string {
  return `p${index}${slash ? '/x' : ''}@${domain}`;
}

/**
 * Whether nothing may ever remove this entry by itself: nobody knows why it is there, or all that is known is that
 * the mailbox does not exist. Outside the carriers a refusal is never read as a filter.
 */
export function mustStay({ nature, known, domain }: Person): boolean {
  if (nature === 'listed-bounce' || nature === 'listed-complaint' || nature === 'complains') return true;
  return nature === 'unknown' && (known === 'stranger' || OTHER_DOMAINS.some((each) => each === domain));
}

/** The policy of a plan; `generous` leaves limits aside. */
export function policyOf({ perRun, perDay, oneByOne }: Plan, generous = false): Policy {
  const limits = generous ? {} : { maximumRemovalsPerRun: perRun, maximumRemovalsPerDay: perDay };
  return { ...EAGER_POLICY, ...limits, removalsOneByOne: oneByOne };
}

/** Fills an empty world with the plan's people. */
export async function populate(world: World, { people }: Plan): Promise<void> {
  const all = people.map((each, index) => ({ ...each, address: addressOf(each, index) }));
  for (const { address, known } of all.filter(({ nature }) => !nature.startsWith('listed'))) {
    if (known !== 'delivered') continue;
    world.ses.setMailbox(address, {});
    await world.send(address);
  }
  world.clock.advance(DAY);
  for (const { address, nature } of all) {
    if (nature === 'filters') world.ses.setMailbox(address, { exists: true, filtersPcMail: true });
    else if (nature === 'full') world.ses.setMailbox(address, { exists: true, full: true });
    else if (nature === 'complains') world.ses.setMailbox(address, { exists: true, reaction: 'complains' });
    else if (nature === 'unknown') world.ses.setMailbox(address, { exists: false });
    if (nature === 'listed-bounce' || nature === 'listed-complaint') {
      const reason = nature === 'listed-bounce' ? 'BOUNCE' : 'COMPLAINT';
      world.ses.list.put({ address, reason, updatedAt: world.clock.time() });
    } else await world.send(address);
  }
  await world.members(...all.filter(({ known }) => known === 'member').map(({ address }) => address));
  world.clock.advance(DAY);
}

/** What a run left behind. `failed`: addresses it gave up, as it said itself. */
export interface RunOutcome {
  /** Undefined: the run died of a fault it could not go on with. */
  readonly report: CleanupReport | undefined;
  readonly failed: readonly string[];
}

/** Makes one run of a plan in a world, with the faults of a step when one is given. */
export async function runOnce(
  world: World,
  proxy: FaultProxy,
  plan: Plan,
  how: { step?: Step; full?: boolean; policy: Policy },
): Promise<RunOutcome> {
  const { step: disturbed } = how;
  const local = { region: 'ap-northeast-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  // Two attempts, so that few faults get past the SDK's patience.
  const ses = new SESv2Client({ ...local, endpoint: world.server.endpoint, maxAttempts: 2 });
  ses.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        next(
          commandName === 'ListSuppressedDestinationsCommand'
            ? { ...args, input: { ...args.input, PageSize: plan.pageSize } }
            : args,
        ),
    { step: 'initialize' },
  );
  const dynamo = new DynamoDBClient({ ...local, endpoint: proxy.endpoint, maxAttempts: 2 });
  const client = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  const { tableName } = world.table;
  const failed: string[] = [];
  let looks = 0;
  const tools: Partial<CleanupTools> = {
    store: openTable({ client, tableName, now: () => world.clock.now(), sleep: async () => {} }),
    list: sesSuppressionList(ses, limiter(Number.POSITIVE_INFINITY)),
    policy: how.policy,
    timeIsUp: () => {
      looks += 1;
      return looks > (disturbed?.looks ?? Number.POSITIVE_INFINITY);
    },
    sleep: async () => {},
    onFailure: (address) => failed.push(address),
    ...(plan.importJobs && { importJobs: world.importJobs }),
  };
  for (const fault of disturbed?.sesFaults ?? []) world.server.faults.inject(fault);
  proxy.faults.push(...tableFaults(disturbed, world.table.endpoint));
  try {
    const request = { mode: disturbed?.mode ?? 'apply', full: disturbed?.full ?? how.full ?? false };
    return { report: await world.run(request, tools), failed };
  } catch {
    return { report: undefined, failed };
  } finally {
    world.server.faults.clear();
    proxy.reset();
    ses.destroy();
    dynamo.destroy();
  }
}

function tableFaults(step: Step | undefined, target: string): TableFault[] {
  const lost: TableFault = (request, response) => {
    void forwarded(target, request).finally(() => response.destroy());
    return 'answered';
  };
  const late: TableFault = (request, response) => {
    void forwarded(target, request)
      .then(async (answer) => ({ status: answer.status, body: await answer.text() }))
      .then(({ status, body }) => {
        const write = () => response.writeHead(status, { 'content-type': AMAZON_JSON }).end(body);
        setTimeout(write, 20);
      });
    return 'answered';
  };
  // Only a batch can be left unprocessed; another call is throttled instead.
  const unprocessed: TableFault = (request, response) =>
    request.header('x-amz-target')?.endsWith('BatchWriteItem')
      ? faults.unprocessed(request, response)
      : faults.throttled(request, response);
  return (step?.tableFaults ?? []).flatMap(({ after, kind, times }) => [
    ...Array.from({ length: after }, () => faults.none),
    ...Array.from({ length: times }, () => ({ ...faults, lost, late, unprocessed })[kind]),
  ]);
}

const AMAZON_JSON = 'application/x-amz-json-1.0';

/** Lets a request to the table take effect. */
function forwarded(target: string, request: Parameters<TableFault>[0]): Promise<Response> {
  const headers = ['x-amz-target', 'x-amz-date', 'authorization', 'content-type'].map(
    (name): [string, string] => [name, request.header(name) ?? ''],
  );
  return fetch(target, { method: 'POST', headers, body: request.body });
}
