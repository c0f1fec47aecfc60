import { useId } from 'preact/hooks';
import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import type { Bilingual } from '../../lib/text.ts';
import { useWords } from './language.ts';

/** The text for the customer, in the form that is chosen; one copy button. */

type Form = 'mail' | 'sms' | 'spoken';

const FORMS: readonly { readonly form: Form; readonly name: Bilingual }[] = [
  { form: 'mail', name: { ja: '全文', en: 'Full text' } },
  { form: 'sms', name: { ja: '短い文面（SMS）', en: 'Short (SMS)' } },
  { form: 'spoken', name: { ja: '電話で読む', en: 'By phone' } },
];

/** What is copied of a letter in one form: of a mail the subject too. */
export function textOf({ toCustomer, forms }: LookupAnswer['advice']['ja'], form: Form): string {
  if (form === 'mail' || forms === undefined) return `${toCustomer.subject}\n\n${toCustomer.body}`;
  return forms[form];
}

/** See the top of this file. */
export function Letter(props: {
  readonly answer: LookupAnswer;
  readonly form: Form;
  readonly onForm: (form: Form) => void;
  readonly onCopy: () => void;
  /** Makes the file for the desk; absent: nothing to hand over. */
  readonly onHandOver?: () => void;
}) {
  const { say, language } = useWords();
  const { answer, form, onForm, onCopy, onHandOver } = props;
  const id = useId();
  const advice = answer.advice[language];
  const forms = advice.forms === undefined ? FORMS.slice(0, 1) : FORMS;
  const pick = (step: number) => {
    const next = forms[(forms.findIndex((each) => each.form === form) + step + forms.length) % forms.length];
    if (next === undefined) return;
    onForm(next.form);
    document.getElementById(`${id}-${next.form}`)?.focus();
  };
  return (
    <aside class="letter" aria-labelledby={`${id}-title`}>
      <header>
        <div class="bar">
          <h2 id={`${id}-title`}>{say({ ja: 'お客様への文面', en: 'Text for the customer' })}</h2>
          <button type="button" class="btn primary" onClick={onCopy}>
            {say({ ja: '文面をコピー', en: 'Copy text' })} <kbd>c</kbd>
          </button>
        </div>
        <div class="seg" role="tablist" aria-label={say({ ja: '文面の形', en: 'Form of the text' })}>
          {forms.map((each) => (
            <button
              key={each.form}
              type="button"
              role="tab"
              id={`${id}-${each.form}`}
              aria-controls={`${id}-text`}
              aria-selected={each.form === form}
              tabIndex={each.form === form ? 0 : -1}
              onClick={() => onForm(each.form)}
              onKeyDown={(event) => {
                if (event.key === 'ArrowRight') pick(1);
                else if (event.key === 'ArrowLeft') pick(-1);
              }}
            >
              {say(each.name)}
            </button>
          ))}
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the panel scrolls, so the keyboard must reach it. */}
      <div class="body" role="tabpanel" id={`${id}-text`} aria-labelledby={`${id}-${form}`} tabIndex={0}>
        {form === 'mail' && advice.notByMail && (
          <p class="note warn">
            <b>{say(advice.notByMail)}</b>
          </p>
        )}
        {(advice.unset ?? []).map((text) => (
          <p key={text.en} class="note">
            {say(text)}
          </p>
        ))}
        {form === 'mail' && <p class="subj">{advice.toCustomer.subject}</p>}
        {paragraphs(form === 'mail' ? advice.toCustomer.body : (advice.forms?.[form] ?? '')).map(
          (lines, at) => (
            <p key={at}>
              {lines.map((line, place) => (
                <>
                  {place > 0 && <br />}
                  {line}
                </>
              ))}
            </p>
          ),
        )}
      </div>
      <footer>
        <span>
          {form === 'mail'
            ? say({ ja: '件名も一緒にコピーします', en: 'The subject is copied too' })
            : say({ ja: 'そのまま使えます', en: 'Ready to use as it is' })}
        </span>
        {onHandOver && (
          <button type="button" class="btn quiet sm" onClick={onHandOver}>
            {say({ ja: '窓口に渡す（HTML）', en: 'Hand to the desk (HTML)' })}
          </button>
        )}
      </footer>
    </aside>
  );
}

/** A text in its paragraphs, each in its lines. */
function paragraphs(text: string): readonly (readonly string[])[] {
  return text.split(/\n{2,}/).map((each) => each.split('\n'));
}
