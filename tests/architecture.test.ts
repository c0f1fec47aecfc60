import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * What each part may import, beside itself and the leaf modules of lib/ (address, text, time, clock, sleep). One way
 * only: events know nothing, pure code never imports an adapter, lib never imports an entry point.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'lib/mails': [],
  'lib/events': ['lib/mails'],
  'lib/classification': ['lib/mails', 'lib/events'],
  'lib/answer': ['lib/mails', 'lib/classification', 'lib/cases', 'lib/policy', 'lib/guidance/wording'],
  'lib/guidance': ['lib/mails', 'lib/classification', 'lib/cases', 'lib/policy', 'lib/answer'],
  'lib/cases': ['lib/mails', 'lib/classification'],
  'lib/policy': ['lib/mails', 'lib/classification', 'lib/cases'],
  'lib/notices': ['lib/mails', 'lib/cases', 'lib/guidance/wording'],
  'lib/store': ['lib/mails', 'lib/classification', 'lib/cases', 'lib/policy', 'lib/notices'],
  'lib/suppression': ['lib/mails', 'lib/events', 'lib/classification', 'lib/policy'],
  'lib/dead-letters': [],
  'lib/authentication': ['lib/store', 'lib/contracts', 'lib/notices'],
  'lib/contracts': [],
  'lib/wiring': ['lib/authentication', 'lib/suppression'],
  'lib/selftest': ['lib/wiring'],
  'lib/doctor': ['lib/contracts', 'lib/events', 'lib/policy', 'lib/wiring', 'lib/guidance/wording'],
  'lib/operations': [
    ...['mails', 'events', 'classification', 'guidance', 'answer', 'cases', 'policy'],
    'notices',
    ...['store', 'suppression', 'dead-letters', 'contracts'],
  ].map((part) => `lib/${part}`),
};

/** What each entry point may import of the others; of lib/ it may import every part. */
const OF_ENTRY_POINTS: Readonly<Record<string, readonly string[]>> = {
  functions: [],
  // Started by the command line, which hands it the questions it may ask.
  console: [],
  cli: ['console/server'],
  // The whole system on one machine, with the topics, queues and alarms of the template.
  local: ['functions', 'cli', 'deploy/alarms.ts', 'deploy/settings.ts'],
  // Settings are checked by the functions' own schemas, and refused in the operator's language.
  deploy: ['functions/environment.ts', 'cli/language.ts'],
};

/** Parts whose code is pure: it imports no client of a service, no file system, no network. */
const PURE = [
  'lib/contracts',
  'lib/mails',
  'lib/events',
  'lib/classification',
  'lib/answer',
  'lib/guidance',
  'lib/cases',
  'lib/policy',
  'lib/notices',
  'lib/doctor',
  'lib/selftest',
];

/** Rooms of lib/authentication, each of which may import only those before it. */
const ROOMS = ['dns', 'findings', 'spf', 'identities', 'dkim', 'dmarc', 'test-mail', 'reports', 'audit'].map(
  (room) => `lib/authentication/${room}`,
);

/** What of lib/authentication talks to DNS or SES. */
const ADAPTERS = [
  'lib/authentication/dns/system-dns.ts',
  'lib/authentication/identities/identities.ts',
  'lib/authentication/test-mail/test-send.ts',
];

/** The files that keep something in the table, or read it there; all others of lib/authentication are pure. */
const KEEPERS = [
  'lib/authentication/reports/report-store.ts',
  'lib/authentication/audit/last-audits.ts',
  'lib/authentication/audit/run-audit.ts',
];

/** Packages through which the outside is reached; Node's own with and without their `node:`. */
const OUTSIDE =
  /^(?:@aws-sdk\/|@smithy\/|undici\b|(?:node:)?(?:child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|process|tls|worker_threads)(?:\/|$))/;

/** What of Node and of packages a pure part may import: none of it reaches anything. */
const HARMLESS = ['zod', 'node:url', 'node:crypto'];

/** What a bench holds the product against: written from the sources, so that it repeats no mistake of the product. */
const INDEPENDENT = ['bench/chaos/story.ts', 'bench/chaos/weather.ts', 'bench/year/world.ts'];

const ENTRY_POINTS = ['functions', 'cli', 'local', 'bench', 'tests', 'deploy', 'bin', 'console', 'scripts'];

interface Import {
  readonly from: string;
  readonly to: string;
  /** The import is of types alone: nothing of the other file runs. */
  readonly typesOnly: boolean;
}

function files(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]sx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

/** A statement that imports or hands on, at the beginning of a line; `import 'x'` names nothing. */
const FIXED = /^\s*(?:import|export)\s+(?:[^;'"]*?\bfrom\s*)?['"]([^'"\n]+)['"]/;
/** A module named in an expression or a type, whatever stands around it. */
const CALLED = /\b(?:import|require|createRequire\([^)]*\)|getBuiltinModule)\(\s*['"`]([^'"`\n]+)['"`]/;
const IMPORTS = new RegExp(`${FIXED.source}|${CALLED.source}`, 'gm');

/** What of `node:net` reads addresses and opens nothing; such an import is told apart by this ending. */
const READS_ADDRESSES = /^\s*import \{ (?:(?:BlockList|isIP|isIPv4|isIPv6)(?:, | \}))+ from 'node:net'/;
const ADDRESSES_ALONE = 'node:net#addresses';

/** What a text of TypeScript, at this path, imports. */
function importsIn(text: string, file: string): Import[] {
  return [...text.matchAll(IMPORTS)].map(([statement, fixed, called]) => {
    const target = READS_ADDRESSES.test(statement) ? ADDRESSES_ALONE : (fixed ?? called ?? '');
    const to = target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target;
    return { from: file, to, typesOnly: /^\s*(?:import|export)\s+type\b/.test(statement) };
  });
}

function importsOf(file: string): Import[] {
  return importsIn(readFileSync(join(root, file), 'utf8'), file);
}

const all = files('lib').flatMap(importsOf);

/** The groups of files that import each other in a circle (Tarjan's strongly connected components), sorted. */
function circlesOf(imports: readonly Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const numbers = new Map<string, number>();
  const open: string[] = [];
  const circles: string[] = [];
  const visit = (file: string): number => {
    const number = numbers.size;
    numbers.set(file, number);
    open.push(file);
    let low = number;
    for (const to of targets.get(file) ?? []) {
      if (!numbers.has(to)) low = Math.min(low, visit(to));
      else if (open.includes(to)) low = Math.min(low, numbers.get(to) ?? low);
    }
    if (low === number) {
      const group = open.splice(open.indexOf(file));
      if (group.length > 1) circles.push(group.sort().join(' '));
    }
    return low;
  };
  for (const file of targets.keys()) if (!numbers.has(file)) visit(file);
  return circles.sort();
}
const isLeaf = (to: string) => /^lib\/[^/]+\.ts$/.test(to);
const within = (to: string, part: string) => to.startsWith(`${part}/`);

describe('dependencies', () => {
  it.each(Object.entries(ALLOWED))('of %s point only to %j', (part, allowed) => {
    const wrong = all.filter(
      ({ from, to }) =>
        within(from, part) &&
        within(to, 'lib') &&
        !within(to, part) &&
        !isLeaf(to) &&
        !allowed.some((each) => within(to, each)),
    );
    expect(wrong).toEqual([]);
  });

  it('of the page, which runs in a browser, are types of contracts and pure words', () => {
    const wrong = files('console/page')
      .flatMap(importsOf)
      .filter(({ to, typesOnly }) => within(to, 'lib') && !typesOnly)
      .filter(({ to }) => !isLeaf(to) && !within(to, 'lib/guidance/wording'));
    expect(wrong).toEqual([]);
  });

  it.each(INDEPENDENT)('of %s, which judges the product, reach nothing of it', (file) => {
    const reached = new Set([file]);
    for (const each of reached) {
      for (const { to } of importsOf(each)) if (to.endsWith('.ts')) reached.add(to);
    }
    expect([...reached].filter((each) => /^(?:lib|functions|cli|deploy)\//.test(each))).toEqual([]);
  });

  it('of lib never point to an entry point', () => {
    expect(all.filter(({ to }) => ENTRY_POINTS.some((each) => within(to, each)))).toEqual([]);
  });

  it.each(Object.entries(OF_ENTRY_POINTS))('of the entry point %s point to lib and %j', (part, allowed) => {
    const others = ENTRY_POINTS.filter((each) => each !== part);
    const wrong = files(part)
      .flatMap(importsOf)
      .filter(({ to }) => others.some((each) => within(to, each)))
      .filter(({ to }) => !allowed.some((each) => to === each || within(to, each)));
    expect(wrong).toEqual([]);
  });

  it.each(PURE)('of %s reach no service, file or network', (part) => {
    const outside = all
      .filter(({ from, to }) => within(from, part) && !within(to, 'lib'))
      .map(({ to }) => to);
    expect(outside.filter((to) => !HARMLESS.includes(to))).toEqual([]);
  });

  it('of the operations reach no service, file or network: the adapters do', () => {
    expect(all.filter(({ from, to }) => within(from, 'lib/operations') && OUTSIDE.test(to))).toEqual([]);
  });

  it('of the rooms of lib/authentication point one way', () => {
    const roomOf = (file: string) => ROOMS.findIndex((room) => within(file, room));
    const wrong = all.filter(({ from, to }) => roomOf(from) >= 0 && roomOf(to) > roomOf(from));
    expect(wrong).toEqual([]);
    const rooms = readdirSync(join(root, 'lib/authentication'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `lib/authentication/${entry.name}`);
    expect(rooms.sort()).toEqual([...ROOMS].sort());
  });

  it('of the pure files of lib/authentication reach no adapter', () => {
    const wrong = all.filter(
      ({ from, to, typesOnly }) =>
        within(from, 'lib/authentication') &&
        ![...ADAPTERS, ...KEEPERS].includes(from) &&
        !typesOnly &&
        (ADAPTERS.includes(to) || within(to, 'lib/store') || OUTSIDE.test(to)),
    );
    expect(wrong).toEqual([]);
  });

  it('of lib/wiring reach an adapter only where SES is read and written', () => {
    const wrong = all.filter(
      ({ from, to }) =>
        within(from, 'lib/wiring') &&
        !['lib/wiring/ses.ts', 'lib/wiring/carry-out.ts'].includes(from) &&
        (to === 'lib/wiring/ses.ts' || (!within(to, 'lib/wiring') && !isLeaf(to))),
    );
    expect(wrong).toEqual([]);
  });

  it('of lib/doctor reach of lib/wiring only what is pure', () => {
    const adapters = ['lib/wiring/ses.ts', 'lib/wiring/carry-out.ts'];
    expect(all.filter(({ from, to }) => within(from, 'lib/doctor') && adapters.includes(to))).toEqual([]);
  });

  it('on the table itself are those of lib/store alone', () => {
    const clients = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'];
    const wrong = all.filter(({ from, to }) => clients.includes(to) && !within(from, 'lib/store'));
    expect(wrong).toEqual([]);
    const openers = ['lib/store/table.ts', 'lib/store/batch-get.ts', 'lib/store/batch-write.ts'];
    const runs = all.filter(({ to, typesOnly }) => clients.includes(to) && !typesOnly);
    expect(runs.filter(({ from }) => !openers.includes(from))).toEqual([]);
  });

  it('between files of lib, functions, cli and local form no circle', () => {
    expect(circlesOf(['lib', 'functions', 'cli', 'local'].flatMap(files).flatMap(importsOf))).toEqual([]);
  });

  it('between the folders of lib/mails, lib/classification and lib/guidance form no circle', () => {
    const folders = ['lib/mails', 'lib/classification', 'lib/guidance']
      .flatMap(files)
      .flatMap(importsOf)
      .map((each) => ({ ...each, from: dirname(each.from), to: dirname(each.to) }));
    expect(circlesOf(folders.filter(({ from, to }) => from !== to))).toEqual([]);
  });

  it('that form a circle are found', () => {
    const imports = ['a b', 'b c', 'c a', 'c d', 'd e'].map((pair) => pair.split(' '));
    expect(circlesOf(imports.map(([from = '', to = '']) => ({ from, to, typesOnly: false })))).toEqual([
      'a b c',
    ]);
  });

  it.each([
    ["import { connect } from 'node:net';", 'node:net'],
    ["import { createSocket } from 'node:dgram';", 'node:dgram'],
    ["import { readFileSync } from 'fs';", 'fs'],
    ["import { resolve } from 'dns/promises';", 'dns/promises'],
    ["import http from 'http';", 'http'],
    ["import 'node:fs';", 'node:fs'],
    ['import "node:https";', 'node:https'],
    ["export { readFile } from 'node:fs/promises';", 'node:fs/promises'],
    ["export * from 'node:tls';", 'node:tls'],
    ["import {\n  GetItemCommand,\n} from '@aws-sdk/client-dynamodb';", '@aws-sdk/client-dynamodb'],
    ["const { exec } = await import('node:child_process');", 'node:child_process'],
    ["const fs = await import(\n  'node:fs'\n);", 'node:fs'],
    ["const net = require('net');", 'net'],
    ["const dns = process.getBuiltinModule('node:dns');", 'node:dns'],
    ["import type { Socket } from 'node:net';", 'node:net'],
  ])('are found in %j, and reach outside', (text, to) => {
    const found = importsIn(`const before = 1;\n${text}\n`, 'lib/mails/broken.ts');
    expect(found.map((each) => each.to)).toEqual([to]);
    expect(to).toMatch(OUTSIDE);
    expect(HARMLESS).not.toContain(to);
  });

  it.each([
    ["import '../store/table.ts';", 'lib/store/table.ts', false],
    ["export { openTable } from '../store/table.ts';", 'lib/store/table.ts', false],
    ["export * from './fact.ts';", 'lib/mails/fact.ts', false],
    ["import type { Table } from '../store/table.ts';", 'lib/store/table.ts', true],
    ["export type { Table } from '../store/table.ts';", 'lib/store/table.ts', true],
    ["type Opened = import('../store/table.ts').Table;", 'lib/store/table.ts', false],
  ])('are found in %j as a path of the tree', (text, to, typesOnly) => {
    expect(importsIn(text, 'lib/mails/broken.ts')).toEqual([{ from: 'lib/mails/broken.ts', to, typesOnly }]);
  });

  it.each(['node:url', 'node:path', 'node:crypto', 'netmask', 'fsm', 'httpbis', 'zod'])(
    'on %s reach nothing outside',
    (to) => expect(to).not.toMatch(OUTSIDE),
  );

  it('on the part of node:net that reads addresses are told apart from those that may connect', () => {
    const found = (text: string) => importsIn(text, 'lib/mails/a.ts').map(({ to }) => to);
    expect(found("import { BlockList, isIPv4 } from 'node:net';")).toEqual([ADDRESSES_ALONE]);
    expect(ADDRESSES_ALONE).not.toMatch(OUTSIDE);
    expect(found("import { connect, isIPv4 } from 'node:net';")).toEqual(['node:net']);
  });

  it('are not seen in words', () => {
    expect(importsIn("// import from 'fs'\nconst text = { from: 'net' };\n", 'lib/mails/a.ts')).toEqual([]);
  });

  it('are known for every part of lib', () => {
    const parts = readdirSync(join(root, 'lib'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `lib/${entry.name}`);
    expect(parts.filter((part) => !(part in ALLOWED))).toEqual([]);
  });
});
