import { InvalidArgumentError } from 'commander';
import type { Bilingual } from '../lib/text.ts';

/** What is expected of an option's value, in both languages; the Japanese goes before 「を指定してください」. */
export const EXPECTED_VALUES = {
  wholeNumber: { ja: '1以上の整数', en: 'a whole number of at least 1.' },
  fraction: { ja: '0.02 のような0から1までの小数', en: 'a fraction such as 0.02.' },
  date: { ja: '2026-11-01 のような日付', en: 'write a date such as 2026-11-01' },
  seconds: { ja: '5から600までの整数', en: '5 to 600' },
  minutes: { ja: '0から1440までの整数', en: '0 to 1440' },
  port: { ja: '1024から65535までの整数', en: '1024 to 65535' },
  days: { ja: '1から730までの整数', en: '1 to 730' },
} as const satisfies Readonly<Record<string, Bilingual>>;

/** What a value's reader throws: commander adds the option and what was typed, cli/usage.ts says it in Japanese. */
export function wrongValue(expected: keyof typeof EXPECTED_VALUES): InvalidArgumentError {
  return new InvalidArgumentError(EXPECTED_VALUES[expected].en);
}
