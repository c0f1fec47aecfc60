import { useEffect, useState } from 'preact/hooks';
import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import type { RemoveAnswer } from '../../lib/contracts/remove.ts';
import { refusedBy } from './asking.ts';
import { useWords } from './language.ts';
import { Address, Dialog, Failure, StateWord } from './parts.tsx';
import { ask, type Refused } from './server.ts';

type Result = RemoveAnswer['results'][number];

/** Asks before one address is taken off the list: what would happen is asked of SES first, and shown. */
export function ResumeDialog(props: {
  readonly answer: LookupAnswer;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { say, language } = useWords();
  const { answer, onClose, onDone } = props;
  const [reason, setReason] = useState('');
  const [isConfirmed, setIsConfirmed] = useState(false);
  const [isWorking, setIsWorking] = useState(false);
  const [preview, setPreview] = useState<Result>();
  const [refused, setRefused] = useState<Refused>();
  const [overrides, setOverrides] = useState<readonly string[]>([]);

  const request = async (dryRun: boolean): Promise<Result | undefined> => {
    const { results } = await ask<RemoveAnswer>('remove', {
      addresses: [answer.address],
      reason: dryRun ? 'preview' : reason.trim(),
      dryRun,
      override: overrides.length > 0 ? overrides : false,
    });
    return results[0];
  };
  useEffect(() => {
    request(true).then(setPreview, (error: unknown) => setRefused(refusedBy(error)));
  }, [overrides]);

  const work = async (): Promise<void> => {
    setIsWorking(true);
    try {
      const done = await request(false);
      if (done?.result === 'removed' || done?.result === 'scheduled') onDone();
      else setPreview(done);
    } catch (error) {
      setRefused(refusedBy(error));
    } finally {
      setIsWorking(false);
    }
  };
  const isAllowed = preview?.result === 'would_remove';
  const isReady = isAllowed && isConfirmed && reason.trim() !== '' && !isWorking;
  return (
    <Dialog
      title={say({ ja: '送信を再開しますか', en: 'Resume sending?' })}
      onClose={onClose}
      footer={
        <>
          <button type="button" class="btn" onClick={onClose}>
            {say({ ja: 'やめる', en: 'Cancel' })} <kbd>Esc</kbd>
          </button>
          <button type="button" class="btn primary" disabled={!isReady} onClick={() => void work()}>
            {say({ ja: '送信を再開する', en: 'Resume sending' })}
          </button>
        </>
      }
    >
      <p>
        <b>
          <Address value={answer.address} />
        </b>
      </p>
      <p class="muted">{say(WHAT)}</p>
      {refused && <Failure text={refused.text} />}
      {preview === undefined && !refused && (
        <p role="status">
          {say({ ja: 'SESに今の状態を確かめています。', en: 'Asking SES how it stands now.' })}
        </p>
      )}
      {preview && !isAllowed && (
        <div class="note warn" role="alert">
          <StateWord shape="stop">{say({ ja: '再開できません', en: 'It cannot be resumed' })}</StateWord>
          <p>{preview.why?.[language]}</p>
          {(preview.overrides ?? []).length > 0 && (
            <p class="choice">
              <input type="checkbox" id="override" onChange={() => setOverrides(preview.overrides ?? [])} />
              <label for="override">
                {language === 'ja'
                  ? `それでも再開します（${preview.overrides?.join('、')} を承知したと、操作の記録に残ります）`
                  : `Resume all the same: the record will say that ${preview.overrides?.join(', ')} was overridden`}
              </label>
            </p>
          )}
        </div>
      )}
      {isAllowed && (
        <>
          <p class="choice">
            <input
              type="checkbox"
              id="confirmed"
              checked={isConfirmed}
              onChange={(event) => setIsConfirmed(event.currentTarget.checked)}
            />
            <label for="confirmed">
              {say({
                ja: '上の「次にすること」を、お客様に確かめました',
                en: 'I have confirmed with the customer what the steps ask for',
              })}
            </label>
          </p>
          <label for="reason">
            {say({ ja: '理由（操作の記録に残ります）', en: 'Reason (kept in the record)' })}
          </label>
          <textarea id="reason" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </>
      )}
    </Dialog>
  );
}

const WHAT = {
  ja: 'SESのサプレッションリストから外します。送らなかったメールは自動では届きません。必要なものを再送してください。',
  en: 'This takes the address off SES’s suppression list. Mail that was not sent does not go out by itself: send again what is needed.',
};
