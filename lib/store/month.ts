import * as z from 'zod';
import type { Decision } from '../cases/records.ts';
import { readDecision } from './decisions.ts';
import { type Key, SORT_KEYS } from './keys.ts';
import type { Page, Scan, Table } from './table.ts';

/** A line of what was decided, or of what changed about a sender. */
export type MonthLine =
  | { readonly decision: Decision }
  | { readonly change: { readonly at: string; readonly appeared: number; readonly resolved: number } };

/** Begins the sort key of a sender's changes (see audits.ts). */
const CHANGE = 'CHANGE#';

const changeSchema = z.object({
  at: z.string(),
  appeared: z.array(z.unknown()),
  resolved: z.array(z.unknown()),
});

/** What is read: moments ISO 8601 UTC. */
export interface MonthSpan {
  readonly from: string;
  readonly until: string;
}

/** See {@link scanMonth}. An entry that merely stays is no news: every walk decides so of nearly all of them. */
export function monthScan({ from, until }: MonthSpan): Scan {
  return {
    FilterExpression:
      '(begins_with(sk, :decision) OR begins_with(sk, :change)) AND #at >= :from AND #at < :until AND (attribute_not_exists(#action) OR #action <> :keep)',
    ExpressionAttributeNames: { '#at': 'at', '#action': 'action' },
    ExpressionAttributeValues: {
      ':decision': SORT_KEYS.decision,
      ':change': CHANGE,
      ':from': from,
      ':until': until,
      ':keep': 'keep',
    },
  };
}

/** One page of a month's decisions and changes, in no order: a scan, for a question that is asked once a month. */
export async function scanMonth(table: Table, span: MonthSpan, from?: Key): Promise<Page<MonthLine>> {
  const { items, next } = await table.scan(monthScan(span), from);
  return {
    items: items.flatMap((item): MonthLine[] => {
      if (item.sk.startsWith(CHANGE)) {
        const change = changeSchema.safeParse(item).data;
        if (change === undefined) return [];
        const { at, appeared, resolved } = change;
        return [{ change: { at, appeared: appeared.length, resolved: resolved.length } }];
      }
      const decision = readDecision(item, table);
      return decision === undefined ? [] : [{ decision }];
    }),
    ...(next && { next }),
  };
}
