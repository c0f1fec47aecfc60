import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { now } from '../lib/clock.ts';
import { Store } from '../lib/store/store.ts';
import { type AddressInsightsReader, sesAddressInsights } from '../lib/suppression/address-insights.ts';
import { type ImportJobs, sesImportJobs } from '../lib/suppression/import-job.ts';
import { type InsightsReader, sesMessageInsights } from '../lib/suppression/insights.ts';
import { limiter } from '../lib/suppression/limiter.ts';
import { type SuppressionList, sesSuppressionList } from '../lib/suppression/list.ts';
import { type Environment, readEnvironment } from './environment.ts';

/** What every function is built from, made once per container and shared by its invocations. */
export interface Runtime {
  readonly environment: Environment;
  readonly dynamo: DynamoDBDocumentClient;
  readonly ses: SESv2Client;
  readonly store: Store;
  readonly list: SuppressionList;
  readonly insights: InsightsReader;
  readonly addressInsights: AddressInsightsReader;
  /** Bulk removal, where a bucket for its files is deployed. */
  readonly importJobs?: ImportJobs;
}

/**
 * How long a call may take, milliseconds, before it is tried again: without limits one lost answer would hold an
 * invocation until Lambda ends it. Without `throwOnRequestTimeout` the SDK only warns, and waits on. For every client
 * of the functions.
 */
export const requestHandler = {
  connectionTimeout: 2_000,
  requestTimeout: 10_000,
  throwOnRequestTimeout: true,
};

let made: Runtime | undefined;

/** The runtime of this container, from its environment. */
export function runtime(): Runtime {
  made ??= makeRuntime(readEnvironment());
  return made;
}

/** Forgets the runtime, so that the next call reads the environment anew: for a process that changes it. */
export function resetRuntime(): void {
  made = undefined;
}

function makeRuntime(environment: Environment): Runtime {
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  // One request a second is the whole account's: other callers take their share, so throttling is expected.
  const ses = new SESv2Client({ retryMode: 'adaptive', maxAttempts: 5, requestHandler });
  const sesLimiter = limiter(environment.SES_CALLS_PER_SECOND);
  const bucket = environment.IMPORT_BUCKET;
  return {
    environment,
    dynamo,
    ses,
    store: new Store({
      client: dynamo,
      tableName: environment.TABLE_NAME,
      retention: { factDays: environment.FACT_RETENTION_DAYS },
      now,
    }),
    list: sesSuppressionList(ses, sesLimiter),
    insights: sesMessageInsights(ses, sesLimiter),
    addressInsights: sesAddressInsights(ses, sesLimiter),
    ...(bucket && {
      importJobs: sesImportJobs({
        ses,
        // A local endpoint has no host name for each bucket.
        s3: new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined, requestHandler }),
        bucket,
        limiter: sesLimiter,
      }),
    }),
  };
}

/** Structured log; addresses go through maskAddress first. */
export const logger = new Logger({ serviceName: 'todoku' });

/** Counts, as CloudWatch embedded metrics on standard output. */
export const metrics = new Metrics({ namespace: 'todoku', serviceName: 'todoku' });
