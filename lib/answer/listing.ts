import type { Bilingual } from '../text.ts';

/**
 * Where the address stands on the suppression list. `unknown`: SES could not be asked, or what is recorded speaks for
 * an entry that nobody can ask for; then `because` says so, and `droppedAt` is when SES last dropped a mail because of
 * it.
 */
export type ListingAnswer =
  | {
      readonly state: 'listed';
      /** ISO 8601 UTC. */
      readonly since: string;
      readonly reason: 'BOUNCE' | 'COMPLAINT';
      readonly spelling: string;
      /** False when the account does not enforce this reason: the entry then blocks nothing. */
      readonly blocks: boolean;
    }
  | { readonly state: 'not-listed' }
  | {
      readonly state: 'unknown';
      readonly why: string;
      readonly because?: Bilingual;
      /** ISO 8601 UTC. */
      readonly droppedAt?: string;
    };
