import type { IncidentList, ShownIncident } from '../../../lib/contracts/incidents.ts';
import type { Bilingual, Language } from '../../../lib/text.ts';
import { dayInTokyo, HOUR, later } from '../../../lib/time.ts';
import type { Asked } from '../asking.ts';
import { Hatch } from '../charts.tsx';
import { clockOf, dayOf, figure, momentOf, useWords } from '../language.ts';
import { Failure, Icon } from '../parts.tsx';

/** Days that are looked back for a mass refusal. */
export const INCIDENT_DAYS = 7;
/** Hours that a chart has room for. */
const MOST_HOURS = 48;
/** The chart, in pixels: its height, and what is left for labels above and below. */
const HEIGHT = 122;
const FLOOR = 96;
const ROOM = 74;

/** The last mass refusal, what to do about it, and its mails by the hour; nothing where there was none. */
export function LastIncident(props: { readonly asked: Asked<IncidentList>; readonly now: string }) {
  const { say, language } = useWords();
  const { asked, now } = props;
  if (asked.state === 'refused') {
    return (
      <section class="blk">
        <h2>{say({ ja: '一斉拒否', en: 'Mass refusals' })}</h2>
        <Failure text={asked.refused.text} onAgain={asked.again} />
      </section>
    );
  }
  const answer = asked.answer;
  const [incident, ...others] = answer?.incidents ?? [];
  if (incident === undefined) return answer?.incomplete ? <p class="note warn">{say(INCOMPLETE)}</p> : null;
  return (
    <section class="blk inc">
      <h2>
        <Icon shape="warn" />
        <span>
          {say(incident.receiverName)}
          {say({ ja: '：', en: ': ' })}
          {say(incident.what)}
          {incident.goesOn && say({ ja: '（続いています）', en: ' (going on)' })}
        </span>
      </h2>
      <p class="lead">
        {numbers(incident, now, language)}
        {say({ ja: '', en: ' ' })}
        {say(incident.remedy)}
      </p>
      <Hours incident={incident} now={now} />
      {incident.lists.length > 0 && (
        <ul class="list ui">
          {incident.lists.map(({ name, removal }) => (
            <li key={name}>
              {name} <span class="mono">{removal}</span>
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <ul class="list ui">
          {others.map((each) => (
            <li key={each.id}>
              <b>{dayOf(each.from, language, now)}</b> {say(each.receiverName)}
              {say({ ja: '：', en: ': ' })}
              {say(each.what)}
              {say({
                ja: `、宛先${figure(each.recipients)}件`,
                en: `, ${figure(each.recipients)} addresses`,
              })}
            </li>
          ))}
        </ul>
      )}
      {answer?.incomplete && <p class="note warn">{say(INCOMPLETE)}</p>}
    </section>
  );
}

const INCOMPLETE: Bilingual = {
  ja: '記録が多く、新しい日の一斉拒否までは確認できませんでした。',
  en: 'Not all days could be read in time: mass refusals of the latest are missing.',
};

/** When it was, how many it met, and what became of their mail. */
function numbers(incident: ShownIncident, now: string, language: Language): string {
  const { from, until, recipients, mails, returned, deferred, atLeast } = incident;
  const begin = momentOf(from, language, now);
  const end = dayInTokyo(from) === dayInTokyo(until) ? clockOf(until) : momentOf(until, language, now);
  if (language === 'ja') {
    const more = atLeast ? '以上' : '';
    const fates = [
      ...(returned > 0 ? [`不達${figure(returned)}通`] : []),
      ...(deferred > 0 ? [`保留${figure(deferred)}通`] : []),
    ].join('、');
    const span = begin.endsWith(` ${end}`) ? `${begin}に` : `${begin}から${end}までに`;
    return `${span}、宛先${figure(recipients)}件${more}へのメール${figure(mails)}通${more}が受け取られませんでした${fates && `（${fates}）`}。`;
  }
  const more = atLeast ? ' or more' : '';
  const fates = [
    ...(returned > 0 ? [`${figure(returned)} came back`] : []),
    ...(deferred > 0 ? [`${figure(deferred)} were put off`] : []),
  ].join(', ');
  return `From ${begin} to ${end}, ${figure(mails)} mails${more} to ${figure(recipients)} addresses${more} were not accepted${fates && ` (${fates})`}.`;
}

/** Its mails by the hour, as bars and as a table; hours without any stand between. */
function Hours({ incident, now }: { readonly incident: ShownIncident; readonly now: string }) {
  const { say, language } = useWords();
  const hours = withGaps(incident.hours);
  if (hours.length === 0) return null;
  const most = Math.max(...hours.map(({ mails }) => mails));
  const step = 100 / hours.length;
  const named = Math.ceil(hours.length / 8);
  const hourOf = (at: string) => {
    const hour = clockOf(at).split(':')[0] ?? '';
    return say({ ja: `${hour}時`, en: `${hour}:00` });
  };
  const title = say({
    ja: `${dayOf(incident.from, language, now)}からのメールの数（1時間ごと）`,
    en: `Mails by the hour from ${dayOf(incident.from, language, now)}`,
  });
  return (
    <figure>
      {hours.length > 1 && hours.length <= MOST_HOURS && (
        <>
          <Hatch />
          <svg class="ch" height={HEIGHT} role="img" aria-label={title}>
            <line class="s-line" x1="0" x2="100%" y1={FLOOR} y2={FLOOR} />
            {hours.map(({ at, mails }, place) => {
              const height = (mails / most) * ROOM;
              const middle = `${(place + 0.5) * step}%`;
              return (
                <g key={at}>
                  {mails > 0 && (
                    <rect
                      class="s-stop"
                      fill="url(#hatch)"
                      x={`${(place + 0.1) * step}%`}
                      width={`${step * 0.8}%`}
                      y={FLOOR - height}
                      height={height}
                    />
                  )}
                  {mails === most && (
                    <text class="strong" text-anchor="middle" x={middle} y={FLOOR - height - 6}>
                      {figure(mails)}
                    </text>
                  )}
                  {place % named === 0 && (
                    <text text-anchor="middle" x={middle} y={FLOOR + 17}>
                      {hourOf(at)}
                    </text>
                  )}
                </g>
              );
            })}
          </svg>
        </>
      )}
      <details>
        <summary>{say({ ja: '数字で見る', en: 'As figures' })}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
        <section class="in scroll" tabIndex={0} aria-label={title}>
          <table>
            <caption class="vh">{title}</caption>
            <tbody>
              {hours.map(({ at, mails }) => (
                <tr key={at}>
                  <th scope="row">{momentOf(at, language, now)}</th>
                  <td class="num">{figure(mails)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

/** The hours with those between them that no mail belongs to. */
function withGaps(hours: ShownIncident['hours']): ShownIncident['hours'] {
  const [first] = hours;
  const last = hours.at(-1);
  if (first === undefined || last === undefined) return [];
  const between = Math.round((Date.parse(last.at) - Date.parse(first.at)) / HOUR);
  if (between >= MOST_HOURS) return hours;
  const counts = new Map(hours.map(({ at, mails }) => [Date.parse(at), mails]));
  return Array.from({ length: between + 1 }, (_, place) => {
    const at = later(first.at, place * HOUR);
    return { at, mails: counts.get(Date.parse(at)) ?? 0 };
  });
}
