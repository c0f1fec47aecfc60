import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { enableRuleContract, type RulesAnswer, rulesContract } from '../../lib/contracts/policy.ts';
import { labelOf } from '../../lib/guidance/wording/labels.ts';
import { type Bilingual, type Language, percent } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { command } from '../command.ts';
import { contextOf } from '../context.ts';
import { operatorOf } from '../operator.ts';
import { reasonOf } from '../reason.ts';
import type { Session, View } from '../session.ts';
import { table } from '../table.ts';

/** `todoku rules`: what came of each rule's removals, and which may still remove. */
export function rulesCommand(made: Command, session: Session): Command {
  return made.addCommand(listCommand(session), { isDefault: true }).addCommand(enableCommand(session));
}

/** Exit code 2: a rule may not remove for now. */
function listCommand(session: Session): Command {
  return command('list').action(async (_options: unknown, self: Command) => {
    const context = contextOf(self, session);
    const answer = await context.invoke(rulesContract, { ask: 'rules' });
    if (context.options.json) context.printJson(answer);
    else printRules(answer, context);
    if (answer.rules.some(({ state }) => state === 'only-proposing')) context.endWith(2);
  });
}

function enableCommand(session: Session): Command {
  return command('enable')
    .argument('<rule>')
    .option('--carrier <id>')
    .option('--reason <text>')
    .option('--operator <name>')
    .action(
      async (
        rule: string,
        options: { carrier?: string; reason?: string; operator?: string },
        self: Command,
      ) => {
        const context = contextOf(self, session);
        const { carrier } = options;
        const reason = await reasonOf(options, WHY, context);
        const answer = await context.invoke(enableRuleContract, {
          ask: 'enable-rule',
          rule,
          reason,
          operator: await operatorOf(options, context),
          ...(carrier && { carrier }),
        });
        if (context.options.json) return context.printJson(answer);
        context.print(
          context.language === 'ja'
            ? `ルール「${stripControls(rule)}」を再開しました。これより前の解除の結果は数えません。`
            : `Rule ${stripControls(rule)} may remove again; outcomes of earlier removals no longer count.`,
        );
        printRules(answer, context);
      },
    );
}

const WHY: Bilingual = {
  ja: 'ルールを再開する理由（ルールとともに残ります）：',
  en: 'Why the rule may remove again (kept with the rule):',
};

function printRules({ rules, policy, mode }: RulesAnswer, view: View): void {
  const { language, print } = view;
  const japanese = language === 'ja';
  if (rules.length === 0) {
    print(japanese ? '解除の実績はまだありません。' : 'Nothing has been removed yet.');
    return;
  }
  print(
    table(
      view,
      japanese
        ? ['ルール', '携帯会社', '実績', '到達率の下限', '状態']
        : ['rule', 'carrier', 'record', 'lower bound', 'state'],
      rules.map((line) => [
        line.rule,
        line.carrier ?? '-',
        line.summary[language],
        line.standing.lowerBound === undefined ? '-' : percent(line.standing.lowerBound),
        stateOf(line, mode, language),
      ]),
    ),
  );
  const floor = percent(policy.minimumSuccessRate);
  print(
    japanese
      ? `到達率の下限は95％信頼区間（ウィルソン）の下側です。直近${policy.outcomeWindow}件で判定し、結果が${policy.minimumOutcomes}件以上あって${floor}を下回るルールは提案だけを行います。結果不明は成否のどちらにも数えません。`
      : `The lower bound is that of the 95 % Wilson interval over the last ${policy.outcomeWindow} outcomes. With ${policy.minimumOutcomes} outcomes or more and a bound under ${floor} a rule only proposes. Silence counts neither way.`,
  );
}

const STATE_NAMES: Readonly<Record<string, Bilingual>> = {
  applying: { ja: '自動解除', en: 'applying' },
  'only-proposing': { ja: '提案のみ（成績不足）', en: 'only proposing (below the floor)' },
  proposes: { ja: '提案（承認後に解除）', en: 'proposes (removed once approved)' },
  'by-hand': { ja: '手動', en: 'by hand' },
};

/** A rule that would remove by itself where the stack's mode has it propose. */
const NOT_APPLYING: Bilingual = {
  ja: '提案（モードが propose のため、承認後に解除）',
  en: 'proposes (mode propose: removed once approved)',
};

function stateOf(
  { state, since, enabled }: RulesAnswer['rules'][number],
  mode: string | undefined,
  language: Language,
): string {
  const isHeldBack = state === 'applying' && mode === 'propose';
  const parts = [isHeldBack ? NOT_APPLYING[language] : labelOf(STATE_NAMES, state, language)];
  if (since) {
    const when = formatInTokyo(since);
    parts.push(language === 'ja' ? `${when} から` : `since ${when}`);
  }
  if (state === 'applying' && enabled) parts.push(`${enabled.operator}: ${enabled.reason}`);
  return parts.join('  ');
}
