import type { Claim, ClaimNamed, Lead } from './claims.ts';

/** What the words of a letter depend on beside the claim. Every string is safe for a text (see guidance/input.ts). */
export interface LetterContext {
  /** The provider's name in the text's language. */
  readonly provider: string;
  /** The shop's sending domain; absent when it is not known. */
  readonly domain?: string;
}

/** How a claim is put to the customer. */
export interface LetterWords {
  /** Where what happened is the matter of the letter; else the situation names its request. */
  readonly subject?: string;
  /** What happened: paragraphs in order. */
  readonly opening: readonly string[];
}

/** How one claim is said, in one language. A voice more is a field more: the compiler then asks for every claim's words. */
export interface ClaimWords<Said> {
  /** A line of the headline, without a full stop. */
  readonly brief: (claim: Said) => string;
  /** Sentences for the support desk: what is known. */
  readonly known: (claim: Said) => string;
  /** Sentences for the support desk: what is not known all the same; empty where nothing is to be said. */
  readonly open: (claim: Said) => string;
}

/** Words of a claim that a letter may say. */
export interface LetteredWords<Said> extends ClaimWords<Said> {
  readonly letter: (claim: Said, context: LetterContext) => LetterWords;
}

/** The words of every claim, in one language. */
export type Words = {
  readonly [Name in Claim['claim']]: ClaimNamed<Name> extends Lead
    ? LetteredWords<ClaimNamed<Name>>
    : ClaimWords<ClaimNamed<Name>>;
};
