import type { Claim } from '../../lib/answer/claims.ts';
import * as claims from '../../lib/answer/claims.ts';
import type { ListingAnswer } from '../../lib/answer/listing.ts';
import type { Diagnosis } from '../../lib/classification/types.ts';
import type { Led, Situation } from '../../lib/guidance/situation.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { type Fate, hasFate, type MailOf, mailsOf } from '../../lib/mails/mails.ts';

/** A claim for each situation, made from facts as any other: what a letter of it opens with. */

const AT = '2026-11-20T01:00:00.000Z';
const LATER = '2026-11-20T03:30:00.000Z';

const fact = (more: Partial<Fact>): Fact => ({
  address: 'hanako@mail.example.jp',
  kind: 'bounce',
  at: AT,
  id: 'f',
  messageId: 'm',
  sentAt: AT,
  ...more,
});
const bounce = fact({ bounceType: 'Permanent', bounceSubType: 'General', diagnosticCode: 'smtp; 550 no' });
const delivery = fact({ kind: 'delivery' });
const listed: ListingAnswer = {
  state: 'listed',
  since: '2024-01-15T00:00:00.000Z',
  reason: 'BOUNCE',
  spelling: 'hanako@mail.example.jp',
  blocks: true,
};
const free: ListingAnswer = { state: 'not-listed' };
const removal = { at: '2026-11-19T00:00:00.000Z', by: 'tanaka', rule: 'by-hand' };

const diagnosis = (more: Partial<Diagnosis>): Diagnosis => ({
  reason: 'undefined',
  confidence: 'likely',
  rule: 'sample',
  evidence: [],
  explains: { ja: '', en: '' },
  ...more,
});

function mail<Name extends Fate['fate']>(name: Name, ...facts: readonly Fact[]): MailOf<Name> {
  const [found] = mailsOf(facts);
  if (found === undefined || !hasFate(found, name)) throw new Error(`no mail that was ${name}`);
  return found;
}

function made<Name extends Claim['claim']>(name: Name, claim: Claim | undefined): claims.ClaimNamed<Name> {
  if (claim?.claim !== name) throw new Error(`no claim ${name}`);
  return claim as claims.ClaimNamed<Name>;
}

const cause = (reason: Diagnosis['reason'], confidence: Diagnosis['confidence'] = 'likely') =>
  claims.causeOf(bounce, [], diagnosis({ reason, confidence }));

const dropped = (bounceSubType: string) =>
  claims.notSent(mail('not-sent', fact({ bounceType: 'Permanent', bounceSubType })));

const NOTE = { address: 'hanako@mail.example.jp', id: 'n', at: AT, by: 'tanaka' };

/** A mail that came back, and one of a day later that was accepted. */
function againTaken(): Claim | undefined {
  const full = fact({ bounceType: 'Transient', bounceSubType: 'MailboxFull' });
  const day = '2026-11-21T01:00:00.000Z';
  const mails = mailsOf([full, { ...delivery, at: day, sentAt: day, messageId: 'm2', id: 'f2' }]);
  const last = mails.find((each) => hasFate(each, 'accepted'));
  return last && claims.acceptedAgain(last, mails);
}

/** What a letter of each situation opens with. */
export const LEADS: { readonly [Name in Situation]: Extract<Led, { situation: Name }>['lead'] } = {
  refused: made('filtered', cause('filtered')),
  'refused-or-unknown': made('filtered', cause('filtered', 'ambiguous')),
  filed: made('accepted', claims.accepted(mail('accepted', delivery))),
  dropped: made('accepted', claims.accepted(mail('accepted', delivery))),
  'unknown-address': made('no-mailbox', cause('userunknown')),
  moved: made('moved-to', claims.noted({ ...NOTE, movedTo: 'hanako.sato@mail.example.jp' })),
  'taken-again': made('accepted-again', againTaken()),
  returned: made('returned', cause('undefined')),
  expired: made('not-taken', cause('expired')),
  'not-sent': dropped('Suppressed'),
  unsubscribed: dropped('UnsubscribedRecipient'),
  'mailbox-full': made('mailbox-full', cause('mailboxfull')),
  suspended: made('suspended', cause('suspend')),
  complained: made('reported-as-spam', claims.reportOf(fact({ kind: 'complaint' }))),
  lifted: made('released', claims.released(removal, free)),
  'delivered-again': made('resumed', claims.resumed(removal, mail('accepted', delivery), free)),
  delayed: claims.delayed(mail('delayed', fact({ kind: 'deliveryDelay' }))),
  'no-record': made('nothing-recorded', claims.nothingRecorded([], undefined)),
  'sender-problem': made('sender-refused', cause('blocked')),
  late: made('accepted-late', claims.accepted(mail('accepted', { ...delivery, at: LATER }))),
  stopped: made(
    'inferred',
    claims.unexplained(
      listed,
      diagnosis({ reason: 'userunknown', rule: 'listed-without-facts/other' }),
      undefined,
      [],
    ),
  ),
  'refused-again': made(
    'refused-again',
    claims.refusedAgain(made('filtered', cause('filtered')), [
      { ...removal, at: '2026-11-02T00:00:00.000Z' },
      removal,
    ]),
  ),
  forwarded: made('other-mailbox', claims.causeOf({ ...bounce, notDestination: true }, [])),
  unrecorded: made('no-refusal-recorded', claims.noRefusalRecorded([], false)),
};

/** A situation with the claim that a letter of it opens with. */
export function ledBy(situation: Situation): Led {
  return { situation, lead: LEADS[situation] } as Led;
}

/** An unknown address of which the receiving side left no doubt. */
export const CERTAINLY_UNKNOWN = made('no-mailbox', cause('userunknown', 'certain'));

/** A domain that is probably mistyped; undefined where what was probably meant is no domain. */
export function mistypedFor(probablyMeant: string): claims.ClaimNamed<'mistyped'> | undefined {
  return claims.mistyped({ probablyMeant });
}
