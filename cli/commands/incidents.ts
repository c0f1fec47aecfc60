import { type Command, Option } from 'commander';
import { stripControls } from '../../lib/address.ts';
import {
  type IncidentList,
  listIncidentsContract,
  type OneIncident,
  type ShownIncident,
  showIncidentContract,
} from '../../lib/contracts/incidents.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { daysBack } from '../arguments.ts';
import { command } from '../command.ts';
import { type CliContext, contextOf, followUp } from '../context.ts';
import { printPaged } from '../pager.ts';
import type { Session, View } from '../session.ts';
import { table } from '../table.ts';
import { wrapped } from '../wrap.ts';

/** `todoku incidents …`: times in which a receiver refused many customers at once for the sender's sake. */
export function incidentsCommand(made: Command, session: Session): Command {
  return made.addCommand(showCommand(session), { isDefault: true });
}

function showCommand(session: Session): Command {
  return command('show')
    .argument('[id]')
    .addOption(new Option('--days <count>').argParser(daysBack).default(7))
    .option('--full')
    .action(async (id: string | undefined, options: { days: number; full?: boolean }, self: Command) => {
      const context = contextOf(self, session);
      if (id !== undefined) {
        const { full = false } = options;
        const answer = await context.invoke(showIncidentContract, { id, full });
        if (context.options.json) return context.printJson(answer);
        return printPaged(detailLines(answer, context).join('\n'), context);
      }
      const answer = await context.invoke(listIncidentsContract, { days: options.days });
      if (context.options.json) return context.printJson(answer);
      await printPaged(listLines(answer, context).join('\n'), context);
      if (answer.incomplete) context.printError(INCOMPLETE[context.language]);
    });
}

const WORDS = {
  ja: {
    none: (days: number) => `直近${days}日間に、一斉拒否はありません。`,
    until: '〜',
    goesOn: '継続中',
    recipients: '宛先',
    mails: 'メール',
    returned: '不達',
    deferred: '保留',
    atLeast: '以上',
    count: '件',
    comma: '、',
    open: '（',
    close: '）',
    said: '応答：',
    do: '対応：',
    sender: '送信元：',
    see: '詳細：',
    undo: 'この一斉拒否でリストに登録された宛先をまとめて解除するには：',
    hour: '時間帯',
    domain: '送信元ドメイン',
    reply: '応答の文言',
    unknown: '（不明）',
    addresses: '宛先',
    full: '（伏せずに表示するには --full）',
    more: (count: number) => `ほか${count}件（--json では2万件まで）`,
    earlier: (count: number) => `これより前にも${count}件あります。`,
  },
  en: {
    none: (days: number) => `No incident in the last ${days} days.`,
    until: ' to ',
    goesOn: 'going on',
    recipients: 'recipients',
    mails: 'mails',
    returned: 'returned',
    deferred: 'put off',
    atLeast: ' or more',
    count: '',
    comma: ', ',
    open: ' (',
    close: ')',
    said: 'said: ',
    do: 'do: ',
    sender: 'sender: ',
    see: 'more: ',
    undo: 'take what it put on the list off again:',
    hour: 'hour',
    domain: 'sender domain',
    reply: 'what was said',
    unknown: '(unknown)',
    addresses: 'recipients',
    full: ' (in full: --full)',
    more: (count: number) => `and ${count} more (--json has 20,000)`,
    earlier: (count: number) => `${count} earlier ones are left out`,
  },
} as const;

const INCOMPLETE = {
  ja: 'todoku: 記録が多く、時間内に読み切れませんでした。新しい日の一斉拒否は含まれていません。--days を減らしてください。',
  en: 'todoku: not all days could be read in time, and the latest are missing: ask for fewer --days',
} as const;

function listLines(answer: IncidentList, context: CliContext): readonly string[] {
  const words = WORDS[context.language];
  if (answer.incidents.length === 0) return [words.none(answer.days)];
  return [
    ...answer.incidents.flatMap((incident) => [
      ...blockLines(incident, context),
      ...wrapped(
        `  ${words.see}${followUp(`incidents ${stripControls(incident.id)}`, context)}`,
        context.columns(),
        '    ',
      ),
      '',
    ]),
    ...(answer.more ? [words.earlier(answer.more)] : []),
  ];
}

/** What happened, what was said, and what to do. */
function blockLines(incident: ShownIncident, view: View): readonly string[] {
  const { language, colors } = view;
  const words = WORDS[language];
  const { id, receiverName, what, from, until, sender, goesOn, replies, remedy, mails, returned, deferred } =
    incident;
  const head = [id, receiverName[language], what[language]].map(stripControls).join('  ');
  const time = `${formatInTokyo(from)}${words.until}${formatInTokyo(until)}${goesOn ? `${words.open}${words.goesOn}${words.close}` : ''}`;
  const count = (name: string, number: number) =>
    language === 'ja' ? `${name}${number}${words.count}` : `${number} ${name}`;
  const least = incident.atLeast ? words.atLeast : '';
  const fates = [
    ...(returned > 0 ? [count(words.returned, returned)] : []),
    ...(deferred > 0 ? [count(words.deferred, deferred)] : []),
  ].join(words.comma);
  const counts = `${count(words.recipients, incident.recipients)}${least}${words.comma}${count(words.mails, mails)}${least}${fates && `${words.open}${fates}${words.close}`}`;
  return [
    colors.bold(head),
    ...indented(time, view),
    ...indented(counts, view),
    ...(sender ? indented(`${words.sender}${sender}`, view) : []),
    ...(replies[0] ? indented(`${words.said}${replies[0].text}`, view) : []),
    ...indented(`${words.do}${remedy[language]}`, view),
  ];
}

function indented(text: string, view: View): readonly string[] {
  return wrapped(`  ${stripControls(text)}`, view.columns(), '    ');
}

/** Addresses shown of an incident on a terminal. */
const SHOWN_ADDRESSES = 50;

function detailLines({ incident }: OneIncident, context: CliContext): readonly string[] {
  const { language, options, colors, io } = context;
  const words = WORDS[language];
  const { hours, senders, replies, lists, addresses, returned, id } = incident;
  const shown = io.stdout.isTTY === true ? addresses.slice(0, SHOWN_ADDRESSES) : addresses;
  const isMasked = addresses.some((each) => each.includes('***')) && !options.json;
  return [
    ...blockLines(incident, context),
    ...lists.flatMap(({ name, removal }) => indented(`${name}: ${removal}`, context)),
    '',
    table(
      context,
      [words.hour, words.mails],
      hours.map(({ at, mails }) => [formatInTokyo(at), String(mails)]),
    ),
    table(
      context,
      [words.domain, words.recipients, words.mails],
      senders.map(({ domain, recipients, mails }) => [
        domain ?? words.unknown,
        String(recipients),
        String(mails),
      ]),
    ),
    ...(replies.length > 0
      ? [
          table(
            context,
            [words.reply, words.mails],
            replies.map(({ text, mails }) => [text, String(mails)]),
          ),
        ]
      : []),
    '',
    `${colors.bold(words.addresses)}${isMasked ? words.full : ''}`,
    ...shown.map((each) => `  ${stripControls(each)}`),
    ...(addresses.length > shown.length ? [`  ${words.more(addresses.length - shown.length)}`] : []),
    ...(returned > 0 && incident.kind !== 'mixed'
      ? ['', words.undo, `  ${followUp(`rescue plan --incident ${stripControls(id)}`, context)}`]
      : []),
  ];
}
