import type { RulesAnswer } from '../../../lib/contracts/policy.ts';
import type { Proposal } from '../../../lib/waiting-proposals.ts';
import type { Asked } from '../asking.ts';
import { dayOf, momentOf, monthOf, useWords } from '../language.ts';
import { Address, StateWord } from '../parts.tsx';
import { LAST_ORDER, MISSED, missedOf } from './table.tsx';

/**
 * The row under the cursor: who it is, what the proposal rests on, and what came of others for the same reason. All of it
 * is on record: SES, which takes one request a second for everybody, is not asked.
 */
export function Inspect(props: {
  readonly proposal: Proposal | undefined;
  readonly rules: Asked<RulesAnswer>;
  readonly now: string;
  readonly onLookUp: (address: string) => void;
}) {
  const { say, language } = useWords();
  const { proposal, rules, now, onLookUp } = props;
  if (proposal === undefined) {
    return (
      <aside class="insp" aria-label={say(CURRENT)}>
        <p class="eyebrow">{say(CURRENT)}</p>
        <p class="muted">
          {say({
            ja: '行を選ぶと、その宛先の根拠をここに表示します。',
            en: 'Go to a row, and what it rests on is shown here.',
          })}
        </p>
      </aside>
    );
  }
  const { spelling, listedAt, memberSince, lastSeen, because, evidence } = proposal;
  return (
    <aside class="insp" aria-label={say(CURRENT)}>
      <p class="eyebrow">{say(CURRENT)}</p>
      <h2>
        <Address value={spelling} />
      </h2>
      <p>
        <StateWord shape="stop">{say({ ja: '送信を止めています', en: 'Sending is stopped' })}</StateWord>
      </p>
      <dl>
        <dt>{say({ ja: '止めた日', en: 'Stopped' })}</dt>
        <dd>{dayOf(listedAt, language, now)}</dd>
        {memberSince && (
          <>
            <dt>{say({ ja: '会員', en: 'Customer' })}</dt>
            <dd>
              {language === 'ja'
                ? `${monthOf(memberSince, language)}から`
                : `since ${monthOf(memberSince, language)}`}
            </dd>
          </>
        )}
        {lastSeen && (
          <>
            <dt>{say(LAST_ORDER)}</dt>
            <dd>{dayOf(lastSeen, language, now)}</dd>
          </>
        )}
        <dt>{say(MISSED)}</dt>
        <dd>{missedOf(proposal, language).text}</dd>
      </dl>
      <h3>{say({ ja: '提案する理由', en: 'Why it is proposed' })}</h3>
      <p>{because ? say(because) : say(NOT_TOLD)}</p>
      {evidence && evidence.length > 0 && (
        <>
          <h3>{say({ ja: '根拠', en: 'Evidence' })}</h3>
          <ul class="list">
            {evidence.map(({ at, text }, place) => (
              <li key={place}>
                {at && <span class="muted">{momentOf(at, language, now)} </span>}
                {say(text)}
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>{say({ ja: '同じ理由で再開した結果', en: 'What came of others for this reason' })}</h3>
      <p>{recordOf(proposal, rules, say)}</p>
      <p class="bar sect">
        <button type="button" class="link" onClick={() => onLookUp(spelling)}>
          {say({ ja: 'この宛先を調べる', en: 'Look this address up' })}
        </button>
      </p>
    </aside>
  );
}

const CURRENT = { ja: 'いまの行', en: 'Current row' } as const;
const NOT_TOLD = {
  ja: '理由の記録は残っていません。この宛先を調べると、今の判断が分かります。',
  en: 'The reason is no longer on record: look the address up to see what is thought of it now.',
} as const;

/** What came of the removals by the same rule at the same carrier, in the function's words. */
function recordOf(
  { rule, diagnosis }: Proposal,
  rules: Asked<RulesAnswer>,
  say: (text: { readonly ja: string; readonly en: string }) => string,
): string {
  if (rules.state === 'refused') {
    return say({
      ja: `読み込めませんでした（実績がないという意味ではありません）。${rules.refused.text.ja}`,
      en: `It could not be read, which does not mean that there is none. ${rules.refused.text.en}`,
    });
  }
  if (rules.answer === undefined) return say({ ja: '読み込んでいます。', en: 'It is being read.' });
  const line = rules.answer.rules.find((each) => each.rule === rule && each.carrier === diagnosis.carrier);
  return line
    ? say(line.summary)
    : say({
        ja: 'この理由で再開した実績は、まだありません。',
        en: 'Nothing was resumed for this reason yet.',
      });
}
