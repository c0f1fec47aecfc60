import { domainOf } from '../address.ts';
import { byCodeUnits } from '../text.ts';
import {
  NOTIFICATIONS,
  type ObservedIdentity,
  type ObservedSet,
  type ObservedWiring,
  type Wire,
} from './observed.ts';

/**
 * Whether mail reports to todoku, by SES's settings: of each configuration set, and of each sender. It says nothing of
 * whether SES may publish to the topic: only a mail shows that.
 */

/**
 * The types that todoku asks SES for: those that ingest records, but for opens and clicks. Asking for those changes the
 * mails (SES adds an image and rewrites links), which is the shop's to decide. Sends, rejections, rendering failures and
 * subscriptions say nothing of a mailbox.
 */
export const EVIDENCE = ['BOUNCE', 'COMPLAINT', 'DELIVERY', 'DELIVERY_DELAY'] as const;

/** See {@link EVIDENCE}. */
export type Evidence = (typeof EVIDENCE)[number];

/** `DELIVERY_DELAY` is no notification: a sender that is heard by its own topics lacks it, and reports all the same. */
const OF_A_SENDER = EVIDENCE.filter((type) => type !== 'DELIVERY_DELAY');

/** Whether something reports: all of it, a part, nothing, or not known. */
export type Reporting = 'whole' | 'part' | 'none' | 'unknown';

/** What reports, and what of it is missing. */
export interface Report {
  readonly name: string;
  readonly state: Reporting;
  /** Types that todoku does not hear; where the state is `unknown`, does not hear as far as is known. */
  readonly missing: readonly Evidence[];
  /** Who else hears: names of other event destinations, ARNs of other topics. */
  readonly elsewhere: readonly string[];
}

/** A sender's mail, as far as it names no configuration set of its own. */
export interface SenderReport extends Report {
  /** Undefined: not known. SES lets nobody send as one that is not verified, and its default set does not apply. */
  readonly verified: boolean | undefined;
  /** Null: it has none. Undefined: not known. */
  readonly defaultSet: string | null | undefined;
  /** Whether its default set is none of the account's sets: SES then refuses its mail. */
  readonly defaultSetIsGone: boolean;
}

/** Whether mail that is sent with a configuration set reports. */
export function setReport({ name, destinations }: ObservedSet, { topic }: Wire): Report {
  if (destinations === undefined) return { name, state: 'unknown', missing: EVIDENCE, elsewhere: [] };
  const enabled = destinations.filter((each) => each.enabled);
  const missing = without(EVIDENCE, heardBy(enabled, topic));
  return {
    name,
    state: stateOf(missing.length, EVIDENCE.length),
    missing,
    elsewhere: enabled.filter((each) => each.topic !== topic).map((each) => each.name),
  };
}

/** Types that the enabled ones of some destinations publish to a topic. */
export function heardBy(
  destinations: NonNullable<ObservedSet['destinations']>,
  topic: string,
): ReadonlySet<string> {
  const heard = destinations.filter((each) => each.enabled && each.topic === topic);
  return new Set(heard.flatMap(({ types }) => types));
}

/** Those of some types that are not in a set. */
export function without<Type extends string>(
  types: readonly Type[],
  heard: ReadonlySet<string>,
): readonly Type[] {
  return types.filter((type) => !heard.has(type));
}

function stateOf(missing: number, all: number): Reporting {
  return missing === 0 ? 'whole' : missing === all ? 'none' : 'part';
}

/**
 * Whether a sender's mail reports that names no configuration set: by the default set of the identity, and by the topics
 * of its notifications. An address that is an identity of its own uses neither of its domain.
 */
export function senderReport(
  { name, settings, topics }: ObservedIdentity,
  { wire, sets }: ObservedWiring,
): SenderReport {
  const defaultSet = settings?.defaultSet;
  const set = typeof defaultSet === 'string' ? sets?.find((each) => each.name === defaultSet) : undefined;
  const bySet = set === undefined ? undefined : setReport(set, wire);
  const named = NOTIFICATIONS.flatMap((kind) => {
    const topic = topics?.[kind];
    return topic === undefined ? [] : [{ type: kind.toUpperCase(), topic }];
  });
  const heard = new Set([
    ...heardBy(set?.destinations ?? [], wire.topic),
    ...named.filter(({ topic }) => topic === wire.topic).map(({ type }) => type),
  ]);
  const missing = without(OF_A_SENDER, heard);
  const isKnown =
    settings !== undefined &&
    topics !== undefined &&
    (settings.defaultSet === null || (sets !== undefined && bySet?.state !== 'unknown'));
  const state = stateOf(missing.length, OF_A_SENDER.length);
  return {
    name,
    verified: settings?.verified,
    defaultSet,
    defaultSetIsGone: typeof defaultSet === 'string' && sets !== undefined && set === undefined,
    state: state === 'whole' || isKnown ? state : 'unknown',
    missing,
    elsewhere: [
      ...new Set([
        ...(bySet?.elsewhere ?? []),
        ...named.map(({ topic }) => topic).filter((topic) => topic !== wire.topic),
      ]),
    ],
  };
}

/** Whether mail reports, of everything that was observed. */
export interface WiringReport {
  /** In the order of their names. */
  readonly sets: readonly Report[];
  /** Domains in the order of their names, each with its addresses behind it. */
  readonly senders: readonly SenderReport[];
}

/** See {@link WiringReport}. */
export function wiringReport(observed: ObservedWiring): WiringReport {
  const { wire, sets = [], identities = [] } = observed;
  return {
    sets: sets.map((set) => setReport(set, wire)).toSorted((one, other) => byCodeUnits(one.name, other.name)),
    senders: identities
      .map((identity) => senderReport(identity, observed))
      .toSorted((one, other) => byCodeUnits(orderOf(one.name), orderOf(other.name))),
  };
}

/** A domain, and behind it its addresses: a space stands before every sign of a name. */
function orderOf(identity: string): string {
  return identity.includes('@') ? `${domainOf(identity).toLowerCase()} ${identity}` : identity.toLowerCase();
}
