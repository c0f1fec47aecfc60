import { type Digest, type DigestInput, digestOf } from '../notices/digest.ts';
import { digestEvent, eventOf, isEvent, type OutboundEvent } from '../notices/events.ts';
import { type Notice, withoutPeople } from '../notices/notice.ts';
import type { NoticeSetting } from '../notices/setting.ts';
import { errorName } from '../refusal.ts';
import { countInState } from '../store/cases.ts';
import type { Key } from '../store/keys.ts';
import { deleteNotice, noteTold, type WaitingNotice, waitingNotices } from '../store/notices.ts';
import type { Table } from '../store/table.ts';
import type { Language } from '../text.ts';

/**
 * Hands waiting notices over: to systems one by one, to people in one digest. What was told everywhere is deleted; what
 * could not be told somewhere is told there by the next call, under the same id. So each is told at least once, and a
 * call that dies in between tells it again.
 */

/** Where notices are told: `events` each by itself, the others in a digest. */
const CHANNELS = ['events', 'mail', 'chat', 'digest'] as const;
type Channel = (typeof CHANNELS)[number];

/** Notices of one digest, which are held in memory; the rest is for the next. */
const MAXIMUM_NOTICES = 5_000;
/** Waiting proposals counted at most: the count is read item by item. */
const MAXIMUM_COUNTED = 1_000;
/** Items written side by side. */
const CONCURRENCY = 16;

/** Ways out. Each rejects when nothing of what it was given arrived. */
export interface Outlets {
  /** @returns which of them were not taken, by their places. */
  events(events: readonly OutboundEvent[]): Promise<ReadonlySet<number>>;
  mail(digest: Digest): Promise<void>;
  chat(digest: Digest): Promise<void>;
}

/** What the hand-over works with. */
export interface TellTools {
  readonly store: Table;
  readonly outlets: Outlets;
  readonly setting: NoticeSetting;
  readonly stage: string;
  readonly language: Language;
  /** Told of each channel that failed. */
  readonly onFailure?: (channel: string, errorName: string) => void;
}

/** What was handed over. */
export interface TellReport {
  /** Notices that were waiting, and how many of them wait still. */
  readonly found: number;
  readonly left: number;
  /** Channels that failed, wholly or in part. */
  readonly failed: readonly string[];
  /** Id of the digest that was sent. */
  readonly digest?: string;
}

/**
 * Tells what waits to be told.
 *
 * @param request.digest whether people are told as well; if not, their digest waits for the end of a run.
 */
export async function tell(
  { digest: withDigest }: { readonly digest: boolean },
  tools: TellTools,
): Promise<TellReport> {
  const { store, setting } = tools;
  if (setting === 'off') return { found: 0, left: 0, failed: [] };
  const waiting = await allWaiting(store);
  if (waiting.length === 0) return { found: 0, left: 0, failed: [] };
  // The setting of this moment holds for what an earlier one wrote, where it lets less be told.
  const notices = waiting.map(({ notice, ...rest }) => ({
    ...rest,
    own: notice,
    notice: setting === 'addresses' ? notice : withoutPeople(notice),
  }));
  const told = new Map(notices.map(({ own, told: before }) => [own.id, new Set(before)]));
  const failed = new Set<string>();
  const attempt = async (channel: Channel, work: () => Promise<Iterable<string>>) => {
    try {
      for (const id of await work()) told.get(id)?.add(channel);
    } catch (error) {
      failed.add(channel);
      tools.onFailure?.(channel, errorName(error));
    }
  };
  const pending = (channel: Channel) =>
    notices.filter(({ own }) => told.get(own.id)?.has(channel) === false).map(({ notice }) => notice);

  await attempt('events', async () => {
    const taken = await tellEvents(pending('events'), tools);
    if (taken.size < pending('events').length) failed.add('events');
    return taken;
  });
  const sent = withDigest ? await tellDigests(pending, attempt, tools) : undefined;

  const left = await settle(waiting, told, store);
  return { found: waiting.length, left, failed: [...failed], ...(sent && { digest: sent }) };
}

async function allWaiting(store: Table): Promise<readonly WaitingNotice[]> {
  const found: WaitingNotice[] = [];
  let from: Key | undefined;
  do {
    const page = await waitingNotices(store, from);
    found.push(...page.items);
    from = page.next;
  } while (from !== undefined && found.length < MAXIMUM_NOTICES);
  return found.slice(0, MAXIMUM_NOTICES);
}

/** @returns ids of the notices that systems need not be told of any more. */
async function tellEvents(
  notices: readonly Notice[],
  { outlets, setting, stage }: TellTools,
): Promise<ReadonlySet<string>> {
  const [events, others] = [
    notices.filter((notice) => isEvent(notice, setting)),
    notices.filter((notice) => !isEvent(notice, setting)),
  ];
  const refused =
    events.length === 0
      ? new Set<number>()
      : await outlets.events(events.map((notice) => eventOf(notice, stage)));
  const taken = events.filter((_, index) => !refused.has(index));
  return new Set([...taken, ...others].map(({ id }) => id));
}

/** @returns the id of a digest that arrived somewhere. */
async function tellDigests(
  pending: (channel: Channel) => readonly Notice[],
  attempt: (channel: Channel, work: () => Promise<Iterable<string>>) => Promise<void>,
  { store, outlets, stage, language }: TellTools,
): Promise<string | undefined> {
  const ways: Readonly<Record<Exclude<Channel, 'events'>, (digest: Digest) => Promise<void>>> = {
    mail: outlets.mail,
    chat: outlets.chat,
    digest: async (digest) => {
      const refused = await outlets.events([digestEvent(digest, stage)]);
      if (refused.size > 0) throw new DigestRefusedError();
    },
  };
  const waiting = await countInState(store, 'proposed', MAXIMUM_COUNTED);
  let sent: string | undefined;
  for (const channel of ['mail', 'chat', 'digest'] as const) {
    const notices = pending(channel);
    if (notices.length === 0) continue;
    await attempt(channel, async () => {
      const input: DigestInput = { stage, language, notices, waiting };
      const digest = digestOf(input);
      await ways[channel](digest);
      sent = digest.id;
      return notices.map(({ id }) => id);
    });
  }
  return sent;
}

/** Thrown inside {@link tell}, and counted by it. */
class DigestRefusedError extends Error {
  override readonly name = 'DigestRefusedError';
}

/** Writes down where each was told. @returns how many wait still. */
async function settle(
  waiting: readonly WaitingNotice[],
  told: ReadonlyMap<string, ReadonlySet<string>>,
  store: Table,
): Promise<number> {
  let left = 0;
  const one = async (before: WaitingNotice) => {
    const now = told.get(before.notice.id) ?? new Set(before.told);
    if (CHANNELS.every((channel) => now.has(channel))) return deleteNotice(store, before.notice);
    left += 1;
    if (now.size > before.told.length) await noteTold(store, { notice: before.notice, told: [...now] });
  };
  for (let start = 0; start < waiting.length; start += CONCURRENCY) {
    await Promise.all(waiting.slice(start, start + CONCURRENCY).map(one));
  }
  return left;
}
