import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SuppressionList } from '../../../local/ses/list.ts';

function listed(list: SuppressionList, pageSize: number): string[] {
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const page = list.page({}, pageSize, token);
    seen.push(...page.entries.map((entry) => entry.address));
    token = page.nextToken;
  } while (token !== undefined);
  return seen;
}

describe('the suppression list', () => {
  it('after any puts and deletes, lists exactly what a map holds, each entry once, by pages of any size', () => {
    const address = fc.constantFrom(
      'a@au.com',
      'A@au.com',
      'a@AU.com',
      'b@au.com',
      'c@docomo.ne.jp',
      'no-domain',
    );
    const step = fc.record({ kind: fc.constantFrom('put', 'delete'), address });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (steps, pageSize) => {
        const list = new SuppressionList();
        const model = new Set<string>();
        for (const [at, { kind, address: one }] of steps.entries()) {
          const key = one.replace('AU.com', 'au.com');
          if (kind === 'put') {
            list.put({ address: one, reason: 'BOUNCE', updatedAt: at });
            model.add(key);
          } else {
            expect(list.delete(one)).toBe(model.delete(key));
          }
        }
        expect(list.size).toBe(model.size);
        expect(listed(list, pageSize).sort()).toEqual([...model].sort());
        for (const key of model) expect(list.blocking(key.toUpperCase())).toBeDefined();
      }),
    );
  });

  it('loses no entry of a listing during which others are deleted', () => {
    const list = new SuppressionList();
    for (let i = 0; i < 1000; i++) list.put({ address: `u${i}@au.com`, reason: 'BOUNCE', updatedAt: i });
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const page = list.page({}, 50, token);
      for (const entry of page.entries) {
        seen.push(entry.address);
        list.delete(entry.address);
      }
      token = page.nextToken;
    } while (token !== undefined);
    expect(seen).toHaveLength(1000);
    expect(list.size).toBe(0);
  });
});
