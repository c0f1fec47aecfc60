import type * as z from 'zod';
import type { Decision, SuppressionCase } from '../cases/records.ts';
import type { ProposalsPage, proposalsRequestSchema } from '../contracts/proposals.ts';
import { lastReachedBefore, mailsOf, missedMails, missedSince } from '../mails/mails.ts';
import { Refusal } from '../refusal.ts';
import { shownRecord } from '../store/addresses.ts';
import { proposalsAfter } from '../store/cases.ts';
import type { Table } from '../store/table.ts';
import { byCodeUnits } from '../text.ts';

/** Addresses whose records are read at once. */
const CONCURRENCY = 16;

/** The proposals that wait for an operator, oldest entry first, each with what helps to decide it. */
export async function proposals(
  request: z.infer<typeof proposalsRequestSchema>,
  store: Table,
): Promise<ProposalsPage> {
  const after = request.next === undefined ? undefined : placeIn(request.next);
  const { items, last } = await proposalsAfter(store, after, request.limit);
  const shown: ProposalsPage['proposals'][number][] = [];
  for (let start = 0; start < items.length; start += CONCURRENCY) {
    const group = items.slice(start, start + CONCURRENCY);
    shown.push(...(await Promise.all(group.map((each) => withGrounds(each, store)))));
  }
  return { proposals: shown, ...(last !== undefined && { next: last }) };
}

/** A proposal with what is on record for and against it: who the customer is, what reached them, what they missed. */
async function withGrounds(
  proposed: SuppressionCase,
  store: Table,
): Promise<ProposalsPage['proposals'][number]> {
  const { facts, decisions, member, droppedMore } = await shownRecord(store, proposed.address);
  const mails = mailsOf(facts);
  const missed = missedSince(mails, proposed.listedAt);
  const reached = lastReachedBefore(facts, proposed.listedAt);
  const last = missed.at(-1)?.fate.at;
  const decision = proposingDecision(decisions, proposed);
  return {
    ...proposed,
    ...(member && { memberSince: member.since }),
    ...(member?.lastSeen && { lastSeen: member.lastSeen }),
    ...(reached && { reachedAt: reached }),
    missed: {
      count: missed.length,
      ...(last && { last }),
      ...(droppedMore && missed.length === missedMails(mails).length && { atLeast: true as const }),
    },
    ...(decision && { because: decision.because }),
    ...(decision?.evidence && {
      evidence: decision.evidence.map(({ at, text }) => ({ ...(at && { at }), text })),
    }),
  };
}

/** The line of the audit by which the entry was last proposed. */
function proposingDecision(
  decisions: readonly Decision[],
  { listedAt }: SuppressionCase,
): Decision | undefined {
  return decisions
    .filter(({ action, listing }) => action === 'propose' && listing?.at === listedAt)
    .toSorted((left, right) => byCodeUnits(left.at, right.at))
    .at(-1);
}

/** Thrown when `next` is not one that a page before answered. */
export class InvalidPageError extends Refusal {
  override readonly name = 'InvalidPageError';
  override readonly code = 'wrong-next';
}

/** Where a page begins: after a proposal, whose id names no person. */
function placeIn(next: string): string {
  if (/^\d{8}-[0-9a-f]{10}$/.test(next)) return next;
  throw new InvalidPageError({
    ja: 'next（--next）には、前のページに表示された値をそのまま指定してください。',
    en: '`next` must be the value a page before answered',
  });
}
