import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noteRequestSchema } from '../../lib/contracts/note.ts';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { note } from '../../lib/operations/notes.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { factOf, lookedUp, type Seen } from '../support/looked-up.ts';
import { memoryTable } from '../support/memory-table.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

/** Histories in which one fact is easily told without another that stands beside it. */

let world: World;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable() });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const hard = { bounceType: 'Permanent', bounceSubType: 'General' };
const DROPPED = { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' };
const on = (day: string, hour = '01') => `${day}T${hour}:00:00.000Z`;

const record = (...facts: readonly Fact[]) => putFacts(world.store, facts);
const list = (address: string, day: string, reason: 'BOUNCE' | 'COMPLAINT' = 'BOUNCE') =>
  world.ses.list.put({ address, reason, updatedAt: Date.parse(on(day)) });
const look = (address: string, deliveries?: 'carriers' | 'all') => lookedUp(world, address, deliveries);
const desk = ({ deskJa, deskEn }: Seen) => `${deskJa}\n${deskEn}`;
const letter = ({ letterJa, letterEn }: Seen) => `${letterJa}\n${letterEn}`;
const lines = ({ ja, en }: Seen) => [...ja, ...en].join('\n');

describe('an entry, and a reply of another time', () => {
  const address = 'akari@gmail.com';
  const unknown = { ...hard, status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 no such user' };

  it('the entry is newer than the reply: the reply, its date, and that the entry is newer', async () => {
    await record(factOf(address, on('2026-09-01'), unknown));
    list(address, '2026-09-20');
    const seen = await look(address);
    expect(seen.ja[1]).toBe('原因：不明（2026-09-01の応答「宛先不明」より後に登録）');
    expect(seen.en[1]).toBe('Cause: unknown; the error of 2026-09-01 is older (unknown user)');
    expect(seen.deskJa).toContain('現在の登録はそれより後です');
    expect(seen.deskEn).toContain('the entry is newer than it');
    expect(`${lines(seen)}${desk(seen)}`).not.toMatch(
      /推定|推測|guess|応答の記録がありません|no reply is on record/,
    );
    expect(seen.letterJa).toContain('2026年9月20日より');
  });

  it('the reply is newer than the entry: the same the other way round', async () => {
    await record(factOf(address, on('2026-09-25'), unknown));
    list(address, '2026-09-20');
    const seen = await look(address);
    expect(seen.ja[1]).toBe('原因：不明（2026-09-25の応答「宛先不明」より前に登録）');
    expect(seen.deskEn).toContain('is newer than the entry');
  });

  it('what may as well be an automatic reply is no reply that could have made an entry', async () => {
    await record(factOf(address, on('2026-09-01'), { bounceType: 'Transient', bounceSubType: 'General' }));
    list(address, '2026-09-20');
    expect((await look(address)).ja[1]).toMatch(/^原因：応答の記録がありません/);
  });
});

describe('an address that was put on the list again', () => {
  const address = 'hanako@ezweb.ne.jp';

  it('names the first mail of the present run of drops, and counts from it', async () => {
    await record(
      factOf(address, on('2026-09-05'), DROPPED),
      factOf(address, on('2026-09-12'), DROPPED),
      factOf(address, on('2026-09-25'), DROPPED),
    );
    list(address, '2026-09-20');
    const seen = await look(address);
    expect(seen.ja[0]).toBe('送信を止めています（2026-09-20に登録、未送信は2026-09-05から3通）');
    expect(seen.en[0]).toContain('since 2026-09-20; mail not sent since 2026-09-05');
    expect(seen.answer.missed.count).toBe(3);
    expect(seen.deskJa).toContain('それより前の2026-09-05 10:00（日本時間）のメールから');
    expect(seen.deskJa).toContain('いったんリストから外れたかどうかは分かりません');
    expect(seen.letterJa).toContain('2026年9月5日以降');
    expect(seen.letterEn).toContain('Since 5 September 2026');
  });

  it('a mail that was sent in between ends the run: nothing is said of what was dropped before it', async () => {
    await record(
      factOf(address, on('2026-09-05'), DROPPED),
      factOf(address, on('2026-09-12'), { kind: 'delivery' }),
      factOf(address, on('2026-09-25'), DROPPED),
    );
    list(address, '2026-09-20');
    const seen = await look(address);
    expect(seen.ja[0]).toBe('送信を止めています（2026-09-20から、未送信1通）');
    expect(`${lines(seen)}${seen.letterJa}`).not.toMatch(/2026-09-05|9月5日/);
  });
});

describe('an unknown user at an address that took mail before', () => {
  const unknown = { ...hard, diagnosticCode: 'smtp; 550 Unknown user hanako@docomo.ne.jp' };

  it('says when mail was last taken, and asks nobody for a typing error', async () => {
    const address = 'hanako@docomo.ne.jp';
    await record(
      factOf(address, on('2026-08-01'), { kind: 'delivery' }),
      factOf(address, on('2026-09-30'), unknown),
    );
    list(address, '2026-09-30');
    const seen = await look(address);
    expect(seen.ja[1]).toMatch(/^原因：宛先が存在しないという応答（.*）、2026-08-01には受領$/);
    expect(seen.en[1]).toMatch(/^Cause: reply: no such address \(.*\); mail of 2026-08-01 accepted$/);
    expect(seen.deskJa).toContain(
      'それより前の2026-08-01 10:00（日本時間）のメールは、受信側のサーバーが受け取って',
    );
    expect(seen.deskEn).toContain('Before that the receiving side accepted the mail of 2026-08-01 10:00');
    expect(letter(seen)).not.toMatch(/誤り|抜け|typo|missing letter/);
    expect(seen.letterJa).toContain('変更された可能性');
  });

  it('without such a mail both are asked', async () => {
    const address = 'hanako@docomo.ne.jp';
    await record(factOf(address, on('2026-09-30'), unknown));
    const seen = await look(address);
    expect(desk(seen)).not.toMatch(/受け取って|accepted the mail/);
    expect(seen.letterJa).toContain('文字の抜け');
  });
});

describe('docomo, which files what a filter stops since March 2025', () => {
  const reply = { ...hard, diagnosticCode: 'smtp; 550 Unknown user hanako@docomo.ne.jp' };
  const address = 'hanako@docomo.ne.jp';

  it('an unknown user of today is no matter of a setting, in no voice', async () => {
    await record(factOf(address, on('2026-09-30'), reply));
    const seen = await look(address);
    expect(letter(seen)).not.toContain('受信リスト');
    expect(seen.answer.advice.ja.forms?.sms).not.toContain('受信リスト');
    expect(seen.deskJa).toContain('原則として、受信設定で止めたメールを送信エラーにしません');
    expect(seen.deskJa).not.toContain('受信設定による拒否か');
  });

  it('a bounce of before is a filter or an unknown user, and letter and advice serve both', async () => {
    await record(factOf(address, on('2025-01-10'), reply));
    list(address, '2025-01-10');
    const seen = await look(address);
    expect(seen.ja[1]).toContain('受信設定による拒否か、宛先不明');
    expect(seen.letterJa).toContain('受信リスト');
    expect(seen.letterJa).toContain('ご登録のものと異なる場合');
    expect(seen.letterEn).toContain('email address and settings');
    expect(seen.answer.advice.ja.forms?.sms).toContain('アドレスに変更がないか');
    expect(seen.answer.advice.ja.forms?.sms).toContain('https://www.docomo.ne.jp/');
    expect(seen.ja[2]).toContain('アドレスと受信設定');
  });
});

describe('a reply that no rule reads', () => {
  it.each([
    ['smtp; 599 5.9.9 qqq zzq', '599 5.9.9'],
    ['smtp; 577 kkgf', '577'],
  ])('%s: its code in the headline, its words in the note', async (diagnosticCode, codes) => {
    const address = 'akari@mail.example.jp';
    await record(factOf(address, on('2026-09-30'), { ...hard, diagnosticCode }));
    const seen = await look(address);
    expect(seen.ja[1]).toBe(`原因：不明（受信側の応答「${codes}」の意味を特定できず）`);
    expect(seen.en[1]).toContain(`no rule reads the reply (${codes})`);
    expect(seen.deskJa).toContain(`「${diagnosticCode.replace('smtp; ', '')}」`);
    expect(`${desk(seen)}${seen.answer.diagnosis.explains.ja}`).not.toMatch(
      /理由の通知はありません|gave no reason|原因を示す情報がありません|文言がありません/,
    );
  });

  it('at a carrier as well, where it may be a filter', async () => {
    const address = 'akari@au.com';
    await record(
      factOf(address, on('2026-09-30'), { ...hard, diagnosticCode: 'smtp; 599 <akari@au.com> qqq' }),
    );
    const seen = await look(address);
    expect(seen.deskJa).toContain('受信側の応答：「599 ');
    // Nobody's address stands in a note in full.
    expect(desk(seen)).not.toContain('akari@au.com');
    expect(seen.answer.diagnosis.explains.ja).toContain('コード 599');
  });
});

describe('a full mailbox', () => {
  const address = 'mio@ezweb.ne.jp';
  const full = { bounceType: 'Transient', bounceSubType: 'MailboxFull', status: '4.2.2' };

  it('and a later mail that was taken: no filter is blamed, and the missing mail is named', async () => {
    await record(
      factOf(address, on('2026-09-20'), full),
      factOf(address, on('2026-09-25'), { kind: 'delivery' }),
    );
    const seen = await look(address);
    expect(seen.ja[1]).toBe('2026-09-20は送信エラー（容量超過）、2026-09-25のメールは受領');
    expect(seen.ja[2]).toContain('2026-09-20のメールが必要か');
    expect(seen.letterJa).toContain('2026年9月20日に');
    expect(letter(seen)).not.toMatch(/受信設定|受信リスト|必ず受信|迷惑メール対策|filter|reception list/);
  });

  it('long ago, and mail was taken ever since: it is no matter of the answer any more', async () => {
    await record(
      factOf(address, on('2026-06-20'), full),
      factOf(address, on('2026-09-25'), { kind: 'delivery' }),
    );
    expect((await look(address)).ja[1]).toMatch(/^2026-09-25のメールは受信側のサーバーが受け取りました/);
  });

  it.each([
    ['MailboxFull', '容量超過', 'mailbox full'],
    ['SpamDetected', '迷惑メールの検知', 'spam detected'],
    ['RecipientServerError', '受信側の一時障害', "receiver's server error"],
    ['SendingDeferral', 'SESによる保留', 'held by SES'],
  ])(
    'or another reason of SES for a delay: %s is told, still under way and in the end',
    async (delayType, ja, en) => {
      const sentAt = on('2026-09-30');
      await record(factOf(address, sentAt, { kind: 'deliveryDelay', delayType }));
      const waiting = await look(address);
      expect(waiting.ja[1]).toContain(`遅延の理由：${ja}`);
      expect(waiting.deskEn).toContain(en);
      expect(waiting.letterJa.includes('空き容量')).toBe(delayType === 'MailboxFull');
      await record(factOf(address, sentAt, { kind: 'delivery', at: on('2026-09-30', '04') }));
      const taken = await look(address);
      expect(taken.ja[1]).toBe(`2026-09-30のメールは3時間後に受信側が受領（理由：${ja}）`);
      expect(taken.en[1]).toContain(`(delayed: ${en})`);
      expect(letter(taken)).not.toMatch(/受信リスト|迷惑メール対策|reception list/);
    },
  );
});

describe('mail that nobody took', () => {
  it('expired: headline, note and letter say the same', async () => {
    const address = 'mio@mail.example.jp';
    const text =
      'smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.1 connection timed out>';
    await record(factOf(address, on('2026-09-30'), { ...hard, status: '4.4.7', diagnosticCode: text }));
    const seen = await look(address);
    expect(seen.ja[1]).toContain('期限まで');
    expect(seen.deskJa).toContain('期限まで送信を試みましたが');
    expect(seen.letterJa).toContain('一定の時間送信を続けましたが');
  });

  it('a server’s fault at once: nobody tried for hours', async () => {
    const address = 'mio@mail.example.jp';
    await record(
      factOf(address, on('2026-09-30'), {
        ...hard,
        status: '5.3.0',
        diagnosticCode: 'smtp; 554 5.3.0 internal error',
      }),
    );
    const seen = await look(address);
    expect(`${lines(seen)}${desk(seen)}${letter(seen)}`).not.toMatch(
      /期限まで|一定の時間|until its time|for some time/,
    );
    expect(seen.ja[1]).toContain('受信側が受け取らず');
  });
});

describe('a report by its own name', () => {
  const report = (address: string, complaintFeedbackType?: string, more: Partial<Fact> = {}) =>
    factOf(address, on('2026-09-25'), {
      kind: 'complaint',
      ...(complaintFeedbackType && { complaintFeedbackType }),
      ...more,
    });

  it.each([
    ['fraud', '詐欺メールとして', 'as fraud', '不審なメール'],
    ['other', 'その他の種別で', 'as "other"', '受信に関する申告'],
    ['abuse', '迷惑メールとして', 'as spam', '迷惑メールとして'],
    [undefined, '迷惑メールとして', 'as spam', '迷惑メールとして'],
  ])('%s', async (type, ja, en, inLetter) => {
    const address = 'sora@outlook.com';
    await record(report(address, type));
    list(address, '2026-09-25', 'COMPLAINT');
    const seen = await look(address);
    expect(seen.ja[1]).toContain(`受信者が${ja}申告`);
    expect(seen.en[1]).toContain(`reported a mail ${en}`);
    expect(seen.letterJa).toContain(inLetter);
    expect(seen.answer.timeline.at(-1)?.text.ja).toContain(ja);
    const isSpam = type === undefined || type === 'abuse';
    expect(/spam|迷惑メールとして/.test(`${lines(seen)}${letter(seen)}`)).toBe(isSpam);
  });

  it.each(['auth-failure', 'virus'])('%s is a machine’s, also in the diagnosis', async (type) => {
    const address = 'sora@outlook.com';
    await record(report(address, type));
    list(address, '2026-09-25', 'COMPLAINT');
    const { answer } = await look(address);
    expect(answer.diagnosis.rule).toBe('system-report');
    expect(`${answer.diagnosis.explains.ja}`).not.toContain('迷惑メールとして報告');
  });

  it('not-spam is told to the desk, and is no complaint', async () => {
    const address = 'sora@outlook.com';
    await record(report(address, 'not-spam'));
    const seen = await look(address);
    expect(seen.deskJa).toContain('「迷惑メールではない」との報告（not-spam）がありました');
    expect(seen.deskEn).toContain('was reported as not spam');
    expect(letter(seen)).not.toMatch(/申告|reported/);
  });
});

it('the customer has moved: the letter asks for the settings of the new address’s provider', async () => {
  const address = 'hanako@ezweb.ne.jp';
  world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(address);
  await note(noteRequestSchema.parse({ address, movedTo: 'hanako@softbank.ne.jp', operator: 'tanaka' }), {
    store: world.store,
    now: () => world.clock.now(),
  });
  const seen = await look(address);
  expect(seen.letterJa).toContain('受信許可リスト');
  expect(seen.letterJa).toContain('新しいメールアドレスで');
  expect(letter(seen)).not.toMatch(/必ず受信|文字の抜け|missing letter/);
  expect(seen.deskEn).toContain('this note does not change what is on the list');
});

describe('two things at once', () => {
  const released = async (address: string) => {
    const asked = { addresses: [address], reason: 'confirmed', operator: 'tanaka', override: false };
    await remove(removeRequestSchema.parse(asked), {
      store: world.store,
      list: world.list,
      policy: EAGER_POLICY,
      now: () => world.clock.now(),
    });
    world.clock.advance(7_200_000);
    return new Date(world.clock.time()).toISOString();
  };

  it('a release, and a later mail that SES’s global list stopped: nobody waits for the next mail', async () => {
    const address = 'hanako@au.com';
    list(address, '2026-09-20');
    const now = await released(address);
    await record(factOf(address, now, { bounceType: 'Permanent', bounceSubType: 'Suppressed' }));
    const seen = await look(address);
    expect(seen.ja[0]).toMatch(/^送信を再開しました（.*に tanaka が解除）$/);
    expect(seen.ja[1]).toContain('SES全体のサプレッションリスト');
    expect(desk(seen)).not.toMatch(/結果はまだありません|no result of a later mail/);
  });

  it('a complaint, and a mailbox that certainly does not exist: no wish makes it one', async () => {
    const address = 'sora@yahoo.co.jp';
    await record(
      factOf(address, on('2026-09-20'), { kind: 'complaint', candidate: true }),
      factOf(address, on('2026-09-25'), {
        ...hard,
        diagnosticCode: `smtp; 554 delivery error: dd This user doesn't have a yahoo.co.jp account (${address}) [-5]`,
      }),
    );
    list(address, '2026-09-25');
    const seen = await look(address);
    expect(seen.ja[2]).toBe('対応：送信停止のまま、正しいアドレスを電話などで確認');
    expect(seen.answer.command).toBeUndefined();
    expect(desk(seen)).not.toContain('--override');
  });

  it('words that no rule reads, after a release: nobody says that the server denied the mailbox', async () => {
    const address = 'mio@au.com';
    list(address, '2026-09-01');
    const now = await released(address);
    await record(factOf(address, now, { ...hard, diagnosticCode: 'smtp; 599 zzz qqq' }));
    world.ses.list.put({ address, reason: 'BOUNCE', updatedAt: Date.parse(now) });
    const seen = await look(address);
    expect(seen.answer.diagnosis.reason).toBe('userunknown');
    expect(`${lines(seen)}${desk(seen)}${letter(seen)}`).not.toMatch(
      /存在しないという|見つからない|does not exist|was not found/,
    );
    expect(seen.ja[1]).toContain('受信設定による拒否か、宛先不明');
    expect(seen.deskJa).toContain('「599 zzz qqq」');
  });

  it('a drop by an entry that is gone is told once, and no part says that nothing is recorded', async () => {
    const address = 'mio@ezweb.ne.jp';
    await record(factOf(address, on('2026-09-20'), DROPPED));
    await world.run({ mode: 'propose' });
    const seen = await look(address);
    // The second line says what the first does not.
    expect(seen.ja[1]).toBe('誰がいつリストから外したかは分かりません');
    expect(seen.en[1]).toBe('Who took it off the list, and when, is not known');
    expect(seen.deskJa.match(/2026-09-20 10:00（日本時間）のメール/g)).toHaveLength(1);
    expect(seen.answer.diagnosis.explains.ja).not.toContain('このアドレスについての記録がありません');
  });

  it('a sender’s fault that is certain is said in a whole sentence', async () => {
    const address = 'mio@gmail.com';
    const text = 'smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated. - gsmtp';
    await record(factOf(address, on('2026-09-20'), { ...hard, diagnosticCode: text }));
    const seen = await look(address);
    expect(seen.deskJa).toContain('原因は送信側にあります（送信ドメイン認証の失敗）。');
  });

  it('listed for a complaint without a report: the letter says once that sending is stopped', async () => {
    const address = 'mio@outlook.com';
    list(address, '2026-09-20', 'COMPLAINT');
    const seen = await look(address);
    expect(seen.letterJa.match(/停止しております/g)).toHaveLength(1);
    expect(seen.letterEn.match(/have stopped sending/g)).toHaveLength(1);
  });
});

describe('the old address of a customer who has moved', () => {
  const address = 'hanako@ezweb.ne.jp';
  const leave = (asked: object = { movedTo: 'hanako@softbank.ne.jp' }) =>
    note(noteRequestSchema.parse({ address, operator: 'tanaka', ...asked }), {
      store: world.store,
      now: () => world.clock.now(),
    });
  const removeIt = async (override: readonly string[] | false = false) => {
    const request = { addresses: [address], reason: 'confirmed', operator: 'tanaka', override };
    const [result] = await remove(removeRequestSchema.parse(request), {
      store: world.store,
      list: world.list,
      policy: EAGER_POLICY,
      now: () => world.clock.now(),
    });
    return result?.result;
  };
  const isListed = () => world.ses.list.get(address) !== undefined;
  beforeEach(async () => {
    world.ses.setMailbox(address, { filtersPcMail: true });
    await world.members(address);
    await world.send(address);
    world.clock.advance(86_400_000);
  });

  it('is neither removed nor proposed by a run, and by hand only with --override moved', async () => {
    await leave();
    expect((await world.run({ mode: 'apply' })).counts.removed ?? 0).toBe(0);
    expect(isListed()).toBe(true);
    const { answer } = await look(address);
    expect(answer.verdict).toMatchObject({ action: 'keep', rule: 'moved', overrides: ['moved'] });
    expect(answer.proposalId).toBeUndefined();
    expect(await removeIt()).toBe('refused');
    expect(isListed()).toBe(true);
    world.clock.advance(60_000);
    expect(await removeIt(['moved'])).toBe('removed');
    expect(isListed()).toBe(false);
    // Whoever released it after the note knew better.
    expect((await look(address)).ja[0]).toMatch(/^送信を再開しました/);
  });

  it('is removed as any other where the note was taken back', async () => {
    const { left } = await leave();
    await leave({ remove: left });
    expect((await world.run({ mode: 'apply' })).counts.removed).toBe(1);
  });

  it.each(['a run', 'an operator'])(
    'stays when the note is left right before the deletion by %s',
    async (by) => {
      let gets = 0;
      world.intercept(async (proceed, { name }) => {
        if (name === 'GetSuppressedDestinationCommand') {
          gets += 1;
          if (gets === 1) await leave();
        }
        return proceed();
      });
      try {
        if (by === 'a run') await world.run({ mode: 'apply' });
        else expect(await removeIt()).not.toBe('removed');
      } finally {
        world.intercept(undefined);
      }
      expect(gets).toBeGreaterThan(0);
      expect(isListed()).toBe(true);
    },
  );
});
