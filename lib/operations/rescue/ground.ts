import { natureOf } from '../../mails/nature.ts';
import { accountGuards, blindness, type Limit } from '../../policy/guards.ts';
import type { Exposure } from '../../policy/rescue.ts';
import { eachFactOfDay } from '../../store/facts.ts';
import type { Sending } from '../../suppression/sending.ts';
import { DAY } from '../../time.ts';
import type { RescueTools } from './tools.ts';

/** What the account bears at present, and what about it forbids removals. */
export interface Ground {
  readonly limits: readonly Limit[];
  readonly enforcedReasons?: readonly string[];
  /** Absent when nobody could tell; then a limit says so. */
  readonly sending?: Sending;
  /** Of the window: hard bounces on record, and mails that SES dropped because of its list. */
  readonly recorded: { readonly bounced: number; readonly dropped: number };
  /** Mails of the window that SES tried to deliver. */
  readonly volume: number;
  /** The greater of SES's published rate and the window's recorded one; a fraction. */
  readonly bounceRate: number;
  readonly bounceRateSource: 'cloudwatch' | 'recorded';
}

/** Reads what waves are measured by: a few calls of SES, CloudWatch and SQS, and the window's days of the day index. */
export async function readGround(tools: RescueTools): Promise<Ground> {
  // Failing to look is for the guards to judge.
  const account = await tools.list.account().catch(() => undefined);
  const reputation = await tools.reputation();
  const sight = (await tools.sight?.()) ?? {};
  const sending = await tools.sending().catch(() => undefined);
  const recorded = await recordedIn(tools, sending?.days ?? 1);
  // What SES dropped was counted as sent, yet it is in no rate (SES developer guide, account-level suppression list).
  const volume = Math.max(0, (sending?.sent ?? 0) - recorded.dropped);
  const published = reputation.state === 'read' ? (reputation.bounceRate?.value ?? 0) : 0;
  const ofWindow = volume === 0 ? 0 : Math.min(1, recorded.bounced / volume);
  return {
    limits: [
      ...(tools.guards ?? []),
      ...accountGuards(account, reputation, tools.policy),
      ...blindness(sight, tools.policy).limits,
      ...(sending === undefined ? [VOLUME_UNREADABLE] : []),
    ],
    ...(account && { enforcedReasons: account.enforcedReasons }),
    ...(sending && { sending }),
    recorded,
    volume,
    // SES averages over a volume it does not tell; a wave of last week may not show in it yet.
    bounceRate: Math.max(published, ofWindow),
    bounceRateSource: published >= ofWindow && published > 0 ? 'cloudwatch' : 'recorded',
  };
}

/** What the next wave's size follows from. */
export function exposureOn(ground: Ground, bound: number, open: number): Exposure {
  return { volume: ground.volume, bounceRate: ground.bounceRate, bound, open };
}

const VOLUME_UNREADABLE: Limit = {
  limit: 'account-unreadable',
  because: {
    ja: 'アカウントの送信数を取得できませんでした。',
    en: 'How much the account sends could not be read.',
  },
};

async function recordedIn(tools: RescueTools, days: number): Promise<Ground['recorded']> {
  const until = tools.now().getTime();
  const since = new Date(until - days * DAY).toISOString();
  const bounced = new Set<string>();
  let dropped = 0;
  for (let back = days; back >= 0; back -= 1) {
    const day = new Date(until - back * DAY).toISOString().slice(0, 10);
    for await (const fact of eachFactOfDay(tools.store, day)) {
      if (fact.at < since) continue;
      const nature = natureOf(fact);
      if (nature.says === 'not-sent' && nature.by === 'account-list') dropped += 1;
      else if (nature.says === 'returned' && nature.permanent) bounced.add(`${fact.address}\n${fact.id}`);
    }
  }
  return { bounced: bounced.size, dropped };
}
