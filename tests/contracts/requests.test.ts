import { describe, expect, it } from 'vitest';
import { InvalidRequestError, parseRequest } from '../../functions/request.ts';
import { FUNCTIONS } from '../../lib/contracts/functions.ts';
import { DEPLOYED } from '../deployment/functions.ts';

/** English words as a sentence has them: fields and codes of one word are the same in every language. */
const ENGLISH = /[A-Za-z]+(?: [A-Za-z]+){2,}/;

/** Every function but ingest, which takes whatever comes and rejects message by message. */
const REFUSING = Object.entries(DEPLOYED).filter(([name]) => name !== 'ingest');

describe.each(REFUSING)('a wrong request of %s', (name, { wrongRequests }) => {
  it('is tried', () => {
    expect(wrongRequests).not.toEqual([]);
  });

  it.each(wrongRequests)('%j is refused by its field, in both languages', (request, field) => {
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
