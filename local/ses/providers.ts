import { domainOf, normaliseDomain } from '../../lib/address.ts';

/**
 * What the receiving side says, as data: one row per provider, in the provider's own words.
 *
 * This is deliberately a second table beside lib/classification: the simulator must not learn the carriers' words
 * from the code that is tested against it. `{address}` stands for the recipient. A text is absent where no public
 * source gives one; the event then carries no diagnostic code, as SES's does when the report has none.
 */
export interface Provider {
  readonly id: string;
  /** Domains, each with its subdomains. */
  readonly domains: readonly string[];
  /** MX host that answers. */
  readonly mx: string;
  /** Address from the documentation ranges (RFC 5737): the real ones are nobody's business here. */
  readonly ip: string;
  /** Reply to an accepted mail. */
  readonly accepted: string;
  /** Reply for a mailbox that does not exist. */
  readonly unknown: string;
  /** Reply for a full mailbox; a 4xx is retried by SES until it gives up. */
  readonly full?: string;
  /** What becomes of mail that the owner's filter refuses, oldest period first; the last row has no end. */
  readonly filtered: readonly FilterPeriod[];
  /** Whether complaints come back to SES; Gmail sends none. Default true. */
  readonly complaints?: boolean;
  readonly source: string;
}

/** What a provider does with filtered mail, up to a moment. */
interface FilterPeriod {
  /** End of the period, exclusive, ISO 8601 UTC; absent: until further notice. */
  readonly until?: string;
  /** A reply (refused at SMTP), or where the accepted mail ends. */
  readonly outcome: { readonly reply: string } | 'spam-folder' | 'dropped';
}

/** docomo stopped refusing filtered mail in steps from 2025-02-13; from this day, Japanese time, it accepts all of it. */
export const DOCOMO_ACCEPTS_FROM = '2025-03-12T15:00:00.000Z';

const PROVIDERS: readonly Provider[] = [
  {
    id: 'docomo',
    domains: ['docomo.ne.jp'],
    mx: 'mfsmax.docomo.ne.jp',
    ip: '192.0.2.11',
    accepted: '250 Requested mail action okay, completed',
    unknown: '550 Unknown user {address}',
    full: '552 Too much mail data {address}',
    filtered: [
      { until: DOCOMO_ACCEPTS_FROM, outcome: { reply: '550 Unknown user {address}' } },
      { outcome: 'spam-folder' },
    ],
    source: 'Sisimai Rhost::NTTDOCOMO; go-sisimai issue 64; k-tai.watch.impress.co.jp/docs/news/1662487.html',
  },
  {
    id: 'au',
    domains: ['ezweb.ne.jp', 'au.com', 'uqmobile.jp'],
    mx: 'lsean.ezweb.ne.jp',
    ip: '192.0.2.22',
    accepted: '250 ok',
    unknown: '550 <{address}>: User unknown',
    filtered: [{ outcome: { reply: '550 : User unknown' } }],
    source: 'Sisimai Rhost::KDDI; note.com/sendmagic/n/n875d8dcb6cb8',
  },
  {
    id: 'softbank',
    // ymobile.ne.jp and disney.ne.jp share SoftBank's address block; that they answer alike is an inference.
    domains: ['softbank.ne.jp', 'i.softbank.jp', 'vodafone.ne.jp', 'ymobile.ne.jp', 'disney.ne.jp'],
    mx: 'mx.softbank.ne.jp',
    ip: '192.0.2.33',
    accepted: '250 ok',
    unknown: '550 Invalid recipient: <{address}>',
    filtered: [{ outcome: 'dropped' }],
    source: 'note.com/sendmagic/n/n5afbf98aeb25',
  },
  {
    id: 'rakuten',
    domains: ['rakumail.jp'],
    mx: 'mail-rakumail-jp.gslb.rmb-ss.jp',
    ip: '192.0.2.44',
    accepted: '250 Mail queued for delivery',
    unknown: '550 User not found',
    // Nobody has published what Rakuten answers for filtered mail.
    filtered: [{ outcome: 'dropped' }],
    source: 'Sisimai set-of-emails lhost-postfix-76',
  },
  {
    id: 'gmail',
    domains: ['gmail.com'],
    mx: 'gmail-smtp-in.l.google.com',
    ip: '198.51.100.55',
    accepted: '250 2.0.0 OK',
    unknown:
      "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550 5.1.1 unnecessary spaces.",
    full: '452-4.2.2 The email account that you tried to reach is over quota.',
    filtered: [{ outcome: 'spam-folder' }],
    complaints: false,
    source: 'support.google.com/a/answer/3726730',
  },
];

/** Everyone else: a Postfix server that files unwanted mail in a folder. */
const OTHERS: Omit<Provider, 'mx' | 'domains'> = {
  id: 'others',
  ip: '198.51.100.66',
  accepted: '250 2.0.0 Ok: queued',
  unknown: '550 5.1.1 <{address}>: Recipient address rejected: User unknown in virtual mailbox table',
  full: '452 4.2.2 <{address}>: Recipient address rejected: Mailbox is full',
  filtered: [{ outcome: 'spam-folder' }],
  source: 'Postfix smtpd(8) and virtual(8) wording',
};

/** The provider that answers for an address. */
export function providerOf(address: string): Provider {
  const domain = normaliseDomain(domainOf(address));
  const known = PROVIDERS.find((provider) =>
    provider.domains.some((own) => domain === own || domain.endsWith(`.${own}`)),
  );
  return known ?? { ...OTHERS, domains: [domain], mx: `mx.${domain}` };
}
