import { domainOf } from '../address.ts';
import { carrierOfDomain } from '../classification/carriers.ts';
import { diagnose } from '../classification/diagnose.ts';
import type { Diagnosis, Listing } from '../classification/types.ts';
import { decide, type Verdict } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import type { AddressRecord, DiagnosisSummary } from '../policy/records.ts';
import type { VerdictInput } from '../policy/rules.ts';
import type { ListEntry } from '../suppression/list.ts';

/** What a judgement depends on beside the address's own record. */
export interface JudgementContext {
  readonly policy: Policy;
  readonly enforcedReasons?: readonly string[];
  /** Carriers that are refusing many customers at once. */
  readonly incidents?: readonly { readonly carrier: string; readonly from: string; readonly until: string }[];
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** A diagnosis and the verdict on it, with what the verdict was formed from. */
export interface Judgement {
  readonly diagnosis: Diagnosis;
  readonly verdict: Verdict;
  readonly input: VerdictInput;
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
  const incident = context.incidents?.find((each) => each.carrier === carrier);
  // An estimate older than the listing knows nothing of what listed the address.
  const { mailboxExists, at = '' } = record.addressInsights ?? {};
  const addressInsights = mailboxExists !== undefined && at >= entry.at && { mailboxExists, at };
  const common = {
    facts: record.facts,
    listing,
    now: context.now,
    ...(record.member && { member: record.member }),
    ...(incident && { incident }),
  };
  const diagnosis = diagnose({
    ...common,
    address: entry.address,
    removals: known?.removals.map((removal) => removal.at) ?? [],
    ...(addressInsights && { addressInsights }),
  });
  const input: VerdictInput = {
    ...common,
    diagnosis,
    policy: context.policy,
    ...(known && { case: known }),
    ...(context.enforcedReasons && { enforcedReasons: context.enforcedReasons }),
  };
  return { diagnosis, verdict: decide(input), input };
}

/** What a case or decision keeps of a diagnosis. */
export function summaryOf(diagnosis: Diagnosis): DiagnosisSummary {
  return {
    reason: diagnosis.reason,
    confidence: diagnosis.confidence,
    rule: diagnosis.rule,
    ...(diagnosis.carrier && { carrier: diagnosis.carrier }),
  };
}
