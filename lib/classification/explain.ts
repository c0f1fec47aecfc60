import type { Bilingual } from '../text.ts';
import { carrierById } from './carriers.ts';
import { REASON_NOTES } from './reasons.ts';
import type { Confidence, Evidence, Reason, ReplyReading } from './types.ts';
import { isWithoutFacts, LISTED_FOR_COMPLAINT, SYSTEM_REPORT } from './without-reply.ts';

interface Explained {
  readonly reading: ReplyReading;
  readonly verdict: { readonly reason: Reason; readonly confidence: Confidence; readonly rule?: string };
  readonly evidence: readonly Evidence[];
  readonly probablyMeant: string | undefined;
}

const SURENESS: Readonly<Record<Confidence, Bilingual>> = {
  certain: { ja: '', en: '' },
  likely: { ja: 'その可能性が高い状況です。', en: 'This is likely, not certain.' },
  ambiguous: { ja: '断定はできません。', en: 'This cannot be decided for certain.' },
};

/**
 * The sentence a support desk can read: what happened, how sure, why. At most a few sentences; nothing in it comes
 * from the stranger's text.
 */
export function explain(explained: Explained): Bilingual {
  let ja = '';
  let en = '';
  for (const sentence of [typoSentence(explained), ...mainSentences(explained), becauseOf(explained)]) {
    if (sentence === undefined) continue;
    ja += sentence.ja;
    en += en === '' || sentence.en === '' ? sentence.en : ` ${sentence.en}`;
  }
  return { ja, en };
}

function typoSentence({ probablyMeant }: Explained): Bilingual | undefined {
  if (probablyMeant === undefined) return undefined;
  return {
    ja: `ドメインは「${probablyMeant}」の打ち間違いと思われます。`,
    en: `The domain probably meant is "${probablyMeant}".`,
  };
}

function mainSentences(explained: Explained): readonly Bilingual[] {
  const { reading, verdict } = explained;
  const carrier = reading.carrier === undefined ? undefined : carrierById(reading.carrier)?.name;
  const hasNote = reading.reason === verdict.reason && reading.note !== REASON_NOTES[reading.reason];
  const note = hasNote ? [reading.note] : [];
  if (verdict.reason === 'undefined' && hasNote) return note;
  const complaint = verdict.reason === 'feedback' ? WITHOUT_PERSON.get(verdict.rule ?? '') : undefined;
  if (complaint !== undefined) return [complaint];
  if (isUndecided(explained)) return [undecided(carrier), ...note];
  const lead = carrier && carrierLead(verdict, carrier);
  if (lead) return [lead, ...note];
  // Without a reply on record nobody says what one said.
  const said = (isWithoutFacts(reading) && INFERRED[verdict.reason]) || REASON_NOTES[verdict.reason];
  return [said, SURENESS[verdict.confidence], ...note];
}

/** What is said of an entry for a complaint of which no person is known to have made one, by the rule. */
const WITHOUT_PERSON: ReadonlyMap<string, Bilingual> = new Map([
  [
    SYSTEM_REPORT,
    {
      ja: '受信側のシステムから報告が届き、SESは申告として登録しています。受信者本人の申告ではありません。',
      en: 'A receiving system sent a report, and SES lists it as a complaint. No person complained.',
    },
  ],
  [
    'complaint-candidate',
    {
      ja: '同じドメインの誰かが申告し、SESは申告として登録しています。このアドレスとは限りません。',
      en: 'Somebody at this domain complained, and SES lists it for that; it need not have been this address.',
    },
  ],
  [
    LISTED_FOR_COMPLAINT,
    {
      ja: 'SESは迷惑メールの申告として登録しています。申告そのものの記録はありません。',
      en: 'SES lists it for a complaint. The report itself is not on record.',
    },
  ],
]);

/** What is said of a reason that no reply on record gives. */
const INFERRED: Readonly<Partial<Record<Reason, Bilingual>>> = {
  userunknown: { ja: '宛先が存在しない可能性があります。', en: 'The mailbox may not exist.' },
  hostunknown: { ja: '宛先のドメインが存在しない可能性があります。', en: 'The domain may not exist.' },
};

/** Whether a filter and an unknown user are both still possible and neither is favoured. */
function isUndecided({ reading, verdict }: Explained): boolean {
  return (
    verdict.confidence === 'ambiguous' &&
    (verdict.reason === 'filtered' || verdict.reason === 'userunknown') &&
    isPossible('filtered', reading) &&
    isPossible('userunknown', reading)
  );
}

function isPossible(reason: Reason, reading: ReplyReading): boolean {
  return reading.reason === reason || reading.alternatives.includes(reason);
}

function undecided(carrier: Bilingual | undefined): Bilingual {
  return {
    ja: `${carrier?.ja ?? '受信側'}の受信者設定による拒否か、宛先不明のどちらかです。`,
    en: `Either the customer’s own mail settings at ${carrier?.en ?? 'the receiving system'}, or an address that does not exist.`,
  };
}

/** What a carrier's customer or server did; the verb says how sure it is. */
function carrierLead(verdict: Explained['verdict'], carrier: Bilingual): Bilingual | undefined {
  const sure = verdict.confidence === 'certain';
  if (verdict.reason === 'filtered') {
    return {
      ja: `${carrier.ja}の受信者側の設定(迷惑メールフィルターなど)による拒否${sure ? 'です。' : 'と考えられます。'}`,
      en: `${sure ? 'Refused' : 'Probably refused'} by the customer’s own mail settings at ${carrier.en}.`,
    };
  }
  if (verdict.reason === 'userunknown' && verdict.confidence !== 'ambiguous') {
    return {
      ja: `この宛先は${carrier.ja}に存在しない${sure ? 'という応答です。' : 'と考えられます。'}`,
      en: `${sure ? 'The address does' : 'Probably the address does'} not exist at ${carrier.en}.`,
    };
  }
  return undefined;
}

/** The strongest piece of evidence that moved the verdict away from the reply's own words, when one did. */
function becauseOf({ reading, verdict, evidence }: Explained): Bilingual | undefined {
  // Whoever complained did so whatever else is known.
  if (verdict.reason === 'feedback') return undefined;
  if (reading.reason === verdict.reason && reading.confidence === verdict.confidence) return undefined;
  const others = evidence.filter((piece) => piece.kind !== 'reply' && piece.weight !== 0);
  const strongest = others.reduce<Evidence | undefined>(
    (best, piece) => (best === undefined || Math.abs(piece.weight) > Math.abs(best.weight) ? piece : best),
    undefined,
  );
  return strongest && { ja: `判断の根拠: ${strongest.text.ja}`, en: `Because: ${strongest.text.en}` };
}
