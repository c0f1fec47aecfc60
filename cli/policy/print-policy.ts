import { stripControls } from '../../lib/address.ts';
import type { ExplainAnswer, ShowAnswer } from '../../lib/contracts/policy.ts';
import { actionLabel, carrierLabel, diagnosisLabel, labelOf } from '../../lib/guidance/wording/labels.ts';
import { POLICY_DESCRIPTIONS } from '../../lib/policy/descriptions.ts';
import type { Limit } from '../../lib/policy/guards.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import type { View } from '../session.ts';
import { table } from '../table.ts';

const LAYER_NAMES: Readonly<Record<string, Bilingual>> = {
  default: { ja: '初期値', en: 'default' },
  deployment: { ja: 'デプロイ', en: 'deployment' },
  parameter: { ja: 'パラメーター', en: 'parameter' },
};

/** Prints the values in force, and the layer that set each. */
export function printPolicy(answer: ShowAnswer, view: View): void {
  const { language, print } = view;
  print(
    table(
      view,
      language === 'ja'
        ? ['設定', '値', '初期値', '設定元', '意味']
        : ['setting', 'value', 'default', 'set by', 'meaning'],
      Object.entries(answer.policy).map(([key, value]) => {
        const origin = answer.origins[key] ?? '';
        return [
          key,
          String(value),
          String(answer.defaults[key] ?? '-'),
          labelOf(LAYER_NAMES, origin, language),
          descriptionOf(key, language),
        ];
      }),
    ),
  );
  print(parameterLine(answer.parameter)[language]);
  printGuards(answer.guards, view);
}

function parameterLine(parameter: ShowAnswer['parameter']): Bilingual {
  switch (parameter.state) {
    case 'none':
      return {
        ja: 'パラメーター：なし（環境変数 POLICY_PARAMETER が未設定です）',
        en: 'Parameter: none (POLICY_PARAMETER is not set)',
      };
    case 'missing':
      return {
        ja: `パラメーター：${parameter.name}（未作成。作成すると再デプロイなしで設定を変更できます）`,
        en: `Parameter: ${parameter.name} (does not exist; create it to change values without a deploy)`,
      };
    case 'read': {
      const when = parameter.changedAt ? formatInTokyo(parameter.changedAt) : '-';
      return {
        ja: `パラメーター：${parameter.name}（バージョン${parameter.version ?? '-'}、${when} 更新）`,
        en: `Parameter: ${parameter.name} (version ${parameter.version ?? '-'}, changed ${when} Japan time)`,
      };
    }
    case 'unreadable': {
      const { problem = '', why = { ja: problem, en: problem } } = parameter;
      return { ja: `パラメーター：${oneLine(why.ja)}`, en: `Parameter: ${oneLine(why.en)}` };
    }
    default:
      return { ja: `パラメーター：${parameter.state}`, en: `Parameter: ${parameter.state}` };
  }
}

function oneLine(text: string): string {
  return stripControls(text.replaceAll('\n', ' '));
}

/** What a setting means; nothing for one that only a stack of another version has. */
function descriptionOf(key: string, language: Language): string {
  return Object.entries(POLICY_DESCRIPTIONS).find(([name]) => name === key)?.[1][language] ?? '';
}

/** Prints the table of rules for one address, the deciding one marked. */
export function printExplanation(answer: ExplainAnswer, view: View): void {
  const { language, print, colors } = view;
  const japanese = language === 'ja';
  print(colors.bold(stripControls(answer.address)));
  const { carrier } = answer.diagnosis;
  print(
    `${diagnosisLabel(answer.diagnosis, language)}  ${carrier === undefined ? '-' : carrierLabel(carrier, language)}  ${stripControls(answer.diagnosis.explains[language])}`,
  );
  const { policy, verdict, listing } = answer;
  if (policy === undefined || verdict === undefined) {
    print(stripControls(notListed(listing)[language]));
    return;
  }
  print(
    table(
      view,
      japanese ? ['', 'ルール', '該当', '判定'] : ['', 'rule', 'matches', 'verdict'],
      policy.map((row) => [
        row.decides ? '→' : '',
        row.rule,
        row.matches ? (japanese ? '○' : 'yes') : '-',
        actionLabel(row.action, language),
      ]),
    ),
  );
  print(
    japanese
      ? `上から順に照合し、最初に該当した「${verdict.rule}」で判定しています。`
      : `The rules are tried from the top; the first that matches, ${verdict.rule}, decides.`,
  );
  for (const row of policy) {
    if (row.matches) print(`${row.decides ? '→' : ' '} ${row.rule}: ${stripControls(row.because[language])}`);
  }
  if (verdict.dueAt) {
    const due = formatInTokyo(verdict.dueAt);
    print(japanese ? `次の判定：${due}` : `Looked at again: ${due} (Japan time)`);
  }
  if (verdict.action === 'remove') printGuards(answer.guards, view);
}

function notListed(listing: ExplainAnswer['listing']): Bilingual {
  if (listing.state === 'unknown' && listing.because !== undefined) return listing.because;
  return listing.state === 'unknown'
    ? {
        ja: `SESに問い合わせできないため、判定できません（${listing.why ?? '-'}）。`,
        en: `SES could not be asked, so there is no verdict (${listing.why ?? '-'}).`,
      }
    : {
        ja: 'サプレッションリストに載っていないため、判定の対象ではありません。',
        en: 'Not on the suppression list: there is nothing to decide.',
      };
}

/** Prints what stands in the way of removals. */
export function printGuards(guards: readonly Limit[], { language, print, colors }: View): void {
  for (const { limit, because } of guards) {
    print(`${colors.yellow('!')} ${stripControls(limit)}: ${stripControls(because[language])}`);
  }
}
