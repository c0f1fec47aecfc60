/**
 * What the simulated year assumes, as data: every rate of the world with its public source, or `assumed`. A setting
 * changes the rates of one column; all else is the same for all.
 */

/** How hard the year is. */
export type SettingName = 'mild' | 'middle' | 'harsh';

/** One rate: its value in each setting. */
interface Rate {
  readonly what: string;
  readonly mild: number;
  readonly middle: number;
  readonly harsh: number;
  /** Where the value is from, or `assumed`. */
  readonly source: string;
}

const same = (value: number) => ({ mild: value, middle: value, harsh: value });

/** The rates. Shares are of customers, or as `what` says; a year has 365 days. */
export const RATES = {
  customers: { what: 'customers of the shop', ...same(20_000), source: 'assumed' },
  ordersAYear: { what: 'orders of a customer in the year, mean', ...same(4), source: 'assumed' },
  newslettersAMonth: {
    what: 'newsletters to every customer in a month',
    mild: 1,
    middle: 2,
    harsh: 4,
    source: 'assumed',
  },
  carriers: {
    what: 'share of customers with an address of a mobile carrier',
    ...same(0.4),
    source: 'assumed',
  },
  au: {
    what: 'share of these at au, whose server refuses what the owner filters',
    ...same(0.3),
    source: 'assumed',
  },
  filtersOn: {
    what: 'share of au customers who begin to filter mail from PCs in the year',
    mild: 0.005,
    middle: 0.03,
    harsh: 0.1,
    source: 'assumed',
  },
  incidentDays: {
    what: 'days on which au refuses all mail of the shop, in the words of its filter',
    mild: 0,
    middle: 0,
    harsh: 2,
    source: 'assumed',
  },
  dies: {
    what: 'share of customers whose mailbox ends in the year',
    mild: 0.01,
    middle: 0.04,
    harsh: 0.1,
    source: 'assumed',
  },
  complains: {
    what: 'share of customers, Gmail left out, who report a newsletter as spam in the year',
    mild: 0.0005,
    middle: 0.003,
    harsh: 0.01,
    source: 'assumed; Gmail tells SES of no complaint: support.google.com/a/answer/3726730',
  },
  gmail: { what: 'share of the other customers at Gmail', ...same(0.5), source: 'assumed' },
  complainsAgain: {
    what: 'chance that one who complained reports the next newsletter too',
    ...same(0.5),
    source: 'assumed',
  },
  findsOut: {
    what: 'chance that a customer finds the filter without being told',
    ...same(0.4),
    source: 'assumed',
  },
  findsOutDays: { what: 'days until then, median', ...same(21), source: 'assumed' },
  asks: {
    what: 'chance that a customer asks the shop after an order whose mails did not come',
    ...same(0.3),
    source: 'assumed',
  },
  asksDays: { what: 'days until then', ...same(2), source: 'assumed' },
  followsAdvice: {
    what: 'chance that who asks and is told to open the filter does so, the same day',
    ...same(0.7),
    source: 'assumed',
  },
} as const satisfies Record<string, Rate>;

/** The rates of one setting. */
export type Rates = Readonly<Record<keyof typeof RATES, number>>;

/** The rates of a setting. */
export function ratesOf(setting: SettingName): Rates {
  return Object.fromEntries(Object.entries(RATES).map(([name, rate]) => [name, rate[setting]])) as Rates;
}

/** A person's minutes for each thing that is done; all assumed. */
export const MINUTES = {
  /** To answer a customer who asks, with nothing to look at. */
  answer: 10,
  /** To answer with todoku's look-up and its letter. */
  answerWithLookUp: 5,
  /** To look an address up in SES's console and take it off. */
  removeInConsole: 5,
  /** To take it off with a command. */
  removeByCommand: 1,
  /** A proposal that is read and decided. */
  proposal: 0.5,
  /** A day on which proposals wait: to look and to begin. */
  look: 2,
  /** To write the script that purges, and to look after it for a year. */
  script: 120,
  /** To deploy todoku, connect it, and read the manual. */
  deployment: 240,
} as const;
