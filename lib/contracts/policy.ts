import * as z from 'zod';
import { contract } from './contract.ts';
import { explainedRulesSchema, listingSchema } from './lookup.ts';
import { lookupRequestSchema } from './lookup-request.ts';
import { operatorSchema } from './operator.ts';
import { bilingual, counts, diagnosis, limit, list, moment, verdict, word } from './parts.ts';
import { stopSchema } from './status.ts';

/** What may be asked about an address. */
export const explainRequestSchema = lookupRequestSchema.pick({ address: true });

/** What may be asked of a simulation. */
export const simulateRequestSchema = z.strictObject({
  /** Overrides as the policy parameter would hold them: they take its place, on top of the deployed policy. */
  policy: z.record(z.string(), z.unknown()),
  /** Days to look back. */
  days: z.number().min(1).max(1_095).default(90),
  /** `next` of the part before. */
  next: z.string().max(4_000).optional(),
});

/** What an operator says to let a rule remove again. */
export const enableRuleSchema = z.strictObject({
  rule: z.string().trim().min(1).max(100),
  /** Absent: at every carrier. */
  carrier: z.string().trim().min(1).max(100).optional(),
  /** Why: kept with the rule. */
  reason: z.string().trim().min(1).max(1_000),
  /** Who: kept with the rule. */
  operator: operatorSchema,
});

const show = z.strictObject({ ask: z.literal('show') });
const explain = explainRequestSchema.extend({ ask: z.literal('explain') });
const simulate = simulateRequestSchema.extend({ ask: z.literal('simulate') });
const rules = z.strictObject({ ask: z.literal('rules') });
const enableRule = enableRuleSchema.extend({ ask: z.literal('enable-rule') });
const scope = z.strictObject({ ask: z.literal('scope') });
const stop = z.strictObject({
  ask: z.literal('stop'),
  /** Why: shown to whoever is refused a removal. */
  reason: z.string().trim().min(1).max(1_000),
  operator: operatorSchema,
});
const resume = z.strictObject({ ask: z.literal('resume'), operator: operatorSchema });

/** All that may be asked about the policy. */
export const policyRequestSchema = z.discriminatedUnion('ask', [
  show,
  explain,
  simulate,
  rules,
  enableRule,
  scope,
  stop,
  resume,
]);

/** The policy in force, as an operator sees it: each value, its default, and the layer that set it. */
const shown = z.object({
  policy: counts,
  defaults: counts,
  origins: z.record(z.string(), word),
  /** Where an operator overrides it: `none`, `missing`, `read`, or `unreadable` with the problem. */
  parameter: z.object({
    state: word,
    name: z.string().optional(),
    version: z.number().optional(),
    changedAt: moment.optional(),
    /** In English; `why` has both languages. */
    problem: z.string().optional(),
    why: bilingual.optional(),
  }),
  guards: list(limit),
});

/** Each rule's word on an address, and what would turn a removal into a proposal at present. */
const explained = z.object({
  address: z.string(),
  listing: listingSchema,
  diagnosis,
  verdict: verdict.optional(),
  policy: explainedRulesSchema.optional(),
  guards: list(limit),
});

/** Removals that really happened, by what came of them; `open`: the outcome is awaited. */
const outcomes = z.object({
  removed: z.number(),
  delivered: z.number(),
  bouncedAgain: z.number(),
  complained: z.number(),
  silent: z.number(),
  open: z.number(),
});

/** What one policy would have done. */
const replay = z.object({
  remove: z.number(),
  propose: z.number(),
  keep: z.number(),
  byRule: counts,
  /** Removals by UTC day, for the day's limit. */
  removalsByDay: counts,
  /** What came of the entries it would have removed, where they really were. */
  ofThese: outcomes,
  /** What came of the entries that really were removed and that it would not have removed. */
  ofOthers: outcomes,
});

/** What a policy makes of an entry in the end, and when it would have come to that. */
const replayed = z.object({ action: word, rule: word, at: moment });

/** A part of a simulation, with the values in which the two policies differ. */
const simulated = z.object({
  since: moment,
  until: moment,
  /** Entries judged in that time, and the addresses they are of. */
  entries: z.number(),
  addresses: z.number(),
  candidate: replay,
  inForce: replay,
  /** Entries by how the verdict would change: `propose>remove`. */
  changes: counts,
  /** The first of those entries. */
  differences: list(
    z.object({
      address: z.string(),
      listedAt: moment,
      inForce: replayed,
      candidate: replayed,
      /** What really happened: `not-removed`, `open`, or the outcome. */
      really: word,
    }),
  ),
  changed: list(z.object({ key: z.string(), inForce: z.number(), candidate: z.number() })),
  maximumRemovalsPerDay: z.object({ inForce: z.number(), candidate: z.number() }),
  /** Leads to the following part. */
  next: z.string().optional(),
});

/** The rules with a removal on record, and what they are judged by. */
const ruleLines = z.object({
  /** All of them added up. Absent in older answers. */
  totals: outcomes.extend({ telling: z.number() }).optional(),
  /** `propose` or `apply`: whether a rule that is `applying` removes, or is proposed all the same. Absent in older stacks. */
  mode: word.optional(),
  rules: list(
    z.object({
      rule: word,
      carrier: word.optional(),
      /** `applying`, `only-proposing`, `proposes`, `by-hand`. */
      state: word,
      /** Since when it only proposes, or since when an operator let it remove again. */
      since: moment.optional(),
      /** What the record says: `too-few` outcomes, `meets` the floor, `below` it. Absent in older answers. */
      judged: word.optional(),
      standing: outcomes.extend({
        telling: z.number(),
        /** Delivered among the telling, and the upper end of its 95 % interval. Absent in older answers. */
        share: z.number().optional(),
        upperBound: z.number().optional(),
        lowerBound: z.number().optional(),
        belowFloor: z.boolean(),
        belowSince: moment.optional(),
      }),
      summary: bilingual,
      /** The operator's latest word; removals before it are not counted. */
      enabled: z
        .object({
          rule: word,
          carrier: word.optional(),
          at: moment,
          operator: z.string(),
          reason: z.string(),
        })
        .optional(),
    }),
  ),
  policy: z.object({
    minimumSuccessRate: z.number(),
    minimumOutcomes: z.number(),
    outcomeWindow: z.number(),
  }),
});

const gaps = { unread: z.number(), problem: z.string().optional() };

/** Where suppression acts, what follows, and what the account's health forbids. */
const scopes = z.object({
  account: z.object({
    reasons: list(word),
    enforcementStatus: word,
    sendingEnabled: z.boolean(),
    productionAccess: z.boolean(),
    autoValidation: z.string().optional(),
  }),
  configurationSets: z.object({
    read: list(
      z.object({
        name: z.string(),
        reasons: list(word).optional(),
        scope: word.optional(),
        autoValidation: z.string().optional(),
      }),
    ),
    ...gaps,
  }),
  tenants: z.object({
    read: list(
      z.object({
        name: z.string(),
        scope: word,
        reasons: list(word).optional(),
        sendingStatus: word.optional(),
      }),
    ),
    ...gaps,
  }),
  findings: list(z.object({ severity: word, text: bilingual })),
  reputation: z.object({ state: word, text: bilingual }),
  /** Reasons for which no run removes anything at present. */
  guards: list(limit),
});

/** Who stopped all removals, when, and why; and the stop that this one replaced. */
const stopping = z.object({ stopped: stopSchema, before: stopSchema.optional() });

/** Whether removals had been stopped, and by whom, when, and why. They are allowed now. */
const resuming = z.object({ resumed: z.boolean(), before: stopSchema.optional() });

/** See {@link showPolicyContract}. */
export type ShowAnswer = z.infer<typeof shown>;
/** See {@link explainPolicyContract}. */
export type ExplainAnswer = z.infer<typeof explained>;
/** See {@link simulatePolicyContract}. */
export type SimulateAnswer = z.infer<typeof simulated>;
/** See {@link rulesContract}. */
export type RulesAnswer = z.infer<typeof ruleLines>;
/** See {@link scopeContract}. */
export type ScopeAnswer = z.infer<typeof scopes>;
/** What the function answers, by what was asked. */
export type PolicyAnswer =
  | ShowAnswer
  | ExplainAnswer
  | SimulateAnswer
  | RulesAnswer
  | ScopeAnswer
  | z.infer<typeof stopping>
  | z.infer<typeof resuming>;

/** The values in force, and where each comes from. */
export const showPolicyContract = contract('policy', show, shown);
/** Each rule's word on an address. */
export const explainPolicyContract = contract('policy', explain, explained);
/** What another policy would have done, part by part. */
export const simulatePolicyContract = contract('policy', simulate, simulated);
/** What came of each rule's removals. */
export const rulesContract = contract('policy', rules, ruleLines);
/** Lets a rule remove again. */
export const enableRuleContract = contract('policy', enableRule, ruleLines);
/** Where suppression acts. */
export const scopeContract = contract('policy', scope, scopes);
/** Stops every removal, whoever begins it. */
export const stopContract = contract('policy', stop, stopping);
/** Allows removals again. */
export const resumeContract = contract('policy', resume, resuming);
/** All that the function takes. */
export const policyContract = contract(
  'policy',
  policyRequestSchema,
  z.union([shown, explained, simulated, ruleLines, scopes, stopping, resuming]),
);
