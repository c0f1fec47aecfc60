import * as z from 'zod';

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

/**
 * Most bytes of an id; SES's own have about 60. A DynamoDB sort key holds 1,024, and an id shares it with time and
 * kind.
 */
const MAXIMUM_ID_BYTES = 400;

/** ISO 8601 as SES writes it; its documentation also shows `2018-10-08T14:05:45 +0000`. */
const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(?:(Z)|([+-]\d\d):?(\d\d))?$/;

/**
 * A moment as SES writes it, to ISO 8601 UTC with milliseconds. Without an offset it is UTC, never the machine's
 * time zone: the moment is part of a key.
 */
const moment = z.string().transform((text, context) => {
  const [, local, , hours, minutes] = MOMENT.exec(text) ?? [];
  const time =
    local === undefined ? Number.NaN : Date.parse(`${local}${hours ? `${hours}:${minutes}` : 'Z'}`);
  if (Number.isNaN(time)) {
    context.addIssue({ code: 'custom', message: 'not a date and time' });
    return z.NEVER;
  }
  return new Date(time).toISOString();
});

/** When an event of a kind this code does not know says that it happened. */
export const timestampSchema = z.looseObject({ timestamp: moment });

const address = z.string();
const id = z
  .string()
  .min(1)
  .transform((text) => text.toWellFormed())
  .refine((text) => Buffer.byteLength(text) <= MAXIMUM_ID_BYTES, {
    message: `longer than ${MAXIMUM_ID_BYTES} bytes`,
  });
/** Optional fields may be absent or, from some producers, null. */
const text = z.string().nullish();
/** A field that is known and not kept: whatever it holds, it must not cost the evidence beside it. */
const ignored = z.unknown().optional();

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
    userAgent: ignored,
    arrivalDate: ignored,
  }),
  delivery: z.looseObject({
    timestamp: moment,
    recipients: z.array(address),
    processingTimeMillis: ignored,
    smtpResponse: text,
    reportingMTA: text,
    remoteMtaIp: text,
  }),
  deliveryDelay: z.looseObject({
    timestamp: moment,
    delayType: text,
    delayedRecipients: z.array(z.looseObject({ emailAddress: address, status: text, diagnosticCode: text })),
    expirationTime: ignored,
    reportingMTA: text,
  }),
  open: z.looseObject({ timestamp: moment, isBotEvent: text }),
  click: z.looseObject({ timestamp: moment, isBotEvent: text }),
} as const;

/** What every event says of its mail. */
const mailSchema = z.looseObject({
  timestamp: moment,
  messageId: id,
  source: text,
  destination: z.array(address).nullish(),
});

/** An event of either wire format: its type, its mail, and whatever body comes with it. */
export const eventSchema = z
  .looseObject({
    notificationType: z.string().optional(),
    eventType: z.string().optional(),
    mail: mailSchema,
  })
  .refine((event) => Boolean(event.eventType ?? event.notificationType), {
    message: 'neither eventType nor notificationType',
  });
