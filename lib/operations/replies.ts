import type * as z from 'zod';
import { domainOf } from '../address.ts';
import { carrierOfDomain } from '../classification/carriers.ts';
import { readBounce } from '../classification/diagnose.ts';
import type { RepliesAnswer, repliesRequestSchema } from '../contracts/replies.ts';
import type { Fact } from '../mails/fact.ts';
import { isReturned } from '../mails/nature.ts';
import { sampleOf } from '../mails/reply/sample.ts';
import { eachFactOfDay } from '../store/facts.ts';
import type { Table } from '../store/table.ts';
import { byCodeUnits } from '../text.ts';
import { DAY } from '../time.ts';

/**
 * Replies of mobile carriers that no rule of theirs reads: samples worth a rule. Derived from the recorded bounces
 * each time, so a rule added today takes its texts off the list, and nothing has to be counted while events arrive.
 */

/** One text, with how often it came. */
interface UnknownReply {
  readonly carrier: string;
  /** The reply without anything that names a person or a mail. */
  readonly text: string;
  readonly count: number;
  /** Distinct recipients; when `recipientsCapped`, at least so many. */
  readonly recipients: number;
  readonly recipientsCapped: boolean;
  /** First and last seen, ISO 8601 UTC. */
  readonly first: string;
  readonly last: string;
  /** Enhanced status code of the last such bounce; written by SES. */
  readonly status?: string;
  /** The general rule that reads it for want of a better one. */
  readonly rule: string;
}

/** Distinct texts told apart; what comes beyond is only counted. */
const MAXIMUM_TEXTS = 1_000;
/** Recipients of one text told apart. */
const MAXIMUM_RECIPIENTS = 200;

/**
 * Rules that any server's words or marks may fire (see read-reply.ts). What only they read at a carrier is not
 * known there: carriers have words of their own for several causes.
 */
const FALLBACK_RULES = [
  'general/',
  'status/',
  'code/',
  'action/',
  'accepted',
  'none',
  'ses/subtype-',
] as const;

interface Group {
  readonly carrier: string;
  readonly text: string;
  readonly recipients: Set<string>;
  count: number;
  capped: boolean;
  first: string;
  last: string;
  status: string | undefined;
  rule: string;
}

/** The replies of carriers of the last days that no rule of theirs reads; day by day, in bounded memory. */
export async function replies(
  request: z.infer<typeof repliesRequestSchema>,
  tools: { readonly store: Table; readonly now: () => Date },
): Promise<RepliesAnswer> {
  const groups = new Map<string, Group>();
  const counts = { bounces: 0, known: 0, withoutText: 0, otherReplies: 0 };
  const today = tools.now().getTime();
  // Newest first: should the texts be too many, the latest are told apart.
  for (let back = 0; back < request.days; back += 1) {
    const day = new Date(today - back * DAY).toISOString().slice(0, 10);
    for await (const fact of eachFactOfDay(tools.store, day)) {
      const carrier = carrierOfDomain(domainOf(fact.address))?.id;
      if (fact.kind !== 'bounce' || carrier === undefined || !isReturned(fact)) continue;
      counts.bounces += 1;
      const reading = readBounce(fact);
      const isKnown =
        reading.reason !== 'undefined' && !FALLBACK_RULES.some((prefix) => reading.rule.startsWith(prefix));
      if (isKnown) counts.known += 1;
      else if (fact.diagnosticCode === undefined) counts.withoutText += 1;
      else if (!addTo(groups, carrier, fact, fact.diagnosticCode, reading.rule)) counts.otherReplies += 1;
    }
  }
  const sorted = [...groups.values()].sort(
    (left, right) => right.count - left.count || byCodeUnits(right.last, left.last),
  );
  return {
    days: request.days,
    ...counts,
    texts: groups.size,
    replies: sorted.slice(0, request.limit).map(shownOf),
  };
}

/** @returns false when the text is one too many. */
function addTo(
  groups: Map<string, Group>,
  carrier: string,
  fact: Fact,
  diagnosticCode: string,
  rule: string,
): boolean {
  const text = sampleOf(diagnosticCode, fact.address);
  const key = `${carrier}\n${text}`;
  let group = groups.get(key);
  if (group === undefined) {
    if (groups.size >= MAXIMUM_TEXTS) return false;
    group = {
      carrier,
      text,
      recipients: new Set(),
      count: 0,
      capped: false,
      first: fact.at,
      last: fact.at,
      status: fact.status,
      rule,
    };
    groups.set(key, group);
  }
  group.count += 1;
  if (group.recipients.size < MAXIMUM_RECIPIENTS) group.recipients.add(fact.address);
  else if (!group.recipients.has(fact.address)) group.capped = true;
  if (fact.at < group.first) group.first = fact.at;
  if (fact.at > group.last) {
    group.last = fact.at;
    group.status = fact.status;
    group.rule = rule;
  }
  return true;
}

function shownOf({ recipients, capped, status, ...group }: Group): UnknownReply {
  return {
    ...group,
    recipients: recipients.size,
    recipientsCapped: capped,
    ...(status !== undefined && { status }),
  };
}
