import * as z from 'zod';
import { SesError } from './errors.ts';
import { MATCHING_EVENT_TYPES } from './events.ts';

/** Bodies of the calls, validated once. Members this SES does nothing with are ignored, as a server must. */
const text = z.object({ Data: z.string() });

export const sendEmailRequest = z.object({
  FromEmailAddress: z.string().min(1),
  Destination: z
    .object({
      ToAddresses: z.array(z.string()).optional(),
      CcAddresses: z.array(z.string()).optional(),
      BccAddresses: z.array(z.string()).optional(),
    })
    .optional(),
  Content: z.object({
    Simple: z.object({ Subject: text }).optional(),
    Raw: z.object({ Data: z.string() }).optional(),
    Template: z.object({ TemplateName: z.string().optional() }).optional(),
  }),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).optional(),
  ConfigurationSetName: z.string().optional(),
  TenantName: z.string().optional(),
});

const reason = z.enum(['BOUNCE', 'COMPLAINT']);

export const putSuppressedRequest = z.object({
  EmailAddress: z.string().min(1),
  Reason: reason,
  TenantName: z.string().optional(),
});

export const accountSuppressionRequest = z.object({ SuppressedReasons: z.array(reason).optional() });

export const importJobRequest = z.object({
  ImportDestination: z.object({
    SuppressionListDestination: z.object({ SuppressionListImportAction: z.enum(['PUT', 'DELETE']) }),
  }),
  ImportDataSource: z.object({
    S3Url: z.string().regex(/^s3:\/\/[^/]{1,255}\/.{1,1024}$/),
    DataFormat: z.enum(['CSV', 'JSON']),
  }),
});

const insightsFilters = z.object({ LastDeliveryEvent: z.array(z.string()).max(5).optional() });

export const exportJobRequest = z.object({
  ExportDataSource: z.object({
    MessageInsightsDataSource: z.object({
      /** Epoch seconds. */
      StartDate: z.number(),
      EndDate: z.number(),
      Include: insightsFilters.optional(),
      MaxResults: z.int().min(1).max(10_000).optional(),
    }),
  }),
  // S3Url is SES's to set: named in a request, it is refused.
  ExportDestination: z.object({ DataFormat: z.literal('CSV'), S3Url: z.undefined().optional() }),
});

export const pagedRequest = z.object({
  NextToken: z.string().optional(),
  PageSize: z.coerce.number().int().positive().optional(),
  Filter: z.record(z.string(), z.string()).optional(),
});

const anything = z.looseObject({});

/** Create names the destination in the body, Update in the path. */
export const eventDestinationRequest = z.object({
  EventDestinationName: z.string().optional(),
  EventDestination: z.object({
    Enabled: z.boolean().optional(),
    MatchingEventTypes: z.array(z.enum(MATCHING_EVENT_TYPES)).optional(),
    SnsDestination: z.object({ TopicArn: z.string() }).optional(),
    EventBridgeDestination: z.object({ EventBusArn: z.string() }).optional(),
    CloudWatchDestination: anything.optional(),
    KinesisFirehoseDestination: anything.optional(),
    PinpointDestination: anything.optional(),
  }),
});

export const defaultSetRequest = z.object({ ConfigurationSetName: z.string().optional() });

export const tenantRequest = z.object({ TenantName: z.string().min(1) });

export const addressInsightsRequest = z.object({ EmailAddress: z.string().min(1) });

export const listQuery = z.object({
  Reason: z.array(reason),
  StartDate: z.iso.datetime({ offset: true }).optional(),
  EndDate: z.iso.datetime({ offset: true }).optional(),
  NextToken: z.string().optional(),
  PageSize: z.coerce.number().int().positive().optional(),
});

/**
 * A body or query in its shape.
 *
 * @throws {SesError} BadRequestException naming what is wrong.
 */
export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SesError('BadRequestException', z.prettifyError(parsed.error));
}

/** A body as JSON. @throws {SesError} BadRequestException when it is none. */
export function readJson(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new SesError('BadRequestException', 'The request body is not JSON.');
  }
}
