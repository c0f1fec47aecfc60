import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alarmsOf } from '../../deploy/alarms.ts';
import { settingsOf } from '../../deploy/settings.ts';
import { FUNCTIONS } from '../../lib/contracts/functions.ts';
import { SHOP_CONFIGURATION_SET } from '../../local/ses/account.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { wordsOf, wrongIn } from '../support/aws-commands.ts';
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
  settingsOf('prod', { schedule: 'rate(7 days)', auditSchedule: 'rate(7 days)' }),
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
      expect(command).toMatch(/^(?:npx serverless logs -f [a-z-]+ --startTime \d+[hd]|aws .+)$/);
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
  const words = (command: string) => wordsOf(command).slice(1);

  const ofAws = COMMANDS.filter((command) => command.startsWith('aws '));

  it.each(ofAws)('of AWS are of the services’ models: %s', (command) => {
    expect(wrongIn(command)).toEqual([]);
  });

  it('of AWS that are misspelt would be found', () => {
    expect([
      ...wrongIn('aws sns get-topic --topic-arn x'),
      ...wrongIn('aws sqs get-queue-attributes --queue-name x'),
      ...wrongIn("aws sesv2 put-suppressed-destination --email-address 'a b' --reason COMPLAINT --region x"),
      ...wrongIn('aws chime list-rooms'),
    ]).toEqual([
      'sns has no operation get-topic',
      'sqs get-queue-attributes takes no --queue-name',
      'sqs get-queue-attributes needs QueueUrl',
      'no service chime',
    ]);
  });

  /** What the AWS CLI prints of a command for the stack on this machine; undefined where it is not installed. */
  async function byAwsCli(command: string): Promise<string | undefined> {
    const here = command
      .replaceAll(/todoku([-/])prod/g, 'todoku$1local')
      .replace(/https:\S+/, system.sqs.queueUrl(system.deadLetterQueue))
      .replace(' orders', ` ${SHOP_CONFIGURATION_SET}`);
    const [, service = '', ...words] = wordsOf(here);
    const endpoint = {
      sns: system.notices.endpoint,
      sqs: system.sqs.endpoint,
      sesv2: system.sesServer.endpoint,
      ssm: system.ssm.endpoint,
    }[service];
    const env = {
      PATH: process.env.PATH,
      HOME: cli.path,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_DEFAULT_REGION: system.region,
    };
    try {
      const given = [service, ...words, '--endpoint-url', endpoint ?? ''];
      return (await promisify(execFile)('aws', given, { env })).stdout;
    } catch (error) {
      // 127: a manager of versions stands in its place, and has none.
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 127)) {
        return undefined;
      }
      throw error;
    }
  }

  it('of AWS run as they stand, on the services that this machine has, where the AWS CLI is installed', async ({
    skip,
  }) => {
    const here = ofAws.filter((command) => /^aws (?:sns|sqs|sesv2|ssm) /.test(command));
    // Nobody serves these here: the models above are all they are held to.
    expect(ofAws.filter((command) => !here.includes(command)).map((each) => each.split(' --')[0])).toEqual([
      'aws lambda get-function-concurrency',
      'aws lambda list-event-source-mappings',
      'aws lambda get-account-settings',
      'aws events describe-rule',
    ]);
    system.ssm.set('/todoku/local/forget-key', 'a key');
    system.subscribe('2026-11-24T00:00:00.000Z');
    const said: string[] = [];
    for (const command of here) {
      const answer = await byAwsCli(command);
      if (answer === undefined) {
        const notRun = `NOT RUN, because the AWS CLI is not installed:\n${here.join('\n')}`;
        process.stderr.write(`${notRun}\n`);
        skip(notRun);
      } else said.push(answer);
    }
    const answers = said.map((text) => (text === '' ? '' : Object.keys(JSON.parse(text))[0]));
    expect(answers).toEqual([
      'Subscriptions',
      'Attributes',
      'Attributes',
      'EventDestinations',
      '',
      'Parameters',
    ]);
    expect(said[0]).toContain('function:todoku-local-ingest');
    expect(said[1]).toContain('sqs:SendMessage');
    expect(said[2]).toContain('ses.amazonaws.com');
    expect(system.ses.list.get('hanako@example.jp')?.reason).toBe('COMPLAINT');
  });

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
