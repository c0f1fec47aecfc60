import { type Fact, isComplaint, isDroppedBySuppression } from '../events/fact.ts';
import type { Bilingual } from '../text.ts';
import { isBounce, isByGlobalList, isDropped, isOutOfOffice, latest } from './explained-bounce.ts';
import type { DiagnosisInput, Evidence, ReplyReading } from './types.ts';
import { EVIDENCE_WEIGHTS, REPLY_WEIGHTS } from './weights.ts';

const DAY = 86_400_000;
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
  present: undefined,
} as const;

function item(kind: string, weight: number, source: string, text: Bilingual, at?: string): Evidence {
  return at === undefined ? { kind, weight, source, text } : { kind, at, weight, source, text };
}

function daysBetween(earlier: string, later: string): number {
  return Math.max(0, Math.floor((Date.parse(later) - Date.parse(earlier)) / DAY));
}

/**
 * Every piece of evidence about an address, each with its weight (see weights.ts). The first is what the reply's
 * words, or the rule that stands in for them, say. Of each kind only the strongest piece counts, so repeated
 * facts and their order change nothing.
 */
export function collectEvidence(
  input: DiagnosisInput,
  reading: ReplyReading,
  anchor: Anchor,
): readonly Evidence[] {
  return [
    replyEvidence(reading, anchor),
    ...joinEvidence(input, anchor),
    ...deliveryEvidence(input, anchor),
    ...engagementEvidence(input),
    ...memberEvidence(input, anchor),
    ...historyEvidence(input, anchor),
    ...complaintEvidence(input),
    ...outsideEvidence(input, anchor),
  ];
}

function replyEvidence(reading: ReplyReading, anchor: Anchor): Evidence {
  const weight = REPLY_WEIGHTS[reading.reason]?.[reading.confidence] ?? 0;
  return item('reply', weight, `${reading.rule} (${reading.source})`, reading.note, anchor.bounce?.at);
}

function joinEvidence(input: DiagnosisInput, anchor: Anchor): readonly Evidence[] {
  const { bounce } = anchor;
  if (bounce === undefined || input.listing === undefined) return [];
  const { feedbackId, messageId } = input.listing;
  const named = feedbackId === bounce.id || (bounce.kind === 'insight' && messageId === bounce.messageId);
  if (!named) return [];
  return [
    item('joined-by-SES', EVIDENCE_WEIGHTS.joinedBySes, bounce.id, {
      ja: 'SESのサプレッションリストが、この不達を登録の原因として示しています。',
      en: 'SES’s list names this very bounce as the cause of the listing.',
    }),
  ];
}

function deliveryEvidence(input: DiagnosisInput, anchor: Anchor): readonly Evidence[] {
  const deliveries = input.facts.filter((fact) => fact.kind === 'delivery');
  // A delivery of the bounced mail itself (SES can report both) says nothing about the mailbox before or after.
  const others = deliveries.filter((fact) => fact.messageId !== anchor.bounce?.messageId);
  const before = latest(others.filter((fact) => fact.at <= anchor.at));
  const after = latest(others.filter((fact) => fact.at > anchor.at));
  const found: Evidence[] = [];
  if (before) found.push(...deliveryBefore(before, anchor));
  else if (isFirstMail(input, anchor)) found.push(firstMail(anchor));
  if (after) {
    found.push(
      item(
        'delivery-after',
        EVIDENCE_WEIGHTS.deliveryAfter,
        after.id,
        {
          ja: `${EVENT_NAMES[anchor.event]?.ja ?? ''}の後に配信が成功しています。`,
          en: `A mail was delivered after ${EVENT_NAMES[anchor.event]?.en ?? 'that'}.`,
        },
        after.at,
      ),
    );
  }
  return found;
}

function deliveryBefore(delivery: Fact, anchor: Anchor): readonly Evidence[] {
  const days = daysBetween(delivery.at, anchor.at);
  const delivered = item(
    'delivery-before',
    weightOfDelivery(days),
    delivery.id,
    deliveryText(days, anchor),
    delivery.at,
  );
  if (days <= 365) return [delivered];
  return [
    delivered,
    item(
      'long-silence',
      EVIDENCE_WEIGHTS.longSilence,
      delivery.id,
      {
        ja: '最後の配信から1年以上たっており、アドレスが使われなくなった可能性があります。',
        en: 'More than a year since the last delivery: the address may have been given up.',
      },
      delivery.at,
    ),
  ];
}

function deliveryText(days: number, anchor: Anchor): Bilingual {
  const event = EVENT_NAMES[anchor.event];
  if (event === undefined) return { ja: '配信が成功しています。', en: 'A mail was delivered.' };
  return {
    ja: `${event.ja}の${days}日前に配信が成功しています。`,
    en: `A mail was delivered ${days} day${days === 1 ? '' : 's'} before ${event.en}.`,
  };
}

function weightOfDelivery(days: number): number {
  if (days <= 30) return EVIDENCE_WEIGHTS.deliveryWithin30Days;
  if (days <= 180) return EVIDENCE_WEIGHTS.deliveryWithin180Days;
  return days <= 365 ? EVIDENCE_WEIGHTS.deliveryWithinYear : EVIDENCE_WEIGHTS.deliveryEarlier;
}

/**
 * Whether the bounced mail was the first ever sent, as far as is known: nothing earlier is recorded although events
 * were recorded for {@link RECORDED_DAYS} before it.
 */
function isFirstMail(input: DiagnosisInput, anchor: Anchor): boolean {
  const { bounce } = anchor;
  const { recordedSince } = input;
  if (bounce === undefined || recordedSince === undefined) return false;
  if (recordedSince > bounce.at || daysBetween(recordedSince, bounce.at) < RECORDED_DAYS) return false;
  return !input.facts.some((fact) => fact.at < bounce.at && fact.messageId !== bounce.messageId);
}

function firstMail(anchor: Anchor): Evidence {
  return item(
    'first-mail-ever',
    EVIDENCE_WEIGHTS.firstMailEver,
    anchor.bounce?.id ?? '',
    {
      ja: 'この不達より前に送ったメールの記録がありません。',
      en: 'No earlier mail to this address is recorded.',
    },
    anchor.at,
  );
}

function engagementEvidence(input: DiagnosisInput): readonly Evidence[] {
  const found: Evidence[] = [];
  const open = latest(input.facts.filter((fact) => fact.kind === 'open'));
  const click = latest(input.facts.filter((fact) => fact.kind === 'click'));
  const reply = latest(input.facts.filter((fact) => isOutOfOffice(fact, input.facts)));
  if (open) {
    found.push(
      item(
        'open',
        EVIDENCE_WEIGHTS.open,
        open.id,
        { ja: '開封の記録があります。', en: 'A mail was opened.' },
        open.at,
      ),
    );
  }
  if (click) {
    found.push(
      item(
        'click',
        EVIDENCE_WEIGHTS.click,
        click.id,
        { ja: 'リンクがクリックされた記録があります。', en: 'A link in a mail was clicked.' },
        click.at,
      ),
    );
  }
  if (reply) {
    found.push(
      item(
        'out-of-office',
        EVIDENCE_WEIGHTS.outOfOffice,
        reply.id,
        {
          ja: '自動応答が返っており、メールボックスは生きています。',
          en: 'An automatic reply came: the mailbox lives.',
        },
        reply.at,
      ),
    );
  }
  return found;
}

function memberEvidence(input: DiagnosisInput, anchor: Anchor): readonly Evidence[] {
  const { member } = input;
  if (member === undefined) return [];
  const before = member.since <= anchor.at;
  const found = [
    item(
      'member',
      before ? EVIDENCE_WEIGHTS.member : EVIDENCE_WEIGHTS.memberSinceLater,
      member.source,
      before
        ? { ja: '不達より前からの会員です。', en: 'A customer since before the bounce.' }
        : {
            ja: '会員ですが、登録は不達より後です。',
            en: 'A customer, but on record only since after the bounce.',
          },
      member.since,
    ),
  ];
  const { lastSeen } = member;
  if (lastSeen !== undefined && (lastSeen > anchor.at || daysBetween(lastSeen, input.now) <= ACTIVE_DAYS)) {
    found.push(
      item(
        'member-active',
        EVIDENCE_WEIGHTS.memberActive,
        member.source,
        { ja: '最近ログインまたは注文があります。', en: 'The customer logged in or ordered recently.' },
        lastSeen,
      ),
    );
  }
  return found;
}

function historyEvidence(input: DiagnosisInput, anchor: Anchor): readonly Evidence[] {
  const found: Evidence[] = [];
  const dropped = input.facts.filter((fact) => isDropped(fact) || isDroppedBySuppression(fact));
  const last = latest(dropped);
  if (last) {
    const count = new Set(dropped.map((fact) => fact.messageId)).size;
    found.push(
      item(
        'dropped-by-suppression',
        EVIDENCE_WEIGHTS.droppedBySuppression,
        last.id,
        {
          ja: `登録後、${count}通が送信されずに破棄されています。`,
          en: `${count} mail(s) were dropped unsent since the listing.`,
        },
        last.at,
      ),
    );
  }
  const global = latest(input.facts.filter((fact) => isBounce(fact) && isByGlobalList(fact)));
  if (global && global.id !== anchor.bounce?.id) {
    found.push(
      item(
        'global-list',
        EVIDENCE_WEIGHTS.globalList,
        global.id,
        {
          ja: 'SES全体のグローバルリストによる不達があります。メールボックスの状態を示すものではありません。',
          en: 'A bounce by SES’s global list, which says nothing about the mailbox.',
        },
        global.at,
      ),
    );
  }
  const { bounce } = anchor;
  const removal =
    bounce &&
    (input.removals ?? [])
      .filter((at) => at < bounce.at)
      .sort()
      .at(-1);
  if (bounce && removal !== undefined && !isByGlobalList(bounce)) {
    found.push(
      item(
        'bounced-after-removal',
        EVIDENCE_WEIGHTS.bouncedAfterRemoval,
        bounce.id,
        {
          ja: '一度リストから削除した後に、再び不達になりました。',
          en: 'Bounced again after it was taken off the list.',
        },
        removal,
      ),
    );
  }
  return found;
}

function complaintEvidence(input: DiagnosisInput): readonly Evidence[] {
  const complaints = input.facts.filter(isComplaint);
  const proven = latest(complaints.filter((fact) => fact.candidate !== true));
  const candidate = latest(complaints.filter((fact) => fact.candidate === true));
  const notSpam = latest(
    input.facts.filter((fact) => fact.kind === 'complaint' && fact.complaintFeedbackType === 'not-spam'),
  );
  const found: Evidence[] = [];
  if (proven) {
    found.push(
      item(
        'complaint',
        EVIDENCE_WEIGHTS.complaint,
        proven.id,
        { ja: '受信者から迷惑メールとして申告されています。', en: 'The recipient reported a mail as spam.' },
        proven.at,
      ),
    );
  }
  if (candidate) {
    found.push(
      item(
        'complaint-candidate',
        EVIDENCE_WEIGHTS.complaintCandidate,
        candidate.id,
        {
          ja: '同じドメインの誰かが申告しましたが、このアドレスとは限りません。',
          en: 'Someone at this domain complained; SES does not say that it was this address.',
        },
        candidate.at,
      ),
    );
  }
  if (notSpam && notSpam.candidate !== true) {
    found.push(
      item(
        'not-spam',
        EVIDENCE_WEIGHTS.notSpam,
        notSpam.id,
        {
          ja: '受信者が「迷惑メールではない」と報告しています。',
          en: 'The recipient reported a mail as not spam.',
        },
        notSpam.at,
      ),
    );
  }
  return found;
}

function outsideEvidence(input: DiagnosisInput, anchor: Anchor): readonly Evidence[] {
  const found: Evidence[] = [];
  const { incident, addressInsights } = input;
  if (incident && incident.from <= anchor.at && anchor.at <= incident.until) {
    found.push(
      item(
        'incident',
        EVIDENCE_WEIGHTS.incident,
        incident.carrier,
        {
          ja: '同じ事業者の多数の宛先が同じ時間帯に不達になっており、送信側の問題と考えられます。',
          en: 'Many customers of the same carrier bounced at the time: a problem of the sender’s.',
        },
        incident.from,
      ),
    );
  }
  if (addressInsights) found.push(insightsEvidence(addressInsights));
  return found;
}

function insightsEvidence(insights: NonNullable<DiagnosisInput['addressInsights']>): Evidence {
  const weight = {
    HIGH: EVIDENCE_WEIGHTS.insightsHigh,
    MEDIUM: EVIDENCE_WEIGHTS.insightsMedium,
    LOW: EVIDENCE_WEIGHTS.insightsLow,
  }[insights.mailboxExists];
  return item(
    'address-insights',
    weight,
    'Amazon SES GetEmailAddressInsights',
    {
      ja: `SESによるメールボックスの存在見込み: ${insights.mailboxExists}`,
      en: `SES’s estimate that the mailbox exists: ${insights.mailboxExists}`,
    },
    insights.at,
  );
}
