import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ruleLabel } from '../../lib/guidance/wording/rules.ts';
import { accountGuards, blindness } from '../../lib/policy/guards.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { RESCUE_RULE } from '../../lib/policy/rescue.ts';
import { POLICY_RULES } from '../../lib/policy/rules.ts';
import { UNDO_RULE } from '../../lib/policy/undo.ts';

const text = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
const rowsOf = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match.slice(1));

describe('docs/policy.md', () => {
  it('lists the rules in their order, with their verdicts and those that want an override', () => {
    const rows = rowsOf(/^\| `([a-z-]+)`( \*\*!\*\*)? +\| \**(keep|propose|remove)/gm);
    expect(rows.map(([id, mark, action]) => [id, mark !== undefined, action])).toEqual(
      POLICY_RULES.map(({ id, byHand, action }) => [id, byHand === 'override', action]),
    );
  });

  it('is not the only place with a name for each rule that removes or proposes', () => {
    const removing = POLICY_RULES.filter(({ action }) => action !== 'keep').map(({ id }) => id);
    const names = [...removing, 'by-hand', RESCUE_RULE, UNDO_RULE].map((id) => ruleLabel(id, 'ja'));
    expect(names.filter((name) => /^[a-z-]+$/.test(name))).toEqual([]);
  });

  it('lists every value with its default', () => {
    const rows = rowsOf(/^\| `([a-zA-Z]+)` +\| ([\d.]+) +\|/gm);
    expect(Object.fromEntries(rows.map(([key, value]) => [key, Number(value)]))).toEqual(DEFAULT_POLICY);
  });

  it('names every guard of the account', () => {
    const all = [
      ...accountGuards(undefined, { state: 'unreadable', why: '' }, DEFAULT_POLICY),
      ...accountGuards(
        { enforcementStatus: 'SHUTDOWN', sendingEnabled: false },
        { state: 'read', bounceRate: { value: 1, at: '' }, complaintRate: { value: 1, at: '' } },
        DEFAULT_POLICY,
      ),
      ...blindness({ deadLetters: { state: 'read', value: 1 } }, DEFAULT_POLICY).limits,
      ...blindness({ deadLetters: { state: 'unreadable', why: '' } }, DEFAULT_POLICY).notes,
    ];
    for (const { limit } of all) expect(text).toContain(`\`${limit}\``);
  });
});
