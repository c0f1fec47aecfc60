import { describe, expect, it } from 'vitest';
import { type Advice, adviceFor } from '../../lib/guidance/advice.ts';
import { SMS_LETTERS } from '../../lib/guidance/forms.ts';
import { GUIDANCE } from '../../lib/guidance/settings.ts';
import { shopsSchema } from '../../lib/guidance/shop.ts';
import { SITUATIONS, type Situation } from '../../lib/guidance/situation.ts';
import { PROVIDER_IDS, type ProviderId } from '../../lib/provider-id.ts';
import type { Language } from '../../lib/text.ts';
import { ledBy } from './sample-leads.ts';

const LANGUAGES: readonly Language[] = ['ja', 'en'];

/** The deployment's settings: all of them, a domain alone, a promise of a shop without a name, none. */
const SETTINGS = {
  all: [
    {
      domains: ['shop.example'],
      name: '花屋さくら',
      nameEn: 'Sakura Flowers',
      from: ['orders@shop.example', 'info@shop.example'],
      orderStands: true,
    },
  ],
  domain: [{ domains: ['a-rather-long-name-of-a-sending-domain.mail.shop.example'] }],
  name: [
    {
      domains: ['shop.example'],
      name: 'とてもとても長い名前の花と緑の専門店さくらガーデンオンラインショップ本店',
    },
  ],
  none: [],
} as const;

interface Case {
  readonly provider: ProviderId;
  readonly situation: Situation;
  readonly language: Language;
  readonly settings: keyof typeof SETTINGS;
}

const CASES: readonly Case[] = PROVIDER_IDS.flatMap((provider) =>
  SITUATIONS.flatMap((situation) =>
    LANGUAGES.flatMap((language) =>
      (Object.keys(SETTINGS) as (keyof typeof SETTINGS)[]).map((settings) => ({
        provider,
        situation,
        language,
        settings,
      })),
    ),
  ),
);

function advise({ provider, situation, language, settings }: Case, address?: string): Advice {
  const shops = shopsSchema.parse(SETTINGS[settings]);
  return adviceFor({
    ...ledBy(situation),
    provider,
    language,
    shops,
    ...(address !== undefined && { address }),
  });
}

/** Everything a customer may read or hear. */
function customersTexts({ toCustomer, forms }: Advice): readonly string[] {
  return [toCustomer.subject, toCustomer.body, forms.sms, forms.spoken, forms.signup];
}

/** Every case with its advice, once. */
const ALL = CASES.map((of) => ({ of, advice: advise(of), at: JSON.stringify(of) }));

/** Each text with the case it came of. */
const TEXTS = ALL.flatMap(({ of, advice, at }) => customersTexts(advice).map((text) => ({ of, at, text })));

/** Fails with the first few that are wrong. */
function none<One>(wrong: readonly One[]): void {
  expect(wrong.slice(0, 3)).toEqual([]);
}

describe('what a customer reads or hears, over every provider, situation, language and setting', () => {
  it('has no placeholder, no code and no half-empty sentence', () => {
    const CODE = /undefined|null|NaN|\[object|[{}<>$]|TODO|STAGE|--\w/;
    const EMPTY =
      /「」|（）|\(\)|【】|\[\]|：$|、。|。。|、、|いつもを|^[、。]|\bof [,.]|: *$|,,| \.|\n{3}|[ \u3000]$|^[ \u3000]/m;
    none(TEXTS.filter(({ text }) => text === '' || CODE.test(text) || EMPTY.test(text)));
  });

  it('ends every paragraph of words as a sentence, a page, a domain or a way through menus', () => {
    const isWhole = (line: string, language: Language) =>
      line === '' ||
      /https?:|→|@|（外部サイト）|external site|公式サイトの|official site of|shop\.example$/.test(line) ||
      (language === 'ja' ? /[。？]$/ : /[.?!]$/).test(line);
    none(
      TEXTS.flatMap(({ text, at, of }) =>
        text
          .split('\n')
          .slice(1)
          .filter((line) => !isWhole(line, of.language))
          .map((line) => ({ at, line })),
      ),
    );
  });

  it('promises in the shop’s name only what its settings allow', () => {
    none(TEXTS.filter(({ text, of }) => of.settings !== 'all' && /取り消され|cancel your order/.test(text)));
    const all = { provider: 'au', situation: 'refused', settings: 'all' } as const;
    expect(advise({ ...all, language: 'ja' }).toCustomer.body).toContain(
      'ご注文が取り消されることはございません',
    );
    expect(advise({ ...all, language: 'en' }).toCustomer.body).toContain('does not cancel your order');
  });

  it('names the shop and its domain as set; and the operator is told what is not set', () => {
    for (const { of, advice } of ALL) {
      const { toCustomer, unset } = advice;
      const name = of.language === 'ja' ? '花屋さくら' : 'Sakura Flowers';
      if (of.settings === 'all') {
        expect(toCustomer.subject).toContain(name);
        expect(toCustomer.body).toContain(name);
        expect(toCustomer.body).toContain('shop.example');
      }
      expect(unset).toHaveLength({ all: 0, domain: 1, name: 0, none: 2 }[of.settings]);
    }
  });

  it('shows the shop’s From addresses beside the settings', () => {
    const of = { provider: 'docomo', situation: 'refused', settings: 'all' } as const;
    expect(advise({ ...of, language: 'ja' }).toCustomer.body).toContain(
      '当店からのメールの差出人アドレス：orders@shop.example、info@shop.example',
    );
  });
});

describe('a text message', () => {
  it(`has less than ${SMS_LETTERS} letters on one line, the official page’s address included`, () => {
    // The one request of these is to check the address.
    const ABOUT_ADDRESS: readonly Situation[] = ['unknown-address', 'returned', 'stopped'];
    const pageOf = ({ situation, pages }: Advice) =>
      ABOUT_ADDRESS.includes(situation) ? undefined : pages.find(({ url }) => url !== undefined)?.url;
    const isFit = (advice: Advice) =>
      advice.forms.sms.length < SMS_LETTERS &&
      !advice.forms.sms.includes('\n') &&
      advice.forms.sms.endsWith(pageOf(advice) ?? '');
    none(ALL.filter(({ advice }) => !isFit(advice)).map(({ at, advice }) => ({ at, sms: advice.forms.sms })));
  });

  it('says who writes, what about, what to do and where', () => {
    const au = { provider: 'au', situation: 'refused', settings: 'all' } as const;
    expect(advise({ ...au, language: 'ja' }).forms.sms).toBe(
      '【花屋さくら】受信リストに@shop.exampleを登録し「必ず受信」にチェックをお願いします。https://www.au.com/support/service/mobile/trouble/mail/email/filter/detail/domain/',
    );
    // Only a mail that was accepted may lie in a folder; one that came back is in none.
    const docomo = { ...au, provider: 'docomo', language: 'ja' } as const;
    expect(advise(docomo).forms.sms).toBe(
      '【花屋さくら】メール受信設定のご確認のお願いです。受信リストへのshop.exampleのご登録をお願いします。https://www.docomo.ne.jp/info/spam_mail/domain/',
    );
  });

  it('stays short of a name and a domain that no message holds', () => {
    const shops = shopsSchema.parse([
      { domains: [`${'long-label.'.repeat(20)}example`], name: '長い名前'.repeat(15) },
    ]);
    for (const provider of PROVIDER_IDS) {
      const { forms } = adviceFor({ ...ledBy('refused'), provider, language: 'ja', shops });
      expect(forms.sms.length).toBeLessThan(SMS_LETTERS);
    }
  });
});

describe('what is read aloud', () => {
  it('holds no link, no sign that has no sound, and no name that is not spelled', () => {
    const UNHEARD = /https?:|www\.|[→※@/_<>[\]{}()（）]|[a-z]\.[a-z]/;
    none(ALL.filter(({ advice }) => UNHEARD.test(advice.forms.spoken)).map(({ at }) => at));
  });

  it('spells the domain for the ear', () => {
    const au = { provider: 'au', situation: 'refused', settings: 'all' } as const;
    expect(advise({ ...au, language: 'ja' }).forms.spoken).toContain(
      'アットマーク、エス、エイチ、オー、ピー、ドット、イー、エックス、エー、エム、ピー、エル、イー',
    );
    expect(advise({ ...au, language: 'en' }).forms.spoken).toContain(
      'at sign, S, H, O, P, dot, E, X, A, M, P, L, E',
    );
  });

  it('begins with who is calling, asks for the device, and gives the way that all devices share', () => {
    const au = { provider: 'au', situation: 'refused', settings: 'all', language: 'ja' } as const;
    const { spoken } = advise(au).forms;
    expect(spoken).toMatch(/^花屋さくらでございます。/);
    expect(spoken).toContain('Android、iPhone、4G LTEケータイのうち、どちらをお使いでしょうか');
    expect(spoken).toContain('どの機種も、ドメインを入力、次に「ドメイン一致」を選択');
    // Nobody follows three ways by ear.
    expect(spoken).not.toMatch(/メールキー|メールのトップ画面|My au/);
  });

  it('says names as names: a service is not spelled, a remark is a sentence of its own', () => {
    const outlook = { provider: 'outlook', situation: 'refused', settings: 'all', language: 'ja' } as const;
    const { spoken } = advise(outlook).forms;
    expect(spoken).toContain('アウトルックドットコムの');
    expect(spoken).toContain('ご登録ください。メニューの名称はバージョンにより異なります。');
    const moved = { ...outlook, situation: 'moved', language: 'en' } as const;
    expect(advise(moved).forms.spoken).toContain('S, A, T, O, at sign, M, A, I, L, dot');
  });

  it('one form of the domain for each provider, in every way of telling', () => {
    const au = { provider: 'au', situation: 'refused', settings: 'all', language: 'ja' } as const;
    const { toCustomer, forms } = advise(au);
    expect(toCustomer.body).toContain('\n@shop.example\n');
    expect(forms.sms).toContain('@shop.example');
    expect(forms.signup).toContain('@shop.example');
    expect(forms.spoken).toContain('アットマーク、エス、エイチ、オー、ピー、ドット');
  });
});

describe('what a sign-up page says', () => {
  it('speaks of no mail, since none was sent', () => {
    const OF_MAIL = /お送りした|届いておりません|エラー|停止|we sent|error|stopped/;
    none(ALL.filter(({ advice }) => OF_MAIL.test(advice.forms.signup)).map(({ at }) => at));
  });

  it('is the same whatever happened before', () => {
    const of = { provider: 'docomo', language: 'ja', settings: 'all' } as const;
    // But for a customer who has moved: the new address decides.
    const here = SITUATIONS.filter((situation) => situation !== 'moved');
    expect(new Set(here.map((situation) => advise({ ...of, situation }).forms.signup)).size).toBe(1);
    expect(advise({ ...of, situation: 'refused' }).forms.signup).toContain(
      '花屋さくらからのメールを受信できるよう',
    );
  });
});

describe('au’s way to the list', () => {
  it.each(['ja', 'en'] as const)(
    '%s: is complete on every device, to the tick and the last button',
    (language) => {
      const { body } = advise({ provider: 'au', situation: 'refused', settings: 'all', language }).toCustomer;
      const ways = body.match(/^.*→.*$/gm) ?? [];
      expect(ways).toHaveLength(3);
      expect(ways.map((way) => way.split(/[：:]/)[0])).toEqual([
        expect.stringContaining('Android'),
        expect.stringContaining('iPhone'),
        expect.stringContaining('4G LTE'),
      ]);
      for (const way of ways) {
        expect(way).toMatch(
          /受信リスト.*→ (?:ドメインを入力|enter the domain) → .*ドメイン一致.* → .*必ず受信.* → .*有効.* → .*変更する.* → .*OK/,
        );
      }
    },
  );
});

describe('a customer who is with another network than the address', () => {
  const of = { situation: 'refused', language: 'ja', settings: 'all' } as const;

  it.each([
    ['povo', 'hanako@ezweb.ne.jp', 'au', '必ず受信', 'www.au.com'],
    ['povo', undefined, 'au', '必ず受信', 'www.au.com'],
    ['povo', 'hanako@docomo.ne.jp', 'ドコモ', '受信リスト', 'www.docomo.ne.jp'],
    ['linemo', 'hanako@i.softbank.jp', 'ソフトバンク', '救済リスト', 'www.softbank.jp'],
    ['linemo', 'hanako@au.com', 'au', '必ず受信', 'www.au.com'],
    ['ahamo', 'hanako@docomo.ne.jp', 'ドコモ', '受信リスト', 'www.docomo.ne.jp'],
    ['softbank', 'hanako@docomo.ne.jp', 'ドコモ', '受信リスト', 'www.docomo.ne.jp'],
    ['rakuten', 'hanako@ezweb.ne.jp', 'au', '必ず受信', 'www.au.com'],
  ] as const)('%s with %s: the settings are those of %s', (provider, address, whose, setting, page) => {
    const { toCustomer, toDesk, provider: named } = advise({ ...of, provider }, address);
    expect(named).toBe(provider);
    expect(toCustomer.body).toContain(
      `${whose}から持ち運ばれたメールアドレスには、${whose}の迷惑メール設定が適用されます`,
    );
    expect(toCustomer.body).toContain(setting);
    expect(toCustomer.body).toContain(page);
    expect(toCustomer.body).not.toContain('→');
    expect(toDesk.ja).toContain('「メール持ち運び」');
  });

  it.each([
    ['au', 'hanako@gmail.com', 'gmail'],
    ['povo', 'hanako@uqmobile.jp', 'uq'],
    ['gmail', 'hanako@ezweb.ne.jp', 'au'],
    ['au', 'hanako@ezweb.ne.jp', 'au'],
    ['au', 'hanako@mail.example.jp', 'au'],
  ] as const)('%s with %s: no address that could have been kept; plainly %s', (provider, address, named) => {
    const advice = advise({ ...of, provider }, address);
    expect(advice.provider).toBe(named);
    expect(advice.toCustomer.body).not.toContain('持ち運');
  });

  it('uqmobile.jp cannot be taken along: the desk asks for the present address', () => {
    expect(advise({ ...of, provider: 'au' }, 'hanako@uqmobile.jp').toDesk.ja).toContain(
      '他社へ移ると使えません',
    );
  });
});

describe('an address that breaks the rules by its dots', () => {
  const tell = (address: string, situation: Situation, language: Language = 'ja') =>
    adviceFor({ ...ledBy(situation), address, language });

  it.each([
    ['a..b@docomo.ne.jp', '「.」が連続している'],
    ['a.@ezweb.ne.jp', '「@」の直前に「.」がある'],
    ['.a@docomo.ne.jp', '先頭に「.」がある'],
  ])('%s: the desk hears what it is, the customer is asked for another', (address, fault) => {
    const { toDesk, toCustomer, sources } = tell(address, 'returned');
    expect(toDesk.ja).toContain(fault);
    expect(toDesk.ja).toContain('2009年頃まで');
    expect(toCustomer.body).toContain(fault);
    expect(sources.length).toBeGreaterThan(0);
    expect(tell(address, 'returned', 'en').toCustomer.body).toContain(
      'cannot send to addresses of this form',
    );
  });

  it('elsewhere than at docomo and au it may be a typing error', () => {
    expect(tell('a..b@mail.example.jp', 'returned').toDesk.ja).toContain('入力の誤りの可能性');
  });

  it('that received the mail is told to nobody but the desk', () => {
    const { toDesk, toCustomer } = tell('a..b@docomo.ne.jp', 'filed');
    expect(toDesk.ja).toContain('RFC 5321');
    expect(toCustomer.body).not.toContain('連続');
  });

  it.each(['a.b@docomo.ne.jp', '"a..b"@docomo.ne.jp'])('%s does not', (address) => {
    expect(tell(address, 'returned').toDesk.ja).not.toContain('RFC');
  });
});

describe('Japanese is written with Japanese punctuation', () => {
  /** Names on a screen stand in 「」 as the screen has them; links, menus’ arrows and numbers of a list are no words. */
  const wordsOf = (text: string) =>
    text
      .replace(/https?:\/\/\S+/g, '')
      .replace(/「[^」]*」/g, '「」')
      .replace(/Y(?:ahoo)?!/g, 'Y')
      .replace(/^\d+\. |^- /gm, '')
      .replace(/[\w.-]*@?[\w-]+(?:\.[\w-]+)+/g, 'x');
  const HALF_WIDTH = /[()!?;,]|:(?!\d)|[ぁ-んァ-ヶ一-龠]\.|\. /;

  it('for customers and the desk', () => {
    const japanese = ALL.filter(({ of }) => of.language === 'ja').flatMap(({ at, advice }) =>
      [...customersTexts(advice), advice.toDesk.ja, ...advice.unset.map(({ ja }) => ja)].map((text) => ({
        at,
        text,
      })),
    );
    none(japanese.filter(({ text }) => HALF_WIDTH.test(wordsOf(text))));
  });

  it('in the tables of the providers', () => {
    for (const { steps, limits, ask, intro, match } of Object.values(GUIDANCE)) {
      const texts = [
        ...steps.flatMap((step) => [
          step.text.ja,
          step.whenReturned?.ja ?? '',
          ...(step.paths ?? []).flatMap((path) => [path.on.ja, ...(path.steps.ja ?? [])]),
        ]),
        ...limits.map(({ text }) => text.ja),
        ask.ja,
        intro?.ja ?? '',
        match?.ja ?? '',
      ];
      for (const text of texts) expect(wordsOf(text)).not.toMatch(HALF_WIDTH);
    }
  });
});

describe('texts for a native reader to review: every situation, and every mail service', () => {
  const page = ({ toCustomer, forms }: Advice) =>
    `${toCustomer.subject}\n\n${toCustomer.body}\n\n--- sms\n${forms.sms}\n\n--- spoken\n${forms.spoken}\n\n--- signup\n${forms.signup}\n`;

  it.each(LANGUAGES)('%s', async (language) => {
    const situations = SITUATIONS.map(
      (situation) =>
        `==== ${situation}\n${page(adviceFor({ ...ledBy(situation), address: 'hanako@mail.example.jp', language, shops: shopsSchema.parse(SETTINGS.all) }))}`,
    );
    await expect(situations.join('\n')).toMatchFileSnapshot(`golden/situations.${language}.txt`);
    const providers = PROVIDER_IDS.map(
      (provider) =>
        `==== ${provider}\n${page(advise({ provider, situation: 'refused', language, settings: 'all' }))}`,
    );
    await expect(providers.join('\n')).toMatchFileSnapshot(`golden/providers.${language}.txt`);
  });
});
