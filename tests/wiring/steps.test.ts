import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Destination, ObservedSet, ObservedWiring } from '../../lib/wiring/observed.ts';
import { setReport, wiringReport } from '../../lib/wiring/reports.ts';
import { afterSteps, isOurs, planToConnect, planToDisconnect, stepsOf } from '../../lib/wiring/steps.ts';

const wire = { topic: 'arn:aws:sns:ap-northeast-1:123456789012:ours', name: 'todoku-prod' };
const TYPES = ['SEND', 'BOUNCE', 'COMPLAINT', 'DELIVERY', 'DELIVERY_DELAY', 'OPEN', 'SOMETHING_NEW'];

const destination: fc.Arbitrary<Destination> = fc.record(
  {
    name: fc.constantFrom(
      wire.name,
      'todoku',
      'todoku-dev',
      'crm',
      'Todoku-prod',
      'a',
      'b',
      'c',
      'd',
      'e',
      'f',
    ),
    enabled: fc.boolean(),
    types: fc.uniqueArray(fc.constantFrom(...TYPES)),
    topic: fc.constantFrom(wire.topic, 'arn:aws:sns:ap-northeast-1:123456789012:crm'),
  },
  { requiredKeys: ['name', 'enabled', 'types'] },
);
const set = (name: string): fc.Arbitrary<ObservedSet> =>
  fc.record({
    name: fc.constant(name),
    destinations: fc.option(
      fc.uniqueArray(destination, { selector: ({ name: each }) => each, maxLength: 10 }),
      { nil: undefined, freq: 9 },
    ),
  });
const world: fc.Arbitrary<ObservedWiring> = fc
  .tuple(set('orders'), set('news'))
  .map((sets) => ({ wire, sets, identities: [], unread: [] }));

const others = ({ sets = [] }: ObservedWiring) =>
  sets.map(({ name, destinations }) => [name, destinations?.filter((each) => !isOurs(each, wire))]);

describe('connecting, whatever the sets are like', () => {
  it('leaves each set reporting, obstructed or unread, and nothing to be done a second time', () => {
    fc.assert(
      fc.property(world, (observed) => {
        const after = afterSteps(observed, stepsOf(observed, planToConnect));
        expect(stepsOf(after, planToConnect)).toEqual([]);
        for (const each of after.sets ?? []) {
          const state = each.destinations === undefined ? 'unknown' : setReport(each, wire).state;
          expect(
            state === 'whole' || state === 'unknown' || planToConnect(each, wire).obstacle !== undefined,
          ).toBe(true);
          expect(each.destinations?.length ?? 0).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  it('changes nothing that is not ours, and takes no type away', () => {
    fc.assert(
      fc.property(world, (observed) => {
        const after = afterSteps(observed, stepsOf(observed, planToConnect));
        expect(others(after)).toEqual(others(observed));
        for (const [index, before] of (observed.sets ?? []).entries()) {
          const ours = (each: ObservedSet | undefined) =>
            each?.destinations?.find((one) => isOurs(one, wire));
          expect(ours(after.sets?.[index])?.types ?? []).toEqual(
            expect.arrayContaining([...(ours(before)?.types ?? [])]),
          );
        }
      }),
    );
  });

  it('is undone by disconnecting, which leaves all that is not ours', () => {
    fc.assert(
      fc.property(world, (observed) => {
        const connected = afterSteps(observed, stepsOf(observed, planToConnect));
        const after = afterSteps(connected, stepsOf(connected, planToDisconnect));
        expect(others(after)).toEqual(others(observed));
        expect(stepsOf(after, planToDisconnect)).toEqual([]);
      }),
    );
  });
});

describe('whether a sender’s mail reports', () => {
  const heard = ['BOUNCE', 'COMPLAINT', 'DELIVERY', 'DELIVERY_DELAY'];
  const ours: Destination = { name: 'a', enabled: true, types: heard, topic: wire.topic };
  const sets = [
    { name: 'on', destinations: [ours] },
    { name: 'off', destinations: [{ ...ours, enabled: false }] },
    { name: 'unread', destinations: undefined },
  ];
  const topics = { Bounce: wire.topic, Complaint: wire.topic, Delivery: wire.topic };
  const with_ = (defaultSet: string | null) => ({ verified: true, defaultSet });

  it.each([
    ['by its default set', with_('on'), {}, 'whole'],
    ['not by a destination that is off', with_('off'), {}, 'none'],
    ['by topics of its own', with_(null), topics, 'whole'],
    ['in part, by one topic', with_(null), { Bounce: wire.topic }, 'part'],
    ['not by topics elsewhere', with_(null), { Bounce: 'arn:crm', Complaint: 'arn:crm' }, 'none'],
    ['not by a set that is gone', with_('gone'), {}, 'none'],
    ['by its topics, whatever cannot be read of its set', with_('unread'), topics, 'whole'],
    ['nobody knows, where its set cannot be read', with_('unread'), {}, 'unknown'],
    ['nobody knows, where its settings cannot be read', undefined, {}, 'unknown'],
    ['nobody knows, where its topics cannot be read', with_(null), undefined, 'unknown'],
    ['by its default set, whatever its topics are', with_('on'), undefined, 'whole'],
  ] as const)('%s', (_, settings, its, state) => {
    const identities = [{ name: 'shop.example', settings, topics: its }];
    const [sender] = wiringReport({ wire, sets, identities, unread: [] }).senders;
    expect(sender?.state).toBe(state);
    expect(sender?.defaultSetIsGone).toBe(settings?.defaultSet === 'gone');
  });
});
