import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { JSONParser } from '@streamparser/json';
import * as z from 'zod';
import { normaliseAddress, stripControls } from '../../lib/address.ts';
import type { ListEntry } from '../../lib/suppression/list.ts';
import { CliError, cannotRead } from '../errors.ts';
import type { NamedFile } from '../session.ts';

/**
 * An entry as `aws sesv2 list-suppressed-destinations` prints it; its time is a date in words, or seconds since 1970
 * (the AWS CLI's cli_timestamp_format).
 */
const summarySchema = z.object({
  EmailAddress: z.string().min(1),
  Reason: z.string(),
  LastUpdateTime: z.union([
    z.string().refine((text) => !Number.isNaN(Date.parse(text))),
    z.number().min(0).max(8_640_000_000_000),
  ]),
});

/** A saved list being read. */
export interface ListFile {
  /** Its entries, in the order of the file. */
  readonly entries: AsyncIterable<ListEntry>;
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes read so far. */
  bytesRead(): number;
  /** Whether the file says that the list goes on where it ends: it has a NextToken. */
  isCut(): boolean;
}

/**
 * Opens a saved suppression list: what `aws sesv2 list-suppressed-destinations` prints, one document or several after
 * one another. Memory does not grow with the file.
 *
 * @throws {CliError} when there is no such file; reading the entries throws it for what is no such list.
 */
export async function openListFile(file: NamedFile): Promise<ListFile> {
  const found = await stat(file.path).catch(() => undefined);
  if (!found?.isFile()) throw cannotRead(file.name, undefined);
  const source = createReadStream(file.path);
  let lastToken = false;
  return {
    size: found.size,
    bytesRead: () => source.bytesRead,
    isCut: () => lastToken,
    entries: entriesIn(source, file.name, (hasToken) => {
      lastToken = hasToken;
    }),
  };
}

async function* entriesIn(
  source: AsyncIterable<Buffer>,
  name: string,
  tokenSeen: (hasToken: boolean) => void,
): AsyncGenerator<ListEntry> {
  const found: unknown[] = [];
  let parser: JSONParser | undefined;
  let failure: Error | undefined;
  let lists = 0;
  const open = (isBare: boolean): JSONParser => {
    const made = new JSONParser({
      // A page of the list as it is printed, or (with `--query`) its entries alone.
      paths: isBare ? ['$.*'] : ['$.SuppressedDestinationSummaries.*', '$.NextToken'],
      keepStack: false,
      separator: '',
    });
    made.onToken = ({ value }) => {
      if (value !== LIST) return;
      lists += 1;
      tokenSeen(false);
    };
    made.onValue = ({ value, key }) => {
      if (typeof key === 'number') found.push(value);
      else if (key === 'NextToken') tokenSeen(typeof value === 'string' && value !== '');
    };
    made.onError = (error) => {
      failure ??= error;
    };
    return made;
  };
  let number = 0;
  for await (const chunk of source) {
    parser ??= open(/^[^{]*\[/.test(chunk.toString()));
    if (!parser.isEnded) parser.write(chunk);
    for (const value of found.splice(0)) {
      number += 1;
      yield entryOf(value, number, name);
    }
    if (failure) throw notAList(name);
  }
  if (parser !== undefined && !parser.isEnded) parser.end();
  // A file that ends in the middle is no answer of SES, whatever it holds up to there.
  if (failure || (number === 0 && lists === 0)) throw notAList(name);
}

/** The field of a page that holds its entries; the NextToken stands behind it. */
const LIST = 'SuppressedDestinationSummaries';

function entryOf(value: unknown, number: number, name: string): ListEntry {
  const parsed = summarySchema.safeParse(value);
  if (!parsed.success) {
    const shown = stripControls(name);
    throw new CliError({
      ja: `${shown} の${number}件目は、サプレッションリストの項目（EmailAddress、Reason、LastUpdateTime）ではありません。`,
      en: `entry ${number} of ${shown} has not the EmailAddress, Reason and LastUpdateTime of a suppression list`,
    });
  }
  const { EmailAddress: spelling, Reason, LastUpdateTime: time } = parsed.data;
  return {
    address: normaliseAddress(spelling),
    spelling,
    reason: Reason === 'BOUNCE' ? 'BOUNCE' : 'COMPLAINT',
    at: new Date(typeof time === 'number' ? time * 1000 : time).toISOString(),
  };
}

function notAList(name: string): CliError {
  const shown = stripControls(name);
  return new CliError({
    ja: `${shown} はサプレッションリストとして読み取れません。「aws sesv2 list-suppressed-destinations --output json」の出力を指定してください。`,
    en: `${shown} is no suppression list: give what "aws sesv2 list-suppressed-destinations --output json" prints`,
  });
}
