import { useEffect, useState } from 'preact/hooks';
import { ask, Refused } from './server.ts';

/** Where a question stands. `again` asks once more. */
export type Asked<Answer> = { readonly again: () => void } & (
  | { readonly state: 'asking'; readonly answer?: Answer }
  | { readonly state: 'answered'; readonly answer: Answer }
  | { readonly state: 'refused'; readonly refused: Refused; readonly answer?: never }
);

/**
 * Asks a question when a view is shown, and keeps its answer until it is asked again; while that lasts the earlier answer
 * is there still.
 *
 * @param question absent: nothing is asked.
 * @param request plain data; another one is asked anew.
 */
export function useAnswer<Answer>(question: string | undefined, request: unknown = {}): Asked<Answer> {
  const [turn, setTurn] = useState(0);
  const [found, setFound] = useState<{
    readonly key: string;
    readonly turn: number;
    readonly answer?: Answer;
    readonly refused?: Refused;
  }>();
  const key = `${question} ${JSON.stringify(request)}`;
  useEffect(() => {
    if (question === undefined) return;
    const ending = new AbortController();
    ask<Answer>(question, request, ending.signal).then(
      (answer) => setFound({ key, turn, answer }),
      (error: unknown) => {
        if (!ending.signal.aborted) setFound({ key, turn, refused: refusedBy(error) });
      },
    );
    return () => ending.abort();
  }, [key, turn]);
  const again = () => setTurn((before) => before + 1);
  if (found?.key !== key) return { state: 'asking', again };
  if (found.turn !== turn) {
    return { state: 'asking', ...(found.refused === undefined && { answer: found.answer as Answer }), again };
  }
  if (found.refused !== undefined) return { state: 'refused', refused: found.refused, again };
  return { state: 'answered', answer: found.answer as Answer, again };
}

/** What is told of an error: a refusal's own words, or that the page has a fault. */
export function refusedBy(error: unknown): Refused {
  if (error instanceof Refused) return error;
  return new Refused('fault', {
    ja: '画面のプログラムに不具合があります。ページを読み込み直してください。',
    en: 'The page has a fault. Load it again.',
  });
}
