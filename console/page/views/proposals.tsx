import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RulesAnswer } from '../../../lib/contracts/policy.ts';
import { carrierLabel } from '../../../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../../../lib/text.ts';
import {
  isAskedFor,
  isUrgent,
  ordered,
  PROPOSAL_ORDERS,
  type Proposal,
  type ProposalOrder,
  totalsOf,
} from '../../../lib/waiting-proposals.ts';
import { useAnswer } from '../asking.ts';
import { figure, useWords } from '../language.ts';
import { Failure, Segments } from '../parts.tsx';
import { DecideDialog, type Deciding } from '../proposals/decide.tsx';
import { Inspect } from '../proposals/inspect.tsx';
import { boxOf, type Group, idOf, NO_CARRIER, ProposalTable } from '../proposals/table.tsx';
import { useWaiting, type Waiting } from '../proposals/waiting.ts';
import { isDone, type Result } from '../proposals/work.ts';
import type { ViewProps } from '../views.ts';

/** Rows shown at first, and with each step further. */
const STEP = 200;
/** Carriers that have a segment of their own. */
const NAMED = 3;
const ALL = 'all';
const OTHERS = 'others';

/** 提案: whom mail may go to again, the urgent first; decided together, after a look at what that would do. */
export function Proposals({ about, isShown, keys, tell, lookUp, decided, onDecided }: ViewProps) {
  const { say, language } = useWords();
  const waiting = useWaiting(decided);
  const rules = useAnswer<RulesAnswer>('rules');
  const [text, setText] = useState('');
  const [carrier, setCarrier] = useState<string>(ALL);
  const [isCustomers, setIsCustomers] = useState(false);
  const [order, setOrder] = useState<ProposalOrder>('missed');
  const [most, setMost] = useState(STEP);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  /** Keys come faster than the page is drawn: what they build on is kept at once. */
  const latest = useRef(chosen);
  const anchor = useRef('');
  const [cursor, setCursor] = useState('');
  const [deciding, setDeciding] = useState<Deciding>();
  const toFocus = useRef('');
  const isJustDecided = useRef(false);
  const title = useRef<HTMLHeadingElement>(null);

  const all = waiting.proposals ?? [];
  const byId = useMemo(() => new Map(all.map((each) => [idOf(each), each])), [waiting.proposals]);
  const named = useMemo(() => namedCarriers(all), [waiting.proposals]);
  /** What every condition but the carrier lets through: the segments say how many of each. */
  const found = useMemo(
    () => all.filter((each) => isAskedFor(each, { text, ...(isCustomers && { customer: 'yes' }) })),
    [waiting.proposals, text, isCustomers],
  );
  const groups = useMemo(
    () =>
      groupsOf(
        ordered(
          found.filter((each) => isOfSegment(each, carrier, named)),
          order,
        ),
        about.now,
        most,
      ),
    [found, carrier, order, most],
  );
  const visible = useMemo(() => groups.flatMap(({ all: each }) => each.map(idOf)), [groups]);
  const shown = useMemo(() => groups.flatMap((group) => group.shown.map(idOf)), [groups]);
  const hidden = useMemo(() => {
    const seen = new Set(visible);
    return [...chosen].filter((id) => !seen.has(id)).length;
  }, [visible, chosen]);

  const choose = (ids: Iterable<string>): void => {
    latest.current = new Set(ids);
    setChosen(latest.current);
  };
  // What waits no more cannot be decided; what was selected otherwise stays so, whatever is filtered.
  useEffect(() => {
    if (waiting.reading !== undefined || waiting.refused !== undefined) return;
    choose([...latest.current].filter((id) => byId.has(id)));
    if (!byId.has(cursor)) setCursor('');
  }, [byId, waiting.reading, waiting.refused]);
  useEffect(() => {
    if (toFocus.current === '') return;
    document.getElementById(boxOf(toFocus.current))?.focus();
    toFocus.current = '';
  }, [shown]);

  const toggle = (id: string): void => {
    anchor.current = id;
    toggleAll([id], !latest.current.has(id));
  };
  const toggleAll = (ids: readonly string[], on: boolean): void => {
    const after = new Set(latest.current);
    for (const id of ids) {
      if (on && id !== '') after.add(id);
      else after.delete(id);
    }
    choose(after);
  };
  /** The row whose box has the focus: there is no second cursor. */
  const focused = (): string | undefined => shown.find((id) => document.activeElement?.id === boxOf(id));
  const move = (step: 1 | -1): void => {
    const at = shown.indexOf(focused() ?? cursor);
    const to = at < 0 ? 0 : Math.min(visible.length - 1, Math.max(0, at + step));
    const id = visible[to] ?? '';
    const box = document.getElementById(boxOf(id));
    if (box) {
      box.focus();
      return;
    }
    toFocus.current = id;
    setMost((before) => before + STEP);
  };
  const select = (): void => {
    const id = focused();
    if (id !== undefined && id !== '') toggle(id);
  };
  const selectUpToHere = (): void => {
    const here = focused();
    if (here === undefined) return;
    const from = shown.indexOf(anchor.current);
    const [first, last] = [from < 0 ? shown.indexOf(here) : from, shown.indexOf(here)].toSorted(
      (one, other) => one - other,
    );
    toggleAll(shown.slice(first, (last ?? 0) + 1), true);
    anchor.current = here;
  };
  const decide = (decision: Deciding['decision']): void => {
    const proposals = [...latest.current].flatMap((id) => byId.get(id) ?? []);
    if (proposals.length > 0) setDeciding({ decision, proposals });
    else tell(say({ ja: '先に行を選んでください', en: 'Select rows first' }));
  };
  const clear = (): void => choose([]);
  useEffect(() => {
    if (!isShown) return;
    keys({
      j: () => move(1),
      k: () => move(-1),
      x: select,
      'Shift+x': selectUpToHere,
      a: () => decide('approve'),
      r: () => decide('reject'),
      Escape: clear,
    });
  });

  const onClosed = (results: ReadonlyMap<string, Result>): void => {
    const { decision } = deciding ?? {};
    setDeciding(undefined);
    if (results.size === 0) return;
    // What failed may be tried again, and stays selected with what was not sent.
    toggleAll(
      [...results].flatMap(([id, { result }]) => (result === 'failed' ? [] : [id])),
      false,
    );
    const done = [...results.values()].filter(isDone).length;
    const count = figure(done);
    tell(
      decision === 'approve'
        ? say({ ja: `${count}件の送信を再開しました`, en: `Sending is resumed to ${count}` })
        : say({ ja: `${count}件を見送りました`, en: `${count} turned down` }),
    );
    onDecided();
    isJustDecided.current = true;
  };
  useEffect(() => {
    // The row that had the focus is gone, or soon will be: the answer that has changed takes it.
    if (deciding === undefined && isJustDecided.current) title.current?.focus();
    isJustDecided.current = false;
  }, [deciding]);

  const rows = useMemo(
    () => (
      <ProposalTable
        groups={groups}
        now={about.now}
        chosen={chosen}
        onToggle={toggle}
        onToggleAll={toggleAll}
        onCursor={setCursor}
        onLookUp={lookUp}
        onMove={move}
      />
    ),
    [groups, chosen, language],
  );
  const isRead = waiting.proposals !== undefined;
  const lead = leadOf(waiting);
  return (
    <>
      <header>
        <p class="eyebrow">{say({ ja: '提案', en: 'Proposals' })}</p>
        <h1 class="balance" tabIndex={-1} ref={title}>
          {say(titleOf(waiting))}
        </h1>
        {lead && (
          <p class="lead">
            {say(lead)}{' '}
            {isRead && waiting.reading === undefined && (
              <button type="button" class="btn quiet sm" onClick={waiting.again}>
                {say({ ja: '読み直す', en: 'Read again' })}
              </button>
            )}
          </p>
        )}
      </header>
      {waiting.refused && <Unread waiting={waiting} />}
      {waiting.isMore && (
        <p class="note">
          {language === 'ja'
            ? `一度に読み込めるのは、止めた日の古い順に${figure(all.length)}件までです。これらを決めると、続きを読み込みます。`
            : `The ${figure(all.length)} that were stopped first are shown: decide these, and the rest follows.`}
        </p>
      )}
      {isRead && all.length > 0 && (
        <>
          <search class="filters" aria-label={say({ ja: '提案をしぼる', en: 'Narrow the proposals' })}>
            <div class="q">
              <label class="vh" for="proposal-text">
                {say({ ja: '宛先でしぼる', en: 'Part of the address' })}
              </label>
              <input
                id="proposal-text"
                type="search"
                autoComplete="off"
                spellcheck={false}
                placeholder={say({ ja: '宛先でしぼる', en: 'Part of the address' })}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
              />
            </div>
            <Segments
              label={say({ ja: '携帯会社', en: 'Carrier' })}
              value={carrier}
              options={segmentsOf(found, named, language)}
              onChange={setCarrier}
            />
            <label class="ck">
              <input
                type="checkbox"
                checked={isCustomers}
                onChange={(event) => setIsCustomers(event.currentTarget.checked)}
              />
              {say({ ja: '会員だけ', en: 'Customers only' })}
            </label>
            <label class="vh" for="proposal-order">
              {say({ ja: '並び', en: 'Order' })}
            </label>
            <select
              id="proposal-order"
              value={order}
              onChange={(event) =>
                setOrder(PROPOSAL_ORDERS.find((each) => each === event.currentTarget.value) ?? 'missed')
              }
            >
              {PROPOSAL_ORDERS.map((each) => (
                <option key={each} value={each}>
                  {say(ORDER_NAMES[each])}
                </option>
              ))}
            </select>
          </search>
          <KeysLine />
          <div class="deskpr">
            <div>
              {visible.length === 0 ? (
                <p class="note">
                  {say({ ja: 'この条件に合う提案はありません。', en: 'No proposal is one of these.' })}{' '}
                  <button
                    type="button"
                    class="btn quiet sm"
                    onClick={() => {
                      setText('');
                      setCarrier(ALL);
                      setIsCustomers(false);
                    }}
                  >
                    {say({ ja: '条件を外す', en: 'Show all' })}
                  </button>
                </p>
              ) : (
                rows
              )}
              {shown.length < visible.length && (
                <p class="ui bar more">
                  <button type="button" class="btn sm" onClick={() => setMost(most + STEP)}>
                    {language === 'ja'
                      ? `続きの${figure(Math.min(STEP, visible.length - shown.length))}件を表示（残り${figure(visible.length - shown.length)}件）`
                      : `Show ${figure(Math.min(STEP, visible.length - shown.length))} more of ${figure(visible.length - shown.length)}`}
                  </button>
                </p>
              )}
              {chosen.size > 0 && (
                <ActionBar chosen={chosen.size} hidden={hidden} onClear={clear} onDecide={decide} />
              )}
            </div>
            <Inspect proposal={byId.get(cursor)} rules={rules} now={about.now} onLookUp={lookUp} />
          </div>
        </>
      )}
      {deciding && <DecideDialog {...deciding} now={about.now} onClose={onClosed} />}
    </>
  );
}

/** How many are selected, those among them that a condition hides, and what can be done. */
function ActionBar(props: {
  readonly chosen: number;
  readonly hidden: number;
  readonly onClear: () => void;
  readonly onDecide: (decision: Deciding['decision']) => void;
}) {
  const { say, language } = useWords();
  const { chosen, hidden, onClear, onDecide } = props;
  return (
    <section class="act" aria-label={say({ ja: '選択したものの操作', en: 'What is selected' })}>
      <p class="hintsel">
        <b>{language === 'ja' ? `${figure(chosen)}件を選択中` : `${figure(chosen)} selected`}</b>
        {hidden > 0 && (
          <span class="small muted">
            {language === 'ja'
              ? `（うち${figure(hidden)}件は、この条件では見えていません）`
              : ` (${figure(hidden)} of them hidden by the conditions)`}
          </span>
        )}
      </p>
      <button type="button" class="btn quiet sm" onClick={onClear}>
        {say({ ja: '選択を外す', en: 'Select none' })}
      </button>
      <span class="grow" />
      <button type="button" class="btn" onClick={() => onDecide('reject')}>
        {say({ ja: '見送る', en: 'Turn down' })} <kbd>r</kbd>
      </button>
      <button type="button" class="btn primary" onClick={() => onDecide('approve')}>
        {say({ ja: '内容を確かめる', en: 'Preview' })} <kbd>a</kbd>
      </button>
    </section>
  );
}

function KeysLine() {
  const { say } = useWords();
  return (
    <p class="keys">
      <span>
        <kbd>j</kbd> <kbd>k</kbd> {say({ ja: '上下', en: 'down, up' })}
      </span>
      <span>
        <kbd>x</kbd> {say({ ja: '選ぶ', en: 'select' })}
      </span>
      <span>
        <kbd>Shift</kbd>+<kbd>x</kbd> {say({ ja: 'ここまで', en: 'up to here' })}
      </span>
      <span>
        <kbd>a</kbd> {say({ ja: '承認の確認', en: 'preview' })}
      </span>
      <span>
        <kbd>r</kbd> {say({ ja: '見送る', en: 'turn down' })}
      </span>
      <span>
        <kbd>?</kbd> {say({ ja: 'すべてのキー', en: 'all keys' })}
      </span>
    </p>
  );
}

/** That they could not be read: none of them, or those after the ones that are shown. */
function Unread({ waiting }: { readonly waiting: Waiting }) {
  const { refused, proposals, again } = waiting;
  if (refused === undefined) return null;
  if (proposals === undefined) return <Failure text={refused.text} onAgain={again} />;
  const text: Bilingual = {
    ja: `下の${figure(proposals.length)}件より後の提案や、その後の変化は分かりません。${refused.text.ja}`,
    en: `What comes after the ${figure(proposals.length)} below, or has changed since, is not known. ${refused.text.en}`,
  };
  return <Failure text={text} onAgain={again} />;
}

const ORDER_NAMES: Readonly<Record<ProposalOrder, Bilingual>> = {
  missed: { ja: '最近送らなかった順', en: 'Latest mail not sent' },
  order: { ja: '最後の利用が新しい順', en: 'Last seen' },
  stopped: { ja: '止めた日が新しい順', en: 'Stopped last' },
};

/** The view's answer: how many wait. */
function titleOf({ proposals, isMore, refused }: Waiting): Bilingual {
  if (proposals === undefined) {
    return refused
      ? { ja: '提案を読み込めませんでした', en: 'The proposals could not be read' }
      : { ja: '提案を読み込んでいます', en: 'Reading the proposals' };
  }
  const count = figure(proposals.length);
  if (proposals.length === 0) return { ja: '判断を待っている提案はありません', en: 'No proposal is waiting' };
  return {
    ja: `送信を再開できそうな宛先が${count}件${isMore ? '以上' : ''}あります`,
    en: `Mail could go out again to ${count}${isMore ? ' or more' : ''}`,
  };
}

function leadOf({ proposals, reading }: Waiting): Bilingual | undefined {
  if (reading !== undefined && proposals === undefined) {
    return {
      ja: `記録を読んでいます（${figure(reading)}件まで）。500件ごとに数秒かかります。`,
      en: `Reading the record (${figure(reading)} so far). Each 500 take some seconds.`,
    };
  }
  if (reading !== undefined) return { ja: '読み直しています。', en: 'Reading again.' };
  if (proposals === undefined) return undefined;
  if (proposals.length === 0) {
    return {
      ja: '定期実行が再開できそうな宛先を見つけると、ここに並びます。',
      en: 'Whatever the next runs find stands here.',
    };
  }
  return {
    ja: '急ぐものから並べています。承認するまで、何も変わりません。',
    en: 'The urgent stand first. Nothing changes until you approve.',
  };
}

/** The largest carriers, by number; addresses of none are no carrier's. */
function namedCarriers(proposals: readonly Proposal[]): readonly string[] {
  const { carriers } = totalsOf(proposals);
  return Object.keys(carriers)
    .filter((each) => each !== '-')
    .slice(0, NAMED);
}

function isOfSegment({ diagnosis }: Proposal, segment: string, named: readonly string[]): boolean {
  if (segment === ALL) return true;
  const { carrier = '-' } = diagnosis;
  return segment === OTHERS ? !named.includes(carrier) : carrier === segment;
}

function segmentsOf(found: readonly Proposal[], named: readonly string[], language: Language) {
  const { carriers } = totalsOf(found);
  const largest = named.map((id) => ({ id, count: carriers[id] ?? 0 }));
  const others = found.length - largest.reduce((sum, { count }) => sum + count, 0);
  return [
    { value: ALL, text: `${{ ja: 'すべて', en: 'All' }[language]} ${figure(found.length)}` },
    ...largest.map(({ id, count }) => ({
      value: id,
      text: `${carrierLabel(id, language)} ${figure(count)}`,
    })),
    { value: OTHERS, text: `${NO_CARRIER[language]} ${figure(others)}` },
  ];
}

/** The urgent, then the rest, in the order given; so many of them in sight. */
function groupsOf(proposals: readonly Proposal[], now: string, most: number): readonly Group[] {
  let left = most;
  return [true, false].flatMap((urgent) => {
    const own = proposals.filter((each) => isUrgent(each, now) === urgent);
    const shown = own.slice(0, left);
    left -= shown.length;
    return own.length === 0 ? [] : [{ isUrgent: urgent, all: own, shown }];
  });
}
