import { domainOf, isSimulator, normaliseAddress, normaliseDomain } from '../../lib/address.ts';
import { type Provider, providerOf } from './providers.ts';

/** What a reader does with a mail after it arrived. */
export type Reaction = 'none' | 'opens' | 'clicks' | 'complains' | 'not-spam' | 'out-of-office';

/** The state of one mailbox: what its owner set, and what the owner does with mail. */
export interface Mailbox {
  /** Whether there is a mailbox of this name. */
  readonly exists: boolean;
  /** Whether the address's domain has any mail server: a mistyped domain often has none. */
  readonly domainExists: boolean;
  /** Whether the owner's filter refuses mail from PCs; what the refusal looks like is the carrier's business. */
  readonly filtersPcMail: boolean;
  /** Sending domains the filter lets through all the same (au calls the setting 必ず受信). */
  readonly allows: readonly string[];
  readonly full: boolean;
  /** What its server answers to this sender whoever the mail is for, such as that a block list names it; '' for nothing. */
  readonly blocksSender: string;
  readonly reaction: Reaction;
}

/** What the receiving side did with one mail. */
export type Answer =
  | {
      readonly kind: 'accepted';
      readonly provider: Provider;
      readonly smtpResponse: string;
      /** Where the mail ended: only the owner can see it. */
      readonly filed: 'inbox' | 'spam-folder' | 'dropped';
      readonly reaction: Reaction;
    }
  | {
      readonly kind: 'refused';
      readonly provider: Provider;
      /** What SES makes of it. */
      readonly bounceType: 'Permanent' | 'Transient';
      readonly bounceSubType: 'General' | 'NoEmail' | 'MailboxFull' | 'Suppressed';
      readonly status: string;
      /** The server's reply; absent where no source has its words. */
      readonly reply?: string;
      /** Set when the server, or SES itself, only said "later": SES tries on and gives up after hours. */
      readonly delayType?: 'MailboxFull' | 'TransientCommunicationFailure';
    };

/** A mailbox nobody has described. */
const UNKNOWN: Mailbox = {
  exists: false,
  domainExists: true,
  filtersPcMail: false,
  allows: [],
  full: false,
  blocksSender: '',
  reaction: 'none',
};

/**
 * How SES fills `status` for a reply without an enhanced code is published nowhere. Nothing may build on this
 * value; it is the one that claims least (RFC 3463: undefined status).
 */
const UNDEFINED_STATUS = '5.0.0';

/** How long SES tries before it gives up: its bounce texts speak of 840 minutes. */
export const GIVES_UP_AFTER_MS = 840 * 60_000;

/**
 * What the receiving side answers to a mail from a domain to a mailbox at a moment. Pure: the same mailbox
 * answers differently only when the date does (docomo before and since 2025-03-13).
 */
export function answer(address: string, mailbox: Mailbox, at: Date, fromDomain: string): Answer {
  const provider = providerOf(address);
  const say = (text: string): string => text.replaceAll('{address}', address);
  if (!mailbox.domainExists) return noServer(provider, address);
  if (mailbox.blocksSender !== '')
    return refused(provider, 'Permanent', 'General', say(mailbox.blocksSender));
  if (!mailbox.exists) return refused(provider, 'Permanent', 'General', say(provider.unknown));
  if (mailbox.full) return full(provider, provider.full === undefined ? undefined : say(provider.full));
  const accepted = { kind: 'accepted', provider, smtpResponse: provider.accepted } as const;
  if (!mailbox.filtersPcMail || allowed(mailbox, fromDomain)) {
    return { ...accepted, filed: 'inbox', reaction: mailbox.reaction };
  }
  const moment = at.toISOString();
  const period = provider.filtered.find((one) => one.until === undefined || moment < one.until);
  const outcome = period?.outcome ?? 'spam-folder';
  if (typeof outcome === 'object') return refused(provider, 'Permanent', 'General', say(outcome.reply));
  // Nobody opens, or complains about, what was never shown; a robot does not reply to it either.
  return { ...accepted, filed: outcome, reaction: 'none' };
}

/** The mailboxes of the world, changeable while the system runs. Spelling of the address does not matter. */
export class Mailboxes {
  private readonly known = new Map<string, Mailbox>();
  private readonly fallback: Mailbox;

  /** `unknown`: what a mailbox nobody has described is like. Default: it does not exist. */
  constructor(unknown: Partial<Mailbox> = {}) {
    this.fallback = { ...UNKNOWN, ...unknown };
  }

  /** Describes a mailbox, or changes what is known of it. A mailbox described for the first time exists. */
  set(address: string, settings: Partial<Mailbox>): void {
    const key = normaliseAddress(address);
    const before = this.known.get(key) ?? { ...UNKNOWN, exists: true };
    this.known.set(key, { ...before, ...settings });
  }

  /** The present state of a mailbox. */
  get(address: string): Mailbox {
    return this.known.get(normaliseAddress(address)) ?? this.fallback;
  }
}

/** Behaviour of SES's mailbox simulator; undefined for any other address. Its mail touches no list. */
export function simulatorAnswer(address: string): Answer | undefined {
  if (!isSimulator(address)) return undefined;
  const normal = normaliseAddress(address);
  const provider = providerOf(normal);
  const accepted = {
    kind: 'accepted',
    provider,
    smtpResponse: '250 2.6.0 Message received',
    filed: 'inbox',
  } as const;
  // Labels (`bounce+order-7@`) reach the same simulator mailbox.
  switch (normal.slice(0, normal.lastIndexOf('@')).split('+', 1)[0]) {
    case 'success':
      return { ...accepted, reaction: 'none' };
    case 'complaint':
      return { ...accepted, reaction: 'complains' };
    case 'ooto':
      return { ...accepted, reaction: 'out-of-office' };
    case 'suppressionlist':
      return {
        kind: 'refused',
        provider,
        bounceType: 'Permanent',
        bounceSubType: 'Suppressed',
        status: '5.1.1',
        reply: GLOBALLY_SUPPRESSED,
      };
    default:
      return refused(provider, 'Permanent', 'General', '550 5.1.1 user unknown');
  }
}

/** SES's own words for an address on its global list. */
export const GLOBALLY_SUPPRESSED =
  'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.';

function allowed(mailbox: Mailbox, fromDomain: string): boolean {
  const domain = normaliseDomain(fromDomain);
  return mailbox.allows.some((one) => normaliseDomain(one) === domain);
}

function refused(
  provider: Provider,
  bounceType: 'Permanent' | 'Transient',
  bounceSubType: 'General' | 'MailboxFull',
  reply: string,
): Answer {
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3}) /.exec(reply)?.[1];
  return {
    kind: 'refused',
    provider,
    bounceType,
    bounceSubType,
    status: enhanced ?? UNDEFINED_STATUS,
    reply,
  };
}

function full(provider: Provider, reply: string | undefined): Answer {
  const later = reply?.startsWith('4') ?? false;
  return {
    kind: 'refused',
    provider,
    bounceType: 'Transient',
    bounceSubType: 'MailboxFull',
    status: later ? '4.2.2' : '5.2.2',
    ...(reply === undefined ? {} : { reply }),
    ...(later ? { delayType: 'MailboxFull' as const } : {}),
  };
}

/** SES finds no server for the domain, tries on, and gives up. */
function noServer(provider: Provider, address: string): Answer {
  return {
    kind: 'refused',
    provider,
    bounceType: 'Transient',
    bounceSubType: 'General',
    status: '4.4.7',
    reply: `554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.0 Unable to lookup DNS for ${domainOf(address)}>`,
    delayType: 'TransientCommunicationFailure',
  };
}
