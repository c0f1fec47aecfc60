import { type Fact, MAXIMUM_DROPPED } from '../mails/fact.ts';
import { type NotSentBy, natureOf } from '../mails/nature.ts';
import type { Bilingual } from '../text.ts';
import { DAY } from '../time.ts';
import { isJoined } from './explained-bounce.ts';
import { countDropped, type History } from './history.ts';
import type { AddressInsights, DiagnosisInput, Evidence, ReplyReading } from './types.ts';
import { REPLY_WEIGHTS, EVIDENCE_WEIGHTS as WEIGHTS } from './weights.ts';

/** How recent a log-in or order must be to count as a sign of life, days. */
const ACTIVE_DAYS = 180;
/** How long events must have been recorded before silence means that nothing was sent, days. */
const RECORDED_DAYS = 90;

/** What evidence is measured against: the bounce explained, else the listing, else the present. */
export interface Anchor {
  readonly at: string;
  readonly bounce?: Fact;
  /** What happened at that moment. */
  readonly event: 'bounce' | 'listing' | 'present';
}

/** The anchor's name in a sentence; the present needs none. */
const EVENT_NAMES = {
  bounce: { ja: '不達', en: 'the bounce' },
  listing: { ja: 'リスト登録', en: 'the listing' },
  present: { ja: '', en: '' },
} as const;

/**
 * Every piece of evidence about an address, each with its weight (see weights.ts). The first is what the reply's
 * words, or the rule that stands in for them, say. Of each kind only the latest counts.
 */
export function collectEvidence(
  input: DiagnosisInput,
  reading: ReplyReading,
  anchor: Anchor,
  history: History,
): readonly Evidence[] {
  const found: Evidence[] = [replyEvidence(reading, anchor)];
  addJoin(found, input, anchor);
  addDeliveries(found, input, anchor, history);
  addEngagement(found, history);
  addMember(found, input, anchor);
  addSuppression(found, input, history);
  addRemoval(found, input, anchor);
  addComplaints(found, history);
  addOutside(found, input, reading, anchor);
  return found;
}

function daysBetween(earlier: string, later: string): number {
  return Math.max(0, Math.floor((Date.parse(later) - Date.parse(earlier)) / DAY));
}

/** A piece that rests on one fact. */
function ofFact(kind: string, weight: number, fact: Fact, text: Bilingual): Evidence {
  return { kind, at: fact.at, weight, source: fact.id, text };
}

function replyEvidence(reading: ReplyReading, anchor: Anchor): Evidence {
  const weight = REPLY_WEIGHTS[reading.reason]?.[reading.confidence] ?? 0;
  const piece = { kind: 'reply', weight, source: `${reading.rule} (${reading.source})`, text: reading.note };
  return anchor.bounce ? { ...piece, at: anchor.bounce.at } : piece;
}

function addJoin(found: Evidence[], input: DiagnosisInput, { bounce }: Anchor): void {
  if (bounce === undefined || input.listing === undefined || !isJoined(bounce, input.listing)) return;
  const text = {
    ja: 'SESのサプレッションリストが、この不達を登録の原因として示しています。',
    en: 'SES’s list names this very bounce as the cause of the listing.',
  };
  found.push(ofFact('joined-by-SES', WEIGHTS.joinedBySes, bounce, text));
}

function addDeliveries(found: Evidence[], input: DiagnosisInput, anchor: Anchor, history: History): void {
  const { deliveryBefore, deliveryAfter } = history;
  if (deliveryBefore) {
    const days = daysBetween(deliveryBefore.at, anchor.at);
    found.push(ofFact('delivery-before', weightOfDelivery(days), deliveryBefore, deliveryText(days, anchor)));
    if (days > 365) {
      const text = {
        ja: '最後の配信から1年以上たっており、アドレスが使われなくなった可能性があります。',
        en: 'More than a year since the last delivery: the address may have been given up.',
      };
      found.push(ofFact('long-silence', WEIGHTS.longSilence, deliveryBefore, text));
    }
  } else if (anchor.bounce && isFirstMail(input, anchor.bounce, history)) {
    const text = {
      ja: 'この不達より前に送ったメールの記録がありません。',
      en: 'No earlier mail to this address is recorded.',
    };
    found.push(ofFact('first-mail-ever', WEIGHTS.firstMailEver, anchor.bounce, text));
  }
  if (deliveryAfter) {
    const { ja, en } = EVENT_NAMES[anchor.event];
    const text = { ja: `${ja}の後に配信が成功しています。`, en: `A mail was delivered after ${en}.` };
    found.push(ofFact('delivery-after', WEIGHTS.deliveryAfter, deliveryAfter, text));
  }
}

function deliveryText(days: number, anchor: Anchor): Bilingual {
  if (anchor.event === 'present') return { ja: '配信が成功しています。', en: 'A mail was delivered.' };
  const { ja, en } = EVENT_NAMES[anchor.event];
  return {
    ja: `${ja}の${days}日前に配信が成功しています。`,
    en: `A mail was delivered ${days} day${days === 1 ? '' : 's'} before ${en}.`,
  };
}

function weightOfDelivery(days: number): number {
  if (days <= 30) return WEIGHTS.deliveryWithin30Days;
  if (days <= 180) return WEIGHTS.deliveryWithin180Days;
  return days <= 365 ? WEIGHTS.deliveryWithinYear : WEIGHTS.deliveryEarlier;
}

/**
 * Whether the bounced mail was the first ever sent, as far as is known: nothing earlier is recorded although events
 * were recorded for {@link RECORDED_DAYS} before it.
 */
function isFirstMail(input: DiagnosisInput, bounce: Fact, history: History): boolean {
  const { recordedSince } = input;
  if (recordedSince === undefined || history.hasEarlierMail || recordedSince > bounce.at) return false;
  return daysBetween(recordedSince, bounce.at) >= RECORDED_DAYS;
}

function addEngagement(found: Evidence[], history: History): void {
  const { open, click, automaticReply } = history;
  if (open) {
    const text = { ja: '開封の記録があります。', en: 'A mail was opened.' };
    found.push(ofFact('open', WEIGHTS.open, open, text));
  }
  if (click) {
    const text = { ja: 'リンクがクリックされた記録があります。', en: 'A link in a mail was clicked.' };
    found.push(ofFact('click', WEIGHTS.click, click, text));
  }
  if (automaticReply) {
    const text = {
      ja: '自動応答が返っており、メールボックスは生きています。',
      en: 'An automatic reply came: the mailbox lives.',
    };
    found.push(ofFact('out-of-office', WEIGHTS.automaticReply, automaticReply, text));
  }
}

function addMember(found: Evidence[], input: DiagnosisInput, anchor: Anchor): void {
  const { member } = input;
  if (member === undefined) return;
  const before = member.since <= anchor.at;
  found.push({
    kind: 'member',
    at: member.since,
    weight: before ? WEIGHTS.member : WEIGHTS.memberSinceLater,
    source: member.source,
    text: before
      ? { ja: '以前からの会員です。', en: 'A customer of long standing: on record before this happened.' }
      : {
          ja: '会員ですが、会員登録はこの後です。',
          en: 'A customer, but on record only since after this happened.',
        },
  });
  const { lastSeen } = member;
  if (lastSeen === undefined) return;
  if (lastSeen <= anchor.at && daysBetween(lastSeen, input.now) > ACTIVE_DAYS) return;
  found.push({
    kind: 'member-active',
    at: lastSeen,
    weight: WEIGHTS.memberActive,
    source: member.source,
    text: { ja: '最近ログインまたは注文があります。', en: 'The customer logged in or ordered recently.' },
  });
}

function addSuppression(found: Evidence[], input: DiagnosisInput, history: History): void {
  const dropped = history.notSent.get('account-list');
  if (dropped) {
    const count = countDropped(input.facts);
    const isAll = count < MAXIMUM_DROPPED;
    const text = {
      ja: `リストに載っていたため、${count}通${isAll ? '' : '以上'}が送信されずに破棄されています。`,
      en: `${count}${isAll ? '' : ' or more'} mail(s) were dropped unsent because of the list.`,
    };
    found.push(ofFact('dropped-by-suppression', WEIGHTS.notSent, dropped, text));
  }
  for (const [by, { kind, text }] of NOT_SENT_OTHERWISE) {
    const fact = history.notSent.get(by);
    if (fact) found.push(ofFact(kind, WEIGHTS.notSent, fact, text));
  }
}

/** What is said of a mail that SES did not send for another reason than the account's list. */
const NOT_SENT_OTHERWISE: ReadonlyMap<NotSentBy, { readonly kind: string; readonly text: Bilingual }> =
  new Map([
    [
      'global-list',
      {
        kind: 'global-list',
        text: {
          ja: 'SES全体のグローバルリストによる不達があります。メールボックスの状態を示すものではありません。',
          en: 'A bounce by SES’s global list, which says nothing about the mailbox.',
        },
      },
    ],
    [
      'tenant-list',
      {
        kind: 'tenant-list',
        text: {
          ja: 'テナントのサプレッションリストに載っているため、SESが送信しなかったメールがあります。',
          en: 'SES did not send a mail because of a tenant’s suppression list; no server was asked.',
        },
      },
    ],
    [
      'auto-validation',
      {
        kind: 'auto-validation',
        text: {
          ja: 'SESの自動検証（Auto Validation）により送信されなかったメールがあります。受信側には届いていません。',
          en: 'SES’s Auto Validation did not send a mail; no server was asked.',
        },
      },
    ],
    [
      'unsubscribed',
      {
        kind: 'unsubscribed',
        text: {
          ja: 'SESの購読管理で配信停止を希望した宛先のため、送信されなかったメールがあります。',
          en: 'SES did not send a mail because this contact has unsubscribed in its list management.',
        },
      },
    ],
    [
      'unknown',
      {
        kind: 'not-sent',
        text: {
          ja: 'SESが送信しなかったメールがあります（理由はこのバージョンでは分かりません）。',
          en: 'SES did not send a mail, for a reason this version does not know.',
        },
      },
    ],
  ]);

function addRemoval(found: Evidence[], input: DiagnosisInput, { bounce }: Anchor): void {
  if (bounce === undefined || input.removals === undefined) return;
  if (natureOf(bounce).says !== 'returned') return;
  if (!input.removals.some((at) => at < bounce.at)) return;
  const text = {
    ja: '一度リストから削除した後に、再び不達になりました。',
    en: 'Bounced again after it was taken off the list.',
  };
  found.push(ofFact('bounced-after-removal', WEIGHTS.bouncedAfterRemoval, bounce, text));
}

function addComplaints(found: Evidence[], history: History): void {
  const { complaint, complaintCandidate, systemReport, notSpam } = history;
  if (complaint) {
    const type = reportedType(complaint);
    const text =
      type === undefined
        ? {
            ja: '受信者から迷惑メールとして申告されています。',
            en: 'The recipient reported a mail as spam.',
          }
        : {
            ja: `受信者から申告されています（種別：${type}）。`,
            en: `The recipient reported a mail (feedback type ${type}).`,
          };
    found.push(ofFact('complaint', WEIGHTS.complaint, complaint, text));
  }
  if (complaintCandidate) {
    const text = {
      ja: '同じドメインの誰かが申告しましたが、このアドレスとは限りません。',
      en: 'Someone at this domain complained; SES does not say that it was this address.',
    };
    found.push(ofFact('complaint-candidate', WEIGHTS.complaintCandidate, complaintCandidate, text));
  }
  if (systemReport) {
    const text = {
      ja: '受信側のシステムから報告が届いています（受信者本人の申告ではありません）。',
      en: 'A receiving system sent a report; no person complained.',
    };
    found.push(ofFact('system-report', WEIGHTS.systemReport, systemReport, text));
  }
  if (notSpam) {
    const text = {
      ja: '受信者が「迷惑メールではない」と報告しています。',
      en: 'The recipient reported a mail as not spam.',
    };
    found.push(ofFact('not-spam', WEIGHTS.notSpam, notSpam, text));
  }
}

/** SES's word for what a mail was reported as, where that is not spam; what is no such word is none. */
function reportedType({ complaintFeedbackType: type }: Fact): string | undefined {
  return type === undefined || type === 'abuse' || !/^[a-z-]{1,40}$/i.test(type) ? undefined : type;
}

function addOutside(found: Evidence[], input: DiagnosisInput, reading: ReplyReading, anchor: Anchor): void {
  const { incident, addressInsights } = input;
  const during = incident && incident.from <= anchor.at && anchor.at <= incident.until;
  if (during && (incident.carrier === undefined || incident.carrier === reading.carrier)) {
    found.push({
      kind: 'incident',
      at: incident.from,
      weight: WEIGHTS.incident,
      source: incident.carrier ?? 'incident',
      text: {
        ja: '同じ事業者の多数の宛先が同じ時間帯に拒否または保留されており、送信側の問題と考えられます。',
        en: 'Many customers of the same carrier were refused at the time: a problem of the sender’s.',
      },
    });
  }
  if (addressInsights) found.push(insightsEvidence(addressInsights));
}

function insightsEvidence({ mailboxExists, at }: AddressInsights): Evidence {
  const weight = { HIGH: WEIGHTS.insightsHigh, MEDIUM: WEIGHTS.insightsMedium, LOW: WEIGHTS.insightsLow };
  return {
    kind: 'address-insights',
    at,
    weight: weight[mailboxExists],
    source: 'Amazon SES GetEmailAddressInsights',
    text: {
      ja: `SESによるメールボックスの存在見込み: ${mailboxExists}`,
      en: `SES’s estimate that the mailbox exists: ${mailboxExists}`,
    },
  };
}
