import { type LookupAnswer, lookupContract } from '../../lib/contracts/lookup.ts';
import { lookupRequestSchema } from '../../lib/contracts/lookup-request.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { lookup } from '../../lib/operations/lookup.ts';
import { nearMatches } from '../../lib/operations/near.ts';
import { EAGER_POLICY, type World } from './world.ts';

/** An answer, and what each voice says of it. */
export interface Seen {
  readonly answer: LookupAnswer;
  /** The headline's lines. */
  readonly ja: readonly string[];
  readonly en: readonly string[];
  readonly deskJa: string;
  readonly deskEn: string;
  readonly letterJa: string;
  readonly letterEn: string;
}

/** Looks an address up in a world, near matches and all. */
export async function lookedUp(
  { store, list, clock }: World,
  address: string,
  deliveries?: 'carriers' | 'all',
  more: Record<string, string> = {},
): Promise<Seen> {
  const near = (typed: string) => nearMatches(typed, store, 60_000);
  const tools = { store, list, near, policy: EAGER_POLICY, now: () => clock.now() };
  const request = lookupRequestSchema.parse({ address, ...more });
  const answer = lookupContract.answer.parse(
    await lookup(request, { ...tools, ...(deliveries && { deliveries }) }),
  );
  const { ja, en } = answer.advice;
  return {
    answer,
    ja: answer.headline?.ja ?? [],
    en: answer.headline?.en ?? [],
    deskJa: ja.toDesk.ja,
    deskEn: ja.toDesk.en,
    letterJa: `${ja.toCustomer.subject}\n${ja.toCustomer.body}`,
    letterEn: `${en.toCustomer.subject}\n${en.toCustomer.body}`,
  };
}

/** A fact of a mail sent at a moment. */
export const factOf = (address: string, sentAt: string, more: Partial<Fact>): Fact => ({
  address,
  kind: 'bounce',
  at: sentAt,
  id: `f-${more.kind ?? 'bounce'}-${sentAt}`,
  messageId: `m-${sentAt}`,
  sentAt,
  senderDomain: 'shop.example',
  ...more,
});
