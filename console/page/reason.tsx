import { useId } from 'preact/hooks';
import type { Bilingual } from '../../lib/text.ts';
import { useWords } from './language.ts';

/** Characters that the functions take of a reason at most. */
const LONGEST_REASON = 1_000;

/** The field for a reason, which the audit keeps. */
export function ReasonField(props: {
  readonly label: Bilingual;
  readonly value: string;
  readonly isRequired: boolean;
  /** Whether it was asked for and not given. */
  readonly isMissing: boolean;
  readonly fieldRef?: { current: HTMLTextAreaElement | null };
  readonly onInput: (value: string) => void;
}) {
  const { say } = useWords();
  const { label, value, isRequired, isMissing, fieldRef, onInput } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{say(label)}</label>
      <textarea
        id={id}
        {...(fieldRef && { ref: fieldRef })}
        maxLength={LONGEST_REASON}
        required={isRequired}
        value={value}
        {...(isMissing && { 'aria-invalid': 'true' as const, 'aria-describedby': `${id}-missing` })}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {isMissing && (
        <p id={`${id}-missing`} class="wrong" role="alert">
          {say({
            ja: '理由を書いてください。操作の記録を見る人のために残します。',
            en: 'Say why: whoever reads the record needs it.',
          })}
        </p>
      )}
    </div>
  );
}
