import { randomBytes } from 'node:crypto';
import {
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  ParameterVersionNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { ForgetKey, KeyVersion } from './forgetting.ts';

/**
 * The key of the hashes in a SecureString of Systems Manager, which CloudFormation cannot create: the first forgetting
 * does. Read by its version, so that a value written over it later loses nothing (Systems Manager keeps 100 versions).
 */

/** Bytes of a key: as many as the hash has. */
const KEY_BYTES = 32;

/** The key under a parameter's name. Each version is read once. */
export function ssmForgetKey(client: () => SSMClient, name: string): ForgetKey {
  const known = new Map<number, Uint8Array>();

  async function parameter(selector: string): Promise<KeyVersion | undefined> {
    try {
      const { Parameter: found } = await client().send(
        new GetParameterCommand({ Name: selector, WithDecryption: true }),
      );
      if (found?.Value === undefined || found.Version === undefined) return undefined;
      return { version: found.Version, bytes: Buffer.from(found.Value, 'base64') };
    } catch (error) {
      if (error instanceof ParameterNotFound || error instanceof ParameterVersionNotFound) return undefined;
      throw error;
    }
  }

  return {
    async read(version) {
      const bytes = known.get(version) ?? (await parameter(`${name}:${version}`))?.bytes;
      if (bytes !== undefined) known.set(version, bytes);
      return bytes;
    },
    async make() {
      try {
        await client().send(
          new PutParameterCommand({
            Name: name,
            Type: 'SecureString',
            Value: randomBytes(KEY_BYTES).toString('base64'),
            Description:
              'todoku: tells forgotten addresses. Keep it: without it complaints of forgotten people protect nobody.',
            Overwrite: false,
          }),
        );
      } catch (error) {
        // Somebody else made it in this moment: theirs is the key.
        if (!(error instanceof ParameterAlreadyExists)) throw error;
      }
      const present = await parameter(name);
      if (present === undefined)
        throw new Error(`Systems Manager does not have ${name}, which it was just given`);
      return present;
    },
  };
}
