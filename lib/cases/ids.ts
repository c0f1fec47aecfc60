import { createHash } from 'node:crypto';

/** Names that are a function of what they name, so that an interrupted run that repeats itself finds its own work. */

/**
 * The id of an audit entry about a verdict or what followed it: the same while entry, rule and case are the same, so
 * that a run that repeats an interrupted one finds it written and does not write it twice.
 *
 * @param version of the case that was read; 0 where there is none.
 */
export function decisionId(action: string, rule: string, listedAt: string, version: number): string {
  return `${action}:${rule}:${listedAt}:${version}`;
}

/**
 * The id of the audit entry about an outcome: one a removal, and one more where a listing corrects it.
 *
 * @param removedAt ISO 8601 UTC.
 */
export function outcomeId(removedAt: string, isCorrection: boolean): string {
  return isCorrection ? `outcome:${removedAt}:relisted` : `outcome:${removedAt}`;
}

/**
 * The id of a proposal: the day the entry was listed and a hash of address and entry, so that ids sort by age,
 * name no person, and are the same whenever the same entry is proposed again.
 */
export function proposalIdOf(address: string, listedAt: string): string {
  const hash = createHash('sha256').update(`${address}\n${listedAt}`).digest('hex').slice(0, 10);
  return `${listedAt.slice(0, 10).replaceAll('-', '')}-${hash}`;
}
