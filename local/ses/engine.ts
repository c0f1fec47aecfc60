import { domainOf, normaliseAddress, normaliseDomain } from '../../lib/address.ts';
import { now as systemNow } from '../../lib/clock.ts';
import { type Random, seeded } from '../random.ts';
import {
  type Account,
  type ConfigurationSet,
  DEFAULT_ACCOUNT,
  type EventDestination,
  type EventTap,
  type Identity,
  type Recommendation,
  SHOP_CONFIGURATION_SET,
  SHOP_DOMAIN,
  type Tenant,
} from './account.ts';
import { SesError } from './errors.ts';
import { type AcceptedMail, eventMessage, matchingType, SES_TEST_MESSAGE, type SesEvent } from './events.ts';
import type { Delivery } from './feedback.ts';
import { SuppressionList } from './list.ts';
import { type Mailbox, Mailboxes } from './mailboxes.ts';
import type { MessageTrace, RecipientTrace } from './messages.ts';
import { deliver } from './outcomes.ts';
import { Schedule } from './schedule.ts';

/** How a local SES is set up; everything has a default. */
export interface SesOptions {
  /** The present moment. Default: the product's clock (lib/clock). */
  readonly now?: () => Date;
  readonly taps?: readonly EventTap[];
  readonly account?: Partial<Account>;
  readonly identities?: readonly Identity[];
  readonly configurationSets?: readonly ConfigurationSet[];
  readonly recommendations?: readonly Recommendation[];
  readonly tenants?: readonly Tenant[];
  /**
   * Whether SES tries a topic when it is set up, and refuses one that it cannot publish to. Sources contradict each
   * other. Default: it takes every topic of its account and Region, and what it publishes to one that is not there is lost.
   */
  readonly triesTopics?: boolean;
  /** What a mailbox nobody described is like. Default: it does not exist. */
  readonly unknownMailbox?: Partial<Mailbox>;
  /**
   * Whether a hard bounce also puts the address on SES's global list for 14 days, which overrules nothing while
   * the address is on the account's list and shows itself after a removal. AWS's own pages contradict each other
   * about this, so it is off by default.
   */
  readonly globalList?: boolean;
  /** Milliseconds from acceptance to the receiving server's answer. Default 0: events bear the send's own time. */
  readonly latencyMs?: number;
  /** Days GetMessageInsights knows a message for; how long SES does is not documented. Default: for ever. */
  readonly insightsDays?: number;
  /** Seed of message and feedback ids. */
  readonly seed?: number;
  readonly accountId?: string;
  readonly region?: string;
}

/** A mail to send. */
export interface SendRequest {
  /** From address, with or without display name. */
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly subject?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly configurationSet?: string;
}

/** SES's limit of recipients in one mail. */
const MAXIMUM_RECIPIENTS = 50;

/**
 * The local SES itself, without HTTP: accepts mail, lets the mailbox table answer, publishes the events SES would,
 * and keeps the suppression list as SES does.
 */
export class LocalSes {
  readonly list = new SuppressionList();
  readonly mailboxes: Mailboxes;
  readonly account: Account;
  readonly identities: Identity[];
  readonly configurationSets: ConfigurationSet[];
  readonly recommendations: Recommendation[];
  readonly tenants: Tenant[];
  readonly origin: { readonly accountId: string; readonly region: string };
  /** The topics that SES can publish to, by their ARNs. What is published must not throw. */
  readonly topics = new Map<string, (message: string) => void>();
  readonly now: () => Date;

  private readonly taps: EventTap[];
  private readonly triesTopics: boolean;
  private readonly random: Random;
  private readonly schedule = new Schedule();
  private readonly messages = new Map<string, MessageTrace>();
  /** Address to the moment its place on the global list ends. */
  private readonly global: Map<string, number> | undefined;
  private readonly latencyMs: number;
  private readonly insightsMs: number | undefined;
  private readonly recentSends: number[] = [];

  constructor(options: SesOptions = {}) {
    this.now = options.now ?? systemNow;
    this.mailboxes = new Mailboxes(options.unknownMailbox);
    this.account = { ...DEFAULT_ACCOUNT, ...options.account };
    this.identities = [
      ...(options.identities ?? [{ name: SHOP_DOMAIN, configurationSet: SHOP_CONFIGURATION_SET }]),
    ];
    this.configurationSets = [...(options.configurationSets ?? [{ name: SHOP_CONFIGURATION_SET }])];
    this.recommendations = [...(options.recommendations ?? [])];
    this.tenants = [...(options.tenants ?? [])];
    this.origin = {
      accountId: options.accountId ?? '123456789012',
      region: options.region ?? 'ap-northeast-1',
    };
    this.taps = [...(options.taps ?? [])];
    this.triesTopics = options.triesTopics === true;
    this.random = seeded(options.seed ?? 1);
    this.global = options.globalList === true ? new Map() : undefined;
    this.latencyMs = options.latencyMs ?? 0;
    this.insightsMs = options.insightsDays === undefined ? undefined : options.insightsDays * 24 * 3600_000;
  }

  /**
   * Adds a listener. As on AWS, the first message to a new one of event publishing is a plain text, not JSON.
   */
  addTap(tap: EventTap): void {
    this.taps.push(tap);
    if (tap.format === 'event-publishing') tap.publish(SES_TEST_MESSAGE);
  }

  /**
   * Has a topic named in a set or an identity, which hears a first message.
   *
   * @throws {SesError} BadRequestException for a topic that SES does not take.
   */
  subscribeTopic(arn: string, message: string): void {
    const publish = this.topics.get(arn);
    const [, , service, region, account, name = ''] = arn.split(':');
    const isTaken = service === 'sns' && region === this.origin.region && /^[\w-]{1,256}$/.test(name);
    // Topics of another account are taken; nothing here reaches them.
    if (!isTaken || !/^\d{12}$/.test(account ?? '') || (this.triesTopics && publish === undefined)) {
      throw new SesError('BadRequestException', `Invalid SNS topic <${arn}>.`);
    }
    publish?.(message);
  }

  /** Describes a mailbox, or changes it: see {@link Mailboxes.set}. */
  setMailbox(address: string, settings: Partial<Mailbox>): void {
    this.mailboxes.set(address, settings);
  }

  /**
   * Accepts a mail and returns its message id; what becomes of it arrives as events.
   *
   * @throws {SesError} as SendEmail does: paused or suspended account, unverified sender, unknown configuration
   * set, no or too many recipients.
   */
  send(request: SendRequest): string {
    this.tick();
    const mail = this.accept(request);
    const recipients = mail.destination.map(
      (address): RecipientTrace => ({
        address,
        isp: domainOf(address),
        fate: 'pending',
        events: [{ at: mail.acceptedAt, type: 'SEND' }],
      }),
    );
    this.messages.set(mail.messageId, { mail, recipients });
    for (const _ of recipients) this.recentSends.push(mail.acceptedAt);
    this.emit({ type: 'Send', body: {} }, mail);
    const delivery: Delivery = {
      mail,
      recipients,
      list: this.list,
      mailboxes: this.mailboxes,
      global: this.global,
      account: this.account,
      enforcedReasons: this.enforcedReasons(mail.configurationSet),
      emit: (event) => this.emit(event, mail),
      later: (at, run) => this.schedule.plan(at, run),
      newFeedbackId: (at) => this.newId(at),
    };
    if (this.latencyMs === 0) deliver(delivery, mail.acceptedAt);
    else this.schedule.plan(mail.acceptedAt + this.latencyMs, (at) => deliver(delivery, at));
    return mail.messageId;
  }

  /** Lets everything happen that is due by now: retries that give up, complaints, opens. */
  tick(): void {
    this.schedule.runUntil(this.now().getTime());
  }

  /** Lets everything happen that is planned, each at its own moment, without moving the clock. */
  drain(): void {
    this.schedule.runUntil(Number.POSITIVE_INFINITY);
  }

  /** What happened to a mail, also what the shop cannot see; undefined for an unknown id. */
  trace(messageId: string): MessageTrace | undefined {
    return this.messages.get(messageId);
  }

  /** The same, while GetMessageInsights still knows the message. */
  recentTrace(messageId: string): MessageTrace | undefined {
    const trace = this.messages.get(messageId);
    if (trace === undefined || this.insightsMs === undefined) return trace;
    return this.now().getTime() - trace.mail.acceptedAt < this.insightsMs ? trace : undefined;
  }

  /** Every mail that message insights still know, oldest first. */
  *recentTraces(): Generator<MessageTrace> {
    for (const messageId of this.messages.keys()) {
      const trace = this.recentTrace(messageId);
      if (trace !== undefined) yield trace;
    }
  }

  /** How many recipients each mail of a span (milliseconds) had, oldest first: what CloudWatch's metric Send counts. */
  *sends(from: number, until: number): Generator<{ readonly at: string; readonly value: number }> {
    for (const { mail } of this.messages.values()) {
      if (mail.acceptedAt < from || mail.acceptedAt >= until) continue;
      yield { at: new Date(mail.acceptedAt).toISOString(), value: mail.destination.length };
    }
  }

  /** Recipients of the last 24 hours, dropped ones included: SES counts them against the quota. */
  sentLast24Hours(): number {
    const since = this.now().getTime() - 24 * 3600_000;
    const first = this.recentSends.findIndex((at) => at > since);
    this.recentSends.splice(0, first < 0 ? this.recentSends.length : first);
    return this.recentSends.length;
  }

  private accept(request: SendRequest): AcceptedMail {
    if (this.account.enforcementStatus === 'SHUTDOWN') {
      throw new SesError('AccountSuspendedException', 'Your account is suspended.');
    }
    if (!this.account.sendingEnabled) {
      throw new SesError('SendingPausedException', 'Email sending is paused for your account.');
    }
    const destination = [...request.to, ...(request.cc ?? []), ...(request.bcc ?? [])].map(withoutName);
    if (destination.length === 0) throw new SesError('BadRequestException', 'Missing destination.');
    if (destination.length > MAXIMUM_RECIPIENTS) {
      throw new SesError('BadRequestException', `Recipient count exceeds ${MAXIMUM_RECIPIENTS}.`);
    }
    const from = withoutName(request.from);
    const fromDomain = normaliseDomain(domainOf(from));
    const identity = this.identityOf(from, fromDomain);
    const configurationSet = request.configurationSet ?? identity.configurationSet;
    if (configurationSet !== undefined) this.existingSet(configurationSet);
    const acceptedAt = this.now().getTime();
    return {
      messageId: this.newId(acceptedAt),
      acceptedAt,
      from: request.from,
      fromDomain,
      identity: identity.name,
      destination,
      to: request.to,
      subject: request.subject ?? '',
      tags: request.tags ?? {},
      ...(configurationSet === undefined ? {} : { configurationSet }),
    };
  }

  /** An address identity goes before its domain's. */
  private identityOf(from: string, fromDomain: string): Identity {
    const wanted = normaliseAddress(from);
    const verified = this.identities.filter((identity) => identity.verified !== false);
    const identity =
      verified.find((one) => one.name.includes('@') && normaliseAddress(one.name) === wanted) ??
      verified.find((one) => fromDomain === one.name || fromDomain.endsWith(`.${one.name}`));
    if (identity !== undefined) return identity;
    const region = this.origin.region.toUpperCase();
    throw new SesError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region}: ${from}`,
    );
  }

  /** A configuration set by name. */
  configurationSet(name: string): ConfigurationSet | undefined {
    return this.configurationSets.find((one) => one.name === name);
  }

  /** The same. @throws {SesError} NotFoundException when there is none. */
  existingSet(name: string): ConfigurationSet {
    const set = this.configurationSet(name);
    if (set === undefined) {
      throw new SesError('NotFoundException', `Configuration set <${name}> does not exist.`);
    }
    return set;
  }

  /** Changes where a set's events go. @throws {SesError} NotFoundException when there is no such set. */
  setEventDestinations(name: string, eventDestinations: readonly EventDestination[]): void {
    const set = this.existingSet(name);
    this.configurationSets[this.configurationSets.indexOf(set)] = { ...set, eventDestinations };
  }

  /** Changes an identity. @throws {SesError} NotFoundException when there is none. */
  changeIdentity(name: string, change: (identity: Identity) => Identity): void {
    const index = this.identities.findIndex((each) => each.name === name);
    const identity = this.identities[index];
    if (identity === undefined) {
      throw new SesError('NotFoundException', `Email identity ${name} does not exist.`);
    }
    this.identities[index] = change(identity);
  }

  private enforcedReasons(configurationSet: string | undefined): Account['suppressedReasons'] {
    const override =
      configurationSet === undefined ? undefined : this.configurationSet(configurationSet)?.suppressedReasons;
    return override ?? this.account.suppressedReasons;
  }

  private emit(event: SesEvent, mail: AcceptedMail): void {
    for (const tap of this.taps) {
      if (tap.types !== undefined && !tap.types.includes(event.type)) continue;
      // Event publishing belongs to a configuration set; a mail without one is not published.
      if (tap.format === 'event-publishing' && mail.configurationSet === undefined) continue;
      const message = eventMessage(event, mail, this.origin, tap.format);
      if (message !== undefined) tap.publish(message);
    }
    this.publishForSet(event, mail);
    this.notifyForIdentity(event, mail);
  }

  /** To the topics of the set's destinations, as they are at this moment. */
  private publishForSet(event: SesEvent, mail: AcceptedMail): void {
    const { configurationSet: name } = mail;
    const set = name === undefined ? undefined : this.configurationSet(name);
    for (const { Enabled, MatchingEventTypes, SnsDestination } of set?.eventDestinations ?? []) {
      if (!Enabled || SnsDestination === undefined) continue;
      if (!MatchingEventTypes.includes(matchingType(event.type))) continue;
      const message = eventMessage(event, mail, this.origin, 'event-publishing');
      if (message !== undefined) this.topics.get(SnsDestination.TopicArn)?.(message);
    }
  }

  /**
   * To the identity's own topic. One that is gone is taken out of the identity's settings at its first bounce or
   * complaint, and feedback goes by mail again (guide, monitor-sending-activity-using-notifications-sns).
   */
  private notifyForIdentity(event: SesEvent, mail: AcceptedMail): void {
    const { type } = event;
    if (type !== 'Bounce' && type !== 'Complaint' && type !== 'Delivery') return;
    const topic = this.identities.find((each) => each.name === mail.identity)?.topics?.[type];
    if (topic === undefined) return;
    const publish = this.topics.get(topic);
    if (publish !== undefined) publish(eventMessage(event, mail, this.origin, 'notification') ?? '');
    else if (type !== 'Delivery') {
      this.changeIdentity(mail.identity, ({ topics: { [type]: _, ...topics } = {}, ...identity }) => ({
        ...identity,
        topics,
        feedbackForwarding: true,
      }));
    }
  }

  /** An id in the form of SES's own: time, then random, unique within a run. */
  private newId(at: number): string {
    const { random } = this;
    const uuid = [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-');
    return `0106${Math.floor(at).toString(16).padStart(12, '0')}-${uuid}-000000`;
  }
}

/** The address inside `Name <a@b>`. SES keeps its spelling. */
function withoutName(text: string): string {
  const open = text.lastIndexOf('<');
  const close = text.lastIndexOf('>');
  return (open >= 0 && close > open ? text.slice(open + 1, close) : text).trim();
}
