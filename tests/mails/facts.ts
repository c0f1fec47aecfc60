import type { Fact } from '../../lib/mails/fact.ts';

/** A fact of one mail, sent and answered within a second; `fields` says what it is about. */
export function fact(fields: Partial<Fact>): Fact {
  return {
    address: 'hanako@ezweb.ne.jp',
    kind: 'bounce',
    at: '2026-11-02T00:00:01.000Z',
    id: `id-${fields.messageId ?? 'm-1'}`,
    messageId: 'm-1',
    sentAt: '2026-11-02T00:00:00.000Z',
    ...fields,
  };
}

/** A permanent bounce with the words au answers when its customer refuses mail from PCs. */
export function refused(fields: Partial<Fact> = {}): Fact {
  return fact({
    bounceType: 'Permanent',
    bounceSubType: 'General',
    status: '5.0.0',
    diagnosticCode: 'smtp; 550 : User unknown',
    remoteMtaIp: '192.0.2.1',
    ...fields,
  });
}

/** A mail that SES did not send, in the form of a bounce. */
export function notSent(bounceSubType: string, fields: Partial<Fact> = {}): Fact {
  return fact({ bounceType: 'Permanent', bounceSubType, status: '5.1.1', ...fields });
}

/** A delivery. */
export function delivered(fields: Partial<Fact> = {}): Fact {
  return fact({ kind: 'delivery', smtpResponse: '250 ok', ...fields });
}
