import type { HistoryAnswer } from './contracts/history.ts';
import type { Bilingual } from './text.ts';
import { dayInTokyo } from './time.ts';

/**
 * The audit as people read it: a removal and the word that led to it are one thing, and what one person decided about many
 * addresses at once is one line.
 */

/** A decision as the history answers it. */
export type HistoryDecision = HistoryAnswer['decisions'][number];

/** One thing that was decided about one address or, grouped, about several. */
export interface ToldDecision {
  /** Of the last of it, ISO 8601 UTC. */
  readonly at: string;
  readonly by: string;
  /** What came of it: `removed` and not the approval that led to it. */
  readonly action: string;
  readonly rule: string;
  readonly addresses: readonly string[];
  /** What a person wrote as the reason. */
  readonly note?: string;
  /** Rules that the person lifted with it. */
  readonly overrides?: readonly string[];
  readonly outcome?: string;
  readonly diagnosis?: HistoryDecision['diagnosis'];
  /** The verdict that it was decided on. */
  readonly because: Bilingual;
  /** Why it did not come to the removal that was decided on. */
  readonly instead?: Bilingual;
}

/** What ends a removal that was decided on. */
const ENDS: ReadonlySet<string> = new Set(['removed', 'not-listed', 'entry-changed', 'withdrawn', 'stopped']);
/** What begins one. */
const BEGINS: ReadonlySet<string> = new Set(['approve', 'remove']);

/**
 * Decisions, newest first, with each removal and the word that led to it as one. A word whose removal is not among them
 * stands by itself.
 */
export function toldOf(decisions: readonly HistoryDecision[]): readonly ToldDecision[] {
  const ends = new Map<string, number>();
  const told: (ToldDecision | undefined)[] = decisions.map((decision) => toldAlone(decision));
  decisions.forEach((decision, place) => {
    const { address, by, action } = decision;
    const whose = `${by} ${address}`;
    if (ENDS.has(action)) ends.set(whose, place);
    const end = BEGINS.has(action) ? ends.get(whose) : undefined;
    if (end === undefined) return;
    ends.delete(whose);
    const ended = decisions[end];
    if (ended === undefined) return;
    told[end] = {
      ...toldAlone(decision),
      at: ended.at,
      action: ended.action,
      ...(ended.action !== 'removed' && { instead: ended.because }),
    };
    told[place] = undefined;
  });
  return told.filter((each) => each !== undefined);
}

function toldAlone(decision: HistoryDecision): ToldDecision {
  const { at, address, by, action, rule, note, overrides, outcome, diagnosis, because } = decision;
  return {
    at,
    by,
    action,
    rule,
    addresses: [address],
    ...(note && { note }),
    ...(overrides && overrides.length > 0 && { overrides }),
    ...(outcome && { outcome }),
    ...(diagnosis && { diagnosis }),
    because,
  };
}

/** What says the same of several addresses on one day as one line, where the last of it stands. */
export function grouped(told: readonly ToldDecision[]): readonly ToldDecision[] {
  const groups = new Map<string, { readonly first: ToldDecision; readonly addresses: string[] }>();
  for (const each of told) {
    const same = samenessOf(each);
    const group = groups.get(same);
    if (group === undefined) groups.set(same, { first: each, addresses: [...each.addresses] });
    else group.addresses.push(...each.addresses);
  }
  return [...groups.values()].map(({ first, addresses }) => ({ ...first, addresses }));
}

function samenessOf({ at, addresses: _addresses, diagnosis, ...rest }: ToldDecision): string {
  const { reason, confidence, carrier } = diagnosis ?? {};
  return JSON.stringify([dayInTokyo(at), reason, confidence, carrier, rest]);
}
