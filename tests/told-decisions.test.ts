import { expect, it } from 'vitest';
import { grouped, type HistoryDecision, toldOf } from '../lib/told-decisions.ts';

const decision = (more: Partial<HistoryDecision>): HistoryDecision => ({
  at: '2026-11-20T03:00:00.000Z',
  address: 'a@ezweb.ne.jp',
  by: 'suzuki',
  action: 'approve',
  rule: 'filtered',
  because: { ja: '受信拒否。', en: 'refused.' },
  ...more,
});
const removed = (more: Partial<HistoryDecision> = {}) =>
  decision({ action: 'removed', because: { ja: '解除しました。', en: 'removed.' }, ...more });
const withdrawn = decision({ action: 'withdrawn', because: { ja: '見合わせ。', en: 'withdrawn.' } });

it('tells a removal and the word that led to it as one, with the reason, the verdict and what was lifted', () => {
  const word = decision({ note: '電話で確認', overrides: ['complaint'], at: '2026-11-20T02:59:00.000Z' });
  expect(toldOf([removed(), word])).toEqual([
    {
      at: '2026-11-20T03:00:00.000Z',
      by: 'suzuki',
      action: 'removed',
      rule: 'filtered',
      addresses: ['a@ezweb.ne.jp'],
      note: '電話で確認',
      overrides: ['complaint'],
      because: { ja: '受信拒否。', en: 'refused.' },
    },
  ]);
});

it('says why a removal that was decided on did not come to be', () => {
  expect(toldOf([withdrawn, decision({})])).toMatchObject([
    { action: 'withdrawn', because: { en: 'refused.' }, instead: { en: 'withdrawn.' } },
  ]);
});

it('takes nobody else’s word, no other address’s, and each word once', () => {
  const alone = [
    removed(),
    decision({ by: 'ito' }),
    decision({ address: 'b@ezweb.ne.jp' }),
    removed({ address: 'c@ezweb.ne.jp' }),
  ];
  expect(toldOf(alone)).toHaveLength(4);
  expect(toldOf([removed(), decision({ note: '1' }), removed(), decision({ note: '2' })])).toMatchObject([
    { note: '1' },
    { note: '2' },
  ]);
  // An end without its beginning, as on the edge of a page.
  expect(toldOf([removed()])).toMatchObject([{ action: 'removed' }]);
});

it('puts what was decided of many alike on one line, day by day', () => {
  const many = ['a', 'b', 'c'].map((name) =>
    decision({ action: 'reject', address: `${name}@ezweb.ne.jp`, note: '会員ではない' }),
  );
  const [first, second, ...others] = grouped(
    toldOf([
      ...many.slice(0, 2),
      decision({ action: 'reject', note: '別の理由' }),
      ...many.slice(2),
      decision({ action: 'reject', at: '2026-11-19T03:00:00.000Z', note: '別の理由' }),
    ]),
  );
  expect(first?.addresses).toEqual(['a@ezweb.ne.jp', 'b@ezweb.ne.jp', 'c@ezweb.ne.jp']);
  expect(second?.addresses).toHaveLength(1);
  expect(others).toHaveLength(1);
});
