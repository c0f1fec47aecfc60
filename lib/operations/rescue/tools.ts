import type { Limit, Reputation, Sight } from '../../policy/guards.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Sleep } from '../../sleep.ts';
import type { Table } from '../../store/table.ts';
import type { SuppressionList } from '../../suppression/list.ts';
import type { Sending } from '../../suppression/sending.ts';
import type { JudgementContext } from '../removal/judge.ts';

/** What a backlog campaign works with. */
export interface RescueTools {
  readonly store: Table;
  readonly list: SuppressionList;
  readonly policy: Policy;
  readonly now: () => Date;
  /** Unique name of this invocation. */
  readonly runId: string;
  /** What the account sends; throws when nobody can tell. */
  readonly sending: () => Promise<Sending>;
  /** The account's bounce and complaint rate. */
  readonly reputation: () => Promise<Reputation>;
  /** Whether what SES tells still reaches todoku; absent: nobody asks. */
  readonly sight?: () => Promise<Sight>;
  /** Further reasons to do nothing, such as a policy that cannot be read. */
  readonly guards?: readonly Limit[];
  readonly incidents?: JudgementContext['incidents'];
  readonly deliveryMonths?: JudgementContext['deliveryMonths'];
  /** Whether the invocation's time is nearly used up; asked between addresses. */
  readonly timeIsUp?: () => boolean;
  /** How the gate waits before it begins again; absent: for real. */
  readonly sleep?: Sleep;
  /** Told of each address whose removal failed; the next invocation tries it again. */
  readonly onFailure?: (address: string, error: unknown) => void;
  /** Told of each address that SES refused to list again although a complaint came to light; see removal/put-back.ts. */
  readonly onPutBackRefused?: (address: string) => void;
}

/** Addresses whose records are read at once. */
const CONCURRENCY = 16;

/** Works through items a few at a time, in order; the first failure ends it. */
export async function forEachOf<Each>(
  items: readonly Each[],
  work: (item: Each) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += CONCURRENCY) {
    await Promise.all(items.slice(start, start + CONCURRENCY).map(work));
  }
}
