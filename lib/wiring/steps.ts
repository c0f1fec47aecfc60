import type { Destination, ObservedSet, ObservedWiring, Wire } from './observed.ts';
import { EVIDENCE, heardBy, without } from './reports.ts';

/**
 * What connecting writes: an event destination of todoku's own name, and nothing else. What is another's stays as it is.
 */

/** Event destinations that a configuration set may have (SES quotas). */
const MAXIMUM_DESTINATIONS = 10;

/** One change of one set. */
export interface Step {
  readonly action: 'create' | 'update' | 'remove';
  readonly set: string;
  /** What the destination is to publish afterwards; empty for a removal. */
  readonly types: readonly string[];
}

/** Why a set that does not report cannot be given a destination of ours. */
export type Obstacle = 'name-taken' | 'set-full';

/** What is to be done about a set: a step, an obstacle, or (neither) nothing. */
export interface Plan {
  readonly step?: Step;
  readonly obstacle?: Obstacle;
}

/**
 * Whether a destination is todoku's own: by its name and its topic. One of our name that goes elsewhere is somebody
 * else's, and so is one to our topic that somebody made by hand.
 */
export function isOurs(destination: Destination, { name, topic }: Wire): boolean {
  return destination.name === name && destination.topic === topic;
}

/** How a set comes to report: it is asked for what no other destination to our topic publishes already. */
export function planToConnect({ name: set, destinations }: ObservedSet, wire: Wire): Plan {
  // Nobody writes where nobody could look.
  if (destinations === undefined) return {};
  const ours = destinations.find((each) => isOurs(each, wire));
  const others = destinations.filter((each) => each !== ours);
  const needed = without(EVIDENCE, heardBy(others, wire.topic));
  if (needed.length === 0) return {};
  if (ours !== undefined) {
    const lacking = without(needed, new Set(ours.types));
    if (ours.enabled && lacking.length === 0) return {};
    // An update replaces the whole: what somebody added to it stays.
    return { step: { action: 'update', set, types: [...ours.types, ...lacking] } };
  }
  if (others.some((each) => each.name === wire.name)) return { obstacle: 'name-taken' };
  if (others.length >= MAXIMUM_DESTINATIONS) return { obstacle: 'set-full' };
  return { step: { action: 'create', set, types: needed } };
}

/** How a set comes to report no more, as far as that is ours to do. */
export function planToDisconnect({ name: set, destinations = [] }: ObservedSet, wire: Wire): Plan {
  return destinations.some((each) => isOurs(each, wire))
    ? { step: { action: 'remove', set, types: [] } }
    : {};
}

/** What is to be done about a set, with a wire. */
export type Planner = (set: ObservedSet, wire: Wire) => Plan;

/** The steps over all sets that were read, in their order. */
export function stepsOf({ sets = [], wire }: ObservedWiring, planner: Planner): readonly Step[] {
  return sets.flatMap((set) => planner(set, wire).step ?? []);
}

/** A set as it is once a step has been taken. */
export function afterStep(set: ObservedSet, { action, types }: Step, { name, topic }: Wire): ObservedSet {
  const made: Destination = { name, topic, enabled: true, types };
  const destinations = set.destinations ?? [];
  switch (action) {
    case 'create':
      return { ...set, destinations: [...destinations, made] };
    case 'update':
      return { ...set, destinations: destinations.map((each) => (each.name === name ? made : each)) };
    case 'remove':
      return { ...set, destinations: destinations.filter((each) => each.name !== name) };
  }
}

/** What would be observed once all steps have been taken. */
export function afterSteps(observed: ObservedWiring, steps: readonly Step[]): ObservedWiring {
  const bySet = new Map(steps.map((step) => [step.set, step]));
  const sets = observed.sets?.map((set) => {
    const step = bySet.get(set.name);
    return step === undefined ? set : afterStep(set, step, observed.wire);
  });
  return { ...observed, sets };
}
