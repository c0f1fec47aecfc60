import type { Reason } from '../types.ts';
import type { ReplyRule, Sample } from './rule.ts';

const GOOGLE = 'support.google.com/a/answer/3726730 (SMTP error reference)';
const MICROSOFT = 'learn.microsoft.com, Exchange Online non-delivery report codes; postmaster.live.com';
const YAHOO = 'senders.yahooinc.com/smtp-error-codes; Sisimai Rhost::YahooInc';
const YAHOO_JAPAN = 'yahoo-help.jp a_id/80870';
const APPLE = 'support.apple.com HT204137 (iCloud Mail postmaster); Sisimai Rhost::Apple';
const ORANGE = 'Sisimai Rhost::FrancePTT';
const MIMECAST = 'Mimecast SMTP error codes; Sisimai Rhost::Mimecast';
const PROOFPOINT = 'Proofpoint support (dynamic reputation, dnsbl-lookup)';
const GODADDY = 'GoDaddy email bounce error codes; Sisimai Rhost::GoDaddy';
const TENCENT = 'service.mail.qq.com (bounce codes); Sisimai Rhost::Tencent';
const FACEBOOK = 'postmaster.facebook.com/response_codes; Sisimai Rhost::Facebook';
const ZOHO = 'Sisimai Rhost::Zoho';
const COX = 'Cox email error codes; Sisimai Rhost::Cox';
const SPECTRUM = 'Spectrum/Charter email error codes; Sisimai Rhost::Spectrum';
const GMX = 'postmaster.gmx.net/en/error-messages';
const MESSAGELABS = 'Symantec Email Security.cloud SMTP error messages; Sisimai Rhost::MessageLabs';

interface Row {
  readonly id: string;
  readonly reason: Reason;
  readonly phrases: readonly string[];
  readonly sample: string;
  readonly source: string;
  readonly more?: Partial<Pick<ReplyRule, 'confidence' | 'alternatives'>> & {
    readonly when?: ReplyRule['when'];
  };
}

const ROWS: readonly Row[] = [
  // Gmail and Google Workspace.
  {
    id: 'google/no-such-user',
    reason: 'userunknown',
    phrases: [
      'email account that you tried to reach does not exist',
      'mail p nosuchuser',
      'answer py answer 6596',
    ],
    sample: 'smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try',
    source: GOOGLE,
    more: { confidence: 'certain' },
  },
  {
    id: 'google/disabled',
    reason: 'suspend',
    phrases: [
      'email account that you tried to reach is disabled',
      'email account that you tried to reach is inactive',
      'mail p disableduser',
      'mail p inactiveuser',
    ],
    sample: 'smtp; 550-5.2.1 The email account that you tried to reach is disabled. Learn more at',
    source: GOOGLE,
    more: { confidence: 'certain' },
  },
  {
    id: 'google/over-quota',
    reason: 'mailboxfull',
    phrases: [
      'email account that you tried to reach is over quota',
      'recipients inbox is out of storage space',
      'mail p overquota',
      'mail p overquotaperm',
      'mail p overquotatemp',
    ],
    sample: "smtp; 552-5.2.2 The recipient's inbox is out of storage space and inactive. Please",
    source: GOOGLE,
    more: { confidence: 'certain' },
  },
  {
    id: 'google/receiving-rate',
    reason: 'ratelimited',
    phrases: [
      'the user you are trying to contact is receiving mail',
      'mail p receivingrate',
      'mail p receivingrateperm',
      'mail p unsolicitedratelimiterror',
      'unusual rate of unsolicited mail',
      'daily user sending quota exceeded',
    ],
    sample: 'smtp; 450-4.2.1 The user you are trying to contact is receiving mail too quickly',
    source: GOOGLE,
    more: { confidence: 'certain' },
  },
  {
    id: 'google/authentication',
    reason: 'authfailure',
    phrases: [
      'mail p dmarcreject',
      'mail p unauthenticatedemail',
      'mail p mailrejectedunauthenticated',
      'blocked because the sender is unauthenticated',
      'requires all senders to authenticate',
      'is not accepted due to domains dmarc policy',
      'has an spf record with a hard fail',
      'this message does not have authentication information or fails to pass',
      'this message does not pass authentication checks',
    ],
    sample: 'smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated.',
    source: GOOGLE,
    more: { confidence: 'certain' },
  },
  {
    id: 'google/not-compliant',
    reason: 'notcompliantrfc',
    phrases: [
      'messages missing a valid address in from',
      'messages with multiple addresses in from',
      'mail p rfcmessagenoncompliant',
      'message is not rfc 5322 compliant',
      'messages missing a valid message id',
    ],
    sample: 'smtp; 550-5.7.1 This message is not RFC 5322 compliant. There are multiple Subject',
    source: GOOGLE,
    more: { confidence: 'certain' },
  },
  {
    id: 'google/blocked-content',
    reason: 'policyviolation',
    phrases: [
      'blocked because its content presents a potential',
      'our system detected an illegal attachment',
      'mail p blockedmessage',
      'mail p blockedattachment',
    ],
    sample: 'smtp; 552-5.7.0 This message was blocked because its content presents a potential',
    source: GOOGLE,
    more: { confidence: 'certain', alternatives: ['securityerror'] },
  },
  {
    id: 'google/spam',
    reason: 'spamdetected',
    phrases: [
      'our system has detected that this message is likely unsolicited mail',
      'our system has detected that this message is likely suspicious',
      'mail p unsolicitedmessageerror',
      'mail p spamdomain',
    ],
    sample: 'smtp; 550-5.7.1 Our system has detected that this message is likely unsolicited mail.',
    source: GOOGLE,
  },
  {
    id: 'google/reputation',
    reason: 'badreputation',
    phrases: [
      'very low reputation of the sending',
      'low reputation of the sending domain',
      'low reputation of the sending ip',
    ],
    sample:
      'smtp; 550-5.7.1 this message is suspicious due to the very low reputation of the sending domain.',
    source: GOOGLE,
  },
  {
    id: 'google/no-ptr',
    reason: 'requireptr',
    phrases: [
      'mail p ipv6autherror',
      'does not meet ipv6 sending guidelines regarding ptr',
      'sending ip does not have a ptr record',
    ],
    sample:
      'smtp; 550-5.7.25 The IP address sending this message does not have a PTR record, sending IP does not have a PTR record',
    source: GOOGLE,
  },
  {
    id: 'google/no-permission-to-post',
    reason: 'rejected',
    phrases: [
      'you may not have permission to post',
      'may not exist or you may not have permission to post messages to the group',
    ],
    sample:
      'We are writing to let you know that the group may not exist, or you may not have permission to post messages to the group.',
    source: GOOGLE,
  },

  // Exchange, Exchange Online, Outlook.com.
  {
    id: 'microsoft/unknown-recipient',
    reason: 'userunknown',
    phrases: [
      'resolver adr recipnotfound',
      'resolver adr recipientnotfound',
      'resolver adr exrecipnotfound',
      'resolver adr badprimary',
      'recipient not found by smtp address lookup',
    ],
    sample: 'smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    source: MICROSOFT,
    more: { confidence: 'certain' },
  },
  {
    id: 'microsoft/directory-edge-block',
    reason: 'userunknown',
    phrases: ['recipient address rejected access denied'],
    sample:
      'smtp; 550 5.4.1 <taro@shop.example>: Recipient address rejected: Access denied [X.protection.outlook.com]',
    source: MICROSOFT,
  },
  {
    id: 'microsoft/mailbox-disabled',
    reason: 'suspend',
    phrases: [
      'storedrv deliver mailboxdisabled',
      'storedrv deliver mailbox disabled',
      'storedrv deliver exception accountdisabledexception',
    ],
    sample: 'smtp; 554 5.2.1 STOREDRV.Deliver.Exception:AccountDisabledException',
    source: MICROSOFT,
  },
  {
    id: 'microsoft/quota',
    reason: 'mailboxfull',
    phrases: [
      'storedrv deliver exception quotaexceeded',
      'storedrv deliver storage quota exceeded',
      'storedrv deliver mailbox full',
      'recipient thread limit exceeded mailbox full',
    ],
    sample: 'smtp; 554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException',
    source: MICROSOFT,
    more: { confidence: 'certain' },
  },
  {
    id: 'microsoft/sender-not-permitted',
    reason: 'securityerror',
    phrases: ['resolver rst authrequired', 'resolver rst notauthorized', 'rbac access denied'],
    sample: 'smtp;550 5.7.1 RESOLVER.RST.AuthRequired; authentication required',
    source: MICROSOFT,
    more: { alternatives: ['rejected'] },
  },
  {
    id: 'microsoft/too-big',
    reason: 'mesgtoobig',
    phrases: ['resolver rst recipsizelimit', 'resolver rst sendsizelimit', 'smtpsend maxmessagesize'],
    sample: 'smtp; 550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient',
    source: MICROSOFT,
    more: { confidence: 'certain', alternatives: ['exceedlimit'] },
  },
  {
    id: 'microsoft/blocked',
    reason: 'blocked',
    phrases: [
      'banned sending ip',
      'part of their network is on our block list',
      'weren t sent please contact your internet service provider',
      'access denied traffic not accepted from this ip',
      'sender office com',
      'delist messaging microsoft com',
      'blocked using fbldata',
    ],
    sample:
      "smtp; 550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. part of their network is on our block list (S3140).",
    source: MICROSOFT,
    more: { confidence: 'certain', alternatives: ['badreputation'] },
  },
  {
    id: 'microsoft/rate',
    reason: 'ratelimited',
    phrases: [
      'temporarily rate limited due to ip reputation',
      'tenant has exceeded threshold',
      'exceeded the recipient rate limit',
      'submission quota exceeded',
      'concurrent connections limit exceeded',
    ],
    sample:
      'smtp; 451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation.',
    source: MICROSOFT,
  },
  {
    id: 'microsoft/dmarc',
    reason: 'authfailure',
    phrases: ['does not pass dmarc verification', 'does not meet the required authentication level'],
    sample:
      'smtp; 550 5.7.509 Access denied, sending domain shop.example does not pass DMARC verification and has a DMARC policy of reject.',
    source: MICROSOFT,
    more: { confidence: 'certain' },
  },
  {
    id: 'microsoft/hotmail-unavailable',
    reason: 'userunknown',
    phrases: ['requested action not taken mailbox unavailable'],
    sample: 'smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).',
    source: MICROSOFT,
  },

  // Yahoo (and AOL), Yahoo! JAPAN.
  {
    id: 'yahoo/no-account',
    reason: 'userunknown',
    phrases: ['this user doesnt have a', 'mailbox not found dd', 'delivery error dd this user'],
    sample:
      "smtp; 554 delivery error: dd This user doesn't have a yahoo.com account (taro@yahoo.com) [0] - mta1.mail.yahoo.com",
    source: YAHOO,
    more: { confidence: 'certain' },
  },
  {
    id: 'yahoo/disabled',
    reason: 'suspend',
    phrases: [
      'account has been disabled or discontinued',
      'delivery error dd sorry your message to cannot be delivered this account',
    ],
    sample: 'smtp; 554 delivery error: dd This account has been disabled or discontinued [#102].',
    source: YAHOO,
    more: { confidence: 'certain' },
  },
  {
    id: 'yahoo/deferred-for-complaints',
    reason: 'badreputation',
    phrases: ['ts01', 'ts02', 'ts03', 'ts04', 'tss01', 'tss02', 'tss03', 'tss04', 'tss05', 'tss11', 'tss12'],
    sample:
      'smtp; 421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints',
    source: YAHOO,
    more: { alternatives: ['ratelimited'] },
  },
  {
    id: 'yahoo/policy',
    reason: 'policyviolation',
    phrases: [
      'message not accepted for policy reasons',
      'not accepted for policy reasons',
      'message not allowed pl',
    ],
    sample: 'smtp; 554 5.7.9 Message not accepted for policy reasons.',
    source: `${YAHOO}; ${YAHOO_JAPAN}`,
    more: { alternatives: ['authfailure', 'spamdetected'] },
  },
  {
    id: 'yahoo/blocked',
    reason: 'blocked',
    phrases: [
      'connections not accepted from ip addresses on spamhaus',
      'mail from not allowed phs',
      'messages from permanently deferred',
    ],
    sample: 'smtp; 553 5.7.1 [BL21] Connections not accepted from IP addresses on Spamhaus PBL',
    source: YAHOO,
  },
  {
    id: 'yahoo/authentication',
    reason: 'authfailure',
    phrases: [
      'message not accepted due to domains dmarc',
      'message not accepted unauthenticated',
      'dm email not accepted',
    ],
    sample: "smtp; 554 5.7.9 Message not accepted due to domain's DMARC policy",
    source: YAHOO,
  },

  // iCloud.
  {
    id: 'apple/inactive',
    reason: 'userunknown',
    phrases: ['inactive email address'],
    sample: 'smtp; 550 5.1.1 <taro@icloud.com>: inactive email address',
    source: APPLE,
  },
  {
    id: 'apple/local-policy',
    reason: 'policyviolation',
    phrases: [
      'cs01 message rejected',
      'hm07 message rejected',
      'hm08 message rejected',
      'message rejected due to local policy',
    ],
    sample:
      'smtp; 554 5.7.1 [HM08] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137',
    source: APPLE,
    more: { alternatives: ['spamdetected', 'blocked'] },
  },

  // Filter vendors.
  {
    id: 'proofpoint/blocked',
    reason: 'blocked',
    phrases: [
      'support proofpoint com dnsbl lookup',
      'ipcheck proofpoint com',
      'blocked see https ipcheck',
      'proofpoint com dnsbl',
    ],
    sample: 'smtp; 554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1',
    source: PROOFPOINT,
    more: { confidence: 'certain', alternatives: ['badreputation'] },
  },
  {
    id: 'mimecast/spam-signature',
    reason: 'spamdetected',
    phrases: ['mcspamsignature', 'rejected due to security policies mcspamsignature'],
    sample: 'smtp; 554 Email rejected due to security policies - MCSpamSignature.x.1',
    source: MIMECAST,
    more: { alternatives: ['virusdetected', 'securityerror'] },
  },
  {
    id: 'mimecast/virus',
    reason: 'virusdetected',
    phrases: ['email rejected due to security policies', 'virus signature', 'malware detected'],
    sample: 'smtp; 554 Email rejected due to security policies',
    source: MIMECAST,
    more: { alternatives: ['securityerror', 'spamdetected'] },
  },
  {
    id: 'mimecast/policy',
    reason: 'policyviolation',
    phrases: [
      'rejected by header based manually blocked senders',
      'envelope blocked user entry',
      'envelope blocked user domain entry',
      'local ct ip reputation',
      'rejected by header based',
    ],
    sample: 'smtp; 550 Rejected by header based manually Blocked Senders: block for manual block',
    source: MIMECAST,
    more: { alternatives: ['rejected', 'filtered'] },
  },
  {
    id: 'barracuda/blocked',
    reason: 'blocked',
    phrases: [
      'barracudacentral org',
      'barracuda reputation',
      'bl barracuda',
      'barracudanetworks com reputation',
    ],
    sample:
      'smtp; 554 Service unavailable; Client host [192.0.2.1] blocked using Barracuda Reputation; http://www.barracudanetworks.com/reputation/',
    source: 'barracudacentral.org (lookups)',
    more: { alternatives: ['badreputation'] },
  },
  {
    id: 'messagelabs/policy',
    reason: 'policyviolation',
    phrases: [
      'message filtered refer to the troubleshooting page',
      'connection rejected by policy',
      'message filtered please see the faqs',
    ],
    sample: 'smtp; 553-Message filtered. Refer to the Troubleshooting page at',
    source: MESSAGELABS,
    more: { alternatives: ['spamdetected', 'blocked'] },
  },
  {
    id: 'messagelabs/relay',
    reason: 'securityerror',
    phrases: ['please turn on smtp authentication in your mail client'],
    sample: 'smtp; 550 Please turn on SMTP Authentication in your mail client',
    source: MESSAGELABS,
  },

  // Orange, Wanadoo, La Poste: French first, English after, then a number of their own.
  {
    id: 'orange/unknown',
    reason: 'userunknown',
    phrases: [
      'ofr 416',
      'lpn007 416',
      'adresse d au moins un destinataire invalide',
      'adresse destinataire invalide',
    ],
    sample: 'smtp; 550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]',
    source: ORANGE,
    more: { confidence: 'certain' },
  },
  {
    id: 'orange/suspended',
    reason: 'suspend',
    phrases: ['ofr 426', 'lpn007 426', 'compte du destinataire est bloque', 'recipient account is blocked'],
    sample:
      'smtp; 550 5.5.0 Le compte du destinataire est bloque. The recipient account is blocked. LPN007_426',
    source: ORANGE,
    more: { confidence: 'certain' },
  },
  {
    id: 'orange/full',
    reason: 'mailboxfull',
    phrases: ['ofr 417', 'lpn007 417', 'quota depasse', 'boite du destinataire est pleine'],
    sample: 'smtp; 552 5.1.1 Boite du destinataire est pleine. Recipient overquota. OFR_417 [417]',
    source: ORANGE,
  },
  {
    id: 'orange/spam',
    reason: 'spamdetected',
    phrases: ['ofr 506', 'ofr 505', 'ofr 507', 'lpn007 506', 'mail rejete'],
    sample: 'smtp; 550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]',
    source: ORANGE,
  },
  {
    id: 'orange/refused',
    reason: 'blocked',
    phrases: [
      'ofr 999',
      'ofr 102',
      'ofr 103',
      'ofr 104',
      'ofr 105',
      'ofr 108',
      'ofr 300',
      'ofr 405',
      'lpn007 405',
      'service refuse',
    ],
    sample:
      'smtp; 421 mwinf5c ME Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR_999 [999]',
    source: ORANGE,
  },

  // Others with words or numbers of their own.
  {
    id: 'godaddy/sender',
    reason: 'rejected',
    phrases: ['ib506', 'ib501', 'ib502', 'ib504', 'from domain is invalid'],
    sample: 'smtp; 550 5.2.0 <shop@shop.example> From: Domain is invalid. Please provide a valid From: IB506',
    source: GODADDY,
  },
  {
    id: 'godaddy/rate',
    reason: 'ratelimited',
    phrases: ['ib102', 'ib104', 'ib105', 'ib106', 'ib112', 'ib212', 'ib213'],
    sample: 'smtp; 554 Too many connections. IB112',
    source: GODADDY,
  },
  {
    id: 'godaddy/blocked',
    reason: 'blocked',
    phrases: ['ib103', 'ib108', 'ib110', 'ib111', 'ib113', 'ib115', 'ib116', 'ib117', 'ib007'],
    sample:
      'smtp; 554 Connection refused. This IP has been reported on more than 99 Internet blacklists. IB007',
    source: GODADDY,
    more: { alternatives: ['ratelimited'] },
  },
  {
    id: 'tencent/rate',
    reason: 'ratelimited',
    phrases: [
      'ip frequency limited',
      'domain frequency limited',
      'connection frequency limited',
      'sender frequency limited',
    ],
    sample: 'smtp; 550 Ip frequency limited. http://service.mail.qq.com/cgi-bin/help?id=20022',
    source: TENCENT,
    more: { confidence: 'certain' },
  },
  {
    id: 'tencent/spam',
    reason: 'spamdetected',
    phrases: [
      'mail content denied',
      'suspected bounce attacks',
      'suspected spam ip',
      'the mail may contain inappropriate words or content',
    ],
    sample: 'smtp; 550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?id=1000726',
    source: TENCENT,
  },
  {
    id: 'facebook/recipient',
    reason: 'userunknown',
    phrases: ['rcp p1', 'rcp p2'],
    sample:
      'smtp; 550 5.1.1 RCP-P1 http://postmaster.facebook.com/response_codes Recipient address does not exist',
    source: FACEBOOK,
  },
  {
    id: 'facebook/filtered',
    reason: 'filtered',
    phrases: ['rcp p3', 'int p1', 'int p3', 'int p4'],
    sample: 'smtp; 550 5.1.1 INT-P3 Addressed to a group where posting is not allowed',
    source: FACEBOOK,
    more: { confidence: 'ambiguous', alternatives: ['rejected', 'userunknown'] },
  },
  {
    id: 'facebook/policy',
    reason: 'policyviolation',
    phrases: ['pol p1', 'pol p2', 'pol p3', 'pol p4', 'pol p5', 'pol p6', 'pol p7'],
    sample: 'smtp; 554 5.7.1 POL-P3 The message contains an attachment type that Facebook does not accept',
    source: FACEBOOK,
  },
  {
    id: 'zoho/policy',
    reason: 'policyviolation',
    phrases: ['email policy violation detected'],
    sample: 'smtp; 554 5.7.7 Email policy violation detected',
    source: ZOHO,
  },
  {
    id: 'cox/blocked',
    reason: 'blocked',
    phrases: ['cxbl', 'cxthrt', 'cxmj', 'cxcnct', 'cxsndr blocked', 'esmtp server refused'],
    sample: 'smtp; 554 cox too many bad commands CXBL',
    source: COX,
    more: { alternatives: ['ratelimited'] },
  },
  {
    id: 'spectrum/blocked',
    reason: 'blocked',
    phrases: ['aup out', 'aup in', 'aup i', 'aup o', 'charter com postmaster'],
    sample: 'smtp; 554 charter.net ESMTP server not available. AUP#In-1320',
    source: SPECTRUM,
    more: { confidence: 'ambiguous', alternatives: ['ratelimited', 'spamdetected'] },
  },
  {
    id: 'gmx/no-ptr',
    reason: 'requireptr',
    phrases: ['bad dns ptr resource record'],
    sample:
      'smtp; 554-gmx.net (mxgmx1) Nemesis ESMTP Service not available 554-No SMTP service 554-Bad DNS PTR resource record.',
    source: GMX,
    more: { confidence: 'certain' },
  },
  {
    id: 'gmx/blocked',
    reason: 'blocked',
    phrases: ['ip address is black listed', 'nemesis esmtp service not available'],
    sample:
      'smtp; 554-web.de (mxweb1) Nemesis ESMTP Service not available 554-No SMTP service 554-IP address is black listed.',
    source: GMX,
  },
];

/**
 * What the large mailbox providers and filter vendors say in words or numbers of their own, from their published
 * code lists. Ungated where the words are theirs alone: SES's events do not name the answering host.
 */
export const PROVIDER_RULES: readonly ReplyRule[] = ROWS.map((row) => ({
  confidence: 'likely',
  ...row.more,
  id: row.id,
  reason: row.reason,
  when: { ...row.more?.when, phrases: row.phrases },
  samples: [{ text: row.sample }] satisfies readonly Sample[],
  source: row.source,
}));
