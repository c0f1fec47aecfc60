/**
 * The grammar of a reply: which words open it, give advice, name a cause. Tables only; dissect.ts applies them.
 *
 * A reply reads `[transport;] [what the sending system wrote] CODE [STATUS] clause clause …`. A clause is an opening
 * (the fixed words a server or protocol puts before every reason), a statement, a cause (what stands after "because"
 * or "due to"), or advice (what the reader is asked to do, where to look, what a refusal is for).
 */

/** Where in the SMTP dialogue a reply was given, when the text shows it (RFC 5321 section 3.3). */
export type Phase = 'connect' | 'mail' | 'rcpt' | 'data';

/** Whom an opening is about; what follows it is about the same. */
export type Subject = 'sender' | 'client' | 'recipient';

/** Words by which sending systems show in which phase they were answered. */
export const PHASE_WORDS: readonly (readonly [words: string, phase: Phase])[] = [
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
  ['refused to talk to me', 'connect'],
  ['my name was rejected', 'connect'],
  // Gmail's state numbers until about 2013 (Sisimai Lhost::Gmail).
  ['state 18', 'data'],
  ['state 17', 'data'],
  ['state 14', 'rcpt'],
  ['state 13', 'mail'],
];

/**
 * What a sending system writes right before the reply that it quotes: Postfix and Exim ("said:", "host …:"), qmail,
 * Exchange ("->"), SES ("minutes.<"), DragonFly ("did not like our …:"), Sendmail's transcript ("<<<").
 */
export const QUOTES_A_REPLY =
  /(?:\bsaid|\bwas|\bresponded(?: as follows| with)?|\bfailed with|\bfollowing (?:error|reason|response|error message)|\brefused to talk to me|did not like our [a-z ]{3,20}|: host [^:]{1,120}|minutes?\.|->|<<<|\bdelay reason|\bafter (?:initial connection|end of data|rcpt to|mail from)(?:: ?<[^>]{0,200}>)?[^:]{0,60}|\berror from remote mail(?:er| server))[:\s"'[<(]*(?=[245]\d\d[ \-:.])/gi;

/** Openings, with whom they are about. They are put before every reason and so are none. */
export const OPENINGS: readonly (readonly [phrase: string, about: Subject | 'anything'])[] = [
  ['recipient|recipients address|addresses? rejected|refused', 'recipient'],
  ['all recipient addresses rejected', 'recipient'],
  ['undeliverable|unverified address', 'recipient'],
  ['permanent|temporary failure for one or more recipients', 'recipient'],
  ['one or more recipients rejected|failed?', 'recipient'],
  ['requested mail? action not taken|okay', 'anything'],
  ['requested mail? action not taken mailbox unavailable', 'recipient'],
  ['requested mail? action aborted', 'anything'],
  ['mailbox|user unavailable', 'recipient'],
  ['sender address|domain? rejected|refused|denied', 'sender'],
  ['mail from command? rejected', 'sender'],
  ['client host|address? rejected|refused|denied', 'client'],
  ['helo|ehlo command? rejected', 'client'],
  ['unverified client host? rejected', 'client'],
  ['end of data command rejected', 'anything'],
  ['end-of-data command rejected', 'anything'],
  ['data command rejected', 'anything'],
  ['delivery error dd?', 'anything'],
  ['delivery failed|failure', 'anything'],
  ['mail|message|email delivery failed|failure', 'anything'],
  ['message|mail|email rejected|refused|bounced|undeliverable', 'anything'],
  ['message|mail|email not accepted', 'anything'],
  ['message|mail|email was? rejected|refused by the? server|host|system', 'anything'],
  ['transaction failed', 'anything'],
  ['service unavailable|refused', 'anything'],
  ['access denied', 'anything'],
  ['delivery not authorized', 'anything'],
  ['remote server returned', 'anything'],
  ['permanent|temporary|transient|fatal error|failure', 'anything'],
  ['unfortunately', 'anything'],
  ['sorry', 'anything'],
  ['error', 'anything'],
  ['warning', 'anything'],
  ['failed', 'anything'],
  ['rejected|refused|reject', 'anything'],
  ['undeliverable', 'anything'],
  ['hi|hello', 'anything'],
];

/** Advice: what it begins with, anywhere in a clause. */
export const ADVICE: readonly string[] = [
  'please',
  'pls',
  'kindly',
  'see',
  'visit',
  'contact',
  'refer to',
  'consult',
  'for more|further|additional|detailed? information|details|info|help|assistance|explanation',
  'for more',
  'for information|details|help|assistance|support',
  'more info|information|details',
  'further information',
  'if you',
  'if this|it is|was',
  'if the problem',
  'learn more',
  'to learn',
  'to find out',
  'to fix this',
  'to resolve',
  'to request',
  'to reduce the',
  'to protect our|the|users',
  'to best protect',
  'to prevent',
  'in order to',
  'go to',
  'try again',
  'try later',
  'retry later',
  'try resending|sending|another|checking|it',
  'try to resend|send',
  'you can|may|could|should also?',
  'make sure',
  'double check|checking',
  'report this|problems|it',
  'send a|an mail|email|message to',
  'forward this',
  'thank you|thanks',
  'best|kind? regards',
  'sincerely',
  'yours',
  'powered|protected|provided by',
  'this is an automated|automatically',
  'help page',
  'error id',
  'reference id|number|code',
  'incident id',
  // qmail and others at the end of what they quote.
  'giving up on',
  'im not going to try',
  'this message has been in the queue',
  'no further delivery attempts',
  'this has been|is a permanent failure|error',
  'this message will not be',
];

/** Advice only where a clause begins with it: the words are also said of causes ("SPF check failed"). */
export const ADVICE_AT_START: readonly string[] = [
  'check',
  'ask',
  'help',
  'support',
  'verify',
  'consider',
  'ensure',
  'review',
  'correct',
  'try',
  'call',
  'email|mail us',
  'reduce',
  'give',
  'giving up',
  'resend',
  'details|info|information',
  'https?',
];

/** After "please": what the server demands is a cause in the form of a request. */
export const DEMANDS: readonly string[] = [
  'use',
  'authenticate',
  'slow',
  'turn',
  'fix',
  'issue',
  'provide',
  'configure',
  'set up',
  'add',
  'enable',
  'reduce your|the rate',
  'retry slower',
];

/** Words before which the word "see" or "contact" is no advice ("trying to contact"). */
export const NO_ADVICE_AFTER: ReadonlySet<string> = new Set(['to', 'we', 'not', 'could', 'i', 'attempts']);

/** What stands between a consequence and its cause. */
export const CAUSE: readonly string[] = [
  'because of?',
  'due to',
  'owing to',
  'since',
  'as a result of',
  'caused by',
  'for failing|failure|lack|violating|not',
  'on account of',
  'reason is|was?',
  'reasons',
];

/** Japanese: sentences with these words ask for something or point somewhere. */
export const ADVICE_JA =
  /ください|下さい|お願い|願います|お問い合わせ|お問合せ|問い合わせ|詳しくは|詳細は|ご確認|ご連絡|参照|原因をいくつか/;
