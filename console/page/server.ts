import { CONTROLS } from '../../lib/address.ts';
import type { Bilingual, Language } from '../../lib/text.ts';

/** How the page asks its server. Nothing is kept but the token of this visit, and no address goes into a URL. */

/** What the server says of itself once the page is let in. */
export interface About {
  readonly language: Language;
  /** Who decides, as the audit will name them. */
  readonly operator: string;
  readonly stage: string;
  readonly region?: string;
  /** Whether it is the system on this machine. */
  readonly local: boolean;
  /** Whether only addresses are looked up here. */
  readonly desk: boolean;
  /** The command that starts this console again. */
  readonly command: string;
  /** Now, as the deployment has it, ISO 8601 UTC. */
  readonly now: string;
  readonly version: string;
}

/** Why something was not answered, in the server's or the function's own words. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;
  readonly text: Bilingual;

  constructor(code: string, text: Bilingual) {
    super(text.en);
    this.code = code;
    this.text = text;
  }
}

/** Where the token is kept for this tab: unlike a cookie, no other port of this machine is sent it. */
const KEPT = 'todoku-token';

let token = '';

/**
 * Comes in with the ticket of the page's address, or as a tab that was let in and is loaded again.
 *
 * @throws {Refused} where neither lets anybody in, or nobody answers.
 */
export async function comeIn(ticket: string): Promise<About> {
  token = sessionStorage.getItem(KEPT) ?? '';
  const answer = await post('/session', ticket === '' ? {} : { ticket });
  const { token: own, about } = answer as { token: string; about: About };
  token = own;
  sessionStorage.setItem(KEPT, own);
  return about;
}

/**
 * Asks a question, and gives its answer as the function gave it.
 *
 * @throws {Refused} with what to tell the person.
 */
export async function ask<Answer>(question: string, request: unknown, signal?: AbortSignal): Promise<Answer> {
  const { answer } = (await post(`/ask/${question}`, request, signal)) as { answer: Answer };
  return answer;
}

async function post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'x-todoku-token': token },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused('ended', ENDED);
  }
  const answer = readAnswer(await response.text());
  if (answer.refused) throw new Refused(answer.refused.code, answer.refused.text);
  return answer;
}

/**
 * An answer, each text of which shows what it says: signs that would turn the letters around them, or that nobody sees,
 * become blanks. Most come from mail servers and addresses, which is to say from strangers.
 */
function readAnswer(text: string): {
  readonly refused?: { readonly code: string; readonly text: Bilingual };
} {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string'
      ? value.replace(CONTROLS, (sign) => ('\n\r\t'.includes(sign) ? sign : ' '))
      : value,
  );
}

/** What is said where the server does not answer any more. */
export const ENDED: Bilingual = {
  ja: 'この画面のプログラムは終了しています。端末でもう一度起動し、表示されたアドレスを開いてください。',
  en: 'The program behind this page has ended. Start it again in the terminal, and open the address it shows.',
};
