import {
  BadRequestException,
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetSuppressedDestinationCommand,
  InvalidNextTokenException,
  ListSuppressedDestinationsCommand,
  NotFoundException,
  PutSuppressedDestinationCommand,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { isSimulator, normaliseAddress } from '../address.ts';
import { ExpiredTokenError, UnsupportedAddressError } from './errors.ts';
import type { Limiter, Turns } from './limiter.ts';
import { isThrottle } from './throttle.ts';

/** An entry of SES's suppression list. */
export interface ListEntry {
  /** Key form. */
  readonly address: string;
  /** As SES spells it; the only spelling that Get and Delete surely find. */
  readonly spelling: string;
  readonly reason: 'BOUNCE' | 'COMPLAINT';
  /** LastUpdateTime, ISO 8601 UTC. */
  readonly at: string;
  /** The feedback and mail that put it there; only GetSuppressedDestination tells, and not for entries put by hand. */
  readonly feedbackId?: string;
  readonly messageId?: string;
}

/** What SES says of the account, as far as removals depend on it. */
export interface Account {
  /** `HEALTHY`, `PROBATION`, `SHUTDOWN`, or what SES says. */
  readonly enforcementStatus: string;
  readonly sendingEnabled: boolean;
  readonly productionAccess: boolean;
  /** Reasons the account really enforces; an entry listed for another one blocks nothing. */
  readonly enforcedReasons: readonly string[];
}

/** The account-level suppression list of one account and Region. */
export interface SuppressionList {
  account(): Promise<Account>;
  /**
   * One page of entries, by LastUpdateTime from `since` (inclusive) on when given; `reason`: of these alone. Those of
   * SES's simulator are left out: nobody is behind them.
   *
   * @throws {ExpiredTokenError} when SES no longer takes the token.
   */
  page(options: {
    since?: string;
    token?: string;
    reason?: 'COMPLAINT';
  }): Promise<{ entries: ListEntry[]; next?: string }>;
  /** The entry as it is now; undefined when SES has none. */
  get(spelling: string): Promise<ListEntry | undefined>;
  /**
   * Puts an address on the list, in place of whatever entry it has.
   *
   * @throws the SDK's error where SES refuses it, as it does in the sandbox.
   */
  put(spelling: string, reason: ListEntry['reason']): Promise<void>;
  /**
   * Keeps the pace to one piece of work on entries: no other call of this process lies between those it makes with
   * `entries`. What it waits for beside SES's turns lengthens that window, so it does nothing there but what must be.
   */
  alone<T>(work: (entries: EntryCalls) => Promise<T>): Promise<T>;
}

/** The calls that a removal makes while it holds the pace; see {@link SuppressionList.alone}. */
export interface EntryCalls {
  /** The entry as it is now; undefined when SES has none. */
  get(spelling: string): Promise<ListEntry | undefined>;
  /**
   * Asks once for the removal of an entry: the SDK does not repeat it, since what was true before a refused call need
   * not be true after it.
   *
   * @returns `not-listed` when SES had none; `throttled` when SES refused the call for its rate, and did nothing.
   * @throws {UnsupportedAddressError} for an address that the single call refuses; the SDK's error when nobody knows
   * whether SES did it.
   */
  remove(spelling: string): Promise<'removed' | 'not-listed' | 'throttled'>;
}

/** Entries asked for in one page; the largest size seen in use, SES documents none. */
const PAGE_SIZE = 1_000;

/**
 * The list behind the SES v2 API; every call waits for its turn at the limiter.
 *
 * @param once the client of the deletions: one that does not repeat a call (`maxAttempts: 1`).
 */
export function sesSuppressionList(
  client: SESv2Client,
  limiter: Limiter,
  once: SESv2Client = client,
): SuppressionList {
  return {
    get: (spelling) => getEntry(client, limiter, spelling),
    alone: (work) =>
      limiter.hold((turns) =>
        work({
          get: (spelling) => getEntry(client, turns, spelling),
          remove: (spelling) => removeOnce(once, turns, spelling),
        }),
      ),

    async put(spelling, reason) {
      await limiter.take();
      await client.send(new PutSuppressedDestinationCommand({ EmailAddress: spelling, Reason: reason }));
    },

    async account() {
      await limiter.take();
      const answer = await client.send(new GetAccountCommand({}));
      return {
        enforcementStatus: answer.EnforcementStatus ?? 'UNKNOWN',
        sendingEnabled: answer.SendingEnabled ?? false,
        productionAccess: answer.ProductionAccessEnabled ?? false,
        enforcedReasons: answer.SuppressionAttributes?.SuppressedReasons ?? [],
      };
    },

    async page({ since, token, reason }) {
      await limiter.take();
      const answer = await client
        .send(
          new ListSuppressedDestinationsCommand({
            PageSize: PAGE_SIZE,
            ...(since !== undefined && { StartDate: new Date(since) }),
            ...(token !== undefined && { NextToken: token }),
            ...(reason !== undefined && { Reasons: [reason] }),
          }),
        )
        .catch((error: unknown) => {
          if (!(error instanceof InvalidNextTokenException)) throw error;
          throw new ExpiredTokenError('SES no longer takes the token of this page', { cause: error });
        });
      const entries = (answer.SuppressedDestinationSummaries ?? []).flatMap((summary) =>
        entryOf(summary.EmailAddress, summary.Reason, summary.LastUpdateTime),
      );
      return {
        entries: entries.filter(({ address }) => !isSimulator(address)),
        ...(answer.NextToken && { next: answer.NextToken }),
      };
    },
  };
}

async function getEntry(client: SESv2Client, turns: Turns, spelling: string): Promise<ListEntry | undefined> {
  await turns.take();
  try {
    const { SuppressedDestination: found } = await client.send(
      new GetSuppressedDestinationCommand({ EmailAddress: spelling }),
    );
    const [entry] = entryOf(found?.EmailAddress, found?.Reason, found?.LastUpdateTime);
    if (entry === undefined) return undefined;
    const { FeedbackId, MessageId } = found?.Attributes ?? {};
    return {
      ...entry,
      ...(FeedbackId && { feedbackId: FeedbackId }),
      ...(MessageId && { messageId: MessageId }),
    };
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw translated(error);
  }
}

async function removeOnce(
  client: SESv2Client,
  turns: Turns,
  spelling: string,
): Promise<'removed' | 'not-listed' | 'throttled'> {
  await turns.take();
  try {
    await client.send(new DeleteSuppressedDestinationCommand({ EmailAddress: spelling }));
    return 'removed';
  } catch (error) {
    if (error instanceof NotFoundException) return 'not-listed';
    if (isThrottle(error)) return 'throttled';
    throw translated(error);
  }
}

function entryOf(
  spelling: string | undefined,
  reason: string | undefined,
  at: Date | undefined,
): ListEntry[] {
  if (spelling === undefined || at === undefined) return [];
  return [
    {
      address: normaliseAddress(spelling),
      spelling,
      // A reason SES adds one day is treated as the one that is never removed.
      reason: reason === 'BOUNCE' ? 'BOUNCE' : 'COMPLAINT',
      at: at.toISOString(),
    },
  ];
}

/**
 * SES answers 400 for an address with a slash (https://github.com/aws/aws-sdk/issues/158); what else it refuses so is
 * not known, and not worth stopping for either.
 */
function translated(error: unknown): unknown {
  if (!(error instanceof BadRequestException)) return error;
  return new UnsupportedAddressError(
    {
      ja: 'このアドレスは SES の1件ずつの呼び出しでは扱えません。次回のクリーンアップがインポートジョブで解除します。',
      en: 'SES refuses this address in a single call: an import job takes it',
    },
    { cause: error },
  );
}
