import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { COMMANDS } from '../cli/commands.ts';
import { JSON_ANSWERS } from '../cli/json-answers.ts';
import { DETAIL_TYPES, EVENT_SCHEMAS } from '../lib/notices/events.ts';

/**
 * Makes docs/schemas: what each command prints with `--json`, and what each event says, as JSON Schema (2020-12). Run by
 * `npm run schemas`.
 */

/** Where the schemas are. */
export const SCHEMAS = fileURLToPath(new URL('../docs/schemas/', import.meta.url));

/** Every file of {@link SCHEMAS} by its name, as it has to be. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const ofCommands = Object.entries(JSON_ANSWERS).map(([command, answer]): [string, string] => {
    const head = { title: `todoku ${command} --json`, description: COMMANDS[command]?.is.en };
    return [`${command.replaceAll(' ', '-')}.json`, written(head, answer)];
  });
  const ofEvents = Object.entries(EVENT_SCHEMAS).map(([kind, detail]): [string, string] => {
    const title = DETAIL_TYPES[kind as keyof typeof DETAIL_TYPES];
    return [`events/${kind}.json`, written({ title }, detail)];
  });
  return new Map([...ofCommands, ...ofEvents]);
}

function written(head: object, answer: z.ZodType): string {
  const { $schema, ...schema } = z.toJSONSchema(answer, {
    // Leaves further fields alone, as answers of other versions have them.
    io: 'input',
    override: ({ jsonSchema }) => {
      // Of the type in TypeScript; it says nothing of what is printed.
      delete jsonSchema.readOnly;
      // The format says it; the pattern beside it is a line that nobody reads.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return laidOut({ $schema, ...head, ...schema });
}

/** The names of the files that are there. */
export function schemasThere(): readonly string[] {
  const names = readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.json'));
}

/** A schema as text, its innermost objects and lists on one line. */
function laidOut(schema: object): string {
  const flat = (part: string) => part.replaceAll(/\s*\n\s*/g, ' ');
  return `${JSON.stringify(schema, null, 1).replaceAll(/\{[^{}[\]]*\}|\[[^{}[\]]*\]/g, flat)}\n`;
}

if (import.meta.main) {
  const files = schemaFiles();
  mkdirSync(join(SCHEMAS, 'events'), { recursive: true });
  for (const name of schemasThere()) if (!files.has(name)) rmSync(join(SCHEMAS, name));
  for (const [name, text] of files) writeFileSync(join(SCHEMAS, name), text);
}
