import type { ClaimNamed } from '../answer/claims.ts';
import type { LetterContext } from '../answer/voices.ts';

/**
 * What happened to the mail, as far as it decides what the customer is told.
 *
 * - `refused`: a filter sent it back.
 * - `refused-or-unknown`: a filter sent it back, or the address does not exist: nothing on record decides.
 * - `filed`: it was accepted and probably lies in a spam folder.
 * - `dropped`: it was accepted and may have been discarded; no bounce says so.
 * - `unknown-address`: the address is probably mistyped or given up.
 * - `moved`: the customer has a new address, by an operator's note.
 * - `taken-again`: a mail came back, and a later one was accepted.
 * - `returned`: it came back, and nothing on record says whose doing that was.
 * - `expired`: nobody took it within the time that SES, or the sender, allows.
 * - `not-sent`: SES accepted it and did not send it, for another reason than the account's list.
 * - `unsubscribed`: SES did not send it, because the contact has unsubscribed in its list management.
 * - `mailbox-full`, `suspended`: the mailbox cannot take mail at present.
 * - `complained`: the customer, or somebody at the same domain, reported the shop's mail as spam.
 * - `lifted`: the suppression was removed; the next mail will be tried.
 * - `delivered-again`: the suppression was removed and mail has been accepted since.
 * - `delayed`: SES is still trying; nothing came back and nothing was accepted.
 * - `no-record`: nothing is known of any mail to the address.
 * - `sender-problem`: not the customer's doing.
 * - `late`: it was accepted, hours after it was sent.
 * - `stopped`: sending is stopped, and nothing on record says why: may it be resumed?
 * - `refused-again`: a filter refuses it although it was released before, twice or more.
 * - `forwarded`: another mailbox, to which the customer's seems to forward, refused it.
 * - `unrecorded`: no refusal is on record, and accepted mail is not recorded here.
 */
export const SITUATIONS = [
  'refused',
  'refused-or-unknown',
  'filed',
  'dropped',
  'unknown-address',
  'moved',
  'taken-again',
  'returned',
  'expired',
  'not-sent',
  'unsubscribed',
  'mailbox-full',
  'suspended',
  'complained',
  'lifted',
  'delivered-again',
  'delayed',
  'no-record',
  'sender-problem',
  'late',
  'stopped',
  'refused-again',
  'forwarded',
  'unrecorded',
] as const;

/** See {@link SITUATIONS}. */
export type Situation = (typeof SITUATIONS)[number];

/** The claims that put a customer into each situation: a letter of it opens with one of them. */
export interface SituationLeads {
  refused: ClaimNamed<'filtered'>;
  'refused-or-unknown': ClaimNamed<'filtered'>;
  filed: ClaimNamed<'accepted'>;
  dropped: ClaimNamed<'accepted'>;
  'unknown-address': ClaimNamed<'no-mailbox' | 'mistyped'>;
  moved: ClaimNamed<'moved-to'>;
  'taken-again': ClaimNamed<'accepted-again'>;
  returned: ClaimNamed<'returned'>;
  expired: ClaimNamed<'not-taken'>;
  'not-sent': ClaimNamed<'not-sent' | 'other-spelling'>;
  unsubscribed: ClaimNamed<'not-sent'>;
  'mailbox-full': ClaimNamed<'mailbox-full' | 'delayed'>;
  suspended: ClaimNamed<'suspended'>;
  complained: ClaimNamed<'reported-as-spam' | 'reported-at-domain' | 'listed-for-complaint'>;
  lifted: ClaimNamed<'released' | 'lifted-despite-complaint' | 'gone-from-list'>;
  'delivered-again': ClaimNamed<'resumed'>;
  delayed: ClaimNamed<'delayed'>;
  'no-record': ClaimNamed<
    'nothing-recorded' | 'no-word' | 'not-listed' | 'unasked' | 'not-enforced' | 'unreadable'
  >;
  'sender-problem': ClaimNamed<'sender-refused'>;
  late: ClaimNamed<'accepted-late'>;
  stopped: ClaimNamed<'inferred' | 'other-reply' | 'system-report' | 'listed'>;
  'refused-again': ClaimNamed<'refused-again'>;
  forwarded: ClaimNamed<'other-mailbox'>;
  unrecorded: ClaimNamed<'no-refusal-recorded'>;
}

/** A situation with the claim that puts the customer into it. */
export type Led = {
  readonly [Name in Situation]: { readonly situation: Name; readonly lead: SituationLeads[Name] };
}[Situation];

/** What the texts speak of. Every string is safe for a text (see input.ts). */
export interface TextContext extends LetterContext {
  readonly shop?: string;
  /** The shop's settings allow the promise that an order stands although mail does not arrive. */
  readonly orderStands: boolean;
  /** What is peculiar about the registered address (see broken-address.ts); a request of its own. */
  readonly brokenAddress?: string;
  /** A mail was accepted at this very address before: nobody looks for a typing error in it. */
  readonly wasTaken: boolean;
  /** Domain of the registered address, and the domain it probably should be. */
  readonly registeredDomain?: string;
  readonly probablyMeant?: string;
}

/**
 * The words of one situation in one language, around what its claim says (lib/answer): requests and what happens next.
 * They claim nothing themselves.
 */
export interface SituationText {
  /** What the letter asks for; the claim's own subject comes before it. */
  readonly subject?: string;
  /** What may follow from it, that the order is safe, and the request: paragraphs after the claim's. */
  readonly after: (context: TextContext) => readonly string[];
  /** Requests that do not depend on the provider; they come first. */
  readonly steps: (context: TextContext) => readonly string[];
  /**
   * Sentence before the provider's own steps; absent where the settings have nothing to do with it and the
   * provider's steps are left out.
   */
  readonly beforeSettings?: string;
  /** What happens next: paragraphs in order. */
  readonly closing: readonly string[];
}
