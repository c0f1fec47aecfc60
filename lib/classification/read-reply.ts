import { carrierById, filteringAt } from './carriers.ts';
import { type Dissected, dissect, READ_LIMIT } from './dissect.ts';
import { indexPhrases } from './phrases.ts';
import { REASON_NOTES } from './reasons.ts';
import { CARRIER_RULES } from './rules/carrier-rules.ts';
import { GENERAL_RULES } from './rules/general/order.ts';
import { PHASE_PHRASES } from './rules/phases.ts';
import { PROVIDER_RULES } from './rules/provider-rules.ts';
import type { Phase, ReplyCondition, ReplyRule } from './rules/rule.ts';
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

/** A rule with its conditions compiled to the numbers of the phrase index. */
interface CompiledRule {
  readonly rule: ReplyRule;
  readonly also: ReadonlySet<number> | undefined;
  /** SES's and the carriers' own rows: the only ones that may be certain at a carrier's address. */
  readonly specific: boolean;
}

const phraseNumbers = new Map<string, number>();
/** For each phrase, the positions in REPLY_RULES of the rules that it can start, ascending. */
const rulesOfPhrase: number[][] = [];
/** Positions of the rules that need no phrase: asked for every reply. */
const rulesWithoutPhrase: number[] = [];

function numberOf(phrase: string): number {
  const known = phraseNumbers.get(phrase);
  if (known !== undefined) return known;
  const number = phraseNumbers.size;
  phraseNumbers.set(phrase, number);
  rulesOfPhrase.push([]);
  return number;
}

const compiled: readonly CompiledRule[] = REPLY_RULES.map((rule, position) => {
  const { phrases, also } = rule.when;
  if (phrases === undefined) rulesWithoutPhrase.push(position);
  for (const phrase of phrases ?? []) rulesOfPhrase[numberOf(phrase)]?.push(position);
  return {
    rule,
    also: also && new Set(also.map(numberOf)),
    specific: position < SES_RULES.length + CARRIER_RULES.length,
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
  const dissected = dissect(reply, words);
  const found = index.find(words);
  const parts = { ...dissected, phase: dissected.phase ?? phaseIn(found) };
  const matched = firstMatch(parts, found);
  return matched ? readingOf(matched, parts) : readingOfMarks(parts, reply);
}

/** The phase that the words show first. */
function phaseIn(found: readonly number[]): Phase | undefined {
  for (const number of found) {
    const phase = phaseOfPhrase.get(number);
    if (phase !== undefined) return phase;
  }
  return undefined;
}

function firstMatch(parts: Dissected, found: readonly number[]): CompiledRule | undefined {
  let best = compiled.length;
  for (const position of rulesWithoutPhrase) {
    if (position >= best) break;
    if (applies(position, parts, found)) best = position;
  }
  for (const number of found) {
    for (const position of rulesOfPhrase[number] ?? []) {
      if (position >= best) break;
      if (applies(position, parts, found)) best = position;
    }
  }
  return compiled[best];
}

function applies(position: number, parts: Dissected, found: readonly number[]): boolean {
  const entry = compiled[position];
  if (entry === undefined) return false;
  const { period, when } = entry.rule;
  if (!holds(when, parts)) return false;
  if (entry.also && !found.some((number) => entry.also?.has(number))) return false;
  if (period?.from !== undefined && parts.at < period.from) return false;
  return period?.until === undefined || parts.at < period.until;
}

function holds(when: ReplyCondition, parts: Dissected): boolean {
  if (when.bareColon && !parts.bareColon) return false;
  if (when.subTypes && !when.subTypes.includes(parts.bounceSubType)) return false;
  if (when.recipients && !when.recipients.includes(parts.recipient)) return false;
  if (when.carriers && !isAtCarrier(when.carriers, parts)) return false;
  if (when.hosts && !isAtHost(when.hosts, parts)) return false;
  if (when.codes && !when.codes.includes(parts.code)) return false;
  if (when.class && when.class !== classOf(parts)) return false;
  if (when.statuses && !hasStatus(when.statuses, parts.status)) return false;
  if (when.ownStatuses && !hasStatus(when.ownStatuses, parts.ownStatus)) return false;
  return !when.phases || (parts.phase !== undefined && when.phases.includes(parts.phase));
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

function carrierOf(parts: Dissected): { readonly carrier?: string } {
  const carrier = parts.carrierOfRecipient ?? parts.carrierOfServer;
  return carrier === undefined ? {} : { carrier };
}

function readingOf(entry: CompiledRule, parts: Dissected): ReplyReading {
  const { rule, specific } = entry;
  const where = carrierOf(parts);
  const capped = rule.confidence === 'certain' && !specific && where.carrier !== undefined;
  return {
    reason: rule.reason,
    confidence: capped ? 'likely' : rule.confidence,
    rule: rule.id,
    ...where,
    alternatives: rule.alternatives ?? [],
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
  return {
    reason: mark.reason,
    confidence: mark.confidence,
    rule,
    ...carrierOf(parts),
    alternatives: [],
    source,
    note: REASON_NOTES[mark.reason],
  };
}
