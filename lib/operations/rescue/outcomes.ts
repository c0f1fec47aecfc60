import { outcomeOf } from '../../cases/outcome.ts';
import type { AddressRecord, Outcome } from '../../cases/records.ts';
import { isComplaint } from '../../mails/nature.ts';
import { RESCUE_RULE } from '../../policy/rescue.ts';
import type { WaveOutcome } from '../../policy/rescue-progress.ts';
import { UNDO_RULE } from '../../policy/undo.ts';
import { readableRecord } from '../../store/addresses.ts';
import { type Campaign, type CampaignWave, type WaveMember, waveMembers } from '../../store/campaign.ts';
import { forEachOf, type RescueTools } from './tools.ts';

/** What came of a wave, and why addresses of it were skipped. */
export interface WaveReading extends WaveOutcome {
  readonly skippedFor: Readonly<Record<string, number>>;
}

/**
 * What came of every wave so far, read from the facts of its addresses: one query each. Writes nothing; closing the
 * cases is the cleanup's.
 */
export async function readOutcomes(
  campaign: Pick<Campaign, 'waves' | 'settings'>,
  tools: Pick<RescueTools, 'store' | 'now'>,
): Promise<WaveReading[]> {
  const readings: WaveReading[] = [];
  for (const wave of campaign.waves) {
    const members = await waveMembers(tools.store, wave.members);
    readings.push(await readWave(wave, members, campaign.settings.silentAfterDays, tools));
  }
  return readings;
}

/** How many addresses of a campaign, and of the one before it, were removed and may still bounce. */
export async function countOpen(
  campaign: Pick<Campaign, 'waves' | 'settings' | 'carried'> | undefined,
  tools: Pick<RescueTools, 'store' | 'now'>,
): Promise<number> {
  if (campaign === undefined) return 0;
  const waves = await readOutcomes(
    { waves: [...campaign.carried, ...campaign.waves], settings: campaign.settings },
    tools,
  );
  return waves.reduce((sum, wave) => sum + wave.open, 0);
}

async function readWave(
  wave: CampaignWave,
  members: readonly WaveMember[],
  silentAfterDays: number,
  tools: Pick<RescueTools, 'store' | 'now'>,
): Promise<WaveReading> {
  const now = tools.now().toISOString();
  const counts: Record<Outcome | 'open' | 'pending' | 'skipped', number> = {
    delivered: 0,
    'bounced-again': 0,
    complained: 0,
    silent: 0,
    open: 0,
    pending: 0,
    skipped: 0,
  };
  const skippedFor: Record<string, number> = {};
  await forEachOf(members, async (member) => {
    if (member.state === 'skipped') {
      counts.skipped += 1;
      const why = member.why ?? 'unknown';
      skippedFor[why] = (skippedFor[why] ?? 0) + 1;
      return;
    }
    const record = await readableRecord(tools.store, member.address);
    if (record === undefined) {
      // What became of it is not known.
      counts[member.at === undefined ? 'pending' : 'open'] += 1;
      return;
    }
    const at = removedAt(record, wave) ?? member.at;
    if (at === undefined) counts.pending += 1;
    else counts[memberOutcome(record, wave, at, silentAfterDays, now) ?? 'open'] += 1;
  });
  return {
    number: wave.number,
    chosen: wave.chosen,
    removed: members.length - counts.skipped - counts.pending,
    skipped: counts.skipped,
    pending: counts.pending,
    delivered: counts.delivered,
    bouncedAgain: counts['bounced-again'],
    complained: counts.complained,
    silent: counts.silent,
    open: counts.open,
    ...(wave.removedAt && { removedAt: wave.removedAt }),
    skippedFor,
  };
}

/** When the campaign took an address off the list in this wave; undefined: it did not. */
export function removedAt(record: AddressRecord, wave: CampaignWave): string | undefined {
  return removalIn(record, wave)?.at;
}

function removalIn(record: AddressRecord, wave: CampaignWave) {
  // A wave that is carried over may be one of the other kind of campaign.
  return record.case?.removals.findLast(
    ({ rule, at }) => (rule === RESCUE_RULE || rule === UNDO_RULE) && at >= wave.startedAt,
  );
}

function memberOutcome(
  record: AddressRecord,
  wave: CampaignWave,
  at: string,
  silentAfterDays: number,
  now: string,
): Outcome | undefined {
  // A complaint follows the delivery it is about; here it counts above it.
  if (record.facts.some((fact) => isComplaint(fact) && fact.at > at)) return 'complained';
  // The cleanup also sees what no event told: the address on the list anew.
  const recorded = removalIn(record, wave)?.outcome;
  if (recorded === 'bounced-again' || recorded === 'complained') return recorded;
  const found = outcomeOf(at, record.facts, silentAfterDays, now)?.outcome;
  if (found !== undefined && found !== 'silent') return found;
  return recorded === undefined || recorded === 'silent' ? found : recorded;
}
