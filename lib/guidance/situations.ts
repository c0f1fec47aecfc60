import type { Language } from '../text.ts';
import type { Situation, SituationText } from './situation.ts';
import { SITUATIONS_EN } from './situations-en.ts';
import { SITUATIONS_JA } from './situations-ja.ts';

/** The words of every situation, per language. */
export const SITUATION_TEXTS: Readonly<Record<Language, Readonly<Record<Situation, SituationText>>>> = {
  ja: SITUATIONS_JA,
  en: SITUATIONS_EN,
};
