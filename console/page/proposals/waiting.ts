import { useEffect, useState } from 'preact/hooks';
import type { ProposalsPage } from '../../../lib/contracts/proposals.ts';
import { type Proposal, waitingProposals } from '../../../lib/waiting-proposals.ts';
import { refusedBy } from '../asking.ts';
import { ask, type Refused } from '../server.ts';

/** The proposals as they were read last. */
export interface Waiting {
  /** Absent: nothing was read yet. */
  readonly proposals?: readonly Proposal[];
  /** More wait than are read at once. */
  readonly isMore: boolean;
  /** While they are read: how many so far. */
  readonly reading?: number;
  /** Why they, or those after the ones that were read, could not be read. */
  readonly refused?: Refused;
  /** Reads them anew; meanwhile those of before are there. */
  readonly again: () => void;
}

/**
 * Reads the waiting proposals, page by page, when the view is opened and when it is asked to.
 *
 * @param decided grows when something was decided: they are read anew.
 */
export function useWaiting(decided: number): Waiting {
  const [turn, setTurn] = useState(0);
  const [found, setFound] = useState<Omit<Waiting, 'again'>>({ isMore: false, reading: 0 });
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    let read: readonly Proposal[] = [];
    const onPage = (soFar: readonly Proposal[]): void => {
      if (signal.aborted) return;
      read = [...soFar];
      setFound((before) => ({ ...before, reading: read.length }));
    };
    setFound(({ refused: _refused, ...before }) => ({ ...before, reading: 0 }));
    waitingProposals((request) => ask<ProposalsPage>('proposals', request, signal), { onPage }).then(
      ({ proposals, next }) => {
        if (!signal.aborted) setFound({ proposals, isMore: next !== undefined });
      },
      (error: unknown) => {
        if (signal.aborted) return;
        const refused = refusedBy(error);
        setFound(({ reading: _reading, ...before }) => ({
          ...before,
          ...(read.length > 0 && { proposals: read }),
          refused,
        }));
      },
    );
    return () => ending.abort();
  }, [turn, decided]);
  return { ...found, again: () => setTurn((before) => before + 1) };
}
