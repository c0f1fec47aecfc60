import type { Fact } from './fact.ts';
import { otherMailboxesNamed } from './reply/addresses.ts';

/**
 * Whether a bounce is about another mailbox than the recipient's: the bounced recipient was none of the mail's
 * destinations, or the reply names another address. Such is the answer of a server that the customer's mail is
 * forwarded to.
 */
export function spokeForAnother({ notDestination, diagnosticCode, address, senderDomain }: Fact): boolean {
  if (notDestination === true) return true;
  return (
    diagnosticCode !== undefined && otherMailboxesNamed(diagnosticCode, address, senderDomain).length > 0
  );
}
