import {
  CreateImportJobCommand,
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetEmailAddressInsightsCommand,
  GetEmailIdentityCommand,
  GetImportJobCommand,
  GetMessageInsightsCommand,
  GetSuppressedDestinationCommand,
  ListConfigurationSetsCommand,
  ListContactListsCommand,
  ListEmailIdentitiesCommand,
  ListRecommendationsCommand,
  ListSuppressedDestinationsCommand,
  PutAccountSuppressionAttributesCommand,
  PutSuppressedDestinationCommand,
  paginateListSuppressedDestinations,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, it } from 'vitest';
import type { SesOptions } from '../../../local/ses/engine.ts';
import type { SesServerOptions } from '../../../local/ses/server.ts';
import { type ServedScene, servedScene } from './support.ts';

const open: ServedScene[] = [];

async function serve(
  options?: SesOptions,
  serverOptions?: SesServerOptions,
  maxAttempts?: number,
): Promise<ServedScene> {
  const served = await servedScene(options, serverOptions, maxAttempts);
  open.push(served);
  return served;
}

afterEach(async () => {
  for (const served of open.splice(0)) await served.stop();
});

function orderMail(to: string[], configurationSet?: string): SendEmailCommand {
  return new SendEmailCommand({
    FromEmailAddress: 'みなと書店 <order@shop.example>',
    Destination: { ToAddresses: to },
    Content: { Simple: { Subject: { Data: 'ご注文' }, Body: { Text: { Data: '…' } } } },
    ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
  });
}

describe('the suppression calls, by the real SDK client', () => {
  it('puts, gets, lists and deletes an entry with SES’s fields', async () => {
    const { client, clock } = await serve();
    await client.send(
      new PutSuppressedDestinationCommand({ EmailAddress: 'Taro.S@EZWEB.ne.jp', Reason: 'BOUNCE' }),
    );
    const got = await client.send(
      new GetSuppressedDestinationCommand({ EmailAddress: 'Taro.S@ezweb.NE.JP' }),
    );
    expect(got.SuppressedDestination).toEqual({
      EmailAddress: 'Taro.S@ezweb.ne.jp',
      Reason: 'BOUNCE',
      LastUpdateTime: clock.now(),
    });
    const listed = await client.send(new ListSuppressedDestinationsCommand({}));
    expect(listed.SuppressedDestinationSummaries).toEqual([got.SuppressedDestination]);
    expect(listed.NextToken).toBeUndefined();
    await client.send(new DeleteSuppressedDestinationCommand({ EmailAddress: 'Taro.S@ezweb.ne.jp' }));
    expect(
      (await client.send(new ListSuppressedDestinationsCommand({}))).SuppressedDestinationSummaries,
    ).toEqual([]);
  });

  it('compares local parts exactly', async () => {
    const { client } = await serve();
    await client.send(
      new PutSuppressedDestinationCommand({ EmailAddress: 'Taro@ezweb.ne.jp', Reason: 'BOUNCE' }),
    );
    const lower = new DeleteSuppressedDestinationCommand({ EmailAddress: 'taro@ezweb.ne.jp' });
    await expect(client.send(lower)).rejects.toMatchObject({
      name: 'NotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('refuses an address with a slash in the path, and takes carriers’ irregular ones', async () => {
    const { client, ses } = await serve();
    for (const EmailAddress of [
      'a/b@docomo.ne.jp',
      'a..b.@docomo.ne.jp',
      "o'ne+x@docomo.ne.jp",
      'q?#%@docomo.ne.jp',
    ]) {
      await client.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason: 'BOUNCE' }));
    }
    const slash = { EmailAddress: 'a/b@docomo.ne.jp' };
    await expect(client.send(new GetSuppressedDestinationCommand(slash))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
    await expect(client.send(new DeleteSuppressedDestinationCommand(slash))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
    for (const EmailAddress of ['a..b.@docomo.ne.jp', "o'ne+x@docomo.ne.jp", 'q?#%@docomo.ne.jp']) {
      await client.send(new DeleteSuppressedDestinationCommand({ EmailAddress }));
    }
    expect([...ses.list.entries()].map((entry) => entry.address)).toEqual(['a/b@docomo.ne.jp']);
  });

  it('pages through the whole list by opaque tokens, filters by reason and date', async () => {
    const { client, clock, ses } = await serve();
    const start = clock.now().getTime();
    for (let i = 0; i < 250; i++) {
      const reason = i % 10 === 0 ? 'COMPLAINT' : 'BOUNCE';
      ses.list.put({ address: `u${i}@docomo.ne.jp`, reason, updatedAt: start + i * 1000 });
    }
    const seen: string[] = [];
    let pages = 0;
    for await (const page of paginateListSuppressedDestinations({ client, pageSize: 40 }, {})) {
      pages++;
      for (const one of page.SuppressedDestinationSummaries ?? []) seen.push(one.EmailAddress ?? '');
    }
    expect(pages).toBe(7);
    expect(new Set(seen).size).toBe(250);

    const complaints = await client.send(new ListSuppressedDestinationsCommand({ Reasons: ['COMPLAINT'] }));
    expect(complaints.SuppressedDestinationSummaries).toHaveLength(25);
    const both = await client.send(
      new ListSuppressedDestinationsCommand({ Reasons: ['BOUNCE', 'COMPLAINT'], PageSize: 5 }),
    );
    expect(both.SuppressedDestinationSummaries).toHaveLength(5);
    const between = await client.send(
      new ListSuppressedDestinationsCommand({
        StartDate: new Date(start + 100_000),
        EndDate: new Date(start + 110_000),
      }),
    );
    expect(between.SuppressedDestinationSummaries?.map((one) => one.EmailAddress)).toEqual(
      Array.from({ length: 10 }, (_, i) => `u${100 + i}@docomo.ne.jp`),
    );
  });

  it('refuses a token that is not of the same listing', async () => {
    const { client, ses } = await serve();
    for (let i = 0; i < 3; i++) ses.list.put({ address: `u${i}@au.com`, reason: 'BOUNCE', updatedAt: 0 });
    const { NextToken } = await client.send(new ListSuppressedDestinationsCommand({ PageSize: 2 }));
    const wrong = [{ NextToken: 'made-up' }, { NextToken, Reasons: ['COMPLAINT' as const] }];
    for (const input of wrong) {
      await expect(client.send(new ListSuppressedDestinationsCommand(input))).rejects.toMatchObject({
        name: 'InvalidNextTokenException',
      });
    }
  });

  it('knows no tenants', async () => {
    const { client } = await serve();
    await expect(
      client.send(new ListSuppressedDestinationsCommand({ TenantName: 'tenant-a' })),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('puts nothing in the sandbox', async () => {
    const { client } = await serve({ account: { productionAccess: false } });
    await expect(
      client.send(new PutSuppressedDestinationCommand({ EmailAddress: 'a@au.com', Reason: 'BOUNCE' })),
    ).rejects.toMatchObject({ name: 'BadRequestException' });
  });
});

describe('sending by the real SDK client', () => {
  it('lists a hard bounce with the feedback that put it there, and drops the next mail', async () => {
    const { client, ses, events } = await serve();
    ses.setMailbox('hanako@ezweb.ne.jp', { filtersPcMail: true });
    const { MessageId } = await client.send(orderMail(['hanako@ezweb.ne.jp']));
    const bounce = events.at(-1);
    expect(bounce).toMatchObject({
      eventType: 'Bounce',
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'General',
        bouncedRecipients: [
          { emailAddress: 'hanako@ezweb.ne.jp', diagnosticCode: 'smtp; 550 : User unknown' },
        ],
      },
      mail: { messageId: MessageId, destination: ['hanako@ezweb.ne.jp'] },
    });
    const { SuppressedDestination } = await client.send(
      new GetSuppressedDestinationCommand({ EmailAddress: 'hanako@ezweb.ne.jp' }),
    );
    expect(bounce).toMatchObject({ bounce: { feedbackId: SuppressedDestination?.Attributes?.FeedbackId } });
    expect(SuppressedDestination?.Attributes?.MessageId).toBe(MessageId);

    await client.send(orderMail(['hanako@ezweb.ne.jp']));
    expect(events.at(-1)).toMatchObject({ bounce: { bounceSubType: 'OnAccountSuppressionList' } });
    const account = await client.send(new GetAccountCommand({}));
    expect(account.SendQuota?.SentLast24Hours).toBe(2);
  });

  it('refuses what SendEmail refuses', async () => {
    const { client, ses } = await serve();
    const stranger = new SendEmailCommand({
      FromEmailAddress: 'a@other.example',
      Destination: { ToAddresses: ['x@au.com'] },
      Content: { Simple: { Subject: { Data: '' }, Body: {} } },
    });
    await expect(client.send(stranger)).rejects.toMatchObject({ name: 'MessageRejected' });
    await expect(client.send(orderMail([]))).rejects.toMatchObject({ name: 'BadRequestException' });
    await expect(client.send(orderMail(['a@au.com'], 'no-such-set'))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    ses.account.sendingEnabled = false;
    await expect(client.send(orderMail(['a@au.com']))).rejects.toMatchObject({
      name: 'SendingPausedException',
    });
    ses.account.enforcementStatus = 'SHUTDOWN';
    await expect(client.send(orderMail(['a@au.com']))).rejects.toMatchObject({
      name: 'AccountSuspendedException',
    });
  });

  it('answers a message’s insights while VDM is on, and knows no message otherwise', async () => {
    const { client, ses, clock } = await serve();
    const { MessageId } = await client.send(orderMail(['nobody@softbank.ne.jp']));
    const insights = await client.send(new GetMessageInsightsCommand({ MessageId }));
    expect(insights.Insights).toEqual([
      {
        Destination: 'nobody@softbank.ne.jp',
        Isp: 'softbank.ne.jp',
        Events: [
          { Timestamp: clock.now(), Type: 'SEND' },
          {
            Timestamp: clock.now(),
            Type: 'BOUNCE',
            Details: {
              Bounce: {
                BounceType: 'PERMANENT',
                BounceSubType: 'General',
                DiagnosticCode: 'smtp; 550 Invalid recipient: <nobody@softbank.ne.jp>',
              },
            },
          },
        ],
      },
    ]);
    clock.advance(90 * 24 * 3600_000);
    await client.send(new GetMessageInsightsCommand({ MessageId }));
    ses.account.vdmEnabled = false;
    await expect(client.send(new GetMessageInsightsCommand({ MessageId }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

describe('a message’s insights', () => {
  it('are forgotten when they are older than the SES keeps them, and say of many recipients only that it was sent', async () => {
    const { client, clock } = await serve({ insightsDays: 30 });
    const { MessageId } = await client.send(orderMail(['nobody@au.com', 'other@au.com']));
    const insights = await client.send(new GetMessageInsightsCommand({ MessageId }));
    expect(insights.Insights?.map((one) => one.Events?.map((event) => event.Type))).toEqual([
      ['SEND'],
      ['SEND'],
    ]);
    clock.advance(30 * 24 * 3600_000);
    await expect(client.send(new GetMessageInsightsCommand({ MessageId }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

describe('the account and what belongs to it', () => {
  it('shows and changes the reasons it lists for', async () => {
    const { client } = await serve();
    const before = await client.send(new GetAccountCommand({}));
    expect(before).toMatchObject({
      EnforcementStatus: 'HEALTHY',
      ProductionAccessEnabled: true,
      SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      VdmAttributes: { VdmEnabled: 'ENABLED' },
    });
    await client.send(new PutAccountSuppressionAttributesCommand({ SuppressedReasons: ['COMPLAINT'] }));
    const after = await client.send(new GetAccountCommand({}));
    expect(after.SuppressionAttributes?.SuppressedReasons).toEqual(['COMPLAINT']);
  });

  it('answers for identities, configuration sets, recommendations and address insights', async () => {
    const { client, ses } = await serve({
      identities: [
        { name: 'shop.example', configurationSet: 'mail' },
        { name: 'news.example.jp', verified: false },
      ],
      configurationSets: [{ name: 'mail' }, { name: 'news', suppressedReasons: [] }],
      recommendations: [
        {
          ResourceArn: 'arn:aws:ses:ap-northeast-1:123456789012:identity/shop.example',
          Type: 'DMARC',
          Description: 'DMARC is not configured.',
          Status: 'OPEN',
          Impact: 'HIGH',
          CreatedTimestamp: 1_793_000_000,
          LastUpdatedTimestamp: 1_793_000_000,
        },
      ],
    });
    const first = await client.send(new ListEmailIdentitiesCommand({ PageSize: 1 }));
    expect(first.EmailIdentities?.map((one) => one.IdentityName)).toEqual(['shop.example']);
    const second = await client.send(new ListEmailIdentitiesCommand({ NextToken: first.NextToken }));
    expect(second.EmailIdentities?.map((one) => one.SendingEnabled)).toEqual([false]);
    const identity = await client.send(new GetEmailIdentityCommand({ EmailIdentity: 'shop.example' }));
    expect(identity.DkimAttributes?.Tokens).toHaveLength(3);
    expect(identity.ConfigurationSetName).toBe('mail');
    await expect(
      client.send(new GetEmailIdentityCommand({ EmailIdentity: 'x.example' })),
    ).rejects.toMatchObject({ name: 'NotFoundException' });

    expect((await client.send(new ListConfigurationSetsCommand({}))).ConfigurationSets).toEqual([
      'mail',
      'news',
    ]);
    const plain = await client.send(new GetConfigurationSetCommand({ ConfigurationSetName: 'mail' }));
    expect(plain.SuppressionOptions).toBeUndefined();
    const news = await client.send(new GetConfigurationSetCommand({ ConfigurationSetName: 'news' }));
    expect(news.SuppressionOptions?.SuppressedReasons).toEqual([]);

    const open = await client.send(
      new ListRecommendationsCommand({ Filter: { STATUS: 'OPEN', TYPE: 'DMARC' } }),
    );
    expect(open.Recommendations).toHaveLength(1);
    const fixed = await client.send(new ListRecommendationsCommand({ Filter: { STATUS: 'FIXED' } }));
    expect(fixed.Recommendations).toEqual([]);

    ses.setMailbox('jiro@example.jp', {});
    const alive = await client.send(new GetEmailAddressInsightsCommand({ EmailAddress: 'jiro@example.jp' }));
    expect(alive.MailboxValidation?.IsValid?.ConfidenceVerdict).toBe('HIGH');
    const dead = await client.send(new GetEmailAddressInsightsCommand({ EmailAddress: 'nobody@example.jp' }));
    expect(dead.MailboxValidation?.Evaluations?.MailboxExists?.ConfidenceVerdict).toBe('LOW');
  });

  it('names a call it does not know', async () => {
    const { client } = await serve();
    await expect(client.send(new ListContactListsCommand({}))).rejects.toMatchObject({
      message: 'GET /v2/email/contact-lists is not part of the local SES.',
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('import jobs', () => {
  const importing = (action: 'PUT' | 'DELETE', DataFormat: 'CSV' | 'JSON', S3Url = 's3://b/f') =>
    new CreateImportJobCommand({
      ImportDestination: { SuppressionListDestination: { SuppressionListImportAction: action } },
      ImportDataSource: { S3Url, DataFormat },
    });

  async function finished(served: ServedScene, JobId: string | undefined) {
    for (;;) {
      const job = await served.client.send(new GetImportJobCommand({ JobId }));
      if (job.JobStatus === 'COMPLETED' || job.JobStatus === 'FAILED') return job;
    }
  }

  it('deletes what single calls refuse and counts rows that are no addresses', async () => {
    const files: Record<string, string> = {
      's3://b/put.csv': 'a/b@docomo.ne.jp,BOUNCE\nc@au.com,COMPLAINT\n',
      's3://b/delete.json':
        '{"emailAddress":"a/b@docomo.ne.jp"}\nnot json\n{"emailAddress":"absent@au.com"}\n',
    };
    const served = await serve({}, { readObject: async (url) => files[url] ?? '' });
    const put = await served.client.send(importing('PUT', 'CSV', 's3://b/put.csv'));
    expect(await finished(served, put.JobId)).toMatchObject({
      ProcessedRecordsCount: 2,
      FailedRecordsCount: 0,
    });
    expect(served.ses.list.size).toBe(2);
    const deletion = await served.client.send(importing('DELETE', 'JSON', 's3://b/delete.json'));
    const job = await finished(served, deletion.JobId);
    expect(job).toMatchObject({ JobStatus: 'COMPLETED', ProcessedRecordsCount: 3, FailedRecordsCount: 1 });
    expect(job.FailureInfo?.ErrorMessage).toContain('1 records failed');
    expect([...served.ses.list.entries()].map((entry) => entry.address)).toEqual(['c@au.com']);
  });

  it('refuses a file above 10,000 deletions whole', async () => {
    const rows = Array.from({ length: 10_001 }, (_, i) => `u${i}@au.com`).join('\n');
    const served = await serve({}, { readObject: async () => rows });
    served.ses.list.put({ address: 'u1@au.com', reason: 'BOUNCE', updatedAt: 0 });
    const { JobId } = await served.client.send(importing('DELETE', 'CSV'));
    const job = await finished(served, JobId);
    expect(job).toMatchObject({
      JobStatus: 'FAILED',
      FailureInfo: { ErrorMessage: expect.stringContaining('10000') },
    });
    expect(served.ses.list.size).toBe(1);
  });

  it('shows PROCESSING for as long as it is told to take', async () => {
    const served = await serve({}, { readObject: async () => 'x@au.com', importDurationMs: 60_000 });
    const { JobId } = await served.client.send(importing('DELETE', 'CSV'));
    await new Promise((resolve) => setImmediate(resolve));
    expect((await served.client.send(new GetImportJobCommand({ JobId }))).JobStatus).toBe('PROCESSING');
    served.clock.advance(60_000);
    const done = await served.client.send(new GetImportJobCommand({ JobId }));
    expect(done).toMatchObject({ JobStatus: 'COMPLETED', CompletedTimestamp: served.clock.now() });
  });
});

describe('limits and faults', () => {
  const list = () => new ListSuppressedDestinationsCommand({});

  it('grants one call a second of its clock, and sends without limit', async () => {
    const served = await serve({ unknownMailbox: { exists: true } });
    served.server.limit({ perSecond: 1, time: served.clock.time });
    await served.client.send(list());
    await expect(served.client.send(list())).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
    });
    for (let i = 0; i < 5; i++) await served.client.send(orderMail(['a@au.com']));
    served.clock.advance(1000);
    await served.client.send(list());
    expect(served.server.count('ListSuppressedDestinations')).toBe(3);
    expect(served.server.count('SendEmail')).toBe(5);
  });

  it.each(['throttle', '5xx', 'reset'] as const)('survives one %s by the SDK’s own retry', async (kind) => {
    const served = await serve({}, {}, 3);
    served.server.faults.inject({ match: 'GetAccount', kind });
    await expect(served.client.send(new GetAccountCommand({}))).resolves.toMatchObject({
      SendingEnabled: true,
    });
    expect(served.server.count('GetAccount')).toBe(2);
  });

  it('fails as often as asked, after as many as asked, and only where it matches', async () => {
    const served = await serve();
    served.server.faults.inject({
      match: (call) => call.subject === 'b@au.com',
      after: 1,
      times: 1,
      kind: 'garbage',
      takesEffect: true,
    });
    const put = new PutSuppressedDestinationCommand({ EmailAddress: 'b@au.com', Reason: 'BOUNCE' });
    await served.client.send(put);
    const gets = new GetSuppressedDestinationCommand({ EmailAddress: 'b@au.com' });
    await served.client.send(gets);
    // The delete is done although the answer cannot be read.
    await served.client
      .send(new DeleteSuppressedDestinationCommand({ EmailAddress: 'b@au.com' }))
      .catch(() => {});
    expect(served.ses.list.size).toBe(0);
    await expect(served.client.send(gets)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('leaves a caller without an answer until the caller gives up', async () => {
    const served = await serve();
    served.server.faults.inject({ kind: 'hang' });
    await expect(served.client.send(list(), { abortSignal: AbortSignal.timeout(100) })).rejects.toMatchObject(
      { name: /AbortError|TimeoutError/ },
    );
    served.server.faults.inject({ kind: 'late', delayMs: 20 });
    await expect(served.client.send(list())).resolves.toMatchObject({ SuppressedDestinationSummaries: [] });
  });
});
