import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { stripControls } from '../../lib/address.ts';
import type { Bilingual } from '../../lib/text.ts';
import { saying, wrongFields } from '../../lib/wrong-fields.ts';
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
  region: z.string().refine(
    (text) => /^[a-z]{2,4}(-[a-z]{3,12}){1,3}-\d{1,2}$/.test(text),
    saying({
      ja: 'ap-northeast-1 のようなAWSのリージョンで指定してください',
      en: 'not an AWS Region, such as ap-northeast-1',
    }),
  ),
  stage: z
    .string()
    .refine(
      (text) => /^[A-Za-z0-9-]{1,40}$/.test(text),
      saying({
        ja: '40文字以内の英数字とハイフンで指定してください',
        en: 'a stage has letters, digits and hyphens, 40 at most',
      }),
    )
    .default('prod'),
  /** A local Lambda server on this machine: for tests and local use. */
  endpoint: z
    .url({ protocol: /^http$/ })
    .refine(
      (url) => LOOPBACK.has(new URL(url).hostname),
      saying({
        ja: 'このマシンのサーバー（http://127.0.0.1:ポート）だけを指定できます',
        en: 'only a server on this machine: http://127.0.0.1:PORT',
      }),
    )
    .optional(),
});

/** One deployment of a fleet. */
export type FleetTarget = z.infer<typeof targetSchema>;

const fileSchema = z
  .array(targetSchema)
  .max(MAXIMUM_TARGETS)
  .refine((list) => list.length > 0, saying({ ja: '対象がありません', en: 'names no target' }));

/**
 * Reads a file of targets, JSON or YAML: a list of `name`, `profile`, `region` and `stage`.
 *
 * @throws {CliError} naming the wrong places: unknown keys, names given twice, one deployment given twice.
 */
export async function readTargets(file: NamedFile): Promise<FleetTarget[]> {
  const name = stripControls(file.name);
  let text: string;
  try {
    text = await readFile(file.path, 'utf8');
  } catch (error) {
    throw cannotRead(file.name, error);
  }
  const value = parse(text, name);
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const ja = wrongTargets(parsed.error, value, (number) => `${number}件目`).ja;
    const en = wrongTargets(parsed.error, value, (number) => `target ${number}`).en;
    throw new CliError({
      ja: `${name} は対象の一覧として読み取れません。${stripControls(ja)}`,
      en: `${name} is no list of targets: ${stripControls(en)}`,
    });
  }
  refuseRepeated(parsed.data, name);
  return parsed.data;
}

/** What is wrong, each target called by its number in the file, the first being 1. */
function wrongTargets(error: z.ZodError, value: unknown, label: (number: number) => string): Bilingual {
  if (!Array.isArray(value)) return wrongFields(error, value);
  const issues = error.issues.map((issue) => {
    const [index, ...path] = issue.path;
    return typeof index === 'number' ? { ...issue, path: [label(index + 1), ...path] } : issue;
  });
  return wrongFields(
    { issues },
    Object.fromEntries(value.map((target, index) => [label(index + 1), target])),
  );
}

function parse(text: string, name: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  // The message quotes the file: its first line says what and where.
  if (error) {
    const line = error.linePos?.[0].line;
    throw new CliError({
      ja: `${name} をJSONまたはYAMLとして読み取れません${line === undefined ? '' : `（${line}行目）`}。`,
      en: `${name}: ${stripControls(error.message.split('\n')[0] ?? '')}`,
    });
  }
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new CliError(
      {
        ja: `${name} のYAMLの別名（*）を展開できません。別名を使わずに書いてください。`,
        en: `${name}: ${stripControls(cause instanceof Error ? cause.message : String(cause))}`,
      },
      { cause },
    );
  }
}

/** A deployment named twice would be counted twice, a name used twice could not be told apart. */
function refuseRepeated(targets: readonly FleetTarget[], file: string): void {
  const seen = new Map<string, string>();
  for (const target of targets) {
    const { name, profile = '', region, stage, endpoint = '' } = target;
    for (const [key, what] of [
      [`name\n${name}`, { ja: `名前「${stripControls(name)}」`, en: `the name "${stripControls(name)}"` }],
      [
        `deployment\n${profile}\n${region}\n${stage}\n${endpoint}`,
        { ja: 'プロファイル、リージョン、ステージ', en: 'the same profile, region and stage' },
      ],
    ] as const) {
      const before = seen.get(key);
      if (before !== undefined) {
        const [first, second] = [stripControls(before), stripControls(name)];
        throw new CliError({
          ja: `${file}：「${first}」と「${second}」の${what.ja}が重複しています。`,
          en: `${file}: "${first}" and "${second}" have ${what.en}`,
        });
      }
      seen.set(key, name);
    }
  }
}
