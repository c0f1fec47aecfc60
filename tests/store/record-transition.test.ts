import { describe, expect, it } from 'vitest';
import type { SuppressionCase } from '../../lib/cases/records.ts';
import { ImpossibleTransitionError, type MovingInput, transition } from '../../lib/cases/transitions.ts';
import { CaseChangedError } from '../../lib/store/errors.ts';
import type { Item } from '../../lib/store/items.ts';
import { recordTransition } from '../../lib/store/record-transition.ts';
import { tableThat } from '../support/table.ts';

const NOW = '2026-10-09T00:00:00.000Z';
const watching: SuppressionCase = {
  address: 'hanako@ezweb.ne.jp',
  version: 4,
  state: 'watching',
  spelling: 'Hanako@ezweb.ne.jp',
  listedReason: 'BOUNCE',
  listedAt: '2026-10-01T00:00:00.000Z',
  diagnosis: { reason: 'filtered', confidence: 'likely', rule: 'au-550' },
  rule: 'filtered',
  removals: [{ at: '2026-10-03T00:00:00.000Z', by: 'cleanup', rule: 'filtered' }],
  dueAt: NOW,
  updatedAt: '2026-10-03T00:00:00.000Z',
};
const settled: MovingInput = {
  kind: 'settled',
  at: NOW,
  found: { outcome: 'delivered', at: '2026-10-04T00:00:00.000Z' },
  byListing: false,
};

/** A table that notes the first word of each sort key written, in order. */
function notedWrites({ caseIsUnchanged = true } = {}) {
  const writes: string[] = [];
  const note = (item: Item) => void writes.push(/^[A-Z]+/.exec(String(item.sk))?.[0] ?? String(item.pk));
  const table = tableThat({
    putAll: async (items) => {
      items.forEach(note);
      return items.length;
    },
    put: async (item) => note(item),
    putIf: async (item) => {
      note(item);
      return { written: caseIsUnchanged, consumed: 1 };
    },
  });
  return { table, writes };
}

describe('the writer of transitions', () => {
  it('writes the audit, the outcome in its rule’s record, then the case as its next version', async () => {
    const { table, writes } = notedWrites();
    const known = await recordTransition(table, { case: watching }, settled);
    expect(known).toMatchObject({ state: 'closed', version: 5 });
    expect(writes).toEqual(['DECISION', 'PAIR', 'OUTCOMES#filtered#-', 'CASE']);
  });

  it('writes no audit entry twice that a repeated run has read', async () => {
    const { table, writes } = notedWrites();
    const { decision } = transition(watching, settled);
    await recordTransition(table, { case: watching, decisions: decision ? [decision] : [] }, settled);
    expect(writes).toEqual(['PAIR', 'OUTCOMES#filtered#-', 'CASE']);
  });

  it('writes nothing of what cannot happen', async () => {
    const { table, writes } = notedWrites();
    await expect(recordTransition(table, { case: watching }, { kind: 'removed', at: NOW })).rejects.toThrow(
      ImpossibleTransitionError,
    );
    expect(writes).toEqual([]);
  });

  it('yields to whoever wrote the case since it was read', async () => {
    const { table } = notedWrites({ caseIsUnchanged: false });
    await expect(recordTransition(table, { case: watching }, settled)).rejects.toThrow(CaseChangedError);
  });
});
