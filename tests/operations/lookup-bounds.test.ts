import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type LookupAnswer, lookupContract } from '../../lib/contracts/lookup.ts';
import { lookupRequestSchema } from '../../lib/contracts/lookup-request.ts';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { lookup } from '../../lib/operations/lookup.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { MAXIMUM_FACTS } from '../../lib/store/addresses.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

/** What a look-up says where it does not read everything: too much is on record, or something cannot be read. */

let world: World;
let lambda: LambdaServer;
let cli: CliFolder;

const HANAKO = 'hanako@ezweb.ne.jp';

const tools = () => {
  const { store, list } = world;
  return { store, list, policy: EAGER_POLICY, now: () => world.clock.now() };
};
const ask = async (address: string): Promise<LookupAnswer> => {
  const answer = await lookup(lookupRequestSchema.parse({ address }), tools());
  return lookupContract.answer.parse(answer);
};

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
  lambda = await startLambda({
    functions: {
      'todoku-local-lookup': async (event: unknown) => lookup(lookupRequestSchema.parse(event), tools()),
    },
  });
  cli = cliFolder();
  cli.useLocal(lambda.endpoint);
});
afterAll(async () => {
  cli.remove();
  await Promise.all([lambda.stop(), world.stop()]);
});
beforeEach(() => world.reset());

const shown = async (...words: string[]) => (await cli.run('lookup', HANAKO, '--local', ...words)).stdout;

function bounces(count: number): Fact[] {
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(world.clock.time() + index * 60_000).toISOString();
    const id = `full-${index}`;
    const words = { bounceType: 'Transient', bounceSubType: 'MailboxFull', status: '4.2.2' };
    return { address: HANAKO, kind: 'bounce', at, id, messageId: id, sentAt: at, ...words };
  });
}

it('says that more is on record than was read, and how many lines are not shown', async () => {
  await putFacts(world.store, bounces(30));
  expect(await ask(HANAKO)).not.toHaveProperty('more');
  expect(await shown('--timeline')).toContain('(10 lines before these: --all shows them)');
  expect(await shown('--timeline', '--lang', 'ja')).toContain('これより前に10件あります');
  expect(await shown('--all')).not.toContain('lines before these');
  await putFacts(world.store, bounces(MAXIMUM_FACTS + 1));
  const { more, earlier } = await ask(HANAKO);
  expect(more).toBe(true);
  expect(await shown('--all')).toContain(`(${earlier} lines before these are left out)`);
  expect(await shown('--timeline')).toContain('There are more events on record: read were complaints');
  expect(await shown('--timeline', '--lang', 'ja')).toContain('記録が多いため、迷惑メールの申告');
});

it.each([
  ['the case', 'CASE', 'state', 'quarantined', true],
  ['a bounce', 'EVENT#', 'candidate', 'perhaps', true],
  ['a decision', 'DECISION#', 'by', 7, false],
  ['the member', 'MEMBER', 'since', 7, false],
] as const)('leaves out %s that this version cannot read, counts it and says so', async (...given) => {
  const [_name, prefix, field, value, mayDecide] = given;
  world.ses.setMailbox(HANAKO, { filtersPcMail: true });
  await world.send(HANAKO);
  await world.members(HANAKO);
  world.clock.advance(86_400_000);
  await world.run({ mode: 'propose' });
  const found = (await world.table.scan()).find(
    ({ pk, sk }) => pk === `ADDRESS#${HANAKO}` && String(sk).startsWith(prefix),
  );
  await world.store.put({ ...found, [field]: value });
  const answer = await ask(HANAKO);
  expect(answer.listing).toMatchObject({ state: 'listed', reason: 'BOUNCE' });
  expect(answer.unreadable?.count).toBe(1);
  expect(answer.unreadable?.example).not.toContain(HANAKO);
  expect(answer.summary.en).toContain("1 item(s) of this address's record cannot be read");
  expect(await shown('--lang', 'ja')).toContain('この宛先の記録のうち1件は');
  // Nobody says what may become of an entry whose record may hold a complaint.
  expect(answer.verdict === undefined).toBe(mayDecide);
  expect(answer.summary.ja.includes('判定も解除も行いません')).toBe(mayDecide);
  if (!mayDecide) return;
  const request = { addresses: [HANAKO], reason: '電話で確認', operator: 'ito', override: ['complaint'] };
  const [removal] = await remove(removeRequestSchema.parse(request), tools());
  expect(removal).toMatchObject({ result: 'failed' });
  expect(removal?.why.ja).toContain('判断も解除も行いません');
  expect(world.ses.list.get(HANAKO)).toBeDefined();
});
