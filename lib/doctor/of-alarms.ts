import { stripControls } from '../address.ts';
import { shellWord } from '../shell-word.ts';
import { countOf } from '../text.ts';
import { formatInTokyo, later } from '../time.ts';
import { type Area, deployment, type Finding, type Look, ofSeen, regionOption, together } from './area.ts';
import type { Observed, ObservedAlarm, ObservedTopic } from './observed.ts';

/** The stack's alarms: whether any rings, and whether anybody hears it. */

/** The alarms and who is told. */
export const ALARMS: Area = {
  id: 'alarms',
  label: { ja: 'アラーム', en: 'alarms' },
  look: (observed) =>
    together(
      ofSeen(observed.alarms, (alarms) => ofAlarms(alarms, observed)),
      ofSeen(observed.alarmTopic, (topic) => ofListeners(topic, observed)),
    ),
};

/**
 * A stage's own alarms. Their names do not tell: that of a stage `a-b` begins as those of the stage `a` do. Each names its
 * page of the runbook, which holds no stage.
 */
export function ofStage(all: readonly ObservedAlarm[], stage: string): readonly ObservedAlarm[] {
  return all.filter(({ name, description }) => {
    const [, page] = /docs\/runbook\.md#([\w-]+)/.exec(description) ?? [];
    return page !== undefined && name === `todoku-${stage}-${page}`;
  });
}

/**
 * An alarm that has something to tell. One that waits for data tells by their absence, once it has waited as long as it looks
 * back: a new stack's begins without data, and "no run for 13 hours" is not so in its first hour.
 */
function rings(alarm: ObservedAlarm, now: string): boolean {
  const { alarmState, tellsSilence, configuredAt, window = 0 } = alarm;
  if (alarmState === 'ALARM') return true;
  if (!tellsSilence || alarmState !== 'INSUFFICIENT_DATA') return false;
  return configuredAt === undefined || now >= later(configuredAt, window * 1_000);
}

function ofAlarms(all: readonly ObservedAlarm[], observed: Observed): Look {
  const alarms = ofStage(all, observed.stage);
  if (alarms.length === 0) {
    return {
      said: { ja: 'なし', en: 'none' },
      findings: [
        {
          id: 'no-alarms',
          severity: 'problem',
          text: {
            ja: `ステージ ${stripControls(observed.stage)} のアラームがありません。イベントが失われても通知されません。`,
            en: `the stage ${stripControls(observed.stage)} has no alarms: nobody would hear of a lost event`,
          },
          commands: [deployment(observed)],
        },
      ],
    };
  }
  const ringing = alarms.filter((alarm) => rings(alarm, observed.now));
  const findings: Finding[] = ringing.map((alarm) => ofRinging(alarm, observed.stage));
  const muted = alarms.filter(({ actionsEnabled }) => !actionsEnabled).map(({ name }) => name);
  if (muted.length > 0) {
    findings.push({
      id: 'alarms-muted',
      severity: 'problem',
      text: {
        ja: `通知が無効になっているアラームが${muted.length}件あります。`,
        en: `${countOf(muted.length, 'alarm')} with actions switched off: nobody is told`,
      },
      commands: [
        `aws cloudwatch enable-alarm-actions${regionOption(observed)} --alarm-names ${muted.map(shellWord).join(' ')}`,
      ],
    });
  }
  return {
    said: {
      ja: `${alarms.length}件中 ${ringing.length}件が発生中`,
      en: `${ringing.length} of ${alarms.length} ring`,
    },
    findings,
  };
}

/** The alarm's own words (deploy/alarms.ts): Japanese, English, and the page of the runbook, one line each. */
function ofRinging({ name, description, since }: ObservedAlarm, stage: string): Finding {
  const [ja = '', en = ja] = description.split('\n').map(stripControls);
  const commands = [...en.matchAll(/: (todoku [a-z-]+(?: [a-z-]+)*)/g)].flatMap(
    ([, command]) => command ?? [],
  );
  const at = since === undefined ? '' : formatInTokyo(since);
  const page = name.slice(`todoku-${stage}-`.length);
  return {
    id: `alarm-${page}`,
    severity: 'problem',
    text: {
      ja: `アラーム ${page}（${at}）：${ja}（docs/runbook.md#${page}）`,
      en: `alarm ${page} (${at}): ${en} (docs/runbook.md#${page})`,
    },
    commands: commands.slice(0, 1),
  };
}

function ofListeners(topic: ObservedTopic | null, observed: Observed): Look {
  const confirmed = topic?.confirmed ?? 0;
  const pending = topic?.pending ?? 0;
  return {
    said: { ja: `通知先 ${confirmed}件`, en: countOf(confirmed, 'subscriber') },
    findings:
      confirmed > 0
        ? []
        : [
            {
              id: 'alarms-unheard',
              severity: 'problem',
              text:
                pending > 0
                  ? {
                      ja: `アラームの通知先が確認されていません（${pending}件）。AWSからの「Subscription Confirmation」メールのリンクを開いてください。届いていない場合は、通知先を登録し直してください。`,
                      en: `nobody has confirmed to hear the alarms (${pending} pending): open the link in AWS's mail "Subscription Confirmation". If it did not come, deploy again without and with alarmEmail:`,
                    }
                  : {
                      ja: `アラームの通知先がありません。settings.${stripControls(observed.stage)}.yml に alarmEmail を設定してデプロイしてください。`,
                      en: `nobody hears the alarms: set alarmEmail in settings.${stripControls(observed.stage)}.yml and deploy`,
                    },
              commands: [deployment(observed)],
            },
          ],
  };
}
