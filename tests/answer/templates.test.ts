import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * A claim's words stand in the table of claims alone (lib/answer/words-*.ts): the templates around them ask and advise.
 * Scanned are the texts in the source, without comments.
 */

const root = new URL('../../', import.meta.url);

/** Everything that a text to a person is put together from, beside the words of claims. */
const TEMPLATES = [
  'lib/answer/headline.ts',
  'lib/answer/next.ts',
  'lib/answer/said.ts',
  'lib/answer/statement.ts',
  'lib/guidance/advice.ts',
  'lib/guidance/desk.ts',
  'lib/guidance/phrases.ts',
  'lib/guidance/situations-ja.ts',
  'lib/guidance/situations-en.ts',
];

/** Words by which each claim is told, in both languages. */
const WORDS: Readonly<Record<string, RegExp>> = {
  accepted:
    /受け取りました|受け取っています|受け取られて|受け付けられて|サーバーまで(?:は)?届いて|サーバーに届きました|(?:was|were|has been) accepted|accepted (?:the|a) mail/,
  returned:
    /送信エラー|戻ってまいりました|戻りました|お届けできておりません|came back|was returned|could not be delivered/,
  refused: /拒否されました|拒否した|refused the mail|was refused|has refused/,
  'does not exist': /存在しない|存在しません|見つからない|does not exist|was not found/,
  full: /容量が足りない|容量超過|mailbox is full|does not have enough/,
  suspended: /利用停止|利用できない状態|is suspended/,
  complained: /申告しました|として申告|報告されたとの|reported .*as spam|complained/,
  'not sent': /送信していません|送信しませんでした|お送りできておりません|did not send|was not sent to you/,
  delayed: /再送を続けて|再送中|still trying|has not been taken/,
  late: /ほど遅れて|late\./,
  'nothing recorded': /記録にありません|記録がありません|is on record/,
  stopped: /送信を止めています|送信を停止して|sending has been stopped|have stopped sending/i,
  released:
    /再開しました|再開いたしました|解除しました|外しました|have now resumed|was released|took the address off/,
  'another mailbox spoke': /転送先と思われる|another address/,
  'sender’s fault': /原因は送信側|当店側のメール送信環境|problem with our own/,
};

/** What stands in quotes: comments and names of claims and steps say nothing to anybody. */
function textsOf(file: string): readonly string[] {
  const code = readFileSync(new URL(file, root), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^import .*$/gm, '');
  return [...code.matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g)].map(
    ([text]) => text,
  );
}

/** Texts that speak of a claim's matter without claiming it: a general truth, or a condition. */
const NO_CLAIMS: readonly string[] = [
  // Where a deployment's default is all that is known.
  'mail may have been accepted without a trace here',
  // Asks for a contact.
  'write to another email address',
  'use another address or the telephone',
  'give it by telephone, another address or the like',
  // Of what cannot be read.
  'part of the record cannot be read',
];

describe.each(TEMPLATES)('%s', (file) => {
  it.each(Object.entries(WORDS))('holds no words of the claim: %s', (_claim, words) => {
    const wrong = textsOf(file)
      .map((text) => NO_CLAIMS.reduce((rest, known) => rest.replace(known, ''), text))
      .filter((text) => words.test(text));
    expect(wrong).toEqual([]);
  });
});

it('finds a claim’s words where they are', () => {
  for (const language of ['ja', 'en']) {
    const texts = textsOf(`lib/answer/words-${language}.ts`).join('\n');
    const found = Object.entries(WORDS).filter(([, words]) => words.test(texts));
    expect(found).toHaveLength(Object.keys(WORDS).length);
  }
});
