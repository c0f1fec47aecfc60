import type { ScopeAnswer } from '../../contracts/policy.ts';
import { accountGuards, describeReputation, type Reputation } from '../../policy/guards.ts';
import type { Policy } from '../../policy/policy.ts';
import type { ConfigurationSetScope, Readings, ScopeReading } from '../../suppression/scope.ts';
import type { Bilingual } from '../../text.ts';

/** A thing that follows from the settings, and how much it matters: a warning deserves an operator's look. */
export interface ScopeFinding {
  readonly severity: 'warning' | 'note';
  readonly text: Bilingual;
}

/** Reasons SES lists an address for. */
const REASONS = ['BOUNCE', 'COMPLAINT'] as const;

/** Puts the readings together with what follows from them. Pure. */
export function scopeAnswer(reading: ScopeReading, reputation: Reputation, policy: Policy): ScopeAnswer {
  return {
    ...reading,
    findings: scopeFindings(reading),
    reputation: { ...reputation, text: describeReputation(reputation) },
    guards: accountGuards(reading.account, reputation, policy),
  };
}

/** What follows from the settings, in words; the order is that of the account, configuration sets, tenants. Pure. */
export function scopeFindings(reading: ScopeReading): ScopeFinding[] {
  return [
    ...accountFindings(reading),
    ...reading.configurationSets.read.flatMap((set) => setFindings(set, reading.account.reasons)),
    ...tenantFindings(reading),
    ...gaps(reading.configurationSets, '設定セット', 'configuration sets'),
    ...gaps(reading.tenants, 'テナント', 'tenants'),
  ];
}

function accountFindings({ account, configurationSets }: ScopeReading): ScopeFinding[] {
  const findings: ScopeFinding[] = [];
  for (const reason of REASONS) {
    if (account.reasons.includes(reason)) continue;
    const enforcing = configurationSets.read.filter((set) => set.reasons?.includes(reason));
    const names = enforcing.map((set) => set.name);
    findings.push(
      names.length === 0
        ? warning(
            `アカウントの設定で${reason}が無効のため、${reason}で登録された宛先への送信は止まりません。解除しても何も変わりません。`,
            `The account does not enforce ${reason}: entries listed for ${reason} block nothing, and removing them changes nothing.`,
          )
        : warning(
            `アカウントの設定で${reason}が無効のため、${reason}で登録された宛先への送信が止まるのは設定セット ${names.join('、')} で送るときだけです。`,
            `The account does not enforce ${reason}: entries listed for ${reason} block only mail sent with ${listed(names)}.`,
          ),
    );
  }
  if (account.reasons.length === REASONS.length) {
    findings.push(
      note(
        '設定セットで上書きしていない送信では、リストに登録されたすべての宛先（BOUNCE・COMPLAINT）への送信が止まります。',
        'Mail sent without an override of a configuration set is stopped for every listed address (BOUNCE and COMPLAINT).',
      ),
    );
  }
  if (account.autoValidation !== undefined) {
    findings.push(
      note(
        `Auto Validation が有効です（しきい値 ${account.autoValidation}）。リストに載っていない宛先でも、SESが疑わしいと判断すると送信されません。`,
        `Auto Validation is on (threshold ${account.autoValidation}): SES also stops mail to addresses it doubts, listed or not.`,
      ),
    );
  }
  return findings;
}

function setFindings(set: ConfigurationSetScope, accountReasons: readonly string[]): ScopeFinding[] {
  const findings: ScopeFinding[] = [];
  const { name, reasons } = set;
  if (reasons !== undefined && reasons.length === 0) {
    findings.push(
      warning(
        `設定セット ${name} はサプレッションリストを使いません。登録された宛先にも送信され、バウンス率・苦情率に影響します。`,
        `Configuration set ${name} uses no suppression at all: mail is sent to listed addresses and counts in the bounce and complaint rates.`,
      ),
    );
  } else if (reasons !== undefined) {
    for (const reason of REASONS) {
      const here = reasons.includes(reason);
      if (here === accountReasons.includes(reason)) continue;
      findings.push(
        here
          ? note(
              `設定セット ${name} は、アカウントでは無効の${reason}を有効にしています。${reason}で登録された宛先への送信が止まります。`,
              `Configuration set ${name} enforces ${reason}, which the account does not: entries listed for ${reason} block mail sent with it.`,
            )
          : warning(
              `${reason}で登録された宛先でも、設定セット ${name} で送るメールは止まりません。`,
              `Entries listed for ${reason} block nothing in configuration set ${name}.`,
            ),
      );
    }
  }
  if (set.scope === 'TENANT') {
    findings.push(
      warning(
        `設定セット ${name} はテナントのリストを参照します。アカウントのリストからの解除は、この設定セットのメールには効きません。`,
        `Configuration set ${name} looks at the tenant's list: a removal from the account's list does not help mail sent with it.`,
      ),
    );
  }
  if (set.autoValidation !== undefined) {
    findings.push(
      note(
        `設定セット ${name} で Auto Validation が有効です（しきい値 ${set.autoValidation}）。`,
        `Auto Validation is on in configuration set ${name} (threshold ${set.autoValidation}).`,
      ),
    );
  }
  return findings;
}

function tenantFindings({ tenants }: ScopeReading): ScopeFinding[] {
  return tenants.read.flatMap((tenant) =>
    tenant.scope === 'TENANT'
      ? warning(
          `テナント ${tenant.name} は独自のリストを使います。アカウントのリストからの解除は、このテナントのメールには効きません（todokuが扱うのはアカウントのリストだけです）。`,
          `Tenant ${tenant.name} has a list of its own: a removal from the account's list does not help its mail (todoku works on the account's list only).`,
        )
      : [],
  );
}

function gaps(readings: Readings<unknown>, ja: string, en: string): ScopeFinding[] {
  const { unread, problem } = readings;
  if (problem !== undefined) {
    return [
      warning(
        `${ja}の設定を読み取れませんでした（${problem}）。上書きの有無は不明です。`,
        `The settings of the ${en} could not be read (${problem}): whether they override anything is unknown.`,
      ),
    ];
  }
  if (unread === 0) return [];
  return [
    warning(
      `時間切れのため、${ja}のうち少なくとも${unread}件を読み取っていません。上書きの有無は不明です。`,
      `Time ran out before at least ${unread} of the ${en} were read: whether they override anything is unknown.`,
    ),
  ];
}

function listed(names: readonly string[]): string {
  return `configuration set${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
}

function warning(ja: string, en: string): ScopeFinding {
  return { severity: 'warning', text: { ja, en } };
}

function note(ja: string, en: string): ScopeFinding {
  return { severity: 'note', text: { ja, en } };
}
