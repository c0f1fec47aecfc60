import type { Language } from '../text.ts';
import type { Claim, Lead } from './claims.ts';
import type { ClaimWords, LetterContext, LetteredWords, LetterWords, Words } from './voices.ts';
import { WORDS_EN } from './words-en.ts';
import { WORDS_JA } from './words-ja.ts';

const WORDS: Readonly<Record<Language, Words>> = { ja: WORDS_JA, en: WORDS_EN };

/** A claim as a line of the headline. */
export function brief(claim: Claim, language: Language): string {
  return wordsOf(claim, language).brief(claim);
}

/** A claim for the support desk: what is known. */
export function known(claim: Claim, language: Language): string {
  return wordsOf(claim, language).known(claim);
}

/** What is not known for all a claim says; empty where there is nothing to say. */
export function open(claim: Claim, language: Language): string {
  return wordsOf(claim, language).open(claim);
}

/** A claim as a letter says it. */
export function letter(claim: Lead, language: Language, context: LetterContext): LetterWords {
  // The table gives each claim the words of its own name; the compiler does not follow the name through it.
  return (WORDS[language][claim.claim] as unknown as LetteredWords<Lead>).letter(claim, context);
}

function wordsOf(claim: Claim, language: Language): ClaimWords<Claim> {
  return WORDS[language][claim.claim] as unknown as ClaimWords<Claim>;
}
