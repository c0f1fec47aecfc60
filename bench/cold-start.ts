import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bundle, baseline, bundleOf, functionNames } from './cold-start/bundles.ts';

/**
 * What a cold start of each function costs before its first event: `npm run bench:cold-start [-- --runs 9
 * --functions ingest,lookup]`. Each packaged bundle is imported in a fresh process, all in turn, `runs` times; the
 * medians are printed as ratios to a bundle that makes the DynamoDB document client alone. The last line is JSON.
 *
 * By the clock, and by the processor time of the importing thread: on a machine with other work the second is the
 * one to believe. On Lambda the milliseconds are others, with the memory given; the ratios are about the same.
 */
const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '9' }, functions: { type: 'string' } },
});
const RUNS = Number(options.runs);
/** Parts named of each bundle. */
const PARTS = 5;

interface Times {
  /** Milliseconds. */
  readonly clock: number;
  /** Milliseconds of the importing thread. */
  readonly thread: number;
}

const folder = mkdtempSync(join(tmpdir(), 'todoku-cold-start-'));
try {
  const names = options.functions?.split(',') ?? functionNames();
  const bundles = [await baseline(), ...(await Promise.all(names.map(bundleOf)))];
  for (const { name, text } of bundles) writeFileSync(fileOf(name), text);
  const times = new Map<string, Times[]>(bundles.map(({ name }) => [name, []]));
  // In turn, so that what else the machine does meets all alike.
  for (let run = 0; run < RUNS; run += 1) {
    for (const { name } of bundles) times.get(name)?.push(importTime(fileOf(name)));
  }
  const medians = bundles.map(({ name }) => medianOf(times.get(name) ?? []));
  const base = medians[0] ?? { clock: Number.NaN, thread: Number.NaN };
  const rows = bundles.map((bundle, index) => rowOf(bundle, medians[index] ?? base, base));
  for (const { name, clock, thread, ms, kB, parts } of rows) {
    process.stdout.write(
      `${name.padEnd(18)} ${clock.toFixed(2)} by the clock  ${thread.toFixed(2)} by the thread  ` +
        `${ms.toFixed(0).padStart(4)} ms ${String(kB).padStart(5)} kB  ${parts}\n`,
    );
  }
  process.stdout.write(`${JSON.stringify({ bench: 'cold-start', runs: RUNS, functions: rows })}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function fileOf(name: string): string {
  return join(folder, `${name}.mjs`);
}

function importTime(file: string): Times {
  const program = `
    const thread = process.threadCpuUsage();
    const clock = performance.now();
    await import(${JSON.stringify(file)});
    const used = process.threadCpuUsage(thread);
    console.log(JSON.stringify({ clock: performance.now() - clock, thread: (used.user + used.system) / 1000 }));
  `;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, AWS_REGION: 'ap-northeast-1', TABLE_NAME: 'cold-start' },
  });
  if (status !== 0) throw new Error(`${file} cannot be imported: ${stderr}`);
  return JSON.parse(stdout) as Times;
}

function medianOf(times: readonly Times[]): Times {
  const middle = (values: number[]) =>
    values.sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
  return {
    clock: middle(times.map(({ clock }) => clock)),
    thread: middle(times.map(({ thread }) => thread)),
  };
}

function rowOf({ name, bytes, parts }: Bundle, { clock, thread }: Times, base: Times) {
  const kB = (size: number) => Math.round(size / 1000);
  return {
    name,
    clock: clock / base.clock,
    thread: thread / base.thread,
    ms: clock,
    kB: kB(bytes),
    parts: parts
      .slice(0, PARTS)
      .map(([part, size]) => `${part} ${kB(size)}`)
      .join(', '),
  };
}
