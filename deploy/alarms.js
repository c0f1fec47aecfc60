import { alarmResource, alarmsOf, heartbeatResources } from './alarms.ts';
import { dashboardResources } from './dashboard.ts';
import { checkedSettings } from './settings.js';

/**
 * What serverless.yml asks as `${file(deploy/alarms.js):resources}`: the alarms of a stage, and with `watch: full` its
 * dashboard and queries.
 *
 * @param {Parameters<typeof checkedSettings>[0]} osls
 */
export async function resources(osls) {
  const { stage, settings } = await checkedSettings(osls);
  const alarms = alarmsOf(stage, settings);
  return {
    Resources: {
      ...Object.fromEntries(alarms.map((alarm) => [alarm.id, alarmResource(alarm, stage)])),
      ...heartbeatResources(settings),
      ...(settings.watch === 'full' && dashboardResources(stage, alarms)),
    },
  };
}
