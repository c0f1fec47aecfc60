import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import { lookupRequestSchema } from '../../lib/contracts/lookup-request.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { lookup } from '../../lib/operations/lookup.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { memoryTable } from '../support/memory-table.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable() });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

function ask(address: string, more: object = {}): Promise<LookupAnswer> {
  const { store, list } = world;
  const request = lookupRequestSchema.parse({ address, ...more });
  return lookup(request, { store, list, policy: DEFAULT_POLICY, now: () => world.clock.now() });
}

describe('looking an address up', () => {
  it('tells a refused customer’s story: listed since when and why, missed mails, verdict, and what to send', async () => {
    world.ses.setMailbox('hanako@ezweb.ne.jp', {});
    await world.send('hanako@ezweb.ne.jp');
    world.clock.advance(86_400_000);
    world.ses.setMailbox('hanako@ezweb.ne.jp', { filtersPcMail: true });
    await world.send('hanako@ezweb.ne.jp');
    for (let mails = 0; mails < 3; mails += 1) {
      world.clock.advance(86_400_000);
      await world.send('hanako@ezweb.ne.jp');
    }
    const answer = await ask('Hanako <HANAKO@ezweb.ne.jp>', { explainPolicy: true });
    expect(answer).toMatchObject({
      address: 'hanako@ezweb.ne.jp',
      listing: { state: 'listed', reason: 'BOUNCE', blocks: true },
      diagnosis: { reason: 'filtered', carrier: 'au', confidence: 'certain' },
      verdict: { action: 'remove', rule: 'filtered-known-recipient' },
      missed: { count: 3 },
      advice: { ja: { situation: 'refused' } },
    });
    expect(answer.timeline.map((entry) => entry.kind)).toEqual([
      'delivery',
      'bounce',
      'bounce',
      'bounce',
      'bounce',
    ]);
    expect(answer.advice.ja.toCustomer.body).toContain('必ず受信');
    expect(answer.advice.en.toCustomer.body).toContain('shop.example');
    expect(answer.policy?.filter((rule) => rule.decides)).toMatchObject([
      { rule: 'filtered-known-recipient' },
    ]);
  });

  it('says so where more mails were missed than are read', async () => {
    const address = 'hanako@ezweb.ne.jp';
    world.ses.setMailbox(address, { filtersPcMail: true });
    await world.send(address);
    const dropped = Array.from({ length: 1_005 }, (_, index) => {
      const at = new Date(world.clock.time() + 60_000 + index).toISOString();
      const ids = { id: `dropped-${index}`, messageId: `mail-${index}` };
      const subType = { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' };
      return { address, kind: 'bounce', at, ...ids, sentAt: at, ...subType } as const;
    });
    world.clock.advance(120_000);
    await putFacts(world.store, dropped.slice(0, 1_000));
    expect((await ask(address)).missed).toEqual({ count: 1_000, last: dropped[999]?.at });
    await putFacts(world.store, dropped);
    const { missed, summary, diagnosis } = await ask(address);
    expect(missed).toEqual({ count: 1_000, last: dropped[1_004]?.at, atLeast: true });
    expect(summary.en).toContain('1000 or more recorded');
    expect(summary.ja).toContain('1000通以上');
    expect(diagnosis.reason).toBe('filtered');
  });

  it('does not claim a cause where SoftBank accepted and may have dropped', async () => {
    world.ses.setMailbox('ken@softbank.ne.jp', { filtersPcMail: true });
    await world.send('ken@softbank.ne.jp');
    const answer = await ask('ken@softbank.ne.jp');
    expect(answer).toMatchObject({
      listing: { state: 'not-listed' },
      advice: { ja: { situation: 'dropped' } },
    });
    expect(answer.diagnosis.confidence).toBe('ambiguous');
  });

  describe('says nothing was accepted of a mail that', () => {
    const at = '2026-09-30T01:00:00.000Z';
    const bounce = (address: string, fields: Partial<Fact>): Fact => ({
      address,
      kind: 'bounce',
      at,
      id: `f-${address}`,
      messageId: `m-${address}`,
      sentAt: at,
      bounceType: 'Permanent',
      bounceSubType: 'General',
      ...fields,
    });
    const inTime =
      'smtp; 550 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.1 Failed to establish connection>';
    it.each<[string, Partial<Fact>, string]>([
      ['came back without a report', {}, 'returned'],
      [
        'nobody took in time',
        { bounceType: 'Transient', status: '4.4.7', diagnosticCode: inTime },
        'expired',
      ],
      ['SES held back by its global list', { bounceSubType: 'Suppressed', status: '5.1.1' }, 'not-sent'],
      ['Auto Validation held back', { bounceSubType: 'EmailValidationSuppressed' }, 'not-sent'],
      ['went to an unsubscribed contact', { bounceSubType: 'UnsubscribedRecipient' }, 'unsubscribed'],
    ])('%s', async (name, fields, situation) => {
      const address = `${name.replaceAll(' ', '-').toLowerCase()}@gmail.com`;
      await putFacts(world.store, [bounce(address, fields)]);
      const { advice } = await ask(address);
      expect(advice.ja.situation).toBe(situation);
      for (const { toDesk, toCustomer } of [advice.ja, advice.en]) {
        const said = [toDesk.ja, toDesk.en, toCustomer.subject, toCustomer.body].join('\n');
        expect(said).not.toMatch(
          /accepted|受け付けられて(?:いま|おり)す|spam folder|迷惑メールフォルダのご確認/,
        );
      }
    });

    it('its recipient reported as spam: no word of a spam folder', async () => {
      const complaint = bounce('angry@outlook.com', { kind: 'complaint', complaintFeedbackType: 'abuse' });
      await putFacts(world.store, [complaint]);
      expect((await ask('angry@outlook.com')).advice.ja.situation).toBe('complained');
    });
  });

  it('begins with the spam folder for docomo', async () => {
    world.ses.setMailbox('taro@docomo.ne.jp', { filtersPcMail: true });
    await world.send('taro@docomo.ne.jp');
    const { advice } = await ask('taro@docomo.ne.jp');
    expect(advice.ja.situation).toBe('filed');
    expect(advice.ja.toCustomer.body).toContain('迷惑メールフォルダ');
  });

  it('answers from the table when SES cannot be asked, and never calls that not listed', async () => {
    world.ses.setMailbox('hanako@ezweb.ne.jp', { filtersPcMail: true });
    await world.send('hanako@ezweb.ne.jp');
    world.server.faults.inject({ match: 'GetSuppressedDestination', kind: '5xx', times: 10 });
    const answer = await ask('hanako@ezweb.ne.jp');
    expect(answer.listing.state).toBe('unknown');
    expect(answer.diagnosis.reason).toBe('filtered');
    expect(answer.summary.en).toContain('unknown');
  });

  it('says of nothing that it came back where no answer is on record', async () => {
    const { advice } = await ask('taro@docom.ne.jp');
    expect(advice.ja.situation).toBe('unknown-address');
    expect(advice.ja.toCustomer.body).not.toContain('戻ってまいりました');
    expect(advice.ja.toDesk.ja).toContain('応答は記録にありません');
    expect(advice.en.toCustomer.body).not.toContain('came back');
  });

  describe('under another spelling than the list’s, before a walk has told it', () => {
    const LISTED = 'Hanako@ezweb.ne.jp';

    const WRITTEN = 'hanako@ezweb.ne.jp';

    /** Refused, and listed in another spelling than the shop's mails are written in. */
    async function listedAndDropped(): Promise<void> {
      world.ses.setMailbox(WRITTEN, { filtersPcMail: true });
      await world.send(WRITTEN);
      world.ses.list.delete(WRITTEN);
      world.ses.list.put({ address: LISTED, reason: 'BOUNCE', updatedAt: world.clock.time() });
      world.clock.advance(86_400_000);
      await world.send(WRITTEN);
      world.clock.advance(3_600_000);
    }

    it('asks for the spelling of its events too', async () => {
      world.ses.setMailbox(LISTED, { filtersPcMail: true });
      await world.send(LISTED);
      expect((await ask(WRITTEN)).listing).toMatchObject({ state: 'listed', spelling: LISTED });
    });

    it('does not say "not listed", but why not and what to do', async () => {
      await listedAndDropped();
      const answer = await ask('hanako@ezweb.ne.jp');
      expect(answer.listing).toMatchObject({ state: 'unknown', why: 'spelling-unknown' });
      expect(answer.summary.en).toContain('todoku cleanup --full');
      expect(answer.summary.ja).toContain('別のつづりで登録されている可能性');
      expect(answer.advice.ja.situation).toBe('refused');
      expect((await ask('花子 <Hanako@ezweb.ne.jp>')).listing.state).toBe('listed');
      await world.run({ mode: 'propose' });
      expect((await ask('hanako@ezweb.ne.jp')).listing).toMatchObject({ state: 'listed', spelling: LISTED });
    });

    it('says it where the table holds nothing but the mails that were dropped', async () => {
      world.ses.list.put({ address: LISTED, reason: 'BOUNCE', updatedAt: world.clock.time() });
      world.clock.advance(60_000);
      await world.send(WRITTEN);
      const { listing, summary, advice } = await ask('hanako@ezweb.ne.jp');
      expect(listing.state).toBe('unknown');
      expect(summary.ja).not.toContain('記録にありません');
      expect(advice.ja.situation).not.toBe('no-record');
    });

    it('says "not listed" once a walk has found nothing', async () => {
      await listedAndDropped();
      world.ses.list.delete(LISTED);
      await world.run({ mode: 'propose' });
      expect((await ask('hanako@ezweb.ne.jp')).listing).toEqual({ state: 'not-listed' });
    });

    it('says "not listed" of what was removed after the mails that were dropped', async () => {
      await listedAndDropped();
      await world.run({ mode: 'propose' });
      world.clock.advance(60_000);
      await world.send(LISTED);
      world.ses.list.delete(LISTED);
      expect((await ask('hanako@ezweb.ne.jp')).listing).toEqual({ state: 'not-listed' });
    });

    it('is not sure of an address that was listed again since its removal', async () => {
      await world.members(LISTED);
      await listedAndDropped();
      await world.run();
      world.clock.advance(86_400_000);
      expect((await ask('hanako@ezweb.ne.jp')).listing.state).toBe('not-listed');
      world.ses.list.put({ address: 'HANAKO@ezweb.ne.jp', reason: 'BOUNCE', updatedAt: world.clock.time() });
      world.clock.advance(60_000);
      await world.send(WRITTEN);
      expect((await ask('hanako@ezweb.ne.jp')).listing.state).toBe('unknown');
    });
  });

  it('says that an entry the account does not enforce blocks nothing', async () => {
    world.ses.setMailbox('hanako@ezweb.ne.jp', { filtersPcMail: true });
    await world.send('hanako@ezweb.ne.jp');
    world.ses.account.suppressedReasons = ['COMPLAINT'];
    const answer = await ask('hanako@ezweb.ne.jp');
    expect(answer).toMatchObject({ listing: { blocks: false }, verdict: { rule: 'not-enforced' } });
    expect(answer.summary.en).toContain('mail is being sent');
  });

  it('advises a recipient whose suppression was lifted, and then one who gets mail again', async () => {
    world.ses.setMailbox('hanako@ezweb.ne.jp', {});
    await world.send('hanako@ezweb.ne.jp');
    world.clock.advance(86_400_000);
    world.ses.setMailbox('hanako@ezweb.ne.jp', { filtersPcMail: true });
    await world.send('hanako@ezweb.ne.jp');
    world.clock.advance(86_400_000);
    await world.run();
    expect((await ask('hanako@ezweb.ne.jp')).advice.ja.situation).toBe('lifted');
    world.ses.setMailbox('hanako@ezweb.ne.jp', { filtersPcMail: false });
    world.clock.advance(86_400_000);
    await world.send('hanako@ezweb.ne.jp');
    const again = await ask('hanako@ezweb.ne.jp');
    expect(again.removals).toMatchObject([{ outcome: 'delivered' }]);
    expect(again.advice.ja.situation).toBe('delivered-again');
    expect(again.summary.ja).toMatch(
      /^送信しています（\d{4}-\d\d-\d\dに解除、その後のメールは受信側が受け取りました/,
    );
    expect(again.summary.ja).toContain('以前の不達：');
    expect(again.summary.en).toMatch(/^Sending: removed from the list .*mail has been accepted since/);
  });

  it('claims nothing about an address of which nothing is known', async () => {
    for (const address of ['nobody.known@ezweb.ne.jp', 'nobody.known@shop.example']) {
      const answer = await ask(address);
      expect(answer.listing.state).toBe('not-listed');
      expect(answer.advice.ja.situation).toBe('no-record');
      expect(answer.summary.ja).toContain('このアドレスへの送信は記録にありません');
      expect(answer.advice.ja.toCustomer.body).not.toContain('受け付け');
    }
    expect((await ask('nobody.known@shop.example')).advice.en.toDesk.en).toContain('are not recorded');
  });

  it('refuses what is no address, and finds the one inside a display name', () => {
    for (const address of ['hanako', 'Hanako <hanako>', '@ezweb.ne.jp', 'hanako@']) {
      expect(lookupRequestSchema.safeParse({ address }).success).toBe(false);
    }
    expect(lookupRequestSchema.safeParse({ address: 'Hanako <hanako@ezweb.ne.jp>' }).success).toBe(true);
  });

  it('says a thing once: a mailbox that does not exist is kept without naming it twice', async () => {
    await world.send('nobody@gmail.com');
    const { summary, advice, verdict } = await ask('nobody@gmail.com');
    expect(verdict?.rule).toBe('unknown-user');
    expect(summary.ja.match(/存在しません|存在しない/g)).toHaveLength(1);
    expect(summary.ja).toContain('送信停止のまま');
    expect(advice.ja.toCustomer.body).not.toContain('迷惑メール');
  });

  it('does not say of a complaint that it came before the records', async () => {
    world.ses.list.put({ address: 'angry@outlook.com', reason: 'COMPLAINT', updatedAt: world.clock.time() });
    const { diagnosis, summary } = await ask('angry@outlook.com');
    expect(diagnosis.reason).toBe('feedback');
    expect(summary.ja).not.toMatch(/導入前|推定/);
    expect(summary.ja).toContain('送信停止のまま');
  });

  it('asks a complainer’s desk not to write, and a mistyped address to be corrected', async () => {
    world.ses.list.put({ address: 'angry@outlook.com', reason: 'COMPLAINT', updatedAt: world.clock.time() });
    expect((await ask('angry@outlook.com')).advice.ja.situation).toBe('complained');
    world.ses.list.put({ address: 'taro@docomo.co.jp', reason: 'BOUNCE', updatedAt: world.clock.time() });
    const typo = await ask('taro@docomo.co.jp');
    expect(typo.advice.ja.situation).toBe('unknown-address');
    expect(typo.verdict?.rule).toBe('mistyped-domain');
    expect(typo.advice.ja.toCustomer.body).toContain('docomo.ne.jp');
  });
});
