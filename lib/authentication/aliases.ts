import { normaliseDomain } from '../address.ts';
import type { Dns } from './dns.ts';
import type { Finding } from './findings.ts';

/**
 * Names that are aliases. A CNAME stands alone at its name (RFC 1034 section 3.6.2): a record proposed beside one is
 * refused by DNS hosts, and Route 53 refuses the whole change batch with it.
 */

/** Targets of the names that are aliases, by normalised name. */
export type Aliases = Readonly<Record<string, string>>;

/** Looks names up. One that could not be looked up is not in the answer: its other records could not be either. */
export async function lookUpAliases(dns: Dns, names: readonly string[]): Promise<Aliases> {
  const distinct = [...new Set(names.map(normaliseDomain))];
  const found = await Promise.all(distinct.map(async (name) => ({ name, outcome: await dns.cname(name) })));
  return Object.fromEntries(
    found.flatMap(({ name, outcome }) =>
      outcome.status === 'records' ? outcome.records.slice(0, 1).map((target) => [name, target]) : [],
    ),
  );
}

/** The findings without the records that a CNAME stands in the way of; what to do says so instead. Pure. */
export function withoutAliasedRecords(findings: readonly Finding[], aliases: Aliases): readonly Finding[] {
  return findings.map((finding) => {
    const inTheWay = finding.records.find(
      ({ name, type }) => type !== 'CNAME' && Object.hasOwn(aliases, normaliseDomain(name)),
    );
    if (inTheWay === undefined) return finding;
    const { name, type } = inTheWay;
    const target = aliases[normaliseDomain(name)] ?? '';
    return {
      ...finding,
      records: finding.records.filter((record) => record.name !== name || record.type === 'CNAME'),
      todo: {
        ja: `${name} は CNAME（${target} への別名）なので、ここに ${type} レコードは置けません。${target} の側を直します（管理を任せている事業者がいれば、そこに依頼します）。その別名を使うのをやめるなら、CNAME を削除してから検査し直します。`,
        en: `${name} is a CNAME to ${target}, and no ${type} record can stand beside it. Correct what stands at ${target}, or have it corrected by whoever runs it; to stop using the alias, delete the CNAME and run the audit again.`,
      },
    };
  });
}
