import { stripControls } from '../lib/address.ts';
import type { RescuePlan, RescueStatus } from '../lib/contracts/rescue.ts';
import { labelOf } from '../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../lib/text.ts';
import { formatInTokyo } from '../lib/time.ts';
import type { View } from './session.ts';
import { table } from './table.ts';

/** The answers of the rescue function as far as they are shown, and how. */

const TIER_NAMES: Readonly<Record<string, Bilingual>> = {
  'active-member': { ja: '最近利用のある会員', en: 'members seen lately' },
  member: { ja: '会員', en: 'other members' },
  'earlier-delivery': { ja: '以前届いた宛先', en: 'delivered to before' },
  unproven: { ja: '記録のない宛先', en: 'nothing known' },
};

/** A plan, line by line. */
export function planLines(plan: RescuePlan, view: View): string[] {
  const { language, colors, fold } = view;
  const ja = language === 'ja';
  const { account } = plan;
  const lines = plan.lapsed.map(({ carrier, until, source }) =>
    fold(
      ja
        ? `対象：${carrier} に ${formatInTokyo(until).slice(0, 10)} より前に登録された宛先（当時は受信拒否を不達にしていたが、現在は受け取る。出典：${source}）`
        : `about: ${carrier}, listed before ${formatInTokyo(until).slice(0, 10)} (it refused filtered mail then and accepts it now; ${source})`,
    ),
  );
  if (plan.incident !== undefined) lines.push(aboutLine(plan.incident, language));
  lines.push(fold(sendingLine(account, language)));
  lines.push(
    fold(
      ja
        ? `バウンス率：${share(account.bounceRate)}（${account.bounceRateSource === 'cloudwatch' ? 'SESの公表値' : '記録から計算'}）　最悪時の上限：${share(plan.bound)}　結果待ち：${plan.open}件`
        : `bounce rate: ${share(account.bounceRate)} (${account.bounceRateSource === 'cloudwatch' ? 'published by SES' : 'from the records'})  worst-case bound: ${share(plan.bound)}  outcomes open: ${plan.open}`,
    ),
  );
  lines.push(ja ? `候補：${plan.candidates}件` : `candidates: ${plan.candidates}`);
  const excluded = Object.entries(plan.excluded).map(([why, count]) => `${why} ${count}`);
  if (excluded.length > 0) lines.push(fold(`${ja ? '対象外' : 'left out'}: ${excluded.join(', ')}`));
  if (plan.waves.length > 0) {
    lines.push(
      table(
        view,
        ja
          ? ['波', '件数', '内訳', '全件不達時のバウンス率']
          : ['wave', 'addresses', 'who', 'worst-case rate'],
        plan.waves.map((wave) => [
          String(wave.number),
          String(wave.addresses),
          who(wave.tiers, language),
          share(wave.worstCaseRate),
        ]),
      ),
    );
    if (plan.wavesTotal > plan.waves.length) {
      lines.push(ja ? `…全${plan.wavesTotal}波` : `… ${plan.wavesTotal} waves in all`);
    }
  } else if (plan.candidates > 0) {
    lines.push(
      ja
        ? 'この送信数とバウンス率では、上限を守って解除できる宛先はありません。'
        : 'At this volume and bounce rate the bound leaves room for nobody.',
    );
  }
  for (const { limit, because } of plan.limits)
    lines.push(fold(`! ${limit}: ${stripControls(because[language])}`).replace('!', colors.yellow('!')));
  return lines;
}

function aboutLine(incident: NonNullable<RescuePlan['incident']>, language: Language): string {
  const { id = '', receiverName, what, from, until, recipients } = incident;
  const [name, label] = [receiverName[language], what[language]].map(stripControls);
  return language === 'ja'
    ? `対象：一斉拒否 ${stripControls(id)}（${name}、${label}、${formatInTokyo(from)}〜${formatInTokyo(until)}、宛先${recipients}件）で登録された宛先`
    : `about: what incident ${stripControls(id)} put on the list (${name}, ${label}, ${formatInTokyo(from)} to ${formatInTokyo(until)}, ${recipients} recipients)`;
}

function sendingLine({ sending, volume, recorded }: RescuePlan['account'], language: Language): string {
  const ja = language === 'ja';
  if (sending === undefined) return ja ? '送信数：取得できませんでした' : 'volume: could not be read';
  const source =
    sending.source === 'cloudwatch'
      ? 'CloudWatch AWS/SES Send'
      : `GetAccount SentLast24Hours${sending.instead ? (ja ? `、CloudWatch：${sending.instead}` : `; CloudWatch: ${sending.instead}`) : ''}`;
  return ja
    ? `直近${sending.days}日の送信数：${volume}通（SESの受付${sending.sent}通 − リストによる破棄${recorded.dropped}通。${source}）`
    : `volume of the last ${sending.days} day(s): ${volume} mails (${sending.sent} accepted by SES less ${recorded.dropped} dropped by the list; ${source})`;
}

function who(tiers: RescuePlan['tiers'], language: Language): string {
  const names = Object.entries(TIER_NAMES).map(([tier, name]) => ({
    count: tiers[tier] ?? 0,
    name: name[language],
  }));
  return names
    .filter(({ count }) => count > 0)
    .map(({ count, name }) => (language === 'ja' ? `${name}${count}件` : `${name} ${count}`))
    .join(language === 'ja' ? '、' : ', ');
}

const STATES: Readonly<Record<string, Bilingual>> = {
  running: { ja: '進行中', en: 'running' },
  stopped: { ja: '停止', en: 'stopped' },
  completed: { ja: '完了', en: 'completed' },
};

/** How a campaign stands, line by line. */
export function statusLines(status: RescueStatus, view: View): string[] {
  const { language, fold } = view;
  const ja = language === 'ja';
  const lines: string[] = [];
  const { campaign, next } = status;
  if (campaign !== undefined) {
    const since = formatInTokyo(campaign.startedAt);
    lines.push(
      `${labelOf(STATES, campaign.state, language)}  ${campaign.id}  ${stripControls(campaign.operator)}  ${since}  ${ja ? '上限' : 'bound'} ${share(campaign.settings.bound)}${campaign.incident ? `  ${ja ? '一斉拒否' : 'incident'} ${stripControls(campaign.incident.id)}` : ''}`,
    );
  }
  if (status.waves.length > 0) {
    lines.push(
      table(
        view,
        ja
          ? ['波', '開始', '解除', '到達', '再不達', '申告', '結果不明', '結果待ち', '未処理', '見送り']
          : [
              'wave',
              'started',
              'removed',
              'delivered',
              'bounced',
              'complained',
              'silent',
              'open',
              'to do',
              'skipped',
            ],
        status.waves.map((wave) => [
          String(wave.number),
          formatInTokyo(wave.startedAt),
          ...[
            wave.removed,
            wave.delivered,
            wave.bouncedAgain,
            wave.complained,
            wave.silent,
            wave.open,
            wave.pending,
          ].map(String),
          [String(wave.skipped), ...Object.entries(wave.skippedFor).map(([why, n]) => `${why} ${n}`)].join(
            ' ',
          ),
        ]),
      ),
    );
  }
  const by =
    next.until &&
    (ja ? `（遅くとも ${formatInTokyo(next.until)}）` : ` (by ${formatInTokyo(next.until)} at the latest)`);
  lines.push(fold(`${ja ? '次' : 'next'}: ${stripControls(next.because[language])}${by ?? ''}`));
  if (status.unfinished) {
    lines.push(ja ? '時間切れのため、続きを実行中です。' : 'Out of time; a fresh call goes on.');
  }
  return lines;
}

/** A share as a percentage with two digits: rates here are a few per cent. */
function share(part: number): string {
  return `${(part * 100).toFixed(2)} %`;
}
