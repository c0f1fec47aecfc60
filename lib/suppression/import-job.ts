import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  CreateImportJobCommand,
  GetImportJobCommand,
  NotFoundException,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { errorName, Refusal } from '../refusal.ts';
import { isRefusedCall } from './errors.ts';
import type { Turns } from './limiter.ts';

/** Addresses SES takes in one import job that deletes. */
export const MAXIMUM_ADDRESSES_A_JOB = 10_000;

/**
 * Where a job stands. `unverified`: SES could not process some records and does not say, in a way that can be read,
 * which: every address must be looked at.
 */
export type JobStatus =
  | { readonly state: 'running' }
  | { readonly state: 'completed'; readonly unverified: boolean }
  | { readonly state: 'failed'; readonly why: string };

/** Thrown when SES certainly did not start a job: trying again changes nothing until somebody mends the cause. */
export class ImportJobRefusedError extends Refusal {
  override readonly name = 'ImportJobRefusedError';
  override readonly code = 'import-job-refused';

  /** @param refusal the name of AWS's error: `AccessDenied`. */
  constructor(refusal: string, options?: ErrorOptions) {
    super(
      {
        ja: `一括削除のインポートジョブを開始できませんでした（${refusal}）。関数のロールと、ファイルを置くバケットを確認してください。`,
        en: `The import job that removes in bulk could not be started (${refusal}): check the function's role and the bucket for its files.`,
      },
      options,
    );
  }
}

/** Removes many addresses in one go, by SES's import jobs with the action DELETE. */
export interface ImportJobs {
  /**
   * Has SES remove the addresses, spelled as its list spells them; at most {@link MAXIMUM_ADDRESSES_A_JOB}.
   *
   * @param name of the file; the same name again replaces it.
   * @returns SES's id of the job.
   * @throws {ImportJobRefusedError} when the file or the job was refused.
   */
  start(name: string, spellings: readonly string[]): Promise<string>;
  status(jobId: string): Promise<JobStatus>;
}

/** What import jobs need, and where the files go. */
export interface ImportJobOptions {
  readonly ses: SESv2Client;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly limiter: Turns;
}

/**
 * Import jobs over SES v2 and S3. The file is newline-delimited JSON, which needs no quoting rules for addresses
 * with commas or quotes (SES developer guide, "Manage lists in bulk").
 */
export function sesImportJobs({ ses, s3, bucket, limiter }: ImportJobOptions): ImportJobs {
  return {
    async start(name, spellings) {
      const key = `removals/${name}.json`;
      const body = spellings.map((emailAddress) => JSON.stringify({ emailAddress })).join('\n');
      try {
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
      } catch (error) {
        throw isRefusedCall(error) ? new ImportJobRefusedError(errorName(error), { cause: error }) : error;
      }
    },

    async status(jobId) {
      await limiter.take();
      try {
        const job = await ses.send(new GetImportJobCommand({ JobId: jobId }));
        switch (job.JobStatus as string | undefined) {
          case 'COMPLETED':
            return { state: 'completed', unverified: (job.FailedRecordsCount ?? 0) > 0 };
          // The API says FAILED, the developer guide ERROR.
          case 'FAILED':
          case 'ERROR':
          case 'CANCELLED':
            return { state: 'failed', why: job.FailureInfo?.ErrorMessage ?? 'SES gave no reason' };
          default:
            return { state: 'running' };
        }
      } catch (error) {
        if (error instanceof NotFoundException) return { state: 'failed', why: 'SES does not know the job' };
        throw error;
      }
    },
  };
}
