import { figure } from './language.ts';

/** Charts of several views: each stands beside a table, or says its figures in words. */

/** A share of the length, for SVG. */
function along(part: number): string {
  return `${(Math.min(1, Math.max(0, part)) * 100).toFixed(2)}%`;
}

/** How a bar is drawn: solid, hatched, or grey with an edge. */
export type BarTone = 'good' | 'bad' | 'few';

/** The pattern of hatched bars; once in a view that draws any. */
export function Hatch() {
  return (
    <svg width="0" height="0" class="vh" aria-hidden="true">
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="f-stop" width="3" height="6" />
        </pattern>
      </defs>
    </svg>
  );
}

/** A share as a bar, its interval under it, and the floor across both. All figures are fractions. */
export function IntervalBar(props: {
  readonly share: number;
  readonly lower: number;
  readonly upper: number;
  readonly floor: number;
  readonly tone: BarTone;
  /** The same in words. */
  readonly label: string;
}) {
  const { share, lower, upper, floor, tone, label } = props;
  const [from, until, limit] = [along(lower), along(upper), along(floor)];
  return (
    <svg class="ch" height="30" role="img" aria-label={label}>
      <rect class="f-soft" x="0" y="21" width="100%" height="1" />
      <rect
        class={{ good: 'f-acc', bad: 's-stop', few: 'f-soft s-strong' }[tone]}
        {...(tone === 'bad' && { fill: 'url(#hatch)' })}
        x="0"
        y="6"
        width={along(share)}
        height="9"
      />
      <line class="s-ink" stroke-width="1.5" x1={from} x2={until} y1="21.5" y2="21.5" />
      <line class="s-ink" stroke-width="1.5" x1={from} x2={from} y1="17.5" y2="25.5" />
      <line class="s-ink" stroke-width="1.5" x1={until} x2={until} y1="17.5" y2="25.5" />
      <line class="s-ink" stroke-dasharray="2 2" x1={limit} x2={limit} y1="0" y2="30" />
    </svg>
  );
}

/** What the longer of two bars takes of the width at most: its figure stands behind it. */
const WIDEST = 0.85;

/** A count, and the count before it, as two bars; `most` is the longest that stands beside them. */
export function PairOfBars(props: {
  readonly now: number;
  readonly then: number;
  readonly most: number;
  /** The same in words. */
  readonly label: string;
}) {
  const [now, then] = [props.now, props.then].map((count) => along((count / props.most) * WIDEST));
  return (
    <svg class="ch" height="30" role="img" aria-label={props.label}>
      <rect class="f-acc" x="0" y="3" width={now} height="10" />
      <rect class="s-strong" fill="none" x=".5" y="16.5" width={then} height="9" />
      <text class="strong" x={now} dx="6" y="12">
        {figure(props.now)}
      </text>
      <text x={then} dx="7" y="25.5">
        {figure(props.then)}
      </text>
    </svg>
  );
}

/** Counts as one bar of parts; a count of nothing takes no room. */
export function StackedBar(props: {
  readonly parts: readonly { readonly kind: 'ok' | 'bad' | 'none' | 'wait'; readonly count: number }[];
  /** The same in words. */
  readonly label: string;
}) {
  return (
    <div class="stack" role="img" aria-label={props.label}>
      {props.parts.map(
        ({ kind, count }, place) =>
          count > 0 && <i key={place} class={`k-${kind}`} style={{ flex: `${count} 0 0` }} />,
      )}
    </div>
  );
}
