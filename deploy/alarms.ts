import { HEARTBEATS } from '../lib/contracts/status.ts';
import { policyWith } from '../lib/policy/policy.ts';
import type { Bilingual } from '../lib/text.ts';
import { hoursUntilOverdue } from './schedule.ts';
import type { Settings } from './settings.ts';

/**
 * What an operator must hear of: the alarms of a stack, as data. How each one is told, and what to do, stands in
 * docs/runbook.md under the alarm's name; tests/deployment/alarms.test.ts plays faults and a healthy month against them.
 *
 * Two habits run through the table. What counts losses is filled with zeros where nothing was counted: CloudWatch judges
 * by the last points that exist, so that an alarm on a metric that only losses write to would stay in ALARM from one loss
 * to the next, and tell nobody of the second
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html). And of two five-minute periods
 * one is enough, because a metric may reach CloudWatch after its period is over.
 */

/** Something in the template that has a name of its own there. */
type Reference = string | { readonly Ref: string } | { readonly 'Fn::GetAtt': readonly [string, string] };

/** A metric with its one dimension, or none. */
interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimension?: readonly [string, Reference];
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum' | 'Average';
}

/** One alarm. */
interface Alarm {
  /** Its name in the template. It never changes: CloudFormation would make a second alarm of the same name. */
  readonly id: string;
  /** What stands after `todoku-STAGE-`, and the heading of its section in docs/runbook.md. */
  readonly name: string;
  /** What it means and the first command, for whoever reads the mail. */
  readonly text: Bilingual;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Metric math over `metrics`; absent: the one metric as it is. */
  readonly expression?: string;
  /** Seconds. */
  readonly period: number;
  /** How many of the last how many periods must be over the threshold. */
  readonly datapoints: readonly [number, number];
  readonly threshold: number;
  /** `>` where absent. */
  readonly comparison?: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
  /**
   * What a period without data means. `notBreaching`: nothing happened; `ignore`: nobody measured, so what was last known
   * stands; `missing`: what should have come did not come.
   */
  readonly missing: 'notBreaching' | 'ignore' | 'missing';
  /** With `missing`: whether what comes may say that something is wrong, too. */
  readonly alsoRings?: true;
  /** Whether its end is told as well: for a state that lasts, not for something that happened. */
  readonly tellsEnd?: true;
}

const MINUTES = 60;
const HOUR = 60 * MINUTES;
const DAY = 24 * HOUR;

/** Ten minutes: see above, on metrics that come late. */
const COUNTED = { period: 5 * MINUTES, datapoints: [1, 2], threshold: 0, missing: 'notBreaching' } as const;

/** The function's name in the template: `ReadDashdmarcDashreportLambdaFunction`. */
function functionNamed(name: string): readonly [string, Reference] {
  const logical = name.replaceAll('-', 'Dash');
  return ['FunctionName', { Ref: `${logical.charAt(0).toUpperCase()}${logical.slice(1)}LambdaFunction` }];
}

const TOPIC = ['TopicName', { 'Fn::GetAtt': ['EventTopic', 'TopicName'] }] as const;

function queue(id: string): readonly [string, Reference] {
  return ['QueueName', { 'Fn::GetAtt': [id, 'QueueName'] }];
}

/** An alarm that rings whenever a count goes up, and again with the next. */
function counted(id: string, name: string, metric: Omit<Metric, 'statistic'>, text: Bilingual): Alarm {
  const expression = 'FILL(counted, 0)';
  return { id, name, text, metrics: { counted: { ...metric, statistic: 'Sum' } }, expression, ...COUNTED };
}

/** An alarm that rings with each failed invocation. */
function errors(id: string, name: string, failing: string, text: Bilingual): Alarm {
  return counted(
    id,
    name,
    { namespace: 'AWS/Lambda', name: 'Errors', dimension: functionNamed(failing) },
    text,
  );
}

/** The alarms of a stack with these settings. */
export function alarmsOf(stage: string, settings: Settings): readonly Alarm[] {
  return [
    ...lossAlarms(settings, stage),
    ...runAlarms(settings, stage),
    ...reputationAlarms(settings),
    ...errorAlarms(settings, stage),
    ...(settings.watch === 'full' ? [proposalsAlarm(stage)] : []),
  ];
}

/** A metric that todoku writes itself (functions/log.ts). */
function own(stage: string, name: string): Omit<Metric, 'statistic'> {
  return { namespace: 'todoku', name, dimension: ['stage', stage] };
}

function lossAlarms({ transport }: Settings, stage: string): Alarm[] {
  const topic = (name: string) => ({ namespace: 'AWS/SNS', name, dimension: TOPIC });
  const ingest = (name: string) => ({
    namespace: 'AWS/Lambda',
    name,
    dimension: functionNamed('ingest'),
  });
  const letters = (statistic: Metric['statistic'], name: string): Metric => ({
    namespace: 'AWS/SQS',
    name,
    dimension: queue('DeadLetterQueue'),
    statistic,
  });
  const direct: Alarm[] = [
    counted('EventLostAlarm', 'event-lost', ingest('DestinationDeliveryFailures'), {
      ja: 'イベントを記録できず、未処理メッセージにも残せませんでした。そのイベントは失われています。確認: todoku status',
      en: 'An event could neither be stored nor kept as a dead letter: it is gone. Look: todoku status',
    }),
    counted('EventDroppedAlarm', 'event-dropped', ingest('AsyncEventsDropped'), {
      ja: 'Lambdaが記録の試行を打ち切り、イベントを未処理メッセージに移しました。確認: todoku dead-letters list',
      en: 'Lambda gave up on an event and made it a dead letter. Look: todoku dead-letters list',
    }),
    {
      id: 'EventsWaitAlarm',
      name: 'events-wait',
      text: {
        ja: 'SESのイベントが15分を超えて待っています（6時間で未処理メッセージになります）。ingestが実行されているか確認してください: todoku status',
        en: 'SES events have waited for over 15 minutes (after 6 hours they are dead letters). See whether ingest runs: todoku status',
      },
      metrics: { age: { ...ingest('AsyncEventAge'), statistic: 'Maximum' } },
      expression: 'FILL(age, 0)',
      // Milliseconds.
      ...COUNTED,
      threshold: 15 * MINUTES * 1_000,
      tellsEnd: true,
    },
  ];
  const buffered: Alarm[] = [
    {
      id: 'EventQueueAgeAlarm',
      name: 'events-wait',
      text: {
        ja: 'SESのイベントがキューで15分を超えて待っています（10日で失われます）。ingestが実行されているか確認してください: todoku status',
        en: 'SES events have waited in the queue for over 15 minutes (after 10 days they are gone). See whether ingest runs: todoku status',
      },
      metrics: {
        age: {
          namespace: 'AWS/SQS',
          name: 'ApproximateAgeOfOldestMessage',
          dimension: queue('EventQueue'),
          statistic: 'Maximum',
        },
      },
      expression: 'FILL(age, 0)',
      ...COUNTED,
      threshold: 15 * MINUTES,
      tellsEnd: true,
    },
    // Neither the age nor Lambda's Errors tells of events that ingest fails to store: a message received three times no
    // longer counts for the age (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
    // sqs-available-cloudwatch-metrics.html), and a partial batch response is no error. Ingest counts them itself.
    {
      ...counted('EventsNotStoredAlarm', 'events-not-stored', own(stage, 'eventsFailed'), {
        ja: 'ingestがSESのイベントを記録できません。1日間は再試行し、その後は未処理メッセージになります。確認: todoku status',
        en: 'ingest cannot store SES events. They are tried again for a day, then become dead letters. Look: todoku status',
      }),
      // One failure that the first retry cures wakes nobody.
      datapoints: [2, 3],
    },
  ];
  return [
    {
      id: 'DeadLetterAlarm',
      name: 'dead-letters',
      text: {
        ja: '未処理メッセージが増えました。読み取りまたは記録ができなかったイベントです（14日で消えます）。確認: todoku dead-letters list',
        en: 'New dead letters: events that could not be read or stored (they are kept for 14 days). Look: todoku dead-letters list',
      },
      // Visible and hidden together, since a letter that a command looks at is hidden meanwhile; averages, since those add
      // up. What grew is what is new, however many waited before: a letter of the last minute adds 0.2 to an average of
      // five, and less than 0.1 is rounding.
      metrics: {
        visible: letters('Average', 'ApproximateNumberOfMessagesVisible'),
        hidden: letters('Average', 'ApproximateNumberOfMessagesNotVisible'),
      },
      expression: 'DIFF(FILL(visible, 0) + FILL(hidden, 0))',
      ...COUNTED,
      threshold: 0.1,
    },
    {
      id: 'DeadLettersExpireAlarm',
      name: 'dead-letters-expire',
      text: {
        ja: '未処理メッセージが7日間残っています。14日で消えます。戻すか保留してください: todoku dead-letters list',
        en: 'Dead letters have waited for seven days, and are kept for 14. Put them back or park them: todoku dead-letters list',
      },
      // Not by age: SQS leaves out of it what was received three times, and each `dead-letters list` receives.
      metrics: { visible: letters('Maximum', 'ApproximateNumberOfMessagesVisible') },
      expression: 'FILL(visible, 0)',
      period: DAY,
      datapoints: [7, 7],
      threshold: 0,
      missing: 'notBreaching',
      tellsEnd: true,
    },
    {
      id: 'ParkedLetterAlarm',
      name: 'parked-letters-expire',
      text: {
        ja: '保留中の未処理メッセージが2日後に消えます。戻すか、もう一度保留してください: todoku dead-letters list --parked',
        en: 'A parked dead letter is forgotten in two days. Put it back or park it anew: todoku dead-letters list --parked',
      },
      metrics: {
        age: {
          ...letters('Maximum', 'ApproximateAgeOfOldestMessage'),
          dimension: queue('ParkedLetterQueue'),
        },
      },
      // An idle queue counts nothing; the letter is there all the same.
      period: HOUR,
      datapoints: [1, 1],
      threshold: 12 * DAY,
      missing: 'ignore',
      tellsEnd: true,
    },
    counted('EventUndeliveredAlarm', 'event-undelivered', topic('NumberOfNotificationsFailed'), {
      ja: 'SNSがイベントをtodokuに渡せず、未処理メッセージに移しました。確認: todoku dead-letters list',
      en: 'SNS could not hand an event to todoku and made it a dead letter. Look: todoku dead-letters list',
    }),
    counted('EventNotKeptAlarm', 'event-not-kept', topic('NumberOfNotificationsFailedToRedriveToDlq'), {
      ja: 'SNSがイベントをtodokuに渡せず、未処理メッセージにも残せませんでした。そのイベントは失われています。確認: todoku status',
      en: 'SNS could neither hand an event to todoku nor make it a dead letter: it is gone. Look: todoku status',
    }),
    {
      id: 'EventNotJsonAlarm',
      name: 'event-not-json',
      text: {
        ja: 'JSONでないメッセージをSNSのフィルターが繰り返し捨てています。通知先を登録した直後の1通は正常です。確認: todoku status',
        en: 'SNS’s filter keeps dropping messages that are no JSON. One for each new event destination is normal. Look: todoku status',
      },
      metrics: {
        dropped: { ...topic('NumberOfNotificationsFilteredOut-InvalidMessageBody'), statistic: 'Sum' },
      },
      // SES greets every new event destination with a line of text: an afternoon of wiring is two hours of them.
      period: HOUR,
      datapoints: [3, 24],
      threshold: 0,
      missing: 'notBreaching',
    },
    {
      ...counted('IngestThrottledAlarm', 'ingest-throttled', ingest('Throttles'), {
        ja: 'Lambdaがingestの実行を15分間制限しています。アカウントの同時実行数が足りません。確認: todoku status',
        en: 'Lambda has throttled ingest for 15 minutes: the account’s concurrency does not suffice. Look: todoku status',
      }),
      // A burst that retries carry is none.
      datapoints: [3, 4],
      tellsEnd: true,
    },
    {
      ...errors('IngestErrorAlarm', 'ingest-errors', 'ingest', {
        ja: 'ingestが失敗しています。イベントは再試行のあと未処理メッセージになります。確認: todoku status',
        en: 'ingest fails. Events are tried again, then become dead letters. Look: todoku status',
      }),
      // One failure that the first retry cures wakes nobody.
      datapoints: [2, 3],
    },
    ...(transport === 'direct' ? direct : buffered),
  ];
}

/** What the cleanup says of itself at the end of each run: it stands until the next run says otherwise. */
function runAlarms(settings: Settings, stage: string): Alarm[] {
  const said = { period: HOUR, datapoints: [1, 1], missing: 'ignore', tellsEnd: true } as const;
  const cleanup = hoursUntilOverdue(settings.schedule);
  const audit = hoursUntilOverdue(settings.auditSchedule);
  const overdue = { period: HOUR, comparison: 'LessThanThreshold', threshold: 1, tellsEnd: true } as const;
  return [
    {
      id: 'SilentAlarm',
      name: 'silent',
      text: {
        ja: 'SESはメールを配信していますが、イベントが届いていません。自動解除は止まっています。通知先を確認してください: todoku status',
        en: 'SES delivers mail but no event arrives; automatic removals have stopped. Check the event destinations: todoku status',
      },
      metrics: { silent: { ...own(stage, 'Silent'), statistic: 'Maximum' } },
      threshold: 0,
      ...said,
    },
    {
      id: 'StoppedAlarm',
      name: 'stopped',
      text: {
        ja: 'すべての解除が1日を超えて停止されたままです。確認: todoku status、再開: todoku resume',
        en: 'All removals have been stopped for over a day. Look: todoku status. Allow them again: todoku resume',
      },
      metrics: { hours: { ...own(stage, 'HoursStopped'), statistic: 'Maximum' } },
      threshold: 24,
      ...said,
    },
    {
      id: 'UnfinishedAlarm',
      name: 'unfinished',
      text: {
        ja: 'サプレッションリストの確認が2日を超えて終わっていません。確認: todoku status',
        en: 'A walk over the suppression list has not ended for two days. Look: todoku status',
      },
      metrics: { hours: { ...own(stage, 'HoursUnfinished'), statistic: 'Maximum' } },
      threshold: 48,
      ...said,
    },
    ...heartbeatsOf(settings).map((each) => overdueAlarm(stage, each)),
    // These two ring by "insufficient data": an hour without a run is normal, all hours without one are not. A new stack
    // starts there, and so rings no bell before its first run.
    ...(cleanup === undefined || !settings.scheduleEnabled
      ? []
      : [
          {
            id: 'NoRunAlarm',
            name: 'no-run',
            text: {
              ja: `クリーンアップが${cleanup}時間、最後まで実行されていません。確認: todoku status、手動実行: todoku cleanup`,
              en: `No cleanup has ended for ${cleanup} hours. Look: todoku status. Run it by hand: todoku cleanup`,
            },
            metrics: { runs: { ...own(stage, 'RunsEnded'), statistic: 'Sum' } },
            datapoints: [cleanup, cleanup],
            missing: 'missing',
            ...overdue,
          } satisfies Alarm,
        ]),
    ...(audit === undefined || !settings.scheduleEnabled
      ? []
      : [
          {
            id: 'NoAuditAlarm',
            name: 'no-audit',
            text: {
              ja: `送信元の監査が${audit}時間実行されていません。手動実行: todoku senders audit`,
              en: `The senders have not been audited for ${audit} hours. Run it by hand: todoku senders audit`,
            },
            metrics: {
              runs: {
                namespace: 'AWS/Lambda',
                name: 'Invocations',
                dimension: functionNamed('audit-senders'),
                statistic: 'Sum',
              },
            },
            datapoints: [audit, audit],
            missing: 'missing',
            ...overdue,
          } satisfies Alarm,
        ]),
  ];
}

/** How often the heartbeat looks, hours; and by how many hours a run may be late: a large list takes its time. */
const HEARTBEAT_HOURS = 6;
const LATE_HOURS = 12;

/**
 * The schedules by which runs are so rare that CloudWatch cannot look back far enough to miss one: a heartbeat says how
 * late their next ones are.
 */
function heartbeatsOf({ schedule, auditSchedule, scheduleEnabled }: Settings): (typeof HEARTBEATS)[number][] {
  const schedules = { cleanup: schedule, audit: auditSchedule };
  return HEARTBEATS.filter((each) => scheduleEnabled && hoursUntilOverdue(schedules[each]) === undefined);
}

/** Under the names and ids of the alarms on runs themselves: a stage has one of the two. */
const OVERDUE: Readonly<
  Record<(typeof HEARTBEATS)[number], Pick<Alarm, 'id' | 'name' | 'text'> & { readonly metric: string }>
> = {
  cleanup: {
    id: 'NoRunAlarm',
    name: 'no-run',
    text: {
      ja: `クリーンアップが予定から${LATE_HOURS}時間を過ぎても実行されていないか、その確認が止まっています。確認: todoku status、手動実行: todoku cleanup`,
      en: `A cleanup is over ${LATE_HOURS} hours late, or nobody looks for that any more. Look: todoku status. Run it by hand: todoku cleanup`,
    },
    metric: 'HoursOverdue',
  },
  audit: {
    id: 'NoAuditAlarm',
    name: 'no-audit',
    text: {
      ja: `送信元の監査が予定から${LATE_HOURS}時間を過ぎても終わっていないか、その確認が止まっています。手動実行: todoku senders audit`,
      en: `An audit of the senders is over ${LATE_HOURS} hours late, or nobody looks for that any more. Run it by hand: todoku senders audit`,
    },
    metric: 'AuditHoursOverdue',
  },
};

function overdueAlarm(stage: string, each: (typeof HEARTBEATS)[number]): Alarm {
  const { metric, ...named } = OVERDUE[each];
  return {
    ...named,
    metrics: { hours: { ...own(stage, metric), statistic: 'Minimum' } },
    // Two heartbeats: the smaller one is the later one once a run came.
    period: 2 * HEARTBEAT_HOURS * HOUR,
    datapoints: [1, 1],
    threshold: LATE_HOURS,
    missing: 'missing',
    alsoRings: true,
    tellsEnd: true,
  };
}

/** What has the status function say how late a run is, where that is what an alarm goes by. */
export function heartbeatResources(settings: Settings): Record<string, object> {
  const heartbeat = heartbeatsOf(settings);
  if (heartbeat.length === 0) return {};
  const status = { 'Fn::GetAtt': ['StatusLambdaFunction', 'Arn'] };
  return {
    HeartbeatRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Description: 'Says how late the next run of a rare schedule is',
        ScheduleExpression: `rate(${HEARTBEAT_HOURS} hours)`,
        Targets: [{ Id: 'status', Arn: status, Input: JSON.stringify({ heartbeat }) }],
      },
    },
    HeartbeatMayInvokeStatus: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: status,
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': ['HeartbeatRule', 'Arn'] },
      },
    },
  };
}

/** SES's own rates, at the limits at which the policy stops removing by itself: half of what makes AWS look. */
function reputationAlarms({ policy }: Settings): Alarm[] {
  const { maximumBounceRate, maximumComplaintRate } = policyWith(policy);
  const rate = {
    comparison: 'GreaterThanOrEqualToThreshold',
    period: HOUR,
    datapoints: [1, 1],
    // SES writes a rate only now and then; the last one stands.
    missing: 'ignore',
    tellsEnd: true,
  } as const;
  return [
    {
      id: 'BounceRateAlarm',
      name: 'bounce-rate',
      text: {
        ja: 'アカウントのバウンス率が運用ポリシーの上限に達しました。AWSは5 %で審査を始めます。自動解除は止まっています。確認: todoku status',
        en: 'The account’s bounce rate has reached the policy’s limit; at 5 % AWS reviews the account. Automatic removals have stopped. Look: todoku status',
      },
      metrics: {
        rate: { namespace: 'AWS/SES', name: 'Reputation.BounceRate', statistic: 'Maximum' },
      },
      threshold: maximumBounceRate,
      ...rate,
    },
    {
      id: 'ComplaintRateAlarm',
      name: 'complaint-rate',
      text: {
        ja: 'アカウントの苦情率が運用ポリシーの上限に達しました。AWSは0.1 %で審査を始めます。自動解除は止まっています。確認: todoku status',
        en: 'The account’s complaint rate has reached the policy’s limit; at 0.1 % AWS reviews the account. Automatic removals have stopped. Look: todoku status',
      },
      metrics: {
        rate: { namespace: 'AWS/SES', name: 'Reputation.ComplaintRate', statistic: 'Maximum' },
      },
      threshold: maximumComplaintRate,
      ...rate,
    },
  ];
}

function errorAlarms({ dmarcReportAddress }: Settings, stage: string): Alarm[] {
  return [
    errors('CleanupErrorAlarm', 'cleanup-errors', 'cleanup', {
      ja: 'クリーンアップが失敗しました。次の実行が続きから行います。確認: todoku status',
      en: 'A cleanup run failed; the next one goes on from where it stopped. Look: todoku status',
    }),
    errors('AuditErrorAlarm', 'audit-errors', 'audit-senders', {
      ja: '送信元の監査が失敗しました。手動実行: todoku senders audit',
      en: 'The audit of the senders failed. Run it by hand: todoku senders audit',
    }),
    // Nobody waits for the answer of an invocation that goes on with a wave.
    errors('RescueErrorAlarm', 'rescue-errors', 'rescue', {
      ja: '救済が失敗しました。続きから行うには: todoku rescue continue',
      en: 'The rescue of the backlog failed. Go on from where it stopped: todoku rescue continue',
    }),
    errors('NotifyErrorAlarm', 'notify-errors', 'notify', {
      ja: 'お知らせを届けられませんでした。次の実行で再送し、14日を過ぎたものは破棄します。確認: todoku status',
      en: 'Notices could not be told. The next run tells them again; after 14 days they are forgotten. Look: todoku status',
    }),
    // A complaint came to light after a removal, and SES would not have the address back: a person has to do it.
    counted('PutBackRefusedAlarm', 'put-back-refused', own(stage, 'PutBacksRefused'), {
      ja: '迷惑メール申告のあった宛先の再登録を、SESが受け付けませんでした。宛先の確認: todoku status',
      en: 'SES refused to list an address again that had complained. Which: todoku status',
    }),
    // Whoever records, walks, removes or forgets says so each time.
    counted('ForgetKeyLostAlarm', 'forget-key-lost', own(stage, 'ForgetKeyLost'), {
      ja: '消去した宛先を見分ける鍵が失われたか、変わっています。リストの確認と解除は止まっています。確認: todoku status',
      en: 'The key by which forgotten addresses are known again is lost or was changed. Nothing is walked over or removed. Look: todoku status',
    }),
    // A finding that was not there at the audit before: a record disappeared or broke, or an identity is new.
    counted('SenderAlarm', 'sender-changed', own(stage, 'SenderFindingsAppeared'), {
      ja: '送信元の監査で、前回なかった指摘が見つかりました。確認: todoku senders audit',
      en: 'The audit of the senders found something that was not there before. Look: todoku senders audit',
    }),
    ...(dmarcReportAddress === undefined
      ? []
      : [
          errors('DmarcReportErrorAlarm', 'dmarc-report-errors', 'read-dmarc-report', {
            ja: 'DMARCレポートを保存できませんでした。メールはバケットに90日間残ります。手動での取り込み: todoku senders dmarc-import FILE',
            en: 'A DMARC report could not be stored; the mail stays in the bucket for 90 days. By hand: todoku senders dmarc-import FILE',
          }),
        ]),
  ];
}

function proposalsAlarm(stage: string): Alarm {
  return {
    id: 'ProposalsWaitAlarm',
    name: 'proposals-wait',
    text: {
      ja: '解除案が7日間、途切れることなく待っています。確認: todoku proposals',
      en: 'For seven days there was never a moment without waiting proposals. Look: todoku proposals',
    },
    metrics: { waiting: { ...own(stage, 'ProposalsWaiting'), statistic: 'Minimum' } },
    expression: 'FILL(waiting, 0)',
    period: DAY,
    datapoints: [7, 7],
    threshold: 0,
    missing: 'notBreaching',
    tellsEnd: true,
  };
}

/** The alarm as CloudFormation takes it. */
export function alarmResource(alarm: Alarm, stage: string): object {
  const [datapoints, periods] = alarm.datapoints;
  const topic = [{ Ref: 'AlarmTopic' }];
  const heardBySilence = alarm.missing === 'missing';
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `todoku-${stage}-${alarm.name}`,
      AlarmDescription: `${alarm.text.ja}\n${alarm.text.en}\ndocs/runbook.md#${alarm.name}`,
      ...watched(alarm),
      EvaluationPeriods: periods,
      DatapointsToAlarm: datapoints,
      Threshold: alarm.threshold,
      ComparisonOperator: alarm.comparison ?? 'GreaterThanThreshold',
      TreatMissingData: alarm.missing,
      ...(heardBySilence && { InsufficientDataActions: topic }),
      ...((!heardBySilence || alarm.alsoRings) && { AlarmActions: topic }),
      ...(alarm.tellsEnd && { OKActions: topic }),
    },
  };
}

/** One metric as it is, or metrics and what is made of them. */
function watched({ metrics, expression, period }: Alarm): object {
  const each = Object.entries(metrics).map(([id, { namespace, name, dimension, statistic }]) => ({
    id,
    metric: {
      Namespace: namespace,
      MetricName: name,
      ...(dimension && { Dimensions: [{ Name: dimension[0], Value: dimension[1] }] }),
    },
    statistic,
  }));
  const [only] = each;
  if (expression === undefined && only) return { ...only.metric, Statistic: only.statistic, Period: period };
  return {
    Metrics: [
      { Id: 'result', Expression: expression, ReturnData: true },
      ...each.map(({ id, metric, statistic }) => ({
        Id: id,
        MetricStat: { Metric: metric, Period: period, Stat: statistic },
        ReturnData: false,
      })),
    ],
  };
}
