import type * as z from 'zod';
import { CARRIERS, carrierById } from '../../classification/carriers.ts';
import type { enableRuleSchema, RulesAnswer } from '../../contracts/policy.ts';
import type { Limit } from '../../policy/guards.ts';
import type { Policy } from '../../policy/policy.ts';
import { RESCUE_RULE } from '../../policy/rescue.ts';
import { POLICY_RULES } from '../../policy/rules.ts';
import {
  countedSince,
  describeStanding,
  judgementOf,
  type RuleEnabling,
  type Standing,
  standing,
  totalOf,
  trackRecordLimit,
} from '../../policy/track-record.ts';
import { UNDO_RULE } from '../../policy/undo.ts';
import { Refusal } from '../../refusal.ts';
import { casesInState } from '../../store/cases.ts';
import {
  latestOutcomes,
  putRuleEnabling,
  type RulePair,
  type RuleRecords,
  ruleRecords,
} from '../../store/outcomes.ts';
import type { Table } from '../../store/table.ts';
import { type Bilingual, byCodeUnits } from '../../text.ts';
import { BY_HAND } from '../removal/still-allowed.ts';

/** Thrown when a rule or carrier is named that cannot be enabled; the message names those that can. */
export class UnknownRuleError extends Refusal {
  override readonly name = 'UnknownRuleError';
  override readonly code = 'unknown-rule';
}

/**
 * What a rule does at a carrier: `applying` removes in apply mode; `only-proposing` would, but its record is below
 * the floor; `proposes` always asks an operator; `by-hand` is what operators removed on their own, a rescue included.
 */
export const RULE_STATES = ['applying', 'only-proposing', 'proposes', 'by-hand'] as const;

/** One rule at one carrier, with its record. */
export interface RuleLine extends RulePair {
  readonly state: (typeof RULE_STATES)[number];
  /** Since when it only proposes, or since when an operator let it remove again; ISO 8601 UTC. */
  readonly since?: string;
  /** What its record says. */
  readonly judged: ReturnType<typeof judgementOf>;
  readonly standing: Standing;
  readonly summary: Bilingual;
  /** The operator's latest word; removals before it are not counted. */
  readonly enabled?: RuleEnabling;
}

/** Why a rule may not remove at a carrier for now; undefined: it may. */
export type RuleGuard = (rule: string, carrier: string | undefined) => Limit | undefined;

/** Rules that remove by themselves: only these have something to lose. */
const REMOVING: ReadonlySet<string> = new Set(
  POLICY_RULES.filter((rule) => rule.action === 'remove').map((rule) => rule.id),
);

/** Reads the record of every rule that removes by itself, once for a run: a query for the pairs and one for each. */
export async function loadRuleGuard(store: Table, policy: Policy): Promise<RuleGuard> {
  const records = await ruleRecords(store);
  const limits = new Map<string, Limit>();
  await Promise.all(
    records.pairs
      .filter(({ rule }) => REMOVING.has(rule))
      .map(async ({ rule, carrier }) => {
        const ruleRecord = standing(await countedOutcomes(store, policy, records, rule, carrier), policy);
        const limit = trackRecordLimit(rule, carrier, ruleRecord, policy);
        if (limit !== undefined) limits.set(pairName(rule, carrier), limit);
      }),
  );
  return (rule, carrier) => limits.get(pairName(rule, carrier));
}

/** What operators began on their own: no proposal led to it. */
const BY_PEOPLE: ReadonlySet<string> = new Set([BY_HAND, RESCUE_RULE, UNDO_RULE]);

/** Every rule and carrier with a removal on record, the rules in the policy's order. */
export async function rules(store: Table, policy: Policy): Promise<RulesAnswer> {
  const records = await ruleRecords(store);
  const open = await openRemovals(store, records);
  const pairs = new Map<string, RulePair>();
  for (const pair of [...records.pairs, ...open.values()]) pairs.set(pairName(pair.rule, pair.carrier), pair);
  const lines = await Promise.all(
    [...pairs].map(async ([name, { rule, carrier }]) => {
      const outcomes = await countedOutcomes(store, policy, records, rule, carrier);
      return lineOf(rule, carrier, standing(outcomes, policy, open.get(name)?.count), policy, records);
    }),
  );
  const { minimumSuccessRate, minimumOutcomes, outcomeWindow } = policy;
  return {
    totals: totalOf(lines.map((line) => line.standing)),
    rules: lines.sort(byPolicyOrder),
    policy: { minimumSuccessRate, minimumOutcomes, outcomeWindow },
  };
}

/**
 * Lets a rule remove again: outcomes of removals before now no longer count.
 *
 * @throws {UnknownRuleError} when the rule never removes by itself, or there is no such carrier.
 */
export async function enableRule(
  request: z.infer<typeof enableRuleSchema>,
  tools: { readonly store: Table; readonly now: () => Date },
): Promise<RuleEnabling> {
  if (!REMOVING.has(request.rule)) {
    throw new UnknownRuleError({
      ja: `「${request.rule}」は自動解除を行うルールではありません。指定できるルール：${[...REMOVING].join('、')}`,
      en: `${request.rule} is no rule that removes by itself; those that do: ${[...REMOVING].join(', ')}`,
    });
  }
  if (request.carrier !== undefined && carrierById(request.carrier) === undefined) {
    throw new UnknownRuleError({
      ja: `携帯会社「${request.carrier}」はありません。指定できる携帯会社：${CARRIERS.map(({ id }) => id).join('、')}`,
      en: `there is no carrier ${request.carrier}; there are: ${CARRIERS.map(({ id }) => id).join(', ')}`,
    });
  }
  const { rule, carrier, operator, reason } = request;
  const at = tools.now().toISOString();
  const enabling: RuleEnabling = { rule, ...(carrier && { carrier }), at, operator, reason };
  await putRuleEnabling(tools.store, enabling);
  return enabling;
}

function countedOutcomes(
  store: Table,
  policy: Policy,
  records: RuleRecords,
  rule: string,
  carrier: string | undefined,
) {
  const since = countedSince(records.enablings, rule, carrier)?.at;
  return latestOutcomes(store, rule, carrier, policy.outcomeWindow, since);
}

/** Removals that wait for their outcome, counted by rule and carrier. At most the removals of `silentAfterDays`. */
async function openRemovals(
  store: Table,
  { enablings }: RuleRecords,
): Promise<Map<string, RulePair & { count: number }>> {
  const open = new Map<string, RulePair & { count: number }>();
  let page = await casesInState(store, 'watching');
  for (;;) {
    for (const { removals } of page.items) {
      const last = removals.at(-1);
      if (last === undefined || last.outcome !== undefined) continue;
      const { rule, carrier } = last;
      if (last.at <= (countedSince(enablings, rule, carrier)?.at ?? '')) continue;
      const name = pairName(rule, carrier);
      const count = (open.get(name)?.count ?? 0) + 1;
      open.set(name, { rule, ...(carrier && { carrier }), count });
    }
    if (page.next === undefined) return open;
    page = await casesInState(store, 'watching', { from: page.next });
  }
}

function lineOf(
  rule: string,
  carrier: string | undefined,
  ruleRecord: Standing,
  policy: Policy,
  { enablings }: RuleRecords,
): RuleLine {
  const enabled = REMOVING.has(rule) ? countedSince(enablings, rule, carrier) : undefined;
  const state = REMOVING.has(rule)
    ? ruleRecord.belowFloor
      ? 'only-proposing'
      : 'applying'
    : BY_PEOPLE.has(rule)
      ? 'by-hand'
      : 'proposes';
  const since = state === 'only-proposing' ? ruleRecord.belowSince : enabled?.at;
  return {
    rule,
    ...(carrier && { carrier }),
    state,
    ...(since && { since }),
    judged: judgementOf(ruleRecord, policy),
    standing: ruleRecord,
    summary: describeStanding(ruleRecord),
    ...(enabled && { enabled }),
  };
}

function byPolicyOrder(a: RuleLine, b: RuleLine): number {
  const place = ({ rule }: RuleLine): number => {
    const index = POLICY_RULES.findIndex((each) => each.id === rule);
    return index < 0 ? POLICY_RULES.length : index;
  };
  return place(a) - place(b) || byCodeUnits(a.carrier ?? '', b.carrier ?? '');
}

function pairName(rule: string, carrier: string | undefined): string {
  return `${rule}\n${carrier ?? ''}`;
}
