import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../lib/cases/outcome.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { mailsOf, missedMails, returnedBounces, wasReachedBefore } from '../../lib/mails/mails.ts';
import { NOT_SENT } from '../../lib/mails/nature.ts';
import { judge } from '../../lib/operations/removal/judge.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { delivered, fact, notSent, refused } from './facts.ts';

const at = (day: number, hour = 0) => new Date(Date.UTC(2026, 10, day, hour)).toISOString();
const fates = (...facts: Fact[]) => mailsOf(facts).map(({ fate }) => fate.fate);

describe('the fate of a mail', () => {
  it.each<[string, Fact[], string]>([
    ['delivered', [delivered()], 'accepted'],
    ['opened by a person, its delivery not recorded', [fact({ kind: 'open' })], 'accepted'],
    ['opened by a scanner alone', [fact({ kind: 'open', botEvent: 'Likely' })], 'no-word'],
    ['complained about', [fact({ kind: 'complaint' })], 'accepted'],
    ['perhaps complained about', [fact({ kind: 'complaint', candidate: true })], 'no-word'],
    ['refused', [refused()], 'returned'],
    ['delivered, then returned', [delivered(), refused({ at: at(3) })], 'returned'],
    ['returned by a server whose clock is behind', [delivered(), refused({ at: at(1) })], 'returned'],
    ['clicked, then returned', [fact({ kind: 'click' }), refused()], 'returned'],
    ['delayed', [fact({ kind: 'deliveryDelay' })], 'delayed'],
    ['delayed, then delivered', [fact({ kind: 'deliveryDelay' }), delivered({ at: at(3) })], 'accepted'],
    ['not sent', [notSent('Suppressed')], 'not-sent'],
    ['an event of tomorrow', [fact({ kind: 'unknown' })], 'no-word'],
  ])('%s', (_, facts, expected) => {
    expect(fates(...facts)).toEqual([expected]);
  });

  it('an automatic reply belongs to an accepted mail', () => {
    const reply = fact({ bounceType: 'Transient', bounceSubType: 'General', at: at(3) });
    const [mail] = mailsOf([reply, delivered()]);
    expect(mail?.fate.fate).toBe('accepted');
    expect(mail?.automaticReply).toBe(reply);
    expect(returnedBounces([reply, delivered()])).toEqual([]);
  });

  it('the mail that bounced is no mail that reached the address before', () => {
    const opened = fact({ kind: 'open', at: at(2, 1) });
    expect(wasReachedBefore([delivered(), opened, refused({ at: at(2, 2) })], at(9))).toBe(false);
    const earlier = delivered({ messageId: 'm-0', sentAt: at(1), at: at(1) });
    expect(wasReachedBefore([earlier, delivered(), refused()], at(9))).toBe(true);
  });

  it('whoever unsubscribed has missed nothing', () => {
    const drops = NOT_SENT.map(({ subType }, index) => notSent(subType, { messageId: `m-${index}` }));
    expect(missedMails(mailsOf(drops)).map(({ fate }) => fate.by)).not.toContain('unsubscribed');
    expect(missedMails(mailsOf(drops))).toHaveLength(NOT_SENT.length - 1);
  });
});

const MAKERS: readonly ((fields: Partial<Fact>) => Fact)[] = [
  delivered,
  refused,
  (fields) => fact({ ...fields, bounceType: 'Transient', bounceSubType: 'General' }),
  (fields) => fact({ ...fields, kind: 'open' }),
  (fields) => fact({ ...fields, kind: 'click', botEvent: 'Likely' }),
  (fields) => fact({ ...fields, kind: 'complaint', candidate: true }),
  (fields) =>
    refused({ ...fields, diagnosticCode: 'smtp; 550 5.1.1 <hanako@ezweb.ne.jp>: User unknown in table' }),
];

const someFact: fc.Arbitrary<Fact> = fc
  .record({
    message: fc.integer({ min: 0, max: 5 }),
    day: fc.integer({ min: 1, max: 20 }),
    hour: fc.integer({ min: 0, max: 23 }),
    make: fc.constantFrom(...MAKERS),
  })
  .map(({ message, day, hour, make }) =>
    make({ messageId: `m-${message}`, id: `f-${message}`, sentAt: at(message + 1), at: at(day, hour) }),
  );

const someDrop: fc.Arbitrary<Fact> = fc
  .record({
    subType: fc.constantFrom(...NOT_SENT.map(({ subType }) => subType), 'AddedTomorrow'),
    message: fc.integer({ min: 100, max: 105 }),
    day: fc.integer({ min: 1, max: 20 }),
    form: fc.constantFrom('bounce', 'complaint', 'insight'),
  })
  .map(({ subType, message, day, form }) => {
    const common = { messageId: `m-${message}`, id: `f-${message}`, sentAt: at(day), at: at(day) };
    // A complaint of a sub-type nobody knows may be a person's.
    if (form === 'complaint' && subType !== 'AddedTomorrow') {
      return fact({ ...common, kind: 'complaint', complaintSubType: subType });
    }
    return form === 'insight'
      ? notSent(subType.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(), { ...common, kind: 'insight' })
      : notSent(subType, common);
  });

describe('whatever the order and the repetition', () => {
  it('the mails are the same', () => {
    const told = (facts: readonly Fact[]) =>
      mailsOf(facts).map(({ messageId, fate }) => [messageId, fate.fate, fate.at]);
    const property = fc.property(
      fc
        .array(someFact, { maxLength: 12 })
        .chain((facts) =>
          fc.tuple(
            fc.constant(facts),
            fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }),
          ),
        ),
      ([facts, shuffled]) => {
        expect(told(shuffled)).toEqual(told(facts));
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('a mail that SES did not send changes no verdict, no outcome and no bound', () => {
    const entry = {
      address: 'hanako@ezweb.ne.jp',
      spelling: 'hanako@ezweb.ne.jp',
      reason: 'BOUNCE',
    } as const;
    const property = fc.property(
      fc.array(someFact, { maxLength: 8 }),
      fc.array(someDrop, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 20 }),
      fc.boolean(),
      (facts, drops, day, member) => {
        const told = (recorded: readonly Fact[]) => {
          const { verdict, diagnosis } = judge(
            { ...entry, at: at(day) },
            { facts: recorded, decisions: [], ...(member && { member: { since: at(1), source: 'test' } }) },
            { policy: DEFAULT_POLICY, now: at(25) },
          );
          const { reason, confidence, rule } = diagnosis;
          return [verdict, reason, confidence, rule, outcomeOf(at(day), recorded, 90, at(25))];
        };
        expect(told([...drops, ...facts])).toEqual(told(facts));
        expect(told([...facts, ...drops])).toEqual(told(facts));
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});
