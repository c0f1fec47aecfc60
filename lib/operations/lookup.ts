import type * as z from 'zod';
import { domainOf, normaliseAddress, stripControls } from '../address.ts';
import type { MassEvent } from '../answer/claims.ts';
import { headline, summary } from '../answer/headline.ts';
import type { ListingAnswer } from '../answer/listing.ts';
import { screenOf } from '../answer/screen.ts';
import { claimsOf, type Statement, statementOf } from '../answer/statement.ts';
import { outcomeSoFar } from '../cases/outcome.ts';
import type { AddressRecord, Removal } from '../cases/records.ts';
import { carrierOfDomain } from '../classification/carriers.ts';
import type { DiagnosedIncident } from '../classification/types.ts';
import type { LookupAnswer } from '../contracts/lookup.ts';
import type { lookupRequestSchema } from '../contracts/lookup-request.ts';
import { adviceFor } from '../guidance/advice.ts';
import { providerOfDomain } from '../guidance/providers.ts';
import { GUIDANCE } from '../guidance/settings.ts';
import { type Shop, senderOf } from '../guidance/shop.ts';
import { situationOf, situationOfMissedDelivery } from '../guidance/situation-of.ts';
import { timelineOf } from '../guidance/wording/timeline.ts';
import type { Fact } from '../mails/fact.ts';
import { mailsOf } from '../mails/mails.ts';
import { explainPolicy } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import { reasonOf } from '../policy/sender-refusal.ts';
import { errorName } from '../refusal.ts';
import { type ReadRecord, shownRecord } from '../store/addresses.ts';
import { lastAuditOf } from '../store/audits.ts';
import { deliveryMonths, recordsBegin } from '../store/delivery-months.ts';
import type { Table } from '../store/table.ts';
import type { ListEntry, SuppressionList } from '../suppression/list.ts';
import { byCodeUnits, type Language } from '../text.ts';
import { incidentOf, viewOf } from './incidents.ts';
import type { NearAnswer } from './near.ts';
import { answerOf, standingNotes } from './notes.ts';
import { droppedByUnknownEntry, findEntry, unknownSpelling } from './removal/find-entry.ts';
import { diagnoseRecord, type JudgementContext, judge } from './removal/judge.ts';

/** Lines of an answer's timeline; keeps the answer far below Lambda's 6 MB. */
const MAXIMUM_TIMELINE = 500;

/** Missed mails that an answer names, the newest; each takes some 100 bytes. */
const MAXIMUM_MISSED = 1_000;

/** What a look-up works with. */
export interface LookupTools {
  readonly store: Table;
  readonly list: SuppressionList;
  readonly policy: Policy;
  readonly now: () => Date;
  /** What letters may say of the shops, as the deployment has it. */
  readonly shops?: readonly Shop[];
  /** Finds what may have been meant by an address of which nothing is known; absent: nobody asks. */
  readonly near?: (address: string, store: Table) => Promise<NearAnswer | undefined>;
  /** Whether the deployment's cleanup removes by itself or only proposes; absent: not known. */
  readonly mode?: 'propose' | 'apply';
  /** Which deliveries the deployment records; absent: not known. */
  readonly deliveries?: 'carriers' | 'all';
}

/** Looks an address up; changes nothing. When SES cannot be asked, what the table knows is answered all the same. */
export async function lookup(
  request: z.infer<typeof lookupRequestSchema>,
  tools: LookupTools,
): Promise<LookupAnswer> {
  const address = normaliseAddress(request.address);
  const now = tools.now().toISOString();
  const record = await shownRecord(tools.store, address);
  const asked = await ask(request.address, record, tools);
  const months = await deliveryMonths(tools.store);
  const context: JudgementContext = {
    policy: tools.policy,
    now,
    deliveryMonths: months,
    ...(asked.enforcedReasons && { enforcedReasons: asked.enforcedReasons }),
  };
  // What may forbid a removal cannot be read: nobody says what may become of the entry, here as in a run.
  const mayJudge = !record.unreadable?.mayDecide;
  const judgeIn = (known: JudgementContext) => {
    const judged = mayJudge && asked.entry ? judge(asked.entry, record, known) : undefined;
    return { judged, ...(judged ?? diagnoseRecord(address, record, known)) };
  };
  const alone = judgeIn(context);
  const part = await partOfIncident(record.facts, asked.entry && alone.explainedBy, tools);
  const { judged, diagnosis, explainedBy } = part?.span ? judgeIn({ ...context, partOf: part.span }) : alone;
  const removals = withOpenOutcome(record, tools.policy, now);
  const provider = providerOfDomain(domainOf(address));
  // A fact of the address itself is a record too, and may be older than the first month with a delivery.
  const [begin] = [recordsBegin(months), ...record.facts.map(({ at }) => at)]
    .filter((at) => at !== undefined)
    .toSorted(byCodeUnits);
  const senderDomain = request.senderDomain ?? latestSenderDomain(record.facts);
  const { domain: sender } = senderOf(tools.shops ?? [], { domain: senderDomain });
  const senderAudit = sender && (await lastAuditOf(tools.store, sender));
  const statement = statementOf({
    address: stripControls(address),
    listing: asked.listing,
    record,
    removals,
    diagnosis,
    ...(explainedBy && { bounce: explainedBy }),
    ...(judged && { verdict: judged.verdict }),
    ...(record.case?.proposalId && { proposalId: record.case.proposalId }),
    ...(tools.mode && { mode: tools.mode }),
    ...(begin && { recordsBegin: begin }),
    ...(tools.deliveries && { deliveriesRecorded: areDeliveriesRecorded(address, tools.deliveries) }),
    ...(senderAudit && { senderAudit }),
    ...(part && { partOf: part }),
    discards: situationOfMissedDelivery(provider) === 'dropped',
  });
  const timeline = timelineOf(record, request.unmasked);
  const advice = (language: Language) =>
    adviceFor({
      ...situationOf(statement.lead, provider),
      address,
      language,
      claims: claimsOf(statement),
      next: statement.next,
      ...(senderDomain && { senderDomain }),
      ...(request.shopName && { shopName: request.shopName }),
      ...(request.provider && { provider: request.provider }),
      ...(tools.shops && { shops: tools.shops }),
    });
  const screen = screenOf(statement, provider === 'other' ? undefined : GUIDANCE[provider].name);
  const notes = standingNotes(record.notes ?? []);
  const isUnknown = asked.entry === undefined && isBlank(record);
  const near = isUnknown ? await tools.near?.(address, tools.store) : undefined;
  return {
    address,
    headline: { ja: [...headline(statement, 'ja')], en: [...headline(statement, 'en')] },
    screen: { ...screen, steps: [...screen.steps] },
    ...(statement.next.command && { command: statement.next.command }),
    summary: summary(statement),
    listing: asked.listing,
    ...(near && { near }),
    diagnosis,
    ...(judged && { verdict: judged.verdict }),
    ...(part && { incident: part.incident }),
    ...missedIn(statement),
    timeline: timeline.slice(-MAXIMUM_TIMELINE),
    ...(timeline.length > MAXIMUM_TIMELINE && { earlier: timeline.length - MAXIMUM_TIMELINE }),
    ...(record.more && { more: true as const }),
    ...(record.unreadable && {
      unreadable: { count: record.unreadable.count, example: record.unreadable.example },
    }),
    removals,
    ...(record.case && { caseState: record.case.state }),
    ...(record.case?.proposalId && { proposalId: record.case.proposalId }),
    ...(notes.length > 0 && { notes: answerOf(notes) }),
    ...(record.member && { memberSince: record.member.since }),
    ...(record.member?.lastSeen && { lastSeen: record.member.lastSeen }),
    advice: { ja: advice('ja'), en: advice('en') },
    ...(judged && request.explainPolicy && { policy: explainPolicy(judged.input) }),
  };
}

/** The mass event that an address is part of, by which refusal, and what a diagnosis makes of it. */
interface PartOf {
  readonly incident: MassEvent;
  readonly refusal: Fact;
  /** Absent where it says nothing of why a mail was returned. */
  readonly span?: DiagnosedIncident;
}

/**
 * The mass event that the latest mail to an address, or its entry, goes back to. Asked only where one of their facts
 * blames the sender.
 *
 * @param explainedBy the bounce that explains the entry.
 */
async function partOfIncident(
  facts: readonly Fact[],
  explainedBy: Fact | undefined,
  { store, now }: Pick<LookupTools, 'store' | 'now'>,
): Promise<PartOf | undefined> {
  const latest = mailsOf(facts).findLast(({ fate }) => fate.fate !== 'not-sent')?.messageId;
  const own = facts.filter(({ messageId }) => messageId === latest || messageId === explainedBy?.messageId);
  const part = await incidentOf(own, store, now().toISOString());
  if (part === undefined) return undefined;
  const { incident, refusal, begun } = part;
  const { id, ...view } = viewOf(incident);
  // What became in the end of a mail that was put off in its time belongs to it.
  const until = [incident.until, ...own.map(({ at }) => at)].sort().at(-1) ?? incident.until;
  const reason = reasonOf(incident.kind);
  return {
    refusal,
    incident: { ...view, kind: incident.kind, ...(begun && id && { id }) },
    ...(reason && { span: { from: incident.from, until, reason } }),
  };
}

/** Whether nothing at all is on record of an address. */
function isBlank({ facts, decisions, case: known, member, notes }: ReadRecord): boolean {
  const items = [...facts, ...decisions, ...(notes ?? [])];
  return items.length === 0 && known === undefined && member === undefined;
}

interface Asked {
  readonly listing: ListingAnswer;
  readonly entry?: ListEntry;
  readonly enforcedReasons?: readonly string[];
}

async function ask(
  address: string,
  record: AddressRecord,
  { list, store }: Pick<LookupTools, 'list' | 'store'>,
): Promise<Asked> {
  try {
    const { enforcedReasons } = await list.account();
    const entry = await findEntry(address, record, list);
    if (entry === undefined) {
      const dropped = await droppedByUnknownEntry(address, record, store);
      return {
        listing: dropped
          ? {
              state: 'unknown',
              why: 'spelling-unknown',
              because: unknownSpelling(dropped),
              droppedAt: dropped,
            }
          : { state: 'not-listed' },
        enforcedReasons,
      };
    }
    return {
      entry,
      enforcedReasons,
      listing: {
        state: 'listed',
        since: entry.at,
        reason: entry.reason,
        spelling: entry.spelling,
        blocks: enforcedReasons.includes(entry.reason),
      },
    };
  } catch (error) {
    // "Could not look" is never reported as "not listed".
    return { listing: { state: 'unknown', why: errorName(error) } };
  }
}

/** Whether deliveries to an address's domain are recorded under a deployment's setting. */
function areDeliveriesRecorded(address: string, deliveries: 'carriers' | 'all'): boolean {
  return deliveries === 'all' || carrierOfDomain(domainOf(address)) !== undefined;
}

/** The mails that were missed, as the answer gives them to programs. */
function missedIn({
  missed: { facts },
}: Statement): Pick<LookupAnswer, 'missed' | 'missedMails' | 'recordsBegin'> {
  const last = facts.mails
    .map(({ fate }) => fate.at)
    .sort()
    .at(-1);
  return {
    missed: {
      count: facts.mails.length,
      ...(last && { last }),
      ...(facts.atLeast && { atLeast: true as const }),
    },
    missedMails: facts.mails.slice(-MAXIMUM_MISSED).map(({ messageId, sentAt }) => ({ messageId, sentAt })),
    ...(facts.recordsBegin && { recordsBegin: facts.recordsBegin }),
  };
}

/** The removals, the last with the outcome its facts already show although no run has closed it yet. */
function withOpenOutcome(record: AddressRecord, policy: Policy, now: string): readonly Removal[] {
  const removals = record.case?.removals ?? [];
  const last = removals.at(-1);
  if (last === undefined || last.outcome !== undefined) return removals;
  const found = outcomeSoFar(last.at, record.facts, policy.silentAfterDays, now);
  if (found === undefined) return removals;
  return [...removals.slice(0, -1), { ...last, outcome: found.outcome, outcomeAt: found.at }];
}

function latestSenderDomain(facts: readonly Fact[]): string | undefined {
  let latest: Fact | undefined;
  for (const fact of facts) {
    if (fact.senderDomain !== undefined && (latest === undefined || fact.at > latest.at)) latest = fact;
  }
  return latest?.senderDomain;
}
