import { describe, expect, it } from 'vitest';
import { senderOf, shopsSchema, unsetOf } from '../../lib/guidance/shop.ts';

const SHOPS = shopsSchema.parse([
  {
    domains: ['shop.example', 'news.other.example'],
    name: 'とどくショップ',
    nameEn: 'Todoku Shop',
    from: ['orders@shop.example', 'info@mail.shop.example', 'n@news.other.example'],
    orderStands: true,
  },
  { domains: ['tea.shop.example'], name: '茶舗みどり' },
]);

describe('the sender of a letter', () => {
  it('is the shop whose domain it is, or above it; the nearest where two are', () => {
    expect(senderOf(SHOPS, { domain: 'Shop.Example.' })).toEqual({
      domain: 'shop.example',
      name: { ja: 'とどくショップ', en: 'Todoku Shop' },
      from: ['orders@shop.example', 'info@mail.shop.example'],
      orderStands: true,
    });
    expect(senderOf(SHOPS, { domain: 'mail.shop.example' })).toMatchObject({
      domain: 'mail.shop.example',
      name: { ja: 'とどくショップ' },
      from: ['info@mail.shop.example'],
    });
    expect(senderOf(SHOPS, { domain: 'x.tea.shop.example' })).toEqual({
      domain: 'x.tea.shop.example',
      name: { ja: '茶舗みどり', en: '茶舗みどり' },
      from: [],
      orderStands: false,
    });
  });

  it('of a domain that no shop has promises nothing and has no name', () => {
    const sender = senderOf(SHOPS, { domain: 'notshop.example' });
    expect(sender).toEqual({ domain: 'notshop.example', from: [], orderStands: false });
    expect(unsetOf(sender).map(({ en }) => en)).toEqual([expect.stringContaining('name')]);
  });

  it('without a domain is the only shop there is, and nobody where there are two', () => {
    expect(senderOf(SHOPS.slice(0, 1), {})).toMatchObject({ domain: 'shop.example', orderStands: true });
    expect(senderOf(SHOPS, {})).toEqual({ from: [], orderStands: false });
    expect(unsetOf(senderOf(SHOPS, {}))).toHaveLength(2);
    expect(unsetOf(senderOf(SHOPS.slice(0, 1), {}))).toEqual([]);
  });

  it('takes what an operator says before what is set, cleaned; a domain that is none is no domain', () => {
    expect(senderOf(SHOPS, { domain: 'shop.example', name: '花屋\u202e\nさくら' }).name?.ja).toBe(
      '花屋 さくら',
    );
    expect(senderOf(SHOPS.slice(0, 1), { domain: 'x.example/<script>' }).domain).toBe('shop.example');
  });
});

describe('the settings of shops', () => {
  it.each([
    [[{ domains: ['shop'] }], 'domains'],
    [[{ domains: [] }], 'domains'],
    [[{ domains: ['a.example'], name: '花屋\u200bさくら' }], 'name'],
    [[{ domains: ['a.example'], name: '長'.repeat(61) }], 'name'],
    [[{ domains: ['a.example'], from: ['a@b.example'] }], 'from'],
    [[{ domains: ['a.example'], from: ['orders'] }], 'from'],
    [[{ domains: ['a.example'] }, { domains: ['A.example.'] }], ''],
    [[{ domains: ['a.example'], promise: true }], ''],
  ])('are refused: %j', (given, field) => {
    const parsed = shopsSchema.safeParse(given);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues[0]?.path.join('.') ?? '').toContain(field);
  });
});
