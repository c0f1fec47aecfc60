import type { Run } from '../../cases/records.ts';
import type { Limit, Reputation, Sight } from '../../policy/guards.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Sleep } from '../../sleep.ts';
import type { Lease } from '../../store/lease.ts';
import type { Table } from '../../store/table.ts';
import type { AddressInsightsReader } from '../../suppression/address-insights.ts';
import type { ImportJobs } from '../../suppression/import-job.ts';
import type { SuppressionList } from '../../suppression/list.ts';
import type { RuleGuard } from '../policy/rules.ts';
import type { JudgementContext } from '../removal/judge.ts';

/** What a cleanup works with. */
export interface CleanupTools {
  readonly store: Table;
  readonly list: SuppressionList;
  readonly policy: Policy;
  readonly now: () => Date;
  /** Unique name of this run. */
  readonly runId: string;
  /** The run's right to be the only one. */
  readonly lease: Lease;
  /** Whether the invocation's time is nearly used up; asked between entries. */
  readonly timeIsUp?: () => boolean;
  /** Bulk removal; without it every removal is a call of its own. */
  readonly importJobs?: ImportJobs;
  /** Waits between two looks at an import job, milliseconds. */
  readonly sleep?: Sleep;
  /** The account's bounce and complaint rates; absent: nobody asks. */
  readonly reputation?: Reputation;
  /** Whether what SES tells still reaches todoku; absent: nobody asks. */
  readonly sight?: Sight;
  /** Further reasons for falling back to propose, such as a policy that cannot be read. */
  readonly guards?: readonly Limit[];
  /** Why a rule may not remove at a carrier for now, from the outcomes of its removals. */
  readonly ruleGuard?: RuleGuard;
  readonly incidents?: JudgementContext['incidents'];
  readonly deliveryMonths?: JudgementContext['deliveryMonths'];
  /** Asked about addresses in doubt, as far as the policy allows; absent: nobody is asked. */
  readonly addressInsights?: AddressInsightsReader;
  /** Told of each address whose work failed; the run reports how many. */
  readonly onFailure?: (address: string, error: unknown) => void;
  /** Told of each address that SES refused to list again although a complaint came to light; see removal/put-back.ts. */
  readonly onPutBackRefused?: (address: string) => void;
}

/** What is asked of a cleanup. */
export interface CleanupRequest {
  /** `propose` writes proposals only; `apply` removes what policy allows and proposes the rest. */
  readonly mode: 'propose' | 'apply';
  /** Walk the whole list, not only entries that are new since the last walk. */
  readonly full?: boolean;
}

/** What a cleanup did. */
export interface CleanupReport extends Run {
  /** Time ran out, or SES throttled: calling again goes on from here. */
  readonly unfinished: boolean;
  /** Whether SES refused calls for their rate: going on is left to the next schedule, not done at once. */
  readonly throttled?: true;
}
