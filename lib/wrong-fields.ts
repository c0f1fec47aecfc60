import type * as z from 'zod';
import type { Bilingual } from './text.ts';

/**
 * What is wrong with a value that a schema refused, in both languages: each wrong field by its path, and what is
 * expected there. Zod's own messages are one language each, and its translations would weigh on every function.
 */

type Issue = z.core.$ZodIssue;

/** A check's own words, for `refine`: zod's message is the English one, and `params` carries both. */
export function saying(text: Bilingual): {
  readonly error: string;
  readonly params: { readonly text: Bilingual };
} {
  return { error: text.en, params: { text } };
}

/** Fields named at most: of a list of a thousand wrong values the first few say it all. */
const FIELDS_NAMED = 5;

/** Longest piece of a request that is repeated in an error. */
const LONGEST_QUOTE = 60;

/**
 * Each wrong field with what is expected there.
 *
 * @param value what was refused: tells a missing field from a wrong one.
 */
export function wrongFields(error: { readonly issues: readonly Issue[] }, value: unknown): Bilingual {
  const all = error.issues.flatMap((issue) => linesOf(issue, value, []));
  const named = all.slice(0, FIELDS_NAMED);
  const more = all.length - named.length;
  return {
    ja: `${named.map(({ ja }) => ja).join('、')}${more > 0 ? `、ほか${more}件` : ''}`,
    en: `${named.map(({ en }) => en).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
  };
}

/** One issue as `path: what is expected`; a union is told as the branch that was meant. */
function linesOf(issue: Issue, value: unknown, before: readonly PropertyKey[]): Bilingual[] {
  const path = [...before, ...issue.path];
  const inside = at(value, issue.path);
  if (issue.code === 'invalid_union' && issue.errors.length > 0)
    return linesOfUnion(issue.errors, inside, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      line([...path, key], { ja: 'このような項目はありません', en: 'no such field' }),
    );
  }
  return [line(path, expectationOf(issue, inside))];
}

function line(path: readonly PropertyKey[], { ja, en }: Bilingual): Bilingual {
  if (path.length === 0) return { ja: `全体：${ja}`, en: `the whole: ${en}` };
  const name = path.map((part) => quote(part)).join('.');
  return { ja: `${name}：${ja}`, en: `${name}: ${en}` };
}

/**
 * A value that fits no branch of a union is told as the branch it comes closest to: fewest fields missing or
 * unknown, then fewest faults. Where several are as close, nobody can tell which was meant, and all are named.
 */
function linesOfUnion(
  branches: readonly (readonly Issue[])[],
  value: unknown,
  path: readonly PropertyKey[],
): Bilingual[] {
  const rated = branches.map((issues) => ({ issues, strange: strangeFields(issues, value) }));
  const least = Math.min(...rated.map(({ strange }) => strange));
  const closest = rated.filter(({ strange }) => strange === least);
  const fewest = Math.min(...closest.map(({ issues }) => issues.length));
  const meant = closest.filter(({ issues }) => issues.length === fewest);
  const [first] = meant;
  if (first !== undefined && meant.length === 1) {
    return first.issues.flatMap((issue) => linesOf(issue, value, path));
  }
  const texts = meant.map(({ issues }) => issues.flatMap((issue) => linesOf(issue, value, path)));
  const join = (language: 'ja' | 'en', between: string, or: string) =>
    [...new Set(texts.map((lines) => lines.map((each) => each[language]).join(between)))].join(or);
  return [{ ja: join('ja', '、', '。または '), en: join('en', '; ', '. Or: ') }];
}

/** Fields that this branch knows and the value lacks, and the other way round; a value of another kind is far off. */
function strangeFields(issues: readonly Issue[], value: unknown): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return sum + issue.keys.length;
    if (issue.path.length === 0) return sum + (issue.code === 'invalid_type' ? 10 : 0);
    return sum + (issue.path.length === 1 && at(value, issue.path) === undefined ? 1 : 0);
  }, 0);
}

/** What a field should have been. */
function expectationOf(issue: Issue, value: unknown): Bilingual {
  switch (issue.code) {
    case 'invalid_type':
      return typeText(issue.expected, value);
    case 'too_small':
      return rangeText(AT_LEAST, issue.origin, String(issue.minimum), issue.inclusive !== false);
    case 'too_big':
      return rangeText(AT_MOST, issue.origin, String(issue.maximum), issue.inclusive !== false);
    case 'not_multiple_of':
      return { ja: `${issue.divisor}の倍数で指定してください`, en: `must be a multiple of ${issue.divisor}` };
    case 'invalid_format':
      return FORMATS[issue.format] ?? { ja: '書式が正しくありません', en: 'is not written as expected' };
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return oneOf('options' in issue && Array.isArray(issue.options) ? issue.options : []);
    case 'custom':
      return ownText(issue.params) ?? { ja: '正しい値ではありません', en: issue.message };
    default:
      return { ja: '正しい値ではありません', en: 'is not as expected' };
  }
}

const TYPES: Readonly<Record<string, Bilingual>> = {
  string: { ja: '文字列', en: 'text' },
  number: { ja: '数値', en: 'a number' },
  int: { ja: '整数', en: 'a whole number' },
  boolean: { ja: 'true または false', en: 'true or false' },
  array: { ja: '配列', en: 'a list' },
  object: { ja: 'オブジェクト', en: 'an object' },
  record: { ja: 'オブジェクト', en: 'an object' },
};

function typeText(expected: string, value: unknown): Bilingual {
  const { ja, en } = TYPES[expected] ?? { ja: '別の種類の値', en: 'another kind of value' };
  return value === undefined
    ? { ja: `必須です（${ja}）`, en: `is required (${en})` }
    : { ja: `${ja}で指定してください`, en: `must be ${en}` };
}

/** Words around a limit: of a text's length, a list's, or the value of a number itself. */
interface RangeWords {
  readonly ja: (amount: string, inclusive: boolean) => string;
  readonly en: (inclusive: boolean) => string;
}

const AT_LEAST: RangeWords = {
  ja: (amount, inclusive) => (inclusive ? `${amount}以上` : `${amount}より大きい値`),
  en: (inclusive) => (inclusive ? 'at least' : 'more than'),
};
const AT_MOST: RangeWords = {
  ja: (amount, inclusive) => (inclusive ? `${amount}以下` : `${amount}未満`),
  en: (inclusive) => (inclusive ? 'at most' : 'less than'),
};

function rangeText(words: RangeWords, origin: string, limit: string, inclusive: boolean): Bilingual {
  const [ja, en] =
    origin === 'string' ? ['文字', ' characters'] : origin === 'array' ? ['件', ' items'] : ['', ''];
  return {
    ja: `${words.ja(`${limit}${ja}`, inclusive)}で指定してください`,
    en: `must be ${words.en(inclusive)} ${limit}${en}`,
  };
}

const FORMATS: Readonly<Record<string, Bilingual>> = {
  date: { ja: '2026-11-01 のような日付で指定してください', en: 'must be a date such as 2026-11-01' },
  datetime: {
    ja: '2026-11-01T00:00:00Z のような日時で指定してください',
    en: 'must be a date and time such as 2026-11-01T00:00:00Z',
  },
  email: { ja: 'メールアドレスで指定してください', en: 'must be a mail address' },
  url: { ja: 'URLで指定してください', en: 'must be a URL' },
};

function oneOf(values: readonly unknown[]): Bilingual {
  const names = values.map((value) => quote(String(value)));
  if (names.length === 1) return { ja: `${names[0]} を指定してください`, en: `must be ${names[0]}` };
  return { ja: `${names.join('、')} のいずれかを指定してください`, en: `must be one of ${names.join(', ')}` };
}

/** The text that {@link saying} put there. */
function ownText(params: Readonly<Record<string, unknown>> | undefined): Bilingual | undefined {
  const text = params?.text;
  if (typeof text !== 'object' || text === null || !('ja' in text) || !('en' in text)) return undefined;
  return typeof text.ja === 'string' && typeof text.en === 'string'
    ? { ja: text.ja, en: text.en }
    : undefined;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let inside = value;
  for (const part of path) {
    if (typeof inside !== 'object' || inside === null) return undefined;
    inside = (inside as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return inside;
}

function quote(part: PropertyKey): string {
  const text = String(part);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
