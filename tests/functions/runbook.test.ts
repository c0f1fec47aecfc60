import { readFileSync } from 'node:fs';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alarmsOf } from '../../deploy/alarms.ts';
import { settingsOf } from '../../deploy/settings.ts';
import { FUNCTIONS } from '../../lib/contracts/functions.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { bounceText } from '../support/events.ts';
import { memoryTable } from '../support/memory-table.ts';

/** docs/runbook.md: a section for every alarm, with its own words, and commands that run. */

const RUNBOOK = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

/** The sections of alarms by name. */
const SECTIONS = new Map(
  RUNBOOK.split(/^### /m)
    .slice(1)
    .map((section) => [section.split('\n')[0] ?? '', section.split(/^## /m)[0] ?? '']),
);

const ALARMS = [
  settingsOf('prod', {}),
  settingsOf('prod', { transport: 'buffered', watch: 'full' }),
  settingsOf('prod', { schedule: 'rate(7 days)' }),
  settingsOf('prod', { dmarcReportAddress: 'dmarc@shop.example', receiptRuleSet: 'shop' }),
].flatMap((settings) => alarmsOf('prod', settings));

/** What stands in the code blocks, without repetition. */
const COMMANDS = [
  ...new Set(
    [...RUNBOOK.matchAll(/^```bash\n(.*?)^```/gms)].flatMap(([, block]) => block?.trim().split('\n') ?? []),
  ),
];

describe('the runbook', () => {
  it('has a section for every alarm and for nothing else', () => {
    expect([...SECTIONS.keys()].toSorted()).toEqual([...new Set(ALARMS.map(({ name }) => name))].toSorted());
  });

  it.each(ALARMS.map(({ name, text }) => [name, text] as const))(
    'quotes in the section %s what the alarm’s mail says, in both languages',
    (name, { ja, en }) => {
      expect(SECTIONS.get(name)).toContain(`> ${ja}\n>\n> ${en}\n`);
      expect(SECTIONS.get(name)).toContain('```bash');
    },
  );

  it('names functions that there are, where a command is not todoku’s own', () => {
    const names = FUNCTIONS.map(({ name }) => name as string);
    for (const command of COMMANDS.filter((each) => !each.startsWith('todoku '))) {
      expect(command).toMatch(
        /^(?:npx serverless logs -f [a-z-]+ --startTime \d+[hd]|aws [a-z0-9]+ [a-z-]+(?: .+)?)$/,
      );
      const named = /logs -f ([a-z-]+)|--function-name todoku-prod-([a-z-]+)/.exec(command);
      if (named) expect(names).toContain(named[1] ?? named[2]);
    }
  });
});

describe('the runbook’s commands', () => {
  let system: LocalSystem;
  let cli: CliFolder;

  beforeAll(async () => {
    system = await startLocalSystem({ start: '2026-11-24T00:00:00.000Z', table: memoryTable() });
    cli = cliFolder();
    cli.useLocal(system.lambda.endpoint);
    // Something to look at: a bounce that ingest could not store.
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const sqs = new SQSClient({ endpoint: system.sqs.endpoint, region: system.region, credentials });
    const QueueUrl = system.sqs.queueUrl(system.deadLetterQueue);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: bounceText() }));
    sqs.destroy();
  });
  afterAll(async () => {
    cli.remove();
    await system.stop();
  });

  const own = COMMANDS.filter((command) => command.startsWith('todoku '));
  const words = (command: string) =>
    [...command.slice('todoku '.length).matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? '',
    );

  it.each(own)('%s', async (command) => {
    const asked = await cli.run(...words(command), '--local');
    // On a terminal the operator is asked, and says yes.
    const isAsked = asked.stderr.includes('has to be confirmed');
    const { code, stdout, stderr } = isAsked ? await cli.run(...words(command), '--yes', '--local') : asked;
    // 1: the audit has critical findings, as the scene's senders have.
    expect([0, 1], stderr).toContain(code);
    expect(stderr).toBe('');
    expect(stdout).not.toBe('');
  });
});

describe('the commands in the alarms’ mails', () => {
  it('stand in their sections too', () => {
    for (const { name, text } of ALARMS) {
      const commands = text.en.match(/todoku [a-z-]+(?: [a-z-]+)?/g) ?? [];
      for (const command of commands) expect(SECTIONS.get(name), name).toContain(command);
    }
  });
});
