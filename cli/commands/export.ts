import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { type ExportedPart, exportContract } from '../../lib/contracts/export.ts';
import { labelOf } from '../../lib/guidance/wording/labels.ts';
import { KIND_LABELS } from '../../lib/guidance/wording/personal.ts';
import type { Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { addressTyped } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { jsonText } from '../output.ts';
import { printPaged } from '../pager.ts';
import type { Session } from '../session.ts';

/** `todoku export ADDRESS`: everything on record about one address, in full. */
export function exportCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .argument('<address>')
    .action(async (typed: string, _options: unknown, self: Command) => {
      const context = contextOf(self, session);
      const whole = await everyPart(addressTyped(typed, context), context);
      if (context.options.json) return context.printJson(whole);
      await printPaged(linesOf(whole, context.language).join('\n'), context);
    });
}

/** All parts as one. */
async function everyPart(address: string, { invoke }: CliContext): Promise<ExportedPart> {
  const { next: first, ...whole } = await invoke(exportContract, { address });
  const items = [...whole.items];
  for (let after = first; after !== undefined; ) {
    const part = await invoke(exportContract, { address, after });
    items.push(...part.items);
    // A part that goes on where it began would never end.
    after = part.next === after ? undefined : part.next;
  }
  return { ...whole, items };
}

/** Fields that only place an item in the table. */
const PLACES: ReadonlySet<string> = new Set(['pk', 'sk', 'dayKey', 'daySort', 'stateKey', 'stateSort']);

function linesOf({ address, at, items, mentions = [], listed, forgotten }: ExportedPart, language: Language) {
  const japanese = language === 'ja';
  const lines = [`${stripControls(address)}  ${formatInTokyo(at)}`];
  const entry = listed && `${listed.spelling}  ${listed.reason}  ${formatInTokyo(listed.at)}`;
  const none = japanese ? '登録なし' : 'not listed';
  lines.push(`${japanese ? 'SESのサプレッションリスト' : "SES's list"}  ${stripControls(entry ?? none)}`);
  if (forgotten) {
    const when = formatInTokyo(forgotten.at);
    lines.push(
      japanese
        ? `${when} に消去済み（以下はそのあとの記録）`
        : `forgotten at ${when}: what follows came later`,
    );
  }
  const all = [...items, ...mentions.map(({ where, item }) => ({ kind: where, item }))];
  for (const [kind, group] of Map.groupBy(all, (each) => each.kind)) {
    lines.push('', `${stripControls(labelOf(KIND_LABELS, kind, language))}  ${group.length}`);
    for (const { item } of group) lines.push(...itemLines(item), '');
  }
  if (all.length === 0) lines.push(japanese ? '記録はありません。' : 'Nothing is on record.');
  return lines;
}

function itemLines(item: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(item)
    .filter(([name]) => !PLACES.has(name))
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : jsonText(value);
      return `  ${stripControls(name)}: ${stripControls(text)}`;
    });
}
