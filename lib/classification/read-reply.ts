import { CARRIERS, carrierById, filteringAt } from './carriers.ts';
import { type Dissected, dissect, READ_LIMIT } from './dissect.ts';
import { indexPhrases } from './phrases.ts';
import { REASON_NOTES } from './reasons.ts';
import { CARRIER_RULES } from './rules/carrier-rules.ts';
import { GENERAL_RULES } from './rules/general/order.ts';
import { PHASE_PHRASES } from './rules/phases.ts';
import { PROVIDER_RULES } from './rules/provider-rules.ts';
import type { Phase, ReplyRule } from './rules/rule.ts';
import { SES_RULES, SES_SUBTYPE_RULES } from './rules/ses.ts';
import { CODE_RULES, CODE_SOURCE, type MarkRule, STATUS_RULES, STATUS_SOURCE } from './rules/status-rules.ts';
import type { Reply, ReplyReading } from './types.ts';
import { Words } from './words.ts';

/** Every rule that reads words or sub-types, in the order in which it is asked. */
export const REPLY_RULES: readonly ReplyRule[] = [
  ...SES_RULES,
  ...CARRIER_RULES,
  ...PROVIDER_RULES,
  ...GENERAL_RULES,
  ...SES_SUBTYPE_RULES,
];

/** A rule made ready for many replies. */
interface CompiledRule {
  /** What must hold beside the mark that the rule is filed under; most rules need no more than their phrase. */
  readonly checks: readonly Check[];
  /** Its reading at each carrier, and under `undefined` elsewhere: nothing else of a reply shows in it. */
  readonly readings: ReadonlyMap<string | undefined, ReplyReading>;
}

/** One condition of a rule, asked of a reply and of the phrases found in it. */
type Check = (parts: Dissected, found: readonly number[]) => boolean;

/** Where a reply can come from: a carrier, or elsewhere. */
const WHERE = [undefined, ...CARRIERS.map((carrier) => carrier.id)];

const phraseNumbers = new Map<string, number>();
/** For each phrase, the positions in REPLY_RULES of the rules that it can start, ascending. */
const rulesOfPhrase: number[][] = [];
/** The same for the rules without phrases that need a sub-type or a recipient instead. */
const rulesOfSubType = new Map<string, number[]>();
const rulesOfRecipient = new Map<string, number[]>();
/** The few rules that need none of these: asked for every reply. */
const otherRules: number[] = [];
const NO_RULES: readonly number[] = [];

function numberOf(phrase: string): number {
  const known = phraseNumbers.get(phrase);
  if (known !== undefined) return known;
  const number = phraseNumbers.size;
  phraseNumbers.set(phrase, number);
  rulesOfPhrase.push([]);
  return number;
}

function pushTo(map: Map<string, number[]>, key: string, position: number): void {
  const known = map.get(key);
  if (known) known.push(position);
  else map.set(key, [position]);
}

const compiled: readonly CompiledRule[] = REPLY_RULES.map((rule, position) => {
  const { phrases, subTypes, recipients } = rule.when;
  if (phrases) for (const phrase of phrases) rulesOfPhrase[numberOf(phrase)]?.push(position);
  else if (subTypes) for (const subType of subTypes) pushTo(rulesOfSubType, subType, position);
  else if (recipients) for (const recipient of recipients) pushTo(rulesOfRecipient, recipient, position);
  else otherRules.push(position);
  return {
    checks: checksOf(rule),
    readings: new Map(WHERE.map((carrier) => [carrier, readingOf(rule, position, carrier)])),
  };
});
/** Phrase numbers that show a phase. */
const phaseOfPhrase = new Map([...PHASE_PHRASES].map(([phrase, phase]) => [numberOf(phrase), phase]));
const index = indexPhrases([...phraseNumbers.keys()]);
/** Of the reply being read: one buffer for all. Lower-casing makes two letters of one at most. */
const words = new Words(2 * READ_LIMIT);

/**
 * What the words of one reply say: the first rule that applies. Pure; linear in the text, of which a bounded
 * beginning is read (see dissect.ts).
 *
 * At a carrier's address or server only SES's and the carriers' own rules are ever `certain`: other providers'
 * words are used there for more than one cause.
 */
export function readReply(reply: Reply): ReplyReading {
  const parts = dissect(reply, words);
  const found = index.find(words);
  return firstMatch(parts, found)?.readings.get(carrierOf(parts)) ?? readingOfMarks(parts, reply);
}

function firstMatch(parts: Dissected, found: readonly number[]): CompiledRule | undefined {
  // Of an accepted mail only SES itself can have more to say; the words of the server are no refusal.
  let best = parts.code >= 200 && parts.code < 300 ? SES_RULES.length : compiled.length;
  const beyond = best;
  for (const number of found) best = firstOf(rulesOfPhrase[number] ?? NO_RULES, best, parts, found);
  best = firstOf(rulesOfSubType.get(parts.bounceSubType) ?? NO_RULES, best, parts, found);
  best = firstOf(rulesOfRecipient.get(parts.recipient) ?? NO_RULES, best, parts, found);
  best = firstOf(otherRules, best, parts, found);
  return best === beyond ? undefined : compiled[best];
}

/** The first of some rules that applies, when it comes before `best`; else `best`. */
function firstOf(
  positions: readonly number[],
  best: number,
  parts: Dissected,
  found: readonly number[],
): number {
  for (const position of positions) {
    if (position >= best) return best;
    if (applies(position, parts, found)) return position;
  }
  return best;
}

function applies(position: number, parts: Dissected, found: readonly number[]): boolean {
  for (const check of compiled[position]?.checks ?? []) if (!check(parts, found)) return false;
  return true;
}

function isInPhase(phases: readonly Phase[], parts: Dissected, found: readonly number[]): boolean {
  const phase = parts.phase ?? phaseIn(found);
  return phase !== undefined && phases.includes(phase);
}

/** The phase that the words show first. */
function phaseIn(found: readonly number[]): Phase | undefined {
  for (const number of found) {
    const phase = phaseOfPhrase.get(number);
    if (phase !== undefined) return phase;
  }
  return undefined;
}

/** A rule's conditions other than its phrases, the cheap ones first. */
function checksOf(rule: ReplyRule): readonly Check[] {
  const { bareColon, subTypes, recipients, carriers, hosts, codes, statuses, ownStatuses, phases } =
    rule.when;
  const { from = '', until } = rule.period ?? {};
  const also = rule.when.also && new Set(rule.when.also.map(numberOf));
  const checks: (Check | undefined)[] = [
    // A reply without any code is taken for permanent.
    bareColon && ((parts) => parts.bareColon && ![2, 4].includes(classOf(parts))),
    subTypes && ((parts) => subTypes.includes(parts.bounceSubType)),
    recipients && ((parts) => recipients.includes(parts.recipient)),
    carriers && ((parts) => isAtCarrier(carriers, parts)),
    hosts && ((parts) => isAtHost(hosts, parts)),
    codes && ((parts) => codes.includes(parts.code)),
    rule.when.class && ((parts) => classOf(parts) === rule.when.class),
    statuses && ((parts) => hasStatus(statuses, parts.status)),
    ownStatuses && ((parts) => hasStatus(ownStatuses, parts.ownStatus)),
    phases && ((parts, found) => isInPhase(phases, parts, found)),
    also && ((_, found) => found.some((number) => also.has(number))),
    rule.period && (({ at }) => at >= from && (until === undefined || at < until)),
  ];
  return checks.filter((check) => check !== undefined);
}

function isAtCarrier(carriers: readonly string[], parts: Dissected): boolean {
  const { carrierOfRecipient, carrierOfServer } = parts;
  return (
    (carrierOfRecipient !== undefined && carriers.includes(carrierOfRecipient)) ||
    (carrierOfServer !== undefined && carriers.includes(carrierOfServer))
  );
}

function isAtHost(hosts: readonly string[], parts: Dissected): boolean {
  return hosts.some((parent) => isBelow(parts.domain, parent) || isBelow(parts.host, parent));
}

function isBelow(name: string, parent: string): boolean {
  return name === parent || (name.endsWith(parent) && name.charAt(name.length - parent.length - 1) === '.');
}

function hasStatus(wanted: readonly string[], status: string): boolean {
  return wanted.some((entry) => (entry.endsWith('.') ? status.startsWith(entry) : status === entry));
}

function classOf(parts: Dissected): number {
  return parts.code > 0 ? Math.floor(parts.code / 100) : Number(parts.status.charAt(0));
}

function carrierOf(parts: Dissected): string | undefined {
  return parts.carrierOfRecipient ?? parts.carrierOfServer;
}

/**
 * What a rule says at a carrier. Only SES's and the carriers' own rows, which come first, may be certain there. And
 * only the carriers' own rows speak of a carrier's filter: which words a filter answers with, and whether it answers at
 * all, is known of each carrier or not at all, so that others' words for one stay ambiguous whatever else is known.
 */
function readingOf(rule: ReplyRule, position: number, carrier: string | undefined): ReplyReading {
  const specific = position < SES_RULES.length + CARRIER_RULES.length;
  const foreign = !specific && carrier !== undefined;
  const capped = foreign && rule.confidence === 'certain';
  const supposed = foreign && rule.reason === 'filtered';
  return {
    reason: rule.reason,
    confidence: supposed ? 'ambiguous' : capped ? 'likely' : rule.confidence,
    rule: rule.id,
    ...(carrier === undefined ? {} : { carrier }),
    alternatives: (rule.alternatives ?? []).filter((other) => !supposed || other !== 'userunknown'),
    source: rule.source,
    note: rule.note ?? REASON_NOTES[rule.reason],
  };
}

/** The reading of a reply whose words decided nothing: its enhanced status, then its reply code, then SES's type. */
function readingOfMarks(parts: Dissected, reply: Reply): ReplyReading {
  if (classOf(parts) === 2) {
    return markReading({ reason: 'undefined', confidence: 'ambiguous' }, 'accepted', CODE_SOURCE, parts);
  }
  const status = parts.status.slice(2);
  const byStatus = status === '' ? undefined : STATUS_RULES.get(status);
  if (byStatus && byStatus.reason !== 'undefined') {
    return openAtRefusingCarrier(markReading(byStatus, `status/${status}`, STATUS_SOURCE, parts), parts);
  }
  const byCode = CODE_RULES.get(parts.code);
  if (byCode && byCode.reason !== 'undefined')
    return markReading(byCode, `code/${parts.code}`, CODE_SOURCE, parts);
  if (reply.action?.toLowerCase() === 'delayed' || reply.action?.toLowerCase() === 'expired') {
    return markReading(
      { reason: 'expired', confidence: 'ambiguous' },
      'action/delayed',
      'RFC 3464 section 2.3.3',
      parts,
    );
  }
  const nothing = markReading(
    { reason: 'undefined', confidence: 'ambiguous' },
    'none',
    'no rule applies',
    parts,
  );
  return reply.bounceType === 'Permanent' ? openAtRefusingCarrier(nothing, parts) : nothing;
}

/**
 * At a carrier that refused filtered mail at the time, a bare code for an unknown user (which the sending system
 * writes) and a permanent bounce without words say no more than "refused": the filter stays possible.
 */
function openAtRefusingCarrier(reading: ReplyReading, parts: Dissected): ReplyReading {
  if (reading.reason !== 'userunknown' && reading.reason !== 'undefined') return reading;
  const carrier = reading.carrier === undefined ? undefined : carrierById(reading.carrier);
  const refuses = carrier && filteringAt(carrier, parts.at).some((row) => row.behaviour === 'refuses');
  if (!refuses) return reading;
  const reason = reading.reason === 'undefined' ? 'filtered' : reading.reason;
  return {
    ...reading,
    reason,
    confidence: 'ambiguous',
    rule: `${reading.rule}/${carrier.id}`,
    alternatives: [reason === 'filtered' ? 'userunknown' : 'filtered'],
    note: {
      ja: `応答の文言がなく、${carrier.name.ja}では受信拒否と宛先不明のどちらも考えられます。`,
      en: `Without words: at ${carrier.name.en} a customer’s filter and an unknown user are both possible.`,
    },
  };
}

function markReading(mark: MarkRule, rule: string, source: string, parts: Dissected): ReplyReading {
  const carrier = carrierOf(parts);
  return {
    reason: mark.reason,
    confidence: mark.confidence,
    rule,
    ...(carrier === undefined ? {} : { carrier }),
    alternatives: [],
    source,
    note: REASON_NOTES[mark.reason],
  };
}
