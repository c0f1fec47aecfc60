import type { LocalSes } from '../../local/ses/engine.ts';
import { DAYS, isAu, type Person, type Year } from './world.ts';

/** Plays one year in one way, and counts the same things in all of them. */

/** How the shop treats its suppression list. Days are counted from 0; the entry's dates are the SES clock's. */
export interface Way {
  readonly name: string;
  readonly ses: LocalSes;
  /** Moves the clock to a day's morning. */
  begin(day: number): void;
  /** After a day's mails: what runs by itself, and what somebody does who looks once a day. @returns minutes. */
  evening(day: number, rates: AccountRates): Promise<number>;
  /** A customer asked why no mail comes. The advice to open the filter is given in every way. @returns minutes. */
  asked(address: string): Promise<number>;
  /** Minutes to set it up and look after it. */
  readonly setUp: number;
  stop(): Promise<void>;
}

/** The bounce and complaint rate of the last days, as SES would tell it; fractions. */
export interface AccountRates {
  readonly bounce: number;
  readonly complaint: number;
}

/** What a year came to. */
export interface Result {
  /** Mails of orders that did not reach a living customer. */
  missed: number;
  /** Of them those that the mailbox would have taken: the list alone stood in the way. */
  dropped: number;
  /** Customers who missed a mail of an order, and those who could still not be reached when the year ended. */
  customers: number;
  unreached: number;
  /** Days from a customer's first missed mail until mail would arrive again, median; until the year's end for the others. */
  days: number;
  /** Of the mails that SES sent: returned for good, in the year and in its worst month. */
  bounceRate: number;
  worstBounceRate: number;
  complaintRate: number;
  /** Mails that reached somebody who had complained. */
  toComplainers: number;
  minutes: number;
}

/** What is known of a person while the year is played. */
interface State {
  readonly person: Person;
  filters: boolean;
  /** Whether the mailbox refuses the shop's mail today. */
  shut: boolean;
  gone: boolean;
  complained: boolean;
  newslettersAfter: number;
  /** Day of the first mail missed and not yet made good. */
  missingSince: number | undefined;
  findsOutOn: number | undefined;
  asksOn: number | undefined;
}

/** Days over which SES's rates are looked at here; AWS speaks of a representative volume and names no window. */
const WINDOW = 30;

/** Plays a year. */
export async function playYear(year: Year, way: Way): Promise<Result> {
  const states = year.people.map(
    (person): State => ({
      person,
      filters: false,
      shut: false,
      gone: false,
      complained: false,
      newslettersAfter: 0,
      missingSince: undefined,
      findsOutOn: undefined,
      asksOn: undefined,
    }),
  );
  const plan = planOf(year, states);
  const spells: number[] = [];
  const missing = new Set<string>();
  const count = { missed: 0, dropped: 0, toComplainers: 0, minutes: way.setUp };
  const perDay = Array.from({ length: DAYS }, () => ({
    sent: year.mailsToOthers / DAYS,
    bounced: 0,
    complained: 0,
  }));
  for (let day = 0; day < DAYS; day += 1) {
    way.begin(day);
    for (const state of states) changed(way, year, state, day);
    for (const { state, kind } of plan[day] ?? []) {
      const { person } = state;
      const complains =
        kind === 'newsletter' &&
        (state.complained
          ? person.complainsAgain[state.newslettersAfter++] === true
          : person.complainsFrom !== undefined && person.complainsFrom <= day);
      const fate = mailed(way.ses, person.address, complains);
      const today = perDay[day];
      if (today !== undefined && fate !== 'suppressed') today.sent += 1;
      if (today !== undefined && fate === 'refused') today.bounced += 1;
      if (fate === 'inbox' && state.complained) count.toComplainers += 1;
      if (fate === 'inbox' && complains) {
        state.complained = true;
        if (today !== undefined) today.complained += 1;
      }
      if (kind === 'order' && fate !== 'inbox' && !state.gone && !state.complained) {
        count.missed += 1;
        if (!isShut(year, state, day)) count.dropped += 1;
        missing.add(person.address);
        if (state.missingSince === undefined) {
          state.missingSince = day;
          if (person.findsOutAfter !== undefined) state.findsOutOn = day + person.findsOutAfter;
          if (person.asks) state.asksOn = day + year.asksDays;
        }
      }
    }
    for (const state of states) {
      if (state.asksOn !== day) continue;
      count.minutes += await way.asked(state.person.address);
      if (state.person.followsAdvice) state.filters = false;
    }
    count.minutes += await way.evening(day, ratesBefore(perDay, day));
    for (const state of states) {
      if (state.missingSince === undefined || isShut(year, state, day)) continue;
      if (way.ses.list.blocking(state.person.address) !== undefined) continue;
      spells.push(day - state.missingSince);
      state.missingSince = undefined;
    }
  }
  const waiting = states.filter(
    ({ missingSince, gone, complained }) => missingSince !== undefined && !gone && !complained,
  );
  const all = [...spells, ...waiting.map(({ missingSince = 0 }) => DAYS - missingSince)].toSorted(
    (a, b) => a - b,
  );
  const sum = (name: 'sent' | 'bounced' | 'complained') =>
    perDay.reduce((total, each) => total + each[name], 0);
  return {
    ...count,
    customers: missing.size,
    unreached: waiting.length,
    days: all[Math.floor(all.length / 2)] ?? 0,
    bounceRate: sum('bounced') / sum('sent'),
    worstBounceRate: Math.max(...perDay.map((_, day) => ratesBefore(perDay, day).bounce)),
    complaintRate: sum('complained') / sum('sent'),
  };
}

/** Who is sent what on each day. */
function planOf(year: Year, states: readonly State[]): { state: State; kind: 'order' | 'newsletter' }[][] {
  const plan: { state: State; kind: 'order' | 'newsletter' }[][] = Array.from({ length: DAYS }, () => []);
  for (const state of states) {
    for (const order of state.person.orders) {
      for (const after of year.orderMails) plan[order + after]?.push({ state, kind: 'order' });
    }
    for (const day of year.newsletters) plan[day]?.push({ state, kind: 'newsletter' });
  }
  return plan;
}

/** What happens to a customer on this day, whatever the shop does. */
function changed(way: Way, year: Year, state: State, day: number): void {
  const { address, filtersFrom, diesOn } = state.person;
  const { mailboxes } = way.ses;
  if (day === 0) mailboxes.set(address, { exists: true });
  if (filtersFrom === day) state.filters = true;
  if (diesOn === day) {
    state.gone = true;
    mailboxes.set(address, { exists: false });
  }
  if (state.findsOutOn === day) state.filters = false;
  const shut = isShut(year, state, day);
  if (shut !== state.shut) mailboxes.set(address, { filtersPcMail: shut });
  state.shut = shut;
}

/** Whether the mailbox refuses the shop's mail on this day. */
function isShut({ incident }: Year, { filters, person }: State, day: number): boolean {
  return filters || (incident.has(day) && isAu(person.address));
}

/** Sends a mail. @returns what became of it. */
function mailed(ses: LocalSes, address: string, complains: boolean) {
  if (complains) ses.setMailbox(address, { reaction: 'complains' });
  const id = ses.send({ from: 'shop@shop.example', to: [address] });
  ses.drain();
  if (complains) ses.setMailbox(address, { reaction: 'none' });
  return ses.trace(id)?.recipients[0]?.fate ?? 'pending';
}

function ratesBefore(
  perDay: readonly { readonly sent: number; readonly bounced: number; readonly complained: number }[],
  day: number,
): AccountRates {
  const total = { sent: 0, bounced: 0, complained: 0 };
  for (const each of perDay.slice(Math.max(0, day - WINDOW + 1), day + 1)) {
    total.sent += each.sent;
    total.bounced += each.bounced;
    total.complained += each.complained;
  }
  return { bounce: total.bounced / total.sent, complaint: total.complained / total.sent };
}
