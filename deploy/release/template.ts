import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import * as z from 'zod';
import { type ParameterName, parameters, rules } from './parameters.ts';
import { scheduleConditions, watchingResources } from './watching.ts';

/**
 * The released template: one that takes the settings as parameters, put together of two that osls packaged, one with
 * as little as the settings allow and one with all of it. Where the two differ, a setting decides, and it is named
 * here; a difference that nobody names stops the release.
 */

/** A template of osls, with the stage and the settings it was packaged with. */
export interface PackagedStack {
  readonly template: Template;
  readonly stage: string;
}

/** Reads what osls packaged. */
export const templateSchema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});

/** What is read of a template. */
export type Template = z.infer<typeof templateSchema>;

/** Thrown when the two templates differ in a way that no parameter stands for: deploy/ has learnt something new. */
export class UnreleasableError extends Error {
  override readonly name = 'UnreleasableError';
}

/** The bucket that osls makes for itself; a release brings its own. */
const OF_OSLS = /^ServerlessDeploymentBucket/;

const ref = (parameter: ParameterName) => ({ Ref: parameter });
const NOTHING = { Ref: 'AWS::NoValue' };
const when = (condition: Condition, then: unknown, otherwise: unknown) => ({
  'Fn::If': [condition, then, otherwise],
});
const equals = (parameter: ParameterName, value: string) => ({ 'Fn::Equals': [ref(parameter), value] });
const isGiven = (parameter: ParameterName) => ({ 'Fn::Not': [equals(parameter, '')] });

/** What a setting switches on; each is a condition of the template. */
const CONDITIONS = {
  Direct: equals('Transport', 'direct'),
  Buffered: equals('Transport', 'buffered'),
  AllDeliveries: equals('Deliveries', 'all'),
  Scheduled: equals('ScheduleEnabled', 'true'),
  AlarmMailGiven: isGiven('AlarmEmail'),
  NoticeMailGiven: isGiven('NoticeEmail'),
  TopicKeyGiven: isGiven('TopicKeyArn'),
  DmarcReportsReceived: isGiven('DmarcReportAddress'),
  Traced: equals('Tracing', 'true'),
  Watched: equals('Watch', 'full'),
} as const;
type Condition = keyof typeof CONDITIONS;

/** The files of deploy/ whose resources are there only where a setting says so. */
const SWITCHED: Readonly<Record<string, Condition>> = {
  'transport-direct.yml': 'Direct',
  'transport-buffered.yml': 'Buffered',
  'alarm-mail-on.yml': 'AlarmMailGiven',
  'notice-mail-on.yml': 'NoticeMailGiven',
  'dmarc-reports-on.yml': 'DmarcReportsReceived',
  'tracing-true.yml': 'Traced',
};

/** A property with what the two templates have there; undefined where it is missing. */
interface Sides {
  readonly plain: unknown;
  readonly full: unknown;
}

/** Where a setting ends up: the property's path, and what stands there in its place. */
const PLACES: readonly (readonly [RegExp, (sides: Sides) => unknown])[] = [
  [/\.Variables\.CLEANUP_MODE$/, () => ref('Mode')],
  [/\.Variables\.SCHEDULE$/, () => ref('Schedule')],
  [/\.Variables\.AUDIT_SCHEDULE$/, () => ref('AuditSchedule')],
  [/\.Variables\.WATCH$/, () => ref('Watch')],
  [/\.Variables\.NOTICES$/, () => ref('Notices')],
  [/\.Variables\.NOTICE_LANGUAGE$/, () => ref('Language')],
  [/\.Variables\.POLICY$/, () => ref('Policy')],
  [/\.Variables\.SHOPS$/, () => ref('Shops')],
  [/\.Variables\.DELIVERIES$/, () => ref('Deliveries')],
  [/\.Variables\.FACT_RETENTION_DAYS$/, () => ref('FactRetentionDays')],
  [
    /\.Variables\.DMARC_REPORT_ADDRESS$/,
    () => when('DmarcReportsReceived', ref('DmarcReportAddress'), NOTHING),
  ],
  [/LambdaFunction\.Properties\.TracingConfig$/, ({ full }) => when('Traced', full, NOTHING)],
  [/LogGroup\.Properties\.RetentionInDays$/, () => ref('LogRetentionDays')],
  [/^CleanupEventsRule\w+\.Properties\.ScheduleExpression$/, () => ref('Schedule')],
  [/^AuditDashsendersEventsRule\w+\.Properties\.ScheduleExpression$/, () => ref('AuditSchedule')],
  [/EventsRule\w+\.Properties\.State$/, () => when('Scheduled', 'ENABLED', 'DISABLED')],
  [/^EventTopic\.Properties\.KmsMasterKeyId$/, () => when('TopicKeyGiven', ref('TopicKeyArn'), NOTHING)],
  [/^AlarmMail\.Properties\.Endpoint$/, () => ref('AlarmEmail')],
  [/^NoticeMail\.Properties\.Endpoint$/, () => ref('NoticeEmail')],
  [/^DmarcReportRule\.Properties\.RuleSetName$/, () => ref('ReceiptRuleSet')],
  [/^DmarcReportRule\.Properties\.Rule\.Recipients$/, () => [ref('DmarcReportAddress')]],
];

/**
 * The released template.
 *
 * @param plain packaged with the default settings.
 * @param full packaged with every setting that adds something.
 * @param keys of each function's archive in the bucket of the release, by the file osls gave it (`ingest.zip`).
 * @throws {UnreleasableError} when the two differ in something that no parameter stands for.
 */
export function releaseTemplate(
  plain: PackagedStack,
  full: PackagedStack,
  version: string,
  keys: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const [one, other] = [withStageParameter(plain), withStageParameter(full)];
  const filters = {
    plain: filterOf(one, 'EventSubscription'),
    full: filterOf(other, 'EventQueueSubscription'),
  };
  const places = [
    ...PLACES,
    [/Subscription\.Properties\.FilterPolicy$/, () => when('AllDeliveries', filters.full, filters.plain)],
    [/LambdaFunction\.Properties\.Code$/, ({ plain: code }) => codeOf(code, keys)],
  ] satisfies typeof PLACES;
  const conditions = conditionsOfParts();
  // By the same road as the others, for the stage's name.
  const watching = withStageParameter({
    template: templateSchema.parse({ Resources: watchingResources(full.stage) }),
    stage: full.stage,
  }).Resources;
  const merged = (part: 'Resources' | 'Outputs') =>
    Object.fromEntries(
      [...new Set([...Object.keys(one[part]), ...Object.keys(other[part])])].map((name) => {
        if (part === 'Resources' && name in watching) return [name, watching[name]];
        const sides = { plain: one[part][name], full: other[part][name] };
        const condition = conditions.get(name);
        if (condition === undefined) return [name, mergedAt(name, sides, places)];
        const either = sides.plain ?? sides.full;
        const body = mergedAt(name, { plain: either, full: either }, places);
        return [name, { ...fields.parse(body), Condition: condition }];
      }),
    );
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `todoku ${version}: looks after the suppression list of Amazon SES`,
    Parameters: parameters(),
    Rules: rules(),
    Conditions: { ...CONDITIONS, ...scheduleConditions() },
    Resources: merged('Resources'),
    Outputs: merged('Outputs'),
  };
}

const fields = z.record(z.string(), z.unknown());

/** The two sides as one: where a setting ends up, the parameter; else both must say the same. */
function mergedAt(path: string, { plain, full }: Sides, places: typeof PLACES): unknown {
  const place = places.find(([pattern]) => pattern.test(path));
  if (place !== undefined) return place[1]({ plain, full });
  if (Array.isArray(plain) && Array.isArray(full) && plain.length === full.length)
    return plain.map((each, index) =>
      mergedAt(`${path}.${index}`, { plain: each, full: full[index] }, places),
    );
  const [one, other] = [fields.safeParse(plain), fields.safeParse(full)];
  if (one.success && other.success) {
    const names = [...new Set([...Object.keys(one.data), ...Object.keys(other.data)])];
    return Object.fromEntries(
      names.map((name) => [
        name,
        mergedAt(`${path}.${name}`, { plain: one.data[name], full: other.data[name] }, places),
      ]),
    );
  }
  if (!isDeepStrictEqual(plain, full))
    throw new UnreleasableError(`${path} depends on the settings, and no parameter stands for it`);
  return plain;
}

/** Which condition each resource and output has that is not always there, from the file that declares it. */
function conditionsOfParts(): ReadonlyMap<string, Condition> {
  const part = z.object({
    Resources: fields.default({}),
    Outputs: fields.default({}),
  });
  // A part that also says something else than resources keeps them one level deeper.
  const declared = z.union([z.object({ resources: part }).transform(({ resources }) => resources), part]);
  return new Map(
    Object.entries(SWITCHED).flatMap(([file, condition]) => {
      const text = readFileSync(join(import.meta.dirname, '..', file), 'utf8');
      const { Resources, Outputs } = declared.parse(parse(text));
      return [...Object.keys(Resources), ...Object.keys(Outputs)].map((name) => [name, condition] as const);
    }),
  );
}

function filterOf(template: Template, subscription: string): unknown {
  const { Properties } = z.looseObject({ Properties: fields }).parse(template.Resources[subscription]);
  return Properties.FilterPolicy;
}

/** Where the release has a function's archive, for where osls would have put it. */
function codeOf(code: unknown, keys: ReadonlyMap<string, string>): unknown {
  const [archive = ''] = /[\w-]+\.zip/.exec(JSON.stringify(code)) ?? [];
  const key = keys.get(archive);
  if (key === undefined) throw new UnreleasableError(`no archive "${archive}" for a function`);
  return { S3Bucket: ref('CodeBucket'), S3Key: key };
}

/** A stack's template without the bucket of osls, and with the parameter Stage wherever its stage's name stands. */
export function withStageParameter({ template, stage }: PackagedStack): Template {
  const named = new RegExp(`(?<![\\w])${stage}(?![\\w])`, 'g');
  const inside = (value: unknown): unknown => {
    if (typeof value === 'string') {
      if (value === stage) return ref('Stage');
      return value.search(named) < 0 ? value : { 'Fn::Sub': value.replace(named, STAGE_REFERENCE) };
    }
    if (Array.isArray(value)) return value.map(inside);
    if (typeof value !== 'object' || value === null) return value;
    const sub = subSchema.safeParse(value);
    if (sub.success) return { 'Fn::Sub': sub.data['Fn::Sub'].replace(named, STAGE_REFERENCE) };
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inside(each)]));
  };
  const kept = (part: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(part).filter(([name]) => !OF_OSLS.test(name)));
  return templateSchema.parse(
    inside({ Resources: kept(template.Resources), Outputs: kept(template.Outputs) }),
  );
}

const subSchema = z.strictObject({ 'Fn::Sub': z.string() });
// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
const STAGE_REFERENCE = '${Stage}';
