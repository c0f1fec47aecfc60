import * as z from 'zod';
import type { StoredAudit } from '../stored-audit.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type KeyedItem } from './items.ts';
import { type Key, PARTITIONS, senderPartition } from './keys.ts';
import { partitionQuery, type Table } from './table.ts';

/** What the senders' audit remembers. */

/** Names above a domain that may be the identity it sends with; SPF and DMARC walk no deeper. */
const MAXIMUM_PARENTS = 8;

/** Days a change of an identity is kept. */
const CHANGE_DAYS = 730;

const RUN_KEY: Key = { pk: PARTITIONS.senders, sk: 'AUDIT' };
const ENDED_KEY: Key = { pk: PARTITIONS.senders, sk: 'ENDED' };

/** What was open at an identity after its last audit. */
export interface OpenFindings {
  readonly at: string;
  /** Keys of the findings that matter, see `findingKey`. */
  readonly open: readonly string[];
}

const openSchema = z.object({ at: z.string(), open: z.array(z.string()) });

/** What was open after the last audit of an identity; `undefined` before the first. */
export async function lastOpen(table: Table, identity: string): Promise<OpenFindings | undefined> {
  const item = await table.get({ pk: senderPartition(identity), sk: 'AUDIT' });
  const parsed = openSchema.safeParse(item);
  return parsed.success ? parsed.data : undefined;
}

const storedSchema = z.object({
  at: z.string(),
  audit: z.object({
    identity: z.string(),
    verdict: z.object({
      spf: z.object({ result: z.string(), aligned: z.string() }),
      dkim: z.object({ result: z.string() }),
      dmarc: z.object({ result: z.string(), policy: z.string().optional() }),
    }),
  }),
});

/**
 * The last audit of the identity that mail of a domain is sent with: the domain's own, else that of the nearest domain
 * above it; undefined where none is stored.
 */
export async function lastAuditOf(table: Table, domain: string): Promise<StoredAudit | undefined> {
  const labels = domain.split('.');
  const names = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
  const keys = names.slice(0, MAXIMUM_PARENTS).map((name) => ({ pk: senderPartition(name), sk: 'AUDIT' }));
  const items = keys.length === 0 ? [] : await table.getAll(keys);
  const nearest = keys.flatMap(({ pk }) => items.find((item) => item.pk === pk) ?? [])[0];
  const { data } = storedSchema.safeParse(nearest);
  if (data === undefined) return undefined;
  const { spf, dkim, dmarc } = data.audit.verdict;
  return {
    identity: data.audit.identity,
    at: data.at,
    spf: spf.result,
    spfUnaligned: spf.result === 'pass' && spf.aligned === 'no',
    dkim: dkim.result,
    dmarc: dmarc.result,
    ...(dmarc.policy && { policy: dmarc.policy }),
  };
}

/** Items read at the same time. */
const AT_ONCE = 20;

/** An audit as it is stored, in the words of the version that made it. */
export interface KeptAudit {
  readonly identity: string;
  /** Absent: none is stored. */
  readonly kept?: { readonly at: unknown; readonly audit: unknown };
}

/** The last audits of identities, in their order. */
export async function lastAuditsOf(table: Table, identities: readonly string[]): Promise<KeptAudit[]> {
  const found: KeptAudit[] = [];
  for (let from = 0; from < identities.length; from += AT_ONCE) {
    const part = identities.slice(from, from + AT_ONCE).map(async (identity): Promise<KeptAudit> => {
      const item = await table.get({ pk: senderPartition(identity), sk: 'AUDIT' });
      return { identity, ...(item && { kept: { at: item.at, audit: item.audit } }) };
    });
    found.push(...(await Promise.all(part)));
  }
  return found;
}

/** Records an audit, and the change it brought where there was one. */
export async function saveAudit(
  table: Table,
  audit: { readonly identity: string },
  open: readonly string[],
  change: { readonly appeared: readonly string[]; readonly resolved: readonly string[] },
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  const pk = senderPartition(audit.identity);
  if (change.appeared.length > 0 || change.resolved.length > 0) {
    await table.put({ pk, sk: `CHANGE#${at}`, at, ...change, [TTL_ATTRIBUTE]: expiry(at, CHANGE_DAYS) });
  }
  // Through JSON: fields that are absent must be absent in the table too.
  const plain: unknown = JSON.parse(JSON.stringify(audit));
  await table.put({ pk, sk: 'AUDIT', at, open, audit: plain });
}

/** The changes of an identity in a period, ISO 8601 UTC, oldest first. */
export async function changesOf(
  table: Table,
  identity: string,
  period: { readonly from: string; readonly to: string },
): Promise<readonly KeyedItem[]> {
  return table.query(
    partitionQuery(senderPartition(identity), {
      from: `CHANGE#${period.from}`,
      to: `CHANGE#${period.to}`,
    }),
  );
}

/** The identity after which the next scheduled audit goes on; `undefined` when the last one came to its end. */
export async function auditCursor(table: Table): Promise<string | undefined> {
  const item = await table.get(RUN_KEY);
  return typeof item?.after === 'string' && item.after !== '' ? item.after : undefined;
}

/** Remembers where the audit stopped, or that it came to its end, and when. */
export async function saveAuditCursor(table: Table, after: string | undefined, now: Date): Promise<void> {
  await table.put({ ...RUN_KEY, after: after ?? '' });
  if (after === undefined) await table.put({ ...ENDED_KEY, at: now.toISOString() });
}

/** When an audit of all identities last came to its end, ISO 8601 UTC; `undefined`: none did since that is remembered. */
export async function lastAuditEnd(table: Table): Promise<string | undefined> {
  const item = await table.get(ENDED_KEY);
  return typeof item?.at === 'string' ? item.at : undefined;
}
