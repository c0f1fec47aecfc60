import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PhraseTable } from '../../lib/mails/reply/phrases.ts';

function found(phrases: readonly string[], text: string): readonly string[] {
  const table = new PhraseTable(() => phrases.map((phrase) => [phrase, phrase] as const));
  const values = new Set<string>();
  table.collect(text.split(' '), values);
  return phrases.filter((phrase) => values.has(phrase));
}

test('every word of a phrase must be met whole', () => {
  const phrases = ['full', 'mailbox full', 'over quota'];
  expect(found(phrases, 'mailbox fuller than full')).toEqual(['full']);
  expect(found(phrases, 'moreover quota')).toEqual([]);
  expect(found(phrases, 'over quota mailbox full')).toEqual(phrases);
});

test('a phrase that begins another is found with it and without it', () => {
  const phrases = ['user', 'user unknown', 'user unknown here'];
  expect(found(phrases, 'user unknown here')).toEqual(phrases);
  expect(found(phrases, 'user unkind')).toEqual(['user']);
});

test('a bar parts words of which one must stand there, a question mark ends words that may be missing', () => {
  const [phrase] = ['exceeds|exceeded its|the? quota'];
  for (const text of ['exceeds quota', 'exceeded its quota', 'exceeds the quota']) {
    expect(found([phrase ?? ''], text)).toEqual([phrase]);
  }
  expect(found([phrase ?? ''], 'exceeds a quota')).toEqual([]);
});

test('the longest phrase at a word is the one that is taken', () => {
  const table = new PhraseTable(() => [
    ['mailbox', 1],
    ['mailbox is full', 2],
  ]);
  expect(table.at(['mailbox', 'is', 'full'], 0)).toEqual({ value: 2, length: 3 });
  expect(table.at(['mailbox', 'is', 'empty'], 0)).toEqual({ value: 1, length: 1 });
  expect(table.at(['the', 'mailbox'], 0)).toBeUndefined();
});

test('finds what a plain search for whole words finds', () => {
  const word = fc.constantFrom('a', 'b', 'ab', 'ba');
  const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.uniqueArray(phrase, { minLength: 1, maxLength: 6 }), fc.array(word), (phrases, words) => {
      const plain = phrases.filter((each) => ` ${words.join(' ')} `.includes(` ${each} `));
      expect(found(phrases, words.join(' '))).toEqual(plain);
    }),
  );
});
