import type { Bilingual } from '../text.ts';
import { carrierById } from './carriers.ts';
import { REASON_NOTES } from './reasons.ts';
import type { Confidence, Evidence, Reason, ReplyReading } from './types.ts';

interface Explained {
  readonly reading: ReplyReading;
  readonly verdict: { readonly reason: Reason; readonly confidence: Confidence };
  readonly evidence: readonly Evidence[];
  readonly probablyMeant?: string;
}

const SURENESS: Readonly<Record<Confidence, Bilingual>> = {
  certain: { ja: '', en: '' },
  likely: { ja: '可能性が高い見立てです。', en: 'This is likely, not certain. ' },
  ambiguous: { ja: '断定できません。', en: 'This cannot be decided for certain. ' },
};

/**
 * The sentence a support desk can read: what happened, how sure, why. At most a few sentences; nothing in it comes
 * from the stranger's text.
 */
export function explain(explained: Explained): Bilingual {
  const { reading, verdict, evidence, probablyMeant } = explained;
  const carrier = reading.carrier === undefined ? undefined : carrierById(reading.carrier);
  const lead = isUndecided(explained) ? undecided(carrier?.name) : leadOf(verdict, carrier?.name);
  const same = reading.reason === verdict.reason;
  const note = same && isCause(reading) ? reading.note : undefined;
  const because = same ? undefined : becauseOf(evidence);
  const typo = probablyMeant;
  return {
    ja: [
      typo === undefined ? '' : `ドメインは「${typo}」の打ち間違いと思われます。`,
      lead.ja,
      SURENESS[verdict.confidence].ja,
      note?.ja ?? '',
      because?.ja ?? '',
    ].join(''),
    en: [
      typo === undefined ? '' : `The domain probably meant is "${typo}". `,
      `${lead.en} `,
      SURENESS[verdict.confidence].en,
      note === undefined ? '' : `${note.en} `,
      because?.en ?? '',
    ]
      .join('')
      .trim(),
  };
}

/** Whether a filter and an unknown user are both still possible and neither is favoured. */
function isUndecided({ reading, verdict }: Explained): boolean {
  const causes = new Set([reading.reason, ...reading.alternatives]);
  const open = causes.has('filtered') && causes.has('userunknown');
  return (
    open &&
    verdict.confidence === 'ambiguous' &&
    (verdict.reason === 'filtered' || verdict.reason === 'userunknown')
  );
}

function undecided(carrier: Bilingual | undefined): Bilingual {
  return {
    ja: `${carrier?.ja ?? '受信側'}の受信者設定による拒否か、宛先不明のどちらかです。`,
    en: `Either the customer’s own mail settings at ${carrier?.en ?? 'the receiving system'}, or an address that does not exist.`,
  };
}

/** Whether the reading's note adds something to its reason's own sentence. */
function isCause(reading: ReplyReading): boolean {
  return reading.note !== REASON_NOTES[reading.reason];
}

function leadOf(verdict: Explained['verdict'], carrier: Bilingual | undefined): Bilingual {
  if (carrier === undefined) return REASON_NOTES[verdict.reason];
  if (verdict.reason === 'filtered') {
    return {
      ja: `${carrier.ja}の受信者側の設定(迷惑メールフィルターなど)による拒否です。`,
      en: `Refused by the customer’s own mail settings at ${carrier.en}.`,
    };
  }
  if (verdict.reason === 'userunknown') {
    return {
      ja: `${carrier.ja}に宛先のアドレスが存在しないという応答です。`,
      en: `${carrier.en} says that the address does not exist.`,
    };
  }
  return REASON_NOTES[verdict.reason];
}

/** The strongest piece of evidence that moved the verdict away from the reply's own words. */
function becauseOf(evidence: readonly Evidence[]): Bilingual | undefined {
  const others = evidence.filter((piece) => piece.kind !== 'reply' && piece.weight !== 0);
  const strongest = others.reduce<Evidence | undefined>(
    (best, piece) => (best === undefined || Math.abs(piece.weight) > Math.abs(best.weight) ? piece : best),
    undefined,
  );
  return strongest && { ja: `判断の根拠: ${strongest.text.ja}`, en: `Because: ${strongest.text.en}` };
}
