import type { Context } from 'aws-lambda';
import { Refusal } from '../lib/refusal.ts';
import { VERSION } from '../lib/version.ts';

/** What a function hands to whoever invoked it. */
export type Answered<Answer extends object> = Answer & { readonly version: string };

/**
 * An error whose message is a refusal in a form that a program reads: `{"code", "ja", "en", "version"}`. Of an error
 * Lambda hands on nothing but its name, message and stack.
 */
class HandedRefusal extends Error {
  constructor(refusal: Refusal) {
    const { code, text } = refusal;
    super(JSON.stringify({ code, ja: text.ja, en: text.en, version: VERSION }), { cause: refusal });
    this.name = refusal.name;
  }
}

/** The answer with the version of this stack. */
export function withVersion<Answer extends object>(answer: Answer): Answered<Answer> {
  return { ...answer, version: VERSION };
}

/**
 * A handler as Lambda calls it: answers carry the version of this stack, and a refusal its code and both its texts.
 * To be put around each handler, outermost.
 *
 * @returns a handler that throws an error named as the refusal, its message JSON; any other error as it is.
 */
export function answering<Answer extends object>(
  handle: (event: unknown, context?: Context) => Promise<Answer>,
): (event: unknown, context?: Context) => Promise<Answered<Answer>> {
  return async (event, context) => {
    try {
      return withVersion(await handle(event, context));
    } catch (error) {
      if (error instanceof Refusal) throw new HandedRefusal(error);
      throw error;
    }
  };
}
