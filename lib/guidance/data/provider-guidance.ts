import type { ProviderId } from '../../provider-id.ts';
import type { Bilingual, Language } from '../../text.ts';
import type { SourceId } from './sources.ts';

/**
 * How far a row may be trusted: `A` the provider's own page says it; `B` third parties agree; `C` one third
 * party, an old page, or pages that differ. A `C` row never becomes a way through menus, and the desk is told its doubt.
 */
type SourceConfidence = 'A' | 'B' | 'C';

/**
 * What becomes of a mail that a setting catches, as the sender sees it. `refused`: a bounce comes back. `filed`:
 * it lies in a spam folder. `dropped`: it was accepted and nothing comes back. `unknown`: no page says.
 */
type FilterEffect = 'refused' | 'filed' | 'dropped' | 'unknown';

/** A setting of the recipient's mail service that can keep a shop's mail away. */
export interface Setting {
  /**
   * The name on the provider's screen. In English: the provider's own English name beside it where it has
   * published one, else the Japanese name with our gloss in brackets.
   */
  readonly name: Bilingual;
  readonly effect: FilterEffect;
  /** Day from which the effect holds, ISO 8601, where it changed. */
  readonly since?: string;
  /** Whether it acts without the customer having chosen it; absent where no page says. */
  readonly onByDefault?: boolean;
  readonly confidence: SourceConfidence;
  readonly sources: readonly SourceId[];
}

/** A way through the provider's menus. Only ways that a page of confidence A or B gives are kept at all. */
interface MenuPath {
  /** Device or site the way begins on. */
  readonly on: Bilingual;
  /** The device in a word, where each has a way of its own: on the telephone it is asked for. */
  readonly device?: Bilingual;
  /** Names to tap, in order; a language is absent where the names in it are not certain. */
  readonly steps: Readonly<Partial<Record<Language, readonly string[]>>>;
  readonly confidence: 'A' | 'B';
  readonly sources: readonly SourceId[];
}

/** What the customer is asked to do, one request, in the order the steps are listed. */
export interface Step {
  /** `{domain}` stands for the sending domain, or for words about it where it is not known. */
  readonly text: Bilingual;
  /**
   * The words where the mail never got in (it came back, or was not sent): it lies in no folder, and only mail sent
   * from now on may be filed there. Absent where `text` is true either way.
   */
  readonly whenReturned?: Bilingual;
  /** The domain to enter follows on a line of its own. */
  readonly showsDomain?: boolean;
  readonly paths?: readonly MenuPath[];
  readonly sources: readonly SourceId[];
}

/** The provider's own page about the setting. */
export interface EntryPage {
  readonly title: Bilingual;
  /** Absent where the page is known by name only. */
  readonly url?: string;
  /** What is not known about the page; every address is to be opened once before it is sent. */
  readonly note: string;
}

/** A limit or precedence that decides whether the setting helps. */
export interface Limit {
  readonly text: Bilingual;
  readonly confidence: SourceConfidence;
  readonly sources: readonly SourceId[];
}

/** Everything known about one provider's way of keeping mail away and letting it in. */
export interface ProviderGuidance {
  readonly id: ProviderId;
  readonly name: Bilingual;
  /** Whom the customer can ask: a carrier has shops and a telephone, a webmail service has help pages. */
  readonly kind: 'carrier' | 'webmail' | 'unknown';
  readonly filters: readonly Setting[];
  /** How the domain is typed into the list: with or without `@`. */
  readonly typing: 'domain' | '@domain';
  /** The request in one short sentence, for a text message and a sign-up page; `{domain}` as in a step. */
  readonly ask: Bilingual;
  /** The same before any mail was sent, where `ask` looks for one; for a sign-up page. */
  readonly askBefore?: Bilingual;
  /** Said before the steps, where it is not plain whose settings they are. */
  readonly intro?: Bilingual;
  /** What a typed domain is compared with, where the screen asks. */
  readonly match?: Bilingual;
  readonly steps: readonly Step[];
  /** Precedences and limits, for the support desk. */
  readonly limits: readonly Limit[];
  readonly pages: readonly EntryPage[];
}
