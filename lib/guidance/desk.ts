import type { Claim } from '../answer/claims.ts';
import { fullStep, type NextStep } from '../answer/next.ts';
import { known, open } from '../answer/words.ts';
import type { Bilingual, Language } from '../text.ts';
import type { ProviderGuidance } from './data/provider-guidance.ts';
import { PHRASES } from './phrases.ts';

/**
 * For `no-record` outside the mobile carriers, where it is not known what is recorded: the default of the deployment
 * setting `deliveries` records deliveries at carriers' domains only.
 */
const DELIVERIES_NOT_RECORDED: Bilingual = {
  ja: '携帯会社以外のドメインへの配信は、初期設定では記録していません。記録がなくても、届いている場合があります。',
  en: 'By default, deliveries to domains other than mobile carriers are not recorded: mail may have been accepted without a trace here.',
};

/** What a note for the support desk is made from. Nothing of it is meant for the customer's eyes. */
export interface DeskInput {
  /** What is known, in order; what it leaves open is said of each. */
  readonly claims: readonly Claim[];
  readonly next: NextStep;
  /** Absent where the provider's settings are not the matter. */
  readonly guidance: ProviderGuidance | undefined;
  readonly deliveriesUnrecorded: boolean;
  /** What is peculiar about the form of the address. */
  readonly broken: Bilingual | undefined;
}

/** What is known and what is not, sentence by sentence, in one language. */
export interface DeskFacts {
  readonly known: readonly string[];
  readonly unknown: readonly string[];
  /** What limits both: what is not recorded here, and what is peculiar about the address. */
  readonly besides: readonly string[];
}

/** What the desk is told of the facts; each part may be shown as a list. */
export function deskFacts(
  { claims, deliveriesUnrecorded, broken }: DeskInput,
  language: Language,
): DeskFacts {
  const unknown = [...new Set(claims.map((claim) => open(claim, language)))].filter((text) => text !== '');
  return {
    known: claims.map((claim) => known(claim, language)),
    unknown,
    besides: [
      ...(deliveriesUnrecorded ? [DELIVERIES_NOT_RECORDED[language]] : []),
      ...(broken === undefined ? [] : [broken[language]]),
    ],
  };
}

/** The note for the support desk: what is known, what is not, what to do. */
export function deskNote(input: DeskInput, language: Language): string {
  const { next, guidance } = input;
  const labels = PHRASES[language].desk;
  const gap = language === 'ja' ? '' : ' ';
  const { known: facts, unknown, besides } = deskFacts(input, language);
  const limits = (guidance?.limits ?? []).map((limit) =>
    limit.confidence === 'C' ? `${limit.text[language]}${labels.doubtful}` : limit.text[language],
  );
  return [
    `${labels.known}${facts.join(gap)}`,
    ...(unknown.length === 0 ? [] : [`${labels.unknown}${unknown.join(gap)}`]),
    ...besides,
    `${labels.action}${fullStep(next, language)}`,
    ...(limits.length === 0 ? [] : [labels.provider, ...limits.map((limit) => `- ${limit}`)]),
    ...(guidance?.pages.some((page) => page.url !== undefined) ? [labels.openPages] : []),
  ].join('\n');
}
