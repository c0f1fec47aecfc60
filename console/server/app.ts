import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { causeOf, Refusal } from '../../lib/refusal.ts';
import { type Bilingual, jsonIn } from '../../lib/text.ts';
import type { Assets } from './assets.ts';
import type { Entry, Visitor } from './entry.ts';

/**
 * The console's server: hands out the page, lets in whoever holds the ticket, and passes questions on. It decides
 * nothing: what may be asked, and what is answered, is the table of questions it is given.
 */

/** Answers one question of the page. @throws {Refusal} with what the page shows. */
export type Question = (request: unknown) => Promise<unknown>;

/** What the server works with. */
export interface ConsoleOptions {
  readonly entry: Entry;
  readonly assets: Assets;
  /** Questions by name; any other is refused. */
  readonly questions: Readonly<Record<string, Question>>;
  /** What the page is told once it is let in: plain data. */
  readonly about: () => Promise<unknown>;
  /** The port it is reached at, once it listens. */
  readonly port: () => number;
  /** Called when a browser was let in: the next one needs another address. */
  readonly onAdmitted: () => void;
  /** Called for every request of somebody who was let in. */
  readonly onUse: () => void;
}

/** Bytes of a request at most: 5,000 ids of proposals fit. */
const MAXIMUM_BODY = 256 * 1024;

/** The only addresses that reach this machine alone: any other name in Host is another site that points here. */
const HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/** What the page sends its visitor's token in. */
const TOKEN_HEADER = 'x-todoku-token';

/** The console as an app; see {@link ConsoleOptions}. */
export function consoleApp(options: ConsoleOptions): Hono {
  const { entry, assets, questions, about, port, onAdmitted, onUse } = options;
  const cookieName = () => `todoku-${port()}`;
  const visitorOf = (context: Context): Visitor | undefined =>
    entry.visitor(getCookie(context, cookieName()));
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ["'none'"],
      },
      crossOriginResourcePolicy: 'same-origin',
      crossOriginOpenerPolicy: 'same-origin',
      referrerPolicy: 'no-referrer',
      xFrameOptions: 'DENY',
      // Nothing here is served over TLS, and nothing of another port must be forced to be.
      strictTransportSecurity: false,
    }),
  );
  app.use(async (context, next) => {
    const { host } = context.req.header();
    if (!isThisMachine(host, port())) return refused(context, 421, 'wrong-host', WRONG_HOST);
    const { origin, 'sec-fetch-site': site } = context.req.header();
    const isPost = context.req.method === 'POST';
    if ((isPost || origin !== undefined) && origin !== `http://${host}`) {
      return refused(context, 403, 'wrong-origin', WRONG_ORIGIN);
    }
    if (site !== undefined && site !== 'same-origin' && (isPost || site !== 'none')) {
      return refused(context, 403, 'wrong-origin', WRONG_ORIGIN);
    }
    await next();
    // Answers hold customers' addresses: no cache of the browser keeps them.
    context.header('Cache-Control', 'no-store');
  });
  app.use(
    bodyLimit({
      maxSize: MAXIMUM_BODY,
      onError: (context) => refused(context, 413, 'too-long', TOO_LONG),
    }),
  );

  app.get('/:name?', (context) => {
    const asset = assets[`/${context.req.param('name') ?? ''}`];
    if (asset === undefined) return refused(context, 404, 'not-found', NOT_FOUND);
    return context.body(asset.body, 200, { 'Content-Type': asset.type });
  });

  app.post('/session', async (context) => {
    const ticket = await ticketIn(context);
    // Browsers send a cookie to every port of this machine, whoever listens there: alone it lets nobody in.
    const sender = ticket === undefined ? visitorOf(context) : undefined;
    const known = sender && entry.isOwn(sender, context.req.header(TOKEN_HEADER)) ? sender : undefined;
    const admitted = ticket === undefined ? undefined : entry.admit(ticket);
    const visitor = known ?? admitted;
    if (visitor === undefined) return refused(context, 401, 'not-admitted', NOT_ADMITTED);
    if (admitted !== undefined) {
      setCookie(context, cookieName(), admitted.cookie, { httpOnly: true, sameSite: 'Strict', path: '/' });
      onAdmitted();
    }
    onUse();
    return context.json({ token: visitor.token, about: await about() });
  });

  app.post('/ask/:question', async (context) => {
    const visitor = visitorOf(context);
    if (visitor === undefined) return refused(context, 401, 'not-admitted', NOT_ADMITTED);
    if (!entry.isOwn(visitor, context.req.header(TOKEN_HEADER))) {
      return refused(context, 403, 'wrong-token', WRONG_ORIGIN);
    }
    const name = context.req.param('question');
    const question = Object.hasOwn(questions, name) ? questions[name] : undefined;
    if (question === undefined) return refused(context, 404, 'not-offered', NOT_OFFERED);
    onUse();
    return context.json({ answer: await question(jsonIn(await context.req.text())) });
  });

  app.onError((error, context) => {
    const code = error instanceof Refusal ? error.code : 'failed';
    return refused(context, 502, code, causeOf(error));
  });
  return app;
}

/** What is answered to a request that is not served: as the page shows it. */
function refused(context: Context, status: 401 | 403 | 404 | 413 | 421 | 502, code: string, text: Bilingual) {
  return context.json({ refused: { code, text } }, status);
}

/** The ticket that a request names; undefined where it names none. */
async function ticketIn(context: Context): Promise<string | undefined> {
  const body = jsonIn(await context.req.text());
  if (typeof body !== 'object' || body === null || !('ticket' in body)) return undefined;
  return typeof body.ticket === 'string' ? body.ticket : '';
}

/** A browser names the host that the page was opened at: another name is somebody else's that was pointed here. */
function isThisMachine(host: string | undefined, port: number): boolean {
  return HOSTS.some((name) => host === `${name}:${port}`);
}

const WRONG_HOST: Bilingual = {
  ja: 'この画面は、端末に表示されたアドレス（127.0.0.1）でだけ開けます。',
  en: 'This page opens only at the address that the terminal shows (127.0.0.1).',
};
const WRONG_ORIGIN: Bilingual = {
  ja: '別のページからの操作は受け付けません。この画面を開き直してください。',
  en: 'Nothing is taken from another page. Open this page again.',
};
const TOO_LONG: Bilingual = {
  ja: '一度に送れる量を超えています。対象を分けてください。',
  en: 'This is more than one request may hold: take fewer at a time.',
};
const NOT_FOUND: Bilingual = { ja: 'このページはありません。', en: 'There is no such page.' };
const NOT_ADMITTED: Bilingual = {
  ja: 'このアドレスは使用済みか、古いものです。端末に表示されている最新のアドレスを開いてください（なければ「todoku console」を実行してください）。',
  en: 'This address was used, or is of an earlier run. Open the newest one that the terminal shows, or run "todoku console".',
};
const NOT_OFFERED: Bilingual = {
  ja: 'この画面からはできない操作です（窓口用の画面では、調べることだけができます）。',
  en: 'This page does not offer that. A desk page only looks addresses up.',
};
