import type { Bilingual } from '../text.ts';
import { type Action, POLICY_RULES, type PolicyRule, type VerdictInput } from './rules.ts';

/** What policy says about one entry. */
export interface Verdict {
  readonly action: Action;
  /** Id of the rule that decided. */
  readonly rule: string;
  readonly because: Bilingual;
  /** Whether an operator may remove the address by hand all the same. */
  readonly byHand: 'allowed' | 'override';
  /** When to look again, ISO 8601 UTC. */
  readonly dueAt?: string;
}

/** The verdict of the first rule that matches. */
export function decide(input: VerdictInput): Verdict {
  const rule = POLICY_RULES.find((each) => each.matches(input));
  if (rule === undefined) throw new Error('the last policy rule must match everything');
  return {
    action: rule.action,
    rule: rule.id,
    because: becauseOf(rule, input),
    byHand: rule.byHand,
    ...(rule.dueAt && { dueAt: rule.dueAt(input) }),
  };
}

/** Every rule in order, whether it matches, and what it would say: the answer to "why this verdict". */
export function explainPolicy(
  input: VerdictInput,
): { rule: string; action: Action; matches: boolean; decides: boolean; because: Bilingual }[] {
  const decisive = decide(input).rule;
  return POLICY_RULES.map((rule) => ({
    rule: rule.id,
    action: rule.action,
    matches: rule.matches(input),
    decides: rule.id === decisive,
    because: becauseOf(rule, input),
  }));
}

function becauseOf(rule: PolicyRule, input: VerdictInput): Bilingual {
  return typeof rule.because === 'function' ? rule.because(input) : rule.because;
}
