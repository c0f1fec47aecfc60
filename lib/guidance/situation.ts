import type { Bilingual } from '../text.ts';

/**
 * What happened to the mail, as far as it decides what the customer is told.
 *
 * - `refused`: a filter sent it back.
 * - `filed`: it was accepted and probably lies in a spam folder.
 * - `dropped`: it was accepted and may have been discarded; no bounce says so.
 * - `unknown-address`: the address is probably mistyped or given up.
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
 */
export const SITUATIONS = [
  'refused',
  'filed',
  'dropped',
  'unknown-address',
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
] as const;

/** See {@link SITUATIONS}. */
export type Situation = (typeof SITUATIONS)[number];

/** What the texts speak of. Every string is safe for a text (see input.ts). */
export interface TextContext {
  /** The provider's name in the text's language. */
  readonly provider: string;
  /** The shop's sending domain; absent when it is not known. */
  readonly domain?: string;
  readonly shop?: string;
  /** Domain of the registered address, and the domain it probably should be. */
  readonly registeredDomain?: string;
  readonly probablyMeant?: string;
  /** No answer of the receiving side is on record: nothing may be said to have come back. */
  readonly unheard?: true;
}

/** The words of one situation in one language. */
export interface SituationText {
  readonly subject: string;
  /** What happened, that the order is safe, and the request: paragraphs in order. */
  readonly opening: (context: TextContext) => readonly string[];
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

/** The note for the support desk: what is known, what is not, what to do. */
export interface DeskText {
  readonly known: Bilingual;
  readonly unknown: Bilingual;
  readonly action: Bilingual;
}
