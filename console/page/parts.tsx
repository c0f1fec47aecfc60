import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Bilingual } from '../../lib/text.ts';
import { useWords } from './language.ts';

/** What several views are made of. */

const SHAPES = {
  stop: 'M3.5 2h9A1.5 1.5 0 0 1 14 3.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 2 12.5v-9A1.5 1.5 0 0 1 3.5 2ZM5 8h6',
  ok: 'M14.3 8A6.3 6.3 0 1 1 1.7 8a6.3 6.3 0 0 1 12.6 0ZM5.2 8.2l2 2 3.6-4.2',
  warn: 'M8 2 14.6 13.6H1.4ZM8 6.4v3.2M8 11.6v.01',
  none: 'M14.3 8A6.3 6.3 0 1 1 1.7 8a6.3 6.3 0 0 1 12.6 0Z',
  wait: 'M14.3 8A6.3 6.3 0 1 1 1.7 8a6.3 6.3 0 0 1 12.6 0ZM8 4.6V8l2.2 1.6',
} as const;

/** A shape that goes with a word: square stopped, tick well, triangle caution, broken ring nothing, clock waiting. */
export type Shape = keyof typeof SHAPES;

/** A shape, for the eye alone: the word beside it says the same. */
export function Icon({ shape }: { readonly shape: Shape }) {
  return (
    <svg class="i" viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[shape]} {...(shape === 'none' && { 'stroke-dasharray': '2.4 2.2' })} />
    </svg>
  );
}

const TONES: Readonly<Record<Shape, string>> = {
  stop: 'stop',
  ok: 'ok',
  warn: 'warn',
  none: 'none',
  wait: 'none',
};

/** The class that colours what stands beside a shape. */
export function toneOf(shape: Shape): string {
  return TONES[shape];
}

/** A state as a shape, a word and a colour. */
export function StateWord({
  shape,
  children,
}: {
  readonly shape: Shape;
  readonly children: ComponentChildren;
}) {
  return (
    <span class={`st ${toneOf(shape)}`}>
      <Icon shape={shape} />
      {children}
    </span>
  );
}

/** An address, which breaks at its @ and nowhere before. */
export function Address({ value }: { readonly value: string }) {
  const at = value.lastIndexOf('@');
  if (at < 0) return <span class="addr">{value}</span>;
  return (
    <span class="addr">
      {value.slice(0, at)}
      <wbr />
      {value.slice(at)}
    </span>
  );
}

/** What is shown when it is asked for. */
export function Fold(props: {
  readonly title: string;
  readonly count?: number;
  readonly children: ComponentChildren;
}) {
  return (
    <details class="fold">
      <summary>
        {props.title} {props.count !== undefined && <span class="c">{props.count}</span>}
      </summary>
      <div class="in">{props.children}</div>
    </details>
  );
}

/** One of a few, of which one is chosen. */
export function Segments<Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string; readonly lang?: string }[];
  readonly onChange: (value: Value) => void;
}) {
  const { label, value, options, onChange } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in one line in every browser.
    <div class="seg" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          {...(option.lang && { lang: option.lang })}
          onClick={() => onChange(option.value)}
        >
          {option.text}
        </button>
      ))}
    </div>
  );
}

/** A question before something changes; Escape is no, unless `onEscape` makes something else of it. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly onEscape?: (() => void) | undefined;
  readonly children: ComponentChildren;
  readonly footer: ComponentChildren;
}) {
  const { title, onClose, onEscape, children, footer } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  useLayoutEffect(() => {
    if (onEscape === undefined) return;
    // A browser asks a page before it closes a dialog, but not at every Escape: the key is taken before that. It is the
    // document's, as a button that is disabled under the finger leaves no part of the dialog with the focus.
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      onEscape();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onEscape]);
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onClose={onClose}
      onCancel={(event) => {
        if (onEscape === undefined) return;
        event.preventDefault();
        onEscape();
      }}
    >
      <div class="pad">
        <h2 tabIndex={-1}>{title}</h2>
        {children}
      </div>
      <footer>{footer}</footer>
    </dialog>
  );
}

/** What could not be asked: first what that does not mean, then what to do. */
export function Failure(props: { readonly text: Bilingual; readonly onAgain?: () => void }) {
  const { say } = useWords();
  return (
    <div class="note warn" role="alert">
      <p>
        <b>{say(NOT_READ)}</b> {say(props.text)}
      </p>
      {props.onAgain && (
        <p class="bar">
          <button type="button" class="btn" onClick={props.onAgain}>
            {say({ ja: 'もう一度読み込む', en: 'Read it again' })}
          </button>
        </p>
      )}
    </div>
  );
}

const NOT_READ: Bilingual = {
  ja: '読み込めませんでした（「何もない」という意味ではありません）。',
  en: 'It could not be read, which does not mean that there is nothing.',
};
