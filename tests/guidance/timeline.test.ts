import { describe, expect, it } from 'vitest';
import type { Decision } from '../../lib/cases/records.ts';
import { timelineOf } from '../../lib/guidance/wording/timeline.ts';

const decision: Decision = {
  address: 'hanako@ezweb.ne.jp',
  at: '2026-11-18T05:00:00.000Z',
  id: 'one',
  by: 'suzuki',
  action: 'approve',
  rule: 'probably-unknown-user',
  because: {
    ja: '宛先のメールアドレスは存在しない可能性が高いため、登録を残します。',
    en: 'The mailbox most likely does not exist, so the entry stays.',
  },
  note: '電話で確認',
};

function lineOf(over: Partial<Decision>) {
  const [line] = timelineOf({ facts: [], decisions: [{ ...decision, ...over }] });
  return line?.text ?? { ja: '', en: '' };
}

describe('a decision in the timeline', () => {
  it('of an operator: the words of the operator, and beside them what todoku held', () => {
    expect(lineOf({}).ja).toBe(
      '解除を承認（suzuki、理由：電話で確認）。todoku の判定は「維持：宛先のメールアドレスは存在しない可能性が高いため、登録を残します」でした。',
    );
    expect(lineOf({ note: 'asked by telephone' }).en).toBe(
      'Removal approved (suzuki, reason: asked by telephone). todoku\'s verdict was "keep: The mailbox most likely does not exist, so the entry stays".',
    );
  });

  it('with an override: the rules that were lifted', () => {
    const lifted = { override: true, overrides: ['complaint', 'unknown-user'] };
    expect(lineOf(lifted).ja).toContain('（suzuki、理由：電話で確認、例外解除：complaint, unknown-user）');
    expect(lineOf(lifted).en).toContain('overriding: complaint, unknown-user)');
    // A refusal names what forbade the removal: nothing was lifted.
    expect(lineOf({ action: 'refused', overrides: ['complaint'] }).en).not.toContain('overriding');
  });

  it('under a rule that is no policy rule: the verdict’s reason alone', () => {
    expect(lineOf({ rule: 'by-hand' }).ja).toContain('todoku の判定は「宛先の');
  });

  it('of a run: what was done and why', () => {
    expect(lineOf({ action: 'propose', by: 'cleanup', note: 'x' }).ja).toMatch(
      /^解除を提案（cleanup）：宛先の/,
    );
  });

  it('shows no address and no control character of what an operator wrote', () => {
    const { ja } = lineOf({ note: 'hanako@ezweb.ne.jp\u001b[2J' });
    expect(ja).toContain('h***@ezweb.ne.jp');
    expect(ja).not.toContain('\u001b');
  });
});
