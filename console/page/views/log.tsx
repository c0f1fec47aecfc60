import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { HistoryAnswer } from '../../../lib/contracts/history.ts';
import { doneLabel } from '../../../lib/guidance/wording/decisions.ts';
import {
  carrierLabel,
  labelOfConfidence,
  labelOfReason,
  outcomeLabel,
} from '../../../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../../../lib/text.ts';
import { DAY, dayInTokyo, later, monthInTokyo, monthsLater, spanOfMonth } from '../../../lib/time.ts';
import { grouped, type ToldDecision, toldOf } from '../../../lib/told-decisions.ts';
import { refusedBy, useAnswer } from '../asking.ts';
import { clockOf, figure, useWords, weekdayOf } from '../language.ts';
import { Address, Failure, Icon, Segments } from '../parts.tsx';
import { ask, type Refused } from '../server.ts';
import type { ViewProps } from '../views.ts';

/** Decisions that are read at once: the function reads the whole table for each answer, so few and large ones. */
const READ = 1_000;
/** Lines shown at first, and with each step further. */
const STEP = 100;
/** Addresses of one line that stand there before it is unfolded. */
const SEVERAL = 1;

type Whose = 'people' | 'todoku';

/** A span of time that may be chosen, by what the headline calls it. */
interface Period {
  readonly id: string;
  /** As the choice names it. */
  readonly name: Bilingual;
  /** As a sentence begins with it. */
  readonly within: Bilingual;
  readonly since: string;
  readonly until?: string;
}

/**
 * 操作の記録: who decided what, when, why, and what the verdict was then. One question a period, and another for what is
 * older than the thousand decisions that it gives.
 */
export function Log({ about, decided, isShown, lookUp }: ViewProps) {
  const { say, language } = useWords();
  const periods = useMemo(() => periodsAt(about.now), [about.now]);
  const [chosen, setChosen] = useState('month');
  const [whose, setWhose] = useState<Whose>('people');
  const [action, setAction] = useState('');
  const [text, setText] = useState('');
  const [most, setMost] = useState(STEP);
  const period = periods.find(({ id }) => id === chosen) ?? periods[0];
  const request = {
    since: period?.since ?? about.now,
    ...(period?.until && { until: period.until }),
    whose,
    limit: READ,
  };
  const read = useHistory(request);
  const told = useMemo(() => toldOf(read.decisions), [read.decisions]);
  const actions = useMemo(() => [...new Set(told.map((each) => each.action))], [told]);
  const found = useMemo(() => told.filter((each) => isFound(each, action, text)), [told, action, text]);
  const lines = useMemo(() => grouped(found), [found]);
  const shown = lines.slice(0, most);
  // It stays behind the other views with what it holds: what was decided meanwhile is read when it is seen again.
  const known = useRef(decided);
  useEffect(() => {
    if (!isShown || known.current === decided) return;
    known.current = decided;
    read.again();
  }, [isShown, decided]);
  useEffect(() => setMost(STEP), [chosen, whose, action, text]);
  useEffect(() => setAction(''), [chosen, whose]);
  const { answer } = read;
  return (
    <>
      <header>
        <p class="eyebrow">
          {say({ ja: '操作の記録', en: 'Record of actions' })}{' '}
          <button type="button" class="btn quiet sm" onClick={read.again}>
            {say({ ja: '最新にする', en: 'Refresh' })}
          </button>
        </p>
        <h1 aria-live="polite">
          {answer !== undefined && period !== undefined
            ? headline(told, whose, period, language)
            : say(read.refused === undefined ? READING : UNREAD)}
        </h1>
        <p class="lead">
          {answer === undefined ? read.refused === undefined && say(ASKED) : lead(told, whose, language)}
        </p>
      </header>
      {/* biome-ignore lint/a11y/useSemanticElements: <search> is not known to every browser that this page supports. */}
      <form
        class="filters"
        role="search"
        aria-label={say({ ja: '記録をしぼる', en: 'Narrow the record' })}
        onSubmit={(event) => event.preventDefault()}
      >
        <Segments
          label={say({ ja: 'だれの操作か', en: 'Whose actions' })}
          value={whose}
          options={[
            { value: 'people', text: say({ ja: '人の操作', en: 'People’s' }) },
            { value: 'todoku', text: say({ ja: 'todokuの自動処理', en: 'todoku’s own' }) },
          ]}
          onChange={setWhose}
        />
        <label class="vh" for="log-period">
          {say({ ja: '期間', en: 'Time' })}
        </label>
        <select id="log-period" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
          {periods.map(({ id, name }) => (
            <option key={id} value={id}>
              {say(name)}
            </option>
          ))}
        </select>
        <label class="vh" for="log-action">
          {say({ ja: '操作', en: 'Action' })}
        </label>
        <select id="log-action" value={action} onChange={(event) => setAction(event.currentTarget.value)}>
          <option value="">{say({ ja: 'すべての操作', en: 'All actions' })}</option>
          {actions.map((each) => (
            <option key={each} value={each}>
              {doneLabel(each, language)}
            </option>
          ))}
          {whose === 'people' && <option value={OVERRIDDEN}>{say(OVERRIDE)}</option>}
        </select>
        <div class="q">
          <label class="vh" for="log-text">
            {say(TEXT)}
          </label>
          <input
            id="log-text"
            type="search"
            autoComplete="off"
            spellcheck={false}
            placeholder={say(TEXT)}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
      </form>
      {read.refused !== undefined && answer === undefined && (
        <Failure text={read.refused.text} onAgain={read.again} />
      )}
      {answer?.incomplete && <p class="note warn">{say(INCOMPLETE)}</p>}
      {answer !== undefined && (
        <>
          <p class="small muted" role="status">
            {countWords(found, told, read, language)}
          </p>
          {shown.length > 0 ? (
            <LogTable lines={shown} whose={whose} now={about.now} onLookUp={lookUp} />
          ) : (
            <p class="sect">{say(told.length === 0 ? NOTHING : NOTHING_FOUND)}</p>
          )}
          {lines.length > most ? (
            <p class="bar sect">
              <button type="button" class="btn" onClick={() => setMost(most + STEP)}>
                {say({ ja: '続きを表示', en: 'Show more' })}
              </button>
            </p>
          ) : (
            read.older > 0 && (
              <p class="bar sect">
                <button type="button" class="btn" disabled={read.isReading} onClick={read.readOlder}>
                  {say({
                    ja: `これより前の${figure(read.older)}件から読み込む`,
                    en: `Read on in the ${figure(read.older)} older ones`,
                  })}
                </button>
              </p>
            )
          )}
          {read.refused !== undefined && <Failure text={read.refused.text} onAgain={read.readOlder} />}
        </>
      )}
    </>
  );
}

const READING: Bilingual = { ja: '操作の記録を読み込んでいます', en: 'Reading the record of actions' };
const ASKED: Bilingual = {
  ja: 'すべての宛先の記録から集めています。ふつうは数秒です。',
  en: 'Gathered from the records of all addresses. It usually takes seconds.',
};
const UNREAD: Bilingual = {
  ja: '操作の記録を読み込めませんでした',
  en: 'The record of actions could not be read',
};
const TEXT: Bilingual = { ja: '宛先や担当でしぼる', en: 'Narrow by address or person' };
const OVERRIDE: Bilingual = { ja: '禁止を承知で実行', en: 'Against a rule, knowingly' };
const INCOMPLETE: Bilingual = {
  ja: '記録が多く、時間内に読み切れませんでした。ここにあるのは一部です。期間を短くしてください。',
  en: 'Not everything could be read in time, so this is a part. Choose a shorter time.',
};
const NOTHING: Bilingual = {
  ja: 'この期間の記録はありません。期間を変えてください。',
  en: 'Nothing is on record for this time. Choose another one.',
};
const NOTHING_FOUND: Bilingual = {
  ja: 'この条件に合う記録はありません。条件を外してください。',
  en: 'Nothing matches these conditions. Take one away.',
};
/** A choice beside the actions: all that a person did against a rule. */
const OVERRIDDEN = 'overridden';

/** The spans that may be chosen, at a moment. */
function periodsAt(now: string): readonly Period[] {
  const month = monthInTokyo(now);
  const back = (days: number): Period => ({
    id: `days-${days}`,
    name: { ja: `この${days}日`, en: `Last ${days} days` },
    within: { ja: `この${days}日`, en: `in the last ${days} days` },
    since: later(now, -days * DAY),
  });
  return [
    { ...ofMonth('month', month), since: spanOfMonth(month).from },
    { ...ofMonth('before', monthsLater(month, -1)), ...spanOf(monthsLater(month, -1)) },
    back(30),
    back(90),
    back(365),
  ];
}

function ofMonth(id: string, month: string): Pick<Period, 'id' | 'name' | 'within'> {
  const [year = '', number = ''] = month.split('-');
  const en = `${ENGLISH_MONTHS[Number(number) - 1]} ${year}`;
  return {
    id,
    name: { ja: `${year}年${Number(number)}月`, en },
    within: { ja: `${Number(number)}月`, en: `in ${en}` },
  };
}

const ENGLISH_MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

function spanOf(month: string): Pick<Period, 'since' | 'until'> {
  const { from, until } = spanOfMonth(month);
  return { since: from, until };
}

/** What was read of a period so far. */
interface Read {
  /** Of the first question, with how many there are altogether; absent: not answered. */
  readonly answer?: HistoryAnswer;
  /** All that were read, newest first. */
  readonly decisions: HistoryAnswer['decisions'];
  /** How many older ones were not read yet. */
  readonly older: number;
  readonly isReading: boolean;
  readonly refused?: Refused;
  readonly again: () => void;
  readonly readOlder: () => void;
}

const NONE: HistoryAnswer['decisions'] = [];

/** Reads the newest decisions of a period, and older ones when it is asked to. */
function useHistory(request: { readonly since: string; readonly until?: string }): Read {
  const first = useAnswer<HistoryAnswer>('history', request);
  const key = JSON.stringify(request);
  const [further, setFurther] = useState<{
    readonly key: string;
    readonly decisions: HistoryAnswer['decisions'];
    readonly isReading: boolean;
    readonly refused?: Refused;
  }>();
  const own = further?.key === key ? further : undefined;
  // While it is asked anew, the answer of before stands.
  const { answer } = first;
  const decisions = useMemo(
    () =>
      own === undefined ? (answer?.decisions ?? NONE) : [...(answer?.decisions ?? []), ...own.decisions],
    [answer, own?.decisions],
  );
  const all = Object.values(answer?.counts ?? {}).reduce((sum, count) => sum + count, 0);
  const readOlder = async (): Promise<void> => {
    const last = decisions.at(-1);
    if (last === undefined) return;
    const before = own?.decisions ?? [];
    setFurther({ key, decisions: before, isReading: true });
    try {
      // Several are of one moment: what was read of it comes again, and is left out.
      const until = later(last.at, 1);
      const more = await ask<HistoryAnswer>('history', { ...request, until });
      const known = new Set(decisions.filter(({ at }) => at === last.at).map(nameOf));
      const fresh = more.decisions.filter((each) => !known.has(nameOf(each)));
      setFurther({ key, decisions: [...before, ...fresh], isReading: false });
    } catch (error) {
      setFurther({ key, decisions: before, isReading: false, refused: refusedBy(error) });
    }
  };
  const refused = first.state === 'refused' ? first.refused : own?.refused;
  return {
    ...(answer && { answer }),
    decisions,
    older: Math.max(0, all - decisions.length),
    isReading: own?.isReading ?? false,
    ...(refused && { refused }),
    again: () => {
      setFurther(undefined);
      first.again();
    },
    readOlder: () => void readOlder(),
  };
}

function nameOf({ at, address, action, rule, by }: HistoryAnswer['decisions'][number]): string {
  return [at, address, action, rule, by].join(' ');
}

function isFound(told: ToldDecision, action: string, text: string): boolean {
  if (action === OVERRIDDEN && !isOverriding(told)) return false;
  if (action !== '' && action !== OVERRIDDEN && told.action !== action) return false;
  const part = text.normalize('NFKC').trim().toLowerCase();
  return [told.by, ...told.addresses].some((each) => each.toLowerCase().includes(part));
}

/** Whether a person lifted a rule; one who was refused lifted none. */
function isOverriding({ overrides, action }: ToldDecision): boolean {
  return overrides !== undefined && action !== 'refused';
}

/** The answer in one sentence: what was resumed and whether each has its reason, or else how much was decided. */
function headline(
  told: readonly ToldDecision[],
  whose: Whose,
  { within }: Period,
  language: Language,
): string {
  const ja = language === 'ja';
  const when = within[language];
  const count = figure(told.length);
  if (whose === 'todoku') {
    if (told.length === 0)
      return ja ? `${when}にtodokuが自動で記録したものはありません` : `todoku recorded nothing ${when}`;
    return ja
      ? `${when}に、todokuは自動で${count}件を記録しました`
      : `todoku recorded ${count} things by itself ${when}`;
  }
  if (told.length === 0) {
    return ja ? `${when}に人が決めたことはありません` : `Nobody decided anything ${when}`;
  }
  const resumed = told.filter(({ action }) => action === 'removed');
  const unexplained = resumed.filter(({ note }) => note === undefined).length;
  const people = new Set(told.map(({ by }) => by)).size;
  if (resumed.length === 0) {
    return ja
      ? `${when}に、${figure(people)}人が${count}件を決めました`
      : `${figure(people)} ${people === 1 ? 'person' : 'people'} decided ${count} ${told.length === 1 ? 'thing' : 'things'} ${when}`;
  }
  if (unexplained > 0) {
    return ja
      ? `${when}に再開した${figure(resumed.length)}件のうち、${figure(unexplained)}件には理由がありません`
      : `Of ${figure(resumed.length)} resumed ${when}, ${figure(unexplained)} have no reason on record`;
  }
  return ja
    ? `${when}に再開した${figure(resumed.length)}件は、すべて理由が残っています`
    : `All ${figure(resumed.length)} resumed ${when} have their reason on record`;
}

/** What is in the record, and how much of it went against a rule; of todoku's own, what it was. */
function lead(told: readonly ToldDecision[], whose: Whose, language: Language): string {
  const ja = language === 'ja';
  if (whose === 'todoku') {
    const counts = new Map<string, number>();
    for (const { action } of told) counts.set(action, (counts.get(action) ?? 0) + 1);
    return [...counts]
      .toSorted(([, one], [, other]) => other - one)
      .map(([action, count]) => `${doneLabel(action, language)} ${figure(count)}`)
      .join(ja ? '、' : ', ');
  }
  const against = told.filter(isOverriding).length;
  if (ja) {
    return `だれが、いつ、何を、なぜ決めたかの記録です。禁止を承知で実行したものは${against === 0 ? 'ありません' : `${figure(against)}件あります`}。`;
  }
  return `Who decided what, when, and why. ${against === 0 ? 'Nothing was done against a rule.' : `${figure(against)} went against a rule, knowingly.`}`;
}

/** How many there are, and of how many that is a part. */
function countWords(
  found: readonly ToldDecision[],
  told: readonly ToldDecision[],
  { older }: Read,
  language: Language,
): string {
  const ja = language === 'ja';
  const parts = [ja ? `${figure(found.length)}件` : `${figure(found.length)} actions`];
  if (found.length < told.length) {
    parts.push(ja ? `（${figure(told.length)}件のうち）` : ` of ${figure(told.length)}`);
  }
  if (older > 0) {
    parts.push(
      ja
        ? `。これより前の記録${figure(older)}件は、まだ読み込んでいません。見出しの数にも入っていません。`
        : `. ${figure(older)} older entries are not read yet, and the headline does not count them.`,
    );
  }
  return parts.join('');
}

/** The lines, day by day. */
function LogTable(props: {
  readonly lines: readonly ToldDecision[];
  readonly whose: Whose;
  readonly now: string;
  readonly onLookUp: (address: string) => void;
}) {
  const { say, language } = useWords();
  const { lines, whose, now, onLookUp } = props;
  const days = new Map<string, ToldDecision[]>();
  for (const line of lines) {
    const day = dayInTokyo(line.at);
    days.set(day, [...(days.get(day) ?? []), line]);
  }
  return (
    <table class="log recs" role="table">
      <caption class="vh">{say({ ja: '操作の記録', en: 'Record of actions' })}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {HEADS.map((head) => (
            <th key={head.en} role="columnheader" scope="col">
              {say(head)}
            </th>
          ))}
        </tr>
      </thead>
      {[...days].map(([day, each]) => (
        <tbody key={day} role="rowgroup">
          <tr role="row" class="g">
            {/* biome-ignore lint/a11y/useSemanticElements: it heads the rows of a day, not the cells of a row. */}
            <th role="rowheader" class="grp" colSpan={HEADS.length} scope="rowgroup">
              {weekdayOf(each[0]?.at ?? '', language, now)}
            </th>
          </tr>
          {each.map((line, place) => (
            <Line key={place} line={line} whose={whose} onLookUp={onLookUp} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

const REASON: Bilingual = { ja: '理由', en: 'Why' };
const VERDICT: Bilingual = { ja: 'その時の判定', en: 'Verdict then' };
const HEADS: readonly Bilingual[] = [
  { ja: '時刻', en: 'Time' },
  { ja: '担当', en: 'By' },
  { ja: '操作', en: 'Action' },
  { ja: '対象', en: 'Address' },
  REASON,
  VERDICT,
];
/** What todoku's own doings are called. */
const OWN: Readonly<Record<string, Bilingual>> = {
  cleanup: { ja: '定期実行', en: 'scheduled run' },
  rescue: { ja: '救済', en: 'rescue' },
};

function Line(props: {
  readonly line: ToldDecision;
  readonly whose: Whose;
  readonly onLookUp: (address: string) => void;
}) {
  const { say, language } = useWords();
  const { line, whose, onLookUp } = props;
  const { at, by, action, addresses, note, outcome, diagnosis, because, instead } = line;
  const isPeople = whose === 'people';
  const own = OWN[by];
  return (
    <tr role="row">
      <td role="cell" class="t">
        {clockOf(at)}
      </td>
      <td role="cell" class="by">
        {!isPeople && own !== undefined ? say(own) : by}
      </td>
      <th role="rowheader" scope="row">
        {doneLabel(action, language)}
        {outcome && `${say({ ja: '：', en: ': ' })}${outcomeLabel(outcome, language)}`}
        {isOverriding(line) && (
          <>
            {' '}
            <span class="tag">
              <Icon shape="warn" />
              {say(OVERRIDE)}
            </span>
          </>
        )}
      </th>
      <td role="cell" class="full">
        <Addresses addresses={addresses} onLookUp={onLookUp} />
      </td>
      <td role="cell" class="full" data-l={say(REASON)}>
        {isPeople ? (note ?? say({ ja: '記録なし', en: 'none on record' })) : say(because)}
        {instead && (
          <>
            <br />
            <span class="muted">{say(instead)}</span>
          </>
        )}
      </td>
      <td role="cell" class="full muted" data-l={say(VERDICT)}>
        {diagnosis && (
          <>
            {labelOfReason(diagnosis.reason, language)}
            {say({ ja: '・', en: ', ' })}
            {labelOfConfidence(diagnosis.confidence, language)}
            {diagnosis.carrier &&
              `${say({ ja: '、', en: ', ' })}${carrierLabel(diagnosis.carrier, language)}`}
          </>
        )}
        {isPeople && (
          <>
            {diagnosis && <br />}
            <span class="small">{say(because)}</span>
          </>
        )}
      </td>
    </tr>
  );
}

/** Whom a line is about; each leads to the first view. */
function Addresses(props: {
  readonly addresses: readonly string[];
  readonly onLookUp: (address: string) => void;
}) {
  const { addresses, onLookUp } = props;
  const link = (address: string) => (
    <button key={address} type="button" class="link" onClick={() => onLookUp(address)}>
      <Address value={address} />
    </button>
  );
  const { say } = useWords();
  if (addresses.length <= SEVERAL) return <>{addresses.map(link)}</>;
  return (
    <details class="many">
      <summary>
        {say({ ja: `${figure(addresses.length)}件`, en: `${figure(addresses.length)} addresses` })}
      </summary>
      <ul>
        {addresses.map((address) => (
          <li key={address}>{link(address)}</li>
        ))}
      </ul>
    </details>
  );
}
