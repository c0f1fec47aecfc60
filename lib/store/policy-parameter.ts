import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import type { PolicyParameter } from '../policy/configuration.ts';

/** The policy's overrides in a parameter of Systems Manager (String, or SecureString where the role may decrypt). */
export function ssmPolicyParameter(client: SSMClient, name: string): PolicyParameter {
  return {
    name,
    async read() {
      try {
        const { Parameter: found } = await client.send(
          new GetParameterCommand({ Name: name, WithDecryption: true }),
        );
        if (found?.Value === undefined) throw new Error(`Systems Manager answered ${name} without a value`);
        return {
          text: found.Value,
          ...(found.Version !== undefined && { version: found.Version }),
          ...(found.LastModifiedDate && { changedAt: found.LastModifiedDate.toISOString() }),
        };
      } catch (error) {
        if (error instanceof ParameterNotFound) return undefined;
        throw error;
      }
    },
  };
}
