import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import { useWords } from './language.ts';
import { Address, StateWord } from './parts.tsx';

/** Addresses on record that may have been meant; each may be another customer's, which is said first. */
export function Near(props: {
  readonly near: NonNullable<LookupAnswer['near']>;
  readonly onLookUp: (address: string) => void;
}) {
  const { say, language } = useWords();
  const { near, onLookUp } = props;
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
                <Address value={match.address} />
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
