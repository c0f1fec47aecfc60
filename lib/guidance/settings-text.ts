import type { Language } from '../text.ts';
import type { ProviderGuidance, Step } from './data/provider-guidance.ts';
import { PHRASES } from './phrases.ts';
import type { Sender } from './shop.ts';

/** The provider's settings as a letter asks for them. */

/** To be read by the customer, or to be read out on the telephone (forms.ts makes it fit to be heard). */
export type Voice = 'written' | 'spoken';

/** What the requests are put together from. */
export interface SettingsInput {
  readonly guidance: ProviderGuidance;
  readonly language: Language;
  readonly sender: Sender;
  /** The receiving side took the mail: it may lie in a folder. */
  readonly accepted: boolean;
  readonly voice: Voice;
}

/** Whose settings they are where that is not plain, the requests, the shop's addresses, the official page, the hedge. */
export function settingsParagraphs(steps: readonly Step[], input: SettingsInput): readonly string[] {
  const { guidance, language, sender, voice } = input;
  const phrases = PHRASES[language];
  return [
    ...(guidance.intro === undefined ? [] : [guidance.intro[language]]),
    ...listed(
      steps.map((step) => stepText(step, input)),
      language,
      voice,
      steps.length === 1,
    ),
    ...(voice === 'spoken' || sender.from.length === 0 ? [] : [phrases.from(sender.from)]),
    ...pageLines(guidance, language, voice),
  ];
}

/** Requests under one another, numbered; a single one without its number where it stands for itself. */
export function listed(
  requests: readonly string[],
  language: Language,
  voice: Voice,
  bare = false,
): readonly string[] {
  if (bare) return requests;
  return requests.map((request, index) =>
    voice === 'written' ? `${index + 1}. ${request}` : PHRASES[language].counted(index + 1, request),
  );
}

/** A text with its slot for the domain filled. */
export function withDomain(text: string, words: string): string {
  return text.replaceAll('{domain}', words);
}

/** A request, then the domain alone on its line (so that it can be copied or heard), then the ways there. */
function stepText(
  step: Step,
  { guidance, language, sender: { domain }, accepted, voice }: SettingsInput,
): string {
  const phrases = PHRASES[language];
  const words = (accepted ? step.text : (step.whenReturned ?? step.text))[language];
  const typed = step.showsDomain === true && domain !== undefined ? typedDomain(guidance, domain) : undefined;
  return [
    withDomain(words, domain === undefined ? phrases.domain.unknown : phrases.domain.below),
    ...(typed === undefined ? [] : [voice === 'written' ? typed : phrases.spokenDomain(typed)]),
    ...waysTo(step, language, voice),
  ].join('\n\n');
}

/** The domain as it is typed at a provider, by its official page: the same in every form. */
export function typedDomain({ typing }: Pick<ProviderGuidance, 'typing'>, domain: string): string {
  return typing === '@domain' ? `@${domain}` : domain;
}

/** The ways through the menus. To be heard, the device is asked for where there are several: nobody follows all of them. */
function waysTo({ paths = [] }: Step, language: Language, voice: Voice): readonly string[] {
  const phrases = PHRASES[language];
  const ways = paths.flatMap(({ on, device, steps }) => {
    const names = steps[language];
    return names === undefined ? [] : [{ on: on[language], device: device?.[language], names }];
  });
  if (ways.length === 0) return [];
  const devices = ways.flatMap(({ device }) => device ?? []);
  if (voice === 'spoken' && devices.length > 1) {
    return [phrases.spokenDevices(devices, sameEnd(ways.map(({ names }) => names)))];
  }
  const way = voice === 'written' ? phrases.path : phrases.spokenPath;
  return [ways.map(({ on, names }) => way(on, names)).join('\n')];
}

/** What several lists end with alike. */
function sameEnd([first = [], ...others]: readonly (readonly string[])[]): readonly string[] {
  let length = 0;
  while (length < first.length && others.every((each) => each.at(-length - 1) === first.at(-length - 1))) {
    length += 1;
  }
  return first.slice(first.length - length);
}

function pageLines(guidance: ProviderGuidance, language: Language, voice: Voice): readonly string[] {
  const phrases = PHRASES[language];
  const name = guidance.name[language];
  const hedge = phrases.hedge[guidance.kind](name);
  if (voice === 'spoken' || guidance.pages.length === 0) return [hedge];
  const pages = guidance.pages.map((page) => phrases.page(name, page.title[language], page.url));
  return [[phrases.pagesTitle, ...pages].join('\n'), hedge];
}
