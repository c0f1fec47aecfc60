import { shellWord } from '../shell-word.ts';
import type { Bilingual } from '../text.ts';
import type { Looked, Observed, Unseen } from './observed.ts';

/** What is looked at together, and how its look ends. */

/** One thing that is not as it should be. */
export interface Finding {
  /** Names the kind for programs; never changes once released. */
  readonly id: string;
  /** `note`: it may be meant, or may be of no consequence. */
  readonly severity: 'problem' | 'note';
  readonly text: Bilingual;
  /** Commands that mend it, or that show more; those of todoku begin with `todoku `. */
  readonly commands: readonly string[];
}

/** What an area says of what was observed. */
export interface Look {
  /** What was seen, in some words; where nothing was, absent. */
  readonly said?: Bilingual;
  readonly findings?: readonly Finding[];
  readonly unseen?: readonly Unseen[];
}

/** One line of the first screen. */
export interface Area {
  /** For programs. */
  readonly id: string;
  readonly label: Bilingual;
  readonly look: (observed: Observed) => Look;
}

/** The same in both languages. */
export function same(text: string): Bilingual {
  return { ja: text, en: text };
}

/** What an area says of one thing that was looked at, or that it was not. */
export function ofSeen<Value>(looked: Looked<Value>, say: (value: Value) => Look): Look {
  return looked.state === 'seen' ? say(looked.value) : { unseen: [looked] };
}

/** The looks at several things of one area as one. */
export function together(...looks: readonly Look[]): Look {
  const said = looks.flatMap((look) => look.said ?? []);
  return {
    ...(said.length > 0 && {
      said: { ja: said.map(({ ja }) => ja).join('、'), en: said.map(({ en }) => en).join(', ') },
    }),
    findings: looks.flatMap(({ findings = [] }) => findings),
    unseen: looks.flatMap(({ unseen = [] }) => unseen),
  };
}

/** The Region and account of the stack, by the ARN of its topic; undefined where that is of an older version. */
export function placeOf({
  status: { eventTopic },
}: Observed): { region: string; account: string } | undefined {
  const [, , service, region, account] = eventTopic?.split(':') ?? [];
  return service === 'sns' && region && account ? { region, account } : undefined;
}

/** `--region NAME` of the stack, with a blank before it. */
export function regionOption(observed: Observed): string {
  const place = placeOf(observed);
  return place === undefined ? '' : ` --region ${shellWord(place.region)}`;
}

/** How the stack is deployed once more. */
export function deployment(observed: Observed): string {
  return `npx serverless deploy --stage ${shellWord(observed.stage)}${regionOption(observed)}`;
}
