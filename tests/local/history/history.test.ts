import { beforeAll, describe, expect, it } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { generateHistory, type History, playHistory } from '../../../local/history/history.ts';
import { LocalSes } from '../../../local/ses/engine.ts';
import { DOCOMO_ACCEPTS_FROM } from '../../../local/ses/providers.ts';
import { ofType, type PublishedEvent } from '../ses/support.ts';

let history: History;
let ses: LocalSes;
let sent: number;
const events: PublishedEvent[] = [];

beforeAll(() => {
  history = generateHistory();
  const clock = new LocalClock({ start: history.from });
  ses = new LocalSes({
    now: () => clock.now(),
    taps: [{ format: 'event-publishing', publish: (message) => events.push(JSON.parse(message)) }],
  });
  sent = playHistory(history, ses, clock);
});

const truthOf = (address: string) => history.customers.find((one) => one.address === address)?.truth;

describe('a history', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(generateHistory({ customers: 50 })).toEqual(generateHistory({ customers: 50 }));
    expect(generateHistory({ customers: 50, seed: 2 })).not.toEqual(generateHistory({ customers: 50 }));
  });

  it('has about 2,000 different addresses, and steps in order of time within its span', () => {
    expect(new Set(history.customers.map((one) => one.address)).size).toBe(2000);
    const times = history.steps.map((step) => step.at);
    expect(times).toEqual([...times].sort());
    expect(times.every((at) => at >= history.from && at < history.until)).toBe(true);
    expect(sent).toBeGreaterThan(10_000);
    expect(sent).toBeLessThan(40_000);
  });

  it('has members seen again and again, and guests who are none', () => {
    expect(history.members.length).toBeGreaterThan(1500);
    expect(history.members.length).toBeLessThan(1900);
    for (const member of history.members) expect(member.since <= member.lastSeen).toBe(true);
  });
});

describe('the same history played through the local SES', () => {
  it('leaves a docomo backlog from before docomo changed, of people whose mailboxes exist', () => {
    const backlog = [...ses.list.entries()].filter(
      (entry) => entry.address.endsWith('@docomo.ne.jp') && entry.updatedAt < Date.parse(DOCOMO_ACCEPTS_FROM),
    );
    const rescuable = backlog.filter((entry) => truthOf(entry.address)?.includes('filter'));
    expect(rescuable.length).toBeGreaterThan(40);
    expect(backlog.length).toBeGreaterThan(rescuable.length);
  });

  it('lists au customers by the carrier’s own text, and no SoftBank customer who filters', () => {
    const filtered = ofType(events, 'Bounce').filter((event) =>
      JSON.stringify(event).includes('550 : User unknown'),
    );
    expect(filtered.length).toBeGreaterThan(20);
    const softbank = [...ses.list.entries()].filter((entry) => entry.address.includes('softbank'));
    expect(softbank.length).toBeGreaterThan(0);
    for (const { address } of softbank) expect(truthOf(address)).toMatch(/unknown|gave-up-address/);
  });

  it('lists complaints as such, and drops what is sent to the listed', () => {
    const complaints = [...ses.list.entries()].filter((entry) => entry.reason === 'COMPLAINT');
    expect(complaints.length).toBeGreaterThan(0);
    for (const { address } of complaints) expect(truthOf(address)).toBe('complains');
    const dropped = ofType(events, 'Bounce').filter((event) =>
      JSON.stringify(event).includes('OnAccountSuppressionList'),
    );
    expect(dropped.length).toBeGreaterThan(200);
  });

  it('has addresses that careless code stumbles over', () => {
    const locals = history.customers.map((one) => one.address);
    expect(locals.some((one) => one.includes('..'))).toBe(true);
    expect(locals.some((one) => one.includes('/'))).toBe(true);
    expect(locals.some((one) => one !== one.toLowerCase())).toBe(true);
  });

  it('has mails to several recipients at one domain', () => {
    const several = ofType(events, 'Delivery').filter((event) =>
      /"recipients":\["[^"]+","/.test(JSON.stringify(event)),
    );
    expect(several.length).toBeGreaterThan(10);
  });

  it('names the feedback of every entry in an event', () => {
    const feedback = new Set(
      events.map((event) => /"feedbackId":"([^"]+)"/.exec(JSON.stringify(event))?.[1]),
    );
    for (const entry of ses.list.entries()) expect(feedback.has(entry.feedbackId)).toBe(true);
  });
});
