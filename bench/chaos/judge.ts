import type { Item } from '../../lib/store/items.ts';
import type { Played } from './play.ts';
import { type Entry, keyOf } from './story.ts';

/** Holds what is on record against the ledger. */

/** One difference, in words, with the number of the event it is of. */
export interface Difference {
  readonly is: 'lost' | 'extra' | 'wrong';
  readonly event?: number;
  readonly what: string;
}

/** Where a complaint stands a second time, so that it is found before all else. */
const SECOND_COPY = /^COMPLAINT#/;

/** Every event that is lost, on record without having been told, or on record with other words. */
export function judge({ story, items, letters }: Pick<Played, 'story' | 'items' | 'letters'>): Difference[] {
  const facts = items.filter((item) => 'kind' in item && 'address' in item);
  const first = facts.filter(({ sk }) => !SECOND_COPY.test(`${sk}`));
  const second = facts.filter(({ sk }) => SECOND_COPY.test(`${sk}`));
  // `not-spam` takes a report of spam back (RFC 6430).
  const isComplaint = ({ kind, says }: Entry) =>
    kind === 'complaint' && says.complaintFeedbackType !== 'not-spam';
  const complaints = new Map([...story.ledger].filter(([, entry]) => isComplaint(entry)));
  return [
    ...compared(first, story.ledger),
    // Whether somebody ever complained is asked of these.
    ...compared(second, complaints),
    ...lettersOf(story, letters),
  ];
}

function keyOfItem({ address, kind, at, id }: Item): string {
  return keyOf({ address: `${address}`, kind: `${kind}`, at: `${at}`, id: `${id}` });
}

function compared(items: readonly Item[], ledger: ReadonlyMap<string, Entry>): Difference[] {
  const found = new Map<string, Item>();
  const differences: Difference[] = [];
  for (const item of items) {
    const key = keyOfItem(item);
    const entry = ledger.get(key);
    if (entry === undefined) differences.push({ is: 'extra', what: `on record, never told: ${key}` });
    else if (found.has(key))
      differences.push({ is: 'extra', event: entry.event, what: `twice on record: ${key}` });
    else differences.push(...wordsOf(item, entry, key));
    found.set(key, item);
  }
  for (const [key, entry] of ledger) {
    if (!found.has(key)) differences.push({ is: 'lost', event: entry.event, what: `not on record: ${key}` });
  }
  return differences;
}

function wordsOf(item: Item, { at, id, says, event }: Entry, key: string): Difference[] {
  return Object.entries({ at, id, ...says })
    .filter(([name, value]) => item[name] !== value)
    .map(([name, value]) => ({
      is: 'wrong',
      event,
      what: `${key}: ${name} is ${JSON.stringify(item[name])}, told was ${JSON.stringify(value)}`,
    }));
}

/** What is no event is kept as it came, with or without SNS's envelope; an event is not among the letters. */
function lettersOf({ unreadable }: Played['story'], letters: readonly string[]): Difference[] {
  const kept = new Set(letters.map(inside));
  const texts = new Set(unreadable.map(({ text }) => text));
  return [
    ...unreadable
      .filter(({ text }) => !kept.has(text))
      .map(({ event, text }): Difference => ({ is: 'lost', event, what: `no dead letter: ${text}` })),
    ...[...kept]
      .filter((text) => !texts.has(text))
      .map((text): Difference => ({ is: 'extra', what: `a dead letter of an event: ${text.slice(0, 200)}` })),
  ];
}

function inside(letter: string): string {
  try {
    const { Message } = JSON.parse(letter) ?? {};
    return typeof Message === 'string' ? Message : letter;
  } catch {
    return letter;
  }
}
