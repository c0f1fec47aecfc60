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
 * day, as for an account that has sent little. `unreadable` is not that: nobody could look.
 */
export type Reputation =
  | { readonly state: 'read'; readonly bounceRate?: Rate; readonly complaintRate?: Rate }
  | { readonly state: 'unreadable'; readonly why: string };

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
