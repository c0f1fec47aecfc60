import { domainOf } from '../address.ts';
import { lazy } from '../lazy.ts';
import { type Clause, dissect, type ReplyParts, type Role } from '../mails/reply/dissect.ts';
import { PhraseTable } from '../mails/reply/phrases.ts';
import type { Bilingual } from '../text.ts';
import { carrierById, carrierOfDomain, carrierOfHost, filteringAt, hostName } from './carriers.ts';
import { REASON_NOTES } from './reasons.ts';
import { CARRIER_RULES } from './rules/carrier-rules.ts';
import { conceptsIn, isSaid, type Saying, sayingOf } from './rules/concepts.ts';
import { GENERAL_RULES } from './rules/general.ts';
import { PROVIDER_RULES } from './rules/provider-rules.ts';
import type { ReplyRule } from './rules/rule.ts';
import { SES_RULES, SES_SUBTYPE_RULES } from './rules/ses.ts';
import { CODE_RULES, CODE_SOURCE, type MarkRule, STATUS_RULES, STATUS_SOURCE } from './rules/status-rules.ts';
import type { Concept } from './rules/vocabulary.ts';
import type { Reason, Reply, ReplyReading } from './types.ts';

/** Every rule, in the order in which it is asked. */
export const REPLY_RULES: readonly ReplyRule[] = [
  ...SES_RULES,
  ...CARRIER_RULES,
  ...PROVIDER_RULES,
  ...GENERAL_RULES,
  ...SES_SUBTYPE_RULES,
];

/** A reply with what is known of where it comes from. */
interface Heard extends ReplyParts {
  /** Enhanced status of the text, else of the report; `''` when there is none. */
  readonly anyStatus: string;
  readonly carrierOfRecipient: string | undefined;
  readonly carrierOfServer: string | undefined;
  /** The recipient's domain and the answering host's name. */
  readonly domain: string;
  readonly answeredBy: string;
  readonly bounceSubType: string;
  readonly recipient: string;
  readonly at: string;
  /** Phrases of the rules that the words hold, outside advice. */
  readonly phrases: ReadonlySet<string>;
}

/** A rule made ready for many replies. */
interface CompiledRule {
  readonly rule: ReplyRule;
  readonly sayings: readonly Saying[];
  readonly checks: readonly ((heard: Heard) => boolean)[];
  /** Its reading at a carrier, or with `undefined` elsewhere: nothing else of a reply shows in it. */
  readonly readingAt: (carrier: string | undefined) => ReplyReading;
}

const phraseTable = new PhraseTable<string>(() =>
  REPLY_RULES.flatMap(({ when }) => (when.phrases ?? []).map((phrase) => [phrase, phrase] as const)),
);
const OWN_RULES: ReadonlySet<ReplyRule> = new Set([...SES_RULES, ...CARRIER_RULES]);

/** The rules made ready, by when they are asked. */
interface ReadyRules {
  readonly narrow: readonly CompiledRule[];
  /** Of an accepted mail only SES itself can have more to say; the words of the server are no refusal. */
  readonly notSent: readonly CompiledRule[];
  /** Of the narrow ones the rows that a reply without any known phrase may meet. */
  readonly withoutPhrases: readonly CompiledRule[];
  readonly wide: readonly CompiledRule[];
  readonly last: readonly CompiledRule[];
  /** For each concept the positions among the wide rules, ascending, of those that one of their sayings begins with. */
  readonly wideOf: ReadonlyMap<Concept, readonly number[]>;
}

/** Made at the first reply: a function that reads none starts without it. */
const ready = lazy((): ReadyRules => {
  const narrow = [...SES_RULES, ...CARRIER_RULES, ...PROVIDER_RULES].map(compiled);
  const wide = GENERAL_RULES.map(compiled);
  const wideOf = new Map<Concept, number[]>();
  for (const [position, { sayings }] of wide.entries()) {
    for (const concept of new Set(sayings.flatMap(({ all: [first = []] }) => first))) {
      wideOf.set(concept, [...(wideOf.get(concept) ?? []), position]);
    }
  }
  return {
    narrow,
    notSent: narrow.slice(0, SES_RULES.length).filter(({ rule }) => !rule.when.recipients),
    withoutPhrases: narrow.filter(({ rule: { when } }) => !(when.phrases ?? when.linkNames)),
    wide,
    last: SES_SUBTYPE_RULES.map(compiled),
    wideOf,
  };
});

/**
 * What the words of one reply say. Pure; linear in the text, of which a bounded beginning is read.
 *
 * First the rows of those whose words are known (SES, the carriers, the providers); then what any server may say, in
 * the order in which the parts of a reply count: the cause that it names, its statements one by one and together, its
 * opening, what the sending system wrote around it, and advice only where there is nothing else. Then SES's sub-type,
 * the enhanced status, the reply code.
 *
 * At a carrier's address or server only SES's and the carriers' own rules are ever `certain`: other providers'
 * words are used there for more than one cause.
 */
export function readReply(reply: Reply): ReplyReading {
  const heard = hear(reply);
  const carrier = carrierOf(heard);
  const accepted = heard.code >= 200 && heard.code < 300;
  const found = accepted ? firstOf(ready().notSent, heard) : ruleOf(heard);
  const bare =
    found === undefined ||
    (SAYS_NOTHING.has(found.rule.id) && hasTellingStatus(heard)) ||
    (SAYS_WHAT_WAS_DONE.has(found.rule.id) && saysAuthentication(heard));
  return bare ? readingOfMarks(heard, reply) : found.readingAt(carrier);
}

function hear(reply: Reply): Heard {
  const parts = dissect(reply.diagnosticCode ?? '');
  const domain = domainOf(reply.recipient);
  const answeredBy = reply.remoteMta ? hostName(reply.remoteMta) : parts.host;
  const phrases = new Set<string>();
  phraseTable.collect(parts.words, phrases);
  return {
    ...parts,
    anyStatus: parts.status || statusIn(reply.status ?? ''),
    carrierOfRecipient: carrierOfDomain(domain)?.id,
    carrierOfServer: carrierOfHost(answeredBy)?.id,
    domain,
    answeredBy,
    bounceSubType: reply.bounceSubType ?? '',
    recipient: reply.recipient,
    at: reply.at,
    phrases,
  };
}

/** The status in a report's field, which may carry a comment: `5.0.0 (permanent failure)`. */
function statusIn(field: string): string {
  return /^\s*([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)/.exec(field.slice(0, 40))?.[1] ?? '';
}

function ruleOf(heard: Heard): CompiledRule | undefined {
  const { narrow, withoutPhrases, last } = ready();
  const hasNames = heard.phrases.size > 0 || heard.linkNames.length > 0;
  return firstOf(hasNames ? narrow : withoutPhrases, heard) ?? wideRuleOf(heard) ?? firstOf(last, heard);
}

function firstOf(rules: readonly CompiledRule[], heard: Heard): CompiledRule | undefined {
  return rules.find(({ checks }) => checks.every((check) => check(heard)));
}

/** The rule of the part of the reply that counts most, of those that say anything. */
function wideRuleOf(heard: Heard): CompiledRule | undefined {
  const { clauses, around } = heard;
  const heardClauses = clauses.map((clause) => ({ role: clause.role, concepts: conceptsOf(clause) }));
  const ofRoles = (...roles: readonly Role[]) =>
    heardClauses.filter(({ role }) => roles.includes(role)).map(({ concepts }) => concepts);
  const statements = ofRoles('cause', 'statement');
  const all = ofRoles('cause', 'statement', 'opening');
  return (
    firstSaid(ofRoles('cause'), heard, isCause) ??
    firstSaid(statements, heard, isCause) ??
    (statements.length > 1 ? firstSaid([union(statements)], heard, isCause) : undefined) ??
    firstSaid([union(all)], heard) ??
    firstSaid(
      [
        union(
          around()
            .filter(({ role }) => role !== 'advice')
            .map(conceptsOf),
        ),
      ],
      heard,
    ) ??
    (all.length > 0 ? undefined : firstSaid([union(ofRoles('advice'))], heard))
  );
}

/** Rows that say what was done, not why: they are heard only where no other row says anything. */
const CONSEQUENCES: ReadonlySet<string> = new Set([
  'general/address-rejected',
  'general/mailbox-unavailable',
  'general/mailbox-busy',
  'general/does-not-exist-553',
  'general/disabled',
  'general/something-does-not-exist',
  'general/refused-without-cause',
  'general/later',
  'general/retry-in',
]);
const isCause = ({ rule }: CompiledRule): boolean => !CONSEQUENCES.has(rule.id);

/** Of these only that it was refused: the server's own status says more, unless it says the same. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['general/refused-without-cause', 'general/later']);

/** Of these what was done, or to whom: a status of RFC 7372 beside them says that authentication was the cause. */
const SAYS_WHAT_WAS_DONE: ReadonlySet<string> = new Set([
  'general/refused-without-cause',
  'general/client-blocked',
  'general/sender',
  'general/login',
  'general/policy',
]);

function saysAuthentication({ status }: Heard): boolean {
  return STATUS_RULES.get(status.slice(2))?.reason === 'authfailure';
}

function hasTellingStatus({ status }: Heard): boolean {
  const rule = STATUS_RULES.get(status.slice(2));
  return (
    rule !== undefined && rule.reason !== 'undefined' && !status.endsWith('.7.1') && !status.endsWith('.0')
  );
}

/** The first rule, in order, that one of some clauses says. */
function firstSaid(
  clauses: readonly ReadonlySet<Concept>[],
  heard: Heard,
  only: (rule: CompiledRule) => boolean = () => true,
): CompiledRule | undefined {
  const { wide, wideOf } = ready();
  let best = wide.length;
  for (const found of clauses) {
    for (const concept of found) {
      for (const position of wideOf.get(concept) ?? []) {
        if (position >= best) break;
        const rule = wide[position];
        if (rule && isSaidBy(rule, found) && only(rule) && rule.checks.every((check) => check(heard)))
          best = position;
      }
    }
  }
  return wide[best];
}

function isSaidBy({ sayings }: CompiledRule, found: ReadonlySet<Concept>): boolean {
  return sayings.some((saying) => isSaid(saying, found));
}

function conceptsOf({ words, about }: Clause): Set<Concept> {
  const found = conceptsIn(words);
  if (about === 'sender' || about === 'client') found.add(about);
  return found;
}

function union(sets: readonly ReadonlySet<Concept>[]): ReadonlySet<Concept> {
  return new Set(sets.flatMap((set) => [...set]));
}

function compiled(rule: ReplyRule): CompiledRule {
  return {
    rule,
    sayings: (rule.when.says ?? []).map(sayingOf),
    checks: checksOf(rule),
    readingAt: remembering((carrier) => readingOf(rule, carrier)),
  };
}

/** A function of a carrier that answers the second time from memory: so many replies have one reading. */
function remembering(
  read: (carrier: string | undefined) => ReplyReading,
): (carrier: string | undefined) => ReplyReading {
  const known = new Map<string | undefined, ReplyReading>();
  return (carrier) => {
    const reading = known.get(carrier) ?? read(carrier);
    known.set(carrier, reading);
    return reading;
  };
}

/** A rule's conditions other than what its clauses say. */
function checksOf(rule: ReplyRule): readonly ((heard: Heard) => boolean)[] {
  const {
    bareColon,
    subTypes,
    recipients,
    carriers,
    hosts,
    codes,
    statuses,
    ownStatuses,
    phases,
    phrases,
    linkNames,
  } = rule.when;
  const { from = '', until } = rule.period ?? {};
  const checks: (((heard: Heard) => boolean) | undefined)[] = [
    // A reply without any code is taken for permanent.
    bareColon && ((heard) => heard.bareColon && ![2, 4].includes(classOf(heard))),
    subTypes && ((heard) => subTypes.includes(heard.bounceSubType)),
    recipients && ((heard) => recipients.includes(heard.recipient)),
    (phrases ?? linkNames) &&
      ((heard) =>
        (phrases?.some((phrase) => heard.phrases.has(phrase)) ?? false) ||
        (linkNames?.some((name) => heard.linkNames.includes(name)) ?? false)),
    carriers && ((heard) => isAtCarrier(carriers, heard)),
    hosts &&
      ((heard) => hosts.some((parent) => isBelow(heard.domain, parent) || isBelow(heard.answeredBy, parent))),
    codes && ((heard) => codes.includes(heard.code)),
    rule.when.class && ((heard) => classOf(heard) === rule.when.class),
    statuses && ((heard) => hasStatus(statuses, heard.anyStatus)),
    ownStatuses && ((heard) => hasStatus(ownStatuses, heard.status)),
    phases && (({ phase }) => phase !== undefined && phases.includes(phase)),
    rule.period && (({ at }) => at >= from && (until === undefined || at < until)),
  ];
  return checks.filter((check) => check !== undefined);
}

function isAtCarrier(carriers: readonly string[], { carrierOfRecipient, carrierOfServer }: Heard): boolean {
  return [carrierOfRecipient, carrierOfServer].some((id) => id !== undefined && carriers.includes(id));
}

function isBelow(name: string, parent: string): boolean {
  return name === parent || name.endsWith(`.${parent}`);
}

function hasStatus(wanted: readonly string[], status: string): boolean {
  return wanted.some((entry) => (entry.endsWith('.') ? status.startsWith(entry) : status === entry));
}

function classOf({ code, anyStatus }: Heard): number {
  return code > 0 ? Math.floor(code / 100) : Number(anyStatus.charAt(0));
}

function carrierOf(heard: Heard): string | undefined {
  return heard.carrierOfRecipient ?? heard.carrierOfServer;
}

/**
 * What a rule says at a carrier. Only SES's and the carriers' own rows, which come first, may be certain there. And
 * only the carriers' own rows speak of a carrier's filter: which words a filter answers with, and whether it answers at
 * all, is known of each carrier or not at all, so that others' words for one stay ambiguous whatever else is known.
 */
function readingOf(rule: ReplyRule, carrier: string | undefined): ReplyReading {
  const foreign = !OWN_RULES.has(rule) && carrier !== undefined;
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
function readingOfMarks(heard: Heard, reply: Reply): ReplyReading {
  if (classOf(heard) === 2) {
    return markReading({ reason: 'undefined', confidence: 'ambiguous' }, 'accepted', CODE_SOURCE, heard);
  }
  const status = heard.anyStatus.slice(2);
  const byStatus = status === '' ? undefined : STATUS_RULES.get(status);
  if (byStatus && byStatus.reason !== 'undefined') {
    const mark = classOf(heard) === 4 ? temporary(byStatus) : byStatus;
    return openAtRefusingCarrier(markReading(mark, `status/${status}`, STATUS_SOURCE, heard), heard);
  }
  const byCode = CODE_RULES.get(heard.code);
  if (byCode && byCode.reason !== 'undefined')
    return markReading(byCode, `code/${heard.code}`, CODE_SOURCE, heard);
  if (reply.action?.toLowerCase() === 'delayed' || reply.action?.toLowerCase() === 'expired') {
    return markReading(
      { reason: 'expired', confidence: 'ambiguous' },
      'action/delayed',
      'RFC 3464 section 2.3.3',
      heard,
    );
  }
  const nothing = markReading(
    { reason: 'undefined', confidence: 'ambiguous' },
    'none',
    'no rule applies',
    heard,
  );
  return reply.bounceType === 'Permanent' ? openAtRefusingCarrier(nothing, heard) : nothing;
}

/** A temporary refusal without words leaves open whether the mailbox exists, and says of no host that it takes no mail. */
function temporary(mark: MarkRule): MarkRule {
  if (mark.reason === 'notaccept') return { reason: 'systemerror', confidence: 'ambiguous' };
  return ABOUT_THE_MAILBOX.has(mark.reason) ? { ...mark, confidence: 'ambiguous' } : mark;
}

const ABOUT_THE_MAILBOX: ReadonlySet<Reason> = new Set(['userunknown', 'hasmoved', 'suspend', 'hostunknown']);

const WITHOUT_WORDS: Bilingual = { ja: '応答の文言がありません。', en: 'The bounce came without words.' };

/**
 * At a carrier that refused filtered mail at the time, a bare code for an unknown user (which the sending system
 * writes) and a permanent bounce without words say no more than "refused": the filter stays possible.
 */
function openAtRefusingCarrier(reading: ReplyReading, heard: Heard): ReplyReading {
  if (reading.reason !== 'userunknown' && reading.reason !== 'undefined') return reading;
  const carrier = reading.carrier === undefined ? undefined : carrierById(reading.carrier);
  const refuses = carrier && filteringAt(carrier, heard.at).some((row) => row.behaviour === 'refuses');
  if (!refuses) return reading;
  const reason = reading.reason === 'undefined' ? 'filtered' : reading.reason;
  const said = unread(heard) ?? WITHOUT_WORDS;
  return {
    ...reading,
    reason,
    confidence: 'ambiguous',
    rule: `${reading.rule}/${carrier.id}`,
    alternatives: [reason === 'filtered' ? 'userunknown' : 'filtered'],
    note: {
      ja: `${said.ja}${carrier.name.ja}では受信拒否と宛先不明のどちらも考えられます。`,
      en: `${said.en} At ${carrier.name.en} a customer’s filter and an unknown user are both possible.`,
    },
  };
}

/** What is said of a reply that no rule reads: which code it gave; undefined where the bounce came without a reply. */
function unread({ code, anyStatus, words }: Heard): Bilingual | undefined {
  const codes = [code > 0 ? String(code) : '', anyStatus].filter((each) => each !== '').join(' ');
  if (codes === '' && words.length === 0) return undefined;
  return {
    ja: `受信側の応答${codes === '' ? '' : `（コード ${codes}）`}はありますが、その文面から原因を判断できるルールがありません。`,
    en: `The receiving side replied${codes === '' ? '' : ` (code ${codes})`}, in words that no rule reads.`,
  };
}

function markReading(mark: MarkRule, rule: string, source: string, heard: Heard): ReplyReading {
  const carrier = carrierOf(heard);
  return {
    reason: mark.reason,
    confidence: mark.confidence,
    rule,
    ...(carrier === undefined ? {} : { carrier }),
    alternatives: [],
    source,
    note: (mark.reason === 'undefined' && rule !== 'accepted' && unread(heard)) || REASON_NOTES[mark.reason],
  };
}
