import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexPhrases } from '../../lib/classification/phrases.ts';
import { Words } from '../../lib/classification/words.ts';

function wordsOf(text: string): Words {
  const words = new Words(2 * text.length + 1);
  words.add(text, 0, text.length);
  return words;
}

function found(phrases: readonly string[], text: string): readonly string[] {
  const numbers = new Set(indexPhrases(phrases).find(wordsOf(text)));
  return phrases.filter((_, number) => numbers.has(number));
}

test('the first word must be met whole, the last of several may be a beginning', () => {
  const phrases = ['full', 'mailbox full', 'over quota', 'quota exceed'];
  expect(found(phrases, 'mailbox fuller than full')).toEqual(['full', 'mailbox full']);
  expect(found(phrases, 'fully over quotas')).toEqual(['over quota']);
  expect(found(phrases, 'moreover quota exceeded')).toEqual(['quota exceed']);
  expect(found(phrases, 'over quot')).toEqual([]);
});

test('a phrase that begins another is found with it and without it', () => {
  const phrases = ['user', 'user unknown', 'user unknown here', 'user unk'];
  expect(found(phrases, 'user unknown here')).toEqual(phrases);
  expect(found(phrases, 'user unkind')).toEqual(['user', 'user unk']);
});

test('Japanese is found wherever a word of it begins, and apostrophes part no word', () => {
  expect(found(['宛先不明', 'users mailbox'], '不明な宛先不明です')).toEqual(['宛先不明']);
  expect(found(['宛先不明', 'users mailbox'], "the user's mailbox")).toEqual(['users mailbox']);
});

test('a phrase that is not written in plain words is refused', () => {
  expect(() => indexPhrases(['mailbox full', 'Over quota'])).toThrow(RangeError);
  expect(() => indexPhrases(['over-quota'])).toThrow(RangeError);
});

test('the same phrases are found as by looking for each one', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', 'aab', '1', 'b1'), {
    minLength: 1,
    maxLength: 6,
  });
  const phrases = fc.uniqueArray(
    text.map((parts) => parts.join(' ')),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(phrases, text, (asked, parts) => {
      const spaced = ` ${parts.join(' ')} `;
      const expected = asked.filter((phrase) =>
        spaced.includes(phrase.includes(' ') ? ` ${phrase}` : ` ${phrase} `),
      );
      expect(found(asked, spaced)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});
