import type { ComponentType } from 'preact';
import type { Bilingual } from '../../lib/text.ts';
import { lazily } from './lazily.tsx';
import type { About } from './server.ts';
import { Lookup } from './views/lookup.tsx';

/** What every view is given. */
export interface ViewProps {
  readonly about: About;
  /** Whether it is the one that is seen; one that stays is behind the others when it is not. */
  readonly isShown: boolean;
  /** Of the first view: what another view has it look up; each time another turn. */
  readonly address?: { readonly typed: string; readonly turn: number };
  /** Goes to another view. */
  readonly goTo: (view: string) => void;
  /** Looks an address up in the first view. */
  readonly lookUp: (address: string) => void;
  /** Tells that something was done, for a moment. */
  readonly tell: (text: string) => void;
  /** Says that something was decided: what the side bar counts is asked anew, and `decided` grows for every view. */
  readonly onDecided: () => void;
  readonly decided: number;
  /** Has keys do something while the view is shown; a letter alone is no key where keys are off. */
  readonly keys: (table: Readonly<Record<string, () => void>>) => void;
}

/** A view of the console, in the order of the side bar. */
export interface ViewEntry {
  readonly id: string;
  readonly name: Bilingual;
  readonly view: ComponentType<ViewProps>;
  /** Also for the desk, which looks up and nothing else. */
  readonly forDesk?: true;
  /** Stays behind the others with what it holds, once it was shown. */
  readonly stays?: true;
}

/** The views, each but the first loaded when it is opened, in the order of the side bar and of their keys 1 to 7. */
export const VIEWS: readonly ViewEntry[] = [
  { id: 'lookup', name: { ja: '調べる', en: 'Look up' }, view: Lookup, forDesk: true, stays: true },
  {
    id: 'today',
    name: { ja: '今日', en: 'Today' },
    view: lazily(async () => (await import('./views/today.tsx')).Today),
  },
  {
    id: 'proposals',
    name: { ja: '提案', en: 'Proposals' },
    view: lazily(async () => (await import('./views/proposals.tsx')).Proposals),
    stays: true,
  },
  {
    id: 'outcomes',
    name: { ja: '解除の結果', en: 'Outcomes' },
    view: lazily(async () => (await import('./views/outcomes.tsx')).Outcomes),
  },
  {
    id: 'senders',
    name: { ja: '送信元', en: 'Senders' },
    view: lazily(async () => (await import('./views/senders.tsx')).Senders),
  },
  {
    id: 'report',
    name: { ja: '月次報告', en: 'Monthly report' },
    view: lazily(async () => (await import('./views/report.tsx')).Report),
  },
  {
    id: 'log',
    name: { ja: '操作の記録', en: 'Record' },
    view: lazily(async () => (await import('./views/log.tsx')).Log),
    stays: true,
  },
];
