import type { ProviderId } from '../provider-id.ts';

/** Domains of the web mail services, and of the one carrier brand that runs on such a service. */
const WEBMAIL_DOMAINS: ReadonlyMap<string, ProviderId> = new Map([
  ['gmail.com', 'gmail'],
  ['googlemail.com', 'gmail'],
  ['outlook.com', 'outlook'],
  ['outlook.jp', 'outlook'],
  ['hotmail.com', 'outlook'],
  ['hotmail.co.jp', 'outlook'],
  ['live.com', 'outlook'],
  ['live.jp', 'outlook'],
  ['msn.com', 'outlook'],
  ['yahoo.co.jp', 'yahoo-japan'],
  ['yahoo.ne.jp', 'ymobile-yahoo'],
  ['icloud.com', 'icloud'],
  ['me.com', 'icloud'],
  ['mac.com', 'icloud'],
]);

/** The web mail service that gives addresses at a domain in its normal form; undefined for any other domain. */
export function webmailOfDomain(domain: string): ProviderId | undefined {
  return WEBMAIL_DOMAINS.get(domain);
}
