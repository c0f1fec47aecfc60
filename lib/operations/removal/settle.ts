import { type FoundOutcome, outcomeOf, outcomeOfRelisting } from '../../cases/outcome.ts';
import type { AddressRecord, Decision, Outcome, Removal, SuppressionCase } from '../../cases/records.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Store } from '../../store/store.ts';
import type { ListEntry } from '../../suppression/list.ts';
import type { Bilingual } from '../../text.ts';
import { isRecorded } from './removal.ts';

/** An outcome that became known, ready to be written. */
export interface Settlement {
  readonly case: SuppressionCase;
  readonly decision: Decision;
  readonly outcome: Outcome;
}

const BECAUSE: Readonly<Record<Outcome, Bilingual>> = {
  delivered: { ja: '解除後のメールは届きました。', en: 'After the removal, mail was delivered.' },
  'bounced-again': {
    ja: '解除後のメールも届きませんでした。',
    en: 'After the removal, mail bounced again.',
  },
  complained: {
    ja: '解除後のメールが迷惑メールとして申告されました。',
    en: 'After the removal, the mail was reported as spam.',
  },
  silent: {
    ja: '解除後、期限までに不達も到達も記録されませんでした（到達を記録しないドメインでは「不達なし」の意味です）。',
    en: 'After the removal, nothing was recorded in time: no bounce, and no delivery where deliveries are recorded.',
  },
};

/** Of a bounce of which the list alone tells. */
const LISTED_AGAIN: Bilingual = {
  ja: '解除後、サプレッションリストに再び登録されました。',
  en: 'After the removal, SES put the address on the list again.',
};

/**
 * Closes a watched case whose outcome is known: from its facts, from being on the list anew (`relisted`), or from
 * the silence of `policy.silentAfterDays`. Undefined while the outcome is open. An outcome recorded before the address
 * was listed again is corrected where the listing undoes it, so that the rule's record and the policy agree. Pure.
 */
export function settle(
  record: AddressRecord,
  policy: Policy,
  now: string,
  relisted?: ListEntry,
): Settlement | undefined {
  const known = record.case;
  const last = known?.removals.at(-1);
  if (known === undefined || last === undefined) return undefined;
  if (known.state === 'watching') {
    const inFacts = outcomeOf(last.at, record.facts, policy.silentAfterDays, now);
    const ofListing = relisted && outcomeOfRelisting(last.at, inFacts, relisted);
    const found = ofListing ?? inFacts;
    if (found === undefined) return undefined;
    const { dueAt: _due, ...rest } = known;
    const because = becauseOf(found, ofListing !== undefined);
    return settlement(
      { ...rest, state: 'closed' },
      last,
      { ...found, because, id: `outcome:${last.at}` },
      now,
    );
  }
  // A listing that the case has met already, or that follows none of its outcomes, says nothing of this removal.
  const { outcome, outcomeAt } = last;
  if (relisted === undefined || last.relistedAt !== undefined) return undefined;
  if (outcome === undefined || outcomeAt === undefined) return undefined;
  const found = outcomeOfRelisting(last.at, { outcome, at: outcomeAt }, relisted);
  if (found === undefined) return undefined;
  return settlement(
    known,
    last,
    { ...found, because: becauseOf(found, true), id: `outcome:${last.at}:relisted` },
    now,
  );
}

function becauseOf({ outcome }: FoundOutcome, ofListing: boolean): Bilingual {
  return ofListing && outcome === 'bounced-again' ? LISTED_AGAIN : BECAUSE[outcome];
}

function settlement(
  known: SuppressionCase,
  last: Removal,
  found: FoundOutcome & Pick<Decision, 'id' | 'because'>,
  now: string,
): Settlement {
  const removal: Removal = { ...last, outcome: found.outcome, outcomeAt: found.at };
  return {
    outcome: found.outcome,
    case: { ...known, removals: [...known.removals.slice(0, -1), removal], updatedAt: now },
    decision: {
      address: known.address,
      at: found.at,
      id: found.id,
      by: 'cleanup',
      action: 'outcome',
      rule: last.rule,
      because: found.because,
      diagnosis: known.diagnosis,
      outcome: found.outcome,
    },
  };
}

/** Writes a settlement down: the audit, the rule's record, then the case. Repeating it changes nothing. */
export async function recordSettlement(
  settlement: Settlement,
  record: AddressRecord,
  store: Pick<Store, 'putDecisions' | 'putOutcome' | 'putCase'>,
): Promise<AddressRecord> {
  const { outcome, decision } = settlement;
  if (!isRecorded(record, decision)) await store.putDecisions([decision]);
  const last = settlement.case.removals.at(-1);
  if (last) {
    const { rule, carrier, at: removedAt } = last;
    const { address, at } = decision;
    await store.putOutcome({ rule, ...(carrier && { carrier }), address, removedAt, outcome, at });
  }
  return { ...record, case: await store.putCase(settlement.case, record.case) };
}
