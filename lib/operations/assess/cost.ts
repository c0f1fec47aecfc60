import type { Bilingual } from '../../text.ts';

/** One part of what a deployment costs, in US dollars at Tokyo's prices. */
interface CostRow {
  readonly part: Bilingual;
  /** For a million mails sent with `deliveries: carriers`, 40 % of them to carriers, 2 % bounces (assumed). */
  readonly aMillionMails: number;
  /** For a month, however few mails. */
  readonly aMonth: number;
  readonly source: string;
}

/** When the prices were looked up. */
export const PRICES_AS_OF = '2026-11';

/**
 * The parts of the bill. What a mail causes is measured (one write unit a delivery, two a bounce; 25 ms of a function,
 * some 800 bytes of log an invocation); how many mails bounce, and how many go to carriers, is assumed.
 */
const COSTS: readonly CostRow[] = [
  {
    part: { ja: 'SNS', en: 'SNS' },
    aMillionMails: 0.64,
    aMonth: 0,
    source: 'https://aws.amazon.com/sns/pricing/ (requests, and the filter by message body)',
  },
  {
    part: { ja: 'DynamoDB', en: 'DynamoDB' },
    aMillionMails: 0.31,
    aMonth: 0,
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/ (write units since 2024-11-01)',
  },
  {
    part: { ja: 'Lambda', en: 'Lambda' },
    aMillionMails: 0.12,
    aMonth: 0,
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  {
    part: { ja: 'CloudWatch（ログ、メトリクス、アラーム）', en: 'CloudWatch (logs, metrics, alarms)' },
    aMillionMails: 0.26,
    aMonth: 5,
    source: 'https://aws.amazon.com/cloudwatch/pricing/ (0.30 a metric, 0.10 an alarm; the upper end)',
  },
];

/** What a deployment costs a month. */
export interface Cost {
  /** Mails sent in a month. */
  readonly mails: number;
  /** US dollars. */
  readonly total: number;
  readonly parts: readonly { readonly part: Bilingual; readonly dollars: number; readonly source: string }[];
}

/** What a deployment with the default settings costs an account that sends so many mails a month. */
export function costOf(mails: number): Cost {
  const parts = COSTS.map(({ part, aMillionMails, aMonth, source }) => ({
    part,
    dollars: aMonth + (mails / 1_000_000) * aMillionMails,
    source,
  }));
  return { mails, total: parts.reduce((sum, { dollars }) => sum + dollars, 0), parts };
}
