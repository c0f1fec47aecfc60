import {
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  ListRecommendationsCommand,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import * as z from 'zod';
import { Refusal } from '../../refusal.ts';
import { wrongFields } from '../../wrong-fields.ts';
import type { Identity, Recommendation } from './identity.ts';

/** The account's sending identities, read from SES at its rate. */

/** Where identities come from. */
export interface IdentitySource {
  /** Names of all identities, or of those asked for. */
  names(): Promise<readonly string[]>;
  identity(name: string): Promise<Identity>;
  /** SES's own open recommendations on authentication; empty where the account has none. */
  recommendations(): Promise<readonly Recommendation[]>;
}

/** Waits until the next call to SES is due (one request a second for everything but sending). */
export type Pace = () => Promise<void>;

/** Thrown when SES answers in a shape this code does not know: better no audit than a wrong one. */
export class UnexpectedSesAnswerError extends Refusal {
  override readonly name = 'UnexpectedSesAnswerError';
  override readonly code = 'unexpected-ses-answer';
}

const text = z.string().max(2000);

const identitySchema = z.object({
  IdentityType: text.optional(),
  VerifiedForSendingStatus: z.boolean().optional(),
  VerificationStatus: text.optional(),
  ConfigurationSetName: text.optional(),
  VerificationInfo: z.object({ ErrorType: text.optional() }).optional(),
  DkimAttributes: z
    .object({
      SigningEnabled: z.boolean().optional(),
      Status: text.optional(),
      Tokens: z.array(text).max(20).optional(),
      SigningHostedZone: text.optional(),
      SigningAttributesOrigin: text.optional(),
      CurrentSigningKeyLength: text.optional(),
    })
    .optional(),
  MailFromAttributes: z
    .object({
      MailFromDomain: text.optional(),
      MailFromDomainStatus: text.optional(),
      BehaviorOnMxFailure: text.optional(),
    })
    .optional(),
});

/**
 * SES's description of an identity (a GetEmailIdentity answer) as the audit reads it.
 *
 * @throws {UnexpectedSesAnswerError} when the answer has another shape.
 */
export function identityFrom(name: string, answer: unknown): Identity {
  const parsed = identitySchema.safeParse(answer);
  if (!parsed.success) {
    const wrong = wrongFields(parsed.error, answer);
    throw new UnexpectedSesAnswerError({
      ja: `${name} についての SES の応答（GetEmailIdentity）が想定した形式ではありません（${wrong.ja}）。todoku を新しいバージョンに更新してください。`,
      en: `SES's answer on ${name} (GetEmailIdentity) is not of the form expected (${wrong.en}): bring todoku up to date`,
    });
  }
  const { DkimAttributes: dkim, MailFromAttributes: mailFrom, ...rest } = parsed.data;
  const domain = mailFrom?.MailFromDomain;
  return {
    name,
    type: rest.IdentityType ?? (name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN'),
    verifiedForSending: rest.VerifiedForSendingStatus ?? false,
    verificationStatus: rest.VerificationStatus,
    errorType: rest.VerificationInfo?.ErrorType,
    configurationSet: rest.ConfigurationSetName || null,
    dkim: {
      signingEnabled: dkim?.SigningEnabled ?? false,
      status: dkim?.Status,
      tokens: dkim?.Tokens ?? [],
      signingHostedZone: dkim?.SigningHostedZone,
      origin: dkim?.SigningAttributesOrigin,
      currentKeyLength: dkim?.CurrentSigningKeyLength,
    },
    mailFrom:
      domain === undefined || domain === ''
        ? undefined
        : {
            domain: domain.toLowerCase(),
            status: mailFrom?.MailFromDomainStatus,
            onMxFailure: mailFrom?.BehaviorOnMxFailure,
          },
  };
}

/** Kinds of recommendation that belong to this audit. */
const AUTHENTICATION_TYPES = new Set(['DKIM', 'DMARC', 'SPF', 'BIMI']);

/** The identities of an account through the SES v2 API; `pace` is awaited before every call. */
export function sesIdentities(client: SESv2Client, pace: Pace): IdentitySource {
  return {
    async names() {
      const names: string[] = [];
      let token: string | undefined;
      do {
        await pace();
        const page = await client.send(new ListEmailIdentitiesCommand({ PageSize: 1000, NextToken: token }));
        for (const { IdentityName } of page.EmailIdentities ?? []) {
          if (IdentityName !== undefined) names.push(IdentityName);
        }
        token = page.NextToken;
      } while (token !== undefined && token !== '');
      return names;
    },

    async identity(name) {
      await pace();
      return identityFrom(name, await client.send(new GetEmailIdentityCommand({ EmailIdentity: name })));
    },

    async recommendations() {
      const found: Recommendation[] = [];
      let token: string | undefined;
      do {
        await pace();
        const page = await client.send(
          new ListRecommendationsCommand({ Filter: { STATUS: 'OPEN' }, PageSize: 100, NextToken: token }),
        );
        for (const { ResourceArn, Type, Impact, Description } of page.Recommendations ?? []) {
          if (Type === undefined || !AUTHENTICATION_TYPES.has(Type)) continue;
          // arn:aws:ses:<region>:<account>:identity/<name>
          const identity = ResourceArn?.slice(ResourceArn.indexOf('/') + 1) ?? '';
          found.push({ identity, type: Type, impact: Impact ?? '?', description: Description ?? '' });
        }
        token = page.NextToken;
      } while (token !== undefined && token !== '');
      return found;
    },
  };
}
