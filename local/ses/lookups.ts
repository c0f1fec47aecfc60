import type * as z from 'zod';
import { domainOf, localPartOf } from '../../lib/address.ts';
import type { Identity } from './account.ts';
import type { LocalSes } from './engine.ts';
import { SesError } from './errors.ts';
import type { Call } from './operation.ts';
import { pagedRequest, read } from './requests.ts';

/** Which page is asked for: in the body, as the SDK does, or in the query, as the AWS CLI does. */
export function pageAsked({ query, body }: Pick<Call, 'query' | 'body'>): z.infer<typeof pagedRequest> {
  return read(pagedRequest, { ...Object.fromEntries(query), ...Object(body) });
}

/** A page of a short list, with the index of the next as its token. */
export function paged<T>(
  request: { readonly NextToken?: string | undefined; readonly PageSize?: number | undefined },
  key: string,
  all: readonly T[],
  show: (one: T) => unknown,
): Record<string, unknown> {
  const start = request.NextToken === undefined ? 0 : Number(request.NextToken.replace(/^at-/, ''));
  if (!Number.isInteger(start) || start < 0 || start > all.length) {
    throw new SesError('InvalidNextTokenException', 'The specified request includes an invalid token.');
  }
  const end = start + (request.PageSize ?? 100);
  return {
    [key]: all.slice(start, end).map(show),
    NextToken: end < all.length ? `at-${end}` : undefined,
  };
}

/** GetEmailIdentity's answer: Easy DKIM in order and no custom MAIL FROM, unless the identity says otherwise. */
export function identityAnswer(ses: LocalSes, name: string): Record<string, unknown> {
  const identity = ses.identities.find((one) => one.name === name);
  if (identity === undefined) {
    throw new SesError('NotFoundException', `Email identity ${name} does not exist.`);
  }
  return {
    IdentityType: name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
    FeedbackForwardingStatus: identity.feedbackForwarding !== false,
    VerifiedForSendingStatus: identity.verified !== false,
    VerificationStatus: identity.verified === false ? 'PENDING' : 'SUCCESS',
    DkimAttributes: identity.dkim ?? easyDkim(identity),
    MailFromAttributes: identity.mailFrom,
    ConfigurationSetName: identity.configurationSet,
    Policies: {},
    Tags: [],
  };
}

function easyDkim(identity: Identity): Record<string, unknown> {
  const stem = Buffer.from(identity.name).toString('hex').slice(0, 12).padEnd(12, '0');
  return {
    SigningEnabled: true,
    Status: 'SUCCESS',
    Tokens: ['a', 'b', 'c'].map((letter) => `${letter}${stem}`),
    SigningHostedZone: 'dkim.amazonses.com',
    SigningAttributesOrigin: 'AWS_SES',
    NextSigningKeyLength: 'RSA_2048_BIT',
    CurrentSigningKeyLength: 'RSA_2048_BIT',
  };
}

/** RFC 5322's dot-atom. */
const DOT_ATOM = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

/** GetEmailAddressInsights' answer, from the mailbox table: HIGH is "very probably so". */
export function addressInsights(ses: LocalSes, address: string): Record<string, unknown> {
  const mailbox = ses.mailboxes.get(address);
  const verdict = (yes: boolean): Record<string, string> => ({ ConfidenceVerdict: yes ? 'HIGH' : 'LOW' });
  // "Proper RFC standards": what docomo and au issued before 2009 fails here although the mailboxes are real.
  const syntax = DOT_ATOM.test(localPartOf(address)) && domainOf(address).includes('.');
  const exists = syntax && mailbox.domainExists && mailbox.exists;
  return {
    MailboxValidation: {
      IsValid: verdict(exists),
      Evaluations: {
        HasValidSyntax: verdict(syntax),
        HasValidDnsRecords: verdict(syntax && mailbox.domainExists),
        MailboxExists: verdict(exists),
        IsRoleAddress: verdict(
          ['info', 'sales', 'postmaster', 'admin'].includes(localPartOf(address).toLowerCase()),
        ),
        IsDisposable: verdict(false),
        IsRandomInput: verdict(false),
      },
    },
  };
}
