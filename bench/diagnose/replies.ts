import { CARRIERS } from '../../lib/classification/carriers.ts';
import { REPLY_RULES } from '../../lib/classification/read-reply.ts';
import type { DiagnosisInput } from '../../lib/classification/types.ts';
import type { Fact } from '../../lib/mails/fact.ts';

const NOW = '2026-06-01T00:00:00.000Z';
/** Ways in which sending systems pass a reply on; `%` is the reply. */
const WRAPPINGS = [
  'smtp; %',
  'X-Postfix; host mx.shop.example[192.0.2.1] said: % (in reply to RCPT TO command)',
  'SMTP error from remote mail server after end of data: host mx.shop.example [192.0.2.1]: %',
  '192.0.2.1 does not like recipient. Remote host said: % Giving up on 192.0.2.1.',
];
const OTHER_DOMAINS = ['gmail.com', 'yahoo.co.jp', 'icloud.com', 'outlook.jp', 'shop.example', 'example.jp'];

/** One failed delivery to be diagnosed, with the parts a mail about it would hold. */
export interface BenchReply {
  readonly input: DiagnosisInput;
  readonly recipient: string;
  readonly text: string;
}

/**
 * Mixed replies, always the same: every rule's samples in every wrapping, at carriers and elsewhere in turn, a third
 * of them with an earlier delivery and a member record.
 */
export function benchReplies(count: number): readonly BenchReply[] {
  const texts = REPLY_RULES.flatMap((rule) => rule.samples.flatMap((sample) => sample.text ?? []));
  const domains = [
    ...CARRIERS.flatMap((carrier) => carrier.domains.map((row) => row.domain)),
    ...OTHER_DOMAINS,
  ];
  return Array.from({ length: count }, (_, index) => {
    const text = pick(texts, index * 7);
    const recipient = `customer${index}@${pick(domains, index * 13)}`;
    const bare = text.replace(/^(?:smtp|X-[A-Za-z]+); ?/i, '');
    const wrapped = pick(WRAPPINGS, index).replace('%', () =>
      bare.replaceAll('taro@shop.example', recipient),
    );
    return { recipient, text: wrapped, input: inputOf(recipient, wrapped, index) };
  });
}

function pick<T>(from: readonly T[], index: number): T {
  const found = from[index % from.length];
  if (found === undefined) throw new RangeError('nothing to pick from');
  return found;
}

function inputOf(address: string, diagnosticCode: string, index: number): DiagnosisInput {
  const at = index % 2 === 0 ? '2024-06-01T00:00:00.000Z' : '2026-05-01T00:00:00.000Z';
  const known = index % 3 === 0;
  const bounce: Fact = {
    ...factOf(address, 'bounce', at, `b${index}`),
    bounceType: 'Permanent',
    bounceSubType: 'General',
    status: '5.0.0',
    action: 'failed',
    diagnosticCode,
    remoteMtaIp: '192.0.2.1',
  };
  const delivery = factOf(address, 'delivery', '2024-05-01T00:00:00.000Z', `d${index}`);
  return {
    address,
    facts: known ? [delivery, bounce] : [bounce],
    now: NOW,
    ...(known && { member: { since: '2020-01-01T00:00:00.000Z', source: 'members.csv' } }),
  };
}

function factOf(address: string, kind: Fact['kind'], at: string, id: string): Fact {
  return { address, kind, at, id, messageId: id, sentAt: at };
}
