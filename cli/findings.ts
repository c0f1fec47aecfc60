import { stripControls } from '../lib/address.ts';
import { shellWord } from '../lib/shell-word.ts';
import type { Bilingual } from '../lib/text.ts';
import { type CliContext, followUp } from './context.ts';
import { wrapped } from './wrap.ts';

/** A finding with its commands, as every command shows it. */
export interface ShownFinding {
  readonly severity: 'problem' | 'note';
  readonly text: Bilingual;
  /** Those of todoku begin with `todoku `. */
  readonly commands: readonly string[];
}

/** Prints a finding, and the commands for the deployment that this command was called for. */
export function printFinding({ severity, text, commands }: ShownFinding, context: CliContext): void {
  const { language, print, colors, columns } = context;
  const mark = severity === 'problem' ? colors.red('!') : colors.yellow('-');
  const lines = wrapped(stripControls(text[language]), columns(), '  ');
  print(`${mark} ${lines.join('\n')}`);
  for (const command of commands) print(`    ${commandFor(command, context)}`);
}

/** A finding's command as it is to be typed for the deployment that this command was called for. */
export function commandFor(command: string, context: Pick<CliContext, 'options' | 'io'>): string {
  if (command.startsWith('todoku ')) return followUp(command.slice('todoku '.length), context);
  const { profile } = context.options;
  return profile === undefined ? command : `${command} --profile ${shellWord(profile)}`;
}
