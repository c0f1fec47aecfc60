import type { SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import type { CliContext } from './context.ts';
import { CliError } from './errors.ts';
import { LOCAL_CREDENTIALS, localState } from './local-state.ts';

/**
 * How SES itself is called: with the operator's own credentials, or, with `--local`, the local system's.
 *
 * @throws {CliError} where the local system has no SES.
 */
export function sesSettings(
  context: CliContext,
): Pick<SESv2ClientConfig, 'region' | 'profile' | 'endpoint' | 'credentials'> {
  const { region, profile } = context.options;
  if (!context.options.local) return { ...(region && { region }), ...(profile && { profile }) };
  const local = localState(context);
  if (local.sesEndpoint === undefined) {
    throw new CliError({
      ja: 'ローカル環境で SES が動いていません。「npm start」を実行し直してください。',
      en: 'the local system has no SES running: start it again with "npm start"',
    });
  }
  return {
    endpoint: local.sesEndpoint,
    region: local.region,
    credentials: LOCAL_CREDENTIALS,
  };
}
