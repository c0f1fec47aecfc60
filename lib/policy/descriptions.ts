import type { Bilingual } from '../text.ts';
import type { Policy } from './policy.ts';

/** What each value of the policy means to an operator, with its unit. */
export const POLICY_DESCRIPTIONS: Readonly<Record<keyof Policy, Bilingual>> = {
  maximumRemovals: {
    ja: 'この回数解除しても届かない宛先は、リストに残す（回）',
    en: 'removals without a delivery after which an address stays listed',
  },
  removalWindowDays: { ja: '解除回数を数える期間（日）', en: 'days over which those removals are counted' },
  coolDownHours: {
    ja: '不達のあと判断を待つ時間（時間）',
    en: 'hours to wait after a bounce before deciding',
  },
  temporaryCoolDownDays: {
    ja: '一時的な原因の不達のあと提案を待つ期間（日）',
    en: 'days to wait after a temporary cause before proposing',
  },
  maximumRemovalsPerRun: {
    ja: '1回の実行での自動解除の上限（件）',
    en: 'automatic removals in one run at most',
  },
  maximumRemovalsPerDay: {
    ja: '1日（UTC）の自動解除の上限（件）',
    en: 'automatic removals in one UTC day at most',
  },
  silentAfterDays: {
    ja: '解除後、結果不明と判定するまでの期間（日）',
    en: 'days without any event after a removal before it is called silent',
  },
  maximumBounceRate: {
    ja: '自動解除を止めるアカウントのバウンス率（0.025＝2.5％）',
    en: 'bounce rate of the account at which nothing is removed (0.025 is 2.5 %)',
  },
  maximumComplaintRate: {
    ja: '自動解除を止めるアカウントの苦情率（0.0005＝0.05％）',
    en: 'complaint rate of the account at which nothing is removed (0.0005 is 0.05 %)',
  },
  minimumSuccessRate: {
    ja: 'ルールの到達率（95％信頼下限）がこれを下回ると提案だけにする',
    en: 'lower 95 % bound of a rule’s success rate below which it only proposes',
  },
  minimumOutcomes: {
    ja: 'ルールの成績を判定するのに必要な結果の数（件）',
    en: 'outcomes it takes to judge a rule',
  },
  outcomeWindow: {
    ja: 'ルールの成績に数える直近の結果の数（件）',
    en: 'latest outcomes of a rule that are counted',
  },
  maximumListChange: {
    ja: 'リストの件数が前回からこの割合を超えて増減したら自動解除を止める（0.5＝50％）',
    en: 'share by which the list may change between full runs before nothing is removed (0.5 is 50 %)',
  },
  maximumUnheardDeliveries: {
    ja: 'イベントが1件も届かないままSESがこの数を超えて配信したら自動解除を止める（通）',
    en: 'mails SES delivers without one event reaching the topic above which nothing is removed',
  },
  removalsOneByOne: {
    ja: '1件ずつ解除する上限。超えた分はインポートジョブで解除する（件）',
    en: 'removals of a run made one by one; the rest goes through import jobs',
  },
  maximumAddressInsightsPerDay: {
    ja: '判断のつかない宛先の実在をSESに問い合わせる上限（件／日、有料。0＝問い合わせない）',
    en: 'questions to SES in one UTC day whether a doubtful mailbox exists (each costs money; 0 asks none)',
  },
};
