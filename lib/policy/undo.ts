import type { UndoneIncident } from '../cases/records.ts';
import { bouncesNearListing, isJoined } from '../classification/explained-bounce.ts';
import type { Fact } from '../mails/fact.ts';
import { mailsOf, returnedBounces } from '../mails/mails.ts';
import type { Verdict } from './decide.ts';
import type { Incident } from './incident.ts';
import { asCandidate, type Candidate } from './rescue.ts';
import { saysGone, type VerdictInput } from './rules.ts';
import { isPartOf } from './sender-refusal.ts';

/**
 * Undoing an incident: which addresses one refusal of the sender's put on the list, and nothing else did. Pure; the waves in
 * which they are taken off are those of the rescue (lib/operations/rescue).
 */

/** Policy rule that a removal by an undone incident is recorded under. */
export const UNDO_RULE = 'incident-undone';

/** Rules that keep an entry only until some time has passed: the operator says that the cause is gone. */
const FOR_NOW: ReadonlySet<string> = new Set(['cooling-down', 'temporary-cooling-down']);

/** An incident as it is kept with the campaign that undoes it, and with each removal. */
export function undoneIncident({ id, receiver, kind, sender, list, from, until }: Incident): UndoneIncident {
  return { id, receiver, kind, ...(sender && { sender }), ...(list && { list }), from, until };
}

/**
 * The address as a candidate, or why it is none: the id of the policy rule that keeps it, or
 *
 * - `slash`: SES refuses the single calls for it;
 * - `tried-before`: it was taken off the list after the incident, and is on it again;
 * - `another-cause`: a bounce that is no part of the incident may have put it on the list, or came since;
 * - `unknown-user`: an earlier reply said that there is no such mailbox, and it has taken no mail since.
 */
export function undoCandidateOf(
  address: string,
  input: VerdictInput,
  verdict: Verdict,
  incident: UndoneIncident,
): Candidate | { readonly excluded: string } {
  const { facts, listing } = input;
  if (!isPassing(verdict, input, incident)) return { excluded: verdict.rule };
  if (address.includes('/')) return { excluded: 'slash' };
  const removals = input.case?.removals ?? [];
  if (removals.some(({ at }) => at > incident.from)) return { excluded: 'tried-before' };
  const others = returnedBounces(facts).filter((bounce) => !isPartOf(bounce, incident));
  if (!isExplained(input, incident) || others.some(({ at }) => at > listing.at)) {
    return { excluded: 'another-cause' };
  }
  if (isGone(facts, others)) return { excluded: 'unknown-user' };
  return asCandidate(address, input);
}

/** Whether policy has nothing against it but that it is early: for the refusals of this very incident, or a cool-down. */
function isPassing(
  { action, rule }: Verdict,
  { incident: refusing }: VerdictInput,
  { until }: UndoneIncident,
): boolean {
  if (action !== 'keep' || FOR_NOW.has(rule)) return true;
  return rule === 'incident' && refusing !== undefined && refusing.until <= until;
}

/** Whether the incident, and nothing else that is on record, put the address on the list. */
function isExplained({ facts, listing }: VerdictInput, incident: UndoneIncident): boolean {
  if (listing.reason !== 'BOUNCE') return false;
  const isNamed = listing.feedbackId !== undefined || listing.messageId !== undefined;
  const causes = isNamed
    ? returnedBounces(facts).filter((bounce) => isJoined(bounce, listing))
    : bouncesNearListing(facts, listing.at);
  return causes.length > 0 && causes.every((bounce) => isPartOf(bounce, incident));
}

/** Whether one of these bounces said that there is no such mailbox, and no mail was taken after it. */
function isGone(facts: readonly Fact[], bounces: readonly Fact[]): boolean {
  const last = bounces
    .filter(saysGone)
    .map(({ at }) => at)
    .sort()
    .at(-1);
  if (last === undefined) return false;
  return !mailsOf(facts).some(({ fate }) => fate.fate === 'accepted' && fate.at > last);
}
