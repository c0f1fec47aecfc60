import { GetIdentityNotificationAttributesCommand, type SESClient } from '@aws-sdk/client-ses';
import {
  CreateConfigurationSetEventDestinationCommand,
  DeleteConfigurationSetEventDestinationCommand,
  type EventDestination,
  type EventType,
  GetConfigurationSetEventDestinationsCommand,
  paginateListConfigurationSets,
  type SESv2Client,
  UpdateConfigurationSetEventDestinationCommand,
} from '@aws-sdk/client-sesv2';
import { sesIdentities } from '../authentication/identities/identities.ts';
import { explainCallFailure, isCalledOneOf } from '../call-failure.ts';
import { errorName } from '../refusal.ts';
import type { Turns } from '../suppression/limiter.ts';
import { isThrottle } from '../suppression/throttle.ts';
import {
  type Destination,
  NOTIFICATIONS,
  type ObservedIdentity,
  type ObservedSet,
  type ObservedWiring,
  type Unread,
  type Wire,
} from './observed.ts';
import type { Step } from './steps.ts';

/** SES's settings about events, read and written at SES's rate. Topics of identities exist in its first API alone. */

/** SES's two APIs, and the turns at which they are called. */
export interface WiringClients {
  readonly ses: SESv2Client;
  readonly first: SESClient;
  readonly turns: Turns;
}

/** Identities in one call (API reference, GetIdentityNotificationAttributes). */
const IDENTITIES_A_CALL = 100;

/** So many refusals by IAM one after the other, and the call is not made any more: each costs a second. */
const DENIALS = 3;

/**
 * Reads everything. What could not be read is named, and the rest is read all the same; throttling ends the reading, as
 * the end of its time would.
 *
 * @param progress told how many settings have been read, and of how many.
 * @throws what keeps any call from SES: no credentials, no network.
 */
export async function readWiring(
  clients: WiringClients,
  wire: Wire,
  progress: (done: number, all: number) => void = () => {},
): Promise<ObservedWiring> {
  const reading = new Reading();
  const identities = sesIdentities(clients.ses, () => clients.turns.take());
  const setNames = await reading.of('ses:ListConfigurationSets', [], () => setNamesOf(clients));
  const identityNames = await reading.of('ses:ListEmailIdentities', [], () => identities.names());

  const all = (setNames?.length ?? 0) + (identityNames?.length ?? 0);
  let done = 0;
  const sets: ObservedSet[] = [];
  for (const name of setNames ?? []) {
    const call = 'ses:GetConfigurationSetEventDestinations';
    const set = await reading.of(call, [name], () => readSet(clients, name));
    // Null: it was deleted since it was listed.
    if (set !== null) sets.push(set ?? { name, destinations: undefined });
    progress(++done, all);
  }

  const settings = new Map<string, ObservedIdentity['settings'] | null>();
  for (const name of identityNames ?? []) {
    const read = () => unlessGone(() => identities.identity(name));
    const identity = await reading.of('ses:GetEmailIdentity', [name], read);
    settings.set(
      name,
      identity && { verified: identity.verifiedForSending, defaultSet: identity.configurationSet ?? null },
    );
    progress(++done, all);
  }
  const present = [...settings.keys()].filter((name) => settings.get(name) !== null);
  const topics = await readTopics(present, clients, reading);
  return {
    wire,
    sets: setNames && sets,
    identities:
      identityNames &&
      present.map((name) => ({ name, settings: settings.get(name) ?? undefined, topics: topics.get(name) })),
    unread: reading.unread(),
  };
}

async function setNamesOf({ ses, turns }: WiringClients): Promise<string[]> {
  const names: string[] = [];
  await turns.take();
  for await (const page of paginateListConfigurationSets({ client: ses, pageSize: 1000 }, {})) {
    names.push(...(page.ConfigurationSets ?? []));
    if (page.NextToken) await turns.take();
  }
  return names;
}

async function readTopics(
  names: readonly string[],
  { first, turns }: WiringClients,
  reading: Reading,
): Promise<ReadonlyMap<string, ObservedIdentity['topics']>> {
  const topics = new Map<string, ObservedIdentity['topics']>();
  for (let start = 0; start < names.length; start += IDENTITIES_A_CALL) {
    const asked = names.slice(start, start + IDENTITIES_A_CALL);
    const answer = await reading.of('ses:GetIdentityNotificationAttributes', asked, async () => {
      await turns.take();
      return first.send(new GetIdentityNotificationAttributesCommand({ Identities: asked }));
    });
    // One that is left out of the answer stays unknown.
    for (const [name, attributes] of Object.entries(answer?.NotificationAttributes ?? {})) {
      const named = NOTIFICATIONS.flatMap((kind) => {
        const topic = attributes[`${kind}Topic`];
        return topic ? [[kind, topic] as const] : [];
      });
      topics.set(name, Object.fromEntries(named));
    }
  }
  return topics;
}

/** What a reading could not read, call by call. */
class Reading {
  readonly #unread = new Map<string, Unread>();
  readonly #denials = new Map<string, number>();
  #isThrottled = false;

  /** What a call answers; undefined where it fails, which is noted. @throws what keeps any call from SES. */
  async of<Answer>(
    call: string,
    subjects: readonly string[],
    ask: () => Promise<Answer>,
  ): Promise<Answer | undefined> {
    if (this.#isThrottled) return this.#note(call, subjects, 'throttled', '');
    const denials = this.#denials.get(call) ?? 0;
    if (denials >= DENIALS) return this.#note(call, subjects, 'denied', '');
    try {
      const answer = await ask();
      this.#denials.delete(call);
      return answer;
    } catch (error) {
      const why = whyFailed(error);
      if (why === 'unreachable') throw error;
      if (why === 'denied') this.#denials.set(call, denials + 1);
      if (why === 'throttled') this.#isThrottled = true;
      return this.#note(call, subjects, why, errorName(error));
    }
  }

  unread(): readonly Unread[] {
    return [...this.#unread.values()];
  }

  #note(call: string, subjects: readonly string[], why: Unread['why'], error: string): undefined {
    const noted = this.#unread.get(`${call} ${why}`);
    this.#unread.set(`${call} ${why}`, {
      call,
      why,
      error: noted?.error ?? error,
      subjects: [...(noted?.subjects ?? []), ...subjects],
    });
  }
}

/** Names of IAM's refusal: of the second API, and of the first. */
const DENIED = ['AccessDeniedException', 'AccessDenied'];

/** Why a call failed; `unreachable`: any other would fail as well, for want of credentials or of a network. */
export function whyFailed(error: unknown): Unread['why'] | 'unreachable' {
  if (isCalledOneOf(error, DENIED)) return 'denied';
  // The first API's name for it.
  if (isThrottle(error) || isCalledOneOf(error, ['Throttling'])) return 'throttled';
  return explainCallFailure(error) === undefined ? 'failed' : 'unreachable';
}

/** A set as it is at this moment; null when there is no such set. */
export async function readSet({ ses, turns }: WiringClients, name: string): Promise<ObservedSet | null> {
  await turns.take();
  const answer = await unlessGone(() =>
    ses.send(new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName: name })),
  );
  return answer && { name, destinations: (answer.EventDestinations ?? []).map(destinationFrom) };
}

function destinationFrom(answer: EventDestination): Destination {
  const { Name = '', Enabled = false, MatchingEventTypes = [], SnsDestination } = answer;
  const topic = SnsDestination?.TopicArn;
  return { name: Name, enabled: Enabled, types: MatchingEventTypes, ...(topic && { topic }) };
}

async function unlessGone<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask();
  } catch (error) {
    if (isCalledOneOf(error, ['NotFoundException'])) return null;
    throw error;
  }
}

/** Takes a step. @throws the SDK's error where SES does not. */
export async function takeStep({ ses, turns }: WiringClients, step: Step, wire: Wire): Promise<void> {
  const named = { ConfigurationSetName: step.set, EventDestinationName: wire.name };
  const definition = {
    ...named,
    EventDestination: {
      Enabled: true,
      // SES's own words, of its own answer or of reports.ts.
      MatchingEventTypes: [...step.types] as EventType[],
      SnsDestination: { TopicArn: wire.topic },
    },
  };
  await turns.take();
  switch (step.action) {
    case 'create':
      await ses.send(new CreateConfigurationSetEventDestinationCommand(definition));
      return;
    case 'update':
      await ses.send(new UpdateConfigurationSetEventDestinationCommand(definition));
      return;
    case 'remove':
      await ses.send(new DeleteConfigurationSetEventDestinationCommand(named));
  }
}
