import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { schemaFiles } from '../../scripts/schemas.ts';

/** Holds what commands print with `--json` to docs/schemas, as a program that reads both would. */

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
const files = schemaFiles();
const made = new Map<string, ValidateFunction>();

/** The schema of the command that these words call; undefined for one without. */
function schemaOf(args: readonly string[]): ValidateFunction | undefined {
  const [first = '', second = ''] = args;
  // The subcommand that is meant where none is named.
  const names = [`${first}-${second}`, first, `${first}-list`, `${first}-show`].map((name) => `${name}.json`);
  const name = names.find((each) => files.has(each));
  if (name === undefined) return undefined;
  const known = made.get(name) ?? ajv.compile(JSON.parse(files.get(name) ?? ''));
  made.set(name, known);
  return known;
}

/** Fails where a command that was asked for JSON printed something that its schema does not describe. */
export function holdToSchema(args: readonly string[], stdout: string): void {
  if (!args.includes('--json') || stdout === '') return;
  const validate = schemaOf(args);
  const lines = args[0] === 'diagnose' ? stdout.trim().split('\n') : [stdout];
  for (const line of lines) {
    if (validate?.(JSON.parse(line))) continue;
    expect.fail(
      `todoku ${args.join(' ')} printed what docs/schemas does not describe: ${ajv.errorsText(validate?.errors)}`,
    );
  }
}
