import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { snsEvent } from '../../local/envelopes.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { bounceText } from '../support/events.ts';

let cli: CliFolder;
let lambda: LambdaServer;
/** What each call was given. */
const sent: unknown[][] = [];

beforeAll(async () => {
  cli = cliFolder();
  lambda = await startLambda({
    functions: {
      'todoku-local-ingest': async (event: unknown) => {
        const messages = Array.isArray(event) ? event : [event];
        sent.push(messages);
        return { stored: messages.length, eventTypes: {}, rejected: [], version: '0.0.0' };
      },
    },
  });
  cli.useLocal(lambda.endpoint);
});
beforeEach(() => {
  sent.splice(0);
});
afterAll(async () => {
  cli.remove();
  await lambda.stop();
});

const ingest = (...words: readonly string[]) => cli.run('ingest', '--local', ...words);
const pretty = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify(JSON.parse(bounceText({ bounce: { feedbackId: `f-${index}` } })), null, 2),
  ).join('\n');

it('records a Lambda event that was saved, and several documents in one file, fifty a call', async () => {
  const saved = cli.file('saved.json', JSON.stringify(snsEvent(bounceText()), null, 2));
  const many = cli.file('many.json', pretty(60));
  expect(await ingest(saved, many, '--json')).toMatchObject({ code: 0, stderr: '' });
  expect(sent.map(({ length }) => length)).toEqual([1, 50, 10]);
  expect(sent[0]).toEqual([bounceText()]);
});

it('reads what Windows writes', async () => {
  const text = `\ufeff${bounceText()}`;
  const files = [cli.file('utf16.json', Buffer.from(text, 'utf16le')), cli.file('bom.json', text)];
  expect(await ingest(...files)).toMatchObject({
    code: 0,
    stdout: '2 facts recorded, 0 messages unreadable\n',
  });
});

it('sends nothing of any file where one is not readable throughout, and names the places', async () => {
  const fine = cli.file('fine.json', pretty(1));
  const lines = Array.from({ length: 14 }, () => '{"a":1}');
  const wrong = cli.file('wrong.json', [bounceText(), ...lines].join('\n'));
  const { code, stdout, stderr } = await ingest(fine, wrong);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(
    'wrong.json cannot be read, and nothing was recorded:\n  line 2: no event of mail',
  );
  expect(stderr).toContain('\n  and 4 more\n');
  const cut = cli.file('cut.json', pretty(2).slice(0, -30));
  expect((await ingest(fine, cut, '--lang', 'ja')).stderr).toMatch(
    /何も記録していません：\n {2}\d+行目：JSON/,
  );
  expect(sent).toEqual([]);
});
