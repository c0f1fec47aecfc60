import { stripControls } from '../address.ts';
import { shellWord } from '../shell-word.ts';
import type { Bilingual } from '../text.ts';
import { NOTIFICATIONS, type ObservedWiring, type Unread } from './observed.ts';
import { type Evidence, type Report, type SenderReport, wiringReport } from './reports.ts';
import { type Obstacle, planToConnect } from './steps.ts';

/** What a person has to know or do, because todoku must not do it: pure, from what was observed. */

/** One thing that keeps mail from being heard, with whom it concerns. */
export interface WiringFinding {
  /** Names the kind for programs; never changes once released. */
  readonly id:
    | Obstacle
    | 'set-not-connected'
    | 'default-set-gone'
    | 'topic-elsewhere'
    | 'no-default-set'
    | 'no-set'
    | 'not-read'
    | 'nothing-here';
  /** Configuration sets or senders, in the order of the report. */
  readonly subjects: readonly string[];
  /** `note`: as it should be where every mail names a configuration set, which SES's settings do not tell. */
  readonly severity: 'problem' | 'note';
  readonly text: Bilingual;
  /** Commands that mend it, or that show more: for the first subject, where there are several. */
  readonly commands: readonly string[];
}

/** Everything that is in the way, the gravest first. */
export function wiringFindings(observed: ObservedWiring): readonly WiringFinding[] {
  const { sets, senders } = wiringReport(observed);
  const asked = { observed, sets, senders };
  return [
    ...nothingHere(asked),
    ...ofDefaultSets(asked),
    ...ofSets(asked),
    ...ofSenders(asked),
    ...observed.unread.map(notRead),
  ];
}

interface Asked {
  readonly observed: ObservedWiring;
  readonly sets: readonly Report[];
  readonly senders: readonly SenderReport[];
}

function nothingHere({ observed: { sets, identities, wire } }: Asked): readonly WiringFinding[] {
  if (sets?.length !== 0 || identities?.length !== 0) return [];
  const region = regionOf(wire.topic);
  return [
    {
      id: 'nothing-here',
      severity: 'problem',
      subjects: [],
      text: {
        ja: `SES のこのリージョン（${region}）には、送信元も設定セットもありません。メールを送信しているアカウントとリージョンか確認してください。`,
        en: `SES has neither senders nor configuration sets in this Region (${region}): check that the shop sends from this account and Region`,
      },
      commands: [],
    },
  ];
}

function ofDefaultSets({ observed: { wire }, senders }: Asked): readonly WiringFinding[] {
  const gone = senders.filter(({ verified, defaultSetIsGone }) => verified === true && defaultSetIsGone);
  return grouped('default-set-gone', gone, (names) => ({
    text: {
      ja: `${names.ja} の既定の設定セットは存在しません。SES はこの送信元からのメールを拒否します。別の設定セットを指定してください。次のコマンドは指定を外します。`,
      en: `${names.en}: the default configuration set does not exist, and SES refuses the mail. Name another; this has it name none:`,
    },
    commands: (name) => [defaultSetCommand(name, undefined, wire.topic)],
  }));
}

function ofSets({ observed, sets }: Asked): readonly WiringFinding[] {
  const { wire } = observed;
  const own = shellWord(wire.name);
  const silent = sets.filter(({ state }) => state === 'none' || state === 'part');
  const obstacleOf = (name: string) => {
    const set = observed.sets?.find((each) => each.name === name);
    return set === undefined ? undefined : planToConnect(set, wire).obstacle;
  };
  const behind = (obstacle: Obstacle | undefined) =>
    silent.filter(({ name }) => obstacleOf(name) === obstacle);
  const look = (name: string) => [
    `aws sesv2 get-configuration-set-event-destinations${regionOption(wire.topic)} --configuration-set-name${optionValue(name)}`,
  ];
  return [
    ...grouped('set-not-connected', behind(undefined), (names, missing) => ({
      text: {
        ja: `設定セット ${names.ja} で送信したメールの${missing.ja}は todoku に届きません。`,
        en: `set ${names.en}: todoku does not hear of mail that is sent with it (${missing.en})`,
      },
      commands: () => ['todoku connect --apply'],
    })),
    ...grouped('name-taken', behind('name-taken'), (names) => ({
      text: {
        ja: `設定セット ${names.ja} には「${own}」という名前のイベント送信先がすでにあり、別の宛先に送信しています。内容を確認し、不要であれば削除してから、もう一度実行してください。`,
        en: `set ${names.en}: an event destination named ${own} goes elsewhere. Look at it, delete it if nobody needs it, and run this again:`,
      },
      commands: look,
    })),
    ...grouped('set-full', behind('set-full'), (names) => ({
      text: {
        ja: `設定セット ${names.ja} のイベント送信先は上限（10件）に達しているため、追加できません。不要なものを削除してから、もう一度実行してください。`,
        en: `set ${names.en}: ten event destinations, which is all that SES allows. Delete one that nobody needs, and run this again:`,
      },
      commands: look,
    })),
  ];
}

/** Senders without a default set: one that has a set which does not report is heard once that set is. */
function ofSenders({ observed, sets, senders }: Asked): readonly WiringFinding[] {
  const { wire } = observed;
  const topicsOf = (name: string) => observed.identities?.find((each) => each.name === name)?.topics ?? {};
  const isElsewhere = ({ name, missing }: SenderReport) =>
    NOTIFICATIONS.some((kind) => {
      const topic = topicsOf(name)[kind];
      return (
        topic !== undefined && topic !== wire.topic && missing.some((type) => type === kind.toUpperCase())
      );
    });
  const silent = senders.filter(
    ({ verified, state, defaultSet }) =>
      verified === true && defaultSet === null && (state === 'none' || state === 'part'),
  );
  const elsewhere = silent.filter(isElsewhere);
  const others = silent.filter((each) => !isElsewhere(each));
  const reporting = sets.filter(({ state }) => state === 'whole').map(({ name }) => name);
  const severity = reporting.length === 0 ? 'problem' : 'note';
  const topicCommand = (name: string, missing: readonly Evidence[]) => {
    const kinds = NOTIFICATIONS.filter((kind) => missing.some((type) => type === kind.toUpperCase()));
    return `for type in ${kinds.join(' ')}; do aws ses set-identity-notification-topic${regionOption(wire.topic)} --identity${optionValue(name)} --notification-type "$type" --sns-topic ${wire.topic}; done`;
  };
  const setCommands = (name: string) => {
    const set = setFor(name, senders, reporting);
    return set === undefined ? [] : [defaultSetCommand(name, set, wire.topic)];
  };
  return [
    ...grouped(
      'topic-elsewhere',
      elsewhere,
      (names, missing) => ({
        text: {
          ja: `${names.ja} の通知は別の SNS トピックに届いており、設定セットを指定しないメールの${missing.ja}は todoku に届きません。${
            reporting.length === 0
              ? '次のコマンドはトピックを todoku のものに置き換えます（今のトピックには届かなくなります）。'
              : '既定の設定セットを指定すると（1つ目）、今のトピックはそのままで todoku にも届きます。2つ目はトピックを置き換えます。'
          }`,
          en: `${names.en}: notifications go to another SNS topic, and todoku does not hear of mail that names no set (${missing.en}). ${
            reporting.length === 0
              ? 'This puts our topic in the place of the other, which then hears nothing more:'
              : 'A default set (the first command) has todoku hear too; the second puts our topic in the place of the other:'
          }`,
        },
        commands: (name, lacking) => [...setCommands(name), topicCommand(name, lacking)],
      }),
      severity,
    ),
    ...grouped(
      reporting.length === 0 ? 'no-set' : 'no-default-set',
      others,
      (names, missing) => ({
        text: {
          ja: `${names.ja} には既定の設定セットがなく、設定セットを指定しないメールの${missing.ja}は todoku に届きません。${
            reporting.length === 0
              ? '次のコマンドで、送信元の通知を todoku のトピックに送信できます。'
              : 'すべてのメールで設定セットを指定している場合は、このままで問題ありません。'
          }`,
          en: `${names.en}: no default set, and todoku does not hear of mail that names none (${missing.en}). ${
            reporting.length === 0
              ? 'This has the sender itself notify our topic:'
              : 'If every mail names a set, leave it; else:'
          }`,
        },
        commands: (name, lacking) =>
          reporting.length === 0 ? [topicCommand(name, lacking)] : setCommands(name),
      }),
      severity,
    ),
  ];
}

/** A set that reports, for a sender without one: its domain's, else one that is some sender's, else any. */
function setFor(
  name: string,
  senders: readonly SenderReport[],
  reporting: readonly string[],
): string | undefined {
  const candidates = senders.flatMap(({ name: sender, defaultSet }) =>
    typeof defaultSet === 'string' && reporting.includes(defaultSet) ? [{ sender, defaultSet }] : [],
  );
  const own = candidates.find(({ sender }) => name.endsWith(`@${sender}`) || name.endsWith(`.${sender}`));
  return (own ?? candidates[0])?.defaultSet ?? reporting[0];
}

function defaultSetCommand(name: string, set: string | undefined, topic: string): string {
  return `aws sesv2 put-email-identity-configuration-set-attributes${regionOption(topic)} --email-identity${optionValue(name)}${
    set === undefined ? '' : ` --configuration-set-name${optionValue(set)}`
  }`;
}

/** One finding over all of a kind; none where there are none. */
function grouped(
  id: WiringFinding['id'],
  reports: readonly Report[],
  say: (
    names: Bilingual,
    missing: Bilingual,
  ) => {
    readonly text: Bilingual;
    readonly commands: (name: string, missing: readonly Evidence[]) => readonly string[];
  },
  severity: WiringFinding['severity'] = 'problem',
): readonly WiringFinding[] {
  const [first] = reports;
  if (first === undefined) return [];
  const missing = [...new Set(reports.flatMap((each) => each.missing))];
  const subjects = reports.map(({ name }) => name);
  const { text, commands } = say(shortList(subjects), evidenceWords(missing));
  return [{ id, severity, subjects, text, commands: commands(first.name, first.missing) }];
}

const WHY_UNREAD: Readonly<Record<Unread['why'], (unread: Unread) => Bilingual>> = {
  denied: ({ call }) => ({
    ja: `権限がありません。IAMポリシーで ${call} を許可してください`,
    en: `not allowed: allow ${call} in the IAM policy`,
  }),
  throttled: () => ({
    ja: '呼び出し頻度の制限により応答がありませんでした。数分後にもう一度実行してください',
    en: 'AWS kept refusing for the rate of calls: run this again in a few minutes',
  }),
  failed: ({ error }) => ({ ja: stripControls(error), en: stripControls(error) }),
};

/** Why a call was not answered, and what to do. */
export function whyUnread(unread: Unread): Bilingual {
  return WHY_UNREAD[unread.why](unread);
}

function notRead(unread: Unread): WiringFinding {
  const names = shortList(unread.subjects);
  const why = whyUnread(unread);
  const asked =
    unread.subjects.length === 0 ? { ja: '', en: '' } : { ja: `（${names.ja}）`, en: ` (${names.en})` };
  return {
    id: 'not-read',
    severity: 'problem',
    subjects: unread.subjects,
    text: {
      ja: `${unread.call}${asked.ja} を読み取れませんでした：${why.ja}。この部分については判断していません。`,
      en: `${unread.call}${asked.en} could not be read, and nothing is said of it: ${why.en}`,
    },
    commands: [],
  };
}

/** Names that a text gives in full; of more it gives the number. */
const NAMED = 3;

function shortList(names: readonly string[]): Bilingual {
  const shown = names.slice(0, NAMED).map(stripControls);
  const more = names.length - shown.length;
  return {
    ja: `${shown.join('、')}${more > 0 ? `ほか${more}件` : ''}`,
    en: `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  };
}

const EVIDENCE_WORDS: Readonly<Record<Evidence, Bilingual>> = {
  BOUNCE: { ja: '不達', en: 'bounces' },
  COMPLAINT: { ja: '迷惑メール申告', en: 'complaints' },
  DELIVERY: { ja: '配信', en: 'deliveries' },
  DELIVERY_DELAY: { ja: '遅延', en: 'delays' },
};

/** Types of event in words. */
export function evidenceWords(types: readonly Evidence[]): Bilingual {
  const words = types.map((type) => EVIDENCE_WORDS[type]);
  return { ja: words.map(({ ja }) => ja).join('・'), en: words.map(({ en }) => en).join(', ') };
}

/** The Region of a topic. */
export function regionOf(topic: string): string {
  return topic.split(':')[3] ?? '';
}

/** A value behind an option's name: one that begins with a hyphen would be taken for an option. */
export function optionValue(value: string): string {
  return `${value.startsWith('-') ? '=' : ' '}${shellWord(value)}`;
}

function regionOption(topic: string): string {
  return ` --region ${shellWord(regionOf(topic))}`;
}
