import { z } from 'zod';

/**
 * SES's event JSON, both wire formats, validated once.
 *
 * Feedback notifications of an identity carry `notificationType`, configuration-set event publishing carries
 * `eventType`; the bodies are the same
 * (https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html,
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html).
 * Objects are loose because "SES reserves the right to add fields"; only what a fact cannot be formed without is
 * required.
 */

/** Longest address kept. DynamoDB's partition key holds 2,048 bytes; a longer "address" is not one. */
const MAXIMUM_ADDRESS_LENGTH = 1_000;
/** Longest id kept; SES's own have about 60 characters, a DynamoDB sort key holds 1,024 bytes. */
const MAXIMUM_ID_LENGTH = 400;

/**
 * A moment as SES writes it, to ISO 8601 UTC with milliseconds. Beside strict ISO, SES's documentation shows
 * `2018-10-08T14:05:45 +0000`.
 */
const moment = z.string().transform((text, context) => {
  const time = Date.parse(text.replace(/^(\d{4}-\d{2}-\d{2}T[\d:.]{1,15}) ([+-]\d{2}):?(\d{2})$/, '$1$2:$3'));
  if (Number.isNaN(time)) {
    context.addIssue({ code: 'custom', message: 'not a date and time' });
    return z.NEVER;
  }
  return new Date(time).toISOString();
});

const address = z.string().min(1).max(MAXIMUM_ADDRESS_LENGTH);
const id = z.string().min(1).max(MAXIMUM_ID_LENGTH);
/** Optional fields may be absent or, from some producers, null. */
const text = z.string().nullish();

const bouncedRecipient = z.looseObject({
  emailAddress: address,
  action: text,
  status: text,
  diagnosticCode: text,
});

/** The body of each event type this code knows, under the key SES puts it. */
export const bodySchemas = {
  bounce: z.looseObject({
    bounceType: z.string(),
    bounceSubType: text,
    bouncedRecipients: z.array(bouncedRecipient),
    timestamp: moment,
    feedbackId: id,
    remoteMtaIp: text,
    reportingMTA: text,
  }),
  complaint: z.looseObject({
    // Absent on some complaints of the suppression list's own making; then the mail's destinations stand in.
    complainedRecipients: z.array(z.looseObject({ emailAddress: address })).nullish(),
    timestamp: moment,
    feedbackId: id,
    complaintSubType: text,
    complaintFeedbackType: text,
    userAgent: text,
    arrivalDate: text,
  }),
  delivery: z.looseObject({
    timestamp: moment,
    recipients: z.array(address),
    processingTimeMillis: z.number().nullish(),
    smtpResponse: text,
    reportingMTA: text,
    remoteMtaIp: text,
  }),
  deliveryDelay: z.looseObject({
    timestamp: moment,
    delayType: text,
    delayedRecipients: z.array(z.looseObject({ emailAddress: address, status: text, diagnosticCode: text })),
    expirationTime: text,
    reportingMTA: text,
  }),
  open: z.looseObject({ timestamp: moment, userAgent: text, ipAddress: text }),
  click: z.looseObject({ timestamp: moment, userAgent: text, ipAddress: text, link: text }),
} as const;

/** What every event says of its mail. */
export const mailSchema = z.looseObject({
  timestamp: moment,
  messageId: id,
  source: text,
  destination: z.array(address).default([]),
});

/** An event of either wire format: its type, its mail, and whatever body comes with it. */
export const eventSchema = z
  .looseObject({
    notificationType: z.string().optional(),
    eventType: z.string().optional(),
    mail: mailSchema,
  })
  .refine((event) => (event.eventType ?? event.notificationType) !== undefined, {
    message: 'neither eventType nor notificationType',
  });
