import type {
  AddressRecord,
  Decision,
  Note,
  Outcome,
  Removal,
  SuppressionCase,
} from '../../cases/records.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Action } from '../../policy/rules.ts';
import type { DeliveryMonths } from '../../store/delivery-months.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { byCodeUnits } from '../../text.ts';
import { type Judgement, type JudgementContext, judge } from '../removal/judge.ts';

/**
 * What another policy would have said of the entries that were judged, at the moments they were judged, from what
 * was known then. Pure.
 *
 * Two things cannot be known afterwards and are taken as they happened: removals of the address's earlier entries,
 * and when the shop's word about a customer came in (the customer's own date is used).
 */

/** One entry of the list as the audit shows it was dealt with. */
export interface JudgedEntry {
  readonly address: string;
  readonly reason: 'BOUNCE' | 'COMPLAINT';
  /** When SES listed it, ISO 8601 UTC. */
  readonly listedAt: string;
  /** The moments it was judged at, oldest first, with the rule that decided; at least one. */
  readonly moments: readonly { readonly at: string; readonly rule: string; readonly carrier?: string }[];
  /** Where it ends: the next entry of the address, or the present. ISO 8601 UTC. */
  readonly until: string;
  /** What really became of it. */
  readonly removal?: Removal;
  /** An operator's no to it. */
  readonly rejected?: { readonly by: string; readonly at: string };
}

/** What a policy makes of an entry in the end. */
export interface ReplayedVerdict {
  readonly action: Action;
  readonly rule: string;
  /** When it would have come to that, ISO 8601 UTC. */
  readonly at: string;
}

const VERDICTS: ReadonlySet<string> = new Set(['keep', 'propose', 'remove', 'approve']);

/** The entries of an address that were judged at or after `since`. */
export function judgedEntries(record: AddressRecord, since: string, now: string): JudgedEntry[] {
  const byListing = new Map<string, Decision[]>();
  for (const decision of record.decisions) {
    const at = decision.listing?.at;
    if (at !== undefined) byListing.set(at, [...(byListing.get(at) ?? []), decision]);
  }
  const listings = [...byListing.keys()].sort();
  return listings.flatMap((listedAt, index) => {
    const decisions = byListing.get(listedAt) ?? [];
    const moments = decisions
      .filter((each) => VERDICTS.has(each.action) && each.at >= since)
      .map(({ at, rule, diagnosis }) => ({
        at,
        rule,
        ...(diagnosis?.carrier && { carrier: diagnosis.carrier }),
      }))
      .sort((a, b) => byCodeUnits(a.at, b.at));
    const [first] = decisions;
    if (first?.listing === undefined || moments.length === 0) return [];
    const removed = decisions.find((each) => each.action === 'removed');
    const rejected = decisions.find((each) => each.action === 'reject');
    return {
      address: first.address,
      reason: first.listing.reason,
      listedAt,
      moments,
      until: listings[index + 1] ?? now,
      ...(removed && { removal: removalOf(removed, record) }),
      ...(rejected && { rejected: { by: rejected.by, at: rejected.at } }),
    };
  });
}

/** A removal with its outcome: from the case, or from the audit once the case has forgotten it. */
function removalOf(removed: Decision, record: AddressRecord): Removal {
  const known = record.case?.removals.find((each) => each.at === removed.at);
  if (known?.outcome !== undefined) return known;
  // A listing soon after corrects an outcome: the last word counts.
  const outcome: Outcome | undefined = record.decisions.findLast(
    (each) => each.action === 'outcome' && each.id.startsWith(`outcome:${removed.at}`),
  )?.outcome;
  return { at: removed.at, by: removed.by, rule: removed.rule, ...(outcome && { outcome }) };
}

/** Looks back at due dates that fell after the last recorded judgement; a policy that waits longer needs one or two. */
const MAXIMUM_LOOKS = 10;

/** What a policy would have made of an entry: the first removal it comes to, else its last word. */
export function replay(
  entry: JudgedEntry,
  record: AddressRecord,
  policy: Policy,
  deliveryMonths?: DeliveryMonths,
): ReplayedVerdict {
  let last: ReplayedVerdict | undefined;
  let due: string | undefined;
  const context = { policy, ...(deliveryMonths && { deliveryMonths }) };
  for (const moment of entry.moments) {
    const { verdict } = judgeAt(moment.at, moment, entry, record, context);
    last = { action: verdict.action, rule: verdict.rule, at: moment.at };
    due = verdict.dueAt;
    if (last.action === 'remove') return last;
  }
  if (last === undefined) throw new Error('an entry without a judgement cannot be replayed');
  for (let look = 0; look < MAXIMUM_LOOKS && due !== undefined; look += 1) {
    if (due <= last.at || due > entry.until) return last;
    const { verdict } = judgeAt(due, undefined, entry, record, context);
    last = { action: verdict.action, rule: verdict.rule, at: due };
    due = verdict.dueAt;
    if (last.action === 'remove') return last;
  }
  return last;
}

/** The verdict on an entry from what was known at a moment; `recorded` is the real one of that moment. */
function judgeAt(
  at: string,
  recorded: JudgedEntry['moments'][number] | undefined,
  entry: JudgedEntry,
  record: AddressRecord,
  context: Pick<JudgementContext, 'policy' | 'deliveryMonths'>,
): Judgement {
  const { address, reason, listedAt, removal } = entry;
  // What came after the real removal would not have happened had the entry stayed.
  const known = removal !== undefined && removal.at < at ? removal.at : at;
  const { feedbackId } = record.case?.listedAt === listedAt ? record.case : {};
  const listEntry: ListEntry = {
    address,
    spelling: record.case?.spelling ?? address,
    reason,
    at: listedAt,
    ...(feedbackId && { feedbackId }),
  };
  const carrier = recorded?.rule === 'incident' ? recorded.carrier : undefined;
  return judge(listEntry, recordAt(known, entry, record), {
    ...context,
    now: at,
    // Neither the account's settings nor an incident can be looked up afterwards: they are taken from the verdict.
    ...(recorded?.rule === 'not-enforced' && { enforcedReasons: [] }),
    ...(carrier && { incidents: [{ carrier, from: at, until: at }] }),
  });
}

/** What the table knew of the address at a moment, as far as a verdict depends on it. */
function recordAt(at: string, entry: JudgedEntry, record: AddressRecord): AddressRecord {
  const known = record.case && caseAt(at, entry, record.case);
  return {
    facts: record.facts.filter((fact) => fact.at <= at),
    decisions: [],
    ...(known && { case: known }),
    ...(record.notes && { notes: notesAt(at, record.notes) }),
    ...(record.member && record.member.since <= at && { member: record.member }),
    ...(record.listedForComplaint !== undefined &&
      record.listedForComplaint <= at && { listedForComplaint: record.listedForComplaint }),
    ...(record.addressInsights &&
      record.addressInsights.at <= at && { addressInsights: record.addressInsights }),
  };
}

/** The notes that stood at a moment, among them those that were taken back since. */
function notesAt(at: string, notes: readonly Note[]): readonly Note[] {
  return notes
    .filter((note) => note.at <= at)
    .map(({ removed, ...note }) => ({ ...note, ...(removed && removed.at <= at && { removed }) }));
}

function caseAt(at: string, entry: JudgedEntry, known: SuppressionCase): SuppressionCase {
  const {
    dueAt: _due,
    proposalId: _proposal,
    removing: _removing,
    feedbackId: _feedback,
    rejected: _rejected,
    ...rest
  } = known;
  const rejected = entry.rejected &&
    entry.rejected.at <= at && { listedAt: entry.listedAt, ...entry.rejected };
  return {
    ...rest,
    state: rejected ? 'rejected' : 'kept',
    ...(rejected && { rejected }),
    listedReason: entry.reason,
    listedAt: entry.listedAt,
    removals: known.removals
      .filter((removal) => removal.at < entry.listedAt)
      .map(({ outcome, outcomeAt, relistedAt, ...removal }) => ({
        ...removal,
        ...(relistedAt !== undefined && relistedAt <= at && { relistedAt }),
        ...(outcome !== undefined && (outcomeAt ?? '') <= at && { outcome, ...(outcomeAt && { outcomeAt }) }),
      })),
    updatedAt: at,
  };
}
