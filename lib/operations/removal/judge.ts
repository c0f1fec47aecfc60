import { domainOf } from '../../address.ts';
import { moveNote } from '../../cases/moved.ts';
import type { AddressInsightsAnswer, AddressRecord } from '../../cases/records.ts';
import { carrierOfDomain } from '../../classification/carriers.ts';
import { diagnose, explainedBounce } from '../../classification/diagnose.ts';
import type { DiagnosedIncident, Diagnosis, DiagnosisInput, Listing } from '../../classification/types.ts';
import type { Fact } from '../../mails/fact.ts';
import { returnedBounces } from '../../mails/mails.ts';
import { decide, type Verdict } from '../../policy/decide.ts';
import type { CarrierRefusing } from '../../policy/incident.ts';
import type { Policy } from '../../policy/policy.ts';
import type { VerdictInput } from '../../policy/rules.ts';
import { type DeliveryMonths, recordedSince } from '../../store/delivery-months.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { byCodeUnits } from '../../text.ts';

/** What a judgement depends on beside the address's own record. */
export interface JudgementContext {
  readonly policy: Policy;
  readonly enforcedReasons?: readonly string[];
  /** Carriers that are refusing many customers at once. */
  readonly incidents?: readonly CarrierRefusing[];
  /** The incident that this very address is known to be part of; a bounce within it is explained by it. */
  readonly partOf?: DiagnosedIncident;
  /** In which months deliveries were recorded; absent: that no earlier mail is recorded says nothing. */
  readonly deliveryMonths?: DeliveryMonths;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** A diagnosis and the verdict on it, with what the verdict was formed from. */
export interface Judgement {
  readonly diagnosis: Diagnosis;
  readonly verdict: Verdict;
  readonly input: VerdictInput;
  /** The bounce that explains the entry, where one on record does. */
  readonly explainedBy?: Fact;
}

/** Diagnoses an entry of the list from everything known of the address, and applies the policy. Pure. */
export function judge(entry: ListEntry, record: AddressRecord, context: JudgementContext): Judgement {
  const known = record.case;
  const feedbackId =
    entry.feedbackId ?? (known !== undefined && known.listedAt === entry.at ? known.feedbackId : undefined);
  const listing: Listing = {
    reason: entry.reason,
    at: entry.at,
    ...(feedbackId && { feedbackId }),
    ...(entry.messageId && { messageId: entry.messageId }),
  };
  const carrier = carrierOfDomain(domainOf(entry.address))?.id;
  const incidents = context.incidents?.filter((each) => each.carrier === carrier) ?? [];
  const common = {
    facts: record.facts,
    listing,
    now: context.now,
    ...(record.member && { member: record.member }),
    ...(record.listedForComplaint && { listedForComplaint: record.listedForComplaint }),
  };
  const { diagnosis, bounce } = diagnosed(
    entry.address,
    record,
    { ...common, ...context, incidents },
    listing,
  );
  const incident = incidents.toSorted((one, other) => byCodeUnits(one.until, other.until)).at(-1);
  const moved = moveNote(record.notes, known?.removals ?? []);
  const input: VerdictInput = {
    ...common,
    ...(incident && { incident }),
    ...(moved && { movedAt: moved.at }),
    diagnosis,
    policy: context.policy,
    ...(known && { case: known }),
    ...(context.enforcedReasons && { enforcedReasons: context.enforcedReasons }),
  };
  return { diagnosis, verdict: decide(input), input, ...(bounce && { explainedBy: bounce }) };
}

/** SES's answer about the mailbox, unless something happened since: an older one knows nothing of it. Pure. */
export function recentInsights(
  { addressInsights, facts }: AddressRecord,
  listing?: Pick<Listing, 'at'>,
): AddressInsightsAnswer | undefined {
  if (addressInsights === undefined || addressInsights.at < (listing?.at ?? '')) return undefined;
  return returnedBounces(facts).some((fact) => fact.at > addressInsights.at) ? undefined : addressInsights;
}

/** What a diagnosis depends on beside the address's own record. */
type DiagnosisContext = Pick<DiagnosisInput, 'now'> &
  Pick<JudgementContext, 'deliveryMonths' | 'incidents' | 'partOf'>;

/** Diagnoses an address from everything known of it, as one that is not on the list. Pure. */
export function diagnoseRecord(
  address: string,
  record: AddressRecord,
  context: DiagnosisContext,
): Pick<Judgement, 'diagnosis' | 'explainedBy'> {
  const { diagnosis, bounce } = diagnosed(address, record, context);
  return { diagnosis, ...(bounce && { explainedBy: bounce }) };
}

function isWithin(moment: string, { from, until }: CarrierRefusing): boolean {
  return from <= moment && moment <= until;
}

/** A diagnosis, and the bounce that it explains. */
function diagnosed(
  address: string,
  record: AddressRecord,
  { now, incidents, partOf, deliveryMonths }: DiagnosisContext,
  listing?: Listing,
): { readonly diagnosis: Diagnosis; readonly bounce: Fact | undefined } {
  const input: DiagnosisInput = {
    address,
    facts: record.facts,
    removals: record.case?.removals.map((removal) => removal.at) ?? [],
    now,
    ...(record.member && { member: record.member }),
    ...(listing && { listing }),
  };
  const bounce = explainedBounce(input);
  const incident = bounce && (partOf ?? incidents?.find((each) => isWithin(bounce.at, each)));
  const since =
    deliveryMonths &&
    bounce?.senderDomain &&
    recordedSince(deliveryMonths, bounce.senderDomain, address, bounce.at);
  const { mailboxExists, at } = recentInsights(record, listing) ?? {};
  const diagnosis = diagnose({
    ...input,
    ...(incident && { incident }),
    ...(bounce && { about: { bounce } }),
    ...(since && { recordedSince: since }),
    ...(mailboxExists && at && { addressInsights: { mailboxExists, at } }),
  });
  return { diagnosis, bounce };
}
