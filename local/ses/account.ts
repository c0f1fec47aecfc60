import type { EventFormat, EventType } from './events.ts';
import type { ListReason } from './list.ts';

/** Settings of the account, as GetAccount shows them. Changeable while the system runs. */
export interface Account {
  /** Reasons for which SES lists and stops addresses; empty: the list acts on nothing. */
  suppressedReasons: readonly ListReason[];
  enforcementStatus: 'HEALTHY' | 'PROBATION' | 'SHUTDOWN';
  productionAccess: boolean;
  sendingEnabled: boolean;
  max24HourSend: number;
  maxSendRate: number;
  /** Virtual Deliverability Manager: message insights and recommendations exist only with it. */
  vdmEnabled: boolean;
  /** `NONE`, `ESSENTIALS`, `PRO`, `ENTERPRISE`. Shown, and charges nothing. */
  pricingPlan?: string;
  /** Auto Validation: how sure SES must be of an address to send to it. Absent: off. Shown, not acted on. */
  autoValidation?: 'MANAGED' | 'HIGH' | 'MEDIUM';
}

/** The account a shop in production has. */
export const DEFAULT_ACCOUNT: Account = {
  suppressedReasons: ['BOUNCE', 'COMPLAINT'],
  enforcementStatus: 'HEALTHY',
  productionAccess: true,
  sendingEnabled: true,
  max24HourSend: 50_000,
  maxSendRate: 14,
  vdmEnabled: true,
  pricingPlan: 'ESSENTIALS',
};

/** A sending identity. `dkim` and `mailFrom` are answered as they are, in the words of GetEmailIdentity. */
export interface Identity {
  /** Domain or address. */
  readonly name: string;
  readonly verified?: boolean;
  /** Configuration set used when a mail names none: without one, nothing is published by event publishing. */
  readonly configurationSet?: string;
  /** Topics of its feedback notifications, by kind. */
  readonly topics?: Readonly<Partial<Record<NotificationType, string>>>;
  /** Whether bounces and complaints also go to the Return-Path as mail. Default: true. */
  readonly feedbackForwarding?: boolean;
  readonly dkim?: Readonly<Record<string, unknown>>;
  readonly mailFrom?: Readonly<Record<string, unknown>>;
}

/** A configuration set. */
export interface ConfigurationSet {
  readonly name: string;
  /** Overrides the account's reasons: absent: the account's; empty: no suppression at all. */
  readonly suppressedReasons?: readonly ListReason[];
  /** Overrides whose list is looked at. Shown, not acted on. */
  readonly suppressionScope?: 'ACCOUNT' | 'TENANT';
  /** Where its mails' events go. */
  readonly eventDestinations?: readonly EventDestination[];
}

/** The kinds of an identity's feedback notifications. */
export type NotificationType = 'Bounce' | 'Complaint' | 'Delivery';

/** An event destination, in the words of GetConfigurationSetEventDestinations; one of the members named is there. */
export interface EventDestination {
  readonly Name: string;
  readonly Enabled: boolean;
  readonly MatchingEventTypes: readonly string[];
  readonly SnsDestination?: { readonly TopicArn: string };
  readonly EventBridgeDestination?: { readonly EventBusArn: string };
  readonly CloudWatchDestination?: Readonly<Record<string, unknown>>;
  readonly KinesisFirehoseDestination?: Readonly<Record<string, unknown>>;
  readonly PinpointDestination?: Readonly<Record<string, unknown>>;
}

/** A tenant, as GetTenant shows it. Its own list, and sending as it, are not built. */
export interface Tenant {
  readonly name: string;
  /** Absent: the account's list. */
  readonly suppressionScope?: 'ACCOUNT' | 'TENANT';
  readonly suppressedReasons?: readonly ListReason[];
  readonly sendingStatus?: 'ENABLED' | 'DISABLED' | 'REINSTATED';
}

/** A finding of ListRecommendations, in the API's own words. */
export interface Recommendation {
  readonly ResourceArn: string;
  readonly Type: 'DKIM' | 'DMARC' | 'SPF' | 'BIMI' | 'COMPLAINT' | 'BOUNCE' | 'FEEDBACK_3P' | 'IP_LISTING';
  readonly Description: string;
  readonly Status: 'OPEN' | 'FIXED';
  readonly Impact: 'LOW' | 'HIGH';
  /** Epoch seconds. */
  readonly CreatedTimestamp: number;
  readonly LastUpdatedTimestamp: number;
}

/** A listener at SES itself, whatever the sets and identities say. Two get two messages of one bounce, with one feedback id. */
export interface EventTap {
  readonly format: EventFormat;
  /** Kinds passed on; absent: all the format has. */
  readonly types?: readonly EventType[];
  /** Called in the order of the events; must not throw. */
  readonly publish: (message: string) => void;
}

/** The identity and configuration set of the invented shop that everything local sends from. */
export const SHOP_DOMAIN = 'shop.example';
export const SHOP_CONFIGURATION_SET = 'shop-mail';
