import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemDns } from '../../lib/authentication/dns/system-dns.ts';
import { explainMail } from '../../lib/authentication/test-mail/explain-mail.ts';
import { readTestMail, UnreadableMailError } from '../../lib/authentication/test-mail/test-mail.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import type { Zone } from '../../local/dns-zone.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PRIVATE = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PUBLIC = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

const ZONE: Zone = {
  'shop.example': { A: ['192.0.2.1'] },
  'tokaaa._domainkey.shop.example': { CNAME: 'tokaaa.dkim.amazonses.com' },
  'tokaaa.dkim.amazonses.com': { TXT: [`p=${PUBLIC}`] },
  '_dmarc.shop.example': { TXT: ['v=DMARC1; p=quarantine'] },
};
const WITHOUT_DMARC: Zone = { ...ZONE, '_dmarc.shop.example': {} };

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer();
});
afterAll(() => server.close());

const BODY = [
  'From: "Todoku Shop" <order@shop.example>',
  'To: hanako@receiver.example',
  'Subject: Your order',
  '',
  'Thank you.',
  '',
];
const SES_SIGNATURE =
  'DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; s=tokses; d=amazonses.com; t=1790000000; h=From:To:Subject; bh=AAAA; b=BBBB';

/** A mail signed as SES signs it, with header fields of a receiver on top. */
async function signed(
  headers: readonly string[],
  body = BODY,
  headerList = 'From:To:Subject',
): Promise<Buffer> {
  const message = body.join('\r\n');
  const key = {
    signingDomain: 'shop.example',
    selector: 'tokaaa',
    privateKey: PRIVATE,
    algorithm: 'rsa-sha256',
  };
  const { signatures } = await dkimSign(message, { ...key, headerList, signatureData: [key] });
  const top = headers.length === 0 ? '' : `${headers.join('\r\n')}\r\n`;
  return Buffer.from(`${top}${signatures}${SES_SIGNATURE}\r\n${message}`);
}

async function explain(mail: Buffer, zone: Zone = ZONE, trust: readonly string[] = []) {
  server.use(zone);
  const dns = systemDns({ servers: [server.address], timeout: 5000, tries: 1 });
  const read = await readTestMail(mail, dns, { trust });
  const explained = explainMail(read);
  return { read, explained, words: explained.lines.map(({ text }) => text.en) };
}

const GMAIL = (spf: string, rest = '') =>
  `Authentication-Results: mx.google.com;\r\n dkim=pass header.i=@shop.example header.s=tokaaa header.b=abc;\r\n dkim=pass header.i=@amazonses.com header.s=tokses header.b=def;\r\n spf=pass (google.com: domain of ${spf} designates 192.0.2.9 as permitted sender) smtp.mailfrom=${spf}${rest}`;
const DMARC = ';\r\n dmarc=pass (p=QUARANTINE sp=QUARANTINE dis=NONE) header.from=shop.example';

describe('a test mail as Gmail received it', () => {
  it('passes all three with a custom MAIL FROM', async () => {
    const { read, explained, words } = await explain(
      await signed([GMAIL('0106-000000@bounce.shop.example', DMARC)]),
    );
    expect(explained.passes).toBe(true);
    expect(explained.summary.ja).toBe('SPF・DKIM・DMARC の 3 つとも合格しています。');
    expect(read.signatures[0]).toMatchObject({
      domain: 'shop.example',
      received: 'pass',
      verified: 'pass',
      aligned: 'yes',
    });
    expect(words).toEqual([
      'Judged by: mx.google.com',
      'SPF: pass (bounce.shop.example), aligned with From.',
      'DKIM: pass (d=shop.example), aligned with From.',
      "DKIM: d=amazonses.com is SES's own signature. It never aligns with From; ignore it.",
      'DMARC: pass (p=quarantine).',
    ]);
  });

  it('passes DMARC by DKIM alone with the default MAIL FROM, and says why', async () => {
    const { explained, words } = await explain(
      await signed([GMAIL('0106-000000@ap-northeast-1.amazonses.com', DMARC)]),
    );
    expect(explained.passes).toBe(true);
    expect(explained.summary).toEqual({
      ja: 'DMARC は DKIM だけで合格しています。SPF も合格していますが、From と一致しないため DMARC には使われません。',
      en: 'DMARC passes by DKIM alone. SPF passes too, but is not aligned with From and of no use to DMARC.',
    });
    expect(words[1]).toContain('how SES mail looks without a custom MAIL FROM domain');
  });

  it('finds the missing DMARC record behind a passing SPF and DKIM', async () => {
    const { explained, words } = await explain(
      await signed([GMAIL('0106-000000@bounce.shop.example')]),
      WITHOUT_DMARC,
    );
    expect(explained.passes).toBe(false);
    expect(explained.summary.en).toContain('SPF and DKIM pass, but there is no DMARC record');
    expect(words.at(-1)).toBe('DMARC: not evaluated, because shop.example has no DMARC record.');
  });
});

describe('a mail saved without its DKIM-Signature field', () => {
  const bare = (...headers: string[]) => Buffer.from([...headers, ...BODY].join('\r\n'));

  it("goes by the receiver's word, and says that the field is not in the file", async () => {
    const { read, explained, words } = await explain(bare(GMAIL('0106-000000@bounce.shop.example', DMARC)));
    expect(read.signatures[0]).toMatchObject({
      domain: 'shop.example',
      inFile: false,
      received: 'pass',
      aligned: 'yes',
    });
    expect(explained.passes).toBe(true);
    expect(explained.summary.en).toBe('SPF, DKIM and DMARC: all three pass.');
    expect(words[2]).toBe(
      "DKIM: pass (shop.example) by the receiver's word. It aligns with From. The DKIM-Signature field is not in this file, so nothing is verified here.",
    );
    expect(explained.lines[2]?.text.ja).toBe(
      'DKIM: 受信側の判定は合格（shop.example）。From と一致しています。DKIM-Signature ヘッダーがこのファイルにないため、受信側の判定に従い、ここでは検証していません。',
    );
    expect(explained.lines.some(({ text }) => text.ja.includes('署名がありません'))).toBe(false);
  });

  it('is called unsigned when the receiver saw no signature either', async () => {
    const { words } = await explain(bare('Authentication-Results: mx.receiver.example; dkim=none; spf=none'));
    expect(words.some((line) => line.startsWith('DKIM: the mail is not signed'))).toBe(true);
  });

  it('does not take the word of another than the receiver', async () => {
    const top = 'Authentication-Results: mx.receiver.example; dkim=none; spf=none';
    const forged = 'Authentication-Results: mx.forger.example; dkim=pass header.i=@shop.example; dmarc=pass';
    const { read, explained } = await explain(bare(top, forged));
    expect(read.signatures).toEqual([]);
    expect(explained.passes).toBe(false);
  });

  it('leaves open whether the unsubscribe fields are signed', async () => {
    const { words } = await explain(
      bare(
        GMAIL('0106-000000@bounce.shop.example', DMARC),
        'List-Unsubscribe: <https://shop.example/u>',
        'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
      ),
    );
    expect(words.at(-1)).toContain('cannot be told without the DKIM-Signature field');
  });

  it('is not suspected because header.i names a subdomain of the signer', async () => {
    const field =
      'Authentication-Results: mx.receiver.example; dkim=pass header.i=@m.shop.example header.s=tokaaa; spf=none';
    const { read } = await explain(await signed([field]));
    expect(read.signatures.map(({ domain, inFile }) => [domain, inFile])).toEqual([
      ['shop.example', true],
      ['amazonses.com', true],
    ]);
    expect(read.signatures[0]?.received).toBe('pass');
  });
});

describe('the headline', () => {
  const results = (text: string) =>
    explain(Buffer.from([`Authentication-Results: mx.receiver.example; ${text}`, ...BODY].join('\r\n')));
  it.each([
    [
      'spf=fail smtp.mailfrom=other.example; dkim=pass header.d=shop.example; dmarc=pass',
      'by DKIM alone. SPF does not',
    ],
    ['dkim=pass header.d=shop.example; dmarc=pass', 'by DKIM. No SPF result'],
    ['spf=pass smtp.mailfrom=bounce.shop.example; dkim=none; dmarc=pass', 'by SPF alone'],
    ['dmarc=pass', 'cannot be told from this file'],
  ])('of %s says what DMARC passes by', async (text, words) => {
    const { explained } = await results(text);
    expect(explained.passes).toBe(true);
    expect(explained.summary.en).toContain(words);
  });

  it('says when DMARC does not pass', async () => {
    const { explained } = await results('spf=pass smtp.mailfrom=other.example; dkim=none; dmarc=fail');
    expect(explained.passes).toBe(false);
    expect(explained.summary.ja).toBe('DMARC に合格していません。');
  });
});

describe('whose word counts', () => {
  const forged =
    'Authentication-Results: mx.forger.example; spf=pass smtp.mailfrom=shop.example; dmarc=pass header.from=shop.example';
  const own =
    'Authentication-Results: mx.receiver.example; spf=fail smtp.mailfrom=bounce.shop.example; dmarc=fail header.from=shop.example';

  it("is the receiver's own", async () => {
    const { explained, words } = await explain(await signed([own, forged]));
    expect(explained.passes).toBe(false);
    expect(words).toContain(
      'Authentication-Results under other names can be written by anyone on the way and are not believed: mx.forger.example',
    );
    expect(words.some((line) => line.startsWith('SPF: fail'))).toBe(true);
  });

  it('is that of the receiver named', async () => {
    const { read } = await explain(await signed([forged, own]), ZONE, ['mx.receiver.example']);
    expect(read.dmarc.result).toBe('fail');
  });

  it("reads Microsoft's form, which names no host", async () => {
    const field =
      'Authentication-Results: spf=pass (sender IP is 192.0.2.9)\r\n smtp.mailfrom=bounce.shop.example; dkim=pass (signature was verified)\r\n header.d=shop.example;dmarc=pass action=none\r\n header.from=shop.example;compauth=pass reason=100';
    const { explained, words } = await explain(await signed([field]));
    expect(explained.passes).toBe(true);
    expect(words[0]).toContain("Microsoft's form");
  });
});

describe('a result about another From domain', () => {
  const foreign =
    'Authentication-Results: mx.receiver.example; dmarc=pass header.from=evil.example; spf=pass smtp.mailfrom=x@evil.example';

  it('is not about this mail, which is judged by alignment', async () => {
    const { read, explained, words } = await explain(Buffer.from([foreign, ...BODY].join('\r\n')));
    expect(read.dmarc).toMatchObject({ otherDomains: ['evil.example'] });
    expect(read.dmarc.result).toBeUndefined();
    expect(explained.passes).toBe(false);
    expect(words.at(-1)).toBe(
      "DMARC: the receiver's result is about another From domain (evil.example), not about this mail (shop.example), and is not used. By what is known here it fails (p=quarantine).",
    );
  });

  it('takes no pass from a mail whose signature aligns', async () => {
    const { explained } = await explain(await signed([foreign]));
    expect(explained.passes).toBe(true);
    expect(explained.summary.en).toContain('by DKIM alone');
  });

  it('goes behind the one about this domain, in whatever case and form that is written', async () => {
    const both = `${foreign}; dmarc=fail header.from=Order@SHOP.example`;
    const { read, explained } = await explain(Buffer.from([both, ...BODY].join('\r\n')));
    expect(read.dmarc.result).toBe('fail');
    expect(explained.passes).toBe(false);
  });
});

describe('several fields of one receiver', () => {
  const ar = (results: string) => `Authentication-Results: mx.receiver.example; ${results}`;
  const passing =
    'spf=pass smtp.mailfrom=bounce.shop.example; dkim=pass header.d=shop.example header.s=tokaaa; dmarc=pass header.from=shop.example';
  const bare = (...headers: string[]) => Buffer.from([...headers, ...BODY].join('\r\n'));

  it('are one evaluation where each gives other methods', async () => {
    const { read, explained } = await explain(
      await signed([
        ar('dmarc=pass header.from=shop.example'),
        ar('spf=pass smtp.mailfrom=bounce.shop.example'),
        ar('dkim=pass header.d=shop.example header.s=tokaaa'),
      ]),
    );
    expect(read.receiver?.repeated).toBe(0);
    expect(explained.summary.en).toBe('SPF, DKIM and DMARC: all three pass.');
  });

  it.each([
    'dmarc=fail header.from=shop.example',
    'spf=fail smtp.mailfrom=bounce.shop.example; dkim=fail header.d=shop.example; dmarc=fail header.from=shop.example',
  ])('topmost "%s": the passing one below is left out, and said to be', async (top) => {
    const { read, explained, words } = await explain(bare(ar(top), ar(passing)));
    expect(read.receiver?.repeated).toBe(1);
    expect(explained.passes).toBe(false);
    expect(words).toContain(
      'There are several Authentication-Results under this name: the topmost counts, as the last evaluation. Lower ones that give SPF or DMARC again (1) are of another evaluation and are left out.',
    );
    expect(explained.lines.filter(({ mark }) => mark === 'good')).toEqual([]);
    expect(words.at(-1)).toContain('DMARC: fail (p=quarantine).');
  });

  it('never say that nothing passes below a line that says it does', async () => {
    const { explained, words } = await explain(
      await signed([ar('dmarc=fail header.from=shop.example'), ar(passing)]),
    );
    expect(explained.passes).toBe(false);
    expect(words).toContain('DKIM: pass (d=shop.example), aligned with From.');
    expect(words.at(-1)).toContain(
      "by the receiver's word, which counts. By the SPF and DKIM above it would",
    );
  });
});

describe('a mail without Authentication-Results', () => {
  it('is judged by Received-SPF and by verifying DKIM here', async () => {
    const headers = [
      'Return-Path: <0106-000000@bounce.shop.example>',
      'Received-SPF: pass (mx.receiver.example: ok) client-ip=192.0.2.9; envelope-from="0106-000000@bounce.shop.example"; helo=a.example',
    ];
    const { read, explained, words } = await explain(await signed(headers));
    expect(read.spf).toMatchObject({ result: 'pass', from: 'received-spf', aligned: 'yes' });
    expect(explained.passes).toBe(true);
    expect(words.at(-1)).toBe(
      'DMARC: the receiver recorded none. By what is known here it passes (p=quarantine).',
    );
  });

  it('finds a body that was changed on the way', async () => {
    const mail = Buffer.from((await signed([])).toString().replace('Thank you.', 'Thank you!'));
    const { read, words } = await explain(mail);
    expect(read.signatures[0]?.verified).not.toBe('pass');
    expect(words.some((line) => line.startsWith('DKIM: ') && line.includes('changed on the way'))).toBe(true);
  });

  it('does not call DKIM failed when the key could not be looked up', async () => {
    const { read } = await explain(await signed([]), {
      ...ZONE,
      'tokaaa._domainkey.shop.example': { fault: 'SERVFAIL' },
    });
    expect(read.signatures[0]?.verified).toBe('temperror');
  });
});

describe('a forwarded mail', () => {
  it('shows what the first receiver found', async () => {
    const headers = [
      'Authentication-Results: mx.receiver.example; dkim=fail header.d=shop.example header.s=tokaaa; spf=pass smtp.mailfrom=list.example; dmarc=fail header.from=shop.example',
      'ARC-Seal: i=1; a=rsa-sha256; cv=none; d=list.example; s=a; b=AAAA',
      'ARC-Authentication-Results: i=1; mx.list.example; spf=pass smtp.mailfrom=bounce.shop.example; dkim=pass header.d=shop.example; dmarc=pass header.from=shop.example',
    ];
    const { read, words } = await explain(await signed(headers));
    expect(read.arc).toEqual([
      {
        instance: 1,
        authservId: 'mx.list.example',
        results: ['spf=pass', 'dkim=pass', 'dmarc=pass'],
        sealer: 'list.example',
      },
    ]);
    expect(words.at(-1)).toBe(
      'ARC: the mail was forwarded (cv=none). What mx.list.example, which took it first, says it found (not to be believed: the seals are not valid here): spf=pass, dkim=pass, dmarc=pass',
    );
  });
});

describe('an offer to unsubscribe', () => {
  const withFields = (...fields: string[]) => signed([], [...fields, ...BODY], SIGNED_FIELDS);
  const SIGNED_FIELDS = 'From:To:Subject:List-Unsubscribe:List-Unsubscribe-Post';
  const LINK = 'List-Unsubscribe: <https://shop.example/u>, <mailto:u@shop.example>';
  const POST = 'List-Unsubscribe-Post: List-Unsubscribe=One-Click';

  it('by one click, signed', async () => {
    const { read } = await explain(await withFields(LINK, POST));
    expect(read.unsubscribe).toEqual({ oneClick: true, signed: true });
  });
  it('by one click, unsigned', async () => {
    const mail = Buffer.from(`${LINK}\r\n${POST}\r\n${await signed([])}`);
    const { words } = await explain(mail);
    expect(words.at(-1)).toContain('not covered by a DKIM signature');
  });
  it('by mail only', async () => {
    const { read, words } = await explain(await withFields('List-Unsubscribe: <mailto:u@shop.example>'));
    expect(read.unsubscribe?.oneClick).toBe(false);
    expect(words.at(-1)).toContain('are not both there');
  });
  it.each<[string, readonly string[], string]>([
    ['the address behind http', ['List-Unsubscribe: <http://shop.example/u>', POST], 'no-https'],
    ['the address without brackets', ['List-Unsubscribe: https://shop.example/u', POST], 'no-https'],
    ['nothing to post', [LINK], 'no-post'],
    ['other words to post', [LINK, 'List-Unsubscribe-Post: One-Click'], 'other-post'],
    ['nothing but words to post', [POST], 'no-link'],
    ['two fields', [LINK, 'List-Unsubscribe: <mailto:v@shop.example>', POST], 'several-links'],
  ])('with %s, and says so', async (_, fields, fault) => {
    const { read, words } = await explain(await withFields(...fields));
    expect(read.unsubscribe).toMatchObject({ oneClick: false, fault });
    expect(words.at(-1)).toContain('One-click unsubscribe');
  });
  it('is not asked of order mails', async () => {
    expect((await explain(await signed([]))).read.unsubscribe).toBeUndefined();
  });
});

describe('unusual mails', () => {
  it('with several From domains are not evaluated', async () => {
    const { words } = await explain(
      await signed([], ['From: a@shop.example, b@other.example', 'To: c@receiver.example', '', 'x', '']),
    );
    expect(words.some((line) => line.includes('From names several domains'))).toBe(true);
  });

  it('with several From fields are not evaluated, whatever the receiver wrote', async () => {
    const top = 'Authentication-Results: mx.receiver.example; dmarc=pass header.from=shop.example';
    const { explained, words } = await explain(
      await signed([top], ['From: shop <order@shop.example>', ...BODY]),
    );
    expect(explained.passes).toBe(false);
    expect(words.some((line) => line.includes('has 2 From fields'))).toBe(true);
  });

  it('with several addresses of one domain are evaluated for it (RFC 9989 section 5.3.1)', async () => {
    const { explained, words } = await explain(
      await signed([], ['From: a@shop.example, b@shop.example', 'To: c@receiver.example', '', 'x', '']),
    );
    expect(explained.passes).toBe(true);
    expect(words).toContain(
      'From names 2 addresses of one domain: DMARC is evaluated for the domain, but some receivers refuse such mail.',
    );
  });

  it('without a signature say so', async () => {
    const { words } = await explain(Buffer.from(BODY.join('\r\n')));
    expect(words.some((line) => line.startsWith('DKIM: the mail is not signed'))).toBe(true);
  });

  it('without From are refused with what to do', async () => {
    await expect(explain(Buffer.from('Subject: x\r\n\r\ny'))).rejects.toThrow(UnreadableMailError);
  });

  it('leave no control character of theirs in the explanation', async () => {
    const { words } = await explain(
      await signed([
        'Authentication-Results: mx\u001b[31m.example; spf=fa\u0007il smtp.mailfrom=x\u001b.example',
      ]),
    );
    expect([...words.join('')].filter((character) => character < ' ')).toEqual([]);
  });
});
