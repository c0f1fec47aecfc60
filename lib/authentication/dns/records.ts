/** DNS records to publish, in the forms operators paste: a Route 53 change batch and lines of a zone file. */

/**
 * A TXT value, one character per octet as a resolver gives it: a text that is cut every 255 octets, or its
 * character-strings where they are cut elsewhere.
 */
export type TxtValue = string | readonly string[];

/** A TXT record as it was looked up, to be published again octet for octet. */
export function txtValue(strings: readonly string[]): TxtValue {
  const text = strings.join('');
  const usual = cut(text);
  return usual.length === strings.length && usual.every((part, at) => part === strings[at]) ? text : strings;
}

/** A record set to publish, whole: what stands at the name and type afterwards. */
export interface DnsRecord {
  readonly name: string;
  readonly type: 'TXT' | 'CNAME' | 'MX';
  /** The value the finding asks for, as one text: a TXT value unsplit, an MX as `10 host`. */
  readonly value: string;
  /**
   * Other TXT values at the same name that must stay: a change batch replaces the whole set, and a domain's
   * ownership proofs live beside its SPF record.
   */
  readonly keep?: readonly TxtValue[];
  /** The record the value is an edited form of, as published now: several edits of it can be merged. */
  readonly replaces?: string;
}

/** What a record set is known by: names are case-insensitive. */
export function recordKey({ name, type }: Pick<DnsRecord, 'name' | 'type'>): string {
  return `${name.toLowerCase()} ${type}`;
}

/** Seconds a published record may be cached; short enough to correct a mistake within the hour. */
const TTL = 3600;

/**
 * How an octet outside printable ASCII is written by number: a zone file takes three decimal digits (RFC 1035
 * section 5.1), Route 53 three octal ones (developer guide, "TXT record type"). The same digits mean another octet.
 */
const RADIX = { 'zone file': 10, 'Route 53': 8 } as const;

/** A TXT value as quoted character-strings of at most 255 octets (RFC 1035 section 3.3.14). */
export function quotedStrings(value: TxtValue, form: keyof typeof RADIX): string {
  const strings = typeof value === 'string' ? cut(value) : value;
  return strings.map((text) => `"${escaped(text, RADIX[form])}"`).join(' ');
}

function cut(text: string): string[] {
  const strings: string[] = [];
  for (let at = 0; at < text.length || at === 0; at += 255) strings.push(text.slice(at, at + 255));
  return strings;
}

/** Quote and backslash by a backslash, and octets outside printable ASCII by number. */
function escaped(text: string, radix: number): string {
  let written = '';
  for (const byte of Buffer.from(text, 'latin1')) {
    const character = String.fromCharCode(byte);
    if (character === '"' || character === '\\') written += `\\${character}`;
    else if (byte >= 0x20 && byte < 0x7f) written += character;
    else written += `\\${byte.toString(radix).padStart(3, '0')}`;
  }
  return written;
}

/** The beginning of a TXT value in words: its octets read as UTF-8 where they are, since people write notes into DNS. */
export function shortened(text: string): string {
  const words = decoded(text);
  return words.length > 80 ? `${words.slice(0, 80)}…` : words;
}

/** A TXT value's octets read as UTF-8 where they are. */
function decoded(text: string): string {
  const words = Buffer.from(text, 'latin1').toString('utf8');
  return words.includes('\ufffd') ? text : words;
}

/**
 * A TXT value with the signs that a Japanese keyboard or a word processor puts in place of plain ones (`；`, `＝`, `、`,
 * curly quotes, spaces that do not break, what cannot be seen) as those: to make out what was meant, never what is.
 */
export function plainSigns(text: string): string {
  return decoded(text)
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '')
    .replace(/[\u3001\uff64]/g, ',')
    .replace(/[\u2018-\u201f]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-');
}

function values(record: DnsRecord, form: keyof typeof RADIX): string[] {
  if (record.type === 'TXT') {
    return [record.value, ...(record.keep ?? [])].map((value) => quotedStrings(value, form));
  }
  return [absolute(record)];
}

/** Host names of zone files end in a dot, or the zone's own name is appended: the commonest slip of all. */
function absolute({ value }: DnsRecord): string {
  return value.endsWith('.') ? value : `${value}.`;
}

/** Lines for a zone file, one per value. */
export function zoneFileLines(record: DnsRecord): string[] {
  return values(record, 'zone file').map((value) => `${record.name}. ${TTL} IN ${record.type} ${value}`);
}

/**
 * One record set per name and type, the first of each: Route 53 refuses a batch that changes a set twice. The
 * audit has brought the proposals for a set to one value before.
 */
function distinctRecords(records: readonly DnsRecord[]): readonly DnsRecord[] {
  const sets = new Map<string, DnsRecord>();
  for (const record of records) {
    const key = recordKey(record);
    if (!sets.has(key)) sets.set(key, record);
  }
  return [...sets.values()];
}

/** A Route 53 change batch (ChangeResourceRecordSets): the input of `aws route53 change-resource-record-sets`. */
export interface ChangeBatch {
  readonly Comment: string;
  readonly Changes: readonly {
    readonly Action: 'UPSERT';
    readonly ResourceRecordSet: {
      readonly Name: string;
      readonly Type: DnsRecord['type'];
      readonly TTL: number;
      readonly ResourceRecords: readonly { readonly Value: string }[];
    };
  }[];
}

/** The records as one change batch. */
export function route53ChangeBatch(
  records: readonly DnsRecord[],
  comment = 'todoku senders audit',
): ChangeBatch {
  return {
    Comment: comment,
    Changes: distinctRecords(records).map((record) => ({
      Action: 'UPSERT',
      ResourceRecordSet: {
        Name: `${record.name}.`,
        Type: record.type,
        TTL,
        ResourceRecords: values(record, 'Route 53').map((Value) => ({ Value })),
      },
    })),
  };
}
