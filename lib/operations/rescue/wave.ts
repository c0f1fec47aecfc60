import { addressRecord } from '../../store/addresses.ts';
import { reserveRemoval } from '../../store/allowances.ts';
import type { Campaign, CampaignWave, WaveMember } from '../../store/campaign.ts';
import { putWaveMember, campaign as readCampaign, waveMembers } from '../../store/campaign.ts';
import { CaseChangedError } from '../../store/errors.ts';
import { recordTransition } from '../../store/record-transition.ts';
import { UnreadableRecordError } from '../../store/unreadable.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { isThrottle } from '../../suppression/throttle.ts';
import { passGate, type RemovalResult } from '../removal/gate.ts';
import { judge } from '../removal/judge.ts';
import { aimOf } from './aim.ts';
import { removedAt } from './outcomes.ts';
import { contextOf } from './survey.ts';
import type { RescueTools } from './tools.ts';

/** Failures in a row after which the rest of the wave waits for the next invocation. */
const MAXIMUM_FAILURES = 3;

/**
 * How far the removal of a wave came. `day-is-full`: the policy allows no more automatic removals today; `failing`: SES
 * or the table fails; `throttled`: SES refuses calls for their rate; `stopped`: the campaign was changed.
 */
export type WaveProgress = 'done' | 'time-is-up' | 'day-is-full' | 'failing' | 'throttled' | 'stopped';

/**
 * Takes the addresses of a wave off the list, one after the other: two calls of SES each, at its one call a second.
 * Safe to interrupt and to repeat: what became of an address is told by its own case, so that one removed by a dead
 * invocation (or finished by the cleanup after it) is found removed.
 */
export async function removeWave(
  campaign: Campaign,
  wave: CampaignWave,
  enforcedReasons: readonly string[] | undefined,
  tools: RescueTools,
): Promise<WaveProgress> {
  let failures = 0;
  let failed = false;
  for (const member of await waveMembers(tools.store, wave.members)) {
    if (member.state !== 'chosen') continue;
    if (tools.timeIsUp?.()) return 'time-is-up';
    // An operator may have stopped it: not one more is removed then.
    if ((await readCampaign(tools.store))?.version !== campaign.version) return 'stopped';
    try {
      const result = await removeMember(member, campaign, wave, enforcedReasons, tools);
      if (result === 'day-is-full') return result;
      await putWaveMember(tools.store, wave.members, { ...member, ...result }, tools.now().toISOString());
      failures = 0;
    } catch (error) {
      if (error instanceof UnreadableRecordError) {
        // Left alone; the rest of the wave goes on.
        const left = { ...member, ...skipped('unreadable') };
        await putWaveMember(tools.store, wave.members, left, tools.now().toISOString());
        continue;
      }
      // Nothing failed at this address: a removal that was begun is finished by whoever goes on.
      if (isThrottle(error)) return 'throttled';
      tools.onFailure?.(member.address, error);
      failed = true;
      failures += 1;
      if (failures >= MAXIMUM_FAILURES) break;
    }
  }
  return failed ? 'failing' : 'done';
}

type MemberResult = Pick<WaveMember, 'state' | 'at' | 'why'>;

async function removeMember(
  member: WaveMember,
  campaign: Campaign,
  wave: CampaignWave,
  enforcedReasons: readonly string[] | undefined,
  tools: RescueTools,
): Promise<MemberResult | 'day-is-full'> {
  const { store } = tools;
  const aim = aimOf(campaign.incident);
  const gate = { ...tools, context: () => contextOf(tools, enforcedReasons) };
  const record = await addressRecord(store, member.address);
  const known = record.case;
  const done = removedAt(record, wave);
  if (done !== undefined) return { state: 'removed', at: done };
  if (known?.state === 'removing') {
    if (known.removing?.rule !== aim.rule) return skipped('decided-meanwhile');
    return passed(passGate(known, gate, { resuming: true }), known.removing.at);
  }
  if (known?.state !== 'proposed' && known?.state !== 'kept') return skipped('decided-meanwhile');
  // What became known since the wave was chosen counts: no complaint, no unknown user, no new bounce. Whether the entry
  // still stands as the case has it is asked by the gate.
  const { address, spelling, listedReason: reason, listedAt: at } = known;
  const entry: ListEntry = { address, spelling, reason, at };
  const judgement = judge(entry, record, gate.context());
  const considered = aim.consider(entry.address, judgement.input, judgement.verdict);
  if ('excluded' in considered) return skipped(considered.excluded);

  const now = tools.now().toISOString();
  // One allowance with the cleanup: whoever limits the removals of a day means all that nobody makes by hand.
  const isFree = await reserveRemoval(store, now.slice(0, 10), tools.policy.maximumRemovalsPerDay);
  if (!isFree) return 'day-is-full';
  const { diagnosis, verdict, explainedBy } = judgement;
  const removing = await recordTransition(store, record, {
    kind: 'approved',
    at: now,
    by: campaign.operator,
    entry,
    diagnosis,
    evidence: diagnosis.evidence,
    ...(explainedBy && { explainedBy }),
    rule: aim.rule,
    because: considered.because(wave.number),
    note: noteOf(campaign, wave, verdict.rule),
    ...(aim.incident && { incident: aim.incident }),
  }).catch(changedMeanwhile);
  // Someone else decided on this address in that moment: theirs stands.
  if (removing === undefined) return skipped('decided-meanwhile');
  return passed(passGate(removing, gate, { resuming: false }), now);
}

async function passed(gate: Promise<RemovalResult>, at: string): Promise<MemberResult> {
  const result = await gate.catch(changedMeanwhile);
  return result === undefined ? skipped('decided-meanwhile') : memberResult(result, at);
}

function changedMeanwhile(error: unknown): undefined {
  if (error instanceof CaseChangedError) return undefined;
  throw error;
}

function memberResult(result: RemovalResult, at: string): MemberResult {
  return result === 'removed' ? { state: 'removed', at } : skipped(result);
}

function skipped(why: string): MemberResult {
  return { state: 'skipped', why };
}

function noteOf({ id, incident, reason }: Campaign, { number }: CampaignWave, rule: string): string {
  const note = `campaign ${id}, wave ${number}; policy rule ${rule}`;
  return incident === undefined ? note : `${note}; incident ${incident.id}: ${reason ?? ''}`;
}
