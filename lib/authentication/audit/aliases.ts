import { normaliseDomain } from '../../address.ts';
import type { SelectorLookup } from '../dkim/dkim.ts';
import type { Dns } from '../dns/dns.ts';
import type { DnsRecord } from '../dns/records.ts';
import type { Finding } from '../findings/findings.ts';

/**
 * Names that are aliases. A CNAME stands alone at its name (RFC 1034 section 3.6.2): a record proposed beside one is
 * refused by DNS hosts, and Route 53 refuses the whole change batch with it. The same holds the other way round.
 */

/** Targets of the names that are aliases, by normalised name. */
export type Aliases = Readonly<Record<string, string>>;

/** Looks names up. One that could not be looked up is not in the answer: its other records could not be either. */
export async function lookUpAliases(dns: Dns, names: readonly string[]): Promise<Aliases> {
  const distinct = [...new Set(names.map(normaliseDomain))];
  const found = await Promise.all(
    distinct.map(async (name) => {
      const target = await targetOf(dns, name);
      if (target === undefined) return [];
      // A wildcard answers for every name that does not exist, and gives way to a record of the name's own.
      const stranger = `todoku-no-such-name${name.slice(name.indexOf('.'))}`;
      return (await targetOf(dns, stranger)) === target ? [] : [[name, target] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

async function targetOf(dns: Dns, name: string): Promise<string | undefined> {
  const outcome = await dns.cname(name);
  return outcome.status === 'records' ? outcome.records[0] : undefined;
}

/** DKIM names that hold a key where the CNAME belongs. */
export function keysInPlaceOfCnames(selectors: readonly SelectorLookup[]): readonly string[] {
  return selectors
    .filter(({ cname, key }) => cname.status !== 'records' && key.status === 'records')
    .map(({ name }) => normaliseDomain(name));
}

/**
 * The findings without the records that something of another type stands in the way of; what to do says so
 * instead. `holdTexts` are names with TXT records of their own. Pure.
 */
export function withoutAliasedRecords(
  findings: readonly Finding[],
  aliases: Aliases,
  holdTexts: readonly string[] = [],
): readonly Finding[] {
  const isRefused = ({ name, type }: DnsRecord): boolean =>
    type === 'CNAME'
      ? holdTexts.includes(normaliseDomain(name))
      : Object.hasOwn(aliases, normaliseDomain(name));
  return findings.map((finding) => {
    const refused = finding.records.filter(isRefused);
    const [first] = refused;
    if (first === undefined) return finding;
    const records = finding.records.filter((record) => !isRefused(record));
    const target = aliases[normaliseDomain(first.name)];
    return {
      ...finding,
      records,
      todo: target === undefined ? besideText(first) : behindAlias(refused, target),
    };
  });
}

function behindAlias(refused: readonly DnsRecord[], target: string): Finding['todo'] {
  const name = refused[0]?.name ?? '';
  const types = [...new Set(refused.map(({ type }) => type))];
  const values = refused.map(({ type, value }) => `${type} "${value}"`).join(', ');
  return {
    ja: `${name} は CNAME（${target} への別名）なので、ここに ${types.join(' や ')} レコードは置けません（Route 53 は変更全体を断ります）。${target} の側を ${values} に直します（管理を任せている事業者がいれば、そこに依頼します）。その別名を使うのをやめるなら、CNAME を削除してから検査し直します。`,
    en: `${name} is a CNAME to ${target}, and no ${types.join(' or ')} record can stand beside it (Route 53 refuses the whole batch). Make it ${values} at ${target}, or have that done by whoever runs it; to stop using the alias, delete the CNAME and run the audit again.`,
  };
}

function besideText({ name, value }: DnsRecord): Finding['todo'] {
  return {
    ja: `${name} に TXT がある間は、CNAME を置けません（Route 53 は変更全体を断ります）。TXT を削除し、続けてこの名前に CNAME "${value}" を公開します。`,
    en: `While ${name} holds a TXT record no CNAME can stand there (Route 53 refuses the whole batch). Delete the TXT record, then publish the CNAME "${value}" at that name at once.`,
  };
}
