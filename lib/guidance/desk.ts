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

/** The note for the support desk: what is known, what is not, what to do. */
export function deskNote(input: DeskInput, language: Language): string {
  const { claims, next, guidance, deliveriesUnrecorded, broken } = input;
  const labels = PHRASES[language].desk;
  const gap = language === 'ja' ? '' : ' ';
  const unknown = [...new Set(claims.map((claim) => open(claim, language)))].filter((text) => text !== '');
  const limits = (guidance?.limits ?? []).map((limit) =>
    limit.confidence === 'C' ? `${limit.text[language]}${labels.doubtful}` : limit.text[language],
  );
  return [
    `${labels.known}${claims.map((claim) => known(claim, language)).join(gap)}`,
    ...(unknown.length === 0 ? [] : [`${labels.unknown}${unknown.join(gap)}`]),
    ...(deliveriesUnrecorded ? [DELIVERIES_NOT_RECORDED[language]] : []),
    ...(broken === undefined ? [] : [broken[language]]),
    `${labels.action}${fullStep(next, language)}`,
    ...(limits.length === 0 ? [] : [labels.provider, ...limits.map((limit) => `- ${limit}`)]),
    ...(guidance?.pages.some((page) => page.url !== undefined) ? [labels.openPages] : []),
  ].join('\n');
}
