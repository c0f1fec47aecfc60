import { domainOf, stripControls } from '../address.ts';
import type { UndoneIncident } from '../cases/records.ts';
import { type BlockList, blockListIn } from '../classification/block-lists.ts';
import { carrierOfDomain } from '../classification/carriers.ts';
import { isOfManyUnknown, readBounce, readDelayed } from '../classification/diagnose.ts';
import type { Reason, ReplyReading } from '../classification/types.ts';
import { webmailOfDomain } from '../classification/webmail.ts';
import type { Fact } from '../mails/fact.ts';
import { isReturned, natureOf } from '../mails/nature.ts';

/** Refusals and deferrals whose words blame the sender, not the recipient: what incidents consist of. Pure. */

/**
 * What of the sender's a mass of refusals is about, in Sisimai's words where it has one, each with a remedy of its own:
 *
 * - `ratelimited`: too much at once;
 * - `blocked`: the sending server or its reputation;
 * - `authfailure`: SPF, DKIM, DMARC or reverse DNS;
 * - `many-unknown`: the sender writes to too many addresses that do not exist;
 * - `rejected`: the sender or its mail, for another cause;
 * - `deferred`: put off in words that blame nobody;
 * - `mixed`: several of them, none of which alone makes an incident.
 */
export const INCIDENT_KINDS = [
  'ratelimited',
  'blocked',
  'authfailure',
  'many-unknown',
  'rejected',
  'deferred',
  'mixed',
] as const;

/** See {@link INCIDENT_KINDS}. */
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** The kinds of which a single refusal is: see {@link INCIDENT_KINDS}. */
type RefusalKind = Exclude<IncidentKind, 'mixed'>;

/** Reasons that blame the sender. */
const KIND_OF: Readonly<Partial<Record<Reason, RefusalKind>>> = {
  ratelimited: 'ratelimited',
  blocked: 'blocked',
  badreputation: 'blocked',
  authfailure: 'authfailure',
  requireptr: 'authfailure',
  rejected: 'rejected',
  policyviolation: 'rejected',
  spamdetected: 'rejected',
  norelaying: 'rejected',
};

/** What an incident makes of a reply that blames nobody; undefined where it blames nobody itself. */
export function reasonOf(kind: IncidentKind): Reason | undefined {
  if (kind === 'deferred') return undefined;
  return kind === 'many-unknown' || kind === 'mixed' ? 'blocked' : kind;
}

/** Reasons of a delay that blame nobody. */
const PUT_OFF: ReadonlySet<Reason> = new Set([
  'onhold',
  'systemerror',
  'networkerror',
  'systemfull',
  'greylisted',
  'undefined',
]);

/** Stands for the many mail services that ask one block list. */
export const SEVERAL_RECEIVERS = 'several';

/** What the refusals of one incident have in common. */
export interface IncidentCause {
  /** A carrier's or web mail service's id, a domain, or {@link SEVERAL_RECEIVERS}. */
  readonly receiver: string;
  readonly kind: IncidentKind;
  /** Domain of the sender: where each has to mend its own. */
  readonly sender?: string;
  /** Block list: where several receivers ask the same. */
  readonly list?: string;
}

/** A refusal or deferral that blames the sender, and what it has in common with others. */
export interface SenderRefusal extends IncidentCause {
  readonly kind: RefusalKind;
  /** SES was told to try again: nothing is refused for good. */
  readonly isDeferral: boolean;
  /** Carrier's id; absent outside the carriers. */
  readonly carrier?: string;
}

/** What a fact says against the sender; undefined where it says nothing of the kind. */
export function senderRefusalOf(fact: Fact): SenderRefusal | undefined {
  const isDeferral = natureOf(fact).says === 'delayed';
  if (!isDeferral && (fact.kind !== 'bounce' || !isReturned(fact))) return undefined;
  const kind = kindOf(isDeferral ? readDelayed(fact) : readBounce(fact), isDeferral);
  if (kind === undefined) return undefined;
  const domain = domainOf(fact.address);
  const carrier = carrierOfDomain(domain)?.id;
  const known = carrier ?? webmailOfDomain(domain);
  const list = known === undefined && kind === 'blocked' ? blockListOf(fact)?.id : undefined;
  const sender = kind === 'authfailure' ? senderOf(fact) : undefined;
  return {
    receiver: known ?? (list ? SEVERAL_RECEIVERS : stripControls(domain)),
    kind,
    isDeferral,
    ...(carrier && { carrier }),
    ...(list && { list }),
    ...(sender && { sender }),
  };
}

/** Domain of the sender of a mail, as it may be shown. */
export function senderOf({ senderDomain }: Fact): string | undefined {
  return senderDomain === undefined ? undefined : stripControls(senderDomain);
}

/** The block list that a refusal names. */
export function blockListOf({ diagnosticCode }: Fact): BlockList | undefined {
  return diagnosticCode === undefined ? undefined : blockListIn(diagnosticCode);
}

/** An incident as far as it tells whether a refusal is part of it. */
export interface IncidentSpan extends IncidentCause {
  /** First and last refusal, ISO 8601 UTC. */
  readonly from: string;
  readonly until: string;
}

/** Whether a fact is one of the refusals that an incident consists of; its kind may be a word of a later version. */
export function isPartOf(fact: Fact, incident: Omit<UndoneIncident, 'id'>): boolean {
  if (fact.at < incident.from || fact.at > incident.until) return false;
  const refusal = senderRefusalOf(fact);
  if (refusal === undefined || refusal.receiver !== incident.receiver) return false;
  return incident.kind === 'mixed' ? refusal.kind !== 'deferred' : causeKey(refusal) === causeKey(incident);
}

/** One text for all that have a cause in common. */
export function causeKey({
  receiver,
  kind,
  sender = '',
  list = '',
}: Pick<UndoneIncident, 'receiver' | 'kind' | 'sender' | 'list'>): string {
  return [receiver, kind, sender, list].join('\n');
}

function kindOf(reading: ReplyReading, isDeferral: boolean): RefusalKind | undefined {
  if (isOfManyUnknown(reading)) return 'many-unknown';
  const kind = KIND_OF[reading.reason];
  return kind ?? (isDeferral && PUT_OFF.has(reading.reason) ? 'deferred' : undefined);
}
