/**
 * Characters of a diagnostic that are read. SES's diagnostics are a few hundred; what follows is a repetition or an
 * attack, and reading a bounded text keeps the cost of a reply bounded.
 */
export const READ_LIMIT = 2048;

/**
 * The beginning of a reply in one spelling: full-width letters and colons plain, accents taken off, every kind of
 * white space one blank. A line break is kept (as `\n`) only where it is the boundary of a line of the reply.
 *
 * Reports fold long lines anywhere between words, so white space is white space. A line of the reply itself opens
 * with the code again; where its words go on in lower case, it is a fold too: `550-5.1.1 The mailbox⏎550 5.1.1 is full`.
 */
export function cleanReply(diagnosticCode: string): string {
  const raw = readable(diagnosticCode.slice(0, READ_LIMIT));
  // Most replies are one line of plain words.
  const text = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(raw) ? raw : unfolded(raw);
  return text.replace(TRANSPORT, '');
}

function unfolded(raw: string): string {
  return withoutSignature(/^[\s\x20-\x7e]*$/.test(raw) ? raw : foldLetters(raw))
    .replace(/[ \t]*[\r\n]+[ \t]*(?=[245]\d\d[ -])/g, '\v')
    .replace(/[\s\p{Cc}]+/gu, (blank) => (blank.includes('\v') ? '\n' : ' '))
    .replace(/\n([245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3} )?)(?=[a-z])/g, ' ');
}

/** RFC 3464's type before the diagnostic; `X-Unix` stands for a local program and is kept. */
const TRANSPORT = /^ ?(?:smtp|esmtp|lmtp|x-postfix|x-notes|x-sendmail|dns|rfc822|unknown) ?; ?/i;

function foldLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFKC')
    .replaceAll('’', "'");
}

/** Without a signature after the line of two dashes (RFC 3676 section 4.3). */
function withoutSignature(text: string): string {
  const found = /\n-- ?\r?\n/.exec(text);
  return found === null ? text : text.slice(0, found.index);
}

/** Japanese that lost its encoding on the way: UTF-8 read as Latin-1, and ISO-2022-JP without its escapes. */
function readable(text: string): string {
  if (/\$B[\x21-\x7e]{2}/.test(text)) {
    return decode('iso-2022-jp', text.replace(/\$B(?=[\x21-\x7e]{2})/g, '\x1b$B').replace(/\(B/g, '\x1b(B'));
  }
  if (!/[\u00c2-\u00f4][\u0080-\u00bf]/.test(text) || /[\u0100-\uffff]/.test(text)) return text;
  const decoded = decode('utf-8', text);
  // Accented Latin letters may look like UTF-8 too: what comes out must be of another script.
  const isOther = /[\u0250-\ufffc].*[\u0250-\ufffc]/s.test(decoded) && decoded.split('\ufffd').length <= 4;
  return isOther ? decoded : text;
}

function decode(encoding: string, text: string): string {
  return new TextDecoder(encoding).decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff));
}
