import { domainOf, localPartOf, normaliseAddress } from '../../address.ts';

/**
 * The addresses that a reply names. A server that the customer's mail is forwarded to answers about a mailbox of its
 * own, and the reply then names an address that no mail was sent to.
 */

/** Longest address read (RFC 5321 section 4.5.3.1: 64 and 255 letters); what is longer is none. */
const LONGEST = 320;
/** Characters before and after an address that may say whose it is. */
const CONTEXT = 100;
/** So many at signs of a reply are looked at; a reply that has more is no answer about one mailbox. */
const MOST = 100;

/** An address in a text, where it stands. */
interface Found {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The mailboxes other than the recipient's that a reply answers about, normalised, each once, in order.
 *
 * Left out are the recipient's own address however it is spelled (case, full-width letters, quotes, a `+tag`, Gmail's
 * dots, the `=` forms of VERP and BATV, the `%` and IMCEA forms of relays, the same name at a host below the domain),
 * addresses that are nobody's mailbox (return paths such as SRS, Message-IDs, links), the sender's address, and
 * whom the reader is asked to write to. Pure; linear in the reply.
 *
 * @param reply the diagnostic as the server wrote it.
 * @param recipient the address that the mail was sent to.
 * @param senderDomain the domain that the shop sends from: an address there is the sender's.
 * @example otherMailboxesNamed('550 5.1.1 <taro@example.com>: user unknown', 'hanako@example.jp') // ['taro@example.com']
 */
export function otherMailboxesNamed(
  reply: string,
  recipient: string,
  senderDomain?: string,
): readonly string[] {
  const own = mailboxOf(normaliseAddress(recipient));
  const others = new Set<string>();
  for (const found of addressesIn(reply)) {
    if (isNobodys(reply, found)) continue;
    const forms = formsOf(found.text);
    if (forms.some((form) => isSameMailbox(mailboxOf(form), own) || isCutOff(reply, found, form, own)))
      continue;
    const named = forms.at(-1);
    if (named === undefined || isSendersDomain(domainOf(named), senderDomain)) continue;
    others.add(named);
  }
  return [...others];
}

/** Every address of a text outside links. Nothing before `done` is looked at again: that keeps the time linear. */
function* addressesIn(text: string): Generator<Found> {
  let done = 0;
  let count = 0;
  for (const { index } of text.matchAll(/[@＠]/g)) {
    count += 1;
    if (count > MOST) return;
    if (index < done) continue;
    const start = localStart(text, index, Math.max(done, index - LONGEST));
    const end = domainEnd(text, index + 1);
    done = Math.max(end, index + 1);
    if (start === index || !text.slice(index + 1, end).includes('.')) continue;
    if (isInLink(text, start, end)) continue;
    yield { text: text.slice(start, end), start, end };
  }
}

/** A letter of an unquoted local part (RFC 5321 atext and the dot); a full-width one stands for its plain form. */
const LOCAL = /[\w.!#$%&'*+\-/=?^`{|}~０-９Ａ-Ｚａ-ｚ．＿－＋]/;
const DOMAIN = /[A-Za-z0-9.\-０-９Ａ-Ｚａ-ｚ．－]/;

function localStart(text: string, at: number, from: number): number {
  if (text.charAt(at - 1) === '"') {
    const open = text.lastIndexOf('"', at - 2);
    return open >= from ? open : at;
  }
  let start = at;
  while (start > from && LOCAL.test(text.charAt(start - 1))) start -= 1;
  return start;
}

function domainEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && end - from < LONGEST && DOMAIN.test(text.charAt(end))) end += 1;
  return end;
}

/** Whether an address is part of a web address: `https://help.example/?to=hanako@example.jp`. */
function isInLink(text: string, start: number, end: number): boolean {
  let from = start;
  while (from > 0 && start - from < LONGEST && !/[\s<>"]/.test(text.charAt(from - 1))) from -= 1;
  return /https?:\/\/|^www\./i.test(text.slice(from, end));
}

/** What a text writes before an address that is the sender's, right before it. */
const SENDER_BEFORE =
  /(?:\bfrom|\bsender|\bsender address|\breturn-path|\boriginator|送信者|差出人|送信元)(?:[\s:=<"'(は]|のアドレス|アドレス)*$/i;
/** And right after it: Postfix's `<shop@shop.example>: Sender address rejected`. */
const SENDER_AFTER = /^[\s>"')]*[:\s]?\s*(?:sender\b|is not allowed to send|not authorized to send)/i;
const MESSAGE_ID = /\b(?:message-?\s?id|msg-?id|mid|reference|references)(?:[\s:=<"'(]|is)*$/i;
/** Words of a sentence that asks the reader to write to the address at its end. */
const CONTACT =
  /\b(?:contact\b|mailto:|write to|report|questions?|problems?|assistance|support|help\b|please (?:send|forward|e-?mail|mail)|(?:send|forward) (?:an?|this|the) (?:e-?mail|mail|message|error|bounce|request)|e-?mail us|information|reach us|if you (?:believe|feel|think)|whitelist|delist|unblock|removal)|問い?合わ?せ|連絡|ご報告/i;
/** Mailboxes of a server's operators (RFC 2142) and of block lists. */
const OPERATORS =
  /^(?:postmaster|hostmaster|webmaster|abuse|mailer-daemon|noc|security|delist|unblock|removal|blacklist|blocklist|mail-?admin|mailmaster|no-?reply)(?:[+.-]|$)/;

/** Whether an address is no mailbox that mail was for: a sender's, a contact's, a return path, a Message-ID. */
function isNobodys(reply: string, { text, start, end }: Found): boolean {
  const local = localPartOf(text).toLowerCase().replace(/^['"]/, '');
  if (/^srs[01][=+-]/.test(local) || OPERATORS.test(local)) return true;
  const before = reply.slice(Math.max(0, start - CONTEXT), start);
  const after = reply.slice(end, end + CONTEXT);
  if (SENDER_BEFORE.test(before) || SENDER_AFTER.test(after) || MESSAGE_ID.test(before)) return true;
  return CONTACT.test(lastSentence(before));
}

/** The sentence that a text breaks off in. */
function lastSentence(text: string): string {
  return text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('. '), text.lastIndexOf('。')) + 1);
}

/** Names before `=` that say what follows is an address, not a return path: `to=<hanako@example.jp>`. */
const FIELD = /^(?:to|rcpt|rcptto|recipient|user|mailbox|email|mail|addr|address|for|orig_to)=/;

/**
 * The addresses that a spelling may stand for, the likeliest last; none where it is only a return path of somebody
 * else's.
 */
function formsOf(text: string): readonly string[] {
  const whole = normaliseAddress(text.replace(/^['`]+/, ''));
  const local = localPartOf(whole);
  if (local.startsWith('imceasmtp-')) return [normaliseAddress(unescaped(local.slice(10)))];
  if (/^imcea[a-z]*-/.test(local)) return [];
  if (local.includes('%')) return [whole, local.replace(/%(?=[^%]*$)/, '@')];
  if (!local.includes('=')) return [whole];
  if (FIELD.test(local)) return [whole.replace(FIELD, '')];
  const tagged = /^(?:prvs|btv1|msprvs1|sc-noeval)?=.*=([^=]+)$/.exec(local)?.[1];
  if (tagged !== undefined) return [`${tagged}@${domainOf(whole)}`];
  return verpForms(local);
}

/** What a return path of VERP (`bounces+hanako=example.jp`) may hold: each reading where a sign ends the prefix. */
function verpForms(local: string): readonly string[] {
  const equals = local.lastIndexOf('=');
  const name = local.slice(0, equals);
  const domain = local.slice(equals + 1);
  const starts = [...name.matchAll(/[+\-=_]/g)].slice(-8).map(({ index }) => index + 1);
  return [0, ...starts].map((start) => `${name.slice(start)}@${domain}`);
}

/** Exchange's escapes in an encapsulated address: `+40` is `@`, `+2E` a dot. */
function unescaped(local: string): string {
  return local.replace(/\+([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

interface Mailbox {
  readonly local: string;
  readonly domain: string;
}

/** An address without what does not tell mailboxes apart: a `+tag`, and at Gmail the dots. */
function mailboxOf(address: string): Mailbox {
  const domain = domainOf(address) === 'googlemail.com' ? 'gmail.com' : domainOf(address);
  const local = localPartOf(address).replace(/^"(.*)"$/, '$1');
  const untagged = local.replace(/(?<=.)\+.*$/, '');
  return { local: domain === 'gmail.com' ? untagged.replaceAll('.', '') : untagged, domain };
}

/** Whether two names stand for one mailbox: a server may write its own host name for the domain. */
function isSameMailbox(one: Mailbox, other: Mailbox): boolean {
  if (one.local !== other.local) return false;
  return (
    one.domain === other.domain ||
    one.domain.endsWith(`.${other.domain}`) ||
    other.domain.endsWith(`.${one.domain}`)
  );
}

/** Whether the reply ends in the middle of the recipient's address: diagnostics are cut to a length. */
function isCutOff(reply: string, found: Found, form: string, own: Mailbox): boolean {
  return found.end === reply.length && `${own.local}@${own.domain}`.startsWith(form);
}

/** The return path of a mail that SES sends is at amazonses.com, or below the shop's domain. */
function isSendersDomain(domain: string, senderDomain: string | undefined): boolean {
  return [senderDomain, 'amazonses.com'].some(
    (each) => each !== undefined && (domain === each || domain.endsWith(`.${each}`)),
  );
}
