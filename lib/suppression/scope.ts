import {
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetTenantCommand,
  ListConfigurationSetsCommand,
  ListTenantsCommand,
  NotFoundException,
  type SESv2Client,
  type SuppressionValidationOptions,
} from '@aws-sdk/client-sesv2';
import { errorName } from '../refusal.ts';
import type { Turns } from './limiter.ts';

/**
 * Where suppression acts. The account's list stops a mail only for the reasons that the account, or the
 * configuration set the mail is sent with, enforces; and a configuration set or tenant may look at another list
 * (https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list-config-level.html,
 * .../sending-email-suppression-list-tenant-level.html).
 */

/** What the account sets. */
export interface AccountScope {
  /** Reasons for which listed addresses are stopped, `BOUNCE` and `COMPLAINT`. */
  readonly reasons: readonly string[];
  /** `HEALTHY`, `PROBATION`, `SHUTDOWN`, or what SES says. */
  readonly enforcementStatus: string;
  readonly sendingEnabled: boolean;
  readonly productionAccess: boolean;
  /** Threshold of Auto Validation, where it is on: SES then also stops mail to addresses it doubts. */
  readonly autoValidation?: string;
}

/** What a configuration set overrides; absent: nothing. */
export interface ConfigurationSetScope {
  readonly name: string;
  /** Empty: no suppression at all. */
  readonly reasons?: readonly string[];
  /** `ACCOUNT` or `TENANT`: whose list is looked at. */
  readonly scope?: string;
  readonly autoValidation?: string;
}

/** What a tenant sets. */
export interface TenantScope {
  readonly name: string;
  /** `TENANT`: it has a list of its own. */
  readonly scope: string;
  readonly reasons?: readonly string[];
  /** `ENABLED`, `DISABLED`, `REINSTATED`, or what SES says. */
  readonly sendingStatus?: string;
}

/** Settings of one kind, as far as they could be read. */
export interface Readings<T> {
  readonly read: readonly T[];
  /** Those that exist and were not read, for want of time. */
  readonly unread: number;
  /** Why reading ended, when it failed; what was read before stands. */
  readonly problem?: string;
}

/** Everything that decides where suppression acts. */
export interface ScopeReading {
  readonly account: AccountScope;
  readonly configurationSets: Readings<ConfigurationSetScope>;
  readonly tenants: Readings<TenantScope>;
}

/**
 * Reads it: one call for the account, one for each page of names, one for each configuration set and tenant, each at
 * SES's rate. `timeIsUp` ends the reading; what is left is counted, not taken for unset.
 *
 * @throws the SDK's error when not even the account could be read.
 */
export async function readScope(
  client: SESv2Client,
  limiter: Turns,
  timeIsUp: () => boolean = () => false,
): Promise<ScopeReading> {
  await limiter.take();
  const account = await client.send(new GetAccountCommand({}));
  const suppression = account.SuppressionAttributes;
  return {
    account: {
      reasons: suppression?.SuppressedReasons ?? [],
      enforcementStatus: account.EnforcementStatus ?? 'UNKNOWN',
      sendingEnabled: account.SendingEnabled ?? false,
      productionAccess: account.ProductionAccessEnabled ?? false,
      ...validationOf(suppression?.ValidationAttributes),
    },
    configurationSets: await readEach(limiter, timeIsUp, configurationSetNames(client), (name) =>
      configurationSet(client, name),
    ),
    tenants: await readEach(limiter, timeIsUp, tenantNames(client), (name) => tenant(client, name)),
  };
}

/** One page of names, and the token of the next. */
type NamesPage = (token: string | undefined) => Promise<{ names: string[]; next: string | undefined }>;

function configurationSetNames(client: SESv2Client): NamesPage {
  return async (NextToken) => {
    const answer = await client.send(new ListConfigurationSetsCommand({ NextToken }));
    return { names: answer.ConfigurationSets ?? [], next: answer.NextToken };
  };
}

function tenantNames(client: SESv2Client): NamesPage {
  return async (NextToken) => {
    const answer = await client.send(new ListTenantsCommand({ NextToken }));
    const names = (answer.Tenants ?? []).flatMap(({ TenantName }) => TenantName ?? []);
    return { names, next: answer.NextToken };
  };
}

async function configurationSet(client: SESv2Client, name: string): Promise<ConfigurationSetScope> {
  const { SuppressionOptions: options } = await client.send(
    new GetConfigurationSetCommand({ ConfigurationSetName: name }),
  );
  return {
    name,
    ...(options?.SuppressedReasons && { reasons: options.SuppressedReasons }),
    ...(options?.SuppressionScope && { scope: options.SuppressionScope }),
    ...validationOf(options?.ValidationOptions),
  };
}

async function tenant(client: SESv2Client, name: string): Promise<TenantScope> {
  const { Tenant: found } = await client.send(new GetTenantCommand({ TenantName: name }));
  const suppression = found?.SuppressionAttributes;
  return {
    name,
    // A tenant that sets none uses the account's list.
    scope: suppression?.SuppressionScope ?? 'ACCOUNT',
    ...(suppression?.SuppressedReasons && { reasons: suppression.SuppressedReasons }),
    ...(found?.SendingStatus && { sendingStatus: found.SendingStatus }),
  };
}

function validationOf(options: SuppressionValidationOptions | undefined): { autoValidation?: string } {
  const threshold = options?.ConditionThreshold;
  if (threshold?.ConditionThresholdEnabled !== 'ENABLED') return {};
  return { autoValidation: threshold.OverallConfidenceThreshold?.ConfidenceVerdictThreshold ?? 'MANAGED' };
}

async function readEach<T>(
  limiter: Turns,
  timeIsUp: () => boolean,
  page: NamesPage,
  get: (name: string) => Promise<T>,
): Promise<Readings<T>> {
  const read: T[] = [];
  let waiting: string[] = [];
  try {
    let token: string | undefined;
    do {
      await limiter.take();
      const { names, next } = await page(token);
      waiting = names;
      token = next;
      while (waiting.length > 0) {
        if (timeIsUp()) return { read, unread: waiting.length };
        const [name = ''] = waiting;
        await limiter.take();
        const got = await unlessGone(() => get(name));
        waiting = waiting.slice(1);
        if (got !== undefined) read.push(got);
      }
    } while (token !== undefined);
    return { read, unread: 0 };
  } catch (error) {
    const problem = errorName(error);
    return { read, unread: waiting.length, problem };
  }
}

/** Undefined for what was deleted since its name was listed. */
async function unlessGone<T>(get: () => Promise<T>): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}
