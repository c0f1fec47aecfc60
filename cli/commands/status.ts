import { type Command, Option } from 'commander';
import { maskAddress, stripControls } from '../../lib/address.ts';
import { statusContract } from '../../lib/contracts/status.ts';
import { modeLabel } from '../../lib/guidance/wording/labels.ts';
import { runInWords } from '../../lib/guidance/wording/runs.ts';
import type { Bilingual } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { wholeNumber } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { contextOf, followUp } from '../context.ts';
import type { Session } from '../session.ts';
import { countedAtLeast, lastEventOf } from '../status-view.ts';
import { table } from '../table.ts';

/** `todoku status`: how this deployment stands: its latest runs, what waits, when events last came. */
export function statusCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .addOption(new Option('--runs <count>').argParser(wholeNumber).default(5))
    .action(async (options: { runs: number }, self: Command) => {
      const context = contextOf(self, session);
      const status = await context.invoke(statusContract, { runs: options.runs });
      if (context.options.json) return context.printJson(status);
      const { language, print, colors } = context;
      const japanese = language === 'ja';
      const warn = (text: string) => print(colors.yellow(context.fold(text)));
      print(`${japanese ? 'モード' : 'mode'}  ${modeLabel(status.mode, language)}`);
      print(`${japanese ? '承認待ち' : 'waiting proposals'}  ${countedAtLeast(status.waiting)}`);
      if (status.notices) {
        const since = formatInTokyo(status.notices.since);
        const count = countedAtLeast(status.notices);
        print(
          japanese
            ? `未送信のお知らせ  ${count}（${since}から）`
            : `notices not told yet  ${count} (since ${since})`,
        );
      }
      print(
        `${japanese ? '最後の不達・申告' : 'last bounce or complaint'}  ${lastEventOf(status, language)}`,
      );
      if (status.stopped) {
        const { by, at, reason } = status.stopped;
        const since = formatInTokyo(at);
        warn(
          japanese
            ? `! すべての解除を停止中（${since}、${stripControls(by)}：${stripControls(reason)}）。再開するには：`
            : `! all removals are stopped (since ${since}, ${stripControls(by)}: ${stripControls(reason)}); to allow them again:`,
        );
        print(`  ${followUp('resume', context)}`);
      }
      for (const { address, at } of status.putBacksRefused ?? []) {
        const when = formatInTokyo(at);
        warn(
          japanese
            ? `! ${maskAddress(address)}：解除後に迷惑メール申告が判明しましたが、SESが再登録を拒否しました（${when}）。COMPLAINT として登録してください`
            : `! ${maskAddress(address)}: a complaint came to light after its removal, and SES refused to list it again (${when}); put it on the list with reason COMPLAINT`,
        );
      }
      if (status.forgotten && status.forgotten.key !== 'in-place') {
        print(colors.yellow(japanese ? KEY_LOST.ja : KEY_LOST.en));
      }
      if (status.unreadable) {
        const { count, example } = status.unreadable;
        warn(
          japanese
            ? `! このバージョンでは読み取れない項目が${count}件あります（例：${stripControls(example)}）。該当の宛先は判断も解除もしません`
            : `! ${count} items cannot be read by this version (such as ${stripControls(example)}): their addresses are neither judged nor removed`,
        );
      }
      if (status.listed !== undefined) {
        print(
          `${japanese ? 'リストの件数（前回の全件走査）' : 'listed at the last full walk'}  ${status.listed}`,
        );
      }
      if (status.walk) {
        const since = formatInTokyo(status.walk.startedAt);
        print(
          japanese
            ? `走査の途中  ${since} 開始、${status.walk.seen}件まで`
            : `walk under way  since ${since}, ${status.walk.seen} entries so far`,
        );
      }
      if (status.runs.length === 0) {
        print(japanese ? 'まだ一度も実行されていません。' : 'No run has finished yet.');
        return;
      }
      print(
        table(
          context,
          japanese ? ['開始', 'モード', '結果', '適用された制限'] : ['started', 'mode', 'result', 'limits'],
          status.runs.map((run) => [
            formatInTokyo(run.startedAt),
            `${modeLabel(run.mode, language)}${run.full ? ' --full' : ''}`,
            runInWords(run, language),
            run.limits.map(({ limit }) => limit).join(', '),
          ]),
        ),
      );
      for (const { limit, because } of status.runs[0]?.limits ?? []) {
        print(`${colors.yellow('!')} ${limit}: ${because[language]}`);
      }
    });
}

const KEY_LOST: Bilingual = {
  ja: '! 消去した宛先を見分けるための鍵が失われたか、変わっています。リストの確認と解除は停止しています（docs/privacy.md）',
  en: '! the key by which forgotten addresses are known again is lost or was changed: nothing is walked over and nothing removed (docs/privacy.md)',
};
