import { domainOf } from '../address.ts';
import type { Claim, Lead } from '../answer/claims.ts';
import { type NextStep, nextStep } from '../answer/next.ts';
import { letter } from '../answer/words.ts';
import { carrierOfDomain } from '../classification/carriers.ts';
import type { Bilingual, Language } from '../text.ts';
import type { EntryPage, ProviderGuidance, Setting, Step } from './data/provider-guidance.ts';
import type { ProviderId } from './data/provider-id.ts';
import { SOURCES, type Source, type SourceId } from './data/sources.ts';
import { type DeskInput, deskNote } from './desk.ts';
import { safeDomain, safeShopName } from './input.ts';
import { PHRASES } from './phrases.ts';
import { providerOfDomain } from './providers.ts';
import { GUIDANCE } from './settings.ts';
import type { Led, Situation, TextContext } from './situation.ts';
import { SITUATION_TEXTS } from './situations.ts';

/** What advice is asked for. Every string may come from a stranger. */
export type AdviceRequest = Led & {
  /** The recipient's address; its domain decides the provider unless `provider` says it. */
  readonly address?: string;
  /** The provider where somebody knows better than the domain shows (a LINEMO customer, say). */
  readonly provider?: ProviderId;
  /** Domain of the shop's From address: the one the customer should allow. */
  readonly senderDomain?: string;
  readonly shopName?: string;
  /** What the desk is told beside the lead, in order; the lead alone where absent. */
  readonly claims?: readonly Claim[];
  /** What to do next; absent: what the lead alone asks for. */
  readonly next?: NextStep;
  readonly language: Language;
};

/** What to tell the recipient, and what to tell whoever speaks to the recipient. */
export interface Advice {
  readonly provider: ProviderId;
  readonly providerName: Bilingual;
  readonly situation: Situation;
  readonly language: Language;
  /** A finished text in `language`: to paste into a mail or to read out on the telephone. Lines end in `\n`. */
  readonly toCustomer: { readonly subject: string; readonly body: string };
  /** For the support desk only: what is known, what is not, what to do. */
  readonly toDesk: Bilingual;
  /** The provider's settings that can keep the mail away; empty where settings are not the matter. */
  readonly settings: readonly Setting[];
  /** The provider's own pages that the text points to. */
  readonly pages: readonly EntryPage[];
  /** Everything the advice rests on. */
  readonly sources: readonly Source[];
}

/**
 * The advice for one recipient in one situation. Pure; throws nothing, whatever the strings hold: a shop name is
 * cleaned and bounded, a sending domain that is none is left out of the text (the customer is then told to look at
 * the sender's address) rather than guessed. It never promises delivery.
 */
export function adviceFor(request: AdviceRequest): Advice {
  const { situation, lead, language } = request;
  const registered = request.address === undefined ? undefined : safeDomain(domainOf(request.address));
  const provider = request.provider ?? (registered === undefined ? 'other' : providerOfDomain(registered));
  const guidance = GUIDANCE[provider];
  const meant = lead.claim === 'mistyped' ? safeDomain(lead.facts.meant) : undefined;
  const context: TextContext = {
    provider: guidance.name[language],
    domain: safeDomain(request.senderDomain),
    shop: safeShopName(request.shopName),
    registeredDomain: registered,
    probablyMeant: meant === registered ? undefined : meant,
  };
  const settings = settingsMatter(lead, situation, language) ? guidance : undefined;
  const desk: DeskInput = {
    claims: request.claims ?? [lead],
    next: request.next ?? nextStep({ address: '', lead }),
    guidance: settings,
    deliveriesUnrecorded:
      lead.claim === 'nothing-recorded' &&
      (registered === undefined || carrierOfDomain(registered) === undefined),
  };
  return {
    provider,
    providerName: guidance.name,
    situation,
    language,
    toCustomer: letterOf(request, context, settings),
    toDesk: { ja: deskNote(desk, 'ja'), en: deskNote(desk, 'en') },
    settings: settings?.filters ?? [],
    pages: settings?.pages ?? [],
    sources: settings === undefined ? [] : sourcesOf(settings),
  };
}

/** Whether the provider's settings are the matter: a mistyped domain is nobody's, and no setting makes a mailbox exist. */
function settingsMatter(lead: Lead, situation: Situation, language: Language): boolean {
  if (SITUATION_TEXTS[language][situation].beforeSettings === undefined) return false;
  if (lead.claim === 'mistyped' || lead.claim === 'lifted-despite-complaint') return false;
  return !(lead.claim === 'no-mailbox' && lead.facts.confidence === 'certain');
}

/** The letter: what its claim says, then the situation's requests; paragraphs with an empty line between them. */
function letterOf(
  { situation, lead, language, claims = [] }: AdviceRequest,
  context: TextContext,
  guidance: ProviderGuidance | undefined,
): Advice['toCustomer'] {
  const text = SITUATION_TEXTS[language][situation];
  const words = letter(lead, language, context);
  const stopped = TELLS_STOP.has(lead.claim)
    ? claims.flatMap((claim) => (claim.claim === 'listed' ? letter(claim, language, context).opening : []))
    : [];
  const paragraphs = [
    PHRASES[language].greeting(context.shop),
    ...words.opening,
    ...stopped,
    ...text.after(context),
  ];
  const general = text.steps(context);
  if (general.length > 0) paragraphs.push(numbered(general));
  if (guidance !== undefined && text.beforeSettings !== undefined) {
    paragraphs.push(text.beforeSettings);
    const steps = stepsFor(situation, guidance).map((step) =>
      stepText(step, language, guidance, context.domain, ACCEPTED.has(situation)),
    );
    paragraphs.push(steps.length === 1 ? steps.join('') : numbered(steps));
    paragraphs.push(...pageLines(guidance, language));
  }
  return {
    subject: PHRASES[language].subject(words.subject ?? text.subject ?? '', context.shop),
    body: [...paragraphs, ...text.closing].join('\n\n'),
  };
}

/** Leads of which a letter says as well that sending is stopped, where it is. */
const TELLS_STOP: ReadonlySet<Lead['claim']> = new Set<Lead['claim']>([
  'reported-as-spam',
  'reported-at-domain',
  'listed-for-complaint',
  'system-report',
]);

/**
 * The provider's requests. A mail that was filed lies in some folder: where the provider is not known to have one,
 * the general request to look beyond the inbox comes first.
 */
function stepsFor(situation: Situation, guidance: ProviderGuidance): readonly Step[] {
  const hasFolder = guidance.kind === 'unknown' || guidance.filters.some((row) => row.effect === 'filed');
  const general = GUIDANCE.other.steps.filter((step) => step.showsDomain !== true);
  return (situation === 'filed' || situation === 'unrecorded') && !hasFolder
    ? [...general, ...guidance.steps]
    : guidance.steps;
}

/** Situations of a mail that the receiving side took: it may lie in a folder. */
const ACCEPTED: ReadonlySet<Situation> = new Set(['filed', 'dropped', 'unrecorded']);

function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `${index + 1}. ${step}`).join('\n\n');
}

/** A request, then the domain alone on its line (so that it can be copied or read out), then the ways there. */
function stepText(
  step: Step,
  language: Language,
  guidance: ProviderGuidance,
  domain: string | undefined,
  accepted: boolean,
): string {
  const words = accepted ? step.text : (step.whenReturned ?? step.text);
  const parts = [words[language]];
  if (step.showsDomain === true) {
    const typed = guidance.typing === '@domain' && domain !== undefined ? `@${domain}` : domain;
    parts.push(typed ?? PHRASES[language].domainUnknown);
  }
  const paths = (step.paths ?? []).flatMap((path) => {
    const names = path.steps[language];
    return names === undefined ? [] : [PHRASES[language].path(path.on[language], names)];
  });
  if (paths.length > 0) parts.push(paths.join('\n'));
  return parts.join('\n\n');
}

function pageLines(guidance: ProviderGuidance, language: Language): readonly string[] {
  const phrases = PHRASES[language];
  const name = guidance.name[language];
  const pages = guidance.pages.map((page) => phrases.page(name, page.title[language], page.url));
  const hedge = phrases.hedge[guidance.kind](name);
  return pages.length === 0 ? [hedge] : [[phrases.pagesTitle, ...pages].join('\n'), hedge];
}

/** The pages behind everything said about a provider, each once, in the order of use. */
function sourcesOf(guidance: ProviderGuidance): readonly Source[] {
  const ids = new Set<SourceId>();
  for (const row of [...guidance.steps, ...guidance.filters, ...guidance.limits]) {
    for (const id of row.sources) ids.add(id);
  }
  for (const path of guidance.steps.flatMap((step) => step.paths ?? [])) {
    for (const id of path.sources) ids.add(id);
  }
  return [...ids].map((id) => SOURCES[id]);
}
