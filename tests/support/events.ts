import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** SES's two wire formats, as the folders of the sample events are named. */
export type WireFormat = 'notification' | 'event-publishing';

const FOLDER = new URL('../../events/', import.meta.url);

/** Names of the sample events of a wire format, without `.json`. */
export function sampleNames(format: WireFormat): string[] {
  return readdirSync(new URL(format, FOLDER)).map((file) => basename(file, '.json'));
}

/** The JSON text of a sample event. */
export function sampleText(name: string, format: WireFormat | 'setup' = 'notification'): string {
  return readFileSync(new URL(`${format}/${name}.json`, FOLDER), 'utf8');
}

/** Details of an invented bounce that a test may care about. */
export interface BounceOptions {
  readonly address?: string;
  readonly feedbackId?: string;
  readonly at?: string;
  /** Merged into the event, last. */
  readonly event?: Readonly<Record<string, unknown>>;
  /** Merged into the bounce, last; `undefined` takes a field away. */
  readonly bounce?: Readonly<Record<string, unknown>>;
  readonly mail?: Readonly<Record<string, unknown>>;
}

/** The JSON text of a bounce that au's filter causes. */
export function bounceText(options: BounceOptions = {}): string {
  const address = options.address ?? 'sakura@ezweb.ne.jp';
  return JSON.stringify({
    notificationType: 'Bounce',
    bounce: {
      feedbackId: options.feedbackId ?? 'feedback-1',
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [
        {
          emailAddress: address,
          action: 'failed',
          status: '5.0.0',
          diagnosticCode: 'smtp; 550 : User unknown',
        },
      ],
      timestamp: options.at ?? '2026-11-23T01:00:01.000Z',
      reportingMTA: 'dns; smtp-out.example',
      ...options.bounce,
    },
    mail: {
      timestamp: '2026-11-23T01:00:00.000Z',
      messageId: 'message-1',
      source: 'order@shop.example',
      destination: [address],
      ...options.mail,
    },
    ...options.event,
  });
}
