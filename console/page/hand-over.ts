import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import { escapeHtml } from '../../lib/html.ts';
import type { Language } from '../../lib/text.ts';
import { saveFile } from './save.ts';

/** A file for the desk: the answer and the letter on one page that needs nothing else. */

/** Saves that file. */
export function handOver(answer: LookupAnswer, language: Language): void {
  saveFile('answer.html', 'text/html', pageOf(answer, language));
}

/** The page, with every text escaped and nothing that runs. */
export function pageOf(answer: LookupAnswer, language: Language): string {
  const { screen, advice } = answer;
  const { toCustomer, forms } = advice[language];
  const words = WORDS[language];
  const steps = (screen?.steps ?? []).map(
    ({ title, text }) => `<li><b>${escapeHtml(title[language])}</b><br>${escapeHtml(text[language])}</li>`,
  );
  const block = (title: string, text: string) => `<h2>${title}</h2><pre>${escapeHtml(text)}</pre>`;
  return [
    `<!doctype html><html lang="${language}"><meta charset="utf-8">`,
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    `<title>todoku</title><style>${STYLE}</style>`,
    `<p>${escapeHtml(answer.address)}</p>`,
    `<h1>${escapeHtml(screen?.title[language] ?? '')}</h1>`,
    `<p>${escapeHtml(screen?.why[language] ?? answer.summary[language])}</p>`,
    `<h2>${words.steps}</h2><ol>${steps.join('')}</ol>`,
    block(words.mail, `${toCustomer.subject}\n\n${toCustomer.body}`),
    ...(forms ? [block(words.sms, forms.sms), block(words.spoken, forms.spoken)] : []),
    '</html>',
  ].join('\n');
}

const WORDS = {
  ja: { steps: '次にすること', mail: 'お客様への文面', sms: '短い文面（SMS）', spoken: '電話で読む' },
  en: { steps: 'What to do next', mail: 'Text for the customer', sms: 'Short (SMS)', spoken: 'By phone' },
} as const;

const STYLE =
  'body{font:16px/1.7 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#161a20}h1{font-size:1.75rem}h2{font-size:1.1rem;margin-top:2rem}pre{font:inherit;white-space:pre-wrap;background:#f5f7f9;padding:1rem;border-radius:6px}li{margin-bottom:.75rem}';
