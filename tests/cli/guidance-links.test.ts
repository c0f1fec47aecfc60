import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLinks } from '../../cli/guidance/check-links.ts';
import { officialPages } from '../../lib/guidance/official-pages.ts';
import { GUIDANCE } from '../../lib/guidance/settings.ts';
import { PROVIDER_IDS } from '../../lib/provider-id.ts';
import { runInProcess } from '../support/cli.ts';

let server: Server;
let base: string;
let open = 0;
let mostOpen = 0;
const asked: string[] = [];

/** A carrier's site: each path behaves as its name says. */
const site: RequestListener = (request, response) => {
  const { method, url = '' } = request;
  asked.push(`${method} ${url}`);
  open += 1;
  mostOpen = Math.max(mostOpen, open);
  response.on('close', () => {
    open -= 1;
  });
  const end = (status: number, headers = {}) =>
    setTimeout(() => response.writeHead(status, headers).end('<p>'), 10);
  if (url.startsWith('/ok')) return end(200);
  if (url === '/get-only') return end(method === 'HEAD' ? 405 : 200);
  if (url === '/moved') return end(301, { location: '/new/' });
  if (url === '/slash') return end(301, { location: '/slash/?from=old' });
  if (url.startsWith('/slash/')) return end(200);
  if (url === '/twice') return end(302, { location: '/moved' });
  if (url === '/new/') return end(200);
  if (url === '/gone') return end(404);
  if (url === '/to-gone') return end(301, { location: '/gone' });
  if (url === '/loop') return end(302, { location: '/loop' });
  if (url === '/away') return end(302, { location: 'file:///etc/passwd' });
  if (url === '/forbidden') return end(403);
  if (url === '/broken') return end(503);
  if (url === '/silent') return; // until the limit
  end(500);
};

beforeAll(async () => {
  server = createServer(site);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const links = (...args: readonly string[]) =>
  runInProcess(['guidance', 'links', ...args], { env: { LANG: 'en_US' } });

describe('the pages of letters', () => {
  it('are every address a letter can hold, each once, over https', () => {
    const urls = officialPages().map(({ url }) => url);
    expect(new Set(urls).size).toBe(urls.length);
    expect(urls.every((url) => url.startsWith('https://'))).toBe(true);
    const all = PROVIDER_IDS.flatMap((id) => GUIDANCE[id].pages.flatMap(({ url }) => url ?? []));
    expect(new Set(all)).toEqual(new Set(urls));
  });
});

describe('asking for pages', () => {
  it('tells those that stand from those that moved, are gone, and of which nothing is known', async () => {
    const paths = [
      '/ok',
      '/get-only',
      '/slash',
      '/moved',
      '/twice',
      '/gone',
      '/to-gone',
      '/loop',
      '/away',
      '/forbidden',
      '/broken',
    ];
    const results = await checkLinks(
      paths.map((path) => base + path),
      { timeoutMs: 2_000, parallel: 3 },
    );
    expect(results).toEqual([
      { state: 'ok', status: 200 },
      { state: 'ok', status: 200 },
      { state: 'ok', status: 200 },
      { state: 'moved', status: 200, to: `${base}/new/` },
      { state: 'moved', status: 200, to: `${base}/new/` },
      { state: 'gone', status: 404 },
      { state: 'gone', status: 404, at: `${base}/gone` },
      { state: 'unreachable', why: { ja: '転送が10回を超えました', en: 'more than 10 redirects' } },
      { state: 'unreachable', why: expect.objectContaining({ en: 'it leads to file:///etc/passwd' }) },
      { state: 'unreachable', why: { ja: 'HTTP 403', en: 'HTTP 403' } },
      { state: 'unreachable', why: { ja: 'HTTP 503', en: 'HTTP 503' } },
    ]);
    expect(asked).toContain('HEAD /ok');
    expect(asked).not.toContain('GET /ok');
  });

  it('asks no more side by side than allowed, and waits for none longer than allowed', async () => {
    mostOpen = 0;
    const urls = [
      `${base}/silent`,
      ...Array.from({ length: 8 }, (_, n) => `${base}/ok${n}`),
      'http://127.0.0.1:1/',
    ];
    const begun = performance.now();
    const results = await checkLinks(urls, { timeoutMs: 300, parallel: 3 });
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(mostOpen).toBeLessThanOrEqual(3);
    expect(results[0]).toEqual({
      state: 'unreachable',
      why: { ja: '0.3秒以内に応答がありません', en: 'no answer within 0.3 s' },
    });
    expect(results.slice(1, 9).every(({ state }) => state === 'ok')).toBe(true);
    expect(results[9]).toEqual({
      state: 'unreachable',
      why: expect.objectContaining({ en: expect.stringContaining('no connection') }),
    });
  });
});

describe('todoku guidance links', () => {
  it('names what moved, and where to, and ends with 1', async () => {
    const { code, stdout } = await links(`${base}/ok`, `${base}/moved`, `${base}/broken`);
    expect(code).toBe(1);
    expect(stdout).toContain('1 page has moved or gone');
    expect(stdout).toContain('/moved →');
  });

  it('ends with 2 where nothing moved and something could not be asked, with 0 where all stand', async () => {
    expect((await links(`${base}/ok`, `${base}/broken`)).code).toBe(2);
    expect((await links(`${base}/ok`, `${base}/get-only`)).code).toBe(0);
    const { code, stderr } = await links('shop.example');
    expect([code, stderr]).toEqual([2, expect.stringContaining('give it with https://')]);
  });

  it('says the same in JSON', async () => {
    const { code, stdout } = await links('--json', `${base}/moved`);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      pages: [{ url: `${base}/moved`, result: { state: 'moved', to: `${base}/new/`, status: 200 } }],
    });
  });
});
