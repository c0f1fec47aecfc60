import { carrierById } from './classification/carriers.ts';
import type { ProposalsPage } from './contracts/proposals.ts';
import { byCodeUnits } from './text.ts';
import { DAY, later } from './time.ts';

/**
 * The proposals that wait, as operators ask for them: a carrier's, a rule's, those of customers. The command line and
 * the console read, narrow, order and count them alike.
 */

/** A waiting proposal. */
export type Proposal = ProposalsPage['proposals'][number];

/** Which proposals are asked for; what is absent narrows nothing. */
export interface ProposalFilter {
  /** A carrier's id or name; `-` for addresses of none. */
  readonly carrier?: string | undefined;
  /** Policy rule that proposes it. */
  readonly rule?: string | undefined;
  /** Whether the shop said that it is a customer's. */
  readonly customer?: 'yes' | 'no' | undefined;
  /** A part of the address, in any spelling. */
  readonly text?: string | undefined;
}

/** Proposals asked for at once, and read at most in one go: more are decided in several. */
const PAGE = 500;
const MOST = 5_000;

/** Whoever missed a mail within so many days is urgent: they may be waiting for the next one. */
export const URGENT_DAYS = 30;

/** Asks for one page of them. */
export type AskForPage = (request: {
  readonly limit: number;
  readonly next?: string;
}) => Promise<ProposalsPage>;

/** The proposals that were read; `next` where others wait after them. */
export interface WaitingProposals {
  readonly proposals: readonly Proposal[];
  readonly next?: string;
}

/**
 * The proposals after a token, at most so many.
 *
 * @param onPage told after each page of all that were read so far.
 */
export async function waitingProposals(
  ask: AskForPage,
  {
    next,
    most = MOST,
    onPage,
  }: {
    readonly next?: string | undefined;
    readonly most?: number;
    readonly onPage?: (read: readonly Proposal[]) => void;
  } = {},
): Promise<WaitingProposals> {
  const proposals: Proposal[] = [];
  let token = next;
  do {
    const limit = Math.min(PAGE, most - proposals.length);
    const page = await ask({ limit, ...(token && { next: token }) });
    proposals.push(...page.proposals);
    token = page.next;
    onPage?.(proposals);
  } while (token !== undefined && proposals.length < most);
  return { proposals, ...(token !== undefined && { next: token }) };
}

/** Whether anything is narrowed at all. */
export function isNarrowed({ carrier, rule, customer }: ProposalFilter): boolean {
  return carrier !== undefined || rule !== undefined || customer !== undefined;
}

/** Whether a proposal is one of those asked for. */
export function isAskedFor(proposal: Proposal, filter: ProposalFilter): boolean {
  const { diagnosis, rule, memberSince, spelling, address } = proposal;
  if (filter.rule !== undefined && filter.rule !== rule) return false;
  if (filter.customer !== undefined && (filter.customer === 'yes') !== (memberSince !== undefined))
    return false;
  if (filter.text !== undefined) {
    const part = plain(filter.text.trim());
    if (![spelling, address].some((each) => plain(each).includes(part))) return false;
  }
  if (filter.carrier === undefined) return true;
  const wanted = plain(filter.carrier);
  const { carrier = '-' } = diagnosis;
  const { name } = carrierById(carrier) ?? { name: { ja: carrier, en: carrier } };
  return [carrier, name.ja, name.en].some((each) => each.toLowerCase() === wanted);
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Whether a customer missed a mail within {@link URGENT_DAYS} before `now`, ISO 8601 UTC. */
export function isUrgent({ memberSince, missed }: Proposal, now: string): boolean {
  return memberSince !== undefined && (missed?.last ?? '') > later(now, -URGENT_DAYS * DAY);
}

/** How proposals may be ordered: by the last mail missed, the last order, or the day they were stopped; the newest first. */
export const PROPOSAL_ORDERS = ['missed', 'order', 'stopped'] as const;

/** See {@link PROPOSAL_ORDERS}. */
export type ProposalOrder = (typeof PROPOSAL_ORDERS)[number];

/** Whoever has the newest stands first; of equals, the newest entry. */
export function ordered(proposals: readonly Proposal[], order: ProposalOrder): readonly Proposal[] {
  const moment = ({ missed, lastSeen }: Proposal): string => {
    if (order === 'missed') return missed?.last ?? '';
    return order === 'order' ? (lastSeen ?? '') : '';
  };
  return proposals.toSorted(
    (left, right) => byCodeUnits(moment(right), moment(left)) || byCodeUnits(right.listedAt, left.listedAt),
  );
}

/** What the proposals amount to. */
export interface Totals {
  readonly waiting: number;
  /** Carriers by number, the largest first; `-` for addresses of none. */
  readonly carriers: Readonly<Record<string, number>>;
  readonly rules: Readonly<Record<string, number>>;
  readonly customers: number;
  readonly missed: number;
}

/** See {@link Totals}. */
export function totalsOf(proposals: readonly Proposal[]): Totals {
  return {
    waiting: proposals.length,
    carriers: counted(proposals.map(({ diagnosis }) => diagnosis.carrier ?? '-')),
    rules: counted(proposals.map(({ rule }) => rule)),
    customers: proposals.filter(({ memberSince }) => memberSince !== undefined).length,
    missed: proposals.reduce((sum, { missed }) => sum + (missed?.count ?? 0), 0),
  };
}

function counted(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([, left], [, right]) => right - left));
}
