import { normaliseAddress } from '../address.ts';
import type {
  AddressInsightsAnswer,
  AddressRecord,
  Decision,
  Note,
  SuppressionCase,
} from '../cases/records.ts';
import type { Member } from '../classification/types.ts';
import { type Fact, MAXIMUM_DROPPED } from '../mails/fact.ts';
import { later } from '../time.ts';
import { readAddressInsights } from './address-insights.ts';
import { readCase } from './cases.ts';
import { readDecision } from './decisions.ts';
import { readFact } from './facts.ts';
import type { KeyedItem } from './items.ts';
import { addressKey, SORT_KEYS } from './keys.ts';
import { readMember } from './members.ts';
import { readNote } from './notes.ts';
import { partitionQuery, type Query, type Table } from './table.ts';
import { UnreadableItems, UnreadableRecordError } from './unreadable.ts';

/** Everything about one address: its partition holds items of several kinds. */

/**
 * Facts read of an address without further ado. Where there are more (a mailbox that a shop writes to for years and
 * that is always full), the newest so many are read, what lies around the listing, and every complaint.
 */
export const MAXIMUM_FACTS = 2_000;
/** Facts read on each side of the listing where there are too many to read all. */
const FACTS_AROUND_LISTING = 500;
/** How far around the listing, milliseconds: what diagnosis takes for the bounce that made it. */
const BEFORE_LISTING = 24 * 3_600_000;
const AFTER_LISTING = 6 * 3_600_000;
/** Complaints read where they must be looked for among the facts; one protects the address as well as many. */
const MAXIMUM_COMPLAINTS = 100;

/** Kinds of facts of which none decides that an address must not be removed: one that cannot be read is left out. */
const HARMLESS_KINDS: ReadonlySet<unknown> = new Set(['delivery', 'deliveryDelay', 'open', 'click']);

/** What is known of an address, as far as it is read. */
export interface ReadRecord extends AddressRecord {
  /** Of the mails SES dropped because of its list only the newest {@link MAXIMUM_DROPPED} are among the facts. */
  readonly droppedMore?: true;
  /** There are more facts than were read (see {@link MAXIMUM_FACTS}). */
  readonly more?: true;
  /** Whether a listing for a complaint is on record by itself, not only in a case or a decision, which end. */
  readonly complaintNoted?: true;
}

/**
 * What is known of an address, expired items left out. One query of the database, or a few where there are more than
 * {@link MAXIMUM_FACTS} facts or {@link MAXIMUM_DROPPED} dropped mails. The bounce that explains the entry is among the
 * facts for as long as the entry lives.
 *
 * @param listedAt when the entry was listed that is looked at, ISO 8601 UTC; absent: as the case has it.
 * @throws {UnreadableRecordError} when the case, or what may say who complained or does not exist, cannot be read.
 */
export async function addressRecord(table: Table, address: string, listedAt?: string): Promise<ReadRecord> {
  const { unreadable, ...record } = await shownRecord(table, address, listedAt);
  if (unreadable?.mayDecide) throw new UnreadableRecordError();
  return record;
}

/** What is known of an address as far as this version can read it. */
export interface ShownRecord extends ReadRecord {
  /** Items that were left out, with the masked key of one; absent: none. */
  readonly unreadable?: {
    readonly count: number;
    readonly example: string;
    /** Whether one of them is the case, or may say who complained or does not exist: then nobody may judge. */
    readonly mayDecide: boolean;
  };
}

/** As {@link addressRecord}, to show it to a person: what cannot be read is left out, counted, and never fatal. */
export async function shownRecord(table: Table, address: string, listedAt?: string): Promise<ShownRecord> {
  const key = normaliseAddress(address);
  const pk = addressKey(key);
  await table.forgotten.ready();
  const reading = new Reading(table);
  for await (const page of table.pages(partitionQuery(pk))) {
    for (const item of page) reading.take(item);
    // Dropped mails sort last, oldest first: all else has been read, and the newest of them come from the other end.
    if (reading.dropped.length > MAXIMUM_DROPPED || reading.facts.size > MAXIMUM_FACTS) break;
  }
  const more = reading.facts.size > MAXIMUM_FACTS;
  if (more) await readSome(table, pk, reading, listedAt);
  const droppedMore = reading.dropped.length > MAXIMUM_DROPPED;
  if (droppedMore) await readNewestDropped(table, pk, reading);
  const record = reading.record();
  // Of a complaint that was forgotten a hash stays: it protects the address as a listing does that was noted.
  const complainedAt = table.forgotten.of(key)?.complainedAt;
  return {
    ...record,
    ...(complainedAt !== undefined && { listedForComplaint: record.listedForComplaint ?? complainedAt }),
    ...(more && { more }),
    ...(droppedMore && { droppedMore }),
  };
}

/** As {@link addressRecord}, where one address must not stop the work on others: undefined where it cannot be read. */
export async function readableRecord(table: Table, address: string): Promise<ReadRecord | undefined> {
  try {
    return await addressRecord(table, address);
  } catch (error) {
    if (error instanceof UnreadableRecordError) return undefined;
    throw error;
  }
}

/** Reads anew, of more facts than are read. What sorts before them (case, complaints, decisions) has been read. */
async function readSome(
  table: Table,
  pk: string,
  reading: Reading,
  listedAt = reading.known?.listedAt,
): Promise<void> {
  reading.facts.clear();
  reading.dropped = [];
  // Complaints of older versions stand among the facts alone.
  if (reading.complaints.length === 0) await takeUpTo(complaintsQuery(pk), MAXIMUM_COMPLAINTS);
  if (listedAt !== undefined) {
    for (const query of aroundQueries(pk, listedAt)) await takeUpTo(query, FACTS_AROUND_LISTING);
  }
  await takeUpTo(newestQuery(pk), MAXIMUM_FACTS);
  for await (const page of table.pages(afterFactsQuery(pk))) {
    for (const item of page) reading.take(item);
    if (reading.dropped.length > MAXIMUM_DROPPED) break;
  }

  async function takeUpTo(query: Query, maximum: number): Promise<void> {
    let taken = 0;
    for await (const page of table.pages(query)) {
      for (const item of page) reading.take(item);
      taken += page.length;
      if (taken >= maximum) break;
    }
  }
}

/** What is read of an address's partition. */
class Reading {
  readonly #table: Pick<Table, 'unreadable'>;
  readonly #unreadable = new UnreadableItems();
  readonly #ofTable: UnreadableItems;
  readonly facts = new Map<string, Fact>();
  readonly complaints: Fact[] = [];
  readonly decisions: Decision[] = [];
  dropped: Fact[] = [];
  known: SuppressionCase | undefined;
  #member: Member | undefined;
  readonly #notes: Note[] = [];
  #complaintListing: string | undefined;
  #addressInsights: AddressInsightsAnswer | undefined;
  /** Whether something could not be read without which nobody may judge. */
  #isUnreadable = false;

  constructor({ unreadable }: Pick<Table, 'unreadable'>) {
    this.#table = { unreadable: this.#unreadable };
    this.#ofTable = unreadable;
  }

  take(item: KeyedItem): void {
    const table = this.#table;
    const { sk } = item;
    if (sk.startsWith(SORT_KEYS.fact)) {
      const fact = this.#fact(item);
      if (fact) this.facts.set(identityOf(fact), fact);
    } else if (sk.startsWith(SORT_KEYS.dropped)) {
      const fact = this.#fact(item);
      if (fact) this.dropped.push(fact);
    } else if (sk.startsWith(SORT_KEYS.complaint)) {
      const fact = this.#fact(item);
      if (fact) this.complaints.push(fact);
    } else if (sk.startsWith(SORT_KEYS.decision)) {
      const decision = readDecision(item, table);
      if (decision) this.decisions.push(decision);
    } else if (sk.startsWith(SORT_KEYS.note)) {
      const note = readNote(item, table);
      if (note) this.#notes.push(note);
    } else if (sk === SORT_KEYS.case) {
      this.known = readCase(item, table);
      this.#isUnreadable ||= this.known === undefined;
    } else if (sk === SORT_KEYS.member) this.#member = readMember(item, table);
    else if (sk === SORT_KEYS.addressInsights) this.#addressInsights = readAddressInsights(item, table);
    else if (sk === SORT_KEYS.complaintListing) this.#complaintListing = String(item.at);
  }

  #fact(item: KeyedItem): Fact | undefined {
    const fact = readFact(item, this.#table);
    if (fact === undefined && !HARMLESS_KINDS.has(item.kind)) this.#isUnreadable = true;
    return fact;
  }

  record(): ShownRecord {
    this.#ofTable.take(this.#unreadable);
    const { count, example } = this.#unreadable;
    const unreadable = example && { count, example, mayDecide: this.#isUnreadable };
    const copy = this.known?.explainedBy;
    const others = [...this.complaints, ...(copy ? [copy] : [])];
    const listedForComplaint = this.#complaintListing ?? this.#complaintListedBefore();
    return {
      facts: [
        ...this.facts.values(),
        ...others.filter((fact) => !this.facts.has(identityOf(fact))),
        ...this.dropped,
      ],
      decisions: this.decisions,
      ...(this.known && { case: this.known }),
      ...(this.#member && { member: this.#member }),
      ...(this.#notes.length > 0 && { notes: this.#notes }),
      ...(listedForComplaint && { listedForComplaint }),
      ...(this.#complaintListing && { complaintNoted: true as const }),
      ...(this.#addressInsights && { addressInsights: this.#addressInsights }),
      ...(unreadable && { unreadable }),
    };
  }

  /** When the address was listed for a complaint as the case or the audit has it: older versions noted it nowhere else. */
  #complaintListedBefore(): string | undefined {
    if (this.known?.listedReason === 'COMPLAINT') return this.known.listedAt;
    return this.decisions.find(({ listing }) => listing?.reason === 'COMPLAINT')?.listing?.at;
  }
}

/** Two items of one event have this in common. */
function identityOf({ kind, at, id }: Fact): string {
  return `${at}#${kind}#${id}`;
}

/** The mails to an address that SES dropped because of its list, newest first; `pk` is the address's partition. */
export function droppedQuery(pk: string): Query {
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :dropped)',
    ExpressionAttributeValues: { ':pk': pk, ':dropped': SORT_KEYS.dropped },
    ScanIndexForward: false,
    Limit: MAXIMUM_DROPPED,
  };
}

/** The facts of an address, newest first. */
export function newestQuery(pk: string): Query {
  const range = { from: SORT_KEYS.fact, to: `${SORT_KEYS.fact}~` };
  return { ...partitionQuery(pk, range), ScanIndexForward: false, Limit: MAXIMUM_FACTS };
}

/**
 * The complaints among the facts of an address, newest first. Costs a consistent read of all facts where there is none
 * (one read unit for each 4 KB), and holds only what it finds.
 */
export function complaintsQuery(pk: string): Query {
  const { Limit: _, ...query } = newestQuery(pk);
  return {
    ...query,
    FilterExpression: '#kind = :complaint',
    ExpressionAttributeNames: { '#kind': 'kind' },
    ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ':complaint': 'complaint' },
  };
}

/** The facts on either side of a listing, the nearest first. */
export function aroundQueries(pk: string, listedAt: string): Query[] {
  const moment = (shift: number) => `${SORT_KEYS.fact}${later(listedAt, shift)}`;
  const before = partitionQuery(pk, { from: moment(-BEFORE_LISTING), to: `${moment(0)}~` });
  const after = partitionQuery(pk, { from: moment(0), to: `${moment(AFTER_LISTING)}~` });
  return [
    { ...before, ScanIndexForward: false, Limit: FACTS_AROUND_LISTING },
    { ...after, Limit: FACTS_AROUND_LISTING },
  ];
}

/** What sorts after the facts of an address: its listings, the member record, and the dropped mails. */
function afterFactsQuery(pk: string): Query {
  return partitionQuery(pk, { from: `${SORT_KEYS.fact}~`, to: '~' });
}

async function readNewestDropped(table: Table, pk: string, reading: Reading): Promise<void> {
  reading.dropped = [];
  for await (const page of table.pages(droppedQuery(pk))) {
    for (const item of page) reading.take(item);
    if (reading.dropped.length >= MAXIMUM_DROPPED) break;
  }
  reading.dropped = reading.dropped.slice(0, MAXIMUM_DROPPED);
}
