import { proposalIdOf } from '../cases/ids.ts';
import type { DiagnosisSummary, SuppressionCase } from '../cases/records.ts';
import type { CaseInput, Transition } from '../cases/transitions.ts';
import type { Fact } from '../mails/fact.ts';
import { mailsOf, missedSince } from '../mails/mails.ts';
import { byCodeUnits } from '../text.ts';
import { later } from '../time.ts';
import { MAXIMUM_MAILS, type MissedInNotice, type Notice, noticeId } from './notice.ts';

/** How old an entry may be to be news, milliseconds: the first walk over a list meets years of them. */
const NEWS = 7 * 24 * 3_600_000;

/**
 * What is to be told of something that happened to a case. Pure. A notice says what the audit says: without a decision
 * there is none, and a run that records the same decision again makes the same notice.
 *
 * @param known the case before.
 */
export function noticesOf(
  known: SuppressionCase | undefined,
  input: CaseInput,
  { decision }: Transition,
): readonly Notice[] {
  if (decision === undefined) return [];
  const { address, rule, diagnosis } = decision;
  const carrier = diagnosis?.carrier && { carrier: diagnosis.carrier };
  const ofAddress = { at: input.at, address, rule, ...carrier };
  const id = noticeId(decision.action, address, decision.id);
  switch (input.kind) {
    case 'judged-keep':
    case 'judged-propose':
    case 'judged-remove':
      return [...newEntry(known, input, ofAddress), ...newProposal(known, input, { id, ...ofAddress })];
    case 'removed': {
      if (known === undefined) return [];
      const listed = { listedAt: known.listedAt, listedReason: known.listedReason };
      const missed = input.missed && { missed: input.missed };
      return [
        {
          kind: 'released',
          id,
          ...ofAddress,
          ...said(known.diagnosis),
          ...listed,
          by: decision.by,
          ...missed,
        },
      ];
    }
    case 'settled':
    case 'relisted-after-outcome': {
      const releasedAt = known?.removals.at(-1)?.at;
      const { outcome } = decision;
      return releasedAt && outcome ? [{ kind: 'outcome', id, ...ofAddress, releasedAt, outcome }] : [];
    }
    case 'put-back':
    case 'put-back-refused':
      return [{ kind: 'put-back', id, ...ofAddress, refused: input.kind === 'put-back-refused' }];
    default:
      return [];
  }
}

type Judged = Extract<CaseInput, { kind: 'judged-keep' | 'judged-propose' | 'judged-remove' }>;
type OfAddress = Pick<Extract<Notice, { kind: 'proposed' }>, 'at' | 'address' | 'rule' | 'carrier'>;

function found({ entry, diagnosis }: Judged) {
  return { ...said(diagnosis), listedAt: entry.at, listedReason: entry.reason };
}

function said({ reason, confidence, rule }: DiagnosisSummary) {
  return { reason, confidence, diagnosisRule: rule };
}

/** An entry is new once, whatever is thought of it later. */
function newEntry(
  known: SuppressionCase | undefined,
  input: Judged,
  ofAddress: OfAddress,
): readonly Notice[] {
  const { entry, at } = input;
  if (known?.listedAt === entry.at || entry.at < later(at, -NEWS)) return [];
  const id = noticeId('suppressed', entry.address, entry.at);
  return [{ kind: 'suppressed', id, ...ofAddress, ...found(input) }];
}

/** A proposal whose diagnosis became another is no new one. */
function newProposal(
  known: SuppressionCase | undefined,
  input: Judged,
  ofDecision: OfAddress & { readonly id: string },
): readonly Notice[] {
  if (input.kind !== 'judged-propose') return [];
  if (known?.state === 'proposed' && known.listedAt === input.entry.at) return [];
  const { address, at } = input.entry;
  return [{ kind: 'proposed', ...ofDecision, ...found(input), proposalId: proposalIdOf(address, at) }];
}

/**
 * The mails that SES did not send because of an entry, as far as they are on record, for sending again.
 *
 * @param listedAt when SES made the entry, ISO 8601 UTC.
 * @param isPart whether more are on record than were read.
 */
export function missedForNotice(facts: readonly Fact[], listedAt: string, isPart = false): MissedInNotice {
  const missed = missedSince(mailsOf(facts), listedAt);
  const newest = missed.toSorted((a, b) => byCodeUnits(b.fate.at, a.fate.at)).slice(0, MAXIMUM_MAILS);
  return {
    count: missed.length,
    ...(newest.length > 0 && { mails: newest.map(({ messageId, sentAt }) => ({ messageId, sentAt })) }),
    ...((isPart || missed.length > newest.length) && { more: true as const }),
  };
}
