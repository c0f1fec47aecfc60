import type { Language } from '../../lib/text.ts';
import type { Grid, Shown } from './view.ts';
import { WORDS } from './words.ts';

/** Plain on a screen and on paper, in light and dark; nothing is fetched. */
const STYLE = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.7; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1rem; margin: 0; }
.answer { font-size: 1.5rem; font-weight: 700; line-height: 1.4; margin: .25rem 0 1.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0 0 1.5rem; line-height: 1.5; }
caption { text-align: start; font-weight: 700; padding-bottom: .25rem; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .35rem .75rem .35rem 0; text-align: start; }
.figure { text-align: end; font-variant-numeric: tabular-nums; }
footer { font-size: .875rem; }
`;

/**
 * The answer as a page of its own, to send to a colleague: no address is in it, no script, and nothing that it fetches.
 *
 * @param at when the list was looked at, in words.
 */
export function pageOf(
  { headline, kinds, carriers, lines, senders, limits }: Shown,
  at: string,
  language: Language,
): string {
  const words = WORDS[language];
  const [first = '', ...others] = headline;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(words.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(words.title)}</h1>
<p class="answer">${escaped(others[0] ?? first)}</p>
${(others.length > 0 ? [first, ...others.slice(1)] : []).map(paragraph).join('\n')}
${[kinds, carriers].map((grid) => (grid === undefined ? '' : tableOf(grid))).join('\n')}
${lines.map(paragraph).join('\n')}
${senders.length > 0 ? `<h2>${escaped(words.senders)}</h2>\n${senders.map(paragraph).join('\n')}` : ''}
</main>
<footer>
${limits.map(paragraph).join('\n')}
<p>todoku assess · ${escaped(at)}</p>
</footer>
</body>
</html>
`;
}

function tableOf({ title, rows: [head = [], ...rows] }: Grid): string {
  const figures = head.map((_, at) => rows.every((row) => /^[\d,]+$/.test(row[at] ?? '')));
  const cells = (row: readonly string[], tag: 'th' | 'td') =>
    row
      .map((text, at) => {
        const name = at === 0 || tag === 'th' ? 'th' : 'td';
        const scope = tag === 'th' ? ' scope="col"' : name === 'th' ? ' scope="row"' : '';
        return `<${name}${scope}${figures[at] ? ' class="figure"' : ''}>${escaped(text)}</${name}>`;
      })
      .join('');
  return `<div class="scroll"><table>${title === undefined ? '' : `<caption>${escaped(title)}</caption>`}
<thead><tr>${cells(head, 'th')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')}
</tbody></table></div>`;
}

function paragraph(text: string): string {
  return `<p>${escaped(text)}</p>`;
}

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
}
