import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { maskAddress } from '../lib/address.ts';
import type { LookupAnswer } from '../lib/contracts/lookup.ts';
import type { ProposalsPage } from '../lib/contracts/proposals.ts';
import { countsInWords, diagnosisLabel, outcomeLabel, verdictLabel } from '../lib/guidance/wording/labels.ts';
import type { CleanupReport } from '../lib/operations/cleanup/types.ts';
import type { RemoveResult } from '../lib/operations/removal/remove.ts';
import { putMembers } from '../lib/store/members.ts';
import { type Bilingual, byCodeUnits, type Language } from '../lib/text.ts';
import { formatInTokyo } from '../lib/time.ts';
import { generateHistory, type HistoryStep, ORDER_ADDRESS, playHistory } from './history/history.ts';
import { playSenders } from './sender-chapter.ts';
import type { StoryRow, StoryTeller } from './story-teller.ts';
import type { LocalSystem } from './system.ts';

/**
 * The story the product must tell, played on the local system: what a shop's customers suffer today, and how it is
 * put right. Every step states what must hold; a step that does not hold makes the story fail.
 */

/** When the history begins to be recorded: the shop deployed the system on that day. */
const DEPLOYED_AT = '2026-09-01T00:00:00+09:00';
const HISTORY_ENDS = '2026-11-15T00:00:00+09:00';

/** The people of the story; everything else about them is played, not written down. */
const CAST = {
  hanako: 'hanako.sato@ezweb.ne.jp',
  kazuko: 'kazuko-1964@docomo.ne.jp',
  jiro: 'jiro.moto@docomo.ne.jp',
  ken: 'ken.soft@softbank.ne.jp',
  nobody: 'nobody.here@gmail.com',
  satoshi: 'satoshi.report@outlook.com',
  taro: 'taro.again@au.com',
} as const;

type Name = keyof typeof CAST;

/** Mail and mailboxes of the cast before the story's own days. */
const PRELUDE: readonly HistoryStep[] = [
  {
    kind: 'mailbox',
    at: '2024-05-01T00:00:00.000Z',
    address: CAST.kazuko,
    settings: { filtersPcMail: true },
  },
  orderMail('2024-06-03T03:00:00.000Z', CAST.kazuko),
  { kind: 'mailbox', at: '2026-09-02T00:00:00.000Z', address: CAST.hanako, settings: {} },
  { kind: 'mailbox', at: '2026-09-02T00:00:00.000Z', address: CAST.taro, settings: {} },
  orderMail('2026-09-10T03:00:00.000Z', CAST.hanako),
  orderMail('2026-09-20T03:00:00.000Z', CAST.taro),
  {
    kind: 'mailbox',
    at: '2026-11-01T00:00:00.000Z',
    address: CAST.hanako,
    settings: { filtersPcMail: true },
  },
  { kind: 'mailbox', at: '2026-11-01T00:00:00.000Z', address: CAST.taro, settings: { filtersPcMail: true } },
];

/** Plays the whole story. @returns false when a step did not hold. */
export async function playStory(system: LocalSystem, teller: StoryTeller): Promise<boolean> {
  return new Story(system, teller).play();
}

class Story {
  readonly #system: LocalSystem;
  readonly #teller: StoryTeller;
  #held = true;

  constructor(system: LocalSystem, teller: StoryTeller) {
    this.#system = system;
    this.#teller = teller;
  }

  async play(): Promise<boolean> {
    await this.#history();
    await this.#dayOne();
    await this.#mailIsRefused();
    await this.#proposals();
    await this.#rescueHanako();
    await this.#taroIsNotRemovedForEver();
    await this.#complaintStays();
    await this.#senders();
    await this.#account();
    return this.#held;
  }

  async #history(): Promise<void> {
    const { ses, clock, topic, store } = this.#system;
    this.#teller.chapter({
      ja: '1. これまでの経緯：小さなショップの3年分のメール',
      en: "1. Before: three years of a small shop's mail",
    });
    this.#system.subscribe(DEPLOYED_AT);
    const history = generateHistory({ until: HISTORY_ENDS });
    const steps = [...history.steps, ...PRELUDE].sort((a, b) => byCodeUnits(a.at, b.at));
    const sent = playHistory({ ...history, steps }, ses, clock);
    await topic.idle();
    await putMembers(store, [
      ...history.members.map((each) => ({ ...each, source: 'members.csv' })),
      ...[CAST.hanako, CAST.kazuko, CAST.taro].map((address) => ({
        address,
        since: '2021-04-01T00:00:00.000Z',
        lastSeen: '2026-11-10T00:00:00.000Z',
        source: 'members.csv',
      })),
    ]);
    this.#event({
      ja: `${history.customers.length}人のお客様に${sent}通を送信。${ses.list.size}件の宛先がサプレッションリストに載り、以後のメールは黙って捨てられています。`,
      en: `${sent} mails to ${history.customers.length} customers. ${ses.list.size} addresses are on the suppression list; SES silently drops every mail to them.`,
    });
    this.#event({
      ja: `todoku の記録は ${formatInTokyo(new Date(DEPLOYED_AT).toISOString())} から。それ以前の不達は記録にありません。`,
      en: `todoku has recorded events since ${formatInTokyo(new Date(DEPLOYED_AT).toISOString())}; of earlier bounces it knows nothing.`,
    });
  }

  async #dayOne(): Promise<void> {
    this.#teller.chapter({
      ja: '2. 初回の実行：リスト全体を診断する（提案のみ）',
      en: '2. The first run: the whole list is diagnosed, and only proposals are made',
    });
    this.#at('2026-11-15T09:00:00+09:00');
    const report = await this.#cleanup();
    this.#event({ ja: `結果：${counts(report, 'ja')}`, en: `Result: ${counts(report, 'en')}` });
    const kazuko = await this.#lookup('kazuko');
    this.#check(
      {
        ja: '2024年のドコモの登録（記録なし・会員）は、当時の受信拒否の可能性があるため提案になる',
        en: 'A docomo entry of 2024 (no record, a known customer) is proposed: her filter may have refused it then',
      },
      kazuko.caseState === 'proposed' && kazuko.timeline.every((entry) => entry.kind !== 'bounce'),
    );
    this.#teller.quote(kazuko.summary);
  }

  async #mailIsRefused(): Promise<void> {
    this.#teller.chapter({ ja: '3. メールが届かない', en: '3. Mail does not arrive' });
    const { ses } = this.#system;
    ses.setMailbox(CAST.ken, { filtersPcMail: true });
    ses.setMailbox(CAST.satoshi, { reaction: 'complains' });

    this.#at('2026-11-16T09:12:00+09:00');
    for (const name of ['hanako', 'taro', 'jiro', 'ken', 'nobody', 'satoshi'] as const)
      await this.#send(name);
    this.#at('2026-11-16T18:30:00+09:00');
    await this.#send('hanako');
    this.#at('2026-11-17T10:05:00+09:00');
    await this.#send('hanako');

    const hanako = await this.#lookup('hanako');
    this.#check(
      {
        ja: 'au の受信拒否と断定し、SES が送らなかった2通も数えている',
        en: "au's filter is diagnosed for certain, and the two mails SES did not send are counted",
      },
      isDiagnosed(hanako, 'filtered', 'certain') && hanako.missed.count === 2,
    );
    const ken = await this.#lookup('ken');
    this.#check(
      {
        ja: 'SoftBank：受信側のサーバーは受け取り済み。不達にならずに消えた可能性を、断定せずに説明する',
        en: 'SoftBank: SES delivered it; that it was dropped without a bounce is explained, not claimed',
      },
      ken.listing.state === 'not-listed' && ken.advice.ja.situation === 'dropped',
    );
    this.#teller.quote(ken.summary);
  }

  async #proposals(): Promise<void> {
    this.#teller.chapter({ ja: '4. 定期実行：提案と維持', en: '4. The scheduled run: proposed or kept' });
    this.#at('2026-11-18T12:00:00+09:00');
    const report = await this.#cleanup();
    this.#event({ ja: `結果：${counts(report, 'ja')}`, en: `Result: ${counts(report, 'en')}` });
    const [hanako, jiro, nobody, satoshi] = [
      await this.#lookup('hanako'),
      await this.#lookup('jiro'),
      await this.#lookup('nobody'),
      await this.#lookup('satoshi'),
    ];
    this.#check(
      { ja: '花子さん（au・会員）：解除を提案', en: 'Hanako (au, a member): removal proposed' },
      hanako.caseState === 'proposed',
    );
    this.#check(
      {
        ja: '今日のドコモの不達：宛先不明として維持（2025年3月以降、受信拒否では不達にならない）',
        en: "A docomo bounce of today: kept as unknown (since March 2025 docomo's filter no longer bounces)",
      },
      jiro.caseState === 'kept' && jiro.diagnosis.reason === 'userunknown',
    );
    this.#check(
      { ja: '存在しない宛先：維持', en: 'A mailbox that does not exist: kept' },
      nobody.caseState === 'kept' && isDiagnosed(nobody, 'userunknown', 'certain'),
    );
    this.#check(
      { ja: '迷惑メールの申告があった宛先：維持', en: 'A complaint: kept' },
      satoshi.caseState === 'kept' && satoshi.verdict?.rule === 'complaint',
    );
  }

  async #rescueHanako(): Promise<void> {
    this.#teller.chapter({
      ja: '5. 担当者の承認 → 解除 → 到達',
      en: '5. Approved by the operator, removed, delivered',
    });
    this.#at('2026-11-18T14:00:00+09:00');
    const before = await this.#lookup('hanako');
    this.#teller.quote({
      ja: `${before.advice.ja.toCustomer.subject}\n\n${before.advice.ja.toCustomer.body}`,
      en: `${before.advice.en.toCustomer.subject}\n\n${before.advice.en.toCustomer.body}`,
    });
    this.#system.ses.setMailbox(CAST.hanako, { allows: ['shop.example'] });
    this.#event({
      ja: '花子さんが受信リストにショップのドメインを「必ず受信」で登録しました。',
      en: "Hanako puts the shop's domain on her reception list, with 必ず受信 ticked.",
    });
    const waiting = await this.#system.invoke<ProposalsPage>('proposals', { limit: 1000 });
    const proposal = waiting.proposals.find((each) => each.address === CAST.hanako);
    const results = await this.#remove({
      proposals: [proposal?.proposalId ?? 'none'],
      decision: 'approve',
      operator: 'suzuki',
      reason: '電話で設定変更を確認',
    });
    this.#check(
      { ja: '承認した提案が解除された', en: 'The approved proposal is removed' },
      results[0]?.result === 'removed',
    );
    this.#at('2026-11-18T15:00:00+09:00');
    await this.#send('hanako');
    this.#at('2026-11-19T12:00:00+09:00');
    await this.#cleanup();
    const after = await this.#lookup('hanako');
    this.#check(
      {
        ja: '次のメールは届き、結果は「到達」で完了',
        en: 'The next mail arrives, and the case closes as delivered',
      },
      after.listing.state === 'not-listed' && after.removals.at(-1)?.outcome === 'delivered',
    );
  }

  async #taroIsNotRemovedForEver(): Promise<void> {
    this.#teller.chapter({
      ja: '6. 設定を変えないまま解除を繰り返さない',
      en: '6. No removal again and again without a changed setting',
    });
    for (const day of ['19', '21']) {
      this.#at(`2026-11-${day}T15:00:00+09:00`);
      const results = await this.#remove({
        addresses: [CAST.taro],
        reason: 'お客様から届かないと連絡',
        operator: 'suzuki',
      });
      this.#check(
        { ja: '太郎さんを手動で解除', en: 'Taro is removed by hand' },
        results[0]?.result === 'removed',
      );
      this.#at(`2026-11-${day}T16:00:00+09:00`);
      await this.#send('taro');
    }
    this.#at('2026-11-23T12:00:00+09:00');
    await this.#cleanup();
    const taro = await this.#lookup('taro');
    this.#check(
      {
        ja: '2回の解除後も拒否されたため、送信停止を維持',
        en: 'Refused after both removals, so the entry stays',
      },
      taro.caseState === 'kept' && taro.verdict?.rule === 'removed-too-often',
    );
  }

  async #complaintStays(): Promise<void> {
    this.#teller.chapter({ ja: '7. してはならない解除は断る', en: '7. What must not be removed is refused' });
    const results = await this.#remove({ addresses: [CAST.satoshi], reason: '依頼', operator: 'suzuki' });
    this.#check(
      {
        ja: '迷惑メールの申告があった宛先は、手動でも --override なしでは解除しない',
        en: 'A complaint is refused by hand too, unless overridden',
      },
      results[0]?.result === 'refused' && (await this.#lookup('satoshi')).listing.state === 'listed',
    );
  }

  async #senders(): Promise<void> {
    this.#teller.chapter({
      ja: '8. 迷惑メールフォルダを避ける：送信ドメインの監査',
      en: '8. Out of the spam folder: the sending domains are audited',
    });
    const { clock, dns } = this.#system;
    const parts = {
      invoke: this.#system.invoke,
      dns,
      now: () => clock.now().toISOString(),
      toNextDay: () => clock.advance(86_400_000),
    };
    const held = await playSenders(parts, this.#teller);
    this.#held &&= held;
  }

  async #account(): Promise<void> {
    this.#teller.chapter({ ja: 'まとめ', en: 'Account' });
    const what: Readonly<Record<Name, Bilingual>> = {
      hanako: {
        ja: 'au の受信拒否 → 提案・承認・解除・到達',
        en: "au's filter: proposed, approved, removed, delivered",
      },
      kazuko: { ja: '2024年のドコモの登録（会員）', en: 'docomo entry of 2024, known customer' },
      jiro: { ja: '今日のドコモの不達', en: 'docomo bounce of today' },
      ken: { ja: 'SoftBank：配信済み・未着', en: 'SoftBank: delivered, never seen' },
      nobody: { ja: '存在しない宛先', en: 'unknown user' },
      satoshi: { ja: '迷惑メールの申告', en: 'complaint' },
      taro: { ja: '解除後も拒否', en: 'bounced again after removal' },
    };
    const rows: StoryRow[] = [];
    for (const name of Object.keys(CAST) as Name[]) {
      const answer = await this.#lookup(name);
      rows.push({
        address: maskAddress(answer.address),
        what: what[name],
        diagnosis: {
          ja: diagnosisLabel(answer.diagnosis, 'ja'),
          en: diagnosisLabel(answer.diagnosis, 'en'),
        },
        verdict: verdictOf(answer),
      });
    }
    this.#teller.table(rows);
    this.#check(
      { ja: '失われたイベントはない', en: 'No event was lost' },
      this.#system.topic.deadLetters.length === 0 &&
        this.#system.sqs.bodies(this.#system.deadLetterQueue).length === 0,
    );
  }

  #at(iso: string): void {
    this.#system.clock.set(iso);
    this.#system.ses.tick();
  }

  async #send(name: Name): Promise<void> {
    const before = this.#system.ses.list.size;
    await this.#system.sesClient.send(
      new SendEmailCommand({
        FromEmailAddress: `"とどくショップ" <${ORDER_ADDRESS}>`,
        Destination: { ToAddresses: [CAST[name]] },
        Content: {
          Simple: {
            Subject: { Data: 'ご注文ありがとうございます' },
            Body: { Text: { Data: 'ご注文を承りました。' } },
          },
        },
      }),
    );
    // A report of spam comes hours later; here its time is now.
    this.#system.ses.drain();
    await this.#system.topic.idle();
    const listed = this.#system.ses.list.size > before;
    this.#event({
      ja: `注文メール → ${maskAddress(CAST[name])}${listed ? '　サプレッションリストに載った' : ''}`,
      en: `Order mail -> ${maskAddress(CAST[name])}${listed ? '  now on the suppression list' : ''}`,
    });
  }

  #cleanup(): Promise<CleanupReport> {
    return this.#system.invoke<CleanupReport>('cleanup', {});
  }

  #lookup(name: Name): Promise<LookupAnswer> {
    return this.#system.invoke<LookupAnswer>('lookup', { address: CAST[name] });
  }

  async #remove(request: unknown): Promise<readonly RemoveResult[]> {
    return (await this.#system.invoke<{ results: RemoveResult[] }>('remove', request)).results;
  }

  #event(text: Bilingual): void {
    this.#teller.line({ at: this.#system.clock.now().toISOString(), text });
  }

  #check(text: Bilingual, held: boolean): void {
    this.#held &&= held;
    this.#teller.line({ at: this.#system.clock.now().toISOString(), text, held });
  }
}

function orderMail(at: string, to: string): HistoryStep {
  return {
    kind: 'send',
    at,
    mail: 'order',
    from: ORDER_ADDRESS,
    to: [to],
    subject: 'ご注文ありがとうございます',
  };
}

function isDiagnosed({ diagnosis }: LookupAnswer, reason: string, confidence: string): boolean {
  return diagnosis.reason === reason && diagnosis.confidence === confidence;
}

function counts(report: CleanupReport, language: Language): string {
  return countsInWords(Object.entries(report.counts), language);
}

/** What is said of an address at the end: its verdict, or what came of its removal. */
function verdictOf(answer: LookupAnswer): Bilingual {
  const outcome = answer.removals.at(-1)?.outcome;
  if (answer.listing.state === 'not-listed') {
    return outcome
      ? { ja: outcomeLabel(outcome, 'ja'), en: outcomeLabel(outcome, 'en') }
      : { ja: '登録なし', en: 'not listed' };
  }
  const { verdict } = answer;
  if (verdict === undefined) return { ja: '', en: '' };
  return { ja: verdictLabel(verdict, 'ja'), en: verdictLabel(verdict, 'en') };
}
