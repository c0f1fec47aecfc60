import { isListedAgainSoon } from '../cases/outcome.ts';
import type { Removal, SuppressionCase } from '../cases/records.ts';
import { readBounce } from '../classification/diagnose.ts';
import type { Diagnosis, Listing, Member, Reason } from '../classification/types.ts';
import { isWithoutFacts } from '../classification/without-reply.ts';
import type { Fact } from '../mails/fact.ts';
import { lastReturnedAt, mailsOf, wasReachedBefore } from '../mails/mails.ts';
import { isComplaint } from '../mails/nature.ts';
import { type Bilingual, byCodeUnits } from '../text.ts';
import { DAY, dayInTokyo, HOUR, later } from '../time.ts';
import type { Policy } from './policy.ts';

/**
 * The policy: an ordered table of rules, the first that matches decides. Whatever the diagnosis, the rules that
 * keep an address stand before those that would let it go.
 */

/** What should happen to an entry of the suppression list. */
export type Action = 'keep' | 'propose' | 'remove';

/** Everything a verdict is formed from; plain data. */
export interface VerdictInput {
  readonly diagnosis: Diagnosis;
  readonly listing: Listing;
  readonly facts: readonly Fact[];
  readonly member?: Member;
  readonly case?: SuppressionCase;
  /** When an operator noted that the customer has another address now, ISO 8601 UTC; absent: no such note stands. */
  readonly movedAt?: string;
  /** When SES listed the address for a complaint, if it ever did; ISO 8601 UTC. */
  readonly listedForComplaint?: string;
  /** Reasons the account enforces (GetAccount); undefined when it could not be asked. */
  readonly enforcedReasons?: readonly string[];
  /** A carrier that is refusing many customers at once, i.e. the sender; nothing is removed there meanwhile. */
  readonly incident?: { readonly carrier: string; readonly until: string };
  readonly policy: Policy;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** One rule of the policy. */
export interface PolicyRule {
  readonly id: string;
  readonly action: Action;
  /**
   * Whether an operator may remove by hand an address this rule decides on: the customer has confirmed, so most
   * rules yield; those that protect the account's reputation want an explicit, recorded override.
   */
  readonly byHand: 'allowed' | 'override';
  readonly matches: (input: VerdictInput) => boolean;
  readonly because: Bilingual | ((input: VerdictInput) => Bilingual);
  /** When to look again, ISO 8601 UTC. */
  readonly dueAt?: (input: VerdictInput) => string;
  /** Why the rule exists. */
  readonly source: string;
}

/** Reasons that say the mailbox or its host does not exist. */
const NO_SUCH_MAILBOX: ReadonlySet<Reason> = new Set(['userunknown', 'hostunknown', 'hasmoved']);

/**
 * Reasons that lie with the mailbox for a time, or with the sender: none says that the recipient does not exist
 * or does not want the mail, yet SES listed the address.
 */
const TEMPORARY: ReadonlySet<Reason> = new Set([
  'mailboxfull',
  'suspend',
  'rejected',
  'blocked',
  'badreputation',
  'ratelimited',
  'mesgtoobig',
  'exceedlimit',
  'contenterror',
  'spamdetected',
  'virusdetected',
  'policyviolation',
  'securityerror',
  'authfailure',
  'requireptr',
  'notcompliantrfc',
  'expired',
  'networkerror',
  'systemerror',
  'systemfull',
  'mailererror',
  'norelaying',
  'notaccept',
  'onhold',
  'greylisted',
  'syntaxerror',
  'failedstarttls',
]);

/**
 * Whether it is certain that the mailbox, or its host, does not exist: by the diagnosis, or, where that speaks of a
 * complaint, by the last word of the receiving side.
 */
export function isDeadMailbox({ diagnosis, facts }: Pick<VerdictInput, 'diagnosis' | 'facts'>): boolean {
  const { reason, confidence } = diagnosis;
  return reason === 'feedback'
    ? lastWordSaysGone(facts)
    : NO_SUCH_MAILBOX.has(reason) && confidence === 'certain';
}

/** When a mail was last returned, or the address listed where that is later or all that is known; ISO 8601 UTC. */
export function lastBounceAt({ facts, listing }: Pick<VerdictInput, 'facts' | 'listing'>): string {
  const returned = lastReturnedAt(facts);
  return returned === undefined || returned < listing.at ? listing.at : returned;
}

/** Whether mail reached this address before it was listed. */
export function hasEarlierDelivery({ facts, listing }: Pick<VerdictInput, 'facts' | 'listing'>): boolean {
  return wasReachedBefore(facts, listing.at);
}

/**
 * Whether the receiving side said after the listing that the mailbox does not exist, and has taken no mail since. The
 * bounce that made the entry no longer tells how things stand.
 */
function isUnknownSinceListing({ facts, listing }: VerdictInput): boolean {
  const later = mailsOf(facts).filter(({ fate }) => fate.at > listing.at);
  const gone = later.filter(({ fate }) => fate.fate === 'returned' && saysGone(fate.fact));
  const last = gone
    .map(({ fate }) => fate.at)
    .sort()
    .at(-1);
  return last !== undefined && !later.some(({ fate }) => fate.fate === 'accepted' && fate.at > last);
}

/** Whether a bounce's own words say, at least likely, that this recipient's mailbox does not exist. */
export function saysGone(bounce: Fact): boolean {
  const { reason, confidence } = readBounce(bounce);
  return NO_SUCH_MAILBOX.has(reason) && confidence !== 'ambiguous';
}

/** Whether the last mail of which anything is known was returned with certain words that the mailbox does not exist. */
function lastWordSaysGone(facts: readonly Fact[]): boolean {
  const told = mailsOf(facts).filter(({ fate }) => fate.fate === 'returned' || fate.fate === 'accepted');
  const last = told.toSorted((a, b) => byCodeUnits(a.fate.at, b.fate.at)).at(-1)?.fate;
  if (last?.fate !== 'returned') return false;
  const { reason, confidence } = readBounce(last.fact);
  return NO_SUCH_MAILBOX.has(reason) && confidence === 'certain';
}

/**
 * Removals within the policy's window that did not help, oldest first: no delivery followed, or the address was
 * listed again soon after one. A server that accepts and then bounces delivers every time.
 */
function failedRemovals({ case: known, listing, policy, now }: VerdictInput): readonly Removal[] {
  const since = later(now, -policy.removalWindowDays * DAY);
  return (known?.removals ?? []).filter((removal) => {
    if (removal.at < since || removal.at >= listing.at) return false;
    return removal.outcome !== 'delivered' || isListedAgainSoon(removal.at, removal.relistedAt ?? listing.at);
  });
}

function isKnownRecipient(input: VerdictInput): boolean {
  return input.member !== undefined || hasEarlierDelivery(input);
}

function isFiltered(input: VerdictInput): boolean {
  return (
    input.diagnosis.reason === 'filtered' &&
    input.diagnosis.carrier !== undefined &&
    input.diagnosis.confidence !== 'ambiguous'
  );
}

function coolDownEnd(input: VerdictInput): string {
  return later(lastBounceAt(input), input.policy.coolDownHours * HOUR);
}

function temporaryCoolDownEnd(input: VerdictInput): string {
  return later(lastBounceAt(input), input.policy.temporaryCoolDownDays * DAY);
}

/** The rules, in the order they are tried. The last matches everything. */
export const POLICY_RULES: readonly PolicyRule[] = [
  {
    id: 'complaint',
    action: 'keep',
    byHand: 'override',
    matches: ({ listing, facts, diagnosis, case: known, listedForComplaint }) =>
      listing.reason === 'COMPLAINT' ||
      listedForComplaint !== undefined ||
      diagnosis.reason === 'feedback' ||
      facts.some(isComplaint) ||
      (known?.removals ?? []).some((removal) => removal.outcome === 'complained'),
    because: {
      ja: '迷惑メールとして申告された可能性がある宛先です。自動では解除も提案もしません。',
      en: 'This recipient may have reported our mail as spam. It is neither removed nor proposed automatically.',
    },
    source: 'AWS reviews accounts at a complaint rate of 0.1 % (SES developer guide, reputation dashboard)',
  },
  {
    id: 'not-enforced',
    action: 'keep',
    byHand: 'allowed',
    matches: ({ enforcedReasons, listing }) =>
      enforcedReasons !== undefined && !enforcedReasons.includes(listing.reason),
    because: {
      ja: 'このアカウントでは、この登録理由による配信停止は無効です。リストに載っていてもメールは止まりません。',
      en: 'The account does not enforce entries listed for this reason: the entry blocks nothing.',
    },
    source: 'https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html',
  },
  {
    id: 'mistyped-domain',
    action: 'keep',
    byHand: 'override',
    matches: ({ diagnosis }) => diagnosis.probablyMeant !== undefined,
    because: ({ diagnosis }) => ({
      ja: `ドメインの入力間違いと思われます（正しくは ${diagnosis.probablyMeant ?? ''} ではありませんか）。解除しても届きません。`,
      en: `The domain looks mistyped (probably meant: ${diagnosis.probablyMeant ?? ''}). Removal would not help.`,
    }),
    source: 'a mistyped address bounces again and costs reputation',
  },
  {
    id: 'unknown-user',
    action: 'keep',
    byHand: 'override',
    // Behind a complaint, which is all that the diagnosis says then, the bounces speak for themselves.
    matches: isDeadMailbox,
    because: { ja: '宛先のメールアドレスは存在しません。', en: 'The mailbox does not exist.' },
    source: 'AWS reviews accounts at a bounce rate of 5 % (SES developer guide, reputation dashboard)',
  },
  {
    id: 'moved',
    action: 'keep',
    byHand: 'override',
    matches: ({ movedAt }) => movedAt !== undefined,
    because: ({ movedAt = '' }) => ({
      ja: `お客様は別のアドレスに変更済みです（${dayInTokyo(movedAt)}のメモ）。以前のアドレスの登録は残します。`,
      en: `The customer has another address now (note of ${dayInTokyo(movedAt)}), so the entry of the old one stays.`,
    }),
    source:
      'an operator noted it; mail to an address that nobody reads any more bounces or is reported in the end',
  },
  {
    id: 'probably-unknown-user',
    action: 'keep',
    byHand: 'allowed',
    matches: ({ diagnosis }) => NO_SUCH_MAILBOX.has(diagnosis.reason) && diagnosis.confidence === 'likely',
    because: {
      ja: '宛先のメールアドレスは存在しない可能性が高いため、登録を残します。',
      en: 'The mailbox most likely does not exist, so the entry stays.',
    },
    source: 'AWS reviews accounts at a bounce rate of 5 % (SES developer guide, reputation dashboard)',
  },
  {
    id: 'unknown-user-since-listing',
    action: 'keep',
    byHand: 'allowed',
    matches: isUnknownSinceListing,
    because: {
      ja: 'リスト登録後に、宛先のメールアドレスは存在しないという応答がありました。登録を残します。',
      en: 'After the listing the receiving side answered that the mailbox does not exist, so the entry stays.',
    },
    source: 'design: a bounce after the listing counts; AWS reviews accounts at a bounce rate of 5 %',
  },
  {
    id: 'rejected-by-operator',
    action: 'keep',
    byHand: 'allowed',
    matches: ({ case: known, listing }) => known?.rejected?.listedAt === listing.at,
    because: {
      ja: '担当者がこの解除案を却下しました。新しい不達が起きるまで再提案しません。',
      en: 'An operator rejected this removal. It is not proposed again until something new happens.',
    },
    source: "an operator's decision stands",
  },
  {
    id: 'removed-too-often',
    action: 'keep',
    byHand: 'override',
    matches: (input) => failedRemovals(input).length >= input.policy.maximumRemovals,
    because: (input) => ({
      ja: `直近${input.policy.removalWindowDays}日間に${failedRemovals(input).length}回解除しましたが、届かないままです。受信設定の変更をお客様にご案内ください。`,
      en: `Removed ${failedRemovals(input).length} times in the last ${input.policy.removalWindowDays} days without a delivery. Ask the customer to change the setting first.`,
    }),
    // When the oldest of them leaves the window.
    dueAt: (input) =>
      later(
        failedRemovals(input).at(-input.policy.maximumRemovals)?.at ?? input.listing.at,
        input.policy.removalWindowDays * DAY,
      ),
    source: 'design: an address that bounces again is not removed again and again',
  },
  {
    id: 'incident',
    action: 'keep',
    byHand: 'allowed',
    matches: ({ incident, diagnosis, now }) =>
      incident !== undefined && incident.carrier === diagnosis.carrier && now < later(incident.until, DAY),
    because: {
      ja: 'この携帯会社から多数の宛先で同時に拒否されています。送信側の問題と考えられるため、収まるまで待ちます。',
      en: 'This carrier is refusing many customers at once, which points at the sender. Waiting until it is over.',
    },
    dueAt: (input) => later(input.incident?.until ?? input.now, DAY),
    source: 'design: a wide incident freezes the carrier',
  },
  {
    id: 'cooling-down',
    action: 'keep',
    byHand: 'allowed',
    matches: (input) => input.now < coolDownEnd(input),
    because: {
      ja: '不達が起きたばかりです。お客様が設定を変更する時間をおいてから判断します。',
      en: 'The bounce is recent. The decision waits, so that the customer has time to change the setting.',
    },
    dueAt: coolDownEnd,
    source: 'design: cool-down since the last bounce',
  },
  {
    id: 'filtered-bounced-again',
    action: 'propose',
    byHand: 'allowed',
    matches: (input) => isFiltered(input) && failedRemovals(input).length > 0,
    because: {
      ja: '携帯会社の受信拒否です。前回の解除後にも拒否されたため、お客様の設定変更を確認してから承認してください。',
      en: "Refused by the carrier's filter, again after an earlier removal. Approve once the customer has changed the setting.",
    },
    source: 'design: learning from outcomes',
  },
  {
    id: 'filtered-without-record',
    action: 'propose',
    byHand: 'allowed',
    matches: (input) => isFiltered(input) && isWithoutFacts(input.diagnosis),
    because: {
      ja: '不達の応答が記録にないため、携帯会社と登録日からの推定です。自動では解除しません。お客様に確認できれば承認してください。',
      en: 'No reply is on record, so this is inferred from carrier and date. Never removed automatically; approve once confirmed.',
    },
    source: 'an inference from a date is not evidence enough to act on unattended',
  },
  {
    id: 'filtered-known-recipient',
    action: 'remove',
    byHand: 'allowed',
    matches: (input) => isFiltered(input) && isKnownRecipient(input),
    because: ({ member }) =>
      member
        ? {
            ja: '携帯会社の受信拒否で、ショップの会員であることを確認できています。',
            en: "Refused by the carrier's filter, and the shop knows this customer.",
          }
        : {
            ja: '携帯会社の受信拒否で、以前は同じ宛先に届いています。',
            en: "Refused by the carrier's filter, and mail reached the same address before.",
          },
    source: 'design: filtered, with a member record or an earlier delivery',
  },
  {
    id: 'filtered',
    action: 'propose',
    byHand: 'allowed',
    matches: isFiltered,
    because: {
      ja: '携帯会社の受信拒否と考えられますが、実在のお客様である裏付けがありません。確認のうえ承認してください。',
      en: "Refused by the carrier's filter, but nothing shows yet that this is a real customer. Check, then approve.",
    },
    source: 'design: filtered, propose otherwise',
  },
  {
    id: 'temporary-cooling-down',
    action: 'keep',
    byHand: 'allowed',
    matches: (input) => TEMPORARY.has(input.diagnosis.reason) && input.now < temporaryCoolDownEnd(input),
    because: {
      ja: '一時的な原因、または送信側の原因です。しばらく待ってから解除を提案します。',
      en: "A temporary cause, or the sender's own. A removal is proposed after a while.",
    },
    dueAt: temporaryCoolDownEnd,
    source: 'design: temporary causes have their own cool-down',
  },
  {
    id: 'temporary',
    action: 'propose',
    byHand: 'allowed',
    matches: ({ diagnosis }) => TEMPORARY.has(diagnosis.reason),
    because: {
      ja: '一時的な原因、または送信側の原因で登録されました。原因が解消していれば承認してください。',
      en: "Listed for a temporary cause, or the sender's own. Approve if the cause is gone.",
    },
    source: 'design: temporary causes are proposed after their cool-down',
  },
  {
    id: 'ambiguous-known-recipient',
    action: 'propose',
    byHand: 'allowed',
    // Outside the carriers no filter answers with the words of an unknown user: there a member alone is no doubt.
    matches: (input) =>
      hasEarlierDelivery(input) ||
      (input.member !== undefined &&
        (input.diagnosis.carrier !== undefined || !NO_SUCH_MAILBOX.has(input.diagnosis.reason))),
    because: ({ member }) =>
      member
        ? {
            ja: '原因は断定できませんが、ショップの会員です。お客様に確認できれば承認してください。',
            en: 'The cause cannot be told for sure, but the shop knows this customer. Approve once confirmed.',
          }
        : {
            ja: '原因は断定できませんが、以前は届いています。お客様に確認できれば承認してください。',
            en: 'The cause cannot be told for sure, but mail reached this address before. Approve once confirmed.',
          },
    source: 'design: ambiguous, propose only with a member record or an earlier delivery',
  },
  {
    id: 'no-evidence',
    action: 'keep',
    byHand: 'allowed',
    matches: () => true,
    because: {
      ja: '解除してよいと判断できる材料がありません。',
      en: 'Nothing speaks for removing this entry.',
    },
    source: 'design: ambiguous, else keep',
  },
];
