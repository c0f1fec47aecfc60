import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import { useWords } from './language.ts';
import { StateWord } from './parts.tsx';

/** Addresses on record that may have been meant; each may be another customer's, which is said first. */
export function Near(props: {
  readonly near: NonNullable<LookupAnswer['near']>;
  /** What was asked for. */
  readonly typed: string;
  readonly onLookUp: (address: string) => void;
}) {
  const { say, language } = useWords();
  const { near, typed, onLookUp } = props;
  const count = near.matches.length;
  if (count === 0 && near.incomplete === undefined) return null;
  return (
    <section class="sect">
      <h2>
        {language === 'ja'
          ? `似たアドレスが${count}件あります`
          : `${count} similar address${count === 1 ? '' : 'es'}`}
      </h2>
      <p class="note warn">{say(near.warning)}</p>
      <ul class="near">
        {near.matches.map((match) => (
          <li key={match.address}>
            <div>
              <p class="a">
                <Marked address={match.address} typed={typed} />
              </p>
              <p class="ui muted">{say(match.text)}</p>
            </div>
            <div class="bar">
              {match.listedAt && (
                <StateWord shape="stop">{say({ ja: '送信を止めています', en: 'Stopped' })}</StateWord>
              )}
              <button type="button" class="btn sm" onClick={() => onLookUp(match.address)}>
                {say({ ja: '調べる', en: 'Look up' })}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {near.more !== undefined && (
        <p class="ui">
          {language === 'ja'
            ? `ほかに${near.more}件あります。アドレスをもう一度確かめてください。`
            : `And ${near.more} more: ask for the address once more.`}
        </p>
      )}
      {near.incomplete && (
        <p class="ui">
          {say({
            ja: '似たアドレスを時間内に調べきれませんでした。もう一度調べると見つかることがあります。',
            en: 'Not all look-alikes could be read in time. Looking again may find more.',
          })}
        </p>
      )}
    </section>
  );
}

/** An address with the letters marked in which it differs from what was typed; those before and after are the same. */
function Marked({ address, typed }: { readonly address: string; readonly typed: string }) {
  const { before, differing, after } = difference(address, typed);
  return (
    <span class="addr">
      {before}
      {differing !== '' && <mark>{differing}</mark>}
      {after}
    </span>
  );
}

/** The part of one text that differs from another; where letters are missing from it, the letters beside the gap. */
function difference(
  text: string,
  other: string,
): { readonly before: string; readonly differing: string; readonly after: string } {
  const [letters, others] = [[...text], [...other]];
  let start = 0;
  while (start < letters.length && letters[start] === others[start]) start += 1;
  let [end, otherEnd] = [letters.length, others.length];
  while (end > start && otherEnd > start && letters[end - 1] === others[otherEnd - 1]) {
    end -= 1;
    otherEnd -= 1;
  }
  const from = start === end ? Math.max(0, start - 1) : start;
  const to = start === end ? Math.min(letters.length, end + 1) : end;
  const part = (first: number, last: number) => letters.slice(first, last).join('');
  return { before: part(0, from), differing: part(from, to), after: part(to, letters.length) };
}
