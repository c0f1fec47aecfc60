import { SESv2Client } from '@aws-sdk/client-sesv2';
import { LocalClock } from '../../../local/clock.ts';
import { LocalSes, type SesOptions } from '../../../local/ses/engine.ts';
import { type SesServer, type SesServerOptions, startSes } from '../../../local/ses/server.ts';

/** A SES event as a test reads it. */
export interface PublishedEvent {
  readonly eventType?: string;
  readonly notificationType?: string;
  readonly mail: Record<string, unknown>;
  readonly [part: string]: unknown;
}

/** A local SES with a frozen clock and everything it published. */
export interface Scene {
  readonly clock: LocalClock;
  readonly ses: LocalSes;
  readonly events: PublishedEvent[];
}

/** Prepares a scene; the clock stands at noon, Japanese time, of 2026-11-02 unless told otherwise. */
export function scene(options: SesOptions = {}, start = '2026-11-02T03:00:00Z'): Scene {
  const clock = new LocalClock({ start });
  const events: PublishedEvent[] = [];
  const ses = new LocalSes({
    now: () => clock.now(),
    taps: [{ format: 'event-publishing', publish: (message) => events.push(JSON.parse(message)) }],
    ...options,
  });
  clock.onMove(() => ses.tick());
  return { clock, ses, events };
}

/** A scene behind HTTP, with the real client. */
export interface ServedScene extends Scene {
  readonly server: SesServer;
  readonly client: SESv2Client;
  stop(): Promise<void>;
}

/** Serves a scene; the client tries once unless told otherwise. */
export async function servedScene(
  options: SesOptions = {},
  serverOptions: SesServerOptions = {},
  maxAttempts = 1,
): Promise<ServedScene> {
  const prepared = scene(options);
  const server = await startSes(prepared.ses, serverOptions);
  const client = new SESv2Client({
    endpoint: server.endpoint,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts,
  });
  return {
    ...prepared,
    server,
    client,
    stop: async () => {
      client.destroy();
      await server.stop();
    },
  };
}

/** The events of one kind. */
export function ofType(events: readonly PublishedEvent[], type: string): PublishedEvent[] {
  return events.filter((event) => (event.eventType ?? event.notificationType) === type);
}

/** What makes an event unique: its kind, and its feedback or message. */
export function factKey(event: PublishedEvent): string {
  const text = JSON.stringify(event);
  return `${event.eventType} ${/"feedbackId":"([^"]+)"/.exec(text)?.[1] ?? String(event.mail.messageId)}`;
}
