import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookupContract } from '../../lib/contracts/lookup.ts';
import { lookupRequestSchema } from '../../lib/contracts/lookup-request.ts';
import { diagnosisLabel } from '../../lib/guidance/wording/labels.ts';
import { lookup } from '../../lib/operations/lookup.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import type { KeyedItem } from '../../lib/store/items.ts';
import { startWorld, type World } from '../support/world.ts';

/** What is said of the local scene's proposals, read from the table that its story leaves (tests/story.test.ts). */

let world: World;

const ITEMS: readonly KeyedItem[] = readFileSync(
  new URL('../golden/story-table.txt', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as KeyedItem);
const PROPOSED = ITEMS.filter(({ sk, state }) => sk === 'CASE' && state === 'proposed');
const ofAddress = Map.groupBy(ITEMS, ({ pk }) => pk);

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
  world.clock.advance(Date.parse('2026-11-24T00:00:00.000Z') - world.clock.time());
  await world.store.putAll(PROPOSED.flatMap(({ pk }) => ofAddress.get(pk) ?? []));
  for (const { spelling, listedReason, listedAt } of PROPOSED) {
    world.ses.list.put({
      address: String(spelling),
      reason: listedReason as 'BOUNCE' | 'COMPLAINT',
      updatedAt: Date.parse(String(listedAt)),
    });
  }
});
afterAll(() => world.stop());

/** Whether the receiving side spoke about a mail: a bounce that SES itself did not make. */
const isReply = ({ kind, bounceSubType }: KeyedItem) =>
  kind === 'bounce' && !/Suppress|Unsubscribed/.test(String(bounceSubType));
const SAYS_RETURNED =
  /戻って|戻りました|送信エラー|不達となり|拒否されました|という応答です|came back|was returned|refused the mail|The server says/;

it('no proposal says that mail came back where no reply is on record, and each says it where one is', async () => {
  const told = { withReply: 0, withoutReply: 0, wrongly: [] as string[], silent: [] as string[] };
  for (const { pk, address, diagnosis } of PROPOSED) {
    const answer = lookupContract.answer.parse(
      await lookup(lookupRequestSchema.parse({ address }), {
        store: world.store,
        list: world.list,
        policy: DEFAULT_POLICY,
        now: () => world.clock.now(),
        deliveries: 'carriers',
      }),
    );
    const { ja, en } = answer.advice;
    const label = diagnosis as { reason: string; confidence: string; rule: string };
    const texts = [
      ...(answer.headline?.ja ?? []),
      ...(answer.headline?.en ?? []),
      // What is said of a carrier in general is no word on this customer's mail.
      ...[ja.toDesk.ja, ja.toDesk.en].map(
        (note) => note.split(/\n(?:この携帯会社|About this carrier)/)[0] ?? '',
      ),
      ja.toCustomer.body,
      en.toCustomer.body,
      ...answer.diagnosis.evidence.flatMap(({ text }) => [text.ja, text.en]),
      ...answer.timeline.flatMap(({ text }) => [text.ja, text.en]),
      answer.verdict?.because.ja ?? '',
      answer.verdict?.because.en ?? '',
      diagnosisLabel(label, 'ja'),
      diagnosisLabel(label, 'en'),
    ];
    const said = texts.filter((text) => SAYS_RETURNED.test(text));
    if (ofAddress.get(pk)?.some(isReply)) {
      told.withReply += 1;
      if (said.length === 0) told.silent.push(String(address));
    } else {
      told.withoutReply += 1;
      if (said.length > 0) told.wrongly.push(`${address}: ${said.join(' | ')}`);
      // A guess is called one where proposals are listed.
      expect(diagnosisLabel(label, 'ja')).toMatch(/^推定：/);
    }
  }
  expect(told).toEqual({ withReply: 2, withoutReply: 140, wrongly: [], silent: [] });
});
