import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { now } from '../lib/clock.ts';
import { DAILY_CONCURRENCY } from '../lib/store/facts.ts';
import { ssmForgetKey } from '../lib/store/forget-key.ts';
import type { ForgetKey } from '../lib/store/forgetting.ts';
import { openTable, type Table } from '../lib/store/table.ts';
import { type AddressInsightsReader, sesAddressInsights } from '../lib/suppression/address-insights.ts';
import { type ImportJobs, sesImportJobs } from '../lib/suppression/import-job.ts';
import { type InsightsReader, sesMessageInsights } from '../lib/suppression/insights.ts';
import { limiter, type Pace } from '../lib/suppression/limiter.ts';
import { type SuppressionList, sesSuppressionList } from '../lib/suppression/list.ts';
import { sesRetries } from '../lib/suppression/retries.ts';
import { environment } from './environment.ts';
import { once } from './once.ts';

/**
 * The clients of AWS's services and what speaks through them, each made when a function first asks for it. A bundle
 * holds the code of those alone that its function names here.
 */

/** How long a call may take, in milliseconds, before it is tried again. */
export interface TimeLimits {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
}

/** For calls that work needs: without limits one lost answer would hold an invocation until Lambda ends it. */
export const TIME_LIMITS: TimeLimits = { connectionTimeout: 2_000, requestTimeout: 10_000 };

/** For calls whose missing answer is an answer (account metrics, the policy parameter): the three attempts end soon. */
export const SHORT_TIME_LIMITS: TimeLimits = { connectionTimeout: 2_000, requestTimeout: 5_000 };

/**
 * What a client is told of its time limits. The environment's `CALL_TIMEOUT_MS` shortens both of every client: for a
 * process whose far side is on the same machine.
 */
export function requestHandlerOptions({ connectionTimeout, requestTimeout }: TimeLimits): TimeLimits & {
  readonly throwOnRequestTimeout: true;
} {
  const most = environment().CALL_TIMEOUT_MS;
  return {
    connectionTimeout: Math.min(connectionTimeout, most),
    requestTimeout: Math.min(requestTimeout, most),
    // Without it the SDK only warns, and waits on.
    throwOnRequestTimeout: true,
  };
}

/** The client of the table. */
export function dynamo(): DynamoDBDocumentClient {
  return once(dynamo, () => {
    // More at once than the SDK's 50 connections, for ingest (lib/store/facts.ts).
    const requestHandler = {
      ...requestHandlerOptions(TIME_LIMITS),
      httpsAgent: { keepAlive: true, maxSockets: DAILY_CONCURRENCY },
    };
    return DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }), {
      marshallOptions: { removeUndefinedValues: true },
    });
  });
}

/** The table's records. */
export function store(): Table {
  return once(store, () => {
    const { TABLE_NAME: tableName, FACT_RETENTION_DAYS: factDays, NOTICES: notices } = environment();
    return openTable({ client: dynamo(), tableName, retention: { factDays }, notices, now });
  });
}

/** The key by which forgotten addresses are known again; read where somebody was forgotten. */
export function forgetKey(): ForgetKey {
  return once(forgetKey, () => ssmForgetKey(ssm, environment().FORGET_KEY_PARAMETER));
}

/** SES. One request a second is the whole account's: other callers take their share, so throttling is expected. */
export function ses(): SESv2Client {
  const requestHandler = requestHandlerOptions(TIME_LIMITS);
  const retryStrategy = sesRetries(() => sesLimiter().passedLate());
  return once(ses, () => new SESv2Client({ retryStrategy, requestHandler }));
}

/** The pace of this container's calls to SES: one for all of them. */
export function sesLimiter(): Pace {
  return once(sesLimiter, () => limiter(environment().SES_CALLS_PER_SECOND));
}

/** SES's suppression list. */
export function list(): SuppressionList {
  return once(list, () => {
    const requestHandler = requestHandlerOptions(TIME_LIMITS);
    // A deletion that is refused or whose answer is lost is not repeated: the gate looks again first.
    const deleting = new SESv2Client({ maxAttempts: 1, requestHandler });
    return sesSuppressionList(ses(), sesLimiter(), deleting);
  });
}

/** What SES tells of single mails. */
export function insights(): InsightsReader {
  return once(insights, () => sesMessageInsights(ses(), sesLimiter()));
}

/** What SES thinks of addresses. */
export function addressInsights(): AddressInsightsReader {
  return once(addressInsights, () => sesAddressInsights(ses(), sesLimiter()));
}

/** Files. */
export function s3(): S3Client {
  return once(s3, () => {
    // A local endpoint has no host name for each bucket.
    const forcePathStyle = process.env.AWS_ENDPOINT_URL_S3 !== undefined;
    return new S3Client({ forcePathStyle, requestHandler: requestHandlerOptions(TIME_LIMITS) });
  });
}

/** Bulk removal; undefined where no bucket for its files is deployed. */
export function importJobs(): ImportJobs | undefined {
  return once(importJobs, () => {
    const bucket = environment().IMPORT_BUCKET;
    return bucket ? sesImportJobs({ ses: ses(), s3: s3(), bucket, limiter: sesLimiter() }) : undefined;
  });
}

/** Queues. */
export function sqs(): SQSClient {
  return once(sqs, () => new SQSClient({ requestHandler: requestHandlerOptions(TIME_LIMITS) }));
}

/** Functions, to continue this one. */
export function lambda(): LambdaClient {
  return once(lambda, () => new LambdaClient({ requestHandler: requestHandlerOptions(TIME_LIMITS) }));
}

/** Topics of notices. */
export function sns(): SNSClient {
  return once(sns, () => new SNSClient({ requestHandler: requestHandlerOptions(TIME_LIMITS) }));
}

/** The account's bus of events. */
export function eventBridge(): EventBridgeClient {
  return once(
    eventBridge,
    () => new EventBridgeClient({ requestHandler: requestHandlerOptions(TIME_LIMITS) }),
  );
}

/** The account's metrics. */
export function cloudWatch(): CloudWatchClient {
  const requestHandler = requestHandlerOptions(SHORT_TIME_LIMITS);
  return once(cloudWatch, () => new CloudWatchClient({ requestHandler }));
}

/** Parameters. */
export function ssm(): SSMClient {
  return once(ssm, () => new SSMClient({ requestHandler: requestHandlerOptions(SHORT_TIME_LIMITS) }));
}
