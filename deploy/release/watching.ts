import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { alarmResource, alarmsOf } from '../alarms.ts';
import { dashboardResources } from '../dashboard.ts';
import { type Settings, settingsOf } from '../settings.ts';

/**
 * Alarms and dashboard of the released template. osls asks alarms.ts for those of one stage's settings; here it is asked
 * for those of all settings that a parameter can give, and what differs stands under a condition.
 */

/** Schedules that the released template takes: each has alarms of its own, computed here and not by CloudFormation. */
export const SCHEDULES = ['rate(1 hour)', 'rate(6 hours)', 'rate(12 hours)', 'rate(1 day)'] as const;

/** One value of a setting, and the template's condition under which it is in force; the last one is for all else. */
interface Option {
  readonly condition: string;
  readonly settings: Partial<Settings>;
}

const schedules = (setting: 'schedule' | 'auditSchedule') =>
  SCHEDULES.map(
    (schedule, index): Option => ({
      condition: `${setting}${index + 1}`.replace(/^./, (letter) => letter.toUpperCase()),
      settings: { [setting]: schedule },
    }),
  );

/** The settings that alarms and dashboard depend on, with the conditions of template.ts. */
const DEPENDED_ON: readonly (readonly Option[])[] = [
  [
    { condition: 'Direct', settings: { transport: 'direct' } },
    { condition: 'Buffered', settings: { transport: 'buffered' } },
  ],
  [
    { condition: 'DmarcReportsReceived', settings: { dmarcReportAddress: 'dmarc@reports.shop.example' } },
    { condition: 'NoDmarcReports', settings: { dmarcReportAddress: undefined } },
  ],
  [
    { condition: 'Scheduled', settings: { scheduleEnabled: true } },
    { condition: 'Unscheduled', settings: { scheduleEnabled: false } },
  ],
  [
    { condition: 'Watched', settings: { watch: 'full' } },
    { condition: 'BarelyWatched', settings: { watch: 'basic' } },
  ],
  schedules('schedule'),
  schedules('auditSchedule'),
];

/** The conditions of {@link SCHEDULES}: which parameter has which value. */
export function scheduleConditions(): Record<string, unknown> {
  return Object.fromEntries(
    (['schedule', 'auditSchedule'] as const).flatMap((setting) =>
      schedules(setting)
        .slice(0, -1)
        .map(({ condition }, index) => [
          condition,
          {
            'Fn::Equals': [{ Ref: setting === 'schedule' ? 'Schedule' : 'AuditSchedule' }, SCHEDULES[index]],
          },
        ]),
    ),
  );
}

/** One option of each setting. */
type Chosen = readonly Option[];

/**
 * The resources by name, each with the condition it stands under.
 *
 * @param stage stands in the names.
 */
export function watchingResources(stage: string): Record<string, object> {
  const made = new Map(
    combinations(DEPENDED_ON).map((chosen) => [keyOf(chosen), watchingOf(stage, chosen)] as const),
  );
  const names = new Set([...made.values()].flatMap((resources) => [...resources.keys()]));
  return Object.fromEntries(
    [...names].map((name) => {
      const resource = (chosen: Chosen) => made.get(keyOf(chosen))?.get(name);
      const where = combinations(DEPENDED_ON).filter((chosen) => resource(chosen) !== undefined);
      // Of each setting the values with which it is there at all.
      const options = DEPENDED_ON.map((each) =>
        each.filter((one) => where.some((chosen) => chosen.includes(one))),
      );
      const needed = options.filter((each, index) => each.length < (DEPENDED_ON[index]?.length ?? 0));
      if (needed.length > 1 || combinations(options).length !== where.length)
        throw new Error(`${name} depends on more than one setting: give it a condition of its own`);
      const condition = needed[0]?.[0]?.condition;
      return [name, { ...decided(options, resource), ...(condition && { Condition: condition }) }];
    }),
  );
}

/** What `${file(deploy/alarms.js):resources}` is with these settings. */
function watchingOf(stage: string, chosen: Chosen): ReadonlyMap<string, Resource> {
  const settings = Object.assign(settingsOf(stage, {}), ...chosen.map((one) => one.settings));
  const alarms = alarmsOf(stage, settings);
  return new Map(
    Object.entries({
      ...Object.fromEntries(alarms.map((alarm) => [alarm.id, alarmResource(alarm, stage)])),
      ...(settings.watch === 'full' && dashboardResources(stage, alarms)),
    }).map(([name, resource]) => [name, resourceSchema.parse(resource)]),
  );
}

const resourceSchema = z.strictObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) });
type Resource = z.infer<typeof resourceSchema>;

const keyOf = (chosen: Chosen) => chosen.map(({ condition }) => condition).join();

function combinations(options: readonly (readonly Option[])[]): Chosen[] {
  return options.reduce<Chosen[]>(
    (sofar, each) => sofar.flatMap((chosen) => each.map((one) => [...chosen, one])),
    [[]],
  );
}

/** The resource, its properties decided by the conditions of those settings that change them. */
function decided(
  options: readonly (readonly Option[])[],
  resource: (chosen: Chosen) => Resource | undefined,
) {
  const [first] = combinations(options).map(resource);
  const names = Object.keys(first?.Properties ?? {});
  const property = (name: string, rest: typeof options, chosen: Chosen): unknown => {
    const [next, ...others] = rest;
    if (next === undefined) return resource(chosen)?.Properties[name];
    const branches = next.map((one) => ({ ...one, value: property(name, others, [...chosen, one]) }));
    return branches.reduceRight<{ readonly value: unknown } | undefined>(
      (otherwise, { condition, value }) => {
        if (otherwise === undefined || isDeepStrictEqual(otherwise.value, value)) return { value };
        return { value: { 'Fn::If': [condition, value, otherwise.value] } };
      },
      undefined,
    )?.value;
  };
  return {
    Type: first?.Type,
    Properties: Object.fromEntries(names.map((name) => [name, property(name, options, [])])),
  };
}
