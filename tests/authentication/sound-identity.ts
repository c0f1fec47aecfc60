import { generateKeyPairSync } from 'node:crypto';
import type { Identity } from '../../lib/authentication/identities/identity.ts';

/** A domain identity in order, as the tests of the audit begin with. */

export const D = 'shop.example';
export const MF = `bounce.${D}`;
export const HOSTED = 'dkim.amazonses.com';
export const FEEDBACK = '10 feedback-smtp.ap-northeast-1.amazonses.com';
export const TOKENS = ['tokaaa', 'tokbbb', 'tokccc'] as const;

/** A public key as a DKIM record holds it. */
export function keyOf(modulusLength: number): string {
  return generateKeyPairSync('rsa', { modulusLength })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');
}

export const IDENTITY: Identity = {
  name: D,
  type: 'DOMAIN',
  verifiedForSending: true,
  verificationStatus: 'SUCCESS',
  dkim: {
    signingEnabled: true,
    status: 'SUCCESS',
    tokens: TOKENS,
    signingHostedZone: HOSTED,
    origin: 'AWS_SES',
    currentKeyLength: 'RSA_2048_BIT',
  },
  mailFrom: { domain: MF, status: 'SUCCESS', onMxFailure: 'REJECT_MESSAGE' },
};
