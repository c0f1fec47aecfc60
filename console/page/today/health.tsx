import type { ComponentChildren } from 'preact';
import type { Health, Margin } from '../../../lib/doctor/health.ts';
import { runInWords } from '../../../lib/guidance/wording/runs.ts';
import type { Bilingual, Language } from '../../../lib/text.ts';
import { dayInTokyo } from '../../../lib/time.ts';
import type { Asked } from '../asking.ts';
import { clockOf, dayOf, figure, momentOf, percentOf, useWords } from '../language.ts';
import { Failure, type Shape, StateWord } from '../parts.tsx';

/** Whether everything is well, as `todoku doctor` finds it: four answers at a glance, then what is to be done. */

type State = Health['strip']['events'];

const SHAPES: Readonly<Record<State, Shape>> = { well: 'ok', note: 'warn', problem: 'warn', unseen: 'none' };
const UNSEEN: Bilingual = { ja: '確認できません', en: 'Cannot say' };
const WRONG: Bilingual = { ja: '問題があります', en: 'Something is wrong' };
const LOOK: Bilingual = { ja: '確認してください', en: 'Please look' };
const NOT_WELL: Readonly<Record<Exclude<State, 'well'>, Bilingual>> = {
  unseen: UNSEEN,
  problem: WRONG,
  note: LOOK,
};

/** The strip, and under it what was found and what could not be looked at. */
export function HealthNow(props: {
  readonly asked: Asked<Health>;
  readonly now: string;
  readonly onCopy: (command: string) => void;
}) {
  const { say } = useWords();
  const { asked, now, onCopy } = props;
  if (asked.state === 'refused') {
    return (
      <section class="blk">
        <h2>{say({ ja: 'システムの状態', en: 'How the system stands' })}</h2>
        <Failure text={asked.refused.text} onAgain={asked.again} />
      </section>
    );
  }
  const health = asked.answer;
  if (health === undefined) {
    return (
      <p class="sect muted" role="status">
        {say(LOOKING)}
      </p>
    );
  }
  return (
    <>
      <Strip health={health} now={now} />
      <Found health={health} onCopy={onCopy} />
    </>
  );
}

const LOOKING: Bilingual = {
  ja: 'イベント、SESアカウント、定期実行を確認しています。ふつうは数秒、送信元が多いと1分ほどかかります。',
  en: 'Looking at events, the SES account and the scheduled run. It takes seconds, or a minute with many senders.',
};

function Strip({ health, now }: { readonly health: Health; readonly now: string }) {
  const { say, language } = useWords();
  const { strip, figures } = health;
  const { lastRun, nextDue, margins, deadLetters } = figures;
  const letters = deadLetters?.waiting ?? 0;
  return (
    <ul class="health" aria-label={say({ ja: 'システムの状態', en: 'How the system stands' })}>
      <Cell
        title={{ ja: 'イベントの記録', en: 'Events recorded' }}
        state={strip.events}
        word={wordOf(strip.events, { ja: '届いています', en: 'Arriving' })}
        lines={eventLines(figures, now, language)}
      />
      <Cell
        title={{ ja: 'SESアカウント', en: 'SES account' }}
        state={strip.account === 'well' && !hasRates(margins) ? 'unseen' : strip.account}
        word={
          strip.account === 'well' && !hasRates(margins)
            ? { ja: '率のデータがありません', en: 'No rates yet' }
            : wordOf(strip.account, { ja: '余裕があります', en: 'Within its limits' })
        }
        lines={marginLines(margins, language)}
      />
      <Cell
        title={{ ja: '定期実行', en: 'Scheduled run' }}
        state={lastRun === undefined && strip.runs === 'well' ? 'unseen' : strip.runs}
        word={
          lastRun === undefined
            ? { ja: 'まだありません', en: 'None yet' }
            : runWords(lastRun.finishedAt ?? lastRun.startedAt, now)
        }
        lines={[
          ...(lastRun === undefined ? [] : [runInWords(lastRun, language)]),
          ...(nextDue === undefined || nextDue < now ? [] : [dueWords(nextDue, now, language)]),
        ]}
      />
      <Cell
        title={{ ja: '記録できなかったイベント', en: 'Events not stored' }}
        state={strip.deadLetters}
        word={
          letters > 0
            ? { ja: `${figure(letters)}件あります`, en: `${figure(letters)} waiting` }
            : wordOf(strip.deadLetters, { ja: 'ありません', en: 'None' })
        }
        lines={
          deadLetters !== null && deadLetters.parked > 0
            ? [
                say({
                  ja: `ほかに保留中${figure(deadLetters.parked)}件`,
                  en: `${figure(deadLetters.parked)} set aside`,
                }),
              ]
            : []
        }
      />
    </ul>
  );
}

function Cell(props: {
  readonly title: Bilingual;
  readonly state: State;
  readonly word: Bilingual;
  readonly lines: readonly string[];
}) {
  const { say } = useWords();
  const { title, state, word, lines } = props;
  return (
    <li>
      <p class="t">{say(title)}</p>
      <p>
        <StateWord shape={SHAPES[state]}>{say(word)}</StateWord>
      </p>
      {lines.length > 0 && <p class="small">{broken(lines)}</p>}
    </li>
  );
}

/** Lines, each whole. */
function broken(lines: readonly string[]): ComponentChildren {
  return lines.flatMap((line, place) => [
    ...(place > 0 ? [<br key={`${place} br`} />] : []),
    <span key={place}>{line}</span>,
  ]);
}

function wordOf(state: State, well: Bilingual): Bilingual {
  return state === 'well' ? well : NOT_WELL[state];
}

/** When mail last came back and was last taken, as far as that is known: figures tell the hour. */
function eventLines(
  { lastRecorded, lastEventAt, lookedBackTo }: Health['figures'],
  now: string,
  language: Language,
): readonly string[] {
  const ja = language === 'ja';
  const bounce = ja ? '最後の不達' : 'Last bounce';
  const delivery = ja ? '最後の配信' : 'Last delivery';
  if (lastRecorded === null) {
    const since = dayOf(lookedBackTo, language, now);
    const known =
      lastEventAt === undefined
        ? ja
          ? `${since}以降なし`
          : `none since ${since}`
        : momentOf(lastEventAt, language, now);
    return [
      `${ja ? '最後の不達・申告' : 'Last bounce or complaint'} ${known}`,
      `${delivery} ${UNSEEN[language]}`,
    ];
  }
  const hour = (at: string | null) => {
    if (at === null) return ja ? '90日間なし' : 'none in 90 days';
    const day = isToday(at, now) ? '' : `${dayOf(at, language, now)} `;
    return ja ? `${day}${clockOf(at).split(':')[0]}時台` : `${day}${clockOf(at).split(':')[0]}h`;
  };
  return [`${bounce} ${hour(lastRecorded.Bounce)}`, `${delivery} ${hour(lastRecorded.Delivery)}`];
}

function isToday(at: string, now: string): boolean {
  return dayInTokyo(at) === dayInTokyo(now);
}

/** The rates beside todoku's maxima, and then AWS's. */
function marginLines(margins: Health['figures']['margins'], language: Language): readonly string[] {
  const ja = language === 'ja';
  if (margins === null) return [ja ? 'バウンス率と苦情率は確認できません' : 'The rates cannot be told'];
  const { bounce, complaint } = margins;
  const [ofBounces, ofComplaints] = [
    percentOf(bounce.review, language),
    percentOf(complaint.review, language, 1),
  ];
  return [
    marginWords({ ja: 'バウンス率', en: 'Bounces' }, bounce, 2, language),
    marginWords({ ja: '苦情率', en: 'Complaints' }, complaint, 3, language),
    ja ? `AWSの審査は${ofBounces}と${ofComplaints}から` : `AWS reviews at ${ofBounces} and ${ofComplaints}`,
  ];
}

function marginWords(name: Bilingual, { rate, policy }: Margin, digits: number, language: Language): string {
  const ja = language === 'ja';
  const value = rate === undefined ? (ja ? 'データなし' : 'no figure') : percentOf(rate, language, digits);
  const limit = policy === undefined ? undefined : percentOf(policy, language, digits);
  if (limit === undefined) return `${name[language]} ${value}`;
  return ja ? `${name.ja} ${value}（上限${limit}）` : `${name.en} ${value} (limit ${limit})`;
}

/** Whether anything tells how far the account is from its limits: CloudWatch has no rates of one that sends little. */
function hasRates(margins: Health['figures']['margins']): boolean {
  return margins?.bounce.rate !== undefined || margins?.complaint.rate !== undefined;
}

function runWords(at: string, now: string): Bilingual {
  const [ja, en] = (['ja', 'en'] as const).map((language) =>
    isToday(at, now) ? clockOf(at) : momentOf(at, language, now),
  );
  return { ja: `${ja}に完了`, en: `Done ${en}` };
}

/** When the next run comes: a rate's beginning is not known, so it is said until when. */
function dueWords(at: string, now: string, language: Language): string {
  const when = isToday(at, now) ? clockOf(at) : momentOf(at, language, now);
  return language === 'ja' ? `次は${when}まで` : `next by ${when}`;
}

/** What is to be done, the gravest first, each with its command; then what nobody could look at. */
function Found({ health, onCopy }: { readonly health: Health; readonly onCopy: (command: string) => void }) {
  const { say, language } = useWords();
  const { findings, unseen } = health;
  // One line for each reason: who may read nothing has one thing to do.
  const reasons = [...new Set(unseen.map(({ because }) => because[language]))].map((because) => ({
    because,
    calls: [...new Set(unseen.filter((each) => each.because[language] === because).map(({ call }) => call))],
  }));
  if (findings.length + reasons.length === 0) return null;
  return (
    <section class="blk found">
      <h2>{say({ ja: '確認すること', en: 'To look at' })}</h2>
      <ul class="list ui">
        {findings.map(({ id, severity, text, commands }) => (
          <li key={`${id} ${text.en}`}>
            <StateWord shape={severity === 'problem' ? 'warn' : 'none'}>
              {say(severity === 'problem' ? { ja: '問題', en: 'Problem' } : { ja: '参考', en: 'Note' })}
            </StateWord>{' '}
            {say(text)}
            {commands.map((command) => (
              <p key={command} class="bar cmd">
                <code class="mono">{command}</code>
                <button type="button" class="btn quiet sm" onClick={() => onCopy(command)}>
                  {say({ ja: 'コピー', en: 'Copy' })}
                </button>
              </p>
            ))}
          </li>
        ))}
        {reasons.map(({ because, calls }) => (
          <li key={because}>
            <StateWord shape="none">{say(UNSEEN)}</StateWord> {because}
            <p class="small muted mono">{calls.join(', ')}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
