import type * as z from 'zod';

/**
 * What a deployed function takes and answers: the one place that both sides read. Answers are written down as a
 * reader of another version needs them: words that grow (results, states, rules, reasons, ...) are plain strings, and
 * fields that are not listed are left as they are.
 */
export interface Contract<
  Name extends string = string,
  Request extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  /** The function: deployed as `todoku-STAGE-NAME`. */
  readonly name: Name;
  readonly request: Request;
  /** Checks an answer and rebuilds nothing: no defaults, no transforms. */
  readonly answer: Answer;
}

/** What may be sent under a contract. */
export type RequestOf<Asked extends Contract> = z.input<Asked['request']>;

/** What is answered under a contract. */
export type AnswerOf<Asked extends Contract> = z.output<Asked['answer']>;

/** The contract of a function, or of one of the questions it takes. */
export function contract<Name extends string, Request extends z.ZodType, Answer extends z.ZodType>(
  name: Name,
  request: Request,
  answer: Answer,
): Contract<Name, Request, Answer> {
  return { name, request, answer };
}
