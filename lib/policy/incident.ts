import { createHash } from 'node:crypto';
import { stripControls } from '../address.ts';
import type { Fact } from '../mails/fact.ts';
import { sampleOf } from '../mails/reply/sample.ts';
import { byCodeUnits } from '../text.ts';
import { formatInTokyo, HOUR, MINUTE } from '../time.ts';
import {
  blockListOf,
  causeKey,
  type IncidentCause,
  type IncidentSpan,
  type SenderRefusal,
  senderOf,
  senderRefusalOf,
} from './sender-refusal.ts';

/**
 * Mass events: times in which one receiver refused or put off mail to many customers at once in words that blame the
 * sender. The one place that finds them: the policy holds removals back by what {@link IncidentFinder.refusing} tells,
 * operators are shown what {@link IncidentFinder.found} tells. Pure.
 */

/** A time in which one carrier refused many customers with replies that blame the sender. */
export interface CarrierRefusing {
  readonly carrier: string;
  /** First and last such reply, ISO 8601 UTC. */
  readonly from: string;
  readonly until: string;
}

/** A mass event. */
export interface Incident extends IncidentSpan {
  /** Stable as long as no earlier refusal of it comes to light: day and hour (Japan's) of the first, and its cause. */
  readonly id: string;
  /** Distinct addresses, and mails to them: one for each address of a message. */
  readonly recipients: number;
  readonly mails: number;
  /** Of the mails: returned, put off (and perhaps taken later). */
  readonly returned: number;
  readonly deferred: number;
  /** More than could be told apart: the counts are at least so many. */
  readonly atLeast?: true;
  /** Mails by the hour, oldest first; `at` is the beginning of the hour, ISO 8601 UTC. */
  readonly hours: readonly { readonly at: string; readonly mails: number }[];
  /** Domains of the senders, the largest first; without a name where no event tells it. */
  readonly senders: readonly {
    readonly domain?: string;
    readonly recipients: number;
    readonly mails: number;
  }[];
  /** What was said, without anything that names a person or a mail; the most frequent first. */
  readonly replies: readonly { readonly text: string; readonly mails: number }[];
  /** Ids of the block lists that the replies name. */
  readonly lists: readonly string[];
  /** The addresses told apart, in order. */
  readonly addresses: readonly string[];
}

/** Distinct addresses of one receiver within {@link WINDOW_MINUTES} that make an incident. */
export const MINIMUM_ADDRESSES = 5;
const WINDOW_MINUTES = 30;
/** Quiet after which a new incident begins: longer than an hour, so that no two of a cause begin in one hour. */
const QUIET_MINUTES = 60;

/** Refusals told apart at once; further ones are counted. Each takes some 300 bytes. */
const MAXIMUM_HELD = 100_000;
/** Senders, replies and hours shown of an incident. */
const SHOWN_SENDERS = 20;
const SHOWN_REPLIES = 5;
const SHOWN_HOURS = 24 * 14;

/** When an incident that was last seen at a moment is over, ISO 8601 UTC: a later refusal is another's. */
export function overAt(until: string): string {
  return new Date(Date.parse(until) + QUIET_MINUTES * MINUTE).toISOString();
}

/** The incidents among the given facts, which may come in any order, repeated, and as a stream. */
export async function incidentsAmong(facts: AsyncIterable<Fact> | Iterable<Fact>): Promise<IncidentFinder> {
  const finder = new IncidentFinder();
  for await (const fact of facts) finder.take(fact);
  return finder;
}

/** What is held of one refusal. */
interface Held {
  readonly at: string;
  readonly address: string;
  readonly mail: string;
  readonly isDeferral: boolean;
  readonly says?: string;
  readonly sender?: string;
  readonly list?: string;
}

/** Addresses refused in one minute, no more of them than make an incident, from the first to the last. */
interface Few {
  readonly addresses: Set<string>;
  from: string;
  until: string;
}

/** The refusals of one cause in one minute. */
interface Bucket {
  /** Minutes since the epoch. */
  readonly minute: number;
  readonly all: Few;
  /** Those of them that were returned, not put off. */
  returned?: Few;
  /** By what tells one event from another. */
  readonly held: Map<string, Held>;
  /** There were more than could be held. */
  more: boolean;
}

/** The refusals of one cause. */
interface Group {
  readonly cause: IncidentCause;
  readonly carrier?: string;
  readonly minutes: Map<number, Bucket>;
}

/** A found incident, and the minutes it consists of. */
interface Found {
  readonly incident: Incident;
  readonly minutes: readonly { readonly group: Group; readonly bucket: Bucket }[];
}

/**
 * Finds incidents in facts that are taken one by one. Memory is bounded by the time that the facts cover and by
 * {@link MAXIMUM_HELD}, whatever their number; an incident is told to the very moment of its first and last refusal, its
 * window to the minute.
 */
export class IncidentFinder {
  readonly #groups = new Map<string, Group>();
  readonly #texts = new Map<string, string>();
  #held = 0;

  take(fact: Fact): void {
    const refusal = senderRefusalOf(fact);
    const minute = Math.floor(Date.parse(fact.at) / MINUTE);
    if (refusal === undefined || Number.isNaN(minute)) return;
    const bucket = bucketOf(this.#group(refusal), minute, fact.at);
    addTo(bucket.all, fact);
    if (!refusal.isDeferral) {
      bucket.returned ??= { addresses: new Set(), from: fact.at, until: fact.at };
      addTo(bucket.returned, fact);
    }
    const identity = `${fact.at}\n${fact.kind}\n${fact.id}\n${fact.address}`;
    if (bucket.held.has(identity)) return;
    if (this.#held >= MAXIMUM_HELD) {
      bucket.more = true;
      return;
    }
    this.#held += 1;
    bucket.held.set(identity, this.#heldOf(fact, refusal));
  }

  /** The incidents among what was taken, in order of time. */
  found(): Incident[] {
    return this.#found().map(({ incident }) => incident);
  }

  /**
   * The incidents that are over at a moment, which are then forgotten with everything that can be part of none any more:
   * what is taken from now on is later.
   */
  ended(at: string): Incident[] {
    const now = Math.floor(Date.parse(at) / MINUTE);
    const ended = this.#found().filter(({ incident }) => overAt(incident.until) < at);
    for (const { minutes } of ended) {
      for (const { group, bucket } of minutes) this.#forget(group, bucket);
    }
    const open = new Set(this.#found().flatMap(({ minutes }) => minutes.map(({ bucket }) => bucket)));
    for (const group of this.#groups.values()) {
      for (const bucket of group.minutes.values()) {
        if (bucket.minute < now - WINDOW_MINUTES && !open.has(bucket)) this.#forget(group, bucket);
      }
    }
    if (this.#held === 0) this.#texts.clear();
    return ended.map(({ incident }) => incident);
  }

  /** The times in which a carrier refused for whatever cause of the sender's; deferrals are no refusals. */
  refusing(): CarrierRefusing[] {
    const carriers = new Map<string, Map<number, Few[]>>();
    for (const { carrier, minutes } of this.#groups.values()) {
      if (carrier === undefined) continue;
      const refused = carriers.get(carrier) ?? new Map<number, Few[]>();
      carriers.set(carrier, refused);
      for (const { minute, returned } of minutes.values()) {
        if (returned) refused.set(minute, [...(refused.get(minute) ?? []), returned]);
      }
    }
    return [...carriers].flatMap(([carrier, minutes]) =>
      windowsOf(minutes).map(({ from, until }) => ({ carrier, from, until })),
    );
  }

  #group(refusal: SenderRefusal): Group {
    const key = causeKey(refusal);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const { receiver, kind, sender, list, carrier } = refusal;
    const cause = { receiver, kind, ...(sender && { sender }), ...(list && { list }) };
    const group = { cause, ...(carrier && { carrier }), minutes: new Map<number, Bucket>() };
    this.#groups.set(key, group);
    return group;
  }

  #heldOf(fact: Fact, { isDeferral }: SenderRefusal): Held {
    const { at, address, messageId, diagnosticCode } = fact;
    const said = diagnosticCode && sampleOf(stripControls(diagnosticCode), address);
    // The same words come thousands of times.
    const says = said && (this.#texts.get(said) ?? said);
    if (says) this.#texts.set(says, says);
    const sender = senderOf(fact);
    const list = blockListOf(fact)?.id;
    return {
      at,
      address,
      mail: `${messageId}\n${address}`,
      isDeferral,
      ...(says && { says }),
      ...(sender && { sender }),
      ...(list && { list }),
    };
  }

  #forget(group: Group, bucket: Bucket): void {
    if (group.minutes.delete(bucket.minute)) this.#held -= bucket.held.size;
    if (group.minutes.size === 0) this.#groups.delete(causeKey(group.cause));
  }

  #found(): Found[] {
    const found: Found[] = [];
    const left = new Map<string, { group: Group; bucket: Bucket }[]>();
    for (const group of this.#groups.values()) {
      const windows = windowsOf(byMinute([...group.minutes.values()]));
      const isIn = (minute: number) => windows.some(({ first, last }) => minute >= first && minute <= last);
      for (const { first, last } of windows) {
        const own = [...group.minutes.values()].filter(({ minute }) => minute >= first && minute <= last);
        found.push(
          foundOf(
            group.cause,
            own.map((bucket) => ({ group, bucket })),
          ),
        );
      }
      if (group.cause.kind === 'deferred') continue;
      const { receiver } = group.cause;
      const others = [...group.minutes.values()].filter(({ minute }) => !isIn(minute));
      left.set(receiver, [...(left.get(receiver) ?? []), ...others.map((bucket) => ({ group, bucket }))]);
    }
    for (const [receiver, minutes] of left) {
      for (const { first, last } of windowsOf(byMinute(minutes.map(({ bucket }) => bucket)))) {
        const own = minutes.filter(({ bucket: { minute } }) => minute >= first && minute <= last);
        found.push(foundOf({ receiver, kind: 'mixed' }, own));
      }
    }
    return found.toSorted(
      ({ incident: a }, { incident: b }) => byCodeUnits(a.from, b.from) || byCodeUnits(a.id, b.id),
    );
  }
}

function bucketOf({ minutes }: Group, minute: number, at: string): Bucket {
  const known = minutes.get(minute);
  if (known !== undefined) return known;
  const all = { addresses: new Set<string>(), from: at, until: at };
  const bucket = { minute, all, held: new Map<string, Held>(), more: false };
  minutes.set(minute, bucket);
  return bucket;
}

function addTo(few: Few, { at, address }: Fact): void {
  if (few.addresses.size < MINIMUM_ADDRESSES) few.addresses.add(address);
  if (at < few.from) few.from = at;
  if (at > few.until) few.until = at;
}

function byMinute(buckets: readonly Bucket[]): Map<number, Few[]> {
  const minutes = new Map<number, Few[]>();
  for (const { minute, all } of buckets) minutes.set(minute, [...(minutes.get(minute) ?? []), all]);
  return minutes;
}

/** Minutes that belong together, from the first refusal to the last. */
interface Window {
  readonly first: number;
  readonly last: number;
  readonly from: string;
  readonly until: string;
}

/** Slides a window over the minutes in order and joins the windows that hold enough addresses. */
function windowsOf(minutes: ReadonlyMap<number, readonly Few[]>): Window[] {
  const ordered = [...minutes].sort(([a], [b]) => a - b);
  const found: Window[] = [];
  let start = 0;
  for (const [end, [minute, few]] of ordered.entries()) {
    while ((ordered[start]?.[0] ?? minute) < minute - WINDOW_MINUTES) start += 1;
    const window = ordered.slice(start, end + 1);
    const addresses = new Set<string>();
    for (const [, parts] of window)
      for (const part of parts) for (const each of part.addresses) addresses.add(each);
    if (addresses.size < MINIMUM_ADDRESSES) continue;
    const [first, parts] = window[0] ?? [minute, few];
    const from = parts.map((part) => part.from).sort()[0] ?? '';
    const until =
      few
        .map((part) => part.until)
        .sort()
        .at(-1) ?? '';
    const last = found.at(-1);
    if (last && first <= last.last + QUIET_MINUTES)
      found[found.length - 1] = { ...last, last: minute, until };
    else found.push({ first, last: minute, from, until });
  }
  return found;
}

function foundOf(cause: IncidentCause, minutes: Found['minutes']): Found {
  const buckets = minutes.map(({ bucket }) => bucket);
  const from = buckets.map(({ all }) => all.from).sort()[0] ?? '';
  const until =
    buckets
      .map(({ all }) => all.until)
      .sort()
      .at(-1) ?? '';
  const held = buckets.flatMap((bucket) => [...bucket.held.values()]);
  const mailsIn = (some: readonly Held[]) => new Set(some.map(({ mail }) => mail)).size;
  const addresses = [...new Set(held.map(({ address }) => address))].sort();
  const incident: Incident = {
    id: idOf(cause, from),
    ...cause,
    from,
    until,
    recipients: addresses.length,
    mails: mailsIn(held),
    returned: mailsIn(held.filter(({ isDeferral }) => !isDeferral)),
    deferred: mailsIn(held.filter(({ isDeferral }) => isDeferral)),
    ...(buckets.some(({ more }) => more) && { atLeast: true as const }),
    hours: grouped(held, ({ at }) => new Date(Math.floor(Date.parse(at) / HOUR) * HOUR).toISOString())
      .map(([at, own]) => ({ at, mails: mailsIn(own) }))
      .sort((a, b) => byCodeUnits(a.at, b.at))
      .slice(0, SHOWN_HOURS),
    senders: grouped(held, ({ sender = '' }) => sender)
      .map(([domain, own]) => ({
        ...(domain && { domain }),
        recipients: new Set(own.map(({ address }) => address)).size,
        mails: mailsIn(own),
      }))
      .sort((a, b) => b.mails - a.mails || byCodeUnits(a.domain ?? '', b.domain ?? ''))
      .slice(0, SHOWN_SENDERS),
    replies: grouped(
      held.filter(({ says }) => says),
      ({ says = '' }) => withoutNumbers(says),
    )
      .map(([, own]) => ({ text: own.map(({ says = '' }) => says).sort()[0] ?? '', mails: mailsIn(own) }))
      .sort((a, b) => b.mails - a.mails || byCodeUnits(a.text, b.text))
      .slice(0, SHOWN_REPLIES),
    lists: [...new Set(held.flatMap(({ list }) => list ?? []))].sort(),
    addresses,
  };
  return { incident, minutes };
}

function grouped<Each>(items: readonly Each[], keyOf: (each: Each) => string): [string, Each[]][] {
  const groups = new Map<string, Each[]>();
  for (const each of items) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups];
}

/** A reply with every word left out that holds a number or an id: those change from mail to mail. */
function withoutNumbers(sample: string): string {
  return sample
    .split(' ')
    .map((word) => (/[#<]/.test(word) ? '#' : word))
    .join(' ');
}

/** The day and hour of the first refusal in Japan, and a hash of the cause. */
function idOf(cause: IncidentCause, from: string): string {
  const [day = '', clock = ''] = formatInTokyo(from).split(' ');
  const hash = createHash('sha256').update(causeKey(cause)).digest('hex').slice(0, 6);
  return `${day.replaceAll('-', '')}-${clock.slice(0, 2)}-${hash}`;
}

/** The hour in which an incident began, by its id, ISO 8601 UTC; undefined for a text that is none. */
export function hourOfId(id: string): string | undefined {
  const [, year, month, day, hour] = /^(\d{4})(\d\d)(\d\d)-(\d\d)-[0-9a-f]{6}$/.exec(id) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:00:00+09:00`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
