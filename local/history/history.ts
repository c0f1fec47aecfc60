import { byCodeUnits } from '../../lib/text.ts';
import { DAY } from '../../lib/time.ts';
import type { LocalClock } from '../clock.ts';
import { type Random, seeded } from '../random.ts';
import { SHOP_DOMAIN } from '../ses/account.ts';
import type { LocalSes } from '../ses/engine.ts';
import type { Mailbox } from '../ses/mailboxes.ts';
import { COMPANY_DOMAIN, type Customer, customers } from './people.ts';

/** What a history is made with; the same options give the same history on every machine. */
export interface HistoryOptions {
  readonly seed?: number;
  /** Number of addresses. Default 2,000. */
  readonly customers?: number;
  /** First and last moment, ISO 8601. Default: January 2024 to 20 November 2026. */
  readonly from?: string;
  readonly until?: string;
}

/** Something that happens in a history; steps are in order of time. */
export type HistoryStep =
  | {
      readonly kind: 'send';
      /** ISO 8601 UTC. */
      readonly at: string;
      readonly mail: 'order' | 'shipped';
      readonly from: string;
      readonly to: readonly string[];
      readonly subject: string;
    }
  | {
      readonly kind: 'mailbox';
      readonly at: string;
      readonly address: string;
      readonly settings: Partial<Mailbox>;
    };

/** A row of the shop's customer list. */
interface HistoryMember {
  readonly address: string;
  /** Japanese dates, ISO 8601. */
  readonly since: string;
  readonly lastSeen: string;
}

/** Some years of a small shop's mail, ready to be played through a local SES. */
export interface History {
  readonly from: string;
  readonly until: string;
  /** Everyone who ever ordered, with the truth about their mailbox. */
  readonly customers: readonly Customer[];
  /** The shop's customer list as it would be exported at the end: guests are not on it. */
  readonly members: readonly HistoryMember[];
  readonly steps: readonly HistoryStep[];
}

/** Mean time between two orders of one customer. */
const BETWEEN_ORDERS_MS = 160 * DAY;

/** The address the shop's order mails come from. */
export const ORDER_ADDRESS = `order@${SHOP_DOMAIN}`;

/** A company orders with a copy to its accounts department: mails with two recipients at one domain. */
const ACCOUNTING = `keiri@${COMPANY_DOMAIN}`;

/** Invents a history: orders with two mails each, mailboxes that change, and what became of them. */
export function generateHistory(options: HistoryOptions = {}): History {
  const random = seeded(options.seed ?? 20240104);
  const from = Date.parse(options.from ?? '2024-01-04T00:00:00+09:00');
  const until = Date.parse(options.until ?? '2026-11-20T00:00:00+09:00');
  const people = customers(random, options.customers ?? 2000, from, until);
  const steps: HistoryStep[] = [];
  const members: HistoryMember[] = [];
  for (const person of people) {
    for (const change of person.changes) {
      if (change.at >= until) continue;
      steps.push({ kind: 'mailbox', at: iso(change.at), address: person.address, settings: change.settings });
    }
    const moments = orders(random, person, until);
    for (const at of moments) steps.push(...orderMails(random, person.address, at, until));
    const [first] = moments;
    if (!person.member || first === undefined) continue;
    const last = moments.at(-1) ?? first;
    members.push({ address: person.address, since: day(first), lastSeen: day(last) });
  }
  steps.sort((a, b) => byCodeUnits(a.at, b.at));
  return { from: iso(from), until: iso(until), customers: people, members, steps };
}

/**
 * Plays a history through a local SES: sets the mailboxes, then lets everything happen at its own moment. The
 * clock ends at the history's end; what is due after it (a complaint, a retry) stays planned.
 *
 * @returns how many mails were sent.
 */
export function playHistory(history: History, ses: LocalSes, clock: LocalClock): number {
  clock.set(history.from);
  ses.setMailbox(ACCOUNTING, {});
  for (const person of history.customers) ses.setMailbox(person.address, person.mailbox);
  let sent = 0;
  for (const step of history.steps) {
    clock.set(step.at);
    ses.tick();
    if (step.kind === 'mailbox') {
      ses.setMailbox(step.address, step.settings);
      continue;
    }
    ses.send({ from: step.from, to: step.to, subject: step.subject, tags: { mail: step.mail } });
    sent++;
  }
  clock.set(history.until);
  ses.tick();
  return sent;
}

/** Moments of a customer's orders: the first, then at random intervals, in Japanese waking hours. */
function orders(random: Random, person: Customer, until: number): number[] {
  const end = Math.min(person.left ?? until, until);
  const moments: number[] = [];
  for (let at = person.since; at < end; at += -Math.log(1 - random.next()) * BETWEEN_ORDERS_MS + DAY) {
    moments.push(wakingHour(random, at));
  }
  return moments.filter((at) => at < until);
}

/** The same Japanese day, between 8 and 24 o'clock. */
function wakingHour(random: Random, at: number): number {
  const tokyo = 9 * 3600_000;
  const midnight = Math.floor((at + tokyo) / DAY) * DAY - tokyo;
  return midnight + 8 * 3600_000 + random.below(16 * 3600_000);
}

function orderMails(random: Random, address: string, at: number, until: number): HistoryStep[] {
  const number = random.hex(6).toUpperCase();
  const shipped = wakingHour(random, at + (1 + random.below(2)) * DAY);
  const mail = (kind: 'order' | 'shipped', when: number, subject: string): HistoryStep => ({
    kind: 'send',
    at: iso(when),
    mail: kind,
    from: ORDER_ADDRESS,
    to: address.endsWith(`@${COMPANY_DOMAIN}`) ? [address, ACCOUNTING] : [address],
    subject,
  });
  const mails = [mail('order', at, `ご注文ありがとうございます (${number})`)];
  if (shipped < until) mails.push(mail('shipped', shipped, `商品を発送しました (${number})`));
  return mails;
}

/** The Japanese date. */
function day(at: number): string {
  return iso(at + 9 * 3600_000).slice(0, 10);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
