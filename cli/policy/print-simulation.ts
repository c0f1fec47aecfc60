import type { SimulateAnswer } from '../../lib/contracts/policy.ts';
import { actionLabel, labelOf } from '../../lib/guidance/wording/labels.ts';
import {
  type Difference,
  type OutcomeCounts,
  overDailyLimit,
  type PolicyReplay,
} from '../../lib/operations/policy/simulate.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import type { View } from '../session.ts';
import { table } from '../table.ts';

/** Differing entries printed; `--json` has more. */
const DIFFERENCES_PRINTED = 20;

/** Prints a simulation; `file` names the candidate. */
export function printSimulation(answer: SimulateAnswer, file: string, view: View): void {
  const { language, print, colors } = view;
  const japanese = language === 'ja';
  const { candidate, inForce, changed, maximumRemovalsPerDay: limits } = answer;
  const [since, until] = [formatInTokyo(answer.since), formatInTokyo(answer.until)];
  print(
    japanese
      ? `${since} 〜 ${until}（日本時間）に判定した登録 ${answer.entries}件（宛先 ${answer.addresses}件）`
      : `${answer.entries} entries of ${answer.addresses} addresses, judged ${since} to ${until} (Japan time)`,
  );
  if (changed.length === 0) {
    print(
      japanese ? '現在のポリシーと同じ設定です。' : 'The file makes the policy that is in force already.',
    );
  } else {
    print(changed.map((each) => `${each.key}: ${each.inForce} → ${each.candidate}`).join('、'));
  }
  const row = (action: string, countIn: (replay: PolicyReplay) => number): string[] => [
    actionLabel(action, language),
    String(countIn(inForce)),
    String(countIn(candidate)),
  ];
  print(
    table(view, japanese ? ['判定', '現在のポリシー', file] : ['verdict', 'policy in force', file], [
      row('remove', (replay) => replay.remove),
      row('propose', (replay) => replay.propose),
      row('keep', (replay) => replay.keep),
    ]),
  );
  print(colors.bold(removalsLine(file, candidate)[language]));
  print(removalsLine(japanese ? '現在のポリシー' : 'The policy in force', inForce)[language]);
  if (candidate.ofOthers.removed > 0) print(othersLine(file, candidate.ofOthers)[language]);
  const over = overDailyLimit(candidate, { maximumRemovalsPerDay: limits.candidate });
  if (over > 0) print(limitLine(over, limits.candidate)[language]);
  for (const [change, count] of Object.entries(answer.changes)) {
    print(`${changeName(change, language)}: ${count}`);
  }
  if (answer.differences.length > 0) {
    print(
      table(
        view,
        japanese
          ? ['宛先', '登録日時', '現在のポリシー', file, '実際']
          : ['address', 'listed', 'policy in force', file, 'in fact'],
        answer.differences.slice(0, DIFFERENCES_PRINTED).map((each) => differenceRow(each, language)),
      ),
    );
  }
  print(colors.dim(NOT_REPLAYED[language]));
}

function removalsLine(who: string, replay: PolicyReplay): Bilingual {
  const { ofThese } = replay;
  if (replay.remove === 0) return { ja: `${who}なら解除なし`, en: `${who} would have removed none` };
  return ofThese.removed === 0
    ? {
        ja: `${who}なら${replay.remove}件を解除（実際に解除されたものはありません）`,
        en: `${who} would have removed ${replay.remove}, none of which was removed in fact`,
      }
    : {
        ja: `${who}なら${replay.remove}件を解除。うち実際に解除された${ofThese.removed}件の結果：${outcomes(ofThese).ja}`,
        en: `${who} would have removed ${replay.remove}; of the ${ofThese.removed} that were removed: ${outcomes(ofThese).en}`,
      };
}

function othersLine(file: string, counts: OutcomeCounts): Bilingual {
  return {
    ja: `実際に解除され、${file}なら自動解除しなかった${counts.removed}件の結果：${outcomes(counts).ja}`,
    en: `of the ${counts.removed} removed in fact that ${file} would not have removed: ${outcomes(counts).en}`,
  };
}

function limitLine(over: number, limit: number): Bilingual {
  return {
    ja: `1日の上限（${limit}件）を超える${over}件は、解除ではなく提案になります。`,
    en: `${over} of them exceed the limit of ${limit} a day and would have been proposals.`,
  };
}

/** `27 delivered, 3 bounced again`: what did not happen is left out. */
function outcomes(counts: OutcomeCounts): Bilingual {
  const all: [number, string, string][] = [
    [counts.delivered, '到達', 'delivered'],
    [counts.bouncedAgain, '再不達', 'bounced again'],
    [counts.complained, '迷惑メールの申告', 'complained'],
    [counts.silent, '結果不明', 'silent'],
    [counts.open, '経過観察中', 'open'],
  ];
  const some = all.filter(([count]) => count > 0);
  return {
    ja: some.map(([count, ja]) => `${ja}${count}件`).join('、'),
    en: some.map(([count, , en]) => `${count} ${en}`).join(', '),
  };
}

function changeName(change: string, language: Language): string {
  return change
    .split('>')
    .map((action) => actionLabel(action, language))
    .join(' → ');
}

const REALLY: Readonly<Record<string, Bilingual>> = {
  'not-removed': { ja: '解除せず', en: 'not removed' },
  open: { ja: '解除（経過観察中）', en: 'removed, open' },
  delivered: { ja: '解除→到達', en: 'removed, delivered' },
  'bounced-again': { ja: '解除→再不達', en: 'removed, bounced again' },
  complained: { ja: '解除→迷惑メールの申告', en: 'removed, complained' },
  silent: { ja: '解除→結果不明', en: 'removed, silent' },
};

function differenceRow(difference: Difference, language: Language): string[] {
  const verdict = ({ action, rule }: Difference['candidate']) => `${actionLabel(action, language)} (${rule})`;
  return [
    difference.address,
    formatInTokyo(difference.listedAt),
    verdict(difference.inForce),
    verdict(difference.candidate),
    labelOf(REALLY, difference.really, language),
  ];
}

const NOT_REPLAYED: Bilingual = {
  ja: '1回の実行の上限、アカウントの状態、ルールの成績による停止は記録から再現できないため、含みません。',
  en: 'Limits of a run, the account guards and stops by track record are not in the record and are not replayed.',
};
