import { useEffect, useState } from 'preact/hooks';
import type { ReportAnswer } from '../../../lib/contracts/report.ts';
import { figureUnit, monthName, signed } from '../../../lib/guidance/wording/month.ts';
import type { Bilingual } from '../../../lib/text.ts';
import { monthInTokyo, monthsLater } from '../../../lib/time.ts';
import type { MonthReport } from '../../server/answers.ts';
import { useAnswer } from '../asking.ts';
import { PairOfBars } from '../charts.tsx';
import { figure, useWords } from '../language.ts';
import { Failure } from '../parts.tsx';
import { saveFile } from '../save.ts';
import type { ViewProps } from '../views.ts';

/** Months that can be chosen: the present one, and a year back. */
const MONTHS_BACK = 12;
/** Causes on the page, so that it stays one sheet; the files have all of them. */
const CAUSES = 8;
/** Figures that stand large; others follow in a line. */
const LARGE = 4;

/** Months that are over and were read whole: asking again would read the whole record again, for the same. */
const known = new Map<string, MonthReport>();

/** 月次報告: a month beside the one before it, on a sheet to print. */
export function Report({ about, tell }: ViewProps) {
  const { say, language } = useWords();
  const present = monthInTokyo(about.now);
  const [month, setMonth] = useState(() => monthsLater(present, -1));
  const kept = known.get(month);
  const asked = useAnswer<MonthReport>(kept === undefined ? 'report' : undefined, { month });
  const report = kept === undefined ? asked : ({ state: 'answered', answer: kept } as const);
  useEffect(() => {
    if (asked.state === 'answered' && isSettled(asked.answer, month < present))
      known.set(month, asked.answer);
  }, [asked]);
  const name = (each: string) =>
    `${monthName(each)[language]}${each === present ? say({ ja: '（途中）', en: ' (so far)' }) : ''}`;
  const save = (ending: 'csv' | 'html', { csv, html }: MonthReport): void => {
    const file = `todoku-${month}.${ending}`;
    if (ending === 'csv') saveFile(file, 'text/csv', csv);
    else saveFile(file, 'text/html', html[language]);
    tell(say({ ja: `${file}を保存しました`, en: `Saved ${file}` }));
  };
  return (
    <div class="sheet">
      <header>
        <p class="eyebrow">
          {say({ ja: '月次報告', en: 'Monthly report' })} {name(month)}
        </p>
        <h1 aria-live="polite">
          {report.state === 'answered'
            ? (report.answer.answer.headline[0]?.[language] ?? '').replace(/[。.]$/, '')
            : say(report.state === 'refused' ? UNREAD : READING)}
        </h1>
        {report.state === 'asking' && <p class="lead">{say(ASKED)}</p>}
        {report.state === 'answered' &&
          report.answer.answer.headline.slice(1).map((each) => (
            <p key={each.en} class="lead">
              {say(each)}
            </p>
          ))}
        <div class="bar noprint">
          <label class="vh" for="month">
            {say({ ja: '月', en: 'Month' })}
          </label>
          <select id="month" value={month} onChange={(event) => setMonth(event.currentTarget.value)}>
            {Array.from({ length: MONTHS_BACK + 1 }, (_, back) => monthsLater(present, -back)).map((each) => (
              <option key={each} value={each}>
                {name(each)}
              </option>
            ))}
          </select>
          {report.state === 'answered' && (
            <>
              <button type="button" class="btn" onClick={() => print()}>
                {say({ ja: '印刷', en: 'Print' })}
              </button>
              <button type="button" class="btn" onClick={() => save('csv', report.answer)}>
                {say({ ja: 'CSVを保存', en: 'Save as CSV' })}
              </button>
              <button type="button" class="btn" onClick={() => save('html', report.answer)}>
                {say({ ja: 'HTMLを保存', en: 'Save as HTML' })}
              </button>
            </>
          )}
        </div>
      </header>
      {report.state === 'refused' && <Failure text={report.refused.text} onAgain={report.again} />}
      {report.state === 'answered' && <Sheet answer={report.answer.answer} />}
    </div>
  );
}

/** Whether a later answer would say the same. */
function isSettled({ answer }: MonthReport, isOver: boolean): boolean {
  return isOver && !answer.month.incomplete && !answer.before.incomplete;
}

const READING: Bilingual = { ja: '記録を数えています', en: 'Counting what is on record' };
const ASKED: Bilingual = {
  ja: 'この月と前の月の記録を、すべて読んでいます。ふつうは数秒、記録が多いと1分ほどかかります。',
  en: 'All that is on record of this month and the one before is read: seconds, or about a minute where there is much.',
};
const UNREAD: Bilingual = { ja: '月次報告を読み込めませんでした', en: 'The report could not be read' };
const BEFORE: Bilingual = { ja: '前月', en: 'month before' };
const NOT_SENT: Bilingual = { ja: '送信しなかった', en: 'not sent' };
const CAME_BACK: Bilingual = { ja: '戻ってきた', en: 'came back' };

/** All under the headline. */
function Sheet({ answer }: { readonly answer: ReportAnswer }) {
  const { say, language } = useWords();
  const { figures, notes } = answer;
  const amount = (id: string, count: number) => `${figure(count)}${figureUnit(id, language)}`;
  const than = ({ figure: id, before, change }: (typeof figures)[number]) =>
    say({
      ja: `前月 ${amount(id, before)}${change === undefined ? '' : `（${signed(change)}）`}`,
      en: `month before: ${amount(id, before)}${change === undefined ? '' : ` (${signed(change)})`}`,
    });
  return (
    <>
      {notes.map((note) => (
        <p key={note.en} class="note warn">
          {say(note)}
        </p>
      ))}
      <dl class="kpi">
        {figures.slice(0, LARGE).map((each) => (
          <div key={each.figure}>
            <dt>{say(each.name)}</dt>
            <dd class="v">
              {figure(each.month)}
              <small>{figureUnit(each.figure, language)}</small>
            </dd>
            <dd class="d">{than(each)}</dd>
          </div>
        ))}
      </dl>
      {figures.slice(LARGE).map((each) => (
        <p key={each.figure} class="ui besides">
          {say(each.name)}
          {say({ ja: '：', en: ': ' })}
          {amount(each.figure, each.month)} <span class="muted">{than(each)}</span>
        </p>
      ))}
      <Carriers answer={answer} />
      <div class="two">
        <Causes answer={answer} />
        <Became answer={answer} />
      </div>
      <p class="small muted fine">
        {say({
          ja: '「戻ってきた」は相手側に断られて戻ったメール、「送信しなかった」はサプレッションリストにあるためにSESが送らなかったメールです。日付の区切りは日本時間です。',
          en: '“Came back” is mail that the receiving side returned; “not sent” is mail that SES dropped for its suppression list. Months are those of Japan’s time.',
        })}
      </p>
    </>
  );
}

function Carriers({ answer: { carriers, month, before } }: { readonly answer: ReportAnswer }) {
  const { say, language } = useWords();
  const [now, then] = [monthName(month.month)[language], monthName(before.month)[language]];
  const most = Math.max(1, ...carriers.flatMap(({ missed }) => [missed.month, missed.before]));
  const heads = [say(NOT_SENT), say(BEFORE), say(CAME_BACK), say(BEFORE)];
  return (
    <section class="blk">
      <h2>{say({ ja: '携帯会社ごと', en: 'By carrier' })}</h2>
      {carriers.length === 0 ? (
        <p>
          {say({
            ja: '送信しなかったメールも、戻ってきたメールも、この2か月の記録にはありません。',
            en: 'No mail that was not sent or came back is on record for these two months.',
          })}
        </p>
      ) : (
        <div class="bycar">
          <figure>
            <figcaption class="bar">
              <b class="ui">{say({ ja: '送信しなかったメール（通）', en: 'Mails not sent' })}</b>
              <ul class="leg">
                <li>
                  <i class="k-ok" />
                  {now}
                </li>
                <li>
                  <i class="k-before" />
                  {then}
                </li>
              </ul>
            </figcaption>
            <ul>
              {carriers.map(({ carrier, name, missed }) => (
                <li key={carrier} class="pair">
                  <span>{say(name)}</span>
                  <PairOfBars
                    now={missed.month}
                    then={missed.before}
                    most={most}
                    label={`${say(name)}${say({ ja: '：', en: ': ' })}${now} ${figure(missed.month)}, ${then} ${figure(missed.before)}`}
                  />
                </li>
              ))}
            </ul>
          </figure>
          <table class="recs rep" role="table">
            <caption class="vh">{say({ ja: '携帯会社ごとの数', en: 'Figures by carrier' })}</caption>
            <Head first={say({ ja: '携帯会社など', en: 'Carrier' })} heads={heads} />
            <tbody role="rowgroup">
              {carriers.map(({ carrier, name, missed, returned }) => (
                <Row
                  key={carrier}
                  name={say(name)}
                  heads={heads}
                  counts={[missed.month, missed.before, returned.month, returned.before]}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Causes({ answer: { causes } }: { readonly answer: ReportAnswer }) {
  const { say } = useWords();
  const heads = [say({ ja: '今月', en: 'this month' }), say(BEFORE)];
  const hidden = causes.length - CAUSES;
  return (
    <section class="blk">
      <h2>{say({ ja: '戻ってきた原因', en: 'Why mail came back' })}</h2>
      {causes.length === 0 ? (
        <p>
          {say({ ja: '戻ってきたメールの記録はありません。', en: 'No mail is on record that came back.' })}
        </p>
      ) : (
        <table class="recs" role="table">
          <caption class="vh">
            {say({ ja: '戻ってきた原因（応答の文面による）', en: 'Causes, by the words of the reply' })}
          </caption>
          <Head first={say({ ja: '応答の文面による', en: 'By the words of the reply' })} heads={heads} />
          <tbody role="rowgroup">
            {causes.slice(0, CAUSES).map(({ reason, name, month, before }) => (
              <Row key={reason} name={say(name)} heads={heads} counts={[month, before]} />
            ))}
          </tbody>
        </table>
      )}
      {hidden > 0 && (
        <p class="small muted">
          {say({
            ja: `ほかに${hidden}種類あります。すべてはCSVとHTMLにあります。`,
            en: `And ${hidden} more kinds: the CSV and the HTML have all.`,
          })}
        </p>
      )}
    </section>
  );
}

/** What became of removals in the month, and of proposals. */
function Became({ answer: { outcomes, proposals } }: { readonly answer: ReportAnswer }) {
  const { say } = useWords();
  const heads = [say({ ja: '今月', en: 'this month' })];
  const rows: readonly (readonly [string, number])[] = [
    ...outcomes.map(({ name, count }) => [say(name), count] as const),
    [say({ ja: '解除の提案', en: 'proposed' }), proposals.proposed],
    [say({ ja: '提案の承認', en: 'approved' }), proposals.approved],
    [say({ ja: '提案の却下', en: 'turned down' }), proposals.rejected],
  ];
  return (
    <section class="blk">
      <h2>{say({ ja: '解除した宛先のその後と提案', en: 'What became of removals, and proposals' })}</h2>
      <table class="recs" role="table">
        <caption class="vh">
          {say({ ja: '今月分かった解除の結果と、提案の件数', en: 'Outcomes known since this month' })}
        </caption>
        <Head first={say({ ja: '今月分かったもの', en: 'Known since this month' })} heads={heads} />
        <tbody role="rowgroup">
          {rows.map(([name, count]) => (
            <Row key={name} name={name} heads={heads} counts={[count]} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Head({ first, heads }: { readonly first: string; readonly heads: readonly string[] }) {
  return (
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col">
          {first}
        </th>
        {heads.map((head, place) => (
          <th key={place} role="columnheader" scope="col" class="num">
            {head}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Row(props: {
  readonly name: string;
  readonly heads: readonly string[];
  readonly counts: readonly number[];
}) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="full">
        {props.name}
      </th>
      {props.counts.map((count, place) => (
        <td key={place} role="cell" class="num" data-l={props.heads[place]}>
          {figure(count)}
        </td>
      ))}
    </tr>
  );
}
