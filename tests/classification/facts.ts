import type { DiagnosisInput } from '../../lib/classification/types.ts';
import type { Fact } from '../../lib/mails/fact.ts';

let made = 0;

/** A fact with what every fact has; `more` is what the test is about. */
export function fact(kind: Fact['kind'], at: string, more: Partial<Fact> = {}): Fact {
  made += 1;
  const moment = new Date(at).toISOString();
  return {
    address: 'hanako@docomo.ne.jp',
    kind,
    at: moment,
    id: `id-${made}`,
    messageId: `message-${made}`,
    sentAt: moment,
    ...more,
  };
}

/** A permanent bounce as SES reports it, with the given reply. */
export function bounce(at: string, diagnosticCode: string | undefined, more: Partial<Fact> = {}): Fact {
  return fact('bounce', at, {
    bounceType: 'Permanent',
    bounceSubType: 'General',
    ...(diagnosticCode !== undefined && { diagnosticCode, status: '5.0.0', action: 'failed' }),
    ...more,
  });
}

/** A diagnosis input about docomo's address of 2024 unless told otherwise. */
export function input(facts: readonly Fact[], more: Partial<DiagnosisInput> = {}): DiagnosisInput {
  return { address: 'hanako@docomo.ne.jp', facts, now: '2026-06-01T00:00:00.000Z', ...more };
}
