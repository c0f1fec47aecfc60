import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CarriedEntry } from '../../lib/contracts/carry.ts';
import type { IncidentList } from '../../lib/contracts/incidents.ts';
import { noteRequestSchema } from '../../lib/contracts/note.ts';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import { putCarried } from '../../lib/operations/carry.ts';
import { incidents } from '../../lib/operations/incidents.ts';
import { note } from '../../lib/operations/notes.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { saveAudit } from '../../lib/store/audits.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { factOf as fact, lookedUp, type Seen } from '../support/looked-up.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

/** Support tickets: the three lines say state, cause and next step, and desk note and letter say nothing else. */

let world: World;

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const DAY = 86_400_000;

const look = (address: string, deliveries?: 'carriers' | 'all', more: Record<string, string> = {}) =>
  lookedUp(world, address, deliveries, more);

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

const leaveNote = (asked: Record<string, string>) =>
  note(noteRequestSchema.parse({ operator: 'tanaka', ...asked }), {
    store: world.store,
    now: () => world.clock.now(),
  });

/** Lists entries as `todoku fleet carry` does in the new Region. */
async function carryHere(entries: readonly CarriedEntry[]): Promise<void> {
  const { store, list } = world;
  const onFailure = (_spelling: string, error: unknown) => {
    throw error;
  };
  const answer = await putCarried(entries, { store, list, now: () => world.clock.now(), onFailure });
  expect(answer).toMatchObject({ results: { carried: entries.length } });
}

/** Words of a mail that was returned, or taken: what is not said without such a mail. */
const RETURNED = /送信エラー|戻って|戻りました|came back|returned/;
const TAKEN = /受け取りました|受け取っています|サーバーまで(?:は)?届いて|was accepted|accepted the/;

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
    expect(seen.letterEn).toContain('has been stopped since 15 January 2024');
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

  it('2: the customer has a new address: old and new are linked, and the old stays listed and says so', async () => {
    const [old, fresh] = ['hanako@ezweb.ne.jp', 'hanako.sato@gmail.com'];
    world.ses.setMailbox(old, { filtersPcMail: true });
    await world.send(old);
    world.clock.advance(DAY);
    await leaveNote({ address: old, movedTo: fresh, text: '電話で連絡あり' });
    const seen = await look(old);
    expect(seen.ja).toEqual([
      '送信を止めています（2026-10-01から）',
      'お客様は別のアドレスに変更済み（2026-10-02のメモ）',
      '対応：今後は hanako.sato@gmail.com へ送信（ここは送信停止のまま）',
    ]);
    expect(seen.en).toEqual([
      'Sending has been stopped since 2026-10-01',
      'The customer has moved to another address (note of 2026-10-02)',
      'Next: send to hanako.sato@gmail.com from now on; keep this one stopped',
    ]);
    expect(seen.deskJa).toContain(
      'お客様のアドレスは hanako.sato@gmail.com に変わりました。このメモでリストの内容は変わりません（2026-10-02、tanakaのメモ）：電話で連絡あり。',
    );
    // Why the old one was refused stays known, and nobody is asked to release it.
    expect(seen.deskJa).toContain('受信設定（フィルター）による');
    expect(`${seen.deskJa}${seen.deskEn}`).not.toContain('todoku remove');
    expect(seen.letterJa).toContain('メールアドレスご変更のご確認');
    expect(seen.letterJa).toContain('新しいメールアドレス：hanako.sato@gmail.com');
    expect(seen.letterEn).toContain('new address: hanako.sato@gmail.com');
    // The settings of the old address's carrier are no matter any more.
    expect(seen.letterJa).not.toContain('auメール');
    const listing = seen.answer.listing.state;
    expect(listing).toBe('listed');

    const there = await look(fresh);
    expect(there.deskJa).toContain(`お客様の以前のアドレスは ${old} です（2026-10-02、tanakaのメモ）`);
    expect(there.ja[1]).toBe('このアドレスへの送信は記録にありません');
    expect(there.letterJa).not.toContain(old);

    // A note that was taken back says nothing.
    const [{ id = '' } = {}] = seen.answer.notes ?? [];
    await leaveNote({ address: old, remove: id });
    expect((await look(old)).ja[1]).toMatch(/^原因：auの受信設定/);
  });

  it('2: a complaint outranks the note: the customer is asked before any mail is sent', async () => {
    const address = 'angry@outlook.com';
    world.ses.list.put({ address, reason: 'COMPLAINT', updatedAt: world.clock.time() });
    await leaveNote({ address, movedTo: 'calm@outlook.com' });
    const seen = await look(address);
    expect(seen.ja[1]).toContain('迷惑メールの申告');
    expect(seen.deskJa).toContain('calm@outlook.com に変わりました');
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
    expect(seen.letterEn).toContain('about 2 hours 30 minutes late');
    expect(seen.answer.advice.ja.situation).toBe('late');
  });

  it('4: a mistyped domain is named; near matches of the local part are offered, and nothing is done to them', async () => {
    const domain = await look('hanako@docom.ne.jp');
    expect(domain.ja[1]).toBe('原因：ドメインの入力間違いと思われます（正しくは docomo.ne.jp）');
    expect(domain.ja[2]).toBe('対応：正しいアドレスを電話などで確認（docomo.ne.jp ではありませんか）');
    expect(domain.en[1]).toBe('Cause: the domain looks mistyped (probably meant: docomo.ne.jp)');
    expect(domain.deskJa).toContain('「docomo.ne.jp」の打ち間違い');
    expect(domain.letterJa).toContain('「docom.ne.jp」となっておりますが、「docomo.ne.jp」では');
    expect(domain.letterEn).toContain('docomo.ne.jp');

    await world.send('midori.mori@docomo.ne.jp');
    await world.run({ mode: 'propose' });
    const local = await look('midori.mroi@docomo.ne.jp');
    expect(local.answer.near?.matches).toMatchObject([
      { address: 'midori.mori@docomo.ne.jp', slip: 'letter' },
    ]);
    expect(local.answer.near?.warning.ja).toContain('別のお客様のアドレスかもしれません');
    expect(local.ja[1]).toBe('このアドレスへの送信は記録にありません');
    expect(local.letterJa).toContain('現在お使いのメールアドレスを当店までお知らせ');
    // Another customer's address is no matter of the text to this one.
    expect(`${local.letterJa}${local.letterEn}`).not.toContain('midori.mori@');
  });

  it('4: a near match of which there are deliveries alone is offered as well, for some days', async () => {
    const days = (count: number) => new Date(world.clock.time() - count * DAY).toISOString();
    await putFacts(world.store, [
      fact('yuki.tanaka@docomo.ne.jp', days(1), { kind: 'delivery' }),
      fact('sora.mori@docomo.ne.jp', days(40), { kind: 'delivery' }),
    ]);
    const seen = await look('yuki.tnaaka@docomo.ne.jp');
    expect(seen.answer.near?.matches).toMatchObject([
      { address: 'yuki.tanaka@docomo.ne.jp', slip: 'letter', deliveredAt: days(1) },
    ]);
    expect(seen.answer.near?.matches[0]?.text.ja).toContain('2026-09-30に受信側が受け取ったメールの記録あり');
    expect((await look('sora.mroi@docomo.ne.jp')).answer.near).toBeUndefined();
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
    // The refusal is told once, and what its reply leaves open as well.
    expect(seen.deskEn).not.toContain('The receiving side refused the mail');
    expect(seen.deskJa.match(/応答からは分かりません/g)).toHaveLength(1);
    expect(seen.letterJa).toContain('2026年10月2日と2026年10月4日に再開いたしましたが');
    expect(seen.letterEn).toContain('We resumed sending you email on 2 October 2026 and 4 October 2026');
    // What was written to the customer is on no record.
    for (const text of [seen.letterJa, seen.letterEn, seen.deskJa, seen.deskEn]) {
      expect(text).not.toMatch(/先日|ご案内した|前回|we wrote|guidance again|同じ案内/);
    }
    expect(seen.letterJa).toContain('お電話でご案内');
  });

  describe('6: a school writes to 300 docomo addresses, and 100 are put off for the rate', () => {
    const RATE = 'smtp; 452 4.2.1 The rate of mail from your server is too high, try again later';
    const pupil = (index: number) => `pupil-${index}@docomo.ne.jp`;
    const sentAt = '2026-09-30T01:00:00.000Z';
    const minutes = (count: number) => new Date(Date.parse(sentAt) + count * 60_000).toISOString();
    const delay = (index: number) =>
      fact(pupil(index), sentAt, {
        kind: 'deliveryDelay',
        at: minutes(5 + (index % 60)),
        delayType: 'General',
        diagnosticCode: RATE,
        messageId: `m-${index}`,
        id: `m-${index}`,
      });
    /** Words that ask a customer about the address or the settings. */
    const BLAMES_CUSTOMER =
      /訂正してください|正しいアドレスを|アドレスをご確認|受信設定の変更|correct the registration|right address/;

    async function school(): Promise<void> {
      const deliveries = Array.from({ length: 200 }, (_, index) =>
        fact(pupil(100 + index), sentAt, { kind: 'delivery', at: minutes(1), messageId: `m-${100 + index}` }),
      );
      await putFacts(world.store, [
        ...deliveries,
        ...Array.from({ length: 100 }, (_, index) => delay(index)),
      ]);
    }

    it('is one incident with its hour and counts, and the remedy is to send slower', async () => {
      await school();
      const now = () => world.clock.now();
      const { incidents: found } = (await incidents(
        { days: 7 },
        { store: world.store, now },
      )) as IncidentList;
      expect(found).toMatchObject([
        {
          receiver: 'docomo',
          kind: 'ratelimited',
          from: minutes(5),
          until: minutes(64),
          recipients: 100,
          mails: 100,
          deferred: 100,
          returned: 0,
          hours: [
            { at: '2026-09-30T01:00:00.000Z', mails: 95 },
            { at: '2026-09-30T02:00:00.000Z', mails: 5 },
          ],
        },
      ]);
      expect(found[0]?.remedy.ja).toContain('送信の間隔を空け');
    });

    it('and none of the 100 is told to correct the address, whatever became of the mail', async () => {
      await school();
      // Ten are taken in the end, ten come back after hours, with the words of the rate or with none.
      await putFacts(
        world.store,
        Array.from({ length: 20 }, (_, index) =>
          fact(pupil(index), sentAt, {
            at: minutes(840 + index),
            messageId: `m-${index}`,
            ...(index < 10
              ? { kind: 'delivery' as const }
              : {
                  bounceType: 'Transient',
                  bounceSubType: 'General',
                  ...(index < 15 && { diagnosticCode: RATE, action: 'failed', status: '4.2.1' }),
                  ...(index >= 18 && {
                    diagnosticCode: 'smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes',
                  }),
                }),
          }),
        ),
      );
      for (let index = 0; index < 100; index += 1) {
        const seen = await look(pupil(index), 'carriers');
        const said = [...seen.ja, ...seen.en, seen.deskJa, seen.deskEn, seen.letterJa, seen.letterEn];
        for (const text of said) expect(text).not.toMatch(BLAMES_CUSTOMER);
        if (index < 10) continue;
        expect(seen.answer.incident).toMatchObject({ recipients: 100, kind: 'ratelimited' });
        expect(seen.ja[2]).toMatch(/^対応：.*送信の間隔を空け/);
        expect(seen.deskJa).toContain(`todoku incidents ${seen.answer.incident?.id}`);
        expect(seen.deskEn).toContain('do not ask the customer to correct the address');
      }
      const waiting = await look(pupil(50));
      expect(waiting.en[2]).toBe('Next: send slower from now on; do not send this one again');
      const expired = await look(pupil(19));
      expect(expired.ja[1]).toContain('送信');
      expect(expired.answer.diagnosis).toMatchObject({ reason: 'ratelimited', rule: 'incident' });
      expect(expired.answer.advice.ja.situation).toBe('sender-problem');
      expect((await look(pupil(150), 'carriers')).answer.incident).toBeUndefined();
    });

    it('and a refusal for too many unknown users is no word on the one address', async () => {
      const words = 'smtp; 550 5.1.1 Your host sends to too many unknown users';
      await putFacts(
        world.store,
        Array.from({ length: 8 }, (_, index) =>
          fact(pupil(index), sentAt, {
            at: minutes(index),
            bounceType: 'Permanent',
            bounceSubType: 'General',
            status: '5.1.1',
            diagnosticCode: words,
          }),
        ),
      );
      const seen = await look(pupil(3), 'carriers');
      expect(seen.ja[2]).toBe('対応：送信先リストを整理してから再送（このアドレスの訂正は不要）');
      for (const text of [...seen.ja, ...seen.en, seen.deskJa, seen.letterJa, seen.letterEn]) {
        expect(text).not.toMatch(BLAMES_CUSTOMER);
      }
    });
  });

  it.each([
    [
      'hanako@ezweb.ne.jp',
      'povo',
      /povoへ移られたお客様でも、auのアドレスは「メール持ち運び」で使い続けられ/,
      'www.au.com',
    ],
    [
      'hanako@softbank.ne.jp',
      'linemo',
      /LINEMOへ移られたお客様でも、ソフトバンクのアドレスは/,
      'www.softbank.jp',
    ],
  ])(
    '7: %s, and the customer is at %s now: what the domain still means, and the settings that apply',
    async (address, provider, still, page) => {
      world.ses.setMailbox(address, { filtersPcMail: true });
      await world.send(address);
      const seen = await look(address, 'carriers', { provider });
      expect(seen.deskJa).toMatch(still);
      expect(seen.deskJa).toContain(
        '持ち運びの手続きをしていない場合、そのアドレスは使えなくなっている可能性があります',
      );
      expect(seen.letterJa).toContain('持ち運ばれたメールアドレスには');
      expect(seen.letterJa).toContain(`https://${page}/`);
      expect(seen.letterEn).toContain('that you kept when you moved to');
      // What became of the mail does not depend on where the customer is now.
      expect(seen.ja).toEqual((await look(address, 'carriers')).ja);
    },
  );

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

  it('8: the sender’s own SPF, DKIM and DMARC in one line, as the last audit left them, with its date', async () => {
    const ask = { address: 'hanako@gmail.com', senderDomain: 'mail.shop.example' };
    const lines = ({ deskJa, deskEn }: Seen) =>
      `${deskJa}\n${deskEn}`.split('\n').filter((line) => /DKIM/.test(line));
    expect(lines(await look(ask.address, 'carriers', ask))).toEqual([]);
    const audit = {
      identity: 'shop.example',
      verdict: {
        spf: { result: 'pass', aligned: 'no' },
        dkim: { result: 'pass' },
        dmarc: { result: 'fail', policy: 'reject' },
      },
    };
    await saveAudit(world.store, audit, [], { appeared: [], resolved: [] }, new Date('2026-09-20T00:00:00Z'));
    // The identity above the domain is the one it sends with.
    const seen = await look(ask.address, 'carriers', ask);
    expect(seen.deskJa).toContain(
      '送信元 shop.example の認証（2026-09-20の点検）：SPF 合格（Fromと不一致）・DKIM 合格・DMARC 不合格（p=reject）。',
    );
    expect(seen.deskEn).toContain(
      'Authentication of shop.example (audit of 2026-09-20): SPF pass (not aligned), DKIM pass, DMARC fail (p=reject).',
    );
    expect(seen.ja[1]).toMatch(/^不達の記録はありません/);
    expect(`${seen.letterJa}${seen.letterEn}`).not.toContain('DMARC');
    expect(lines(await look(ask.address, 'carriers', { ...ask, senderDomain: 'other.example' }))).toEqual([]);
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
      '対応：送信停止のまま。お受け取りのご希望を確認できた場合のみ解除',
    ]);
    expect(seen.answer.command?.ja).toMatch(
      /^todoku remove angry@outlook\.com --override complaint --reason /,
    );
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

describe('11: the shop moves to another Region', () => {
  it('a complaint that was carried there says what SES says, and that the report is not on record', async () => {
    const address = 'angry@outlook.com';
    await carryHere([{ spelling: 'Angry@outlook.com', reason: 'COMPLAINT' }]);
    await world.run({ mode: 'propose' });
    const seen = await look(address);
    expect(seen.ja).toEqual([
      '送信を止めています（2026-10-01から）',
      '原因：SESに迷惑メールの申告として登録されています（申告の記録はありません）',
      '対応：送信停止のまま。お受け取りのご希望を確認できた場合のみ解除',
    ]);
    expect(seen.en[1]).toBe('Cause: SES lists it for a complaint (the report itself is not on record)');
    expect(seen.deskJa).toContain('迷惑メールの申告として載っています');
    expect(seen.deskEn).toContain('The report itself is not on record here');
    expect(seen.letterJa).toContain('今後もお受け取りをご希望かどうか');
    for (const text of [...seen.ja, seen.deskJa, seen.letterJa]) expect(text).not.toMatch(RETURNED);
  });

  it('a dead mailbox that was carried brings its bounce along: the answer names it', async () => {
    const address = 'gone@gmail.com';
    const sentAt = '2026-09-30T01:00:00.000Z';
    const bounce = fact(address, sentAt, {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      status: '5.1.1',
      diagnosticCode:
        'smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient email address for typos',
    });
    await carryHere([{ spelling: address, reason: 'BOUNCE', bounce: { ...bounce } }]);
    const seen = await look(address);
    expect(seen.ja[0]).toBe('送信を止めています（2026-10-01から）');
    expect(seen.ja[1]).toBe('原因：宛先が存在しないという応答（確実）');
    expect(seen.ja[2]).toBe('対応：送信停止のまま、正しいアドレスを電話などで確認');
    expect(seen.deskJa).toContain('2026-09-30 10:00（日本時間）');
    expect(seen.letterJa).toContain('宛先のメールアドレスが見つからないとの理由で');
  });
});

describe('an entry for a complaint that is gone', () => {
  const address = 'angry@outlook.com';
  beforeEach(async () => {
    world.ses.list.put({ address, reason: 'COMPLAINT', updatedAt: world.clock.time() });
    await world.run({ mode: 'propose' });
    world.clock.advance(DAY);
  });

  it('is told to the desk where todoku did not remove it', async () => {
    world.ses.list.delete(address);
    const seen = await look(address);
    expect(seen.ja[0]).toMatch(/^送信は止めていません/);
    expect(seen.deskJa).toContain(
      '迷惑メールの申告としてSESのサプレッションリストに載りましたが、現在は載っていません',
    );
    expect(seen.deskEn).toContain('It no longer is on the list, and no removal by todoku is on record');
    expect(`${seen.letterJa}${seen.letterEn}`).not.toMatch(/申告|complaint|spam\./);
  });

  it('is not told where an operator lifted it', async () => {
    expect((await release(address, ['complaint']))[0]?.result).toBe('removed');
    expect((await look(address)).deskJa).not.toContain('todokuで解除した記録はありません');
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

  it.each([
    ['MessageTooLarge', 'メールを小さくして', 'メールの大きさの制限'],
    ['ContentRejected', 'メールの内容', 'メールの内容により'],
  ])('a mail refused as %s: what the sender mends is that mail', async (bounceSubType, step, letter) => {
    const address = 'mio@softbank.ne.jp';
    await putFacts(world.store, [fact(address, at, { bounceType: 'Transient', bounceSubType })]);
    const seen = await look(address);
    expect(seen.ja[2]).toContain(step);
    expect(seen.letterJa).toContain(letter);
  });

  it('a passing failure or an automatic reply: nothing tells which, and neither is said to be it', async () => {
    const address = 'tachibana@example.jp';
    await putFacts(world.store, [fact(address, at, { bounceType: 'Transient', bounceSubType: 'General' })]);
    const seen = await look(address, 'carriers');
    expect(seen.ja[1]).toContain('一時的な送信エラー、または不在時などの自動応答');
    expect(seen.deskJa).toContain('メールが届いたかどうかは、この記録からは分かりません');
    for (const text of [seen.deskJa, seen.letterJa]) expect(text).not.toContain('送信エラーとなり');
    expect(seen.letterEn).toContain('an automatic reply');
  });

  it('somebody at the domain complained, and it is not listed: asked first, until later mail is taken', async () => {
    const address = 'hinata@yahoo.co.jp';
    await putFacts(world.store, [fact(address, at, { kind: 'complaint', candidate: true })]);
    const seen = await look(address, 'carriers');
    expect(seen.ja[1]).toContain('同じドメインの誰かが');
    expect(seen.ja[2]).toContain('メールは送らず');
    expect(seen.letterJa).not.toContain('迷惑メールフォルダ');
    const later = new Date(Date.parse(at) + DAY).toISOString();
    await putFacts(world.store, [fact(address, later, { kind: 'delivery' })]);
    expect((await look(address, 'all')).ja[1]).toContain('受信側のサーバーが受け取りました');
  });

  it('a mail that SES still did not send after the release: no word of waiting for the next one', async () => {
    const address = 'hanako@au.com';
    world.ses.list.put({ address, reason: 'BOUNCE', updatedAt: world.clock.time() });
    expect(await release(address)).toMatchObject([{ result: 'removed' }]);
    world.clock.advance(120_000);
    const after = new Date(world.clock.time()).toISOString();
    const dropped = { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' };
    await putFacts(world.store, [fact(address, after, dropped)]);
    const seen = await look(address);
    expect(seen.ja[0]).toMatch(/^送信を再開しました（.*のメールは未送信）/);
    expect(seen.en[0]).toContain('SES still did not send the mail of');
    expect(seen.deskJa).not.toContain('解除後のメールの結果はまだありません');
    expect(seen.deskJa).toContain('解除がSESに行き渡る前だったのか');
  });

  it('listed for a complaint without a report on record: the letter speaks of the entry, not of a report', async () => {
    const address = 'sora@yahoo.co.jp';
    world.ses.list.put({ address, reason: 'COMPLAINT', updatedAt: world.clock.time() });
    const seen = await look(address);
    expect(seen.letterJa).not.toContain('通知を受けました');
    expect(seen.letterJa).toContain('迷惑メールの申告を理由とする登録');
    expect(seen.letterEn).not.toContain('We were notified');
  });

  it('an invisible character in what was typed: the listed address is found', async () => {
    world.ses.list.put({ address: 'hanako@ezweb.ne.jp', reason: 'BOUNCE', updatedAt: world.clock.time() });
    const seen = await look('\u200bhanako\u00ad@ezweb.ne.jp\u200e');
    expect(seen.answer.listing.state).toBe('listed');
    expect(seen.ja[0]).toMatch(/^送信を止めています/);
  });
});
