import { stripControls } from '../lib/address.ts';
import { faultText, typedAddress } from '../lib/typed-address.ts';
import { CliError } from './errors.ts';
import type { View } from './session.ts';
import { wrongValue } from './values.ts';

/**
 * The mail address an operator typed, cleaned as lib/typed-address.ts does, in the case it was typed in. Where that is
 * not what was typed, standard error says what it was read as: what was taken away may not have been visible.
 *
 * @throws {CliError} for a text that is none: asked of SES it would only be "not listed".
 */
export function addressTyped(typed: string, { language, printError }: View): string {
  const read = typedAddress(typed);
  const shown = stripControls(typed).slice(0, 100);
  if ('address' in read) {
    if (read.address !== typed) printError(READ_AS[language](stripControls(read.address)));
    return read.address;
  }
  const { ja, en } = faultText(read);
  throw new CliError({
    ja: `宛先のメールアドレスを指定してください（「${shown}」：${ja}）。`,
    en: `give a mail address ("${shown}": ${en})`,
  });
}

const READ_AS = {
  ja: (address: string) => `todoku: 入力された文字列から、宛先を ${address} と読み取りました。`,
  en: (address: string) => `todoku: what was typed is read as ${address}`,
} as const;

/** A whole number of at least 1, as an option's value. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw wrongValue('wholeNumber');
  return Number(text);
}

/** Days back from today, as an option's value: two years at most. */
export function daysBack(text: string): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > 730) throw wrongValue('days');
  return days;
}

/** Minutes of at most a day, as an option's value; 0 where the option says what that means. */
export function minutes(text: string): number {
  return wholeBetween(text, 0, 1_440, 'minutes');
}

/** A port that a program of a person may listen at, as an option's value. */
export function port(text: string): number {
  return wholeBetween(text, 1_024, 65_535, 'port');
}

function wholeBetween(text: string, least: number, most: number, expected: 'minutes' | 'port'): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw wrongValue(expected);
}
