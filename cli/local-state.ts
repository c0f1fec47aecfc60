import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Bilingual } from '../lib/text.ts';
import { CliError } from './errors.ts';
import type { Session } from './session.ts';

/** Where `npm start` says how it is reached, relative to the folder it runs in. */
export const LOCAL_STATE_FILE = '.todoku/local.json';

/** What the local system tells the command line about itself; absent parts are not running. */
const localStateSchema = z.object({
  lambdaEndpoint: z.string(),
  region: z.string(),
  sesEndpoint: z.string().optional(),
  stsEndpoint: z.string().optional(),
  dnsServer: z.string().optional(),
  snsEndpoint: z.string().optional(),
  sqsEndpoint: z.string().optional(),
  cloudWatchEndpoint: z.string().optional(),
});

/** See {@link localStateSchema}. */
export type LocalState = z.infer<typeof localStateSchema>;

/** What is said where `--local` finds nothing to talk to. */
const LOCAL_NOT_RUNNING: Bilingual = {
  ja: 'ローカル環境が起動していません。このフォルダーで「npm start」を実行してください。',
  en: 'the local system is not running here: start it with "npm start" in this folder',
};

/**
 * How the local system is reached: that of this folder, else that of the program's own, so that a command with
 * `--local` works from any folder.
 *
 * @throws {CliError} where none is running.
 */
export function localState(session: Pick<Session, 'file' | 'io'>): LocalState {
  return localStateSchema.parse(JSON.parse(readFileSync(localStatePath(session), 'utf8')));
}

/** The file that {@link localState} reads. @throws {CliError} where none is running. */
export function localStatePath({ file, io }: Pick<Session, 'file' | 'io'>): string {
  const paths = [
    file(LOCAL_STATE_FILE).path,
    ...(io.home === undefined ? [] : [join(io.home, LOCAL_STATE_FILE)]),
  ];
  const path = paths.find((each) => existsSync(each));
  if (path === undefined) throw new CliError(LOCAL_NOT_RUNNING);
  return path;
}

/** Credentials for the local system, which looks at none. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
