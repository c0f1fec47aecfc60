import type { Reason } from '../../lib/classification/types.ts';

/**
 * How Sisimai's labels are compared with our reasons.
 *
 * `exact` compares reason by reason. `class` folds reasons whose difference never changes what is done about a
 * suppressed address: `mailbox-gone` keeps it, `sender-or-message` is for the sender to mend, and so on. Sisimai
 * itself tells several of these apart only by the SMTP phase, which a SES event does not carry (its `filtered` for
 * "User unknown" after DATA), or by its version (`securityerror` became `policyviolation` and `authfailure`).
 */
type ReasonClass =
  | 'carrier-rejection'
  | 'mailbox-gone'
  | 'host-gone'
  | 'mailbox-full'
  | 'suspended'
  | 'sender-or-message'
  | 'too-big'
  | 'not-in-time'
  | 'feedback'
  | 'vacation'
  | 'suppressed'
  | 'unclear';

const CLASS_OF: Readonly<Record<Reason, ReasonClass>> = {
  // Outside the carriers Sisimai says `filtered` for an unknown user whose refusal came late.
  filtered: 'mailbox-gone',
  userunknown: 'mailbox-gone',
  hasmoved: 'mailbox-gone',
  hostunknown: 'host-gone',
  notaccept: 'host-gone',
  mailboxfull: 'mailbox-full',
  suspend: 'suspended',
  rejected: 'sender-or-message',
  blocked: 'sender-or-message',
  badreputation: 'sender-or-message',
  ratelimited: 'sender-or-message',
  requireptr: 'sender-or-message',
  authfailure: 'sender-or-message',
  norelaying: 'sender-or-message',
  policyviolation: 'sender-or-message',
  securityerror: 'sender-or-message',
  spamdetected: 'sender-or-message',
  virusdetected: 'sender-or-message',
  contenterror: 'sender-or-message',
  notcompliantrfc: 'sender-or-message',
  failedstarttls: 'sender-or-message',
  syntaxerror: 'sender-or-message',
  mesgtoobig: 'too-big',
  exceedlimit: 'too-big',
  expired: 'not-in-time',
  networkerror: 'not-in-time',
  systemerror: 'not-in-time',
  systemfull: 'not-in-time',
  mailererror: 'not-in-time',
  onhold: 'not-in-time',
  greylisted: 'not-in-time',
  feedback: 'feedback',
  vacation: 'vacation',
  suppressed: 'suppressed',
  undefined: 'unclear',
};

/** Labels of Sisimai's other versions, and of bounceHammer, under the name used here. */
const RENAMED: ReadonlyMap<string, Reason> = new Map([
  ['toomanyconn', 'ratelimited'],
  ['speeding', 'ratelimited'],
  ['emailtoolarge', 'mesgtoobig'],
  ['delivered', 'undefined'],
]);

/** The reason a label stands for, or undefined when Sisimai never gave such a label. */
export function reasonOfLabel(label: string): Reason | undefined {
  const renamed = RENAMED.get(label);
  if (renamed) return renamed;
  return isReason(label) ? label : undefined;
}

function isReason(text: string): text is Reason {
  return Object.hasOwn(CLASS_OF, text);
}

/**
 * The class of a reason at an address. At a carrier `filtered` is the carrier rejection. docomo's refusal after
 * DATA, which Sisimai labels `rejected`, is the same refusal under another name
 * (libsisimai.org/ja/docs/distinguish-between-the-unknown-and-the-filtered.html).
 */
export function classOf(reason: Reason, carrier: string | undefined): ReasonClass {
  if (carrier !== undefined && reason === 'filtered') return 'carrier-rejection';
  if (carrier === 'docomo' && reason === 'rejected') return 'carrier-rejection';
  return CLASS_OF[reason];
}
