import { describe, expect, it } from 'vitest';
import { InvalidRequestError, parseRequest } from '../../functions/request.ts';
import { FUNCTIONS, type FunctionName } from '../../lib/contracts/functions.ts';

/** Wrong requests of every function, and the field that each error must name. */
const WRONG: Readonly<Record<Exclude<FunctionName, 'ingest'>, readonly (readonly [unknown, string])[]>> = {
  cleanup: [
    [{ mode: 'delete' }, 'mode'],
    [{ full: 'yes' }, 'full'],
    [{ all: true }, 'all'],
  ],
  lookup: [
    [{}, 'address'],
    [{ address: 'hanako' }, 'address'],
    [{ address: 'a@b.example', shopName: 1 }, 'shopName'],
    [{ address: 'a@b.example', senderDomain: 'x'.repeat(300) }, 'senderDomain'],
  ],
  proposals: [
    [{ limit: 0 }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
    [{ next: 1 }, 'next'],
  ],
  remove: [
    [{ addresses: [], reason: 'r', operator: 'o' }, 'addresses'],
    [{ addresses: ['hanako'], reason: 'r', operator: 'o' }, 'addresses.0'],
    [{ addresses: ['a@b.example'], reason: '', operator: 'o' }, 'reason'],
    [{ addresses: ['a@b.example'], reason: 'r', operator: 'cleanup' }, 'operator'],
    [{ proposals: ['p'], decision: 'perhaps', operator: 'o' }, 'decision'],
    [{ proposals: ['p'], decision: 'reject' }, 'operator'],
    [{}, 'proposals'],
  ],
  'audit-senders': [
    [{ identities: 'shop.example' }, 'identities'],
    [{ dns: ['1', '2', '3', '4'] }, 'dns'],
  ],
  'read-dmarc-report': [
    [{ files: [] }, 'files'],
    [{ files: [{ name: 'x' }] }, 'files.0.content'],
    [{ domains: ['shop.example'], from: 'yesterday' }, 'from'],
    [{ Records: [{ sns: {} }] }, 'Records.0.s3'],
  ],
  members: [
    [{ put: [] }, 'put'],
    [{ remove: 'a' }, 'remove'],
    [{ show: 1 }, 'show'],
    [{ show: 'a@b.example', remove: 'a@b.example' }, 'remove'],
  ],
  status: [
    [{ runs: 99 }, 'runs'],
    [{ days: 3 }, 'days'],
  ],
  backfill: [
    [{ seconds: 1 }, 'seconds'],
    [{ since: 'last week' }, 'since'],
    [{ export: { from: '2026-11-02', to: '2026-11-01' } }, 'export'],
    [{ export: { from: '2026-11-02' } }, 'export.to'],
  ],
  replies: [[{ days: 0 }, 'days']],
  policy: [
    [{}, 'ask'],
    [{ ask: 'purge' }, 'ask'],
    [{ ask: 'show', verbose: true }, 'verbose'],
    [{ ask: 'simulate', policy: [] }, 'policy'],
    [{ ask: 'enable-rule', rule: 'filtered', operator: 'Sato' }, 'reason'],
  ],
  rescue: [
    [{ action: 'again' }, 'action'],
    [{ action: 'plan', bound: 0.05 }, 'bound'],
    [{ action: 'start' }, 'operator'],
    [{ action: 'continue', force: true }, 'force'],
  ],
  'dead-letters': [
    [{}, 'action'],
    [{ action: 'list', limit: 0 }, 'limit'],
    [{ action: 'show' }, 'id'],
    [{ action: 'replay', ids: [] }, 'ids'],
    [{ action: 'replay-all', ids: ['1'] }, 'ids'],
    [{ action: 'park', ids: ['1', 2] }, 'ids.1'],
  ],
};

/** English words as a sentence has them: fields and codes of one word are the same in every language. */
const ENGLISH = /[A-Za-z]+(?: [A-Za-z]+){2,}/;

describe.each(Object.entries(WRONG))('a wrong request of %s', (name, requests) => {
  it.each(requests)('%j is refused by its field, in both languages', (request, field) => {
    const schema = FUNCTIONS.find((each) => each.name === name)?.request;
    if (schema === undefined) throw new Error(`no function ${name}`);
    let refusal: unknown;
    try {
      parseRequest(schema, request);
    } catch (error) {
      refusal = error;
    }
    if (!(refusal instanceof InvalidRequestError)) throw new Error('it is taken');
    expect(refusal.code).toBe('wrong-request');
    expect(refusal.text.ja).toContain(`${field}：`);
    expect(refusal.text.en).toContain(`${field}: `);
    expect(refusal.text.ja).not.toMatch(ENGLISH);
    expect(refusal.text.en).toMatch(/^[\x20-\x7e]+$/);
    expect(`${refusal.text.ja}${refusal.text.en}`).not.toContain('nvalid input');
  });
});
