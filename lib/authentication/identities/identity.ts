import { domainOf, normaliseDomain } from '../../address.ts';

/** A sending identity as SES describes it (GetEmailIdentity), reduced to what the audit reads. Plain data. */
export interface Identity {
  /** A domain, or an address for an address identity. */
  readonly name: string;
  /** `DOMAIN`, `EMAIL_ADDRESS`, `MANAGED_DOMAIN`, or what SES adds. */
  readonly type: string;
  readonly verifiedForSending: boolean;
  /** `SUCCESS`, `PENDING`, `FAILED`, `TEMPORARY_FAILURE`, `NOT_STARTED`. */
  readonly verificationStatus?: string;
  /** SES's reason why it could not verify (`HOST_NOT_FOUND`, `REPLICATION_...`). */
  readonly errorType?: string;
  /** The default configuration set, through which events are published; null when there is none. */
  readonly configurationSet?: string | null;
  readonly dkim: IdentityDkim;
  readonly mailFrom?: IdentityMailFrom;
}

/** SES's DkimAttributes. */
interface IdentityDkim {
  readonly signingEnabled: boolean;
  readonly status?: string;
  /** Easy DKIM: three tokens. BYODKIM: the selector. */
  readonly tokens: readonly string[];
  /** Where the CNAMEs point: SES names it, it varies by region and cell, and it is never composed here. */
  readonly signingHostedZone?: string;
  /** `AWS_SES`, `EXTERNAL`, or `AWS_SES_<REGION>` for a replica of another region's keys. */
  readonly origin?: string;
  /** `RSA_1024_BIT` or `RSA_2048_BIT`. */
  readonly currentKeyLength?: string;
}

/** SES's MailFromAttributes, for an identity that has a custom MAIL FROM domain. */
interface IdentityMailFrom {
  readonly domain: string;
  readonly status?: string;
  /** `USE_DEFAULT_VALUE` or `REJECT_MESSAGE`. */
  readonly onMxFailure?: string;
}

/** One of SES's own recommendations (ListRecommendations). */
export interface Recommendation {
  /** The domain or address of the identity it is about. */
  readonly identity: string;
  readonly type: string;
  readonly impact: string;
  readonly description: string;
}

/** The domain an identity sends with. */
export function domainOfIdentity(identity: Identity): string {
  return normaliseDomain(isAddressIdentity(identity) ? domainOf(identity.name) : identity.name);
}

/** Whether the identity is one address; its settings override its domain's (SES developer guide). */
export function isAddressIdentity(identity: Identity): boolean {
  return identity.name.includes('@');
}

/** How the identity's DKIM keys are held. */
export function dkimKindOf(identity: Identity): 'easy' | 'replica' | 'own' {
  const origin = identity.dkim.origin ?? 'AWS_SES';
  if (origin === 'EXTERNAL') return 'own';
  return origin === 'AWS_SES' ? 'easy' : 'replica';
}

/** SES's own envelope domain: `amazonses.com` in us-east-1, `<region>.amazonses.com` elsewhere. */
export function defaultMailFrom(region: string): string {
  return region === 'us-east-1' ? 'amazonses.com' : `${region}.amazonses.com`;
}
