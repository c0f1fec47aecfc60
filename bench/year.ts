import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { playYear, type Result } from './year/play.ts';
import { RATES, type SettingName } from './year/rates.ts';
import { startWay, WAYS } from './year/ways.ts';
import { tellYear } from './year/world.ts';

/**
 * `npm run bench:year`: a simulated year of a shop with 20,000 customers, five ways to treat the suppression list, three
 * settings, five seeds each; median and range. What is assumed, and what the figures say, is in docs/worth.md.
 *
 *     npm run bench:year -- --settings middle --seeds 1,2    some of it
 *     npm run bench:year -- --customers 500                  a smaller shop
 *     npm run bench:year -- --blind                          todoku's operator approves whatever waits
 */

const { values } = parseArgs({
  options: {
    settings: { type: 'string', default: 'mild,middle,harsh' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    customers: { type: 'string', default: `${RATES.customers.mild}` },
    blind: { type: 'boolean', default: false },
    /** Of a process that plays one year and hands its results back. */
    one: { type: 'boolean', default: false },
  },
});
const customers = Number(values.customers);

/** One setting and seed, in all ways. */
type Played = {
  readonly setting: SettingName;
  readonly seed: number;
  readonly results: Record<string, Result>;
};

async function playOne(setting: SettingName, seed: number): Promise<Played> {
  const year = tellYear(setting, seed, customers);
  const results: Record<string, Result> = {};
  for (const name of WAYS) {
    const way = await startWay(
      name,
      year.people.map(({ address }) => address),
      values.blind,
    );
    results[name] = await playYear(year, way);
    await way.stop();
  }
  return { setting, seed, results };
}

/** Plays a year in a process of its own. */
function inProcess(setting: SettingName, seed: number): Promise<Played> {
  const args = [
    '--one',
    `--settings=${setting}`,
    `--seeds=${seed}`,
    `--customers=${customers}`,
    ...(values.blind ? ['--blind'] : []),
  ];
  return new Promise((done, failed) => {
    const child = fork(import.meta.filename, args, { execArgv: [] });
    child.once('message', (message) => done(message as Played));
    child.once('error', failed);
    child.once('exit', (code) => code !== 0 && failed(new Error(`${setting} ${seed} ended with ${code}`)));
  });
}

/** The figures of the table, and how each is written. */
const COLUMNS: readonly (readonly [string, keyof Result, (value: number) => string])[] = [
  ['order mails missed', 'missed', String],
  ['of them the list alone', 'dropped', String],
  ['customers still unreached', 'unreached', String],
  ['days until reached again', 'days', String],
  ['bounce rate', 'bounceRate', (value) => `${(value * 100).toFixed(2)} %`],
  ['in the worst 30 days', 'worstBounceRate', (value) => `${(value * 100).toFixed(2)} %`],
  ['complaint rate', 'complaintRate', (value) => `${(value * 100).toFixed(4)} %`],
  ['mails to complainers', 'toComplainers', String],
  ['hours of a person', 'minutes', (value) => (value / 60).toFixed(0)],
];

function cell(results: readonly Result[], name: keyof Result, written: (value: number) => string): string {
  const sorted = results.map((result) => result[name]).toSorted((one, other) => one - other);
  const [low = 0, high = 0] = [sorted[0], sorted.at(-1)];
  const median = written(sorted[Math.floor(sorted.length / 2)] ?? 0);
  return written(low) === written(high) ? median : `${median} (${written(low)} to ${written(high)})`;
}

/** One setting as a Markdown table. */
function table(setting: string, played: readonly Played[]): string {
  const rows = WAYS.map((way) => {
    const results = played.flatMap((each) => each.results[way] ?? []);
    return [way, ...COLUMNS.map(([, name, written]) => cell(results, name, written))];
  });
  const lines = [
    [setting, ...COLUMNS.map(([heading]) => heading)],
    COLUMNS.map(() => '---').concat('---'),
    ...rows,
  ];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

const settings = values.settings.split(',') as SettingName[];
const seeds = values.seeds.split(',').map(Number);
if (values.one) {
  const [setting, seed] = [settings[0], seeds[0]];
  if (setting === undefined || seed === undefined) throw new Error('--one wants a setting and a seed');
  process.send?.(await playOne(setting, seed), () => process.disconnect());
} else {
  const began = performance.now();
  // The longest first, so that no process is left with one at the end.
  const waiting = settings.toReversed().flatMap((setting) => seeds.map((seed) => ({ setting, seed })));
  const played: Played[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      played.push(await (seeds.length * settings.length > 1 ? inProcess : playOne)(next.setting, next.seed));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  for (const setting of settings) {
    const ofSetting = played.filter((each) => each.setting === setting);
    console.log(`\n${table(setting, ofSetting)}`);
  }
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(JSON.stringify({ bench: 'year', settings, seeds, customers, seconds }));
}
