import * as z from 'zod';
import { expiry, type ItemStore, type StoredItem } from '../item-store.ts';
import type { IdentityAudit } from './audit.ts';

/** What the senders' audit remembers, under the key `SENDER#<identity>`. */

/** Days a change of an identity is kept. */
const CHANGE_DAYS = 730;

const senderKey = (identity: string) => `SENDER#${identity.toLowerCase()}`;
const RUN_KEY = { pk: 'SENDERS', sk: 'AUDIT' };

/** What was open at an identity after its last audit. */
export interface OpenFindings {
  readonly at: string;
  /** Keys of the findings that matter, see `findingKey`. */
  readonly open: readonly string[];
}

const openSchema = z.object({ at: z.string(), open: z.array(z.string()) });

/** What was open after the last audit of an identity; `undefined` before the first. */
export async function lastOpen(store: ItemStore, identity: string): Promise<OpenFindings | undefined> {
  const item = await store.get(senderKey(identity), 'AUDIT');
  const parsed = openSchema.safeParse(item);
  return parsed.success ? parsed.data : undefined;
}

/** Records an audit, and the change it brought where there was one. */
export async function saveAudit(
  store: ItemStore,
  audit: IdentityAudit,
  open: readonly string[],
  change: { readonly appeared: readonly string[]; readonly resolved: readonly string[] },
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  const pk = senderKey(audit.identity);
  if (change.appeared.length > 0 || change.resolved.length > 0) {
    await store.put({ pk, sk: `CHANGE#${at}`, at, ...change, expiresAt: expiry(now, CHANGE_DAYS) });
  }
  // Through JSON: fields that are absent must be absent in the table too.
  const plain: unknown = JSON.parse(JSON.stringify(audit));
  await store.put({ pk, sk: 'AUDIT', at, open, audit: plain });
}

/** The changes of an identity in a period, ISO 8601 UTC, oldest first. */
export async function changesOf(
  store: ItemStore,
  identity: string,
  period: { readonly from: string; readonly to: string },
): Promise<readonly StoredItem[]> {
  return store.query(senderKey(identity), { from: `CHANGE#${period.from}`, to: `CHANGE#${period.to}` });
}

/** The identity after which the next scheduled audit goes on; `undefined` when the last one came to its end. */
export async function auditCursor(store: ItemStore): Promise<string | undefined> {
  const item = await store.get(RUN_KEY.pk, RUN_KEY.sk);
  return typeof item?.after === 'string' && item.after !== '' ? item.after : undefined;
}

/** Remembers where the audit stopped, or that it came to its end. */
export async function saveAuditCursor(store: ItemStore, after: string | undefined): Promise<void> {
  await store.put({ ...RUN_KEY, after: after ?? '' });
}
