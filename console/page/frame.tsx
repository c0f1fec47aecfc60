import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { StatusAnswer } from '../../lib/contracts/status.ts';
import { modeLabel } from '../../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { useAnswer } from './asking.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { figure, LanguageContext } from './language.ts';
import { Segments } from './parts.tsx';
import { keep, kept } from './preferences.ts';
import type { About } from './server.ts';
import { VIEWS } from './views.ts';

const TOAST_MS = 4_000;
type Theme = 'light' | 'dark' | 'auto';

/** The side bar, the keys, and the view that the address bar names. */
export function Frame({ about }: { readonly about: About }) {
  const [language, setLanguage] = useState<Language>(() => kept('language', ['ja', 'en']) ?? about.language);
  const [theme, setTheme] = useState<Theme>(() => kept('theme', ['light', 'dark', 'auto']) ?? 'auto');
  const [hasKeys, setHasKeys] = useState(() => kept('keys', ['on', 'off']) !== 'off');
  const [showsKeys, setShowsKeys] = useState(false);
  const [isOpen, setIsOpen] = useState(false);
  const [toast, setToast] = useState('');
  const [decided, setDecided] = useState(0);
  const [address, setAddress] = useState<{ readonly typed: string; readonly turn: number }>();
  const views = VIEWS.filter(({ forDesk }) => forDesk || !about.desk);
  const view = useView(views.map(({ id }) => id));
  const say = (text: Bilingual) => text[language];
  const status = useAnswer<StatusAnswer>(about.desk ? undefined : 'status');
  const waiting = status.answer?.waiting;
  const shown = views.find(({ id }) => id === view) ?? views[0];
  const tables = useRef<Record<string, Readonly<Record<string, () => void>>>>({});
  // The first is there from the start: the key for its box works from every view.
  const stayed = useRef(new Set([VIEWS[0]?.id]));
  if (shown?.stays) stayed.current.add(shown.id);
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    document.documentElement.lang = language;
    keep('language', language);
  }, [language]);
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    keep('theme', theme);
  }, [theme]);
  useEffect(() => keep('keys', hasKeys ? 'on' : 'off'), [hasKeys]);
  useEffect(() => {
    document.title = `${shown ? shown.name[language] : ''} | todoku`;
  }, [shown, language]);
  useEffect(() => {
    if (toast === '') return;
    const timer = setTimeout(() => setToast(''), TOAST_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!hasKeys || isTyping(event) || document.querySelector('dialog[open]') !== null) return;
      const key = event.shiftKey && event.key.length === 1 ? `Shift+${event.key.toLowerCase()}` : event.key;
      const own = tables.current[shown?.id ?? '']?.[key];
      const target = views[Number(event.key) - 1];
      if (own !== undefined) own();
      else if (event.key === '?') setShowsKeys(true);
      else if (target !== undefined && !event.shiftKey) goTo(target.id);
      else if (event.key === '/') {
        goTo('lookup');
        // What stands in the box is selected: the next address takes the place of the last.
        requestAnimationFrame(() => {
          const box = document.getElementById('address');
          box?.focus();
          if (box instanceof HTMLInputElement) box.select();
        });
      } else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [hasKeys, views, shown]);

  const props = useMemo(
    () => ({
      about,
      goTo,
      lookUp: (typed: string) => {
        setAddress((before) => ({ typed, turn: (before?.turn ?? 0) + 1 }));
        goTo('lookup');
      },
      tell: setToast,
      onDecided: () => {
        setDecided((before) => before + 1);
        status.again();
      },
    }),
    [about],
  );
  useEffect(() => {
    setIsOpen(false);
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [view]);

  return (
    <LanguageContext.Provider value={language}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {say({ ja: '本文へ', en: 'Skip to content' })}
      </button>
      <div class="frame">
        <header class="side" {...(isOpen && { 'data-open': '' })}>
          <div class="brand">
            <svg class="i logo" viewBox="0 0 24 24" aria-hidden="true">
              <rect x="2" y="4.5" width="20" height="15" rx="2.5" />
              <path d="m6.5 12 3.7 3.7L18 8" />
            </svg>
            todoku
          </div>
          <button
            type="button"
            class="btn sm menu"
            aria-expanded={isOpen}
            aria-controls="side"
            onClick={() => setIsOpen(!isOpen)}
          >
            {say({ ja: 'メニュー', en: 'Menu' })}
          </button>
          <div class="body" id="side">
            <div class="acct">
              <b>
                {about.local
                  ? say({ ja: 'このパソコンの練習環境', en: 'The system on this machine' })
                  : about.stage}
              </b>
              <span>{regionName(about.region, language)}</span>
              {status.answer && <span>{modeLabel(status.answer.mode, language)}</span>}
            </div>
            <nav aria-label={say({ ja: '画面', en: 'Views' })}>
              <ul>
                {views.map(({ id, name }) => (
                  <li key={id}>
                    <a href={`#/${id}`} {...(id === shown?.id && { 'aria-current': 'page' as const })}>
                      {say(name)}
                      {id === 'proposals' && waiting !== undefined && (
                        <span class="c">
                          {figure(waiting.count)}
                          {waiting.more && '+'}
                        </span>
                      )}
                    </a>
                  </li>
                ))}
              </ul>
            </nav>
            <div class="foot">
              <div class="row">
                <Segments
                  label={say({ ja: '言語', en: 'Language' })}
                  value={language}
                  options={[
                    { value: 'ja', text: '日本語', lang: 'ja' },
                    { value: 'en', text: 'English', lang: 'en' },
                  ]}
                  onChange={setLanguage}
                />
                <Segments
                  label={say({ ja: '明るさ', en: 'Theme' })}
                  value={theme}
                  options={[
                    { value: 'light', text: say({ ja: '明', en: 'Light' }) },
                    { value: 'dark', text: say({ ja: '暗', en: 'Dark' }) },
                    { value: 'auto', text: say({ ja: '自動', en: 'Auto' }) },
                  ]}
                  onChange={setTheme}
                />
              </div>
              <p>
                {!about.desk && (
                  <>
                    {say({ ja: '担当：', en: 'Operator: ' })}
                    {about.operator}
                    <br />
                  </>
                )}
                {say({
                  ja: 'この画面は、このパソコンの中だけで動いています。',
                  en: 'This page runs on this computer only.',
                })}
              </p>
              <p>
                <button type="button" class="btn quiet sm flush" onClick={() => setShowsKeys(true)}>
                  {say({ ja: 'キー操作', en: 'Keys' })} <kbd>?</kbd>
                </button>
              </p>
            </div>
          </div>
        </header>
        <main id="main" tabIndex={-1} ref={main}>
          {views.map(({ id, view: View }) =>
            // What was looked up or selected stays while another view is shown; it is gone with the page.
            id === shown?.id || stayed.current.has(id) ? (
              <section key={id} class="view" hidden={id !== shown?.id}>
                <View
                  {...props}
                  decided={decided}
                  keys={(keys) => {
                    tables.current[id] = keys;
                  }}
                  isShown={id === shown?.id}
                  {...(id === 'lookup' && address && { address })}
                />
              </section>
            ) : null,
          )}
        </main>
      </div>
      {showsKeys && (
        <KeysDialog
          isDesk={about.desk}
          hasKeys={hasKeys}
          onKeys={setHasKeys}
          onClose={() => setShowsKeys(false)}
        />
      )}
      <div class="live" role="status">
        {toast}
      </div>
    </LanguageContext.Provider>
  );
}

/**
 * The view that the address bar names. It names views alone: an address never stands there. Under an open dialog the view
 * stays, whatever the browser's Back does: behind another view the dialog would be open and unseen, and block every other.
 */
function useView(ids: readonly string[]): string {
  const read = () => ids.find((id) => location.hash === `#/${id}`) ?? ids[0] ?? '';
  const [view, setView] = useState(read);
  useEffect(() => {
    const onChange = () => {
      if (document.querySelector('dialog[open]') === null) setView(read());
      else if (read() !== view) history.pushState(null, '', `#/${view}`);
    };
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  });
  return view;
}

function goTo(view: string): void {
  location.hash = `#/${view}`;
}

/** Whether a key belongs to a field, or to the browser. */
function isTyping({ target, ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || isComposing) return true;
  return target instanceof Element && target.matches('input:not([type=checkbox]), textarea, select');
}

const REGIONS: Readonly<Record<string, Bilingual>> = {
  'ap-northeast-1': { ja: '東京リージョン', en: 'Tokyo Region' },
  'ap-northeast-3': { ja: '大阪リージョン', en: 'Osaka Region' },
};

/** What a Region is called; its code where it has no name here. */
function regionName(region: string | undefined, language: Language): string {
  return region === undefined ? '' : (REGIONS[region]?.[language] ?? region);
}
