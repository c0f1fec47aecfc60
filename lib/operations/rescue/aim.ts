import type { CaseState, SuppressionCase, UndoneIncident } from '../../cases/records.ts';
import type { Verdict } from '../../policy/decide.ts';
import { type Candidate, candidateOf, lapsedRefusal, RESCUE_RULE } from '../../policy/rescue.ts';
import type { VerdictInput } from '../../policy/rules.ts';
import { UNDO_RULE, undoCandidateOf } from '../../policy/undo.ts';
import { casesInState } from '../../store/cases.ts';
import type { Table } from '../../store/table.ts';
import type { Bilingual } from '../../text.ts';
import { formatInTokyo } from '../../time.ts';
import { refusalsOf } from '../incidents.ts';

/** What a campaign is about: the backlog of rules that no longer hold, or what one incident put on the list. */
export interface Aim {
  /** Rule that its removals are recorded under. */
  readonly rule: string;
  /** The incident that it undoes; absent: the backlog. */
  readonly incident?: UndoneIncident;
  /** The addresses that may be meant, page by page, each once; `now`: ISO 8601 UTC. */
  addresses(store: Table, now: string): AsyncGenerator<readonly string[]>;
  /** The address as one that may be removed, with the reason to be recorded, or why it is none. */
  consider(
    address: string,
    input: VerdictInput,
    verdict: Verdict,
  ): Considered | { readonly excluded: string };
}

/** A candidate, and why it is removed in a wave of some number. */
export interface Considered {
  readonly candidate: Candidate;
  readonly because: (wave: number) => Bilingual;
}

/** Cases that a campaign looks at: what waits for an operator, and what was kept until a day that may have come. */
export const WAITING_STATES = ['proposed', 'kept'] as const satisfies readonly CaseState[];

/** Cases, or addresses, that are looked at together. */
const PAGE = 256;

/** What a campaign is about, by the incident that it undoes. */
export function aimOf(incident: UndoneIncident | undefined): Aim {
  return incident === undefined ? BACKLOG : undoing(incident);
}

const BACKLOG: Aim = {
  rule: RESCUE_RULE,
  addresses: backlogAddresses,
  consider(address, input, verdict) {
    const candidate = candidateOf(address, input, verdict);
    if ('excluded' in candidate) return candidate;
    const until = formatInTokyo(candidate.lapsed.until).slice(0, 10);
    const because = (wave: number): Bilingual => ({
      ja: `登録当時（${until}より前）の携帯会社は受信拒否のメールを不達にしていましたが、現在は受け取るため、まとめて解除する計画の第${wave}波で解除します。`,
      en: `Listed while the carrier refused filtered mail (before ${until}); it accepts such mail now. Removed in wave ${wave} of the backlog campaign.`,
    });
    return { candidate, because };
  },
};

function undoing(incident: UndoneIncident): Aim {
  const { id, from, until } = incident;
  const span = `${formatInTokyo(from)}〜${formatInTokyo(until)}`;
  return {
    rule: UNDO_RULE,
    incident,
    addresses: (store) => refusedIn(incident, store),
    consider(address, input, verdict) {
      const candidate = undoCandidateOf(address, input, verdict, incident);
      if ('excluded' in candidate) return candidate;
      const because = (wave: number): Bilingual => ({
        ja: `送信側の原因による一斉拒否（${id}、${span}）で登録された宛先です。原因の解消後にまとめて解除する計画の第${wave}波で解除します。`,
        en: `Listed by a refusal of the sender's (incident ${id}, ${formatInTokyo(from)} to ${formatInTokyo(until)}), no doing of the recipient's. Removed in wave ${wave} of the campaign that undoes it.`,
      });
      return { candidate, because };
    },
  };
}

async function* backlogAddresses(store: Table, now: string): AsyncGenerator<readonly string[]> {
  for (const state of WAITING_STATES) {
    for await (const page of pages(store, state)) {
      yield page.filter((each) => isBacklog(each, now)).map(({ address }) => address);
    }
  }
}

/** Whether a case is about an entry made under a rule that no longer holds, as far as the case itself tells. */
function isBacklog(known: SuppressionCase, now: string): boolean {
  return (
    known.listedReason === 'BOUNCE' &&
    lapsedRefusal(known.diagnosis.carrier, known.listedAt, now) !== undefined
  );
}

async function* pages(store: Table, state: CaseState) {
  let page = await casesInState(store, state, { limit: PAGE });
  yield page.items;
  while (page.next !== undefined) {
    page = await casesInState(store, state, { limit: PAGE, from: page.next });
    yield page.items;
  }
}

/** The addresses that an incident refused, from the day index; holds each of them once. */
async function* refusedIn(incident: UndoneIncident, store: Table): AsyncGenerator<readonly string[]> {
  const met = new Set<string>();
  let page: string[] = [];
  for await (const { address } of refusalsOf(incident, store)) {
    if (met.has(address)) continue;
    met.add(address);
    page.push(address);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  yield page;
}
