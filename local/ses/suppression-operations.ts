import { SesError } from './errors.ts';
import type { ListEntry } from './list.ts';
import { type Operation, refuseTenant } from './operation.ts';
import {
  accountSuppressionRequest,
  importJobRequest,
  listQuery,
  putSuppressedRequest,
  read,
} from './requests.ts';

/** The calls about the suppression list: single entries, listing, import jobs, the account's reasons. */
export const SUPPRESSION_OPERATIONS: readonly Operation[] = [
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
    path: '/v2/email/suppression/addresses/{EmailAddress}',
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
    path: '/v2/email/suppression/addresses/{EmailAddress}',
    run: ({ ses }, { subject, query }) => {
      refuseTenant(query.get('TenantName'));
      if (!ses.list.delete(addressInPath(subject))) throw notOnList(subject);
      return {};
    },
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
    path: '/v2/email/import-jobs/{JobId}',
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
