import { type Random, seeded } from '../../local/random.ts';
import { RATES, type Rates, ratesOf, type SettingName } from './rates.ts';

/**
 * The world of the simulated year: who has what address, what happens to it, which mails the shop sends, and how each
 * customer would act. It is told before anything is played and does not depend on how the shop treats its list, so that
 * all ways meet the same year. It imports nothing of lib/.
 */

/** Days of the year. */
export const DAYS = 365;

/** A customer to whom something happens in the year. */
export interface Person {
  readonly address: string;
  /** Day from which the owner filters mail from PCs; absent: never. */
  readonly filtersFrom?: number;
  /** Day from which the mailbox is gone. */
  readonly diesOn?: number;
  /** Day from which the next newsletter that arrives is reported as spam. */
  readonly complainsFrom?: number;
  /** Days from the first missed mail until the owner finds the filter without being told; absent: does not. */
  readonly findsOutAfter?: number;
  /** Whether the owner asks the shop when an order's mails do not come, and follows what is advised. */
  readonly asks: boolean;
  readonly followsAdvice: boolean;
  /** Whether each further newsletter after the first complaint would be reported too, in their order. */
  readonly complainsAgain: readonly boolean[];
  /** Days of the orders. */
  readonly orders: readonly number[];
}

/** A year as it will come. */
export interface Year {
  readonly people: readonly Person[];
  /** Days on which newsletters are sent, to everybody. */
  readonly newsletters: readonly number[];
  /** Days on which au refuses all mail of the shop. */
  readonly incident: ReadonlySet<number>;
  /** Mails of an order, by days after it: confirmation, dispatch, thanks. */
  readonly orderMails: readonly number[];
  /** Days after which a customer asks who does. */
  readonly asksDays: number;
  /**
   * Mails to customers to whom nothing happens. Theirs arrive in every way, so they are counted and not played.
   */
  readonly mailsToOthers: number;
}

/** Tells a year. The same seed and setting give the same year. */
export function tellYear(
  setting: SettingName,
  seed: number,
  customers: number = RATES.customers[setting],
): Year {
  const rates = ratesOf(setting);
  const random = seeded(seed * 1_000_003);
  const newsletters = daysOfNewsletters(rates.newslettersAMonth);
  const first = rates.incidentDays === 0 ? DAYS : 60 + random.below(200);
  const incident = new Set(Array.from({ length: rates.incidentDays }, (_, index) => first + index));
  const people: Person[] = [];
  let mailsToOthers = 0;
  for (let index = 0; index < customers; index += 1) {
    const person = personOf(random, rates, index);
    const meetsIncident =
      isAu(person.address) && [...mailDays(person.orders), ...newsletters].some((day) => incident.has(day));
    const isTouched =
      person.filtersFrom ?? person.diesOn ?? person.complainsFrom ?? (meetsIncident ? 0 : undefined);
    if (isTouched === undefined) mailsToOthers += mailDays(person.orders).length + newsletters.length;
    else people.push(person);
  }
  return { people, newsletters, incident, orderMails: ORDER_MAILS, mailsToOthers, asksDays: rates.asksDays };
}

const ORDER_MAILS = [0, 1, 4];

const mailDays = (orders: readonly number[]) =>
  orders.flatMap((day) => ORDER_MAILS.map((after) => day + after)).filter((day) => day < DAYS);

function daysOfNewsletters(aMonth: number): number[] {
  const every = 365 / (12 * aMonth);
  return Array.from({ length: 12 * aMonth }, (_, index) => Math.floor(3 + index * every));
}

/** Whether au's server answers for an address. */
export function isAu(address: string): boolean {
  return address.endsWith('@ezweb.ne.jp');
}

/** Every roll of the dice is made for everybody, so that a rate changes nobody else's year. */
function personOf(random: Random, rates: Rates, index: number): Person {
  const carrier = random.chance(rates.carriers);
  const au = random.chance(rates.au);
  const gmail = random.chance(rates.gmail);
  const [domain, notGmail] = carrier
    ? [au ? 'ezweb.ne.jp' : random.pick(['docomo.ne.jp', 'softbank.ne.jp']), true]
    : [gmail ? 'gmail.com' : `provider${index % 40}.example.jp`, !gmail];
  const day = () => random.below(DAYS);
  const filters = random.chance(rates.filtersOn);
  const filtersFrom = day();
  const dies = random.chance(rates.dies);
  const diesOn = day();
  const complains = random.chance(rates.complains);
  const complainsFrom = day();
  const findsOut = random.chance(rates.findsOut);
  // Exponential: the median is ln 2 of the mean.
  const findsOutAfter = Math.ceil((-Math.log(1 - random.next()) * rates.findsOutDays) / Math.LN2);
  const asks = random.chance(rates.asks);
  const followsAdvice = random.chance(rates.followsAdvice);
  const complainsAgain = Array.from({ length: 48 }, () => random.chance(rates.complainsAgain));
  const orders = Array.from({ length: poisson(random, rates.ordersAYear) }, day);
  return {
    address: `customer.${index}@${domain}`,
    ...(filters && carrier && au && { filtersFrom }),
    ...(dies && { diesOn }),
    ...(complains && notGmail && { complainsFrom }),
    ...(findsOut && { findsOutAfter }),
    asks,
    followsAdvice,
    complainsAgain,
    orders: orders.toSorted((one, other) => one - other),
  };
}

function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let product = random.next();
  let count = 0;
  while (product > limit) {
    count += 1;
    product *= random.next();
  }
  return count;
}
