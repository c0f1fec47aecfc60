import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alarmResource, alarmsOf, heartbeatResources } from '../../deploy/alarms.ts';
import { hoursUntilOverdue } from '../../deploy/schedule.ts';
import { type Settings, settingsOf } from '../../deploy/settings.ts';
import { ALARMED, READ_BACK } from '../../functions/log.ts';
import { dueAfter, hoursOverdue } from '../../lib/schedule.ts';
import { type Change, play, watchedBy } from '../../local/alarm-evaluator.ts';
import { Metrics } from './metrics.ts';

/** The alarms of the template, played against faults and against a healthy month. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Seconds, at a full day. */
const START = Date.parse('2026-12-01T00:00:00Z') / 1000;
const MONTH = 30 * DAY;

/** Metrics by short names, as the template's references name their resources. */
const OF_INGEST = (name: string) => `AWS/Lambda ${name} IngestLambdaFunction`;
const OF_TOPIC = (name: string) => `AWS/SNS ${name} EventTopic`;
const OF_QUEUE = (name: string, queue = 'DeadLetterQueue') => `AWS/SQS ${name} ${queue}`;
const OWN = (name: string) => `todoku ${name} prod`;
const VISIBLE = OF_QUEUE('ApproximateNumberOfMessagesVisible');
const HIDDEN = OF_QUEUE('ApproximateNumberOfMessagesNotVisible');

function resources(settings: Settings) {
  return alarmsOf('prod', settings).map((alarm) => ({ alarm, resource: alarmResource(alarm, 'prod') }));
}

/**
 * What rings: the name without the stage, and when, in seconds after START.
 *
 * @param touched the metrics that are not as in a healthy month: nothing else needs to be played again.
 */
function rings(
  settings: Settings,
  metrics: Metrics,
  {
    fillsNothing = false,
    touched,
  }: { readonly fillsNothing?: boolean; readonly touched?: readonly string[] } = {},
): Change[] {
  return resources(settings).flatMap(({ alarm, resource }) => {
    if (touched && !watchedBy(resource).metrics.some((metric) => touched.includes(metric))) return [];
    return play(resource, metrics, [START, START + MONTH], { fillsNothing })
      .filter(({ to }, index) =>
        to === 'INSUFFICIENT_DATA' ? alarm.missing === 'missing' && index > 0 : to === 'ALARM',
      )
      .map(({ at, to }) => ({ alarm: alarm.name, at: at - START, to }));
  });
}

/** When an alarm that rang is quiet again, seconds after START. */
function quietAfter(settings: Settings, metrics: Metrics, name: string): number | undefined {
  const found = resources(settings).find(({ alarm }) => alarm.name === name);
  const last = play(found?.resource, metrics, [START, START + MONTH], { fillsNothing: false }).at(-1);
  return last?.to === 'OK' ? last.at - START : undefined;
}

/** What is out of order, and when (seconds after START). Absent: nothing is. */
interface Trouble {
  readonly from: number;
  readonly until: number;
  readonly runs?: 'none' | 'unfinished' | 'stopped' | 'silent' | 'undecided';
  readonly audits?: 'none';
}

/**
 * A month of a small shop whose customers are at Gmail, under `deliveries=carriers`: some twenty mails a week, a bounce
 * now and then, nothing on Sundays, a cleanup every six hours and an audit a day.
 */
function healthyMonth(trouble?: Trouble): Metrics {
  const metrics = new Metrics();
  const isIn = (at: number) => trouble !== undefined && at >= trouble.from && at < trouble.until;
  // The day of wiring: SES greets three event destinations.
  for (const minute of [50, 58, 63]) {
    metrics.add(
      OF_TOPIC('NumberOfNotificationsFilteredOut-InvalidMessageBody'),
      START + 9 * HOUR + minute * MINUTE,
      1,
    );
    metrics.add(OF_TOPIC('NumberOfMessagesPublished'), START + 9 * HOUR + minute * MINUTE, 1);
  }
  for (let day = 0; day < 30; day += 1) {
    const midnight = START + day * DAY;
    // SNS filters a delivery to Gmail; it is published all the same.
    for (let mail = 0; mail < (day % 7 === 5 ? 0 : 3 + (day % 3)); mail += 1) {
      const at = midnight + (9 + mail * 2) * HOUR + (day * 7 + mail * 13) * MINUTE;
      metrics.add('AWS/SES Delivery', at, 1);
      metrics.add('AWS/SES Reputation.BounceRate', at, 0.004);
      metrics.add('AWS/SES Reputation.ComplaintRate', at, 0);
      metrics.add(OF_TOPIC('NumberOfMessagesPublished'), at, 1);
    }
    // A bounce, of which the first try fails once a month.
    if (day % 6 === 2) {
      const at = midnight + 15 * HOUR;
      metrics.add(OF_INGEST('Errors'), at, day === 14 ? 1 : 0);
      metrics.add(OF_INGEST('Errors'), at + MINUTE, 0);
      metrics.add(OF_INGEST('Throttles'), at, 0);
      metrics.add(OF_INGEST('AsyncEventAge'), at, 40);
    }
    for (let hour = 0; hour < 24; hour += 6) {
      // Every run comes some minutes after its hour; one a week takes most of an hour.
      const at = midnight + hour * HOUR + (day % 7 === 3 ? 50 : 2) * MINUTE;
      const kind = isIn(at - START) ? trouble?.runs : undefined;
      if (kind === 'none') continue;
      const since = (at - START - (trouble?.from ?? 0)) / HOUR;
      metrics.add('AWS/Lambda Errors CleanupLambdaFunction', at, 0);
      metrics.add(OWN('RunsEnded'), at, 1);
      metrics.add(OWN('Silent'), at, kind === 'silent' ? 1 : 0);
      metrics.add(OWN('HoursStopped'), at, kind === 'stopped' ? since : 0);
      metrics.add(OWN('HoursUnfinished'), at, kind === 'unfinished' ? since : 0);
      // Approved within the week.
      metrics.add(OWN('ProposalsWaiting'), at, kind === 'undecided' || day % 7 < 5 ? 2 : 0);
    }
    if (!(isIn(midnight - START) && trouble?.audits === 'none')) {
      metrics.add('AWS/Lambda Invocations AuditDashsendersLambdaFunction', midnight + 3 * HOUR, 1);
      metrics.add('AWS/Lambda Errors AuditDashsendersLambdaFunction', midnight + 3 * HOUR, 0);
    }
  }
  // An operator looks at the empty queue: SQS counts for six hours, then no more.
  for (let at = 0; at < 6 * HOUR; at += MINUTE) {
    metrics.add(VISIBLE, START + 25 * DAY + at, 0);
    metrics.add(HIDDEN, START + 25 * DAY + at, 0);
  }
  return metrics;
}

/** Letters in the queue by the minute: `waiting` until the operator empties it, then six hours of zeros. */
function letters(
  metrics: Metrics,
  waiting: readonly (readonly [from: number, count: number])[],
  emptied: number,
) {
  const first = waiting[0]?.[0] ?? 0;
  for (let at = first; at < emptied + 6 * HOUR; at += MINUTE) {
    const count = at >= emptied ? 0 : (waiting.findLast(([from]) => from <= at)?.[1] ?? 0);
    // Once an hour somebody lists them, which hides them for two minutes.
    const hidden = at % HOUR < 2 * MINUTE ? count : 0;
    metrics.add(VISIBLE, START + at, count - hidden);
    metrics.add(HIDDEN, START + at, hidden);
  }
}

const BASIC = settingsOf('prod', {});
const FULL = settingsOf('prod', { watch: 'full', transport: 'buffered', deliveries: 'all' });

describe('a healthy month of a small shop', () => {
  it.each([
    ['as deployed by default', BASIC, false],
    ['where FILL leaves an empty metric alone', BASIC, true],
    ['buffered and watched in full', FULL, false],
  ])('rings no bell, %s', (_name, settings, fillsNothing) => {
    expect(rings(settings, healthyMonth(), { fillsNothing })).toEqual([]);
  });
});

/** What runs and audits write. */
const OF_RUNS = [
  ...['RunsEnded', 'Silent', 'HoursStopped', 'HoursUnfinished', 'ProposalsWaiting'].map(OWN),
  'AWS/Lambda Invocations AuditDashsendersLambdaFunction',
];

/** A moment within the month, seconds after its start. */
const T = 10 * DAY + 10 * HOUR;

type Fault = readonly [
  what: string,
  alarm: string,
  happen: (metrics: Metrics) => void,
  how?: { readonly settings?: Settings; readonly trouble?: Trouble; readonly ended?: number },
];

const once =
  (metric: string, value = 1) =>
  (metrics: Metrics) =>
    metrics.add(metric, START + T, value);
/** Every five minutes for an hour. */
const forAnHour =
  (metric: string, value = 1) =>
  (metrics: Metrics) => {
    for (let at = 0; at < HOUR; at += 5 * MINUTE) metrics.add(metric, START + T + at, value);
  };
const nothing = () => undefined;
const lasting = (runs: Trouble['runs'], days: number) => ({
  trouble: { from: T, until: T + days * DAY, runs },
  ended: T + days * DAY + 6 * HOUR,
});

const FAULTS: readonly Fault[] = [
  ['an event becomes a dead letter', 'dead-letters', (metrics) => letters(metrics, [[T, 1]], T + HOUR)],
  [
    'dead letters are left alone for ten days',
    'dead-letters-expire',
    (metrics) => letters(metrics, [[T, 2]], T + 10 * DAY),
    { ended: T + 11 * DAY },
  ],
  [
    'a parked letter is two days from its end',
    'parked-letters-expire',
    (metrics) => {
      const age = OF_QUEUE('ApproximateAgeOfOldestMessage', 'ParkedLetterQueue');
      metrics.add(age, START + T, 12 * DAY + HOUR);
      metrics.add(age, START + T + DAY, 60);
    },
    { ended: T + DAY + 5 * MINUTE },
  ],
  ['SNS gives up on an event', 'event-undelivered', once(OF_TOPIC('NumberOfNotificationsFailed'))],
  [
    'SNS cannot keep what it gave up',
    'event-not-kept',
    once(OF_TOPIC('NumberOfNotificationsFailedToRedriveToDlq')),
  ],
  [
    'events come that are no JSON',
    'event-not-json',
    (metrics) => {
      for (let hour = 0; hour < 5; hour += 1) {
        metrics.add(
          OF_TOPIC('NumberOfNotificationsFilteredOut-InvalidMessageBody'),
          START + T + hour * HOUR,
          1,
        );
      }
    },
    { ended: T + 30 * HOUR },
  ],
  ['Lambda gives up on an event', 'event-dropped', once(OF_INGEST('AsyncEventsDropped'))],
  ['Lambda cannot keep what it gave up', 'event-lost', once(OF_INGEST('DestinationDeliveryFailures'))],
  ['Lambda does not run ingest', 'ingest-throttled', forAnHour(OF_INGEST('Throttles'), 9)],
  ['events wait for Lambda', 'events-wait', forAnHour(OF_INGEST('AsyncEventAge'), 20 * MINUTE * 1_000)],
  [
    'events wait in the queue',
    'events-wait',
    forAnHour(OF_QUEUE('ApproximateAgeOfOldestMessage', 'EventQueue'), 20 * MINUTE),
    { settings: FULL },
  ],
  ['ingest cannot store', 'events-not-stored', forAnHour(OWN('eventsFailed')), { settings: FULL }],
  ['ingest fails', 'ingest-errors', forAnHour(OF_INGEST('Errors'))],
  ['a cleanup fails', 'cleanup-errors', once('AWS/Lambda Errors CleanupLambdaFunction')],
  ['an audit fails', 'audit-errors', once('AWS/Lambda Errors AuditDashsendersLambdaFunction')],
  ['a rescue fails', 'rescue-errors', once('AWS/Lambda Errors RescueLambdaFunction')],
  [
    'a DMARC report cannot be stored',
    'dmarc-report-errors',
    once('AWS/Lambda Errors ReadDashdmarcDashreportLambdaFunction'),
    { settings: settingsOf('prod', { dmarcReportAddress: 'dmarc@shop.example', receiptRuleSet: 'shop' }) },
  ],
  ['nobody takes the notices', 'notify-errors', once('AWS/Lambda Errors NotifyLambdaFunction')],
  ['SES refuses to list a complaint again', 'put-back-refused', once(OWN('PutBacksRefused'))],
  ['the key of forgotten addresses is deleted', 'forget-key-lost', once(OWN('ForgetKeyLost'))],
  ['a sender’s record breaks', 'sender-changed', once(OWN('SenderFindingsAppeared'), 2)],
  ['SES delivers and no event arrives', 'silent', nothing, lasting('silent', 1)],
  ['somebody stops all removals and forgets it', 'stopped', nothing, lasting('stopped', 3)],
  ['a walk never ends', 'unfinished', nothing, lasting('unfinished', 4)],
  ['no cleanup runs', 'no-run', nothing, lasting('none', 3)],
  [
    'no audit runs',
    'no-audit',
    nothing,
    { trouble: { from: T, until: T + 5 * DAY, audits: 'none' }, ended: T + 6 * DAY },
  ],
  [
    'the bounce rate rises',
    'bounce-rate',
    (metrics) => {
      for (let hour = 0; hour < 12; hour += 1)
        metrics.add('AWS/SES Reputation.BounceRate', START + T + hour * HOUR, 0.026);
    },
    { ended: T + 2 * DAY },
  ],
  [
    'the complaint rate rises',
    'complaint-rate',
    (metrics) => {
      for (let hour = 0; hour < 12; hour += 1) {
        metrics.add('AWS/SES Reputation.ComplaintRate', START + T + hour * HOUR, 0.0005);
      }
    },
    { ended: T + 2 * DAY },
  ],
  [
    'proposals are left alone',
    'proposals-wait',
    nothing,
    { settings: FULL, trouble: { from: T, until: T + 12 * DAY, runs: 'undecided' }, ended: T + 16 * DAY },
  ],
];

describe('a fault', () => {
  it.each(FAULTS.map(([what, alarm, happen, how = {}]) => [what, alarm, { happen, ...how }] as const))(
    '"%s" is named by %s within its window, and by nothing else; then it is quiet',
    (_what, alarm, { happen, settings = BASIC, trouble, ended = T + 3 * HOUR }) => {
      const [metrics, fault] = [healthyMonth(trouble), new Metrics()];
      happen(metrics);
      happen(fault);
      const rung = rings(settings, metrics, { touched: [...fault.names, ...(trouble ? OF_RUNS : [])] });
      // A dead letter that is left alone was new once.
      const others = alarm === 'dead-letters-expire' ? ['dead-letters'] : [];
      expect([...new Set(rung.map((each) => each.alarm))].toSorted()).toEqual([alarm, ...others].toSorted());
      const { resource } = resources(settings).find((each) => each.alarm.name === alarm) ?? {};
      const { window } = watchedBy(resource);
      const first = rung.find((each) => each.alarm === alarm);
      // A walk or a stop is told once it has lasted so long; a run measures it, every six hours.
      const lasts = { stopped: 24 * HOUR, unfinished: 48 * HOUR }[alarm] ?? 0;
      const measured = trouble?.runs === undefined || trouble.runs === 'none' ? 0 : 7 * HOUR;
      const late = alarm === 'no-run' || alarm === 'no-audit' ? 3 * HOUR : 0;
      expect((first?.at ?? Number.POSITIVE_INFINITY) - T).toBeLessThanOrEqual(
        Math.max(window, 10 * MINUTE) + lasts + measured + late,
      );
      expect(quietAfter(settings, metrics, alarm)).toBeLessThanOrEqual(ended + DAY);
    },
  );

  it('has a row for every alarm there is', () => {
    const all = [
      BASIC,
      FULL,
      settingsOf('prod', { dmarcReportAddress: 'd@shop.example', receiptRuleSet: 's' }),
    ];
    const names = all.flatMap((settings) => alarmsOf('prod', settings).map(({ name }) => name));
    expect([...new Set(FAULTS.map(([, alarm]) => alarm))].toSorted()).toEqual([...new Set(names)].toSorted());
  });
});

describe.each([
  'rate(7 days)',
  'cron(0 21 ? * MON *)',
  'cron(0 21 7,14,21,28 * ? *)',
  'cron(0 21 1/9 * ? *)',
])('a stack whose cleanup runs by %s', (schedule) => {
  const settings = settingsOf('prod', { schedule });
  /** Seconds after START at which the schedule starts runs, one before it first. */
  const starts: number[] = [-1];
  for (let last = new Date((START - 1) * 1_000); starts.at(-1) !== undefined; ) {
    last = dueAfter(schedule, last) ?? new Date(Number.NaN);
    const at = last.getTime() / 1_000 - START;
    if (!(at < MONTH)) break;
    starts.push(at);
  }
  /** What heartbeats say, every six hours, of these runs. */
  const heartbeats = (runs: readonly number[], until = MONTH) => {
    const metrics = new Metrics();
    const moment = (at: number) => new Date((START + at) * 1_000);
    for (let at = HOUR; at < until; at += 6 * HOUR) {
      // A run takes two hours, and is on record then.
      const last = runs.findLast((each) => each + 2 * HOUR <= at) ?? -1;
      metrics.add(OWN('HoursOverdue'), START + at, hoursOverdue(schedule, moment(last + 5), moment(at)));
    }
    return metrics;
  };
  const told = (metrics: Metrics) => rings(settings, metrics, { touched: [OWN('HoursOverdue')] });
  const missed = starts[starts.length > 2 ? 2 : 1] ?? 0;

  it('is told of nothing while runs come', () => {
    expect(told(heartbeats(starts))).toEqual([]);
  });

  it('is told within a day and a half once one does not come, and of the end when one is started by hand', () => {
    const before = starts.filter((at) => at < missed);
    const [rung, ...others] = told(heartbeats(before));
    expect(others).toEqual([]);
    expect(rung).toMatchObject({ alarm: 'no-run', to: 'ALARM' });
    expect((rung?.at ?? 0) - missed).toBeGreaterThan(12 * HOUR);
    expect((rung?.at ?? 0) - missed).toBeLessThanOrEqual(36 * HOUR);
    const byHand = missed + 2 * DAY;
    const mended = heartbeats([...before, byHand, ...starts.filter((at) => at > byHand)]);
    expect(told(mended)).toHaveLength(1);
    expect(quietAfter(settings, mended, 'no-run')).toBeLessThanOrEqual(byHand + DAY);
  });

  it('is told when nobody looks any more', () => {
    const [rung, ...others] = told(heartbeats(starts, 20 * DAY));
    expect(others).toEqual([]);
    expect(rung).toMatchObject({ alarm: 'no-run', to: 'INSUFFICIENT_DATA' });
    expect(rung?.at).toBeLessThanOrEqual(22 * DAY);
  });

  it('has one alarm of that name, and a schedule that has it measured', () => {
    expect(alarmsOf('prod', settings).filter(({ name }) => name === 'no-run')).toHaveLength(1);
    const { HeartbeatRule } = heartbeatResources(settings);
    expect(HeartbeatRule).toMatchObject({
      Properties: { Targets: [{ Input: JSON.stringify({ heartbeat: ['cleanup'] }) }] },
    });
    expect(heartbeatResources(BASIC)).toEqual({});
    expect(heartbeatResources(settingsOf('prod', { schedule, scheduleEnabled: false }))).toEqual({});
  });
});

describe('a stack whose audit runs once a month', () => {
  const settings = settingsOf('prod', { auditSchedule: 'cron(0 3 1 * ? *)' });

  it('is told of one that does not come, by the same heartbeat', () => {
    const metrics = new Metrics();
    for (let at = HOUR; at < MONTH; at += 6 * HOUR) {
      metrics.add(OWN('AuditHoursOverdue'), START + at, Math.max(0, (at - 3 * HOUR) / HOUR));
    }
    const rung = rings(settings, metrics, { touched: [OWN('AuditHoursOverdue')] });
    expect(rung).toMatchObject([{ alarm: 'no-audit', to: 'ALARM' }]);
    expect(alarmsOf('prod', settings).filter(({ name }) => name === 'no-audit')).toHaveLength(1);
    expect(JSON.stringify(heartbeatResources(settings))).toContain(
      JSON.stringify(JSON.stringify({ heartbeat: ['audit'] })),
    );
  });
});

describe('a second loss', () => {
  it('rings again, though the first dead letter still waits', () => {
    const metrics = healthyMonth();
    letters(
      metrics,
      [
        [T, 1],
        [T + 2 * HOUR, 2],
        [T + DAY, 4],
      ],
      T + 2 * DAY,
    );
    expect(
      rings(BASIC, metrics, { touched: [VISIBLE] }).map(({ alarm, at }) => [
        alarm,
        Math.round((at - T) / HOUR),
      ]),
    ).toEqual([
      ['dead-letters', 0],
      ['dead-letters', 2],
      ['dead-letters', 24],
    ]);
  });

  it('of a kind that only losses are counted of rings again a quarter of an hour later', () => {
    const metrics = healthyMonth();
    const failures = OF_INGEST('DestinationDeliveryFailures');
    for (const minutes of [0, 20, 40]) metrics.add(failures, START + T + minutes * MINUTE, 1);
    expect(rings(BASIC, metrics, { touched: [failures] })).toHaveLength(3);
  });

  it('in a letter that is listed every few minutes is rung for once', () => {
    const metrics = healthyMonth();
    letters(metrics, [[T, 3]], T + DAY);
    for (let at = T + 2 * HOUR; at < T + 3 * HOUR; at += 4 * MINUTE) {
      metrics.add(VISIBLE, START + at, 0);
      metrics.add(HIDDEN, START + at, 3);
    }
    expect(rings(BASIC, metrics, { touched: [VISIBLE] })).toHaveLength(1);
  });
});

describe('the alarms', () => {
  it('on metrics of todoku’s own listen to what is written as a metric, under the stage', () => {
    const own = resources(BASIC)
      .flatMap(({ resource }) => watchedBy(resource).metrics)
      .filter((metric) => metric.startsWith('todoku '));
    for (const metric of own) {
      const [, name = '', stage] = metric.split(' ');
      expect(ALARMED.has(name), name).toBe(true);
      expect(stage).toBe('prod');
    }
  });

  it('say in both languages what they mean, a command, and where the runbook goes on', () => {
    for (const { alarm } of resources(FULL)) {
      expect(alarm.text.ja).toMatch(/todoku [a-z]/);
      expect(alarm.text.en).toMatch(/todoku [a-z]/);
      const resource = JSON.stringify(alarmResource(alarm, 'prod'));
      expect(resource).toContain(`docs/runbook.md#${alarm.name}`);
    }
  });

  it('stand within CloudWatch’s limits of a window and of a description', () => {
    for (const { resource } of [...resources(BASIC), ...resources(FULL)]) {
      const { window, name } = watchedBy(resource);
      expect(window, name).toBeLessThanOrEqual(7 * DAY);
      const { AlarmDescription } = (resource as { Properties: { AlarmDescription: string } }).Properties;
      expect(AlarmDescription.length).toBeLessThanOrEqual(1_024);
    }
  });

  it.each([
    ['rate(6 hours)', 13],
    ['rate(1 day)', 49],
    ['rate(30 minutes)', 2],
    ['rate(3 days)', 145],
    ['rate(7 days)', undefined],
    ['cron(0 21 * * ? *)', 49],
    ['cron(0 21 ? * MON *)', undefined],
  ])('take %s for overdue after %s hours', (schedule, hours) => {
    expect(hoursUntilOverdue(schedule)).toBe(hours);
  });

  it('do not wait for a run that no schedule starts', () => {
    const names = alarmsOf('prod', settingsOf('prod', { scheduleEnabled: false })).map(({ name }) => name);
    expect(names).not.toContain('no-run');
    expect(names).not.toContain('no-audit');
  });
});

/** US dollars a month, us-east-1, as docs/operations.md dates them. */
const PRICES = { alarmMetric: 0.1, metric: 0.3, dashboard: 3 };

describe('the price', () => {
  it('that docs/operations.md names is that of these alarms', () => {
    const text = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
    const alarmMetrics = (settings: Settings) =>
      resources(settings).flatMap(({ resource }) => watchedBy(resource).metrics).length;
    const [basic, full] = [alarmMetrics(BASIC), alarmMetrics(settingsOf('prod', { watch: 'full' }))];
    const dollars = (amount: number) => `$${amount.toFixed(2)}`;
    expect(text).toContain(`${basic} alarm metrics, ${dollars(basic * PRICES.alarmMetric)}`);
    // A metric that is never written costs nothing: opens and clicks are recorded where the shop follows them.
    // So do the figures of heartbeats, which a daily schedule has not.
    const own = ALARMED.size - 2 + [...READ_BACK].filter((name) => !/Open|Click/.test(name)).length;
    expect(text).toContain(`${own} metrics of its own, ${dollars(own * PRICES.metric)}`);
    expect(text).toContain(`${full} alarm metrics, ${dollars(full * PRICES.alarmMetric)}`);
  });
});
