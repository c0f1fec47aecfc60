import type { ReplyRule } from '../rule.ts';
import { MAILBOX_ROWS } from './mailbox.ts';
import { MESSAGE_ROWS } from './message.ts';
import { NETWORK_ROWS } from './network.ts';
import { SENDER_ROWS } from './sender.ts';

/**
 * The order in which a text with several of these phrases is read: the narrower statement first ("temporarily
 * locked" before "recipient address rejected"), the sender's and the network's faults before a bare refusal.
 */
const ORDER = [
  'feedback',
  'vacation',
  'system-full',
  'sender-quota',
  'mailbox-full',
  'suspended',
  'too-many-hops',
  'too-big-for-recipient',
  'message-too-big',
  'rate',
  'no-reverse-dns',
  'duplicate-header',
  'authentication',
  'relaying',
  'virus',
  'spam',
  'not-compliant',
  'content-policy',
  'reputation',
  'sender-blocked',
  'sender-rejected',
  'sender-domain-unknown',
  'refused-at-mail-from',
  'no-mail-here',
  'dns-temporary',
  'dns-error-temporary',
  'host-unknown',
  'moved',
  'unrouteable-reply',
  'unrouteable',
  'not-our-user',
  'no-such-user-status',
  'no-such-user',
  'filtered-by-recipient',
  'security',
  'policy',
  'content',
  'spam-word',
  'virus-word',
  'starttls',
  'no-such-user-domain',
  'message-expired',
  'network',
  'expired',
  'mailer',
  'system',
  'syntax',
  'on-hold',
  'address-rejected',
  'sender-domain-553',
  'something-does-not-exist',
  'refused-without-cause',
] as const;

const rows = new Map(
  [...MAILBOX_ROWS, ...SENDER_ROWS, ...MESSAGE_ROWS, ...NETWORK_ROWS].map((row) => [row.id, row]),
);

/** What mail servers everywhere say, in order. */
export const GENERAL_RULES: readonly ReplyRule[] = ORDER.map((id) => {
  const row = rows.get(`general/${id}`);
  if (row === undefined) throw new Error(`no reply rule is called general/${id}`);
  return row;
});
