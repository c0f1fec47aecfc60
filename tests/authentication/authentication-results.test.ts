import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dkimDomainOf,
  parseAuthenticationResults,
  spfDomainOf,
  spfResultOf,
  trustedResults,
} from '../../lib/authentication/test-mail/authentication-results.ts';

const field = (value: string) => ({ name: 'authentication-results', value });
const short = (value: string) =>
  parseAuthenticationResults(value).results.map(({ method, result }) => `${method}=${result}`);

describe('RFC 8601 section 2.2: the field', () => {
  it('reads who evaluated, methods, results and properties', () => {
    expect(
      parseAuthenticationResults(
        'MX.receiver.example 1; spf=pass smtp.mailfrom=bounce.shop.example; dkim=fail reason="bad; signature" header.d=shop.example',
      ),
    ).toEqual({
      authservId: 'mx.receiver.example',
      results: [
        {
          method: 'spf',
          result: 'pass',
          reason: undefined,
          comments: [],
          properties: [{ type: 'smtp', name: 'mailfrom', value: 'bounce.shop.example' }],
        },
        {
          method: 'dkim',
          result: 'fail',
          reason: 'bad; signature',
          comments: [],
          properties: [{ type: 'header', name: 'd', value: 'shop.example' }],
        },
      ],
    });
  });

  it('reads "none"', () => {
    expect(parseAuthenticationResults('mx.receiver.example; none')).toEqual({
      authservId: 'mx.receiver.example',
      results: [],
    });
  });

  it('allows comments and folding nearly anywhere', () => {
    const value =
      'mx.receiver.example (our mx)\r\n (v1) ; spf (checked) = (yes) pass\r\n\t(ok) smtp.mailfrom = (env) a@shop.example';
    expect(short(value)).toEqual(['spf=pass']);
    const [result] = parseAuthenticationResults(value).results;
    expect(result === undefined ? undefined : spfDomainOf(result)).toEqual({
      scope: 'mailfrom',
      domain: 'shop.example',
    });
  });

  it('reads versions of methods, capitals and quoted local parts', () => {
    const [result] = parseAuthenticationResults(
      'mx.example; DKIM/1=PASS header.i="a b;c"@Shop.example',
    ).results;
    expect(result).toMatchObject({ method: 'dkim', result: 'pass' });
    expect(result?.properties[0]?.value).toBe('a b;c@Shop.example');
    expect(result === undefined ? '' : dkimDomainOf(result)).toBe('shop.example');
  });

  it('takes nothing from inside a comment, nested or left open', () => {
    const value =
      'mx.example; arc=pass (i=1 spf=pass (dmarc=pass) dkim=pass); spf=fail smtp.mailfrom=x.example (dmarc=pass; dkim=pass';
    expect(short(value)).toEqual(['arc=pass', 'spf=fail']);
  });

  it('keeps comments as texts', () => {
    expect(
      parseAuthenticationResults('mx.example; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=shop.example')
        .results[0]?.comments,
    ).toEqual(['p=NONE sp=NONE dis=NONE']);
  });

  it('takes the name before a folded "=" for the name of the pair', () => {
    expect(short('mx.example; spf\r\n = \r\n pass smtp.mailfrom=x.example')).toEqual(['spf=pass']);
  });
});

describe('forms in use', () => {
  it('reads the form without authserv-id that Microsoft writes', () => {
    const value =
      'spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=bounce.shop.example; dkim=pass (signature was verified) header.d=shop.example;dmarc=pass action=none header.from=shop.example;compauth=pass reason=100';
    expect(parseAuthenticationResults(value).authservId).toBeUndefined();
    expect(short(value)).toEqual(['spf=pass', 'dkim=pass', 'dmarc=pass', 'compauth=pass']);
  });

  it('reads the domain from header.i where header.d is not given, as Gmail writes it', () => {
    const { results } = parseAuthenticationResults(
      'mx.google.com; dkim=pass header.i=@shop.example header.s=tokaaa header.b=Ab1/=x; dkim=pass header.i=@amazonses.com header.s=tokses header.b=q9',
    );
    expect(results.map(dkimDomainOf)).toEqual(['shop.example', 'amazonses.com']);
    expect(results[0]?.properties.at(-1)?.value).toBe('Ab1/=x');
  });

  it('prefers MAIL FROM to HELO where both were evaluated', () => {
    const { results } = parseAuthenticationResults(
      'mx.example; spf=fail smtp.helo=host.example; spf=pass smtp.mailfrom=bounce.shop.example',
    );
    expect(spfResultOf(results)?.result).toBe('pass');
  });
});

describe('RFC 8601 section 5: whom to believe', () => {
  const own = 'mx.receiver.example; dmarc=fail header.from=shop.example';
  const forged = 'mx.elsewhere.example; dmarc=pass header.from=shop.example';

  it('believes the topmost field and those of the same name', () => {
    const trusted = trustedResults([
      field(own),
      field(forged),
      field('mx.receiver.example; spf=pass smtp.mailfrom=a.example'),
    ]);
    expect(trusted?.results.map(({ method, result }) => `${method}=${result}`)).toEqual([
      'dmarc=fail',
      'spf=pass',
    ]);
    expect(trusted?.ignored).toEqual(['mx.elsewhere.example']);
  });

  it('believes only the named receivers when told', () => {
    expect(trustedResults([field(forged), field(own)], ['MX.receiver.example'])?.results[0]?.result).toBe(
      'fail',
    );
    expect(trustedResults([field(forged)], ['mx.receiver.example'])).toBeUndefined();
  });

  it('takes DKIM from the topmost field that speaks of it, and leaves out what repeats SPF or DMARC', () => {
    const trusted = trustedResults([
      field('mx.receiver.example; dkim=fail header.d=shop.example'),
      field('mx.receiver.example; dkim=pass header.d=shop.example; spf=pass smtp.mailfrom=a.example'),
      field('mx.receiver.example; spf=fail smtp.mailfrom=a.example; dmarc=pass'),
    ]);
    expect(trusted?.results.map(({ method, result }) => `${method}=${result}`)).toEqual([
      'dkim=fail',
      'spf=pass',
    ]);
    expect(trusted?.repeated).toBe(1);
  });

  it('believes only the topmost of several fields without a name', () => {
    const trusted = trustedResults([
      field('spf=fail smtp.mailfrom=a.example'),
      field('spf=pass smtp.mailfrom=b.example'),
    ]);
    expect(trusted?.results).toHaveLength(1);
  });

  it('has nothing to say without the field', () => {
    expect(trustedResults([{ name: 'subject', value: 'spf=pass' }])).toBeUndefined();
  });
});

describe('hostile fields', () => {
  it('never throw', () => {
    const alphabet = fc.constantFrom(...'();="\\ \r\n.@/abspfkim=pass');
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 200 }), (value) => {
        for (const result of parseAuthenticationResults(value).results) {
          dkimDomainOf(result);
          spfDomainOf(result);
        }
      }),
    );
  });

  it.each([
    ['(', 1_000_000],
    ['((a', 300_000],
    ['"', 1_000_000],
    ['a=', 500_000],
    [';', 1_000_000],
    [' ', 1_000_000],
  ])('of %j repeated are read in linear time', (piece, times) => {
    const before = process.cpuUsage();
    parseAuthenticationResults(`mx.example; ${piece.repeat(times)}`);
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});
