import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import {
  addNoteContract,
  type NotesAnswer,
  removeNoteContract,
  showNotesContract,
} from '../../lib/contracts/note.ts';
import { addressTyped } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import { operatorOf } from '../operator.ts';
import type { Session } from '../session.ts';

interface NoteOptions {
  readonly text?: string;
  readonly movedTo?: string;
  readonly remove?: string;
  readonly clear?: boolean;
  readonly operator?: string;
}

/** `todoku note ADDRESS`: what operators left beside an address; with options, leaves a note or takes one back. */
export function noteCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--operator <name>')
    .argument('<address>')
    .option('--text <text>')
    .option('--moved-to <address>')
    .option('--remove <id>')
    .option('--clear')
    .action(async (typed: string, options: NoteOptions, self: Command) => {
      const context = contextOf(self, session);
      const answer = await ask(addressTyped(typed, context), options, context);
      if (context.options.json) context.printJson(answer);
      else printNotes(answer, context);
    });
}

async function ask(address: string, options: NoteOptions, context: CliContext): Promise<NotesAnswer> {
  const { text, movedTo, remove, clear } = options;
  const leaves = text !== undefined || movedTo !== undefined;
  if ([leaves, remove !== undefined, clear === true].filter(Boolean).length > 1) {
    throw new CliError({
      ja: 'メモを残す（--text、--moved-to）、取り消す（--remove）、すべて取り消す（--clear）は、どれか1つだけ指定してください。',
      en: 'leave a note (--text, --moved-to), take one back (--remove) or all (--clear): one of them at a time',
    });
  }
  if (!leaves && remove === undefined && !clear) return context.invoke(showNotesContract, { address });
  const operator = await operatorOf(options, context);
  if (!leaves) return context.invoke(removeNoteContract, { address, remove: remove ?? 'all', operator });
  return context.invoke(addNoteContract, {
    address,
    operator,
    ...(text !== undefined && { text }),
    ...(movedTo !== undefined && { movedTo: addressTyped(movedTo, context) }),
  });
}

function printNotes({ address, notes, left, removed }: NotesAnswer, context: CliContext): void {
  const { language, print, colors } = context;
  const japanese = language === 'ja';
  if (removed !== undefined) {
    const count = removed.length;
    print(japanese ? `メモを${count}件取り消しました。` : `Notes taken back: ${count}.`);
  }
  print(colors.bold(stripControls(address)));
  if (notes.length === 0) print(japanese ? 'メモはありません。' : 'No notes.');
  for (const { id, says } of notes) {
    print(`${stripControls(id)}${id === left ? ' *' : ''}  ${stripControls(says[language])}`);
  }
}
