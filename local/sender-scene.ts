import type { GetEmailIdentityCommandOutput } from '@aws-sdk/client-sesv2';
import type { Zone } from './dns-zone.ts';
import { type Identity, SHOP_CONFIGURATION_SET } from './ses/account.ts';

/**
 * The senders of the local story, as SES describes them and as DNS shows them, with the mistakes the story is
 * about. The shop's own domain passes SPF and DKIM and has no DMARC record: the commonest reason why good mail
 * is found in spam folders.
 */

/** A GetEmailIdentity answer without the transport's own fields. */
export type IdentityAnswer = Omit<GetEmailIdentityCommandOutput, '$metadata'>;

const SIGNING_ZONE = 'dkim.amazonses.com';
const FEEDBACK = '10 feedback-smtp.ap-northeast-1.amazonses.com';

/** Public keys made for this scene; nobody holds the private ones. */
const KEY_2048 =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0Pv6LGUMwQY5Cm/tCZT7EP+MuNdYY1Wpux0pSsGJSgSV8G8j3s0y14UUkQ9bKeMo/kskqXoq1sAIJIOeNJoSTnRi6jv1skM+OTeEVONAm1yFhQYc/SJwbLun09OlAY8FtG0e5xix3vk2ar/ZpQwLdGu1krGl129uwfpZLEP7KMXO5aviBG28GQDNZUE1c+M+8QUl+yRILPcRWCVu3JQucrCG55zvZ+bXz0xEX8kMtVc00pEIyM4OS4QzSEdl/v/0EX3i7AMppIUyOQyt6HPCsBdMlgJKJar+jnq7LKgR9qqlLIGtWcz3Is+ywZXvMTaqiZXzivoeHZtNW94ukdib7wIDAQAB';
const KEY_1024 =
  'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCwFvtk8xz8Fzp/Qqrb84wewwYnmI3x266SPZJwK2tsfRW/dI/vwctbZA08+fAKf2T2dawcvLMQGeHgCHCUATjbs+1h6ntigNM1tJkZ8sYawA5pHnO5lxRSh+xMWnhy9Ow7lSwTsJU8FmCT9FrCV1K/8CngkyB6U9BIH//NyCeqoQIDAQAB';

/** Tokens of the scene's Easy DKIM identities, three each. */
const SHOP_TOKENS = ['k3shopaa', 'k3shopbb', 'k3shopcc'];
const NEWS_TOKENS = ['n7newsaa', 'n7newsbb', 'n7newscc'];

/** Region the scene's account is in. */
export const SCENE_REGION = 'ap-northeast-1';
/** Where the scene's shop wants its DMARC reports. */
export const SCENE_REPORT_ADDRESS = 'dmarc-reports@shop.example';

/** The four identities, by name, as GetEmailIdentity answers. */
export const SCENE_IDENTITIES: Readonly<Record<string, IdentityAnswer>> = {
  'shop.example': {
    IdentityType: 'DOMAIN',
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: true,
    VerificationStatus: 'SUCCESS',
    DkimAttributes: {
      SigningEnabled: true,
      Status: 'SUCCESS',
      Tokens: SHOP_TOKENS,
      SigningHostedZone: SIGNING_ZONE,
      SigningAttributesOrigin: 'AWS_SES',
      CurrentSigningKeyLength: 'RSA_2048_BIT',
      NextSigningKeyLength: 'RSA_2048_BIT',
    },
    MailFromAttributes: {
      MailFromDomain: 'bounce.shop.example',
      MailFromDomainStatus: 'SUCCESS',
      BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
    },
  },
  // Nobody looked at its MAIL FROM domain since it was set up: SES checks the MX, not the SPF record.
  'news.shop.example': {
    IdentityType: 'DOMAIN',
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: true,
    VerificationStatus: 'SUCCESS',
    DkimAttributes: {
      SigningEnabled: true,
      Status: 'SUCCESS',
      Tokens: NEWS_TOKENS,
      SigningHostedZone: SIGNING_ZONE,
      SigningAttributesOrigin: 'AWS_SES',
      CurrentSigningKeyLength: 'RSA_1024_BIT',
      NextSigningKeyLength: 'RSA_1024_BIT',
    },
    MailFromAttributes: {
      MailFromDomain: 'bounce.news.shop.example',
      MailFromDomainStatus: 'SUCCESS',
      BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
    },
  },
  // Verified by a click on a link years ago; it takes the domain's DKIM away from the very order mails.
  'order@shop.example': {
    IdentityType: 'EMAIL_ADDRESS',
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: true,
    VerificationStatus: 'SUCCESS',
    DkimAttributes: { SigningEnabled: false, Status: 'NOT_STARTED', SigningAttributesOrigin: 'AWS_SES' },
  },
  // The shop's former name: own key of 1024 bits, an SPF record that grew, and a DMARC record from an old guide.
  'old-shop.example': {
    IdentityType: 'DOMAIN',
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: true,
    VerificationStatus: 'SUCCESS',
    DkimAttributes: {
      SigningEnabled: true,
      Status: 'SUCCESS',
      Tokens: ['shop2019'],
      SigningAttributesOrigin: 'EXTERNAL',
      CurrentSigningKeyLength: 'RSA_1024_BIT',
    },
  },
};

/** The identities as the local SES takes them. */
export function sceneIdentities(): Identity[] {
  return Object.entries(SCENE_IDENTITIES).map(([name, { DkimAttributes, MailFromAttributes }]) => ({
    name,
    configurationSet: SHOP_CONFIGURATION_SET,
    dkim: { ...DkimAttributes },
    ...(MailFromAttributes === undefined ? {} : { mailFrom: { ...MailFromAttributes } }),
  }));
}

/** The DMARC record the audit asks the shop to publish: publishing it is the story's turn. */
export const SCENE_DMARC: Zone = {
  '_dmarc.shop.example': { TXT: [`v=DMARC1; p=none; rua=mailto:${SCENE_REPORT_ADDRESS}`] },
};

/** Where the scene's forged mail comes from. */
export const SCENE_FORGER = '203.0.113.66';

/** A receiver's report on one day (UTC) of the shop's mail: 120 that SES sent pass, 3 of a forger's fail. */
export function sceneReport(day: Date): Buffer {
  const begin = Math.floor(day.getTime() / 86_400_000) * 86_400;
  const row = (ip: string, count: number, result: string, results: string) =>
    `<record><row><source_ip>${ip}</source_ip><count>${count}</count><policy_evaluated><disposition>none</disposition><dkim>${result}</dkim><spf>${result}</spf></policy_evaluated></row><identifiers><header_from>shop.example</header_from></identifiers><auth_results>${results}</auth_results></record>`;
  const own = `<dkim><domain>shop.example</domain><selector>${SHOP_TOKENS[0]}</selector><result>pass</result></dkim><spf><domain>bounce.shop.example</domain><result>pass</result></spf>`;
  const forged = '<spf><domain>shop.example</domain><result>fail</result></spf>';
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>
<feedback><version>1.0</version><report_metadata><org_name>receiver.example</org_name><email>dmarc@receiver.example</email><report_id>shop.example-${begin}</report_id><date_range><begin>${begin}</begin><end>${begin + 86_399}</end></date_range></report_metadata><policy_published><domain>shop.example</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct></policy_published>${row('54.240.10.1', 120, 'pass', own)}${row(SCENE_FORGER, 3, 'fail', forged)}</feedback>`,
  );
}

function easyDkim(domain: string, tokens: readonly string[]): Zone {
  return Object.fromEntries(
    tokens.flatMap((token) => [
      [`${token}._domainkey.${domain}`, { CNAME: `${token}.${SIGNING_ZONE}` }],
      [`${token}.${SIGNING_ZONE}`, { TXT: [`p=${KEY_2048}`] }],
    ]),
  );
}

/** DNS at the start of the story. */
export const SCENE_ZONE: Zone = {
  'amazonses.com': { TXT: ['v=spf1 ip4:199.255.192.0/22 ip4:54.240.0.0/18 ip4:76.223.176.0/20 -all'] },

  'shop.example': {
    TXT: ['v=spf1 include:_spf.office-mail.example ~all', 'domain-proof=5f2c'],
    MX: ['10 mx.office-mail.example'],
    A: ['192.0.2.10'],
  },
  '_spf.office-mail.example': { TXT: ['v=spf1 ip4:198.51.100.0/24 -all'] },
  'bounce.shop.example': { MX: [FEEDBACK], TXT: ['v=spf1 include:amazonses.com ~all'] },
  ...easyDkim('shop.example', SHOP_TOKENS),

  'news.shop.example': { MX: ['10 mx.office-mail.example'] },
  'bounce.news.shop.example': { MX: [FEEDBACK] },
  ...easyDkim('news.shop.example', NEWS_TOKENS),

  'old-shop.example': {
    TXT: [
      `v=spf1 ${Array.from({ length: 11 }, (_, i) => `include:s${i}.office-mail.example`).join(' ')} ~all`,
    ],
    MX: ['10 mx.office-mail.example'],
  },
  ...Object.fromEntries(
    Array.from({ length: 11 }, (_, i) => [
      `s${i}.office-mail.example`,
      { TXT: ['v=spf1 ip4:203.0.113.0/24 -all'] },
    ]),
  ),
  'shop2019._domainkey.old-shop.example': { TXT: [`v=DKIM1; k=rsa; p=${KEY_1024}`] },
  '_dmarc.old-shop.example': { TXT: ['v=DMARC1; p=quarantine; pct=20; ri=86400'] },
};
