import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { acceptKeyLossContract, forgetContract, type Receipt } from '../../lib/contracts/forget.ts';
import { labelOf } from '../../lib/guidance/wording/labels.ts';
import { KIND_LABELS } from '../../lib/guidance/wording/personal.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { addressTyped } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { by, isToBeDone, mustBeConfirmable } from '../confirm.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import { operatorOf } from '../operator.ts';
import { reasonOf } from '../reason.ts';
import type { Session } from '../session.ts';

interface ForgetOptions {
  readonly reason?: string;
  readonly unlist?: boolean;
  readonly yes?: boolean;
  readonly wait: boolean;
  readonly acceptKeyLoss?: boolean;
  readonly operator?: string;
}

type Reasoned = ForgetOptions & { readonly reason: string };

const WHY: Bilingual = {
  ja: '消去の理由（アドレスを伏せて記録に残ります）：',
  en: 'Why it is forgotten (kept in the audit, addresses masked):',
};

/** How long it waits for another run to end, seconds. */
const PATIENCE = 600;

/** `todoku forget ADDRESS --reason TEXT`: erases what is on record of a person, and prints a receipt that names nobody. */
export function forgetCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--operator <name>')
    .argument('[address]')
    .option('--reason <text>')
    .option('--unlist')
    .option('--yes')
    .option('--no-wait')
    .option('--accept-key-loss')
    .action(async (typed: string | undefined, options: ForgetOptions, self: Command) => {
      const context = contextOf(self, session);
      if ((typed === undefined) !== (options.acceptKeyLoss === true)) throw new CliError(EITHER);
      const address = typed === undefined ? undefined : addressTyped(typed, context);
      mustBeConfirmable(options.yes === true, context, by(address ? 'todoku export' : 'todoku status'));
      const asked = { ...options, reason: await reasonOf(options, WHY, context) };
      if (address === undefined) await acceptLoss(asked, context);
      else await forgetPerson(address, asked, context);
    });
}

const EITHER: Bilingual = {
  ja: '消去する宛先を1つ指定してください（鍵の喪失を受け入れる場合は、宛先なしで --accept-key-loss）。',
  en: 'name the address to forget; or none, with --accept-key-loss',
};

async function acceptLoss(options: Reasoned, context: CliContext): Promise<void> {
  const { reason, yes = false } = options;
  if (!yes && !(await isToBeDone(GIVE_UP, context))) return;
  const asked = { acceptKeyLoss: true, reason, operator: await operatorOf(options, context) } as const;
  const answer = await context.invoke(acceptKeyLossContract, asked);
  if (context.options.json) return context.printJson(answer);
  context.print(
    context.language === 'ja'
      ? `鍵の喪失を記録しました。消去済みの${answer.dropped}件は、今後見分けられません。`
      : `Recorded. ${answer.dropped} forgotten addresses are not known any more.`,
  );
}

const GIVE_UP: Bilingual = {
  ja: '苦情のあった宛先を含め、消去済みの宛先の保護がなくなります。よろしいですか？ [y/N]',
  en: 'Forgotten addresses lose their protection, those that complained too. Go on? [y/N]',
};

async function forgetPerson(address: string, options: Reasoned, context: CliContext): Promise<void> {
  const { reason, unlist = false, yes = false } = options;
  if (!yes && !(await isToBeDone(questionOf(stripControls(address)), context))) return;
  const answer = await context.invoke(forgetContract, {
    address,
    reason,
    operator: await operatorOf(options, context),
    unlist,
    patience: options.wait ? PATIENCE : 0,
  });
  if ('skipped' in answer) {
    context.endWith(2);
    if (context.options.json) return context.printJson(answer);
    return context.printError(BUSY[context.language]);
  }
  if (unlist && answer.entry.result === 'refused') context.endWith(2);
  if (context.options.json) return context.printJson(answer);
  for (const line of receiptLines(answer, context.language)) context.print(line);
}

const questionOf = (address: string): Bilingual => ({
  ja: `${address} の記録をすべて消去します。元に戻せません。よろしいですか？ [y/N]`,
  en: `Everything on record of ${address} will be erased for good. Go on? [y/N]`,
});

const BUSY: Bilingual = {
  ja: 'todoku: 別の処理が実行中のため、何も消去していません。終わってから、もう一度実行してください。',
  en: 'todoku: another run is active, so nothing was erased: try again when it has ended',
};

/** The receipt in lines. */
function receiptLines(receipt: Receipt, language: Language): readonly string[] {
  const japanese = language === 'ja';
  const { at, masked, hash, erased, complaint, elsewhere } = receipt;
  const kinds = Object.entries(erased).map(
    ([kind, count]) => `  ${stripControls(labelOf(KIND_LABELS, kind, language))}  ${count}`,
  );
  const nothing = japanese ? '  記録はありませんでした' : '  nothing was on record';
  const rest = elsewhere.map(({ until, text }) => {
    const end = until === undefined ? '' : japanese ? `${day(until)}まで：` : `until ${day(until)}: `;
    return `  - ${end}${stripControls(text[language])}`;
  });
  return [
    japanese ? `消去の記録  ${formatInTokyo(at)}` : `forgotten  ${formatInTokyo(at)}`,
    `  ${stripControls(masked)}  (${stripControls(hash)})`,
    japanese ? '消去した項目' : 'erased',
    ...(kinds.length > 0 ? kinds : [nothing]),
    ...(complaint ? [japanese ? COMPLAINT.ja : COMPLAINT.en] : []),
    entryLine(receipt, language),
    japanese ? 'ほかの場所に残るもの' : 'what other places still hold',
    ...rest,
  ];
}

const COMPLAINT: Bilingual = {
  ja: '迷惑メールの申告があったため、鍵付きハッシュだけを残し、今後も解除から保護します。',
  en: 'A complaint was on record: a keyed hash stays, and goes on protecting the address from removal.',
};

function entryLine({ entry }: Receipt, language: Language): string {
  const why = entry.why ? stripControls(entry.why[language]) : '';
  const known: Readonly<Record<string, Bilingual>> = {
    none: { ja: 'SESのサプレッションリストには登録がありません。', en: "There is no entry on SES's list." },
    stays: {
      ja: `SESのサプレッションリストの登録（${entry.reason ?? ''}）は残ります。`,
      en: `The entry on SES's list (${entry.reason ?? ''}) stays.`,
    },
    unlisted: {
      ja: 'SESのサプレッションリストから解除しました。',
      en: "The entry was taken off SES's list.",
    },
    refused: {
      ja: `SESのサプレッションリストの登録は残ります：${why}`,
      en: `The entry on SES's list stays: ${why}`,
    },
  };
  return stripControls(labelOf(known, entry.result, language));
}

function day(moment: string): string {
  return formatInTokyo(moment).slice(0, 10);
}
