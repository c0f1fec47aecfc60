import type { Bilingual } from '../text.ts';
import { type Action, POLICY_RULES, type PolicyRule, type VerdictInput } from './rules.ts';

/** What policy says about one entry. */
export interface Verdict {
  readonly action: Action;
  /** Id of the rule that decided. */
  readonly rule: string;
  readonly because: Bilingual;
  /** Whether an operator may remove the address by hand all the same: `override` where any rule that matches wants one. */
  readonly byHand: 'allowed' | 'override';
  /** The rules that want an override, in their order: the one that decided, or others behind it. Absent: none. */
  readonly overrides?: readonly string[];
  /** When to look again, ISO 8601 UTC. */
  readonly dueAt?: string;
}

/** The verdict of the first rule that matches. */
export function decide(input: VerdictInput): Verdict {
  const rule = POLICY_RULES.find((each) => each.matches(input));
  if (rule === undefined) throw new Error('the last policy rule must match everything');
  const overrides = forbiddingByHand(input).map((each) => each.rule);
  return {
    action: rule.action,
    rule: rule.id,
    because: becauseOf(rule, input),
    byHand: overrides.length > 0 ? 'override' : 'allowed',
    ...(overrides.length > 0 && { overrides }),
    ...(rule.dueAt && { dueAt: rule.dueAt(input) }),
  };
}

/**
 * Every rule that forbids the removal also by hand, unless an operator overrides it; the rule that decides may hide
 * others behind it, which are no less forbidding. Pure.
 */
export function forbiddingByHand(
  input: VerdictInput,
): { readonly rule: string; readonly because: Bilingual }[] {
  return POLICY_RULES.filter((rule) => rule.byHand === 'override' && rule.matches(input)).map((rule) => ({
    rule: rule.id,
    because: becauseOf(rule, input),
  }));
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
