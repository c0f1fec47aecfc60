import type * as z from 'zod';
import { domainOf, normaliseAddress } from '../address.ts';
import { outcomeSoFar } from '../cases/outcome.ts';
import type { AddressRecord, Removal } from '../cases/records.ts';
import type { Diagnosis } from '../classification/types.ts';
import type { LookupAnswer } from '../contracts/lookup.ts';
import type { lookupRequestSchema } from '../contracts/lookup-request.ts';
import { adviceFor } from '../guidance/advice.ts';
import { providerOfDomain } from '../guidance/providers.ts';
import type { Situation } from '../guidance/situation.ts';
import {
  situationOfMissedDelivery,
  situationOfNotSent,
  situationOfReason,
} from '../guidance/situation-of.ts';
import { timelineOf } from '../guidance/wording/timeline.ts';
import type { Fact } from '../mails/fact.ts';
import { type Mail, mailsOf, missedMails } from '../mails/mails.ts';
import { isReturned, natureOf, notSentBy } from '../mails/nature.ts';
import { explainPolicy, type Verdict } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import { type ReadRecord, type ShownRecord, shownRecord } from '../store/addresses.ts';
import { deliveryMonths } from '../store/delivery-months.ts';
import type { Table } from '../store/table.ts';
import type { ListEntry, SuppressionList } from '../suppression/list.ts';
import type { Bilingual } from '../text.ts';
import { formatInTokyo } from '../time.ts';
import type { NearAnswer } from './near.ts';
import { answerOf, standingNotes } from './notes.ts';
import { droppedByUnknownEntry, findEntry, unknownSpelling } from './removal/find-entry.ts';
import { diagnoseRecord, type JudgementContext, judge } from './removal/judge.ts';

/**
 * Where the address stands on the suppression list. `unknown`: SES could not be asked, or what is recorded speaks for
 * an entry that nobody can ask for; then `because` says so.
 */
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
  | { readonly state: 'unknown'; readonly why: string; readonly because?: Bilingual };

/** Lines of an answer's timeline; keeps the answer far below Lambda's 6 MB. */
const MAXIMUM_TIMELINE = 500;

/** What a look-up works with. */
export interface LookupTools {
  readonly store: Table;
  readonly list: SuppressionList;
  readonly policy: Policy;
  readonly now: () => Date;
  /** Finds what may have been meant by an address of which nothing is known; absent: nobody asks. */
  readonly near?: (address: string, store: Table) => Promise<NearAnswer | undefined>;
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
  const context: JudgementContext = {
    policy: tools.policy,
    now,
    deliveryMonths: await deliveryMonths(tools.store),
    ...(asked.enforcedReasons && { enforcedReasons: asked.enforcedReasons }),
  };
  // What may forbid a removal cannot be read: nobody says what may become of the entry, here as in a run.
  const mayJudge = !record.unreadable?.mayDecide;
  const judged = mayJudge && asked.entry ? judge(asked.entry, record, context) : undefined;
  const diagnosis = judged?.diagnosis ?? diagnoseRecord(address, record, context);
  const missed = missedSince(record, asked.entry);
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
      certain: diagnosis.confidence === 'certain',
      unheard: !record.facts.some(isReturned),
    });
  const notes = standingNotes(record.notes ?? []);
  const isUnknown = asked.entry === undefined && isBlank(record);
  const near = isUnknown ? await tools.near?.(address, tools.store) : undefined;
  return {
    address,
    summary: summarise({
      listing: asked.listing,
      diagnosis,
      missed,
      situation,
      verdict: judged?.verdict,
      removal: removals.at(-1),
      unreadable: record.unreadable,
    }),
    listing: asked.listing,
    ...(near && { near }),
    diagnosis,
    ...(judged && { verdict: judged.verdict }),
    missed,
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
    advice: { ja: advice('ja'), en: advice('en') },
    ...(judged && request.explainPolicy && { policy: explainPolicy(judged.input) }),
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
    const entry = await findEntry(address, record.case, list);
    if (entry === undefined) {
      const dropped = await droppedByUnknownEntry(address, record, store);
      return {
        listing: dropped
          ? { state: 'unknown', why: 'spelling-unknown', because: unknownSpelling(dropped) }
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
    return { listing: { state: 'unknown', why: error instanceof Error ? error.name : 'unknown error' } };
  }
}

function missedSince(record: ReadRecord, entry: ListEntry | undefined): LookupAnswer['missed'] {
  const missed = missedMails(mailsOf(record.facts));
  const since = entry?.at ?? '';
  const sinceListing = missed.filter(({ fate }) => fate.at >= since);
  const last = sinceListing
    .map(({ fate }) => fate.at)
    .sort()
    .at(-1);
  const atLeast = record.droppedMore === true && sinceListing.length === missed.length;
  return { count: sinceListing.length, ...(last && { last }), ...(atLeast && { atLeast }) };
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

function situationOf(
  address: string,
  diagnosis: Diagnosis,
  listing: ListingAnswer,
  record: AddressRecord,
  removals: readonly Removal[],
): Situation {
  if (listing.state === 'listed' && listing.reason === 'COMPLAINT') return 'complained';
  const last = removals.at(-1);
  if (complainedSince(record.facts, last?.at ?? '')) return 'complained';
  if (diagnosis.probablyMeant !== undefined) return 'unknown-address';
  if (listing.state === 'not-listed' && last !== undefined && last.outcome === undefined) return 'lifted';
  const fate = latestFate(record.facts);
  const mayBeListed =
    listing.state === 'listed' || (listing.state === 'unknown' && listing.because !== undefined);
  if (!mayBeListed && fate?.fate === 'not-sent') return situationOfNotSent(fate.by);
  if (!mayBeListed && fate?.fate !== 'returned') {
    if (listing.state === 'not-listed' && last?.outcome === 'delivered') return 'delivered-again';
    return fate?.fate === 'accepted'
      ? situationOfMissedDelivery(providerOfDomain(domainOf(address)))
      : situationWithoutWord(record.facts, listing);
  }
  return situationOfReason(diagnosis.reason) ?? 'returned';
}

/** Whether this recipient, and nobody else at the domain, has reported a mail as spam since a moment. */
function complainedSince(facts: readonly Fact[], moment: string): boolean {
  return facts.some((fact) => {
    const nature = natureOf(fact);
    return nature.says === 'complaint' && nature.by === 'person' && fact.at > moment;
  });
}

/** Where no server took or refused a mail to an address that is not known to be listed. */
function situationWithoutWord(facts: readonly Fact[], listing: ListingAnswer): Situation {
  // SES dropped mail to it once, and it stands on the list no more: somebody took it off.
  if (listing.state === 'not-listed' && facts.some((fact) => notSentBy(fact) === 'account-list'))
    return 'lifted';
  return facts.some((fact) => fact.kind === 'deliveryDelay') ? 'delayed' : 'no-record';
}

/** What is known to have become of the latest mail, leaving out drops by the account's list: those the listing tells. */
function latestFate(facts: readonly Fact[]): Mail['fate'] | undefined {
  let latest: Mail['fate'] | undefined;
  for (const { fate } of mailsOf(facts)) {
    if (fate.fate === 'delayed' || fate.fate === 'no-word') continue;
    if (fate.fate === 'not-sent' && fate.by === 'account-list') continue;
    if (latest === undefined || fate.at > latest.at) latest = fate;
  }
  return latest;
}

/** What the plain answer is made from. */
interface Summarised {
  readonly listing: ListingAnswer;
  readonly diagnosis: Diagnosis;
  readonly missed: LookupAnswer['missed'];
  readonly situation: Situation;
  readonly verdict: Verdict | undefined;
  /** The latest. */
  readonly removal: Removal | undefined;
  readonly unreadable: ShownRecord['unreadable'];
}

/** The plain answer: where the address stands now, what happened, what will be done. Each said once. */
function summarise(found: Summarised): Bilingual {
  const { listing, diagnosis, missed, verdict } = found;
  const sentences = [
    ...(presentOf(found) ?? [standing(listing, missed), diagnosis.explains]),
    ...(verdict ? [planOf(verdict, diagnosis)] : []),
    ...(found.unreadable ? [leftOut(found.unreadable)] : []),
  ];
  return {
    ja: sentences.map((sentence) => sentence.ja).join(''),
    en: sentences.map((sentence) => sentence.en).join(' '),
  };
}

/** That something of the address could not be read, and what follows. */
function leftOut({ count, mayDecide }: NonNullable<ShownRecord['unreadable']>): Bilingual {
  const left = {
    ja: `この宛先の記録のうち${count}件は、このバージョンのtodokuでは読み取れないため、この回答に含まれていません。`,
    en: `${count} item(s) of this address's record cannot be read by this version of todoku and are left out of this answer.`,
  };
  if (!mayDecide) return left;
  return {
    ja: `${left.ja}迷惑メールの申告などが含まれている可能性があるため、読み取れるようになるまで判定も解除も行いません。`,
    en: `${left.en} They may tell of a complaint, so the entry is neither judged nor removed until they can be read.`,
  };
}

/** Where the present is good news or no news, it comes first and the old trouble after it. */
function presentOf({ situation, removal, diagnosis, listing, missed }: Summarised): Bilingual[] | undefined {
  if (situation === 'delivered-again' && removal !== undefined) {
    const day = formatInTokyo(removal.at).slice(0, 10);
    const { explains } = diagnosis;
    return [
      {
        ja: `${day}にサプレッションリストから解除し、その後のメールは届いています（受信側が受け付けました）。`,
        en: `Removed from the suppression list on ${day}, and mail has been accepted since.`,
      },
      { ja: `以前の不達の原因：${explains.ja}`, en: `The earlier bounce: ${explains.en}` },
    ];
  }
  if (situation === 'no-record') {
    return [
      standing(listing, missed),
      {
        ja: 'このアドレスへの送信は記録にありません。送信記録（宛先の誤り、送信の有無）をご確認ください。',
        en: 'No mail to this address is on record: check in your own sending records whether and where it was sent.',
      },
    ];
  }
  return undefined;
}

/** Rules whose reason says what the diagnosis has said already. */
const SAID_BY_DIAGNOSIS: ReadonlySet<string> = new Set([
  'unknown-user',
  'probably-unknown-user',
  'mistyped-domain',
  'filtered-without-record',
]);

const PLANS: Readonly<Record<Verdict['action'], Bilingual>> = {
  keep: { ja: '登録は維持します。', en: 'The entry stays.' },
  propose: {
    ja: '自動では解除しません。お客様に確認できれば、解除を承認してください。',
    en: 'It is not removed automatically: approve the removal once the customer has confirmed.',
  },
  remove: { ja: '自動解除の条件を満たしています。', en: 'It may be removed automatically.' },
};

function planOf({ rule, action, because }: Verdict, diagnosis: Diagnosis): Bilingual {
  const said = SAID_BY_DIAGNOSIS.has(rule) || (rule === 'complaint' && diagnosis.reason === 'feedback');
  return said ? PLANS[action] : because;
}

function standing(listing: ListingAnswer, missed: LookupAnswer['missed']): Bilingual {
  switch (listing.state) {
    case 'unknown':
      if (listing.because !== undefined) return listing.because;
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
        ja: `${since}（日本時間）からサプレッションリストに登録され、それ以後のメールは送信されていません（記録されている未送信メール：${missed.count}通${missed.atLeast ? '以上' : ''}）。`,
        en: `On the suppression list since ${since} (Japan time); mail after that was not sent (${missed.count}${missed.atLeast ? ' or more' : ''} recorded).`,
      };
    }
  }
}
