import { isSimulator, normaliseAddress } from '../../lib/address.ts';
import { type Delivery, iso, publishBounce, publishComplaint, suppress } from './feedback.ts';
import type { ListReason } from './list.ts';
import { type Answer, answer, GIVES_UP_AFTER_MS, GLOBALLY_SUPPRESSED, simulatorAnswer } from './mailboxes.ts';
import type { RecipientTrace } from './messages.ts';
import { REACTION_AFTER_MS, react, SIMULATED_AFTER_MS } from './reactions.ts';

type Acceptance = Extract<Answer, { kind: 'accepted' }>;
type Refusal = Extract<Answer, { kind: 'refused' }>;

/** What becomes of a mail for one recipient: stopped by a list, or answered by the receiving side. */
type Fate =
  | { readonly kind: 'suppressed'; readonly reason: ListReason }
  | { readonly kind: 'globally-suppressed' }
  | Acceptance
  | Refusal;

/** A recipient with its fate; a group shares the kind of fate, not the texts. */
interface Outcome<F extends Fate = Fate> {
  readonly recipient: RecipientTrace;
  readonly fate: F;
}

/** When SES reports that it is still trying. */
const DELAY_REPORT_AFTER_MS = 5 * 60_000;

/** Days a hard bounce stays on the global list at first (the guide: up to 14, growing). */
const GLOBAL_LIST_MS = 14 * 24 * 3600_000;

/** SES's own words for a mail it dropped. */
const ON_ACCOUNT_LIST =
  'Amazon SES did not send the message to this address because it is on the suppression list for your account. For more information about removing addresses from the suppression list, see the Amazon SES Developer Guide at https://docs.aws.amazon.com/ses/latest/DeveloperGuide/sending-email-suppression-list.html';

/** Reporting MTA of a mail that SES did not send. */
const SES_ITSELF = 'dns; amazonses.com';

/** The invented host SES sends from. */
const SMTP_HOST = 'e234-5.smtp-out.ap-northeast-1.amazonses.com';

/**
 * Lets every recipient's side answer. Recipients with the same kind of answer at the same domain share one event,
 * as they do when SES hands them over in one session.
 */
export function deliver(delivery: Delivery, at: number): void {
  const groups = new Map<string, Outcome[]>();
  for (const recipient of delivery.recipients) {
    const fate = fateOf(delivery, recipient.address, at);
    const key = `${kindOf(fate)}|${recipient.isp.toLowerCase()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ recipient, fate }]);
    else group.push({ recipient, fate });
  }
  for (const group of groups.values()) settle(delivery, group, at);
}

function fateOf(delivery: Delivery, address: string, at: number): Fate {
  const simulated = simulatorAnswer(address);
  if (simulated !== undefined) return simulated;
  const entry = delivery.list.blocking(address);
  if (entry !== undefined && delivery.enforcedReasons.includes(entry.reason)) {
    return { kind: 'suppressed', reason: entry.reason };
  }
  if ((delivery.global?.get(normaliseAddress(address)) ?? 0) > at) return { kind: 'globally-suppressed' };
  return answer(address, delivery.mailboxes.get(address), new Date(at), delivery.mail.fromDomain);
}

function kindOf(fate: Fate): string {
  if (fate.kind === 'suppressed') return `${fate.kind} ${fate.reason}`;
  if (fate.kind !== 'refused') return fate.kind;
  return [fate.kind, fate.bounceType, fate.bounceSubType, fate.status, fate.delayType ?? ''].join(' ');
}

function settle(delivery: Delivery, group: readonly Outcome[], at: number): void {
  const first = group[0]?.fate;
  if (first === undefined) return;
  switch (first.kind) {
    case 'suppressed':
      notSent(delivery, group, at, first.reason === 'COMPLAINT' ? 'complaint' : 'account');
      return;
    case 'globally-suppressed':
      notSent(delivery, group, at, 'global');
      return;
    case 'accepted':
      accepted(delivery, group.filter(isAccepted), at);
      return;
    case 'refused':
      refused(delivery, group.filter(isRefused), at);
  }
}

function isAccepted(outcome: Outcome): outcome is Outcome<Acceptance> {
  return outcome.fate.kind === 'accepted';
}

function isRefused(outcome: Outcome): outcome is Outcome<Refusal> {
  return outcome.fate.kind === 'refused';
}

function notSent(
  delivery: Delivery,
  group: readonly Outcome[],
  at: number,
  by: 'account' | 'global' | 'complaint',
): void {
  const recipients = group.map((one) => one.recipient);
  for (const recipient of recipients) recipient.fate = 'suppressed';
  if (by === 'complaint') {
    publishComplaint(delivery, recipients, at, { subType: 'OnAccountSuppressionList' });
    return;
  }
  const diagnosticCode = by === 'account' ? ON_ACCOUNT_LIST : GLOBALLY_SUPPRESSED;
  const bounced = recipients.map((recipient) => ({ recipient, diagnosticCode }));
  publishBounce(delivery, bounced, at, {
    bounceType: 'Permanent',
    bounceSubType: by === 'account' ? 'OnAccountSuppressionList' : 'Suppressed',
    status: '5.1.1',
    reportingMTA: SES_ITSELF,
  });
}

function accepted(delivery: Delivery, group: readonly Outcome<Acceptance>[], at: number): void {
  const first = group[0]?.fate;
  if (first === undefined) return;
  const recipients = group.map((one) => one.recipient);
  for (const { recipient, fate } of group) {
    recipient.fate = fate.filed;
    recipient.events.push({ at, type: 'DELIVERY' });
  }
  delivery.emit({
    type: 'Delivery',
    body: {
      timestamp: iso(at),
      processingTimeMillis: Math.max(at - delivery.mail.acceptedAt, 647),
      recipients: recipients.map((recipient) => recipient.address),
      smtpResponse: first.smtpResponse,
      remoteMtaIp: first.provider.ip,
      reportingMTA: SMTP_HOST,
    },
  });
  for (const { recipient, fate } of group) {
    const { reaction } = fate;
    if (reaction === 'none') continue;
    if (fate.provider.complaints === false && (reaction === 'complains' || reaction === 'not-spam')) continue;
    const after = isSimulator(recipient.address) ? SIMULATED_AFTER_MS : REACTION_AFTER_MS[reaction];
    delivery.later(at + after, (when) => react(delivery, recipient, recipients, reaction, when));
  }
}

function refused(delivery: Delivery, group: readonly Outcome<Refusal>[], at: number): void {
  const delayType = group[0]?.fate.delayType;
  if (delayType === undefined) {
    giveUp(delivery, group, at);
    return;
  }
  const expires = at + GIVES_UP_AFTER_MS;
  delivery.later(at + DELAY_REPORT_AFTER_MS, (when) =>
    delivery.emit({
      type: 'DeliveryDelay',
      body: {
        timestamp: iso(when),
        delayType,
        expirationTime: iso(expires),
        reportingMTA: SMTP_HOST,
        delayedRecipients: group.map(({ recipient, fate }) => ({
          emailAddress: recipient.address,
          status: fate.status,
          diagnosticCode: diagnosticOf(fate),
        })),
      },
    }),
  );
  delivery.later(expires, (when) => giveUp(delivery, group, when));
}

function giveUp(delivery: Delivery, group: readonly Outcome<Refusal>[], at: number): void {
  const first = group[0]?.fate;
  if (first === undefined) return;
  for (const { recipient } of group) recipient.fate = 'refused';
  const bounced = group.map(({ recipient, fate }) => ({ recipient, diagnosticCode: diagnosticOf(fate) }));
  const reached = first.delayType !== 'TransientCommunicationFailure' && first.bounceSubType !== 'Suppressed';
  const feedbackId = publishBounce(delivery, bounced, at, {
    bounceType: first.bounceType,
    bounceSubType: first.bounceSubType,
    status: first.status,
    reportingMTA: first.bounceSubType === 'Suppressed' ? SES_ITSELF : `dns; ${SMTP_HOST}`,
    ...(reached ? { remoteMtaIp: first.provider.ip } : {}),
  });
  if (first.bounceType !== 'Permanent' || first.bounceSubType !== 'General') return;
  for (const { address } of group.map((one) => one.recipient)) {
    suppress(delivery, address, 'BOUNCE', at, feedbackId);
    if (!isSimulator(address)) delivery.global?.set(normaliseAddress(address), at + GLOBAL_LIST_MS);
  }
}

/** The reply as SES writes it; undefined where nobody knows the words. SES's own words stand without a prefix. */
function diagnosticOf(refusal: Refusal): string | undefined {
  if (refusal.reply === undefined || refusal.bounceSubType === 'Suppressed') return refusal.reply;
  return `smtp; ${refusal.reply}`;
}
