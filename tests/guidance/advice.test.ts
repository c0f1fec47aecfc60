import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AdviceRequest, adviceFor } from '../../lib/guidance/advice.ts';
import { GUIDANCE } from '../../lib/guidance/settings.ts';
import { SITUATIONS, type Situation } from '../../lib/guidance/situation.ts';
import { PROVIDER_IDS } from '../../lib/provider-id.ts';
import type { Language } from '../../lib/text.ts';
import { anyText } from '../support/any-text.ts';
import { CERTAINLY_UNKNOWN, ledBy, mistypedFor } from './sample-leads.ts';

const LANGUAGES: readonly Language[] = ['ja', 'en'];

/** Situations in which the provider's own settings are the matter. */
const ABOUT_SETTINGS = ['refused', 'filed', 'dropped', 'unknown-address', 'lifted'] as const;

const CASES = PROVIDER_IDS.flatMap((provider) =>
  SITUATIONS.flatMap((situation) => LANGUAGES.map((language) => ({ provider, situation, language }))),
);

/** What is asked, with the claim that the situation asks for in place of it (see sample-leads.ts). */
interface Asked extends Omit<Partial<AdviceRequest>, 'situation' | 'lead'> {
  readonly situation: Situation;
  readonly language: Language;
  readonly probablyMeant?: string;
  readonly certain?: boolean;
}

function request({ probablyMeant, certain, ...asked }: Asked): AdviceRequest {
  const led = ledBy(asked.situation);
  const mistyped = probablyMeant === undefined ? undefined : mistypedFor(probablyMeant);
  if (led.situation !== 'unknown-address') return { ...asked, ...led };
  return { ...asked, ...led, lead: mistyped ?? (certain ? CERTAINLY_UNKNOWN : led.lead) };
}

function advise(over: Asked) {
  return adviceFor(request({ senderDomain: 'shop.example', shopName: '花屋さくら', ...over }));
}

function textOf(advice: ReturnType<typeof adviceFor>): string {
  return `${advice.toCustomer.subject}\n${advice.toCustomer.body}`;
}

describe('every provider, situation and language', () => {
  it.each(CASES)('$provider, $situation, $language: a finished text that names the domain', (request) => {
    const advice = advise(request);
    expect(advice.toCustomer.body).toContain('shop.example');
    expect(advice.toCustomer.body).toContain('花屋さくら');
    for (const text of [textOf(advice), advice.toDesk.ja, advice.toDesk.en]) {
      expect(text).not.toMatch(/undefined|null|NaN|\[object|\$\{|\{\{|[<>]|TODO/);
      expect(text).not.toMatch(/\n{3,}| $|\n /);
    }
  });

  it.each(CASES)('$provider, $situation, $language: no promise of delivery', (request) => {
    const text = textOf(advise(request));
    expect(text).not.toMatch(/必ず届|確実に|届くようになります|保証/);
    expect(text).not.toMatch(/will arrive|will reach you|guarantee|will be delivered/i);
  });

  it.each(CASES)(
    '$provider, $situation, $language: ways through menus only where the table has them',
    (request) => {
      const advice = advise(request);
      const paths = GUIDANCE[request.provider].steps
        .flatMap((step) => step.paths ?? [])
        .filter((path) => path.steps[request.language] !== undefined);
      if (paths.length === 0 || advice.settings.length === 0) expect(textOf(advice)).not.toContain('→');
      else expect(advice.toCustomer.body.match(/^.*→.*$/gm)).toHaveLength(paths.length);
    },
  );
});

describe.each(PROVIDER_IDS)('%s', (provider) => {
  it.each(ABOUT_SETTINGS)('%s: Japanese without English sentences', (situation) => {
    const advice = advise({ provider, situation, language: 'ja' });
    const words = `${textOf(advice)}\n${advice.toDesk.ja}`.replace(/https?:\S+/g, '');
    // Four Latin words in a row are a sentence; "Rakuten Link" and "4G LTE" are names.
    expect(words).not.toMatch(/[A-Za-z]+(?: [A-Za-z]+){3}/);
  });

  it.each(ABOUT_SETTINGS)('%s: English is English around the Japanese names', (situation) => {
    const advice = advise({ provider, situation, language: 'en', shopName: 'Hana' });
    expect(textOf(advice)).not.toMatch(/ください|ます|です|ございま|、/);
  });

  it('hedges that screens change and says whom to ask', () => {
    expect(advise({ provider, situation: 'refused', language: 'ja' }).toCustomer.body).toMatch(
      /公式サイト.*ご確認いただけますようお願いいたします/,
    );
    expect(advise({ provider, situation: 'refused', language: 'en' }).toCustomer.body).toMatch(
      /official site/,
    );
  });

  it('marks each link as leading to an external site', () => {
    for (const language of LANGUAGES) {
      const body = advise({ provider, situation: 'refused', language }).toCustomer.body;
      if (/https?:/.test(body)) expect(body).toMatch(/外部サイト|external site/);
    }
  });
});

describe('what each carrier needs said', () => {
  it.each(['filed', 'dropped'] as const)(
    'docomo, %s: the first request is the spam folder, before the allow list',
    (situation) => {
      const ja = advise({ address: 'hanako@docomo.ne.jp', situation, language: 'ja' }).toCustomer.body;
      expect(ja).toMatch(/^1\. まず、「迷惑メールフォルダ」/m);
      expect(ja.indexOf('迷惑メールフォルダ')).toBeLessThan(ja.indexOf('受信リスト'));
      const en = advise({ address: 'hanako@docomo.ne.jp', situation, language: 'en' }).toCustomer.body;
      expect(en).toMatch(/^1\. First, please look in the 迷惑メールフォルダ/m);
    },
  );

  it.each(['refused', 'unknown-address', 'lifted'] as const)(
    'docomo, %s: the mail came back and lies in no folder; only mail from now on may be filed',
    (situation) => {
      const ja = advise({ address: 'hanako@docomo.ne.jp', situation, language: 'ja' }).toCustomer.body;
      expect(ja).toContain('今後お送りするメールは、「迷惑メールフォルダ」に振り分けられる場合');
      expect(ja).not.toContain('まず、「迷惑メールフォルダ」をご確認ください');
      const en = advise({ address: 'hanako@docomo.ne.jp', situation, language: 'en' }).toCustomer.body;
      expect(en).toContain('Mail we send from now on may be sorted into');
      expect(en).not.toContain('First, please look in');
    },
  );

  it('docomo: a blocked full address beats the allow list', () => {
    const advice = advise({ address: 'hanako@docomo.ne.jp', situation: 'refused', language: 'ja' });
    expect(advice.toCustomer.body).toContain('受信リストよりも拒否リストが優先');
    expect(advice.toDesk.ja).toContain('公開情報では確認できません');
  });

  it.each(ABOUT_SETTINGS)(
    'au, %s: the reception list with the box 必ず受信, and the domain with @',
    (situation) => {
      for (const language of LANGUAGES) {
        const body = advise({ address: 'hanako@ezweb.ne.jp', situation, language }).toCustomer.body;
        expect(body).toContain('必ず受信');
        expect(body).toContain('受信リスト設定');
        expect(body).toMatch(/^@shop\.example$/m);
      }
    },
  );

  it.each(['softbank', 'linemo'] as const)('%s: the rescue list, and the domain without @', (provider) => {
    for (const language of LANGUAGES) {
      const body = advise({ provider, situation: 'dropped', language }).toCustomer.body;
      expect(body).toContain('救済リスト');
      expect(body).toMatch(/^shop\.example$/m);
    }
  });

  it('UQ mobile: nothing but the official page, because the names are not known', () => {
    const advice = advise({ address: 'taro@uqmobile.jp', situation: 'refused', language: 'ja' });
    expect(advice.settings).toEqual([]);
    expect(advice.toCustomer.body).toContain('https://www.uqwimax.jp/mobile/support/guide/mail/');
  });

  it('Rakuten: the page by its title, because its address is not certain', () => {
    const body = advise({ address: 'taro@rakumail.jp', situation: 'filed', language: 'ja' }).toCustomer.body;
    expect(body).toContain('受信リスト/拒否リストの設定・変更・削除(楽メール)');
    expect(body).not.toContain('http');
  });

  it('an unknown provider gets the general text, spam folder first', () => {
    const advice = advise({ address: 'taro@mail.example.jp', situation: 'filed', language: 'ja' });
    expect(advice.provider).toBe('other');
    expect(advice.toCustomer.body).toMatch(/^1\. 迷惑メールフォルダ/m);
  });

  it('a filed mail at a carrier without a known folder: look beyond the inbox first', () => {
    const body = advise({ provider: 'softbank', situation: 'filed', language: 'ja' }).toCustomer.body;
    expect(body).toMatch(/^1\. 迷惑メールフォルダやゴミ箱/m);
  });
});

describe('situations that are not about settings', () => {
  it('a mistyped domain: asks for the one probably meant, and gives no settings of either', () => {
    const advice = advise({
      address: 'hanako@docomo.co.jp',
      probablyMeant: 'docomo.ne.jp',
      situation: 'unknown-address',
      language: 'ja',
    });
    expect(advice.toCustomer.body).toContain('「docomo.co.jp」となっておりますが、「docomo.ne.jp」では');
    expect(advice.toCustomer.body).not.toContain('受信リスト');
    expect(advice.settings).toEqual([]);
  });

  it('a mailbox that certainly does not exist: check the address, no settings; the desk reads that it is certain', () => {
    const ask = { address: 'nobody@gmail.com', situation: 'unknown-address', certain: true } as const;
    const ja = advise({ ...ask, language: 'ja' });
    expect(ja.toCustomer.body).toContain('ご登録のメールアドレスに、文字の抜け');
    expect(ja.toCustomer.body).not.toMatch(/迷惑メール|受信設定/);
    expect(ja.settings).toEqual([]);
    expect(ja.toDesk.ja).toContain('存在しないと明確に応答しました（確実）');
    expect(ja.toDesk.en).toContain('does not exist (certain)');
    expect(advise({ ...ask, certain: false, language: 'ja' }).toDesk.ja).toContain('断定できません');
  });

  it('no record: asks to confirm the address and claims nothing about any mail', () => {
    const ja = advise({ address: 'taro@mail.example.jp', situation: 'no-record', language: 'ja' });
    expect(ja.toCustomer.body).toContain('現在お使いのメールアドレスを当店までお知らせ');
    expect(ja.toCustomer.body).not.toMatch(/受け付け|戻って|届いていない/);
    expect(ja.toDesk.ja).toContain('送信は記録にありません');
    expect(ja.toDesk.ja).toContain('携帯会社以外のドメインへの配信は、初期設定では記録していません');
    const carrier = advise({ address: 'taro@ezweb.ne.jp', situation: 'no-record', language: 'ja' });
    expect(carrier.toDesk.ja).not.toContain('携帯会社以外');
  });

  it('delivered again: the customer is not told that mail may be missing', () => {
    for (const language of LANGUAGES) {
      const body = advise({ address: 'hanako@ezweb.ne.jp', situation: 'delivered-again', language })
        .toCustomer.body;
      expect(body).not.toMatch(/迷惑メール|受信リスト|spam|may not/);
    }
  });

  it('au: the age of the steps is for the desk, not for the customer', () => {
    const advice = advise({ address: 'hanako@ezweb.ne.jp', situation: 'refused', language: 'ja' });
    expect(advice.toCustomer.body).not.toMatch(/20\d\d年/);
    expect(advice.toDesk.ja).toContain('2023年の取扱説明書');
  });

  it('a complaint: no resend is offered, and the desk is told to ask and not to write', () => {
    const ja = advise({ address: 'hanako@docomo.ne.jp', situation: 'complained', language: 'ja' });
    expect(ja.toCustomer.body).not.toMatch(/再度お送り|再送/);
    expect(ja.toDesk.ja).toContain('再送もしないでください');
    const en = advise({ address: 'hanako@docomo.ne.jp', situation: 'complained', language: 'en' });
    expect(en.toCustomer.body).not.toMatch(/send the email again/);
    expect(en.toDesk.en).toContain('do not send again');
  });

  it('the sender’s own problem: nothing to change, no settings', () => {
    const advice = advise({ address: 'hanako@docomo.ne.jp', situation: 'sender-problem', language: 'ja' });
    expect(advice.toCustomer.body).toContain('設定を変更していただく必要はございません');
    expect(advice.pages).toEqual([]);
  });

  it('the desk is reminded that the guidance itself may not arrive at the address', () => {
    const advice = advise({ address: 'hanako@ezweb.ne.jp', situation: 'refused', language: 'ja' });
    expect(advice.toDesk.ja).toContain('同じアドレスへのメールでは案内が届かないおそれ');
  });
});

describe('hostile input', () => {
  it('a sending domain that is none is left out, and the customer is pointed at the sender’s address', () => {
    for (const senderDomain of [
      '',
      'shop',
      'a b.example',
      'x.example/<script>',
      'a\u0000.example',
      'é'.repeat(300),
    ]) {
      const body = advise({ provider: 'au', situation: 'refused', language: 'ja', senderDomain }).toCustomer
        .body;
      expect(body).toContain('差出人アドレスの「@」より後ろの部分');
      expect(body).not.toContain('script');
    }
  });

  it('an international or full-width domain is shown in the form that is compared', () => {
    const shown = (senderDomain: string) =>
      advise({ provider: 'docomo', situation: 'refused', language: 'ja', senderDomain }).toCustomer.body;
    expect(shown('Shop.Example.')).toMatch(/^shop\.example$/m);
    expect(shown('花屋.example')).toMatch(/^xn--[a-z0-9]+\.example$/m);
  });

  it('a shop name is bounded and stays on its line', () => {
    const { subject, body } = advise({
      provider: 'au',
      situation: 'refused',
      language: 'ja',
      shopName: `花屋\r\nBcc: x@y.example\u2028${'長'.repeat(5000)}`,
    }).toCustomer;
    expect(subject).not.toMatch(/[\r\n\u2028]/);
    expect([...subject].length).toBeLessThan(100);
    expect(body.split('\n')[0]).toContain('花屋 Bcc: x@y.example');
  });

  it('no text holds a control, formatting or unpaired surrogate character, whatever the inputs', () => {
    const hostileText = fc.oneof(
      anyText({ maxLength: 400 }),
      fc.string({ maxLength: 40 }).map((text) => `\u001b[31m${text}\u202e\ud800`),
    );
    fc.assert(
      fc.property(
        fc.record(
          {
            address: fc.oneof(
              hostileText,
              hostileText.map((text) => `${text}@docomo.ne.jp`),
            ),
            provider: fc.constantFrom(...PROVIDER_IDS),
            senderDomain: hostileText,
            shopName: hostileText,
            probablyMeant: hostileText,
            situation: fc.constantFrom(...SITUATIONS),
            language: fc.constantFrom(...LANGUAGES),
          },
          { requiredKeys: ['situation', 'language'] },
        ),
        (asked) => {
          const advice = adviceFor(request(asked));
          const texts = [textOf(advice), advice.toDesk.ja, advice.toDesk.en].join('\n');
          expect(texts.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          expect(advice.toCustomer.subject).not.toContain('\n');
          expect(texts.length).toBeLessThan(8000);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('texts for a native reader to review', () => {
  it.each([
    { name: 'docomo-filed.ja', address: 'hanako@docomo.ne.jp', situation: 'filed', language: 'ja' },
    { name: 'au-refused.ja', address: 'hanako@ezweb.ne.jp', situation: 'refused', language: 'ja' },
    { name: 'au-refused.en', address: 'hanako@ezweb.ne.jp', situation: 'refused', language: 'en' },
    { name: 'softbank-dropped.ja', address: 'hanako@softbank.ne.jp', situation: 'dropped', language: 'ja' },
    {
      name: 'other-complained.ja',
      address: 'hanako@mail.example.jp',
      situation: 'complained',
      language: 'ja',
    },
  ] as const)('$name', async ({ name, ...request }) => {
    const advice = advise(request);
    const page = `${advice.toCustomer.subject}\n\n${advice.toCustomer.body}\n\n---\n${advice.toDesk[request.language]}\n`;
    await expect(page).toMatchFileSnapshot(`golden/${name}.txt`);
  });
});
