import type { Phase } from './rule.ts';

/** Words by which sending systems show in which phase they were answered. */
export const PHASE_PHRASES: ReadonlyMap<string, Phase> = new Map([
  // Postfix: "(in reply to end of DATA command)".
  ['in reply to end of data', 'data'],
  ['in reply to data', 'data'],
  ['in reply to rcpt', 'rcpt'],
  ['in reply to mail', 'mail'],
  // Exim: "SMTP error from remote mail server after RCPT TO:<...>".
  ['after end of data', 'data'],
  ['after rcpt to', 'rcpt'],
  ['after mail from', 'mail'],
  ['after initial connection', 'connect'],
  // qmail.
  ['failed after i sent the message', 'data'],
  ['does not like recipient', 'rcpt'],
  ['but sender was rejected', 'mail'],
  // DragonFly Mail Agent.
  ['did not like our final data', 'data'],
  ['did not like our rcpt', 'rcpt'],
  ['did not like our mail', 'mail'],
  // Gmail's state numbers until about 2013 (Sisimai Lhost::Gmail).
  ['state 18', 'data'],
  ['state 17', 'data'],
  ['state 14', 'rcpt'],
  ['state 13', 'mail'],
]);
