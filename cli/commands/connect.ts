import type { Command } from 'commander';
import type { Bilingual } from '../../lib/text.ts';
import { carryOut, type Result } from '../../lib/wiring/carry-out.ts';
import { wiringFindings } from '../../lib/wiring/findings.ts';
import type { ObservedWiring, Wire } from '../../lib/wiring/observed.ts';
import { wiringReport } from '../../lib/wiring/reports.ts';
import type { WiringClients } from '../../lib/wiring/ses.ts';
import { afterSteps, planToConnect, planToDisconnect, type Step, stepsOf } from '../../lib/wiring/steps.ts';
import { withCommonOptions } from '../command.ts';
import { declined, isConfirmed, mustBeConfirmable, WITHOUT_APPLY } from '../confirm.ts';
import { readingWiring, wireNow, wiringClients } from '../connect/clients.ts';
import { type Connecting, printOutcome, printReports } from '../connect/view.ts';
import { type CliContext, contextOf } from '../context.ts';
import type { ConnectedJson } from '../json-answers.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';

/** What the command ends with. */
const EXIT = { incomplete: 3, silent: 4 } as const;

interface Options {
  readonly apply?: boolean;
  readonly disconnect?: boolean;
  readonly yes?: boolean;
}

/** `todoku connect`: which senders' mail reports to todoku; with `--apply`, has SES publish the events of every set. */
export function connectCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--apply')
    .option('--disconnect')
    .option('--yes')
    .action((options: Options, self: Command) => connect(options, contextOf(self, session)));
}

async function connect(
  { apply = false, disconnect = false, yes = false }: Options,
  context: CliContext,
): Promise<void> {
  if (apply) mustBeConfirmable(yes, context, WITHOUT_APPLY);
  const { wire } = await wireNow(context);
  const clients = await wiringClients(wire, context);
  const planner = disconnect ? planToDisconnect : planToConnect;
  const observed = await readingWiring(clients, wire, context);
  const steps = stepsOf(observed, planner);
  const planned: Connecting = { observed, steps, after: afterSteps(observed, steps), disconnect };
  if (!context.options.json) printReports(planned, context);
  if (!apply || steps.length === 0) return finish(planned, context);
  const question = QUESTIONS[disconnect ? 'remove' : 'add'];
  if (!yes && !(await isConfirmed({ count: steps.length, ...question }, context))) return declined(context);
  const results = await writing(steps, clients, wire, planner, context);
  finish({ ...planned, after: afterwards(observed, results), results }, context);
}

/** What there is once steps have been taken: those whose effect is there, whoever brought it about. */
function afterwards(observed: ObservedWiring, results: readonly Result[]): ObservedWiring {
  const became = new Map(results.map(({ step, outcome }) => [step.set, outcome.became]));
  const sets = observed.sets?.filter(({ name }) => became.get(name) !== 'set-gone');
  const holding = new Set(['done', 'already-so', 'not-read-back']);
  const steps = results.filter(({ outcome }) => holding.has(outcome.became)).map(({ step }) => step);
  return afterSteps({ ...observed, sets }, steps);
}

function finish(connecting: Connecting, context: CliContext): void {
  const { observed, steps, after, results, disconnect } = connecting;
  const findings = disconnect ? [] : wiringFindings(after);
  if (context.options.json) {
    context.printJson({
      topic: observed.wire.topic,
      destination: observed.wire.name,
      now: wiringReport(observed),
      steps,
      after: wiringReport(after),
      findings,
      unread: observed.unread,
      ...(results && { results }),
    } satisfies ConnectedJson);
  } else printOutcome(connecting, context);
  const isWritten = (results ?? []).every(({ outcome }) =>
    ['done', 'already-so', 'set-gone'].includes(outcome.became),
  );
  if (observed.unread.length > 0 || !isWritten) context.endWith(EXIT.incomplete);
  else if (findings.some(({ severity }) => severity === 'problem')) context.endWith(EXIT.silent);
}

async function writing(
  steps: readonly Step[],
  clients: WiringClients,
  wire: Wire,
  planner: Parameters<typeof carryOut>[3],
  { io, language }: CliContext,
): Promise<readonly Result[]> {
  const progress = io.stderr.isTTY
    ? startProgress({ ...WRITING, language, total: steps.length, stream: io.stderr })
    : undefined;
  try {
    return await carryOut(steps, clients, wire, planner, progress?.update);
  } finally {
    progress?.end();
  }
}

const WRITING = { label: { ja: '書き込み中', en: 'writing' }, unit: { ja: '件', en: 'sets' } };

const QUESTIONS = {
  add: {
    one: {
      ja: 'この設定セットにイベント送信先を追加しますか？ [y/N]',
      en: 'Have this set report to todoku? [y/N]',
    },
    several: (count: string): Bilingual => ({
      ja: `${count}件の設定セットにイベント送信先を追加します。続けるには ${count} と入力してください：`,
      en: `Type ${count} to have these ${count} sets report to todoku:`,
    }),
  },
  remove: {
    one: {
      ja: 'この設定セットからイベント送信先を削除しますか？ [y/N]',
      en: 'Have this set report to todoku no more? [y/N]',
    },
    several: (count: string): Bilingual => ({
      ja: `${count}件の設定セットからイベント送信先を削除します。続けるには ${count} と入力してください：`,
      en: `Type ${count} to have these ${count} sets report to todoku no more:`,
    }),
  },
} as const;
