import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { WorstCase } from '../../../lib/contracts/rescue.ts';
import type { StatusAnswer } from '../../../lib/contracts/status.ts';
import { carrierLabel } from '../../../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../../../lib/text.ts';
import { type Proposal, totalsOf } from '../../../lib/waiting-proposals.ts';
import { type Asked, useAnswer } from '../asking.ts';
import { figure, momentOf, percentOf, useWords } from '../language.ts';
import { Address, Dialog, Fold, type Shape, StateWord } from '../parts.tsx';
import { ReasonField } from '../reason.tsx';
import type { Refused } from '../server.ts';
import { idOf, NO_CARRIER } from './table.tsx';
import { isDone, type Result, refusalsIn, workThrough } from './work.ts';

/** Proposals a request: few enough that each answer comes within seconds at SES's pace. */
const LOOKED_AT_ONCE = 10;
const APPROVED_AT_ONCE = 1;
/** Turning down asks SES nothing. */
const REJECTED_AT_ONCE = 5;
/** Addresses of a group that stand in sight. */
const SHOWN = 5;

type Stage = 'looking' | 'asking' | 'working' | 'done';

/** What is decided, on whom: as they were selected at that moment. */
export interface Deciding {
  readonly decision: 'approve' | 'reject';
  readonly proposals: readonly Proposal[];
}

/**
 * Says what a decision would do before it does anything, has it confirmed with a reason, and then shows what becomes of
 * each. Whatever was decided stands, also when the page is closed; whatever was not sent is not done.
 */
export function DecideDialog(
  props: Deciding & {
    readonly now: string;
    /** @param results of those that were answered; `isDone` says which were done. */
    readonly onClose: (results: ReadonlyMap<string, Result>) => void;
  },
) {
  const { say, language } = useWords();
  const { decision, proposals, now, onClose } = props;
  const isApproval = decision === 'approve';
  const ids = useMemo(() => proposals.map(idOf), []);
  const byId = useMemo(() => new Map(proposals.map((each) => [idOf(each), each])), []);
  const [stage, setStage] = useState<Stage>(isApproval ? 'looking' : 'asking');
  const [looked, setLooked] = useState<ReadonlyMap<string, Result>>(new Map());
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map());
  const [refused, setRefused] = useState<Refused>();
  const [reason, setReason] = useState('');
  const [isReasonMissing, setIsReasonMissing] = useState(false);
  const [isStopping, setIsStopping] = useState(false);
  const ending = useRef(new AbortController());
  const answered = useRef<ReadonlyMap<string, Result>>(results);
  const text = useRef<HTMLTextAreaElement>(null);
  const first = useRef<HTMLButtonElement>(null);

  /** What would be done: those that SES and the record were asked about, or all that are turned down. */
  const going = isApproval ? ids.filter((id) => isDone(looked.get(id) ?? { result: '' })) : ids;
  const left = going.filter((id) => !results.has(id));
  const worst = useAnswer<WorstCase>(
    isApproval && stage !== 'looking' && going.length > 0 ? 'worst-case' : undefined,
    { added: going.length },
  );
  const status = useAnswer<StatusAnswer>(isApproval ? 'status' : undefined);

  const look = async (): Promise<void> => {
    setRefused(undefined);
    const open = ids.filter((id) => !looked.has(id));
    const failed = await workThrough(
      open,
      { decision, dryRun: true },
      LOOKED_AT_ONCE,
      ending.current.signal,
      (id, result) => setLooked((before) => new Map(before).set(id, result)),
    );
    if (failed === undefined) setStage('asking');
    else setRefused(failed);
  };
  useEffect(() => {
    if (isApproval) void look();
    // Where the view is gone nothing more is sent.
    return () => ending.current.abort();
  }, []);
  useEffect(() => {
    if (stage === 'asking') text.current?.focus();
    else if (stage === 'working' || stage === 'done') first.current?.focus();
  }, [stage]);

  const work = async (): Promise<void> => {
    const said = reason.trim();
    if (isApproval && said === '') {
      setIsReasonMissing(true);
      text.current?.focus();
      return;
    }
    const own = new AbortController();
    ending.current = own;
    setRefused(undefined);
    setIsStopping(false);
    setStage('working');
    const failed = await workThrough(
      left,
      { decision, ...(said !== '' && { reason: said }), dryRun: false },
      isApproval ? APPROVED_AT_ONCE : REJECTED_AT_ONCE,
      own.signal,
      (id, result) => {
        answered.current = new Map(answered.current).set(id, result);
        setResults(answered.current);
      },
    );
    setRefused(failed);
    setStage('done');
  };
  const stop = (): void => {
    ending.current.abort();
    setIsStopping(true);
  };
  const close = (): void => {
    ending.current.abort();
    onClose(answered.current);
  };

  const done = [...results.values()].filter(isDone).length;
  const words = isApproval ? APPROVING : REJECTING;
  return (
    <Dialog
      title={
        words.title[stage]({ all: ids.length, going: going.length, done, looked: looked.size })[language]
      }
      onClose={close}
      onEscape={stage === 'working' ? stop : undefined}
      footer={
        <>
          {stage === 'working' ? (
            <button type="button" class="btn" ref={first} disabled={isStopping} onClick={stop}>
              {isStopping
                ? say({ ja: '止めています', en: 'Stopping' })
                : say({ ja: 'ここで止める', en: 'Stop here' })}{' '}
              <kbd>Esc</kbd>
            </button>
          ) : (
            <button type="button" class="btn" ref={first} onClick={close}>
              {stage === 'done' ? say({ ja: '閉じる', en: 'Close' }) : say({ ja: 'やめる', en: 'Cancel' })}{' '}
              <kbd>Esc</kbd>
            </button>
          )}
          {stage === 'looking' && refused && (
            <button type="button" class="btn primary" onClick={() => void look()}>
              {say({ ja: '続きを確かめる', en: 'Look at the rest' })}
            </button>
          )}
          {stage === 'asking' && going.length > 0 && (
            <button type="button" class="btn primary" onClick={() => void work()}>
              {words.confirm(figure(going.length))[language]}
            </button>
          )}
          {stage === 'done' && left.length > 0 && (
            <button type="button" class="btn primary" onClick={() => void work()}>
              {language === 'ja'
                ? `残りの${figure(left.length)}件を続ける`
                : `Go on with the other ${figure(left.length)}`}
            </button>
          )}
        </>
      }
    >
      {stage === 'looking' && <Looking done={looked.size} all={ids.length} refused={refused} />}
      {stage === 'asking' && (
        <>
          <p class="muted">{say(words.lead)}</p>
          {isApproval && <Stopped asked={status} now={now} />}
          {isApproval && (
            <Preview going={going.flatMap((id) => byId.get(id) ?? [])} looked={looked} byId={byId} />
          )}
          {isApproval && going.length > 0 && <Worst asked={worst} />}
          {going.length > 0 && (
            <ReasonField
              label={words.reason}
              value={reason}
              isRequired={isApproval}
              isMissing={isReasonMissing}
              fieldRef={text}
              onInput={(value) => {
                setReason(value);
                setIsReasonMissing(false);
              }}
            />
          )}
        </>
      )}
      {(stage === 'working' || stage === 'done') && (
        <Results
          isApproval={isApproval}
          isWorking={stage === 'working'}
          going={going}
          results={results}
          byId={byId}
          refused={refused}
        />
      )}
    </Dialog>
  );
}

/** How many were asked about, and what to do where the asking ended. */
function Looking(props: { done: number; all: number; refused: Refused | undefined }) {
  const { say, language } = useWords();
  const { done, all, refused } = props;
  return (
    <>
      <p class="muted">
        {say({
          ja: 'SESの今の状態と記録を、1件ずつ読み直しています。1件に1秒ほどかかります。まだ何も変わりません。',
          en: 'SES and the record are read again, one by one, at about a second each. Nothing is changed yet.',
        })}
      </p>
      <Progress
        done={done}
        all={all}
        label={say({ ja: '確かめた件数', en: 'Looked at' })}
        text={
          language === 'ja' ? `${figure(all)}件のうち${figure(done)}件` : `${figure(done)} of ${figure(all)}`
        }
      />
      {refused && (
        <div class="note warn" role="alert">
          <p>
            <b>
              {say({
                ja: 'ここまでで止まりました（再開できないという意味ではありません）。',
                en: 'It ended here, which does not mean that they cannot be resumed.',
              })}
            </b>{' '}
            {say(refused.text)}
          </p>
        </div>
      )}
    </>
  );
}

function Progress(props: { done: number; all: number; label: string; text: string }) {
  return (
    <p class="field">
      <progress value={props.done} max={props.all} aria-label={props.label} />
      <span class="ui">{props.text}</span>
    </p>
  );
}

/** That an operator has stopped all removals, which would refuse every one, or that nobody knows whether one has. */
function Stopped({ asked, now }: { readonly asked: Asked<StatusAnswer>; readonly now: string }) {
  const { language } = useWords();
  if (asked.state === 'refused') {
    const { ja, en } = asked.refused.text;
    return (
      <p class="note warn" role="alert">
        {language === 'ja'
          ? `すべての再開が停止されているかどうかは、確かめられませんでした。停止中であれば、どれも再開されません。${ja}`
          : `Whether all removals are stopped could not be found out. If they are, none is made. ${en}`}
      </p>
    );
  }
  if (asked.answer?.stopped === undefined) return null;
  const { by, at, reason } = asked.answer.stopped;
  const when = momentOf(at, language, now);
  return (
    <p class="note warn" role="alert">
      {language === 'ja'
        ? `${by}がすべての再開を停止しています（${when}、理由：${reason}）。停止が解けるまで、どれも再開されません。`
        : `${by} has stopped all removals (${when}: ${reason}). None is made until they are allowed again.`}
    </p>
  );
}

/** What would be done, and what would not, and why. */
function Preview(props: {
  readonly going: readonly Proposal[];
  readonly looked: ReadonlyMap<string, Result>;
  readonly byId: ReadonlyMap<string, Proposal>;
}) {
  const { say, language } = useWords();
  const { going, looked, byId } = props;
  return (
    <table class="recs" role="table">
      <caption class="vh">{say({ ja: '承認の内容', en: 'What approving does' })}</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            {say({ ja: '結果', en: 'Result' })}
          </th>
          <th role="columnheader" scope="col" class="num">
            {say({ ja: '件数', en: 'Number' })}
          </th>
          <th role="columnheader" scope="col">
            {say({ ja: '内容', en: 'Details' })}
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {going.length > 0 && (
          <tr role="row">
            <th role="rowheader" scope="row">
              <StateWord shape="ok">{say({ ja: '再開する', en: 'Resumed' })}</StateWord>
            </th>
            <td role="cell" class="num nowrap">
              {countOf(going.length, language)}
            </td>
            <td role="cell" class="full">
              {mixOf(going, language)}
            </td>
          </tr>
        )}
        {refusalsIn(looked).map(({ result, why, ids }) => (
          <tr role="row" key={`${result} ${why?.en}`}>
            <th role="rowheader" scope="row">
              <ResultWord result={result} />
            </th>
            <td role="cell" class="num nowrap">
              {countOf(ids.length, language)}
            </td>
            <td role="cell" class="full">
              {why && say(why)}
              <Addresses ids={ids} byId={byId} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Addresses({ ids, byId }: { ids: readonly string[]; byId: ReadonlyMap<string, Proposal> }) {
  const { say } = useWords();
  const list = (some: readonly string[]) => (
    <ul class="small muted">
      {some.map((id) => (
        <li key={id}>
          <Address value={byId.get(id)?.spelling ?? id} />
        </li>
      ))}
    </ul>
  );
  if (ids.length <= SHOWN) return list(ids);
  return (
    <Fold title={say({ ja: '宛先', en: 'Addresses' })} count={ids.length}>
      {list(ids)}
    </Fold>
  );
}

function countOf(count: number, language: Language): string {
  return language === 'ja' ? `${figure(count)}件` : figure(count);
}

/** `au 2件、NTTドコモ 1件`. */
function mixOf(proposals: readonly Proposal[], language: Language): string {
  return Object.entries(totalsOf(proposals).carriers)
    .map(([carrier, count]) => {
      const name = carrier === '-' ? NO_CARRIER[language] : carrierLabel(carrier, language);
      return language === 'ja' ? `${name} ${countOf(count, language)}` : `${name} ${figure(count)}`;
    })
    .join(language === 'ja' ? '、' : ', ');
}

/** How high the bounce rate can rise, or that nobody knows. */
function Worst({ asked }: { readonly asked: Asked<WorstCase> }) {
  const { say, language } = useWords();
  const { answer: worst } = asked;
  const refused = asked.state === 'refused' ? asked.refused : undefined;
  if (worst === undefined) {
    return (
      <p class="field">
        {refused
          ? say({
              ja: `バウンス率がどこまで上がるかは、調べられませんでした（上がらないという意味ではありません）。${refused.text.ja}`,
              en: `How high the bounce rate can rise could not be found out, which does not mean that it stays. ${refused.text.en}`,
            })
          : say({
              ja: 'バウンス率がどこまで上がるかを計算しています。',
              en: 'Working out how high the bounce rate can rise.',
            })}
      </p>
    );
  }
  const { rates, bound, open, limits } = worst;
  const rate = (value: number) => percentOf(value, language, 2);
  return (
    <div class="field">
      {rates === undefined ? (
        <p>{say(RATE_UNKNOWN)}</p>
      ) : (
        <p>
          {language === 'ja'
            ? '全員がまた不達になると、バウンス率は'
            : 'If all of them bounce again, the bounce rate rises '}
          <b>
            {language === 'ja'
              ? `${rate(rates.now)}から${rate(rates.worst)}`
              : `from ${rate(rates.now)} to ${rate(rates.worst)}`}
          </b>
          {language === 'ja' ? 'に上がります' : ''}
          {rates.worst <= bound ? (
            language === 'ja' ? (
              `（上限${rate(bound)}）。`
            ) : (
              ` (the limit is ${rate(bound)}).`
            )
          ) : (
            <>
              {language === 'ja' ? '。' : '. '}
              <StateWord shape="warn">
                {language === 'ja'
                  ? `上限の${rate(bound)}を超えます`
                  : `That is above the limit of ${rate(bound)}`}
              </StateWord>
            </>
          )}
        </p>
      )}
      {rates && (
        <p class="small muted">
          {language === 'ja'
            ? `直近${rates.days}日に送った${figure(rates.volume)}通と、${rates.source === 'cloudwatch' ? 'SESの公表値' : '記録にある不達'}から計算しました。${open > 0 ? `結果待ちの${figure(open)}件も、また不達になるものとしています。` : ''}`
            : `Worked out from the ${figure(rates.volume)} mails of the last ${rates.days} days and ${rates.source === 'cloudwatch' ? 'the rate that SES publishes' : 'the bounces on record'}${open > 0 ? `; the ${figure(open)} whose result is awaited are taken to bounce as well` : ''}.`}
        </p>
      )}
      {limits.map(({ limit, because }) => (
        <p key={limit} class="note warn">
          {say(because)}
        </p>
      ))}
    </div>
  );
}

const RATE_UNKNOWN: Bilingual = {
  ja: 'バウンス率がどこまで上がるかは、分かりません（アカウントの送信数を取得できないか、まだ送信がありません）。',
  en: 'How high the bounce rate can rise is not known: how much the account sends cannot be read, or it sends nothing.',
};

/** What became of each, the newest first while they come in; those that were not done first when it has ended. */
function Results(props: {
  readonly isApproval: boolean;
  readonly isWorking: boolean;
  readonly going: readonly string[];
  readonly results: ReadonlyMap<string, Result>;
  readonly byId: ReadonlyMap<string, Proposal>;
  readonly refused: Refused | undefined;
}) {
  const { say, language } = useWords();
  const { isApproval, isWorking, going, results, byId, refused } = props;
  const left = going.length - results.size;
  const newest = [...results].toReversed();
  const shown = isWorking
    ? newest
    : newest.toSorted(([, one], [, other]) => Number(isDone(one)) - Number(isDone(other)));
  const done = newest.filter(([, each]) => isDone(each)).length;
  const failed = newest.filter(([, { result }]) => result === 'failed').length;
  const counts = [
    [isApproval ? { ja: '再開', en: 'resumed' } : { ja: '見送り', en: 'turned down' }, done],
    [{ ja: '行わなかった', en: 'not done' }, results.size - done - failed],
    [{ ja: '失敗', en: 'failed' }, failed],
    [{ ja: '残り', en: 'left' }, left],
  ] as const;
  const summary = counts
    .filter(([, count], place) => count > 0 || place === 0)
    .map(([name, count]) => `${name[language]} ${countOf(count, language)}`)
    .join(language === 'ja' ? '、' : ', ');
  return (
    <>
      <Progress
        done={results.size}
        all={going.length}
        label={say({ ja: '終わった件数', en: 'Done' })}
        text={summary}
      />
      {!isWorking && (
        <div role="status" class="field told">
          <p class="vh">{summary}</p>
          {refused && (
            <p class="note warn">
              <b>{say(INTERRUPTED)}</b> {say(refused.text)}
            </p>
          )}
          {left > 0 && (
            <p>
              {!refused && say(UNTOUCHED)} {say(STILL_SELECTED)}
            </p>
          )}
          {isApproval && done > 0 && <p>{say(RESUMED)}</p>}
        </div>
      )}
      <ul class="list results">
        {shown.map(([id, each]) => (
          <li key={id}>
            <Address value={byId.get(id)?.spelling ?? each.address ?? id} />
            <ResultWord result={each.result} />
            {each.why && (!isDone(each) || each.result === 'scheduled') && (
              <p class="small muted">{say(each.because ?? each.why)}</p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const INTERRUPTED: Bilingual = {
  ja: '途中で止まりました。最後に送ったものは、行われたかどうか分かりません（続けると、そこから確かめ直します）。それより後の残りには、何もしていません。',
  en: 'It ended before all were done. Whether the last request was carried out is not known; going on begins with it. Nothing was done to those after it.',
};
const UNTOUCHED: Bilingual = {
  ja: '残りには、何もしていません。',
  en: 'Nothing was done to those that are left.',
};
const STILL_SELECTED: Bilingual = {
  ja: '選択は残してあります。ここから続けることも、閉じて後で確かめ直すこともできます。',
  en: 'They stay selected: go on from here, or close and look again later.',
};
const RESUMED: Bilingual = {
  ja: '再開した宛先には、次のメールから送信します。送らなかったメールは自動では届きません。結果は、次のメールの後に「調べる」で分かります。',
  en: 'Mail goes out again from the next one on; what was not sent does not go out by itself. Look up tells the result after the next mail.',
};

const RESULT_WORDS: Readonly<Record<string, { readonly shape: Shape; readonly text: Bilingual }>> = {
  removed: { shape: 'ok', text: { ja: '再開しました', en: 'Resumed' } },
  scheduled: { shape: 'wait', text: { ja: '次の定期実行で再開します', en: 'With the next run' } },
  rejected: { shape: 'none', text: { ja: '見送りました', en: 'Turned down' } },
  not_listed: { shape: 'none', text: { ja: 'すでに止めていません', en: 'Not stopped any more' } },
  refused: { shape: 'stop', text: { ja: '行いません', en: 'Not done' } },
  failed: { shape: 'warn', text: { ja: '失敗しました', en: 'Failed' } },
};

/** What a result is called on the page; a word of another version stands as it is. */
export function ResultWord({ result }: { readonly result: string }) {
  const { say } = useWords();
  const words = Object.hasOwn(RESULT_WORDS, result) ? RESULT_WORDS[result] : undefined;
  return <StateWord shape={words?.shape ?? 'warn'}>{words ? say(words.text) : result}</StateWord>;
}

interface Counts {
  readonly all: number;
  readonly going: number;
  readonly done: number;
  readonly looked: number;
}

interface Words {
  readonly title: Readonly<Record<Stage, (counts: Counts) => Bilingual>>;
  readonly lead: Bilingual;
  readonly reason: Bilingual;
  readonly confirm: (count: string) => Bilingual;
}

const APPROVING: Words = {
  title: {
    looking: ({ all }) => ({
      ja: `${figure(all)}件を確かめています`,
      en: `Looking at ${figure(all)}`,
    }),
    asking: ({ going }) =>
      going > 0
        ? { ja: `${figure(going)}件の送信を再開します`, en: `Resume sending to ${figure(going)}` }
        : { ja: '再開できるものはありません', en: 'None of them can be resumed' },
    working: ({ going, done }) => ({
      ja: `${figure(going)}件のうち${figure(done)}件の送信を再開しました`,
      en: `Sending is resumed to ${figure(done)} of ${figure(going)}`,
    }),
    done: ({ going, done }) =>
      done === going
        ? { ja: `${figure(done)}件の送信を再開しました`, en: `Sending is resumed to ${figure(done)}` }
        : {
            ja: `${figure(going)}件のうち${figure(done)}件の送信を再開しました`,
            en: `Sending is resumed to ${figure(done)} of ${figure(going)}`,
          },
  },
  lead: {
    ja: '今、SESの状態を読み直しました。選んだ宛先はこの時点で固定されています。',
    en: 'SES was read again just now. What you selected is fixed as of now.',
  },
  reason: { ja: '理由（操作の記録に残ります）', en: 'Reason (kept in the record)' },
  confirm: (count) => ({ ja: `${count}件を再開する`, en: `Resume ${count}` }),
};

const REJECTING: Words = {
  title: {
    looking: ({ all }) => ({ ja: `${figure(all)}件を見送ります`, en: `Turn down ${figure(all)}` }),
    asking: ({ all }) => ({ ja: `${figure(all)}件を見送ります`, en: `Turn down ${figure(all)}` }),
    working: ({ going, done }) => ({
      ja: `${figure(going)}件のうち${figure(done)}件を見送りました`,
      en: `${figure(done)} of ${figure(going)} are turned down`,
    }),
    done: ({ going, done }) =>
      done === going
        ? { ja: `${figure(done)}件を見送りました`, en: `${figure(done)} are turned down` }
        : {
            ja: `${figure(going)}件のうち${figure(done)}件を見送りました`,
            en: `${figure(done)} of ${figure(going)} are turned down`,
          },
  },
  lead: {
    ja: '送信は止めたままにします。見送った宛先は、新しい不達が起きるまで提案しません。お客様に確かめられれば、「調べる」から再開できます。',
    en: 'Sending stays stopped, and they are not proposed again until something new happens. Once a customer has confirmed, resume from Look up.',
  },
  reason: { ja: '理由（書くと操作の記録に残ります）', en: 'Reason (kept in the record if you give one)' },
  confirm: (count) => ({ ja: `${count}件を見送る`, en: `Turn down ${count}` }),
};
