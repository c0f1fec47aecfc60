import type { Bilingual } from '../../text.ts';
import { SES_SPF_NAME } from './ses-ranges.ts';
import type { SpfAnalysis } from './spf.ts';
import { isAllTerm } from './spf-record.ts';
import { LOOKUP_LIMIT } from './spf-tree.ts';

/** SPF records to publish, computed from the present one: every term stays, and the result keeps to the limits. Pure. */

/** What is to become of the present record. */
interface SpfChange {
  /** Put SES in, at the front, where no limit is spent yet. */
  readonly withSes?: boolean;
  /** Another `all` at the end, or one where there is none. */
  readonly all?: '~all';
  /** Terms to leave out. */
  readonly without?: readonly string[];
}

/** A record to publish, or why there is none. */
export type SpfProposal =
  | { readonly value: string; readonly lookups: number; readonly replaces?: string }
  | { readonly value?: undefined; readonly why: Bilingual };

const MEND_FIRST: Bilingual = {
  ja: '先に、ほかの項目にある SPF の誤りを直します。そのあとの検査で、公開するレコードを示します。',
  en: 'Mend the mistakes of the SPF record in the other findings first: the audit after that shows the record to publish.',
};

const LOOK_AGAIN: Bilingual = {
  ja: '調べられなかった名前があり、変更後の DNS 参照の回数が分かりません。時間をおいて再実行すると、公開するレコードを示します。',
  en: 'Some names could not be looked up, so the look-ups of the changed record cannot be counted. Run the audit again later: it then shows the record.',
};

/** Faults that a change of the record's end or front does not touch: it would be a permerror as before. */
const NO_OBSTACLE = new Set(['lookup-limit', 'several-records']);

/** The record after a change. */
export function proposeSpf(spf: SpfAnalysis, change: SpfChange): SpfProposal {
  const { tree } = spf;
  if (tree.status === 'failure' || spf.unknown.length > 0) return { why: LOOK_AGAIN };
  const obstacle = spf.errors.some(
    (error) =>
      !NO_OBSTACLE.has(error.kind) || (error.kind === 'several-records' && error.domain !== tree.domain),
  );
  if (obstacle) return { why: MEND_FIRST };

  const adds = change.withSes === true && (spf.ses === undefined || !spf.holdsSes);
  const added = `include:${SES_SPF_NAME}`;
  const again = adds ? tree.terms.filter(({ text }) => text.toLowerCase() === added) : [];
  const lookups = tree.lookups + (adds ? (1 - again.length) * (1 + spf.sesLookups) : 0);
  if (lookups > LOOKUP_LIMIT) return { why: makeRoom(spf, lookups) };

  const text = tree.record?.text ?? 'v=spf1';
  let terms = text
    .split(' ')
    .slice(1)
    .filter((term) => term !== '' && change.without?.includes(term) !== true);
  // In front, also where it stands further back already: there something before it decides.
  if (adds) terms = [added, ...terms.filter((term) => term.toLowerCase() !== added)];
  if (change.all !== undefined) terms = [...terms.filter((term) => !isAllTerm(term)), change.all];
  // A redirect is ignored beside an `all`; without either a record asks for nothing.
  const ends = terms.some((term) => isAllTerm(term) || /^redirect=/i.test(term));
  return {
    value: ['v=spf1', ...terms, ...(ends ? [] : ['~all'])].join(' '),
    lookups,
    ...(tree.record === undefined ? {} : { replaces: text }),
  };
}

/** Which terms cost how much, the dearest first. */
function makeRoom({ tree }: SpfAnalysis, lookups: number): Bilingual {
  const costs = tree.terms
    .filter((term) => term.lookups > 0)
    .toSorted((a, b) => b.lookups - a.lookups)
    .slice(0, 10);
  const list = (separator: string, cost: (term: string, count: number) => string) =>
    costs.map((term) => cost(term.text.slice(0, 60), term.lookups)).join(separator);
  return {
    ja: `先に DNS 参照を減らします。今のまま変えると ${lookups} 回になり、上限の ${LOOKUP_LIMIT} 回を超えるため、レコードは示しません。内訳: ${list('、', (term, count) => `${term} ${count} 回`)}。使っていないものを外してから、もう一度検査します。`,
    en: `Make room first: the changed record would take ${lookups} DNS look-ups, and the limit is ${LOOKUP_LIMIT}, so none is shown. What costs how much: ${list(', ', (term, count) => `${term} ${count}`)}. Remove what is not used, then run the audit again.`,
  };
}
