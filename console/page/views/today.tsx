import type { ComponentChildren } from 'preact';
import type { HistoryAnswer } from '../../../lib/contracts/history.ts';
import type { IncidentList } from '../../../lib/contracts/incidents.ts';
import type { RescueStatus } from '../../../lib/contracts/rescue.ts';
import type { StatusAnswer } from '../../../lib/contracts/status.ts';
import type { Health } from '../../../lib/doctor/health.ts';
import { carrierLabel } from '../../../lib/guidance/wording/labels.ts';
import { type Bilingual, byCodeUnits, type Language } from '../../../lib/text.ts';
import { monthInTokyo, spanOfMonth } from '../../../lib/time.ts';
import { isUrgent, ordered, type Proposal, URGENT_DAYS } from '../../../lib/waiting-proposals.ts';
import { type Asked, useAnswer } from '../asking.ts';
import { StackedBar } from '../charts.tsx';
import { clockOf, dayOf, figure, momentOf, monthOf, useWords, weekdayOf } from '../language.ts';
import { Address, Failure } from '../parts.tsx';
import { useWaiting, type Waiting } from '../proposals/waiting.ts';
import { HealthNow } from '../today/health.tsx';
import { INCIDENT_DAYS, LastIncident } from '../today/incident.tsx';
import type { ViewProps } from '../views.ts';

/** Urgent proposals that are named here. */
const NAMED = 5;

/**
 * 今日: what is urgent, whether everything is well, and what comes next.
 *
 * It asks six questions when it is opened or told to, and none in between. Five are a function each, of which that of the
 * waiting proposals is called once for every 500 that wait, and that of the decisions reads the whole table. `health` is
 * two functions and some fifteen calls of AWS, to which SES's settings add one for each configuration set and sender.
 */
export function Today({ about, decided, goTo, lookUp, tell }: ViewProps) {
  const { say, language } = useWords();
  const { now } = about;
  const month = spanOfMonth(monthInTokyo(now));
  const status = useAnswer<StatusAnswer>('status', { runs: 1 });
  const waiting = useWaiting(decided);
  const health = useAnswer<Health>('health');
  const incidents = useAnswer<IncidentList>('incidents', { days: INCIDENT_DAYS });
  const released = useAnswer<HistoryAnswer>('history', { since: month.from, limit: 1 });
  const rescue = useAnswer<RescueStatus>('rescue-status');
  const urgent = ordered(
    (waiting.proposals ?? []).filter((each) => isUrgent(each, now)),
    'missed',
  );
  const again = () => {
    for (const each of [status, waiting, health, incidents, released, rescue]) each.again();
  };
  const readAt = status.answer?.at ?? now;
  const copy = async (command: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(command);
      tell(say({ ja: 'コマンドをコピーしました', en: 'The command is copied' }));
    } catch {
      tell(
        say({
          ja: 'コピーできませんでした。選んでコピーしてください',
          en: 'It could not be copied: select it and copy it',
        }),
      );
    }
  };
  return (
    <>
      <header>
        <p class="eyebrow">
          {say({ ja: '今日', en: 'Today' })}
          {'\u3000'}
          {weekdayOf(readAt, language, readAt)} {clockOf(readAt)}{' '}
          <button type="button" class="btn quiet sm" onClick={again}>
            {say({ ja: '最新にする', en: 'Refresh' })}
          </button>
        </p>
        <Answer status={status} waiting={waiting} urgent={urgent.length} now={now} goTo={goTo} />
      </header>
      <HealthNow asked={health} now={now} onCopy={(command) => void copy(command)} />
      <div class="cols today">
        <div>
          <LastIncident asked={incidents} now={now} />
          <Urgent urgent={urgent} waiting={waiting} now={now} goTo={goTo} lookUp={lookUp} />
        </div>
        <div>
          <Released asked={released} now={now} />
          <Next health={health} rescue={rescue} now={now} until={month.until} />
        </div>
      </div>
    </>
  );
}

/** What is asked first, in one sentence: removals are stopped, or so many are urgent. */
function Answer(props: {
  readonly status: Asked<StatusAnswer>;
  readonly waiting: Waiting;
  readonly urgent: number;
  readonly now: string;
  readonly goTo: (view: string) => void;
}) {
  const { say, language } = useWords();
  const { status, waiting, urgent, now, goTo } = props;
  const { proposals, isMore, refused } = waiting;
  const stopped = status.answer?.stopped;
  const all = proposals?.length ?? 0;
  // While it is asked anew, the answer of before stands.
  const isKnown = proposals !== undefined && (status.answer !== undefined || status.state === 'refused');
  return (
    <>
      <h1 aria-live="polite">
        {stopped !== undefined
          ? say(STOPPED)
          : isKnown
            ? say(urgentWords(urgent, all, isMore))
            : say(refused === undefined ? READING : UNREAD)}
      </h1>
      {stopped !== undefined && (
        <p class="lead">
          {say({
            ja: `${momentOf(stopped.at, language, now)}から、${stopped.by}さんが止めています（理由：${stopped.reason}）。承認しても自動処理でも、送信は再開されません。`,
            en: `${stopped.by} stopped them on ${momentOf(stopped.at, language, now)} (${stopped.reason}). Until they are allowed again, nothing is resumed, whoever approves it.`,
          })}
        </p>
      )}
      {proposals !== undefined && (stopped !== undefined || urgent > 0 || all > 0) && (
        <p class="lead">{waitingWords(stopped !== undefined, urgent, all, isMore, language)}</p>
      )}
      {proposals !== undefined && all === 0 && stopped === undefined && <p class="lead">{say(NOTHING)}</p>}
      {refused !== undefined && <Failure text={refused.text} onAgain={waiting.again} />}
      {status.state === 'refused' && <Failure text={status.refused.text} onAgain={status.again} />}
      {all > 0 && (
        <p class="bar sect">
          <button
            type="button"
            class={urgent > 0 && stopped === undefined ? 'btn primary' : 'btn'}
            onClick={() => goTo('proposals')}
          >
            {say(
              urgent > 0
                ? { ja: `急ぐ${figure(urgent)}件を見る`, en: `See the ${figure(urgent)} urgent ones` }
                : { ja: '提案を見る', en: 'See the proposals' },
            )}
          </button>
        </p>
      )}
    </>
  );
}

const STOPPED: Bilingual = {
  ja: '送信の再開を、すべて止めています',
  en: 'All removals are stopped',
};
const READING: Bilingual = { ja: '今日の状態を読み込んでいます', en: 'Reading how things stand today' };
const UNREAD: Bilingual = {
  ja: '急ぐ提案があるかどうか、読み込めませんでした',
  en: 'Whether anything is urgent could not be read',
};
const NOTHING: Bilingual = {
  ja: '新しい提案は、次の実行のあとに出ます。',
  en: 'New proposals come with the next run.',
};

function urgentWords(urgent: number, all: number, isMore: boolean): Bilingual {
  const more = isMore ? { ja: '以上', en: ' or more' } : { ja: '', en: '' };
  if (urgent > 0) {
    return {
      ja: `急ぐ提案が${figure(urgent)}件${more.ja}あります`,
      en: `${figure(urgent)}${more.en} urgent ${urgent === 1 ? 'proposal' : 'proposals'}`,
    };
  }
  return all > 0
    ? { ja: '急ぐ提案はありません', en: 'No proposal is urgent' }
    : { ja: '待っている提案はありません', en: 'No proposal is waiting' };
}

function waitingWords(
  isStopped: boolean,
  urgent: number,
  all: number,
  isMore: boolean,
  language: Language,
): string {
  const ja = language === 'ja';
  const more = isMore ? (ja ? '以上' : ' or more') : '';
  const total = ja
    ? `待っている提案は、全部で${figure(all)}件${more}あります。`
    : `${figure(all)}${more} proposals wait in all.`;
  if (urgent === 0) return total;
  if (isStopped) {
    return ja
      ? `急ぐ提案が${figure(urgent)}件あります。${total}`
      : `${figure(urgent)} proposals are urgent. ${total}`;
  }
  return ja
    ? `この${URGENT_DAYS}日に、送らなかったメールがある会員の方です。${total}`
    : `These customers missed mail in the last ${URGENT_DAYS} days. ${total}`;
}

/** The first of the urgent proposals; each address leads to the first view. */
function Urgent(props: {
  readonly urgent: readonly Proposal[];
  readonly waiting: Waiting;
  readonly now: string;
  readonly goTo: (view: string) => void;
  readonly lookUp: (address: string) => void;
}) {
  const { say, language } = useWords();
  const { urgent, now, goTo, lookUp } = props;
  if (urgent.length === 0) return null;
  const heads = [CARRIER, ORDER, MISSED];
  return (
    <section class="blk">
      <h2>{say({ ja: '急ぐ提案', en: 'Urgent proposals' })}</h2>
      <table class="recs" role="table">
        <caption class="vh">
          {say({
            ja: `急ぐ提案のうち新しい${Math.min(NAMED, urgent.length)}件`,
            en: `The newest ${Math.min(NAMED, urgent.length)} of the urgent proposals`,
          })}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              {say({ ja: '宛先', en: 'Address' })}
            </th>
            {heads.map((head) => (
              <th key={head.en} role="columnheader" scope="col" {...(head === MISSED && { class: 'num' })}>
                {say(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {urgent.slice(0, NAMED).map(({ address, spelling, diagnosis, lastSeen, missed }) => (
            <tr key={address} role="row">
              <th role="rowheader" scope="row" class="full plain">
                <button type="button" class="link" onClick={() => lookUp(address)}>
                  <Address value={spelling} />
                </button>
              </th>
              <td role="cell">
                {diagnosis.carrier === undefined ? '–' : carrierLabel(diagnosis.carrier, language)}
              </td>
              <td role="cell" data-l={say(ORDER)}>
                {lastSeen === undefined ? '–' : dayOf(lastSeen, language, now)}
              </td>
              <td role="cell" class="num" data-l={say(MISSED)}>
                {missed === undefined
                  ? '–'
                  : `${figure(missed.count)}${say({ ja: '通', en: '' })}${missed.atLeast ? say({ ja: '以上', en: '+' }) : ''}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {urgent.length > NAMED && (
        <p class="sect">
          <button type="button" class="link" onClick={() => goTo('proposals')}>
            {say({
              ja: `ほか${figure(urgent.length - NAMED)}件`,
              en: `${figure(urgent.length - NAMED)} more`,
            })}
          </button>
        </p>
      )}
    </section>
  );
}

const CARRIER: Bilingual = { ja: '携帯会社', en: 'Carrier' };
const ORDER: Bilingual = { ja: '最後のご利用', en: 'Last seen' };
const MISSED: Bilingual = { ja: '送らなかった', en: 'Missed' };

/** Whom mail was resumed to this month, and what came of it. */
function Released({ asked, now }: { readonly asked: Asked<HistoryAnswer>; readonly now: string }) {
  const { say, language } = useWords();
  const released = asked.answer?.released;
  const month = say({
    ja: `${Number(monthInTokyo(now).slice(5))}月`,
    en: monthOf(now, language),
  });
  return (
    <section class="blk">
      <h2>{say({ ja: `${month}に送信を再開した宛先`, en: `Resumed in ${month}` })}</h2>
      {asked.state === 'refused' && <Failure text={asked.refused.text} onAgain={asked.again} />}
      {asked.state === 'asking' && released === undefined && <p role="status">{say(COUNTING)}</p>}
      {asked.answer !== undefined && released === undefined && <p>{say(OLDER)}</p>}
      {asked.answer?.incomplete && <p class="note warn">{say(INCOMPLETE)}</p>}
      {released !== undefined && released.addresses === 0 && <p>{say(NOBODY)}</p>}
      {released !== undefined && released.addresses > 0 && (
        <>
          <p class="big">
            {figure(released.addresses)}
            <small>{say({ ja: '件', en: released.addresses === 1 ? ' address' : ' addresses' })}</small>
          </p>
          <StackedBar
            parts={BECAME.map(({ kind, of: count }) => ({ kind, count: count(released) }))}
            label={BECAME.map(({ name, of: count }) => `${say(name)} ${figure(count(released))}`).join(
              say({ ja: '、', en: ', ' }),
            )}
          />
          <ul class="leg col">
            {BECAME.filter(({ of: count, always }) => always || count(released) > 0).map(
              ({ name, kind, of: count }) => (
                <li key={name.en}>
                  <i class={`k-${kind}`} />
                  {say(name)}
                  <b>{figure(count(released))}</b>
                </li>
              ),
            )}
          </ul>
        </>
      )}
    </section>
  );
}

const COUNTING: Bilingual = {
  ja: 'すべての宛先の記録から数えています。ふつうは数秒です。',
  en: 'Counting over the records of all addresses. It usually takes seconds.',
};
const OLDER: Bilingual = {
  ja: 'スタックが古いため、数えられません。更新してください。',
  en: 'The stack is of an older version and does not count them: deploy it again.',
};
const INCOMPLETE: Bilingual = {
  ja: '記録が多く、時間内に数え切れませんでした。実際はこれより多いことがあります。',
  en: 'Not everything could be read in time: there may be more.',
};
const NOBODY: Bilingual = { ja: '今月はまだありません。', en: 'None yet this month.' };

type Counts = NonNullable<HistoryAnswer['released']>;

/** What may have become of an address, in the order of the bar. Accepted is all that a delivery says. */
const BECAME: readonly {
  readonly name: Bilingual;
  readonly kind: 'ok' | 'wait' | 'bad' | 'none';
  readonly of: (counts: Counts) => number;
  readonly always?: true;
}[] = [
  {
    name: { ja: '受信側が受け取った', en: 'Accepted' },
    kind: 'ok',
    of: ({ delivered }) => delivered,
    always: true,
  },
  { name: { ja: '結果待ち', en: 'Awaited' }, kind: 'wait', of: ({ open }) => open, always: true },
  {
    name: { ja: 'また不達', en: 'Bounced again' },
    kind: 'bad',
    of: ({ bouncedAgain }) => bouncedAgain,
    always: true,
  },
  { name: { ja: '申告', en: 'Spam report' }, kind: 'bad', of: ({ complained }) => complained },
  { name: { ja: '反応なし', en: 'Silent' }, kind: 'none', of: ({ silent }) => silent },
];

/** What comes next, as far as it is known: the run, a rescue's wave, the month's report. */
function Next(props: {
  readonly health: Asked<Health>;
  readonly rescue: Asked<RescueStatus>;
  readonly now: string;
  /** The first moment of the next month, ISO 8601 UTC. */
  readonly until: string;
}) {
  const { say, language } = useWords();
  const { health, rescue, now, until } = props;
  const due = health.answer?.figures.nextDue;
  const wave = rescue.answer?.campaign?.state === 'running' ? rescue.answer.next : undefined;
  const month = monthInTokyo(now);
  const day = (at: string) => dayOf(at, language, now);
  const by = (when: string) => say({ ja: `${when}まで`, en: `By ${when}` });
  const coming: readonly { readonly at: string; readonly when: string; readonly what: ComponentChildren }[] =
    [
      ...(due !== undefined && due >= now
        ? [
            {
              at: due,
              when: by(momentOf(due, language, now)),
              what: say({ ja: '定期実行', en: 'Scheduled run' }),
            },
          ]
        : []),
      ...(wave === undefined
        ? []
        : [
            {
              // What has no date may be done now.
              at: wave.until ?? now,
              when: wave.until === undefined ? '' : by(day(wave.until)),
              what: (
                <>
                  {say({ ja: '救済：', en: 'Rescue: ' })}
                  {say(wave.because)}
                  <br />
                  <a href="#/outcomes">{say({ ja: '波ごとの結果を見る', en: 'See each wave' })}</a>
                </>
              ),
            },
          ]),
      {
        at: until,
        when: day(until),
        what: say({
          ja: `${Number(month.slice(5))}月の報告がそろう`,
          en: `The report of ${monthOf(now, language)} is whole`,
        }),
      },
    ];
  return (
    <section class="blk">
      <h2>{say({ ja: 'これから', en: 'What comes next' })}</h2>
      <ul class="list ui">
        {coming
          .toSorted((one, other) => byCodeUnits(one.at, other.at))
          .map(({ at, when, what }) => (
            <li key={`${at} ${when}`}>
              {when !== '' && (
                <>
                  <b>{when}</b>
                  {'\u3000'}
                </>
              )}
              {what}
            </li>
          ))}
        {rescue.state === 'refused' && (
          <li>
            {say({
              ja: '救済の予定は読み込めませんでした。',
              en: 'What the rescue does next could not be read.',
            })}{' '}
            {say(rescue.refused.text)}
          </li>
        )}
      </ul>
    </section>
  );
}
