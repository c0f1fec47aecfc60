import type { Bilingual, Language } from '../text.ts';
import type { ProviderGuidance } from './data/provider-guidance.ts';
import { PHRASES } from './phrases.ts';
import { typedDomain, withDomain } from './settings-text.ts';
import { nameIn, type Sender } from './shop.ts';
import { speakable } from './speech.ts';

/** The ways to tell a customer beside a mail. */
export interface LetterForms {
  /** A text message: one line of less than {@link SMS_LETTERS} letters, the official page's address included. */
  readonly sms: string;
  /** To be read aloud on the telephone: no links and no signs; names of domains spelled letter by letter. */
  readonly spoken: string;
  /** For a page where an address is typed, before any mail was sent: it says nothing of any mail. */
  readonly signup: string;
}

/** A text message in Japanese holds this many letters in two parts (70 each); half-width ones count as much. */
export const SMS_LETTERS = 140;

/** What the forms are made from. */
export interface FormsInput {
  /** The letter's, with the shop's name in it. */
  readonly subject: string;
  readonly language: Language;
  readonly guidance: ProviderGuidance;
  /** What a text message asks for: the provider's settings, or what the situation needs. */
  readonly request: Bilingual;
  /** The request says by itself what the subject says. */
  readonly asksAlike?: boolean;
  /** Whether the provider's settings are the matter, so that its page is named. */
  readonly settingsMatter: boolean;
  readonly sender: Sender;
  /** The letter's paragraphs, in the spoken voice. */
  readonly spoken: readonly string[];
}

/** The forms of one letter. Pure; throws nothing. */
export function formsOf(input: FormsInput): LetterForms {
  return { sms: sms(input), spoken: spoken(input), signup: signup(input) };
}

/** The fullest that fits: without the subject first, then without the domain, then without the shop's name. */
function sms(input: FormsInput): string {
  const { subject, request: asked, asksAlike, language, guidance, settingsMatter, sender } = input;
  const phrases = PHRASES[language];
  const name = nameIn(sender, language);
  const page = settingsMatter ? guidance.pages.find(({ url }) => url !== undefined)?.url : undefined;
  const request = asked[language];
  const domain = sender.domain && typedDomain(guidance, sender.domain);
  const named = withDomain(request, domain ?? phrases.domain.short);
  const general = withDomain(request, phrases.domain.short);
  const signed = name === undefined ? '' : phrases.subject('', name).trimEnd();
  const bare = signed !== '' && subject.startsWith(signed) ? subject.slice(signed.length).trim() : subject;
  const titled = phrases.sentence(bare);
  const titles = asksAlike ? [] : [[signed, titled, named]];
  const candidates = [...titles, [signed, named], [signed, general], [named], [general]].map((parts) =>
    [...parts, page].filter((part) => part !== undefined && part !== '').join(phrases.gap),
  );
  const fitting = candidates.find((text) => text.length < SMS_LETTERS);
  return fitting ?? candidates.at(-1) ?? '';
}

function spoken({ language, sender, spoken: paragraphs }: FormsInput): string {
  const { hello, menusInJapanese } = PHRASES[language];
  const shop = nameIn(sender, language);
  const said = paragraphs.map((paragraph) => speakable(paragraph, language));
  const opening = speakable(hello(shop), language);
  if (menusInJapanese === undefined) return [opening, ...said].join('\n\n');
  const first = said.findIndex((paragraph) => JAPANESE.test(paragraph.replaceAll(shop ?? '', '')));
  const menus = first < 0 ? [] : [menusInJapanese];
  return [opening, ...said.slice(0, Math.max(first, 0)), ...menus, ...said.slice(Math.max(first, 0))].join(
    '\n\n',
  );
}

/** Kana and kanji: names of menus, in a text of another language. */
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

function signup({
  language,
  guidance,
  sender,
}: Pick<FormsInput, 'language' | 'guidance' | 'sender'>): string {
  const phrases = PHRASES[language];
  const name = guidance.name[language];
  const domain = sender.domain && typedDomain(guidance, sender.domain);
  const pages = guidance.pages.map((page) => phrases.page(name, page.title[language], page.url));
  return [
    phrases.before(guidance.kind === 'unknown' ? undefined : name, nameIn(sender, language)),
    withDomain((guidance.askBefore ?? guidance.ask)[language], domain ?? phrases.domain.unknown),
    ...(pages.length === 0 ? [] : [[phrases.pagesTitle, ...pages].join('\n')]),
    phrases.otherwise,
  ].join('\n');
}
