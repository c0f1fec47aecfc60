import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { stripControls } from '../../lib/address.ts';
import { CliError, cannotRead } from '../errors.ts';
import type { NamedFile } from '../session.ts';

/** Targets of one file, at most: more are several teams' work. */
const MAXIMUM_TARGETS = 500;
/** Hosts an `endpoint` may name: it gets no credentials, so it must not be anywhere an address could leak to. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

const targetSchema = z.strictObject({
  /** How the target is called in results. */
  name: z.string().trim().min(1).max(60),
  /** AWS profile; the environment's credentials when absent. */
  profile: z.string().trim().min(1).max(128).optional(),
  /** The suppression list is per Region, so it is never left to a default. */
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]{3,12}){1,3}-\d{1,2}$/, 'not an AWS Region, such as ap-northeast-1'),
  stage: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,40}$/, 'a stage has letters, digits and hyphens')
    .default('prod'),
  /** A local Lambda server on this machine: for tests and local use. */
  endpoint: z
    .url({ protocol: /^http$/ })
    .refine(
      (url) => LOOPBACK.has(new URL(url).hostname),
      'only a server on this machine: http://127.0.0.1:PORT',
    )
    .optional(),
});

/** One deployment of a fleet. */
export type FleetTarget = z.infer<typeof targetSchema>;

const fileSchema = z.array(targetSchema).min(1, 'names no target').max(MAXIMUM_TARGETS);

/**
 * Reads a file of targets, JSON or YAML: a list of `name`, `profile`, `region` and `stage`.
 *
 * @throws {CliError} naming every wrong place: unknown keys, names given twice, one deployment given twice.
 */
export async function readTargets(file: NamedFile): Promise<FleetTarget[]> {
  const name = stripControls(file.name);
  let text: string;
  try {
    text = await readFile(file.path, 'utf8');
  } catch (error) {
    throw cannotRead(file.name, error);
  }
  const parsed = fileSchema.safeParse(parse(text, name));
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 20).map((issue) => {
      const [index, ...path] = issue.path;
      const where =
        index === undefined
          ? ''
          : `target ${Number(index) + 1}${path.map((key) => `.${String(key)}`).join('')}: `;
      return `  ${where}${stripControls(issue.message)}`;
    });
    throw new CliError(`${name} is no list of targets:\n${issues.join('\n')}`);
  }
  refuseRepeated(parsed.data, name);
  return parsed.data;
}

function parse(text: string, name: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  // The message quotes the file: its first line says what and where.
  if (error) throw new CliError(`${name}: ${stripControls(error.message.split('\n')[0] ?? '')}`);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new CliError(`${name}: ${stripControls(cause instanceof Error ? cause.message : String(cause))}`, {
      cause,
    });
  }
}

/** A deployment named twice would be counted twice, a name used twice could not be told apart. */
function refuseRepeated(targets: readonly FleetTarget[], file: string): void {
  const seen = new Map<string, string>();
  for (const target of targets) {
    const { name, profile = '', region, stage, endpoint = '' } = target;
    for (const [key, what] of [
      [`name\n${name}`, `the name "${stripControls(name)}"`],
      [`deployment\n${profile}\n${region}\n${stage}\n${endpoint}`, 'the same profile, region and stage'],
    ] as const) {
      const before = seen.get(key);
      if (before !== undefined) {
        throw new CliError(`${file}: "${stripControls(before)}" and "${stripControls(name)}" have ${what}`);
      }
      seen.set(key, name);
    }
  }
}
