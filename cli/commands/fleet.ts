import { Command, Option } from 'commander';
import * as z from 'zod';
import { stripControls } from '../../lib/address.ts';
import type { AnswerOf, Contract, RequestOf } from '../../lib/contracts/contract.ts';
import type { FunctionName } from '../../lib/contracts/functions.ts';
import { diagnosisLabel, labelOf, modeLabel, verdictLabel } from '../../lib/guidance/wording/labels.ts';
import { runInWords } from '../../lib/guidance/wording/runs.ts';
import type { Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { addressTyped, wholeNumber } from '../arguments.ts';
import { askFleet, type FleetAnswer } from '../fleet/ask.ts';
import { carryCommand } from '../fleet/carry.ts';
import { fleetLookup, fleetProposals, fleetStatus } from '../fleet/questions.ts';
import { type FleetTarget, readTargets } from '../fleet/targets.ts';
import { languageOf } from '../language.ts';
import { startProgress } from '../progress.ts';
import type { Session, View } from '../session.ts';
import { countedAtLeast, lastEventOf, troubleOf } from '../status-view.ts';
import { table } from '../table.ts';

/** Exit codes: some target could not be asked, and: the address is listed nowhere. */
const INCOMPLETE = 2;
const LISTED_NOWHERE = 3;

/** `todoku fleet …`: one question to the deployments of many accounts and Regions. Exit code 2: not all answered. */
export function fleetCommand(made: Command, session: Session): Command {
  return made
    .addCommand(lookupCommand(session))
    .addCommand(proposalsCommand(session))
    .addCommand(statusCommand(session))
    .addCommand(carryCommand(session));
}

const optionsSchema = z.object({
  targets: z.string(),
  concurrency: z.number(),
  timeout: z.number(),
  json: z.boolean().default(false),
  lang: z.string().optional(),
});

/** A command of the fleet with the options each takes. */
function fleetOf(name: string, { io }: Session): Command {
  const made = new Command(name)
    .addOption(new Option('--targets <file>').makeOptionMandatory())
    .addOption(new Option('--concurrency <count>').argParser(wholeNumber).default(8))
    .addOption(new Option('--timeout <seconds>').argParser(wholeNumber).default(60))
    .option('--json')
    .option('--lang <language>');
  // Not the parser's own `env`, which reads the variables of the process.
  if (io.env.TODOKU_TARGETS) made.setOptionValueWithSource('targets', io.env.TODOKU_TARGETS, 'env');
  return made;
}

interface Asked<Answer> {
  readonly answers: readonly FleetAnswer<Answer>[];
  readonly view: View;
  readonly json: boolean;
}

async function ask<Question extends Contract<FunctionName>>(
  self: Command,
  session: Session,
  question: Question,
  request: RequestOf<Question>,
): Promise<Asked<AnswerOf<Question>>> {
  const options = optionsSchema.parse(self.opts());
  const language = languageOf(options.lang, session.io.env);
  const targets = await readTargets(session.file(options.targets));
  const progress = session.io.stderr.isTTY
    ? startProgress({
        label: { ja: '問い合わせ中', en: 'asking' },
        unit: { ja: '件', en: 'targets' },
        language,
        total: targets.length,
        stream: session.io.stderr,
      })
    : undefined;
  const answers = await askFleet(targets, question, request, session, {
    concurrency: options.concurrency,
    timeout: options.timeout * 1000,
    ...(progress && { progress: progress.update }),
  });
  progress?.end();
  if (answers.some((each) => !each.ok)) session.endWith(INCOMPLETE);
  if (options.json) {
    session.printJson({
      targets: answers.map((each) => {
        const { name, region, stage } = each.target;
        return each.ok
          ? { name, region, stage, ok: true, version: each.version, answer: each.answer }
          : { name, region, stage, ok: false, error: each.error[language] };
      }),
      failed: answers.filter((each) => !each.ok).length,
    });
  }
  return { answers, view: { ...session, language }, json: options.json };
}

/** A table with one row a target; a failed one says why in place of its answer. */
function report<Answer>(
  { answers, view }: Asked<Answer>,
  head: Readonly<Record<Language, readonly string[]>>,
  cells: (answer: Answer) => readonly string[],
): void {
  const { language, print, printError, colors } = view;
  const titles = head[language];
  const [target, region] = language === 'ja' ? ['対象', 'リージョン'] : ['target', 'region'];
  print(
    table(
      view,
      [target ?? '', region ?? '', ...titles],
      answers.map((each) => {
        const shown = each.ok ? cells(each.answer) : [language === 'ja' ? '問い合わせ失敗' : 'not asked'];
        const padded = titles.map((_, index) => shown[index] ?? '');
        return [nameOf(each.target), each.target.region, ...padded];
      }),
    ),
  );
  for (const each of answers) {
    if (!each.ok)
      printError(`${colors.red('!')} ${stripControls(each.target.name)}: ${each.error[language]}`);
  }
}

function nameOf({ name, stage }: FleetTarget): string {
  return stage === 'prod' ? name : `${name} (${stage})`;
}

/**
 * `fleet lookup ADDRESS`: where the address is listed at all. Exit code 3: nowhere; 2: somewhere it could not be
 * found out, which is not "nowhere".
 */
function lookupCommand(session: Session): Command {
  return fleetOf('lookup', session)
    .argument('<address>')
    .action(async (address: string, _options: unknown, self: Command) => {
      const asked = await ask(self, session, fleetLookup, { address: addressTyped(address, session) });
      const { answers, view } = asked;
      const { language } = view;
      const known = answers.flatMap((each) => (each.ok ? [each.answer] : []));
      const listed = known.filter(({ listing }) => listing.state === 'listed').length;
      const told = known.filter(
        ({ listing }) => listing.state === 'listed' || listing.state === 'not-listed',
      );
      const unknown = answers.length - told.length;
      if (unknown > 0) session.endWith(INCOMPLETE);
      else if (listed === 0) session.endWith(LISTED_NOWHERE);
      if (asked.json) return;
      report(
        asked,
        {
          ja: ['登録', '登録日時', '診断', '判定', '未送信', '提案'],
          en: ['listed', 'since', 'diagnosis', 'verdict', 'unsent', 'proposal'],
        },
        ({ listing, diagnosis, verdict, missed, proposalId }) =>
          listing.state === 'listed'
            ? [
                `${listing.reason ?? ''}${listing.blocks === false ? NOT_ENFORCED[language] : ''}`,
                listing.since ? formatInTokyo(listing.since) : '',
                diagnosisLabel(diagnosis, language),
                verdict ? verdictLabel(verdict, language) : '',
                String(missed.count),
                proposalId ?? '',
              ]
            : [labelOf(STATES, listing.state, language)],
      );
      view.print(
        language === 'ja'
          ? `登録あり：${listed} / ${answers.length}${unknown > 0 ? `（不明：${unknown}）` : ''}`
          : `listed in ${listed} of ${answers.length}${unknown > 0 ? ` (unknown: ${unknown})` : ''}`,
      );
    });
}

const NOT_ENFORCED = { ja: '（停止は無効）', en: ' (not enforced)' } as const;
const STATES = {
  'not-listed': { ja: 'なし', en: 'no' },
  unknown: { ja: '不明', en: 'unknown' },
} as const;

/** Proposals read from one target at most; more are shown as `1000+`. */
const PROPOSALS_READ = 1_000;

/** `fleet proposals`: how many removals wait for an operator in each target, and which. */
function proposalsCommand(session: Session): Command {
  return fleetOf('proposals', session)
    .option('--list')
    .action(async (options: { list?: boolean }, self: Command) => {
      const asked = await ask(self, session, fleetProposals, { limit: PROPOSALS_READ });
      if (asked.json) return;
      const { answers, view } = asked;
      const { language } = view;
      report(
        asked,
        { ja: ['承認待ち', '最も古い登録'], en: ['waiting', 'oldest entry'] },
        ({ proposals, next }) => {
          const oldest = proposals.map((each) => each.listedAt).sort()[0];
          return [`${proposals.length}${next ? '+' : ''}`, oldest ? formatInTokyo(oldest) : ''];
        },
      );
      if (!options.list) return;
      const rows = answers.flatMap((each) =>
        each.ok ? each.answer.proposals.map((proposal) => ({ target: each.target, proposal })) : [],
      );
      view.print(
        table(
          view,
          language === 'ja'
            ? ['対象', '番号', '宛先', '登録日時', '携帯会社', '診断', 'ルール']
            : ['target', 'id', 'address', 'listed', 'carrier', 'diagnosis', 'rule'],
          rows.map(({ target, proposal }) => [
            nameOf(target),
            proposal.proposalId ?? '',
            proposal.spelling,
            formatInTokyo(proposal.listedAt),
            proposal.diagnosis.carrier ?? '-',
            diagnosisLabel(proposal.diagnosis, language),
            proposal.rule,
          ]),
        ),
      );
    });
}

/** `fleet status`: when each target last ran, what waits, and whether anything failed. */
function statusCommand(session: Session): Command {
  return fleetOf('status', session).action(async (_options: unknown, self: Command) => {
    const asked = await ask(self, session, fleetStatus, { runs: 1 });
    if (asked.json) return;
    const { language } = asked.view;
    report(
      asked,
      {
        ja: ['モード', '最終実行', '結果', '要確認', '承認待ち', '最後の不達・申告'],
        en: ['mode', 'last run', 'result', 'attention', 'waiting', 'last event'],
      },
      (status) => {
        const [run] = status.runs;
        return [
          modeLabel(status.mode, language),
          run ? formatInTokyo(run.startedAt) : language === 'ja' ? 'なし' : 'never',
          run ? runInWords(run, language) : '',
          run ? troubleOf(run, language).join(', ') : '',
          countedAtLeast(status.waiting),
          lastEventOf(status, language),
        ];
      },
    );
  });
}
