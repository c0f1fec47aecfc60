import { maskAddress, stripControls } from '../address.ts';
import type { UndoneIncident } from '../cases/records.ts';
import { blockListById } from '../classification/block-lists.ts';
import { carrierById } from '../classification/carriers.ts';
import type {
  IncidentsAnswer,
  IncidentsRequest,
  IncidentView,
  ShownIncident,
} from '../contracts/incidents.ts';
import { GUIDANCE } from '../guidance/settings.ts';
import { incidentLabel, remedyOf, SEVERAL_NAME } from '../guidance/wording/incident.ts';
import type { Fact } from '../mails/fact.ts';
import { hourOfId, type Incident, IncidentFinder, incidentsAmong, overAt } from '../policy/incident.ts';
import { isPartOf, SEVERAL_RECEIVERS, senderRefusalOf } from '../policy/sender-refusal.ts';
import { PROVIDER_IDS } from '../provider-id.ts';
import { Refusal } from '../refusal.ts';
import { dayAfter, eachFactBetween, eachFactOfDay } from '../store/facts.ts';
import type { Table } from '../store/table.ts';
import { type Bilingual, byCodeUnits } from '../text.ts';
import { later, MINUTE } from '../time.ts';

/**
 * Mass events on record. Read from the day index each time and stored nowhere: half a read unit for each 4 KB of the
 * bounces, complaints and delays of the days asked for, and eight queries a day.
 */

/** How far around a day's beginning an incident is looked for that crosses it: its window and the quiet after it. */
const EDGE = 90 * MINUTE;
/** Days that an incident is followed back beyond those asked for, and by a look-up, which must be quick. */
const MAXIMUM_BACK = 14;
const MAXIMUM_OF_LOOKUP = 3;
/** Incidents answered, the latest; each takes some 5 KB. */
const MAXIMUM_INCIDENTS = 200;
/** Addresses shown of an incident: with them the answer stays far below Lambda's 6 MB. */
const MAXIMUM_ADDRESSES = 20_000;

/** Thrown for an id of which no incident is on record. */
export class UnknownIncidentError extends Refusal {
  override readonly name = 'UnknownIncidentError';
  override readonly code = 'unknown-incident';

  constructor(id: string) {
    const shown = stripControls(id).slice(0, 60);
    super({
      ja: `一斉拒否 ${shown} は記録にありません。「todoku incidents」で一覧を確認してください（イベントの保存期間を過ぎたもの、または後から届いた記録により番号が変わったものは見つかりません）。`,
      en: `no incident ${shown} is on record: see "todoku incidents" (its events may have been forgotten, or an earlier one that came late has changed its id)`,
    });
  }
}

/**
 * The incidents of the last days, or one of them.
 *
 * @param isLate whether no time is left to read on.
 * @throws {UnknownIncidentError} where none has the id that is asked for.
 */
export async function incidents(
  request: IncidentsRequest,
  { store, now, isLate = () => false }: { store: Table; now: () => Date; isLate?: () => boolean },
): Promise<IncidentsAnswer> {
  const at = now().toISOString();
  if ('id' in request) {
    const incident = await incidentWithId(request.id, store, at);
    const shown = incident.addresses.slice(0, MAXIMUM_ADDRESSES);
    const addresses = shown.map((each) => stripControls(request.full ? each : maskAddress(each)));
    return { incident: { ...shownOf(incident, at), addresses } };
  }
  const since = dayAfter(at.slice(0, 10), 1 - request.days);
  const first = await beginningOf(since, store, MAXIMUM_BACK);
  const finder = new IncidentFinder();
  const found: Incident[] = [];
  let isIncomplete = false;
  for (let day = first; day <= at.slice(0, 10); day = dayAfter(day)) {
    isIncomplete = isLate();
    if (isIncomplete) break;
    for await (const fact of eachFactOfDay(store, day)) finder.take(fact);
    found.push(...finder.ended(startOf(dayAfter(day))));
  }
  const all = [...found, ...finder.found()].filter(({ until }) => until >= startOf(since));
  const latest = all.toSorted((a, b) => byCodeUnits(b.until, a.until)).slice(0, MAXIMUM_INCIDENTS);
  return {
    days: request.days,
    incidents: latest.map((incident) => shownOf(incident, at)),
    ...(all.length > latest.length && { more: all.length - latest.length }),
    ...(isIncomplete && { incomplete: true as const }),
  };
}

/**
 * The incident with an id, as far as it has come.
 *
 * @param now ISO 8601 UTC.
 * @throws {UnknownIncidentError} where there is none.
 */
export async function incidentWithId(id: string, store: Table, now: string): Promise<Incident> {
  const hour = hourOfId(id);
  if (hour === undefined) throw new UnknownIncidentError(id);
  const first = await beginningOf(hour.slice(0, 10), store, MAXIMUM_BACK);
  const found = await follow(store, first, now.slice(0, 10), hour.slice(0, 10), (each) => each.id === id);
  if (found === undefined) throw new UnknownIncidentError(id);
  return found;
}

/** An incident that an address is part of. `begun`: read from its beginning, so that its id is known. */
export interface PartOfIncident {
  readonly incident: Incident;
  /** The address's own refusal or delay in it. */
  readonly refusal: Fact;
  readonly begun: boolean;
}

/**
 * The incident that one of these facts of one address is part of: the first such, for a mail that was put off may come back
 * hours later. Where none of them blames the sender
 * nothing is read; else an hour of the day index, and where there is an incident the days around it.
 */
export async function incidentOf(
  facts: readonly Fact[],
  store: Table,
  now: string,
): Promise<PartOfIncident | undefined> {
  const fact = facts
    .filter((each) => senderRefusalOf(each) !== undefined)
    .toSorted((a, b) => byCodeUnits(a.at, b.at))[0];
  if (fact === undefined) return undefined;
  const around = eachFactBetween(store, later(fact.at, -EDGE), later(fact.at, EDGE));
  const near = (await incidentsAmong(around)).found().find((each) => isPartOf(fact, each));
  if (near === undefined) return undefined;
  const day = fact.at.slice(0, 10);
  const first = await beginningOf(day, store, MAXIMUM_OF_LOOKUP);
  const last = [dayAfter(day, MAXIMUM_OF_LOOKUP), now.slice(0, 10)].sort()[0] ?? day;
  const incident = await follow(store, first, last, day, (each) => isPartOf(fact, each));
  const begun = first > dayAfter(day, -MAXIMUM_OF_LOOKUP);
  return { incident: incident ?? near, refusal: fact, begun: begun && incident !== undefined };
}

/** The facts by which mail was refused in an incident, as a stream. */
export async function* refusalsOf(incident: Omit<UndoneIncident, 'id'>, store: Table): AsyncGenerator<Fact> {
  for await (const fact of eachFactBetween(store, incident.from, incident.until)) {
    if (fact.kind === 'bounce' && isPartOf(fact, incident)) yield fact;
  }
}

/** Reads day after day until the incident that is looked for is over, or there is none by the day on which it must have begun. */
async function follow(
  store: Table,
  first: string,
  last: string,
  begunBy: string,
  isIt: (incident: Incident) => boolean,
): Promise<Incident | undefined> {
  const finder = new IncidentFinder();
  let open: Incident | undefined;
  for (let day = first; day <= last; day = dayAfter(day)) {
    for await (const fact of eachFactOfDay(store, day)) finder.take(fact);
    const ended = finder.ended(startOf(dayAfter(day))).find(isIt);
    if (ended !== undefined) return ended;
    open = finder.found().find(isIt);
    // What begins late in a day may show in the next only.
    if (open === undefined && day > begunBy) return undefined;
  }
  return open;
}

/** The day from which to read so that nothing that is seen on a day is cut off at its beginning; so many days back at most. */
async function beginningOf(day: string, store: Table, most: number): Promise<string> {
  let first = day;
  for (let back = 0; back < most; back += 1) {
    const start = startOf(first);
    const around = eachFactBetween(store, later(start, -EDGE), later(start, EDGE));
    const crosses = (await incidentsAmong(around))
      .found()
      .some(({ from, until }) => from < start && until >= start);
    if (!crosses) return first;
    first = dayAfter(first, -1);
  }
  return first;
}

function startOf(day: string): string {
  return `${day}T00:00:00.000Z`;
}

/** An incident as it is answered. */
function shownOf({ addresses: _, lists, ...incident }: Incident, now: string): ShownIncident {
  const { from, until, kind, sender } = incident;
  const named = lists.flatMap((id) => blockListById(id) ?? []);
  return {
    ...incident,
    from,
    until,
    receiverName: receiverName(incident.receiver),
    what: incidentLabel(kind),
    ...(overAt(until) >= now && { goesOn: true as const }),
    lists: named.map(({ name, removal }) => ({ name, removal })),
    remedy: remedyOf(kind, { lists: named, ...(sender && { sender }) }),
  };
}

/** What a receiver is called. */
function receiverName(receiver: string): Bilingual {
  if (receiver === SEVERAL_RECEIVERS) return SEVERAL_NAME;
  const carrier = carrierById(receiver);
  if (carrier !== undefined) return carrier.name;
  const provider = PROVIDER_IDS.find((id) => id === receiver);
  return provider === undefined ? { ja: receiver, en: receiver } : GUIDANCE[provider].name;
}

/** What an incident is called where it is only named. */
export function viewOf({ id, kind, receiver, from, until, recipients }: Incident): IncidentView {
  return {
    id,
    kind,
    receiverName: receiverName(receiver),
    what: incidentLabel(kind),
    from,
    until,
    recipients,
  };
}
