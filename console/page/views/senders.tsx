import { useState } from 'preact/hooks';
import type { AuditSendersAnswer, LastAuditsAnswer } from '../../../lib/contracts/audit-senders.ts';
import type { Bilingual, Language } from '../../../lib/text.ts';
import { refusedBy, useAnswer } from '../asking.ts';
import { figure, momentOf, useWords } from '../language.ts';
import { Failure, Fold, type Shape, StateWord } from '../parts.tsx';
import { ask, type Refused } from '../server.ts';
import type { ViewProps } from '../views.ts';

type Sender = LastAuditsAnswer['senders'][number];
type Ranked = LastAuditsAnswer['urgent'];
type Task = Ranked['items'][number];
type DnsRecord = Task['records'][number];

/** What a run came to: what it did, or why it was not made. */
type Ran =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly run: AuditSendersAnswer }
  | { readonly state: 'refused'; readonly refused: Refused };

/** 送信元: how each sending identity stands, and what to publish, most urgent first. */
export function Senders({ about, tell }: ViewProps) {
  const { say, language } = useWords();
  const last = useAnswer<LastAuditsAnswer>('senders');
  const [ran, setRan] = useState<Ran>();
  const run = async (): Promise<void> => {
    setRan({ state: 'running' });
    try {
      const done = await ask<AuditSendersAnswer>('audit-senders', {});
      setRan({ state: 'done', run: done });
      last.again();
    } catch (error) {
      setRan({ state: 'refused', refused: refusedBy(error) });
    }
  };
  const copy = async (record: DnsRecord): Promise<void> => {
    try {
      await navigator.clipboard.writeText(record.lines.join('\n'));
      tell(say({ ja: 'レコードをコピーしました', en: 'The record is copied' }));
    } catch {
      tell(
        say({
          ja: 'コピーできませんでした。値を選んでコピーしてください',
          en: 'It could not be copied: select the value and copy it',
        }),
      );
    }
  };
  return (
    <>
      <header>
        <p class="eyebrow">{say({ ja: '送信元', en: 'Senders' })}</p>
        <h1 aria-live="polite">
          {last.state === 'answered'
            ? headline(last.answer, language)
            : say(last.state === 'refused' ? UNREAD : READING)}
        </h1>
        <p class="lead">
          {last.state === 'asking' && say(ASKED)}
          {last.state === 'answered' && lead(last.answer, language)}
        </p>
        <p class="bar run">
          <button type="button" class="btn" disabled={ran?.state === 'running'} onClick={() => void run()}>
            {say({ ja: '今すぐ点検する', en: 'Audit now' })}
          </button>
          <span class="ui muted" role="status">
            {ran?.state === 'running' && say(RUNNING)}
          </span>
        </p>
        {ran?.state === 'refused' && (
          <p class="note warn" role="alert">
            <b>{say({ ja: '点検できませんでした。', en: 'The audit was not made.' })}</b>{' '}
            {say(ran.refused.text)}
          </p>
        )}
        {ran?.state === 'done' && <Done run={ran.run} />}
      </header>
      {last.state === 'refused' && <Failure text={last.refused.text} onAgain={last.again} />}
      {last.state === 'answered' && (
        <>
          <States answer={last.answer} now={about.now} />
          <Tasks answer={last.answer} onCopy={(record) => void copy(record)} />
        </>
      )}
    </>
  );
}

const READING: Bilingual = { ja: '前回の点検を読み込んでいます', en: 'Reading the last audit' };
const ASKED: Bilingual = {
  ja: 'SESに送信元の名前を、記録に前回の点検の結果を問い合わせています。ふつうは2秒ほどです。',
  en: 'Asking SES for the senders’ names, and the record for the last audit. It usually takes two seconds.',
};
const UNREAD: Bilingual = { ja: '前回の点検を読み込めませんでした', en: 'The last audit could not be read' };
const RUNNING: Bilingual = {
  ja: 'SESとDNSに問い合わせています。送信元1件につき1、2秒、全体で数秒から数分かかります。',
  en: 'Asking SES and DNS: a second or two for each sender, seconds to minutes for all.',
};

/** The answer in one sentence: what to mend, or that there is nothing, or that nobody has looked yet. */
function headline({ senders, urgent, unknown, unaudited, unreadable }: LastAuditsAnswer, language: Language) {
  const ja = language === 'ja';
  const [first] = urgent.items;
  if (first !== undefined) {
    const what = (first.act ?? first.title)[language];
    return ja
      ? `直すところは${figure(urgent.count)}つ。最初は「${what}」です`
      : `${figure(urgent.count)} to mend. First: ${what}`;
  }
  if (senders.length === 0) {
    if (unaudited.length + unreadable.length === 0)
      return ja ? '送信元がSESに登録されていません' : 'No sender is registered with SES';
    return ja ? '点検の記録は、まだありません' : 'No audit is on record yet';
  }
  if (unknown.count > 0) {
    return ja
      ? `調べられなかったことが${figure(unknown.count)}つあります。ほかに急いで直すところはありません`
      : `${figure(unknown.count)} could not be looked up. Nothing else is urgent`;
  }
  return ja ? '急いで直すところはありません' : 'Nothing urgent is to be mended';
}

/** Why the first thing matters, or what to do where nobody has looked. */
function lead({ senders, urgent, unaudited, unreadable }: LastAuditsAnswer, language: Language): string {
  const [first] = urgent.items;
  if (first !== undefined) return first.effect[language];
  if (senders.length > 0 || unaudited.length + unreadable.length === 0) return '';
  return {
    ja: '点検すると、SPF、DKIM、MAIL FROM、DMARCの状態と、公開するレコードが分かります。',
    en: 'An audit says how SPF, DKIM, MAIL FROM and DMARC stand, and which records to publish.',
  }[language];
}

/** What the run that was just made came to. */
function Done({ run }: { readonly run: AuditSendersAnswer }) {
  const { say, language } = useWords();
  const changed = run.changes.length;
  return (
    <div class="note" role="status">
      <p>
        {language === 'ja'
          ? `${figure(run.audits.length)}件を点検しました。前回から変わったもの：${figure(changed)}件`
          : `${figure(run.audits.length)} audited, ${figure(changed)} of them changed since the last time.`}
        {run.continuesAfter !== undefined &&
          say({ ja: '。残りは次回の点検で調べます', en: ' The rest is left to the next run.' })}
      </p>
      {run.failed.map(({ identity, message, text }) => (
        <p key={identity}>
          <span class="addr">{identity}</span>
          {say({ ja: '：', en: ': ' })}
          {text === undefined ? message : say(text)}
        </p>
      ))}
    </div>
  );
}

interface State {
  readonly shape: Shape;
  readonly word: Bilingual;
}

/** How a mark is shown; a word that is not known here as it is. */
const STATES: Readonly<Record<string, State>> = {
  pass: { shape: 'ok', word: { ja: '合格', en: 'Passes' } },
  unaligned: { shape: 'warn', word: { ja: '合格（Fromと不一致）', en: 'Passes, not aligned' } },
  fail: { shape: 'stop', word: { ja: '不合格', en: 'Fails' } },
  permerror: { shape: 'stop', word: { ja: 'レコードの誤り', en: 'Record in error' } },
  none: { shape: 'stop', word: { ja: 'なし', en: 'None' } },
  unknown: { shape: 'warn', word: { ja: '判定できない', en: 'Cannot be told' } },
  own: { shape: 'ok', word: { ja: '独自ドメイン', en: 'Own domain' } },
  default: { shape: 'warn', word: { ja: 'SESのまま', en: 'SES’s own' } },
  refused: { shape: 'stop', word: { ja: '送信不可', en: 'SES refuses' } },
};

const COLUMNS = [
  { head: 'SPF', mark: ({ marks }: Sender) => marks.spf },
  { head: 'DKIM', mark: ({ marks }: Sender) => marks.dkim },
  { head: 'MAIL FROM', mark: ({ marks }: Sender) => marks.mailFrom },
  { head: 'DMARC', mark: ({ marks }: Sender) => marks.dmarc },
] as const;

/** Four ticks for each sender, those with the most urgent things first. */
function States({ answer, now }: { readonly answer: LastAuditsAnswer; readonly now: string }) {
  const { say, language } = useWords();
  const { senders, unaudited, unreadable } = answer;
  const without = [
    ...unreadable.map((identity) => ({ identity, why: UNREADABLE })),
    ...unaudited.map((identity) => ({ identity, why: NEVER })),
  ];
  if (senders.length + without.length === 0) return null;
  return (
    <section class="blk">
      <h2 class="vh">{say({ ja: '送信元ごとの状態', en: 'How each sender stands' })}</h2>
      <table class="recs auth" role="table">
        <caption class="vh">
          {say({
            ja: '送信元ごとのSPF、DKIM、MAIL FROM、DMARC',
            en: 'SPF, DKIM, MAIL FROM and DMARC of each sender',
          })}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              {say({ ja: '送信元', en: 'Sender' })}
            </th>
            {COLUMNS.map(({ head }) => (
              <th key={head} role="columnheader" scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {senders.map((sender) => (
            <tr key={sender.identity} role="row">
              <th role="rowheader" scope="row" class="full">
                <span class="addr">{sender.identity}</span>
                <br />
                <span class="muted small">
                  {say({
                    ja: `${momentOf(sender.at, language, now)}に点検`,
                    en: `audited ${momentOf(sender.at, language, now)}`,
                  })}
                </span>
              </th>
              {COLUMNS.map(({ head, mark }) => {
                const word = mark(sender);
                const { shape, word: said } = STATES[word] ?? {
                  shape: 'none' as const,
                  word: { ja: word, en: word },
                };
                return (
                  <td key={head} role="cell" data-l={head}>
                    <StateWord shape={shape}>{say(said)}</StateWord>
                    {head === 'DMARC' && sender.policy && (
                      <>
                        {' '}
                        <span class="mono muted">p={sender.policy}</span>
                      </>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
          {without.map(({ identity, why }) => (
            <tr key={identity} role="row">
              <th role="rowheader" scope="row" class="full">
                <span class="addr">{identity}</span>
              </th>
              <td role="cell" class="full" colSpan={COLUMNS.length}>
                <StateWord shape="none">{say(why)}</StateWord>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const NEVER: Bilingual = { ja: 'まだ点検していません', en: 'Not audited yet' };
const UNREADABLE: Bilingual = {
  ja: '記録を読めません。もう一度点検してください',
  en: 'The record cannot be read: audit again',
};

/** What to do in one ranked list, then what could not be looked up, and what can wait. */
function Tasks(props: { readonly answer: LastAuditsAnswer; readonly onCopy: (record: DnsRecord) => void }) {
  const { say } = useWords();
  const { urgent, unknown, advice } = props.answer;
  // A record that several tasks need is shown once: two of them at a name count as none.
  const shown = new Set<string>();
  const list = (ranked: Ranked) => (
    <>
      <ol class="todo">
        {ranked.items.map((task) => (
          <TaskItem key={`${task.id} ${task.subject}`} task={task} shown={shown} onCopy={props.onCopy} />
        ))}
      </ol>
      <More ranked={ranked} />
    </>
  );
  return (
    <>
      {urgent.count > 0 && (
        <section class="blk">
          <h2>{say({ ja: '直す順', en: 'In this order' })}</h2>
          {list(urgent)}
        </section>
      )}
      {unknown.count > 0 && (
        <section class="blk">
          <h2>{say({ ja: '調べられなかったこと', en: 'What could not be looked up' })}</h2>
          {list(unknown)}
        </section>
      )}
      {advice.count > 0 && (
        <section class="blk">
          <Fold title={say({ ja: '急がないこと', en: 'What can wait' })} count={advice.count}>
            {list(advice)}
          </Fold>
        </section>
      )}
    </>
  );
}

function More({ ranked: { count, items } }: { readonly ranked: Ranked }) {
  const { say } = useWords();
  const more = count - items.length;
  if (more <= 0) return null;
  return (
    <p class="ui muted">
      {say({
        ja: `ほかに${figure(more)}件あります。上から直すと、順に表示します。`,
        en: `And ${figure(more)} more, which follow as these are mended.`,
      })}
    </p>
  );
}

function TaskItem(props: {
  readonly task: Task;
  readonly shown: Set<string>;
  readonly onCopy: (record: DnsRecord) => void;
}) {
  const { say, language } = useWords();
  const { task, shown, onCopy } = props;
  const others = task.identities.slice(1);
  return (
    <li>
      <div>
        <h3>{say(task.act ?? task.title)}</h3>
        {task.now && (
          <p>
            <StateWord shape="stop">{say(task.now)}</StateWord>
          </p>
        )}
        {task.act && <p>{say(task.title)}</p>}
        <p class="muted">{say(task.effect)}</p>
        <p>{say(task.todo)}</p>
        {others.length > 0 && (
          <p class="small muted">
            {language === 'ja'
              ? `${task.identities[0]}のほか、${figure(others.length)}件の送信元も同じです：${others.join('、')}`
              : `The same goes for ${figure(others.length)} more: ${others.join(', ')}`}
          </p>
        )}
        {task.records.map((record) => {
          const key = `${record.type} ${record.name.toLowerCase()}`;
          if (shown.has(key)) {
            return (
              <p key={key} class="ui">
                {say({
                  ja: `上に示した${record.name}（${record.type}）に、このぶんも入っています。公開するレコードは1つです。`,
                  en: `The ${record.type} record at ${record.name} above has this in it, too: publish one record.`,
                })}
              </p>
            );
          }
          shown.add(key);
          return <RecordToCopy key={key} record={record} onCopy={() => onCopy(record)} />;
        })}
        <p class="small muted">
          {say({ ja: '出典：', en: 'Source: ' })}
          {task.source}
        </p>
      </div>
    </li>
  );
}

/** A record to publish, with what stands at its name and stays. */
function RecordToCopy(props: { readonly record: DnsRecord; readonly onCopy: () => void }) {
  const { say } = useWords();
  const { name, type, value, keep = [], replaces } = props.record;
  return (
    <>
      <dl class="rec">
        <dt>{say({ ja: '名前', en: 'Name' })}</dt>
        <dd>{name}</dd>
        <dt>{say({ ja: '種類', en: 'Type' })}</dt>
        <dd>{type}</dd>
        <dt>{say({ ja: '値', en: 'Value' })}</dt>
        <dd>{value}</dd>
        {replaces !== undefined && (
          <>
            <dt>
              {replaces === value
                ? say({ ja: '今の値（公開済み）', en: 'Now (as it should be)' })
                : say({ ja: '今の値（置き換える）', en: 'Now (replace it)' })}
            </dt>
            <dd>{replaces}</dd>
          </>
        )}
        {keep.map((each, place) => (
          <>
            <dt key={`${place} name`}>{say({ ja: 'そのまま残す値', en: 'Leave as it is' })}</dt>
            <dd key={place}>{typeof each === 'string' ? each : each.join('')}</dd>
          </>
        ))}
      </dl>
      <div class="bar copy">
        <button
          type="button"
          class="btn sm"
          aria-label={say({
            ja: `レコードをコピー：${name}（${type}）`,
            en: `Copy record: ${name} (${type})`,
          })}
          onClick={props.onCopy}
        >
          {say({ ja: 'レコードをコピー', en: 'Copy record' })}
        </button>
      </div>
    </>
  );
}
