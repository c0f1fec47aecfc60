import { describe, expect, it } from 'vitest';
import { type Bundle, bundleOf, functionNames } from '../../bench/cold-start/bundles.ts';
import { DEPLOYED } from './functions.ts';

/** Packages that read mail or speak DNS. */
const MAIL_AND_DNS = ['mailauth', 'postal-mime', 'yauzl', 'iconv-lite', 'encoding-japanese', 'tldts', 'joi'];
const OF_SENDERS = ['audit-senders', 'read-dmarc-report'];

const bundles = new Map<string, Bundle>();
async function made(name: string): Promise<Bundle> {
  const known = bundles.get(name) ?? (await bundleOf(name));
  bundles.set(name, known);
  return known;
}
const packagesIn = (bundle: Bundle) => bundle.parts.filter(([, bytes]) => bytes > 0).map(([part]) => part);
const clientsIn = (bundle: Bundle) =>
  packagesIn(bundle)
    .filter((part) => part.startsWith('@aws-sdk/client-'))
    .map((part) => part.slice('@aws-sdk/client-'.length));

describe('the bundle', () => {
  it('has a budget for every function', () => {
    expect(Object.keys(DEPLOYED).toSorted()).toEqual(functionNames().toSorted());
  });

  it.each(Object.entries(DEPLOYED))('of %s keeps its budget of kB', async (name, { kB }) => {
    expect(Math.round((await made(name)).bytes / 1000)).toBeLessThanOrEqual(kB);
  });

  it.each([
    ['ingest', ['dynamodb', 'sqs']],
    ['dead-letters', ['dynamodb', 'sqs']],
    ['lookup', ['dynamodb', 'sesv2', 'ssm']],
    ['remove', ['dynamodb', 'sesv2', 'ssm']],
    ['proposals', ['dynamodb']],
    ['members', ['dynamodb']],
    ['status', ['dynamodb']],
    ['replies', ['dynamodb']],
  ])('of %s has the clients of %j alone', async (name, clients) => {
    expect(clientsIn(await made(name)).toSorted()).toEqual(clients);
  });

  it('has what reads mail and asks DNS only where senders are audited', async () => {
    for (const name of functionNames().filter((each) => !OF_SENDERS.includes(each))) {
      const packages = packagesIn(await made(name));
      expect(
        MAIL_AND_DNS.filter((each) => packages.includes(each)),
        name,
      ).toEqual([]);
    }
  });

  it('has no translations of the validator', async () => {
    for (const name of functionNames()) {
      expect((await made(name)).text, name).not.toContain('zod/v4/locales/ja');
    }
  });
});
