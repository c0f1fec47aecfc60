import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LookupAnswer, lookupContract } from '../../lib/contracts/lookup.ts';
import { lookupRequestSchema } from '../../lib/contracts/lookup-request.ts';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { lookup } from '../../lib/operations/lookup.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { memoryTable } from '../support/memory-table.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

/** Support tickets: the three lines say state, cause and next step, and desk note and letter say nothing else. */

let world: World;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable() });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const DAY = 86_400_000;

interface Seen {
  readonly answer: LookupAnswer;
  /** The headline's lines. */
  readonly ja: readonly string[];
  readonly en: readonly string[];
  readonly deskJa: string;
  readonly deskEn: string;
  readonly letterJa: string;
  readonly letterEn: string;
}

async function look(address: string, deliveries?: 'carriers' | 'all'): Promise<Seen> {
  const { store, list } = world;
  const tools = { store, list, policy: EAGER_POLICY, now: () => world.clock.now() };
  const request = lookupRequestSchema.parse({ address });
  const answer = lookupContract.answer.parse(
    await lookup(request, { ...tools, ...(deliveries && { deliveries }) }),
  );
  const { ja, en } = answer.advice;
  return {
    answer,
    ja: answer.headline?.ja ?? [],
    en: answer.headline?.en ?? [],
    deskJa: ja.toDesk.ja,
    deskEn: ja.toDesk.en,
    letterJa: `${ja.toCustomer.subject}\n${ja.toCustomer.body}`,
    letterEn: `${en.toCustomer.subject}\n${en.toCustomer.body}`,
  };
}

function release(address: string, override: readonly string[] | false = false) {
  const { store, list } = world;
  const request = { addresses: [address], reason: '電話で確認', operator: 'tanaka', override };
  return remove(removeRequestSchema.parse(request), {
    store,
    list,
    policy: EAGER_POLICY,
    now: () => world.clock.now(),
  });
}

/** A fact of a mail sent at a moment. */
const fact = (address: string, sentAt: string, more: Partial<Fact>): Fact => ({
  address,
  kind: 'bounce',
  at: sentAt,
  id: `f-${more.kind ?? 'bounce'}-${sentAt}`,
  messageId: `m-${sentAt}`,
  sentAt,
  senderDomain: 'shop.example',
  ...more,
});

/** Words of a mail that was returned, or taken: what is not said without such a mail. */
const RETURNED = /送信エラー|戻って|戻りました|came back|returned/;
const TAKEN = /受け取りました|受け取っています|受け取られて|was accepted|accepted the/;

describe('tickets', () => {
  it('1: an unknown user at docomo, this month', async () => {
    const address = 'nobody@docomo.ne.jp';
    await world.send(address);
    const seen = await look(address);
    expect(seen.ja).toEqual([
      '送信を止めています（2026-10-01から）',
      '原因：宛先が存在しないという応答（可能性が高い）',
      '対応：送信停止のまま、正しいアドレスを電話などで確認',
    ]);
    expect(seen.en[2]).toBe('Next: keep it stopped, and ask for the right address by telephone');
    expect(seen.deskJa).toContain('断定できません');
    expect(seen.letterJa).toContain('宛先のメールアドレスが見つからないとの理由で送信エラーとなり');
    expect(seen.letterEn).toContain('because the address was not found');
  });

  it('1b: listed in 2024 and not on record: stopped since, may we resume? Then released, by whom and when', async () => {
    const address = 'hanako@docomo.ne.jp';
    world.ses.list.put({ address, reason: 'BOUNCE', updatedAt: Date.parse('2024-01-15T03:00:00Z') });
    await world.members(address);
    await world.send('another@ezweb.ne.jp');
    const seen = await look(address);
    expect(seen.ja[0]).toMatch(/^送信を止めています（2024-01-15から/);
    expect(seen.ja[1]).toMatch(/^原因：応答の記録がありません（推定：/);
    expect(seen.en[0]).toMatch(/^Sending has been stopped since 2024-01-15/);
    // What is said of docomo in general is no word on this customer's mail.
    const desk = [seen.deskJa, seen.deskEn].map(
      (note) => note.split(/\n(?:この携帯会社|About this carrier)/)[0],
    );
    for (const text of [...seen.ja, ...seen.en, ...desk, seen.letterJa, seen.letterEn]) {
      expect(text).not.toMatch(RETURNED);
      expect(text).not.toMatch(TAKEN);
      expect(text).not.toMatch(/という応答です|The server says/);
    }
    expect(seen.letterJa).toContain('2024年1月15日より');
    expect(seen.letterJa).toContain('送信を再開してよろしいか');
    expect(seen.letterEn).toContain('Since 15 January 2024');
    expect(seen.letterEn).toContain('whether we may resume');

    const [removed] = await release(address);
    expect(removed?.result).toBe('removed');
    const after = await look(address);
    expect(after.ja[0]).toMatch(
      /^送信を再開しました（2026-10-01 \d\d:\d\dに tanaka が解除、次のメール待ち）$/,
    );
    expect(after.en[0]).toMatch(/^Released 2026-10-01 \d\d:\d\d by tanaka, waiting for the next mail$/);
    expect(after.ja[2]).toMatch(/^対応：必要なメールを再送/);
    expect(after.letterJa).toContain('このたび再開いたしました');
  });

  it('2, the half that is not a note: what was missed is named with its ids', async () => {
    const address = 'hanako@ezweb.ne.jp';
    world.ses.setMailbox(address, { filtersPcMail: true });
    await world.send(address);
    world.clock.advance(DAY);
    await world.send(address);
    const { answer, ja, deskJa } = await look(address);
    expect(ja[0]).toBe('送信を止めています（2026-10-01から、未送信1通）');
    const [mail] = answer.missedMails ?? [];
    expect(mail?.sentAt).toMatch(/^2026-10-02/);
    expect(deskJa).toContain(mail?.messageId);
  });

  it('3: late, with the hours, and who put it off', async () => {
    const address = 'hanako@mail.example.jp';
    const sentAt = '2026-09-30T01:00:00.000Z';
    await putFacts(world.store, [
      fact(address, sentAt, { kind: 'deliveryDelay', at: '2026-09-30T01:20:00.000Z', delayType: 'General' }),
      fact(address, sentAt, { kind: 'delivery', at: '2026-09-30T03:30:00.000Z' }),
    ]);
    const seen = await look(address);
    expect(seen.ja).toEqual([
      '送信は止めていません（SESのサプレッションリストに載っていません）',
      '2026-09-30のメールは2時間30分後に受信側が受け取りました（受信側が一時保留）',
      '対応：再送は不要。見当たらない場合は迷惑メールフォルダの確認を依頼',
    ]);
    expect(seen.en[1]).toBe('Mail of 2026-09-30 accepted after 2 h 30 min; the receiving server put it off');
    expect(seen.letterJa).toContain('2時間30分ほど遅れて');
    expect(seen.letterEn).toContain('about 2 h 30 min late');
    expect(seen.answer.advice.ja.situation).toBe('late');
  });

  it('5: refused a third time after two releases: what was probably missed, by telephone', async () => {
    const address = 'hanako@ezweb.ne.jp';
    world.ses.setMailbox(address, { filtersPcMail: true });
    for (let round = 0; round < 2; round += 1) {
      await world.send(address);
      world.clock.advance(DAY);
      expect((await release(address))[0]?.result).toBe('removed');
      world.clock.advance(DAY);
    }
    await world.send(address);
    world.clock.advance(DAY);
    const seen = await look(address);
    expect(seen.ja[0]).toMatch(/^送信を止めています/);
    expect(seen.ja[1]).toBe('原因：2回の解除の後も、auの受信設定による拒否が続いています');
    expect(seen.ja[2]).toBe('対応：電話で「必ず受信」とサブドメインの指定を確認（解除は繰り返さない）');
    expect(seen.en[1]).toMatch(/^Cause: refused again by the filter at au, after 2 releases$/);
    expect(seen.deskJa).toContain('サブドメインを含むか');
    expect(seen.answer.advice.ja.situation).toBe('refused-again');
    expect(seen.letterJa).toContain('もう一度ご確認');
    expect(seen.letterJa).toContain('お電話でご案内');
  });

  it('8: Gmail where accepted mail is not recorded: no refusal is on record, and the spam folder', async () => {
    const seen = await look('hanako@gmail.com', 'carriers');
    expect(seen.ja[1]).toBe('不達の記録はありません（受信側が受け取ったメールは、ここでは記録していません）');
    expect(seen.en[1]).toBe('No refusal is on record; mail that was accepted is not recorded here');
    expect(seen.ja[2]).toContain('迷惑メールフォルダの確認を依頼');
    expect(seen.letterJa).toContain('迷惑メールフォルダのご確認のお願い');
    expect(`${seen.letterJa}${seen.letterEn}`).not.toMatch(TAKEN);
    // A carrier's deliveries are recorded: nothing on record is nothing sent.
    expect((await look('hanako@ezweb.ne.jp', 'carriers')).ja[1]).toBe(
      'このアドレスへの送信は記録にありません',
    );
  });

  it('9: a complaint by mistake: the command that overrides it, and after it by whom it was lifted', async () => {
    const address = 'angry@outlook.com';
    world.ses.list.put({ address, reason: 'COMPLAINT', updatedAt: world.clock.time() });
    await putFacts(world.store, [
      fact(address, '2026-09-30T23:00:00.000Z', { kind: 'complaint', complaintFeedbackType: 'abuse' }),
    ]);
    const seen = await look(address);
    expect(seen.ja).toEqual([
      '送信を止めています（2026-10-01から）',
      '原因：受信者が迷惑メールとして申告（2026-10-01）',
      '対応：送信停止のまま。ご希望を確認できたら todoku remove --override complaint',
    ]);
    expect(seen.letterJa).toContain('送信を停止しております');
    expect(seen.letterJa).not.toMatch(/ご容赦|再送/);
    world.clock.advance(DAY);
    expect((await release(address))[0]?.result).toBe('refused');
    expect((await release(address, ['complaint']))[0]?.result).toBe('removed');
    const after = await look(address);
    expect(after.ja[0]).toBe('送信を再開しました（迷惑メールの申告を承知で tanaka が2026-10-02に解除）');
    expect(after.en[0]).toBe('Lifted 2026-10-02 by tanaka in spite of a complaint');
    expect(after.ja[1]).toBe('以前の申告：受信者が迷惑メールとして申告（2026-10-01）');
    expect(after.letterJa).not.toContain('停止しております');
  });
});

describe('what SES did not send', () => {
  it.each([
    ['OnTenantSuppressionList', 'テナント', "tenant's list", 'todoku policy scope'],
    ['Suppressed', 'SES全体', 'global list', '14日'],
    ['EmailValidationSuppressed', 'Auto Validation', 'Auto Validation', 'しきい値'],
    ['UnsubscribedRecipient', '購読管理', 'unsubscribed', '連絡先リスト'],
    ['InventedLater', '未対応', 'reason unknown', '運用担当者'],
  ])('%s: by whose doing, and the remedy', async (bounceSubType, doing, inEnglish, remedy) => {
    const address = 'akari@gmail.com';
    await putFacts(world.store, [
      fact(address, '2026-09-20T01:00:00.000Z', { bounceType: 'Permanent', bounceSubType, status: '5.1.1' }),
    ]);
    const seen = await look(address);
    expect(seen.ja[0]).toMatch(/^送信は止めていません/);
    expect(seen.ja[1]).toContain('SESが送信していません');
    expect(seen.ja[1]).toContain(doing);
    expect(seen.en[1]).toContain(inEnglish);
    expect(`${seen.ja[2]}${seen.deskJa}`).toContain(remedy);
    for (const text of [...seen.ja, ...seen.en, seen.deskJa, seen.deskEn, seen.letterJa, seen.letterEn]) {
      expect(text).not.toMatch(TAKEN);
      expect(text).not.toMatch(RETURNED);
    }
    expect(seen.answer.missed.count).toBe(bounceSubType === 'UnsubscribedRecipient' ? 0 : 1);
  });

  it('because of an entry that is gone: the day, and that it is gone', async () => {
    const address = 'akari@gmail.com';
    const subType = { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' };
    await putFacts(world.store, [fact(address, '2026-09-20T01:00:00.000Z', subType)]);
    // A walk that has seen the list since tells that no entry in another spelling is meant.
    await world.run({ mode: 'propose' });
    const seen = await look(address);
    expect(seen.ja[0]).toBe('送信は止めていません（2026-09-20のメールは未送信、現在はリストにありません）');
    expect(seen.deskEn).toContain('It no longer is');
    expect(seen.answer.summary.ja).not.toContain('記録にありません');
  });
});

describe('what was said wrongly', () => {
  const at = '2026-09-30T01:00:00.000Z';
  const hard = { bounceType: 'Permanent', bounceSubType: 'General' };

  it('a bounce without a report: returned, and the receiving side gave no reason', async () => {
    await putFacts(world.store, [fact('akari@gmail.com', at, hard)]);
    const seen = await look('akari@gmail.com');
    expect(seen.ja[1]).toBe('原因：不明（メールは送信エラー、受信側からの理由の通知なし）');
    expect(seen.deskEn).toContain('the receiving side gave no reason');
    expect(`${seen.deskJa}${seen.letterJa}${seen.deskEn}`).not.toMatch(TAKEN);
  });

  it('another mailbox spoke: nothing is said of this one', async () => {
    const reply = {
      diagnosticCode: 'smtp; 550 5.1.1 <friend@forward.example>: no such user',
      status: '5.1.1',
    };
    await putFacts(world.store, [fact('akari@gmail.com', at, { ...hard, ...reply })]);
    const seen = await look('akari@gmail.com');
    expect(seen.ja[1]).toContain('転送先など別のアドレス');
    expect(seen.letterJa).toContain('転送');
    expect(`${seen.ja.join()}${seen.letterJa}`).not.toContain('存在しない');
  });

  it('a receiving system’s report: no person complained', async () => {
    await putFacts(world.store, [
      fact('akari@gmail.com', at, { kind: 'complaint', complaintFeedbackType: 'auth-failure' }),
    ]);
    world.ses.list.put({ address: 'akari@gmail.com', reason: 'COMPLAINT', updatedAt: world.clock.time() });
    const seen = await look('akari@gmail.com');
    expect(seen.ja[1]).toContain('本人の申告ではありません');
    expect(seen.letterJa).not.toContain('迷惑メールとして');
  });

  it('complained and not listed: sending is not stopped, and no mail is to be sent', async () => {
    await putFacts(world.store, [
      fact('akari@outlook.com', at, { kind: 'complaint', complaintFeedbackType: 'abuse' }),
    ]);
    const seen = await look('akari@outlook.com');
    expect(seen.ja[0]).toMatch(/^送信は止めていません/);
    expect(seen.ja[1]).toContain('迷惑メールとして申告');
    expect(seen.ja[2]).toContain('メールは送らず');
    expect(seen.letterJa).not.toContain('停止しております');
    expect(seen.letterJa).not.toContain('迷惑メールフォルダ');
  });

  it('an invisible character in what was typed: the listed address is found', async () => {
    world.ses.list.put({ address: 'hanako@ezweb.ne.jp', reason: 'BOUNCE', updatedAt: world.clock.time() });
    const seen = await look('\u200bhanako\u00ad@ezweb.ne.jp\u200e');
    expect(seen.answer.listing.state).toBe('listed');
    expect(seen.ja[0]).toMatch(/^送信を止めています/);
  });
});
