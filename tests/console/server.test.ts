import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PortTaken, serveConsole } from '../../console/server/serve.ts';
import { Refusal } from '../../lib/refusal.ts';

class Stopped extends Refusal {
  override readonly name = 'Stopped';
  readonly code = 'stopped';
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

const ending = new AbortController();
const addresses: string[] = [];
let port = 0;
let ended: Promise<string>;

/** A request as any program on this machine can send it: with whatever headers it likes. */
function send(
  path: string,
  { method = 'POST', headers = {}, body = '{}' }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  const own = { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` };
  const all = Object.entries({ ...(method === 'POST' && own), ...headers });
  const sent = Object.fromEntries(all.filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers: sent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    asked.on('error', reject);
    asked.end(method === 'POST' ? body : undefined);
  });
}

const ticket = () => addresses.at(-1)?.split('#')[1] ?? '';

/** Comes in as a browser does. @returns the headers of its further requests. */
async function comeIn() {
  const { headers, body } = await send('/session', { body: JSON.stringify({ ticket: ticket() }) });
  const cookie = String(headers['set-cookie']);
  return {
    cookie,
    own: { cookie: cookie.split(';')[0] ?? '', 'x-todoku-token': JSON.parse(body).token as string },
  };
}

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    ended = serveConsole({
      questions: {
        echo: async (asked) => asked,
        stop: async () => {
          throw new Stopped({ ja: '停止中です。', en: 'stopped' });
        },
      },
      about: async () => ({ desk: false }),
      idleMinutes: 5,
      signal: ending.signal,
      onAddress: (address) => {
        addresses.push(address);
        port = Number(new URL(address).port);
        resolve();
      },
    });
  });
});
afterAll(async () => {
  ending.abort();
  expect(await ended).toBe('ended');
});

describe('the page', () => {
  it('is small, and lets no code run but its own file', async () => {
    const page = await send('/', { method: 'GET' });
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect(page.body).not.toMatch(/<script(?![^>]*src=)|style=|onclick/);
    // What a browser fetches before anything is opened: a file imports others at once, or when a view is.
    const paths = new Set(['/page.js', '/page.css', '/icon.svg']);
    let bytes = gzipSync(page.body).length;
    for (const path of paths) {
      const { status, body } = await send(path, { method: 'GET' });
      expect(status, path).toBe(200);
      bytes += gzipSync(body).length;
      for (const [, name] of body.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) paths.add(`/${name}`);
    }
    expect(paths.size).toBeGreaterThan(3);
    console.info(`first load of the console: ${bytes} bytes compressed, ${paths.size + 1} files`);
    expect(bytes).toBeLessThan(60 * 1024);
  });
});

describe('the door', () => {
  it('lets one browser in with a ticket, and nobody with the same again', async () => {
    const used = ticket();
    const { cookie, own } = await comeIn();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(ticket()).not.toBe(used);
    const again = await send('/session', { body: JSON.stringify({ ticket: used }) });
    expect(again.status).toBe(401);
    expect(again.body).toContain('not-admitted');
    // The page that was let in may be loaded again.
    expect((await send('/session', { headers: own })).status).toBe(200);
    // A cookie goes to every port of the machine, so that whoever listens at another may know it.
    expect((await send('/session', { headers: { cookie: own.cookie } })).status).toBe(401);
  });

  it('answers who is in, and refuses in the words of whoever refuses', async () => {
    const { own } = await comeIn();
    const echoed = await send('/ask/echo', { headers: own, body: '{"a":1}' });
    expect(JSON.parse(echoed.body)).toEqual({ answer: { a: 1 } });
    const stopped = await send('/ask/stop', { headers: own });
    expect(stopped.status).toBe(502);
    expect(JSON.parse(stopped.body)).toEqual({
      refused: { code: 'stopped', text: { ja: '停止中です。', en: 'stopped' } },
    });
    expect((await send('/ask/constructor', { headers: own })).status).toBe(404);
  });

  it.each([
    ['no cookie', { cookie: undefined }, 401],
    ['a cookie of nobody', { cookie: 'todoku-1=x' }, 401],
    ['no token', { 'x-todoku-token': undefined }, 403],
    ['another token', { 'x-todoku-token': 'x' }, 403],
    ['a name that was pointed here', { host: 'evil.example' }, 421],
    ['the right name at another port', { host: '127.0.0.1:1' }, 421],
    ['another origin', { origin: 'http://evil.example' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['no origin', { origin: undefined }, 403],
    ['a page that a browser calls another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page that a browser calls the same site', { 'sec-fetch-site': 'same-site' }, 403],
  ])('refuses %s', async (_, headers, status) => {
    const { own } = await comeIn();
    const answer = (await send('/ask/echo', { headers: { ...own, ...headers } })).status;
    expect(answer).toBe(status);
  });

  it('takes no questions by GET, and none that are too long', async () => {
    const { own } = await comeIn();
    expect((await send('/ask/echo', { method: 'GET', headers: own })).status).toBe(404);
    const long = await send('/ask/echo', { headers: own, body: JSON.stringify('x'.repeat(300_000)) });
    expect(long.status).toBe(413);
  });
});

it('says that a port is taken, and ends by itself when nobody asks', async () => {
  const start = { questions: {}, about: async () => ({}), onAddress: () => undefined };
  await expect(serveConsole({ ...start, port, idleMinutes: 5 })).rejects.toThrow(PortTaken);
  expect(await serveConsole({ ...start, idleMinutes: 0.001 })).toBe('idle');
});
