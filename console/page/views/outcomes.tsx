import type { ComponentChildren } from 'preact';
import type { RulesAnswer } from '../../../lib/contracts/policy.ts';
import type { RescueStatus } from '../../../lib/contracts/rescue.ts';
import { carrierLabel } from '../../../lib/guidance/wording/labels.ts';
import { ruleLabel } from '../../../lib/guidance/wording/rules.ts';
import type { Bilingual, Language } from '../../../lib/text.ts';
import { useAnswer } from '../asking.ts';
import { type BarTone, Hatch, IntervalBar, StackedBar } from '../charts.tsx';
import { dayOf, figure, percentOf, useWords } from '../language.ts';
import { Failure, type Shape, StateWord } from '../parts.tsx';
import type { ViewProps } from '../views.ts';

type Line = RulesAnswer['rules'][number];
type Wave = RescueStatus['waves'][number];

/** 解除の結果: what came of removals, by rule and carrier, and of a rescue's waves. */
export function Outcomes({ about }: ViewProps) {
  const { say, language } = useWords();
  const rules = useAnswer<RulesAnswer>('rules');
  const rescue = useAnswer<RescueStatus>('rescue-status');
  return (
    <>
      <header>
        <p class="eyebrow">{say({ ja: '解除の結果', en: 'Outcomes' })}</p>
        <h1 aria-live="polite">
          {rules.state === 'answered'
            ? headline(rules.answer, language)
            : say(rules.state === 'refused' ? UNREAD : READING)}
        </h1>
        {rules.state === 'answered' && <p class="lead">{lead(rules.answer, language)}</p>}
        {rules.state === 'asking' && <p class="lead">{say(ASKED)}</p>}
      </header>
      {rules.state === 'refused' && <Failure text={rules.refused.text} onAgain={rules.again} />}
      {rules.state === 'answered' && rules.answer.rules.length > 0 && (
        <Rules answer={rules.answer} now={about.now} />
      )}
      <section class="blk">
        {rescue.state === 'answered' ? (
          <Rescue status={rescue.answer} now={about.now} />
        ) : (
          <>
            <h2>{say(RESCUE)}</h2>
            {rescue.state === 'refused' ? (
              <Failure text={rescue.refused.text} onAgain={rescue.again} />
            ) : (
              <p role="status">
                {say({
                  ja: '救済のこれまでの結果を読み込んでいます。',
                  en: 'Reading what came of the rescue so far.',
                })}
              </p>
            )}
          </>
        )}
      </section>
    </>
  );
}

const READING: Bilingual = { ja: '解除の結果を読み込んでいます', en: 'Reading what came of removals' };
const ASKED: Bilingual = {
  ja: '解除した宛先の記録を、ルールと携帯会社ごとに数えています。ふつうは数秒です。',
  en: 'Counting what is on record of removals, by rule and carrier. It usually takes seconds.',
};
const UNREAD: Bilingual = {
  ja: '解除の結果を読み込めませんでした',
  en: 'What came of removals could not be read',
};
const RESCUE: Bilingual = { ja: '以前の受信拒否の救済', en: 'The rescue of an old backlog' };
const UNDOING: Bilingual = { ja: '一斉拒否の取り消し', en: 'A mass refusal being undone' };

/** The answer in one sentence. "Accepted" is all that a delivery says. */
function headline({ totals, rules }: RulesAnswer, language: Language): string {
  if (rules.length === 0) {
    return { ja: '解除した宛先は、まだありません', en: 'Nothing has been removed yet' }[language];
  }
  // A stack of an older version adds nothing up.
  if (totals === undefined) {
    return { ja: 'ルールと携帯会社ごとの結果です', en: 'These are the outcomes by rule and carrier' }[
      language
    ];
  }
  const [removed, telling, delivered] = [totals.removed, totals.telling, totals.delivered].map(figure);
  if (totals.telling === 0) {
    return {
      ja: `解除した${removed}件の結果は、まだ分かりません`,
      en: `Of ${removed} removals no outcome is known yet`,
    }[language];
  }
  return {
    ja: `結果が分かった${telling}件のうち、${delivered}件は受信側が受け取りました`,
    en: `Of ${telling} known outcomes, ${delivered} were accepted by the receiving side`,
  }[language];
}

/** What the floor is, and what is counted neither way. */
function lead({ totals, rules, policy }: RulesAnswer, language: Language): string {
  const ja = language === 'ja';
  if (rules.length === 0) {
    return ja
      ? '送信を再開した宛先がその後どうなったかを、ここでルールと携帯会社ごとに数えます。'
      : 'What becomes of addresses after their removal is counted here, by rule and carrier.';
  }
  const floor = percentOf(policy.minimumSuccessRate, language);
  const sentences = ja
    ? [
        `基準は、受け取った割合の95％区間の下端が${floor}以上であることです。`,
        `結果が${policy.minimumOutcomes}件以上あって基準を下回るルールは、自動では解除せず、提案だけにします。`,
      ]
    : [
        `The floor: the lower end of the 95% interval of what was accepted is at least ${floor}.`,
        ` A rule with ${policy.minimumOutcomes} outcomes or more that falls below it removes nothing by itself and only proposes.`,
      ];
  if (totals === undefined) return sentences.join('');
  const { complained, silent, open } = totals;
  sentences.push(
    ja
      ? complained > 0
        ? `迷惑メールの申告は${figure(complained)}件です。`
        : '迷惑メールの申告は記録にありません。'
      : complained > 0
        ? ` ${figure(complained)} reported mail as spam.`
        : ' No spam report is on record.',
  );
  if (silent > 0) {
    sentences.push(
      ja
        ? `反応のない${figure(silent)}件は、成否のどちらにも数えません。`
        : ` ${figure(silent)} of which nothing was heard count neither way.`,
    );
  }
  if (open > 0) {
    sentences.push(
      ja ? `${figure(open)}件は結果を待っています。` : ` The outcome of ${figure(open)} is awaited.`,
    );
  }
  return sentences.join('');
}

/** Rule by carrier, each with its interval. */
function Rules({ answer, now }: { readonly answer: RulesAnswer; readonly now: string }) {
  const { say, language } = useWords();
  const { rules, policy } = answer;
  const floor = percentOf(policy.minimumSuccessRate, language);
  const axis = (only: string) => (
    <span class={`axis ${only}`} aria-hidden="true">
      <span>0</span>
      <span>{say({ ja: `基準${floor}`, en: `floor ${floor}` })}</span>
      <span>{percentOf(1, language)}</span>
    </span>
  );
  return (
    <section class="blk">
      <Hatch />
      <h2>{say({ ja: 'ルールと携帯会社ごとの結果', en: 'By rule and carrier' })}</h2>
      <table class="rules recs" role="table">
        <caption class="vh">
          {say({
            ja: 'ルールと携帯会社ごとの、受信側が受け取った数と95％区間',
            en: 'By rule and carrier: how many were accepted, and the 95% interval',
          })}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              {say({ ja: 'ルール', en: 'Rule' })}
            </th>
            <th role="columnheader" scope="col">
              {say({ ja: '携帯会社', en: 'Carrier' })}
            </th>
            <th role="columnheader" scope="col" class="num">
              {say(TAKEN)}
            </th>
            <th role="columnheader" scope="col" class="num">
              {say({ ja: '95％区間', en: '95% interval' })}
            </th>
            <th role="columnheader" scope="col" class="track">
              {say({ ja: '受け取った割合', en: 'Share accepted' })}
              {axis('')}
            </th>
            <th role="columnheader" scope="col">
              {say({ ja: '判断', en: 'Verdict' })}
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rules.map((line) => (
            <RuleRow
              key={`${line.rule} ${line.carrier}`}
              line={line}
              floor={policy.minimumSuccessRate}
              axis={axis('only-n')}
              now={now}
            />
          ))}
        </tbody>
      </table>
      <ul class="leg">
        <li>
          <i class="k-ok" />
          {say({ ja: '受け取った割合', en: 'share accepted' })}
        </li>
        <li>
          <i class="k-bad" />
          {say({ ja: '区間の下端が基準未満', en: 'lower end below the floor' })}
        </li>
        <li>
          <i class="k-none" />
          {say({
            ja: `${policy.minimumOutcomes}件未満で、まだ判断しない`,
            en: `fewer than ${policy.minimumOutcomes}: not judged yet`,
          })}
        </li>
        <li>
          <svg width="28" height="14" aria-hidden="true">
            <path class="s-ink" fill="none" stroke-width="1.5" d="M1 7h26M1 3v8M27 3v8" />
          </svg>
          {say({ ja: '95％区間', en: '95% interval' })}
        </li>
      </ul>
      <p class="small muted">
        {say({
          ja: `ルールと携帯会社ごとに、新しいものから${figure(policy.outcomeWindow)}件までを数えています。`,
          en: `The latest ${figure(policy.outcomeWindow)} outcomes of each rule and carrier are counted.`,
        })}
      </p>
    </section>
  );
}

const TAKEN: Bilingual = { ja: '受け取った', en: 'Accepted' };

/** How a record is drawn. */
const TONES: Readonly<Record<string, BarTone>> = { meets: 'good', below: 'bad' };

function RuleRow(props: {
  readonly line: Line;
  readonly floor: number;
  readonly axis: ComponentChildren;
  readonly now: string;
}) {
  const { say, language } = useWords();
  const { line, floor, axis, now } = props;
  const { delivered, telling, silent, open, complained, share, lowerBound, upperBound } = line.standing;
  const interval =
    lowerBound === undefined || upperBound === undefined
      ? undefined
      : percentOf([lowerBound, upperBound], language);
  const besides = [
    complained > 0 && say({ ja: `申告${figure(complained)}`, en: `${figure(complained)} spam reports` }),
    silent > 0 && say({ ja: `反応なし${figure(silent)}`, en: `${figure(silent)} silent` }),
    open > 0 && say({ ja: `結果待ち${figure(open)}`, en: `${figure(open)} awaited` }),
  ].filter((each) => each !== false);
  const { shape, word } = verdictOf(line);
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="full">
        {ruleLabel(line.rule, language)}
        <br />
        <span class="mono muted">{line.rule}</span>
      </th>
      <td role="cell" class="nb">
        {line.carrier === undefined
          ? say({ ja: 'その他のドメイン', en: 'other domains' })
          : carrierLabel(line.carrier, language)}
      </td>
      <td role="cell" class="num" data-l={say(TAKEN)}>
        <span class="nb">{`${figure(delivered)} / ${figure(telling)}`}</span>
        {besides.length > 0 && (
          <>
            {' '}
            <small class="muted">{besides.join(language === 'ja' ? '、' : ', ')}</small>
          </>
        )}
      </td>
      <td role="cell" class="num nb" data-l={say({ ja: '区間', en: 'interval' })}>
        {interval ?? '–'}
      </td>
      <td role="cell" class="track full">
        {share !== undefined && lowerBound !== undefined && upperBound !== undefined && (
          <>
            <IntervalBar
              share={share}
              lower={lowerBound}
              upper={upperBound}
              floor={floor}
              tone={TONES[line.judged ?? ''] ?? 'few'}
              label={say({
                ja: `受け取った割合${percentOf(share, language)}、95％区間は${interval}、下端の基準${percentOf(floor, language)}`,
                en: `${percentOf(share, language)} accepted, 95% interval ${interval}, floor ${percentOf(floor, language)}`,
              })}
            />
            {axis}
          </>
        )}
      </td>
      <td role="cell" class="full">
        <StateWord shape={shape}>{say(word)}</StateWord>
        {line.since && (
          <>
            <br />
            <small class="muted">
              {say({
                ja: `${dayOf(line.since, language, now)}から`,
                en: `since ${dayOf(line.since, language, now)}`,
              })}
            </small>
          </>
        )}
      </td>
    </tr>
  );
}

interface Verdict {
  readonly shape: Shape;
  readonly word: Bilingual;
}

/** What is made of a record where the rule itself would remove. */
const JUDGED: Readonly<Record<string, Verdict>> = {
  meets: { shape: 'ok', word: { ja: '基準を満たす', en: 'Meets the floor' } },
  below: { shape: 'warn', word: { ja: '提案だけにする', en: 'Only proposes' } },
  'too-few': { shape: 'wait', word: { ja: '件数が足りない', en: 'Too few outcomes' } },
};

/** Rules that a person decides on: whatever the record, nothing is removed by itself. */
const BY_PEOPLE: Readonly<Record<string, Verdict>> = {
  proposes: { shape: 'none', word: { ja: 'いつも提案', en: 'Always proposes' } },
  'by-hand': { shape: 'none', word: { ja: '手動', en: 'By hand' } },
};

/** What a rule does, in words; the state as it is where an answer of another version names another one. */
function verdictOf({ state, judged = '' }: Line): Verdict {
  const found = BY_PEOPLE[state] ?? JUDGED[state === 'only-proposing' ? 'below' : judged];
  return found ?? { shape: 'none', word: { ja: state, en: state } };
}

/** Waves of a rescue, or of an incident being undone, and what is next. */
function Rescue({ status, now }: { readonly status: RescueStatus; readonly now: string }) {
  const { say, language } = useWords();
  const { campaign, waves, next } = status;
  const until = next.until && dayOf(next.until, language, now);
  return (
    <>
      <h2>{say(campaign?.incident ? UNDOING : RESCUE)}</h2>
      {campaign && <p class="lead">{bound(campaign, now, language)}</p>}
      {waves.length > 0 && <Waves waves={waves} now={now} />}
      {waves.length > 0 && (
        <ul class="leg">
          <li>
            <i class="k-ok" />
            {say(TAKEN)}
          </li>
          <li>
            <i class="k-bad" />
            {say({ ja: 'また不達、申告', en: 'Bounced again, spam report' })}
          </li>
          <li>
            <i class="k-none" />
            {silentFor(campaign, language)}
          </li>
          <li>
            <i class="k-wait" />
            {say({ ja: '結果待ち', en: 'Awaited' })}
          </li>
        </ul>
      )}
      <p class={waves.length > 0 ? 'ui sect' : 'ui'}>
        {say(next.because)}
        {until && say({ ja: `（遅くとも${until}）`, en: ` (by ${until} at the latest)` })}
      </p>
    </>
  );
}

/** After how many days without an event an address of a campaign counts as silent. */
function silentFor(campaign: RescueStatus['campaign'], language: Language): string {
  const days = campaign?.settings.silentAfterDays;
  const word = { ja: '反応なし', en: 'Silent' }[language];
  if (days === undefined) return word;
  return language === 'ja' ? `${word}（${days}日）` : `${word} (${days} days)`;
}

/** When a campaign began, by whom, and within what bound. */
function bound(campaign: NonNullable<RescueStatus['campaign']>, now: string, language: Language): string {
  const { startedAt, operator, settings } = campaign;
  const day = dayOf(startedAt, language, now);
  const rate = percentOf(settings.bound, language, 2);
  return language === 'ja'
    ? `${day}に${operator}さんが始めました。全員がまた不達になってもバウンス率が${rate}を超えない人数ずつ、再開しています。`
    : `Started by ${operator} on ${day}. Each wave is so small that the bounce rate stays under ${rate} even if all of it bounces again.`;
}

function Waves({ waves, now }: { readonly waves: readonly Wave[]; readonly now: string }) {
  const { say, language } = useWords();
  const heads = WAVE_HEADS.map(({ head }) => say(head));
  const name = ({ number }: Wave) => say({ ja: `第${number}波`, en: `Wave ${number}` });
  return (
    <table class="wave recs" role="table">
      <caption class="vh">{say({ ja: '波ごとの結果', en: 'What came of each wave' })}</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            {say({ ja: '波', en: 'Wave' })}
          </th>
          <th role="columnheader" scope="col">
            {say({ ja: '開始', en: 'Started' })}
          </th>
          <th role="columnheader" scope="col" class="track">
            {say({ ja: '内訳', en: 'What came of it' })}
          </th>
          {heads.map((head) => (
            <th key={head} role="columnheader" scope="col" class="num">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {waves.map((wave) => {
          const counts = WAVE_HEADS.map(({ count }) => figure(count(wave)));
          const said = counts.map((count, place) => `${heads[place]} ${count}`);
          return (
            <tr key={wave.number} role="row">
              <th role="rowheader" scope="row">
                {name(wave)}
              </th>
              <td role="cell" class="nb">
                {dayOf(wave.startedAt, language, now)}
              </td>
              <td role="cell" class="track full">
                <StackedBar
                  parts={[
                    { kind: 'ok', count: wave.delivered },
                    { kind: 'bad', count: wave.bouncedAgain },
                    { kind: 'bad', count: wave.complained },
                    { kind: 'none', count: wave.silent },
                    { kind: 'wait', count: wave.open },
                  ]}
                  label={`${name(wave)}${say({ ja: '：', en: ': ' })}${said.join(say({ ja: '、', en: ', ' }))}`}
                />
                {wave.pending + wave.skipped > 0 && (
                  <small class="muted">
                    {say({
                      ja: `選んだ${figure(wave.chosen)}名のうち、見送り${figure(wave.skipped)}、未処理${figure(wave.pending)}`,
                      en: `Of ${figure(wave.chosen)} chosen, ${figure(wave.skipped)} skipped and ${figure(wave.pending)} still to do`,
                    })}
                  </small>
                )}
              </td>
              {counts.map((count, place) => (
                <td key={heads[place]} role="cell" class="num" data-l={heads[place]}>
                  {count}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The figures of a wave, in the order of the table. */
const WAVE_HEADS: readonly { readonly head: Bilingual; readonly count: (wave: Wave) => number }[] = [
  { head: { ja: '再開', en: 'Resumed' }, count: ({ removed }) => removed },
  { head: TAKEN, count: ({ delivered }) => delivered },
  { head: { ja: 'また不達', en: 'Bounced again' }, count: ({ bouncedAgain }) => bouncedAgain },
  { head: { ja: '申告', en: 'Spam reports' }, count: ({ complained }) => complained },
  { head: { ja: '反応なし', en: 'Silent' }, count: ({ silent }) => silent },
  { head: { ja: '結果待ち', en: 'Awaited' }, count: ({ open }) => open },
];
