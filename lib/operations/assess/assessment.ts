import { domainOf } from '../../address.ts';
import { carrierOfDomain } from '../../classification/carriers.ts';
import type { Member } from '../../classification/types.ts';
import { readListing } from '../../classification/without-reply.ts';
import type { Fact } from '../../mails/fact.ts';
import type { Policy } from '../../policy/policy.ts';
import { candidateOf, EVIDENCE_TIERS, lapsedRefusal, type TierCounts } from '../../policy/rescue.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { judge } from '../removal/judge.ts';

/**
 * What can be said of an entry by its domain, its date and SES's reason alone, in the order in which it is told.
 *
 * - `complaint`: SES lists it for a complaint;
 * - `mistyped-domain`: one letter away from a known domain;
 * - `ended-service`: the domain's mail service has ended;
 * - `lapsed-filter`: its carrier then refused filtered mail with a bounce, and no longer does;
 * - `filter-or-unknown`: its carrier bounces filtered mail and unknown users alike;
 * - `probably-unknown`: its carrier does not bounce filtered mail, so the mailbox is probably gone;
 * - `open`: nothing of the three separates one cause from another.
 */
export const ENTRY_KINDS = [
  'complaint',
  'mistyped-domain',
  'ended-service',
  'lapsed-filter',
  'filter-or-unknown',
  'probably-unknown',
  'open',
] as const;

/** See {@link ENTRY_KINDS}. */
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** What stands on a suppression list, without any address. */
export interface Assessment {
  readonly listed: number;
  /** When the oldest and the newest entry were listed, ISO 8601 UTC; absent on an empty list. */
  readonly from?: string;
  readonly until?: string;
  /** `members`: how many of the entries are customers'; absent where no customer list was given. */
  readonly kinds: readonly { readonly kind: EntryKind; readonly listed: number; readonly members?: number }[];
  /** Entries by carrier (its id, or `other`) and year of the listing, most first. */
  readonly carriers: readonly {
    readonly carrier: string;
    readonly listed: number;
    readonly years: Readonly<Record<string, number>>;
  }[];
  /** Customers that could be reached again; absent where no customer list was given. */
  readonly reach?: {
    /** Customers of the list given. */
    readonly members: number;
    /** Of them, on the suppression list. */
    readonly listed: number;
    /** Of these, whom todoku would put forward once they are asked, one by one. */
    readonly proposed: number;
    /** Of these, whom a rescue would take off the list in waves, by evidence. */
    readonly waves: TierCounts;
  };
  /** What SES still knew of the newest entries, where it was asked. */
  readonly insights?: {
    readonly asked: number;
    /** Entries by reason of the diagnosis; `undefined` where SES knew nothing. */
    readonly reasons: Readonly<Record<string, number>>;
  };
}

/** What an assessment depends on beside the list. */
export interface AssessmentContext {
  readonly policy: Policy;
  /** The customers by key form of the address; absent: nobody gave them. */
  readonly members?: ReadonlyMap<string, Member>;
  /** Reasons the account enforces, where it could be asked. */
  readonly enforcedReasons?: readonly string[];
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** Counts the entries of a list, one at a time, in memory that does not grow with the list. */
export class AssessmentCount {
  readonly #context: AssessmentContext;
  readonly #kinds = new Map<EntryKind, { listed: number; members: number }>();
  readonly #carriers = new Map<string, { listed: number; years: Record<string, number> }>();
  readonly #waves = Object.fromEntries(EVIDENCE_TIERS.map((tier) => [tier, 0])) as Record<
    keyof TierCounts,
    number
  >;
  readonly #reasons: Record<string, number> = {};
  #listed = 0;
  #members = 0;
  #proposed = 0;
  #asked = 0;
  #from: string | undefined;
  #until: string | undefined;

  constructor(context: AssessmentContext) {
    this.#context = context;
  }

  /** Counts an entry. */
  add(entry: ListEntry): void {
    const member = this.#context.members?.get(entry.address);
    this.#listed += 1;
    if (this.#from === undefined || entry.at < this.#from) this.#from = entry.at;
    if (this.#until === undefined || entry.at > this.#until) this.#until = entry.at;
    const kind = entryKind(entry, this.#context.now);
    const ofKind = this.#kinds.get(kind) ?? { listed: 0, members: 0 };
    this.#kinds.set(kind, ofKind);
    ofKind.listed += 1;
    const carrier = carrierOfDomain(domainOf(entry.address))?.id ?? 'other';
    const ofCarrier = this.#carriers.get(carrier) ?? { listed: 0, years: {} };
    this.#carriers.set(carrier, ofCarrier);
    ofCarrier.listed += 1;
    const year = entry.at.slice(0, 4);
    ofCarrier.years[year] = (ofCarrier.years[year] ?? 0) + 1;
    if (member === undefined) return;
    this.#members += 1;
    ofKind.members += 1;
    this.#addMember(entry, member);
  }

  /** Counts what SES still knew of an entry that was added: the facts of its mail. */
  addInsights(entry: ListEntry, facts: readonly Fact[]): void {
    this.#asked += 1;
    const member = this.#context.members?.get(entry.address);
    const { diagnosis } = judge(entry, { facts, decisions: [], ...(member && { member }) }, this.#judging());
    const reason = facts.length === 0 ? 'undefined' : diagnosis.reason;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
  }

  /** What was counted. */
  assessment(): Assessment {
    const { members } = this.#context;
    return {
      listed: this.#listed,
      ...(this.#from !== undefined && { from: this.#from }),
      ...(this.#until !== undefined && { until: this.#until }),
      kinds: ENTRY_KINDS.map((kind) => {
        const { listed, members: own } = this.#kinds.get(kind) ?? { listed: 0, members: 0 };
        return { kind, listed, ...(members && { members: own }) };
      }),
      carriers: [...this.#carriers]
        .map(([carrier, counts]) => ({ carrier, ...counts }))
        .toSorted((a, b) => b.listed - a.listed),
      ...(members && {
        reach: {
          members: members.size,
          listed: this.#members,
          proposed: this.#proposed,
          waves: { ...this.#waves },
        },
      }),
      ...(this.#asked > 0 && { insights: { asked: this.#asked, reasons: { ...this.#reasons } } }),
    };
  }

  /** Asks the policy what it would do, as if todoku had been deployed today: nothing on record but the customer. */
  #addMember(entry: ListEntry, member: Member): void {
    const { input, verdict } = judge(entry, { facts: [], decisions: [], member }, this.#judging());
    if (verdict.action === 'keep') return;
    const candidate = candidateOf(entry.address, input, verdict);
    if ('tier' in candidate) this.#waves[candidate.tier] += 1;
    else this.#proposed += 1;
  }

  #judging() {
    const { policy, enforcedReasons, now } = this.#context;
    return { policy, now, ...(enforcedReasons && { enforcedReasons }) };
  }
}

/** How many customers a rescue would take off the list, in all its waves; 0 where no customer list was given. */
export function countInWaves({ reach }: Pick<Assessment, 'reach'>): number {
  return Object.values(reach?.waves ?? {}).reduce((sum, count) => sum + count, 0);
}

/** What an entry's domain, date and reason say; pure. `now`: ISO 8601 UTC. */
export function entryKind(entry: Pick<ListEntry, 'address' | 'reason' | 'at'>, now: string): EntryKind {
  const { reason, confidence, rule } = readListing(entry.address, entry);
  if (reason === 'feedback') return 'complaint';
  if (rule.endsWith('/mistyped-domain')) return 'mistyped-domain';
  if (rule.endsWith('/ended-service')) return 'ended-service';
  const carrier = carrierOfDomain(domainOf(entry.address))?.id;
  if (lapsedRefusal(carrier, entry.at, now) !== undefined) return 'lapsed-filter';
  if (reason === 'filtered') return 'filter-or-unknown';
  return reason === 'userunknown' && confidence === 'likely' ? 'probably-unknown' : 'open';
}
