import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { type ExportedPart, exportContract } from '../../lib/contracts/export.ts';
import { bilingual } from '../../lib/contracts/parts.ts';
import { DECISION_LABELS, labelOf, withCode } from '../../lib/guidance/wording/labels.ts';
import { KIND_LABELS } from '../../lib/guidance/wording/personal.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
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
      await printPaged(linesOf(whole, context).join('\n'), context);
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

/** Fields that people read, by their words; any other is shown by its name. */
const FIELDS: Readonly<Record<string, Bilingual>> = {
  action: { ja: '決定', en: 'decision' },
  at: { ja: '日時', en: 'when' },
  because: { ja: '理由', en: 'because' },
  by: { ja: '担当', en: 'by' },
  carrier: { ja: '携帯会社', en: 'carrier' },
  confidence: { ja: '確度', en: 'confidence' },
  diagnosis: { ja: '診断', en: 'diagnosis' },
  diagnosticCode: { ja: '応答', en: 'reply' },
  evidence: { ja: '根拠', en: 'evidence' },
  expiresAt: { ja: '記録の期限', en: 'kept until' },
  kind: { ja: '種類', en: 'kind' },
  lastSeen: { ja: '最終利用', en: 'last seen' },
  listedAt: { ja: '登録日時', en: 'listed at' },
  listedReason: { ja: '登録理由', en: 'listed for' },
  listing: { ja: '登録', en: 'listing' },
  messageId: { ja: 'メールID', en: 'message id' },
  movedFrom: { ja: '以前のアドレス', en: 'address before' },
  movedTo: { ja: '変更後のアドレス', en: 'address now' },
  note: { ja: 'メモ', en: 'note' },
  outcome: { ja: '解除後の結果', en: 'outcome' },
  outcomeAt: { ja: '結果の日時', en: 'outcome at' },
  proposalId: { ja: '提案番号', en: 'proposal' },
  reason: { ja: '原因', en: 'reason' },
  removals: { ja: '解除', en: 'removals' },
  rule: { ja: 'ルール', en: 'rule' },
  senderDomain: { ja: '送信元ドメイン', en: 'sender domain' },
  sentAt: { ja: '送信日時', en: 'sent at' },
  since: { ja: '開始日', en: 'since' },
  source: { ja: '出所', en: 'source' },
  spelling: { ja: 'リストでのつづり', en: 'spelling on the list' },
  state: { ja: '状態', en: 'state' },
  text: { ja: '内容', en: 'text' },
  updatedAt: { ja: '更新日時', en: 'updated at' },
  weight: { ja: '重み', en: 'weight' },
};

/** What is on record, for people: each kind below its heading, each item below its number and moment. */
function linesOf(
  { address, at, items, mentions = [], listed, forgotten }: ExportedPart,
  { language, colors }: Pick<CliContext, 'language' | 'colors'>,
): readonly string[] {
  const japanese = language === 'ja';
  const entry = listed && `${listed.spelling}  ${listed.reason}  ${formatInTokyo(listed.at)}`;
  const lines = [
    `${colors.bold(stripControls(address))}  ${formatInTokyo(at)}`,
    `${japanese ? 'SESのサプレッションリスト' : "SES's list"}  ${stripControls(entry ?? (japanese ? '登録なし' : 'not listed'))}`,
  ];
  if (forgotten) {
    const when = formatInTokyo(forgotten.at);
    lines.push(
      japanese
        ? `${when} に消去済み（以下はそのあとの記録）`
        : `forgotten at ${when}: what follows came later`,
    );
  }
  const all = [...items, ...mentions.map(({ where, item }) => ({ kind: where, item }))];
  if (all.length === 0) return [...lines, japanese ? '記録はありません。' : 'Nothing is on record.'];
  for (const [kind, group] of Map.groupBy(all, (each) => each.kind)) {
    const label = stripControls(labelOf(KIND_LABELS, kind, language));
    lines.push('', colors.bold(`${label}${japanese ? `（${group.length}件）` : ` (${group.length})`}`));
    group.forEach(({ item }, index) => {
      const when = [item.at, item.sentAt, item.updatedAt, item.since].find((each) => isMoment(each));
      lines.push(
        `${index + 1}. ${isMoment(when) ? formatInTokyo(when) : label}`,
        ...fieldLines(item, { language, address }, '   '),
      );
    });
  }
  return [...lines, '', EVERY_FIELD[language]];
}

const EVERY_FIELD: Bilingual = {
  ja: '（時刻は日本時間です。保存されている形のままの記録は --json で表示できます）',
  en: '(Times are in Japan time; --json has every item as it is stored.)',
};

/** The fields of an item, those of a field below it; what only repeats whom it is about is left out. */
function fieldLines(
  item: object,
  about: { readonly language: Language; readonly address: string },
  indent: string,
): readonly string[] {
  return Object.entries(item).flatMap(([name, value]: [string, unknown]) => {
    if (PLACES.has(name) || (name === 'address' && value === about.address)) return [];
    const colon = about.language === 'ja' ? '：' : ':';
    const label = `${indent}${stripControls(labelOf(FIELDS, name, about.language))}${colon}`;
    const blank = about.language === 'ja' ? '' : ' ';
    if (!isNested(value)) return [`${label}${blank}${wordsOf(name, value, about.language)}`];
    if (!Array.isArray(value)) return [label, ...fieldLines(value, about, `${indent}  `)];
    return [label, ...value.flatMap((each: unknown) => entryLines(each, about, `${indent}  `))];
  });
}

/** One of several values: its first line bears the mark of an item. */
function entryLines(
  value: unknown,
  about: Parameters<typeof fieldLines>[1],
  indent: string,
): readonly string[] {
  if (!isNested(value)) return [`${indent}- ${wordsOf('', value, about.language)}`];
  const [first = '', ...others] = fieldLines(value, about, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...others];
}

/** Whether a value has fields or entries to be shown one a line: not a sentence in both languages, nor a few words. */
function isNested(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || sentenceIn(value) !== undefined) return false;
  return !Array.isArray(value) || value.some((each) => typeof each === 'object');
}

function wordsOf(name: string, value: unknown, language: Language): string {
  if (name === 'expiresAt' && typeof value === 'number')
    return formatInTokyo(new Date(value * 1_000).toISOString());
  if (isMoment(value)) return formatInTokyo(value);
  const sentence = sentenceIn(value);
  if (sentence !== undefined) return stripControls(sentence[language]);
  if (Array.isArray(value)) return stripControls(value.join(', ')) || '-';
  const text = typeof value === 'string' ? value : jsonText(value);
  const label = name === 'action' ? labelOf(DECISION_LABELS, text, language) : text;
  return stripControls(withCode(label, text, language));
}

/** A sentence that is stored in both languages. */
function sentenceIn(value: unknown): Bilingual | undefined {
  return bilingual.safeParse(value).data;
}

function isMoment(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}
