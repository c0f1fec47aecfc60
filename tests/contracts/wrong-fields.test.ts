import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { VERSION } from '../../lib/version.ts';
import { saying, wrongFields } from '../../lib/wrong-fields.ts';

/** What is said of a value that a schema refuses. */
function said(schema: z.ZodType, value: unknown) {
  const { error } = schema.safeParse(value);
  if (error === undefined) throw new Error('the schema takes it');
  return wrongFields(error, value);
}

const never = saying({ ja: '使えません', en: 'cannot be used' });

const RESCUE = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('plan'), bound: z.number().positive().lt(0.05).optional() }),
  z.strictObject({ action: z.literal('start'), operator: z.string().min(1) }),
]);
const REMOVE = z.union([
  z.strictObject({
    addresses: z.array(z.string().refine(() => false, never)).min(1),
    reason: z.string().min(1),
  }),
  z.strictObject({ proposals: z.array(z.string()), decision: z.enum(['approve', 'reject']) }),
]);
const NESTED = z.object({ export: z.strictObject({ from: z.iso.date() }), limit: z.int().max(9).optional() });

describe('a wrong field is named with its path and what is expected', () => {
  it.each<[string, z.ZodType, unknown, string, string]>([
    ['missing', NESTED, { export: {} }, 'export.from: is required (text)', 'export.from：必須です（文字列）'],
    [
      'another type',
      NESTED,
      { export: { from: '2026-11-01' }, limit: 'all' },
      'limit: must be a number',
      'limit：数値で指定してください',
    ],
    [
      'no whole number',
      NESTED,
      { export: { from: '2026-11-01' }, limit: 1.5 },
      'limit: must be a whole number',
      'limit：整数で指定してください',
    ],
    [
      'too large',
      NESTED,
      { export: { from: '2026-11-01' }, limit: 10 },
      'limit: must be at most 9',
      'limit：9以下で指定してください',
    ],
    [
      'another format',
      NESTED,
      { export: { from: 'yesterday' } },
      'export.from: must be a date such as 2026-11-01',
      'export.from：2026-11-01 のような日付で指定してください',
    ],
    [
      'unknown',
      NESTED,
      { export: { from: '2026-11-01', till: 1 } },
      'export.till: no such field',
      'export.till：このような項目はありません',
    ],
    ['no object at all', NESTED, 'x', 'the whole: must be an object', '全体：オブジェクトで指定してください'],
    [
      'no known choice',
      RESCUE,
      { action: 'again' },
      'action: must be one of plan, start',
      'action：plan、start のいずれかを指定してください',
    ],
    [
      'inside the choice that was made',
      RESCUE,
      { action: 'plan', bound: 0.05 },
      'bound: must be less than 0.05',
      'bound：0.05未満で指定してください',
    ],
    [
      'inside the branch of a union that was meant',
      REMOVE,
      { addresses: ['a@b.example'], reason: '' },
      'addresses.0: cannot be used; reason: must be at least 1 characters',
      'addresses.0：使えません、reason：1文字以上で指定してください',
    ],
    [
      'in the other branch',
      REMOVE,
      { proposals: ['p'], decision: 'perhaps' },
      'decision: must be one of approve, reject',
      'decision：approve、reject のいずれかを指定してください',
    ],
    [
      'where nobody can tell the branch that was meant',
      REMOVE,
      {},
      'addresses: is required (a list); reason: is required (text). Or: proposals: is required (a list); decision: must be one of approve, reject',
      'addresses：必須です（配列）、reason：必須です（文字列）。または proposals：必須です（配列）、decision：approve、reject のいずれかを指定してください',
    ],
  ])('%s', (_what, schema, value, en, ja) => {
    expect(said(schema, value)).toEqual({ en, ja });
  });

  it('as far as a person reads: some of many, and long names cut', () => {
    const { en } = said(
      z.strictObject({}),
      Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`${n}`, n])),
    );
    expect(en).toBe(
      '0: no such field; 1: no such field; 2: no such field; 3: no such field; 4: no such field; and 4 more',
    );
    expect(said(z.strictObject({}), { ['x'.repeat(500)]: 1 }).en.length).toBeLessThan(100);
  });
});

it('the version is that of the package', () => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(manifest)).toMatchObject({ version: VERSION });
});
