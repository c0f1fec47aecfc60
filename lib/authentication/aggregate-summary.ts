import { stripControls } from '../address.ts';
import type { Bilingual } from '../text.ts';
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
  /** Reports whose mail was not signed by their sender: counted, not believed for advice. */
  readonly unverifiedReports: number;
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
  const distinct = new Map(rows.map((row) => [identityOf(row), row]));
  const domains = group([...distinct.values()], ({ domain }) => domain);
  return [...domains]
    .map(([domain, own]) => summariseDomain(domain, own, isSes))
    .sort((a, b) => b.messages - a.messages || a.domain.localeCompare(b.domain));
}

/** Sources in one answer: a forger may have ten thousand addresses, and Lambda answers 6 MB at most. */
const SOURCES_IN_ANSWER = 2000;

/** The summaries short enough for an answer: each domain keeps the sources that fail most. */
export function withFewerSources(
  summaries: readonly DomainSummary[],
  limit = SOURCES_IN_ANSWER,
): readonly DomainSummary[] {
  const each = Math.max(1, Math.floor(limit / Math.max(1, summaries.length)));
  return summaries.map((summary) => {
    const left = summary.sources.length - each;
    return left > 0 ? { ...summary, sources: summary.sources.slice(0, each), sourcesLeftOut: left } : summary;
  });
}

/** What makes two rows the same row of the same report. */
function identityOf(row: DailyRow): string {
  const { report, day, sourceIp, outcome, disposition, unalignedSpf, authenticatedAs } = row;
  return [report, day, sourceIp, outcome, disposition, unalignedSpf, authenticatedAs].join('|');
}

function summariseDomain(
  domain: string,
  rows: readonly DailyRow[],
  isSes: (address: string) => boolean,
): DomainSummary {
  const days = [...group(rows, ({ day }) => day)]
    .map(([day, own]) => ({ day, messages: total(own), passing: total(own.filter(isPassing)) }))
    .sort((a, b) => a.day.localeCompare(b.day));
  const sources = [...group(rows, (row) => sourceKey(row, domain, isSes))]
    .map(([, own]) => summariseSource(own, domain, isSes))
    .sort((a, b) => failures(b) - failures(a) || b.messages - a.messages || a.name.localeCompare(b.name));
  const unverified = rows.filter(({ verified }) => verified === false);
  return {
    domain,
    firstDay: days[0]?.day ?? '',
    lastDay: days.at(-1)?.day ?? '',
    reports: new Set(rows.map(({ report }) => report)).size,
    organizations: [...new Set(rows.map(({ organization }) => stripControls(organization)))].sort(),
    messages: total(rows),
    passing: total(rows.filter(isPassing)),
    days,
    sources,
    unverifiedReports: new Set(unverified.map(({ report }) => report)).size,
  };
}

/** SES is one source; others are told apart by what they authenticated as, or by address when by nothing. */
function sourceKey(row: DailyRow, domain: string, isSes: (address: string) => boolean): string {
  if (isSes(row.sourceIp) || row.outcome === 'ses-unaligned') return 'ses';
  const name = row.authenticatedAs;
  return name === undefined || isWithin(name, domain) ? `ip ${row.sourceIp} ${row.outcome}` : `name ${name}`;
}

function summariseSource(
  rows: readonly DailyRow[],
  domain: string,
  isSes: (address: string) => boolean,
): SourceSummary {
  const [first] = rows;
  const ses = first !== undefined && sourceKey(first, domain, isSes) === 'ses';
  const name = first?.authenticatedAs;
  const named = !ses && name !== undefined && !isWithin(name, domain);
  const addresses = [...new Set(rows.map(({ sourceIp }) => sourceIp))];
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const { outcome, count } of rows) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  const dates = rows.map(({ day }) => day).sort();
  const kind = ses ? 'ses' : named ? 'named' : 'unknown';
  return {
    kind,
    name: ses ? 'Amazon SES' : stripControls(named ? name : (first?.sourceIp ?? '')),
    addresses: addresses.slice(0, ADDRESSES_SHOWN),
    addressCount: addresses.length,
    messages: total(rows),
    outcomes,
    firstDay: dates[0] ?? '',
    lastDay: dates.at(-1) ?? '',
    explains: explain(kind, rows, outcomes),
  };
}

/** What a source's results mean: the worst of them first. */
function explain(
  kind: SourceSummary['kind'],
  rows: readonly DailyRow[],
  outcomes: Partial<Record<Outcome, number>>,
): Bilingual {
  const worst = OUTCOMES.findLast((outcome) => (outcomes[outcome] ?? 0) > 0);
  const unaligned = rows.some(
    ({ unalignedSpf }) => unalignedSpf !== undefined && isWithin(unalignedSpf, 'amazonses.com'),
  );
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

function isPassing({ outcome }: DailyRow): boolean {
  return passes(outcome);
}

function failures(source: SourceSummary): number {
  const passed = (['both', 'dkim-only', 'spf-only'] as const).reduce(
    (sum, one) => sum + (source.outcomes[one] ?? 0),
    0,
  );
  return source.messages - passed;
}

function total(rows: readonly DailyRow[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

function group<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}
