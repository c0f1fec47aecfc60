import { type Command, Option } from 'commander';
import { carrierById } from '../../lib/classification/carriers.ts';
import { type ProposalsPage, proposalsContract } from '../../lib/contracts/proposals.ts';
import { carrierLabel } from '../../lib/guidance/wording/labels.ts';
import { byCodeUnits, type Language } from '../../lib/text.ts';
import type { CliContext } from '../context.ts';

/** The proposals that wait, as operators ask for them: a carrier's, a rule's, those of customers. */

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
}

/** Proposals asked for at once, and read at most by one command: more are decided in several goes. */
const PAGE = 500;
const MOST = 5_000;

/** The proposals after a token, at most so many; `next` where others wait after them. */
export async function waitingProposals(
  context: Pick<CliContext, 'invoke'>,
  { next, most = MOST }: { readonly next?: string | undefined; readonly most?: number } = {},
): Promise<{ readonly proposals: readonly Proposal[]; readonly next?: string }> {
  const proposals: Proposal[] = [];
  let token = next;
  do {
    const limit = Math.min(PAGE, most - proposals.length);
    const page = await context.invoke(proposalsContract, { limit, ...(token && { next: token }) });
    proposals.push(...page.proposals);
    token = page.next;
  } while (token !== undefined && proposals.length < most);
  return { proposals, ...(token !== undefined && { next: token }) };
}

/** The command with the options that narrow the proposals it is about. */
export function withFilter(made: Command): Command {
  return made
    .option('--carrier <name>')
    .option('--rule <name>')
    .addOption(new Option('--customer <yes|no>').choices(['yes', 'no']));
}

/** Whether anything is narrowed at all. */
export function isNarrowed({ carrier, rule, customer }: ProposalFilter): boolean {
  return carrier !== undefined || rule !== undefined || customer !== undefined;
}

/** Whether a proposal is one of those asked for. */
export function isAskedFor({ diagnosis, rule, memberSince }: Proposal, filter: ProposalFilter): boolean {
  if (filter.rule !== undefined && filter.rule !== rule) return false;
  if (filter.customer !== undefined && (filter.customer === 'yes') !== (memberSince !== undefined))
    return false;
  if (filter.carrier === undefined) return true;
  const wanted = filter.carrier.normalize('NFKC').toLowerCase();
  const { carrier = '-' } = diagnosis;
  const { name } = carrierById(carrier) ?? { name: { ja: carrier, en: carrier } };
  return [carrier, name.ja, name.en].some((each) => each.toLowerCase() === wanted);
}

/** What a carrier is called; `-` where the address is none's. */
export function carrierName(carrier: string | undefined, language: Language): string {
  return carrier === undefined ? '-' : carrierLabel(carrier, language);
}

/** Whoever missed a mail last stands first; who missed none follows, the newest entry first. */
export function newestMissedFirst(proposals: readonly Proposal[]): readonly Proposal[] {
  return proposals.toSorted(
    (left, right) =>
      byCodeUnits(right.missed?.last ?? '', left.missed?.last ?? '') ||
      byCodeUnits(right.listedAt, left.listedAt),
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
