import { errorCode } from '../../lib/refusal.ts';
import type { Bilingual } from '../../lib/text.ts';

/**
 * Whether pages still stand where they stood, asked from this machine. Nothing of a page is kept or read.
 */

/** How asking is bounded. */
export interface LinkLimits {
  /** Milliseconds that one page may take, its redirects and the second question included. */
  readonly timeoutMs: number;
  /** Pages asked side by side. */
  readonly parallel: number;
}

/** Generous to a slow site: the operator waits half a minute at most, for some twenty pages. */
export const LINK_LIMITS: LinkLimits = { timeoutMs: 10_000, parallel: 4 };

/** Redirects followed; browsers give up at twenty. */
const MAXIMUM_REDIRECTS = 10;

/**
 * What became of a page. `moved`: it answers at another address. `gone`: the site says that there is no such page.
 * `unreachable`: nobody answered in time, or the site was not willing to say (`why`): nothing is known of the page.
 */
export type LinkResult =
  | { readonly state: 'ok'; readonly status: number }
  | { readonly state: 'moved'; readonly to: string; readonly status: number }
  | { readonly state: 'gone'; readonly status: number; readonly at?: string }
  | { readonly state: 'unreachable'; readonly why: Bilingual };

/**
 * Asks each address, at most `parallel` at once, and gives the results in their order. Never throws.
 *
 * @param signal ends it early: what is left is `unreachable`.
 */
export async function checkLinks(
  urls: readonly string[],
  limits: LinkLimits = LINK_LIMITS,
  signal?: AbortSignal,
): Promise<readonly LinkResult[]> {
  const results: LinkResult[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < urls.length) {
      const at = next;
      next += 1;
      results[at] = await checkLink(urls[at] ?? '', limits.timeoutMs, signal);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limits.parallel, urls.length) }, worker));
  return results;
}

async function checkLink(
  url: string,
  timeoutMs: number,
  ended: AbortSignal | undefined,
): Promise<LinkResult> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = ended === undefined ? timeout : AbortSignal.any([timeout, ended]);
  try {
    const first = await follow(url, 'HEAD', signal);
    // Some servers answer a HEAD with an error although the page is there; a GET is what the customer's browser sends.
    return resultOf(url, first.status < 400 ? first : await follow(url, 'GET', signal));
  } catch (error) {
    if (ended?.aborted) return { state: 'unreachable', why: { ja: '中断しました', en: 'interrupted' } };
    if (timeout.aborted) {
      const seconds = timeoutMs / 1_000;
      return {
        state: 'unreachable',
        why: { ja: `${seconds}秒以内に応答がありません`, en: `no answer within ${seconds} s` },
      };
    }
    return { state: 'unreachable', why: wordsOf(error) };
  }
}

/** The address that answered in the end, and with what. */
interface Answered {
  readonly url: string;
  readonly status: number;
}

async function follow(start: string, method: 'HEAD' | 'GET', signal: AbortSignal): Promise<Answered> {
  let url = start;
  for (let hop = 0; hop <= MAXIMUM_REDIRECTS; hop += 1) {
    const response = await fetch(url, { method, redirect: 'manual', signal, headers: HEADERS });
    await response.body?.cancel();
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      return { url, status: response.status };
    }
    url = new URL(location, url).href;
    if (!/^https?:/.test(url))
      throw new Astray({ ja: `転送先が ${url.slice(0, 100)} です`, en: `it leads to ${url.slice(0, 100)}` });
  }
  throw new Astray({
    ja: `転送が${MAXIMUM_REDIRECTS}回を超えました`,
    en: `more than ${MAXIMUM_REDIRECTS} redirects`,
  });
}

/** Some sites refuse whoever names no browser's kinds of content. */
const HEADERS = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': 'ja,en;q=0.5' };

function resultOf(asked: string, { url, status }: Answered): LinkResult {
  if (status === 404 || status === 410) {
    return { state: 'gone', status, ...(!isSamePage(asked, url) && { at: url }) };
  }
  // 401, 403, 429 and errors of the server say nothing of whether the page is there.
  if (status >= 300) return { state: 'unreachable', why: { ja: `HTTP ${status}`, en: `HTTP ${status}` } };
  return isSamePage(asked, url) ? { state: 'ok', status } : { state: 'moved', to: url, status };
}

/** Whether two addresses show one page: http or https, a slash at the end, `#…`, and what a redirect added after `?`. */
function isSamePage(asked: string, answered: string): boolean {
  const [from, to] = [new URL(asked), new URL(answered)];
  const path = ({ pathname }: URL) => pathname.replace(/\/(?:index\.html?)?$/, '');
  return (
    from.host === to.host && path(from) === path(to) && (from.search === '' || from.search === to.search)
  );
}

/** Redirects that lead to no page. */
class Astray extends Error {
  override readonly name = 'Astray';
  readonly text: Bilingual;

  constructor(text: Bilingual) {
    super(text.en);
    this.text = text;
  }
}

/** Why a connection failed; fetch's own message is only "fetch failed". */
function wordsOf(error: unknown): Bilingual {
  if (error instanceof Astray) return error.text;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? (errorCode(cause) ?? cause.message) : String(cause);
  return { ja: `接続できません：${why}`, en: `no connection: ${why}` };
}
