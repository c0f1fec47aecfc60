import { describe, expect, it } from 'vitest';
import { CASE_STATES, type Decision, type SuppressionCase } from '../../lib/cases/records.ts';
import {
  type CaseInput,
  type CaseInputKind,
  canHappen,
  ImpossibleTransitionError,
  type Standing,
  transition,
} from '../../lib/cases/transitions.ts';
import type { Diagnosis } from '../../lib/classification/types.ts';
import type { Fact } from '../../lib/mails/fact.ts';

const LISTED_AT = '2026-10-01T00:00:00.000Z';
const NOW = '2026-10-09T00:00:00.000Z';
const BEGUN_AT = '2026-10-08T00:00:00.000Z';
const REMOVED_AT = '2026-09-01T00:00:00.000Z';

const diagnosis: Diagnosis = {
  reason: 'filtered',
  carrier: 'au',
  confidence: 'likely',
  rule: 'au-550',
  evidence: [],
  explains: { ja: '受信拒否です。', en: 'Refused by a filter.' },
};
const summary = { reason: 'filtered', carrier: 'au', confidence: 'likely', rule: 'au-550' } as const;
const entry = { address: 'hanako@ezweb.ne.jp', spelling: 'Hanako@ezweb.ne.jp', reason: 'BOUNCE' } as const;

const judged = {
  at: NOW,
  entry: { ...entry, at: LISTED_AT },
  diagnosis,
  evidence: diagnosis.evidence,
  rule: 'filtered-known-recipient',
  because: { ja: '理由', en: 'Because' },
};
const said = { at: NOW, by: 'sato', note: 'asked by phone' };
const found = { outcome: 'delivered', at: '2026-10-02T00:00:00.000Z' } as const;

const bounce: Fact = {
  address: entry.address,
  kind: 'bounce',
  at: NOW,
  id: 'feedback',
  messageId: 'message',
  sentAt: NOW,
};

/** One input of each kind. */
const INPUTS = {
  'judged-keep': { kind: 'judged-keep', ...judged },
  'judged-propose': { kind: 'judged-propose', ...judged },
  'judged-remove': { kind: 'judged-remove', ...judged },
  approved: { kind: 'approved', ...judged, ...said, countsFor: 'by-hand' },
  refused: { kind: 'refused', ...judged, ...said },
  rejected: { kind: 'rejected', ...said },
  removed: { kind: 'removed', at: NOW },
  'not-listed': { kind: 'not-listed', at: NOW },
  'entry-changed': { kind: 'entry-changed', at: NOW },
  withdrawn: { kind: 'withdrawn', at: NOW },
  stopped: { kind: 'stopped', at: NOW },
  'found-unlisted': { kind: 'found-unlisted', ...said },
  settled: { kind: 'settled', at: NOW, found, byListing: false },
  'relisted-after-outcome': { kind: 'relisted-after-outcome', at: NOW, found, byListing: true },
  'still-open': { kind: 'still-open', at: NOW },
  'put-back': { kind: 'put-back', at: NOW },
  'put-back-refused': { kind: 'put-back-refused', at: NOW },
  'other-spelling': { kind: 'other-spelling', at: NOW, spelling: 'HANAKO@ezweb.ne.jp' },
  explained: { kind: 'explained', at: NOW, explainedBy: bounce },
} as const satisfies Readonly<Record<CaseInputKind, CaseInput>>;

/** A case in a state, with all that belongs to it and an earlier removal. */
function caseIn(state: Standing, more: Partial<SuppressionCase> = {}): SuppressionCase | undefined {
  if (state === 'none') return undefined;
  return {
    address: entry.address,
    version: 4,
    state,
    spelling: entry.spelling,
    listedReason: entry.reason,
    listedAt: LISTED_AT,
    diagnosis: summary,
    rule: 'filtered',
    removals: [{ at: REMOVED_AT, by: 'cleanup', rule: 'filtered-known-recipient', carrier: 'au' }],
    updatedAt: BEGUN_AT,
    ...(state === 'proposed' && { proposalId: '20261001-abcdef0123' }),
    ...(state === 'removing' && { removing: { at: BEGUN_AT, by: 'sato', rule: 'by-hand' } }),
    ...((state === 'kept' || state === 'watching') && { dueAt: '2026-10-09T00:00:00.000Z' }),
    ...more,
  };
}

/**
 * The state after each input, by the state before it; `-` cannot happen. Beside the name of an input stands what the
 * audit calls it.
 */
const TABLE = `
input / audit                    none      kept      proposed  rejected  removing  watching  closed
judged-keep / keep               kept      kept      kept      kept      -         kept      kept
judged-propose / propose         proposed  proposed  proposed  proposed  -         proposed  proposed
judged-remove / remove           removing  removing  removing  removing  -         removing  removing
approved / approve               removing  removing  removing  removing  removing  removing  removing
refused / refused                none      kept      proposed  rejected  removing  watching  closed
rejected / reject                -         -         rejected  -         -         -         -
removed / removed                -         -         -         -         watching  -         -
not-listed / not-listed          -         -         -         -         closed    -         -
entry-changed / entry-changed    -         -         -         -         kept      -         -
withdrawn / withdrawn            -         -         -         -         kept      -         -
stopped / stopped                -         -         -         -         kept      -         -
found-unlisted / not-listed      -         closed    closed    closed    -         -         -
settled / outcome                -         -         -         -         -         closed    -
relisted-after-outcome / outcome -         kept      proposed  rejected  removing  -         closed
still-open / nothing             -         -         -         -         -         watching  -
put-back / put-back              -         -         -         -         -         watching  closed
put-back-refused / put-back-refused - - - - - watching closed
other-spelling / nothing         -         kept      proposed  rejected  -         -         -
explained / nothing              -         kept      proposed  rejected  -         -         -
`;

const [header = '', ...lines] = TABLE.trim().split('\n');
const states = header.split(/\s+/).slice(3) as Standing[];
const rows = lines.map((line) => {
  const [kind, , audit, ...to] = line.split(/\s+/);
  return { kind: kind as CaseInputKind, audit, to };
});
const cells = rows.flatMap(({ kind, audit, to }) =>
  states.map((from, column) => ({ from, kind, audit, to: to[column] })),
);
const possible = cells.filter(({ to }) => to !== '-');
const impossible = cells.filter(({ to }) => to === '-');

describe('the table of transitions', () => {
  it('is asked here for every state and input', () => {
    expect(states).toEqual(['none', ...CASE_STATES]);
    expect(rows.map(({ kind }) => kind)).toEqual(Object.keys(INPUTS));
    expect(cells).toHaveLength(133);
  });

  it.each(possible)('leads from $from by $kind to $to, which the audit calls $audit', (cell) => {
    const known = caseIn(cell.from);
    const { next, decision } = transition(known, INPUTS[cell.kind]);
    expect(canHappen(cell.kind, known)).toBe(true);
    expect(decision?.action ?? 'nothing').toBe(cell.audit);
    if (cell.kind === 'refused') expect(next).toBeUndefined();
    else expect(next?.state).toBe(cell.to);
  });

  it.each(impossible)('has no way from $from by $kind', ({ from, kind }) => {
    const known = caseIn(from);
    expect(canHappen(kind, known)).toBe(false);
    expect(() => transition(known, INPUTS[kind])).toThrow(ImpossibleTransitionError);
  });

  it('refuses in both languages, naming state and input', () => {
    const error = new ImpossibleTransitionError('kept', 'removed');
    expect(error).toMatchObject({ code: 'impossible-transition', state: 'kept', input: 'removed' });
    for (const text of [error.text.ja, error.text.en]) {
      expect(text).toContain('kept');
      expect(text).toContain('removed');
      expect(text).toContain('todoku lookup');
    }
  });

  it.each([
    ['removed', caseIn('removing', { removing: undefined as never })],
    ['settled', caseIn('watching', { removals: [] })],
    ['still-open', caseIn('watching', { removals: [] })],
    ['relisted-after-outcome', caseIn('closed', { removals: [] })],
  ] as const)('refuses %s of a case that lacks what it is about', (kind, known) => {
    expect(() => transition(known, INPUTS[kind])).toThrow(ImpossibleTransitionError);
  });
});

describe('a transition', () => {
  const moved = (state: Standing, input: CaseInput, more?: Partial<SuppressionCase>) =>
    transition(caseIn(state, more), input);

  it.each(possible)(
    'from $from by $kind leaves the version to the writer, and changes no case it was given',
    (cell) => {
      const known = caseIn(cell.from);
      const before = structuredClone(known);
      const { next } = transition(known, INPUTS[cell.kind]);
      expect(known).toEqual(before);
      if (next) expect(next.version).toBe(known?.version ?? 0);
    },
  );

  it.each(possible.filter(({ to }) => to !== 'removing' && to !== 'none'))(
    'from $from by $kind leaves no intent behind but in state removing',
    ({ from, kind }) => {
      expect(transition(caseIn(from), INPUTS[kind]).next?.removing).toBeUndefined();
    },
  );

  it.each(possible.filter(({ to }) => to !== 'proposed'))(
    'from $from by $kind leaves no proposal behind but in state proposed',
    ({ from, kind }) => {
      expect(transition(caseIn(from), INPUTS[kind]).next?.proposalId).toBeUndefined();
    },
  );

  it.each([
    ['judged-keep', 'keep:filtered-known-recipient:2026-10-01T00:00:00.000Z:4'],
    ['approved', 'approve:filtered-known-recipient:2026-10-01T00:00:00.000Z:4'],
    ['refused', 'refused:filtered-known-recipient:2026-10-01T00:00:00.000Z:4'],
    ['rejected', 'reject:filtered:2026-10-01T00:00:00.000Z:4'],
    ['found-unlisted', 'not-listed:filtered:2026-10-01T00:00:00.000Z:4'],
  ] as const)('by %s has an audit id of entry, rule and version', (kind, id) => {
    expect(moved('proposed', INPUTS[kind]).decision?.id).toBe(id);
  });

  it('of an address without a case is of version 0', () => {
    expect(moved('none', INPUTS['judged-keep']).decision?.id).toMatch(/:0$/);
  });

  it.each(['removed', 'not-listed', 'entry-changed', 'withdrawn'] as const)(
    'by %s is in the audit at the moment of the intent, by whoever had it',
    (kind) => {
      expect(moved('removing', INPUTS[kind]).decision).toMatchObject({
        at: BEGUN_AT,
        by: 'sato',
        rule: 'by-hand',
        id: `${kind}:by-hand:${LISTED_AT}:4`,
      } satisfies Partial<Decision>);
    },
  );

  it('to removing names who, under which rule, by which job and whether overridden', () => {
    expect(moved('kept', { ...INPUTS['judged-remove'], job: 'run-0' }).next?.removing).toEqual({
      at: NOW,
      by: 'cleanup',
      rule: 'filtered-known-recipient',
      job: 'run-0',
    });
    const { next, decision } = moved('kept', { ...INPUTS.approved, overrides: ['complaint'] });
    const override = { override: true, overrides: ['complaint'] };
    expect(next?.removing).toEqual({ at: NOW, by: 'sato', rule: 'by-hand', ...override });
    expect(next?.rule).toBe('by-hand');
    expect(decision).toMatchObject({ rule: 'by-hand', ...override, note: 'asked by phone' });
  });

  it('by removed remembers the removal, at most twenty, and looks again after as long as has passed', () => {
    const removals = Array.from({ length: 20 }, (_, day) => ({
      at: new Date(Date.parse(REMOVED_AT) + day).toISOString(),
      by: 'cleanup',
      rule: 'filtered',
    }));
    const { next } = moved('removing', INPUTS.removed, { removals });
    expect(next?.removals).toHaveLength(20);
    expect(next?.removals.at(-1)).toEqual({
      at: BEGUN_AT,
      deletedAt: INPUTS.removed.at,
      by: 'sato',
      rule: 'by-hand',
      carrier: 'au',
    });
    expect(next?.dueAt).toBe('2026-10-10T00:00:00.000Z');
  });

  it.each(['entry-changed', 'withdrawn'] as const)('by %s is due at once', (kind) => {
    expect(moved('removing', INPUTS[kind]).next?.dueAt).toBe(NOW);
  });

  it('by stopped leaves the proposal waiting that the removal took up, whoever began or resumed it', () => {
    const proposal = { id: '20261001-abcdef0123', rule: 'filtered' };
    const begun = [
      moved('proposed', INPUTS.approved).next,
      moved('proposed', INPUTS['judged-remove']).next,
      transition(moved('proposed', INPUTS['judged-remove']).next, INPUTS.approved).next,
    ];
    for (const removing of begun) {
      expect(removing?.removing?.proposal).toEqual(proposal);
      expect(canHappen('stopped', removing)).toBe(true);
      const { next, decision } = transition(removing, INPUTS.stopped);
      expect(next).toMatchObject({ state: 'proposed', proposalId: proposal.id, rule: proposal.rule });
      expect([next?.removing, next?.dueAt]).toEqual([undefined, undefined]);
      expect(decision).toMatchObject({
        action: 'stopped',
        because: { en: expect.stringContaining('waits') },
      });
    }
  });

  it('by stopped leaves no proposal that was about another listing', () => {
    const anew = { ...INPUTS.approved, entry: { ...INPUTS.approved.entry, at: BEGUN_AT } };
    const { next } = transition(moved('proposed', anew).next, INPUTS.stopped);
    expect([next?.state, next?.proposalId, next?.dueAt]).toEqual(['kept', undefined, NOW]);
  });

  it.each(['judged-keep', 'judged-propose', 'judged-remove', 'approved'] as const)(
    'by %s marks the last removal with the listing after it, and keeps a no to this very entry only',
    (kind) => {
      const no = { listedAt: LISTED_AT, by: 'sato', at: BEGUN_AT };
      const same = moved('rejected', INPUTS[kind], { rejected: no });
      expect(same.next?.rejected).toEqual(no);
      expect(same.next?.removals.at(-1)?.relistedAt).toBe(LISTED_AT);
      const other = moved('rejected', INPUTS[kind], { rejected: { ...no, listedAt: REMOVED_AT } });
      expect(other.next?.rejected).toBeUndefined();
    },
  );

  it('by rejected remembers which entry the no is about', () => {
    expect(moved('proposed', INPUTS.rejected).next?.rejected).toEqual({
      listedAt: LISTED_AT,
      by: 'sato',
      at: NOW,
    });
  });

  it('by settled is in the audit and in the record of its rule when the outcome showed', () => {
    const { next, decision, outcome } = moved('watching', INPUTS.settled);
    expect(decision).toMatchObject({ at: found.at, id: `outcome:${REMOVED_AT}`, by: 'cleanup' });
    expect(outcome).toEqual({
      address: entry.address,
      rule: 'filtered-known-recipient',
      carrier: 'au',
      removedAt: REMOVED_AT,
      outcome: 'delivered',
      at: found.at,
    });
    expect(next?.removals.at(-1)).toMatchObject({ outcome: 'delivered', outcomeAt: found.at });
    expect(next?.dueAt).toBeUndefined();
  });

  it('by relisted-after-outcome has an id of its own, and leaves the plans of the case', () => {
    const { next, decision } = moved('kept', INPUTS['relisted-after-outcome']);
    expect(decision?.id).toBe(`outcome:${REMOVED_AT}:relisted`);
    expect(next?.dueAt).toBe('2026-10-09T00:00:00.000Z');
  });

  it('by still-open moves nothing but the day to look again', () => {
    const { updatedAt: _before, dueAt: _due, ...rest } = caseIn('watching') ?? {};
    const { next, decision, outcome } = moved('watching', INPUTS['still-open']);
    expect(next).toEqual({ ...rest, dueAt: '2026-10-10T00:00:00.000Z', updatedAt: NOW });
    expect([decision, outcome]).toEqual([undefined, undefined]);
  });
});
