import { type Argument, type Command, Help, type Option } from 'commander';
import { displayWidth } from '../lib/display-width.ts';
import type { Language } from '../lib/text.ts';
import { COMMON_OPTIONS, failureCodeOf } from './command.ts';
import { ABOUT_ALL, COMMANDS, NOT_CARRIED_OUT, PARSERS_WORDS, SHARED } from './commands.ts';
import type { Session } from './session.ts';
import { wrap } from './wrap.ts';

/** The help of every command, in the language asked for and within the terminal. */

/** Narrowest column of descriptions that is still wrapped. */
const NARROWEST = 20;

const PARSERS_HELP = new Help();

/** Gives a command and those below it their words, and has its help written as ours is. */
export function giveWords(made: Command, { language }: Pick<Session, 'language'>, name = ''): void {
  const words = COMMANDS[name];
  const wordsOf = (key: string): string => (words?.takes?.[key] ?? SHARED[key])?.[language] ?? '';
  made.description(words?.is[language] ?? '');
  for (const argument of made.registeredArguments) argument.description = wordsOf(argument.name());
  for (const option of made.options) option.description = wordsOf(option.long ?? option.flags);
  made.helpOption('-h, --help', wordsOf('--help'));
  if (made.commands.length > 0) {
    made.helpCommand(`help ${parsersWord('[command]', language)}`, COMMANDS.help?.is[language] ?? '');
  }
  made.configureHelp({
    minWidthToWrap: NARROWEST,
    displayWidth,
    boxWrap: wrap,
    styleTitle: (title) => parsersWord(title, language),
    styleUsage: (usage) => inParsersWords(usage, language),
    visibleOptions: (shown) => {
      const options = PARSERS_HELP.visibleOptions(shown);
      return options.toSorted((one, other) => Number(isCommon(one)) - Number(isCommon(other)));
    },
    // That nearly all take options says nothing, and takes the room of what they do.
    subcommandTerm: (each) => PARSERS_HELP.subcommandTerm(each).replace(' [options]', ''),
    optionDescription: (option) => described(option, option.required || option.optional, language),
    argumentDescription: (argument) => described(argument, true, language),
    formatHelp: (shown, helper) =>
      [Help.prototype.formatHelp.call(helper, shown, helper), ...endOf(shown, name, helper, language)].join(
        '\n',
      ),
  });
  for (const each of made.commands) giveWords(each, { language }, `${name} ${each.name()}`.trim());
}

function isCommon({ long }: Option): boolean {
  return COMMON_OPTIONS.has(long);
}

/** What stands below a help: its exit codes; below the list of all commands, what holds for each. */
function endOf(made: Command, name: string, helper: Help, language: Language): readonly string[] {
  const width = helper.helpWidth ?? 80;
  if (name === '') return [helper.boxWrap(ABOUT_ALL[language], width), ''];
  if (made.commands.length > 0) return [];
  const ends = { [failureCodeOf(made)]: NOT_CARRIED_OUT, ...COMMANDS[name]?.ends };
  const lines = Object.entries(ends).map(([code, says]) =>
    helper.formatItem(code, 1, says[language], helper),
  );
  return [helper.styleTitle('Exit codes:'), ...lines, ''];
}

/** An option or argument with the values it takes and, where it takes one, the value it has by itself. */
function described(
  { argChoices, defaultValue, description }: Option | Argument,
  takesValue: boolean,
  language: Language,
): string {
  const japanese = language === 'ja';
  const isShown = defaultValue !== undefined && takesValue;
  const more = [
    ...(argChoices
      ? [`${japanese ? '選択肢：' : 'choices: '}${argChoices.join(japanese ? '、' : ', ')}`]
      : []),
    ...(isShown ? [`${japanese ? '既定：' : 'default: '}${String(defaultValue)}`] : []),
  ];
  if (more.length === 0) return description;
  return japanese ? `${description}（${more.join('。')}）` : `${description} (${more.join('; ')})`;
}

function parsersWord(word: string, language: Language): string {
  return language === 'ja' ? (PARSERS_WORDS[word] ?? word) : word;
}

function inParsersWords(text: string, language: Language): string {
  return text
    .split(' ')
    .map((word) => parsersWord(word, language))
    .join(' ');
}
