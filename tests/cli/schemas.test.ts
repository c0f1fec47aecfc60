import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { JSON_ANSWERS } from '../../cli/json-answers.ts';
import { createProgram, EVERY } from '../../cli/program.ts';
import { openSession } from '../../cli/session.ts';
import { SCHEMAS, schemaFiles, schemasThere } from '../../scripts/schemas.ts';
import { capturedIo } from '../support/cli.ts';

/** docs/schemas. That commands print what it says is held wherever a test runs one with --json (tests/support/cli.ts). */

it('the schemas are what the script makes (npm run schemas)', () => {
  const files = schemaFiles();
  expect(schemasThere().toSorted()).toEqual([...files.keys()].toSorted());
  for (const [name, text] of files) expect(readFileSync(join(SCHEMAS, name), 'utf8'), name).toBe(text);
});

it('every command that takes --json has one', async () => {
  const takingJson = (made: Command, name = ''): string[] =>
    made.commands.length === 0
      ? made.options.some(({ long }) => long === '--json')
        ? [name]
        : []
      : made.commands.flatMap((each) => takingJson(each, `${name} ${each.name()}`.trim()));
  const program = await createProgram(openSession([], capturedIo().io), EVERY);
  expect(takingJson(program).toSorted()).toEqual(Object.keys(JSON_ANSWERS).toSorted());
});

it('no schema takes just anything', () => {
  for (const [name, text] of schemaFiles()) {
    const { anyOf = [JSON.parse(text)] } = JSON.parse(text);
    for (const each of anyOf) expect(each.required ?? each.anyOf, name).not.toEqual([]);
    for (const each of anyOf) expect(each.required ?? each.anyOf, name).toBeDefined();
  }
});
