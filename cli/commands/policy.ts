import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { stripControls } from '../../lib/address.ts';
import {
  explainPolicyContract,
  type SimulateAnswer,
  scopeContract,
  showPolicyContract,
  simulatePolicyContract,
} from '../../lib/contracts/policy.ts';
import { joinSimulations } from '../../lib/operations/policy/simulate.ts';
import { addressTyped, wholeNumber } from '../arguments.ts';
import { command } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError, cannotRead } from '../errors.ts';
import { printExplanation, printPolicy } from '../policy/print-policy.ts';
import { printScope } from '../policy/print-scope.ts';
import { printSimulation } from '../policy/print-simulation.ts';
import { startProgress } from '../progress.ts';
import type { NamedFile, Session } from '../session.ts';

/** `todoku policy …`: what decides about removals, and what another policy would decide. */
export function policyCommand(made: Command, session: Session): Command {
  return made
    .addCommand(showCommand(session))
    .addCommand(explainCommand(session))
    .addCommand(simulateCommand(session))
    .addCommand(scopeCommand(session));
}

/** Exit code 2: the policy parameter cannot be used, and nothing is removed. */
function showCommand(session: Session): Command {
  return command('show').action(async (_options: unknown, self: Command) => {
    const context = contextOf(self, session);
    const answer = await context.invoke(showPolicyContract, { ask: 'show' });
    if (context.options.json) context.printJson(answer);
    else printPolicy(answer, context);
    if (answer.parameter.state === 'unreadable') context.endWith(2);
  });
}

/** Exit code 3: the address is not listed; 2: SES could not be asked. */
function explainCommand(session: Session): Command {
  return command('explain')
    .argument('<address>')
    .action(async (address: string, _options: unknown, self: Command) => {
      const context = contextOf(self, session);
      const answer = await context.invoke(explainPolicyContract, {
        ask: 'explain',
        address: addressTyped(address, context),
      });
      if (context.options.json) context.printJson(answer);
      else printExplanation(answer, context);
      if (answer.listing.state === 'not-listed') context.endWith(3);
      // Also for a word of another version: that the address is listed was not said.
      else if (answer.listing.state !== 'listed') context.endWith(2);
    });
}

function simulateCommand(session: Session): Command {
  return command('simulate')
    .requiredOption('--config <file>')
    .addOption(new Option('--days <count>').argParser(wholeNumber).default(90))
    .action(async (options: { config: string; days: number }, self: Command) => {
      const context = contextOf(self, session);
      const policy = await readOverrides(context.file(options.config));
      const answer = await simulateAll(context, policy, options.days);
      if (context.options.json) context.printJson(answer);
      else printSimulation(answer, stripControls(basename(options.config)), context);
    });
}

function scopeCommand(session: Session): Command {
  return command('scope').action(async (_options: unknown, self: Command) => {
    const context = contextOf(self, session);
    const answer = await context.invoke(scopeContract, { ask: 'scope' });
    if (context.options.json) context.printJson(answer);
    else printScope(answer, context);
  });
}

/** Asks for part after part, and shows how many addresses are done. */
async function simulateAll(
  context: CliContext,
  policy: Record<string, unknown>,
  days: number,
): Promise<SimulateAnswer> {
  const progress = startProgress({
    label: { ja: '再現中', en: 'replaying' },
    unit: { ja: '件', en: 'addresses' },
    language: context.language,
    stream: context.io.stderr,
  });
  try {
    const ask = (next?: string) =>
      context.invoke(simulatePolicyContract, {
        ask: 'simulate',
        policy,
        days,
        ...(next && { next }),
      });
    let { next, ...whole } = await ask();
    progress.update(whole.addresses);
    while (next !== undefined) {
      const part = await ask(next);
      whole = { ...whole, ...joinSimulations(whole, part) };
      next = part.next;
      progress.update(whole.addresses);
    }
    return whole;
  } finally {
    progress.end();
  }
}

/** What Parameter Store holds at most in one parameter, bytes. */
const LONGEST_CONFIG = 8_192;

async function readOverrides(file: NamedFile): Promise<Record<string, unknown>> {
  const name = stripControls(file.name);
  let value: unknown;
  try {
    if ((await stat(file.path)).size > LONGEST_CONFIG) {
      throw new CliError({
        ja: `${name} はパラメーターの上限（${LONGEST_CONFIG}バイト）を超えています。`,
        en: `${name} is larger than a parameter can be (${LONGEST_CONFIG} bytes)`,
      });
    }
    value = JSON.parse(await readFile(file.path, 'utf8'));
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (!(error instanceof SyntaxError)) throw cannotRead(file.name, error);
    throw new CliError(
      { ja: `${name} を読み取れません（JSONではありません）。`, en: `cannot read ${name}: not JSON` },
      { cause: error },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CliError({
      ja: `${name} には {"coolDownHours": 48} のようなJSONオブジェクトを書いてください。`,
      en: `${name} must hold a JSON object such as {"coolDownHours": 48}`,
    });
  }
  return { ...value };
}
