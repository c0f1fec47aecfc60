import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lib/classification/diagnose.ts';
import type { Diagnosis, DiagnosisInput, Member } from '../../lib/classification/types.ts';
import { verdictOfScore } from '../../lib/classification/weights.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { bounce, fact, input } from './facts.ts';

const AU = { address: 'hanako@ezweb.ne.jp' };
const moment = fc
  .integer({ min: Date.parse('2022-01-01'), max: Date.parse('2026-05-01') })
  .map((at) => new Date(at).toISOString());

/** Pieces that can only speak for the mailbox. */
const goodFact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .tuple(fc.constantFrom('delivery' as const, 'open' as const, 'click' as const), moment)
    .map(([kind, at]) => fact(kind, at, AU)),
  moment.map((at) => fact('complaint', at, { ...AU, complaintFeedbackType: 'not-spam' })),
);
/** Bounces whose words leave the cause open, and others. */
const anyBounce = fc
  .tuple(
    moment,
    fc.constantFrom(
      'smtp; 550 <hanako@ezweb.ne.jp>: User unknown',
      'smtp; 550 : User unknown',
      'smtp; 552 5.2.2 Mailbox full',
      'Each of the following recipients was rejected by a remote mail server.',
      'smtp; 550 5.1.1 no such user',
      undefined,
    ),
  )
  .map(([at, text]) => bounce(at, text, AU));
const member: fc.Arbitrary<Member> = fc.record({
  since: moment,
  source: fc.constant('members.csv'),
  lastSeen: moment,
});

const scoreOf = (diagnosis: Diagnosis) => diagnosis.evidence.reduce((sum, piece) => sum + piece.weight, 0);

/** Where a verdict stands between "surely unknown" and "surely filtered". */
function standing({ reason, confidence }: Pick<Diagnosis, 'reason' | 'confidence'>): number {
  const strength = { ambiguous: 1, likely: 2, certain: 3 }[confidence];
  if (reason === 'filtered') return strength;
  return reason === 'userunknown' ? -strength : 0;
}

describe('the score', () => {
  test('never falls, nor does the verdict turn to unknown, when evidence for the mailbox is added', () => {
    fc.assert(
      fc.property(
        anyBounce,
        fc.array(goodFact, { maxLength: 6 }),
        goodFact,
        fc.option(moment, { nil: undefined }),
        (refused, facts, added, recordedSince) => {
          const more: Partial<DiagnosisInput> = {
            ...AU,
            ...(recordedSince !== undefined && { recordedSince }),
          };
          const before = diagnose(input([refused, ...facts], more));
          const after = diagnose(input([refused, ...facts, added], more));
          expect(scoreOf(after)).toBeGreaterThanOrEqual(scoreOf(before));
          expect(standing(after)).toBeGreaterThanOrEqual(standing(before));
        },
      ),
    );
  });

  test('never falls when a member record is added, nor rises when it bounced again after a removal', () => {
    fc.assert(
      fc.property(
        anyBounce,
        fc.array(goodFact, { maxLength: 4 }),
        member,
        moment,
        (refused, facts, record, removal) => {
          const plain = diagnose(input([refused, ...facts], AU));
          const known = diagnose(input([refused, ...facts], { ...AU, member: record }));
          const again = diagnose(input([refused, ...facts], { ...AU, removals: [removal] }));
          expect(standing(known)).toBeGreaterThanOrEqual(standing(plain));
          expect(standing(again)).toBeLessThanOrEqual(standing(plain));
        },
      ),
    );
  });

  test('maps to verdicts that only ever rise with it, and to none that is certain', () => {
    let last = -Infinity;
    for (let score = -20; score <= 20; score++) {
      const verdict = verdictOfScore(score);
      expect(verdict.confidence).not.toBe('certain');
      expect(standing(verdict)).toBeGreaterThanOrEqual(last);
      last = standing(verdict);
    }
  });
});

test('the order and the repetition of facts change nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(anyBounce, goodFact), { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      (facts, picks) => {
        const shuffled = [...facts, ...facts]
          .map((entry) => ({ entry, key: picks.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry);
        expect(diagnose(input(shuffled, AU))).toEqual(diagnose(input(facts, AU)));
      },
    ),
  );
});
