import { stripControls } from '../lib/address.ts';
import { isLanguage, type Language } from '../lib/text.ts';
import { CliError } from './errors.ts';
import type { Io } from './io.ts';

/** The language of a command line, also of one that cannot be understood: `--lang` as far as it names one. */
export function languageOfArguments(given: readonly string[], env: Io['env']): Language {
  const at = given.indexOf('--lang');
  const named =
    at >= 0 ? given[at + 1] : given.find((each) => each.startsWith('--lang='))?.slice('--lang='.length);
  const known = [named, env.TODOKU_LANG].find((each) => each !== undefined && isLanguage(each));
  return known !== undefined && isLanguage(known) ? known : languageOfTerminal(env);
}

/**
 * `--lang`, else TODOKU_LANG, else English where the terminal is set to it, else Japanese.
 *
 * @throws {CliError} for a language that is neither.
 */
export function languageOf(option: string | undefined, env: Io['env']): Language {
  const wanted = option ?? env.TODOKU_LANG;
  if (wanted !== undefined) {
    if (!isLanguage(wanted)) {
      const name = stripControls(wanted);
      throw new CliError({
        ja: `言語「${name}」はありません。ja または en を指定してください。`,
        en: `unknown language "${name}": ja or en`,
      });
    }
    return wanted;
  }
  return languageOfTerminal(env);
}

function languageOfTerminal(env: Io['env']): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return locale.startsWith('en') ? 'en' : 'ja';
}
