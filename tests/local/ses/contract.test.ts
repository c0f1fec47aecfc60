import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import * as first from '@aws-sdk/client-ses';
import * as second from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { SES_ERROR_STATUS } from '../../../local/ses/errors.ts';
import { QUERY_OPERATIONS } from '../../../local/ses/notifications.ts';
import { OPERATIONS } from '../../../local/ses/operations.ts';
import { worlds } from '../../support/thorough.ts';
import { type ServedScene, servedScene } from './support.ts';

/**
 * The local SES beside the model of SES that the SDK brings along: where each call is, what it answers to the SDK and
 * to the AWS CLI, and by which errors it refuses.
 */

const TOPIC = 'arn:aws:sns:ap-northeast-1:123456789012:events';
const ADDRESS = 'taro@ezweb.ne.jp';
const SET = { ConfigurationSetName: 'shop-mail' };
const DESTINATION = { ...SET, EventDestinationName: 'one' };
const DEFINITION = {
  Enabled: true,
  MatchingEventTypes: ['BOUNCE', 'COMPLAINT'],
  SnsDestination: { TopicArn: TOPIC },
};
const MAIL = {
  FromEmailAddress: 'order@shop.example',
  Destination: { ToAddresses: ['success@simulator.amazonses.com'] },
  Content: { Simple: { Subject: { Data: 'a' }, Body: { Text: { Data: 'a' } } } },
};
const IMPORT = {
  ImportDestination: { SuppressionListDestination: { SuppressionListImportAction: 'DELETE' } },
  ImportDataSource: { S3Url: 's3://bucket/file.csv', DataFormat: 'CSV' },
};
const EXPORT = {
  ExportDataSource: { MessageInsightsDataSource: { StartDate: 1_790_000_000, EndDate: 1_790_100_000 } },
  ExportDestination: { DataFormat: 'CSV' },
};
const NOWHERE = { ConfigurationSetName: 'nowhere' };

interface Row {
  readonly call: string;
  /** What the call takes, in the words that the SDK and the AWS CLI share. */
  readonly input: object;
  /** What it refuses, and by which error. */
  readonly wrong?: readonly (readonly [object, string])[];
}

/** A call each, in an order in which each finds what it needs. */
const rows = (messageId: string): readonly Row[] => [
  { call: 'PutSuppressedDestination', input: { EmailAddress: ADDRESS, Reason: 'BOUNCE' } },
  {
    call: 'GetSuppressedDestination',
    input: { EmailAddress: ADDRESS },
    wrong: [
      [{ EmailAddress: 'nobody@ezweb.ne.jp' }, 'NotFoundException'],
      [{ EmailAddress: 'a/b@docomo.ne.jp' }, 'BadRequestException'],
    ],
  },
  {
    call: 'ListSuppressedDestinations',
    input: { Reasons: ['BOUNCE'], PageSize: 10 },
    wrong: [[{ NextToken: 'mine' }, 'InvalidNextTokenException']],
  },
  {
    call: 'DeleteSuppressedDestination',
    input: { EmailAddress: ADDRESS },
    wrong: [[{ EmailAddress: 'nobody@ezweb.ne.jp' }, 'NotFoundException']],
  },
  { call: 'PutAccountSuppressionAttributes', input: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] } },
  { call: 'CreateImportJob', input: IMPORT },
  { call: 'GetImportJob', input: { JobId: 'import-1' }, wrong: [[{ JobId: 'x' }, 'NotFoundException']] },
  { call: 'ListTenants', input: {} },
  {
    call: 'GetTenant',
    input: { TenantName: 'shop-a' },
    wrong: [[{ TenantName: 'x' }, 'NotFoundException']],
  },
  {
    call: 'SendEmail',
    input: MAIL,
    wrong: [
      [{ ...MAIL, FromEmailAddress: 'a@stranger.example' }, 'MessageRejected'],
      [{ ...MAIL, ...NOWHERE }, 'NotFoundException'],
      [{ ...MAIL, Destination: {} }, 'BadRequestException'],
    ],
  },
  { call: 'GetAccount', input: {} },
  { call: 'ListEmailIdentities', input: { PageSize: 10 } },
  {
    call: 'GetEmailIdentity',
    input: { EmailIdentity: 'order@shop.example' },
    wrong: [[{ EmailIdentity: 'stranger.example' }, 'NotFoundException']],
  },
  { call: 'ListConfigurationSets', input: { PageSize: 10 } },
  { call: 'GetConfigurationSet', input: SET, wrong: [[NOWHERE, 'NotFoundException']] },
  {
    call: 'PutEmailIdentityConfigurationSetAttributes',
    input: { EmailIdentity: 'order@shop.example', ...SET },
    wrong: [
      [{ EmailIdentity: 'order@shop.example', ...NOWHERE }, 'NotFoundException'],
      [{ EmailIdentity: 'stranger.example' }, 'NotFoundException'],
    ],
  },
  {
    call: 'CreateConfigurationSetEventDestination',
    input: { ...DESTINATION, EventDestination: DEFINITION },
    wrong: [
      [{ ...DESTINATION, EventDestination: DEFINITION }, 'AlreadyExistsException'],
      [{ ...DESTINATION, ...NOWHERE, EventDestination: DEFINITION }, 'NotFoundException'],
      [{ ...DESTINATION, EventDestinationName: 'a b', EventDestination: DEFINITION }, 'BadRequestException'],
      [
        { ...DESTINATION, EventDestinationName: 'two', EventDestination: { Enabled: true } },
        'BadRequestException',
      ],
      [
        {
          ...DESTINATION,
          EventDestinationName: 'two',
          EventDestination: { ...DEFINITION, EventBridgeDestination: { EventBusArn: 'arn' } },
        },
        'BadRequestException',
      ],
      [
        {
          ...DESTINATION,
          EventDestinationName: 'two',
          EventDestination: { ...DEFINITION, SnsDestination: { TopicArn: TOPIC.replace('1:', '3:') } },
        },
        'BadRequestException',
      ],
    ],
  },
  { call: 'GetConfigurationSetEventDestinations', input: SET, wrong: [[NOWHERE, 'NotFoundException']] },
  {
    call: 'UpdateConfigurationSetEventDestination',
    input: { ...DESTINATION, EventDestination: { ...DEFINITION, Enabled: false } },
    wrong: [
      [{ ...DESTINATION, EventDestinationName: 'two', EventDestination: DEFINITION }, 'NotFoundException'],
      [{ ...DESTINATION, EventDestination: { Enabled: true } }, 'BadRequestException'],
    ],
  },
  {
    call: 'DeleteConfigurationSetEventDestination',
    input: DESTINATION,
    wrong: [[DESTINATION, 'NotFoundException']],
  },
  {
    call: 'GetMessageInsights',
    input: { MessageId: messageId },
    wrong: [[{ MessageId: 'x' }, 'NotFoundException']],
  },
  {
    call: 'CreateExportJob',
    input: EXPORT,
    wrong: [
      [
        {
          ...EXPORT,
          ExportDataSource: { MessageInsightsDataSource: { StartDate: 2, EndDate: 1 } },
        },
        'BadRequestException',
      ],
    ],
  },
  { call: 'GetExportJob', input: { JobId: 'export-1' }, wrong: [[{ JobId: 'x' }, 'NotFoundException']] },
  { call: 'ListRecommendations', input: { Filter: { STATUS: 'OPEN' } } },
  { call: 'GetEmailAddressInsights', input: { EmailAddress: ADDRESS } },
  {
    call: 'SetIdentityNotificationTopic',
    input: { Identity: 'shop.example', NotificationType: 'Bounce', SnsTopic: TOPIC },
    wrong: [
      [
        { Identity: 'stranger.example', NotificationType: 'Bounce', SnsTopic: TOPIC },
        'InvalidParameterValue',
      ],
      [
        { Identity: 'shop.example', NotificationType: 'Bounce', SnsTopic: `${TOPIC}.fifo` },
        'InvalidParameterValue',
      ],
    ],
  },
  {
    call: 'GetIdentityNotificationAttributes',
    input: { Identities: ['shop.example', 'order@shop.example'] },
    wrong: [[{ Identities: Array.from({ length: 101 }, () => 'shop.example') }, 'InvalidParameterValue']],
  },
];

const open: ServedScene[] = [];

afterEach(async () => {
  for (const served of open.splice(0)) await served.stop();
});

/** A world in which every call of the table has something to find. */
async function world(): Promise<{ readonly served: ServedScene; readonly messageId: string }> {
  const served = await servedScene({
    identities: [{ name: 'shop.example', configurationSet: 'shop-mail' }, { name: 'order@shop.example' }],
    tenants: [{ name: 'shop-a' }],
  });
  open.push(served);
  served.ses.topics.set(TOPIC, () => {});
  const messageId = served.ses.send({ from: 'a@shop.example', to: ['success@simulator.amazonses.com'] });
  return { served, messageId };
}

const isFirst = (call: string) => QUERY_OPERATIONS.some(({ name }) => name === call);

interface Client {
  send(command: unknown): Promise<unknown>;
  destroy(): void;
}
type Command = new (input: object) => unknown;

/** The SDK's answer to a call, its times as epoch seconds and without what the transport adds. */
async function bySdk(call: string, input: object, { server, client }: ServedScene): Promise<unknown> {
  const sdk = isFirst(call) ? first : second;
  const own = isFirst(call)
    ? new first.SESClient({
        endpoint: server.endpoint,
        region: 'ap-northeast-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        maxAttempts: 1,
      })
    : client;
  // Every command is a class of the SDK's, named after its call.
  const Made = (sdk as unknown as Record<string, Command>)[`${call}Command`];
  if (Made === undefined) throw new Error(`the SDK has no ${call}`);
  try {
    return plain(await (own as unknown as Client).send(new Made(withDates(input))));
  } finally {
    if (own !== client) own.destroy();
  }
}

/** The SDK wants dates where the CLI takes seconds. */
function withDates(input: object): object {
  return JSON.parse(JSON.stringify(input), (key, value) =>
    key === 'StartDate' || key === 'EndDate' ? new Date(value * 1000) : value,
  );
}

const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/;

function plain(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value) => {
    // A URL's life is counted from the moment it is asked for.
    if (key === '$metadata' || key === 'S3Url') return undefined;
    return typeof value === 'string' && ISO.test(value) ? Date.parse(value) / 1000 : value;
  });
}

const modelSchema = z.tuple(
  [z.number(), z.string(), z.string(), z.object({ http: z.tuple([z.string(), z.string(), z.number()]) })],
  z.unknown(),
);

/** Errors that the SDK's own documentation of a command names. */
function documented(call: string): readonly string[] {
  const url = new URL(
    `../../../node_modules/@aws-sdk/client-sesv2/dist-types/commands/${call}Command.d.ts`,
    import.meta.url,
  );
  return [...readFileSync(url, 'utf8').matchAll(/@throws \{@link (\w+)\}/g)].map(([, name = '']) => name);
}

describe('the contract of the local SES', () => {
  it('has every call at the method and path of the SDK’s model', () => {
    const models = second as unknown as Record<string, unknown>;
    for (const { name, method, path } of OPERATIONS) {
      const [, , , { http }] = modelSchema.parse(models[`${name}$`]);
      expect([name, method, path]).toEqual([name, http[0], http[1]]);
    }
  });

  it('gives every error the status of the SDK’s model', () => {
    const models = second as unknown as Record<string, unknown>;
    for (const [name, status] of Object.entries(SES_ERROR_STATUS)) {
      // IAM's, which no service models.
      if (name === 'AccessDeniedException') continue;
      const [, , , traits] = z.array(z.unknown()).parse(models[`${name}$`]);
      // Without a status of its own a fault of the caller is a 400 (smithy.io, httpError trait).
      const { httpError = 400 } = z.object({ httpError: z.number().optional() }).parse(traits);
      expect([name, status]).toEqual([name, httpError]);
    }
  });

  it('has a row for every call', () => {
    expect(
      rows('')
        .map(({ call }) => call)
        .toSorted(),
    ).toEqual([...OPERATIONS, ...QUERY_OPERATIONS].map(({ name }) => name).toSorted());
  });

  it('answers the SDK, and refuses it by the errors that the call documents', async () => {
    const { served, messageId } = await world();
    for (const { call, input, wrong = [] } of rows(messageId)) {
      await bySdk(call, input, served);
      for (const [refused, name] of wrong) {
        const error: unknown = await bySdk(call, refused, served).catch((thrown: unknown) => thrown);
        expect([call, refused, error instanceof Error && error.name]).toEqual([call, refused, name]);
        // The first API documents its errors in words alone.
        if (!isFirst(call)) expect([call, documented(call)]).toEqual([call, expect.arrayContaining([name])]);
      }
    }
  });

  it('takes ten event destinations in a set', async () => {
    const { served } = await world();
    const create = (name: string) =>
      bySdk(
        'CreateConfigurationSetEventDestination',
        { ...SET, EventDestinationName: name, EventDestination: DEFINITION },
        served,
      );
    for (let index = 1; index <= 10; index += 1) await create(`d-${index}`);
    await expect(create('d-11')).rejects.toMatchObject({ name: 'LimitExceededException' });
    expect(documented('CreateConfigurationSetEventDestination')).toContain('LimitExceededException');
  });

  // Half a second of the processor's time a call: in every run those that the two spell otherwise.
  it('answers the AWS CLI as it answers the SDK', async () => {
    const [sdk, cli] = [await world(), await world()];
    const own = new Set(OPERATIONS.filter((each) => each.cli !== undefined).map(({ name }) => name));
    const wanted = worlds({ few: 0, all: 1 }) === 0 ? own : new Set(rows('').map(({ call }) => call));
    expect(own.size).toBe(4);
    for (const { call, input } of rows(sdk.messageId)) {
      const answer = await bySdk(call, input, sdk.served);
      if (!wanted.has(call)) continue;
      const said = await byCli(call, input, cli.served);
      if (said === 'no CLI')
        return console.warn(`NOT RUN, no AWS CLI is on the PATH: ${[...wanted].join(', ')}`);
      if (said === 'no such call') console.warn(`NOT RUN, this AWS CLI does not know it: ${call}`);
      // A CLI that is older than the SDK leaves out what its model lacks.
      else expect([call, answer]).toMatchObject([call, said]);
    }
  });
});

/** What the AWS CLI prints for the same call, or why it prints nothing. */
async function byCli(
  call: string,
  input: object,
  { server }: ServedScene,
): Promise<object | 'no CLI' | 'no such call'> {
  const words = call.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  const args = [
    isFirst(call) ? 'ses' : 'sesv2',
    words,
    '--endpoint-url',
    server.endpoint,
    '--output',
    'json',
  ];
  try {
    const { stdout } = await promisify(execFile)(
      'aws',
      [...args, '--cli-input-json', JSON.stringify(input)],
      {
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_DEFAULT_REGION: 'ap-northeast-1',
          AWS_MAX_ATTEMPTS: '1',
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      },
    );
    return Object(plain(JSON.parse(stdout || '{}')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'no CLI';
    // A word that the CLI does not know: 2 of its first version, 252 of its second.
    if (error instanceof Error && 'code' in error && (error.code === 2 || error.code === 252))
      return 'no such call';
    throw error;
  }
}
