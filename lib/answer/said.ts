import { maskAddressesIn, stripControls } from '../address.ts';
import { CLEANUP } from '../cases/records.ts';
import type { Fact } from '../mails/fact.ts';
import type { Mail } from '../mails/mails.ts';
import { formatInTokyo } from '../time.ts';
import type { Cause, Missed } from './claims.ts';

/** What the words of every language are put together from. */

/** Missed mails named one by one; of more the latest. */
const NAMED = 5;

/** Whether the scheduled run did it, and no operator. */
export function isByCleanup(by: string): boolean {
  return by === CLEANUP;
}

/** Letters of a stranger's reply that a desk note quotes. */
const QUOTED = 160;

/** A reply in its own words, fit for a note: one line, bounded, no address in full; undefined where there was none. */
export function replyWords({ diagnosticCode, status }: Fact): string | undefined {
  const words = maskAddressesIn((diagnosticCode ?? status ?? '').slice(0, 4 * QUOTED))
    .replace(/^\s*smtp\s*;/i, '')
    .replace(/[\s「」"]+/g, ' ')
    .trim();
  const letters = [...words];
  if (letters.length <= QUOTED) return words === '' ? undefined : words;
  return `${letters.slice(0, QUOTED).join('')}…`;
}

/** The codes of a reply, `599 5.9.9`, for a headline; undefined where it has none. */
export function replyCodes({ diagnosticCode = '', status = '' }: Fact): string | undefined {
  const [, code = '', its = ''] =
    /^(?:\s*smtp\s*;)?\s*([245]\d\d)?[\s-]*([245]\.\d{1,3}\.\d{1,3})?/i.exec(diagnosticCode.slice(0, 80)) ??
    [];
  const enhanced = its === '' ? (/^[245]\.\d{1,3}\.\d{1,3}/.exec(status)?.[0] ?? '') : its;
  const codes = [code, enhanced].filter((each) => each !== '').join(' ');
  return codes === '' ? undefined : codes;
}

/** Letters of a word of SES's that this version does not know. */
const WORD = 40;

/** SES's reason for a delay of a mail, where it says more than that an error occurred. */
export function delayReason({ putOff }: Mail): string | undefined {
  const type = putOff?.delayType;
  if (type === undefined || type === 'General' || type === 'Undetermined') return undefined;
  return stripControls(type).slice(0, WORD);
}

/** Whether the cause is one of two: a filter, or an address that does not exist. */
export function isEitherFilterOrUnknown({ claim, facts }: Cause): boolean {
  return (
    facts.confidence === 'ambiguous' && !facts.neverFilter && (claim === 'filtered' || claim === 'no-mailbox')
  );
}

/** The latest missed mails, newest first: when each was sent (Japan's time), and SES's id of it. */
export function toldOfMissed({ facts: { mails } }: Missed): readonly string[] {
  const newest = [...mails].reverse();
  const named = newest
    .slice(0, NAMED)
    .map(({ sentAt, messageId }) => `${formatInTokyo(sentAt)} ${messageId}`);
  return newest.length > NAMED ? [...named, '…'] : named;
}
