import { stripControls } from '../../address.ts';
import { type Bilingual, byCodeUnits } from '../../text.ts';
import { type DailyRow, isWithin, OUTCOMES, type Outcome } from './report-rows.ts';

/** Who sends as a domain, and what becomes of it: pure, over daily rows of any number of reports. */

/** One source of mail: SES, a named sender, or an address nobody knows. */
export interface SourceSummary {
  readonly kind: 'ses' | 'named' | 'unknown';
  readonly name: string;
  /** Some of its addresses, and how many there are. */
  readonly addresses: readonly string[];
  readonly addressCount: number;
  readonly messages: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly firstDay: string;
  readonly lastDay: string;
  /** What its results mean and what to do. */
  readonly explains: Bilingual;
}

/** A domain's reports summed up. */
export interface DomainSummary {
  readonly domain: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly reports: number;
  readonly organizations: readonly string[];
  readonly messages: number;
  /** Messages that passed DMARC. */
  readonly passing: number;
  /** Messages that passed, per day. */
  readonly days: readonly { readonly day: string; readonly messages: number; readonly passing: number }[];
  /** Most failures first. */
  readonly sources: readonly SourceSummary[];
  /** How many sources with fewer failures were left out, because the whole would be too long an answer. */
  readonly sourcesLeftOut?: number;
  /** Messages of sources beyond those that can be kept apart: in the sums, and in no source. */
  readonly messagesUnlisted?: number;
  /** Reports whose mail was not signed by the organization they are of: shown, not believed for advice. */
  readonly unverifiedReports: number;
  /** How many of them somebody else signed. */
  readonly foreignReports?: number;
}

const PASSING: ReadonlySet<Outcome> = new Set(['both', 'dkim-only', 'spf-only']);
const ADDRESSES_SHOWN = 5;

/** Whether an outcome is a DMARC pass. */
export function passes(outcome: Outcome): boolean {
  return PASSING.has(outcome);
}

/** Sums up rows per domain. Copies of one report are counted once, whatever their order. */
export function summariseReports(
  rows: readonly DailyRow[],
  isSes: (address: string) => boolean,
): readonly DomainSummary[] {
  const domains = new Map<string, DomainTally>();
  for (const row of new Map(rows.map((one) => [identityOf(one), one])).values()) {
    const tally = domains.get(row.domain) ?? new DomainTally(row.domain, isSes);
    domains.set(row.domain, tally);
    tally.add(row);
  }
  return mostMailFirst([...domains.values()].flatMap((tally) => tally.summary() ?? []));
}

/** Summaries in the order they are shown in. */
export function mostMailFirst<Summary extends Pick<DomainSummary, 'messages' | 'domain'>>(
  summaries: readonly Summary[],
): readonly Summary[] {
  return summaries.toSorted((a, b) => b.messages - a.messages || byCodeUnits(a.domain, b.domain));
}

/** Sources in one answer: a forger may have ten thousand addresses, and Lambda answers 6 MB at most. */
const SOURCES_IN_ANSWER = 2000;

/**
 * Some of a domain's sources, in their order: half of the places for those that fail most, half for those whose mail
 * passes most. Thousands of forgers do not push the domain's own senders off the list, nor the other way round.
 */
export function shortlist<Source extends Pick<SourceSummary, 'messages' | 'outcomes'>>(
  sources: readonly Source[],
  places: number,
): readonly Source[] {
  if (sources.length <= places) return sources;
  const passing = (source: Source) => source.messages - failures(source);
  const own = sources
    .toSorted((a, b) => passing(b) - passing(a))
    .slice(0, Math.floor(places / 2))
    .filter((source) => passing(source) > 0);
  const chosen = new Set(own);
  for (const source of sources) {
    if (chosen.size >= places) break;
    chosen.add(source);
  }
  return sources.filter((source) => chosen.has(source));
}

/** The summaries short enough for an answer. */
export function withFewerSources(
  summaries: readonly DomainSummary[],
  limit = SOURCES_IN_ANSWER,
): readonly DomainSummary[] {
  const each = Math.max(2, Math.floor(limit / Math.max(1, summaries.length)));
  return summaries.map((summary) => {
    const left = summary.sources.length - each;
    if (left <= 0) return summary;
    const sourcesLeftOut = left + (summary.sourcesLeftOut ?? 0);
    return { ...summary, sources: shortlist(summary.sources, each), sourcesLeftOut };
  });
}

/** What makes two rows the same row of the same report. */
function identityOf(row: DailyRow): string {
  const { report, day, sourceIp, outcome, disposition, unalignedSpf, authenticatedAs } = row;
  return [report, day, sourceIp, outcome, disposition, unalignedSpf, authenticatedAs].join('|');
}

/**
 * Addresses told apart in one domain's tally, over all its sources. A forger may use a hundred thousand; beyond this
 * their mail is counted, and which addresses it came from is not kept. Reports that nobody vouches for fill half of it
 * at most, and mail that fails three quarters, so that they push out no others; SES is always told apart.
 */
const ADDRESSES_KEPT = 50_000;

/** One source while rows are added up. */
interface SourceTally {
  readonly kind: SourceSummary['kind'];
  readonly name: string;
  readonly addresses: Set<string>;
  readonly outcomes: Partial<Record<Outcome, number>>;
  messages: number;
  firstDay: string;
  lastDay: string;
  /** Whether SPF passed as a domain of SES's. */
  unaligned: boolean;
}

/** A domain's rows added up one by one, in memory that does not grow with their number. Each row once. */
export class DomainTally {
  readonly #domain: string;
  readonly #isSes: (address: string) => boolean;
  readonly #sources = new Map<string, SourceTally>();
  readonly #days = new Map<string, { messages: number; passing: number }>();
  readonly #reports = new Set<string>();
  readonly #unverified = new Set<string>();
  readonly #foreign = new Set<string>();
  readonly #organizations = new Set<string>();
  #addresses = 0;
  #unlisted = 0;

  constructor(domain: string, isSes: (address: string) => boolean) {
    this.#domain = domain;
    this.#isSes = isSes;
  }

  /** Adds a row. */
  add(row: DailyRow): void {
    const { day, count, report, outcome, verified, signer } = row;
    const sums = this.#days.get(day) ?? { messages: 0, passing: 0 };
    sums.messages += count;
    if (passes(outcome)) sums.passing += count;
    this.#days.set(day, sums);
    this.#reports.add(report);
    this.#organizations.add(organizationOf(row));
    if (verified === false) {
      this.#unverified.add(report);
      if (signer !== undefined) this.#foreign.add(report);
    }
    const source = this.#sourceOf(row);
    if (source === undefined) {
      this.#unlisted += count;
      return;
    }
    if (!this.#isFull(row) && !source.addresses.has(row.sourceIp)) {
      source.addresses.add(row.sourceIp);
      this.#addresses += 1;
    }
    source.messages += count;
    source.outcomes[outcome] = (source.outcomes[outcome] ?? 0) + count;
    if (day < source.firstDay) source.firstDay = day;
    if (day > source.lastDay) source.lastDay = day;
    source.unaligned ||= row.unalignedSpf !== undefined && isWithin(row.unalignedSpf, 'amazonses.com');
  }

  #isFull({ verified, outcome }: Pick<DailyRow, 'verified' | 'outcome'>): boolean {
    const share = verified === false ? 0.5 : passes(outcome) ? 1 : 0.75;
    return this.#addresses >= ADDRESSES_KEPT * share;
  }

  /** The row's source; `undefined` for a new one when there are too many to keep another. */
  #sourceOf(row: DailyRow): SourceTally | undefined {
    const { sourceIp, outcome, authenticatedAs, day } = row;
    const ses = this.#isSes(sourceIp) || outcome === 'ses-unaligned';
    const named = !ses && authenticatedAs !== undefined && !isWithin(authenticatedAs, this.#domain);
    // SES is one source; others are told apart by what they authenticated as, or by address when by nothing.
    const key = ses ? 'ses' : named ? `name ${authenticatedAs}` : `ip ${sourceIp} ${outcome}`;
    const known = this.#sources.get(key);
    if (known !== undefined || (!ses && this.#isFull(row))) return known;
    const source: SourceTally = {
      kind: ses ? 'ses' : named ? 'named' : 'unknown',
      name: ses ? 'Amazon SES' : stripControls(named ? authenticatedAs : sourceIp),
      addresses: new Set(),
      outcomes: {},
      messages: 0,
      firstDay: day,
      lastDay: day,
      unaligned: false,
    };
    this.#sources.set(key, source);
    return source;
  }

  /** What was added up; `undefined` when nothing was. */
  summary(): DomainSummary | undefined {
    const days = [...this.#days]
      .map(([day, sums]) => ({ day, ...sums }))
      .sort((a, b) => byCodeUnits(a.day, b.day));
    const [first] = days;
    if (first === undefined) return undefined;
    const sources = [...this.#sources.values()]
      .map((source): SourceSummary => {
        const { addresses, unaligned, ...rest } = source;
        return {
          ...rest,
          addresses: [...addresses].slice(0, ADDRESSES_SHOWN),
          addressCount: addresses.size,
          explains: explain(source.kind, source.outcomes, unaligned),
        };
      })
      .sort((a, b) => failures(b) - failures(a) || b.messages - a.messages || byCodeUnits(a.name, b.name));
    return {
      domain: this.#domain,
      firstDay: first.day,
      lastDay: days.at(-1)?.day ?? first.day,
      reports: this.#reports.size,
      organizations: [...this.#organizations].sort(),
      messages: days.reduce((sum, { messages }) => sum + messages, 0),
      passing: days.reduce((sum, { passing }) => sum + passing, 0),
      days,
      sources,
      ...(this.#unlisted > 0 && { messagesUnlisted: this.#unlisted }),
      unverifiedReports: this.#unverified.size,
      ...(this.#foreign.size > 0 && { foreignReports: this.#foreign.size }),
    };
  }
}

/** Who reports: the name given, and who signed where the name does not say it. */
function organizationOf({ organization, signer }: DailyRow): string {
  const name = stripControls(organization);
  const lower = name.toLowerCase();
  const told = signer === undefined || isWithin(lower, signer) || isWithin(signer, lower);
  return told ? name : `${name} (${signer})`;
}

/** What a source's results mean: the worst of them first. */
function explain(
  kind: SourceSummary['kind'],
  outcomes: Partial<Record<Outcome, number>>,
  unaligned: boolean,
): Bilingual {
  const worst = OUTCOMES.findLast((outcome) => (outcomes[outcome] ?? 0) > 0);
  if (kind === 'ses' && (worst === 'dkim-only' || worst === 'both') && unaligned)
    return SES_WITHOUT_MAIL_FROM;
  return EXPLANATIONS[worst ?? 'both'];
}

const SES_WITHOUT_MAIL_FROM: Bilingual = {
  ja: 'DMARC は合格しています（DKIM による）。SPF は amazonses.com として合格しているため From と一致しません。独自の MAIL FROM ドメインを設定すると SPF でも合格します。',
  en: 'DMARC passes by DKIM. SPF passes as amazonses.com and so does not align with From: with a custom MAIL FROM domain it would.',
};

const EXPLANATIONS: Readonly<Record<Outcome, Bilingual>> = {
  both: { ja: 'SPF と DKIM の両方で合格しています。', en: 'Passes by both SPF and DKIM.' },
  'dkim-only': {
    ja: 'DKIM だけで合格しています。自社の送信元なら SPF の一致も整えると確実です。転送されたメールでもこうなります。',
    en: 'Passes by DKIM alone: a source of yours without aligned SPF, or mail that was forwarded intact.',
  },
  'spf-only': {
    ja: 'SPF だけで合格しています。転送されると不合格になります。DKIM 署名を付けてください。',
    en: 'Passes by SPF alone and fails once forwarded: sign it with DKIM.',
  },
  'ses-unaligned': {
    ja: 'SES から送られていますが、From のドメインの署名がありません。アドレス単位のアイデンティティや、DKIM が無効なアイデンティティがないか確かめます。SES は他社も使うため、見覚えがなければなりすましの可能性もあります。',
    en: "Sent through SES without a signature of the From domain: look for an address identity, or one with DKIM off. SES is shared: if it is not yours it may be somebody else's forgery.",
  },
  'passed-unaligned': {
    ja: '別のドメインとして認証されています。使っているサービスなら、そのサービスで自社ドメインの DKIM を設定します。心当たりがなければなりすましです。',
    en: 'Authenticated as another domain. If you use this service, set up DKIM for your domain there; if not, it sends in your name.',
  },
  forwarded: {
    ja: '転送やメーリングリストの途中で署名が壊れたメールです。自社の設定の問題ではありません。',
    en: 'Mail that broke while being forwarded or passing a mailing list; nothing is wrong at your end.',
  },
  nothing: {
    ja: '何の認証にも合格していません。心当たりのない送信元なら、なりすましです。自社のサーバーなら SPF と DKIM を設定します。',
    en: 'Nothing passes. If you do not know this source it is forged mail; if it is a server of yours, set up SPF and DKIM for it.',
  },
};

function failures(source: Pick<SourceSummary, 'messages' | 'outcomes'>): number {
  const passed = OUTCOMES.filter(passes).reduce((sum, one) => sum + (source.outcomes[one] ?? 0), 0);
  return source.messages - passed;
}
