import { type Command, Option } from 'commander';
import { proposalsContract } from '../../lib/contracts/proposals.ts';
import { carrierLabel } from '../../lib/guidance/wording/labels.ts';
import type { Language } from '../../lib/text.ts';
import type { AskForPage } from '../../lib/waiting-proposals.ts';
import type { CliContext } from '../context.ts';

/** What commands about waiting proposals have in common. */

/** Asks the deployment for a page of them. */
export function askingOf({ invoke }: Pick<CliContext, 'invoke'>): AskForPage {
  return (request) => invoke(proposalsContract, request);
}

/** The command with the options that narrow the proposals it is about. */
export function withFilter(made: Command): Command {
  return made
    .option('--carrier <name>')
    .option('--rule <name>')
    .addOption(new Option('--customer <yes|no>').choices(['yes', 'no']));
}

/** What a carrier is called; `-` where the address is none's. */
export function carrierName(carrier: string | undefined, language: Language): string {
  return carrier === undefined ? '-' : carrierLabel(carrier, language);
}
