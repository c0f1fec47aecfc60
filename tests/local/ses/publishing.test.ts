import { describe, expect, it } from 'vitest';
import type { SesOptions } from '../../../local/ses/engine.ts';
import { type PublishedEvent, type Scene, scene } from './support.ts';

const arn = (name: string) => `arn:aws:sns:ap-northeast-1:123456789012:${name}`;

/** A scene with topics of these names, and what each was told. */
function withTopics(
  names: readonly string[],
  options: SesOptions,
): Scene & { readonly told: (name: string) => PublishedEvent[] } {
  const made = scene({ taps: [], ...options });
  const told = new Map(names.map((name) => [arn(name), [] as PublishedEvent[]]));
  for (const [topic, messages] of told) {
    made.ses.topics.set(topic, (message) => messages.push(JSON.parse(message)));
  }
  return { ...made, told: (name) => told.get(arn(name)) ?? [] };
}

const destination = (name: string, types: readonly string[], enabled = true) => ({
  Name: name,
  Enabled: enabled,
  MatchingEventTypes: types,
  SnsDestination: { TopicArn: arn(name) },
});

describe('an event destination', () => {
  it('tells its topic the types it asks for, of mail sent with its set, while it is enabled', () => {
    const { ses, told } = withTopics(['ours', 'theirs', 'off'], {
      identities: [{ name: 'shop.example', configurationSet: 'orders' }],
      configurationSets: [
        {
          name: 'orders',
          eventDestinations: [
            destination('ours', ['BOUNCE', 'DELIVERY_DELAY']),
            destination('theirs', ['SEND', 'DELIVERY']),
            destination('off', ['BOUNCE'], false),
          ],
        },
        { name: 'news' },
      ],
    });
    ses.setMailbox('full@gmail.com', { full: true });
    ses.setMailbox('taro@au.com', {});
    const to = ['nobody@au.com', 'full@gmail.com', 'taro@au.com'];
    ses.send({ from: 'a@shop.example', to });
    ses.send({ from: 'a@shop.example', to, configurationSet: 'news' });
    ses.drain();
    const types = (name: string) => told(name).map(({ eventType }) => eventType);
    expect(types('ours')).toEqual(['Bounce', 'DeliveryDelay', 'Bounce']);
    expect(types('theirs')).toEqual(['Send', 'Delivery']);
    expect(told('off')).toEqual([]);
    expect(told('ours')[0]?.mail).toMatchObject({ tags: { 'ses:configuration-set': ['orders'] } });
  });
});

describe('the topic of an identity', () => {
  const identities = [
    { name: 'shop.example', topics: { Bounce: arn('shop'), Delivery: arn('shop') } },
    { name: 'info@shop.example', topics: { Bounce: arn('info') } },
  ];

  it('is told the kinds it is set for, whatever the set; an address of its own does not use its domain’s', () => {
    const { ses, told } = withTopics(['shop', 'info'], { identities });
    ses.setMailbox('taro@au.com', {});
    ses.send({ from: 'a@shop.example', to: ['nobody@au.com', 'taro@au.com'] });
    ses.send({ from: 'info@shop.example', to: ['nobody@au.com', 'taro@au.com'] });
    const kinds = (name: string) => told(name).map(({ notificationType }) => notificationType);
    expect(kinds('shop').toSorted()).toEqual(['Bounce', 'Delivery']);
    expect(kinds('info')).toEqual(['Bounce']);
  });

  it('is taken out at the first bounce that it cannot hear, and feedback goes by mail again', () => {
    const { ses } = withTopics([], {
      identities: [{ ...identities[0], name: 'shop.example', feedbackForwarding: false }],
    });
    ses.setMailbox('taro@au.com', {});
    ses.send({ from: 'a@shop.example', to: ['taro@au.com'] });
    expect(ses.identities[0]).toMatchObject({ topics: identities[0]?.topics, feedbackForwarding: false });
    ses.send({ from: 'a@shop.example', to: ['nobody@au.com'] });
    expect(ses.identities[0]).toMatchObject({ topics: { Delivery: arn('shop') }, feedbackForwarding: true });
  });
});
