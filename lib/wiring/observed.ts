/**
 * Where SES's events go, as SES's settings say it. Plain data: who reads it (lib/wiring/ses.ts) judges nothing, and who
 * judges it (reports.ts, steps.ts, findings.ts) reads nothing.
 */

/** What todoku is called in SES's settings. */
export interface Wire {
  /** ARN of the topic that todoku listens to. */
  readonly topic: string;
  /** Name of todoku's own event destination, `todoku-STAGE`. */
  readonly name: string;
}

/** An event destination of a configuration set. */
export interface Destination {
  readonly name: string;
  readonly enabled: boolean;
  /** `BOUNCE`, `DELIVERY_DELAY`, ... and what SES adds. */
  readonly types: readonly string[];
  /** ARN of the SNS topic that it publishes to; absent for a destination of another kind. */
  readonly topic?: string;
}

/** A configuration set. */
export interface ObservedSet {
  readonly name: string;
  /** Undefined: they could not be read. */
  readonly destinations: readonly Destination[] | undefined;
}

/** The kinds of notification that an identity has a topic for. */
export const NOTIFICATIONS = ['Bounce', 'Complaint', 'Delivery'] as const;

/** See {@link NOTIFICATIONS}. */
export type Notification = (typeof NOTIFICATIONS)[number];

/** A sender: a domain or an address that the account may send as. */
export interface ObservedIdentity {
  readonly name: string;
  /** Undefined: they could not be read. `defaultSet` is null where it has none. */
  readonly settings: { readonly verified: boolean; readonly defaultSet: string | null } | undefined;
  /** The topics of its notifications, by kind. Undefined: they could not be read. */
  readonly topics: Readonly<Partial<Record<Notification, string>>> | undefined;
}

/** A call that failed: what was to be read by it is not known. */
export interface Unread {
  /** As IAM names it: `ses:ListConfigurationSets`. */
  readonly call: string;
  readonly why: 'denied' | 'throttled' | 'failed';
  /** The error's name, which says more where it `failed`. */
  readonly error: string;
  /** The sets or identities that it was asked about; empty for a list. */
  readonly subjects: readonly string[];
}

/** All of it, of one account and Region. */
export interface ObservedWiring {
  readonly wire: Wire;
  /** Undefined: they could not be listed. */
  readonly sets: readonly ObservedSet[] | undefined;
  /** Undefined: they could not be listed. */
  readonly identities: readonly ObservedIdentity[] | undefined;
  readonly unread: readonly Unread[];
}
