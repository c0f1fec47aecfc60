import { type Incident, overAt } from '../../policy/incident.ts';
import { Refusal } from '../../refusal.ts';
import type { Bilingual } from '../../text.ts';
import { incidentWithId } from '../incidents.ts';
import type { RescueTools } from './tools.ts';

/** Which incidents can be undone. */

/** Thrown for an incident that put nobody on the list for one cause. */
export class NotUndoableError extends Refusal {
  override readonly name = 'NotUndoableError';
  override readonly code = 'incident-not-undoable';

  constructor({ id, kind }: Incident) {
    super(kind === 'mixed' ? severalCauses(id) : nobodyListed(id));
  }
}

function severalCauses(id: string): Bilingual {
  return {
    ja: `一斉拒否 ${id} は原因が一つではないため、まとめて取り消せません。宛先ごとに確認してください（todoku incidents ${id}、todoku lookup）。`,
    en: `incident ${id} has several causes, so that no one refusal explains its entries: look at each address (todoku incidents ${id}, todoku lookup)`,
  };
}

function nobodyListed(id: string): Bilingual {
  return {
    ja: `一斉拒否 ${id} では、メールが一時保留されただけで、リストに登録された宛先はありません。`,
    en: `incident ${id} only put mail off: it put nobody on the list`,
  };
}

/**
 * The incident with an id, where it can be undone.
 *
 * @throws {UnknownIncidentError} where there is none.
 * @throws {NotUndoableError} where it returned no mail, or has no one cause.
 */
export async function undoable(
  id: string,
  { store, now }: Pick<RescueTools, 'store' | 'now'>,
): Promise<Incident> {
  const incident = await incidentWithId(id, store, now().toISOString());
  if (incident.kind === 'mixed' || incident.returned === 0) throw new NotUndoableError(incident);
  return incident;
}

/** Whether further refusals may still belong to an incident. */
export function goesOn({ until }: Incident, { now }: Pick<RescueTools, 'now'>): boolean {
  return overAt(until) >= now().toISOString();
}

/** Why an incident that goes on is not undone. */
export const GOES_ON: Bilingual = {
  ja: '最後の拒否から1時間たっていません。原因を解消し、拒否が止まってから取り消してください。',
  en: 'The last refusal is less than an hour ago: remove the cause, and undo it when the refusals have stopped.',
};
