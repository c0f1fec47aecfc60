import type { ReportAnswer } from '../../lib/contracts/report.ts';
import type { Bilingual } from '../../lib/text.ts';

/** What the page is answered where that is more than a function's own answer. */

/** A month, and the files that the command line writes of it. */
export interface MonthReport {
  readonly answer: ReportAnswer;
  readonly csv: string;
  /** A page of its own, in either language. */
  readonly html: Bilingual;
}
