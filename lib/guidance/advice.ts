import { domainOf } from '../address.ts';
import type { Claim, Lead } from '../answer/claims.ts';
import { type NextStep, nextStep, notByMail } from '../answer/next.ts';
import { letter } from '../answer/words.ts';
import { carrierOfDomain } from '../classification/carriers.ts';
import type { ProviderId } from '../provider-id.ts';
import type { Bilingual, Language } from '../text.ts';
import { brokenAddress } from './broken-address.ts';
import type { EntryPage, ProviderGuidance, Setting, Step } from './data/provider-guidance.ts';
import { SOURCES, type Source, type SourceId } from './data/sources.ts';
import { type DeskFacts, type DeskInput, deskFacts, deskNote } from './desk.ts';
import { formsOf, type LetterForms } from './forms.ts';
import { safeDomain } from './input.ts';
import { PHRASES } from './phrases.ts';
import { guidanceFor } from './providers.ts';
import { ASKS_ALIKE, REQUESTS } from './requests.ts';
import { GUIDANCE } from './settings.ts';
import { listed, settingsParagraphs, type Voice } from './settings-text.ts';
import { nameIn, type Sender, type Shop, senderOf, unsetOf } from './shop.ts';
import type { Led, Situation, TextContext } from './situation.ts';
import { SITUATION_TEXTS } from './situations.ts';

/** What advice is asked for. Every string may come from a stranger. */
export type AdviceRequest = Led & {
  /** The recipient's address; its domain decides the provider unless `provider` says it. */
  readonly address?: string;
  /** The network the customer is on, where somebody knows it: the address may have been kept (see guidanceFor). */
  readonly provider?: ProviderId;
  /** Domain of the shop's From address: the one the customer should allow. */
  readonly senderDomain?: string;
  readonly shopName?: string;
  /** What the deployment's settings say of the shops. */
  readonly shops?: readonly Shop[];
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
  /** The same matter for other ways than a mail. */
  readonly forms: LetterForms;
  /** What an operator should set before the text is sent: it leaves out what is not known. Empty: nothing. */
  readonly unset: readonly Bilingual[];
  /** Why the text must not be sent to the address by mail; absent: it may. */
  readonly notByMail?: Bilingual;
  /** For the support desk only: what is known, what is not, what to do. */
  readonly toDesk: Bilingual;
  /** The facts of that note in `language`, one by one. */
  readonly facts: DeskFacts;
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
  // Whose settings are asked for: those of the mailbox that the customer reads now.
  const address = lead.claim === 'moved-to' ? lead.facts.note.movedTo : request.address;
  const registered = address === undefined ? undefined : safeDomain(domainOf(address));
  const guidance = guidanceFor(registered, request.provider);
  const provider = guidance.id;
  const sender = senderOf(request.shops ?? [], { domain: request.senderDomain, name: request.shopName });
  const shop = nameIn(sender, language);
  const broken = request.address === undefined ? undefined : brokenAddress(request.address);
  const meant = lead.claim === 'mistyped' ? safeDomain(lead.facts.meant) : undefined;
  const context: TextContext = {
    provider: guidance.name[language],
    ...(sender.domain !== undefined && { domain: sender.domain }),
    ...(shop !== undefined && { shop }),
    orderStands: sender.orderStands,
    wasTaken: wasTaken(request),
    ...(broken &&
      NOT_TAKEN.has(situation) &&
      lead.claim !== 'moved-to' && { brokenAddress: broken.toCustomer[language] }),
    registeredDomain: registered,
    probablyMeant: meant === registered ? undefined : meant,
  };
  const settings = settingsMatter(lead, situation, language) ? guidance : undefined;
  const next = request.next ?? nextStep({ address: '', lead });
  const noMail = notByMail(next);
  const desk: DeskInput = {
    claims: request.claims ?? [lead],
    next,
    guidance: settings,
    broken: broken?.toDesk,
    deliveriesUnrecorded:
      lead.claim === 'nothing-recorded' &&
      (registered === undefined || carrierOfDomain(registered) === undefined),
  };
  // Where the address itself is asked about first, the one request of a text message is that one.
  const inSettings = SITUATION_TEXTS[language][situation].steps(context).length === 0 ? settings : undefined;
  const toCustomer = letterOf(request, context, settings, sender);
  return {
    provider,
    providerName: guidance.name,
    situation,
    language,
    toCustomer,
    forms: formsOf({
      subject: toCustomer.subject,
      request: inSettings ? askOf(inSettings, situation) : REQUESTS[situation],
      asksAlike: ASKS_ALIKE.has(situation),
      language,
      guidance,
      settingsMatter:
        inSettings !== undefined || (situation === 'refused-or-unknown' && settings !== undefined),
      sender,
      spoken: paragraphsOf(request, withoutDomain(context), settings, sender, 'spoken'),
    }),
    unset: unsetOf(sender),
    ...(noMail && { notByMail: noMail }),
    toDesk: { ja: deskNote(desk, 'ja'), en: deskNote(desk, 'en') },
    facts: deskFacts(desk, language),
    settings: settings?.filters ?? [],
    pages: settings?.pages ?? [],
    sources: [
      ...(settings === undefined ? [] : sourcesOf(settings)),
      ...(broken?.sources ?? []).map((id) => SOURCES[id]),
    ],
  };
}

/** What is heard names no domain in passing: it is spelled out where it is typed. */
function withoutDomain({ domain: _, ...context }: TextContext): TextContext {
  return context;
}

/** The provider's request in a sentence: a mail that never got in lies in no folder. */
function askOf({ ask, askBefore }: ProviderGuidance, situation: Situation): Bilingual {
  return ACCEPTED.has(situation) ? ask : (askBefore ?? ask);
}

/** Whether a mail is on record that was accepted at this address: it is no typing error then. */
function wasTaken({ lead, claims = [] }: AdviceRequest): boolean {
  return [lead, ...claims].some((claim) => {
    const cause = claim.claim === 'other-reply' ? claim.facts.reply : claim;
    return TAKEN.has(cause.claim) || ('takenBefore' in cause.facts && cause.facts.takenBefore !== undefined);
  });
}

const TAKEN: ReadonlySet<Claim['claim']> = new Set<Claim['claim']>([
  'accepted',
  'accepted-late',
  'accepted-again',
]);

/** Situations of a mail that nobody took, where the form of the address may be why. */
const NOT_TAKEN: ReadonlySet<Situation> = new Set<Situation>([
  'unknown-address',
  'refused-or-unknown',
  'returned',
  'expired',
  'not-sent',
  'no-record',
  'stopped',
]);

/** Leads of which no setting of the provider of this address is the matter. */
const NO_SETTINGS: ReadonlySet<Lead['claim']> = new Set<Lead['claim']>([
  'mistyped',
  'lifted-despite-complaint',
]);

/** Whether the provider's settings are the matter: a mistyped domain is nobody's, and no setting makes a mailbox exist. */
function settingsMatter(lead: Lead, situation: Situation, language: Language): boolean {
  if (SITUATION_TEXTS[language][situation].beforeSettings === undefined) return false;
  if (NO_SETTINGS.has(lead.claim)) return false;
  // No filter sent it back, by what is known of the carrier at that time: no setting would have let it in.
  if ('neverFilter' in lead.facts && lead.facts.neverFilter) return false;
  return !(lead.claim === 'no-mailbox' && lead.facts.confidence === 'certain');
}

/** The letter: what its claim says, then the situation's requests; paragraphs with an empty line between them. */
function letterOf(
  request: AdviceRequest,
  context: TextContext,
  guidance: ProviderGuidance | undefined,
  sender: Sender,
): Advice['toCustomer'] {
  const { situation, lead, language } = request;
  const subject =
    letter(lead, language, context).subject ?? SITUATION_TEXTS[language][situation].subject ?? '';
  return {
    subject: PHRASES[language].subject(subject, context.shop),
    body: paragraphsOf(request, context, guidance, sender, 'written').join('\n\n'),
  };
}

/** What is said, in order. To be read aloud it holds no link, and the requests are counted in words. */
function paragraphsOf(
  { situation, lead, language, claims = [] }: AdviceRequest,
  context: TextContext,
  guidance: ProviderGuidance | undefined,
  sender: Sender,
  voice: Voice,
): readonly string[] {
  const text = SITUATION_TEXTS[language][situation];
  const stopped = TELLS_STOP.has(lead.claim)
    ? claims.flatMap((claim) => (claim.claim === 'listed' ? letter(claim, language, context).opening : []))
    : [];
  const general = [
    ...(context.brokenAddress === undefined ? [] : [context.brokenAddress]),
    ...text.steps(context),
  ];
  return [
    ...(voice === 'written' ? [PHRASES[language].greeting(context.shop)] : []),
    ...letter(lead, language, context).opening,
    ...stopped,
    ...text.after(context),
    ...listed(general, language, voice),
    ...(guidance === undefined || text.beforeSettings === undefined
      ? []
      : [
          text.beforeSettings,
          ...settingsParagraphs(stepsFor(situation, guidance), {
            guidance,
            language,
            sender,
            accepted: ACCEPTED.has(situation),
            voice,
          }),
        ]),
    ...text.closing,
  ];
}

/** Leads of which a letter says as well that sending is stopped, where it is. */
const TELLS_STOP: ReadonlySet<Lead['claim']> = new Set<Lead['claim']>([
  'reported-as-spam',
  'reported-at-domain',
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
