/**
 * Why a mail was not delivered, in Sisimai's vocabulary (https://libsisimai.org/en/reason/), with two of our own:
 * `suppressed` says that SES did not try because the address is on a suppression list; `greylisted` that the server
 * put a first attempt off and would have taken a later one.
 *
 * `filtered` at a carrier's domain or MX is a carrier's PC-mail rejection: the mailbox exists and its owner's
 * settings refused the mail.
 */
export const REASONS = [
  'filtered',
  'userunknown',
  'mailboxfull',
  'suspend',
  'hostunknown',
  'hasmoved',
  'rejected',
  'blocked',
  'badreputation',
  'ratelimited',
  'mesgtoobig',
  'exceedlimit',
  'contenterror',
  'spamdetected',
  'virusdetected',
  'policyviolation',
  'securityerror',
  'authfailure',
  'requireptr',
  'notcompliantrfc',
  'expired',
  'networkerror',
  'systemerror',
  'systemfull',
  'mailererror',
  'norelaying',
  'notaccept',
  'onhold',
  'greylisted',
  'syntaxerror',
  'failedstarttls',
  'feedback',
  'vacation',
  'suppressed',
  'undefined',
] as const;

/** See {@link REASONS}. */
export type Reason = (typeof REASONS)[number];

/**
 * How far a diagnosis may be trusted. `certain`: the words mean only this, at that time. `likely`: they fit
 * several causes and other evidence favours one. `ambiguous`: it does not. Never rounded up.
 */
export const CONFIDENCES = ['ambiguous', 'likely', 'certain'] as const;

/** See {@link CONFIDENCES}; ordered from least to most. */
export type Confidence = (typeof CONFIDENCES)[number];
