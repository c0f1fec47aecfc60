import { type SESClient as First, SESClient } from '@aws-sdk/client-ses';
import { describe, expect, it } from 'vitest';
import { carryOut, type Result } from '../../lib/wiring/carry-out.ts';
import { readSet, type WiringClients } from '../../lib/wiring/ses.ts';
import { type Planner, planToConnect, planToDisconnect, stepsOf } from '../../lib/wiring/steps.ts';
import type { EventDestination } from '../../local/ses/account.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { memorySes } from '../support/memory-ses.ts';

/** Steps while somebody else works on the same sets, and a death at any call: on the local SES, without HTTP. */

const arn = (name: string) => `arn:aws:sns:ap-northeast-1:123456789012:${name}`;
const wire = { topic: arn('ours'), name: 'todoku-prod' };
const THEIRS = arn('crm');
const EVIDENCE = ['BOUNCE', 'COMPLAINT', 'DELIVERY', 'DELIVERY_DELAY'];

const destination = (
  Name: string,
  TopicArn: string,
  types: readonly string[] = EVIDENCE,
): EventDestination => ({
  Name,
  Enabled: true,
  MatchingEventTypes: types,
  SnsDestination: { TopicArn },
});

let ses: LocalSes;

function begin(connected: boolean): void {
  const ours = connected ? [destination(wire.name, wire.topic)] : [];
  ses = new LocalSes({
    configurationSets: [
      { name: 'orders', eventDestinations: ours },
      { name: 'news', eventDestinations: [destination('crm', THEIRS), ...ours] },
      // One of ours to be mended.
      {
        name: 'billing',
        eventDestinations: connected ? ours : [destination(wire.name, wire.topic, ['BOUNCE', 'OPEN'])],
      },
    ],
  });
}

/** A run from the look to the last step; `onCall` hears each call before it is made. */
async function run(planner: Planner, onCall: (name: string) => void = () => {}): Promise<readonly Result[]> {
  const client = memorySes(() => ses).client(1);
  const stack = client.middlewareStack as unknown as {
    add(middleware: (next: Next, context: { commandName: string }) => Next): void;
  };
  stack.add((next, { commandName }) => async (args) => {
    onCall(commandName);
    return next(args);
  });
  // The first API has no part in steps.
  const clients: WiringClients = { ses: client, first: unused, turns: { take: async () => {} } };
  const sets = [];
  for (const { name } of [...ses.configurationSets]) {
    const set = await readSet(clients, name).catch(() => null);
    if (set !== null) sets.push(set);
  }
  return carryOut(stepsOf({ wire, sets, identities: [], unread: [] }, planner), clients, wire, planner);
}
type Next = (args: unknown) => Promise<unknown>;
const unused: First = Object.create(SESClient.prototype);

/** All that is not of our name and to our topic. */
const theirs = () =>
  structuredClone(
    ses.configurationSets.map(({ eventDestinations = [], ...set }) => ({
      ...set,
      eventDestinations: eventDestinations.filter(
        (each) => each.Name !== wire.name || each.SnsDestination?.TopicArn !== wire.topic,
      ),
    })),
  );

const onOrders = (...destinations: readonly EventDestination[]) => {
  if (ses.configurationSet('orders')) ses.setEventDestinations('orders', destinations);
};
const NEWS: Readonly<Record<string, () => void>> = {
  'a set is deleted': () => void ses.configurationSets.shift(),
  'another destination takes our name': () => onOrders(destination(wire.name, THEIRS)),
  'the set becomes full': () =>
    onOrders(...Array.from({ length: 10 }, (_, index) => destination(`d-${index}`, THEIRS))),
  'somebody connects by hand': () => onOrders(destination('by-hand', wire.topic)),
  'another run connects': () => onOrders(destination(wire.name, wire.topic)),
  'another run disconnects': () => onOrders(),
};

describe.each([
  ['connecting', planToConnect, false],
  ['disconnecting', planToDisconnect, true],
] as const)('%s', (_, planner, connected) => {
  it.each(Object.keys(NEWS))('loses nothing of others when, between any two calls, %s', async (news) => {
    for (let at = 0; ; at += 1) {
      begin(connected);
      let calls = 0;
      let expected: unknown;
      let next = '';
      const results = await run(planner, (name) => {
        if (calls++ !== at) return;
        NEWS[news]?.();
        expected = theirs();
        next = name;
      });
      if (expected === undefined) return;
      // SES knows no deletion of a destination as it was seen: between the look and the call lies the call itself.
      if (!(news === 'another destination takes our name' && next.startsWith('Delete')))
        expect([at, theirs()]).toEqual([at, expected]);
      expect(results.map(({ outcome }) => outcome.became)).not.toContain('not-begun');
      // A second run sees what is true then, and leaves nothing for a third.
      await run(planner);
      expect(await run(planner)).toEqual([]);
    }
  });

  it.each([false, true])('goes on after a death at any call (which took effect: %s)', async (tookEffect) => {
    begin(connected);
    let all = 0;
    await run(planner, () => void all++);
    const right = structuredClone(ses.configurationSets);
    expect(all).toBe(12);
    for (let at = 0; at < all; at += 1) {
      begin(connected);
      const before = theirs();
      let calls = 0;
      await run(planner, () => {
        calls += 1;
        // With the effect: the call before was the last that was made.
        if (calls > at + (tookEffect ? 1 : 0)) throw new Error('dead');
      });
      expect(theirs()).toEqual(before);
      await run(planner);
      expect(ses.configurationSets).toEqual(right);
    }
  });
});

describe('what became of a step', () => {
  const outcomes = async (onCall: (name: string) => void) =>
    (await run(planToConnect, onCall)).map(({ outcome }) => outcome.became);

  it('is that it could not be read back, where only that fails', async () => {
    begin(false);
    let written = false;
    expect(
      await outcomes((name) => {
        if (written && name.startsWith('Get')) {
          written = false;
          throw new Error('not now');
        }
        written = name.startsWith('Create') || name.startsWith('Update');
      }),
    ).toEqual(['not-read-back', 'not-read-back', 'not-read-back']);
  });

  it('is that it was not begun, once SES throttles for good', async () => {
    begin(false);
    const throttled = Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
    let creations = 0;
    expect(
      await outcomes((name) => {
        if (name.startsWith('Create')) creations += 1;
        if (creations > 0) throw throttled;
      }),
    ).toEqual(['failed', 'not-begun', 'not-begun']);
  });
});
