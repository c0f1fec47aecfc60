import { expect, test } from 'vitest';
import { diagnose } from '../../lib/classification/diagnose.ts';
import { bounce, fact, input } from './facts.ts';

const MEGABYTE = 1_000_000;
/** Far above the two seconds that the slowest takes, far below the minutes that quadratic time would need. */
const MAXIMUM_SECONDS = 20;

/** Processor time of this thread, so that a busy machine fails nothing. */
function coreSeconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}

test.each([
  'a',
  'a.',
  '.',
  '@',
  'a@',
  '<',
  "'a",
  "-'",
  '-> ',
  '550 ',
  '550-5.1.1@',
  '5.1.1 ',
  ': user unknown',
  'user unknown ',
  'recipient address rejected ',
  'host ',
  'dns; ',
  ' \t[',
  '_',
  'Transient_',
  'mailto:',
  '\u0000',
  'İ',
  '宛先',
  '\ud800',
])('a megabyte of %j in every field is diagnosed in linear time', { timeout: 60_000 }, (piece) => {
  const text = piece.repeat(Math.ceil(MEGABYTE / piece.length));
  const names = { id: text, messageId: text };
  const words = { status: text, action: text, remoteMtaIp: text, ...names };
  const types = { bounceType: text, bounceSubType: text };
  const facts = [
    bounce('2026-05-01', text, words),
    bounce('2026-05-02', text, { ...words, ...types }),
    bounce('2026-05-03', undefined, { ...words, bounceType: 'Transient' }),
    fact('delivery', '2026-05-03', names),
    fact('complaint', '2026-05-04', { ...names, complaintFeedbackType: text, complaintSubType: text }),
    fact('deliveryDelay', '2026-05-05', { ...names, delayType: text }),
  ];
  const start = coreSeconds();
  for (const address of [`hanako@${text}`, `${text}@ezweb.ne.jp`, text]) {
    const about = { bounce: bounce('2026-05-01', text, { ...words, address }), remoteMta: text };
    const member = { since: text, source: text, lastSeen: text };
    expect(diagnose(input(facts, { address, about, member })).rule).not.toBe('');
    expect(diagnose(input(facts, { address, member })).rule).not.toBe('');
    expect(diagnose(input(facts.slice(3), { address })).rule).not.toBe('');
    const listing = { reason: 'BOUNCE', at: '2026-05-01T00:00:00.000Z', feedbackId: text } as const;
    expect(diagnose(input(facts, { address, listing, removals: [text] })).rule).not.toBe('');
  }
  expect(coreSeconds() - start).toBeLessThan(MAXIMUM_SECONDS);
});
