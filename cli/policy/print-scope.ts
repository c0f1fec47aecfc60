import { stripControls } from '../../lib/address.ts';
import type { ScopeAnswer } from '../../lib/contracts/policy.ts';
import type { View } from '../session.ts';
import { table } from '../table.ts';
import { printGuards } from './print-policy.ts';

/** Prints where suppression acts: the settings, then what follows from them. */
export function printScope(answer: ScopeAnswer, view: View): void {
  const { language, print, colors } = view;
  const japanese = language === 'ja';
  const { account, configurationSets, tenants } = answer;
  const inherited = japanese ? 'アカウントに従う' : "the account's";
  const none = japanese ? 'なし（停止しない）' : 'none (nothing is stopped)';
  const reasons = (enforced: readonly string[] | undefined) =>
    enforced === undefined ? inherited : enforced.length === 0 ? none : enforced.join(', ');
  const list = (scope: string | undefined) =>
    scope === 'TENANT'
      ? japanese
        ? 'テナントのリスト'
        : "the tenant's"
      : scope === undefined
        ? inherited
        : japanese
          ? 'アカウントのリスト'
          : "the account's";

  const rows: string[][] = [
    [japanese ? 'アカウント' : 'account', '', reasons(account.reasons), list('ACCOUNT')],
    ...configurationSets.read.map((set) => [
      japanese ? '設定セット' : 'configuration set',
      set.name,
      reasons(set.reasons),
      list(set.scope),
    ]),
    ...tenants.read.map((tenant) => [
      japanese ? 'テナント' : 'tenant',
      tenant.name,
      reasons(tenant.reasons),
      list(tenant.scope),
    ]),
  ];
  print(
    table(
      view,
      japanese
        ? ['対象', '名前', '送信を止める登録理由', '参照するリスト']
        : ['where', 'name', 'reasons enforced', 'list looked at'],
      rows,
    ),
  );
  const sending = account.sendingEnabled ? (japanese ? '有効' : 'on') : japanese ? '停止中' : 'off';
  const production = account.productionAccess ? '' : japanese ? '、サンドボックス' : ', sandbox';
  print(
    japanese
      ? `アカウントの状態：${account.enforcementStatus}、送信：${sending}${production}`
      : `account: ${account.enforcementStatus}, sending: ${sending}${production}`,
  );
  print(stripControls(answer.reputation.text[language]));
  for (const { severity, text } of answer.findings) {
    print(`${severity === 'warning' ? colors.yellow('!') : '-'} ${stripControls(text[language])}`);
  }
  printGuards(answer.guards, view);
}
