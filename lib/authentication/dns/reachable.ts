import { Refusal } from '../../refusal.ts';
import type { Dns } from './dns.ts';

/** Thrown when a name server that somebody named does not answer: nothing could be said by it. */
export class UnreachableDnsError extends Refusal {
  override readonly name = 'UnreachableDnsError';
  override readonly code = 'dns-unreachable';
}

/** Codes of a server that cannot be reached, in contrast to one that answers with an error. */
const UNREACHED: ReadonlySet<string> = new Set(['ETIMEOUT', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH']);

/**
 * Asks a name server one question that any can answer, be it with "no".
 *
 * @throws {UnreachableDnsError} when it does not answer.
 */
export async function seeThatDnsAnswers(dns: Dns): Promise<void> {
  const outcome = await dns.txt('amazonses.com');
  if (outcome.status !== 'failure' || !UNREACHED.has(outcome.code)) return;
  throw new UnreachableDnsError({
    ja: `指定された DNS サーバーが応答しません（${outcome.code}）。アドレスとポートを確かめてください。`,
    en: `the name server given does not answer (${outcome.code}): check its address and port`,
  });
}
