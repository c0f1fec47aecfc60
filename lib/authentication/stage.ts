import type { Bilingual } from '../text.ts';

/** What the aggregate reports received so far say about the next DMARC policy. */
export interface StageAdvice {
  /** The policy the domain is ready for; absent when it should stay where it is. */
  readonly next?: 'quarantine' | 'reject';
  /** What the advice rests on. */
  readonly evidence: Bilingual;
  /** Set when reports were asked for and none came: since when. */
  readonly silent?: Bilingual;
}
