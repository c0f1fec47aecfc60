import { z } from 'zod';
import { domainOf, normaliseAddress } from '../address.ts';
import { diagnose } from '../classification/diagnose.ts';
import type { Diagnosis } from '../classification/types.ts';
import { type Fact, isDroppedBySuppression } from '../events/fact.ts';
import { type Advice, adviceFor } from '../guidance/advice.ts';
import { providerOfDomain } from '../guidance/providers.ts';
import { situationOfMissedDelivery, situationOfReason } from '../guidance/situation-of.ts';
import type { Situation } from '../guidance/situations.ts';
import { explainPolicy, type Verdict } from '../policy/decide.ts';
import { outcomeOf } from '../policy/outcome.ts';
import type { Policy } from '../policy/policy.ts';
import type { AddressRecord, Removal, SuppressionCase } from '../policy/records.ts';
import { type TimelineEntry, timelineOf } from '../report/timeline.ts';
import type { Store } from '../store/store.ts';
import type { ListEntry, SuppressionList } from '../suppression/list.ts';
import type { Bilingual } from '../text.ts';
import { formatInTokyo } from '../time.ts';
import { findEntry } from './find-entry.ts';
import { judge } from './judge.ts';

/** What may be asked. */
export const lookupRequestSchema = z.strictObject({
  address: z.string().trim().min(3).max(1_000),
  /** The shop's sending domain, when no recorded mail names it. */
  senderDomain: z.string().trim().max(255).optional(),
  /** The shop's name as the text to the customer should give it. */
  shopName: z.string().trim().max(100).optional(),
  /** Show every policy rule and whether it matched. */
  explainPolicy: z.boolean().default(false),
});

/** Where the address stands on the suppression list. `unknown` says that SES could not be asked. */
export type ListingAnswer =
  | {
      readonly state: 'listed';
      /** ISO 8601 UTC. */
      readonly since: string;
      readonly reason: 'BOUNCE' | 'COMPLAINT';
      readonly spelling: string;
      /** False when the account does not enforce this reason: the entry then blocks nothing. */
      readonly blocks: boolean;
    }
  | { readonly state: 'not-listed' }
  | { readonly state: 'unknown'; readonly why: string };

/** Why mail to one person did not arrive, and what to tell them. */
export interface LookupAnswer {
  /** Normalised address. */
  readonly address: string;
  /** The one plain answer for a support desk. */
  readonly summary: Bilingual;
  readonly listing: ListingAnswer;
  readonly diagnosis: Diagnosis;
  /** What policy says; absent when the address is not listed. */
  readonly verdict?: Verdict;
  /** Mails that SES accepted and dropped since the address was listed. */
  readonly missed: { readonly count: number; readonly last?: string };
  /** The latest {@link MAXIMUM_TIMELINE} lines. */
  readonly timeline: readonly TimelineEntry[];
  /** Lines before those, when there are more. */
  readonly earlier?: number;
  readonly removals: readonly Removal[];
  readonly caseState?: SuppressionCase['state'];
  readonly proposalId?: string;
  /** Customer since, when the shop said so. */
  readonly memberSince?: string;
  readonly advice: { readonly ja: Advice; readonly en: Advice };
  readonly policy?: ReturnType<typeof explainPolicy>;
}

/** Lines of an answer's timeline; keeps the answer far below Lambda's 6 MB. */
const MAXIMUM_TIMELINE = 500;

/** What a look-up works with. */
export interface LookupTools {
  readonly store: Pick<Store, 'addressRecord'>;
  readonly list: SuppressionList;
  readonly policy: Policy;
  readonly now: () => Date;
}

/** Looks an address up; changes nothing. When SES cannot be asked, what the table knows is answered all the same. */
export async function lookup(
  request: z.infer<typeof lookupRequestSchema>,
  tools: LookupTools,
): Promise<LookupAnswer> {
  const address = normaliseAddress(request.address);
  const now = tools.now().toISOString();
  const record = await tools.store.addressRecord(address);
  const asked = await ask(request.address, record, tools.list);
  const judged =
    asked.entry &&
    judge(asked.entry, record, {
      policy: tools.policy,
      now,
      ...(asked.enforcedReasons && { enforcedReasons: asked.enforcedReasons }),
    });
  const diagnosis =
    judged?.diagnosis ??
    diagnose({
      address,
      facts: record.facts,
      now,
      removals: record.case?.removals.map((removal) => removal.at) ?? [],
      ...(record.member && { member: record.member }),
    });
  const missed = missedMails(record, asked.entry);
  const removals = withOpenOutcome(record, tools.policy, now);
  const timeline = timelineOf(record);
  const situation = situationOf(address, diagnosis, asked.listing, record, removals);
  const senderDomain = request.senderDomain ?? latestSenderDomain(record.facts);
  const advice = (language: 'ja' | 'en') =>
    adviceFor({
      address,
      situation,
      language,
      ...(senderDomain && { senderDomain }),
      ...(request.shopName && { shopName: request.shopName }),
      ...(diagnosis.probablyMeant && { probablyMeant: diagnosis.probablyMeant }),
    });
  return {
    address,
    summary: summarise(asked.listing, diagnosis, missed, judged?.verdict),
    listing: asked.listing,
    diagnosis,
    ...(judged && { verdict: judged.verdict }),
    missed,
    timeline: timeline.slice(-MAXIMUM_TIMELINE),
    ...(timeline.length > MAXIMUM_TIMELINE && { earlier: timeline.length - MAXIMUM_TIMELINE }),
    removals,
    ...(record.case && { caseState: record.case.state }),
    ...(record.case?.proposalId && { proposalId: record.case.proposalId }),
    ...(record.member && { memberSince: record.member.since }),
    advice: { ja: advice('ja'), en: advice('en') },
    ...(judged && request.explainPolicy && { policy: explainPolicy(judged.input) }),
  };
}

interface Asked {
  readonly listing: ListingAnswer;
  readonly entry?: ListEntry;
  readonly enforcedReasons?: readonly string[];
}

async function ask(address: string, record: AddressRecord, list: SuppressionList): Promise<Asked> {
  try {
    const { enforcedReasons } = await list.account();
    const entry = await findEntry(address, record.case, list);
    if (entry === undefined) return { listing: { state: 'not-listed' }, enforcedReasons };
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
    return { listing: { state: 'unknown', why: error instanceof Error ? error.name : 'unknown error' } };
  }
}

function missedMails(record: AddressRecord, entry: ListEntry | undefined): LookupAnswer['missed'] {
  const since = entry?.at ?? '';
  const dropped = record.facts.filter((fact) => isDroppedBySuppression(fact) && fact.at >= since);
  const last = dropped
    .map((fact) => fact.at)
    .sort()
    .at(-1);
  return { count: dropped.length, ...(last && { last }) };
}

/** The removals, the last with the outcome its facts already show although no run has closed it yet. */
function withOpenOutcome(record: AddressRecord, policy: Policy, now: string): readonly Removal[] {
  const removals = record.case?.removals ?? [];
  const last = removals.at(-1);
  if (last === undefined || last.outcome !== undefined) return removals;
  const found = outcomeOf(last.at, record.facts, policy.silentAfterDays, now);
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

function situationOf(
  address: string,
  diagnosis: Diagnosis,
  listing: ListingAnswer,
  record: AddressRecord,
  removals: readonly Removal[],
): Situation {
  if (listing.state === 'listed' && listing.reason === 'COMPLAINT') return 'complained';
  if (diagnosis.probablyMeant !== undefined) return 'unknown-address';
  const last = removals.at(-1);
  if (listing.state === 'not-listed' && last !== undefined && last.outcome === undefined) return 'lifted';
  if (listing.state !== 'listed' && latestWord(record.facts)?.kind !== 'bounce') {
    return situationOfMissedDelivery(providerOfDomain(domainOf(address)));
  }
  // Nobody knows whose doing it is: the customer gets the advice that is right in any case.
  return (
    situationOfReason(diagnosis.reason) ?? situationOfMissedDelivery(providerOfDomain(domainOf(address)))
  );
}

/** The last thing a receiving server said of this address: took a mail, or refused one. */
function latestWord(facts: readonly Fact[]): Fact | undefined {
  let latest: Fact | undefined;
  for (const fact of facts) {
    const isWord = (fact.kind === 'bounce' && !isDroppedBySuppression(fact)) || fact.kind === 'delivery';
    if (isWord && (latest === undefined || fact.at > latest.at)) latest = fact;
  }
  return latest;
}

/** The plain answer: where the address stands, what happened, what will be done. */
function summarise(
  listing: ListingAnswer,
  diagnosis: Diagnosis,
  missed: LookupAnswer['missed'],
  verdict: Verdict | undefined,
): Bilingual {
  const sentences = [standing(listing, missed), diagnosis.explains, ...(verdict ? [verdict.because] : [])];
  return {
    ja: sentences.map((sentence) => sentence.ja).join(''),
    en: sentences.map((sentence) => sentence.en).join(' '),
  };
}

function standing(listing: ListingAnswer, missed: LookupAnswer['missed']): Bilingual {
  switch (listing.state) {
    case 'unknown':
      return {
        ja: `SESに問い合わせできなかったため、サプレッションリストの状況は不明です（${listing.why}）。`,
        en: `SES could not be asked, so whether the address is listed is unknown (${listing.why}).`,
      };
    case 'not-listed':
      return {
        ja: 'この宛先はサプレッションリストに登録されていません。',
        en: 'The address is not on the suppression list.',
      };
    case 'listed': {
      const since = formatInTokyo(listing.since);
      if (!listing.blocks) {
        return {
          ja: `${since}（日本時間）からサプレッションリストに登録されていますが、このアカウントではこの登録理由による停止は無効で、メールは送信されています。`,
          en: `On the suppression list since ${since} (Japan time), but the account does not enforce entries listed for this reason: mail is being sent.`,
        };
      }
      return {
        ja: `${since}（日本時間）からサプレッションリストに登録され、それ以後のメールは送信されていません（記録に残る未送信は${missed.count}通）。`,
        en: `On the suppression list since ${since} (Japan time); mail after that was not sent (${missed.count} recorded).`,
      };
    }
  }
}
