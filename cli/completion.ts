import { readdir } from 'node:fs/promises';
import type { Command, Option } from 'commander';
import type { Session } from './session.ts';

/** What a shell offers when the tab key is pressed. */

/** A word that may stand where the cursor is. */
export interface Offer {
  readonly value: string;
  readonly description?: string;
}

/**
 * The words that may stand in the place of the last one typed: commands, options, and values of options that have a
 * list. None where anything may stand, such as a file.
 *
 * @param typed what stands after `todoku`, up to and with the word under the cursor.
 */
export async function completionsOf(
  program: Command,
  typed: readonly string[],
  session: Session,
): Promise<readonly Offer[]> {
  const current = typed.at(-1) ?? '';
  let called = program;
  let awaiting: Option | undefined;
  for (const word of typed.slice(0, -1)) {
    if (awaiting !== undefined) awaiting = undefined;
    else if (word.startsWith('-')) awaiting = withValue(called, word);
    else called = called.commands.find((each) => each.name() === word) ?? called;
  }
  if (awaiting !== undefined && !(awaiting.optional && current.startsWith('-'))) {
    return startingWith(current, await valuesOf(awaiting, current, session));
  }
  const [, flag = '', value] = /^(--[\w-]+)=(.*)$/.exec(current) ?? [];
  const named = value === undefined ? undefined : withValue(called, flag);
  if (value !== undefined) {
    const values = named === undefined ? [] : await valuesOf(named, value, session);
    return startingWith(
      current,
      values.map((each) => ({ ...each, value: `${flag}=${each.value}` })),
    );
  }
  const help = called.createHelp();
  if (current.startsWith('-')) {
    const options = help.visibleOptions(called);
    return startingWith(
      current,
      options.flatMap(({ long, description }) => (long ? [{ value: long, description }] : [])),
    );
  }
  const commands = help
    .visibleCommands(called)
    .map((each) => ({ value: each.name(), description: each.description() }));
  const choices = called.registeredArguments.flatMap(({ argChoices = [] }) => argChoices.map(offer));
  return startingWith(current, [...commands, ...choices]);
}

function startingWith(current: string, offers: readonly Offer[]): readonly Offer[] {
  return offers.filter(({ value }) => value.startsWith(current));
}

function offer(value: string): Offer {
  return { value };
}

/** The option of a word, where it takes a value that is still to come. */
function withValue(called: Command, word: string): Option | undefined {
  const option = called.options.find(({ long, short }) => word === long || word === short);
  return option?.required || option?.optional ? option : undefined;
}

/** The values that an option is known to take; those of a list with commas one by one. */
async function valuesOf(option: Option, current: string, session: Session): Promise<readonly Offer[]> {
  if (option.argChoices) return option.argChoices.map(offer);
  const values = await VALUES[option.long ?? '']?.(session);
  if (values === undefined) return [];
  const before = current.slice(0, current.lastIndexOf(',') + 1);
  return values.map((value) => offer(`${before}${value}`));
}

/** Values of options that take any, and mostly these. What they stand in is loaded when they are asked for. */
const VALUES: Readonly<Record<string, (session: Session) => Promise<readonly string[]>>> = {
  '--lang': async () => ['ja', 'en'],
  '--stage': stagesIn,
  '--override': async () => (await rules()).filter(({ byHand }) => byHand === 'override').map(({ id }) => id),
  '--rule': async () => (await rules()).map(({ id }) => id),
  '--carrier': async () => (await import('../lib/classification/carriers.ts')).CARRIERS.map(({ id }) => id),
  '--action': async () => Object.keys((await import('../lib/guidance/wording/labels.ts')).DECISION_LABELS),
};

async function rules() {
  return (await import('../lib/policy/rules.ts')).POLICY_RULES;
}

/** The stages that have settings in this folder (`settings.STAGE.yml`), and the one by default. */
async function stagesIn({ io }: Session): Promise<readonly string[]> {
  const files = await readdir(io.cwd).catch(() => []);
  const named = files.flatMap((file) => /^settings\.([\w-]+)\.yml$/.exec(file)?.[1] ?? []);
  return [...new Set(['prod', ...named])];
}
