import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProposalsPage } from '../../lib/contracts/proposals.ts';
import { displayWidth } from '../../lib/display-width.ts';
import { putMembers } from '../../lib/store/members.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder, runInProcess, runOnTerminal } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';

/** What operators meet on a terminal, against the whole system in the time it lives in. */

const START = '2026-11-24T00:00:00.000Z';
const DAY = 86_400_000;
const HANAKO = 'hanako@ezweb.ne.jp';
const REFUSED = [HANAKO, 'jiro@ezweb.ne.jp'];
const COMPLAINED = 'kenta@outlook.com';
const DEAD = 'nobody@docomo.ne.jp';

let system: LocalSystem;
let folder: CliFolder;

beforeAll(async () => {
  system = await startLocalSystem({ start: START, table: memoryTable() });
  system.subscribe(START);
  folder = cliFolder();
  folder.useLocal(system.lambda.endpoint);
  folder.environment.TODOKU_OPERATOR = 'Sato';
  for (const address of REFUSED) system.ses.setMailbox(address, { exists: true, filtersPcMail: true });
  system.ses.setMailbox(COMPLAINED, { exists: true, reaction: 'complains' });
  system.ses.setMailbox(DEAD, { exists: false });
  await putMembers(
    system.store,
    REFUSED.map((address) => ({ address, since: '2024-01-01T00:00:00.000Z', source: 'members.csv' })),
  );
  for (const address of [...REFUSED, COMPLAINED, DEAD]) {
    system.ses.send({ from: 'order@shop.example', to: [address] });
  }
  system.ses.tick();
  await system.topic.idle();
  system.clock.advance(3 * DAY);
  system.ses.tick();
  await system.topic.idle();
  await system.invoke('cleanup', {});
});
afterAll(async () => {
  folder.remove();
  await system.stop();
});

/** The same on a terminal of 80 columns, where these lines are typed. */
const typing = (typed: string, ...words: string[]) =>
  runOnTerminal(typed, [...words, '--local'], {
    cwd: folder.path,
    env: { HOME: folder.path, NO_COLOR: '1', TODOKU_OPERATOR: 'Sato', TODOKU_LANG: 'en' },
  });
const todoku = (...words: string[]) => folder.run(...words, '--local');
const waiting = async () => (await system.invoke<ProposalsPage>('proposals', { limit: 50 })).proposals;

/** Commands of every kind of answer, and of every kind of refusal. */
const COMMANDS: readonly (readonly string[])[] = [
  ['proposals'],
  ['status'],
  ['rules'],
  ['replies'],
  ['history'],
  ['history', '--rule', 'complain'],
  ['incidents'],
  ['doctor'],
  ['policy', 'show'],
  ['policy', 'explain', HANAKO],
  ['policy', 'scope'],
  ['selftest', '--dry-run'],
  ['connect'],
  ['rescue', 'plan'],
  ['rescue', 'status'],
  ['senders', 'audit'],
  ['lookup', HANAKO, '--all'],
  ['lookup', COMPLAINED, '--all'],
  ['lookup', DEAD, '--all'],
  ['lookup', 'a, b@docomo.ne.jp'],
  ['remove', HANAKO, DEAD, COMPLAINED, '--reason', 'asked', '--dry-run'],
  ['remove'],
  ['remove', HANAKO, '--override', 'complain', '--reason', 'asked', '--yes'],
  ['approve'],
  ['approve', '--carrier', 'au', '--dry-run'],
  ['approve', '--carrier', 'softbanc', '--dry-run'],
  ['reject', '--rule', 'nothing', '--dry-run'],
  ['forget', 'somebody@docomo.ne.jp', '--reason', 'asked', '--yes'],
  ['forget', 'somebody@docomo.ne.jp'],
  [
    'note',
    HANAKO,
    '--text',
    'told us by telephone that the mail of the shop is wanted and that the filter is changed now',
  ],
  ['export', HANAKO],
  ['backfill', 'list'],
  ['report'],
  ['dead-letters', 'list'],
  ['members', 'show', HANAKO],
  ['cleanup'],
  ['nosuch'],
  ['stop', '--reason', 'a wrong rule'],
  ['status'],
  ['remove', HANAKO, '--reason', 'asked', '--yes'],
  ['resume'],
];

describe('a terminal of 80 columns', () => {
  it.each(['ja', 'en'])('shows no prose beyond them, in %s', async (language) => {
    for (const words of COMMANDS) {
      const { stdout, stderr } = await typing('', ...words, '--lang', language);
      const lines = `${stdout}${stderr}`.split(/\r|\n/);
      // Commands and addresses of pages are copied whole.
      const wide = lines.filter((line) => displayWidth(line) > 80 && !/^ *(todoku |https?:)/.test(line));
      expect(wide, words.join(' ')).toEqual([]);
      const broken = lines.filter((line) => /^ *[、。，．）」』]/.test(line));
      expect(broken, words.join(' ')).toEqual([]);
    }
  });
});

describe('what is done next, in the mode that is set', () => {
  it('is to approve what waits, or what the next cleanup proposes, where nothing is removed automatically', async () => {
    const lookedUp = (await todoku('lookup', HANAKO, '--text')).stdout.replace(/\s+/g, ' ');
    expect(lookedUp).toContain('its removal is proposed and waits');
    expect(lookedUp).toContain('It is not removed automatically: the proposal waits for approval.');
    expect(lookedUp).not.toContain('may be removed automatically');
  });

  it('leaves the reason to be typed, and takes none that nobody typed', async () => {
    const { stdout } = await todoku('lookup', COMPLAINED);
    expect(stdout).toContain("--override complaint --reason '...'");
    const refused = await todoku('remove', COMPLAINED, '--override', 'complaint', '--reason', '...', '--yes');
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('actual reason') });
  });
});

describe('a word that nobody knows', () => {
  it.each([
    [['proposals', '--carrier', 'docom'], 'did you mean docomo?'],
    [['proposals', '--rule', 'filtered-kn'], 'did you mean filtered-known-recipient?'],
    [['approve', '--carrier', 'docomi', '--dry-run'], 'did you mean docomo?'],
    [['reject', '--rule', 'nothing-like-it', '--dry-run'], 'there are filtered-bounced-again'],
    [['history', '--rule', 'complain'], 'did you mean complaint?'],
    [['history', '--action', 'remvoed'], 'did you mean removed?'],
    [['remove', HANAKO, '--override', 'complain', '--reason', 'asked', '--yes'], 'did you mean complaint?'],
    [['rules', 'enable', 'foo', '--reason', 'x'], 'filtered-known-recipient'],
  ])('%j is refused, with those known', async (words, said) => {
    expect(await todoku(...words)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(said),
    });
  });

  it('is an answer where it is known and nothing bears it', async () => {
    expect(await todoku('proposals', '--carrier', 'ソフトバンク')).toMatchObject({ code: 0 });
    expect(await todoku('history', '--rule', 'incident')).toMatchObject({ code: 0 });
  });
});

describe('what waits', () => {
  it('is shown with the commands to go on by, once', async () => {
    const { stdout } = await todoku('proposals');
    expect(stdout.match(/^ {2}todoku approve \d{8}-[0-9a-f]{10} --local$/gm)).toHaveLength(1);
    expect(stdout).toMatch(/^ {2}todoku reject \d{8}-[0-9a-f]{10} --local$/m);
    const narrowed = await todoku('proposals', '--carrier', 'au');
    expect(narrowed.stdout).toMatch(/^ {2}todoku approve --carrier=au --local$/m);
    const none = await todoku('proposals', '--customer', 'no');
    expect(none.stdout).not.toContain('todoku approve');
  });
});

describe('a letter to somebody who must not be mailed', () => {
  it.each([
    [COMPLAINED, 'do not send this text by email'],
    [DEAD, 'do not send this text to this address by email'],
  ])('says so on standard error: %s', async (address, said) => {
    const { stdout, stderr } = await todoku('letter', address);
    expect(stderr).toContain(said);
    expect(stdout).not.toContain('do not send');
    expect((await todoku('letter', address, '--form', 'spoken')).stderr).not.toContain('by email');
  });

  it('is a letter like any other where somebody may be mailed', async () => {
    expect((await todoku('letter', HANAKO)).stderr).not.toContain('by email');
  });
});

describe('the time of the system', () => {
  it('counts the days of the history, and ends the month of a report', async () => {
    await todoku('note', HANAKO, '--text', 'x');
    // The machine's own clock stands at another day.
    const { stdout } = await runInProcess(['history', '--days', '1', '--local', '--lang', 'en'], {
      cwd: folder.path,
      env: { HOME: folder.path },
      now: () => new Date('2031-01-01T00:00:00Z'),
    });
    expect(stdout).toContain(HANAKO);
    const report = await runInProcess(['report', '--local', '--json'], {
      cwd: folder.path,
      env: { HOME: folder.path },
      now: () => new Date('2031-01-01T00:00:00Z'),
    });
    expect(report.stdout).toContain('"2026-10"');
  });
});

describe('the last bounce that status names', () => {
  it("is a customer's, not one of SES's simulator", async () => {
    const before = (await todoku('status')).stdout.match(/last bounce or complaint.*/)?.[0];
    expect(before).toMatch(/2026-11-2\d/);
    system.ses.send({ from: 'order@shop.example', to: ['bounce+x@simulator.amazonses.com'] });
    system.ses.tick();
    await system.topic.idle();
    expect((await todoku('status')).stdout).toContain(before);
  });
});

describe('a reason that is needed', () => {
  it.each([
    [['stop'], 'Why all removals are stopped'],
    [['forget', 'somebody@docomo.ne.jp', '--yes'], 'Why it is forgotten'],
    [['remove', 'somebody@docomo.ne.jp', '--yes'], 'Why (kept in the audit)'],
    [['rules', 'enable', 'filtered-known-recipient'], 'Why the rule may remove again'],
  ])('by %j is asked for on a terminal, and else said to be missing', async (words, question) => {
    const asked = await typing('a wrong rule\n', ...words);
    expect(asked.stderr).toContain(question);
    expect(asked.stderr).not.toContain('not specified');
    expect(await todoku(...words)).toMatchObject({ code: 1, stderr: expect.stringContaining('--reason') });
    await todoku('resume');
  });

  it('is no question where nothing is named: approve and reject say how proposals are named', async () => {
    for (const decision of ['approve', 'reject']) {
      const { code, stderr } = await todoku(decision, '--yes');
      expect(code).toBe(1);
      for (const word of ['--carrier', '--rule', '--customer', '--file', 'todoku proposals']) {
        expect(stderr).toContain(word);
      }
    }
  });
});

describe('an approval that meets the stop switch', () => {
  it('leaves the proposal waiting, by its id and its rule, to be approved once removals are allowed', async () => {
    const [before] = await waiting();
    const id = before?.proposalId ?? '';
    await todoku('stop', '--reason', 'a wrong rule');
    const refused = await todoku('approve', id, '--yes');
    expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining('The proposal waits on') });
    const { spelling, listedAt, rule } = before ?? {};
    const same = { spelling, listedAt, rule };
    expect((await waiting()).find(({ proposalId }) => proposalId === id)).toMatchObject(same);
    await todoku('remove', before?.address ?? '', '--reason', 'asked', '--yes');
    expect((await waiting()).map(({ proposalId }) => proposalId)).toContain(id);
    await todoku('resume');
    expect(await todoku('approve', id, '--yes')).toMatchObject({ code: 0 });
  });
});
