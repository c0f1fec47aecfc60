import { isIPv4, isIPv6 } from 'node:net';

/** Sets of IP addresses as spans, to tell which of them a list of ranges leaves out: pure. */

/** Addresses from the first to the last, both included. */
type Span = readonly [first: bigint, last: bigint];

/** A set of addresses: spans in order that do not touch. IPv6 addresses lie above all of IPv4. */
export type Spans = readonly Span[];

/** Where IPv6 begins. */
const IPV6 = 1n << 128n;

/** All of IPv4. */
export const ALL_IPV4: Spans = [[0n, 0xffff_ffffn]];

/** The addresses of `192.0.2.0/24` or `2001:db8::1`; none when it is no range. */
export function spansOf(address: string, prefix?: number): Spans {
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : undefined;
  if (bits === undefined) return [];
  const length = prefix ?? bits;
  if (!Number.isInteger(length) || length < 0 || length > bits) return [];
  const size = 1n << BigInt(bits - length);
  const number = bits === 32 ? ipv4(address) : ipv6(address);
  const first = (number / size) * size + (bits === 32 ? 0n : IPV6);
  return [[first, first + size - 1n]];
}

/** The same for `192.0.2.0/24` written as one text. */
export function spansOfRange(range: string): Spans {
  const slash = range.indexOf('/');
  return slash < 0 ? spansOf(range) : spansOf(range.slice(0, slash), Number(range.slice(slash + 1)));
}

function ipv4(address: string): bigint {
  return address.split('.').reduce((number, part) => number * 256n + BigInt(Number(part)), 0n);
}

function ipv6(address: string): bigint {
  const tail = /^(.*:)((?:[0-9]{1,3}\.){3}[0-9]{1,3})$/.exec(address);
  const number = tail === null ? undefined : ipv4(tail[2] ?? '');
  const text =
    number === undefined
      ? address
      : `${tail?.[1] ?? ''}${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`;
  const [before = '', after] = text.replace(/%.*$/, '').split('::');
  const head = before === '' ? [] : before.split(':');
  const end = after === undefined || after === '' ? [] : after.split(':');
  const groups = [...head, ...Array<string>(Math.max(8 - head.length - end.length, 0)).fill('0'), ...end];
  return groups.reduce((whole, group) => whole * 65_536n + BigInt(`0x${group}`), 0n);
}

/** Both sets together. */
export function union(...sets: readonly Spans[]): Spans {
  const all = sets.flat().sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const joined: [bigint, bigint][] = [];
  for (const [first, last] of all) {
    const previous = joined.at(-1);
    if (previous !== undefined && first <= previous[1] + 1n) {
      if (last > previous[1]) previous[1] = last;
    } else joined.push([first, last]);
  }
  return joined;
}

/** What of the first set is not in the second. */
export function without(set: Spans, removed: Spans): Spans {
  let rest = set;
  for (const [first, last] of removed) {
    // Most ranges of a long record touch nothing of what is asked for.
    if (!rest.some(([from, to]) => to >= first && from <= last)) continue;
    rest = rest.flatMap(([from, to]): Span[] => {
      if (to < first || from > last) return [[from, to]];
      const pieces: Span[] = [];
      if (from < first) pieces.push([from, first - 1n]);
      if (to > last) pieces.push([last + 1n, to]);
      return pieces;
    });
  }
  return rest;
}

/** What is in both. */
export function common(a: Spans, b: Spans): Spans {
  const both: Span[] = [];
  for (const [from, to] of a) {
    for (const [first, last] of b) {
      if (to < first || from > last) continue;
      let [start, end] = [from, to];
      if (first > start) start = first;
      if (last < end) end = last;
      both.push([start, end]);
    }
  }
  return both;
}
