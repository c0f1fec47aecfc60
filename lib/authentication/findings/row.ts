import type { Bilingual } from '../../text.ts';

/**
 * How much a finding matters, most urgent first. `critical`: mail is refused, filed as spam or goes out without
 * authentication. `warning`: it works today and breaks easily, or part of it fails. `unknown`: it could not be
 * looked up, so nothing is claimed. `advice`: worth doing. `information`: worth knowing.
 */
export const SEVERITIES = ['critical', 'warning', 'unknown', 'advice', 'information'] as const;

/** A severity's place in that order; one that is not known here comes last. */
export function placeOf(severity: string): number {
  const order: readonly string[] = SEVERITIES;
  const place = order.indexOf(severity);
  return place < 0 ? order.length : place;
}

/** See {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** One kind of finding. Texts hold `{names}` that the audit fills in. What is critical always has an `act`. */
export type FindingRow = FindingTexts &
  (
    | { readonly severity: 'critical'; readonly act: Bilingual }
    | { readonly severity: Exclude<Severity, 'critical'>; readonly act?: Bilingual }
  );

interface FindingTexts {
  readonly title: Bilingual;
  /** What to do as one short order, for the list of what to do first. Kinds without one are told there by their title. */
  readonly act?: Bilingual;
  /** What receivers, or SES, do because of it. */
  readonly effect: Bilingual;
  readonly todo: Bilingual;
  /** A further step that needs a decision: it waits while its record needs repair for another reason. */
  readonly step?: true;
  /** It rests on hearsay: told on request only. */
  readonly rumour?: true;
  /** Where the rule comes from, by its public name. */
  readonly source: string;
}
