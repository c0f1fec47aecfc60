import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LookupAnswer } from '../../../lib/contracts/lookup.ts';
import { carrierLabel, labelOfConfidence } from '../../../lib/guidance/wording/labels.ts';
import type { Bilingual } from '../../../lib/text.ts';
import { refusedBy } from '../asking.ts';
import { handOver } from '../hand-over.ts';
import { dayOf, figure, momentOf, monthOf, useWords } from '../language.ts';
import { Letter, textOf } from '../letter.tsx';
import { Near } from '../near.tsx';
import { Address, Fold, Icon, type Shape, toneOf } from '../parts.tsx';
import { ResumeDialog } from '../resume.tsx';
import { ask, type Refused } from '../server.ts';
import type { ViewProps } from '../views.ts';

/** Addresses that were looked up here and stand below the box; they live in memory alone. */
const REMEMBERED = 5;

type Found =
  | { readonly state: 'empty' }
  | { readonly state: 'asking'; readonly typed: string }
  | { readonly state: 'refused'; readonly typed: string; readonly refused: Refused }
  | { readonly state: 'answered'; readonly typed: string; readonly answer: LookupAnswer };

/** 調べる: why mail to one person did not arrive, what to do, and the text to send. */
export function Lookup({ about, address, isShown, keys, tell, onDecided }: ViewProps) {
  const { say, language } = useWords();
  const [typed, setTyped] = useState('');
  const [found, setFound] = useState<Found>({ state: 'empty' });
  const [recent, setRecent] = useState<readonly string[]>([]);
  const [form, setForm] = useState<'mail' | 'sms' | 'spoken'>('mail');
  const [isResuming, setIsResuming] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  const latest = useRef(0);

  const lookUp = async (given: string): Promise<void> => {
    const wanted = given.trim();
    const turn = ++latest.current;
    if (wanted === '') return setFound({ state: 'empty' });
    setTyped(wanted);
    setFound({ state: 'asking', typed: wanted });
    try {
      const answer = await ask<LookupAnswer>('lookup', { address: wanted });
      if (turn !== latest.current) return;
      setFound({ state: 'answered', typed: wanted, answer });
      // What must not be sent by mail is told by telephone.
      setForm(answer.advice[language].notByMail ? 'spoken' : 'mail');
      setRecent((before) =>
        [answer.address, ...before.filter((each) => each !== answer.address)].slice(0, REMEMBERED),
      );
    } catch (error) {
      if (turn === latest.current) setFound({ state: 'refused', typed: wanted, refused: refusedBy(error) });
    }
  };
  useEffect(() => {
    if (address !== undefined) void lookUp(address.typed);
  }, [address?.turn]);
  useEffect(() => {
    if (found.state === 'answered' || found.state === 'refused')
      title.current?.focus({ preventScroll: true });
  }, [found]);

  const copy = async (): Promise<void> => {
    if (found.state !== 'answered') return;
    try {
      await navigator.clipboard.writeText(textOf(found.answer.advice[language], form));
      tell(say({ ja: '文面をコピーしました', en: 'The text is copied' }));
    } catch {
      tell(
        say({
          ja: 'コピーできませんでした。文面を選んでコピーしてください',
          en: 'It could not be copied: select the text and copy it',
        }),
      );
    }
  };
  useEffect(() => {
    if (isShown) keys({ c: () => void copy() });
  });

  return (
    <>
      <form
        class="find"
        onSubmit={(event) => {
          event.preventDefault();
          void lookUp(typed);
        }}
      >
        <label for="address">
          {say({ ja: 'お客様のメールアドレス', en: 'Customer’s e-mail address' })} <kbd>/</kbd>
        </label>
        <input
          id="address"
          type="text"
          inputMode="email"
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" class="btn primary">
          {say({ ja: '調べる', en: 'Look up' })}
        </button>
      </form>
      {recent.length > 0 && (
        <div class="recent">
          <span>{say({ ja: 'この画面で調べたもの', en: 'Looked up here' })}</span>
          {recent.map((each) => (
            <button key={each} type="button" class="link" onClick={() => void lookUp(each)}>
              <Address value={each} />
            </button>
          ))}
        </div>
      )}
      <div aria-live="polite" aria-busy={found.state === 'asking'}>
        {found.state === 'empty' && (
          <div class="ans solo">
            <div class="main">
              <h1 class="balance">{say(EMPTY.title)}</h1>
              <p class="why">{say(EMPTY.text)}</p>
            </div>
          </div>
        )}
        {found.state === 'asking' && (
          <AboutAddress typed={found.typed}>
            <h1 class="answer none">
              <Icon shape="wait" />
              {say({ ja: '調べています', en: 'Looking' })}
            </h1>
            <p class="why">{say(ASKING)}</p>
          </AboutAddress>
        )}
        {found.state === 'refused' && (
          <AboutAddress typed={found.typed}>
            <h1 class="answer warn" tabIndex={-1} ref={title}>
              <Icon shape="warn" />
              {say({ ja: '調べられませんでした', en: 'We could not look' })}
            </h1>
            <p class="why">
              {say(NOT_LOOKED)} {say(found.refused.text)}
            </p>
            <p class="bar sect">
              <button type="button" class="btn" onClick={() => void lookUp(found.typed)}>
                {say({ ja: 'もう一度調べる', en: 'Look again' })}
              </button>
            </p>
          </AboutAddress>
        )}
      </div>
      {found.state === 'answered' && (
        <article class="ans">
          <Answer
            answer={found.answer}
            now={about.now}
            isDesk={about.desk}
            titleRef={title}
            onResume={() => setIsResuming(true)}
            onLookUp={(each) => void lookUp(each)}
          />
          <Letter
            answer={found.answer}
            form={form}
            onForm={setForm}
            onCopy={() => void copy()}
            {...(!about.desk && {
              onHandOver: () => {
                handOver(found.answer, language);
                tell(
                  say({
                    ja: '保存しました。窓口の方にお渡しください',
                    en: 'Saved. Hand the file to the desk',
                  }),
                );
              },
            })}
          />
          <Evidence answer={found.answer} now={about.now} />
        </article>
      )}
      {isResuming && found.state === 'answered' && (
        <ResumeDialog
          answer={found.answer}
          onClose={() => setIsResuming(false)}
          onDone={(says) => {
            setIsResuming(false);
            if (says) tell(say(says));
            onDecided();
            void lookUp(found.answer.address);
          }}
        />
      )}
    </>
  );
}

/** What is said of an address that has no answer yet: the address above, for it may have been typed wrong. */
function AboutAddress(props: { readonly typed: string; readonly children: ComponentChildren }) {
  return (
    <div class="ans solo">
      <div class="main">
        <p class="who">
          <b>
            <Address value={props.typed} />
          </b>
        </p>
        {props.children}
      </div>
    </div>
  );
}

const EMPTY: { readonly title: Bilingual; readonly text: Bilingual } = {
  title: {
    ja: '届かないと言われたアドレスを、上に入れてください',
    en: 'Type the address of the customer whose mail did not come',
  },
  text: {
    ja: 'メールが届かない理由、次にすること、お客様への文面をお答えします。全角の文字や前後の空白は、こちらで直します。',
    en: 'You get why mail did not arrive, what to do next, and a text for the customer.',
  },
};
const ASKING: Bilingual = {
  ja: 'SESのサプレッションリストと、これまでの記録に問い合わせています。ふつうは2秒ほどです。',
  en: 'Asking SES’s suppression list and the record. It usually takes two seconds.',
};
const NOT_LOOKED: Bilingual = {
  ja: '「送信を止めていない」という意味ではありません。',
  en: 'This does not mean that nothing is stopped.',
};

/** The shape of each sign of an answer. */
const SHAPES: Readonly<Record<string, Shape>> = {
  stopped: 'stop',
  accepted: 'ok',
  waiting: 'wait',
  caution: 'warn',
  nothing: 'none',
};

/** The answer itself: who, the sentence, why, the facts, the steps. */
function Answer(props: {
  readonly answer: LookupAnswer;
  readonly now: string;
  readonly isDesk: boolean;
  readonly titleRef: { current: HTMLHeadingElement | null };
  readonly onResume: () => void;
  readonly onLookUp: (address: string) => void;
}) {
  const { say, language } = useWords();
  const { answer, now, isDesk, titleRef, onResume, onLookUp } = props;
  const { screen, listing, diagnosis, missed, near } = answer;
  const shape = SHAPES[screen?.sign ?? ''] ?? 'none';
  const since = listing.state === 'listed' ? listing.since : undefined;
  return (
    <div class="main">
      <p class="who">
        <b>
          <Address value={answer.address} />
        </b>
        {diagnosis.carrier && <span>{carrierLabel(diagnosis.carrier, language)}</span>}
        {answer.memberSince && (
          <span>
            {language === 'ja'
              ? `${monthOf(answer.memberSince, language)}からの会員`
              : `Customer since ${monthOf(answer.memberSince, language)}`}
          </span>
        )}
        {answer.lastSeen && (
          <span>
            {say({ ja: '最後のご利用：', en: 'Last seen: ' })}
            {dayOf(answer.lastSeen, language, now)}
          </span>
        )}
      </p>
      <h1 class={`answer ${toneOf(shape)}`} tabIndex={-1} ref={titleRef}>
        <Icon shape={shape} />
        {screen ? say(screen.title) : say(answer.summary)}
      </h1>
      {screen && <p class="why">{say(screen.why)}</p>}
      {(answer.notes ?? []).map(({ id, says }) => (
        <p key={id} class="note">
          {say(says)}
        </p>
      ))}
      {near && <Near near={near} typed={answer.address} onLookUp={onLookUp} />}
      {(since || missed.count > 0) && (
        <dl class="facts">
          {since && (
            <div>
              <dt>{say({ ja: '止めた日時', en: 'Stopped' })}</dt>
              <dd>
                {momentOf(since, language, now)}
                <small>
                  {say({ ja: 'SESのサプレッションリストに登録', en: 'on SES’s suppression list' })}
                </small>
              </dd>
            </div>
          )}
          {since && (
            <div>
              <dt>{say({ ja: '原因の確かさ', en: 'Certainty' })}</dt>
              <dd>{labelOfConfidence(diagnosis.confidence, language)}</dd>
            </div>
          )}
          <div>
            <dt>{say({ ja: '送らなかったメール', en: 'Mails not sent' })}</dt>
            <dd>
              {language === 'ja' ? `${figure(missed.count)}通` : figure(missed.count)}
              {missed.atLeast && say({ ja: '以上', en: ' or more' })}
              {answer.recordsBegin && (
                <small>
                  {language === 'ja'
                    ? `${dayOf(answer.recordsBegin, language, now)}以降の記録`
                    : `on record since ${dayOf(answer.recordsBegin, language, now)}`}
                </small>
              )}
            </dd>
          </div>
        </dl>
      )}
      {screen && (
        <section class="sect">
          <h2>{say({ ja: '次にすること', en: 'What to do next' })}</h2>
          <ol class="steps">
            {screen.steps.map((step) => (
              <li key={step.title.en}>
                <div>
                  <h3>{say(step.title)}</h3>
                  <p class="muted">{say(step.text)}</p>
                  {step.kind === 'release' && !isDesk && (
                    <div class="bar">
                      <button type="button" class="btn" onClick={onResume}>
                        {say({ ja: '送信を再開する…', en: 'Resume sending…' })}
                      </button>
                    </div>
                  )}
                  {step.kind === 'release' && isDesk && (
                    <p>
                      <b>
                        {say({
                          ja: '運用の担当者に、再開を頼んでください。',
                          en: 'Ask the operator to resume.',
                        })}
                      </b>
                    </p>
                  )}
                </div>
              </li>
            ))}
          </ol>
        </section>
      )}
      {(answer.missedMails ?? []).length > 0 && (
        <section class="sect">
          <h2>{say({ ja: '送らなかったメール', en: 'Mails that were not sent' })}</h2>
          <ul class="list ui">
            {(answer.missedMails ?? []).map(({ messageId, sentAt }) => (
              <li key={messageId}>
                {momentOf(sentAt, language, now)} <span class="mono">{messageId}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** Why one may say so, what is not known, what happened, and SES's own record. */
function Evidence({ answer, now }: { readonly answer: LookupAnswer; readonly now: string }) {
  const { say, language } = useWords();
  const facts = answer.advice[language].facts;
  const { evidence } = answer.diagnosis;
  return (
    <section class="evid" aria-label={say({ ja: '根拠と記録', en: 'Evidence and record' })}>
      {facts && (
        <div class="know">
          <div>
            <h2>{say({ ja: '分かっていること', en: 'What is known' })}</h2>
            <ul>
              {facts.known.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </div>
          {facts.unknown.length + facts.besides.length > 0 && (
            <div>
              <h2>{say({ ja: '分からないこと', en: 'What is not known' })}</h2>
              <ul>
                {[...facts.unknown, ...facts.besides].map((each) => (
                  <li key={each}>{each}</li>
                ))}
              </ul>
            </div>
          )}
        </div>
      )}
      {evidence.length > 0 && (
        <Fold title={say({ ja: 'なぜそう言えるか', en: 'Why we say so' })} count={evidence.length}>
          <ul class="list">
            {evidence.map((each, place) => (
              <li key={place}>
                {each.at && <span class="muted">{momentOf(each.at, language, now)} </span>}
                {say(each.text)}
              </li>
            ))}
          </ul>
        </Fold>
      )}
      {answer.timeline.length > 0 && (
        <Fold title={say({ ja: 'これまでの経過', en: 'What happened' })} count={answer.timeline.length}>
          <ul class="list">
            {answer.timeline.map(({ at, text }, place) => (
              <li key={place}>
                <span class="muted">{momentOf(at, language, now)} </span>
                {say(text)}
              </li>
            ))}
          </ul>
        </Fold>
      )}
      <Fold title={say({ ja: 'SESの記録（技術者向け）', en: 'SES record (technical)' })}>
        <Record answer={answer} />
      </Fold>
    </section>
  );
}

/** Codes and replies as they stand on record. */
function Record({ answer }: { readonly answer: LookupAnswer }) {
  const { say } = useWords();
  const { listing, diagnosis, verdict, timeline } = answer;
  const replies = timeline.filter(({ kind, detail }) => kind === 'bounce' && detail !== undefined);
  return (
    <dl class="rec">
      <dt>{say({ ja: 'リスト', en: 'List' })}</dt>
      <dd>{[listing.state, listing.reason, listing.spelling].filter(Boolean).join(', ')}</dd>
      <dt>{say({ ja: '診断', en: 'Diagnosis' })}</dt>
      <dd>
        {diagnosis.reason} / {diagnosis.confidence} ({diagnosis.rule})
      </dd>
      {verdict && (
        <>
          <dt>{say({ ja: '判定', en: 'Verdict' })}</dt>
          <dd>
            {verdict.action} / {verdict.rule}
          </dd>
        </>
      )}
      {replies.map(({ at, detail }) => (
        <>
          <dt key={`${at} at`}>{at}</dt>
          <dd key={at}>{detail}</dd>
        </>
      ))}
    </dl>
  );
}
