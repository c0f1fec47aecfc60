import type { Bilingual } from '../../lib/text.ts';
import { useWords } from './language.ts';
import { Dialog } from './parts.tsx';

const KEYS: readonly { readonly keys: readonly string[]; readonly does: Bilingual; readonly desk?: true }[] =
  [
    { keys: ['/'], does: { ja: 'アドレスを入力する', en: 'Type an address' }, desk: true },
    { keys: ['1', '–', '7'], does: { ja: '画面を移る', en: 'Go to a view' } },
    {
      keys: ['c'],
      does: { ja: 'お客様への文面をコピーする', en: 'Copy the text for the customer' },
      desk: true,
    },
    {
      keys: ['j', 'k', '↓', '↑'],
      does: {
        ja: '次の行、前の行（矢印は、1文字のキー操作を使わない時も）',
        en: 'Next row, row before; the arrows always do',
      },
    },
    { keys: ['x'], does: { ja: '行を選ぶ、外す', en: 'Select a row, or not' } },
    {
      keys: ['Shift', '+', 'x'],
      does: { ja: '最後に選んだ行からここまで選ぶ', en: 'Select from the last one to here' },
    },
    {
      keys: ['a'],
      does: {
        ja: '承認の内容を確かめる（すぐには実行しない）',
        en: 'Look at what approving would do; nothing is done yet',
      },
    },
    { keys: ['r'], does: { ja: '見送る', en: 'Turn down' } },
    { keys: ['Esc'], does: { ja: '閉じる、選択を外す', en: 'Close, or select nothing' }, desk: true },
  ];

/** What the keys do, and whether letters alone do anything (WCAG 2.2, 2.1.4). */
export function KeysDialog(props: {
  readonly isDesk: boolean;
  readonly hasKeys: boolean;
  readonly onKeys: (on: boolean) => void;
  readonly onClose: () => void;
}) {
  const { say } = useWords();
  const { isDesk, hasKeys, onKeys, onClose } = props;
  return (
    <Dialog
      title={say({ ja: 'キー操作', en: 'Keys' })}
      onClose={onClose}
      footer={
        <button type="button" class="btn" onClick={onClose}>
          {say({ ja: '閉じる', en: 'Close' })}
        </button>
      }
    >
      <dl class="klist">
        {KEYS.filter(({ desk }) => desk || !isDesk).map(({ keys, does }) => (
          <>
            <dt key={`${does.en} keys`}>
              {keys.map((key) => (key === '–' || key === '+' ? key : <kbd key={key}>{key}</kbd>))}
            </dt>
            <dd key={does.en}>{say(does)}</dd>
          </>
        ))}
      </dl>
      <p class="choice">
        <input
          type="checkbox"
          id="keys-on"
          checked={hasKeys}
          onChange={(event) => onKeys(event.currentTarget.checked)}
        />
        <label for="keys-on">{say({ ja: '1文字のキー操作を使う', en: 'Use keys of one letter' })}</label>
      </p>
    </Dialog>
  );
}
