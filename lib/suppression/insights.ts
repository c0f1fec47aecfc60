import {
  BadRequestException,
  CreateExportJobCommand,
  GetAccountCommand,
  GetExportJobCommand,
  GetMessageInsightsCommand,
  NotFoundException,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { Refusal } from '../refusal.ts';
import type { Turns } from './limiter.ts';

/** One thing that happened to a mail for one recipient, in SES's own words. */
export interface InsightsEvent {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** `SEND`, `DELIVERY`, `BOUNCE`, `COMPLAINT`, or what SES says. */
  readonly type: string;
  readonly bounceType?: string;
  readonly bounceSubType?: string;
  readonly diagnosticCode?: string;
  readonly complaintSubType?: string;
  readonly complaintFeedbackType?: string;
}

/** What SES still knows of one mail. */
export interface MessageInsights {
  readonly messageId: string;
  readonly from?: string;
  readonly recipients: readonly { readonly destination: string; readonly events: readonly InsightsEvent[] }[];
}

/** A span of time, ISO 8601 UTC, both ends included. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/** An export job as it stands. `url` is there once it is completed, and works for five minutes. */
interface ExportJob {
  /** `CREATED`, `PROCESSING`, `COMPLETED`, `FAILED`, `CANCELLED`, what SES says, or `GONE`: SES knows no such job. */
  readonly status: string;
  readonly url?: string;
  readonly error?: string;
}

/** SES's message insights of one account and Region: part of Virtual Deliverability Manager. */
export interface InsightsReader {
  /** Whether Virtual Deliverability Manager is on; without it SES keeps no insights. */
  available(): Promise<boolean>;
  /** What SES still knows of a mail; undefined when it knows nothing (any more). */
  message(messageId: string): Promise<MessageInsights | undefined>;
  /** Starts an export of the mails of a span that bounced or were complained about; its id. */
  startExport(span: Span, maximumRows: number): Promise<string>;
  exportJob(id: string): Promise<ExportJob>;
}

/** Thrown when the account has no message insights to read. */
export class InsightsUnavailableError extends Refusal {
  override readonly name = 'InsightsUnavailableError';
  override readonly code = 'no-message-insights';
}

/** The insights behind the SES v2 API; every call waits for its turn at the limiter, as those about the list do. */
export function sesMessageInsights(client: SESv2Client, limiter: Turns): InsightsReader {
  return {
    async available() {
      await limiter.take();
      const { VdmAttributes } = await client.send(new GetAccountCommand({}));
      return VdmAttributes?.VdmEnabled === 'ENABLED';
    },

    async message(messageId) {
      await limiter.take();
      try {
        const answer = await client.send(new GetMessageInsightsCommand({ MessageId: messageId }));
        return {
          messageId,
          ...(answer.FromEmailAddress && { from: answer.FromEmailAddress }),
          recipients: (answer.Insights ?? []).map(({ Destination, Events }) => ({
            destination: Destination ?? '',
            events: (Events ?? []).flatMap(({ Timestamp, Type, Details }) =>
              Timestamp === undefined || Type === undefined
                ? []
                : [
                    {
                      at: Timestamp.toISOString(),
                      type: Type,
                      ...given('bounceType', Details?.Bounce?.BounceType),
                      ...given('bounceSubType', Details?.Bounce?.BounceSubType),
                      ...given('diagnosticCode', Details?.Bounce?.DiagnosticCode),
                      ...given('complaintSubType', Details?.Complaint?.ComplaintSubType),
                      ...given('complaintFeedbackType', Details?.Complaint?.ComplaintFeedbackType),
                    },
                  ],
            ),
          })),
        };
      } catch (error) {
        if (error instanceof NotFoundException) return undefined;
        throw error;
      }
    },

    async startExport(span, maximumRows) {
      await limiter.take();
      const { JobId } = await client.send(
        new CreateExportJobCommand({
          ExportDataSource: {
            MessageInsightsDataSource: {
              StartDate: new Date(span.from),
              EndDate: new Date(span.to),
              Include: {
                LastDeliveryEvent: [
                  'PERMANENT_BOUNCE',
                  'UNDETERMINED_BOUNCE',
                  'TRANSIENT_BOUNCE',
                  'COMPLAINT',
                ],
              },
              MaxResults: maximumRows,
            },
          },
          // CSV, because a row can be read without the file around it.
          ExportDestination: { DataFormat: 'CSV' },
        }),
      );
      if (JobId === undefined) throw new Error('SES started an export job without naming it: try again');
      return JobId;
    },

    async exportJob(id) {
      await limiter.take();
      try {
        const job = await client.send(new GetExportJobCommand({ JobId: id }));
        return {
          status: job.JobStatus ?? 'UNKNOWN',
          ...given('url', job.ExportDestination?.S3Url),
          ...given('error', job.FailureInfo?.ErrorMessage),
        };
      } catch (error) {
        // The API documents the one; floci saw SES answer the other ("Invalid JobId").
        if (error instanceof NotFoundException || error instanceof BadRequestException)
          return { status: 'GONE' };
        throw error;
      }
    },
  };
}

/** A property that is absent when its value is. */
function given<Key extends string>(key: Key, value: string | undefined): { [key in Key]?: string } {
  return value ? ({ [key]: value } as { [key in Key]?: string }) : {};
}
