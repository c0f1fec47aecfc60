import { describe, expect, it } from 'vitest';
import { settingsOf, WrongSettingsError } from '../../deploy/settings.ts';

/** What a refusal says in English; fails the test where nothing is refused. */
function refusal(settings: unknown, stage = 'prod'): string {
  try {
    settingsOf(stage, settings);
  } catch (error) {
    expect(error).toBeInstanceOf(WrongSettingsError);
    return error instanceof WrongSettingsError ? `${error.text.en} / ${error.text.ja}` : '';
  }
  throw new Error(`not refused: ${JSON.stringify(settings)}`);
}

describe("a stage's settings", () => {
  it('have a default each, and the careful one', () => {
    expect(settingsOf('prod', {})).toEqual({
      mode: 'propose',
      transport: 'direct',
      deliveries: 'carriers',
      policy: {},
      shops: [],
      factRetentionDays: 400,
      schedule: 'rate(6 hours)',
      auditSchedule: 'rate(1 day)',
      scheduleEnabled: true,
      watch: 'basic',
      notices: 'off',
      language: 'ja',
      logRetentionDays: 30,
      tracing: false,
    });
  });

  it.each([
    [{ mode: 'aply' }, 'mode: must be one of propose, apply'],
    [{ mode: true }, 'mode'],
    [{ transport: 'bufered' }, 'transport: must be one of direct, buffered'],
    [{ deliveries: 'carrier' }, 'deliveries: must be one of carriers, all'],
    [{ policy: '{"maximumRemovalsPerDay":50}' }, 'policy: must be an object'],
    [{ policy: { maximumRemovalsPerDay: -1 } }, 'maximumRemovalsPerDay: must be at least 0'],
    [{ policy: { maximumRemovalPerDay: 50 } }, 'maximumRemovalPerDay: no such field'],
    [{ policy: { minimumOutcomes: 300 } }, 'minimumOutcomes (300) above outcomeWindow'],
    [{ shops: [{ domains: ['shop'] }] }, 'shops.0.domains.0: must be a domain such as shop.example'],
    [{ shops: [{ domains: ['shop.example'], orderStand: true }] }, 'orderStand: no such field'],
    [
      { shops: Array.from({ length: 60 }, (_, n) => ({ domains: [`shop-${n}.example`], name: '花屋' })) },
      'shops: must be at most 2500 bytes',
    ],
    [{ factRetentionDays: 0 }, 'factRetentionDays: must be at least 1'],
    [{ factRetentionDays: 4000 }, 'factRetentionDays: must be at most 3650'],
    [{ factRetentionDays: 1.5 }, 'factRetentionDays'],
    [{ factRetentionDays: 'a year' }, 'factRetentionDays: must be a number'],
    [{ schedule: 'rate(1 days)' }, 'schedule: must be written as rate(6 hours)'],
    [{ schedule: 'rate(6 hour)' }, 'schedule'],
    [{ schedule: 'rate(0 hours)' }, 'schedule'],
    [{ schedule: '6 hours' }, 'schedule'],
    [{ schedule: 'cron(0 21 * * *)' }, 'schedule'],
    [{ schedule: 'cron(0 21 1 1 ? 2020)' }, 'schedule: must name a next run'],
    [{ auditSchedule: 'cron(0 25 * * ? *)' }, 'auditSchedule: must name a next run'],
    [{ auditSchedule: 'daily' }, 'auditSchedule'],
    [{ scheduleEnabled: 'yes' }, 'scheduleEnabled: must be true or false'],
    [{ notices: 'all' }, 'notices: must be one of off, counts, addresses'],
    [{ language: 'fr' }, 'language: must be one of ja, en'],
    [{ noticeEmail: 'desk' }, 'noticeEmail: must be a mail address'],
    [{ alarmEmail: 'ops' }, 'alarmEmail: must be a mail address'],
    [{ alarmEmail: '' }, 'alarmEmail: must be a mail address'],
    [{ topicKeyArn: 'alias/todoku' }, 'topicKeyArn: must be the ARN of a KMS key'],
    [{ dmarcReportAddress: 'dmarc@reports.shop.example' }, 'give both or neither'],
    [{ receiptRuleSet: 'shop' }, 'give both or neither'],
    [{ dmarcReportAddress: 'dmarc', receiptRuleSet: 'shop' }, 'dmarcReportAddress: must be a mail address'],
    [{ dmarcReportAddress: 'd@reports.shop.example', receiptRuleSet: 'a shop' }, 'receiptRuleSet'],
    [{ logRetentionDays: 31 }, 'logRetentionDays: must be one of 1, 3, 5'],
    [{ tracing: 'true' }, 'tracing: must be true or false'],
    [{ polcy: {} }, 'polcy: no such field'],
    [['mode'], 'the whole: must be an object'],
    ['mode', 'the whole: must be an object'],
  ])('are refused when wrong, with the field and the reason: %j', (settings, reason) => {
    expect(refusal(settings)).toContain(reason);
  });

  it.each(['rate(1 hour)', 'rate(15 minutes)', 'cron(0 21 * * ? *)', 'cron(0/30 9-18 ? * MON-FRI *)'])(
    'take the schedule %s',
    (schedule) => {
      expect(settingsOf('prod', { schedule })).toMatchObject({ schedule });
    },
  );

  it('hold each field once, whatever the language of the refusal', () => {
    expect(refusal({ mode: 'aply', tracing: 1 })).toContain(
      'settings.prod.yml に誤りがあります：mode：propose、apply のいずれかを指定してください、tracing：true または false',
    );
  });

  it.each([
    ['Prod', {}],
    ['', {}],
    ['1st', {}],
    ['a_b', {}],
    ['x'.repeat(40), {}],
    ['x'.repeat(15), { dmarcReportAddress: 'd@reports.shop.example', receiptRuleSet: 'shop' }],
  ])("are refused for a stage whose name no resource's name can hold: %s", (stage, settings) => {
    expect(refusal(settings, stage)).toContain('cannot be used: lower-case letters');
  });
});
