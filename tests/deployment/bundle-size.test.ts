import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundlesOf, functionNames } from '../../bench/cold-start/bundles.ts';
import { withoutErrorsBut, withPlainKeys } from '../../deploy/bundling.ts';
import { DEPLOYED } from './functions.ts';

/** Packages that read mail or speak DNS. */
const MAIL_AND_DNS = ['mailauth', 'postal-mime', 'yauzl', 'iconv-lite', 'encoding-japanese', 'tldts', 'joi'];
const OF_SENDERS = ['audit-senders', 'read-dmarc-report'];

let bundles: readonly Bundle[];
beforeAll(async () => {
  bundles = await bundlesOf(functionNames());
});

function made(name: string): Bundle {
  const bundle = bundles.find((each) => each.name === name);
  if (bundle === undefined) throw new Error(`no bundle of ${name}`);
  return bundle;
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

  it.each(Object.entries(DEPLOYED))('of %s keeps its budget of kB', (name, { kB }) => {
    expect(Math.round(made(name).bytes / 1000)).toBeLessThanOrEqual(kB);
  });

  it.each([
    ['ingest', ['dynamodb', 'sqs', 'ssm']],
    ['dead-letters', ['dynamodb', 'sqs', 'ssm']],
    ['lookup', ['dynamodb', 'sesv2', 'ssm']],
    ['remove', ['dynamodb', 'lambda', 'sesv2', 'ssm']],
    ['notify', ['dynamodb', 'eventbridge', 'sns']],
    ['proposals', ['dynamodb']],
    ['members', ['dynamodb']],
    ['status', ['dynamodb', 'ssm']],
    ['replies', ['dynamodb']],
    ['history', ['dynamodb']],
  ])('of %s has the clients of %j alone', (name, clients) => {
    expect(clientsIn(made(name)).toSorted()).toEqual(clients);
  });

  it('has what reads mail and asks DNS only where senders are audited', () => {
    for (const name of functionNames().filter((each) => !OF_SENDERS.includes(each))) {
      const packages = packagesIn(made(name));
      expect(
        MAIL_AND_DNS.filter((each) => packages.includes(each)),
        name,
      ).toEqual([]);
    }
  });

  // Not expect(text): a failure would print the whole bundle.
  const holds = (name: string, part: string) => made(name).text.includes(part);

  it('keeps the names of our functions: an error is found by the stack in the log', () => {
    expect(holds('lookup', 'function policyInForce(')).toBe(true);
  });

  it('has of a client the operations alone that are used', () => {
    expect(holds('lookup', 'GetSuppressedDestinationRequest')).toBe(true);
    expect(holds('lookup', 'CreateContactListRequest')).toBe(false);
  });

  it('has of the errors of SSM the few alone that are told apart', () => {
    expect(holds('lookup', 'registerError(ParameterNotFound$')).toBe(true);
    expect(holds('lookup', 'OpsItemAccessDeniedException')).toBe(false);
  });

  it('has no translations of the validator', () => {
    for (const name of functionNames()) {
      expect(made(name).text, name).not.toContain('zod/v4/locales/ja');
    }
  });
});

describe('the schemas of the SDK', () => {
  it('get their short keys written out, and nothing else changes', () => {
    const text = [
      'const _h = "http";',
      'const _s = new Names(_h);',
      'const _q = "a \\"quoted\\" one";',
      'export var Get$ = [9, n0, _h, { [_h]: ["GET", "/a", 200], [_s]: 1, [_q]: 2 }, () => [_h]];',
    ];
    expect(withPlainKeys(text.join('\n')).split('\n')).toEqual([
      ...text.slice(0, 3),
      'export var Get$ = [9, n0, _h, { "http": ["GET", "/a", 200], [_s]: 1, [_q]: 2 }, () => [_h]];',
    ]);
  });

  it('lose the errors that nobody names, and nothing else', () => {
    const text = [
      '_s_registry.registerError(SSMServiceException$, SSMServiceException);',
      'n0_registry.registerError(ParameterNotFound$, ParameterNotFound);',
      'n0_registry.registerError(OpsItemConflictException$, OpsItemConflictException);',
    ];
    const left = withoutErrorsBut(new Set(['ParameterNotFound']), text.join('\n'));
    expect(left.split('\n')).toEqual([...text.slice(0, 2), '']);
  });
});
