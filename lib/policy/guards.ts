import type { Run } from '../cases/records.ts';
import { type Bilingual, percent } from '../text.ts';
import type { Policy } from './policy.ts';

/** A reason for which a run proposes where policy would remove, as the run's report names it. */
export type Limit = Run['limits'][number];

/** One of SES's reputation metrics. */
export interface Rate {
  /** A fraction: 0.05 is 5 %. */
  readonly value: number;
  /** When SES said so, ISO 8601 UTC. */
  readonly at: string;
}

/**
 * The account's rates as CloudWatch tells them. A rate is absent where CloudWatch has no data point of the last
 * day, as for an account that has sent little.
 */
export interface Rates {
  readonly bounceRate?: Rate;
  readonly complaintRate?: Rate;
}

/** The same; `unreadable` is not a rate that is absent: nobody could look. */
export type Reputation =
  | ({ readonly state: 'read' } & Rates)
  | { readonly state: 'unreadable'; readonly why: string };

/** A figure that was read, or why nobody could read it. */
export type Reading<Value> =
  | { readonly state: 'read'; readonly value: Value }
  | { readonly state: 'unreadable'; readonly why: string };

/** What CloudWatch counts of one span of time, such as a quarter of an hour. */
export interface TrafficPeriod {
  /** Its beginning, ISO 8601 UTC. */
  readonly at: string;
  /** Mails of the account that a receiving server took. */
  readonly delivered: number;
  /** Events that reached todoku's topic, before its filter. */
  readonly published: number;
}

/** Whether what SES tells still reaches todoku. What is absent was not asked. */
export interface Sight {
  /** Dead letters that wait and are not parked: events, perhaps complaints, that are not on record. */
  readonly deadLetters?: Reading<number>;
  /** The last days, in any order; a period of which nothing is counted may be absent. */
  readonly traffic?: Reading<readonly TrafficPeriod[]>;
}

/** What the guards need to know of GetAccount's answer. */
export interface GuardedAccount {
  readonly enforcementStatus: string;
  readonly sendingEnabled: boolean;
}

/**
 * What about the account forbids automatic removals, each with its figures; empty: nothing does. Pure.
 *
 * "Could not look" is a guard like a bad rate: an unattended job must not take silence for health. `account` is
 * undefined when GetAccount failed.
 */
export function accountGuards(
  account: GuardedAccount | undefined,
  reputation: Reputation,
  policy: Pick<Policy, 'maximumBounceRate' | 'maximumComplaintRate'>,
): Limit[] {
  return [...accountLimits(account), ...reputationLimits(reputation, policy)];
}

/**
 * Whether todoku may be blind to what SES tells: a complaint that it did not hear of forbids the removal as much as one
 * on record. Pure.
 *
 * @returns `limits`: what forbids automatic removals; `notes`: what could not be looked at. That alone is no sign of
 * blindness, and no sign of sight either: it is said, and stops nothing.
 */
export function blindness(
  { deadLetters, traffic }: Sight,
  policy: Pick<Policy, 'maximumUnheardDeliveries'>,
): { readonly limits: readonly Limit[]; readonly notes: readonly Limit[] } {
  const causes: Bilingual[] = [];
  if (deadLetters?.state === 'read' && deadLetters.value > 0) {
    causes.push({
      ja: `記録できていないイベントが${deadLetters.value}件、未処理メッセージのキューに残っています（todoku dead-letters list で確認し、replay または park してください）。`,
      en: `Events that are not on record wait in the dead-letter queue: ${deadLetters.value} (todoku dead-letters list shows them; replay or park them).`,
    });
  }
  if (traffic?.state === 'read') {
    const unheard = deliveredSinceLastEvent(traffic.value);
    if (isSilent(traffic, policy)) {
      causes.push({
        ja: `最後にイベントが届いてから、SESは${unheard}通を配信していますが、その間SNSトピックにイベントが1件も届いていません（上限${policy.maximumUnheardDeliveries}通）。設定セットまたはIDの通知先を確認してください。`,
        en: `SES delivered ${unheard} mails since the last event reached the topic (limit ${policy.maximumUnheardDeliveries}): look at the event destination of the configuration set, or at the notifications of the identity.`,
      });
    }
  }
  return {
    limits: causes.length === 0 ? [] : [limit('blind', joined(causes, 'ja', ''), joined(causes, 'en', ' '))],
    notes: [
      ...unreadable(deadLetters, '未処理メッセージの件数', 'How many dead letters wait'),
      ...unreadable(traffic, 'SNSトピックにイベントが届いているかどうか', 'Whether events reach the topic'),
    ],
  };
}

/**
 * Whether SES delivers and no event reaches the topic: more than the policy lets pass; undefined where nobody could look.
 */
export function isSilent(
  traffic: Sight['traffic'],
  { maximumUnheardDeliveries }: Pick<Policy, 'maximumUnheardDeliveries'>,
): boolean | undefined {
  if (traffic?.state !== 'read') return undefined;
  return deliveredSinceLastEvent(traffic.value) > maximumUnheardDeliveries;
}

/** Mails delivered in the periods after the last one in which an event reached the topic; in all of them if none did. */
function deliveredSinceLastEvent(periods: readonly TrafficPeriod[]): number {
  const heard = periods.filter(({ published }) => published > 0).map(({ at }) => Date.parse(at));
  const last = Math.max(Number.NEGATIVE_INFINITY, ...heard);
  return periods.filter(({ at }) => Date.parse(at) > last).reduce((sum, { delivered }) => sum + delivered, 0);
}

function unreadable(reading: Reading<unknown> | undefined, ja: string, en: string): Limit[] {
  if (reading?.state !== 'unreadable') return [];
  return [
    {
      limit: 'sight-unreadable',
      because: {
        ja: `${ja}を確認できませんでした（${reading.why}）。このことだけでは自動解除を止めません。`,
        en: `${en} could not be read (${reading.why}). That alone stops nothing.`,
      },
    },
  ];
}

function joined(texts: readonly Bilingual[], language: 'ja' | 'en', between: string): string {
  return texts.map((text) => text[language]).join(between);
}

function accountLimits(account: GuardedAccount | undefined): Limit[] {
  if (account === undefined) {
    return [
      limit(
        'account-unreadable',
        'SESアカウントの状態を確認できませんでした。',
        'The state of the SES account could not be read.',
      ),
    ];
  }
  const limits: Limit[] = [];
  if (account.enforcementStatus !== 'HEALTHY') {
    limits.push(
      limit(
        'account-enforcement',
        `SESアカウントの状態が正常ではありません（${account.enforcementStatus}）。`,
        `The SES account is not healthy (enforcement status ${account.enforcementStatus}).`,
      ),
    );
  }
  if (!account.sendingEnabled) {
    limits.push(
      limit(
        'account-sending-disabled',
        'SESアカウントのメール送信が停止されています。',
        'Sending is disabled for the SES account.',
      ),
    );
  }
  return limits;
}

function reputationLimits(
  reputation: Reputation,
  policy: Pick<Policy, 'maximumBounceRate' | 'maximumComplaintRate'>,
): Limit[] {
  if (reputation.state === 'unreadable') {
    return [
      limit(
        'reputation-unreadable',
        `バウンス率と苦情率をCloudWatchから取得できませんでした（${reputation.why}）。`,
        `The bounce and complaint rates could not be read from CloudWatch (${reputation.why}).`,
      ),
    ];
  }
  const limits: Limit[] = [];
  const { bounceRate, complaintRate } = reputation;
  if (bounceRate !== undefined && bounceRate.value >= policy.maximumBounceRate) {
    limits.push(
      limit(
        'bounce-rate',
        `アカウントのバウンス率が${percent(bounceRate.value)}で、上限の${percent(policy.maximumBounceRate)}に達しています。`,
        `The account's bounce rate is ${percent(bounceRate.value)}; the limit is ${percent(policy.maximumBounceRate)}.`,
      ),
    );
  }
  if (complaintRate !== undefined && complaintRate.value >= policy.maximumComplaintRate) {
    limits.push(
      limit(
        'complaint-rate',
        `アカウントの苦情率が${percent(complaintRate.value)}で、上限の${percent(policy.maximumComplaintRate)}に達しています。`,
        `The account's complaint rate is ${percent(complaintRate.value)}; the limit is ${percent(policy.maximumComplaintRate)}.`,
      ),
    );
  }
  return limits;
}

/** What the reading says when it is no reason to stop: the rates, and which of them SES does not publish yet. */
export function describeReputation(reputation: Reputation): Bilingual {
  if (reputation.state === 'unreadable') {
    return {
      ja: `バウンス率と苦情率：取得できませんでした（${reputation.why}）`,
      en: `bounce and complaint rate: could not be read (${reputation.why})`,
    };
  }
  const { bounceRate, complaintRate } = reputation;
  const none = {
    ja: '直近24時間のデータなし（送信の少ないアカウントでは値がないことがあります）',
    en: 'no data in the last 24 hours (an account that has sent little may have none)',
  };
  return {
    ja: `バウンス率：${bounceRate ? percent(bounceRate.value) : none.ja}、苦情率：${complaintRate ? percent(complaintRate.value) : none.ja}`,
    en: `bounce rate: ${bounceRate ? percent(bounceRate.value) : none.en}; complaint rate: ${complaintRate ? percent(complaintRate.value) : none.en}`,
  };
}

function limit(name: string, ja: string, en: string): Limit {
  return {
    limit: name,
    because: {
      ja: `${ja}自動解除を止め、提案だけを行います。`,
      en: `${en} Nothing is removed, only proposed.`,
    },
  };
}
