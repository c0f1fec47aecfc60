import { domainOf } from '../address.ts';
import type { Fact } from '../mails/fact.ts';
import type { Bilingual } from '../text.ts';
import type { Carrier } from './carrier.ts';
import { carrierDomain, carrierOfDomain, filteringAt } from './carriers.ts';
import { DOCOMO_STOPPED_REFUSING } from './rules/docomo.ts';
import type { Confidence, Diagnosis, Listing, Reason, ReplyReading } from './types.ts';
import { probablyMeant } from './typo.ts';

interface Guess {
  readonly id: string;
  readonly reason: Reason;
  readonly confidence: Confidence;
  readonly alternatives: readonly Reason[];
  readonly note: Bilingual;
}

const NO_FACTS: Bilingual = {
  ja: '登録の原因となった応答は記録にありません。ドメインと登録日から推定しました。',
  en: 'The reply that led to the listing is not on record: judged by the domain and the date of the listing alone.',
};

/** Begins the id of every rule that judges an entry by its listing alone. */
const WITHOUT_FACTS = 'listed-without-facts/';

/**
 * Whether a diagnosis rests on the listing alone: no bounce or complaint on record explains the entry. A member
 * record or an earlier delivery may still have moved its confidence.
 */
export function isWithoutFacts(diagnosis: Pick<Diagnosis, 'rule'>): boolean {
  return diagnosis.rule.startsWith(WITHOUT_FACTS);
}

function withNoFacts(note: Bilingual): Bilingual {
  return { ja: `${NO_FACTS.ja}${note.ja}`, en: `${NO_FACTS.en} ${note.en}` };
}

/**
 * The reading of an entry of SES's list for which no bounce is recorded: by its domain, the date it was listed and
 * SES's reason. Never more than `likely`; the rule's id begins with `listed-without-facts/`.
 */
export function readListing(address: string, listing: Listing): ReplyReading {
  const domain = domainOf(address);
  const carrier = carrierOfDomain(domain);
  const guess = guessOf(domain, carrier, listing);
  return {
    reason: guess.reason,
    confidence: guess.confidence,
    rule: `${WITHOUT_FACTS}${guess.id}`,
    ...(carrier ? { carrier: carrier.id } : {}),
    alternatives: guess.alternatives,
    source: 'Amazon SES suppression list (reason and LastUpdateTime); carriers’ documented behaviour',
    // SES's own word for a complaint is no inference from domain and date.
    note: listing.reason === 'COMPLAINT' ? guess.note : withNoFacts(guess.note),
  };
}

function guessOf(domain: string, carrier: Carrier | undefined, listing: Listing): Guess {
  if (listing.reason === 'COMPLAINT') {
    return guess('complaint', 'feedback', 'likely', [], {
      ja: 'SESは迷惑メールの申告として登録しています。',
      en: 'SES lists it for a complaint.',
    });
  }
  if (probablyMeant(domain) !== undefined) {
    return guess('mistyped-domain', 'hostunknown', 'likely', ['userunknown'], {
      ja: 'ドメインの打ち間違いと思われます。',
      en: 'The domain is probably mistyped.',
    });
  }
  if (carrier === undefined) {
    return guess('other', 'userunknown', 'ambiguous', ['undefined'], {
      ja: 'SESが登録するのは恒久的な不達で、宛先不明が多いものの、それ以外の原因もあります。',
      en: 'SES lists permanent bounces: mostly unknown users, but not only.',
    });
  }
  const row = carrierDomain(domain);
  if (row?.state === 'ended') {
    return guess('ended-service', 'userunknown', 'likely', ['hostunknown'], {
      ja: 'このドメインのメールサービスは終了しています。',
      en: 'The mail service of this domain has ended.',
    });
  }
  return carrierGuess(carrier, listing.at);
}

function guess(
  id: string,
  reason: Reason,
  confidence: Confidence,
  alternatives: readonly Reason[],
  note: Bilingual,
): Guess {
  return { id, reason, confidence, alternatives, note };
}

function carrierGuess(carrier: Carrier, at: string): Guess {
  if (carrier.id === 'docomo' && at < DOCOMO_STOPPED_REFUSING) {
    return guess('docomo-before-2025-03-13', 'filtered', 'ambiguous', ['userunknown'], {
      ja: '当時のドコモは受信拒否にも宛先不明と同じ応答を返していました。今送れば届く可能性があります。',
      en: 'docomo then refused filtered mail with the words of an unknown user; sent today it might arrive.',
    });
  }
  if (carrier.id === 'docomo') {
    return guess('docomo-since-2025-03-13', 'userunknown', 'likely', ['authfailure'], {
      ja: '現在のドコモは受信拒否では不達にならないため、宛先不明と考えられます。',
      en: 'docomo no longer bounces filtered mail: probably an unknown user.',
    });
  }
  if (carrier.id === 'au' || carrier.id === 'uq') {
    return guess(carrier.id, 'filtered', 'ambiguous', ['userunknown', 'suspend'], {
      ja: '受信拒否と宛先不明のどちらでも登録されます。',
      en: 'Both the customer’s filter and an unknown user lead to a listing.',
    });
  }
  if (carrier.id === 'softbank') {
    return guess('softbank', 'userunknown', 'likely', ['rejected'], {
      ja: 'ソフトバンクは受信拒否では不達にならないため、宛先不明と考えられます。',
      en: 'SoftBank does not bounce filtered mail: probably an unknown user.',
    });
  }
  return guess(carrier.id, 'userunknown', 'ambiguous', ['undefined'], {
    ja: 'この事業者が受信拒否のときに返す応答は知られていません。',
    en: 'What this carrier answers for a filter is not known.',
  });
}

/** The rule of an entry for a complaint of which nothing is on record. */
export const LISTED_FOR_COMPLAINT = `${WITHOUT_FACTS}complaint`;

/** The rule of an entry for a complaint where all that is on record is a receiving system's own report. */
export const SYSTEM_REPORT = 'system-report';

/** Begins the id of every rule that reads deliveries. */
const DELIVERED = 'delivered';

/** Whether a diagnosis rests on deliveries: the receiving side took mail, and nothing was returned. */
export function isOfDeliveries({ rule }: Pick<Diagnosis, 'rule'>): boolean {
  return rule === DELIVERED || rule.startsWith(`${DELIVERED}/`);
}

/** What deliveries without any bounce say: SES handed the mail over, and what the carrier does then is its own. */
export function readDeliveries(address: string, lastDelivery: Fact): ReplyReading {
  const carrier = carrierOfDomain(domainOf(address));
  const behaviours = carrier ? filteringAt(carrier, lastDelivery.at) : [];
  const drops = behaviours.find((row) => row.behaviour === 'accepts and drops');
  const files = behaviours.find((row) => row.behaviour === 'accepts and files');
  const name = carrier?.name ?? { ja: '受信側', en: 'the receiving system' };
  const base = {
    reason: 'undefined' as const,
    confidence: 'ambiguous' as const,
    ...(carrier ? { carrier: carrier.id } : {}),
  };
  if (carrier && drops) {
    return {
      ...base,
      rule: `${DELIVERED}/${carrier.id}-may-drop`,
      alternatives: ['filtered'],
      source: drops.source,
      note: {
        ja: `${name.ja}のサーバーは受け取っています（お手元に表示されたかは分かりません）。受信拒否のメールも受け取って破棄することがあるため、フィルターで止まった可能性があります${drops.unsure ? '（推定）' : ''}。`,
        en: `SES delivered it; ${name.en} may have filtered it: it accepts some refused mail and drops it${drops.unsure ? ' (inferred)' : ''}.`,
      },
    };
  }
  if (carrier && files) {
    return {
      ...base,
      rule: `${DELIVERED}/${carrier.id}-may-file`,
      alternatives: ['filtered'],
      source: files.source,
      note: {
        ja: `${name.ja}のサーバーは受け取っています（お手元に表示されたかは分かりません）。迷惑メールフォルダに入っている可能性があります。`,
        en: `SES delivered it; ${name.en} may have put it into the spam folder.`,
      },
    };
  }
  return {
    ...base,
    rule: DELIVERED,
    alternatives: [],
    source: 'Amazon SES Delivery event',
    note: {
      ja: `${name.ja}のサーバーは受け取っています（お手元に表示されたかは分かりません）。`,
      en: `SES delivered it: the server of ${name.en} took the mail.`,
    },
  };
}

/** SES's reasons for a delay (DeliveryDelay events), which may be all that is known of an address. */
const DELAYS: ReadonlyMap<string, { readonly reason: Reason; readonly confidence: Confidence }> = new Map([
  ['MailboxFull', { reason: 'mailboxfull', confidence: 'likely' }],
  ['SpamDetected', { reason: 'spamdetected', confidence: 'likely' }],
  ['RecipientServerError', { reason: 'systemerror', confidence: 'likely' }],
  ['IPFailure', { reason: 'blocked', confidence: 'likely' }],
  ['TransientCommunicationFailure', { reason: 'networkerror', confidence: 'likely' }],
]);

/** What a delay says while SES is still trying. */
export function readDelay(address: string, delay: Fact): ReplyReading {
  const known = DELAYS.get(delay.delayType ?? '') ?? {
    reason: 'onhold' as const,
    confidence: 'ambiguous' as const,
  };
  const carrier = carrierOfDomain(domainOf(address));
  return {
    ...known,
    rule: `ses/delay-${delay.delayType ?? 'unnamed'}`,
    ...(carrier ? { carrier: carrier.id } : {}),
    alternatives: [],
    source: 'Amazon SES DeliveryDelay event',
    note: {
      ja: 'SESがまだ再送を続けています。不達は確定していません。',
      en: 'SES is still trying; nothing has bounced yet.',
    },
  };
}

/** The reading when nothing at all is known of an address. */
export function readNothing(address: string): ReplyReading {
  const carrier = carrierOfDomain(domainOf(address));
  return {
    reason: 'undefined',
    confidence: 'ambiguous',
    rule: 'no-facts',
    ...(carrier ? { carrier: carrier.id } : {}),
    alternatives: [],
    source: 'no event recorded',
    note: {
      ja: '受信側の応答や配信の記録がありません。',
      en: 'Nothing is recorded of what the receiving side did.',
    },
  };
}
