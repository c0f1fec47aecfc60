import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useWords } from './language.ts';
import { Failure } from './parts.tsx';
import { ENDED } from './server.ts';

/** A part of the page whose program is loaded when it is first shown. */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Lazily(props: Props) {
    const { say } = useWords();
    const [state, setState] = useState<'loading' | 'there' | 'failed'>(loaded ? 'there' : 'loading');
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (made) => {
          loaded = made;
          setState('there');
        },
        () => setState('failed'),
      );
    }, []);
    const Part = loaded;
    if (Part !== undefined) return <Part {...props} />;
    if (state === 'failed') return <Failure text={ENDED} />;
    return <p role="status">{say({ ja: '画面を読み込んでいます。', en: 'Loading this view.' })}</p>;
  };
}
