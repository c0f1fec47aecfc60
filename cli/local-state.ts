import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Bilingual } from '../lib/text.ts';
import { CliError } from './errors.ts';
import type { Session } from './session.ts';

/** Where `npm start` says how it is reached, relative to the folder it was started in. */
export const LOCAL_STATE_FILE = '.todoku/local.json';

/** What the local system tells the command line about itself; absent parts are not running. */
const localStateSchema = z.object({
  lambdaEndpoint: z.string(),
  region: z.string(),
  sesEndpoint: z.string().optional(),
  stsEndpoint: z.string().optional(),
  dnsServer: z.string().optional(),
});

/** See {@link localStateSchema}. */
export type LocalState = z.infer<typeof localStateSchema>;

/** What is said where `--local` finds nothing to talk to. */
export const LOCAL_NOT_RUNNING: Bilingual = {
  ja: 'ローカル環境が起動していません。このフォルダーで「npm start」を実行してください。',
  en: 'the local system is not running here: start it with "npm start" in this folder',
};

/** How the local system of this folder is reached. @throws {CliError} where none is running. */
export function localState({ file }: Pick<Session, 'file'>): LocalState {
  const { path } = file(LOCAL_STATE_FILE);
  if (!existsSync(path)) throw new CliError(LOCAL_NOT_RUNNING);
  return localStateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Credentials for the local system, which looks at none. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
