import type { Confidence, Reason } from './reason.ts';

/** What an enhanced status or a reply code alone says, when no words decided. */
export interface MarkRule {
  readonly reason: Reason;
  readonly confidence: Confidence;
}

function mark(reason: Reason, confidence: Confidence): MarkRule {
  return { reason, confidence };
}

/** Public name of the registry the table rests on. */
export const STATUS_SOURCE = 'RFC 3463, RFC 5248 (IANA enumerated status codes), RFC 7372, RFC 7505';

/**
 * Enhanced status codes, without the class: `1.1` serves 4.1.1 and 5.1.1.
 *
 * None is `certain`: in a report the code is the sending system's own as often as the receiver's (Sendmail writes
 * 5.1.1 or 5.2.0, Postfix 5.0.0; libsisimai.org/ja/docs/distinguish-between-the-unknown-and-the-filtered.html).
 */
export const STATUS_RULES: ReadonlyMap<string, MarkRule> = new Map([
  ['1.0', mark('userunknown', 'ambiguous')],
  ['1.1', mark('userunknown', 'likely')],
  ['1.2', mark('hostunknown', 'likely')],
  ['1.3', mark('userunknown', 'ambiguous')],
  ['1.4', mark('userunknown', 'ambiguous')],
  ['1.6', mark('hasmoved', 'likely')],
  ['1.7', mark('rejected', 'likely')],
  ['1.8', mark('rejected', 'likely')],
  ['1.9', mark('expired', 'ambiguous')],
  ['1.10', mark('notaccept', 'likely')],
  ['2.0', mark('undefined', 'ambiguous')],
  ['2.1', mark('suspend', 'ambiguous')],
  ['2.2', mark('mailboxfull', 'likely')],
  ['2.3', mark('exceedlimit', 'likely')],
  ['2.4', mark('filtered', 'ambiguous')],
  ['3.0', mark('systemerror', 'likely')],
  ['3.1', mark('systemfull', 'likely')],
  ['3.2', mark('notaccept', 'ambiguous')],
  ['3.4', mark('mesgtoobig', 'likely')],
  ['3.5', mark('systemerror', 'likely')],
  ['4.0', mark('expired', 'ambiguous')],
  ['4.1', mark('expired', 'likely')],
  ['4.2', mark('networkerror', 'likely')],
  ['4.3', mark('systemerror', 'likely')],
  ['4.4', mark('hostunknown', 'likely')],
  ['4.5', mark('systemfull', 'ambiguous')],
  ['4.6', mark('networkerror', 'likely')],
  ['4.7', mark('expired', 'likely')],
  ['4.14', mark('networkerror', 'likely')],
  ['5.0', mark('undefined', 'ambiguous')],
  ['5.1', mark('syntaxerror', 'ambiguous')],
  ['5.2', mark('syntaxerror', 'ambiguous')],
  ['5.3', mark('ratelimited', 'likely')],
  ['5.4', mark('syntaxerror', 'ambiguous')],
  ['6.0', mark('contenterror', 'likely')],
  ['6.1', mark('contenterror', 'likely')],
  ['6.2', mark('contenterror', 'likely')],
  ['6.3', mark('contenterror', 'likely')],
  ['6.5', mark('contenterror', 'likely')],
  ['6.6', mark('contenterror', 'likely')],
  ['6.7', mark('contenterror', 'likely')],
  ['6.9', mark('contenterror', 'likely')],
  ['7.0', mark('securityerror', 'ambiguous')],
  ['7.1', mark('rejected', 'ambiguous')],
  ['7.2', mark('rejected', 'ambiguous')],
  ['7.3', mark('securityerror', 'ambiguous')],
  ['7.4', mark('securityerror', 'ambiguous')],
  ['7.5', mark('securityerror', 'ambiguous')],
  ['7.6', mark('securityerror', 'ambiguous')],
  ['7.7', mark('policyviolation', 'ambiguous')],
  ['7.8', mark('securityerror', 'ambiguous')],
  ['7.9', mark('securityerror', 'ambiguous')],
  ['7.13', mark('suspend', 'likely')],
  ['7.17', mark('hasmoved', 'likely')],
  ['7.20', mark('authfailure', 'likely')],
  ['7.21', mark('authfailure', 'likely')],
  ['7.22', mark('authfailure', 'likely')],
  ['7.23', mark('authfailure', 'likely')],
  ['7.24', mark('authfailure', 'likely')],
  ['7.25', mark('requireptr', 'likely')],
  ['7.26', mark('authfailure', 'likely')],
  ['7.27', mark('notaccept', 'likely')],
  ['7.28', mark('ratelimited', 'likely')],
  ['7.29', mark('authfailure', 'likely')],
]);

/** Public name of the standard the table of reply codes rests on. */
export const CODE_SOURCE = 'RFC 5321 section 4.2.2, RFC 7504';

/** SMTP reply codes, when neither words nor an enhanced status decided. */
export const CODE_RULES: ReadonlyMap<number, MarkRule> = new Map([
  [421, mark('blocked', 'ambiguous')],
  [422, mark('mailboxfull', 'ambiguous')],
  [426, mark('expired', 'ambiguous')],
  [432, mark('onhold', 'ambiguous')],
  [450, mark('onhold', 'ambiguous')],
  [451, mark('systemerror', 'ambiguous')],
  [452, mark('systemfull', 'ambiguous')],
  [454, mark('systemerror', 'ambiguous')],
  [500, mark('syntaxerror', 'ambiguous')],
  [501, mark('syntaxerror', 'ambiguous')],
  [502, mark('syntaxerror', 'ambiguous')],
  [503, mark('syntaxerror', 'ambiguous')],
  [504, mark('syntaxerror', 'ambiguous')],
  [521, mark('notaccept', 'likely')],
  [523, mark('exceedlimit', 'ambiguous')],
  [525, mark('suspend', 'ambiguous')],
  [530, mark('securityerror', 'likely')],
  [535, mark('securityerror', 'likely')],
  [550, mark('undefined', 'ambiguous')],
  [551, mark('hasmoved', 'likely')],
  [552, mark('exceedlimit', 'ambiguous')],
  [553, mark('undefined', 'ambiguous')],
  [554, mark('undefined', 'ambiguous')],
  [556, mark('notaccept', 'likely')],
  [571, mark('blocked', 'ambiguous')],
]);
