import type { Confidence, Reason } from './types.ts';

/**
 * The scale of the score: "this mailbox exists and its owner would receive the mail". Each piece of evidence adds
 * its weight; nothing multiplies and nothing cancels, so one more piece for a mailbox never counts against it.
 *
 * The weights are judgements, not measurements: no public data says how often a docomo or au reply of either kind
 * was a filter. They are set so that one strong piece (a member record, a recent delivery) settles what the words
 * leave wholly open, and that it takes two to overturn words that lean the other way. docs/diagnosis.md explains
 * them to an operator; the outcomes of removals are what will correct them.
 */
export const EVIDENCE_WEIGHTS = {
  /** The mailbox took a mail this long before the bounce. */
  deliveryWithin30Days: 4,
  deliveryWithin180Days: 3,
  deliveryWithinYear: 2,
  deliveryEarlier: 1,
  /** The last delivery is more than a year older than the bounce: the address may have been given up. */
  longSilence: -1,
  /** The mailbox took a mail after the bounce. */
  deliveryAfter: 5,
  /** An automatic reply came from the mailbox. */
  automaticReply: 3,
  /** Weak: mail services fetch images by themselves. */
  open: 1,
  /** Less weak: link checkers click too. */
  click: 2,
  /** The shop says that this is a customer, since before the bounce. */
  member: 3,
  /** The record is younger than the bounce. */
  memberSinceLater: 1,
  /** The customer logged in or ordered lately, or since the bounce. */
  memberActive: 1,
  /** Nothing known was ever sent to the address before the mail that bounced: a mistyped address looks like this. */
  firstMailEver: -1,
  /** Taken off the list before, and bounced again. */
  bouncedAfterRemoval: -2,
  /** Many customers of the carrier bounced at the time: the sender's problem rather than the mailbox's. */
  incident: 1,
  /** The recipient moved the mail out of the spam folder (`not-spam` feedback). */
  notSpam: 3,
  /** SES's own estimate of whether the mailbox exists. */
  insightsHigh: 2,
  insightsMedium: 0,
  insightsLow: -3,
  /** Shown, not weighed. */
  joinedBySes: 0,
  notSent: 0,
  complaint: 0,
  complaintCandidate: 0,
  systemReport: 0,
} as const;

/** Score of what the words of the reply say, by reason and confidence; reasons not named count nothing. */
export const REPLY_WEIGHTS: Readonly<Partial<Record<Reason, Readonly<Record<Confidence, number>>>>> = {
  filtered: { ambiguous: 0, likely: 3, certain: 6 },
  userunknown: { ambiguous: -1, likely: -3, certain: -6 },
  hostunknown: { ambiguous: -1, likely: -3, certain: -6 },
  notaccept: { ambiguous: -1, likely: -3, certain: -6 },
  hasmoved: { ambiguous: -1, likely: -2, certain: -4 },
  suspend: { ambiguous: 0, likely: -1, certain: -1 },
  mailboxfull: { ambiguous: 1, likely: 1, certain: 2 },
  vacation: { ambiguous: 1, likely: 2, certain: 3 },
};

/**
 * From score to verdict, where the words leave open whether a filter or an unknown user spoke. From
 * `filteredLikely` up the filter is likely, from `unknownLikely` down the unknown user; between them the verdict is
 * ambiguous and names the side the score is on. No score is ever `certain`: only words are.
 */
const SCORE_THRESHOLDS = { filteredLikely: 2, filteredAmbiguous: 0, unknownLikely: -3 } as const;

/** The verdict on an open question at a score (see {@link SCORE_THRESHOLDS}). */
export function verdictOfScore(score: number): { readonly reason: Reason; readonly confidence: Confidence } {
  if (score >= SCORE_THRESHOLDS.filteredLikely) return { reason: 'filtered', confidence: 'likely' };
  if (score >= SCORE_THRESHOLDS.filteredAmbiguous) return { reason: 'filtered', confidence: 'ambiguous' };
  if (score > SCORE_THRESHOLDS.unknownLikely) return { reason: 'userunknown', confidence: 'ambiguous' };
  return { reason: 'userunknown', confidence: 'likely' };
}
