import { serve } from '@hono/node-server';
import { errorCode } from '../../lib/refusal.ts';
import { MINUTE } from '../../lib/time.ts';
import { consoleApp, type Question } from './app.ts';
import { buildAssets } from './assets.ts';
import { createEntry } from './entry.ts';

/** What the console is started with. */
export interface ConsoleStart {
  readonly questions: Readonly<Record<string, Question>>;
  /** What the page is told once it is let in: plain data. */
  readonly about: () => Promise<unknown>;
  /** Port on the loopback interface. Absent: one that is free. */
  readonly port?: number;
  /** Minutes without a request after which it ends by itself. Absent: it does not. */
  readonly idleMinutes?: number;
  /** Told the address of the page: at the start, and another one whenever a browser has used the last. */
  readonly onAddress: (address: string) => void;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** The port that was asked for is taken. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/**
 * Serves the console to this machine alone until it is idle or told to end.
 *
 * @returns why it ended.
 * @throws {PortTaken} where another program listens at the port.
 */
export async function serveConsole(start: ConsoleStart): Promise<'idle' | 'ended'> {
  const { questions, about, onAddress, idleMinutes, signal } = start;
  const assets = await buildAssets();
  const entry = createEntry();
  return await new Promise((resolve, reject) => {
    let port = 0;
    const tell = () => onAddress(`http://127.0.0.1:${port}/#${entry.ticket()}`);
    const app = consoleApp({
      entry,
      assets,
      questions,
      about,
      port: () => port,
      onAdmitted: tell,
      onUse: () => idle?.refresh(),
    });
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: start.port ?? 0 }, (address) => {
      port = address.port;
      tell();
    });
    const end = (why: 'idle' | 'ended'): void => {
      clearTimeout(idle);
      signal?.removeEventListener('abort', stop);
      server.close(() => resolve(why));
      if ('closeAllConnections' in server) server.closeAllConnections();
    };
    const stop = () => end('ended');
    const idle = idleMinutes === undefined ? undefined : setTimeout(() => end('idle'), idleMinutes * MINUTE);
    server.once('error', (error) => {
      clearTimeout(idle);
      reject(errorCode(error) === 'EADDRINUSE' ? new PortTaken(String(start.port), { cause: error }) : error);
    });
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
