import type { Bilingual, Language } from '../lib/text.ts';

/**
 * Progress of a long command: share, rate and estimate, on standard error so that results can be piped. A terminal
 * gets one line that is rewritten; a file or a CI log gets a plain line now and then.
 */

/** Where progress is written: standard error, as a rule. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** What a progress line is about. */
export interface ProgressOptions {
  /** What is being done, such as "importing". */
  readonly label: Bilingual;
  /** What is counted, such as "rows"; stands after the number. `one`: in English, of one. */
  readonly unit: Bilingual & { readonly one?: string };
  readonly language: Language;
  /** All there is to do, in whatever `done` is given in (bytes of a file, items). Absent: not known; no percent. */
  readonly total?: number;
  readonly stream: ProgressStream;
  /** Monotonic milliseconds. Default: the machine's. */
  readonly time?: () => number;
}

/** A progress under way. */
export interface Progress {
  /** Says how far the work is: `done` of the total, and `count` units where those are not the same (default `done`). */
  update(done: number, count?: number): void;
  /** Shows the last state and frees the line. To be called on failure too; later calls do nothing. */
  end(): void;
}

/** The state a line is made from. */
export interface ProgressState {
  readonly done: number;
  readonly count: number;
  /** Milliseconds since the start. */
  readonly elapsed: number;
}

const TERMINAL_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 10_000;
const BAR_WIDTH = 24;
/** Below this no rate is shown: it would be noise. */
const SHORTEST_MEASURED_MS = 500;

/** Starts a progress. It holds no timer: it writes when told of progress, so it never keeps a process alive. */
export function startProgress(options: ProgressOptions): Progress {
  const { stream } = options;
  const time = options.time ?? (() => performance.now());
  const interval = stream.isTTY ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
  const start = time();
  let state: ProgressState = { done: 0, count: 0, elapsed: 0 };
  let written = start;
  let ended = false;

  const write = (): void => {
    const line = progressLine(options, state);
    // Erasing to the end of the line rather than padding: the line before may have been wider than the window.
    stream.write(stream.isTTY ? `\r${fitted(line, stream.columns)}\u001b[K` : `${line}\n`);
  };
  return {
    update(done, count = done) {
      if (ended) return;
      const now = time();
      state = { done, count, elapsed: now - start };
      if (now - written < interval) return;
      written = now;
      write();
    },
    end() {
      if (ended) return;
      ended = true;
      state = { ...state, elapsed: time() - start };
      write();
      if (stream.isTTY) stream.write('\n');
    },
  };
}

/** One line of progress: `importing [######------]  50%  500,000 rows  12,300/s  about 0:40 left`. Pure. */
export function progressLine(
  options: Pick<ProgressOptions, 'label' | 'unit' | 'language' | 'total'>,
  { done, count, elapsed }: ProgressState,
): string {
  const { language, total } = options;
  const number = new Intl.NumberFormat(language === 'ja' ? 'ja-JP' : 'en-US', { maximumFractionDigits: 0 });
  const parts = [options.label[language]];
  const share = total === undefined ? undefined : total <= 0 ? 1 : Math.min(1, done / total);
  if (share !== undefined) {
    const filled = Math.floor(share * BAR_WIDTH);
    // Rounded down: 100 % is said only when everything is done.
    const percent = String(Math.floor(share * 100)).padStart(3);
    parts.push(`[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${percent}%`);
  }
  const counted = number.format(count);
  const { ja, en, one = en } = options.unit;
  parts.push(language === 'ja' ? `${counted}${ja}` : `${counted} ${count === 1 ? one : en}`);
  if (elapsed >= SHORTEST_MEASURED_MS) {
    const rate = number.format((count * 1000) / elapsed);
    parts.push(language === 'ja' ? `${rate}${options.unit[language]}/秒` : `${rate}/s`);
    if (share === 1) {
      parts.push(language === 'ja' ? `所要時間 ${clock(elapsed)}` : `took ${clock(elapsed)}`);
    } else if (share !== undefined && share > 0) {
      const left = clock((elapsed * (1 - share)) / share);
      parts.push(language === 'ja' ? `残り約 ${left}` : `about ${left} left`);
    }
  }
  return parts.join('  ');
}

/** Milliseconds as `m:ss` or `h:mm:ss`. */
function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** As much of a line as fits the window; a letter of Japanese takes two columns. A wrapped line cannot be rewritten. */
function fitted(line: string, columns: number | undefined): string {
  if (columns === undefined) return line;
  let width = 0;
  let shown = '';
  for (const letter of line) {
    width += (letter.codePointAt(0) ?? 0) > 0xff ? 2 : 1;
    if (width >= columns) break;
    shown += letter;
  }
  return shown;
}
