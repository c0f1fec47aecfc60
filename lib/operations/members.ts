import * as z from 'zod';
import { normaliseAddress } from '../address.ts';
import type { Member } from '../classification/types.ts';
import type { MembersAnswer, MembersStored, membersRequestSchema } from '../contracts/members.ts';
import { deleteMember, putMembers, readMembers } from '../store/members.ts';
import type { Table } from '../store/table.ts';
import type { Bilingual } from '../text.ts';
import { typedAddress } from '../typed-address.ts';

/**
 * The shop's customers, as evidence that a mailbox exists. Of a customer only the address, two dates and the source
 * are kept.
 */

/** Longest text taken for an address of the list; a longer one is told as too long, whatever it holds. */
const LONGEST_ADDRESS = 1_000;
/** Longest source. */
export const LONGEST_SOURCE = 200;
/** How far ahead of this clock a date may be, milliseconds: a shop's clock is not ours, and neither is its zone. */
const FUTURE_TOLERANCE = 86_400_000;

/** One customer as a request gives it. Dates in ISO 8601; without `since` the customer is known from the import on. */
export interface MemberRow {
  readonly address: string;
  readonly source: string;
  readonly since?: string;
  readonly lastSeen?: string;
}

const rowSchema = z.strictObject({
  address: z.string(),
  source: z.string().trim().min(1).max(LONGEST_SOURCE),
  since: z.iso.datetime({ offset: true }).optional(),
  lastSeen: z.iso.datetime({ offset: true }).optional(),
});

/** Why a row is no customer. */
export const REJECTIONS = [
  'no-address',
  'not-an-address',
  'address-too-long',
  'not-a-date',
  'date-in-the-future',
  'wrong-fields',
] as const;

/** See {@link REJECTIONS}. */
export type Rejection = (typeof REJECTIONS)[number];

/** The rejections in words: what is wrong and, where it is not plain, what would be right. */
export const REJECTION_TEXTS: Readonly<Record<Rejection, Bilingual>> = {
  'no-address': { ja: 'メールアドレスが空です', en: 'the address is empty' },
  'not-an-address': {
    ja: 'メールアドレスの形ではありません（「@」の前後に文字がない、空白・カンマ・2つ目の「@」がある、またはドメインにドットがありません）',
    en: 'not an address: nothing before or after an "@", a blank, comma or second "@" in it, or no dot in the domain',
  },
  'address-too-long': { ja: 'メールアドレスが長すぎます', en: 'the address is too long' },
  'not-a-date': {
    ja: '日付を読み取れません（2024-05-01、2024/5/1、2024年5月1日などの形にしてください）',
    en: 'not a date that can be read (write 2024-05-01, 2024/5/1 or 2024年5月1日)',
  },
  'date-in-the-future': { ja: '日付が未来です', en: 'the date is in the future' },
  'wrong-fields': { ja: '項目が正しくありません', en: 'the fields are not as expected' },
};

/** A rejection in words, in both languages; one of another version is shown as it is. */
export function rejectionText(reason: string): Bilingual {
  return (
    Object.entries(REJECTION_TEXTS).find(([known]) => known === reason)?.[1] ?? { ja: reason, en: reason }
  );
}

/**
 * Checks one row, and gives it as it is stored: address cleaned and normalised, dates in UTC. An address that breaks the RFCs is
 * an address (`a..b.@docomo.ne.jp` was issued); a text without both sides of an `@` is none. Pure.
 */
export function checkMemberRow(row: MemberRow, now: Date): MemberRow | Rejection {
  const read = addressOf(row.address);
  if (typeof read === 'string') return read;
  const latest = now.getTime() + FUTURE_TOLERANCE;
  for (const date of [row.since, row.lastSeen]) {
    if (date !== undefined && Date.parse(date) > latest) return 'date-in-the-future';
  }
  return {
    address: read.address,
    source: row.source,
    ...(row.since !== undefined && { since: utc(row.since) }),
    ...(row.lastSeen !== undefined && { lastSeen: utc(row.lastSeen) }),
  };
}

/** A row of a request as a row, or what is wrong with its shape. */
function readRow(value: unknown): MemberRow | Rejection {
  const parsed = rowSchema.safeParse(value);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path[0]);
    return fields.every((field) => field === 'since' || field === 'lastSeen') ? 'not-a-date' : 'wrong-fields';
  }
  const { address, source, since, lastSeen } = parsed.data;
  return { address, source, ...(since && { since }), ...(lastSeen && { lastSeen }) };
}

/** The address of a row, cleaned as one that an operator types; or why it is none. */
function addressOf(written: string): { readonly address: string } | Rejection {
  if (written.trim() === '') return 'no-address';
  if (written.length > LONGEST_ADDRESS) return 'address-too-long';
  const read = typedAddress(written);
  if ('address' in read) return { address: normaliseAddress(read.address) };
  return read.kind === 'too-long' ? 'address-too-long' : 'not-an-address';
}

function utc(date: string): string {
  return new Date(date).toISOString();
}

/** See {@link membersRequestSchema}. */
export type MembersRequest = z.infer<typeof membersRequestSchema>;

/** What the members are kept in. */
export interface MembersTools {
  readonly store: Table;
  readonly now: () => Date;
}

/**
 * Stores, removes or shows customers. Storing is idempotent and renews the record's expiry; when the table cannot
 * be written it throws, and the whole request may be repeated.
 *
 * @throws {UnwrittenItemsError} when DynamoDB left rows unwritten after every retry.
 */
export async function members(request: MembersRequest, tools: MembersTools): Promise<MembersAnswer> {
  if ('put' in request) return putRows(request.put, tools);
  if ('remove' in request) {
    const address = normaliseAddress(request.remove);
    return { address, removed: await deleteMember(tools.store, address) };
  }
  const address = normaliseAddress(request.show);
  const member = (await readMembers(tools.store, [address])).get(address);
  return { address, ...(member && { member }) };
}

async function putRows(rows: readonly unknown[], tools: MembersTools): Promise<MembersStored> {
  const now = tools.now();
  const rejected: { index: number; reason: Rejection }[] = [];
  const accepted: MemberRow[] = [];
  for (const [index, row] of rows.entries()) {
    const read = readRow(row);
    const checked = typeof read === 'string' ? read : checkMemberRow(read, now);
    if (typeof checked === 'string') rejected.push({ index, reason: checked });
    else accepted.push(checked);
  }
  const undated = accepted.filter((row) => row.since === undefined).map((row) => row.address);
  const known = new Map<string, Member>(undated.length > 0 ? await readMembers(tools.store, undated) : []);
  let datedNow = 0;
  const written = accepted.map((row) => {
    const since = row.since ?? earlier(known.get(row.address)?.since, now.toISOString());
    if (row.since === undefined && since === now.toISOString()) datedNow += 1;
    const member = { ...row, since };
    known.set(row.address, member);
    return member;
  });
  if (written.length > 0) await putMembers(tools.store, written);
  return { stored: written.length, undated: datedNow, rejected };
}

/**
 * A customer without a date is on record since the first import, not since the latest: else each import would make
 * the evidence for earlier bounces weaker.
 */
function earlier(known: string | undefined, now: string): string {
  return known !== undefined && known < now ? known : now;
}
