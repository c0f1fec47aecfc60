import { stripControls } from '../address.ts';
import type { StatusAnswer } from '../contracts/status.ts';
import type { RecordedType } from '../events/recorded.ts';
import { modeLabel } from '../guidance/wording/labels.ts';
import { shellWord } from '../shell-word.ts';
import { type Bilingual, countOf } from '../text.ts';
import { formatInTokyo } from '../time.ts';
import { type Area, deployment, type Finding, ofSeen, placeOf, regionOption, same } from './area.ts';
import { type LastRecorded, type Observed, RECORDED_DAYS } from './observed.ts';
import { ofStage } from './of-alarms.ts';

/** The stack itself: its version, its runs, what keeps it from removing, what it cannot read. */

const HOUR = 3_600_000;
/** The alarm `no-run` looks back this far at most; without the alarms this is what counts as overdue, hours. */
const LONGEST_WITHOUT_RUN = 168;
/** As the alarm `stopped`, hours. */
const LONG_STOPPED = 24;

function hoursSince(at: string, { now }: Observed): number {
  return (Date.parse(now) - Date.parse(at)) / HOUR;
}

/** Stage, Region and versions. */
export const STACK: Area = {
  id: 'stack',
  label: { ja: 'スタック', en: 'stack' },
  look: (observed) => {
    const { stage, version, deployed = '', isLocal } = observed;
    const place = placeOf(observed);
    const said = same([`todoku-${stripControls(stage)}`, place?.region, deployed].filter(Boolean).join(', '));
    const findings: Finding[] = [];
    if (deployed !== version) {
      findings.push({
        id: 'other-version',
        severity: 'note',
        text: {
          ja: `スタック（${deployed || '不明'}）とコマンド（${version}）のバージョンが異なります。このコマンドの版でデプロイするか、スタックと同じ版のコマンドを使ってください。`,
          en: `the stack is of version ${deployed || 'unknown'}, this command of ${version}: deploy this version, or use the command of the stack's version`,
        },
        commands: [deployment(observed)],
      });
    }
    if (place === undefined && !isLocal) {
      findings.push({
        id: 'no-topic-name',
        severity: 'problem',
        text: {
          ja: 'スタックが古く、イベントのトピックを確認できません。スタックを更新してください。',
          en: 'the stack is of an older version and does not name its topic: deploy it again',
        },
        commands: [deployment(observed)],
      });
    }
    return { said, findings };
  },
};

/** Whether the schedule is on, by the alarm that watches it; undefined where no alarm can be seen. */
export function isScheduled({ alarms, stage }: Observed): boolean | undefined {
  const own = alarms.state === 'seen' ? ofStage(alarms.value, stage) : [];
  return own.length === 0 ? undefined : own.some(({ name }) => name === `todoku-${stage}-no-run`);
}

/** Runs of the cleanup. That one is overdue says its alarm, which knows the schedule. */
export const RUNS: Area = {
  id: 'runs',
  label: { ja: '実行', en: 'runs' },
  look: (observed) => {
    const { status } = observed;
    const last = status.runs[0];
    const scheduled = isScheduled(observed);
    const isWatched = scheduled === true;
    const isUnscheduled = scheduled === false;
    const findings: Finding[] = [];
    if (isUnscheduled) {
      findings.push({
        id: 'no-schedule',
        severity: 'note',
        text: {
          ja: '定期実行が無効のため、実行されなくても警告されません（設定 scheduleEnabled）。',
          en: 'the schedule is off, so that no alarm tells of a missing run (setting scheduleEnabled)',
        },
        commands: ['todoku cleanup'],
      });
    }
    if (last === undefined) {
      findings.push({
        id: 'no-run-yet',
        severity: 'note',
        text: {
          ja: 'クリーンアップはまだ一度も最後まで実行されていません。',
          en: 'no cleanup has ended yet',
        },
        commands: ['todoku cleanup'],
      });
    } else if (!isWatched && hoursSince(last.finishedAt ?? last.startedAt, observed) > LONGEST_WITHOUT_RUN) {
      findings.push({
        id: 'run-overdue',
        severity: 'problem',
        text: {
          ja: `クリーンアップが${formatInTokyo(last.finishedAt ?? last.startedAt)}を最後に、7日を超えて実行されていません。`,
          en: `no cleanup has ended for over seven days (the last: ${formatInTokyo(last.finishedAt ?? last.startedAt)})`,
        },
        commands: ['todoku cleanup'],
      });
    }
    const at = last && formatInTokyo(last.finishedAt ?? last.startedAt);
    return {
      said: {
        ja: `${at === undefined ? '実行なし' : `最後の実行 ${at}`}、${modeLabel(status.mode, 'ja')}、承認待ち ${status.waiting.count}件`,
        en: `${at === undefined ? 'none' : `last ${at}`}, ${modeLabel(status.mode, 'en')}, proposals waiting: ${status.waiting.count}`,
      },
      findings,
    };
  },
};

/** Whether removals are allowed, and the policy can be read. */
export const REMOVALS: Area = {
  id: 'removals',
  label: { ja: '解除', en: 'removals' },
  look: (observed) => {
    const { stopped, putBacksRefused = [] } = observed.status;
    const findings: Finding[] = [];
    if (stopped !== undefined) {
      const { at, by, reason } = stopped;
      findings.push({
        id: 'stopped',
        severity: hoursSince(at, observed) > LONG_STOPPED ? 'problem' : 'note',
        text: {
          ja: `すべての解除が停止されています（${formatInTokyo(at)}、${stripControls(by)}：${stripControls(reason)}）。再開するには：`,
          en: `all removals are stopped (since ${formatInTokyo(at)}, ${stripControls(by)}: ${stripControls(reason)}). To allow them again:`,
        },
        commands: ['todoku resume'],
      });
    }
    if (putBacksRefused.length > 0) {
      findings.push({
        id: 'put-back-refused',
        severity: 'problem',
        text: {
          ja: `迷惑メール申告のあった宛先${putBacksRefused.length}件の再登録をSESが拒否しました。COMPLAINT として登録してください。宛先は次のコマンドで確認できます。`,
          en: `SES refused to list ${countOf(putBacksRefused.length, 'address', 'addresses')} again after a complaint: list by hand with reason COMPLAINT. Which:`,
        },
        commands: ['todoku status --json'],
      });
    }
    const policy = ofSeen(observed.policy, ({ problem }) => ({
      findings:
        problem === undefined
          ? []
          : [
              {
                id: 'policy-unreadable',
                severity: 'problem',
                text: problem.because,
                commands: [
                  `aws ssm get-parameter${regionOption(observed)} --name ${shellWord(problem.parameter)}`,
                ],
              },
            ],
    }));
    const isOpen = stopped === undefined;
    return {
      ...policy,
      said: {
        ja: `${isOpen ? '可能' : '停止中'}${observed.policy.state === 'seen' && !policy.findings?.length ? '、運用ポリシーは有効' : ''}`,
        en: `${isOpen ? 'allowed' : 'stopped'}${observed.policy.state === 'seen' && !policy.findings?.length ? ', policy valid' : ''}`,
      },
      findings: [...findings, ...(policy.findings ?? [])],
    };
  },
};

/** Whether everything in the table can be read. */
export const TABLE: Area = {
  id: 'table',
  label: { ja: '記録', en: 'records' },
  look: (observed) => {
    const { unreadable } = observed.status;
    const key = observed.status.forgotten?.key;
    const findings: Finding[] = [];
    if (unreadable !== undefined) {
      findings.push({
        id: 'unreadable',
        severity: 'problem',
        text: {
          ja: `このバージョンでは読み取れない項目が${unreadable.count}件あります（例：${stripControls(unreadable.example)}）。該当の宛先は判断も解除もしません。これを書き込んだ新しいバージョンをデプロイしてください。`,
          en: `this version cannot read ${countOf(unreadable.count, 'item')} (such as ${stripControls(unreadable.example)}), and leaves the addresses alone: deploy the newer version that wrote them`,
        },
        commands: [deployment(observed)],
      });
    }
    if (key !== undefined && key !== 'in-place') {
      findings.push({
        id: 'forgetting-key-lost',
        severity: 'problem',
        text: {
          ja: '消去した宛先を見分ける鍵がないか、変更されています。迷惑メール申告を認識できないため、リストの確認も解除も行いません。鍵を元に戻してください（docs/privacy.md）。',
          en: 'the key by which forgotten addresses are known again is lost or was changed, and nothing is walked over or removed: put it back (docs/privacy.md)',
        },
        commands: ['todoku status --json'],
      });
    }
    const { said = lastInTable(observed.status), unseen = [] } = ofSeen(observed.lastRecorded, (last) => ({
      said: lastOfEach(last),
    }));
    return { said, findings, unseen };
  },
};

/** What the table itself knows: of bounces, complaints and delays together, and of some days. */
function lastInTable({ lastEventAt, lookedBackTo }: StatusAnswer): Bilingual {
  return lastEventAt === undefined
    ? {
        ja: `${formatInTokyo(lookedBackTo)}以降の不達・申告なし`,
        en: `no bounce or complaint since ${formatInTokyo(lookedBackTo)}`,
      }
    : {
        ja: `最後の不達・申告 ${formatInTokyo(lastEventAt)}`,
        en: `last bounce or complaint ${formatInTokyo(lastEventAt)}`,
      };
}

const KINDS: Readonly<Record<RecordedType, Bilingual>> = {
  Bounce: { ja: '不達', en: 'bounce' },
  Complaint: { ja: '申告', en: 'complaint' },
  Delivery: { ja: '配信', en: 'delivery' },
  DeliveryDelay: { ja: '遅延', en: 'delay' },
  Open: { ja: '開封', en: 'open' },
  Click: { ja: 'クリック', en: 'click' },
};

/** Opens and clicks are named where there were any: a shop that does not follow them has none. */
function lastOfEach(last: LastRecorded): Bilingual {
  const kinds = (Object.keys(KINDS) as RecordedType[]).filter(
    (type) => last[type] !== null || (type !== 'Open' && type !== 'Click'),
  );
  // An hour is all that the figures tell: `2026-11-29 17h`.
  const hourOf = (at: string | null) => (at === null ? undefined : formatInTokyo(at).slice(0, 13));
  const each = (language: keyof Bilingual, hour: string, none: string) =>
    kinds.map((type) => {
      const at = hourOf(last[type]);
      return `${KINDS[type][language]} ${at === undefined ? none : `${at}${hour}`}`;
    });
  const hasNone = kinds.some((type) => last[type] === null);
  return {
    ja: `最後の記録：${each('ja', '時', 'なし').join('、')}${hasNone ? `（「なし」は${RECORDED_DAYS}日間）` : ''}`,
    en: `last ${each('en', 'h', 'none').join(', ')}${hasNone ? ` (none: in ${RECORDED_DAYS} days)` : ''}`,
  };
}
