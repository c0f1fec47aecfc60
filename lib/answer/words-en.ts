import { stripControls } from '../address.ts';
import type { Note } from '../cases/records.ts';
import type { Reason } from '../classification/types.ts';
import {
  carrierLabel,
  delayLabel,
  feedbackLabel,
  labelOfConfidence,
  labelOfReason,
  notSentBecause,
  notSentLabel,
  reportedAs,
} from '../guidance/wording/labels.ts';
import { isWordless, type Mail } from '../mails/mails.ts';
import { dayInTokyo, formatInTokyo } from '../time.ts';
import type { Cause, Inferred, Missed, OtherReply, RefusedAgain } from './claims.ts';
import { isPerhapsAutomatic } from './claims.ts';
import {
  delayReason,
  isByCleanup,
  isEitherFilterOrUnknown,
  replyCodes,
  replyWords,
  toldOfMissed,
} from './said.ts';
import type { LetterContext, Words } from './voices.ts';

/** The claims in English; see words-ja.ts. */

const NOTHING = () => '';

/** "from shop.example" or nothing, when the sending domain is not known. */
const from = ({ domain }: LetterContext): string => (domain === undefined ? '' : ` from ${domain}`);

/** "2 hours 30 minutes", for whoever does not read a table; days from 48 hours on. */
function durationInWords(milliseconds: number): string {
  const names: Readonly<Record<string, string>> = { d: 'day', h: 'hour', min: 'minute' };
  return duration(milliseconds).replace(
    /(\d+) (d|h|min)/g,
    (_all, count: string, unit: string) => `${count} ${names[unit]}${count === '1' ? '' : 's'}`,
  );
}

/** "2 h 30 min"; days from 48 hours on. */
function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d${hours % 24 === 0 ? '' : ` ${hours % 24} h`}`;
  if (hours === 0) return `${minutes} min`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

const who = (by: string): string => (isByCleanup(by) ? 'the scheduled run' : stripControls(by));

const sureness = ({ facts }: Cause | Inferred): string => labelOfConfidence(facts.confidence, 'en');

const carrierOf = (carrier: string | undefined): string =>
  carrier === undefined ? 'the receiving side' : carrierLabel(carrier, 'en').replace(/ \(.*/, '');

/** "15 January 2024", in Japan's time. */
const date = (iso: string): string =>
  new Date(`${dayInTokyo(iso)}T00:00:00Z`).toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });

const NO_MAILBOX: Readonly<Record<string, string>> = {
  userunknown: 'the address does not exist',
  hostunknown: 'the domain was not found',
  hasmoved: 'the recipient has moved',
};

/** What of the sender's a reason names; its sending as a whole where absent. */
const SENDERS_FAULT: Readonly<Partial<Record<Reason, string>>> = {
  mesgtoobig: 'a limit on the size of a mail',
  exceedlimit: 'a limit on the size of a mail',
  contenterror: 'what they contain',
  spamdetected: 'what they contain',
  virusdetected: 'what they contain',
};

/** A cause as a word: what the receiving side said, or that it said nothing that tells. */
function causeLabel(cause: Cause): string {
  const { reason, bounce } = cause.facts;
  if (cause.claim === 'other-mailbox') return 'an error of another address';
  if (isEitherFilterOrUnknown(cause)) return 'a filter or an unknown user';
  if (reason !== 'undefined') return labelOfReason(reason, 'en');
  return isWordless(bounce) ? 'no reason given' : 'an unclear reply';
}

/** That mail was taken before the bounce: it tells a mailbox that was given up, or a filter, from a typing error. */
function takenBefore({ facts: { takenBefore: mail } }: Cause | RefusedAgain): string {
  return mail === undefined
    ? ''
    : ` Before that the receiving side accepted the mail of ${formatInTokyo(mail.sentAt)} (Japan time).`;
}

/** What the receiving side said, where that was read as nothing in particular. */
function saidWords({ facts: { bounce } }: Cause): string {
  const words = replyWords(bounce);
  return words === undefined ? '' : ` Its reply: "${words}".`;
}

/** Since when a letter says that mail is stopped: since the entry, or since the mail that was dropped before it. */
const stoppedSince = (
  { facts: { entry, droppedBefore } }: Inferred | OtherReply,
  c: LetterContext,
): string =>
  droppedBefore === undefined
    ? `Email${from(c)} to your address has been stopped since ${date(entry.since)}.`
    : `Since ${date(droppedBefore.sentAt)} our email${from(c)} has not been sent to you.`;

/** See {@link Words}. */
export const WORDS_EN: Words = {
  listed: {
    brief: ({ facts: { entry, droppedBefore } }) =>
      `Sending has been stopped since ${dayInTokyo(entry.since)}${droppedBefore === undefined ? '' : `; mail not sent since ${dayInTokyo(droppedBefore.sentAt)}`}`,
    known: ({ facts: { entry, droppedBefore } }) =>
      `Sending has been stopped since ${formatInTokyo(entry.since)} (Japan time): the address is on SES's suppression list for a ${entry.reason === 'COMPLAINT' ? 'complaint' : 'bounce'}.${droppedBefore === undefined ? '' : ` Before this entry was made, SES already did not send the mail of ${formatInTokyo(droppedBefore.sentAt)} (Japan time), or any recorded since, because of the list.`}`,
    open: ({ facts: { droppedBefore } }) =>
      droppedBefore === undefined
        ? ''
        : 'Whether the address was off the list for a time before the present entry is not known.',
    letter: () => ({ opening: ['We have stopped sending email to you for now.'] }),
  },
  'not-enforced': {
    brief: () => 'Not stopped: listed, but mail is being sent (the reason is not enforced)',
    known: ({ facts }) =>
      `On SES's suppression list since ${formatInTokyo(facts.entry.since)} (Japan time), but the account does not enforce entries listed for this reason: mail is being sent.`,
    open: NOTHING,
    letter: (_claim, c) => ({
      opening: [`We would like to make sure that email${from(c)} reaches you.`],
    }),
  },
  'not-listed': {
    brief: () => "Sending is not stopped: the address is not on SES's suppression list",
    known: () => "Sending is not stopped: the address is not on SES's suppression list.",
    open: NOTHING,
    letter: (_claim, c) => ({
      opening: [`We would like to make sure that email${from(c)} reaches you.`],
    }),
  },
  unasked: {
    brief: ({ facts }) =>
      `Whether sending is stopped is unknown: SES could not be asked (${stripControls(facts.why)})`,
    known: ({ facts }) =>
      `SES could not be asked, so whether sending is stopped is unknown (${stripControls(facts.why)}).`,
    open: NOTHING,
    letter: (_claim, c) => ({
      opening: [`We would like to make sure that email${from(c)} reaches you.`],
    }),
  },
  'other-spelling': {
    brief: ({ facts }) =>
      `Perhaps listed in another spelling: SES did not send the mail of ${dayInTokyo(facts.droppedAt)}`,
    known: ({ facts }) =>
      `Not on SES's suppression list in this spelling, yet SES did not send the mail of ${formatInTokyo(facts.droppedAt)} (Japan time) because of the list. SES finds an entry only in the very spelling it was listed in, upper and lower case.`,
    open: NOTHING,
    letter: (_claim, c) => ({
      subject: 'An email was not sent to you',
      opening: [`Email${from(c)} was held back and was not sent to you.`],
    }),
  },
  released: {
    brief: ({ facts: { removal, dropped, isWaiting } }) =>
      dropped !== undefined
        ? `Released ${formatInTokyo(removal.at)}; SES still did not send the mail of ${formatInTokyo(dropped.sentAt)}`
        : `Released ${formatInTokyo(removal.at)} by ${who(removal.by)}${isWaiting ? ', waiting for the next mail' : ''}`,
    known: ({ facts: { removal, dropped, isWaiting } }) =>
      `${formatInTokyo(removal.at)} (Japan time) ${who(removal.by)} took the address off SES's suppression list.${dropped !== undefined ? ` Yet SES did not send the mail of ${formatInTokyo(dropped.sentAt)} (Japan time), as if the address were on it.` : isWaiting ? ' There is no result of a later mail yet.' : ''}`,
    open: ({ facts: { dropped } }) =>
      `${dropped === undefined ? '' : 'Whether the removal had not reached all of SES yet, or the address was listed again and taken off, is not known. '}Whether the customer’s settings have changed is not known. Do not promise delivery.`,
    letter: (_claim, c) => ({
      subject: 'We have resumed sending you email: please check your settings',
      opening: [
        `We had stopped sending you email and have now resumed. The next email${from(c)} will be sent as usual.`,
      ],
    }),
  },
  'lifted-despite-complaint': {
    brief: ({ facts: { removal } }) =>
      `Lifted ${dayInTokyo(removal.at)} by ${who(removal.by)} in spite of a complaint`,
    known: ({ facts: { removal, complaintAt } }) =>
      `${formatInTokyo(removal.at)} (Japan time) ${who(removal.by)} took the address off SES's suppression list in spite of a complaint${complaintAt === undefined ? '' : ` (${dayInTokyo(complaintAt)})`}.`,
    open: () => 'Whether the mail will be reported as spam once more is not known.',
    letter: (_claim, c) => ({
      subject: 'We have resumed sending you email',
      opening: [
        `We had stopped sending you email and have now resumed. The next email${from(c)} will be sent as usual.`,
      ],
    }),
  },
  'gone-from-list': {
    brief: ({ facts: { dropped } }) =>
      `Not stopped now: SES did not send the mail of ${dayInTokyo(dropped.at)}; delisted since`,
    known: ({ facts: { dropped } }) =>
      `SES did not send the mail of ${formatInTokyo(dropped.at)} (Japan time), because the address was on the account's suppression list. It no longer is, and no removal by todoku is on record.`,
    open: () => 'Who took it off, and when, is not known.',
    letter: (_claim, c) => ({
      subject: 'We have resumed sending you email: please check your settings',
      opening: [
        `Email to you had been stopped, and no longer is. The next email${from(c)} will be sent as usual.`,
      ],
    }),
  },
  resumed: {
    brief: ({ facts: { removal } }) =>
      `Sending: removed from the list ${dayInTokyo(removal.at)}, and mail has been accepted since`,
    known: ({ facts: { removal, mail } }) =>
      `${who(removal.by)} took the address off SES's suppression list ${formatInTokyo(removal.at)} (Japan time), and the receiving side accepted a mail ${formatInTokyo(mail.fate.at)}.`,
    open: () => 'Whether it went to the inbox or the spam folder cannot be seen from the sending side.',
    letter: (_claim, c) => ({
      subject: 'We have resumed sending you email',
      opening: [
        `We had stopped sending you email and have since resumed. Email${from(c)} has been accepted by ${c.provider} since then.`,
      ],
    }),
  },
  accepted: {
    brief: ({ facts: { mail } }) =>
      `The receiving server accepted the mail of ${dayInTokyo(mail.sentAt)} (inbox or spam: unknown)`,
    known: ({ facts: { mail } }) =>
      `The receiving side accepted the mail of ${formatInTokyo(mail.sentAt)} (Japan time).`,
    open: () =>
      'Whether it went to the spam folder or the inbox, or a filter discarded it, cannot be seen from the sending side.',
    letter: (_claim, c) => ({
      opening: [`An email we sent you${from(c)} was accepted by the server of ${c.provider}.`],
    }),
  },
  'accepted-late': {
    brief: ({ facts: { mail, delay, putOff } }) =>
      `Mail of ${dayInTokyo(mail.sentAt)} accepted after ${duration(delay)}${
        delayedFor(mail)
          ? ` (delayed: ${delayedFor(mail)})`
          : putOff
            ? '; the receiving server put it off'
            : ''
      }`,
    known: ({ facts: { mail, delay, putOff } }) =>
      `The receiving side accepted the mail of ${formatInTokyo(mail.sentAt)} (Japan time) after ${duration(delay)}.${putOff ? ' It had put the mail off, and SES went on trying.' : ''}${delaySentence(mail)}`,
    open: ({ facts: { mail, putOff } }) =>
      delayedFor(mail)
        ? ''
        : putOff
          ? 'Why it put the mail off is not known in detail.'
          : 'Why it took so long is not on record.',
    letter: ({ facts: { mail, delay, putOff } }, c) => ({
      subject: 'Our apologies: an email to you was delayed',
      opening: [
        `An email we sent you${from(c)} was accepted by the server of ${c.provider} about ${durationInWords(delay)} late.${
          delayReason(mail) === 'MailboxFull'
            ? ' At first the mailbox did not have enough free space.'
            : putOff
              ? ` ${c.provider} did not accept it at first, and it had to be sent again.`
              : ''
        } We are sorry for the inconvenience.`,
      ],
    }),
  },
  'accepted-again': {
    brief: ({ facts: { mail, before } }) =>
      `Error ${dayInTokyo(before.facts.bounce.sentAt)} (${causeLabel(before)}); mail of ${dayInTokyo(mail.sentAt)} accepted`,
    known: ({ facts: { mail, before } }) =>
      `The mail of ${formatInTokyo(before.facts.bounce.sentAt)} (Japan time) was returned and did not arrive (${causeLabel(before)}). Since then the receiving side accepted the mail of ${formatInTokyo(mail.sentAt)} (Japan time).`,
    open: () => 'Whether that one went to the inbox or the spam folder cannot be seen from the sending side.',
    letter: ({ facts: { mail, before } }, c) => ({
      subject: 'Shall we send you an email again?',
      opening: [
        `The email we sent you${from(c)} on ${date(before.facts.bounce.sentAt)} was returned with an error${before.claim === 'mailbox-full' ? ' because the mailbox did not have enough free space,' : ''} and did not reach you. The email we sent on ${date(mail.sentAt)} was accepted by the server of ${c.provider}.`,
      ],
    }),
  },
  'not-sent': {
    brief: ({ facts: { mail } }) =>
      `SES did not send the mail of ${dayInTokyo(mail.sentAt)} (${notSentLabel(mail.fate.by, 'en')})`,
    known: ({ facts: { mail } }) =>
      `SES did not send the mail of ${formatInTokyo(mail.sentAt)} (Japan time), ${notSentBecause(mail.fate.by, 'en')}; nothing went to the receiving side.`,
    open: ({ facts: { mail } }) =>
      mail.fate.by === 'unsubscribed'
        ? 'Whether the customer did it, and wants no mail about orders either, is not known.'
        : 'How the customer’s mailbox stands cannot be told from this.',
    letter: ({ facts: { mail } }, c) =>
      mail.fate.by === 'unsubscribed'
        ? {
            opening: [
              `We are not sending you email${from(c)}, because this address was unsubscribed earlier.`,
            ],
          }
        : {
            subject: 'Our apologies: an email was not sent to you',
            opening: [
              `Email${from(c)} was held back by the mail service we use and was not sent to you. We are very sorry for the inconvenience.`,
            ],
          },
  },
  delayed: {
    brief: ({ facts: { mail } }) =>
      `SES is still trying to send the mail of ${dayInTokyo(mail.sentAt)}${delayedFor(mail) ? ` (${delayedFor(mail)})` : '; no server has taken it'}`,
    known: ({ facts: { mail } }) =>
      `SES is still trying to send the mail of ${formatInTokyo(mail.sentAt)} (Japan time). The receiving side has neither taken nor refused it.${delaySentence(mail)}`,
    open: () => 'Whether and when it will be taken is not known.',
    letter: ({ facts: { mail } }, c) => ({
      subject: 'An email to you is delayed',
      opening: [
        delayReason(mail) === 'MailboxFull'
          ? `An email we sent you${from(c)} has not been accepted by ${c.provider} yet, because the mailbox does not have enough free space. We are still trying to deliver it.`
          : `An email we sent you${from(c)} is taking longer than usual. We are still trying to deliver it.`,
      ],
    }),
  },
  'no-word': {
    brief: ({ facts: { mail } }) => `No result of the mail of ${dayInTokyo(mail.sentAt)} is on record yet`,
    known: ({ facts: { mail } }) =>
      `No result of the mail of ${formatInTokyo(mail.sentAt)} (Japan time) is on record yet.`,
    open: () => 'Whether the receiving side took it cannot be told from these records.',
    letter: (_claim, c) => ({
      opening: [`We would like to make sure that email${from(c)} reaches you.`],
    }),
  },
  'nothing-recorded': {
    brief: () => 'No mail to this address is on record',
    known: () => 'No mail to this address is on record.',
    open: () => 'Whether mail was sent, and whether it arrived, cannot be told from these records.',
    letter: (_claim, c) => ({
      opening: [
        `We would like to make sure that email${from(c)} is sent to the right address. Could you please tell us the email address you currently use?`,
      ],
    }),
  },
  'no-refusal-recorded': {
    brief: () => 'No refusal is on record; mail that was accepted is not recorded here',
    known: () =>
      'No refusal is on record. Deliveries to this domain are not recorded here, so that nothing is on record does not mean that nothing was taken.',
    open: () =>
      'Whether the receiving side took the mail or filed it as spam cannot be told from these records.',
    letter: (_claim, c) => ({
      opening: [`We have not received any error message about our email${from(c)}.`],
    }),
  },
  filtered: {
    brief: (claim) =>
      claim.facts.confidence === 'ambiguous'
        ? `a filter at ${carrierOf(claim.facts.carrier)}, or no such address (undecided)`
        : `refused by the customer's filter at ${carrierOf(claim.facts.carrier)} (${sureness(claim)})`,
    known: (claim) => {
      const { bounce, confidence } = claim.facts;
      const why =
        confidence === 'certain'
          ? ', because of a filter setting.'
          : confidence === 'likely'
            ? ', most likely because of a filter setting.'
            : `: because of a filter setting, or because there is no such address.${saidWords(claim)}`;
      return `The receiving side refused the mail of ${formatInTokyo(bounce.sentAt)} (Japan time)${why}${takenBefore(claim)}`;
    },
    open: ({ facts: { confidence } }) =>
      confidence === 'ambiguous'
        ? 'Which of the two it is, and if it is a setting which one, cannot be told from the reply.'
        : 'Which setting refused it cannot be told from the reply.',
    letter: ({ facts: { confidence, takenBefore: taken } }, c) =>
      confidence === 'ambiguous'
        ? {
            subject: 'Please check your email address and settings',
            opening: [
              `An email we sent you${from(c)} was returned with an error and could not be delivered. A spam filter or another setting at ${c.provider} may have refused it, or the address may ${taken === undefined ? 'contain a typo or ' : ''}have changed since.`,
            ],
          }
        : {
            opening: [
              `An email we sent you${from(c)} was returned with an error and could not be delivered. A spam filter or another setting at ${c.provider} may have refused it automatically.`,
            ],
          },
  },
  'no-mailbox': {
    brief: (claim) => {
      const { reason, takenBefore: taken } = claim.facts;
      if (taken !== undefined && reason === 'userunknown') {
        return `reply: no such address (${sureness(claim)}); mail of ${dayInTokyo(taken.sentAt)} accepted`;
      }
      return `the answer was that ${NO_MAILBOX[reason] ?? NO_MAILBOX.userunknown} (${sureness(claim)})`;
    },
    known: (claim) => {
      const { bounce, reason, confidence } = claim.facts;
      const what = NO_MAILBOX[reason] ?? NO_MAILBOX.userunknown;
      const said =
        confidence === 'certain'
          ? `The receiving side answered without any doubt, ${formatInTokyo(bounce.at)} (Japan time), that ${what} (certain).`
          : `The receiving side answered, ${formatInTokyo(bounce.at)} (Japan time), in words that mean that ${what}.`;
      return `${said}${takenBefore(claim)}`;
    },
    open: ({ facts: { carrier, confidence, takenBefore: taken, neverFilter } }) => {
      const isCertain = confidence === 'certain';
      const kinds = [
        ...(taken === undefined ? ['a typing error'] : []),
        'an address given up',
        ...(isCertain || neverFilter ? [] : ['(at some carriers) a filter']),
      ];
      const filter =
        neverFilter && !isCertain
          ? ` ${carrierOf(carrier)} does not, as a rule, return what a filter stops.`
          : '';
      if (kinds.length === 1)
        return `It looks like an address given up; since when and why is not known.${filter}`;
      return `It may be ${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}: the reply alone does not decide.${filter}`;
    },
    letter: ({ facts: { takenBefore: taken } }, c) => ({
      opening: [
        `An email we sent you${from(c)} was returned with an error because the address was not found. ${taken === undefined ? 'The address may contain a typo, or may have changed since.' : 'The address may have changed since.'}`,
      ],
    }),
  },
  'mailbox-full': {
    brief: (claim) => `the recipient's mailbox is full (${sureness(claim)})`,
    known: ({ facts: { bounce } }) =>
      `The receiving side answered, ${formatInTokyo(bounce.at)} (Japan time), that the mailbox is full.`,
    open: () => 'Whether the customer still uses that mailbox is not known.',
    letter: (_claim, c) => ({
      opening: [
        `An email we sent you${from(c)} was returned with an error because the mailbox does not have enough free space.`,
      ],
    }),
  },
  suspended: {
    brief: (claim) => `the address cannot be used at present (${sureness(claim)})`,
    known: ({ facts: { bounce } }) =>
      `The receiving side answered, ${formatInTokyo(bounce.at)} (Japan time), that the address is suspended or limited.`,
    open: () =>
      'The reason, and whether it will end, are not known. Do not guess at a reason towards the customer.',
    letter: (_claim, c) => ({
      opening: [
        `An email we sent you${from(c)} was returned with an error because the address cannot be used at present. This may be temporary.`,
      ],
    }),
  },
  'sender-refused': {
    brief: (claim) => `on the sender's side, ${labelOfReason(claim.facts.reason, 'en')} (${sureness(claim)})`,
    known: ({ facts: { bounce, reason, confidence } }) =>
      `The receiving side refused the mail of ${formatInTokyo(bounce.sentAt)} (Japan time). The cause ${confidence === 'certain' ? 'is' : 'seems to be'} on the sending side (${labelOfReason(reason, 'en')}).`,
    open: () => 'When it will be solved is not known.',
    letter: ({ facts: { reason } }, c) => ({
      subject: 'Our apologies: an email could not be delivered',
      opening: [
        `Emails we send you${from(c)} are not being delivered because of ${SENDERS_FAULT[reason] ?? 'a problem with our own mail system'}. We are very sorry for the inconvenience.`,
        'There is nothing you need to change on your side.',
      ],
    }),
  },
  'not-taken': {
    brief: ({ facts: { reason, gaveUp } }) =>
      reason === 'expired'
        ? 'the receiving side did not take it while SES tried'
        : `not taken${gaveUp ? ' while SES tried' : ''} (${labelOfReason(reason, 'en')})`,
    known: ({ facts: { bounce, reason, gaveUp } }) =>
      gaveUp
        ? `SES tried until its time was up, ${formatInTokyo(bounce.at)} (Japan time), and the receiving side did not take the mail${reason === 'expired' ? '' : ` (${labelOfReason(reason, 'en')})`}.`
        : `The receiving side did not take the mail of ${formatInTokyo(bounce.sentAt)} (Japan time) (${labelOfReason(reason, 'en')}).`,
    open: ({ facts: { reason } }) =>
      reason === 'expired'
        ? 'Whether the receiving side was in trouble or busy, or its domain is at fault, is not known.'
        : 'When it will be over is not known.',
    letter: ({ facts: { gaveUp } }, c) => ({
      subject: 'We could not deliver an email to you',
      opening: [
        gaveUp
          ? `We tried for some time to send you an email${from(c)}, but the receiving mail server did not accept it.`
          : `An email we sent you${from(c)} could not be delivered, because of trouble with the receiving mail server or on the way there.`,
      ],
    }),
  },
  'other-mailbox': {
    brief: () => 'another address (forwarding, perhaps) was refused',
    known: ({ facts: { bounce } }) =>
      `The error of ${formatInTokyo(bounce.at)} (Japan time) is about another address, such as one that mail is forwarded to.`,
    open: () => 'Whether the mail is in this customer’s own mailbox is not known.',
    letter: (_claim, c) => ({
      subject: 'Please check where your email is forwarded to',
      opening: [
        `An email we sent you${from(c)} seems to have been forwarded to another address, and that address could not receive it.`,
      ],
    }),
  },
  returned: {
    brief: (claim) =>
      isPerhapsAutomatic(claim.facts.bounce)
        ? 'unknown: a passing failure, or an automatic reply'
        : claim.facts.reason === 'undefined'
          ? isWordless(claim.facts.bounce)
            ? 'unknown; the mail was returned without a reason'
            : `unknown; no rule reads the reply (${replyCodes(claim.facts.bounce) ?? 'no code'})`
          : `${labelOfReason(claim.facts.reason, 'en')} (${sureness(claim)})`,
    known: (claim) => {
      const { bounce, reason } = claim.facts;
      if (isPerhapsAutomatic(claim.facts.bounce)) {
        return `Of the mail of ${formatInTokyo(bounce.sentAt)} (Japan time) SES reported a passing failure or an automatic reply, such as one out of office.`;
      }
      return `The mail of ${formatInTokyo(bounce.sentAt)} (Japan time) was returned and did not arrive${
        reason === 'undefined'
          ? isWordless(bounce)
            ? '; the receiving side gave no reason.'
            : `; no known rule reads the reply.${saidWords(claim)}`
          : ` (${labelOfReason(reason, 'en')}).`
      }${takenBefore(claim)}`;
    },
    open: (claim) =>
      isPerhapsAutomatic(claim.facts.bounce)
        ? 'Which of the two it was, and whether the mail arrived, is not known.'
        : 'Whether it is a wrong address, a setting, or trouble at the receiving side is not known.',
    letter: (claim, c) =>
      isPerhapsAutomatic(claim.facts.bounce)
        ? {
            subject: 'Has our email reached you?',
            opening: [
              `We received notice of a passing failure or an automatic reply about an email we sent you${from(c)}. We cannot tell whether you have received it.`,
            ],
          }
        : {
            subject: 'We could not deliver an email to you',
            opening: [
              `An email we sent you${from(c)} was returned with an error and could not be delivered. We do not know the reason.`,
            ],
          },
  },
  'refused-again': {
    brief: ({ facts: { carrier, removals } }) =>
      `refused again by the filter at ${carrierOf(carrier)}, after ${removals.length} releases`,
    known: (claim) => {
      const { bounce, removals } = claim.facts;
      return `Released ${removals.length} times before (${removals.map(({ at }) => dayInTokyo(at)).join(', ')}), yet a filter of the receiving side refused the mail of ${formatInTokyo(bounce.sentAt)} (Japan time) as well.${takenBefore(claim)}`;
    },
    open: () => 'Which setting the customer changed, and which one refused, cannot be told from the reply.',
    letter: ({ facts: { removals } }, c) => ({
      subject: 'Please check your email settings',
      opening: [
        `We resumed sending you email on ${removals.map(({ at }) => date(at)).join(' and ')}, but what we sent you${from(c)} after that was returned with an error as well. A spam filter or another setting at ${c.provider} may have refused it automatically.`,
      ],
    }),
  },
  inferred: {
    brief: (claim) =>
      `no reply is on record (guess: ${labelOfReason(claim.facts.reason, 'en')}, ${sureness(claim)})`,
    known: ({ facts: { reason } }) =>
      `No answer of the receiving side is on record that says why. By the address's domain and the day it was listed the guess is: ${labelOfReason(reason, 'en')}.`,
    open: () => 'Whether it is a wrong address, a setting, or trouble at the receiving side is not known.',
    letter: (claim, c) => ({
      subject: 'May we resume sending you email?',
      opening: [`${stoppedSince(claim, c)} We do not know the reason.`],
    }),
  },
  'other-reply': {
    brief: ({ facts: { reply, newer } }) =>
      `unknown; the error of ${dayInTokyo(reply.facts.bounce.at)} is ${newer === 'entry' ? 'older' : 'newer'} (${causeLabel(reply)})`,
    known: ({ facts: { reply, newer } }) =>
      newer === 'entry'
        ? `No reply that led to the entry is on record. The last error on record is of ${formatInTokyo(reply.facts.bounce.at)} (Japan time; ${causeLabel(reply)}), and the entry is newer than it.`
        : `No reply that led to the entry is on record. The error on record, of ${formatInTokyo(reply.facts.bounce.at)} (Japan time; ${causeLabel(reply)}), is newer than the entry.`,
    open: () => 'Whether the entry was made for the same reason is not known.',
    letter: (claim, c) => ({
      subject: 'May we resume sending you email?',
      opening: [`${stoppedSince(claim, c)} We do not know the reason.`],
    }),
  },
  mistyped: {
    brief: ({ facts: { meant } }) => `the domain looks mistyped (probably meant: ${meant})`,
    known: ({ facts: { meant, bounce, noReply } }) =>
      `The domain probably meant is "${meant}".${
        bounce === undefined
          ? noReply
            ? ' No answer of the receiving side is on record.'
            : ''
          : ` The mail of ${formatInTokyo(bounce.sentAt)} (Japan time) was returned and did not arrive.`
      }`,
    open: () => 'Which address the customer meant is not known until asked.',
    letter: ({ facts: { bounce } }, c) => ({
      opening: [
        bounce === undefined
          ? `Email we send you${from(c)} may not be reaching the address you registered. The address may contain a typo, or may have changed since.`
          : `An email we sent you${from(c)} was returned with an error and could not be delivered. The address may contain a typo, or may have changed since.`,
      ],
    }),
  },
  'reported-as-spam': {
    brief: ({ facts: { report } }) =>
      `the recipient reported a mail ${reportedAs(report.complaintFeedbackType, 'en')} (${dayInTokyo(report.at)})`,
    known: ({ facts: { report } }) =>
      `${formatInTokyo(report.at)} (Japan time) the recipient of this address reported a mail ${reportedAs(report.complaintFeedbackType, 'en')}.`,
    open: () => 'Whether it was a slip, and whether mail about orders is unwanted too, is not known.',
    letter: ({ facts: { report } }, c) => complaintLetter(report.complaintFeedbackType, c),
  },
  'reported-at-domain': {
    brief: ({ facts: { report } }) =>
      `somebody at this domain reported a mail ${reportedAs(report.complaintFeedbackType, 'en')} (${dayInTokyo(report.at)})`,
    known: ({ facts: { report } }) =>
      `${formatInTokyo(report.at)} (Japan time) somebody at this domain reported a mail ${reportedAs(report.complaintFeedbackType, 'en')}.`,
    open: () => 'SES names everyone at the complaining domain, so it need not have been this customer.',
    letter: ({ facts: { report } }, c) => complaintLetter(report.complaintFeedbackType, c),
  },
  'system-report': {
    brief: ({ facts: { report } }) =>
      `a receiving system's report (${feedbackLabel(report.complaintFeedbackType, 'en')}), not a person's`,
    known: ({ facts: { report } }) =>
      `${formatInTokyo(report.at)} (Japan time) a receiving system sent a report (${feedbackLabel(report.complaintFeedbackType, 'en')}; ${stripControls(report.complaintFeedbackType ?? '')}). No person complained.`,
    open: () => 'What the receiving side did with that mail is not known.',
    letter: (_claim, c) => ({
      subject: 'May we resume sending you email?',
      opening: [`We received an automatic report about our email${from(c)} from a receiving system.`],
    }),
  },
  'not-spam': {
    brief: ({ facts: { report } }) =>
      `a mail was reported as ${feedbackLabel('not-spam', 'en')} (${dayInTokyo(report.at)})`,
    known: ({ facts: { report } }) =>
      `${formatInTokyo(report.at)} (Japan time) a mail was reported as ${feedbackLabel('not-spam', 'en')}${report.candidate === true ? ' by somebody at this domain' : ''}.`,
    open: NOTHING,
  },
  'listed-for-complaint': {
    brief: () => 'SES lists it for a complaint (the report itself is not on record)',
    known: () => 'SES lists the address for a complaint. The report itself is not on record here.',
    open: () => 'SES names everyone at the complaining domain, so it need not have been this customer.',
    letter: (_claim, c) => ({
      opening: [
        `The mail service we use holds an entry for a spam report, so we have stopped sending you email${from(c)}.`,
      ],
    }),
  },
  'complaint-entry-gone': {
    brief: ({ facts: { listedAt } }) => `it was once on the list for a complaint (${dayInTokyo(listedAt)})`,
    known: ({ facts: { listedAt } }) =>
      `SES listed the address for a complaint on ${formatInTokyo(listedAt)} (Japan time). It no longer is on the list, and no removal by todoku is on record.`,
    open: () => 'Who took that entry off the list, and when, is not known.',
  },
  'moved-to': {
    brief: ({ facts: { note } }) =>
      `The customer has moved to another address (note of ${dayInTokyo(note.at)})`,
    known: ({ facts: { note } }) =>
      closed(
        `The customer has moved to ${stripControls(note.movedTo)}; this note does not change what is on the list${signed(note)}`,
      ),
    open: NOTHING,
    letter: ({ facts: { note } }) => ({
      subject: 'Your new email address',
      opening: [
        `We have noted that your email address has changed (new address: ${stripControls(note.movedTo)}). You may not have seen what we sent to the old one.`,
      ],
    }),
  },
  'moved-from': {
    brief: ({ facts: { note } }) =>
      `The customer’s earlier address is on record (note of ${dayInTokyo(note.at)})`,
    known: ({ facts: { note } }) =>
      closed(`The customer’s address was ${stripControls(note.movedFrom)} before${signed(note)}`),
    open: NOTHING,
  },
  noted: {
    brief: ({ facts: { note } }) => `An operator left a note (${dayInTokyo(note.at)})`,
    known: ({ facts: { note } }) =>
      `${stripControls(note.text)} (note by ${stripControls(note.by)}, ${dayInTokyo(note.at)})`,
    open: NOTHING,
  },
  'in-incident': {
    brief: ({ facts: { incident } }) =>
      `part of an incident, ${formatInTokyo(incident.from)} (${incident.recipients} recipients)`,
    known: ({ facts: { incident } }) =>
      `Part of an incident: ${formatInTokyo(incident.from)} to ${formatInTokyo(incident.until)} (Japan time) mail to ${incident.recipients} recipients was treated alike (${stripControls(incident.receiverName.en)}, ${incident.what.en}). It is the sender’s matter: do not ask the customer to correct the address or to change settings.${incident.id === undefined ? '' : ` See todoku incidents ${incident.id}.`}`,
    open: NOTHING,
  },
  'sender-audited': {
    brief: ({ facts: { at } }) => `the sender was audited on ${dayInTokyo(at)}`,
    known: ({ facts: { identity, at, spf, spfUnaligned, dkim, dmarc, policy } }) =>
      `Authentication of ${stripControls(identity)} (audit of ${dayInTokyo(at)}): SPF ${stripControls(spf)}${spfUnaligned ? ' (not aligned)' : ''}, DKIM ${stripControls(dkim)}, DMARC ${stripControls(dmarc)}${policy === undefined ? '' : ` (p=${stripControls(policy)})`}.`,
    open: NOTHING,
  },
  missed: {
    brief: missedBrief,
    known: (claim) => {
      const { mails, recordsBegin } = claim.facts;
      if (mails.length === 0) {
        return recordsBegin === undefined
          ? 'No mail is on record as not sent.'
          : `Records begin on ${date(recordsBegin)}; since then 0 mails are on record as not sent. What came before is not known.`;
      }
      return `Mails ${missedBrief(claim)}: ${toldOfMissed(claim).join(', ')}.`;
    },
    open: NOTHING,
  },
  unreadable: {
    brief: ({ facts: { count } }) => `${count} item(s) of the record cannot be read by this version`,
    known: ({ facts: { count, mayDecide } }) =>
      `${count} item(s) of this address's record cannot be read by this version of todoku and are left out of this answer.${mayDecide ? ' They may tell of a complaint, so the entry is neither judged nor removed until they can be read.' : ''}`,
    open: NOTHING,
    letter: (_claim, c) => ({
      opening: [`We would like to make sure that email${from(c)} reaches you.`],
    }),
  },
};

/** Whose word a note is, and what was written. */
const signed = ({ at, by, text }: Note): string =>
  ` (note by ${stripControls(by)}, ${dayInTokyo(at)})${text === undefined ? '' : `: ${stripControls(text)}`}`;

/** With a full stop, where the text has no end of its own. */
const closed = (text: string): string => (/[。.!?！？]$/.test(text) ? text : `${text}.`);

function missedBrief({ facts: { mails, atLeast, recordsBegin } }: Missed): string {
  const since = recordsBegin === undefined ? '' : ` since ${dayInTokyo(recordsBegin)}`;
  return `not sent: ${mails.length}${atLeast ? ' or more' : ''} recorded${since}`;
}

function complaintLetter(type: string | undefined, c: LetterContext) {
  const what =
    type === undefined || type === 'abuse'
      ? `our email${from(c)} was reported as spam`
      : type === 'fraud'
        ? `our email${from(c)} was reported as fraudulent`
        : `there was a report about our email${from(c)}`;
  return {
    opening: [
      `We were notified that ${what}. If you know nothing of it, it may have been a slip, or somebody else may have reported it.`,
    ],
  };
}

/** The reason of a delay as a word; undefined where SES names none. */
function delayedFor(mail: Mail): string | undefined {
  const reason = delayReason(mail);
  return reason && delayLabel(reason, 'en');
}

const delaySentence = (mail: Mail): string => {
  const reason = delayedFor(mail);
  return reason === undefined ? '' : ` SES's reason for the delay: ${reason}.`;
};
