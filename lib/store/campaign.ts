import * as z from 'zod';
import { Refusal } from '../refusal.ts';
import { bilingual } from './bilingual.ts';
import { undoneIncidentSchema } from './cases.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type Item } from './items.ts';
import { type Key, PARTITIONS, wavePartition } from './keys.ts';
import { partitionQuery, type Table, versionIs } from './table.ts';
import { readItems } from './unreadable.ts';

/**
 * What a campaign remembers, about the backlog or an incident: one record of the campaign, versioned, and one item for each address of a
 * wave. The addresses of a wave are written before the campaign names the wave, under a name no other attempt uses:
 * a crash in between leaves items that nothing refers to, and that expire.
 */

const waveSchema = z.object({
  number: z.int().positive(),
  /** Names the partition of its addresses. */
  members: z.string(),
  /** `removing`: its addresses are being taken off the list; `watching`: all are, outcomes are awaited. */
  state: z.enum(['removing', 'watching']),
  chosen: z.int().nonnegative(),
  /** The worst case when it was started, a fraction. */
  worstCaseRate: z.number(),
  startedAt: z.string(),
  removedAt: z.string().optional(),
});

const campaignSchema = z.object({
  version: z.int().positive(),
  id: z.string(),
  state: z.enum(['running', 'stopped', 'completed']),
  operator: z.string(),
  startedAt: z.string(),
  updatedAt: z.string(),
  settings: z.object({
    bound: z.number(),
    knownShare: z.number(),
    silentAfterDays: z.number(),
    minimumSuccessRate: z.number(),
    minimumOutcomes: z.number(),
  }),
  waves: z.array(waveSchema),
  /** Waves of the campaign before whose addresses may still bounce when this one starts: they count as open. */
  carried: z.array(waveSchema),
  /** The incident that it undoes; absent: it is about the backlog. */
  incident: undoneIncidentSchema.optional(),
  /** Why the operator undoes it. */
  reason: z.string().optional(),
  /** Why it stopped, or who ended it. */
  because: bilingual.optional(),
});

/** One wave as the campaign's record has it. */
export type CampaignWave = z.infer<typeof waveSchema>;

/** The record of the present campaign, or of the last one. */
export type Campaign = z.infer<typeof campaignSchema>;

const memberSchema = z.object({
  address: z.string(),
  tier: z.string(),
  /** `chosen`: nothing is decided yet. */
  state: z.enum(['chosen', 'removed', 'skipped']),
  /** When it was taken off the list, ISO 8601 UTC. */
  at: z.string().optional(),
  /** Why it was skipped. */
  why: z.string().optional(),
});

/** One address of a wave. */
export type WaveMember = z.infer<typeof memberSchema>;

/** How long the addresses of a wave are kept, days: longer than any campaign. */
const MEMBER_DAYS = 400;
const CAMPAIGN_KEY: Key = { pk: PARTITIONS.campaign, sk: 'CAMPAIGN' };

/** The present campaign, or the last one. */
export async function campaign(table: Table): Promise<Campaign | undefined> {
  const item = await table.get(CAMPAIGN_KEY);
  return item && campaignSchema.parse(item);
}

/**
 * Writes the campaign as the next version of the one read (`undefined`: there was none).
 *
 * @throws {CampaignChangedError} when someone else wrote in between.
 */
export async function putCampaign(
  table: Table,
  next: Omit<Campaign, 'version'>,
  read: Campaign | undefined,
): Promise<Campaign> {
  const version = (read?.version ?? 0) + 1;
  const { written } = await table.putIf({ ...CAMPAIGN_KEY, ...next, version }, versionIs(read?.version));
  if (!written) {
    throw new CampaignChangedError();
  }
  return { ...next, version };
}

/** Thrown when a campaign was changed by someone else since it was read: nothing was written. */
export class CampaignChangedError extends Refusal {
  override readonly name = 'CampaignChangedError';
  override readonly code = 'campaign-changed';

  constructor() {
    super({
      ja: '救済キャンペーンは、ほかの処理によって先に更新されました。「todoku rescue status」で状態を確認してから、もう一度実行してください。',
      en: 'the campaign was changed by someone else meanwhile: see "todoku rescue status", then repeat',
    });
  }
}

/** Sort key of the item that says that a wave's partition exists, whether or not a campaign came to name it. */
const WAVE_PREFIX = 'WAVE#';

/** The partitions of all waves whose addresses are kept: those written down, and those that the campaign names. */
export async function campaignPartitions(table: Table): Promise<string[]> {
  const query = partitionQuery(PARTITIONS.campaign, { from: WAVE_PREFIX, to: `${WAVE_PREFIX}~` });
  const written = (await table.stored.query(query)).map(({ sk }) => sk.slice(WAVE_PREFIX.length));
  const { waves = [], carried = [] } = (await campaign(table)) ?? {};
  return [...new Set([...written, ...[...waves, ...carried].map(({ members }) => members)])].map(
    wavePartition,
  );
}

/** Writes the addresses of a wave, and first that there is such a wave; again writes the same. */
export async function putWaveMembers(
  table: Table,
  members: string,
  chosen: readonly WaveMember[],
  now: string,
): Promise<void> {
  const end = { [TTL_ATTRIBUTE]: expiry(now, MEMBER_DAYS) };
  await table.put({ pk: PARTITIONS.campaign, sk: `${WAVE_PREFIX}${members}`, ...end });
  await table.putAll(chosen.map((member) => memberItem(members, member, now)));
}

/** Writes down what became of one address. */
export async function putWaveMember(
  table: Table,
  members: string,
  member: WaveMember,
  now: string,
): Promise<void> {
  await table.put(memberItem(members, member, now));
}

/** The addresses of a wave. */
export async function waveMembers(table: Table, members: string): Promise<WaveMember[]> {
  const items = await table.query(partitionQuery(wavePartition(members)));
  return readItems(memberSchema, items, table.unreadable);
}

function memberItem(members: string, member: WaveMember, now: string): Item {
  return {
    pk: wavePartition(members),
    sk: member.address,
    ...member,
    [TTL_ATTRIBUTE]: expiry(now, MEMBER_DAYS),
  };
}
