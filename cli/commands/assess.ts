import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Command } from 'commander';
import type { Identity } from '../../lib/authentication/identities/identity.ts';
import { explainCallFailure } from '../../lib/call-failure.ts';
import { AssessmentCount, countInWaves } from '../../lib/operations/assess/assessment.ts';
import { costOf } from '../../lib/operations/assess/cost.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { countWaves, waveSize } from '../../lib/policy/rescue.ts';
import { causeOf } from '../../lib/refusal.ts';
import type { Pace } from '../../lib/suppression/limiter.ts';
import type { ListEntry, SuppressionList } from '../../lib/suppression/list.ts';
import { type Bilingual, countOf } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { wholeNumber } from '../arguments.ts';
import { openListFile } from '../assess/list-file.ts';
import { readMembersFile } from '../assess/members-file.ts';
import { type Assessed, pageOf } from '../assess/view.ts';
import { withCommonOptions } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import type { AssessedJson } from '../json-answers.ts';
import { htmlOf } from '../page/html.ts';
import { printPage } from '../page/terminal.ts';
import { writeText } from '../page/write.ts';
import { startProgress } from '../progress.ts';
import { dnsOf } from '../senders/options.ts';
import { sesSettings } from '../ses.ts';
import type { Session } from '../session.ts';

/** Calls a second: below SES's one, which the account's other callers share. */
const CALLS_PER_SECOND = 0.9;
/** The local system shares its pace with nobody. */
const LOCAL_CALLS_PER_SECOND = 100;
const DAYS_A_MONTH = 30;

interface AssessOptions {
  readonly from?: string;
  readonly members?: string;
  readonly mails?: number;
  readonly insights?: number;
  readonly html?: string;
  readonly permissions?: boolean;
}

/** `todoku assess`: what is on the suppression list, before anything is deployed. Reads only. */
export function assessCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--from <file>')
    .option('--members <file>')
    .option('--mails <count>', '', wholeNumber)
    .option('--insights <count>', '', wholeNumber)
    .option('--html <file>')
    .option('--permissions')
    .action(async (options: AssessOptions, self: Command) => {
      const context = contextOf(self, session);
      if (options.permissions) return context.printWhole(JSON.stringify(READS, null, 2));
      if (options.from !== undefined && options.insights !== undefined) throw new CliError(NO_INSIGHTS);
      await assess(options, context);
    });
}

const NO_INSIGHTS: Bilingual = {
  ja: '--insights は SES に問い合わせるため、--from とは併用できません。',
  en: '--insights asks SES, which --from does not: give one of them',
};

/** The calls that an assessment makes, as an IAM policy: it changes nothing. */
const READS = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        'ses:ListSuppressedDestinations',
        'ses:GetSuppressedDestination',
        'ses:GetAccount',
        'ses:GetMessageInsights',
        'ses:ListEmailIdentities',
        'ses:GetEmailIdentity',
        'ses:ListRecommendations',
        'cloudwatch:GetMetricData',
      ],
      Resource: '*',
    },
  ],
} as const;

async function assess(options: AssessOptions, context: CliContext): Promise<void> {
  const { io, language } = context;
  const now = io.now();
  const customers =
    options.members === undefined ? undefined : await readMembersFile(context.file(options.members), now);
  const found =
    options.from === undefined
      ? await ofAccount(options, customers?.members, now, context)
      : await ofFile(options.from, customers?.members, now, context);
  // An account that sends nothing yet has no volume to go by.
  const mails = options.mails ?? (found.mails || undefined);
  const assessed: Assessed = {
    ...found.assessed,
    ...(mails !== undefined && { cost: costOf(mails) }),
    ...(customers && { refusedRows: customers.refused }),
  };
  const page = pageOf(assessed, language);
  if (options.html !== undefined) {
    const foot = `todoku assess · ${formatInTokyo(now.toISOString())}`;
    await writeText(options.html, htmlOf(page, foot, language), context);
  }
  if (context.options.json) context.printJson({ at: now.toISOString(), ...assessed } satisfies AssessedJson);
  else printPage(page, context);
}

/** What was found, and how many mails the account sends a month where it could be asked. */
interface Found {
  readonly assessed: Assessed;
  readonly mails?: number;
}

type Customers = ConstructorParameters<typeof AssessmentCount>[0]['members'];

async function ofFile(named: string, members: Customers, now: Date, context: CliContext): Promise<Found> {
  const file = await openListFile(context.file(named));
  const count = new AssessmentCount({
    policy: DEFAULT_POLICY,
    now: now.toISOString(),
    ...(members && { members }),
  });
  const progress = startProgress({
    ...READING,
    language: context.language,
    total: file.size,
    stream: context.io.stderr,
  });
  let entries = 0;
  try {
    for await (const entry of file.entries) {
      count.add(entry);
      entries += 1;
      if (entries % 1_000 === 0) progress.update(file.bytesRead(), entries);
    }
  } finally {
    progress.end();
  }
  return { assessed: { assessment: count.assessment(), missing: [], ...(file.isCut() && { cut: true }) } };
}

const READING = {
  label: { ja: 'リストを読み取り中', en: 'reading the list' },
  unit: { ja: '件', en: 'addresses', one: 'address' },
} as const;

async function ofAccount(
  { insights = 0 }: AssessOptions,
  members: Customers,
  now: Date,
  context: CliContext,
): Promise<Found> {
  const settings = sesSettings(context);
  // Loaded here: a saved list needs none of it.
  const [{ SESv2Client: Client }, { limiter }, { sesSuppressionList }, { sesRetries }] = await Promise.all([
    import('@aws-sdk/client-sesv2'),
    import('../../lib/suppression/limiter.ts'),
    import('../../lib/suppression/list.ts'),
    import('../../lib/suppression/retries.ts'),
  ]);
  const pace = limiter(context.options.local ? LOCAL_CALLS_PER_SECOND : CALLS_PER_SECOND);
  const ses = new Client({ ...settings, retryStrategy: sesRetries(() => pace.passedLate()) });
  context.whenDone(() => ses.destroy());
  const list = sesSuppressionList(ses, pace);
  const missing: Bilingual[] = [];
  /** What is worth knowing and not worth failing for. */
  const tried = async <T>(what: Bilingual, ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      const why = explainCallFailure(error) ?? causeOf(error);
      missing.push({ ja: `${what.ja}（${why.ja}）`, en: `${what.en} (${why.en})` });
      return undefined;
    }
  };

  const account = await tried(ACCOUNT, () => list.account());
  const count = new AssessmentCount({
    policy: DEFAULT_POLICY,
    now: now.toISOString(),
    ...(members && { members }),
    ...(account && { enforcedReasons: account.enforcedReasons }),
  });
  const newest = await walk(list, count, insights, context);
  if (newest.length > 0) await tried(INSIGHTS, () => askInsights(newest, ses, pace, list, count));
  const assessment = count.assessment();
  const sends = await tried(SENDING, () => sendingOf(ses, settings, pace, now));
  const senders = await tried(SENDERS, () => sendersOf(ses, pace, context));
  const candidates = countInWaves(assessment);
  return {
    assessed: {
      assessment,
      missing,
      ...(senders && { senders }),
      ...(candidates > 0 &&
        sends?.bounceRate !== undefined && { waves: wavesOf(candidates, sends.sent, sends.bounceRate) }),
    },
    ...(sends && { mails: Math.round((sends.sent / sends.days) * DAYS_A_MONTH) }),
  };
}

const ACCOUNT: Bilingual = { ja: 'アカウントの設定', en: "the account's settings" };
const INSIGHTS: Bilingual = { ja: '配信インサイト', en: 'message insights' };
const SENDING: Bilingual = { ja: '送信数と不達率', en: 'how much is sent, and how much bounces' };
const SENDERS: Bilingual = { ja: '送信元の認証', en: 'authentication of the senders' };

/** Walks the whole list. @returns the newest entries, so many of them. */
async function walk(
  list: SuppressionList,
  count: AssessmentCount,
  keep: number,
  { io, language }: CliContext,
): Promise<readonly ListEntry[]> {
  const progress = startProgress({ ...READING, language, stream: io.stderr });
  let newest: ListEntry[] = [];
  let token: string | undefined;
  let entries = 0;
  try {
    do {
      const page = await list.page(token === undefined ? {} : { token });
      for (const entry of page.entries) count.add(entry);
      entries += page.entries.length;
      if (keep > 0) {
        newest = [...newest, ...page.entries]
          .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))
          .slice(0, keep);
      }
      progress.update(entries);
      token = page.next;
    } while (token !== undefined);
  } catch (cause) {
    const why = explainCallFailure(cause) ?? causeOf(cause);
    throw new CliError(
      {
        ja: `サプレッションリストを読み取れませんでした（${entries}件まで）：${why.ja}`,
        en: `the suppression list could not be read beyond ${countOf(entries, 'address', 'addresses')}: ${why.en}`,
      },
      { cause },
    );
  } finally {
    progress.end();
  }
  return newest;
}

async function askInsights(
  newest: readonly ListEntry[],
  ses: SESv2Client,
  pace: Pace,
  list: SuppressionList,
  count: AssessmentCount,
): Promise<void> {
  const [{ sesMessageInsights }, { factsFromInsights }] = await Promise.all([
    import('../../lib/suppression/insights.ts'),
    import('../../lib/operations/backfill/insight-facts.ts'),
  ]);
  const insights = sesMessageInsights(ses, pace);
  for (const { spelling } of newest) {
    const entry = await list.get(spelling);
    if (entry === undefined) continue;
    const mail = entry.messageId === undefined ? undefined : await insights.message(entry.messageId);
    count.addInsights(entry, mail === undefined ? [] : factsFromInsights(mail, entry));
  }
}

/** What the account sends, in so many days, and its bounce rate where CloudWatch has one. */
async function sendingOf(
  ses: SESv2Client,
  settings: ReturnType<typeof sesSettings>,
  pace: Pace,
  now: Date,
): Promise<{ readonly sent: number; readonly days: number; readonly bounceRate?: number }> {
  const [{ CloudWatchClient }, { readSending }, { readReputation }] = await Promise.all([
    import('@aws-sdk/client-cloudwatch'),
    import('../../lib/suppression/sending.ts'),
    import('../../lib/suppression/reputation.ts'),
  ]);
  const cloudWatch = new CloudWatchClient(settings);
  try {
    const { sent, days } = await readSending({ ses, cloudWatch }, pace, now);
    const reputation = await readReputation(cloudWatch, now);
    const bounceRate = reputation.state === 'read' ? reputation.bounceRate?.value : undefined;
    return { sent, days, ...(bounceRate !== undefined && { bounceRate }) };
  } finally {
    cloudWatch.destroy();
  }
}

function wavesOf(candidates: number, volume: number, bounceRate: number): NonNullable<Assessed['waves']> {
  const { maximumBounceRate: bound, maximumRemovalsPerDay } = DEFAULT_POLICY;
  const first = waveSize({ volume, bounceRate, bound, open: 0 }, maximumRemovalsPerDay);
  return { first: Math.min(first, candidates), total: countWaves(candidates, { first, others: first }) };
}

async function sendersOf(ses: SESv2Client, pace: Pace, context: CliContext): Promise<Assessed['senders']> {
  const [{ sesIdentities }, { auditIdentity, lookUpIdentity }] = await Promise.all([
    import('../../lib/authentication/identities/identities.ts'),
    import('../../lib/authentication/audit/audit.ts'),
  ]);
  const source = sesIdentities(ses, () => pace.take());
  const dns = dnsOf(context, undefined);
  const region = (await ses.config.region()) as string;
  const identities: Identity[] = [];
  for (const name of await source.names()) identities.push(await source.identity(name));
  const audits = await Promise.all(
    identities.map(async (identity) =>
      auditIdentity(identity, await lookUpIdentity(dns, identity), { region, identities }),
    ),
  );
  return audits.map(({ identity, summary }) => ({ identity, summary }));
}
