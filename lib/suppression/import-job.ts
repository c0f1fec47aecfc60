import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { CreateImportJobCommand, GetImportJobCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { Limiter } from './limiter.ts';

/** Addresses SES takes in one import job that deletes. */
export const MAXIMUM_ADDRESSES_A_JOB = 10_000;

/** Where a job stands. `failedText`: what SES wrote of the records it could not process, when there were any. */
export type JobStatus =
  | { readonly state: 'running' }
  | { readonly state: 'completed'; readonly failedText?: string }
  | { readonly state: 'failed'; readonly why: string };

/** Removes many addresses in one go, by SES's import jobs with the action DELETE. */
export interface ImportJobs {
  /**
   * Has SES remove the addresses, spelled as its list spells them; at most {@link MAXIMUM_ADDRESSES_A_JOB}.
   *
   * @param name of the file; the same name again replaces it.
   * @returns SES's id of the job.
   */
  start(name: string, spellings: readonly string[]): Promise<string>;
  status(jobId: string): Promise<JobStatus>;
}

/** What import jobs need: where the files go, and how to read what SES says of failed records. */
export interface ImportJobOptions {
  readonly ses: SESv2Client;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly limiter: Limiter;
  /** Reads a presigned URL; throws when it cannot. */
  readonly read: (url: string) => Promise<string>;
}

/**
 * Import jobs over SES v2 and S3. The file is newline-delimited JSON, which needs no quoting rules for addresses
 * with commas or quotes (SES developer guide, "Manage lists in bulk").
 */
export function sesImportJobs({ ses, s3, bucket, limiter, read }: ImportJobOptions): ImportJobs {
  return {
    async start(name, spellings) {
      const key = `removals/${name}.json`;
      const body = spellings.map((emailAddress) => JSON.stringify({ emailAddress })).join('\n');
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }),
      );
      await limiter.take();
      const { JobId } = await ses.send(
        new CreateImportJobCommand({
          ImportDestination: { SuppressionListDestination: { SuppressionListImportAction: 'DELETE' } },
          ImportDataSource: { S3Url: `s3://${bucket}/${key}`, DataFormat: 'JSON' },
        }),
      );
      if (JobId === undefined) throw new Error('SES created an import job without an id');
      return JobId;
    },

    async status(jobId) {
      await limiter.take();
      const job = await ses.send(new GetImportJobCommand({ JobId: jobId }));
      switch (job.JobStatus as string | undefined) {
        case 'COMPLETED': {
          const url = job.FailureInfo?.FailedRecordsS3Url;
          const failedText = (job.FailedRecordsCount ?? 0) > 0 && url ? await read(url) : undefined;
          return { state: 'completed', ...(failedText !== undefined && { failedText }) };
        }
        // The API says FAILED, the developer guide ERROR.
        case 'FAILED':
        case 'ERROR':
        case 'CANCELLED':
          return { state: 'failed', why: job.FailureInfo?.ErrorMessage ?? 'SES gave no reason' };
        default:
          return { state: 'running' };
      }
    },
  };
}
