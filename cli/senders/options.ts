import { readFile } from 'node:fs/promises';
import type { Dns } from '../../lib/authentication/dns/dns.ts';
import { seeThatDnsAnswers, UnreachableDnsError } from '../../lib/authentication/dns/reachable.ts';
import { InvalidResolverError, systemDns } from '../../lib/authentication/dns/system-dns.ts';
import type { CliContext } from '../context.ts';
import { CliError, cannotRead } from '../errors.ts';
import { localState } from '../local-state.ts';
import type { Session } from '../session.ts';

/** What the senders' commands share: whom to ask for DNS, and files to read. */

/** The name server to ask: the one named, the local system's, or the machine's own. */
export function dnsServers(context: CliContext, named: string | undefined): string[] | undefined {
  const server = named ?? (context.options.local ? localState(context).dnsServer : undefined);
  return server === undefined ? undefined : [server];
}

/** DNS as a command uses it. */
export function dnsOf(context: CliContext, named: string | undefined): Dns {
  try {
    return systemDns({ servers: dnsServers(context, named) });
  } catch (error) {
    if (error instanceof InvalidResolverError) throw new CliError(error.text, { cause: error });
    throw error;
  }
}

/**
 * The same, where a server that was named has answered once.
 *
 * @throws {CliError} when it does not answer; the exit code is 2.
 */
export async function answeringDns(context: CliContext, named: string | undefined): Promise<Dns> {
  const dns = dnsOf(context, named);
  if (named === undefined) return dns;
  try {
    await seeThatDnsAnswers(dns);
    return dns;
  } catch (error) {
    if (!(error instanceof UnreachableDnsError)) throw error;
    throw new CliError(error.text, { cause: error, code: error.code, exitCode: 2 });
  }
}

/** A file's bytes; `-` is standard input. */
export async function readInput(file: string, maximum: number, session: Session): Promise<Uint8Array> {
  if (file !== '-') {
    try {
      return await readFile(session.file(file).path);
    } catch (cause) {
      throw cannotRead(file, cause);
    }
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of session.io.stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maximum) {
      throw new CliError({
        ja: `標準入力が長すぎます（${maximum} バイトまで）。`,
        en: `standard input is longer than ${maximum} bytes`,
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
