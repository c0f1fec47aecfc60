import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProposalsPage } from '../../lib/contracts/proposals.ts';
import { putMembers } from '../../lib/store/members.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';

/** What operators meet on a terminal, against the whole system in the time it lives in. */

const START = '2026-11-24T00:00:00.000Z';
const DAY = 86_400_000;
const REFUSED = ['hanako@ezweb.ne.jp', 'jiro@ezweb.ne.jp'];
const COMPLAINED = 'kenta@docomo.ne.jp';
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
  system.ses.setMailbox(COMPLAINED, { exists: true });
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
  await system.invoke('cleanup', {});
});
afterAll(async () => {
  folder.remove();
  await system.stop();
});

const todoku = (...words: string[]) => folder.run(...words, '--local');
const waiting = async () => (await system.invoke<ProposalsPage>('proposals', { limit: 50 })).proposals;

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
