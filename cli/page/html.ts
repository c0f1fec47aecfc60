import { escapeHtml } from '../../lib/html.ts';
import type { Language } from '../../lib/text.ts';
import { figureColumns, type Page, type Section } from './page.ts';

/** Plain on a screen and on paper, in light and dark; nothing is fetched. */
const STYLE = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.7; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.title { margin: 0; }
h1 { font-size: 1.5rem; line-height: 1.4; margin: .25rem 0 1rem; }
h2 { font-size: 1.125rem; margin: 1.5rem 0 .25rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0 0 1.5rem; line-height: 1.5; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .35rem .75rem .35rem 0; text-align: start; }
.figure { text-align: end; font-variant-numeric: tabular-nums; }
footer { font-size: .875rem; }
@media print { body { margin: 0; font-size: 10pt; } }
`;

/**
 * A page as one file of HTML, to print or to send to a colleague: no script, and nothing that it fetches.
 *
 * @param foot where the figures come from and when, in words.
 */
export function htmlOf({ title, headline, sections, notes }: Page, foot: string, language: Language): string {
  const [answer = '', ...others] = headline;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="title">${escapeHtml(title)}</p>
<h1>${escapeHtml(answer)}</h1>
${others.map(paragraph).join('\n')}
${sections.map(sectionOf).join('\n')}
</main>
<footer>
${[...notes, foot].map(paragraph).join('\n')}
</footer>
</body>
</html>
`;
}

function sectionOf({ title, grid, lines = [] }: Section): string {
  const heading = title === undefined ? '' : `<h2>${escapeHtml(title)}</h2>\n`;
  return `<section>
${heading}${grid === undefined ? '' : tableOf(grid)}
${lines.map(paragraph).join('\n')}
</section>`;
}

function tableOf(grid: NonNullable<Section['grid']>): string {
  const [head = [], ...rows] = grid;
  const figures = figureColumns(grid);
  const cells = (row: readonly string[], isHead: boolean) =>
    row
      .map((text, at) => {
        const name = at === 0 || isHead ? 'th' : 'td';
        const scope = isHead ? ' scope="col"' : name === 'th' ? ' scope="row"' : '';
        return `<${name}${scope}${figures[at] ? ' class="figure"' : ''}>${escapeHtml(text)}</${name}>`;
      })
      .join('');
  return `<div class="scroll" tabindex="0"><table>
<thead><tr>${cells(head, true)}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row, false)}</tr>`).join('\n')}
</tbody></table></div>`;
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}
