import { now } from '../lib/clock.ts';
import type { LetterAnswer, LookupAnswer } from '../lib/contracts/lookup.ts';
import { letterRequestSchema, lookupRequestSchema } from '../lib/contracts/lookup-request.ts';
import { settingsLetter } from '../lib/guidance/settings-letter.ts';
import { lookup } from '../lib/operations/lookup.ts';
import { nearMatches } from '../lib/operations/near.ts';
import type { Table } from '../lib/store/table.ts';
import { list } from './clients.ts';
import { environment } from './environment.ts';
import { answering, type Invocation } from './invocation.ts';
import { policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';
import { shops } from './shops.ts';
import { withWatchedStore } from './watched-store.ts';

async function handle(event: unknown, invocation: Invocation): Promise<LookupAnswer | LetterAnswer> {
  if (isAboutNoAddress(event)) return letter(event);
  const request = parseRequest(lookupRequestSchema, event);
  const { policy } = await policyInForce();
  const { DELIVERIES: deliveries, CLEANUP_MODE: mode, NEAR_PATIENCE_MS: patience } = environment();
  const near = (address: string, table: Table) => nearMatches(address, table, patience);
  const tools = { list: list(), policy, now, mode, shops: shops(), near, ...(deliveries && { deliveries }) };
  return withWatchedStore(invocation, (store) => lookup(request, { ...tools, store }));
}

function isAboutNoAddress(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'ask' in event;
}

function letter(event: unknown): LetterAnswer {
  const { provider, senderDomain, shopName } = parseRequest(letterRequestSchema, event);
  const asked = {
    provider,
    ...(senderDomain && { senderDomain }),
    ...(shopName && { shopName }),
    shops: shops(),
  };
  return {
    ja: settingsLetter({ ...asked, language: 'ja' }),
    en: settingsLetter({ ...asked, language: 'en' }),
  };
}

/** Why mail to an address did not arrive, and what to tell its owner; changes nothing. */
export const handler = answering(handle);
