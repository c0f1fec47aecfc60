import type { Fact } from './fact.ts';

/**
 * Whether a bounce is about another mailbox than the recipient's: the bounced recipient was none of the mail's
 * destinations, or the reply names another address. Such is the answer of a server that the customer's mail is
 * forwarded to.
 */
export function spokeForAnother(bounce: Fact): boolean {
  return bounce.notDestination === true;
}
