import { Command } from 'commander';
import { VERSION } from '../lib/version.ts';
import { withCommonOptions } from './command.ts';
import type { Session } from './session.ts';

/** Gives a command, which has its name and description, all the rest: options, subcommands, what it does. */
type Define = (made: Command, session: Session) => Command;

/** A command of the top level: what the list of commands says of it, and where the rest of it is. */
interface Entry {
  readonly name: string;
  /** Its arguments as the list shows them; absent for a command that only holds others. */
  readonly takes?: string;
  readonly description: string;
  /** Loads its file: only for the command that was called, so that help and every other command wait for none of it. */
  readonly load: () => Promise<Define>;
}

/** Every command, in the order of the help. */
const COMMANDS: readonly Entry[] = [
  {
    name: 'lookup',
    takes: '<address>',
    description: 'why mail to an address did not arrive, and what to tell its owner',
    load: async () => (await import('./commands/lookup.ts')).lookupCommand,
  },
  {
    name: 'letter',
    takes: '[address]',
    description: 'the text for a customer alone: as a mail, text message, telephone script or sign-up note',
    load: async () => (await import('./commands/letter.ts')).letterCommand,
  },
  {
    name: 'proposals',
    takes: '',
    description: 'removals that wait for an operator',
    load: async () => (await import('./commands/proposals.ts')).proposalsCommand,
  },
  {
    name: 'approve',
    takes: '[id...]',
    description: 'approve proposals: the addresses are removed',
    load: async () => (await import('./commands/remove.ts')).approveCommand,
  },
  {
    name: 'reject',
    takes: '[id...]',
    description: 'reject proposals',
    load: async () => (await import('./commands/remove.ts')).rejectCommand,
  },
  {
    name: 'remove',
    takes: '[address...]',
    description: 'take addresses off the suppression list by hand',
    load: async () => (await import('./commands/remove.ts')).removeCommand,
  },
  {
    name: 'cleanup',
    takes: '',
    description: 'run the cleanup now',
    load: async () => (await import('./commands/cleanup.ts')).cleanupCommand,
  },
  {
    name: 'status',
    takes: '',
    description: 'latest cleanup runs, waiting proposals, last event',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    name: 'history',
    takes: '',
    description: 'what was decided, by whom and under which rule',
    load: async () => (await import('./commands/history.ts')).historyCommand,
  },
  {
    name: 'stop',
    takes: '',
    description: 'stop every removal, whoever begins it',
    load: async () => (await import('./commands/stop.ts')).stopCommand,
  },
  {
    name: 'resume',
    takes: '',
    description: 'allow removals again',
    load: async () => (await import('./commands/stop.ts')).resumeCommand,
  },
  {
    name: 'policy',
    description: 'the policy in force, why it decides as it does, and what another one would do',
    load: async () => (await import('./commands/policy.ts')).policyCommand,
  },
  {
    name: 'rules',
    description: "what came of each rule's removals, and which rules may still remove",
    load: async () => (await import('./commands/rules.ts')).rulesCommand,
  },
  {
    name: 'rescue',
    description: 'take the backlog of carriers that stopped refusing off the list, in waves',
    load: async () => (await import('./commands/rescue.ts')).rescueCommand,
  },
  {
    name: 'members',
    description: "the shop's customers: evidence that an address is a real person's",
    load: async () => (await import('./commands/members.ts')).membersCommand,
  },
  {
    name: 'note',
    takes: '<address>',
    description: 'leave a note beside an address, such as where the customer has moved to',
    load: async () => (await import('./commands/note.ts')).noteCommand,
  },
  {
    name: 'fleet',
    description: 'ask the deployments of many accounts and Regions at once',
    load: async () => (await import('./commands/fleet.ts')).fleetCommand,
  },
  {
    name: 'backfill',
    takes: '',
    description: "read the causes of old entries back from SES's message insights",
    load: async () => (await import('./commands/backfill.ts')).backfillCommand,
  },
  {
    name: 'replies',
    takes: '',
    description: 'replies of mobile carriers that no rule reads yet: samples worth a rule',
    load: async () => (await import('./commands/replies.ts')).repliesCommand,
  },
  {
    name: 'senders',
    description: "the sending identities' SPF, DKIM, MAIL FROM and DMARC",
    load: async () => (await import('./commands/senders.ts')).sendersCommand,
  },
  {
    name: 'dead-letters',
    description: 'what could not be read or stored: list, show, put back, park',
    load: async () => (await import('./commands/dead-letters.ts')).deadLettersCommand,
  },
  {
    name: 'guidance',
    description: 'what the letters to customers stand on',
    load: async () => (await import('./commands/guidance.ts')).guidanceCommand,
  },
  {
    name: 'diagnose',
    takes: '[file]',
    description: 'say why deliveries failed: JSON lines in, JSON lines out',
    load: async () => (await import('./commands/diagnose.ts')).diagnoseCommand,
  },
  {
    name: 'ingest',
    takes: '<file...>',
    description: 'record SES events from files (JSON, an array of events, or JSON lines)',
    load: async () => (await import('./commands/ingest.ts')).ingestCommand,
  },
];

/** The command that a command line calls or asks help for; undefined where it names none. */
export function namedCommand(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((word) => !word.startsWith('-'));
  return first === 'help' ? second : first;
}

/**
 * The command line as a whole.
 *
 * @param called the command to be run or shown with all it has; the others stand in the list only. EVERY: all of
 * them in full, to be looked over.
 */
export async function createProgram(
  session: Session,
  called: string | undefined | typeof EVERY,
): Promise<Command> {
  const program = new Command('todoku')
    .description(
      'Finds the order mails that Amazon SES silently drops, says why, and lifts wrong suppressions.',
    )
    .version(VERSION, '--version', 'print the version of this command line')
    .addHelpText(
      'after',
      `
Every command takes --lang ja|en, --json, --stage, --region and --profile, and --local for the system that
"npm start" runs. Without --lang the language is that of TODOKU_LANG, else English where the terminal is English
(LC_ALL, LC_MESSAGES, LANG), else Japanese. "todoku COMMAND --help" says what its exit codes mean.`,
    );
  for (const entry of COMMANDS) {
    const made = new Command(entry.name).description(entry.description);
    if (called === EVERY || called === entry.name) (await entry.load())(made, session);
    else if (entry.takes !== undefined) listed(made, entry.takes);
    program.addCommand(made);
  }
  return program;
}

/** A command that was not called, as far as the list of commands shows it. */
function listed(made: Command, takes: string): void {
  withCommonOptions(made);
  if (takes !== '') made.arguments(takes);
}

/** Asks {@link createProgram} for every command in full. */
export const EVERY = Symbol('every command');
