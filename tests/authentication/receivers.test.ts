import { generateKeyPairSync } from 'node:crypto';
import { sealMessage } from 'mailauth/lib/arc/index.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemDns } from '../../lib/authentication/dns/system-dns.ts';
import { explainMail } from '../../lib/authentication/test-mail/explain-mail.ts';
import { readTestMail } from '../../lib/authentication/test-mail/test-mail.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import type { Zone } from '../../local/dns-zone.ts';

/** What each receiver writes about the same mail of a shop, in its own form: no line is of a real mail. */

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PRIVATE = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PUBLIC = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const ZONE: Zone = {
  'shop.example': { A: ['192.0.2.1'] },
  '_dmarc.shop.example': { TXT: ['v=DMARC1; p=quarantine'] },
  's._domainkey.icloud.com': { TXT: [`p=${PUBLIC}`] },
  's._domainkey.list.example': { TXT: [`p=${PUBLIC}`] },
};

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer();
});
afterAll(() => server.close());

const BODY = ['To: you@receiver.example', 'Subject: test', '', 'hello', ''];
const FROM = 'From: Shop <order@shop.example>';
const mailOf = (...headers: readonly string[]) => Buffer.from([...headers, ...BODY].join('\r\n'));
const field = (value: string) => `Authentication-Results: ${value}`;

async function explain(mail: Buffer, trust: readonly string[] = [], zone: Zone = ZONE) {
  server.use(zone);
  const read = await readTestMail(mail, systemDns({ servers: [server.address], timeout: 5000, tries: 1 }), {
    trust,
  });
  const { verdict, passes, summary, lines } = explainMail(read);
  return { read, verdict, passes, summary, words: lines.map(({ text }) => text.en) };
}
const judged = async (fields: readonly string[], trust: readonly string[] = []) =>
  explain(mailOf(...fields.map(field), FROM), trust);

const ICLOUD = [
  'bimi.icloud.com; bimi=skipped reason="insufficient dmarc"',
  'arc.icloud.com; arc=none',
  'dmarc.icloud.com; dmarc=pass header.from=shop.example',
  'dkim-verifier.icloud.com;\r\n\tdkim=pass (2048-bit key) header.d=shop.example header.i=@shop.example header.b=AAAA',
  'spf.icloud.com; spf=fail (spf.icloud.com: domain of b@bounce.shop.example does not designate 192.0.2.1) smtp.mailfrom=b@bounce.shop.example',
];

describe('a receiver in its own form', () => {
  it.each<[string, readonly string[], string | undefined, string | undefined, string | undefined]>([
    ['iCloud, a field and a name for each filter', ICLOUD, 'fail', 'pass', 'pass'],
    [
      'Outlook, without a name',
      [
        'spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=bounce.shop.example; dkim=pass (signature was verified)\r\n header.d=shop.example;dmarc=pass action=none header.from=shop.example;compauth=pass reason=100',
      ],
      'pass',
      'pass',
      'pass',
    ],
    [
      'Microsoft 365, with its own domain between the results',
      [
        'spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=bounce.shop.example; buyer.example; dkim=pass (signature was verified) header.d=shop.example;buyer.example; dmarc=bestguesspass action=none header.from=shop.example;',
      ],
      'pass',
      'pass',
      'none',
    ],
    [
      'Yahoo, with words of its own',
      [
        'atlas100.omega.yahoo.com; dkim=dkim_pass header.i=@shop.example header.s=tokaaa; spf=pass smtp.mailfrom=bounce.shop.example; dmarc=success(p=QUARANTINE) header.from=shop.example;',
      ],
      'pass',
      'pass',
      'pass',
    ],
    [
      'Yahoo! JAPAN, a result behind the name and the property behind a semicolon',
      [
        'mta500.mail.djm.yahoo.co.jp  from=shop.example; domainkeys=neutral (no sig); from=shop.example; dkim=pass (ok); header.i=@shop.example; dmarc=pass (ok); header.from=shop.example; spf=pass (ok) smtp.mailfrom=bounce.shop.example',
      ],
      'pass',
      'pass',
      'pass',
    ],
    [
      'Proton, several fields under one name',
      [
        'mail.protonmail.ch; dmarc=pass (p=quarantine dis=none) header.from=shop.example',
        'mail.protonmail.ch; spf=pass smtp.mailfrom=bounce.shop.example',
        'mail.protonmail.ch; arc=none smtp.remote-ip=192.0.2.1',
        'mail.protonmail.ch; dkim=pass (Good 2048 bit rsa-sha256 signature) header.d=shop.example header.a=rsa-sha256',
      ],
      'pass',
      'pass',
      'pass',
    ],
    [
      'Fastmail, two of its hosts',
      [
        'phl-mx-01.messagingengine.com; dkim=pass (2048-bit rsa key sha256) header.d=shop.example header.i=@shop.example header.b=x; dmarc=pass policy.published-domain-policy=quarantine policy.applied-disposition=none header.from=shop.example',
        'mx2.messagingengine.com; spf=pass smtp.mailfrom=bounce.shop.example smtp.helo=a1.smtp-out.amazonses.com',
      ],
      'pass',
      'pass',
      'pass',
    ],
    [
      'Coremail, which folds the address in its middle and judges no DMARC',
      [
        'mx19; spf=pass smtp.mail=0101016f-a63b\r\n\t8f9e-000000@bounce.shop.example; dkim=\r\n\tpass header.i=@shop.example',
      ],
      'pass',
      'pass',
      undefined,
    ],
    [
      'IronPort, with capitals and bare tags',
      [
        'esa1.receiver.example; spf=Pass smtp.mailfrom=b@bounce.shop.example; spf=None smtp.helo=postmaster@a1.smtp-out.amazonses.com; dkim=pass (signature verified) header.i=@shop.example; dmarc=pass (p=quarantine dis=none) d=shop.example',
      ],
      'pass',
      'pass',
      'pass',
    ],
    [
      'a host that says hardfail',
      [
        'mx.receiver.example; spf=hardfail smtp.mailfrom=b@bounce.shop.example; dkim=pass header.d=shop.example; dmarc=pass header.from=shop.example',
      ],
      'fail',
      'pass',
      'pass',
    ],
  ])('%s', async (_, fields, spf, dkim, dmarc) => {
    const { read, passes } = await judged(fields);
    expect(read.spf).toMatchObject({ result: spf, domain: 'bounce.shop.example' });
    expect(read.signatures).toMatchObject([{ domain: 'shop.example', received: dkim }]);
    expect(read.dmarc.result).toBe(dmarc);
    expect(passes).toBe(dmarc !== 'none');
    expect(read.receiver?.ignored).toEqual([]);
  });

  it('iCloud is named with all its filters', async () => {
    const { words } = await judged(ICLOUD);
    expect(words[0]).toBe(
      'Judged by: iCloud: bimi.icloud.com, arc.icloud.com, dmarc.icloud.com, dkim-verifier.icloud.com, spf.icloud.com',
    );
  });

  it('is not mixed with what another receiver wrote before it', async () => {
    const { read, verdict } = await judged([
      'mx.google.com; dmarc=fail (p=QUARANTINE) header.from=shop.example',
      ...ICLOUD,
    ]);
    expect(read.dmarc.result).toBe('fail');
    expect(read.receiver?.ignored).toHaveLength(5);
    expect(verdict).toBe('fails');
  });

  it('counts once: an earlier evaluation of its own is left out', async () => {
    const { read } = await judged([...ICLOUD, 'dmarc.icloud.com; dmarc=fail header.from=shop.example']);
    expect(read.dmarc.result).toBe('pass');
    expect(read.receiver?.repeated).toBe(1);
  });
});

describe('several trusted names', () => {
  const fields = [
    'mx.elsewhere.example; dmarc=fail header.from=shop.example',
    'filter.receiver.example; dmarc=pass header.from=shop.example',
    'mx.receiver.example; spf=pass smtp.mailfrom=bounce.shop.example',
  ];

  it('are believed together, and nobody beside them', async () => {
    const { read } = await judged(fields, ['mx.receiver.example.', 'FILTER.receiver.example']);
    expect(read.receiver).toMatchObject({
      names: ['filter.receiver.example', 'mx.receiver.example'],
      ignored: ['mx.elsewhere.example'],
    });
    expect([read.spf.result, read.dmarc.result]).toEqual(['pass', 'pass']);
  });

  it('of a known receiver may be its own name', async () => {
    const { read } = await judged([fields[0] ?? '', ...ICLOUD], ['iCloud']);
    expect(read.dmarc.result).toBe('pass');
  });
});

describe('a mail that is not signed', () => {
  it.each([
    'spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=bounce.shop.example; dkim=none (message not signed)\r\n header.d=none;dmarc=pass action=none header.from=shop.example;compauth=pass reason=100',
    'mx.receiver.example; spf=pass smtp.mailfrom=bounce.shop.example; dkim=none header.d=shop.example; dmarc=pass',
    'mx.receiver.example; spf=pass smtp.mailfrom=bounce.shop.example; dkim=none; dmarc=pass',
  ])('is called so: %s', async (value) => {
    const { read, words, summary } = await judged([value]);
    expect(read.signatures).toEqual([]);
    expect(words).toContain('DKIM: the mail is not signed. Check that DKIM is on for the identity in SES.');
    expect(words.join()).not.toContain('field is not in this file');
    expect(summary.en).toContain('DMARC passes by SPF alone');
  });
});

describe('what a receiver could not find out', () => {
  it('is a signature of nobody in particular: the mail is signed all the same', async () => {
    const { read, words, summary } = await judged([
      'mx.receiver.example; dkim=pass; spf=pass smtp.mailfrom=bounce.shop.example; dmarc=pass header.from=shop.example',
    ]);
    expect(read.signatures).toMatchObject([{ domain: '', received: 'pass', aligned: 'unknown' }]);
    expect(words.join()).not.toContain('not signed');
    expect(summary.en).toBe(
      'DMARC passes by SPF. DKIM passes too; whether it aligns with From could not be found out.',
    );
  });

  it.each([
    [
      'a key (Microsoft says timeout)',
      'spf=fail smtp.mailfrom=other.example; dkim=timeout (key query timeout) header.d=shop.example',
    ],
    [
      'a key',
      'mx.receiver.example; spf=fail smtp.mailfrom=other.example; dkim=temperror header.d=shop.example',
    ],
    ['an SPF record', 'mx.receiver.example; spf=temperror smtp.mailfrom=bounce.shop.example; dkim=none'],
  ])('is no fail: %s', async (_, value) => {
    const { verdict, words } = await judged([value]);
    expect(verdict).toBe('unknown');
    expect(words.some((line) => /could not (?:be looked|look)/.test(line))).toBe(true);
  });

  it('is no fail where the result is about somebody else', async () => {
    const value =
      'mx.receiver.example; spf=fail smtp.mailfrom=bounce.shop.example; dkim=temperror header.d=list.example';
    expect((await judged([value])).verdict).toBe('fails');
  });
});

describe('a field with comments everywhere', () => {
  it('is read as one without', async () => {
    const { read } = await judged([
      '(c) mx.receiver.example (x) 1 ; (y) spf (z) = (w) pass (v) smtp (u) . (t) mailfrom (s) = (r) b@bounce.shop.example ; dkim = pass header . d = shop.example; dmarc (a) = (b) pass (c) header.from = shop.example',
    ]);
    expect(read.receiver?.authservId).toBe('mx.receiver.example');
    expect(read.spf).toMatchObject({ result: 'pass', domain: 'bounce.shop.example', aligned: 'yes' });
    expect(read.signatures).toMatchObject([{ domain: 'shop.example', received: 'pass' }]);
    expect(read.dmarc.result).toBe('pass');
  });
});

describe('the headline', () => {
  it.each([
    ['nobody judged', [], 'unknown'],
    [
      'a receiver could not look it up',
      ['mx.receiver.example; dmarc=temperror header.from=shop.example'],
      'unknown',
    ],
    ['a receiver says pass', ['mx.receiver.example; dmarc=pass header.from=shop.example'], 'passes'],
    ['a receiver says fail', ['mx.receiver.example; dmarc=fail header.from=shop.example'], 'fails'],
    ['only SPF is known, and fails', ['mx.receiver.example; spf=fail smtp.mailfrom=a.example'], 'fails'],
  ])('where %s', async (_, fields, verdict) => {
    const explained = await judged(fields);
    expect(explained.verdict).toBe(verdict);
    expect(explained.passes).toBe(verdict === 'passes');
    if (verdict !== 'unknown') return;
    expect(explained.summary).toEqual({
      ja: 'DMARC に合格したかどうかは、このファイルからは分かりません。',
      en: 'Whether DMARC passes cannot be told from this file.',
    });
  });

  it('cannot be told while DNS does not answer either', async () => {
    const zone: Zone = { ...ZONE, '_dmarc.shop.example': { fault: 'SERVFAIL' } };
    expect((await explain(mailOf(FROM), [], zone)).verdict).toBe('unknown');
  });
});

describe('a malformed From', () => {
  it.each([
    'From: Shop',
    'From: ',
    'From: Shop <order@>',
    'From: Shop <order@shop.example',
    'From: "Shop <order@shop.example>',
    'From: undisclosed:;',
    'From: <@@>',
    'From: Shop <order@shop..example>',
    'From: Shop <order@[192.0.2.1]>',
    'From: Shop <order@shop.example> Tokyo',
    'From: =?utf-8?B?b3JkZXJAc2hvcC5leGFtcGxl?=',
    'From: Shop, Ltd <order@shop.example>',
  ])('%s is told', async (from) => {
    const { words, passes } = await explain(mailOf(from));
    expect(words.some((line) => line.startsWith('From is malformed: '))).toBe(true);
    expect(passes).toBe(false);
  });

  it.each([
    'From: order@shop.example',
    'From: "Shop, Ltd. <Tokyo>" <order@shop.example>',
    'From: =?utf-8?B?44GK5bqX?= <order@shop.example>',
    'From: order@shop.example (Shop <Tokyo)',
    'From: Shop <order@shop.example> (Tokyo)',
    'From: Shop <order@shop.example>, Desk <desk@shop.example>',
  ])('%s is none', async (from) => {
    expect((await explain(mailOf(from))).read.from.malformed).toBe(undefined);
  });
});

describe('a mail sent in bulk', () => {
  it.each(['List-Id: <news.shop.example>', 'Precedence: bulk'])(
    '%s wants a way to unsubscribe',
    async (header) => {
      expect((await explain(mailOf(header, FROM))).words.at(-1)).toContain('has no List-Unsubscribe');
    },
  );
});

describe('ARC', () => {
  async function sealed(signingDomain: string): Promise<string> {
    const message = mailOf(FROM);
    const seal = await sealMessage(message, {
      signingDomain,
      selector: 's',
      privateKey: PRIVATE,
      authResults: `mx.${signingDomain}; spf=pass smtp.mailfrom=bounce.shop.example; dmarc=pass header.from=shop.example`,
      cv: 'none',
    });
    return `${seal.toString()}${message.toString()}`;
  }
  const arcLine = (words: readonly string[]) => words.find((line) => line.startsWith('ARC:')) ?? '';

  it('of a known receiver is verified and named', async () => {
    const { words, read } = await explain(Buffer.from(await sealed('icloud.com')));
    expect(read.arcVerified).toBe('pass');
    expect(arcLine(words)).toContain('verified here: all seals are valid');
    expect(arcLine(words)).toContain('Sealed by iCloud (icloud.com).');
  });

  it('of somebody else is verified, and left to the reader', async () => {
    const { words } = await explain(Buffer.from(await sealed('list.example')));
    expect(arcLine(words)).toContain('Sealed by list.example: believe it only if you know it.');
  });

  it('is not believed when what it sealed was changed, and not condemned while DNS fails', async () => {
    const changed = (await sealed('icloud.com')).replace('Subject: test', 'Subject: other');
    expect(arcLine((await explain(Buffer.from(changed))).words)).toContain('the seals are not valid here');
    const zone: Zone = { ...ZONE, 's._domainkey.icloud.com': { fault: 'SERVFAIL' } };
    expect((await explain(Buffer.from(await sealed('icloud.com')), [], zone)).read.arcVerified).toBe(
      'unknown',
    );
  });
});
