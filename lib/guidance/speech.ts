import type { Language } from '../text.ts';

/** Texts that are read aloud: what only the eye understands is put into words, and domains are spelled. */

/** A text as it is said. */
export function speakable(text: string, language: Language): string {
  const spelled = withNames(text, language)
    .replace(/https?:\/\/\S+/g, '')
    .replace(/(?:[a-z0-9_.+-]{1,64}@|@)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/gi, (domain) =>
      spell(domain, language),
    );
  return language === 'ja' ? inJapanese(spelled) : inEnglish(spelled);
}

/** Names of services and screens that are no domain to be typed, as they are said. */
function withNames(text: string, language: Language): string {
  return text
    .replaceAll('Outlook.com', language === 'ja' ? 'アウトルックドットコム' : 'Outlook dot com')
    .replaceAll('(ymobile.ne.jp)', '');
}

function inJapanese(text: string): string {
  return (
    text
      // A remark at the end of a sentence is one of its own.
      .replace(/(ください|です|ます)（([^）]*)）。/g, '$1。$2。')
      .replace(/「0」と「o」、「1」と「l」/g, '数字のゼロと英字のオー、数字のイチと英字のエル')
      .replaceAll('「@」', 'アットマーク')
      .replaceAll('@', 'アットマーク')
      .replace(/「\.」/g, 'ドット')
      .replaceAll('※', '')
      .replace(/[（(]/g, '、')
      .replace(/[）)]/g, '')
      .replace(/[/→]/g, '、')
      .replace(/、+(?=[、。」])/g, '')
  );
}

function inEnglish(text: string): string {
  return text
    .replaceAll('(0 and o, 1 and l)', 'such as zero and the letter o, or one and the letter l')
    .replaceAll('@', 'at sign')
    .replace(/ ?[（(]/g, ', ')
    .replace(/[）)]/g, '')
    .replace(/[/→]/g, ', ')
    .replace(/ ?,+(?= ?[,.:])/g, '');
}

/** A domain or an address's part, letter by letter: `s, h, o, p, dot, …`. */
function spell(domain: string, language: Language): string {
  const names = NAMES[language];
  const said = [...domain.toLowerCase()].map((sign) => names[sign] ?? sign.toUpperCase());
  return language === 'ja' ? said.join('、') : said.join(', ');
}

const LETTERS_JA = Object.fromEntries(
  'エー ビー シー ディー イー エフ ジー エイチ アイ ジェー ケー エル エム エヌ オー ピー キュー アール エス ティー ユー ブイ ダブリュー エックス ワイ ゼット'
    .split(' ')
    .map((name, index) => [String.fromCharCode('a'.charCodeAt(0) + index), name]),
);
const DIGITS_JA = Object.fromEntries(
  'ゼロ イチ ニ サン ヨン ゴ ロク ナナ ハチ キュウ'
    .split(' ')
    .map((name, digit) => [String(digit), `数字の${name}`]),
);

/** How signs are called; of those that are not here the letter itself. */
const NAMES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  ja: {
    ...LETTERS_JA,
    ...DIGITS_JA,
    '.': 'ドット',
    '-': 'ハイフン',
    _: 'アンダーバー',
    '@': 'アットマーク',
  },
  en: { '.': 'dot', '-': 'hyphen', _: 'underscore', '@': 'at sign' },
};
