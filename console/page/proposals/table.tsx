import { useEffect, useRef } from 'preact/hooks';
import { carrierLabel } from '../../../lib/guidance/wording/labels.ts';
import { proposalReason } from '../../../lib/guidance/wording/proposals.ts';
import type { Language } from '../../../lib/text.ts';
import { type Proposal, URGENT_DAYS } from '../../../lib/waiting-proposals.ts';
import { dayOf, figure, monthOf, useWords } from '../language.ts';
import { Address } from '../parts.tsx';

/** What names a proposal. An entry of an old version may have no id: it cannot be decided here. */
export function idOf({ proposalId }: Proposal): string {
  return proposalId ?? '';
}

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowUp: -1 };

/** The id of a row's box in the document. */
export function boxOf(id: string): string {
  return `row-${id}`;
}

/** Proposals that stand together, and those of them that are shown. */
export interface Group {
  readonly isUrgent: boolean;
  readonly all: readonly Proposal[];
  readonly shown: readonly Proposal[];
}

/** What a row says, and what its box does. */
export interface RowProps {
  readonly now: string;
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
  readonly onToggleAll: (ids: readonly string[], on: boolean) => void;
  readonly onCursor: (id: string) => void;
  readonly onLookUp: (address: string) => void;
  /** Moves the cursor a row down or up: for those who use no keys of one letter. */
  readonly onMove: (step: 1 | -1) => void;
}

/** The table, the urgent first; the focused box is the cursor. */
export function ProposalTable(props: RowProps & { readonly groups: readonly Group[] }) {
  const { say, language } = useWords();
  const { groups } = props;
  const [urgent = 0, others = 0] = [true, false].map(
    (isUrgent) => groups.find((each) => each.isUrgent === isUrgent)?.all.length ?? 0,
  );
  return (
    <table class="prop recs" role="table">
      <caption class="vh">
        {language === 'ja'
          ? `送信を再開する提案。急ぐ${urgent}件と、そのほか${others}件`
          : `Proposals to resume sending: ${urgent} urgent, ${others} others`}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="sel">
            <span class="vh">{say({ ja: '選択', en: 'Selected' })}</span>
          </th>
          <th role="columnheader" scope="col">
            {say({ ja: '宛先', en: 'Address' })}
          </th>
          <th role="columnheader" scope="col">
            {say({ ja: '会員', en: 'Customer since' })}
          </th>
          <th role="columnheader" scope="col">
            {say(LAST_ORDER)}
          </th>
          <th role="columnheader" scope="col" class="num">
            {say(MISSED)}
          </th>
          <th role="columnheader" scope="col">
            {say({ ja: '携帯会社', en: 'Carrier' })}
          </th>
          <th role="columnheader" scope="col">
            {say({ ja: '理由', en: 'Why' })}
          </th>
        </tr>
      </thead>
      {groups.map((group) => (
        <GroupRows key={String(group.isUrgent)} {...props} group={group} />
      ))}
    </table>
  );
}

/** Of the columns, those that other parts of the view name as well. */
export const LAST_ORDER = { ja: '最後の利用', en: 'Last seen' } as const;
export const MISSED = { ja: '送らなかった', en: 'Not sent' } as const;

function GroupRows(props: RowProps & { readonly group: Group }) {
  const { language } = useWords();
  const { group, chosen, onToggleAll } = props;
  const ids = group.all.map(idOf);
  const selected = ids.filter((id) => chosen.has(id)).length;
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = selected > 0 && selected < ids.length;
  });
  const { title, text } = headingOf(group, language);
  return (
    <tbody role="rowgroup">
      <tr role="row" class="g">
        {/* biome-ignore lint/a11y/useSemanticElements: it heads the rows of a group, not one. */}
        <th role="rowheader" class="grp" colSpan={7} scope="rowgroup">
          <label>
            <input
              type="checkbox"
              ref={box}
              checked={selected > 0 && selected === ids.length}
              onChange={(event) => onToggleAll(ids, event.currentTarget.checked)}
            />
            {title}
            <span class="vh">{language === 'ja' ? 'をすべて選ぶ' : ': select all'}</span>
          </label>
          <span>{text}</span>
        </th>
      </tr>
      {group.shown.map((proposal) => (
        <Row key={idOf(proposal)} {...props} proposal={proposal} />
      ))}
    </tbody>
  );
}

function headingOf({ isUrgent, all }: Group, language: Language): { title: string; text: string } {
  const count = figure(all.length);
  if (isUrgent) {
    return language === 'ja'
      ? { title: `急ぐ${count}件`, text: `この${URGENT_DAYS}日に、送らなかったメールがある会員` }
      : {
          title: `Urgent: ${count}`,
          text: `customers from whom mail was withheld in the last ${URGENT_DAYS} days`,
        };
  }
  return language === 'ja'
    ? {
        title: `そのほか${count}件`,
        text: `会員の登録がない宛先と、この${URGENT_DAYS}日に送らなかったメールがない会員`,
      }
    : {
        title: `Others: ${count}`,
        text: `not known as customers, or no mail withheld in ${URGENT_DAYS} days`,
      };
}

function Row({
  proposal,
  now,
  chosen,
  onToggle,
  onCursor,
  onLookUp,
  onMove,
}: RowProps & { readonly proposal: Proposal }) {
  const { say, language } = useWords();
  const { spelling, memberSince, lastSeen, diagnosis } = proposal;
  const id = idOf(proposal);
  const why = proposalReason(proposal, language);
  const missed = missedOf(proposal, language);
  return (
    <tr role="row">
      <td role="cell" class="sel">
        <label>
          <span class="vh">{language === 'ja' ? `${spelling} を選ぶ` : `Select ${spelling}`}</span>
          <input
            type="checkbox"
            id={boxOf(id)}
            class="cursor"
            disabled={id === ''}
            checked={chosen.has(id)}
            onChange={() => onToggle(id)}
            onFocus={() => onCursor(id)}
            onKeyDown={(event) => {
              const step = STEPS[event.key];
              if (step === undefined) return;
              event.preventDefault();
              onMove(step);
            }}
          />
        </label>
      </td>
      <th role="rowheader" scope="row" class="light">
        <button type="button" class="link plain" onClick={() => onLookUp(spelling)}>
          <Address value={spelling} />
        </button>
      </th>
      <td role="cell" class="nowrap" data-l={say({ ja: '会員', en: 'Customer since' })}>
        {memberSince ? monthOf(memberSince, language) : <span class="muted">{say(UNKNOWN)}</span>}
      </td>
      <td role="cell" class="nowrap" data-l={say(LAST_ORDER)}>
        {lastSeen ? recentOf(lastSeen, language, now) : <span class="muted">{say(UNKNOWN)}</span>}
      </td>
      <td role="cell" class="num nowrap" data-l={say(MISSED)}>
        {missed.count > 0 ? <b>{missed.text}</b> : <span class="muted">{missed.text}</span>}
      </td>
      <td role="cell" class="nowrap car" data-l={say({ ja: '携帯会社', en: 'Carrier' })}>
        {diagnosis.carrier ? carrierLabel(diagnosis.carrier, language) : say(NO_CARRIER)}
      </td>
      <td role="cell" class="why2" data-l={say({ ja: '理由', en: 'Why' })}>
        {why.text}
        <span class="muted">{language === 'ja' ? `（${why.certainty}）` : ` (${why.certainty})`}</span>
      </td>
    </tr>
  );
}

/** A day of this year, or the month of another: long ago no day matters, and the row stays one line. */
function recentOf(moment: string, language: Language, now: string): string {
  const day = dayOf(moment, language, now);
  const isOtherYear = day === dayOf(moment, language);
  return isOtherYear ? monthOf(moment, language) : day;
}

const UNKNOWN = { ja: '記録なし', en: 'none' } as const;

/** What stands where an address is no carrier's. */
export const NO_CARRIER = { ja: 'ほか', en: 'Other' } as const;

/** Mails that were not sent, as a number and in words; `?` where the stack does not tell. */
export function missedOf({ missed }: Proposal, language: Language): { count: number; text: string } {
  if (missed === undefined) return { count: 0, text: '?' };
  const { count, atLeast } = missed;
  const figures = figure(count);
  if (language === 'ja') return { count, text: `${figures}通${atLeast ? '以上' : ''}` };
  return { count, text: `${figures}${atLeast ? '+' : ''}` };
}
