import { useEffect, useRef, useState } from 'preact/hooks';
import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import type { RemoveAnswer } from '../../lib/contracts/remove.ts';
import type { Bilingual } from '../../lib/text.ts';
import { refusedBy } from './asking.ts';
import { useWords } from './language.ts';
import { Address, Dialog, Failure, StateWord } from './parts.tsx';
import { ReasonField } from './reason.tsx';
import { ask, type Refused } from './server.ts';

type Result = RemoveAnswer['results'][number];

/** What the dry run says why for; nothing keeps it. */
const LOOKING = 'preview';

/** Asks before one address is taken off the list: what would happen is asked of SES first, and shown. */
export function ResumeDialog(props: {
  readonly answer: LookupAnswer;
  readonly onClose: () => void;
  /** Something may have changed: @param says what became of it. */
  readonly onDone: (says?: Bilingual) => void;
}) {
  const { say, language } = useWords();
  const { answer, onClose, onDone } = props;
  const [reason, setReason] = useState('');
  const [isConfirmed, setIsConfirmed] = useState(false);
  const [isOverriding, setIsOverriding] = useState(false);
  const [isIncomplete, setIsIncomplete] = useState(false);
  const [isWorking, setIsWorking] = useState(false);
  const [turn, setTurn] = useState(0);
  /** What SES and the record say of it now; absent while they are asked. */
  const [found, setFound] = useState<Result>();
  /** The refusal that may be overridden: it stays in sight, so that nobody forgets what is lifted. */
  const [forbidden, setForbidden] = useState<Result>();
  const [refused, setRefused] = useState<{ readonly by: Refused; readonly isAfterWork: boolean }>();
  const text = useRef<HTMLTextAreaElement>(null);
  const box = useRef<HTMLInputElement>(null);

  const request = async (dryRun: boolean, signal?: AbortSignal): Promise<Result> => {
    const named = forbidden?.overrides ?? [];
    const { results } = await ask<RemoveAnswer>(
      'remove',
      {
        addresses: [answer.address],
        reason: dryRun ? LOOKING : reason.trim(),
        dryRun,
        override: isOverriding && named.length > 0 ? named : false,
      },
      signal,
    );
    return results[0] ?? { result: 'failed' };
  };
  const take = (result: Result): void => {
    setFound(result);
    if (result.result !== 'refused') return;
    setForbidden(result);
    // Something came to light that was not in what the operator agreed to.
    setIsOverriding(false);
  };
  useEffect(() => {
    const ending = new AbortController();
    setFound(undefined);
    setRefused(undefined);
    request(true, ending.signal).then(
      (result) => {
        if (!ending.signal.aborted) take(result);
      },
      (error: unknown) => {
        if (!ending.signal.aborted) setRefused({ by: refusedBy(error), isAfterWork: false });
      },
    );
    return () => ending.abort();
  }, [turn]);
  const override = (on: boolean): void => {
    setIsOverriding(on);
    setTurn((before) => before + 1);
  };

  const work = async (): Promise<void> => {
    if (!isConfirmed || reason.trim() === '') {
      setIsIncomplete(true);
      if (isConfirmed) text.current?.focus();
      else box.current?.focus();
      return;
    }
    setIsWorking(true);
    try {
      const result = await request(false);
      if (result.result === 'removed' || result.result === 'scheduled') onDone(result.why);
      else take(result);
    } catch (error) {
      setRefused({ by: refusedBy(error), isAfterWork: true });
    } finally {
      setIsWorking(false);
    }
  };
  const isAllowed = found?.result === 'would_remove' && refused === undefined;
  const isOver = found?.result === 'not_listed' || refused?.isAfterWork === true;
  return (
    <Dialog
      title={say({ ja: '送信を再開しますか', en: 'Resume sending?' })}
      onClose={onClose}
      // What was asked of SES cannot be taken back: the answer is waited for.
      onEscape={isWorking ? () => undefined : undefined}
      footer={
        <>
          <button type="button" class="btn" disabled={isWorking} onClick={onClose}>
            {say({ ja: 'やめる', en: 'Cancel' })} <kbd>Esc</kbd>
          </button>
          {isOver ? (
            <button type="button" class="btn primary" onClick={() => onDone()}>
              {say({ ja: 'もう一度調べる', en: 'Look again' })}
            </button>
          ) : (
            <button
              type="button"
              class="btn primary"
              disabled={!isAllowed || isWorking}
              onClick={() => void work()}
            >
              {say({ ja: '送信を再開する', en: 'Resume sending' })}
            </button>
          )}
        </>
      }
    >
      <p>
        <b>
          <Address value={answer.address} />
        </b>
      </p>
      <p class="muted">{say(WHAT)}</p>
      <p role="status">{isWorking ? say(RESUMING) : found === undefined && !refused && say(ASKING)}</p>
      {refused?.isAfterWork === false && (
        <Failure text={refused.by.text} onAgain={() => setTurn((before) => before + 1)} />
      )}
      {refused?.isAfterWork && (
        <p class="note warn" role="alert">
          <b>{say(NOT_KNOWN)}</b> {say(refused.by.text)}
        </p>
      )}
      {forbidden && (
        <div class="note warn" role="alert">
          <StateWord shape="stop">
            {say({ ja: 'ルールにより再開しません', en: 'By the rules it stays stopped' })}
          </StateWord>
          <p>{(forbidden.because ?? forbidden.why)?.[language]}</p>
          {(forbidden.overrides ?? []).length > 0 && (
            <p class="choice">
              <input
                type="checkbox"
                id="override"
                checked={isOverriding}
                disabled={isWorking}
                onChange={(event) => override(event.currentTarget.checked)}
              />
              <label for="override">
                {language === 'ja'
                  ? `承知のうえで再開します（操作の記録に「${forbidden.overrides?.join('、')}」を承知したと残ります）`
                  : `I know, and resume all the same (the record will say that ${forbidden.overrides?.join(', ')} was overridden)`}
              </label>
            </p>
          )}
        </div>
      )}
      {found && found.result !== 'would_remove' && found.result !== 'refused' && (
        <div class="note" role="alert">
          <StateWord shape={found.result === 'not_listed' ? 'none' : 'warn'}>
            {found.result === 'not_listed'
              ? say({ ja: 'すでに止めていません', en: 'Sending is not stopped any more' })
              : say({ ja: '確かめられませんでした', en: 'It could not be found out' })}
          </StateWord>
          {found.why && <p>{found.why[language]}</p>}
        </div>
      )}
      {isAllowed && (
        <>
          <p class="choice">
            <input
              type="checkbox"
              id="confirmed"
              ref={box}
              checked={isConfirmed}
              required
              {...(isIncomplete && !isConfirmed && { 'aria-invalid': 'true' as const })}
              onChange={(event) => setIsConfirmed(event.currentTarget.checked)}
            />
            <label for="confirmed">
              {say({
                ja: '「次にすること」の内容を、お客様に確かめました',
                en: 'I have confirmed with the customer what the steps ask for',
              })}
            </label>
          </p>
          <ReasonField
            label={{ ja: '理由（操作の記録に残ります）', en: 'Reason (kept in the record)' }}
            value={reason}
            isRequired
            isMissing={isIncomplete && isConfirmed && reason.trim() === ''}
            fieldRef={text}
            onInput={setReason}
          />
          {isIncomplete && !isConfirmed && (
            <p class="wrong" role="alert">
              {say({
                ja: 'お客様に確かめたら、印を付けてください。',
                en: 'Tick the box once you have confirmed it with the customer.',
              })}
            </p>
          )}
        </>
      )}
    </Dialog>
  );
}

const WHAT: Bilingual = {
  ja: 'SESのサプレッションリストから外します。送らなかったメールは自動では届きません。必要なものを再送してください。',
  en: 'This takes the address off SES’s suppression list. Mail that was not sent does not go out by itself: send again what is needed.',
};
const ASKING: Bilingual = {
  ja: 'SESに今の状態を確かめています。ふつうは2秒ほどです。',
  en: 'Asking SES how it stands now. It usually takes two seconds.',
};
const RESUMING: Bilingual = {
  ja: '再開しています。SESの応答まで、数秒かかります。',
  en: 'Resuming. SES answers within some seconds.',
};
const NOT_KNOWN: Bilingual = {
  ja: '再開できたかどうか、確かめられていません（再開しなかったという意味ではありません）。もう一度調べてください。',
  en: 'Whether it was resumed is not known, which does not mean that it was not. Look again.',
};
