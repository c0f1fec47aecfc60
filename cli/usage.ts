import type { Command } from 'commander';
import { stripControls } from '../lib/address.ts';
import { failureCodeOf } from './command.ts';
import type { OutputStream } from './io.ts';
import { isPaged } from './pager.ts';
import type { Session } from './session.ts';
import { EXPECTED_VALUES } from './values.ts';

/** What is said of a command line that names no command, or not what it needs: commander's words, in both languages. */

/**
 * commander's messages (15.1, `lib/command.js`, each method that calls `error`) and how they read in Japanese. A
 * message that none of them reads is shown as it is.
 */
const MESSAGES: readonly (readonly [RegExp, (...parts: readonly string[]) => string])[] = [
  [/^error: missing required argument '(.+?)'$/, (name) => `引数「${name}」が必要です。`],
  [/^error: option '(.+?)' argument missing$/, (flags) => `オプション「${flags}」に値がありません。`],
  [/^error: required option '(.+?)' not specified$/, (flags) => `オプション「${flags}」の指定が必要です。`],
  [
    /^error: option '(.+?)' cannot be used with option '(.+?)'$/,
    (one, other) => `オプション「${one}」と「${other}」は同時に指定できません。`,
  ],
  [/^error: unknown option '(.+)'$/, (flag) => `オプション「${flag}」はありません。`],
  [/^error: unknown command '(.+)'$/, (name) => `コマンド「${name}」はありません。`],
  [
    /^error: too many arguments(?: for '.+?')?\. Expected (\d+) arguments? but got (\d+)(?:: [\s\S]*)?$/,
    (expected, got) => `引数が多すぎます（${expected}個までのところ、${got}個あります）。`,
  ],
  [
    /^error: option '(.+?)' argument '([\s\S]*)' is invalid\. Allowed choices are (.+)\.$/,
    (flags, given, choices) =>
      `オプション「${flags}」に「${given}」は指定できません。使えるのは ${choices} です。`,
  ],
  [
    /^error: command-argument value '([\s\S]*)' is invalid for argument '(.+?)'\. Allowed choices are (.+)\.$/,
    (given, name, choices) => `引数「${name}」に「${given}」は指定できません。使えるのは ${choices} です。`,
  ],
  [
    /^error: option '(.+?)' argument '([\s\S]*)' is invalid\. ([\s\S]+)$/,
    (flags, given, expected) =>
      `オプション「${flags}」に「${given}」は指定できません。${japaneseOf(expected)}を指定してください。`,
  ],
];

/** What a value should have been, in Japanese. */
function japaneseOf(expected = ''): string {
  return Object.values(EXPECTED_VALUES).find(({ en }) => en === expected)?.ja ?? expected;
}

/** The suggestion commander puts below a message. */
const SUGGESTION = /\n\(Did you mean (?:one of )?(.+?)\?\)$/;

/** A message of commander's about a command line, in Japanese. */
export function usageErrorInJapanese(message: string): string {
  const whole = message.trimEnd();
  const suggestion = SUGGESTION.exec(whole);
  const text = whole.replace(SUGGESTION, '');
  for (const [pattern, words] of MESSAGES) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const close = suggestion === null ? '' : `\n（もしかして：${suggestion[1]}）`;
    return `エラー：${words(...found.slice(1).map((part) => part ?? ''))}${close}`;
  }
  return whole;
}

/** Thrown where commander would end the process: help was shown, or the command line was refused. */
export class Ended extends Error {
  override readonly name = 'Ended';
  /** What the command line ends with. */
  readonly code: number;

  constructor(code: number) {
    super(`ended with ${code}`);
    this.code = code;
  }
}

/**
 * Makes every command write to the session, say what is wrong with a command line in the language asked for, and end
 * with its own code for what could not be carried out. Commands handed to `addCommand` inherit no such setting, so
 * each gets it.
 */
export function hearUsageErrors(made: Command, session: Session): void {
  const { io, language } = session;
  const widthOf = ({ isTTY, columns }: OutputStream) => (isTTY ? columns : undefined);
  made.configureOutput({
    // The help, and the version, which is never longer than a screen.
    writeOut: (text) => isPaged(text, io) || io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    // Absent widths are 80 columns; our help has no colours.
    getOutHelpWidth: () => widthOf(io.stdout) ?? 80,
    getErrHelpWidth: () => widthOf(io.stderr) ?? 80,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    outputError: (message) =>
      session.printError(shown(language === 'ja' ? usageErrorInJapanese(message) : message.trimEnd())),
  });
  made.exitOverride(({ exitCode }) => {
    throw new Ended(exitCode === 0 ? 0 : failureCodeOf(made));
  });
  for (const each of made.commands) hearUsageErrors(each, session);
}

/** What was typed may hold anything; the line break before a suggestion is commander's own. */
function shown(message: string): string {
  return message.split('\n').map(stripControls).join('\n');
}
