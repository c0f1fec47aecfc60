import type { LocalSes } from './engine.ts';
import { SesError } from './errors.ts';
import type { ImportJobs } from './imports.ts';
import type { ListEntry } from './list.ts';
import { addressInsights, identityAnswer, paged } from './lookups.ts';
import { insightsAnswer } from './messages.ts';
import {
  accountSuppressionRequest,
  addressInsightsRequest,
  importJobRequest,
  listQuery,
  pagedRequest,
  putSuppressedRequest,
  read,
  sendEmailRequest,
} from './requests.ts';

/** A call as it arrived. */
export interface Call {
  /** The last path segment where it is a variable, decoded; `''` otherwise. */
  readonly subject: string;
  readonly query: URLSearchParams;
  /** The body, parsed. */
  readonly body: unknown;
}

/** What the calls work on. */
export interface Backend {
  readonly ses: LocalSes;
  readonly imports: ImportJobs;
}

/** One call of the SES v2 API: where it is and what it answers. */
interface Operation {
  readonly name: string;
  readonly method: string;
  /** Path; `*` at its end is the variable segment. From the schemas of client-sesv2 3.1169. */
  readonly path: string;
  readonly run: (backend: Backend, call: Call) => Record<string, unknown>;
}

/** Every call this SES knows. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'SendEmail',
    method: 'POST',
    path: '/v2/email/outbound-emails',
    run: ({ ses }, call) => {
      const request = read(sendEmailRequest, call.body);
      refuseTenant(request.TenantName);
      const tags = Object.fromEntries((request.EmailTags ?? []).map((tag) => [tag.Name, tag.Value]));
      return {
        MessageId: ses.send({
          from: request.FromEmailAddress,
          to: request.Destination?.ToAddresses ?? [],
          cc: request.Destination?.CcAddresses ?? [],
          bcc: request.Destination?.BccAddresses ?? [],
          subject: request.Content.Simple?.Subject.Data ?? '',
          tags,
          ...(request.ConfigurationSetName === undefined
            ? {}
            : { configurationSet: request.ConfigurationSetName }),
        }),
      };
    },
  },
  {
    name: 'ListSuppressedDestinations',
    method: 'GET',
    path: '/v2/email/suppression/addresses',
    run: ({ ses }, { query }) => {
      refuseTenant(query.get('TenantName'));
      const asked = read(listQuery, {
        Reason: query.getAll('Reason'),
        StartDate: query.get('StartDate') ?? undefined,
        EndDate: query.get('EndDate') ?? undefined,
        NextToken: query.get('NextToken') ?? undefined,
        PageSize: query.get('PageSize') ?? undefined,
      });
      const filter = {
        ...(asked.Reason.length === 0 ? {} : { reasons: asked.Reason }),
        ...(asked.StartDate === undefined ? {} : { from: Date.parse(asked.StartDate) }),
        ...(asked.EndDate === undefined ? {} : { until: Date.parse(asked.EndDate) }),
      };
      const page = ses.list.page(filter, asked.PageSize, asked.NextToken);
      return {
        SuppressedDestinationSummaries: page.entries.map((entry) => ({
          EmailAddress: entry.address,
          Reason: entry.reason,
          LastUpdateTime: entry.updatedAt / 1000,
        })),
        NextToken: page.nextToken,
      };
    },
  },
  {
    name: 'GetSuppressedDestination',
    method: 'GET',
    path: '/v2/email/suppression/addresses/*',
    run: ({ ses }, { subject, query }) => {
      refuseTenant(query.get('TenantName'));
      const entry = ses.list.get(addressInPath(subject));
      if (entry === undefined) throw notOnList(subject);
      return { SuppressedDestination: entryAnswer(entry) };
    },
  },
  {
    name: 'PutSuppressedDestination',
    method: 'PUT',
    path: '/v2/email/suppression/addresses',
    run: ({ ses }, { body }) => {
      const request = read(putSuppressedRequest, body);
      refuseTenant(request.TenantName);
      if (!request.EmailAddress.includes('@')) {
        throw new SesError('BadRequestException', `${request.EmailAddress} is not an email address.`);
      }
      if (!ses.account.productionAccess) {
        throw new SesError('BadRequestException', 'This operation is not available in the sandbox.');
      }
      ses.list.put({
        address: request.EmailAddress,
        reason: request.Reason,
        updatedAt: ses.now().getTime(),
      });
      return {};
    },
  },
  {
    name: 'DeleteSuppressedDestination',
    method: 'DELETE',
    path: '/v2/email/suppression/addresses/*',
    run: ({ ses }, { subject, query }) => {
      refuseTenant(query.get('TenantName'));
      if (!ses.list.delete(addressInPath(subject))) throw notOnList(subject);
      return {};
    },
  },
  {
    name: 'GetAccount',
    method: 'GET',
    path: '/v2/email/account',
    run: ({ ses }) => ({
      DedicatedIpAutoWarmupEnabled: false,
      EnforcementStatus: ses.account.enforcementStatus,
      ProductionAccessEnabled: ses.account.productionAccess,
      SendQuota: {
        Max24HourSend: ses.account.max24HourSend,
        MaxSendRate: ses.account.maxSendRate,
        SentLast24Hours: ses.sentLast24Hours(),
      },
      SendingEnabled: ses.account.sendingEnabled,
      SuppressionAttributes: { SuppressedReasons: ses.account.suppressedReasons },
      VdmAttributes: { VdmEnabled: ses.account.vdmEnabled ? 'ENABLED' : 'DISABLED' },
    }),
  },
  {
    name: 'PutAccountSuppressionAttributes',
    method: 'PUT',
    path: '/v2/email/account/suppression',
    run: ({ ses }, { body }) => {
      ses.account.suppressedReasons = read(accountSuppressionRequest, body).SuppressedReasons ?? [];
      return {};
    },
  },
  {
    name: 'ListEmailIdentities',
    method: 'POST',
    path: '/v2/email/list-identities',
    run: ({ ses }, { body }) =>
      paged(read(pagedRequest, body), 'EmailIdentities', ses.identities, (identity) => ({
        IdentityType: identity.name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
        IdentityName: identity.name,
        SendingEnabled: identity.verified !== false,
        VerificationStatus: identity.verified === false ? 'PENDING' : 'SUCCESS',
      })),
  },
  {
    name: 'GetEmailIdentity',
    method: 'GET',
    path: '/v2/email/identities/*',
    run: ({ ses }, { subject }) => identityAnswer(ses, subject),
  },
  {
    name: 'ListConfigurationSets',
    method: 'POST',
    path: '/v2/email/list-configuration-sets',
    run: ({ ses }, { body }) =>
      paged(read(pagedRequest, body), 'ConfigurationSets', ses.configurationSets, (set) => set.name),
  },
  {
    name: 'GetConfigurationSet',
    method: 'GET',
    path: '/v2/email/configuration-sets/*',
    run: ({ ses }, { subject }) => {
      const set = ses.configurationSet(subject);
      if (set === undefined) {
        throw new SesError('NotFoundException', `Configuration set <${subject}> does not exist.`);
      }
      return {
        ConfigurationSetName: set.name,
        SendingOptions: { SendingEnabled: true },
        ...(set.suppressedReasons === undefined
          ? {}
          : { SuppressionOptions: { SuppressedReasons: set.suppressedReasons } }),
      };
    },
  },
  {
    name: 'GetMessageInsights',
    method: 'GET',
    path: '/v2/email/insights/*',
    run: ({ ses }, { subject }) => {
      // The API documents no error of its own for an account without VDM: SES then knows no message.
      const trace = ses.account.vdmEnabled ? ses.trace(subject) : undefined;
      if (trace === undefined)
        throw new SesError('NotFoundException', `Message <${subject}> does not exist.`);
      return insightsAnswer(trace);
    },
  },
  {
    name: 'ListRecommendations',
    method: 'POST',
    path: '/v2/email/vdm/recommendations',
    run: ({ ses }, { body }) => {
      const request = read(pagedRequest, body);
      const wanted = Object.entries(request.Filter ?? {});
      const fields = {
        TYPE: 'Type',
        IMPACT: 'Impact',
        STATUS: 'Status',
        RESOURCE_ARN: 'ResourceArn',
      } as const;
      const matching = ses.recommendations.filter((one) =>
        wanted.every(([name, value]) => {
          const field = Object.entries(fields).find(([key]) => key === name)?.[1];
          return field !== undefined && one[field] === value;
        }),
      );
      return paged(request, 'Recommendations', matching, (one) => one);
    },
  },
  {
    name: 'GetEmailAddressInsights',
    method: 'POST',
    path: '/v2/email/email-address-insights',
    run: ({ ses }, { body }) => addressInsights(ses, read(addressInsightsRequest, body).EmailAddress),
  },
  {
    name: 'CreateImportJob',
    method: 'POST',
    path: '/v2/email/import-jobs',
    run: ({ ses, imports }, { body }) => {
      const request = read(importJobRequest, body);
      if (!ses.account.productionAccess) {
        throw new SesError('BadRequestException', 'This operation is not available in the sandbox.');
      }
      const job = imports.create({
        action: request.ImportDestination.SuppressionListDestination.SuppressionListImportAction,
        s3Url: request.ImportDataSource.S3Url,
        format: request.ImportDataSource.DataFormat,
      });
      return { JobId: job.id };
    },
  },
  {
    name: 'GetImportJob',
    method: 'GET',
    path: '/v2/email/import-jobs/*',
    run: ({ imports }, { subject }) => {
      const job = imports.get(subject);
      const failed = job.failed > 0 || job.error !== undefined;
      return {
        JobId: job.id,
        ImportDestination: {
          SuppressionListDestination: { SuppressionListImportAction: job.request.action },
        },
        ImportDataSource: { S3Url: job.request.s3Url, DataFormat: job.request.format },
        ...(failed ? { FailureInfo: { ErrorMessage: job.error ?? `${job.failed} records failed.` } } : {}),
        JobStatus: job.status,
        CreatedTimestamp: job.createdAt / 1000,
        CompletedTimestamp: job.completedAt === undefined ? undefined : job.completedAt / 1000,
        ProcessedRecordsCount: job.processed,
        FailedRecordsCount: job.failed,
      };
    },
  },
];

function entryAnswer(entry: ListEntry): Record<string, unknown> {
  const byFeedback = entry.messageId !== undefined || entry.feedbackId !== undefined;
  return {
    EmailAddress: entry.address,
    Reason: entry.reason,
    LastUpdateTime: entry.updatedAt / 1000,
    ...(byFeedback ? { Attributes: { MessageId: entry.messageId, FeedbackId: entry.feedbackId } } : {}),
  };
}

/** SES refuses an address with a slash in these paths, however it is encoded (aws/aws-sdk issue 158). */
function addressInPath(subject: string): string {
  if (subject.includes('/')) throw new SesError('BadRequestException', `Invalid email address <${subject}>.`);
  return subject;
}

function notOnList(address: string): SesError {
  return new SesError(
    'NotFoundException',
    `Email address ${address} does not exist on your suppression list.`,
  );
}

/** An account without tenants knows none of them. */
function refuseTenant(name: string | null | undefined): void {
  if (name !== null && name !== undefined) {
    throw new SesError('NotFoundException', `Tenant <${name}> does not exist.`);
  }
}
