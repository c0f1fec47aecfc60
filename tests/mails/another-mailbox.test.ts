import { describe, expect, it } from 'vitest';
import { diagnose } from '../../lib/classification/diagnose.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { refused } from './facts.ts';

const reading = (fields: Partial<Fact>) => {
  const bounce = refused({ address: 'hanako@gmail.com', ...fields });
  const { reason, confidence } = diagnose({
    address: bounce.address,
    facts: [bounce],
    now: '2026-12-01T00:00:00.000Z',
  });
  return { reason, confidence };
};

describe('when another mailbox spoke', () => {
  it.each([
    [
      'the reply names the forwarding target',
      { diagnosticCode: 'smtp; 550 <taro@ezweb.ne.jp>: User unknown' },
    ],
    [
      'the reply is certain about another address',
      {
        diagnosticCode: 'smtp; 550 5.1.1 <taro@example.jp>: Recipient address rejected: User unknown',
        status: '5.1.1',
      },
    ],
    [
      'the bounced recipient was no destination',
      { diagnosticCode: 'smtp; 550 5.1.1 User unknown', status: '5.1.1', notDestination: true },
    ],
  ])('%s: at most ambiguous about the customer', (_, fields) => {
    expect(reading(fields).confidence).toBe('ambiguous');
  });

  it("the recipient's own address in another spelling is not another mailbox", () => {
    const own = (named: string) =>
      reading({ diagnosticCode: `smtp; 550 5.1.1 ${named}: User unknown`, status: '5.1.1' });
    const plain = own('<hanako@gmail.com>');
    expect(plain.confidence).not.toBe('ambiguous');
    for (const named of ['<Hanako@Gmail.com>', '"hanako"@gmail.com', '<hana.ko@gmail.com>']) {
      expect(own(named)).toEqual(plain);
    }
  });
});
