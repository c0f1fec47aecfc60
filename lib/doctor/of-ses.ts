import { stripControls } from '../address.ts';
import { accountGuards, type Rates } from '../policy/guards.ts';
import { DEFAULT_POLICY } from '../policy/policy.ts';
import { type Bilingual, type Language, percent } from '../text.ts';
import { wiringFindings } from '../wiring/findings.ts';
import { wiringReport } from '../wiring/reports.ts';
import { type Area, type Finding, ofSeen, regionOption, same } from './area.ts';
import type { ObservedPolicy } from './observed.ts';
import { isScheduled } from './of-stack.ts';

/** SES in this account and Region: whether it sends, what it suppresses, and whose mail reports. */

/** Remedies of what the policy's guards find about the account. */
const GUARD_COMMANDS: Readonly<Record<string, (region: string) => string>> = {
  'account-sending-disabled': (region) =>
    `aws sesv2 put-account-sending-attributes${region} --sending-enabled`,
};

/** Whether the account may send to anybody, and is in good standing. */
export const ACCOUNT: Area = {
  id: 'account',
  label: { ja: 'SESアカウント', en: 'SES account' },
  look: (observed) =>
    ofSeen(observed.account, (account) => {
      const region = regionOption(observed);
      const look = `aws sesv2 get-account${region}`;
      const { reputation, policy } = observed;
      const maxima = policy.state === 'seen' ? policy.value.maxima : undefined;
      const rates = reputation.state === 'seen' ? reputation.value : {};
      // Rates are held against the policy in force, and against no other where that is not known.
      const findings = accountGuards(account, { state: 'read', ...(maxima && rates) }, limitsIn(maxima)).map(
        ({ limit, because }): Finding => ({
          id: limit,
          severity: 'problem',
          text: because,
          commands: [GUARD_COMMANDS[limit]?.(region) ?? look],
        }),
      );
      if (!account.productionAccess) {
        findings.unshift({
          id: 'sandbox',
          severity: 'problem',
          text: {
            ja: 'SESがサンドボックスのままです。検証済みの宛先にしか送信できません。SESコンソールの「アカウントダッシュボード」から本番アクセスをリクエストしてください。現在の状態：',
            en: 'SES is in the sandbox, and sends to verified addresses only: request production access in the SES console (Account dashboard). As it stands:',
          },
          commands: [look],
        });
      }
      return {
        said: {
          ja: `${account.productionAccess ? '本番' : 'サンドボックス'}、${stripControls(account.enforcementStatus)}、送信${account.sendingEnabled ? '可' : '停止中'}${ratesIn(rates, 'ja')}`,
          en: `${account.productionAccess ? 'production' : 'sandbox'}, ${stripControls(account.enforcementStatus)}, sending ${account.sendingEnabled ? 'on' : 'off'}${ratesIn(rates, 'en')}`,
        },
        findings,
        unseen: reputation.state === 'unseen' ? [reputation] : [],
      };
    }),
};

type Maxima = ObservedPolicy['maxima'];

function limitsIn(maxima: Maxima) {
  const { maximumBounceRate, maximumComplaintRate } = DEFAULT_POLICY;
  return maxima === undefined
    ? { maximumBounceRate, maximumComplaintRate }
    : { maximumBounceRate: maxima.bounceRate, maximumComplaintRate: maxima.complaintRate };
}

/** The rates that there are, after what else is said. */
function ratesIn({ bounceRate, complaintRate }: Rates, language: Language): string {
  const named = [
    [{ ja: 'バウンス率', en: 'bounces' }, bounceRate],
    [{ ja: '苦情率', en: 'complaints' }, complaintRate],
  ] as const;
  return named
    .flatMap(([name, rate]) => (rate === undefined ? [] : `${name[language]} ${percent(rate.value)}`))
    .map((words) => `${language === 'ja' ? '、' : ', '}${words}`)
    .join('');
}

const REASONS = ['BOUNCE', 'COMPLAINT'] as const;

/** Whether the account's list stops mail, and for which reasons. */
export const SUPPRESSION: Area = {
  id: 'suppression',
  label: { ja: 'サプレッション', en: 'suppression' },
  look: (observed) =>
    ofSeen(observed.account, ({ suppressedReasons }) => {
      const lacking = REASONS.filter((reason) => !suppressedReasons.includes(reason));
      const isOff = lacking.length === REASONS.length;
      const command = `aws sesv2 put-account-suppression-attributes${regionOption(observed)} --suppressed-reasons ${REASONS.join(' ')}`;
      return {
        said:
          suppressedReasons.length === 0
            ? { ja: '無効', en: 'off' }
            : same(suppressedReasons.map(stripControls).join(', ')),
        findings:
          lacking.length === 0
            ? []
            : [
                {
                  id: isOff ? 'suppression-off' : 'suppression-in-part',
                  severity: isOff ? 'problem' : 'note',
                  text: {
                    ja: `アカウントのサプレッションリストは ${lacking.join('、')} の宛先へのメールを止めません。止めるには：`,
                    en: `the account's suppression list does not stop mail for ${lacking.join(', ')}. To have it do so:`,
                  },
                  commands: [command],
                },
              ],
      };
    }),
};

/** Whose mail reports: lib/wiring answers it. */
export const WIRING: Area = {
  id: 'wiring',
  label: { ja: '通知の設定', en: 'wiring' },
  look: ({ wiring }) =>
    ofSeen(wiring, (seen) => {
      const { sets, senders } = wiringReport(seen);
      const able = senders.filter(({ verified }) => verified !== false);
      const whole = (reports: readonly { readonly state: string }[]) =>
        reports.filter(({ state }) => state === 'whole').length;
      const findings = wiringFindings(seen);
      const unread = findings.filter(({ id }) => id === 'not-read');
      return {
        said: {
          ja: `届く設定セット ${whole(sets)}/${sets.length}、送信元 ${whole(able)}/${able.length}`,
          en: `${whole(sets)} of ${sets.length} sets and ${whole(able)} of ${able.length} senders report`,
        },
        findings: findings.filter((each) => !unread.includes(each)),
        unseen: unread.map(({ text }, at) => ({
          state: 'unseen',
          call: seen.unread[at]?.call ?? '',
          why: seen.unread[at]?.why ?? 'failed',
          because: text,
        })),
      };
    }),
};

/** What marks another stage: its destination in a set, and its alarms. */
export const STAGES: Area = {
  id: 'stages',
  label: { ja: 'ステージ', en: 'stages' },
  look: (observed) => {
    const { wiring, alarms, stage } = observed;
    const isOther = (name: string) => name !== '' && name !== stage;
    const listening =
      wiring.state === 'seen'
        ? (wiring.value.sets ?? [])
            .flatMap(({ destinations = [] }) => destinations)
            .flatMap(({ topic }) => /:todoku-([\w-]+)-ses-events$/.exec(topic ?? '')?.[1] ?? [])
        : [];
    const running =
      alarms.state === 'seen'
        ? alarms.value.flatMap(({ name }) => /^todoku-([\w-]+)-no-run$/.exec(name)?.[1] ?? [])
        : [];
    const others = [...new Set([...listening, ...running])].filter(isOther).toSorted();
    // With this stage's own schedule switched off, the other one alone looks after the list.
    const sure = isScheduled(observed) === false ? [] : others.filter((name) => running.includes(name));
    const likely = others.filter((name) => !running.includes(name));
    const findings: Finding[] = [];
    if (sure.length > 0) {
      findings.push({
        id: 'two-stages',
        severity: 'problem',
        text: {
          ja: `このアカウントとリージョンでは、ステージ ${sure.join('、')} も定期実行されています。サプレッションリストは1つだけなので、解除の上限と記録が二重になります。片方の定期実行を止めてください（設定 scheduleEnabled: false）。`,
          en: `the stage ${sure.join(', ')} runs by a schedule in this account and Region, too. There is one suppression list, so limits and records are double: switch one schedule off (setting scheduleEnabled: false)`,
        },
        commands: sure.map((name) => `npx serverless deploy --stage ${name}${regionOption(observed)}`),
      });
    }
    if (likely.length > 0) {
      findings.push({
        id: 'other-stage-listens',
        severity: 'note',
        text: {
          ja: `ステージ ${likely.join('、')} のトピックにもイベントが届いています。そのステージが同じリストを整理しているかどうかは、ここからは分かりません。`,
          en: `the topic of the stage ${likely.join(', ')} hears the same events. Whether that stage cleans up the same list cannot be told from here`,
        },
        commands: likely.map((name) => `todoku status --stage ${name}`),
      });
    }
    const isSeen = wiring.state === 'seen' || alarms.state === 'seen';
    return {
      ...(isSeen && {
        said:
          others.length === 0
            ? { ja: 'ほかのステージなし', en: 'no other' }
            : { ja: `ほかに ${others.join('、')}`, en: `also ${others.join(', ')}` },
      }),
      findings,
    };
  },
};

/**
 * What VDM's questions cost under each plan: SES's pricing page and Price List API, read on 2026-08-13 and 2026-07-22.
 * A plan that is not named here has its word shown and no price.
 */
const PLANS: Readonly<Record<string, Bilingual>> = {
  NONE: {
    ja: '従量課金：VDM は有料、insights は1件 $0.01',
    en: 'no plan: VDM is billed, insights $0.01 each',
  },
  ESSENTIALS: {
    ja: 'ESSENTIALS：VDM の照会は無料、insights は1件 $0.01',
    en: 'ESSENTIALS: VDM queries free, insights $0.01 each',
  },
  PRO: {
    ja: 'PRO：VDM 込み、insights は月2,500件まで込み',
    en: 'PRO: VDM included, 2,500 insights a month',
  },
  ENTERPRISE: {
    ja: 'ENTERPRISE：VDM 込み、insights は月5,000件まで込み',
    en: 'ENTERPRISE: VDM included, 5,000 insights a month',
  },
};

/** What backfill and insights cost here: no finding, since it is the shop's to choose. */
export const PLAN: Area = {
  id: 'plan',
  label: { ja: '料金プラン', en: 'plan' },
  look: ({ account }) =>
    ofSeen(account, ({ plan, nextPlan, vdmEnabled }) => {
      const word = stripControls(plan ?? '');
      const known = PLANS[plan ?? ''] ?? {
        ja: `${word || 'プラン不明'}：料金は不明`,
        en: `${word || 'plan not told'}: prices not known`,
      };
      const next =
        nextPlan === undefined || nextPlan === plan
          ? same('')
          : { ja: `（次月 ${stripControls(nextPlan)}）`, en: ` (next month ${stripControls(nextPlan)})` };
      const vdm = vdmEnabled ? 'VDM on' : 'VDM off (no backfill)';
      return {
        said: {
          ja: `${vdmEnabled ? 'VDM 有効' : 'VDM 無効（backfill 不可）'}。${known.ja}${next.ja}`,
          en: `${vdm}; ${known.en}${next.en}`,
        },
      };
    }),
};
