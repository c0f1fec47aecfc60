import * as z from 'zod';
import { environmentSchema } from '../functions/environment.ts';
import { now } from '../lib/clock.ts';
import { shopsSchema } from '../lib/guidance/shop.ts';
import { policyWith } from '../lib/policy/policy.ts';
import { Refusal } from '../lib/refusal.ts';
import { dueAfter } from '../lib/schedule.ts';
import type { Bilingual } from '../lib/text.ts';
import { saying, wrongFields } from '../lib/wrong-fields.ts';

/**
 * The settings of a stage: what `settings.STAGE.yml` may hold, each with its default. Checked before anything is
 * packaged, by the functions' own rules where a function reads the value: a wrong one would otherwise deploy and then
 * stop the function that reads it.
 */

/** Thrown for settings that may not be deployed; the text names each and what is expected. */
export class WrongSettingsError extends Refusal {
  override readonly name = 'WrongSettingsError';
  override readonly code = 'wrong-settings';
}

/** The steps CloudWatch Logs offers, in days (PutRetentionPolicy, API reference). */
const LOG_RETENTION_STEPS = [
  ...[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ],
] as const;

/** `rate(1 day)` and `rate(6 hours)`, never `rate(1 days)`; `cron` with six fields (EventBridge, schedule expressions). */
const SCHEDULE =
  /^(?:rate\((?:1 (?:minute|hour|day)|(?:[2-9]|[1-9]\d+) (?:minutes|hours|days))\)|cron\(\S+(?: \S+){5}\))$/;

/** Text of one form. The form is the schema's `pattern` too: the released template's parameters ask for the same. */
function written(form: RegExp, words: Bilingual) {
  return z
    .string()
    .refine((text) => form.test(text), saying(words))
    .meta({ pattern: form.source });
}

/** One whose next run nobody can tell would never be missed: the alarm on it would never ring. */
const schedule = z
  .string()
  .refine(
    (text) => SCHEDULE.test(text),
    saying({
      ja: 'rate(6 hours) や cron(0 21 * * ? *) のように指定してください',
      en: 'must be written as rate(6 hours) or cron(0 21 * * ? *)',
    }),
  )
  .refine(
    (text) => !SCHEDULE.test(text) || dueAfter(text, now()) !== undefined,
    saying({
      ja: '次の実行日時が分かりません（この先の実行がないか、todoku が読み取れない書き方です）',
      en: 'must name a next run (none is to come, or todoku cannot read how it is written)',
    }),
  )
  .meta({ pattern: SCHEDULE.source });

/** Whether the policy's own reader takes it; its words name the wrong key. */
const policy = z.record(z.string(), z.unknown()).superRefine((overrides, context) => {
  try {
    policyWith(overrides);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    context.addIssue({ code: 'custom', message: error.text.en, params: { text: error.text } });
  }
});

/** Bytes of a function's variables that shops may fill: all of them together have 4 KB (Lambda quotas). */
const SHOPS_BYTES = 2_500;

const shops = shopsSchema.refine(
  (given) => Buffer.byteLength(JSON.stringify(given)) <= SHOPS_BYTES,
  saying({
    ja: `全体で${SHOPS_BYTES}バイト以内（JSON）にしてください`,
    en: `must be at most ${SHOPS_BYTES} bytes as JSON`,
  }),
);

/** Settings that are given together or not at all, and what is said where only one is. */
export const TOGETHER = {
  settings: ['dmarcReportAddress', 'receiptRuleSet'],
  words: {
    ja: 'dmarcReportAddress と receiptRuleSet は両方とも指定するか、どちらも書かないでください',
    en: 'dmarcReportAddress and receiptRuleSet go together: give both or neither',
  },
} as const;

/** Checks a stage's settings file; the parameters of the released template are made from it too, descriptions included. */
export const settingsSchema = z
  .strictObject({
    mode: environmentSchema.shape.CLEANUP_MODE.describe(
      'propose: nothing leaves the suppression list without an operator. apply: what the policy allows does.',
    ),
    transport: z
      .enum(['direct', 'buffered'])
      .default('direct')
      .describe(
        'direct: SNS invokes ingest. buffered: SNS, a queue, batches of 100; for traffic that comes in bursts.',
      ),
    deliveries: z
      .enum(['carriers', 'all'])
      .default('carriers')
      .describe("carriers: Delivery events of carriers' domains alone. all: every Delivery, Open and Click."),
    policy: policy
      .default({})
      .describe("Overrides of the policy's limits: keys and ranges in docs/policy.md."),
    shops: shops
      .default([])
      .describe('What letters to customers may say of the shops that send here: docs/operations.md.'),
    factRetentionDays: environmentSchema.shape.FACT_RETENTION_DAYS.describe(
      'How long an event is kept, in days.',
    ),
    schedule: schedule
      .default('rate(6 hours)')
      .describe('When cleanup runs: a rate or cron expression of EventBridge, in UTC.'),
    auditSchedule: schedule.default('rate(1 day)').describe('When the sending identities are audited.'),
    scheduleEnabled: z.boolean().default(true).describe('false: neither schedule runs by itself.'),
    watch: environmentSchema.shape.WATCH.describe(
      'full: beside the alarms a dashboard, saved queries, figures as metrics, an alarm for proposals that wait.',
    ),
    alarmEmail: z
      .email()
      .optional()
      .describe(
        'Who hears of alarms; without it they are raised and nobody is told. AWS sends a mail to confirm.',
      ),
    notices: environmentSchema.shape.NOTICES.describe(
      'What is told to people and systems: off, counts, or addresses with the mails that were missed.',
    ),
    noticeEmail: z
      .email()
      .optional()
      .describe('Who is sent digests by mail, where notices is not off. AWS sends a mail to confirm.'),
    language: z.enum(['ja', 'en']).default('ja').describe('The language of digests.'),
    topicKeyArn: written(/^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/, {
      ja: 'KMSキーのARNで指定してください',
      en: 'must be the ARN of a KMS key',
    })
      .optional()
      .describe('Customer-managed KMS key for the event topic. Its own policy must admit SES.'),
    dmarcReportAddress: z
      .email()
      .optional()
      .describe(
        'Where DMARC aggregate reports are received, by a rule in the active receipt rule set receiptRuleSet.',
      ),
    receiptRuleSet: written(/^[\w.-]{1,64}$/, {
      ja: '受信ルールセットの名前で指定してください',
      en: 'must be the name of a receipt rule set',
    })
      .optional()
      .describe('The active receipt rule set, which receives the DMARC reports.'),
    logRetentionDays: z
      .literal(LOG_RETENTION_STEPS)
      .default(30)
      .describe("Days the functions' logs are kept."),
    tracing: z.boolean().default(false).describe('X-Ray traces of the functions.'),
  })
  .refine(
    (settings) => new Set(TOGETHER.settings.map((name) => settings[name] === undefined)).size === 1,
    saying(TOGETHER.words),
  );

/** A stage's settings, complete. */
export type Settings = z.output<typeof settingsSchema>;

/**
 * The settings that a stage's file gives, with the default of each that it leaves out.
 *
 * @param stage name of the stage: it becomes part of every resource's name, of a bucket's too.
 * @param given what the file holds, of any shape.
 * @throws {WrongSettingsError} naming each wrong field, or the stage's name.
 */
export function settingsOf(stage: string, given: unknown): Settings {
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const { ja, en } = wrongFields(parsed.error, given);
    const file = fileOf(stage);
    throw new WrongSettingsError({ ja: `${file} に誤りがあります：${ja}`, en: `${file} is wrong: ${en}` });
  }
  const longest = parsed.data.dmarcReportAddress === undefined ? LONGEST_STAGE : LONGEST_STAGE_OF_A_BUCKET;
  if (!STAGE.test(stage) || stage.length > longest) {
    throw new WrongSettingsError({
      ja: `ステージ名「${stage}」は使えません：英小文字で始まる英小文字・数字・ハイフン、${longest}文字以内で指定してください`,
      en: `stage "${stage}" cannot be used: lower-case letters, digits and hyphens, a letter first, at most ${longest}`,
    });
  }
  return parsed.data;
}

/** A stage's name: it stands in every resource's, and a bucket's is in lower case. */
export const STAGE = /^[a-z][a-z0-9-]*$/;
/** With `todoku-` and `-read-dmarc-report` a function's name has at most 64 letters. */
const LONGEST_STAGE = 39;
/** A bucket's name has at most 63 letters: `todoku-STAGE-dmarc-reports-`, the account's 12 digits and the Region's 14. */
export const LONGEST_STAGE_OF_A_BUCKET = 14;

/** The file that holds a stage's settings, in the folder of serverless.yml. */
export function fileOf(stage: string): string {
  return `settings.${stage}.yml`;
}

/**
 * Refuses a deployment without a settings file: the first deployment would pass by it, and a later one from another
 * checkout would put every setting back to its default.
 */
export function missingFile(stage: string): WrongSettingsError {
  const file = fileOf(stage);
  return new WrongSettingsError({
    ja: `${file} がないか、空です。serverless.yml と同じ場所に作成してください（既定値のままでよければ「mode: propose」の1行だけで構いません）。設定項目は docs/operations.md にあります。`,
    en: `${file} is missing or empty. Create it beside serverless.yml (for the defaults one line will do: "mode: propose"). docs/operations.md lists the settings.`,
  });
}

/** Refuses `--param`: the next deployment would forget it. */
export function parameterGiven(stage: string): WrongSettingsError {
  const file = fileOf(stage);
  return new WrongSettingsError({
    ja: `--param は使えません。次のデプロイで失われないよう、設定は ${file} に書いてください。`,
    en: `--param is not used: the next deployment would forget it. Write the setting into ${file}.`,
  });
}
