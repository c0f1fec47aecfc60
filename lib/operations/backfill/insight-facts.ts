import { domainOf, normaliseAddress } from '../../address.ts';
import type { Fact } from '../../mails/fact.ts';
import { NOT_SENT, notSentBy } from '../../mails/nature.ts';
import type { InsightsEvent, MessageInsights } from '../../suppression/insights.ts';

/**
 * Facts from what SES's message insights say of a mail, as if its event had been received.
 *
 * A bounce becomes a fact of kind `insight`: it was never received, and its status and remote server are not told.
 * A complaint becomes a fact of kind `complaint` like any other: policy must keep such an address whichever way the
 * complaint became known. A mail that SES did not send because of the account's list is neither: it says nothing of
 * the mailbox, and the entry was there before it.
 */

/** Longest text kept of a stranger's, as of received events. */
const MAXIMUM_TEXT_LENGTH = 1_000;

/** SES's event words by the folded form of the insights' (`ON_ACCOUNT_SUPPRESSION_LIST`). */
const EVENT_WORDS = new Map(
  [
    'Permanent',
    'Transient',
    'Undetermined',
    'General',
    'NoEmail',
    'MailboxFull',
    'MessageTooLarge',
    'ContentRejected',
    'AttachmentRejected',
    'CustomTimeoutExceeded',
    ...NOT_SENT.map(({ subType }) => subType),
  ].map((word) => [word.toLowerCase(), word]),
);

/** A word of the insights as SES's events spell it; one that is not known is kept as it came. */
export function eventWord(word: string): string {
  return EVENT_WORDS.get(word.replaceAll('_', '').toLowerCase()) ?? bounded(word);
}

/** The entry of the list whose cause is looked for. */
export interface Cause {
  /** Normalised address. */
  readonly address: string;
  readonly reason: 'BOUNCE' | 'COMPLAINT';
  /** The feedback that SES names as the cause. */
  readonly feedbackId?: string;
}

/**
 * The facts about one address in a mail's insights; none when they tell of no bounce or complaint of this address.
 * Pure.
 *
 * @param cause where it names a feedback, the mail's only event of that kind bears its id, and thereby joins to the
 * list's entry and to the event, should that arrive after all; otherwise the mail's id stands for it.
 */
export function factsFromInsights(insights: MessageInsights, cause: Cause): Fact[] {
  const own = insights.recipients.filter(
    ({ destination }) => normaliseAddress(destination) === cause.address,
  );
  const events = own.flatMap((recipient) => recipient.events);
  const common = {
    address: cause.address,
    messageId: insights.messageId,
    sentAt: events.find((event) => event.type === 'SEND')?.at,
    ...senderOf(insights.from),
  };
  const bounces = events.filter((event) => event.type === 'BOUNCE');
  const complaints = events.filter((event) => event.type === 'COMPLAINT');
  const idOf = (reason: Cause['reason'], among: readonly InsightsEvent[]): string =>
    (cause.reason === reason && among.length === 1 ? cause.feedbackId : undefined) ?? insights.messageId;
  // SES leaves out the events of mails to several recipients; should that change, a complaint is no proof there.
  const shared = insights.recipients.length > 1;
  return [
    ...bounces.flatMap((event) => bounceFact(event, { ...common, id: idOf('BOUNCE', bounces) })),
    ...complaints.flatMap((event) =>
      complaintFact(event, {
        ...common,
        id: idOf('COMPLAINT', complaints),
        ...(shared && { candidate: true }),
      }),
    ),
  ];
}

/** What is the same for every fact of one mail and address; without a sending event its time is the event's. */
type Common = Omit<Fact, 'kind' | 'at' | 'sentAt'> & { readonly sentAt: string | undefined };

/** The fact of a bounce; none when SES had not sent the mail. */
export function bounceFact(event: InsightsEvent, common: Common): Fact[] {
  const subType = event.bounceSubType === undefined ? undefined : eventWord(event.bounceSubType);
  const fact: Fact = {
    ...common,
    kind: 'insight',
    at: event.at,
    sentAt: common.sentAt ?? event.at,
    bounceType: eventWord(event.bounceType ?? 'Undetermined'),
    ...(subType && { bounceSubType: subType }),
    ...(event.diagnosticCode && { diagnosticCode: bounded(event.diagnosticCode) }),
  };
  return notSentBy(fact) === 'account-list' ? [] : [fact];
}

/** The fact of a complaint; none when SES had not sent the mail. */
export function complaintFact(event: InsightsEvent, common: Common): Fact[] {
  const subType = event.complaintSubType === undefined ? undefined : eventWord(event.complaintSubType);
  const fact: Fact = {
    ...common,
    kind: 'complaint',
    at: event.at,
    sentAt: common.sentAt ?? event.at,
    ...(subType && { complaintSubType: subType }),
    ...(event.complaintFeedbackType && {
      complaintFeedbackType: feedbackWord(event.complaintFeedbackType),
    }),
  };
  return notSentBy(fact) === 'account-list' ? [] : [fact];
}

/** The domain of a From address, as facts keep it. */
export function senderOf(from: string | undefined): Pick<Fact, 'senderDomain'> {
  const domain = from === undefined ? '' : domainOf(normaliseAddress(from));
  return domain === '' ? {} : { senderDomain: bounded(domain) };
}

/** RFC 5965's feedback types are written `not-spam`; whatever else comes is kept in that spelling. */
function feedbackWord(word: string): string {
  return bounded(word.toLowerCase().replaceAll('_', '-'));
}

/** A text cut to what a fact keeps, never in the middle of a surrogate pair. */
function bounded(text: string): string {
  return text.slice(0, MAXIMUM_TEXT_LENGTH).toWellFormed();
}
