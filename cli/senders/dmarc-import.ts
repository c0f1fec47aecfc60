import { basename } from 'node:path';
import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { mostMailFirst, summariseReports } from '../../lib/authentication/reports/aggregate-summary.ts';
import { packFiles } from '../../lib/authentication/reports/handed-files.ts';
import { type FileRefusal, readReportFiles } from '../../lib/authentication/reports/import-reports.ts';
import { dailyRows, reportKey } from '../../lib/authentication/reports/report-rows.ts';
import { inRanges, sesRanges } from '../../lib/authentication/spf/ses-ranges.ts';
import { MAXIMUM_MAIL_BYTES } from '../../lib/authentication/test-mail/test-mail.ts';
import type { AnswerOf, Contract, RequestOf } from '../../lib/contracts/contract.ts';
import type { FunctionName } from '../../lib/contracts/functions.ts';
import {
  type DomainSummary,
  type ImportAnswer,
  importReportsContract,
  reportedDomainsContract,
} from '../../lib/contracts/read-dmarc-report.ts';
import type { Bilingual } from '../../lib/text.ts';
import { command } from '../command.ts';
import { type CliContext, contextOf, followUp } from '../context.ts';
import { CliError } from '../errors.ts';
import type { DmarcImportJson } from '../json-answers.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { answeringDns, dnsServers, readInput } from './options.ts';
import { countedFaults, printReading, printSummaries } from './print-summary.ts';

/** Domains asked about at once: an answer holds so many sources, shared among them. */
const DOMAINS_A_REQUEST = 100;

/** What became of one file. */
type Imported = ImportAnswer['results'][number];

/** A file given on the command line. */
interface Input {
  readonly name: string;
  readonly content: Uint8Array;
}

/** `todoku senders dmarc-import`. Exit codes: 0 every file was read, 1 something was refused or could not be stored. */
export function dmarcImportCommand(session: Session): Command {
  return command('dmarc-import')
    .argument('<file...>')
    .option('--no-store')
    .option('--dns <server>')
    .action(async (files: string[], options: { store: boolean; dns?: string }, self: Command) => {
      const context = contextOf(self, session);
      const { inputs, unreadable } = await readInputs(files, context);
      const refused = options.store
        ? await storeAndShow(inputs, unreadable, context, options.dns)
        : await readAndShow(inputs, unreadable, context, options.dns);
      if (refused > 0) context.endWith(1);
    });
}

/**
 * The files that can be opened; of the others, why not. One that cannot stops nothing else.
 *
 * @throws {CliError} when the only one given cannot be opened.
 */
async function readInputs(
  files: readonly string[],
  context: CliContext,
): Promise<{ inputs: readonly Input[]; unreadable: readonly FileRefusal[] }> {
  const inputs: Input[] = [];
  const unreadable: FileRefusal[] = [];
  for (const name of files) {
    try {
      inputs.push({ name, content: await readInput(name, MAXIMUM_MAIL_BYTES, context) });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (files.length === 1) throw error;
      unreadable.push({ file: name, name, reason: 'unreadable-path', detail: error.text });
    }
  }
  return { inputs, unreadable };
}

/** Reads the files here and shows what they say. @returns how much was refused. */
async function readAndShow(
  inputs: readonly Input[],
  unreadable: readonly FileRefusal[],
  context: CliContext,
  dns: string | undefined,
): Promise<number> {
  const read = await readReportFiles(inputs);
  // A report given twice, say as a mail and as its attachment, counts once, as it does when it is stored.
  const known = new Map(read.reports.map((report) => [reportKey(report, { kind: 'vouched' }), report]));
  const reports = [...known.values()];
  const duplicates = read.reports.length - reports.length;
  const rejected = [...unreadable, ...read.rejected];
  const faults = reports.flatMap((report) => report.faults);
  const isSes = inRanges((await sesRanges(await answeringDns(context, dns))).ranges);
  const summaries = summariseReports(
    reports.flatMap((report) => dailyRows(report, isSes)),
    isSes,
  );
  if (context.options.json) {
    const counts = { read: reports.length, duplicates, refused: rejected.length };
    context.printJson({
      ...counts,
      faults: countedFaults(faults),
      rejected,
      summaries,
    } satisfies DmarcImportJson);
  } else {
    printReading(faults, rejected, context);
    if (duplicates > 0) context.printError(context.colors.dim(GIVEN_TWICE[context.language](duplicates)));
    printSummaries(summaries, context, reports.length > 0);
  }
  return rejected.length;
}

/** Has the files stored, and shows what is on record of their domains. @returns how much was refused. */
async function storeAndShow(
  inputs: readonly Input[],
  unreadable: readonly FileRefusal[],
  context: CliContext,
  named: string | undefined,
): Promise<number> {
  const { language, options, print, printError, colors } = context;
  const dns = named === undefined ? {} : { dns: dnsServers(context, named) };
  const { results, rejected: refused } = await store(inputs, context, dns);
  const rejected = [...unreadable, ...refused];
  const faults = results.flatMap((result) => result.faults);
  const sum = (countIn: (result: Imported) => number) =>
    results.reduce((total, result) => total + countIn(result), 0);
  const counts = {
    stored: sum(({ stored }) => stored),
    duplicates: sum(({ duplicates }) => duplicates),
    refused: rejected.length,
  };
  const domains = [...new Set(results.flatMap((result) => result.domains))].sort();
  const days = results.flatMap(({ firstDay }) => firstDay ?? []).sort();
  const from = days[0] === undefined ? {} : { from: days[0] };
  const summaries: DomainSummary[] = [];
  for (let start = 0; start < domains.length; start += DOMAINS_A_REQUEST) {
    const some = domains.slice(start, start + DOMAINS_A_REQUEST);
    const answer = await ask(
      context,
      reportedDomainsContract,
      { domains: some, ...from, ...dns },
      results.length,
    );
    summaries.push(...answer.summaries);
  }
  if (options.json)
    context.printJson({
      ...counts,
      faults: countedFaults(faults),
      rejected,
      summaries,
    } satisfies DmarcImportJson);
  else {
    printReading(faults, rejected, context);
    print(colors.bold(COUNTED[language](counts)));
    if (summaries.length > 0) print(colors.dim(ON_RECORD[language]));
    for (const { signer, organization } of results.flatMap(({ foreign = [] }) => foreign)) {
      printError(colors.yellow(stripControls(FOREIGN[language](signer, organization))));
    }
    printSummaries(mostMailFirst(summaries), context, counts.stored + counts.duplicates > 0);
    if (summaries.length > 0) print(`\n${NEXT[language](followUp('senders audit', context))}`);
  }
  return rejected.length;
}

/** Sends the files in as many requests as they need. */
async function store(
  inputs: readonly Input[],
  context: CliContext,
  dns: { readonly dns?: string[] | undefined },
): Promise<{ results: readonly Imported[]; rejected: readonly FileRefusal[] }> {
  const { language } = context;
  const packed = packFiles(inputs.map(({ name, content }) => ({ name: basename(name), content })));
  const nameOf = (index: number) => inputs[index]?.name ?? '';
  const rejected: FileRefusal[] = packed.tooLarge.map((index) => {
    const file = nameOf(index);
    return { file, name: file, reason: 'too-large-to-send', detail: TOO_LARGE };
  });
  const results: Imported[] = [];
  const progress =
    packed.requests.length < 2
      ? undefined
      : startProgress({
          label: { ja: '取り込み中', en: 'importing' },
          unit: { ja: '件のファイル', en: 'files' },
          language,
          total: inputs.length,
          stream: context.io.stderr,
        });
  try {
    for (const request of packed.requests) {
      const payload = { files: request.map(({ file }) => file), ...dns };
      const answer = await ask(context, importReportsContract, payload, results.length);
      answer.results.forEach((result, place) => {
        const file = nameOf(request[place]?.index ?? -1);
        results.push(result);
        rejected.push(...result.rejected.map((refusal) => ({ file, ...refusal })));
      });
      progress?.update(results.length + packed.tooLarge.length);
    }
  } finally {
    progress?.end();
  }
  return { results, rejected };
}

/** Asks the function; an error says what was already done, and what can be done instead. */
async function ask<Asked extends Contract<FunctionName>>(
  { invoke, options }: CliContext,
  asked: Asked,
  request: RequestOf<Asked>,
  before: number,
): Promise<AnswerOf<Asked>> {
  try {
    return await invoke(asked, request);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const done = before === 0 ? { ja: '', en: '' } : DONE(before);
    const { ja, en } = options.local ? WITHOUT_LOCAL : WITHOUT_STACK;
    const text = { ja: `${error.text.ja}${done.ja}\n${ja}`, en: `${error.text.en}${done.en}\n${en}` };
    throw new CliError(text, { cause: error, code: error.code, exitCode: error.exitCode });
  }
}

const DONE = (files: number): Bilingual => ({
  ja: `\n${files} 件のファイルは取り込み済みです。同じファイルをもう一度取り込んでも二重には数えません。`,
  en: `\nFiles already stored: ${files}. Importing them again does not count them twice.`,
});

const WITHOUT_STACK: Bilingual = {
  ja: '--no-store を付けると、保存せずにレポートの内容だけを表示します（デプロイは不要です）。',
  en: 'With --no-store the reports are only read and shown, which needs no deployment.',
};

const WITHOUT_LOCAL: Bilingual = {
  ja: '--local の代わりに --no-store を付けると、保存せずにレポートの内容だけを表示します。',
  en: 'With --no-store instead of --local the reports are only read and shown.',
};

const TOO_LARGE: Bilingual = {
  ja: '圧縮しても、Lambda が一度に受け取れる 6 MB を超えます。アーカイブなら展開して 1 通ずつ取り込むか、レポート受信用のバケット（dmarcReports=on）の reports/ に置いてください。内容を見るだけなら --no-store を付けます',
  en: 'even compressed it exceeds the 6 MB that Lambda takes at once: unpack an archive and import its reports singly, or put the file under reports/ in the bucket of received reports (dmarcReports=on); --no-store only reads and shows it',
};

const COUNTED = {
  ja: ({ stored, duplicates, refused }: Counts) =>
    `新しく保存：${stored} 通　保存済み：${duplicates} 通　読めなかったもの：${refused} 件`,
  en: ({ stored, duplicates, refused }: Counts) =>
    `stored: ${stored} report${stored === 1 ? '' : 's'}, known before: ${duplicates}, refused: ${refused}`,
} as const;

const GIVEN_TWICE = {
  ja: (count: number) => `同じレポートが重複しています（${count} 通）。1 回だけ数えました。`,
  en: (count: number) => `Given more than once, and counted once: ${count} report${count === 1 ? '' : 's'}.`,
} as const;

const FOREIGN = {
  ja: (signer: string, organization: string) =>
    `${signer} の署名が付いたメールに「${organization}」名義のレポートが入っています。別のレポートとして保存し、助言には使いません。本物と確認できる場合は、添付ファイルを取り出して取り込んでください。`,
  en: (signer: string, organization: string) =>
    `A mail signed by ${signer} carries a report in the name of "${organization}": it is stored apart and left out of advice. If you know that it is genuine, import its attachment.`,
} as const;

/** What an import came to. */
interface Counts {
  readonly stored: number;
  readonly duplicates: number;
  readonly refused: number;
}

const ON_RECORD: Bilingual = {
  ja: '以下は、今回のファイルだけでなく、これまでに保存したレポートも合わせた集計です。',
  en: 'Below: every report on record for these domains, not only those of these files.',
};

const NEXT = {
  ja: (audit: string) => `次のポリシーに進めるかどうかは「${audit}」で確認できます。`,
  en: (audit: string) => `Whether a domain is ready for the next policy: "${audit}".`,
} as const;
