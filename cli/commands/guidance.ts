import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { type OfficialPage, officialPages } from '../../lib/guidance/official-pages.ts';
import { GUIDANCE } from '../../lib/guidance/settings.ts';
import type { Language } from '../../lib/text.ts';
import { command, failingWith } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import { checkLinks, type LinkResult } from '../guidance/check-links.ts';
import type { LinksJson } from '../json-answers.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

/** `todoku guidance …`: what the letters to customers stand on. */
export function guidanceCommand(made: Command, session: Session): Command {
  return made.addCommand(linksCommand(session));
}

/** What the command ends with. */
const EXIT = { moved: 1, unreachable: 2 } as const;

/** A page asked about, with what became of it. */
type Checked = Pick<OfficialPage, 'url'> & Partial<OfficialPage> & { readonly result: LinkResult };

/** `todoku guidance links`: whether the providers' pages that letters point to still stand where they stood. */
function linksCommand(session: Session): Command {
  const made = command('links');
  return failingWith(made, EXIT.unreachable)
    .argument('[url...]')
    .action(async (urls: readonly string[], _options: unknown, self: Command) => {
      const context = contextOf(self, session);
      for (const url of urls) if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw noAddress(url);
      const pages: readonly (Pick<OfficialPage, 'url'> & Partial<OfficialPage>)[] =
        urls.length > 0 ? urls.map((url) => ({ url })) : officialPages();
      const results = await checkLinks(
        pages.map(({ url }) => url),
        undefined,
        context.io.signal,
      );
      const checked = pages.flatMap((page, at) => {
        const result = results[at];
        return result === undefined ? [] : [{ ...page, result }];
      });
      if (context.options.json) context.printJson({ pages: checked } satisfies LinksJson);
      else printLinks(checked, context);
      const states = new Set(checked.map(({ result }) => result.state));
      if (states.has('moved') || states.has('gone')) context.endWith(EXIT.moved);
      else if (states.has('unreachable')) context.endWith(EXIT.unreachable);
    });
}

function noAddress(url: string): CliError {
  const shown = stripControls(url).slice(0, 100);
  return new CliError({
    ja: `「${shown}」はページのアドレスではありません。https:// から指定してください。`,
    en: `"${shown}" is no page's address: give it with https://`,
  });
}

const LABELS = {
  ja: {
    head: ['結果', '案内先', 'ページ'],
    ok: '変わりなし',
    moved: '移転',
    gone: 'なくなっています',
    unreachable: '確認できません',
    verdict: (moved: number, unasked: number) =>
      moved > 0
        ? `${moved}件のページが移転したか、なくなっています。新しいアドレスを確認し、lib/guidance/data の該当行を直してください。`
        : unasked > 0
          ? `移転したページは見つかりませんでした。${unasked}件は確認できませんでした。時間をおいて再度実行するか、ブラウザーで開いて確認してください。`
          : '移転したページはありません。',
  },
  en: {
    head: ['result', 'in letters for', 'page'],
    ok: 'as it was',
    moved: 'moved',
    gone: 'gone',
    unreachable: 'not known',
    verdict: (moved: number, unasked: number) =>
      moved > 0
        ? `${moved} ${moved === 1 ? 'page has' : 'pages have'} moved or gone: look for the new address, and mend the row in lib/guidance/data.`
        : unasked > 0
          ? `No page was found to have moved; ${unasked} could not be asked: try again later, or open them in a browser.`
          : 'No page has moved.',
  },
} as const;

function printLinks(checked: readonly Checked[], context: CliContext): void {
  const { language, print } = context;
  const label = LABELS[language];
  const rows = checked.map(({ url, providers, result }) => [
    label[result.state],
    (providers ?? []).map((id) => GUIDANCE[id].name[language]).join(language === 'ja' ? '、' : ', '),
    `${stripControls(url)}${detailOf(result, language)}`,
  ]);
  const count = (...states: readonly LinkResult['state'][]) =>
    checked.filter(({ result }) => states.includes(result.state)).length;
  print(label.verdict(count('moved', 'gone'), count('unreachable')));
  print('');
  print(table(context, label.head, rows));
}

/** What a site answered: the other address, the status or the failure. */
function detailOf(result: LinkResult, language: Language): string {
  switch (result.state) {
    case 'ok':
      return '';
    case 'moved':
      return ` → ${stripControls(result.to)}`;
    case 'gone':
      return ` (HTTP ${result.status}${result.at === undefined ? '' : `, ${stripControls(result.at)}`})`;
    case 'unreachable':
      return ` (${stripControls(result.why[language])})`;
  }
}
